//! PostgreSQL's language: types, names, statements.

mod alter;
mod convert;
mod definition;
mod enums;
mod fill;
mod names;
mod sample;
mod script;
mod types;
mod wanted;

use crate::schema::{
    Column, Name, Schema, Table,
    dialect::{Change, CustomType, Dialect, DieselType, Named, Script, Shown, Unsupported},
};

pub(in crate::backend::postgres) use names::{literal, quoted};

/// PostgreSQL's language.
#[derive(Clone, Debug)]
pub(in crate::backend) struct Postgres;

impl Dialect for Postgres {
    fn sql_type(&self, diesel_type: &DieselType, max_length: Option<u64>) -> Option<String> {
        types::of_diesel(diesel_type, max_length)
    }

    fn canonical_type(&self, written: &str) -> String {
        types::canonical(written)
    }

    fn type_attribute(&self) -> &'static str {
        "postgres_type"
    }

    fn custom_type(&self, custom: &CustomType) -> String {
        types::of_custom(custom)
    }

    fn shown(&self, schema: &Schema, _table: &Name, column: &Column) -> Shown {
        types::shown(schema, column)
    }

    fn quote(&self, identifier: &str) -> String {
        quoted(identifier)
    }

    fn identifier_limit(&self) -> usize {
        names::LIMIT
    }

    fn default_name(&self, named: Named, table: &Name, columns: &[String]) -> Option<String> {
        Some(names::default_name(named, table, columns))
    }

    fn script(&self, change: &Change<'_>) -> Result<Script, Unsupported> {
        script::script(change)
    }

    fn sample(
        &self,
        schema: &Schema,
        table: &Table,
        column: &Column,
        row: usize,
    ) -> Option<String> {
        wanted::value(table, column, row).or_else(|| sample::value(schema, column, row))
    }

    fn rows(&self, table: &Name, columns: &[String]) -> String {
        format!(
            "SELECT ROW({})::text AS a, ''::text AS b FROM {} ORDER BY 1",
            names::list(columns),
            names::qualified(table)
        )
    }
}
