//! Values that fill a column.

use std::ops::Range;

use super::{types, words};
use crate::{
    backend::sqlite::tokens::Tokens,
    schema::{Column, Table},
};

/// A literal for a row. Columns of alike types get alike values in the same row, so that a foreign
/// key meets the row of that number.
pub(super) fn value(table: &Table, column: &Column, row: usize) -> Option<String> {
    if column.generated.is_some() {
        return None;
    }
    if let Some(value) = allowed(table, column, row) {
        return Some(value);
    }
    let number = row + 1;
    Some(match &*types::shown(column).diesel_type.name {
        "Bool" => (row % 2).to_string(),
        "SmallInt" | "Integer" | "BigInt" => number.to_string(),
        "Float" | "Double" => format!("{number}.5"),
        "Binary" => format!("x'{number:08x}'"),
        "Date" => format!("date('2000-01-01', '+{number} days')"),
        "Time" => format!("time('00:00:00', '+{number} seconds')"),
        "Timestamp" | "TimestamptzSqlite" => {
            format!("datetime('2000-01-01 00:00:00', '+{number} seconds')")
        }
        "Json" => words::literal(&format!("{{\"row\": {number}}}")),
        "Jsonb" => format!("jsonb('{{\"row\": {number}}}')"),
        _ => words::literal(&number.to_string()),
    })
}

/// An expression that gives every row of a `SELECT` a value of its own.
pub(super) fn distinct(column: &Column) -> String {
    const NUMBER: &str = "row_number() OVER ()";
    match &*types::shown(column).diesel_type.name {
        "SmallInt" | "Integer" | "BigInt" | "Bool" => NUMBER.to_owned(),
        "Float" | "Double" => format!("{NUMBER} + 0.5"),
        "Binary" => format!("CAST({NUMBER} AS BLOB)"),
        "Date" => format!("date('2000-01-01', '+' || {NUMBER} || ' days')"),
        "Time" => format!("time('00:00:00', '+' || {NUMBER} || ' seconds')"),
        "Timestamp" | "TimestamptzSqlite" => {
            format!("datetime('2000-01-01 00:00:00', '+' || {NUMBER} || ' seconds')")
        }
        "Json" => format!("json_object('row', {NUMBER})"),
        "Jsonb" => format!("jsonb_object('row', {NUMBER})"),
        _ => format!("CAST({NUMBER} AS TEXT)"),
    }
}

/// A literal from a check such as `status IN ('new', 'paid')`.
fn allowed(table: &Table, column: &Column, row: usize) -> Option<String> {
    table.checks.iter().find_map(|check| {
        let mut tokens = Tokens::new(&check.expression);
        let name = tokens.name()?;
        if !name.eq_ignore_ascii_case(&column.name) || !tokens.eat(&["IN"]) {
            return None;
        }
        let values: Vec<Range<usize>> = {
            let list = tokens.parentheses()?;
            tokens.list(list)
        };
        let value = tokens.text(values.get(row % values.len())?.clone());
        Tokens::new(&value).is_plain_value().then_some(value)
    })
}
