//! What becomes of all tables, each seen with the others.

use std::collections::{BTreeMap, BTreeSet};

use super::{matching::Parts, tables::TableChange};
use crate::schema::{
    ForeignKey, Name, Schema, Table,
    operation::{Operation, index_touches, keys},
    ordering::{Phase, Phases, dependencies_first},
};

/// The tables of both sides.
pub(super) struct Tables<'a> {
    from: &'a Schema,
    to: &'a Schema,
    /// Those of both, by name.
    pub(super) changes: BTreeMap<&'a Name, TableChange<'a>>,
}

/// A table that is dropped, and what of it has to go before.
pub(super) struct Dropped {
    /// What is left to be dropped with it.
    pub(super) table: Table,
    /// What goes before.
    pub(super) before: Table,
}

impl<'a> Tables<'a> {
    /// Compares all but foreign keys.
    pub(super) fn new(from: &'a Schema, to: &'a Schema) -> Self {
        let both = to.tables.iter().filter_map(|(name, after)| {
            let before = from.tables.get(name)?;
            Some((name, TableChange::new(before, after)))
        });
        Self {
            from,
            to,
            changes: both.collect(),
        }
    }

    /// The tables that come.
    fn new_tables(&self) -> impl Iterator<Item = &'a Table> {
        let from = self.from;
        (self.to.tables.values()).filter(|table| !from.tables.contains_key(&table.name))
    }

    /// The tables that go.
    fn old_tables(&self) -> impl Iterator<Item = &'a Table> {
        let to = self.to;
        (self.from.tables.values()).filter(|table| !to.tables.contains_key(&table.name))
    }

    /// A name that is still in use cannot be given to another index or constraint of the database.
    pub(super) fn give_up_renames(&mut self) {
        let mut held = BTreeSet::new();
        for change in self.changes.values() {
            let primary_key = change.before.primary_key.iter();
            held.extend(primary_key.filter_map(|key| key.name.clone()));
            let names = (change.checks.names_held())
                .chain(change.uniques.names_held())
                .chain(change.indexes.names_held());
            held.extend(names.map(str::to_owned));
        }
        for change in self.changes.values_mut() {
            change.checks.give_up_renames(|name| held.contains(name));
            change.uniques.give_up_renames(|name| held.contains(name));
            change.indexes.give_up_renames(|name| held.contains(name));
        }
    }

    /// The tables that go, without the foreign keys that have to go before. Of them, too, has to go
    /// before what has a name that something new is to have.
    pub(super) fn dropped(&self) -> BTreeMap<&'a Name, Dropped> {
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for change in self.changes.values() {
            names.extend(change.checks.names_to_come());
            names.extend(change.uniques.names_to_come());
            names.extend(change.indexes.names_to_come());
        }
        for table in self.new_tables() {
            names.extend(table.checks.iter().filter_map(|part| part.name.as_deref()));
            names.extend(table.uniques.iter().filter_map(|part| part.name.as_deref()));
            names.extend(table.indexes.iter().map(|part| part.name.as_str()));
        }
        let is_taken = |name: Option<&String>| name.is_some_and(|name| names.contains(&**name));
        let dropped = self.old_tables().map(|old| {
            let mut table = old.clone();
            let mut before = Table::new(old.name.clone());
            (before.checks, table.checks) = table
                .checks
                .into_iter()
                .partition(|part| is_taken(part.name.as_ref()));
            (before.uniques, table.uniques) = table
                .uniques
                .into_iter()
                .partition(|part| is_taken(part.name.as_ref()));
            (before.indexes, table.indexes) = table
                .indexes
                .into_iter()
                .partition(|part| is_taken(Some(&part.name)));
            (&old.name, Dropped { table, before })
        });
        dropped.collect()
    }

    /// What becomes of the foreign keys of tables that stay. Those of tables that go are divided into
    /// what has to go before and what goes with the table.
    pub(super) fn foreign_keys(
        &self,
        dropped: &mut BTreeMap<&'a Name, Dropped>,
    ) -> BTreeMap<&'a Name, Parts<ForeignKey>> {
        let mut lost: BTreeMap<&Name, BTreeSet<BTreeSet<String>>> = BTreeMap::new();
        lost.extend(
            self.changes
                .iter()
                .map(|(name, change)| (*name, change.keys_lost())),
        );
        lost.extend(
            dropped
                .iter()
                .map(|(name, dropped)| (*name, keys(&dropped.before))),
        );
        let loses_target = |key: &ForeignKey| {
            let referred: BTreeSet<String> = key.referred.iter().cloned().collect();
            let target = self.changes.get(&key.table);
            target.is_some_and(|change| change.disturbs(&key.referred))
                || lost
                    .get(&key.table)
                    .is_some_and(|keys| keys.contains(&referred))
        };
        let mut all = BTreeMap::new();
        let mut held = BTreeSet::new();
        let names = self.new_tables().flat_map(|table| &table.foreign_keys);
        let mut to_come: BTreeSet<String> = names.filter_map(|key| key.name.clone()).collect();
        for (name, change) in &self.changes {
            let (before, after) = (&change.before.foreign_keys, &change.after.foreign_keys);
            let parts = Parts::pair(before, after, |key| {
                change.disturbs(&key.columns) || loses_target(key)
            });
            held.extend(parts.names_held().map(str::to_owned));
            to_come.extend(parts.names_to_come().map(str::to_owned));
            all.insert(*name, parts);
        }
        for parts in all.values_mut() {
            parts.give_up_renames(|name| held.contains(name));
        }
        let order = creation_order(dropped.values().map(|dropped| &dropped.table));
        let places: BTreeMap<&Name, usize> = order.iter().zip(0..).collect();
        for (name, Dropped { table, before }) in dropped {
            let indexes = &before.indexes;
            let goes_before = |key: &ForeignKey| {
                let own: BTreeSet<String> = key.columns.iter().cloned().collect();
                loses_target(key)
                    || key.name.as_ref().is_some_and(|name| to_come.contains(name))
                    || indexes.iter().any(|index| index_touches(index, &own))
                    || places.get(&key.table) > places.get(*name)
            };
            let keys = std::mem::take(&mut table.foreign_keys);
            (before.foreign_keys, table.foreign_keys) = keys.into_iter().partition(goes_before);
        }
        all
    }

    /// Creates the tables that come, each with those foreign keys that can be there at once.
    pub(super) fn created(&self, phases: &mut Phases) {
        let order = creation_order(self.new_tables());
        let mut done = BTreeSet::new();
        for name in order {
            let Some(new) = self.to.tables.get(&name) else {
                continue;
            };
            done.insert(name);
            let mut table = new.clone();
            let (at_once, later) = table.foreign_keys.into_iter().partition(|key| {
                let change = self.changes.get(&key.table);
                done.contains(&key.table)
                    || change.is_some_and(|change| change.is_settled_for(key))
                    || !self.to.tables.contains_key(&key.table)
            });
            table.foreign_keys = at_once;
            let name = table.name.clone();
            phases.push(Phase::CreateTables, Operation::CreateTable(table));
            for key in later {
                let name = name.clone();
                phases.push(Phase::AddForeignKeys, Operation::AddForeignKey(name, key));
            }
        }
    }
}

/// Tables so that each comes after those it refers to, as far as that can be.
pub(super) fn creation_order<'t>(tables: impl Iterator<Item = &'t Table>) -> Vec<Name> {
    let waiting = tables.map(|table| {
        let targets = table.foreign_keys.iter().map(|key| key.table.clone());
        (table.name.clone(), targets.collect())
    });
    dependencies_first(waiting.collect())
}
