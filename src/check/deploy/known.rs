//! What is known of the tables, from the migrations read so far.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    action::What,
    column::Column,
    reading::{NewTable, Reading},
};

/// A column, as far as migrations say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KnownColumn {
    pub(super) name: String,
    pub(super) sql_type: String,
    pub(super) not_null: bool,
    /// Made by a migration that is still to run: nothing is in it.
    pub(super) fresh: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct KnownTable {
    fresh: bool,
    rebuilt: bool,
    /// Every column is known.
    complete: bool,
    columns: BTreeMap<String, KnownColumn>,
}

/// The tables that are known, by their names in small letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    tables: BTreeMap<String, KnownTable>,
    /// Indexes made by migrations that are still to run.
    fresh_indexes: BTreeSet<String>,
    /// Columns that a check keeps from being null.
    never_null: BTreeSet<(String, String)>,
}

fn key(name: &str) -> String {
    name.to_lowercase()
}

impl Known {
    /// Whether a table is made by what is still to run: nothing uses it yet.
    pub(super) fn is_fresh(&self, table: &str) -> bool {
        self.tables
            .get(&key(table))
            .is_some_and(|table| table.fresh)
    }

    /// Whether an index is made by what is still to run.
    pub(super) fn is_fresh_index(&self, index: &str) -> bool {
        self.fresh_indexes.contains(&key(index))
    }

    /// A column, where it is known.
    pub(super) fn column(&self, table: &str, column: &str) -> Option<&KnownColumn> {
        self.tables.get(&key(table))?.columns.get(&key(column))
    }

    /// All columns of a table, where all are known.
    pub(super) fn columns(&self, table: &str) -> Option<impl Iterator<Item = &KnownColumn>> {
        let table = self
            .tables
            .get(&key(table))
            .filter(|table| table.complete)?;
        Some(table.columns.values())
    }

    /// Whether a check says that a column is never null.
    pub(super) fn is_never_null(&self, table: &str, column: &str) -> bool {
        self.never_null.contains(&(key(table), key(column)))
    }

    /// Whether the file at hand has built a table anew.
    pub(super) fn is_rebuilt(&self, table: &str) -> bool {
        self.tables
            .get(&key(table))
            .is_some_and(|table| table.rebuilt)
    }

    /// Says of a table that it was built anew, and whether it is new at all.
    pub(super) fn rebuild(&mut self, table: &str, fresh: bool) {
        if let Some(table) = self.tables.get_mut(&key(table)) {
            table.rebuilt = true;
            table.fresh = fresh;
            for column in table.columns.values_mut() {
                column.fresh &= fresh;
            }
        }
    }

    /// Says that a file is at its end.
    pub(super) fn end_file(&mut self) {
        for table in self.tables.values_mut() {
            table.rebuilt = false;
        }
    }

    /// Takes everything for what is there already.
    pub(super) fn settle(&mut self) {
        self.fresh_indexes.clear();
        for table in self.tables.values_mut() {
            table.fresh = false;
            for column in table.columns.values_mut() {
                column.fresh = false;
            }
        }
    }

    /// Takes in what a statement does; `pending` says that it is still to run.
    pub(super) fn learn(&mut self, reading: &Reading, pending: bool) {
        match reading {
            Reading::CreateTable(table) => self.learn_table(table, pending),
            Reading::AlterTable { table, actions } => {
                let mut table = table.clone();
                for action in actions {
                    if let What::RenameTable(to) = &action.what {
                        self.rename(&table, to);
                        table.clone_from(to);
                    } else {
                        self.learn_action(&table, &action.what, pending);
                    }
                }
            }
            Reading::RenameTables(pairs) => {
                for (from, to) in pairs {
                    self.rename(from, to);
                }
            }
            Reading::CreateIndex(index) if pending => {
                self.fresh_indexes.extend(index.name.as_deref().map(key));
            }
            Reading::DropTables(names) => {
                for name in names {
                    self.tables.remove(&key(name));
                }
            }
            _ => {}
        }
    }

    fn learn_table(&mut self, table: &NewTable, fresh: bool) {
        let columns = table.columns.iter().flatten();
        let columns = columns.map(|(column, _)| (key(&column.name), known(column, fresh)));
        let known = KnownTable {
            fresh: fresh && !table.replaces,
            rebuilt: false,
            complete: table.columns.is_some(),
            columns: columns.collect(),
        };
        self.tables.insert(key(&table.name), known);
    }

    fn rename(&mut self, from: &str, to: &str) {
        if let Some(table) = self.tables.remove(&key(from)) {
            self.tables.insert(key(to), table);
        }
    }

    fn learn_action(&mut self, name: &str, what: &What, pending: bool) {
        if let What::AddCheck {
            never_null: Some(column),
        } = what
        {
            self.never_null.insert((key(name), key(column)));
        }
        let table = self.tables.entry(key(name)).or_default();
        match what {
            What::AddColumn(column) => {
                table
                    .columns
                    .insert(key(&column.name), known(column, pending));
            }
            What::DropColumn(column) => {
                table.columns.remove(&key(column));
            }
            What::RenameColumn { from, to } => {
                if let Some(mut column) = table.columns.remove(&key(from)) {
                    column.name.clone_from(to);
                    table.columns.insert(key(to), column);
                }
            }
            What::Redefine { from, column } => {
                let fresh = table
                    .columns
                    .remove(&key(from))
                    .is_some_and(|column| column.fresh);
                table
                    .columns
                    .insert(key(&column.name), known(column, fresh));
            }
            What::SetType { column, sql_type } => {
                if let Some(column) = table.columns.get_mut(&key(column)) {
                    column.sql_type.clone_from(sql_type);
                }
            }
            What::SetNotNull(column) | What::DropNotNull(column) => {
                if let Some(column) = table.columns.get_mut(&key(column)) {
                    column.not_null = matches!(what, What::SetNotNull(_));
                }
            }
            _ => {}
        }
    }
}

fn known(column: &Column, fresh: bool) -> KnownColumn {
    KnownColumn {
        name: column.name.clone(),
        sql_type: column.sql_type.clone(),
        not_null: column.not_null || column.primary,
        fresh,
    }
}
