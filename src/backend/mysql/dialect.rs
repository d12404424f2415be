//! MySQL and MariaDB's language: types, names, statements.

use crate::{
    backend::{Database, failure::DatabaseError},
    schema::{
        Column, Name, Schema, Table,
        dialect::{Change, CustomType, Dialect, DieselType, Named, Script, Shown, Unsupported},
    },
};

/// MySQL and MariaDB's language.
#[derive(Clone, Debug)]
pub(in crate::backend) struct Mysql;

impl Mysql {
    /// The language of a server.
    pub(in crate::backend) fn of(_database: &mut dyn Database) -> Result<Self, DatabaseError> {
        Ok(Self)
    }
}

impl Dialect for Mysql {
    fn sql_type(&self, _diesel_type: &DieselType, _max_length: Option<u64>) -> Option<String> {
        None
    }

    fn canonical_type(&self, written: &str) -> String {
        written.to_owned()
    }

    fn custom_type(&self, custom: &CustomType) -> String {
        custom.sql_name.to_string()
    }

    fn shown(&self, _schema: &Schema, _table: &Name, column: &Column) -> Shown {
        Shown {
            diesel_type: DieselType::new(&*column.sql_type),
            max_length: None,
            custom: Vec::new(),
        }
    }

    fn quote(&self, identifier: &str) -> String {
        identifier.to_owned()
    }

    fn identifier_limit(&self) -> usize {
        63
    }

    fn default_name(&self, _named: Named, _table: &Name, _columns: &[String]) -> Option<String> {
        None
    }

    fn script(&self, _change: &Change<'_>) -> Result<Script, Unsupported> {
        Ok(Script::default())
    }

    fn sample(
        &self,
        _schema: &Schema,
        _table: &Table,
        _column: &Column,
        _row: usize,
    ) -> Option<String> {
        None
    }

    fn rows(&self, _table: &Name, _columns: &[String]) -> String {
        String::new()
    }
}
