//! Every text that a user may read, printed side by side.
#![allow(missing_docs, reason = "a test has no interface")]

use std::fmt::Write;

use terraform_provider_maas::provider::message_catalogue;
use terraform_provider_maas::terraform::Severity;

/// To take a change over: `UPDATE_EXPECT=1 cargo test --test messages`.
#[test]
fn every_message_then_as_reviewed() {
    let mut text = String::new();
    for entry in message_catalogue() {
        let diagnostic = entry.diagnostic;
        let severity = if diagnostic.severity == Severity::Error { "Error" } else { "Warning" };
        let attribute = diagnostic.attribute.map(|path| format!(" (at {path})")).unwrap_or_default();
        writeln!(text, "{severity}: {}{attribute}\n{}\n{}", diagnostic.summary, diagnostic.detail, "-".repeat(72))
            .expect("writes");
    }
    expect_test::expect_file!["snapshots/messages.txt"].assert_eq(&text);
}

#[test]
fn every_message_then_a_summary_a_detail_a_cause_and_something_to_do() {
    let entries = message_catalogue();
    assert!(entries.len() > 50, "{}", entries.len());
    for entry in &entries {
        let diagnostic = &entry.diagnostic;
        assert!(!diagnostic.summary.ends_with('.') && !diagnostic.summary.is_empty(), "{}", diagnostic.summary);
        assert!(!diagnostic.detail.is_empty(), "{}", diagnostic.summary);
        for sentence in [entry.cause, entry.remedy] {
            assert!(sentence.ends_with('.'), "{sentence}");
        }
    }
}
