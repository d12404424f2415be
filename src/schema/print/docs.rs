//! Doc comments that can be read back.

use super::super::declared::{is_open, starts_directive};

/// A comment as prose. Nothing of it may be taken for a directive.
pub(super) fn prose(comment: Option<&str>) -> Vec<String> {
    let line = |line: &str| {
        let line: String = line
            .chars()
            .map(|c| if is_special(c) { ' ' } else { c })
            .collect();
        let line = line.trim();
        let escape = if starts_directive(line) { "\\" } else { "" };
        format!("/// {escape}{line}").trim_end().to_owned()
    };
    comment.into_iter().flat_map(str::lines).map(line).collect()
}

/// A directive: a line, or several as long as something in it is open; as an attribute where a
/// comment could not say it.
pub(super) fn directive(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut before = String::new();
    let is_sayable = lines.iter().enumerate().all(|(index, line)| {
        let goes_on = index == 0 || (is_open(&before) && !starts_directive(line.trim_start()));
        before.push_str(if index == 0 { "" } else { "\n" });
        before.push_str(line);
        goes_on && line.trim_end() == *line && !line.contains(is_special)
    });
    if is_sayable {
        let line = |line: &&str| format!("/// {line}").trim_end().to_owned();
        lines.iter().map(line).collect()
    } else {
        vec![format!("#[doc = {}]", literal(text))]
    }
}

/// A string of Rust.
pub(super) fn literal(text: &str) -> String {
    let mut written = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            c if is_special(c) => written.push_str(&c.escape_unicode().to_string()),
            c => written.push(c),
        }
    }
    written.push('"');
    written
}

/// Characters that Rust does not let stand in comments, or warns of: controls, and those that turn
/// the direction of text.
fn is_special(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
