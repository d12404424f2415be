//! What becomes of a table that stays.

use std::collections::{BTreeMap, BTreeSet};

use super::matching::Parts;
use crate::schema::{
    Check, Column, ForeignKey, Index, PrimaryKey, Table, Unique,
    expression::mentioned,
    operation::{check_touches, generated_touches, index_touches, keys},
    ordering::dependencies_first,
};

/// A table before and after, its name the same, and what is different.
pub(super) struct TableChange<'a> {
    /// Before, renames done.
    pub(super) before: &'a Table,
    /// After.
    pub(super) after: &'a Table,
    /// Its columns.
    pub(super) columns: ColumnChanges,
    /// Its primary key.
    pub(super) primary_key: KeyChange,
    /// Its checks.
    pub(super) checks: Parts<Check>,
    /// Its unique constraints.
    pub(super) uniques: Parts<Unique>,
    /// Its indexes.
    pub(super) indexes: Parts<Index>,
}

/// What becomes of a primary key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyChange {
    /// Nothing.
    None,
    /// It gets another name.
    Renamed,
    /// It changes while old and new columns are there.
    AtOnce,
    /// It goes and comes back, for a column of it does so.
    Apart,
}

/// What becomes of columns.
#[derive(Default)]
pub(super) struct ColumnChanges {
    /// Those that go, or go and come back.
    pub(super) gone: BTreeSet<String>,
    /// Those of them that go early, before others change or come.
    pub(super) early: Vec<Column>,
    /// The others that go.
    pub(super) late: Vec<Column>,
    /// Those that come, or come back, and are not computed.
    pub(super) added: Vec<Column>,
    /// Those that come, or come back, and are computed; in an order in which they can.
    pub(super) generated: Vec<Column>,
    /// Those that change where they are, before and after.
    pub(super) altered: Vec<(Column, Column)>,
    /// Those of them whose values other columns may see as different ones.
    pub(super) retyped: BTreeSet<String>,
}

impl<'a> TableChange<'a> {
    /// Compares all but foreign keys, which need to know what becomes of other tables.
    pub(super) fn new(before: &'a Table, after: &'a Table) -> Self {
        let columns = ColumnChanges::new(before, after);
        let gone = &columns.gone;
        let names_gone = |names: &[String]| names.iter().any(|name| gone.contains(name));
        Self {
            primary_key: KeyChange::new(before, after, &columns),
            checks: Parts::pair(&before.checks, &after.checks, |check| {
                check_touches(check, gone)
            }),
            uniques: Parts::pair(&before.uniques, &after.uniques, |unique| {
                names_gone(&unique.columns)
            }),
            indexes: Parts::pair(&before.indexes, &after.indexes, |index| {
                index_touches(index, gone)
            }),
            before,
            after,
            columns,
        }
    }

    /// The keys that go, on which foreign keys may rest.
    pub(super) fn keys_lost(&self) -> BTreeSet<BTreeSet<String>> {
        self.keys(self.before, &self.uniques.dropped, &self.indexes.dropped)
    }

    /// The keys that come.
    pub(super) fn keys_gained(&self) -> BTreeSet<BTreeSet<String>> {
        self.keys(self.after, &self.uniques.added, &self.indexes.added)
    }

    fn keys(
        &self,
        side: &Table,
        uniques: &[Unique],
        indexes: &[Index],
    ) -> BTreeSet<BTreeSet<String>> {
        let primary_key = side.primary_key.clone();
        keys(&Table {
            primary_key: primary_key.filter(|_| self.primary_key.is_other()),
            uniques: uniques.to_vec(),
            indexes: indexes.to_vec(),
            ..Table::new(side.name.clone())
        })
    }

    /// Whether the columns a foreign key refers from, or to, are not all the time the same.
    pub(super) fn disturbs(&self, columns: &[String]) -> bool {
        let ColumnChanges { gone, retyped, .. } = &self.columns;
        columns
            .iter()
            .any(|column| gone.contains(column) || retyped.contains(column))
    }

    /// Whether a foreign key to it can be there from the beginning to the end.
    pub(super) fn is_settled_for(&self, key: &ForeignKey) -> bool {
        let referred: BTreeSet<String> = key.referred.iter().cloned().collect();
        let is_there = |column: &String| self.before.columns.contains_key(column);
        !self.disturbs(&key.referred)
            && key.referred.iter().all(is_there)
            && !self.keys_lost().contains(&referred)
            && !self.keys_gained().contains(&referred)
    }
}

impl KeyChange {
    fn new(before: &Table, after: &Table, columns: &ColumnChanges) -> Self {
        let early = |name: &String| columns.early.iter().any(|column| column.name == *name);
        let late = |name: &String| columns.generated.iter().any(|column| column.name == *name);
        let apart = before.key_columns().iter().any(early) || after.key_columns().iter().any(late);
        match (&before.primary_key, &after.primary_key) {
            (None, None) => Self::None,
            _ if apart => Self::Apart,
            (Some(before), Some(after)) if !differ(before, after) => Self::None,
            (Some(before), Some(after)) if before.columns == after.columns => Self::Renamed,
            _ => Self::AtOnce,
        }
    }
}

fn differ(before: &PrimaryKey, after: &PrimaryKey) -> bool {
    let named = before.name.is_some() && after.name.is_some();
    before.columns != after.columns || (named && before.name != after.name)
}

/// Whether a column's values are computed otherwise, or from now on; a stored one that is computed no
/// longer keeps its values.
fn is_computed_anew(old: &Column, new: &Column) -> bool {
    match (&old.generated, &new.generated) {
        (None, None) => false,
        (Some(old), None) => !old.stored,
        _ => true,
    }
}

impl KeyChange {
    /// Whether there is another key.
    pub(super) fn is_other(self) -> bool {
        matches!(self, Self::AtOnce | Self::Apart)
    }
}

impl ColumnChanges {
    fn new(before: &Table, after: &Table) -> Self {
        let mut changes = Self::default();
        let mut again = BTreeSet::new();
        for (name, old) in &before.columns {
            match after.columns.get(name) {
                None => {
                    changes.gone.insert(name.clone());
                }
                Some(new) if !differs(old, new) => {}
                Some(new) if is_computed_anew(old, new) => {
                    again.insert(name.clone());
                }
                Some(new) => {
                    if old.sql_type != new.sql_type || old.collation != new.collation {
                        changes.retyped.insert(name.clone());
                    }
                    changes.altered.push((old.clone(), new.clone()));
                }
            }
        }
        changes.gone.extend(again.iter().cloned());
        changes.spread(before, &mut again);
        // What is computed from a column that goes cannot wait to be computed no longer.
        changes
            .altered
            .retain(|(old, _)| !again.contains(&old.name));
        changes.retyped.retain(|name| !again.contains(name));
        let is_new = |column: &&Column| {
            !before.columns.contains_key(&column.name) || again.contains(&column.name)
        };
        let (generated, added): (Vec<Column>, _) = (after.columns.values())
            .filter(is_new)
            .cloned()
            .partition(|column| column.generated.is_some());
        changes.added = added;
        changes.generated = computed_last(&generated);
        let makes_room = |old: &Column| {
            let added = &mut changes.added.iter();
            added.any(|new| new.name.eq_ignore_ascii_case(&old.name))
        };
        let gone = before
            .columns
            .values()
            .filter(|column| changes.gone.contains(&column.name));
        let (early, late): (Vec<Column>, _) = gone.cloned().partition(|column| {
            column.generated.is_some() || again.contains(&column.name) || makes_room(column)
        });
        changes.late = late;
        changes.early = computed_last(&early);
        changes.early.reverse();
        changes
    }

    /// Computed columns go and come back with the columns that they are computed from.
    fn spread(&mut self, before: &Table, again: &mut BTreeSet<String>) {
        loop {
            let moved: BTreeSet<String> = self.gone.union(&self.retyped).cloned().collect();
            let next = before.columns.values().find(|column| {
                !self.gone.contains(&column.name) && generated_touches(column, &moved)
            });
            let Some(next) = next else { break };
            self.gone.insert(next.name.clone());
            again.insert(next.name.clone());
        }
    }
}

/// Whether two columns of a name differ in more than what no model says.
pub(super) fn differs(before: &Column, after: &Column) -> bool {
    let sayable = |column: &Column| Column {
        comment: None,
        extra: Vec::new(),
        ..column.clone()
    };
    sayable(before) != sayable(after)
}

/// What of a column's change can happen while it is in a primary key that goes or not yet in one
/// that comes: it may be null, and counts up, only where it is in none.
pub(super) fn before_key(before: &Column, after: &Column) -> Column {
    Column {
        nullable: before.nullable && after.nullable,
        auto: after.auto.filter(|_| before.auto.is_some()),
        ..after.clone()
    }
}

/// Columns so that each comes after those it is computed from.
fn computed_last(columns: &[Column]) -> Vec<Column> {
    let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    let sources = |column: &Column| -> BTreeSet<usize> {
        let Some(generated) = &column.generated else {
            return BTreeSet::new();
        };
        let found = mentioned(&generated.expression, names.iter().map(String::as_str));
        let at = |name: &str| names.iter().position(|other| other == name);
        found.into_iter().filter_map(at).collect()
    };
    let waiting: BTreeMap<usize, BTreeSet<usize>> =
        columns.iter().map(sources).enumerate().collect();
    let order = dependencies_first(waiting);
    order
        .into_iter()
        .filter_map(|index| columns.get(index).cloned())
        .collect()
}
