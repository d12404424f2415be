//! Operations as statements.
//!
//! One statement for each thing, so that a failure has a place; MySQL and MariaDB commit each by
//! itself anyhow. Only what the server wants together stands together.

mod around;
mod columns;
mod constraints;
mod finish;
mod state;

#[cfg(test)]
pub(super) use state::apply;

use std::collections::BTreeSet;

use super::{
    Mysql, define,
    keys::{Key, leading, served},
    words::{quote, table as table_name},
};
use crate::schema::{
    ForeignKey, Name, Schema, Table,
    dialect::{Change, Script, Unsupported},
    operation::Operation,
};

/// The statements that carry out a change.
pub(super) fn script(dialect: Mysql, change: &Change<'_>) -> Result<Script, Unsupported> {
    let mut writer = Writer {
        dialect,
        to: change.to,
        now: change.from.clone(),
        script: Script::default(),
        suspended: Vec::new(),
        owed: BTreeSet::new(),
        done: BTreeSet::new(),
        made: made_by_keys(change.from),
        modified: None,
    };
    for (index, operation) in change.operations.iter().enumerate() {
        if !writer.done.contains(&index) {
            writer.operation(operation, index, change.operations)?;
        }
    }
    writer.finish()?;
    Ok(writer.script)
}

/// A script while it is written.
struct Writer<'a> {
    dialect: Mysql,
    /// Where it leads.
    to: &'a Schema,
    /// What is there at this point of the script, but for foreign keys that are suspended.
    now: Schema,
    script: Script,
    /// Foreign keys, by table and name, that are dropped to let something pass and come back at the
    /// end.
    suspended: Vec<(Name, String)>,
    /// Columns that are not yet all they are to be, for a key that is still there or not yet.
    owed: BTreeSet<(Name, String)>,
    /// Operations that another one has carried out with it.
    done: BTreeSet<usize>,
    /// Indexes, by table and name, that foreign keys without a name may have made.
    made: BTreeSet<(Name, String)>,
    /// The columns that the last statement changed, if that is what it did.
    modified: Option<Modified>,
}

/// A statement that changes columns and nothing else.
struct Modified {
    table: Name,
    columns: BTreeSet<String>,
    clauses: Vec<String>,
    /// How many statements there were then.
    end: usize,
}

/// The indexes that have the names that the server gives those it makes for foreign keys without one:
/// the first column's.
fn made_by_keys(schema: &Schema) -> BTreeSet<(Name, String)> {
    let mut made = BTreeSet::new();
    for table in schema.tables.values() {
        for index in &table.indexes {
            let columns = leading(index);
            let named_so = |column: &String| {
                index
                    .name
                    .strip_prefix(column.as_str())
                    .is_some_and(|rest| {
                        let number = rest.strip_prefix('_').unwrap_or(rest);
                        number.bytes().all(|byte| byte.is_ascii_digit())
                    })
            };
            if !index.unique
                && columns.len() == index.parts.len()
                && columns.first().is_some_and(named_so)
                && table.foreign_keys.iter().any(|key| key.columns == columns)
            {
                made.insert((table.name.clone(), index.name.clone()));
            }
        }
    }
    made
}

fn unsupported(message: impl Into<String>) -> Unsupported {
    Unsupported {
        message: message.into(),
    }
}

impl Writer<'_> {
    fn operation(
        &mut self,
        operation: &Operation,
        index: usize,
        all: &[Operation],
    ) -> Result<(), Unsupported> {
        match operation {
            Operation::CreateSchema(name) | Operation::DropSchema(name) => {
                return Err(unsupported(format!(
                    "the schema `{name}` would be a database of its own, which no migration makes or drops"
                )));
            }
            Operation::CreateEnum(each)
            | Operation::DropEnum(each)
            | Operation::AlterEnum { after: each, .. } => {
                return Err(unsupported(format!(
                    "the enum type `{}` cannot stand apart from a column",
                    each.name
                )));
            }
            Operation::CreateTable(table) => {
                let sql = self.dialect.create_table(table);
                self.script.push(sql);
            }
            Operation::DropTable(table) => {
                let sql = format!("DROP TABLE {}", table_name(&table.name));
                self.script.push_destroying(operation.destroys(), sql);
            }
            Operation::RenameTable { from, to } => self.rename_table(from, to)?,
            Operation::AddColumn {
                table,
                column,
                fill,
            } => self.add_column(table, column, fill.as_ref(), &all[index + 1..], index + 1)?,
            Operation::DropColumn { table, column } => self.drop_column(table, column),
            Operation::RenameColumn { table, from, to } => {
                self.rename_column(table, from, to);
                return Ok(());
            }
            Operation::AlterColumn {
                table,
                before,
                after,
                fill,
            } => self.alter_column(table, before, after, fill.as_ref())?,
            Operation::AlterPrimaryKey {
                table,
                before,
                after,
            } => self.alter_primary_key(table, before.as_ref(), after.as_ref())?,
            Operation::AddForeignKey(table, key) => self.add_foreign_key(table, key),
            Operation::DropForeignKey(table, key) => {
                let again = all.iter().skip(index).any(|later| {
                    matches!(later, Operation::AddForeignKey(of, new)
                        if of == table && new.name == key.name && new.columns == key.columns)
                });
                self.drop_foreign_key(table, key, again)?;
                return Ok(());
            }
            Operation::AddUnique(table, unique) => self.add_unique(table, unique),
            Operation::DropUnique(table, unique) => self.drop_unique(table, unique)?,
            Operation::AddIndex(table, index) => self.add_index(table, index),
            Operation::DropIndex(table, index) => self.drop_index(table, index)?,
            Operation::AddCheck(table, check) => {
                state::apply(&mut self.now, operation);
                self.add_check(table, check);
                return Ok(());
            }
            Operation::DropCheck(table, check) => self.drop_check(table, check)?,
            Operation::RenameIndex { table, from, to } => {
                self.made.remove(&(table.clone(), from.clone()));
                self.alter(
                    table,
                    &[format!("RENAME INDEX {} TO {}", quote(from), quote(to))],
                );
            }
            Operation::RenameConstraint {
                table,
                constraint,
                to,
            } => {
                self.rename_constraint(table, constraint, to)?;
                return Ok(());
            }
        }
        state::apply(&mut self.now, operation);
        Ok(())
    }

    /// Alters a table.
    pub(super) fn alter(&mut self, table: &Name, clauses: &[String]) {
        let table = table_name(table);
        self.script.push(match clauses {
            [one] => format!("ALTER TABLE {table} {one}"),
            many => format!("ALTER TABLE {table}\n    {}", many.join(",\n    ")),
        });
    }

    pub(super) fn table(&self, name: &Name) -> Result<Table, Unsupported> {
        let table = self.now.tables.get(name).cloned();
        table.ok_or_else(|| unsupported(format!("there is no table `{name}`")))
    }

    /// A table's new name ends up in the names that the server itself made with the old one, which
    /// are to stay; so those constraints go and come back.
    fn rename_table(&mut self, from: &Name, to: &Name) -> Result<(), Unsupported> {
        let table = self.table(from)?;
        let made = |name: &str, kind: &str| {
            name.strip_prefix(&format!("{}_{kind}_", from.name))
                .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
        };
        self.suspend(|of, key| {
            of.name == *from && key.name.as_ref().is_some_and(|name| made(name, "ibfk"))
        })?;
        for check in &table.checks {
            if check.name.as_ref().is_some_and(|name| made(name, "chk"))
                && !self.dialect.is_mariadb()
            {
                self.drop_check(from, check)?;
                state::apply(
                    &mut self.now,
                    &Operation::DropCheck(from.clone(), check.clone()),
                );
            }
        }
        self.script.push(format!(
            "RENAME TABLE {} TO {}",
            table_name(from),
            table_name(to)
        ));
        for (name, _) in &mut self.suspended {
            if name == from {
                *name = to.clone();
            }
        }
        for places in [&mut self.owed, &mut self.made] {
            *places = std::mem::take(places)
                .into_iter()
                .map(|(name, own)| (if name == *from { to.clone() } else { name }, own))
                .collect();
        }
        Ok(())
    }

    /// A constraint as it is at this point, found by its name.
    pub(super) fn as_it_is<T: Clone>(
        &self,
        table: &Name,
        all: impl Fn(&Table) -> &Vec<T>,
        given: &T,
        name: impl Fn(&T) -> &Option<String>,
    ) -> T {
        let there = self.now.tables.get(table).into_iter();
        let mut same = there.flat_map(all).filter(|each| name(each) == name(given));
        same.next().unwrap_or(given).clone()
    }

    /// Drops the foreign keys that something stands in the way of, until the end.
    pub(super) fn suspend(
        &mut self,
        concerned: impl Fn(&Table, &ForeignKey) -> bool,
    ) -> Result<(), Unsupported> {
        let mut places = Vec::new();
        for table in self.now.tables.values() {
            for key in table
                .foreign_keys
                .iter()
                .filter(|key| concerned(table, key))
            {
                let name = named(&table.name, key.name.as_ref(), "foreign key")?;
                places.push((table.name.clone(), name));
            }
        }
        for place in places {
            if !self.suspended.contains(&place) {
                self.alter(&place.0, &[format!("DROP FOREIGN KEY {}", quote(&place.1))]);
                self.suspended.push(place);
            }
        }
        Ok(())
    }

    /// Lets a key go: takes `AUTO_INCREMENT` from the column that needs it, and suspends the foreign
    /// keys that do, unless another key serves or `stays` does.
    pub(super) fn release(
        &mut self,
        name: &Name,
        key: Key<'_>,
        columns: &[String],
        stays: &[String],
    ) -> Result<(), Unsupported> {
        let table = self.table(name)?;
        if let Some(first) = columns.first()
            && stays.first() != Some(first)
            && !served(&table, std::slice::from_ref(first), Some(key))
            && let Some(column) = table.columns.get(first)
            && column.auto.is_some()
        {
            self.stop_counting(name, column);
        }
        let needed = |of: &[String]| {
            columns.starts_with(of) && !stays.starts_with(of) && !served(&table, of, Some(key))
        };
        self.suspend(|of, foreign| {
            (of.name == *name && needed(&foreign.columns))
                || (foreign.table == *name && needed(&foreign.referred))
        })
    }
}

/// The name of a constraint, without which it cannot be dropped.
fn named(table: &Name, name: Option<&String>, what: &str) -> Result<String, Unsupported> {
    name.cloned()
        .ok_or_else(|| unsupported(format!("a {what} of `{table}` has no name to drop it by")))
}
