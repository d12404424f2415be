//! What MySQL and MariaDB say of their tables.
//!
//! The [information schema](https://dev.mysql.com/doc/refman/8.4/en/information-schema.html) is asked
//! once for each kind of thing, never once for each table; a row comes as a JSON object.

mod build;
mod rows;

use serde::de::DeserializeOwned;

use super::dialect::Mysql;
use crate::{
    backend::{Database, failure::DatabaseError},
    schema::Schema,
};

/// Reads the schema, by at most seven queries beside the one for the server's version. Those for what
/// no table has are left out: MariaDB opens every table for each of them.
pub(in crate::backend) fn schema(database: &mut dyn Database) -> Result<Schema, DatabaseError> {
    let dialect = Mysql::of(database)?;
    let mut rows = rows::Rows {
        tables: read(database, rows::TABLES)?,
        columns: read(database, &rows::columns(dialect))?,
        statistics: read(database, &rows::statistics(dialect))?,
        references: read(database, rows::REFERENCES)?,
        checks: read(database, &rows::checks(dialect))?,
        ..rows::Rows::default()
    };
    if !rows.references.is_empty() {
        rows.key_columns = read(database, rows::KEY_COLUMNS)?;
    }
    let mut options = rows.tables.iter().filter_map(|row| row.options.as_deref());
    if options.any(|options| options.contains("partitioned")) {
        rows.partitions = read(database, rows::PARTITIONS)?;
    }
    Ok(build::schema(dialect, rows))
}

fn read<T: DeserializeOwned>(
    database: &mut dyn Database,
    sql: &str,
) -> Result<Vec<T>, DatabaseError> {
    database
        .pairs(sql)?
        .into_iter()
        .map(|(row, _)| {
            serde_json::from_str(&row).map_err(|error| {
                DatabaseError::other(format!("a row of the information schema: {error}"))
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
