//! What breaks the code that runs while the migration does: the same on every engine.

use super::{action::What, column::Column, reading::Reading, rules, scene::Scene};
use crate::backend::statements::Dialect;

/// What is not compatible with the code before.
pub(super) fn judge(scene: &mut Scene<'_>) {
    let (reading, known) = (scene.reading, scene.known);
    match reading {
        Reading::RenameTables(pairs) => {
            for (from, to) in pairs.iter().filter(|(from, _)| !known.is_fresh(from)) {
                renamed_table(scene, from, to, 0);
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

fn of_action(scene: &mut Scene<'_>, table: &str, what: &What, start: usize) {
    match what {
        What::RenameTable(to) => renamed_table(scene, table, to, start),
        What::RenameColumn { from, to } => renamed_column(scene, table, (from, to), start),
        What::Redefine { from, column } if !from.eq_ignore_ascii_case(&column.name) => {
            renamed_column(scene, table, (from, &column.name), start);
        }
        What::AddColumn(column) if column.is_required() => {
            required(scene, table, column, start);
        }
        _ => {}
    }
}

fn renamed_table(scene: &mut Scene<'_>, from: &str, to: &str, start: usize) {
    let message = format!("table `{from}` becomes `{to}` under the code that runs");
    let hint = match scene.dialect() {
        Dialect::Sqlite => "stop what uses it first, or leave a view of the old name behind",
        Dialect::Postgres | Dialect::Mysql => {
            "leave a view of the old name behind until the code is deployed: CREATE VIEW"
        }
    };
    scene.found(&rules::RENAME_TABLE, start, message, hint);
}

fn renamed_column(scene: &mut Scene<'_>, table: &str, (from, to): (&str, &str), start: usize) {
    if scene
        .known
        .column(table, from)
        .is_some_and(|column| column.fresh)
    {
        return;
    }
    let message = format!("column `{table}.{from}` becomes `{to}` under the code that runs");
    let hint = "keep its name with `#[sql_name]` in `table!`; or add a column, write both, move the \
                values, and drop the old one later";
    scene.found(&rules::RENAME_COLUMN, start, message, hint);
}

fn required(scene: &mut Scene<'_>, table: &str, column: &Column, start: usize) {
    let name = &column.name;
    let (message, hint) = match scene.dialect() {
        Dialect::Mysql => (
            format!(
                "rows of `{table}` get an empty `{name}` that nobody chose, and code that does not name it cannot insert"
            ),
            "give it a DEFAULT, or add it as NULL, fill it, and make it NOT NULL later",
        ),
        Dialect::Postgres => (
            format!(
                "`{table}.{name}` is NOT NULL and has no default: it fails where there are rows"
            ),
            "give it a DEFAULT, or add it as NULL, fill it in batches, and make it NOT NULL later",
        ),
        Dialect::Sqlite => (
            format!(
                "`{table}.{name}` is NOT NULL and has no default: it fails where there are rows"
            ),
            "give it a DEFAULT",
        ),
    };
    scene.found(&rules::REQUIRED_COLUMN, start, message, hint);
}
