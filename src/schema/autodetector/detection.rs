//! Compares two schemas.

use super::{
    Unfilled,
    comparison::Tables,
    phasing,
    renaming::{Stale, of_table, valid},
};
use crate::schema::{
    Column, EnumType, Name, Schema,
    operation::{Fill, Operation, rename_column, rename_table},
    ordering::{Phase, Phases, rename_order},
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
        phasing::columns(name, change, &mut fill, &mut phases);
        phasing::primary_key(name, change, &mut phases);
        phasing::constraints(name, change, &mut phases);
    }
    for (name, keys) in foreign_keys {
        phasing::change_foreign_keys(name, keys, &mut phases);
    }
    phasing::drop_tables(dropped, &mut phases);
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
