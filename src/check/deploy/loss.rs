//! Data that is lost: the same on every engine.

use super::{
    action::What,
    known::Known,
    reading::Reading,
    rebuild::Rebuild,
    rows::{RowChange, Verb},
    rules,
    scene::{Danger, Scene},
    types::{self, Difference},
};
use crate::{
    backend::statements::{self, Statement},
    check::Rule,
};

const BACKUP: &str =
    "keep a copy first (`manage migrate --backup`), and drop it once no running code uses it";
const STOP_USING: &str =
    "deploy code that no longer uses it first, and drop it in a later migration";

/// What is lost by a statement that is not part of a rebuild.
pub(super) fn judge(scene: &mut Scene<'_>) {
    let (reading, known) = (scene.reading, scene.known);
    match reading {
        Reading::DropTables(names) => {
            for name in names.iter().filter(|name| !known.is_fresh(name)) {
                let message = format!("table `{name}` is dropped with its rows");
                scene.found(&rules::DROP_TABLE, 0, message, BACKUP);
            }
        }
        Reading::CreateTable(table) if table.replaces && !known.is_fresh(&table.name) => {
            let message = format!(
                "table `{}` is dropped with its rows, and made anew",
                table.name
            );
            scene.found(&rules::DROP_TABLE, 0, message, BACKUP);
        }
        Reading::DropDatabase { kind, names } => {
            for name in names {
                let message = format!("{kind} `{name}` is dropped with everything in it");
                let hint = "drop what is in it one by one, so that each loss is read by somebody";
                scene.found(&rules::DROP_DATABASE, 0, message, hint);
            }
        }
        Reading::DropCascade { kind, name } => {
            let message =
                format!("{kind} `{name}` is dropped with all that depends on it, columns included");
            let hint = "drop what depends on it by name, and this without CASCADE";
            scene.found(&rules::DROP_CASCADE, 0, message, hint);
        }
        Reading::Truncate { tables, cascade } => {
            let old = |name: &&String| *cascade || !known.is_fresh(name);
            for name in tables.iter().filter(old) {
                let message = match cascade {
                    true => format!("all rows of `{name}` go, and of all tables that refer to it"),
                    false => format!("all rows of `{name}` go"),
                };
                let hint = match cascade {
                    true => "name the tables to empty, and leave CASCADE out",
                    false => {
                        "DELETE with a condition, or keep a copy first (`manage migrate --backup`)"
                    }
                };
                scene.found(&rules::TRUNCATE, 0, message, hint);
            }
        }
        Reading::Rows(changes) => {
            for change in changes
                .iter()
                .filter(|c| c.all && !known.is_fresh(&c.table))
            {
                rows(scene, change);
            }
        }
        Reading::AlterTable { table, actions } if !known.is_fresh(table) => {
            for action in actions {
                of_action(scene, table, &action.what, action.start);
            }
        }
        _ => {}
    }
}

fn rows(scene: &mut Scene<'_>, change: &RowChange) {
    let table = &change.table;
    if change.verb == Verb::Delete {
        let message = format!("all rows of `{table}` are deleted");
        let hint = "say which rows: WHERE; where all are meant, `-- manage: allow(D006)` says so";
        scene.found(&rules::DELETE_ALL, change.start, message, hint);
    } else {
        let message = format!("all rows of `{table}` are written, and stay locked until the end");
        let hint = "write them in batches, each with a WHERE of its own, outside a transaction";
        scene.found(&rules::UPDATE_ALL, change.start, message, hint);
    }
}

fn of_action(scene: &mut Scene<'_>, table: &str, what: &What, start: usize) {
    let known = scene.known;
    match what {
        What::DropColumn(name) if !known.column(table, name).is_some_and(|column| column.fresh) => {
            let message = format!("column `{table}.{name}` is dropped with its values");
            scene.found(&rules::DROP_COLUMN, start, message, STOP_USING);
        }
        What::LoseRows(words) => {
            scene.found(
                &rules::DROP_TABLE,
                start,
                format!("of `{table}`, {words}"),
                BACKUP,
            );
        }
        What::SetType { column, sql_type } => narrows(scene, table, column, sql_type, start),
        What::Redefine { from, column } => narrows(scene, table, from, &column.sql_type, start),
        _ => {}
    }
}

fn narrows(scene: &mut Scene<'_>, table: &str, column: &str, to: &str, start: usize) {
    let Some(before) = scene
        .known
        .column(table, column)
        .filter(|column| !column.fresh)
    else {
        return;
    };
    if types::compare(scene.dialect(), &before.sql_type, to) == Difference::Narrower {
        let message = format!(
            "`{table}.{column}` becomes {to}, and not every {} fits into that",
            before.sql_type
        );
        let hint = "look for values that do not fit, or add a column of the new type and move them";
        scene.found(&rules::NARROWER_TYPE, start, message, hint);
    }
}

/// The columns whose values do not come along when a table is built anew.
pub(super) fn of_rebuild(
    statements: &[Statement<'_>],
    source: &str,
    known: &Known,
    rebuild: &Rebuild,
) -> Vec<Danger> {
    let copy = &statements[rebuild.copy];
    let danger = |message| Danger {
        rule: &rules::DROP_COLUMN,
        at: copy.start,
        message,
        hint: STOP_USING.to_owned(),
    };
    if known.is_fresh(&rebuild.table) {
        return Vec::new();
    }
    if let Some(columns) = known.columns(&rebuild.table) {
        return columns
            .filter(|column| !column.fresh && !rebuild.keeps(&column.name))
            .map(|column| {
                let (table, name) = (&rebuild.table, &column.name);
                danger(format!(
                    "column `{table}.{name}` is dropped with its values"
                ))
            })
            .collect();
    }
    // Nothing says what the table had, except the comment that `makemigrations` writes.
    let before = rebuild
        .copy
        .checked_sub(1)
        .map_or(0, |at| statements[at].end());
    let comments = statements::comments(copy.dialect, &source[before..copy.start]);
    comments
        .into_iter()
        .filter_map(|comment| comment.split_once("destroys data:"))
        .map(|(_, what)| {
            danger(format!(
                "{} is lost",
                what.trim().trim_end_matches("*/").trim()
            ))
        })
        .collect()
}

/// Whether it speaks of rows or values that are gone for good.
pub(super) fn is_loss(danger: &Danger) -> bool {
    let losses: [&Rule; 6] = [
        &rules::DROP_TABLE,
        &rules::DROP_COLUMN,
        &rules::DROP_DATABASE,
        &rules::DROP_CASCADE,
        &rules::TRUNCATE,
        &rules::DELETE_ALL,
    ];
    losses.contains(&danger.rule)
}
