//! Compares two schemas.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Unfilled,
    matching::Parts,
    renaming::{Stale, of_table, valid},
    tables::{KeyChange, TableChange, before_key, is_change},
};
use crate::schema::{
    Column, EnumType, ForeignKey, Name, Schema, Table,
    operation::{Constraint, Fill, Operation, index_touches, keys, rename_column, rename_table},
    ordering::{Phase, Phases, dependencies_first, rename_order},
    questioner::{FillReason, Questioner, Renames},
};

/// The operations that lead from one schema to another, in an order in which they can run; their
/// inverses in the opposite order lead back.
///
/// Renames that do not fit the schemas are passed over. Asks for what fills a new column that may
/// not be null and has no default, and one that may be null no longer; an error names all columns
/// for which there is no answer.
pub fn detect(
    from: &Schema,
    to: &Schema,
    renames: &Renames,
    questioner: &mut dyn Questioner,
) -> Result<Vec<Operation>, Vec<Unfilled>> {
    let mut phases = Phases::default();
    let from = renamed(from, to, renames, &mut phases);
    compare_types(&from, to, &mut phases);
    let mut tables = Tables::new(&from, to);
    tables.give_up_renames();
    let mut dropped = tables.dropped();
    let foreign_keys = tables.foreign_keys(&mut dropped);
    let mut unfilled = Vec::new();
    tables.created(&mut phases);
    for (name, change) in &tables.changes {
        let mut fill = |column: &Column, reason| {
            let given = questioner.fill(name, column, reason).map(Fill::Expression);
            let default = column.default.clone().map(Fill::Expression);
            let made_required = reason == FillReason::MadeRequired;
            let fill = given.or(default.filter(|_| made_required));
            if fill.is_none() {
                unfilled.push(Unfilled {
                    table: (*name).clone(),
                    column: column.clone(),
                    reason,
                });
            }
            fill
        };
        columns(name, change, &mut fill, &mut phases);
        primary_key(name, change, &mut phases);
        constraints(name, change, &mut phases);
    }
    for (name, keys) in foreign_keys {
        change_foreign_keys(name, keys, &mut phases);
    }
    drop_tables(dropped, &mut phases);
    if unfilled.is_empty() {
        Ok(phases.into_operations())
    } else {
        Err(unfilled)
    }
}

/// The schema with all renames done.
fn renamed(from: &Schema, to: &Schema, renames: &Renames, phases: &mut Phases) -> Schema {
    let mut schema = from.clone();
    let is_before = |name: &Name| from.tables.contains_key(name);
    let is_after = |name: &Name| to.tables.contains_key(name);
    let tables = valid(&renames.tables, is_before, is_after, Stale::New);
    let mut temporary = (1..).map(|number| format!("manage_rename_{number}"));
    let mut unused = |is_used: &dyn Fn(&str) -> bool| {
        let free = temporary.by_ref().find(|name| !is_used(name));
        free.unwrap_or_default()
    };
    let order = rename_order(tables.into_iter().map(|(new, old)| (old, new)), |old| {
        Name {
            schema: old.schema.clone(),
            name: unused(&|name| {
                let mut names = from.tables.keys().chain(to.tables.keys());
                names.any(|other| other.name == name)
            }),
        }
    });
    for (from, to) in order {
        rename_table(&mut schema, &from, &to);
        phases.push(Phase::Renames, Operation::RenameTable { from, to });
    }
    for (name, after) in &to.tables {
        let Some(before) = schema.tables.get(name) else {
            continue;
        };
        let is_before = |column: &String| before.columns.contains_key(column);
        let is_after = |column: &String| after.columns.contains_key(column);
        let columns = valid(&of_table(renames, name), is_before, is_after, Stale::New);
        let order = rename_order(columns.into_iter().map(|(new, old)| (old, new)), |_| {
            unused(&|column| is_before(&column.to_owned()) || is_after(&column.to_owned()))
        });
        for (from, to) in order {
            rename_column(&mut schema, name, &from, &to);
            let table = name.clone();
            phases.push(Phase::Renames, Operation::RenameColumn { table, from, to });
        }
    }
    schema
}

fn compare_types(from: &Schema, to: &Schema, phases: &mut Phases) {
    for name in to.schemas.difference(&from.schemas) {
        phases.push(Phase::Schemas, Operation::CreateSchema(name.clone()));
    }
    // Views are never touched, so neither is the schema that they are in.
    let has_views = |name: &&String| {
        let mut views = from.views.keys();
        views.any(|view| view.schema.as_ref() == Some(*name))
    };
    let gone = from.schemas.difference(&to.schemas);
    for name in gone.filter(|name| !has_views(name)) {
        phases.push(Phase::DropSchemas, Operation::DropSchema(name.clone()));
    }
    for (name, after) in &to.enums {
        let Some(before) = from.enums.get(name) else {
            phases.push(Phase::Enums, Operation::CreateEnum(after.clone()));
            continue;
        };
        let between = with_new_labels(before, after);
        for (phase, before, after) in [
            (Phase::Labels, before, &between),
            (Phase::DropLabels, &between, after),
        ] {
            if before != after {
                let (before, after) = (before.clone(), after.clone());
                phases.push(phase, Operation::AlterEnum { before, after });
            }
        }
    }
    for (name, before) in &from.enums {
        if !to.enums.contains_key(name) {
            phases.push(Phase::DropEnums, Operation::DropEnum(before.clone()));
        }
    }
}

/// An enum type with its new labels, each behind the one that it is to stand behind, and still with
/// those that are to go.
fn with_new_labels(before: &EnumType, after: &EnumType) -> EnumType {
    let mut labels = before.labels.clone();
    let mut place = 0;
    for label in &after.labels {
        if let Some(index) = labels.iter().position(|other| other == label) {
            place = index + 1;
        } else {
            labels.insert(place, label.clone());
            place += 1;
        }
    }
    EnumType {
        name: before.name.clone(),
        labels,
    }
}

/// The tables of both sides.
struct Tables<'a> {
    from: &'a Schema,
    to: &'a Schema,
    changes: BTreeMap<&'a Name, TableChange<'a>>,
}

/// A table that is dropped, and what of it has to go before.
struct Dropped {
    /// What is left to be dropped with it.
    table: Table,
    /// What goes before.
    before: Table,
}

impl<'a> Tables<'a> {
    fn new(from: &'a Schema, to: &'a Schema) -> Self {
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
    fn give_up_renames(&mut self) {
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
    fn dropped(&self) -> BTreeMap<&'a Name, Dropped> {
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
    fn foreign_keys(
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
    fn created(&self, phases: &mut Phases) {
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
fn creation_order<'t>(tables: impl Iterator<Item = &'t Table>) -> Vec<Name> {
    let waiting = tables.map(|table| {
        let targets = table.foreign_keys.iter().map(|key| key.table.clone());
        (table.name.clone(), targets.collect())
    });
    dependencies_first(waiting.collect())
}

fn columns(
    name: &Name,
    change: &TableChange<'_>,
    fill: &mut dyn FnMut(&Column, FillReason) -> Option<Fill>,
    phases: &mut Phases,
) {
    let columns = &change.columns;
    for (phase, gone) in [
        (Phase::DropEarlyColumns, &columns.early),
        (Phase::DropColumns, &columns.late),
    ] {
        for column in gone {
            let (table, column) = (name.clone(), column.clone());
            phases.push(phase, Operation::DropColumn { table, column });
        }
    }
    for column in &columns.added {
        let asked = column.needs_fill();
        let operation = Operation::AddColumn {
            table: name.clone(),
            column: column.clone(),
            fill: if asked {
                fill(column, FillReason::Added)
            } else {
                None
            },
        };
        phases.push(Phase::AddColumns, operation);
    }
    for column in &columns.generated {
        let operation = Operation::AddColumn {
            table: name.clone(),
            column: column.clone(),
            fill: None,
        };
        phases.push(Phase::AddGeneratedColumns, operation);
    }
    let keys = [change.before, change.after].map(Table::key_columns);
    for (before, after) in &columns.altered {
        let in_key = change.primary_key != KeyChange::None
            && keys.iter().any(|key| key.contains(&before.name));
        let mut between = if in_key {
            before_key(before, after)
        } else {
            after.clone()
        };
        if !is_change(before, &between) {
            between = before.clone();
        }
        for (phase, before, after) in [
            (Phase::AlterColumns, before, &between),
            (Phase::AlterFreedColumns, &between, after),
        ] {
            if before == after {
                continue;
            }
            let made_required = before.nullable && !after.nullable;
            let operation = Operation::AlterColumn {
                table: name.clone(),
                before: before.clone(),
                after: after.clone(),
                fill: if made_required {
                    fill(after, FillReason::MadeRequired)
                } else {
                    None
                },
            };
            phases.push(phase, operation);
        }
    }
}

fn primary_key(name: &Name, change: &TableChange<'_>, phases: &mut Phases) {
    let mut alter = |phase, before: &Option<_>, after: &Option<_>| {
        let (table, before, after) = (name.clone(), before.clone(), after.clone());
        if before != after {
            phases.push(
                phase,
                Operation::AlterPrimaryKey {
                    table,
                    before,
                    after,
                },
            );
        }
    };
    let (before, after) = (&change.before.primary_key, &change.after.primary_key);
    match change.primary_key {
        KeyChange::None => {}
        KeyChange::AtOnce => alter(Phase::PrimaryKeys, before, after),
        KeyChange::Apart => {
            alter(Phase::DropPrimaryKeys, before, &None);
            alter(Phase::AddPrimaryKeys, &None, after);
        }
    }
}

fn constraints(name: &Name, change: &TableChange<'_>, phases: &mut Phases) {
    let TableChange {
        checks,
        uniques,
        indexes,
        ..
    } = change;
    let dropped = (checks.dropped.iter().cloned())
        .map(|check| Operation::DropCheck(name.clone(), check))
        .chain((uniques.dropped.iter().cloned()).map(|u| Operation::DropUnique(name.clone(), u)))
        .chain((indexes.dropped.iter().cloned()).map(|i| Operation::DropIndex(name.clone(), i)));
    for operation in dropped {
        phases.push(Phase::DropConstraints, operation);
    }
    let checks_renamed = (checks.renamed.iter())
        .filter_map(|(old, new)| Some((Constraint::Check(old.clone()), new.name.clone()?)));
    let uniques_renamed = (uniques.renamed.iter())
        .filter_map(|(old, new)| Some((Constraint::Unique(old.clone()), new.name.clone()?)));
    for (constraint, to) in checks_renamed.chain(uniques_renamed) {
        rename_constraint(name, constraint, to, phases);
    }
    for (old, new) in &indexes.renamed {
        let operation = Operation::RenameIndex {
            table: name.clone(),
            from: old.name.clone(),
            to: new.name.clone(),
        };
        phases.push(Phase::RenameConstraints, operation);
    }
    let added = (uniques.added.iter().cloned())
        .map(|unique| Operation::AddUnique(name.clone(), unique))
        .chain((indexes.added.iter().cloned()).map(|i| Operation::AddIndex(name.clone(), i)))
        .chain((checks.added.iter().cloned()).map(|c| Operation::AddCheck(name.clone(), c)));
    for operation in added {
        phases.push(Phase::AddConstraints, operation);
    }
}

fn rename_constraint(name: &Name, constraint: Constraint, to: String, phases: &mut Phases) {
    let operation = Operation::RenameConstraint {
        table: name.clone(),
        constraint,
        to,
    };
    phases.push(Phase::RenameConstraints, operation);
}

fn change_foreign_keys(name: &Name, keys: Parts<ForeignKey>, phases: &mut Phases) {
    for key in keys.dropped {
        phases.push(
            Phase::DropForeignKeys,
            Operation::DropForeignKey(name.clone(), key),
        );
    }
    for (old, new) in keys.renamed {
        if let Some(to) = new.name {
            rename_constraint(name, Constraint::ForeignKey(old), to, phases);
        }
    }
    for key in keys.added {
        phases.push(
            Phase::AddForeignKeys,
            Operation::AddForeignKey(name.clone(), key),
        );
    }
}

/// Drops tables, those that refer to others first.
fn drop_tables(mut dropped: BTreeMap<&Name, Dropped>, phases: &mut Phases) {
    let order = creation_order(dropped.values().map(|dropped| &dropped.table));
    for name in order.iter().rev() {
        let Some(Dropped { table, before }) = dropped.remove(name) else {
            continue;
        };
        for key in before.foreign_keys {
            phases.push(
                Phase::DropForeignKeys,
                Operation::DropForeignKey(name.clone(), key),
            );
        }
        let constraints = (before.checks.into_iter())
            .map(|check| Operation::DropCheck(name.clone(), check))
            .chain(
                before
                    .uniques
                    .into_iter()
                    .map(|u| Operation::DropUnique(name.clone(), u)),
            )
            .chain(
                before
                    .indexes
                    .into_iter()
                    .map(|i| Operation::DropIndex(name.clone(), i)),
            );
        for operation in constraints {
            phases.push(Phase::DropConstraints, operation);
        }
        phases.push(Phase::DropTables, Operation::DropTable(table));
    }
}
