//! From Diesel's types to the engine's.

use super::super::{
    Column, Name, Schema,
    declared::{DeclaredColumn, DeclaredType},
    dialect::{CustomType, Dialect, DieselType, Shown},
};

/// The attribute of PostgreSQL's own types.
pub(in crate::schema) const POSTGRES: &str = "postgres_type";
/// The attribute of MySQL's own types.
pub(in crate::schema) const MYSQL: &str = "mysql_type";

/// The name a struct has on an engine, where it has one.
pub(super) fn sql_name(declared: &DeclaredType, attribute: &str) -> Option<Name> {
    match attribute {
        POSTGRES => declared.postgres.clone(),
        MYSQL => declared.mysql.clone().map(Name::new),
        _ => declared.sqlite.clone().map(Name::new),
    }
}

/// The engine's type for what `table!` says, without a directive.
pub(in crate::schema) fn engine_type(
    dialect: &dyn Dialect,
    diesel_type: &DieselType,
    max_length: Option<u64>,
    custom: Option<&CustomType>,
) -> Option<String> {
    let Some(custom) = custom else {
        return dialect.sql_type(diesel_type, max_length);
    };
    let element = without_nullable(diesel_type);
    match (element.name.as_str(), element.arguments.first()) {
        ("Array", Some(inner)) => {
            let inner = engine_type(dialect, inner, max_length, Some(custom))?;
            Some(if inner.ends_with("[]") {
                inner
            } else {
                format!("{inner}[]")
            })
        }
        (_, None) => Some(dialect.custom_type(custom)),
        _ => None,
    }
}

/// A type without the `Nullable`s around it.
fn without_nullable(diesel_type: &DieselType) -> &DieselType {
    match diesel_type.arguments.first() {
        Some(inner) if diesel_type.name == "Nullable" => without_nullable(inner),
        _ => diesel_type,
    }
}

/// Whether two types are the same but for nulls in arrays and the names of custom types.
fn same_shape(left: &DieselType, right: &DieselType, custom: bool) -> bool {
    let (left, right) = (without_nullable(left), without_nullable(right));
    let leaves = left.arguments.is_empty() && right.arguments.is_empty();
    if leaves && custom {
        return true;
    }
    left.name == right.name
        && left.arguments.len() == right.arguments.len()
        && left
            .arguments
            .iter()
            .zip(&right.arguments)
            .all(|(left, right)| same_shape(left, right, custom))
}

/// Whether a column declares what `table!` shows of one that is there.
pub(super) fn is_as_shown(
    dialect: &dyn Dialect,
    column: &DeclaredColumn,
    custom: Option<&CustomType>,
    shown: &Shown,
) -> bool {
    if column.max_length.is_some() && column.max_length != shown.max_length {
        return false;
    }
    match (custom, shown.custom.first()) {
        (Some(custom), Some(other)) => {
            let same = custom.sql_name == other.sql_name || custom.rust_name == other.rust_name;
            same && same_shape(&column.diesel_type, &shown.diesel_type, true)
        }
        (None, None) => {
            same_shape(&column.diesel_type, &shown.diesel_type, false)
                || dialect
                    .sql_type(&column.diesel_type, None)
                    .is_some_and(|sql| Some(sql) == dialect.sql_type(&shown.diesel_type, None))
        }
        // A struct of another crate.
        (None, Some(_)) => same_shape(&column.diesel_type, &shown.diesel_type, false),
        (Some(_), None) => false,
    }
}

/// Whether a column of a schema is of an enum type.
pub(super) fn is_used(dialect: &dyn Dialect, schema: &Schema, name: &Name) -> bool {
    let sql = dialect.custom_type(&CustomType {
        rust_name: name.name.clone(),
        sql_name: name.clone(),
        labels: None,
    });
    let is_of = |column: &Column| column.sql_type.trim_end_matches("[]") == sql;
    let mut columns = schema
        .tables
        .values()
        .flat_map(|table| table.columns.values());
    columns.any(is_of)
}

/// Diesel's own types, to guess what a misspelled one was to be.
/// <https://docs.rs/diesel/latest/diesel/sql_types/index.html>
pub(super) const KNOWN: &[&str] = &[
    "Array",
    "BigInt",
    "BigSerial",
    "Binary",
    "Blob",
    "Bool",
    "Bpchar",
    "Bytea",
    "Char",
    "Cidr",
    "Citext",
    "Date",
    "Datemultirange",
    "Daterange",
    "Datetime",
    "Decimal",
    "Double",
    "Float",
    "Float4",
    "Float8",
    "Inet",
    "Int2",
    "Int4",
    "Int4multirange",
    "Int4range",
    "Int8",
    "Int8multirange",
    "Int8range",
    "Integer",
    "Interval",
    "Json",
    "Jsonb",
    "Longblob",
    "Longtext",
    "MacAddr",
    "MacAddr8",
    "Mediumblob",
    "Mediumtext",
    "Money",
    "Multirange",
    "Nullable",
    "Numeric",
    "Nummultirange",
    "Numrange",
    "Oid",
    "PgLsn",
    "Range",
    "Serial",
    "SmallInt",
    "SmallSerial",
    "Text",
    "Time",
    "Timestamp",
    "Timestamptz",
    "TimestamptzSqlite",
    "TinyInt",
    "Tinyblob",
    "Tinytext",
    "Tsmultirange",
    "Tsrange",
    "Tstzmultirange",
    "Tstzrange",
    "Unsigned",
    "Uuid",
    "VarChar",
    "Varbinary",
    "Varchar",
];
