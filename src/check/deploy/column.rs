//! A column as a statement defines it.

use super::cursor::{Cursor, text};
use crate::backend::statements::{Dialect, Piece};

/// Words that end a column's type.
const OPTIONS: &[&str] = &[
    "NOT",
    "NULL",
    "DEFAULT",
    "PRIMARY",
    "UNIQUE",
    "CHECK",
    "REFERENCES",
    "CONSTRAINT",
    "GENERATED",
    "AS",
    "COLLATE",
    "COMMENT",
    "AUTO_INCREMENT",
    "AUTOINCREMENT",
    "ON",
    "FIRST",
    "AFTER",
    "KEY",
    "VISIBLE",
    "INVISIBLE",
    "STORED",
    "VIRTUAL",
    "PERSISTENT",
    "CHARSET",
    "STORAGE",
    "COMPRESSION",
    "COLUMN_FORMAT",
    "SRID",
    "USING",
];

/// How a generated column has its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Generated {
    /// Written to the rows.
    Stored,
    /// Computed when read.
    Virtual,
    /// Counted: `GENERATED ... AS IDENTITY`, `serial`, `AUTO_INCREMENT`.
    Counted,
}

/// What a definition says of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    /// In small letters, empty where none is said.
    pub(super) sql_type: String,
    pub(super) not_null: bool,
    /// Says `NULL`.
    pub(super) null: bool,
    /// The expression in small letters; `DEFAULT NULL` is none.
    pub(super) default: Option<String>,
    pub(super) generated: Option<Generated>,
    pub(super) primary: bool,
    pub(super) unique: bool,
    pub(super) check: bool,
    pub(super) references: bool,
    pub(super) on_update: bool,
    /// Says `FIRST` or `AFTER`.
    pub(super) placed: bool,
}

impl Column {
    /// Reads a definition: name, type and what follows.
    pub(super) fn read(dialect: Dialect, pieces: &[Piece<'_>]) -> Option<Self> {
        let mut cursor = Cursor::new(pieces);
        let name = cursor.name()?;
        let before = cursor.until(OPTIONS);
        // `CHARACTER VARYING` is a type, `CHARACTER SET` an option.
        let end = (0..before.len()).find(|at| Cursor::new(&before[*at..]).sees("CHARACTER SET"));
        let sql_type = text(&before[..end.unwrap_or(before.len())]);
        let mut column = Self {
            name,
            sql_type,
            not_null: false,
            null: false,
            default: None,
            generated: None,
            primary: false,
            unique: false,
            check: false,
            references: false,
            on_update: false,
            placed: false,
        };
        if column.sql_type.contains("serial") && dialect == Dialect::Postgres {
            column.generated = Some(Generated::Counted);
        }
        while !cursor.rest().is_empty() {
            column.option(dialect, &mut cursor);
        }
        Some(column)
    }

    fn option(&mut self, dialect: Dialect, cursor: &mut Cursor<'_, '_>) {
        if cursor.eat("NOT NULL") {
            self.not_null = true;
        } else if cursor.eat("NULL") {
            self.null = true;
        } else if cursor.eat("DEFAULT") {
            let value = if cursor.eat("NULL") {
                String::new()
            } else {
                text(cursor.until(OPTIONS))
            };
            self.default = (!value.is_empty()).then_some(value);
        } else if cursor.eat("PRIMARY") {
            self.primary = true;
        } else if cursor.eat("UNIQUE") {
            self.unique = true;
        } else if cursor.eat("CHECK") {
            self.check = true;
        } else if cursor.eat("REFERENCES") {
            self.references = true;
            cursor.name();
        } else if cursor.eat("AUTO_INCREMENT")
            || cursor.eat("AUTOINCREMENT")
            || cursor.eat("AS IDENTITY")
        {
            self.generated = Some(Generated::Counted);
        } else if cursor.eat("AS") {
            cursor.group();
            // What is said elsewhere of none: PostgreSQL stored them all until version 18.
            self.generated = Some(match dialect {
                Dialect::Postgres => Generated::Stored,
                Dialect::Sqlite | Dialect::Mysql => Generated::Virtual,
            });
        } else if cursor.eat("STORED") || cursor.eat("PERSISTENT") {
            self.generated = Some(Generated::Stored);
        } else if cursor.eat("VIRTUAL") {
            self.generated = Some(Generated::Virtual);
        } else if cursor.eat("ON UPDATE") {
            self.on_update |= !self.references;
        } else if cursor.eat("FIRST") || cursor.eat("AFTER") {
            self.placed = true;
        } else if cursor.group().is_none() {
            *cursor = Cursor::new(&cursor.rest()[1..]);
        }
    }

    /// Whether a row that does not name it is refused, or given a value nobody chose.
    pub(super) fn is_required(&self) -> bool {
        self.not_null && self.default.is_none() && self.generated.is_none()
    }
}
