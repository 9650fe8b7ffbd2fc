//! Reports a panic that ends the process.
//!
//! Hosts recognise a crash by a line that begins with `panic: `, and blame the plugin for any failure after that line.
//! Therefore, a panic that is caught, such as one in an RPC, must not be printed in this form.

use std::backtrace::Backtrace;
use std::cell::RefCell;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

thread_local! {
    /// The report of the last panic on this thread.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The exit code of a crash, as in Go programs.
const CRASHED: u8 = 2;

/// Runs `process` and returns its exit code. If a panic ends it, prints the panic in the form that hosts recognise.
pub fn report(process: impl FnOnce() -> ExitCode) -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        let backtrace = Backtrace::force_capture();
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or("no message");
        tracing::error!(message_of_panic = message, place = place.as_str(), "a task panicked");
        LAST.set(Some(format!("panic: {message}\n\nat {place}\n{backtrace}")));
    }));
    catch_unwind(AssertUnwindSafe(process)).unwrap_or_else(|_| {
        let crash = LAST.take().unwrap_or_else(|| "panic: no message".to_owned());
        // A write error means that the host no longer reads stderr.
        let _ = writeln!(std::io::stderr(), "{crash}");
        ExitCode::from(CRASHED)
    })
}
