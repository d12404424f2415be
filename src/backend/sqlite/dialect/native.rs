//! Statements that SQLite has for an operation.

use std::collections::BTreeSet;

use super::{create, story::Story, unsupported, words};
use crate::schema::{
    Column, Index, Name, Table,
    dialect::{Change, Script, Unsupported},
    operation::{Operation, destroyed_table},
};

/// The statements of a change that needs no table to be built anew.
pub(super) fn script(change: &Change<'_>, story: &Story<'_>) -> Result<Script, Unsupported> {
    let mut script = Script::default();
    let circle = drops_referred(change);
    let mut circle_dropped = false;
    if circle {
        script.push_noted(
            "Tables that refer to each other are dropped: their keys are checked at the end",
            "PRAGMA defer_foreign_keys = ON",
        );
        // Rows that go with those of another dropped table would set them off.
        for trigger in dropped(change).flat_map(|table| &table.triggers.0) {
            let name = words::quote(&trigger.name);
            script.push(format!("DROP TRIGGER IF EXISTS {name}"));
        }
    }
    for (place, operation) in change.operations.iter().enumerate() {
        match operation {
            Operation::DropTable(_) if circle => {
                if !circle_dropped {
                    let tables: Vec<Going<'_>> = dropped(change).map(Going::of).collect();
                    drop_tables(&mut script, &tables);
                    circle_dropped = true;
                }
            }
            Operation::DropTable(table) => drop_tables(&mut script, &[Going::of(table)]),
            _ => alter(&mut script, story, place, operation)?,
        }
        if let (Operation::CreateTable(created), Some(table)) = (operation, story.of(place).to) {
            // What is left out comes when its name is free.
            for index in &created.indexes {
                script.push(create::index(table, index)?);
            }
            for trigger in &table.triggers.0 {
                script.push(&*trigger.sql);
            }
        }
        match (operation, story.of(place).to) {
            (Operation::AddIndex(_, index), Some(to)) => {
                script.push(create::index(to, index)?);
            }
            (Operation::RenameIndex { to: name, .. }, Some(to)) => {
                let index = named_index(to, name)?;
                script.push(create::index(to, index)?);
            }
            _ => {}
        }
    }
    Ok(script)
}

/// The tables that are dropped, in order, with all that the operations leave out.
fn dropped<'a>(change: &Change<'a>) -> impl Iterator<Item = &'a Table> {
    let from = change.from;
    change
        .operations
        .iter()
        .filter_map(move |operation| match operation {
            Operation::DropTable(table) => from.tables.get(&table.name).or(Some(table)),
            _ => None,
        })
}

/// Whether a table is dropped while a row of it, or of one that is dropped later, may refer to it.
fn drops_referred(change: &Change<'_>) -> bool {
    let mut left: Vec<&Table> = dropped(change).collect();
    while let Some(table) = left.first() {
        let refers = |other: &&Table| other.foreign_keys.iter().any(|key| key.table == table.name);
        if left.iter().skip(1).any(refers) {
            return true;
        }
        left.remove(0);
    }
    false
}

/// Pushes the statement of an operation that leaves its table in place, or creates it without its
/// indexes; indexes are made by others, who know when their names are free.
pub(super) fn alter(
    script: &mut Script,
    story: &Story<'_>,
    place: usize,
    operation: &Operation,
) -> Result<(), Unsupported> {
    let fate = story.of(place);
    if let Operation::CreateTable(_) = operation {
        if let Some(table) = fate.to {
            script.push(create::table(table)?);
        }
        return Ok(());
    }
    // What is created is created whole; what is dropped is dropped whole, but for an index whose name
    // another one takes.
    if fate.ends().is_none() {
        if let (Operation::DropIndex(_, index), None) = (operation, fate.to) {
            script.push(drop_index(&index.name));
        }
        return Ok(());
    }
    match operation {
        Operation::RenameTable { .. } | Operation::RenameColumn { .. } => {
            if let Some(sql) = rename(operation) {
                script.push(sql);
            }
        }
        Operation::AddColumn { table, column, .. } => {
            script.push(add_column(story, place, table, column));
        }
        Operation::DropColumn { table, column } => script.push_destroying(
            operation.destroys(),
            format!(
                "ALTER TABLE {} DROP COLUMN {}",
                words::quote(&table.name),
                words::quote(&column.name)
            ),
        ),
        Operation::DropIndex(_, index) => script.push(drop_index(&index.name)),
        Operation::RenameIndex { from, .. } => script.push(drop_index(from)),
        Operation::AddForeignKey(..)
        | Operation::AddIndex(..)
        | Operation::CreateTable(_)
        | Operation::DropTable(_)
        | Operation::AlterColumn { .. }
        | Operation::AlterPrimaryKey { .. }
        | Operation::DropForeignKey(..)
        | Operation::AddUnique(..)
        | Operation::DropUnique(..)
        | Operation::AddCheck(..)
        | Operation::DropCheck(..)
        | Operation::RenameConstraint { .. }
        | Operation::CreateSchema(_)
        | Operation::DropSchema(_)
        | Operation::CreateEnum(_)
        | Operation::DropEnum(_)
        | Operation::AlterEnum { .. } => {}
    }
    Ok(())
}

/// The statement of an operation that renames a table or column.
pub(super) fn rename(operation: &Operation) -> Option<String> {
    match operation {
        Operation::RenameTable { from, to } => Some(rename_table(from, to)),
        Operation::RenameColumn { table, from, to } => Some(format!(
            "ALTER TABLE {} RENAME COLUMN {} TO {}",
            words::quote(&table.name),
            words::quote(from),
            words::quote(to)
        )),
        _ => None,
    }
}

/// `ALTER TABLE ... RENAME TO ...`.
pub(super) fn rename_table(from: &Name, to: &Name) -> String {
    let (from, to) = (words::quote(&from.name), words::quote(&to.name));
    format!("ALTER TABLE {from} RENAME TO {to}")
}

/// A table to drop.
pub(super) struct Going<'a> {
    /// As it was before the change.
    pub(super) table: &'a Table,
    /// What it is called by now.
    pub(super) now: &'a Name,
    /// Whether its rows are lost.
    pub(super) destroys: bool,
}

impl<'a> Going<'a> {
    fn of(table: &'a Table) -> Self {
        Self {
            table,
            now: &table.name,
            destroys: true,
        }
    }
}

/// Pushes `DROP TABLE` for each, with what it destroys.
///
/// What a deleted row does is worked out even where there is none, and fails where a table that is
/// referred to is missing: one that goes before those that refer to it leaves an empty one for them.
pub(super) fn drop_tables(script: &mut Script, tables: &[Going<'_>]) {
    let mut left_behind = Vec::new();
    for (place, going) in tables.iter().enumerate() {
        let name = words::quote(&going.now.name);
        let sql = format!("DROP TABLE {name}");
        let destroyed = going.destroys.then(|| destroyed_table(&going.table.name));
        script.push_destroying(destroyed, sql);
        let keys = tables[place + 1..]
            .iter()
            .flat_map(|later| &later.table.foreign_keys)
            .filter(|key| key.table == going.table.name);
        let referred: BTreeSet<&Vec<String>> = keys.map(|key| &key.referred).collect();
        if referred.is_empty() {
            continue;
        }
        let columns: BTreeSet<&String> = referred.iter().copied().flatten().collect();
        let mut lines: Vec<String> = columns.iter().map(|name| words::quote(name)).collect();
        lines.extend(
            referred
                .iter()
                .map(|columns| format!("UNIQUE ({})", words::names(columns))),
        );
        script.push_noted(
            format!(
                "an empty `{}` stands in until what refers to it is dropped",
                going.now
            ),
            format!("CREATE TABLE {name} ({})", lines.join(", ")),
        );
        left_behind.push(format!("DROP TABLE {name}"));
    }
    for sql in left_behind {
        script.push(sql);
    }
}

/// Pushes the indexes of a table.
pub(super) fn indexes(script: &mut Script, table: &Table) -> Result<(), Unsupported> {
    for index in &table.indexes {
        script.push(create::index(table, index)?);
    }
    Ok(())
}

/// An index of a table.
pub(super) fn named_index<'a>(table: &'a Table, name: &str) -> Result<&'a Index, Unsupported> {
    let mut indexes = table.indexes.iter();
    indexes
        .find(|index| index.name == name)
        .ok_or_else(|| unsupported(format!("`{}` has no index `{name}`", table.name)))
}

fn drop_index(name: &str) -> String {
    format!("DROP INDEX {}", words::quote(name))
}

fn add_column(story: &Story<'_>, place: usize, table: &Name, column: &Column) -> String {
    let mut sql = format!(
        "ALTER TABLE {} ADD COLUMN {}",
        words::quote(&table.name),
        words::quote(&column.name)
    );
    let mut add = |words: &str| {
        if !words.is_empty() {
            sql.push(' ');
            sql.push_str(words);
        }
    };
    add(&column.sql_type);
    for words in create::attributes(column, false) {
        add(&words);
    }
    if let Some(key) = story.foreign_key_of(place, column) {
        if let Some(name) = &key.name {
            add(&format!("CONSTRAINT {}", words::quote(name)));
        }
        add(&create::references(key));
    }
    sql
}
