//! What operations mean, on schemas as values.

use std::collections::BTreeSet;

use super::{
    Constraint, Operation, check_touches, generated_touches, index_touches, is_enum, keys,
};
use crate::schema::{
    Column, ForeignKey, IndexKey, Name, PrimaryKey, Schema, Table, expression::rename_identifier,
};

/// Why an operation cannot run on a schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot {operation}: {reason}")]
pub struct Inapplicable {
    /// What was to be done, as [`Operation::describe`] says it.
    pub operation: String,
    /// What is in the way.
    pub reason: String,
}

/// The schema that an operation leads to.
///
/// Refused is what an engine would refuse: a name that is taken or missing, and what would leave
/// something hanging in the air: a constraint over a column that is gone, a foreign key to a table
/// or key that is gone, a type in use.
pub fn apply(schema: &Schema, operation: &Operation) -> Result<Schema, Inapplicable> {
    let mut schema = schema.clone();
    operation.apply(&mut schema)?;
    Ok(schema)
}

impl Operation {
    /// The same in place; a schema it cannot run on may be left half changed.
    pub fn apply(&self, schema: &mut Schema) -> Result<(), Inapplicable> {
        let applied = match self {
            Self::CreateSchema(_)
            | Self::DropSchema(_)
            | Self::CreateEnum(_)
            | Self::DropEnum(_)
            | Self::AlterEnum { .. } => self.apply_to_types(schema),
            Self::CreateTable(_) | Self::DropTable(_) | Self::RenameTable { .. } => {
                self.apply_to_tables(schema)
            }
            Self::AddColumn { .. }
            | Self::DropColumn { .. }
            | Self::RenameColumn { .. }
            | Self::AlterColumn { .. } => self.apply_to_columns(schema),
            Self::AlterPrimaryKey { .. }
            | Self::AddForeignKey(..)
            | Self::DropForeignKey(..)
            | Self::AddUnique(..)
            | Self::DropUnique(..)
            | Self::AddIndex(..)
            | Self::DropIndex(..)
            | Self::AddCheck(..)
            | Self::DropCheck(..)
            | Self::RenameIndex { .. }
            | Self::RenameConstraint { .. } => self.apply_to_constraints(schema),
        };
        applied.map_err(|reason| Inapplicable {
            operation: self.describe(),
            reason,
        })
    }

    fn apply_to_types(&self, schema: &mut Schema) -> Result<(), String> {
        match self {
            Self::CreateSchema(name) => ensure(schema.schemas.insert(name.clone()), || {
                "it is there already".to_owned()
            }),
            Self::DropSchema(name) => {
                let names = (schema.tables.keys())
                    .chain(schema.enums.keys())
                    .chain(schema.views.keys());
                let holds = names
                    .filter(|held| held.schema.as_ref() == Some(name))
                    .min();
                if let Some(held) = holds {
                    return Err(format!("`{held}` is in it"));
                }
                ensure(schema.schemas.remove(name), || "it is not there".to_owned())
            }
            Self::CreateEnum(value) => {
                room(schema, &value.name)?;
                schema.enums.insert(value.name.clone(), value.clone());
                Ok(())
            }
            Self::DropEnum(value) => {
                for (name, table) in &schema.tables {
                    let mut columns = table.columns.values();
                    if let Some(column) = columns.find(|c| is_enum(&c.sql_type, &value.name)) {
                        return Err(format!("`{name}.{}` is of that type", column.name));
                    }
                }
                let found = schema.enums.remove(&value.name);
                ensure(found.as_ref() == Some(value), || {
                    "it is not there".to_owned()
                })
            }
            Self::AlterEnum { before, after } => {
                let found = schema.enums.insert(after.name.clone(), after.clone());
                ensure(found.as_ref() == Some(before), || {
                    "it is not there".to_owned()
                })
            }
            _ => Ok(()),
        }
    }

    fn apply_to_tables(&self, schema: &mut Schema) -> Result<(), String> {
        match self {
            Self::CreateTable(table) => {
                room(schema, &table.name)?;
                schema.tables.insert(table.name.clone(), table.clone());
                for key in &table.foreign_keys {
                    ensure_reference(schema, &table.name, key)?;
                }
                ensure_whole(table)
            }
            Self::DropTable(table) => {
                let found = schema.tables.remove(&table.name);
                ensure(found.as_ref() == Some(table), || {
                    "it is not there".to_owned()
                })?;
                match referring(schema, &table.name).next() {
                    Some((name, _)) => Err(format!("`{name}` refers to it")),
                    None => Ok(()),
                }
            }
            Self::RenameTable { from, to } => {
                find(schema, from)?;
                room(schema, to)?;
                rename_table(schema, from, to);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn apply_to_columns(&self, schema: &mut Schema) -> Result<(), String> {
        match self {
            Self::AddColumn { table, column, .. } => {
                let columns = &mut find(schema, table)?.columns;
                let old = columns.insert(column.name.clone(), column.clone());
                ensure(old.is_none(), || "it is there already".to_owned())
            }
            Self::DropColumn { table, column } => {
                let found = find(schema, table)?.columns.shift_remove(&column.name);
                ensure(found.as_ref() == Some(column), || {
                    "it is not there".to_owned()
                })?;
                ensure_unused(schema, table, &column.name)
            }
            Self::RenameColumn { table, from, to } => {
                let columns = &find(schema, table)?.columns;
                ensure(columns.contains_key(from), || "it is not there".to_owned())?;
                ensure(!columns.contains_key(to), || {
                    format!("`{to}` is there already")
                })?;
                rename_column(schema, table, from, to);
                Ok(())
            }
            Self::AlterColumn {
                table,
                before,
                after,
                ..
            } => {
                let table = find(schema, table)?;
                let name = BTreeSet::from([before.name.clone()]);
                if before.sql_type != after.sql_type || before.collation != after.collation {
                    let mut columns = table.columns.values();
                    if let Some(column) = columns.find(|column| generated_touches(column, &name)) {
                        return Err(format!("`{}` is computed from it", column.name));
                    }
                }
                let found = table.columns.get_mut(&before.name);
                let found = found.filter(|found| *found == before && before.name == after.name);
                let found = found.ok_or_else(|| "it is not there as it should be".to_owned())?;
                *found = after.clone();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn apply_to_constraints(&self, schema: &mut Schema) -> Result<(), String> {
        match self {
            Self::AlterPrimaryKey {
                table: name,
                before,
                after,
            } => change_keys(schema, name, |table| {
                let is_there = table.primary_key == *before;
                ensure(is_there, || "it is not there as it should be".to_owned())?;
                table.primary_key.clone_from(after);
                ensure_columns(table, after.iter().flat_map(|key| &key.columns))
            }),
            Self::AddForeignKey(name, key) => {
                add(&mut find(schema, name)?.foreign_keys, key);
                ensure_reference(schema, name, key)
            }
            Self::DropForeignKey(name, key) => take(&mut find(schema, name)?.foreign_keys, key),
            Self::AddUnique(name, unique) => {
                let table = find(schema, name)?;
                ensure_columns(table, &unique.columns)?;
                add(&mut table.uniques, unique);
                Ok(())
            }
            Self::DropUnique(name, unique) => {
                change_keys(schema, name, |table| take(&mut table.uniques, unique))
            }
            Self::AddIndex(name, index) => {
                let table = find(schema, name)?;
                let taken = table.indexes.iter().any(|other| other.name == index.name);
                ensure(!taken, || "it is there already".to_owned())?;
                let columns = index.parts.iter().filter_map(|part| match &part.key {
                    IndexKey::Column(column) => Some(column),
                    IndexKey::Expression(_) => None,
                });
                ensure_columns(table, columns.chain(&index.include))?;
                add(&mut table.indexes, index);
                Ok(())
            }
            Self::DropIndex(name, index) => {
                change_keys(schema, name, |table| take(&mut table.indexes, index))
            }
            Self::AddCheck(name, check) => {
                add(&mut find(schema, name)?.checks, check);
                Ok(())
            }
            Self::DropCheck(name, check) => take(&mut find(schema, name)?.checks, check),
            Self::RenameIndex { table, from, to } => {
                let indexes = &mut find(schema, table)?.indexes;
                let taken = indexes.iter().any(|index| index.name == *to);
                ensure(!taken, || format!("`{to}` is there already"))?;
                let found = indexes.iter_mut().find(|index| index.name == *from);
                found
                    .ok_or_else(|| "it is not there".to_owned())?
                    .name
                    .clone_from(to);
                indexes.sort();
                Ok(())
            }
            Self::RenameConstraint {
                table,
                constraint,
                to,
            } => {
                let table = find(schema, table)?;
                let mut after = constraint.clone();
                after.rename(Some(to.clone()));
                match (constraint, after) {
                    (Constraint::ForeignKey(before), Constraint::ForeignKey(after)) => {
                        take(&mut table.foreign_keys, before)?;
                        add(&mut table.foreign_keys, &after);
                        Ok(())
                    }
                    (Constraint::Unique(before), Constraint::Unique(after)) => {
                        take(&mut table.uniques, before)?;
                        add(&mut table.uniques, &after);
                        Ok(())
                    }
                    (Constraint::Check(before), Constraint::Check(after)) => {
                        take(&mut table.checks, before)?;
                        add(&mut table.checks, &after);
                        Ok(())
                    }
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }
}

/// Renames a table, with every foreign key that refers to it.
pub(in crate::schema) fn rename_table(schema: &mut Schema, from: &Name, to: &Name) {
    if let Some(mut table) = schema.tables.remove(from) {
        table.name = to.clone();
        schema.tables.insert(to.clone(), table);
    }
    for table in schema.tables.values_mut() {
        for key in &mut table.foreign_keys {
            if key.table == *from {
                key.table = to.clone();
            }
        }
        table.foreign_keys.sort();
    }
}

/// Renames a column, with everything that names it.
pub(in crate::schema) fn rename_column(schema: &mut Schema, name: &Name, from: &str, to: &str) {
    let rename = |columns: &mut Vec<String>| {
        for column in columns {
            if column == from {
                to.clone_into(column);
            }
        }
    };
    for (owner, table) in &mut schema.tables {
        for key in &mut table.foreign_keys {
            if owner == name {
                rename(&mut key.columns);
            }
            if key.table == *name {
                rename(&mut key.referred);
            }
        }
        table.foreign_keys.sort();
    }
    let Some(table) = schema.tables.get_mut(name) else {
        return;
    };
    if let Some(index) = table.columns.get_index_of(from)
        && let Some(mut column) = table.columns.shift_remove(from)
    {
        to.clone_into(&mut column.name);
        table.columns.shift_insert(index, to.to_owned(), column);
    }
    for column in table.columns.values_mut() {
        if let Some(generated) = &mut column.generated {
            rename_in(&mut generated.expression, from, to);
        }
    }
    if let Some(key) = &mut table.primary_key {
        rename(&mut key.columns);
    }
    for unique in &mut table.uniques {
        rename(&mut unique.columns);
    }
    table.uniques.sort();
    for index in &mut table.indexes {
        for part in &mut index.parts {
            match &mut part.key {
                IndexKey::Column(column) if column == from => to.clone_into(column),
                IndexKey::Column(_) => {}
                IndexKey::Expression(expression) => rename_in(expression, from, to),
            }
        }
        if let Some(predicate) = &mut index.predicate {
            rename_in(predicate, from, to);
        }
        rename(&mut index.include);
    }
    table.indexes.sort();
    for check in &mut table.checks {
        rename_in(&mut check.expression, from, to);
    }
    table.checks.sort();
}

/// MySQL prints every name in backticks, the others quote only what needs it.
fn rename_in(sql: &mut String, from: &str, to: &str) {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let quoted = if sql.contains(&format!("`{from}`")) {
        format!("`{}`", to.replace('`', "``"))
    } else if to.chars().all(plain) && !to.starts_with(|c: char| c.is_ascii_digit()) {
        to.to_owned()
    } else {
        format!("\"{}\"", to.replace('"', "\"\""))
    };
    *sql = rename_identifier(sql, from, &quoted);
}

fn ensure(holds: bool, reason: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(reason()) }
}

fn find<'a>(schema: &'a mut Schema, name: &Name) -> Result<&'a mut Table, String> {
    let table = schema.tables.get_mut(name);
    table.ok_or_else(|| format!("there is no table `{name}`"))
}

/// Tables, views and types share their names, and are in schemas that exist.
fn room(schema: &Schema, name: &Name) -> Result<(), String> {
    let taken = schema.tables.contains_key(name)
        || schema.views.contains_key(name)
        || schema.enums.contains_key(name);
    ensure(!taken, || format!("`{name}` is there already"))?;
    match &name.schema {
        Some(within) if !schema.schemas.contains(within) => {
            Err(format!("there is no schema `{within}`"))
        }
        _ => Ok(()),
    }
}

fn add<T: Clone + Ord>(values: &mut Vec<T>, value: &T) {
    values.push(value.clone());
    values.sort();
}

fn take<T: PartialEq>(values: &mut Vec<T>, value: &T) -> Result<(), String> {
    let index = values.iter().position(|other| other == value);
    values.remove(index.ok_or_else(|| "it is not there".to_owned())?);
    Ok(())
}

fn ensure_columns<'a>(
    table: &Table,
    columns: impl IntoIterator<Item = &'a String>,
) -> Result<(), String> {
    let mut columns = columns.into_iter();
    match columns.find(|column| !table.columns.contains_key(*column)) {
        Some(column) => Err(format!("there is no column `{}.{column}`", table.name)),
        None => Ok(()),
    }
}

fn ensure_reference(schema: &Schema, name: &Name, key: &ForeignKey) -> Result<(), String> {
    let find = |name: &Name| {
        let table = schema.tables.get(name);
        table.ok_or_else(|| format!("there is no table `{name}`"))
    };
    ensure_columns(find(name)?, &key.columns)?;
    ensure_columns(find(&key.table)?, &key.referred)
}

fn ensure_whole(table: &Table) -> Result<(), String> {
    ensure_columns(table, table.key_columns())?;
    for unique in &table.uniques {
        ensure_columns(table, &unique.columns)?;
    }
    Ok(())
}

fn referring<'a>(
    schema: &'a Schema,
    name: &'a Name,
) -> impl Iterator<Item = (&'a Name, &'a ForeignKey)> {
    schema.tables.iter().flat_map(move |(owner, table)| {
        let keys = table
            .foreign_keys
            .iter()
            .filter(move |key| key.table == *name);
        keys.map(move |key| (owner, key))
    })
}

/// Whether nothing names a column that has just gone.
fn ensure_unused(schema: &mut Schema, name: &Name, column: &str) -> Result<(), String> {
    let gone = BTreeSet::from([column.to_owned()]);
    let table = find(schema, name)?;
    let names = |columns: &[String]| columns.iter().any(|other| other == column);
    let computed: Option<&Column> = (table.columns.values()).find(|c| generated_touches(c, &gone));
    if let Some(computed) = computed {
        return Err(format!("`{}` is computed from it", computed.name));
    }
    let key: Option<&PrimaryKey> = table.primary_key.as_ref();
    let user = if key.is_some_and(|key| names(&key.columns)) {
        "the primary key"
    } else if table.uniques.iter().any(|unique| names(&unique.columns)) {
        "a unique constraint"
    } else if table
        .indexes
        .iter()
        .any(|index| index_touches(index, &gone))
    {
        "an index"
    } else if table.checks.iter().any(|check| check_touches(check, &gone)) {
        "a check"
    } else if table.foreign_keys.iter().any(|key| names(&key.columns)) {
        "a foreign key"
    } else if let Some((other, _)) = referring(schema, name).find(|(_, key)| names(&key.referred)) {
        return Err(format!("`{other}` refers to it"));
    } else {
        return Ok(());
    };
    Err(format!("{user} uses it"))
}

/// Changes what foreign keys may rest on, unless one then rests on nothing.
fn change_keys(
    schema: &mut Schema,
    name: &Name,
    change: impl FnOnce(&mut Table) -> Result<(), String>,
) -> Result<(), String> {
    let table = find(schema, name)?;
    let before = keys(table);
    change(table)?;
    let after = keys(table);
    for (other, key) in referring(schema, name) {
        let referred: BTreeSet<String> = key.referred.iter().cloned().collect();
        if before.contains(&referred) && !after.contains(&referred) {
            return Err(format!("a foreign key of `{other}` rests on it"));
        }
    }
    Ok(())
}
