//! What can be known of an expression by looking at its words.

/// The text without the parentheses that wrap the whole of it.
pub(super) fn unwrapped(text: &str) -> &str {
    let mut text = text.trim();
    while is_wrapped(text) {
        text = text[1..text.len() - 1].trim();
    }
    text
}

/// Whether the first parenthesis closes at the end.
///
/// PostgreSQL doubles quotes inside quotes whatever kind they are, so they may be counted in pairs.
fn is_wrapped(text: &str) -> bool {
    if !(text.starts_with('(') && text.ends_with(')')) {
        return false;
    }
    let mut depth = 0_usize;
    let mut quote = None;
    for (place, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'(') => depth += 1,
            (None, b')') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return place + 1 == text.len();
                }
            }
            (Some(_) | None, _) => {}
        }
    }
    false
}

/// Whether an expression names a column, or anything else of that name.
pub(super) fn mentions(expression: &str, name: &str) -> bool {
    words(expression).any(|word| word == name)
}

/// The identifiers of an expression, without quotes, keywords among them.
fn words(expression: &str) -> impl Iterator<Item = String> + '_ {
    let mut rest = expression;
    std::iter::from_fn(move || {
        loop {
            let first = rest.chars().next()?;
            if first == '\'' || first == '"' {
                let (inside, behind) = quoted(&rest[1..], first);
                rest = behind;
                if first == '"' {
                    return Some(inside);
                }
            } else if first.is_alphabetic() || first == '_' {
                let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
                let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
                let word = rest[..end].to_lowercase();
                rest = &rest[end..];
                return Some(word);
            } else {
                rest = &rest[first.len_utf8()..];
            }
        }
    })
}

/// What stands up to the closing quote, with doubled ones made single, and what comes after it.
fn quoted(text: &str, quote: char) -> (String, &str) {
    let mut inside = String::new();
    let mut rest = text;
    while let Some(end) = rest.find(quote) {
        inside.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        let Some(behind) = rest.strip_prefix(quote) else {
            return (inside, rest);
        };
        inside.push(quote);
        rest = behind;
    }
    (inside, "")
}

/// Whether the whole is one call of a function, which an index takes without parentheses.
pub(super) fn is_call(text: &str) -> bool {
    let Some(open) = text.find('(') else {
        return false;
    };
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.';
    open > 0 && text[..open].chars().all(is_name) && is_wrapped(&text[open..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parentheses_come_off_where_they_wrap_the_whole() {
        assert_eq!(unwrapped("((a > 0))"), "a > 0");
        assert_eq!(unwrapped("((a > 0) AND (b > 0))"), "(a > 0) AND (b > 0)");
        assert_eq!(unwrapped("(a > 0) AND (b > 0)"), "(a > 0) AND (b > 0)");
        assert_eq!(unwrapped("(a <> ')'::text)"), "a <> ')'::text");
        assert_eq!(
            unwrapped("(\"a)\" <> 'it''s ('::text)"),
            "\"a)\" <> 'it''s ('::text"
        );
    }

    #[test]
    fn names_are_found_outside_of_texts() {
        assert!(mentions("(price > 0) AND (\"Odd \"\"one\" = 'x')", "price"));
        assert!(mentions(
            "(price > 0) AND (\"Odd \"\"one\" = 'x')",
            "Odd \"one"
        ));
        assert!(!mentions(
            "(prices > 0) AND (note = 'the price''s high')",
            "price"
        ));
    }

    #[test]
    fn a_call_is_told_from_other_expressions() {
        assert!(is_call("lower(name)"));
        assert!(!is_call("lower(name) || lower(other)"));
        assert!(!is_call("a + b"));
    }
}
