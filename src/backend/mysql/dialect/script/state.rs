//! The schema while a script goes on.

use crate::schema::{
    IndexKey, Name, Schema, Table,
    operation::{Constraint, Operation},
};

use super::super::words::backticks;

/// Carries an operation out on a schema.
pub(in crate::backend::mysql::dialect) fn apply(schema: &mut Schema, operation: &Operation) {
    match operation {
        Operation::CreateSchema(_)
        | Operation::DropSchema(_)
        | Operation::CreateEnum(_)
        | Operation::DropEnum(_)
        | Operation::AlterEnum { .. } => {}
        Operation::CreateTable(table) => {
            schema.tables.insert(table.name.clone(), table.clone());
        }
        Operation::DropTable(table) => {
            schema.tables.remove(&table.name);
        }
        Operation::RenameTable { from, to } => rename_table(schema, from, to),
        Operation::RenameColumn { table, from, to } => rename_column(schema, table, from, to),
        Operation::AddColumn { table, .. }
        | Operation::DropColumn { table, .. }
        | Operation::AlterColumn { table, .. }
        | Operation::AlterPrimaryKey { table, .. }
        | Operation::AddForeignKey(table, _)
        | Operation::DropForeignKey(table, _)
        | Operation::AddUnique(table, _)
        | Operation::DropUnique(table, _)
        | Operation::AddIndex(table, _)
        | Operation::DropIndex(table, _)
        | Operation::AddCheck(table, _)
        | Operation::DropCheck(table, _)
        | Operation::RenameIndex { table, .. }
        | Operation::RenameConstraint { table, .. } => {
            if let Some(table) = schema.tables.get_mut(table) {
                apply_to_table(table, operation);
            }
        }
    }
}

fn apply_to_table(table: &mut Table, operation: &Operation) {
    match operation {
        Operation::AddColumn { column, .. } => {
            table.columns.insert(column.name.clone(), column.clone());
        }
        Operation::DropColumn { column, .. } => {
            table.columns.shift_remove(&column.name);
        }
        Operation::AlterColumn { after, .. } => {
            table.columns.insert(after.name.clone(), after.clone());
        }
        Operation::AlterPrimaryKey { after, .. } => table.primary_key.clone_from(after),
        Operation::AddForeignKey(_, key) => table.foreign_keys.push(key.clone()),
        Operation::DropForeignKey(_, key) => {
            table.foreign_keys.retain(|each| each.name != key.name);
        }
        Operation::AddUnique(_, unique) => table.uniques.push(unique.clone()),
        Operation::DropUnique(_, unique) => table.uniques.retain(|each| each.name != unique.name),
        Operation::AddIndex(_, index) => table.indexes.push(index.clone()),
        Operation::DropIndex(_, index) => table.indexes.retain(|each| each.name != index.name),
        Operation::AddCheck(_, check) => table.checks.push(check.clone()),
        Operation::DropCheck(_, check) => table.checks.retain(|each| each.name != check.name),
        Operation::RenameIndex { from, to, .. } => {
            for index in table.indexes.iter_mut().filter(|index| index.name == *from) {
                index.name.clone_from(to);
            }
        }
        Operation::RenameConstraint { constraint, to, .. } => {
            let to = Some(to.clone());
            match constraint {
                Constraint::ForeignKey(key) => {
                    let mut keys = table.foreign_keys.iter_mut();
                    if let Some(found) = keys.find(|each| each.name == key.name) {
                        found.name = to;
                    }
                }
                Constraint::Unique(unique) => {
                    let mut uniques = table.uniques.iter_mut();
                    if let Some(found) = uniques.find(|each| each.name == unique.name) {
                        found.name = to;
                    }
                }
                Constraint::Check(check) => {
                    let mut checks = table.checks.iter_mut();
                    if let Some(found) = checks.find(|each| each.name == check.name) {
                        found.name = to;
                    }
                }
            }
        }
        Operation::CreateSchema(_)
        | Operation::DropSchema(_)
        | Operation::CreateEnum(_)
        | Operation::DropEnum(_)
        | Operation::AlterEnum { .. }
        | Operation::CreateTable(_)
        | Operation::DropTable(_)
        | Operation::RenameTable { .. }
        | Operation::RenameColumn { .. } => {}
    }
}

fn rename_table(schema: &mut Schema, from: &Name, to: &Name) {
    if let Some(mut table) = schema.tables.remove(from) {
        table.name = to.clone();
        schema.tables.insert(to.clone(), table);
    }
    for key in schema
        .tables
        .values_mut()
        .flat_map(|table| &mut table.foreign_keys)
        .filter(|key| key.table == *from)
    {
        key.table = to.clone();
    }
}

fn rename_column(schema: &mut Schema, name: &Name, from: &str, to: &str) {
    for key in schema
        .tables
        .values_mut()
        .flat_map(|table| &mut table.foreign_keys)
        .filter(|key| key.table == *name)
    {
        rename_in(&mut key.referred, from, to);
    }
    let Some(table) = schema.tables.get_mut(name) else {
        return;
    };
    table.columns = std::mem::take(&mut table.columns)
        .into_iter()
        .map(|(key, mut column)| {
            if key != from {
                return (key, column);
            }
            to.clone_into(&mut column.name);
            (to.to_owned(), column)
        })
        .collect();
    if let Some(key) = &mut table.primary_key {
        rename_in(&mut key.columns, from, to);
    }
    for key in &mut table.foreign_keys {
        rename_in(&mut key.columns, from, to);
    }
    for unique in &mut table.uniques {
        rename_in(&mut unique.columns, from, to);
    }
    let (old, new) = (backticks(from), backticks(to));
    for part in table.indexes.iter_mut().flat_map(|index| &mut index.parts) {
        match &mut part.key {
            IndexKey::Column(column) if column == from => to.clone_into(column),
            IndexKey::Column(_) => {}
            IndexKey::Expression(expression) => *expression = expression.replace(&old, &new),
        }
    }
    for check in &mut table.checks {
        check.expression = check.expression.replace(&old, &new);
    }
    for column in table.columns.values_mut() {
        if let Some(generated) = &mut column.generated {
            generated.expression = generated.expression.replace(&old, &new);
        }
        if let Some(default) = &mut column.default {
            *default = default.replace(&old, &new);
        }
    }
}

fn rename_in(columns: &mut [String], from: &str, to: &str) {
    for column in columns.iter_mut().filter(|column| *column == from) {
        to.clone_into(column);
    }
}
