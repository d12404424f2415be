//! SQL expressions as texts: their tokens, and the columns they name. No grammar and no engine: what
//! a word is, is told by what stands around it.

use std::collections::BTreeSet;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::schema) enum Kind {
    /// A keyword or an unquoted identifier.
    Word,
    /// An identifier in double quotes or backticks.
    Quoted,
    /// A string: in single quotes or dollar quotes.
    Text,
    /// A number or a parameter.
    Number,
    /// A comment.
    Comment,
    /// Any other character.
    Symbol(char),
}

/// A token and where it stands, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::schema) struct Token {
    /// What it is.
    pub(in crate::schema) kind: Kind,
    /// Its first byte.
    pub(in crate::schema) start: usize,
    /// The byte behind it.
    pub(in crate::schema) end: usize,
    /// Whether what it opens is closed: a quote, a comment.
    pub(in crate::schema) closed: bool,
}

impl Token {
    /// Its text.
    pub(in crate::schema) fn text<'a>(&self, sql: &'a str) -> &'a str {
        sql.get(self.start..self.end).unwrap_or_default()
    }

    /// The name that an identifier means, without quotes; `None` for what is none.
    pub(in crate::schema) fn name(&self, sql: &str) -> Option<String> {
        let text = self.text(sql);
        match self.kind {
            Kind::Word => Some(text.to_owned()),
            Kind::Quoted => {
                let quote = text.get(..1).unwrap_or_default();
                let inner = text.strip_prefix(quote).unwrap_or(text);
                let inner = inner.strip_suffix(quote).unwrap_or(inner);
                Some(inner.replace(&quote.repeat(2), quote))
            }
            _ => None,
        }
    }

    /// Whether it is a word, in small or capital letters.
    pub(in crate::schema) fn is_word(&self, sql: &str, word: &str) -> bool {
        self.kind == Kind::Word && self.text(sql).eq_ignore_ascii_case(word)
    }
}

/// The tokens of a text; white space is passed over.
///
/// Whether a backslash escapes a quote depends on the engine and its settings. It is taken for
/// itself, as the standard does, unless a string would then never end.
pub(in crate::schema) fn tokens(sql: &str) -> Vec<Token> {
    let plain = scan(sql, false);
    if sql.contains('\\') && plain.iter().any(|token| !token.closed) {
        let escaped = scan(sql, true);
        if escaped.iter().all(|token| token.closed) {
            return escaped;
        }
    }
    plain
}

fn scan(sql: &str, backslash: bool) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = sql.get(at..).and_then(|rest| rest.chars().next()) {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let rest = sql.get(at..).unwrap_or_default();
        let (kind, length, closed) = if rest.starts_with("--") {
            (Kind::Comment, rest.find('\n').unwrap_or(rest.len()), true)
        } else if rest.starts_with("/*") {
            let (length, closed) = block_comment(rest);
            (Kind::Comment, length, closed)
        } else if let Some((length, closed)) = dollar_quote(rest) {
            (Kind::Text, length, closed)
        } else if first == '\'' {
            let escapes = backslash || escape_prefix(&tokens, sql, at);
            let (length, closed) = quoted(rest, '\'', escapes);
            (Kind::Text, length, closed)
        } else if first == '"' || first == '`' {
            let (length, closed) = quoted(rest, first, false);
            (Kind::Quoted, length, closed)
        } else if first.is_ascii_digit() {
            (Kind::Number, number(rest), true)
        } else if is_word_start(first) {
            let length = rest
                .find(|c: char| !is_word_start(c) && !c.is_ascii_digit() && c != '$')
                .unwrap_or(rest.len());
            (Kind::Word, length, true)
        } else {
            (Kind::Symbol(first), first.len_utf8(), true)
        };
        tokens.push(Token {
            kind,
            start: at,
            end: at + length,
            closed,
        });
        at += length;
    }
    tokens
}

/// A number: `10`, `1.5`, `.5` is a symbol and a number, `1e-3`, `0xff`.
fn number(rest: &str) -> usize {
    let mut before = '0';
    rest.find(|c: char| {
        let sign = (c == '-' || c == '+') && (before == 'e' || before == 'E');
        let part = c.is_ascii_alphanumeric() || c == '.' || c == '_' || sign;
        before = c;
        !part
    })
    .unwrap_or(rest.len())
}

fn is_word_start(c: char) -> bool {
    c == '_' || c.is_alphabetic() || (!c.is_ascii() && !c.is_whitespace())
}

/// PostgreSQL's `E'...'`.
/// <https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS-ESCAPE>
fn escape_prefix(tokens: &[Token], sql: &str, at: usize) -> bool {
    tokens
        .last()
        .is_some_and(|token| token.end == at && token.is_word(sql, "e"))
}

/// Comments nest, as in PostgreSQL.
fn block_comment(rest: &str) -> (usize, bool) {
    let bytes = rest.as_bytes();
    let (mut at, mut depth) = (0, 0_usize);
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return (at, true);
            }
        } else {
            at += 1;
        }
    }
    (rest.len(), false)
}

fn quoted(rest: &str, quote: char, backslash: bool) -> (usize, bool) {
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((index, c)) = chars.next() {
        if c == '\\' && backslash {
            chars.next();
        } else if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return (index + 1, true);
        }
    }
    (rest.len(), false)
}

fn dollar_quote(rest: &str) -> Option<(usize, bool)> {
    let tag = rest.strip_prefix('$')?;
    let tag = &tag[..tag.find('$')?];
    let mut chars = tag.chars();
    let starts = chars.next().is_none_or(is_word_start);
    if !starts || !chars.all(|c| is_word_start(c) || c.is_ascii_digit()) {
        return None;
    }
    let delimiter = format!("${tag}$");
    let body = &rest[delimiter.len()..];
    Some(match body.find(&delimiter) {
        Some(at) => (at + 2 * delimiter.len(), true),
        None => (rest.len(), false),
    })
}

/// The identifiers that may name a column: not functions, types behind `::` or `AS`, qualifiers,
/// collations, or what stands before a string (`date '2020-01-01'`, `_utf8mb4'x'`).
fn columns(sql: &str) -> Vec<Token> {
    let tokens: Vec<Token> = tokens(sql)
        .into_iter()
        .filter(|token| token.kind != Kind::Comment)
        .collect();
    let symbol = |index: usize| match tokens.get(index).map(|token| token.kind) {
        Some(Kind::Symbol(symbol)) => Some(symbol),
        _ => None,
    };
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if !matches!(token.kind, Kind::Word | Kind::Quoted) {
            continue;
        }
        let mut first = index;
        while first >= 2 && symbol(first - 1) == Some('.') {
            first -= 2;
        }
        let before = first.checked_sub(1).and_then(|before| tokens.get(before));
        let is_type = before.is_some_and(|before| {
            (before.kind == Kind::Symbol(':') && first >= 2 && symbol(first - 2) == Some(':'))
                || before.is_word(sql, "as")
                || before.is_word(sql, "collate")
        });
        let next = tokens.get(index + 1);
        let is_other = next.is_some_and(|next| match next.kind {
            Kind::Symbol('(') => token.kind == Kind::Word || first != index,
            Kind::Symbol('.') => true,
            Kind::Text => token.kind == Kind::Word,
            _ => false,
        });
        if !is_type && !is_other {
            found.push(*token);
        }
    }
    found
}

/// Whether an identifier means a column. What is not quoted is compared without case, as most
/// engines do; what is quoted is compared as it stands.
fn means(token: &Token, sql: &str, column: &str) -> bool {
    match token.kind {
        Kind::Word => token.text(sql).eq_ignore_ascii_case(column),
        _ => token.name(sql).is_some_and(|name| name == column),
    }
}

/// The expression with a column renamed: every identifier that means it is replaced, inside strings
/// and comments nothing is.
///
/// `new_quoted` is written as it is, so quoted where the engine needs it.
pub fn rename_identifier(sql: &str, old: &str, new_quoted: &str) -> String {
    rename_identifiers(sql, &[(old, new_quoted)])
}

/// The same for several columns at once, so that two can change places.
pub fn rename_identifiers(sql: &str, renames: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut written = 0;
    for token in columns(sql) {
        let new = renames.iter().find(|(old, _)| means(&token, sql, old));
        if let Some((_, new)) = new {
            text.push_str(sql.get(written..token.start).unwrap_or_default());
            text.push_str(new);
            written = token.end;
        }
    }
    text.push_str(sql.get(written..).unwrap_or_default());
    text
}

/// Which of some columns an expression names.
pub fn mentioned<'a>(
    sql: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> BTreeSet<&'a str> {
    let columns = columns(sql);
    candidates
        .into_iter()
        .filter(|candidate| columns.iter().any(|token| means(token, sql, candidate)))
        .collect()
}

/// A token without what may be written in several ways: the case of words and quotes round them.
fn plain(token: &Token, sql: &str) -> String {
    match token.kind {
        Kind::Word => token.text(sql).to_ascii_lowercase(),
        Kind::Quoted => token.name(sql).unwrap_or_default(),
        _ => token.text(sql).to_owned(),
    }
}

/// Whether two expressions differ in nothing but white space, comments, the case of words and quotes
/// round names.
pub fn same(left: &str, right: &str) -> bool {
    let read = |sql: &str| -> Vec<String> {
        let tokens = tokens(sql).into_iter();
        tokens
            .filter(|token| token.kind != Kind::Comment)
            .map(|token| plain(&token, sql))
            .collect()
    };
    left == right || read(left) == read(right)
}

/// Whether two expressions may be the same once an engine has put them into its own words: they are,
/// less parentheses, casts (`::text`) and character sets (`_utf8mb4'x'`).
pub fn alike(left: &str, right: &str) -> bool {
    let read = |sql: &str| -> Vec<String> {
        let tokens: Vec<Token> = tokens(sql)
            .into_iter()
            .filter(|token| token.kind != Kind::Comment)
            .collect();
        let mut words = Vec::new();
        let mut rest = tokens.as_slice();
        while let Some((token, behind)) = rest.split_first() {
            rest = behind;
            let next = behind.first();
            let is_colon =
                |token: Option<&Token>| token.is_some_and(|token| token.kind == Kind::Symbol(':'));
            if is_colon(Some(token)) && is_colon(next) {
                rest = behind.get(1..).unwrap_or_default();
                rest = without_type(rest, sql);
                continue;
            }
            let is_character_set = token.kind == Kind::Word
                && token.text(sql).starts_with('_')
                && next.is_some_and(|next| next.kind == Kind::Text && next.start == token.end);
            if !is_character_set && !matches!(token.kind, Kind::Symbol('(' | ')')) {
                words.push(plain(token, sql));
            }
        }
        words
    };
    read(left) == read(right)
}

/// What is left behind the type of a cast: `character varying(20)[]`.
fn without_type<'a>(tokens: &'a [Token], sql: &str) -> &'a [Token] {
    let mut rest = tokens;
    let mut is_first = true;
    while let Some((token, behind)) = rest.split_first() {
        let goes_on = match token.kind {
            Kind::Word | Kind::Quoted if is_first => true,
            Kind::Word => ["varying", "precision", "with", "without", "time", "zone"]
                .iter()
                .any(|word| token.is_word(sql, word)),
            Kind::Symbol('.' | '[') => {
                rest = behind.get(1..).unwrap_or_default();
                continue;
            }
            Kind::Symbol('(') => {
                let close = behind.iter().position(|t| t.kind == Kind::Symbol(')'));
                rest = close
                    .and_then(|at| behind.get(at + 1..))
                    .unwrap_or_default();
                continue;
            }
            _ => false,
        };
        if !goes_on {
            return rest;
        }
        is_first = false;
        rest = behind;
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_renamed_wherever_it_is_named() {
        for (sql, expected) in [
            ("old > 0", "new > 0"),
            ("(OLD > 0)", "(new > 0)"),
            ("\"old\" > 0", "new > 0"),
            ("`old` > 0", "new > 0"),
            ("t.old + older + old_", "t.new + older + old_"),
            ("lower(old) = 'old'", "lower(new) = 'old'"),
            ("old(old)", "old(new)"),
            ("'x'::old", "'x'::old"),
            ("'x'::app.old", "'x'::app.old"),
            ("(old)::text", "(new)::text"),
            ("CAST(old AS old)", "CAST(new AS old)"),
            (
                "old = ANY (ARRAY['old'::text])",
                "new = ANY (ARRAY['old'::text])",
            ),
            ("a COLLATE old", "a COLLATE old"),
            ("old.a = 1", "old.a = 1"),
            ("old '2020-01-01' < b", "old '2020-01-01' < b"),
            ("$old$ old $old$ = old", "$old$ old $old$ = new"),
            (
                "/* old /* old */ old */ old -- old",
                "/* old /* old */ old */ new -- old",
            ),
            ("a = 'it''s old' OR old", "a = 'it''s old' OR new"),
            (r"a = 'it\'s old' OR old", r"a = 'it\'s old' OR new"),
            (r"a = '\' OR old = '\'", r"a = '\' OR new = '\'"),
            (r"a = E'\' old' OR old", r"a = E'\' old' OR new"),
            ("a[old]", "a[new]"),
            ("\"Old\" = 1", "\"Old\" = 1"),
        ] {
            assert_eq!(rename_identifier(sql, "old", "new"), expected, "{sql}");
        }
    }

    #[test]
    fn two_columns_can_change_places() {
        assert_eq!(
            rename_identifiers("a < b", &[("a", "b"), ("b", "a")]),
            "b < a"
        );
    }

    #[test]
    fn an_expression_says_which_columns_it_names() {
        let named = mentioned("lower(a) || 'b' || \"c d\"", ["a", "b", "c d", "lower"]);
        assert_eq!(named, BTreeSet::from(["a", "c d"]));
    }

    #[test]
    fn expressions_in_other_words_are_known() {
        assert!(same("TOTAL>=0 -- x", "\"total\" >= 0"));
        assert!(!same("a + (b * c)", "(a + b) * c"));
        for (written, printed) in [
            ("total >= 0", "(total >= (0)::numeric)"),
            (
                "status = 'a'",
                "((status)::text = 'a'::character varying(20))",
            ),
            ("a = 'x'", "(`a` = _utf8mb4'x')"),
            ("a = 'x' and b", "((a = 'x'::app.mood[]) AND b)"),
        ] {
            assert!(alike(written, printed), "{written}");
        }
        assert!(!alike("total > 0", "total >= 0"));
    }

    #[test]
    fn what_is_never_closed_is_known() {
        for sql in ["'a", "\"a", "/* a", "$$ a", "`a"] {
            assert!(tokens(sql).iter().any(|token| !token.closed), "{sql}");
        }
        assert!(tokens("$1 + 1e-5").iter().all(|token| token.closed));
    }
}
