//! The provider's functions, in expressions.

use crate::terraform::Workdir;
use crate::terraform::hosts::{FUNCTIONS, FUNCTIONS_IN_CONSOLE, with_each_host_that_has};

#[test]
fn milliseconds_in_console_then_rfc_3339_without_any_configuration() {
    with_each_host_that_has(&FUNCTIONS_IN_CONSOLE, |host| {
        let workdir = Workdir::without_sandbox(host, "");
        let value = |argument: &str| {
            let run = workdir.run_with_input(&["console"], &format!("provider::maas::rfc3339({argument})\n"));
            run.succeeded().stdout.trim().to_owned()
        };
        assert_eq!(value("1680746333000"), "\"2023-04-06T01:58:53.000Z\"");
        assert_eq!(value("\"1680746333120\""), "\"2023-04-06T01:58:53.120Z\"");
        assert_eq!(value("\"2026-02-26T08:00:00+08:00\""), "\"2026-02-26T00:00:00.000Z\"");
    });
}

#[test]
fn argument_that_is_no_time_then_error_in_validation_at_it() {
    with_each_host_that_has(&FUNCTIONS, |host| {
        let configuration = "output \"x\" { value = provider::maas::rfc3339(\"soon\") }\n";
        let error = Workdir::without_sandbox(host, configuration).run(&["validate"]).error();
        assert!(error.contains("Invalid value for \"epoch_ms\" parameter"), "{error}");
        assert!(error.contains("`soon` is neither a time in RFC 3339 nor"), "{error}");
        assert!(error.trim_end().ends_with("before the year 10000."), "{error}");
    });
}
