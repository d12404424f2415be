//! SQL in colours: keywords, texts and comments.

use sqlparser::{
    dialect::GenericDialect,
    keywords::Keyword,
    tokenizer::{Token, Tokenizer, Whitespace},
};

use super::style::{Paint, Role};

/// Colours SQL, line by line so that no colour crosses a line's end; what cannot be read as SQL stays
/// plain.
pub(super) fn paint(paint: &Paint, sql: &str) -> String {
    let dialect = GenericDialect {};
    let Ok(tokens) = Tokenizer::new(&dialect, sql)
        .with_unescape(false)
        .tokenize()
    else {
        return sql.to_owned();
    };
    let mut text = String::new();
    for token in tokens {
        let words = token.to_string();
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
            text += &words;
            continue;
        };
        for line in words.split_inclusive('\n') {
            let bare = line.trim_end_matches('\n');
            text += &paint.paint(role, bare);
            text += &line[bare.len()..];
        }
    }
    text
}
