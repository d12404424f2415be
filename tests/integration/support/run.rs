//! How a run ended, compared as a whole.

use std::{path::Path, process::Output};

use pretty_assertions::assert_eq;
use serde_json::Value;
use time::{Duration, OffsetDateTime};

/// What a run said, its variable parts replaced, and how it ended.
#[derive(Debug)]
pub struct Outcome {
    stdout: String,
    stderr: String,
    status: Option<i32>,
}

impl Outcome {
    pub fn new(root: &Path, output: &Output) -> Self {
        let root = root.display().to_string();
        let text = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            normal(&text.replace("\r\n", "\n"), &root)
        };
        Self {
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            status: output.status.code(),
        }
    }

    /// The exit status, none where a signal ended the run.
    #[track_caller]
    pub fn status(self, expected: i32) -> Self {
        assert_eq!(
            self.status,
            Some(expected),
            "stdout:\n{}\nstderr:\n{}",
            self.stdout,
            self.stderr
        );
        self
    }

    #[track_caller]
    pub fn success(self) -> Self {
        self.status(0)
    }

    /// All of standard output.
    #[track_caller]
    pub fn stdout(self, expected: &str) -> Self {
        assert_eq!(self.stdout, unindent(expected), "stderr:\n{}", self.stderr);
        self
    }

    /// All of standard error.
    #[track_caller]
    pub fn stderr(self, expected: &str) -> Self {
        assert_eq!(self.stderr, unindent(expected), "stdout:\n{}", self.stdout);
        self
    }

    /// The same with columns two spaces apart, for tables as wide as what they show is long.
    pub fn squeezed(mut self) -> Self {
        while self.stdout.contains("   ") {
            self.stdout = self.stdout.replace("   ", "  ");
        }
        self
    }

    /// All of standard output, as JSON; milliseconds count as zero.
    #[track_caller]
    pub fn json(self, expected: &Value) -> Self {
        assert_eq!(self.value(), *expected, "stderr:\n{}", self.stderr);
        self
    }

    /// Standard output read as JSON, milliseconds as zero.
    #[track_caller]
    pub fn value(&self) -> Value {
        let text = self
            .stdout
            .replace("\"milliseconds\": [N]", "\"milliseconds\": 0");
        match serde_json::from_str(&text) {
            Ok(value) => value,
            Err(error) => panic!(
                "{error}\nstdout:\n{}\nstderr:\n{}",
                self.stdout, self.stderr
            ),
        }
    }

    pub fn out(&self) -> &str {
        &self.stdout
    }

    pub fn err(&self) -> &str {
        &self.stderr
    }

    /// Nothing was said that holds a secret.
    #[track_caller]
    pub fn keeps(self, secret: &str) -> Self {
        for text in [&self.stdout, &self.stderr] {
            assert!(!text.contains(secret), "`{secret}` was told:\n{text}");
        }
        self
    }
}

/// Text as it stands in a test: without the indentation its lines have in common, and without the
/// line breaks that set it apart from the quotes.
pub fn unindent(text: &str) -> String {
    let Some(body) = text.strip_prefix('\n') else {
        return text.to_owned();
    };
    let indent = body
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min()
        .unwrap_or(0);
    let mut plain = String::new();
    for line in body.trim_end_matches(' ').lines() {
        plain.push_str(line.get(indent..).unwrap_or_default());
        plain.push('\n');
    }
    plain
}

/// Replaces what differs from run to run. In a pattern, `9` stands for a digit, and `9+` for several.
fn normal(text: &str, root: &str) -> String {
    let mut text = text.replace(root, "[ROOT]");
    // A migration made by the test itself is named after the time.
    let today = OffsetDateTime::now_utc();
    for day in [today - Duration::DAY, today, today + Duration::DAY] {
        let date = day.date().to_string();
        text = replace(&text, &format!("{date}-999999-9999"), "[STAMP]");
        text = replace(
            &text,
            &format!("{}9999999999", date.replace('-', "")),
            "[VERSION]",
        );
    }
    for (pattern, name) in [
        ("9999-99-99 99:99:99", "[TIME]"),
        ("-99999999-999999", "-[MOMENT]"),
        ("9+.99 kB", "[SIZE]"),
        ("\"milliseconds\": 9+", "\"milliseconds\": [N]"),
        ("9+ ms", "[MS]"),
        ("9+.9 s", "[MS]"),
    ] {
        text = replace(&text, pattern, name);
    }
    text
}

fn replace(text: &str, pattern: &str, name: &str) -> String {
    let mut replaced = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = matched(rest, pattern).unwrap_or(0);
        if length > 0 {
            replaced.push_str(name);
            rest = &rest[length..];
        } else {
            replaced.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    replaced
}

/// How many bytes at the start of a text a pattern takes.
fn matched(text: &str, pattern: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut wanted = pattern.bytes().peekable();
    while let Some(byte) = wanted.next() {
        let found = *bytes.get(at)?;
        if byte == b'9' {
            if !found.is_ascii_digit() {
                return None;
            }
            at += 1;
            if wanted.next_if_eq(&b'+').is_some() {
                while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                    at += 1;
                }
            }
        } else if found == byte {
            at += 1;
        } else {
            return None;
        }
    }
    Some(at)
}
