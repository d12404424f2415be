//! What operations are called: in a terminal, and in the name of a migration.

use super::{Constraint, Operation};
use crate::schema::{Action, Auto, Column, EnumType, ForeignKey, Name, Schema};

/// The longest name of a migration, in characters.
const NAME_LIMIT: usize = 60;

/// How a line of a list of operations begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Something comes.
    Add,
    /// Something goes.
    Remove,
    /// Something changes.
    Alter,
}

impl Mark {
    /// Its sign, as Django's: `+`, `-` or `~`.
    pub const fn sign(self) -> char {
        match self {
            Self::Add => '+',
            Self::Remove => '-',
            Self::Alter => '~',
        }
    }
}

/// The name of a migration, made of its operations and of the schema they start from, at most 60
/// small letters, digits and `_`; empty for no operations.
pub fn name(from: &Schema, operations: &[Operation]) -> String {
    let creates = |operation: &&Operation| matches!(operation, Operation::CreateTable(_));
    let is_first = from.tables.is_empty() && from.enums.is_empty();
    if is_first && operations.iter().filter(creates).count() > 1 {
        return "initial".to_owned();
    }
    let mut sorted: Vec<&Operation> = operations.iter().collect();
    sorted.sort_by_key(|operation| operation.rank());
    let Some((first, others)) = sorted.split_first() else {
        return String::new();
    };
    let first = first.fragment();
    let name = match others {
        [] => first,
        [second] => {
            let both = format!("{first}_and_{}", second.fragment());
            if both.chars().count() <= NAME_LIMIT {
                both
            } else {
                with_others(&first, 1)
            }
        }
        _ => with_others(&first, others.len()),
    };
    shortened(&name, NAME_LIMIT)
}

fn with_others(first: &str, others: usize) -> String {
    let tail = format!("_and_{others}_more");
    let room = NAME_LIMIT.saturating_sub(tail.chars().count());
    shortened(first, room) + &tail
}

fn shortened(name: &str, limit: usize) -> String {
    let short: String = name.chars().take(limit).collect();
    short.trim_end_matches('_').to_owned()
}

impl Operation {
    /// What it does, for a terminal: ``add column `email` to `users` ``.
    pub fn describe(&self) -> String {
        match self {
            Self::CreateSchema(name) => format!("create schema `{name}`"),
            Self::DropSchema(name) => format!("drop schema `{name}`"),
            Self::CreateEnum(value) => format!("create enum `{}`", value.name),
            Self::DropEnum(value) => format!("drop enum `{}`", value.name),
            Self::AlterEnum { before, after } => {
                format!("alter enum `{}`: {}", after.name, labels(before, after))
            }
            Self::CreateTable(table) => format!("create table `{}`", table.name),
            Self::DropTable(table) => format!("drop table `{}`", table.name),
            Self::RenameTable { from, to } => format!("rename table `{from}` to `{to}`"),
            Self::AddColumn { table, column, .. } => {
                format!("add column `{}` to `{table}`", column.name)
            }
            Self::DropColumn { table, column } => {
                format!("drop column `{}` from `{table}`", column.name)
            }
            Self::RenameColumn { table, from, to } => {
                format!("rename column `{table}.{from}` to `{to}`")
            }
            Self::AlterColumn {
                table,
                before,
                after,
                ..
            } => {
                let differences = differences(before, after).join(", ");
                format!("alter column `{table}.{}`: {differences}", after.name)
            }
            Self::AlterPrimaryKey {
                table,
                before,
                after,
            } => match (before, after) {
                (None, Some(after)) => {
                    format!(
                        "add primary key ({}) to `{table}`",
                        after.columns.join(", ")
                    )
                }
                (Some(before), None) => {
                    format!(
                        "drop primary key ({}) from `{table}`",
                        before.columns.join(", ")
                    )
                }
                (before, after) => {
                    let columns = [before, after].map(|key| {
                        let columns = key.iter().flat_map(|key| key.columns.iter().cloned());
                        columns.collect::<Vec<_>>().join(", ")
                    });
                    format!(
                        "alter primary key of `{table}`: ({})",
                        columns.join(") -> (")
                    )
                }
            },
            Self::AddForeignKey(table, key) => format!("add {}", foreign_key(table, key)),
            Self::DropForeignKey(table, key) => format!("drop {}", foreign_key(table, key)),
            Self::AddUnique(table, unique) => {
                format!("add unique ({}) to `{table}`", unique.columns.join(", "))
            }
            Self::DropUnique(table, unique) => {
                format!("drop unique ({}) from `{table}`", unique.columns.join(", "))
            }
            Self::AddIndex(table, index) => format!("add index `{}` to `{table}`", index.name),
            Self::DropIndex(table, index) => {
                format!("drop index `{}` from `{table}`", index.name)
            }
            Self::AddCheck(table, check) => {
                format!("add check ({}) to `{table}`", check.expression)
            }
            Self::DropCheck(table, check) => {
                format!("drop check ({}) from `{table}`", check.expression)
            }
            Self::RenameIndex { table, from, to } => {
                format!("rename index `{from}` of `{table}` to `{to}`")
            }
            Self::RenameConstraint {
                table,
                constraint,
                to,
            } => {
                let kind = match constraint {
                    Constraint::ForeignKey(_) => "foreign key",
                    Constraint::Unique(_) => "unique constraint",
                    Constraint::Check(_) => "check",
                };
                let from = constraint.name().unwrap_or_default();
                format!("rename {kind} `{from}` of `{table}` to `{to}`")
            }
        }
    }

    /// Whether something comes, goes or changes.
    pub const fn mark(&self) -> Mark {
        match self {
            Self::CreateSchema(_)
            | Self::CreateEnum(_)
            | Self::CreateTable(_)
            | Self::AddColumn { .. }
            | Self::AlterPrimaryKey { before: None, .. }
            | Self::AddForeignKey(..)
            | Self::AddUnique(..)
            | Self::AddIndex(..)
            | Self::AddCheck(..) => Mark::Add,
            Self::DropSchema(_)
            | Self::DropEnum(_)
            | Self::DropTable(_)
            | Self::DropColumn { .. }
            | Self::AlterPrimaryKey { after: None, .. }
            | Self::DropForeignKey(..)
            | Self::DropUnique(..)
            | Self::DropIndex(..)
            | Self::DropCheck(..) => Mark::Remove,
            Self::AlterEnum { .. }
            | Self::RenameTable { .. }
            | Self::RenameColumn { .. }
            | Self::AlterColumn { .. }
            | Self::AlterPrimaryKey { .. }
            | Self::RenameIndex { .. }
            | Self::RenameConstraint { .. } => Mark::Alter,
        }
    }

    /// Its part of a migration's name: `add_users`, `users_drop_email`; small letters, digits, `_`.
    pub fn fragment(&self) -> String {
        let text = match self {
            Self::CreateSchema(name) => format!("add_schema_{name}"),
            Self::DropSchema(name) => format!("drop_schema_{name}"),
            Self::CreateEnum(value) => format!("add_{}", value.name),
            Self::DropEnum(value) => format!("drop_{}", value.name),
            Self::AlterEnum { after, .. } => format!("alter_{}", after.name),
            Self::CreateTable(table) => format!("add_{}", table.name),
            Self::DropTable(table) => format!("drop_{}", table.name),
            Self::RenameTable { from, to } => format!("rename_{from}_to_{to}"),
            Self::AddColumn { table, column, .. } => format!("{table}_add_{}", column.name),
            Self::DropColumn { table, column } => format!("{table}_drop_{}", column.name),
            Self::RenameColumn { table, from, to } => format!("{table}_rename_{from}_to_{to}"),
            Self::AlterColumn { table, after, .. } => format!("{table}_alter_{}", after.name),
            Self::AlterPrimaryKey { table, .. } => {
                let verb = match self.mark() {
                    Mark::Add => "add",
                    Mark::Remove => "drop",
                    Mark::Alter => "alter",
                };
                format!("{table}_{verb}_primary_key")
            }
            Self::AddForeignKey(table, _) => format!("{table}_add_foreign_key"),
            Self::DropForeignKey(table, _) => format!("{table}_drop_foreign_key"),
            Self::AddUnique(table, _) => format!("{table}_add_unique"),
            Self::DropUnique(table, _) => format!("{table}_drop_unique"),
            Self::AddIndex(table, _) => format!("{table}_add_index"),
            Self::DropIndex(table, _) => format!("{table}_drop_index"),
            Self::AddCheck(table, _) => format!("{table}_add_check"),
            Self::DropCheck(table, _) => format!("{table}_drop_check"),
            Self::RenameIndex { table, .. } => format!("{table}_rename_index"),
            Self::RenameConstraint { table, .. } => format!("{table}_rename_constraint"),
        };
        let mut fragment = String::with_capacity(text.len());
        for c in text.chars() {
            if c.is_alphanumeric() {
                fragment.extend(c.to_lowercase());
            } else if !fragment.is_empty() && !fragment.ends_with('_') {
                fragment.push('_');
            }
        }
        fragment.trim_end_matches('_').to_owned()
    }

    /// The table it changes, by the name it has before; none for schemas and enum types.
    pub const fn table(&self) -> Option<&Name> {
        match self {
            Self::CreateSchema(_)
            | Self::DropSchema(_)
            | Self::CreateEnum(_)
            | Self::DropEnum(_)
            | Self::AlterEnum { .. } => None,
            Self::CreateTable(table) | Self::DropTable(table) => Some(&table.name),
            Self::RenameTable { from, .. } => Some(from),
            Self::AddColumn { table, .. }
            | Self::DropColumn { table, .. }
            | Self::RenameColumn { table, .. }
            | Self::AlterColumn { table, .. }
            | Self::AlterPrimaryKey { table, .. }
            | Self::AddForeignKey(table, _)
            | Self::DropForeignKey(table, _)
            | Self::AddUnique(table, _)
            | Self::DropUnique(table, _)
            | Self::AddIndex(table, _)
            | Self::DropIndex(table, _)
            | Self::AddCheck(table, _)
            | Self::DropCheck(table, _)
            | Self::RenameIndex { table, .. }
            | Self::RenameConstraint { table, .. } => Some(table),
        }
    }

    /// How well it stands for a whole migration; the lowest does best.
    const fn rank(&self) -> u8 {
        match self {
            Self::CreateTable(_) | Self::DropTable(_) | Self::RenameTable { .. } => 0,
            Self::AddColumn { .. }
            | Self::DropColumn { .. }
            | Self::RenameColumn { .. }
            | Self::AlterColumn { .. } => 1,
            Self::AlterEnum { .. } | Self::AlterPrimaryKey { .. } => 2,
            Self::AddUnique(..)
            | Self::DropUnique(..)
            | Self::AddIndex(..)
            | Self::DropIndex(..)
            | Self::AddCheck(..)
            | Self::DropCheck(..)
            | Self::AddForeignKey(..)
            | Self::DropForeignKey(..) => 3,
            Self::CreateEnum(_)
            | Self::DropEnum(_)
            | Self::CreateSchema(_)
            | Self::DropSchema(_)
            | Self::RenameIndex { .. }
            | Self::RenameConstraint { .. } => 4,
        }
    }
}

fn labels(before: &EnumType, after: &EnumType) -> String {
    let added = after.labels_missing_in(before);
    let removed = before.labels_missing_in(after);
    let words: Vec<String> = added
        .map(|label| format!("add `{label}`"))
        .chain(removed.map(|label| format!("drop `{label}`")))
        .collect();
    if words.is_empty() {
        format!(
            "({}) -> ({})",
            before.labels.join(", "),
            after.labels.join(", ")
        )
    } else {
        words.join(", ")
    }
}

fn foreign_key(table: &Name, key: &ForeignKey) -> String {
    let mut text = match (key.columns.as_slice(), key.referred.as_slice()) {
        ([column], [referred]) => {
            format!(
                "foreign key `{table}.{column}` -> `{}.{referred}`",
                key.table
            )
        }
        (columns, referred) => format!(
            "foreign key `{table}` ({}) -> `{}` ({})",
            columns.join(", "),
            key.table,
            referred.join(", ")
        ),
    };
    for (event, action) in [("delete", key.on_delete), ("update", key.on_update)] {
        if action != Action::NoAction {
            text += &format!(" on {event} {}", action.sql().to_lowercase());
        }
    }
    text
}

/// Every difference of two columns in `before -> after` form.
fn differences(before: &Column, after: &Column) -> Vec<String> {
    let facts = |column: &Column| {
        let or = |label: &str, value: Option<&str>| match value {
            Some(value) => format!("{label} {value}"),
            None => format!("no {label}"),
        };
        let generated = column.generated.as_ref().map(|generated| {
            let kind = if generated.stored {
                "stored"
            } else {
                "virtual"
            };
            format!("({}) {kind}", generated.expression)
        });
        let auto = match column.auto {
            None => "not counting up",
            Some(Auto::Serial) => "serial",
            Some(Auto::Identity) => "identity",
            Some(Auto::IdentityAlways) => "identity always",
        };
        [
            column.sql_type.clone(),
            (if column.nullable { "null" } else { "not null" }).to_owned(),
            or("default", column.default.as_deref()),
            auto.to_owned(),
            or("generated", generated.as_deref()),
            or("collation", column.collation.as_deref()),
            or("on update", column.on_update.as_deref()),
            column.extra.join(" "),
        ]
    };
    facts(before)
        .into_iter()
        .zip(facts(after))
        .filter(|(before, after)| before != after)
        .map(|(before, after)| format!("{before} -> {after}"))
        .collect()
}
