//! Statements run on a real database, both ways.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod facts;
mod random;
mod rebuilds;
mod roundtrip;

use super::Sqlite;
use crate::{
    backend::{self, Access, Database, statements, url::DatabaseUrl},
    schema::{
        Name, Schema, Table,
        dialect::{Change, Dialect, Script},
        operation::Operation,
    },
};

/// An empty database in memory.
fn memory() -> Box<dyn Database> {
    let url = DatabaseUrl::parse("sqlite::memory:").unwrap();
    backend::open(&url, Access::Change, &[], None, &mut |_| {}).unwrap()
}

/// A database in memory, after some statements.
fn database(sql: &str) -> Box<dyn Database> {
    let mut database = memory();
    run(&mut *database, sql).unwrap_or_else(|error| panic!("{error}"));
    database
}

/// Runs a script statement by statement.
fn run(database: &mut dyn Database, sql: &str) -> Result<(), String> {
    for statement in statements::split(statements::Dialect::Sqlite, sql) {
        database
            .execute(statement.sql)
            .map_err(|error| format!("{}\n{}", error.message, statement.sql))?;
    }
    Ok(())
}

/// Runs a script in a transaction, as a migration does.
fn migrate(database: &mut dyn Database, script: &Script) {
    let text = script.text();
    database.begin().unwrap();
    if let Err(error) = run(database, &text) {
        panic!("{error}\n\nin\n\n{text}");
    }
    if let Err(error) = database.commit() {
        panic!("commit: {}\n\nin\n\n{text}", error.message);
    }
}

fn schema(database: &mut dyn Database) -> Schema {
    backend::introspect(database).unwrap()
}

/// The rows of a query of one column, as text.
fn query(database: &mut dyn Database, sql: &str) -> Vec<String> {
    let sql = format!("SELECT CAST(x AS TEXT) AS a, '' AS b FROM (SELECT {sql})");
    let rows = database
        .pairs(&sql)
        .unwrap_or_else(|error| panic!("{}\n{sql}", error.message));
    rows.into_iter().map(|(value, _)| value).collect()
}

fn script(from: &Schema, to: &Schema, operations: &[Operation]) -> Script {
    let change = Change {
        from,
        to,
        operations,
    };
    Sqlite.script(&change).unwrap()
}

/// The operations that create every table.
fn creation(schema: &Schema) -> Vec<Operation> {
    let tables = schema.tables.values().cloned();
    tables.map(Operation::CreateTable).collect()
}

fn table<'a>(schema: &'a Schema, name: &str) -> &'a Table {
    schema
        .tables
        .get(&Name::new(name))
        .unwrap_or_else(|| panic!("no table {name}"))
}
