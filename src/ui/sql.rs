//! SQL in colours: keywords, texts and comments.

use sqlparser::{
    dialect::GenericDialect,
    keywords::Keyword,
    tokenizer::{Token, Tokenizer, Whitespace},
};

use super::style::{Paint, Role};

/// Colours SQL, line by line so that no colour crosses a line's end; what cannot be read as SQL stays
/// plain.
pub(super) fn paint(paint: Paint, sql: &str) -> String {
    let dialect = GenericDialect {};
    let Ok(tokens) = Tokenizer::new(&dialect, sql)
        .with_unescape(false)
        .tokenize()
    else {
        return sql.to_owned();
    };
    let mut text = String::new();
    let mut plain = String::new();
    for token in tokens {
        let words = token.to_string();
        // The end of a comment's line is a token of its own, and printed with the comment once more.
        let words = match &token {
            Token::Whitespace(Whitespace::SingleLineComment { .. }) => words.trim_end_matches('\n'),
            _ => words.as_str(),
        };
        plain += words;
        let role = match &token {
            Token::Word(word)
                if word.quote_style.is_none() && word.keyword != Keyword::NoKeyword =>
            {
                // Names in small letters may be keywords somewhere.
                let capital = word
                    .value
                    .chars()
                    .all(|c| c.is_ascii_uppercase() || c == '_');
                capital.then_some(Role::Hint)
            }
            Token::SingleQuotedString(_) => Some(Role::Success),
            Token::Whitespace(
                Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_),
            ) => Some(Role::Dim),
            _ => None,
        };
        let Some(role) = role else {
            text += words;
            continue;
        };
        for line in words.split_inclusive('\n') {
            let bare = line.trim_end_matches('\n');
            text += &paint.paint(role, bare);
            text += &line[bare.len()..];
        }
    }
    if plain == sql { text } else { sql.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::style::ColorChoice;

    #[test]
    fn colours_change_no_character() {
        let on = Paint::new(ColorChoice::Always, false, &|_| None);
        let off = Paint::new(ColorChoice::Never, false, &|_| None);
        for sql in [
            "-- a\n--\n-- b\n\nCREATE TABLE \"a b\" (id INT DEFAULT 'x''y\\');\n",
            "/* a\n b */ SELECT 'two\nlines', $$x$$, E'\\n', `q` -- end",
            "SELECT 'never closed",
        ] {
            assert_eq!(paint(off, sql), sql);
            let painted = paint(on, sql);
            let mut plain = String::new();
            let mut rest = painted.as_str();
            while let Some((before, after)) = rest.split_once('\u{1b}') {
                plain += before;
                rest = after.split_once('m').unwrap().1;
            }
            assert_eq!(plain + rest, sql);
        }
    }
}
