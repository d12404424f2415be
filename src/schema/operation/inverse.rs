//! What undoes an operation, and what no undoing brings back.

use super::{Constraint, Fill, Operation};
use crate::schema::{Column, EnumType, Name};

/// The operations that undo some, in the order in which they can run.
pub fn inverses(operations: &[Operation]) -> Vec<Operation> {
    operations.iter().rev().map(Operation::inverse).collect()
}

impl Operation {
    /// What undoes it: the structure, that is, for data that are lost stay lost. Where rows then
    /// have to have a value, it is filled with [`Fill::Placeholder`].
    #[must_use]
    pub fn inverse(&self) -> Self {
        match self {
            Self::CreateSchema(name) => Self::DropSchema(name.clone()),
            Self::DropSchema(name) => Self::CreateSchema(name.clone()),
            Self::CreateEnum(value) => Self::DropEnum(value.clone()),
            Self::DropEnum(value) => Self::CreateEnum(value.clone()),
            Self::AlterEnum { before, after } => Self::AlterEnum {
                before: after.clone(),
                after: before.clone(),
            },
            Self::CreateTable(table) => Self::DropTable(table.clone()),
            Self::DropTable(table) => Self::CreateTable(table.clone()),
            Self::RenameTable { from, to } => Self::RenameTable {
                from: to.clone(),
                to: from.clone(),
            },
            Self::AddColumn { table, column, .. } => Self::DropColumn {
                table: table.clone(),
                column: column.clone(),
            },
            Self::DropColumn { table, column } => Self::AddColumn {
                table: table.clone(),
                column: column.clone(),
                fill: column.needs_fill().then_some(Fill::Placeholder),
            },
            Self::RenameColumn { table, from, to } => Self::RenameColumn {
                table: table.clone(),
                from: to.clone(),
                to: from.clone(),
            },
            Self::AlterColumn {
                table,
                before,
                after,
                ..
            } => Self::AlterColumn {
                table: table.clone(),
                before: after.clone(),
                after: before.clone(),
                fill: (after.nullable && !before.nullable).then(|| {
                    let default = before.default.clone().map(Fill::Expression);
                    default.unwrap_or(Fill::Placeholder)
                }),
            },
            Self::AlterPrimaryKey {
                table,
                before,
                after,
            } => Self::AlterPrimaryKey {
                table: table.clone(),
                before: after.clone(),
                after: before.clone(),
            },
            Self::AddForeignKey(table, key) => Self::DropForeignKey(table.clone(), key.clone()),
            Self::DropForeignKey(table, key) => Self::AddForeignKey(table.clone(), key.clone()),
            Self::AddUnique(table, unique) => Self::DropUnique(table.clone(), unique.clone()),
            Self::DropUnique(table, unique) => Self::AddUnique(table.clone(), unique.clone()),
            Self::AddIndex(table, index) => Self::DropIndex(table.clone(), index.clone()),
            Self::DropIndex(table, index) => Self::AddIndex(table.clone(), index.clone()),
            Self::AddCheck(table, check) => Self::DropCheck(table.clone(), check.clone()),
            Self::DropCheck(table, check) => Self::AddCheck(table.clone(), check.clone()),
            Self::RenameIndex { table, from, to } => Self::RenameIndex {
                table: table.clone(),
                from: to.clone(),
                to: from.clone(),
            },
            Self::RenameConstraint {
                table,
                constraint,
                to,
            } => {
                let mut after = constraint.clone();
                let old = after.rename(Some(to.clone()));
                match old {
                    Some(old) => Self::RenameConstraint {
                        table: table.clone(),
                        constraint: after,
                        to: old,
                    },
                    // A constraint without a name cannot be renamed, so there is nothing to undo.
                    None => self.clone(),
                }
            }
        }
    }

    /// Whether data are lost that were there before: rows, a column that is not computed, or labels
    /// that rows may have.
    pub fn is_destructive(&self) -> bool {
        self.destroys().is_some()
    }

    /// What it destroys, for people to read: ``column `users.name` and its data``.
    pub fn destroys(&self) -> Option<String> {
        match self {
            Self::DropTable(table) => Some(destroyed_table(&table.name)),
            Self::DropColumn { table, column } => destroyed_column(table, column),
            Self::AlterColumn {
                table,
                before,
                after,
                ..
            } if before.generated.is_none() && after.generated.is_some() => {
                destroyed_column(table, before)
            }
            Self::AlterEnum { before, after } => {
                let removed = removed(&before.labels, &after.labels)?;
                Some(format!("{removed} of enum `{}`", before.name))
            }
            Self::AlterColumn {
                table,
                before,
                after,
                ..
            } => {
                let removed = removed(
                    &inline_labels(&before.sql_type)?,
                    &inline_labels(&after.sql_type)?,
                )?;
                Some(format!("{removed} of column `{table}.{}`", before.name))
            }
            _ => None,
        }
    }
}

/// A table that goes, in words.
pub fn destroyed_table(name: &Name) -> String {
    format!("table `{name}` and its rows")
}

/// A column that goes, in words; none where it is computed.
pub fn destroyed_column(table: &Name, column: &Column) -> Option<String> {
    let is_computed = column.generated.is_some();
    (!is_computed).then(|| format!("column `{table}.{}` and its data", column.name))
}

impl Column {
    /// Whether rows that are there need a value when it is added.
    pub(in crate::schema) fn needs_fill(&self) -> bool {
        !self.nullable && self.default.is_none() && self.auto.is_none() && self.generated.is_none()
    }
}

impl Constraint {
    /// Its name.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::ForeignKey(key) => key.name.as_deref(),
            Self::Unique(unique) => unique.name.as_deref(),
            Self::Check(check) => check.name.as_deref(),
        }
    }

    /// Gives it another name, and returns the one it had.
    pub(in crate::schema) fn rename(&mut self, to: Option<String>) -> Option<String> {
        let name = match self {
            Self::ForeignKey(key) => &mut key.name,
            Self::Unique(unique) => &mut unique.name,
            Self::Check(check) => &mut check.name,
        };
        std::mem::replace(name, to)
    }
}

impl EnumType {
    /// The labels that another one has not.
    pub(in crate::schema) fn labels_missing_in<'a>(
        &'a self,
        other: &'a Self,
    ) -> impl Iterator<Item = &'a String> {
        let missing = |label: &&String| !other.labels.contains(*label);
        self.labels.iter().filter(missing)
    }
}

fn removed(before: &[String], after: &[String]) -> Option<String> {
    let gone: Vec<String> = before
        .iter()
        .filter(|label| !after.contains(label))
        .map(|label| format!("`{label}`"))
        .collect();
    match gone.len() {
        0 => None,
        1 => Some(format!("label {}", gone.join(""))),
        _ => Some(format!("labels {}", gone.join(", "))),
    }
}

/// The labels of MySQL's `enum('a','b')`.
/// <https://dev.mysql.com/doc/refman/8.4/en/enum.html>
fn inline_labels(sql_type: &str) -> Option<Vec<String>> {
    let inner = sql_type.strip_prefix("enum(")?.strip_suffix(')')?;
    let mut labels = Vec::new();
    let mut label: Option<String> = None;
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        match (&mut label, c) {
            (Some(text), '\'') if chars.next_if_eq(&'\'').is_some() => text.push('\''),
            (Some(_), '\'') => labels.extend(label.take()),
            (Some(text), _) => text.push(c),
            (None, '\'') => label = Some(String::new()),
            (None, _) => {}
        }
    }
    Some(labels)
}
