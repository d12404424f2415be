//! The schema that is there, with the names that the models have for its tables and columns.

use std::{borrow::Cow, collections::BTreeMap};

use super::{
    super::{
        IndexKey, Name, Schema, Table,
        autodetector::{Stale, valid},
        declared::{DeclaredTable, Models},
        dialect::Dialect,
        expression,
        questioner::Renames,
    },
    names::in_default,
};

/// New names of columns by their old ones.
type Columns = BTreeMap<String, String>;

/// The schema with everything renamed that is not renamed yet.
///
/// A rename that has been done already, or whose old name still stands in the models, means nothing.
pub(super) fn renamed<'a>(
    models: &Models,
    dialect: &dyn Dialect,
    from: &'a Schema,
    renames: &Renames,
) -> Cow<'a, Schema> {
    if renames.tables.is_empty() && renames.columns.is_empty() {
        return Cow::Borrowed(from);
    }
    let declared: BTreeMap<Name, &DeclaredTable> = models
        .tables
        .iter()
        .filter(|table| !table.unmanaged)
        .map(|table| (in_default(from, &table.name), table))
        .collect();
    let tables = renames
        .tables
        .iter()
        .map(|(new, old)| (in_default(from, new), in_default(from, old)))
        .collect();
    let tables = valid(
        &tables,
        |old| from.tables.contains_key(old),
        |new| declared.contains_key(new),
        Stale::Refused,
    );
    let tables = old_to_new(tables);
    let mut by_table: BTreeMap<Name, Columns> = BTreeMap::new();
    for ((table, new), old) in &renames.columns {
        let columns = by_table.entry(in_default(from, table)).or_default();
        columns.insert(new.clone(), old.clone());
    }
    let mut columns: BTreeMap<Name, Columns> = BTreeMap::new();
    for (table, renamed) in by_table {
        let before = tables
            .iter()
            .find(|(_, to)| **to == table)
            .map(|(from, _)| from);
        let before = before.unwrap_or(&table).clone();
        let (Some(existing), Some(declared)) = (from.tables.get(&before), declared.get(&table))
        else {
            continue;
        };
        let has = |name: &String| declared.columns.iter().any(|column| column.name == *name);
        let is_there = |name: &String| existing.columns.contains_key(name);
        let believed = valid(&renamed, is_there, has, Stale::Refused);
        if !believed.is_empty() {
            columns.insert(before, old_to_new(believed));
        }
    }
    if tables.is_empty() && columns.is_empty() {
        return Cow::Borrowed(from);
    }
    let mut schema = from.clone();
    schema.tables = from
        .tables
        .values()
        .map(|table| {
            let table = rename(table, dialect, &tables, &columns);
            (table.name.clone(), table)
        })
        .collect();
    Cow::Owned(schema)
}

fn old_to_new<T: Ord>(renames: BTreeMap<T, T>) -> BTreeMap<T, T> {
    renames.into_iter().map(|(new, old)| (old, new)).collect()
}

fn rename(
    table: &Table,
    dialect: &dyn Dialect,
    tables: &BTreeMap<Name, Name>,
    columns: &BTreeMap<Name, Columns>,
) -> Table {
    let none = Columns::new();
    let own = columns.get(&table.name).unwrap_or(&none);
    let mut renamed = table.clone();
    if let Some(name) = tables.get(&table.name) {
        renamed.name = name.clone();
    }
    for key in &mut renamed.foreign_keys {
        rename_all(&mut key.referred, columns.get(&key.table).unwrap_or(&none));
        rename_all(&mut key.columns, own);
        if let Some(name) = tables.get(&key.table) {
            key.table = name.clone();
        }
    }
    if own.is_empty() {
        return renamed;
    }
    let quoted: Vec<(&str, String)> = own
        .iter()
        .map(|(old, new)| (old.as_str(), dialect.quote(new)))
        .collect();
    let quoted: Vec<(&str, &str)> = quoted
        .iter()
        .map(|(old, new)| (*old, new.as_str()))
        .collect();
    let text = |sql: &mut String| *sql = expression::rename_identifiers(sql, &quoted);
    renamed.columns = table
        .columns
        .values()
        .map(|column| {
            let mut column = column.clone();
            rename_one(&mut column.name, own);
            if let Some(generated) = &mut column.generated {
                text(&mut generated.expression);
            }
            (column.name.clone(), column)
        })
        .collect();
    if let Some(key) = &mut renamed.primary_key {
        rename_all(&mut key.columns, own);
    }
    for unique in &mut renamed.uniques {
        rename_all(&mut unique.columns, own);
    }
    for index in &mut renamed.indexes {
        rename_all(&mut index.include, own);
        for part in &mut index.parts {
            match &mut part.key {
                IndexKey::Column(name) => rename_one(name, own),
                IndexKey::Expression(sql) => text(sql),
            }
        }
        if let Some(predicate) = &mut index.predicate {
            text(predicate);
        }
    }
    for check in &mut renamed.checks {
        text(&mut check.expression);
    }
    renamed
}

fn rename_one(name: &mut String, columns: &Columns) {
    if let Some(new) = columns.get(name) {
        name.clone_from(new);
    }
}

fn rename_all(names: &mut [String], columns: &Columns) {
    for name in names {
        rename_one(name, columns);
    }
}
