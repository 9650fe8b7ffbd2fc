//! Renders the messages of the provider as sections of a page.

use std::fmt::Write;

use terraform_provider_maas::provider::message_catalogue;

/// Renders a heading for each section and message, then the message, its cause and its remedy.
pub(super) fn all() -> String {
    let (mut page, mut section) = (String::new(), "");
    for entry in message_catalogue() {
        if entry.section != section {
            section = entry.section;
            line(&mut page, &format!("## {section}\n"));
        }
        line(&mut page, &format!("### {}\n", entry.diagnostic.summary));
        line(&mut page, &format!("```text\n{}\n```\n", entry.diagnostic.detail.trim_end()));
        line(&mut page, &format!("**Cause.** {}\n\n**What to do.** {}\n", entry.cause, entry.remedy));
    }
    page
}

fn line(page: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(page, "{text}");
}

#[cfg(test)]
mod tests {
    use super::all;

    #[test]
    fn page_then_each_section_once_and_every_message_with_cause_and_remedy() {
        let page = all();
        let count = |text: &str| page.matches(text).count();
        assert_eq!(count("## Network\n"), 1);
        assert!(count("\n### ") > 50);
        assert_eq!(count("**Cause.** "), count("**What to do.** "));
    }
}
