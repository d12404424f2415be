//! Annotations: the lines by which a GitHub workflow shows something beside the code.
//!
//! [The form](https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands), and
//! what is escaped in it and how, are GitHub's.

use std::path::Path;

use super::diagnostic::relative;
use crate::{
    check::{Finding, Level},
    error::Error,
};

/// `::error file=...,line=...,title=M001::message`, and what to do in a line of its own.
pub(super) fn annotation(finding: &Finding, folder: &Path) -> String {
    let command = match finding.level {
        Level::Info => "notice",
        Level::Warning => "warning",
        Level::Error => "error",
    };
    let file = finding.file.as_deref();
    let properties = [
        ("file", file.map(|path| relative(path, folder))),
        ("line", finding.line.map(|line| line.to_string())),
        ("col", finding.column.map(|column| column.to_string())),
        ("title", Some(finding.rule.id.to_owned())),
    ];
    let properties: Vec<String> = properties
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", property(&value?))))
        .collect();
    let hints = finding.hint.as_slice();
    let message = message(&finding.message, hints);
    format!("::{command} {}::{message}", properties.join(","))
}

/// An error of the command itself.
pub(super) fn error(error: &Error) -> String {
    let message = message(&error.to_string(), &error.hints());
    format!("::error title=manage::{message}")
}

fn message(text: &str, hints: &[String]) -> String {
    let mut lines = vec![text.to_owned()];
    lines.extend(hints.iter().map(|hint| format!("hint: {hint}")));
    escaped(&lines.join("\n"))
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_to_github_is_escaped() {
        assert_eq!(
            message("50%, a:b\r\nc", &["then".to_owned()]),
            "50%25, a:b%0D%0Ac%0Ahint: then"
        );
        assert_eq!(property("50%,a:b\n"), "50%25%2Ca%3Ab%0A");
    }
}
