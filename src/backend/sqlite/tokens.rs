//! Walks over the tokens of a statement that SQLite keeps.
//!
//! SQLite stores the text of what created a thing, and accepts more than any parser written for
//! several engines knows; its own [grammar] is small, so tokens are enough.
//!
//! [grammar]: https://www.sqlite.org/lang.html

use std::ops::Range;

use crate::backend::statements::{
    Dialect,
    lexer::{Kind, Lexer, Token},
};

/// The tokens of a text, and a place among them.
#[derive(Clone, Debug)]
pub(super) struct Tokens<'a> {
    source: &'a str,
    all: Vec<Token>,
    at: usize,
}

impl<'a> Tokens<'a> {
    /// Starts at the first token.
    pub(super) fn new(source: &'a str) -> Self {
        Self {
            source,
            all: Lexer::new(Dialect::Sqlite, source).collect(),
            at: 0,
        }
    }

    /// Whether no token is left.
    pub(super) fn is_empty(&self) -> bool {
        self.at >= self.all.len()
    }

    /// Goes to a place.
    pub(super) fn go(&mut self, at: usize) {
        self.at = at;
    }

    /// Passes over a token.
    pub(super) fn skip(&mut self) {
        self.at += 1;
    }

    fn kind(&self, ahead: usize) -> Option<Kind> {
        self.all.get(self.at + ahead).map(|token| token.kind)
    }

    fn raw(&self, at: usize) -> &'a str {
        self.all
            .get(at)
            .map_or("", |token| &self.source[token.start..token.end])
    }

    /// The bare word at the place, as it is written.
    pub(super) fn word(&self) -> Option<&'a str> {
        (self.kind(0) == Some(Kind::Word)).then(|| self.raw(self.at))
    }

    /// Whether some bare words stand at the place, in any case.
    pub(super) fn sees(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(ahead, word)| {
            self.kind(ahead) == Some(Kind::Word)
                && self.raw(self.at + ahead).eq_ignore_ascii_case(word)
        })
    }

    /// Passes over bare words, where they stand at the place.
    pub(super) fn eat(&mut self, words: &[&str]) -> bool {
        let seen = self.sees(words);
        if seen {
            self.at += words.len();
        }
        seen
    }

    /// Whether a symbol stands at the place.
    pub(super) fn sees_symbol(&self, symbol: u8) -> bool {
        self.kind(0) == Some(Kind::Symbol(symbol))
    }

    /// Passes over a symbol, where it stands at the place.
    pub(super) fn eat_symbol(&mut self, symbol: u8) -> bool {
        let seen = self.sees_symbol(symbol);
        if seen {
            self.at += 1;
        }
        seen
    }

    /// Whether a name may stand at the place: a word, a quoted name, or a string, which SQLite takes
    /// for a name where nothing else will do.
    pub(super) fn sees_name(&self) -> bool {
        match self.kind(0) {
            Some(Kind::Word | Kind::Name) => true,
            Some(Kind::Literal) => self.raw(self.at).starts_with('\''),
            _ => false,
        }
    }

    /// Passes over a name, and takes its quotes off.
    pub(super) fn name(&mut self) -> Option<String> {
        self.sees_name().then(|| {
            self.at += 1;
            unquote(self.raw(self.at - 1))
        })
    }

    /// Passes over a pair of parentheses; gives the tokens between them.
    pub(super) fn parentheses(&mut self) -> Option<Range<usize>> {
        if !self.sees_symbol(b'(') {
            return None;
        }
        let start = self.at + 1;
        let mut depth = 0_usize;
        while let Some(kind) = self.kind(0) {
            self.at += 1;
            match kind {
                Kind::Symbol(b'(') => depth += 1,
                Kind::Symbol(b')') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Some(start..self.at - 1);
            }
        }
        Some(start..self.at)
    }

    /// The tokens from the place to the end.
    pub(super) fn rest(&self) -> Range<usize> {
        self.at..self.all.len()
    }

    /// A range cut at the commas that stand in no parentheses of their own.
    pub(super) fn list(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut start = range.start;
        let mut depth = 0_usize;
        for at in range.clone() {
            match self.all.get(at).map(|token| token.kind) {
                Some(Kind::Symbol(b'(')) => depth += 1,
                Some(Kind::Symbol(b')')) => depth = depth.saturating_sub(1),
                Some(Kind::Symbol(b',')) if depth == 0 => {
                    parts.push(start..at);
                    start = at + 1;
                }
                _ => {}
            }
        }
        parts.push(start..range.end);
        parts
    }

    /// The text of some tokens: as written, but for spaces and comments, which become one space.
    pub(super) fn text(&self, range: Range<usize>) -> String {
        let mut text = String::new();
        let mut end = None;
        for token in self.all.get(range).unwrap_or_default() {
            if end.is_some_and(|end| end < token.start) {
                text.push(' ');
            }
            text.push_str(&self.source[token.start..token.end]);
            end = Some(token.end);
        }
        text
    }

    /// The text of some tokens without the parentheses around all of them.
    pub(super) fn expression(&self, mut range: Range<usize>) -> String {
        while range.len() > 2 {
            let mut inner = self.clone();
            inner.go(range.start);
            match inner.parentheses() {
                Some(between) if inner.at == range.end && !between.is_empty() => range = between,
                _ => break,
            }
        }
        self.text(range)
    }

    /// The names among some tokens, without quotes: keywords, columns, functions.
    pub(super) fn names(&self, range: Range<usize>) -> impl Iterator<Item = String> {
        range
            .filter(|at| {
                self.all
                    .get(*at)
                    .is_some_and(|token| matches!(token.kind, Kind::Word | Kind::Name))
            })
            .map(|at| unquote(self.raw(at)))
    }

    /// The whole text with some names written differently.
    pub(super) fn replace(&self, mut other: impl FnMut(&str) -> Option<String>) -> String {
        let mut text = String::new();
        let mut end = 0;
        for (at, token) in self.all.iter().enumerate() {
            if matches!(token.kind, Kind::Word | Kind::Name)
                && let Some(other) = other(&unquote(self.raw(at)))
            {
                text.push_str(&self.source[end..token.start]);
                text.push_str(&other);
                end = token.end;
            }
        }
        text.push_str(&self.source[end..]);
        text
    }

    /// Whether some tokens are one literal, a sign before it or not, or one word: what a default may
    /// be without parentheses.
    pub(super) fn is_plain_value(&self) -> bool {
        let signs = usize::from(self.sees_symbol(b'-') || self.sees_symbol(b'+'));
        match &self.all[signs.min(self.all.len())..] {
            [token] => match token.kind {
                Kind::Literal => true,
                Kind::Word | Kind::Name => signs == 0,
                _ => false,
            },
            // `1.5` and `.5` are several tokens here.
            tokens => {
                !tokens.is_empty()
                    && tokens.iter().all(|token| {
                        let text = &self.source[token.start..token.end];
                        text.bytes()
                            .all(|byte| byte.is_ascii_digit() || byte == b'.')
                    })
            }
        }
    }
}

/// A text with every run of spaces and comments made one space, but for what is quoted.
pub(super) fn single_spaced(text: &str) -> String {
    let tokens = Tokens::new(text);
    tokens.text(tokens.rest())
}

/// Whether a text, read as SQL, has a name in it, in any case.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    let tokens = Tokens::new(text);
    tokens
        .names(tokens.rest())
        .any(|found| found.eq_ignore_ascii_case(name))
}

/// A name without its quotes: `"a""b"`, `` `a` ``, `[a]`, `'a'`.
fn unquote(raw: &str) -> String {
    let Some(quote @ ('"' | '`' | '[' | '\'')) = raw.chars().next() else {
        return raw.to_owned();
    };
    let inner = &raw[1..raw.len().saturating_sub(1).max(1)];
    if quote == '[' {
        return inner.to_owned();
    }
    let mut doubled = [0; 8];
    let double = quote.encode_utf8(&mut doubled).repeat(2);
    inner.replace(&double, quote.encode_utf8(&mut doubled))
}
