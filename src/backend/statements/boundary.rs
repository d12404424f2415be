//! Whether a semicolon ends a statement, per engine.

use super::{Dialect, compound::Compound, keyword::Keyword, lexer::Kind};

/// Watches the tokens of one statement.
#[derive(Clone, Debug)]
pub(super) enum Boundary {
    Sqlite(Sqlite),
    Postgres(Postgres),
    Mysql(Compound),
}

impl Boundary {
    pub(super) fn new(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Sqlite => Self::Sqlite(Sqlite::Start),
            Dialect::Postgres => Self::Postgres(Postgres::default()),
            Dialect::Mysql => Self::Mysql(Compound::default()),
        }
    }

    /// Takes note of a token of the statement; semicolons that do not end it included.
    pub(super) fn see(&mut self, kind: Kind, text: &str) {
        match self {
            Self::Sqlite(state) => *state = state.after(kind, text),
            Self::Postgres(state) => state.see(kind, text),
            Self::Mysql(state) => state.see(kind, text),
        }
    }

    /// Whether a semicolon that comes now ends the statement.
    pub(super) fn semicolon_ends(&mut self) -> bool {
        match self {
            Self::Sqlite(state) => state.semicolon_ends(),
            Self::Postgres(state) => state.semicolon_ends(),
            Self::Mysql(state) => state.semicolon_ends(),
        }
    }
}

/// The states of `sqlite3_complete`: a trigger ends with `;`, `END`, `;` and with nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sqlite {
    Start,
    Explain,
    Create,
    Trigger,
    TriggerSemicolon,
    TriggerEnd,
    Other,
}

impl Sqlite {
    fn after(self, kind: Kind, text: &str) -> Self {
        let keyword = if kind == Kind::Word {
            Keyword::of(text)
        } else {
            Keyword::NONE
        };
        let semicolon = kind == Kind::Symbol(b';');
        match (self, keyword.as_str()) {
            (Self::Start, "EXPLAIN") | (Self::Explain, "QUERY" | "PLAN") => Self::Explain,
            (Self::Start | Self::Explain, "CREATE") | (Self::Create, "TEMP" | "TEMPORARY") => {
                Self::Create
            }
            (Self::Trigger | Self::TriggerSemicolon, _) if semicolon => Self::TriggerSemicolon,
            (Self::TriggerSemicolon, "END") => Self::TriggerEnd,
            (Self::Create, "TRIGGER")
            | (Self::Trigger | Self::TriggerSemicolon | Self::TriggerEnd, _) => Self::Trigger,
            _ => Self::Other,
        }
    }

    fn semicolon_ends(self) -> bool {
        !matches!(self, Self::Trigger | Self::TriggerSemicolon)
    }
}

/// psql's rules: not inside parentheses, and not inside the `BEGIN ATOMIC ... END` of a routine.
///
/// Where psql counts every `BEGIN` of a `CREATE FUNCTION`, this one asks for `ATOMIC` behind it and
/// is not taken in by columns named `begin`, `"case"` or `end`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Postgres {
    header: Header,
    parentheses: usize,
    /// `BEGIN ATOMIC` and every `CASE` inside it that still wait for their `END`.
    open: usize,
    previous: Previous,
}

/// How far the statement looks like `CREATE [OR REPLACE] {FUNCTION | PROCEDURE}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Header {
    #[default]
    Start,
    Create,
    Or,
    Replace,
    Routine,
    Other,
}

/// The last token, as far as it tells a keyword from a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Previous {
    #[default]
    Any,
    Begin,
    As,
    Dot,
}

impl Postgres {
    fn see(&mut self, kind: Kind, text: &str) {
        let previous = std::mem::take(&mut self.previous);
        match kind {
            Kind::Symbol(b'(') => self.parentheses += 1,
            Kind::Symbol(b')') => self.parentheses = self.parentheses.saturating_sub(1),
            Kind::Symbol(b'.') => self.previous = Previous::Dot,
            Kind::Word => self.word(Keyword::of(text), previous),
            _ => {}
        }
    }

    fn word(&mut self, keyword: Keyword, previous: Previous) {
        let keyword = keyword.as_str();
        self.header = match (self.header, keyword) {
            (Header::Start, "CREATE") => Header::Create,
            (Header::Create, "OR") => Header::Or,
            (Header::Or, "REPLACE") => Header::Replace,
            (Header::Create | Header::Replace, "FUNCTION" | "PROCEDURE") | (Header::Routine, _) => {
                Header::Routine
            }
            _ => Header::Other,
        };
        if self.header != Header::Routine || self.parentheses > 0 || previous == Previous::Dot {
            return;
        }
        match keyword {
            "BEGIN" => self.previous = Previous::Begin,
            "AS" => self.previous = Previous::As,
            "ATOMIC" if previous == Previous::Begin && self.open == 0 => self.open = 1,
            "CASE" if self.open > 0 && previous != Previous::As => self.open += 1,
            "END" if previous != Previous::As => self.open = self.open.saturating_sub(1),
            _ => {}
        }
    }

    fn semicolon_ends(self) -> bool {
        self.parentheses == 0 && self.open == 0
    }
}
