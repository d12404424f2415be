//! What pure code asks of an engine's language; `backend` answers.

use std::fmt;

use super::{Column, Name, Schema, Table, operation::Operation};

/// A column's type as `table!` says it: a name and what stands between its angle brackets.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DieselType {
    /// The last segment of its path: `BigInt`, `Varchar`, `Nullable`, or a type of the project's own.
    pub name: String,
    /// Its arguments: `Array<Nullable<Text>>` has one, with one of its own.
    pub arguments: Vec<DieselType>,
}

impl DieselType {
    /// A type without arguments.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            arguments: Vec::new(),
        }
    }

    /// A type of one argument, such as `Array` or `Unsigned`.
    pub fn of(name: impl Into<String>, argument: Self) -> Self {
        Self {
            name: name.into(),
            arguments: vec![argument],
        }
    }
}

/// As `table!` writes it.
impl fmt::Display for DieselType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for (index, argument) in self.arguments.iter().enumerate() {
            write!(f, "{}{argument}", if index == 0 { "<" } else { ", " })?;
        }
        f.write_str(if self.arguments.is_empty() { "" } else { ">" })
    }
}

/// How `table!` shows a column's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The type, without the `Nullable` around it.
    pub diesel_type: DieselType,
    /// `#[max_length = N]`.
    pub max_length: Option<u64>,
    /// The project's own types that it names, which need a struct in `sql_types`; in order of use.
    pub custom: Vec<CustomType>,
}

/// A struct in `sql_types`: `#[diesel(postgres_type(name = "mood", schema = "app"))] pub struct Mood;`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CustomType {
    /// The struct's name, in camel case as Diesel makes it.
    pub rust_name: String,
    /// The type's name in the database; for MySQL and SQLite what Diesel's attribute says (`Enum`).
    pub sql_name: Name,
    /// The labels, where it is an enum: `@enum 'a', 'b'`.
    pub labels: Option<Vec<String>>,
}

/// What a name is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// A primary key.
    PrimaryKey,
    /// A foreign key.
    ForeignKey,
    /// A unique constraint.
    Unique,
    /// An index.
    Index,
    /// A check constraint.
    Check,
}

/// A change from one schema to another: the operations, and both ends, which say all that the
/// operations leave out.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// The schema before.
    pub from: &'a Schema,
    /// The schema after.
    pub to: &'a Schema,
    /// What to do, in order.
    pub operations: &'a [Operation],
}

/// SQL that carries out a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// Its statements, in order.
    pub statements: Vec<ScriptStatement>,
}

/// One statement of a [`Script`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptStatement {
    /// What people should know of it, without `--`: written above it as comment lines.
    pub comment: Option<String>,
    /// The statement, without a semicolon at its end.
    pub sql: String,
}

impl Script {
    /// Adds a statement.
    pub fn push(&mut self, sql: impl Into<String>) {
        self.statements.push(ScriptStatement {
            comment: None,
            sql: sql.into(),
        });
    }

    /// Adds a statement, and says what it destroys, if it does.
    pub fn push_destroying(&mut self, destroyed: Option<String>, sql: impl Into<String>) {
        let comment = destroyed.map(|what| format!("destroys data: {what}"));
        let sql = sql.into();
        self.statements.push(ScriptStatement { comment, sql });
    }

    /// Adds a statement that people should know something of.
    pub fn push_noted(&mut self, comment: impl Into<String>, sql: impl Into<String>) {
        self.statements.push(ScriptStatement {
            comment: Some(comment.into()),
            sql: sql.into(),
        });
    }

    /// As it stands in a file: comments, statements, semicolons, a line between statements.
    pub fn text(&self) -> String {
        let statements: Vec<String> = self
            .statements
            .iter()
            .map(|statement| {
                let comment = statement.comment.iter().flat_map(|text| text.lines());
                let comment: String = comment.map(|line| format!("-- {line}\n")).collect();
                format!("{comment}{};\n", statement.sql)
            })
            .collect();
        statements.join("\n")
    }
}

/// What cannot be said in an engine's language.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Unsupported {
    /// What, and what to do instead.
    pub message: String,
}

/// An engine's language: its types, names and statements.
///
/// Every identifier it writes is quoted where the engine needs it, and every literal escaped.
pub trait Dialect {
    /// The canonical column type of a Diesel type (`Nullable` taken off), as introspection would
    /// print it; `None` for a type that the engine has not and that is none of the project's own.
    fn sql_type(&self, diesel_type: &DieselType, max_length: Option<u64>) -> Option<String>;

    /// The canonical words of a type that a person wrote (`@type varchar(20)`), as far as they can
    /// be known without asking the engine.
    fn canonical_type(&self, written: &str) -> String;

    /// The canonical type of a column whose `table!` type is a struct of `sql_types`.
    fn custom_type(&self, custom: &CustomType) -> String;

    /// Diesel's attribute on a struct of `sql_types` that names a type of this engine:
    /// `postgres_type`, `mysql_type` or `sqlite_type`.
    fn type_attribute(&self) -> &'static str;

    /// How `table!` shows a column, as `diesel print-schema` would.
    fn shown(&self, schema: &Schema, table: &Name, column: &Column) -> Shown;

    /// An identifier, quoted where needed.
    fn quote(&self, identifier: &str) -> String;

    /// The longest identifier, in bytes.
    fn identifier_limit(&self) -> usize;

    /// The name the models mean where they say none; `None` where the engine has none for it (SQLite
    /// needs none for constraints).
    ///
    /// `columns` are the names of the parts, `expr` for an expression.
    fn default_name(&self, named: Named, table: &Name, columns: &[String]) -> Option<String>;

    /// The statements that carry out a change.
    fn script(&self, change: &Change<'_>) -> Result<Script, Unsupported>;

    /// A value that a row of a table may have in a column, as an SQL expression; another one for
    /// every `row`, as far as the type has several. `None` for a type without a known value.
    ///
    /// Used to fill tables before a proof, and for rows whose column is restored after its data are
    /// lost.
    fn sample(&self, schema: &Schema, table: &Table, column: &Column, row: usize)
    -> Option<String>;

    /// A query of columns `a` and `b` (`b` empty) with one text per row of a table, made of the
    /// given columns' values, sorted.
    fn rows(&self, table: &Name, columns: &[String]) -> String;
}
