//! Says what happens to a table in operations, each in its phase.

use std::collections::BTreeMap;

use super::{
    comparison::{Dropped, creation_order},
    matching::Parts,
    tables::{KeyChange, TableChange, before_key, differs},
};
use crate::schema::{
    Column, ForeignKey, Name, Table,
    operation::{Constraint, Fill, Operation},
    ordering::{Phase, Phases},
    questioner::FillReason,
};

/// What happens to columns.
pub(super) fn columns(
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
        let in_key =
            change.primary_key.is_other() && keys.iter().any(|key| key.contains(&before.name));
        let mut between = if in_key {
            before_key(before, after)
        } else {
            after.clone()
        };
        if !differs(before, &between) {
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

/// What happens to the primary key.
pub(super) fn primary_key(name: &Name, change: &TableChange<'_>, phases: &mut Phases) {
    let mut push = |phase, before: &Option<_>, after: &Option<_>| {
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
        // Before a new table takes the old name.
        KeyChange::Renamed => push(Phase::RenameConstraints, before, after),
        KeyChange::AtOnce => push(Phase::PrimaryKeys, before, after),
        KeyChange::Apart => {
            push(Phase::DropPrimaryKeys, before, &None);
            push(Phase::AddPrimaryKeys, &None, after);
        }
    }
}

/// What happens to checks, unique constraints and indexes.
pub(super) fn constraints(name: &Name, change: &TableChange<'_>, phases: &mut Phases) {
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

/// What happens to foreign keys.
pub(super) fn change_foreign_keys(name: &Name, keys: Parts<ForeignKey>, phases: &mut Phases) {
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
pub(super) fn drop_tables(mut dropped: BTreeMap<&Name, Dropped>, phases: &mut Phases) {
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
