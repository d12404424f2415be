//! Splits a migration file into statements, the way each engine's own client does.
//!
//! Pure text work: nothing is parsed beyond what decides where a statement ends, nothing fails, and
//! what cannot be understood (an open quote, a body without its end) becomes the last statement, so
//! that the server says what is wrong with it.
//!
//! The rules come from the clients themselves: [psql's lexer], [the mysql client] and
//! [`sqlite3_complete`].
//!
//! [psql's lexer]: https://github.com/postgres/postgres/blob/master/src/fe_utils/psqlscan.l
//! [the mysql client]: https://dev.mysql.com/doc/refman/8.4/en/mysql-commands.html
//! [`sqlite3_complete`]: https://www.sqlite.org/c3ref/complete.html

mod boundary;
mod compound;
mod keyword;
pub(in crate::backend) mod lexer;
mod pieces;
#[cfg(test)]
mod tests;
mod written;

use super::url::Engine;
use boundary::Boundary;
use keyword::Keyword;
use lexer::{Kind, Lexer};
pub use pieces::{Piece, PieceKind};

/// Whose rules a file is read by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MySQL and MariaDB: what one of them reads as code is code.
    Mysql,
}

impl From<Engine> for Dialect {
    fn from(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::Sqlite,
            Engine::Postgres => Self::Postgres,
            Engine::Mysql => Self::Mysql,
        }
    }
}

/// A quoted identifier's name.
fn unquoted(text: &str) -> String {
    let inner = text
        .get(1..text.len().saturating_sub(1))
        .unwrap_or_default();
    match text.as_bytes().first() {
        Some(b'"') => inner.replace("\"\"", "\""),
        Some(b'`') => inner.replace("``", "`"),
        _ => inner.to_owned(),
    }
}

/// What a statement does to the transaction around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TransactionControl {
    /// Opens one: `BEGIN`, `START TRANSACTION`.
    Begin,
    /// Closes it and keeps its work: `COMMIT`, `END`, `PREPARE TRANSACTION`.
    Commit,
    /// Closes it and drops its work: `ROLLBACK`, `ABORT`; not `ROLLBACK TO SAVEPOINT`.
    Rollback,
}

/// One statement of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement<'a> {
    /// Its text, from the first token to the last: the terminator and the comments and spaces
    /// around it are not part of it.
    pub sql: &'a str,
    /// Where [`sql`](Self::sql) begins, in bytes from the start of the file.
    pub start: usize,
    /// The rules it was read by.
    pub dialect: Dialect,
}

impl<'a> Statement<'a> {
    /// Where the statement ends, in bytes from the start of the file.
    pub fn end(&self) -> usize {
        self.start + self.sql.len()
    }

    /// The bare words, in order: keywords and unquoted identifiers as they are written, without
    /// comments, literals, quoted identifiers and punctuation.
    pub fn words(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let sql = self.sql;
        Lexer::new(self.dialect, sql)
            .filter(|token| token.kind == Kind::Word)
            .map(move |token| &sql[token.start..token.end])
    }

    /// Whether a semicolon stands in it, as in the body of a routine.
    pub fn has_semicolons(&self) -> bool {
        Lexer::new(self.dialect, self.sql).any(|token| token.kind == Kind::Symbol(b';'))
    }

    /// Bare words and dots, and quoted names without their quotes, in order.
    fn names(&self) -> Vec<(bool, String)> {
        Lexer::new(self.dialect, self.sql)
            .filter_map(|token| {
                let text = &self.sql[token.start..token.end];
                match token.kind {
                    Kind::Word => Some((true, text.to_owned())),
                    Kind::Name => Some((false, unquoted(text))),
                    Kind::Symbol(b'.') => Some((true, ".".to_owned())),
                    _ => None,
                }
            })
            .collect()
    }

    /// The table whose rows, triggers or comment the statement changes. Its name alone, as with
    /// [`Statement::made_table`].
    pub fn changed_table(&self) -> Option<String> {
        let names = self.names();
        let is = |at: usize, words: &[&str]| {
            names.get(at).is_some_and(|(bare, name)| {
                *bare && words.iter().any(|word| name.eq_ignore_ascii_case(word))
            })
        };
        let behind = |words: &[&str]| (0..names.len()).find(|at| is(*at, words)).map(|at| at + 1);
        let mut at = if is(0, &["INSERT", "REPLACE", "MERGE"]) {
            behind(&["INTO"])?
        } else if is(0, &["DELETE"]) {
            behind(&["FROM"])?
        } else if is(0, &["UPDATE", "TRUNCATE"]) {
            1
        } else if is(0, &["CREATE"]) && (1..5).any(|at| is(at, &["TRIGGER"])) {
            behind(&["ON"])?
        } else if is(0, &["COMMENT"]) && is(2, &["TABLE"]) {
            3
        } else {
            return None;
        };
        while is(
            at,
            &[
                "ONLY",
                "TABLE",
                "IGNORE",
                "LOW_PRIORITY",
                "OR",
                "ROLLBACK",
                "ABORT",
                "FAIL",
            ],
        ) {
            at += 1;
        }
        while is(at + 1, &["."]) {
            at += 2;
        }
        names.get(at).map(|(_, name)| name.clone())
    }

    /// The table that the statement makes: by `CREATE TABLE`, or by renaming another. Its name alone,
    /// without quotes, schema, or regard for how the engine folds its letters.
    pub fn made_table(&self) -> Option<String> {
        let names = self.names();
        let is = |at: usize, word: &str| {
            names
                .get(at)
                .is_some_and(|(bare, name)| *bare && name.eq_ignore_ascii_case(word))
        };
        let table = (0..names.len().min(6)).find(|at| is(*at, "TABLE"))?;
        let mut at = if is(0, "CREATE") {
            let exists = is(table + 1, "IF") && is(table + 2, "NOT") && is(table + 3, "EXISTS");
            table + if exists { 4 } else { 1 }
        } else {
            let to = (table..names.len()).rfind(|at| is(*at, "TO"))?;
            let renames = is(0, "RENAME") || (is(0, "ALTER") && is(to.checked_sub(1)?, "RENAME"));
            renames.then_some(to + 1)?
        };
        while is(at + 1, ".") {
            at += 2;
        }
        names.get(at).map(|(_, name)| name.clone())
    }

    /// What the statement does to the transaction around it, if anything.
    pub fn transaction_control(&self) -> Option<TransactionControl> {
        let [first, second, third] = self.keywords();
        match first.as_str() {
            "BEGIN" if (second.as_str(), third.as_str()) != ("NOT", "ATOMIC") => {
                Some(TransactionControl::Begin)
            }
            "START" if second.as_str() == "TRANSACTION" => Some(TransactionControl::Begin),
            "COMMIT" if second.as_str() != "PREPARED" => Some(TransactionControl::Commit),
            "END" if self.dialect != Dialect::Mysql => Some(TransactionControl::Commit),
            "PREPARE" if self.dialect == Dialect::Postgres && second.as_str() == "TRANSACTION" => {
                Some(TransactionControl::Commit)
            }
            "ROLLBACK" => match (second.as_str(), third.as_str()) {
                ("PREPARED" | "TO", _) | ("WORK" | "TRANSACTION", "TO") => None,
                _ => Some(TransactionControl::Rollback),
            },
            "ABORT" if self.dialect == Dialect::Postgres => Some(TransactionControl::Rollback),
            _ => None,
        }
    }

    /// The command in this statement that the engine refuses to run, or silently ignores, inside a
    /// transaction; none for MySQL and MariaDB, which commit first and run anything.
    ///
    /// Commands whose refusal depends on what they meet (`REINDEX TABLE` on a partitioned table)
    /// are not named.
    pub fn refuses_transaction(&self) -> Option<&'static str> {
        match self.dialect {
            Dialect::Sqlite => self.sqlite_refuses(),
            Dialect::Postgres => self.postgres_refuses(),
            Dialect::Mysql => None,
        }
    }

    /// From `PreventInTransactionBlock` and its callers in PostgreSQL's sources.
    fn postgres_refuses(&self) -> Option<&'static str> {
        let [first, second, third] = self.keywords();
        let has = |wanted: &str| self.words().any(|word| word.eq_ignore_ascii_case(wanted));
        match (first.as_str(), second.as_str(), third.as_str()) {
            ("CREATE", "INDEX", "CONCURRENTLY") => Some("CREATE INDEX CONCURRENTLY"),
            ("CREATE", "UNIQUE", "INDEX")
                if self
                    .words()
                    .nth(3)
                    .is_some_and(|word| word.eq_ignore_ascii_case("CONCURRENTLY")) =>
            {
                Some("CREATE UNIQUE INDEX CONCURRENTLY")
            }
            ("DROP", "INDEX", "CONCURRENTLY") => Some("DROP INDEX CONCURRENTLY"),
            ("REINDEX", ..) if has("CONCURRENTLY") => Some("REINDEX CONCURRENTLY"),
            ("REINDEX", "SCHEMA", _) => Some("REINDEX SCHEMA"),
            ("REINDEX", "DATABASE", _) => Some("REINDEX DATABASE"),
            ("REINDEX", "SYSTEM", _) => Some("REINDEX SYSTEM"),
            ("VACUUM", ..) => Some("VACUUM"),
            ("CREATE", "DATABASE", _) => Some("CREATE DATABASE"),
            ("DROP", "DATABASE", _) => Some("DROP DATABASE"),
            ("ALTER", "DATABASE", _) if has("TABLESPACE") => Some("ALTER DATABASE SET TABLESPACE"),
            ("CREATE", "TABLESPACE", _) => Some("CREATE TABLESPACE"),
            ("DROP", "TABLESPACE", _) => Some("DROP TABLESPACE"),
            ("CREATE", "SUBSCRIPTION", _) if !has("connect") && !has("create_slot") => {
                Some("CREATE SUBSCRIPTION")
            }
            ("DROP", "SUBSCRIPTION", _) => Some("DROP SUBSCRIPTION"),
            ("ALTER", "SYSTEM", _) => Some("ALTER SYSTEM"),
            ("ALTER", "TABLE", _) if has("DETACH") && has("CONCURRENTLY") => {
                Some("DETACH PARTITION CONCURRENTLY")
            }
            ("CLUSTER", "", _) | ("CLUSTER", "VERBOSE", "") if !self.names_something() => {
                Some("CLUSTER")
            }
            ("COMMIT", "PREPARED", _) => Some("COMMIT PREPARED"),
            ("ROLLBACK", "PREPARED", _) => Some("ROLLBACK PREPARED"),
            ("DISCARD", "ALL", _) => Some("DISCARD ALL"),
            _ => None,
        }
    }

    /// From the [pragmas](https://www.sqlite.org/pragma.html) that say so, and `VACUUM`.
    fn sqlite_refuses(&self) -> Option<&'static str> {
        let [first, second, third] = self.keywords();
        match first.as_str() {
            "VACUUM" => return Some("VACUUM"),
            "PRAGMA" => {}
            _ => return None,
        }
        // `PRAGMA name` only reads; `PRAGMA schema.name` carries its name second.
        let mut symbols = Lexer::new(self.dialect, self.sql).filter_map(|token| match token.kind {
            Kind::Symbol(symbol) => Some(symbol),
            _ => None,
        });
        let (name, symbol) = match symbols.next() {
            Some(b'.') => (third, symbols.next()),
            symbol => (second, symbol),
        };
        if !matches!(symbol, Some(b'=' | b'(')) {
            return None;
        }
        match name.as_str() {
            "FOREIGN_KEYS" => Some("PRAGMA foreign_keys"),
            "JOURNAL_MODE" => Some("PRAGMA journal_mode"),
            "SYNCHRONOUS" => Some("PRAGMA synchronous"),
            _ => None,
        }
    }

    /// Whether a quoted identifier stands in the statement.
    fn names_something(&self) -> bool {
        Lexer::new(self.dialect, self.sql).any(|token| token.kind == Kind::Name)
    }

    /// The first three words, in capitals; empty where there are fewer.
    fn keywords(&self) -> [Keyword; 3] {
        let mut words = self.words();
        std::array::from_fn(|_| words.next().map_or(Keyword::NONE, Keyword::of))
    }
}

/// The statements of a file, in order.
///
/// A byte order mark at the start, comments, spaces, terminators and MySQL's `DELIMITER` lines
/// belong to none of them; a file of those alone has no statements. PostgreSQL's rule that a
/// semicolon inside parentheses does not end a statement, `BEGIN ATOMIC` bodies, SQLite's triggers,
/// and the compound bodies of MySQL and MariaDB are kept whole. The data after `COPY ... FROM
/// stdin` and psql's backslash commands are not understood.
pub fn split(dialect: Dialect, source: &str) -> Vec<Statement<'_>> {
    let mut statements = Vec::new();
    let mut lexer = Lexer::new(dialect, source);
    let mut boundary = Boundary::new(dialect);
    let mut span: Option<(usize, usize)> = None;
    let statement = |(start, end): (usize, usize)| Statement {
        sql: &source[start..end],
        start,
        dialect,
    };
    while let Some(token) = lexer.next() {
        let ends = match token.kind {
            Kind::Delimiter => true,
            Kind::Symbol(b';') => lexer.semicolon_ends() && boundary.semicolon_ends(),
            _ => false,
        };
        if ends {
            statements.extend(span.take().map(statement));
            boundary = Boundary::new(dialect);
            lexer.start_statement();
        } else {
            boundary.see(token.kind, &source[token.start..token.end]);
            span = Some((span.map_or(token.start, |(start, _)| start), token.end));
        }
    }
    statements.extend(span.map(statement));
    statements
}

/// The comments of a text between two statements, in order.
pub fn comments(dialect: Dialect, between: &str) -> Vec<&str> {
    let mut lexer = Lexer::new(dialect, between);
    std::iter::from_fn(|| lexer.next_comment()).collect()
}

/// A place in a file, as editors count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1; a byte order mark takes none.
    pub column: usize,
}

/// Line and column of a byte offset.
///
/// Lines end with LF, CRLF or a lone CR. An offset inside a character means that character, one
/// past the end means the end.
pub fn place(source: &str, byte_offset: usize) -> Place {
    let mut end = byte_offset.min(source.len());
    while !source.is_char_boundary(end) {
        end -= 1;
    }
    let before = &source[..end];
    let bytes = source.as_bytes();
    let mut line = 1;
    let mut line_start = 0;
    for (at, byte) in before.bytes().enumerate() {
        // The CR of a CRLF pair is the last column of its line; the LF ends it.
        if byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')) {
            line += 1;
            line_start = at + 1;
        }
    }
    let text = &before[line_start..];
    let text = if line == 1 {
        text.strip_prefix(lexer::BYTE_ORDER_MARK).unwrap_or(text)
    } else {
        text
    };
    Place {
        line,
        column: text.chars().count() + 1,
    }
}

/// The byte offset of a character counted from 1, as PostgreSQL counts in the positions of its
/// errors; the place after the last character is the end of the text.
pub fn byte_of_char(source: &str, char_from_1: usize) -> Option<usize> {
    let index = char_from_1.checked_sub(1)?;
    source
        .char_indices()
        .map(|(at, _)| at)
        .chain([source.len()])
        .nth(index)
}
