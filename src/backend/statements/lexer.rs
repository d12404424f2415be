//! Tokens, as far as they decide where a statement ends.
//!
//! White space and comments are passed over; quotes come out whole. Every token starts and ends on
//! a character boundary: what is not ASCII is part of a word or of something quoted.

use super::Dialect;

/// U+FEFF, which some editors put first.
pub(in crate::backend) const BYTE_ORDER_MARK: char = '\u{feff}';

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::backend) enum Kind {
    /// A keyword or an unquoted identifier.
    Word,
    /// A quoted identifier.
    Name,
    /// A string, number, parameter or variable, or something that was never closed.
    Literal,
    /// Any other character.
    Symbol(u8),
    /// The `/*!50003` that opens code only MySQL or MariaDB reads.
    CodeOpen,
    /// The `*/` that closes it.
    CodeClose,
    /// The terminator a `DELIMITER` line has set in place of the semicolon.
    Delimiter,
}

/// A token and where it stands, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::backend) struct Token {
    pub(in crate::backend) kind: Kind,
    pub(in crate::backend) start: usize,
    pub(in crate::backend) end: usize,
}

/// Reads one text.
#[derive(Clone, Debug)]
pub(in crate::backend) struct Lexer<'a> {
    dialect: Dialect,
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// What ends a statement: `;`, or what a `DELIMITER` line says.
    delimiter: &'a str,
    /// No token of the current statement has been read.
    fresh: bool,
    /// Inside `/*! ... */`.
    in_code: bool,
    /// The last token was the word `AS`.
    after_as: bool,
}

impl<'a> Lexer<'a> {
    pub(in crate::backend) fn new(dialect: Dialect, source: &'a str) -> Self {
        let at = if source.starts_with(BYTE_ORDER_MARK) {
            BYTE_ORDER_MARK.len_utf8()
        } else {
            0
        };
        Self {
            dialect,
            source,
            bytes: source.as_bytes(),
            at,
            delimiter: ";",
            fresh: true,
            in_code: false,
            after_as: false,
        }
    }

    /// Tells the lexer that the last token ended a statement.
    pub(in crate::backend) fn start_statement(&mut self) {
        self.fresh = true;
    }

    /// Whether a semicolon here may end a statement.
    pub(in crate::backend) fn semicolon_ends(&self) -> bool {
        // The server refuses a statement that ends inside `/*! */`, so one is never split there.
        self.delimiter == ";" && !self.in_code
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn looking_at(&self, at: usize, text: &str) -> bool {
        self.bytes
            .get(at..)
            .is_some_and(|rest| rest.starts_with(text.as_bytes()))
    }

    /// Passes over white space, comments and `DELIMITER` lines. An unclosed comment comes back as
    /// its end: it is the server's to complain about.
    fn skip(&mut self) -> Option<usize> {
        while let Some(byte) = self.byte(self.at) {
            if self.is_space(byte) {
                self.at += 1;
            } else if self.dialect == Dialect::Sqlite && self.looking_at(self.at, "\u{feff}") {
                self.at += BYTE_ORDER_MARK.len_utf8();
            } else if let Some((delimiter, end)) = self.delimiter_line() {
                self.delimiter = delimiter;
                self.at = end;
            } else if self.delimiter_here(self.at) {
                return None;
            } else if self.is_line_comment() {
                self.at = self.line_end(self.at);
            } else if self.looking_at(self.at, "/*") && self.code_open().is_none() {
                match self.block_comment_end() {
                    Some(end) => self.at = end,
                    None => return Some(self.source.len()),
                }
            } else {
                return None;
            }
        }
        None
    }

    /// The next comment, where whatever else comes before it is of no interest.
    pub(super) fn next_comment(&mut self) -> Option<&'a str> {
        while self.at < self.bytes.len() {
            let start = self.at;
            if let Some((delimiter, end)) = self.delimiter_line() {
                self.delimiter = delimiter;
                self.at = end;
                continue;
            }
            if self.is_line_comment() {
                self.at = self.line_end(start);
            } else if self.looking_at(start, "/*") && self.code_open().is_none() {
                self.at = self.block_comment_end().unwrap_or(self.source.len());
            } else {
                self.at += 1;
                continue;
            }
            return Some(&self.source[start..self.at]);
        }
        None
    }

    fn is_space(&self, byte: u8) -> bool {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' => true,
            b'\x0b' => self.dialect != Dialect::Sqlite,
            _ => false,
        }
    }

    /// `DELIMITER xx` where a statement would start: its terminator and the end of its line. One
    /// the client refuses (no argument, a backslash) is left for the server to refuse.
    fn delimiter_line(&self) -> Option<(&'a str, usize)> {
        const COMMAND: &str = "delimiter";
        if self.dialect != Dialect::Mysql || !self.fresh {
            return None;
        }
        let arguments = self.at + COMMAND.len();
        if !self
            .bytes
            .get(self.at..arguments)?
            .eq_ignore_ascii_case(COMMAND.as_bytes())
            || !matches!(self.byte(arguments), Some(b' ' | b'\t'))
        {
            return None;
        }
        let length = self.bytes[arguments..]
            .iter()
            .take_while(|byte| !matches!(byte, b'\n' | b'\r'))
            .count();
        let end = arguments + length;
        let argument = self.source[arguments..end].trim_start_matches([' ', '\t']);
        let delimiter = match argument.chars().next() {
            Some(quote @ ('\'' | '"' | '`')) => argument[1..].split(quote).next(),
            _ => argument.split([' ', '\t']).next(),
        }?;
        (!delimiter.is_empty() && !delimiter.contains('\\')).then_some((delimiter, end))
    }

    /// Whether the terminator of a `DELIMITER` line stands here.
    fn delimiter_here(&self, at: usize) -> bool {
        self.delimiter != ";" && self.looking_at(at, self.delimiter)
    }

    fn is_line_comment(&self) -> bool {
        if self.byte(self.at) == Some(b'#') {
            return self.dialect == Dialect::Mysql;
        }
        self.looking_at(self.at, "--")
            && (self.dialect != Dialect::Mysql
                // `5--2` is a sum there; the client takes `--x` for a comment where nothing was said yet.
                || self.fresh
                || self.byte(self.at + 2).is_none_or(|byte| byte == b' ' || byte.is_ascii_control()))
    }

    /// Where a comment to the end of the line stops.
    fn line_end(&self, from: usize) -> usize {
        let ends =
            |byte: &u8| *byte == b'\n' || (*byte == b'\r' && self.dialect == Dialect::Postgres);
        from + self.bytes[from..]
            .iter()
            .take_while(|byte| !ends(byte))
            .count()
    }

    /// The end of the comment that starts here; none when it is never closed.
    fn block_comment_end(&self) -> Option<usize> {
        let mut at = self.at + 2;
        let mut depth = 1;
        while at < self.bytes.len() {
            if self.looking_at(at, "*/") {
                at += 2;
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            } else if self.dialect == Dialect::Postgres && self.looking_at(at, "/*") {
                at += 2;
                depth += 1;
            } else {
                at += 1;
            }
        }
        // SQLite closes it at the end of the text, unless nothing follows the star.
        (self.dialect == Dialect::Sqlite && at > self.at + 2).then_some(at)
    }

    /// The end of `/*!50003` or MariaDB's `/*M!100400`.
    fn code_open(&self) -> Option<usize> {
        if self.dialect != Dialect::Mysql {
            return None;
        }
        let version = ["/*!", "/*M!"].into_iter().find_map(|open| {
            self.looking_at(self.at, open)
                .then_some(self.at + open.len())
        })?;
        let digits = self.bytes[version..]
            .iter()
            .take(6)
            .take_while(|byte| byte.is_ascii_digit());
        Some(version + digits.count())
    }

    /// The token at the current place.
    fn token(&self, byte: u8) -> (Kind, usize) {
        let next = self.at + 1;
        let postgres = self.dialect == Dialect::Postgres;
        match byte {
            _ if self.delimiter_here(self.at) => (Kind::Delimiter, self.at + self.delimiter.len()),
            b'\'' => (
                Kind::Literal,
                self.quoted(next, b'\'', self.dialect == Dialect::Mysql),
            ),
            b'"' if self.dialect == Dialect::Mysql => {
                (Kind::Literal, self.quoted(next, b'"', true))
            }
            b'"' => (Kind::Name, self.quoted(next, b'"', false)),
            b'`' if !postgres => (Kind::Name, self.quoted(next, b'`', false)),
            b'[' if self.dialect == Dialect::Sqlite => (Kind::Name, self.bracketed()),
            b'/' if self.code_open().is_some() => {
                (Kind::CodeOpen, self.code_open().unwrap_or(next))
            }
            b'*' if self.in_code && self.byte(next) == Some(b'/') => (Kind::CodeClose, next + 1),
            b'0'..=b'9' => (Kind::Literal, self.word_end(next, false)),
            b'$' => self.dollar(),
            b'@' if self.dialect == Dialect::Mysql => {
                let name = self.at
                    + self.bytes[self.at..]
                        .iter()
                        .take_while(|byte| **byte == b'@')
                        .count();
                match self.word_end(name, true) {
                    end if end > name => (Kind::Literal, end),
                    _ => (Kind::Symbol(byte), next),
                }
            }
            _ if is_word_start(byte) => self
                .prefixed_literal(byte)
                .unwrap_or_else(|| (Kind::Word, self.word_end(next, true))),
            _ => (Kind::Symbol(byte), next),
        }
    }

    /// Where a word or number that has begun before `from` ends.
    fn word_end(&self, from: usize, dollars: bool) -> usize {
        let mut at = from;
        while let Some(byte) = self.byte(at) {
            let inside = is_word_start(byte) || byte.is_ascii_digit() || (dollars && byte == b'$');
            if !inside || self.delimiter_here(at) {
                break;
            }
            at += 1;
        }
        at
    }

    /// Where a quote that was opened before `from` ends, its closing mark included; a doubled mark
    /// does not close it.
    fn quoted(&self, from: usize, quote: u8, backslashes: bool) -> usize {
        let mut at = from;
        while let Some(byte) = self.byte(at) {
            at += 1;
            if byte == b'\\' && backslashes {
                at += 1;
            } else if byte == quote {
                if self.byte(at) != Some(quote) {
                    return at;
                }
                at += 1;
            }
        }
        self.source.len()
    }

    fn bracketed(&self) -> usize {
        self.source[self.at..]
            .find(']')
            .map_or(self.source.len(), |length| self.at + length + 1)
    }

    /// `E'..'`, `x'..'`, `U&'..'` and the like.
    fn prefixed_literal(&self, byte: u8) -> Option<(Kind, usize)> {
        let next = self.at + 1;
        let quote = self.byte(next);
        match (self.dialect, byte.to_ascii_lowercase(), quote) {
            (Dialect::Postgres, b'e', Some(b'\'')) => {
                Some((Kind::Literal, self.escape_string(next + 1)))
            }
            (Dialect::Postgres, b'b' | b'x' | b'n', Some(b'\''))
            | (Dialect::Sqlite, b'x', Some(b'\'')) => {
                Some((Kind::Literal, self.quoted(next + 1, b'\'', false)))
            }
            (Dialect::Mysql, b'b' | b'x' | b'n', Some(b'\'')) => {
                Some((Kind::Literal, self.quoted(next + 1, b'\'', true)))
            }
            (Dialect::Postgres, b'u', Some(b'&')) => match self.byte(next + 1) {
                Some(b'\'') => Some((Kind::Literal, self.quoted(next + 2, b'\'', false))),
                Some(b'"') => Some((Kind::Name, self.quoted(next + 2, b'"', false))),
                _ => None,
            },
            _ => None,
        }
    }

    /// The end of PostgreSQL's `E'..'`, which goes on, backslashes and all, in a string on a later
    /// line that only white space and comments part from it. The server reads it so; psql, which
    /// reads line by line, can lose its way there.
    fn escape_string(&self, from: usize) -> usize {
        let mut end = self.quoted(from, b'\'', true);
        while let Some(next) = self.continued(end) {
            end = self.quoted(next, b'\'', true);
        }
        end
    }

    fn continued(&self, from: usize) -> Option<usize> {
        let mut at = from;
        let mut new_line = false;
        loop {
            match self.byte(at)? {
                b'\'' if new_line => return Some(at + 1),
                b'-' if self.looking_at(at, "--") => at = self.line_end(at),
                byte if self.is_space(byte) => {
                    new_line |= matches!(byte, b'\n' | b'\r');
                    at += 1;
                }
                _ => return None,
            }
        }
    }

    /// What a `$` begins: a dollar quote or parameter in PostgreSQL, a variable in SQLite, a word in
    /// MySQL, save where `AS $$` gives a routine its source.
    fn dollar(&self) -> (Kind, usize) {
        let next = self.at + 1;
        match self.dialect {
            Dialect::Postgres => {
                if let Some(tag) = self.dollar_tag() {
                    return (
                        Kind::Literal,
                        self.dollar_quote_end(tag).unwrap_or(self.source.len()),
                    );
                }
                let digits = self.bytes[next..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_digit())
                    .count();
                if digits > 0 {
                    (Kind::Literal, next + digits)
                } else {
                    (Kind::Symbol(b'$'), next)
                }
            }
            Dialect::Sqlite => (Kind::Literal, self.word_end(next, true)),
            Dialect::Mysql => {
                let source = self.dollar_tag().filter(|_| self.after_as);
                match source.and_then(|tag| self.dollar_quote_end(tag)) {
                    Some(end) => (Kind::Literal, end),
                    None => (Kind::Word, self.word_end(next, true)),
                }
            }
        }
    }

    /// `$tag$` at the current place.
    fn dollar_tag(&self) -> Option<&'a str> {
        let name = self.at + 1;
        if self.byte(name).is_some_and(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let end = self.word_end(name, false);
        (self.byte(end) == Some(b'$')).then(|| &self.source[self.at..=end])
    }

    fn dollar_quote_end(&self, tag: &str) -> Option<usize> {
        let body = self.at + tag.len();
        self.source[body..]
            .find(tag)
            .map(|length| body + length + tag.len())
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let unclosed = self.skip();
        let start = self.at;
        let byte = self.byte(start)?;
        let (kind, end) = unclosed.map_or_else(|| self.token(byte), |end| (Kind::Literal, end));
        self.at = end;
        self.fresh = false;
        self.in_code = match kind {
            Kind::CodeOpen => true,
            Kind::CodeClose => false,
            _ => self.in_code,
        };
        self.after_as = kind == Kind::Word && self.source[start..end].eq_ignore_ascii_case("as");
        Some(Token { kind, start, end })
    }
}

fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || !byte.is_ascii()
}
