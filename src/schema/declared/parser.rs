//! Reads the tokens of a directive: names, lists, expressions in parentheses.

use std::ops::Range;

use super::{
    super::{
        Name,
        expression::{self, Kind, Token},
    },
    directive::{Columns, Problem, form},
};

/// Reads the tokens of a directive.
#[derive(Debug)]
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    /// The whole directive, where the text is a part of it.
    pub(super) whole: &'a str,
    pub(super) tokens: Vec<Token>,
    /// Which token comes next.
    pub(super) at: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, from: usize) -> Result<Self, Problem> {
        let shifted = expression::tokens(text.get(from..).unwrap_or_default());
        let tokens: Vec<Token> = shifted
            .into_iter()
            .map(|token| Token {
                start: token.start + from,
                end: token.end + from,
                ..token
            })
            .collect();
        if let Some(open) = tokens.iter().find(|token| !token.closed) {
            let what = match open.kind {
                Kind::Comment => "comment",
                Kind::Quoted => "quoted name",
                _ => "string",
            };
            return Err(Problem {
                range: open.start..open.start + 1,
                message: format!("this {what} is never closed"),
                hint: None,
            });
        }
        Ok(Self {
            text,
            whole: text,
            tokens: tokens
                .into_iter()
                .filter(|token| token.kind != Kind::Comment)
                .collect(),
            at: 0,
        })
    }

    /// A parser of the tokens in a range of bytes.
    pub(super) fn within(&self, range: &Range<usize>) -> Self {
        Self {
            text: self.text.get(..range.end).unwrap_or_default(),
            whole: self.whole,
            tokens: self
                .tokens
                .iter()
                .filter(|token| token.start >= range.start && token.end <= range.end)
                .copied()
                .collect(),
            at: 0,
        }
    }

    pub(super) fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    pub(super) fn peek_after(&self) -> Option<Token> {
        self.tokens.get(self.at + 1).copied()
    }

    /// The byte behind the last token that was passed over.
    pub(super) fn before(&self) -> usize {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.map_or(0, |token| token.end)
    }

    pub(super) fn advance(&mut self) -> Option<Token> {
        let token = self.peek();
        self.at += usize::from(token.is_some());
        token
    }

    pub(super) fn is_symbol(&self, symbol: char) -> bool {
        self.peek().is_some_and(|t| t.kind == Kind::Symbol(symbol))
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.peek().is_some_and(|t| t.is_word(self.text, word))
    }

    /// Passes over some words, if they are what comes.
    pub(super) fn eat(&mut self, words: &[&str]) -> bool {
        let comes = words.iter().enumerate().all(|(index, word)| {
            self.tokens
                .get(self.at + index)
                .is_some_and(|token| token.is_word(self.text, word))
        });
        self.at += if comes { words.len() } else { 0 };
        comes
    }

    pub(super) fn expected(&self, what: &str) -> Problem {
        let end = self.text.len()..self.text.len() + 1;
        let range = self.peek().map_or(end, |token| token.start..token.end);
        let found = match self.whole.get(range.clone()) {
            Some(found) => format!("`{found}`"),
            None => "the end of the directive".to_owned(),
        };
        Problem {
            range,
            message: format!("expected {what}, found {found}"),
            hint: None,
        }
    }

    pub(super) fn finish(&self, name: &str) -> Result<(), Problem> {
        self.peek().map_or(Ok(()), |token| {
            Err(Problem {
                range: token.start..token.end,
                message: format!("unexpected `{}` in `@{name}`", token.text(self.text)),
                hint: form(name).map(|form| format!("the form is `{form}`")),
            })
        })
    }

    /// A name, quoted or not, and where it stands.
    pub(super) fn name(&mut self, what: &str) -> Result<(String, Range<usize>), Problem> {
        let token = self.peek();
        match token.and_then(|token| Some((token, token.name(self.text)?))) {
            Some((token, name)) => {
                self.at += 1;
                Ok((name, token.start..token.end))
            }
            None => Err(self.expected(what)),
        }
    }

    /// `name` or `schema.name`.
    pub(super) fn qualified(&mut self, what: &str) -> Result<(Name, Range<usize>), Problem> {
        let (first, start) = self.name(what)?;
        if !self.is_symbol('.') {
            return Ok((Name::new(first), start));
        }
        self.at += 1;
        let (second, end) = self.name(what)?;
        Ok((Name::within(first, second), start.start..end.end))
    }

    /// What stands between two parentheses, in bytes.
    pub(super) fn group(&mut self) -> Result<Range<usize>, Problem> {
        if !self.is_symbol('(') {
            return Err(self.expected("`(`"));
        }
        let open = self.advance();
        let open = open.map_or(0..0, |token| token.start..token.end);
        let mut depth = 1_usize;
        while let Some(token) = self.advance() {
            match token.kind {
                Kind::Symbol('(') => depth += 1,
                Kind::Symbol(')') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Ok(open.end..token.start);
            }
        }
        Err(Problem {
            range: open,
            message: "this `(` is never closed".to_owned(),
            hint: None,
        })
    }

    /// The SQL between two parentheses.
    pub(super) fn expression(&mut self) -> Result<String, Problem> {
        let range = self.group()?;
        let sql = self.text.get(range.clone()).unwrap_or_default().trim();
        if sql.is_empty() {
            return Err(Problem {
                range: range.end..range.end + 1,
                message: "expected an expression, found `)`".to_owned(),
                hint: None,
            });
        }
        Ok(sql.to_owned())
    }

    /// The ranges between the commas of a range.
    pub(super) fn split(&self, range: &Range<usize>) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let (mut start, mut depth) = (range.start, 0_usize);
        let inside = |token: &&Token| token.start >= range.start && token.end <= range.end;
        for token in self.tokens.iter().filter(inside) {
            match token.kind {
                Kind::Symbol('(' | '[') => depth += 1,
                Kind::Symbol(')' | ']') => depth = depth.saturating_sub(1),
                Kind::Symbol(',') if depth == 0 => {
                    parts.push(start..token.start);
                    start = token.end;
                }
                _ => {}
            }
        }
        parts.push(start..range.end);
        parts
    }

    /// `(a, b)`: names and where they stand.
    pub(super) fn names(&mut self) -> Result<Vec<(String, Range<usize>)>, Problem> {
        let range = self.group()?;
        let mut names = Vec::new();
        for part in self.split(&range) {
            let mut parser = self.within(&part);
            let name = parser.name("a column")?;
            if parser.peek().is_some() {
                return Err(parser.expected("`,` or `)`"));
            }
            names.push(name);
        }
        Ok(names)
    }

    /// `(a, b)`: columns of the table.
    pub(super) fn columns(&mut self, columns: &Columns) -> Result<Vec<String>, Problem> {
        let names = self.names()?;
        let found = names.into_iter();
        found
            .map(|(name, range)| columns.require(&name, range))
            .collect()
    }

    /// All that is left, as it stands.
    pub(super) fn rest(&mut self, what: &str) -> Result<String, Problem> {
        let Some(token) = self.peek() else {
            return Err(self.expected(what));
        };
        self.at = self.tokens.len();
        Ok(self
            .text
            .get(token.start..)
            .unwrap_or_default()
            .trim()
            .to_owned())
    }
}

/// The text without the parentheses that stand round the whole of it.
pub(super) fn unwrap(sql: &str) -> String {
    let trimmed = sql.trim();
    let mut depth = 0_usize;
    let tokens = expression::tokens(trimmed);
    let whole = tokens.first().is_some_and(|t| t.kind == Kind::Symbol('('))
        && tokens.iter().enumerate().all(|(index, token)| {
            match token.kind {
                Kind::Symbol('(') => depth += 1,
                Kind::Symbol(')') => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth > 0 || index + 1 == tokens.len()
        });
    if whole && depth == 0 && trimmed.ends_with(')') {
        let inner = trimmed.get(1..trimmed.len() - 1).unwrap_or_default();
        inner.trim().to_owned()
    } else {
        trimmed.to_owned()
    }
}
