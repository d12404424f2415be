//! A schema while a change runs.

use indexmap::IndexMap;

use crate::schema::{
    IndexKey, Name, Schema, Table,
    operation::{Constraint, Operation},
};

/// Brings a schema behind an operation.
pub(super) fn advance(schema: &mut Schema, operation: &Operation) {
    match operation {
        Operation::CreateSchema(name) => {
            schema.schemas.insert(name.clone());
        }
        Operation::DropSchema(name) => {
            schema.schemas.remove(name);
        }
        Operation::CreateEnum(kind) | Operation::AlterEnum { after: kind, .. } => {
            schema.enums.insert(kind.name.clone(), kind.clone());
        }
        Operation::DropEnum(kind) => {
            schema.enums.remove(&kind.name);
        }
        Operation::CreateTable(table) => {
            schema.tables.insert(table.name.clone(), table.clone());
        }
        Operation::DropTable(table) => {
            schema.tables.remove(&table.name);
        }
        Operation::RenameTable { from, to } => rename_table(schema, from, to),
        Operation::RenameColumn { table, from, to } => rename_column(schema, table, from, to),
        Operation::AddColumn { table, column, .. }
        | Operation::AlterColumn {
            table,
            after: column,
            ..
        } => on(schema, table, |table| {
            table.columns.insert(column.name.clone(), column.clone());
        }),
        Operation::DropColumn { table, column } => on(schema, table, |table| {
            table.columns.shift_remove(&column.name);
        }),
        Operation::AlterPrimaryKey { table, after, .. } => {
            on(schema, table, |table| table.primary_key.clone_from(after));
        }
        Operation::AddForeignKey(table, key) => {
            on(schema, table, |table| table.foreign_keys.push(key.clone()));
        }
        Operation::DropForeignKey(table, key) => on(schema, table, |table| {
            table.foreign_keys.retain(|each| each.name != key.name);
        }),
        Operation::AddUnique(table, unique) => {
            on(schema, table, |table| table.uniques.push(unique.clone()));
        }
        Operation::DropUnique(table, unique) => on(schema, table, |table| {
            table.uniques.retain(|each| each.name != unique.name);
        }),
        Operation::AddIndex(table, index) => {
            on(schema, table, |table| table.indexes.push(index.clone()));
        }
        Operation::DropIndex(table, index) => on(schema, table, |table| {
            table.indexes.retain(|each| each.name != index.name);
        }),
        Operation::AddCheck(table, check) => {
            on(schema, table, |table| table.checks.push(check.clone()));
        }
        Operation::DropCheck(table, check) => on(schema, table, |table| {
            table.checks.retain(|each| each.name != check.name);
        }),
        Operation::RenameIndex { table, from, to } => on(schema, table, |table| {
            for index in &mut table.indexes {
                if index.name == *from {
                    index.name.clone_from(to);
                }
            }
        }),
        Operation::RenameConstraint {
            table,
            constraint,
            to,
        } => on(schema, table, |table| {
            rename_constraint(table, constraint, to);
        }),
    }
}

fn on(schema: &mut Schema, name: &Name, change: impl FnOnce(&mut Table)) {
    if let Some(table) = schema.tables.get_mut(name) {
        change(table);
    }
}

fn rename_table(schema: &mut Schema, from: &Name, to: &Name) {
    if let Some(mut table) = schema.tables.remove(from) {
        table.name = to.clone();
        schema.tables.insert(to.clone(), table);
    }
    let tables = schema.tables.values_mut();
    for key in tables.flat_map(|table| &mut table.foreign_keys) {
        if key.table == *from {
            key.table = to.clone();
        }
    }
}

fn rename_column(schema: &mut Schema, table: &Name, from: &str, to: &str) {
    let rename = |names: &mut Vec<String>| {
        for name in names.iter_mut().filter(|name| *name == from) {
            to.clone_into(name);
        }
    };
    for (name, each) in &mut schema.tables {
        for key in &mut each.foreign_keys {
            if name == table {
                rename(&mut key.columns);
            }
            if key.table == *table {
                rename(&mut key.referred);
            }
        }
    }
    on(schema, table, |table| {
        let columns = std::mem::take(&mut table.columns).into_values();
        table.columns = columns
            .map(|mut column| {
                if column.name == from {
                    to.clone_into(&mut column.name);
                }
                (column.name.clone(), column)
            })
            .collect::<IndexMap<_, _>>();
        if let Some(key) = &mut table.primary_key {
            rename(&mut key.columns);
        }
        for unique in &mut table.uniques {
            rename(&mut unique.columns);
        }
        for index in &mut table.indexes {
            rename(&mut index.include);
            for part in &mut index.parts {
                if part.key == IndexKey::Column(from.to_owned()) {
                    part.key = IndexKey::Column(to.to_owned());
                }
            }
        }
    });
}

fn rename_constraint(table: &mut Table, constraint: &Constraint, to: &str) {
    let to = Some(to.to_owned());
    match constraint {
        Constraint::ForeignKey(key) => {
            for each in &mut table.foreign_keys {
                if each.name == key.name {
                    each.name.clone_from(&to);
                }
            }
        }
        Constraint::Unique(unique) => {
            for each in &mut table.uniques {
                if each.name == unique.name {
                    each.name.clone_from(&to);
                }
            }
        }
        Constraint::Check(check) => {
            for each in &mut table.checks {
                if each.name == check.name {
                    each.name.clone_from(&to);
                }
            }
        }
    }
}
