//! SQLite's language: types, names, statements.

mod create;
mod native;
mod rebuild;
mod rename;
mod sample;
mod story;
#[cfg(test)]
mod tests;
mod types;
mod words;

use crate::schema::{
    Column, Name, Schema, Table,
    dialect::{Change, CustomType, Dialect, DieselType, Named, Script, Shown, Unsupported},
};
use story::Story;

pub(super) use words::names;

/// SQLite's language.
#[derive(Clone, Debug)]
pub(in crate::backend) struct Sqlite;

impl Dialect for Sqlite {
    fn sql_type(&self, diesel_type: &DieselType, max_length: Option<u64>) -> Option<String> {
        types::sql_type(diesel_type, max_length)
    }

    fn canonical_type(&self, written: &str) -> String {
        // `@type ''` says that there is none.
        match written.trim() {
            "''" => String::new(),
            written => super::introspect::canonical_type(written),
        }
    }

    fn type_attribute(&self) -> &'static str {
        "sqlite_type"
    }

    fn custom_type(&self, custom: &CustomType) -> String {
        types::custom_type(custom)
    }

    fn shown(&self, _schema: &Schema, _table: &Name, column: &Column) -> Shown {
        types::shown(column)
    }

    fn quote(&self, identifier: &str) -> String {
        words::quote(identifier)
    }

    /// SQLite has no limit; file systems and people do.
    fn identifier_limit(&self) -> usize {
        255
    }

    fn default_name(&self, named: Named, table: &Name, columns: &[String]) -> Option<String> {
        match named {
            Named::Index => Some(format!("{}_{}_idx", table.name, columns.join("_"))),
            Named::PrimaryKey | Named::ForeignKey | Named::Unique | Named::Check => None,
        }
    }

    fn script(&self, change: &Change<'_>) -> Result<Script, Unsupported> {
        let story = Story::read(change)?;
        if story.rebuilt().next().is_some() {
            rebuild::script(change, &story)
        } else {
            native::script(change, &story)
        }
    }

    fn sample(
        &self,
        _schema: &Schema,
        table: &Table,
        column: &Column,
        row: usize,
    ) -> Option<String> {
        sample::value(table, column, row)
    }

    fn rows(&self, table: &Name, columns: &[String]) -> String {
        let values: Vec<String> = columns
            .iter()
            .map(|column| format!("quote({})", words::quote(column)))
            .collect();
        let row = if values.is_empty() {
            "''".to_owned()
        } else {
            values.join(" || '|' || ")
        };
        let table = words::quote(&table.name);
        format!("SELECT {row} AS a, '' AS b FROM {table} ORDER BY 1")
    }
}

/// An [`Unsupported`] of some words.
fn unsupported(message: impl Into<String>) -> Unsupported {
    Unsupported {
        message: message.into(),
    }
}
