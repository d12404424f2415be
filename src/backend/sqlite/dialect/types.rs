//! Diesel's types and SQLite's declared ones.
//!
//! SQLite takes any words for a type and derives an [affinity] from them; Diesel's command line
//! derives a type of its own. Both rules agree on the words chosen here.
//!
//! [affinity]: https://www.sqlite.org/datatype3.html#determination_of_column_affinity

use crate::schema::{
    Column,
    dialect::{CustomType, DieselType, Shown},
};

/// The declared type of a Diesel type.
pub(super) fn sql_type(diesel_type: &DieselType, max_length: Option<u64>) -> Option<String> {
    if !diesel_type.arguments.is_empty() {
        return None;
    }
    let words = match &*diesel_type.name {
        "Bool" => "BOOLEAN",
        "SmallInt" | "Smallint" | "Int2" => "SMALLINT",
        "Integer" | "Int4" => "INTEGER",
        "BigInt" | "Bigint" | "Int8" => "BIGINT",
        "Float" | "Float4" => "FLOAT",
        "Double" | "Float8" => "DOUBLE",
        "Numeric" | "Decimal" => "NUMERIC",
        "Text" | "VarChar" | "Varchar" | "Bpchar" | "Tinytext" | "Mediumtext" | "Longtext" => {
            return Some(match max_length {
                Some(length) => format!("VARCHAR({length})"),
                None => "TEXT".to_owned(),
            });
        }
        "Binary" | "Blob" | "Tinyblob" | "Mediumblob" | "Longblob" | "Varbinary" | "Bit" => "BLOB",
        "Date" => "DATE",
        "Time" => "TIME",
        "Timestamp" => "TIMESTAMP",
        "TimestamptzSqlite" | "Timestamptz" => "TIMESTAMPTZ",
        "Json" => "JSON",
        "Jsonb" => "JSONB",
        _ => return None,
    };
    Some(words.to_owned())
}

/// The declared type of a struct, by what `#[diesel(sqlite_type(name = "..."))]` says.
pub(super) fn custom_type(custom: &CustomType) -> String {
    match &*custom.sql_name.name {
        "Binary" => "BLOB",
        "Text" => "TEXT",
        "Float" => "FLOAT",
        "Double" => "DOUBLE",
        "Integer" => "INTEGER",
        "Long" => "BIGINT",
        "SmallInt" => "SMALLINT",
        other => other,
    }
    .to_owned()
}

/// How `table!` shows a column: by the rules of `diesel print-schema`, and what it refuses as text
/// or what Diesel has for it since.
pub(super) fn shown(column: &Column) -> Shown {
    let words = column.sql_type.to_ascii_lowercase();
    let has = |part: &str| words.contains(part);
    let name = match &*words {
        "boolean" | "bool" => "Bool",
        "int2" => "SmallInt",
        "int8" => "BigInt",
        _ if has("tiny") && has("int") => "Bool",
        _ if has("small") && has("int") => "SmallInt",
        _ if has("big") && has("int") => "BigInt",
        _ if has("int") => "Integer",
        _ if has("char") || has("clob") || has("text") => "Text",
        _ if has("blob") || has("binary") || words.is_empty() => "Binary",
        _ if has("float") || has("real") => "Float",
        _ if has("double") || has("num") || has("dec") => "Double",
        "datetime" | "timestamp" => "Timestamp",
        "date" => "Date",
        "time" => "Time",
        "timestamptz" | "datetimetz" => "TimestamptzSqlite",
        "json" => "Json",
        "jsonb" => "Jsonb",
        _ => "Text",
    };
    Shown {
        diesel_type: DieselType::new(name),
        max_length: length(&words).filter(|_| name == "Text"),
        custom: Vec::new(),
    }
}

/// The `20` of `varchar(20)`.
fn length(words: &str) -> Option<u64> {
    let (_, rest) = words.split_once('(')?;
    rest.strip_suffix(')')?.trim().parse().ok()
}
