//! What becomes of each table: the operations told table by table.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::{create, unsupported};
use crate::{
    backend::sqlite::tokens::{Tokens, mentions},
    schema::{
        Column, ForeignKey, IndexKey, Name, Table,
        dialect::{Change, Unsupported},
        operation::{Fill, Operation},
    },
};

/// A table from its state before to its state after.
#[derive(Clone, Debug)]
pub(super) struct Fate<'a> {
    /// As it is; none where it is created.
    pub(super) from: Option<&'a Table>,
    /// As it is to be; none where it is dropped.
    pub(super) to: Option<&'a Table>,
    /// Its columns by their new names, with the old ones of those that stay.
    pub(super) columns: IndexMap<String, Option<String>>,
    /// What fills columns, by their new names.
    pub(super) fills: BTreeMap<String, &'a Fill>,
    /// Columns that go, by their old names.
    pub(super) lost: Vec<String>,
    /// Whether `ALTER TABLE` is not enough.
    pub(super) altered: bool,
    /// Whether it is built anew: it is altered, or refers to one that is.
    pub(super) rebuilt: bool,
}

impl<'a> Fate<'a> {
    /// Both ends, where the table stays.
    pub(super) fn ends(&self) -> Option<(&'a Table, &'a Table)> {
        Some((self.from?, self.to?))
    }

    /// Whether the table is there before and after.
    fn stays(&self) -> bool {
        self.ends().is_some()
    }
}

/// The fates of all tables, and which table each operation is about.
#[derive(Debug)]
pub(super) struct Story<'a> {
    /// The fates, tables that are there first.
    pub(super) fates: Vec<Fate<'a>>,
    /// The table of each operation, by its place in `fates`.
    about: Vec<usize>,
    /// Foreign keys that come with the column they are of, by the places of their operations.
    merged: BTreeMap<usize, &'a ForeignKey>,
}

impl<'a> Story<'a> {
    /// Follows the operations.
    pub(super) fn read(change: &Change<'a>) -> Result<Self, Unsupported> {
        let mut fates: Vec<Fate<'a>> = change.from.tables.values().map(staying).collect();
        let mut current: BTreeMap<Name, usize> =
            change.from.tables.keys().cloned().zip(0..).collect();
        let mut about = Vec::new();
        for operation in change.operations {
            if let Operation::CreateTable(table) = operation {
                fates.push(Fate {
                    from: None,
                    ..staying(table)
                });
                current.insert(table.name.clone(), fates.len() - 1);
                about.push(fates.len() - 1);
                continue;
            }
            let name = table_of(operation)?;
            let id = *current
                .get(name)
                .ok_or_else(|| unsupported(format!("there is no table `{name}` to change")))?;
            about.push(id);
            let fate = &mut fates[id];
            match operation {
                Operation::DropTable(_) => {
                    current.remove(name);
                }
                Operation::RenameTable { to, .. } => {
                    current.remove(name);
                    current.insert(to.clone(), id);
                }
                Operation::RenameColumn { from, to, .. } => {
                    fate.columns = std::mem::take(&mut fate.columns)
                        .into_iter()
                        .map(|(name, old)| (if name == *from { to.clone() } else { name }, old))
                        .collect();
                }
                Operation::AddColumn { column, fill, .. } => {
                    fate.columns.insert(column.name.clone(), None);
                    if let Some(fill) = fill {
                        fate.fills.insert(column.name.clone(), fill);
                    }
                }
                Operation::AlterColumn {
                    after,
                    fill: Some(fill),
                    ..
                } => {
                    fate.fills.insert(after.name.clone(), fill);
                }
                Operation::DropColumn { column, .. } => {
                    let old = fate.columns.shift_remove(&column.name).flatten();
                    fate.lost.extend(old);
                }
                _ => {}
            }
        }
        let mut staying = BTreeSet::new();
        for (name, id) in current {
            staying.insert(id);
            fates[id].to = change.to.tables.get(&name).or(fates[id].to);
        }
        for (id, fate) in fates.iter_mut().enumerate() {
            if !staying.contains(&id) {
                fate.to = None;
            }
        }
        let merged = merged(change, &about);
        let mut story = Self {
            fates,
            about,
            merged,
        };
        story.mark(change);
        Ok(story)
    }

    /// Marks the tables that are built anew.
    fn mark(&mut self, change: &Change<'a>) {
        for (place, operation) in change.operations.iter().enumerate() {
            let id = self.about[place];
            if self.fates[id].stays() && !self.is_native(place, operation) {
                self.fates[id].altered = true;
                self.fates[id].rebuilt = true;
            }
        }
        loop {
            let names: BTreeSet<&Name> = self
                .rebuilt()
                .filter_map(|fate| Some(&fate.from?.name))
                .collect();
            let next = self.fates.iter().position(|fate| {
                !fate.rebuilt
                    && fate.ends().is_some_and(|(from, _)| {
                        from.foreign_keys
                            .iter()
                            .any(|key| names.contains(&key.table))
                    })
            });
            match next {
                Some(id) => self.fates[id].rebuilt = true,
                None => return,
            }
        }
    }

    /// The tables that are built anew.
    pub(super) fn rebuilt(&self) -> impl Iterator<Item = &Fate<'a>> {
        self.fates.iter().filter(|fate| fate.rebuilt)
    }

    /// The fate of an operation's table, by the operation's place.
    pub(super) fn of(&self, place: usize) -> &Fate<'a> {
        &self.fates[self.about[place]]
    }

    /// The foreign key that comes with the column that an operation adds.
    pub(super) fn foreign_key_of(&self, place: usize, column: &Column) -> Option<&'a ForeignKey> {
        self.merged
            .iter()
            .find(|(other, key)| {
                self.about[**other] == self.about[place] && key.columns == [column.name.clone()]
            })
            .map(|(_, key)| *key)
    }

    /// Whether SQLite has a statement that does exactly what an operation on a table that stays
    /// asks for: <https://www.sqlite.org/lang_altertable.html>.
    fn is_native(&self, place: usize, operation: &Operation) -> bool {
        match operation {
            Operation::AddColumn { column, fill, .. } => {
                let fate = self.of(place);
                fill.is_none() && fate.to.is_some_and(|table| can_add(table, column))
            }
            Operation::DropColumn { column, .. } => {
                let fate = self.of(place);
                fate.from.is_some_and(|table| can_drop(table, fate, column))
            }
            Operation::AddForeignKey(..) => self.merged.contains_key(&place),
            Operation::RenameTable { .. }
            | Operation::RenameColumn { .. }
            | Operation::AddIndex(..)
            | Operation::DropIndex(..)
            | Operation::RenameIndex { .. }
            | Operation::CreateTable(_)
            | Operation::DropTable(_) => true,
            Operation::AlterColumn { .. }
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
            | Operation::AlterEnum { .. } => false,
        }
    }
}

fn staying(table: &Table) -> Fate<'_> {
    Fate {
        from: Some(table),
        to: Some(table),
        columns: table
            .columns
            .keys()
            .map(|name| (name.clone(), Some(name.clone())))
            .collect(),
        fills: BTreeMap::new(),
        lost: Vec::new(),
        altered: false,
        rebuilt: false,
    }
}

/// The table an operation is about, by its name at that time.
fn table_of(operation: &Operation) -> Result<&Name, Unsupported> {
    match operation {
        Operation::CreateTable(table) | Operation::DropTable(table) => Ok(&table.name),
        Operation::RenameTable { from: table, .. }
        | Operation::AddColumn { table, .. }
        | Operation::DropColumn { table, .. }
        | Operation::RenameColumn { table, .. }
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
        | Operation::RenameConstraint { table, .. } => Ok(table),
        Operation::CreateSchema(name) | Operation::DropSchema(name) => Err(unsupported(format!(
            "SQLite has no schemas within a database, such as `{name}`"
        ))),
        Operation::CreateEnum(kind)
        | Operation::DropEnum(kind)
        | Operation::AlterEnum { after: kind, .. } => Err(unsupported(format!(
            "SQLite has no enum types such as `{}`: use a text with a check",
            kind.name
        ))),
    }
}

/// The foreign keys of one column that is added with them, whose rows all get null.
fn merged<'a>(change: &Change<'a>, about: &[usize]) -> BTreeMap<usize, &'a ForeignKey> {
    let adds = |id: usize, name: &str| {
        change
            .operations
            .iter()
            .zip(about)
            .any(|(operation, other)| {
                matches!(operation, Operation::AddColumn { column, fill: None, .. }
                if *other == id
                    && column.name == name
                    && column.nullable
                    && column.default.is_none()
                    && column.generated.is_none())
            })
    };
    let mut seen = BTreeSet::new();
    change
        .operations
        .iter()
        .enumerate()
        .filter_map(|(place, operation)| match operation {
            Operation::AddForeignKey(_, key) => match &*key.columns {
                [name] if adds(about[place], name) && seen.insert((about[place], name)) => {
                    Some((place, key))
                }
                _ => None,
            },
            _ => None,
        })
        .collect()
}

/// Whether `ADD COLUMN` takes a column.
fn can_add(table: &Table, column: &Column) -> bool {
    let keyed = table.key_columns().contains(&column.name)
        || column.auto.is_some()
        || table
            .uniques
            .iter()
            .any(|unique| unique.columns.contains(&column.name));
    let stored = column
        .generated
        .as_ref()
        .is_some_and(|generated| generated.stored);
    let referring = table
        .foreign_keys
        .iter()
        .any(|key| key.columns.contains(&column.name));
    let null = |default: &str| default.eq_ignore_ascii_case("NULL");
    let filled = match column.default.as_deref() {
        None => column.nullable || column.generated.is_some(),
        Some(default) => is_constant(default) && (column.nullable || !null(default)) && !referring,
    };
    !keyed && !stored && filled
}

/// Whether a default is a plain value that does not change with time.
fn is_constant(default: &str) -> bool {
    let tokens = Tokens::new(default);
    tokens.is_plain_value()
        && !["CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP"]
            .iter()
            .any(|word| tokens.sees(&[word]))
}

/// Whether `DROP COLUMN` takes a column; views and triggers that name it make it fail, and should.
fn can_drop(from: &Table, fate: &Fate<'_>, column: &Column) -> bool {
    let old = fate.lost.iter().find(|name| **name == column.name);
    let Some(old) = old else { return false };
    let named = |sql: &str| mentions(sql, old);
    let indexed = fate
        .to
        .iter()
        .flat_map(|table| &table.indexes)
        .any(|index| {
            index.predicate.as_deref().is_some_and(named)
                || index.parts.iter().any(|part| match &part.key {
                    IndexKey::Column(name) => name == old,
                    IndexKey::Expression(expression) => named(expression),
                })
        });
    let computed = from.columns.values().any(|other| {
        other
            .generated
            .as_ref()
            .is_some_and(|generated| other.name == *old || named(&generated.expression))
    });
    !(indexed
        || computed
        || create::is_rowid_alias(from, column)
        || from.key_columns().contains(old)
        || from
            .uniques
            .iter()
            .any(|unique| unique.columns.contains(old))
        || from
            .foreign_keys
            .iter()
            .any(|key| key.columns.contains(old))
        || from.checks.iter().any(|check| named(&check.expression))
        || from.columns.len() < 2)
}
