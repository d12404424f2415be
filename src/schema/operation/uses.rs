//! Which columns, keys and types things rest on.

use std::collections::BTreeSet;

use crate::schema::{Check, Column, Index, IndexKey, Name, Table, expression::mentioned};

/// Whether an index is over, carries or mentions one of some columns.
pub(in crate::schema) fn index_touches(index: &Index, columns: &BTreeSet<String>) -> bool {
    let parts = index.parts.iter().any(|part| match &part.key {
        IndexKey::Column(column) => columns.contains(column),
        IndexKey::Expression(expression) => mentions(expression, columns),
    });
    let predicate = index.predicate.as_deref();
    parts
        || index.include.iter().any(|column| columns.contains(column))
        || predicate.is_some_and(|predicate| mentions(predicate, columns))
}

/// Whether a check mentions one of some columns.
pub(in crate::schema) fn check_touches(check: &Check, columns: &BTreeSet<String>) -> bool {
    mentions(&check.expression, columns)
}

/// Whether a column is computed from one of some columns.
pub(in crate::schema) fn generated_touches(column: &Column, columns: &BTreeSet<String>) -> bool {
    let generated = column.generated.as_ref();
    generated.is_some_and(|generated| mentions(&generated.expression, columns))
}

fn mentions(sql: &str, columns: &BTreeSet<String>) -> bool {
    !mentioned(sql, columns.iter().map(String::as_str)).is_empty()
}

/// The sets of columns that a foreign key may refer to: the primary key, unique constraints, and
/// unique indexes of plain columns without a condition.
pub(in crate::schema) fn keys(table: &Table) -> BTreeSet<BTreeSet<String>> {
    let primary = table.primary_key.iter().map(|key| set(&key.columns));
    let uniques = table.uniques.iter().map(|unique| set(&unique.columns));
    let indexes = table.indexes.iter().filter_map(index_key);
    primary.chain(uniques).chain(indexes).collect()
}

fn index_key(index: &Index) -> Option<BTreeSet<String>> {
    if !index.unique || index.predicate.is_some() {
        return None;
    }
    let columns = index.parts.iter().map(|part| match &part.key {
        IndexKey::Column(column) => Some(column.clone()),
        IndexKey::Expression(_) => None,
    });
    columns.collect()
}

fn set(columns: &[String]) -> BTreeSet<String> {
    columns.iter().cloned().collect()
}

/// Whether a column's type is an enum type, or an array of it.
pub(in crate::schema) fn is_enum(sql_type: &str, name: &Name) -> bool {
    let mut segments = vec![String::new()];
    let mut quoted = false;
    let mut chars = sql_type.chars().peekable();
    while let Some(c) = chars.next() {
        let last = segments.last_mut();
        match (c, quoted) {
            ('"', true) if chars.next_if_eq(&'"').is_none() => quoted = false,
            ('"', false) => quoted = true,
            ('.', false) => segments.push(String::new()),
            ('[' | '(' | ' ', false) => break,
            _ => last.into_iter().for_each(|segment| segment.push(c)),
        }
    }
    match (segments.as_slice(), &name.schema) {
        ([own], None) => *own == name.name,
        ([schema, own], Some(within)) => schema == within && *own == name.name,
        _ => false,
    }
}
