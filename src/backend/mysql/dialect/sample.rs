//! Values for rows that need any, and rows as text.

use super::{
    types,
    words::{self, literal, quote},
};
use crate::schema::{Column, Name, Schema, Table};

/// How many foreign keys are followed to where a value comes from.
const HOPS: usize = 8;

/// A value for a row; see [`crate::schema::dialect::Dialect::sample`].
///
/// A column that refers to another gets what that one has in the row of the same number.
pub(super) fn value(schema: &Schema, table: &Table, column: &Column, row: usize) -> Option<String> {
    let (mut table, mut column) = (table, column);
    for _ in 0..HOPS {
        let Some((next_table, next_column)) = referred(schema, table, column) else {
            break;
        };
        (table, column) = (next_table, next_column);
    }
    numbered(column, &row.to_string())
}

fn referred<'a>(
    schema: &'a Schema,
    table: &Table,
    column: &Column,
) -> Option<(&'a Table, &'a Column)> {
    table.foreign_keys.iter().find_map(|key| {
        let index = key.columns.iter().position(|name| *name == column.name)?;
        let table = schema.tables.get(&key.table)?;
        let referred = table.columns.get(key.referred.get(index)?)?;
        (table.name != key.table || referred.name != column.name || table.columns.len() > 1)
            .then_some((table, referred))
    })
}

/// An expression that makes a value of a column's type out of a whole number, another value for
/// another number as far as the type has so many.
pub(super) fn numbered(column: &Column, n: &str) -> Option<String> {
    if column.generated.is_some()
        || column
            .extra
            .iter()
            .any(|extra| extra.starts_with("GENERATED"))
    {
        return None;
    }
    let sql_type = column.sql_type.as_str();
    let (base, arguments) = types::base_and_arguments(sql_type);
    let length = |default: u32| -> u32 {
        arguments
            .first()
            .and_then(|first| first.parse().ok())
            .unwrap_or(default)
    };
    // Digits alone, so that a change to a number's type and back has nothing to refuse.
    let text = |room: u32| match room {
        0..16 => format!("RIGHT(CONCAT({n}), {room})"),
        _ => format!("CONCAT({n})"),
    };
    Some(match base.as_str() {
        "tinyint" if sql_type == "tinyint(1)" => format!("MOD({n}, 2)"),
        "tinyint" => format!("1 + MOD({n}, 126)"),
        "smallint" => format!("1 + MOD({n}, 32000)"),
        "mediumint" | "int" | "bigint" => match n.parse::<u64>() {
            Ok(number) => (number + 1).to_string(),
            Err(_) => format!("1 + {n}"),
        },
        "float" | "double" => format!("{n} + 0.5"),
        "decimal" => {
            let scale: u32 = arguments
                .get(1)
                .and_then(|scale| scale.parse().ok())
                .unwrap_or(0);
            let whole = length(10).saturating_sub(scale);
            match whole {
                0 => format!("(1 + MOD({n}, 9)) / {}", 10_u128.pow(scale.min(30))),
                _ => format!("1 + MOD({n}, {})", 10_u64.pow(whole.min(9)) - 1),
            }
        }
        "bit" => format!("MOD({n}, {})", 1_u64 << length(1).min(30)),
        "char" | "varchar" | "binary" | "varbinary" => text(length(1)),
        "tinytext" | "text" | "mediumtext" | "longtext" | "tinyblob" | "blob" | "mediumblob"
        | "longblob" => text(u32::MAX),
        "enum" | "set" => {
            let labels = words::labels(sql_type)?;
            let list: Vec<String> = labels.iter().map(|label| literal(label)).collect();
            format!("ELT(1 + MOD({n}, {}), {})", labels.len(), list.join(", "))
        }
        "date" => format!("DATE_ADD('2000-01-01', INTERVAL {n} DAY)"),
        "datetime" | "timestamp" => format!("DATE_ADD('2000-01-01 12:00:00', INTERVAL {n} DAY)"),
        "time" => format!("SEC_TO_TIME({n})"),
        "year" => format!("2000 + MOD({n}, 100)"),
        "json" => format!("JSON_OBJECT('sample', {n})"),
        "uuid" => format!("CONCAT('00000000-0000-0000-0000-', LPAD({n}, 12, '0'))"),
        "inet6" => format!("CONCAT('fe80::', HEX(MOD({n}, 65536)))"),
        "inet4" => format!("INET_NTOA(167772160 + {n})"),
        other => geometry(column, other, n)?,
    })
}

fn geometry(column: &Column, base: &str, n: &str) -> Option<String> {
    let place = format!("', MOD({n}, 80), ' 1");
    let shape = match base {
        "geometry" | "point" => format!("POINT({place})"),
        "linestring" => format!("LINESTRING(0 0,{place})"),
        "polygon" => format!("POLYGON((0 0,81 0,{place},0 0))"),
        "multipoint" => format!("MULTIPOINT({place})"),
        "multilinestring" => format!("MULTILINESTRING((0 0,{place}))"),
        "multipolygon" => format!("MULTIPOLYGON(((0 0,81 0,{place},0 0)))"),
        "geometrycollection" | "geomcollection" => format!("GEOMETRYCOLLECTION(POINT({place}))"),
        _ => return None,
    };
    let system = column
        .extra
        .iter()
        .find_map(|extra| extra.strip_prefix("SRID "))
        .map(|system| format!(", {system}"))
        .unwrap_or_default();
    Some(format!("ST_GeomFromText(CONCAT('{shape}'){system})"))
}

/// What every row gets in a column whose data are lost.
pub(super) fn placeholder(schema: &Schema, table: &Table, column: &Column) -> Option<Placeholder> {
    if let Some((parent, key)) = referred(schema, table, column) {
        let key = quote(&key.name);
        let parent = words::table(&parent.name);
        return Some(Placeholder {
            before: None,
            value: format!("(SELECT MIN(x) FROM (SELECT {key} AS x FROM {parent}) AS parents)"),
        });
    }
    if is_unique(table, &column.name) {
        return Some(Placeholder {
            before: Some("SET @row := 0".to_owned()),
            value: numbered(column, "(@row := @row + 1)")?,
        });
    }
    Some(Placeholder {
        before: None,
        value: constant(column).map_or_else(|| numbered(column, "0"), Some)?,
    })
}

/// A value for all rows, in plain words where the type has some.
fn constant(column: &Column) -> Option<String> {
    let sql_type = column.sql_type.as_str();
    let (base, arguments) = types::base_and_arguments(sql_type);
    Some(match base.as_str() {
        "tinyint" if sql_type == "tinyint(1)" => "0".to_owned(),
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "float" | "double" => {
            "1".to_owned()
        }
        "decimal" if arguments.first() != arguments.get(1) => "1".to_owned(),
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" => "'0'".to_owned(),
        "enum" | "set" => literal(words::labels(sql_type)?.first()?),
        "date" => "'2000-01-01'".to_owned(),
        "datetime" | "timestamp" => "'2000-01-01 12:00:00'".to_owned(),
        _ => return None,
    })
}

/// A value that stands for lost data.
pub(super) struct Placeholder {
    /// What must run before.
    pub(super) before: Option<String>,
    /// The value.
    pub(super) value: String,
}

fn is_unique(table: &Table, column: &str) -> bool {
    let has = |columns: &[String]| columns.iter().any(|name| name == column);
    has(table.key_columns())
        || table.uniques.iter().any(|unique| has(&unique.columns))
        || table
            .indexes
            .iter()
            .any(|index| index.unique && has(&super::keys::leading(index)))
}

/// A query of a table's rows as text; see [`crate::schema::dialect::Dialect::rows`].
///
/// `CONCAT` makes text of numbers and times and leaves bytes as they are, so that a number has the
/// same text in every type.
pub(super) fn rows(table: &Name, columns: &[String]) -> String {
    let values: Vec<String> = columns
        .iter()
        .map(|column| format!("IFNULL(HEX(CONCAT({})), 'NULL')", quote(column)))
        .collect();
    let row = if values.is_empty() {
        "''".to_owned()
    } else {
        format!("CONCAT_WS('|', {})", values.join(", "))
    };
    // Sorting looks at the first kilobyte alone (`max_sort_length`).
    format!(
        "SELECT a, '' AS b FROM (SELECT {row} AS a FROM {}) AS texts ORDER BY LEFT(a, 250), MD5(a)",
        words::table(table)
    )
}
