//! What locks tables in MySQL, MariaDB and SQLite; PostgreSQL's are found by squawk.

use super::{
    action::{Action, IndexKind, What},
    column::{Column, Generated},
    known::Known,
    reading::{NewIndex, Reading},
    rebuild::Rebuild,
    rules,
    scene::{Danger, Scene},
    types::{self, Difference},
};
use crate::backend::statements::{Dialect, Statement};

const ONLINE: &str = "add `ALGORITHM=INPLACE, LOCK=NONE`: the server then refuses what would block";
const COPY_TOOL: &str = "run it when nobody writes, or by gh-ost or pt-online-schema-change";

/// What keeps others waiting.
pub(super) fn judge(scene: &mut Scene<'_>) {
    match scene.dialect() {
        Dialect::Mysql => mysql(scene),
        Dialect::Sqlite => sqlite(scene),
        Dialect::Postgres => {}
    }
    if let Reading::Heavy { what, table } = scene.reading
        && !table
            .as_deref()
            .is_some_and(|table| scene.known.is_fresh(table))
    {
        heavy(scene, what, table.as_deref());
    }
}

/// What it means that a table is built anew.
pub(super) fn of_rebuild(
    statements: &[Statement<'_>],
    known: &Known,
    rebuild: &Rebuild,
) -> Option<Danger> {
    if known.is_fresh(&rebuild.table) {
        return None;
    }
    let table = &rebuild.table;
    let first = &statements[rebuild.first()];
    let (rule, message, hint) = match first.dialect {
        Dialect::Sqlite => (
            &rules::REBUILD,
            format!(
                "`{table}` is built anew: all its rows are copied, and nobody else writes to the file"
            ),
            "where the table is large, migrate when nobody writes, and keep a copy (`manage migrate --backup`)",
        ),
        Dialect::Postgres | Dialect::Mysql => (
            &rules::TABLE_REWRITE,
            format!(
                "`{table}` is built anew: all its rows are copied, and what is written meanwhile is lost"
            ),
            COPY_TOOL,
        ),
    };
    Some(Danger {
        rule,
        at: first.start,
        message,
        hint: hint.to_owned(),
    })
}

fn heavy(scene: &mut Scene<'_>, what: &'static str, table: Option<&str>) {
    let on = table.map_or_else(String::new, |table| format!(" on `{table}`"));
    let hint = match what {
        "REINDEX" if scene.dialect() == Dialect::Postgres => {
            "REINDEX ... CONCURRENTLY, in a migration that runs outside a transaction"
        }
        "REFRESH MATERIALIZED VIEW" => {
            "REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index on the view"
        }
        "VACUUM FULL" | "CLUSTER" => "use pg_repack, or run it when nobody works",
        "LOCK TABLE" => {
            "leave it out: statements take the locks they need, and `--lock-timeout` bounds the wait"
        }
        "OPTIMIZE TABLE" => "leave it out of migrations, and run it when nobody works",
        _ => "leave it out of migrations, and run it when nobody else uses the file",
    };
    let message = format!("`{what}`{on} keeps others out until it is done");
    scene.found(&rules::HEAVY, 0, message, hint);
}

fn sqlite(scene: &mut Scene<'_>) {
    let Reading::CreateIndex(index) = scene.reading else {
        return;
    };
    // What a table had when it was built anew, it had before.
    if scene.known.is_fresh(&index.table) || scene.known.is_rebuilt(&index.table) {
        return;
    }
    let table = &index.table;
    if index.kind == IndexKind::Unique {
        let message = format!("the index fails where two rows of `{table}` are alike");
        let hint = "look for equal rows first: SELECT ... GROUP BY ... HAVING count(*) > 1";
        scene.found(&rules::UNIQUE, 0, message, hint);
    }
    let message = format!("nobody else writes to the file while the index on `{table}` is built");
    let hint = "where the table is large, migrate when nobody writes";
    scene.found(&rules::INDEX_LOCKS_FILE, 0, message, hint);
}

fn mysql(scene: &mut Scene<'_>) {
    let (reading, known) = (scene.reading, scene.known);
    match reading {
        Reading::CreateTable(table) => {
            for (column, start) in table.columns.iter().flatten() {
                traps(scene, &table.name, column, *start);
            }
        }
        Reading::AlterTable { table, actions } => {
            for action in actions {
                if let What::AddColumn(column) = &action.what {
                    traps(scene, table, column, action.start);
                }
            }
            if !known.is_fresh(table) {
                altered(scene, table, actions);
            }
        }
        Reading::CreateIndex(index) if !known.is_fresh(&index.table) => {
            new_index(scene, index);
        }
        _ => {}
    }
}

/// What MySQL reads in another way than it looks.
fn traps(scene: &mut Scene<'_>, table: &str, column: &Column, start: usize) {
    let name = &column.name;
    if column.references {
        let message = format!(
            "MySQL before 9.0 ignores the REFERENCES of `{table}.{name}`, MariaDB before 10.5 too"
        );
        let hint = format!("write FOREIGN KEY ({name}) REFERENCES ... behind the columns");
        scene.found(&rules::REFERENCE_IGNORED, start, message, hint);
    }
    let silent = column.default.is_none() && !column.null && !column.on_update;
    if column.sql_type.starts_with("timestamp") && silent && column.generated.is_none() {
        let message =
            format!("`{table}.{name}` may become NOT NULL, and the current time at each update");
        let hint =
            "say NULL or a DEFAULT: `explicit_defaults_for_timestamp` is off in older servers";
        scene.found(&rules::IMPLICIT_TIMESTAMP, start, message, hint);
    }
}

/// How a statement asks to be run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// The server refuses it where it would block.
    Online,
    /// It asks for a copy or a lock.
    Blocking,
    Nothing,
}

fn asked(actions: &[Action]) -> (Asked, usize) {
    let mut asked = (Asked::Nothing, 0);
    for action in actions {
        match &action.what {
            What::Algorithm(how) if how == "COPY" => return (Asked::Blocking, action.start),
            What::Lock(how) if how == "SHARED" || how == "EXCLUSIVE" => {
                return (Asked::Blocking, action.start);
            }
            What::Algorithm(how) if how != "DEFAULT" => asked = (Asked::Online, action.start),
            What::Lock(how) if how == "NONE" => asked = (Asked::Online, action.start),
            _ => {}
        }
    }
    asked
}

fn altered(scene: &mut Scene<'_>, table: &str, actions: &[Action]) {
    let (asked, at) = asked(actions);
    if asked == Asked::Blocking {
        let message =
            format!("nobody writes to `{table}` while this runs, for it asks for a copy or a lock");
        scene.found(&rules::TABLE_REWRITE, at, message, ONLINE);
    }
    for action in actions {
        if let What::AddIndex(IndexKind::Unique) = &action.what {
            unique(scene, table, action.start);
        }
    }
    if asked != Asked::Nothing {
        return;
    }
    let found = scene.dangers.len();
    for action in actions {
        blocking(scene, table, action);
    }
    let blocks = scene.dangers[found..]
        .iter()
        .any(|danger| danger.rule != &rules::SET_NOT_NULL);
    let counts = |action: &Action| !matches!(action.what, What::RenameTable(_) | What::LoseRows(_));
    let changes = actions.iter().any(counts);
    if !blocks && changes {
        unsaid(scene, table);
    }
}

fn unsaid(scene: &mut Scene<'_>, table: &str) {
    let message = format!("nothing says that `{table}` stays writable meanwhile");
    scene.found(&rules::ONLINE_UNSAID, 0, message, ONLINE);
}

fn unique(scene: &mut Scene<'_>, table: &str, start: usize) {
    let message = format!("it fails where two rows of `{table}` are alike");
    let hint = "look for equal rows first: SELECT ... GROUP BY ... HAVING COUNT(*) > 1";
    scene.found(&rules::UNIQUE, start, message, hint);
}

fn blocking(scene: &mut Scene<'_>, table: &str, action: &Action) {
    let start = action.start;
    match &action.what {
        What::AddForeignKey => {
            let message = format!(
                "`{table}` is copied and its rows are checked while nobody can write to it"
            );
            let hint = "SET foreign_key_checks = 0 around it makes it INPLACE, and checks no rows; or use \
                        a tool that copies online";
            scene.found(&rules::FOREIGN_KEY, start, message, hint);
        }
        What::AddCheck { .. } => {
            let message = format!(
                "`{table}` is copied and its rows are checked while nobody can write to it"
            );
            scene.found(&rules::CHECK, start, message, COPY_TOOL);
        }
        What::AddPrimaryKey | What::DropPrimaryKey => {
            let message = format!("`{table}` is written anew in the order of its primary key");
            let hint = "drop and add the key in one ALTER TABLE with ALGORITHM=INPLACE, LOCK=NONE";
            scene.found(&rules::PRIMARY_KEY, start, message, hint);
        }
        What::AddIndex(IndexKind::Special) => {
            let message = format!("nobody writes to `{table}` while the index is built");
            scene.found(&rules::INDEX_BLOCKS, start, message, COPY_TOOL);
        }
        What::Rewrite(what) => {
            let message = format!("`{table}` is written anew: {what}");
            scene.found(&rules::TABLE_REWRITE, start, message, COPY_TOOL);
        }
        What::AddColumn(column) if column.generated == Some(Generated::Stored) => {
            let message = format!(
                "`{table}` is written anew, with `{}` computed for each row",
                column.name
            );
            let hint = "make it VIRTUAL, which is computed when it is read";
            scene.found(&rules::ROW_DEFAULT, start, message, hint);
        }
        What::AddColumn(column) if column.generated == Some(Generated::Counted) => {
            let message = format!("`{table}` is written anew, with a number for each row");
            scene.found(&rules::ROW_DEFAULT, start, message, COPY_TOOL);
        }
        What::Redefine { from, column } => redefined(scene, table, from, column, start),
        _ => {}
    }
}

fn redefined(scene: &mut Scene<'_>, table: &str, from: &str, column: &Column, start: usize) {
    let (known, name): (&Known, _) = (scene.known, &column.name);
    let before = known.column(table, from);
    let difference = before.map_or(Difference::Other, |before| {
        types::compare(Dialect::Mysql, &before.sql_type, &column.sql_type)
    });
    if column.not_null && before.is_some_and(|before| !before.not_null) {
        let message =
            format!("`{table}.{name}` becomes NOT NULL: rows without a value make it fail");
        let hint = "fill the rows first, and deploy code that no longer writes NULL";
        scene.found(&rules::SET_NOT_NULL, start, message, hint);
    }
    // A name alone changes at once; where the type before is unknown, it is taken for the same.
    let only_named = before.is_none() && !from.eq_ignore_ascii_case(name);
    if matches!(difference, Difference::Other | Difference::Narrower) && !only_named {
        let unless = if before.is_some() {
            ""
        } else {
            ", unless its type stays"
        };
        let message = format!(
            "`{table}` is copied to change `{name}`, and nobody writes to it meanwhile{unless}"
        );
        let hint = match before {
            Some(_) => COPY_TOOL,
            None => "add `ALGORITHM=INSTANT`, which the server refuses where it has to copy",
        };
        scene.found(&rules::COLUMN_TYPE, start, message, hint);
    }
}

fn new_index(scene: &mut Scene<'_>, index: &NewIndex) {
    let table = &index.table;
    if index.kind == IndexKind::Unique {
        unique(scene, table, 0);
    }
    match asked(&index.online) {
        (Asked::Online, _) => {}
        (Asked::Blocking, at) => {
            let message = format!(
                "nobody writes to `{table}` while the index is built, for it asks for a lock"
            );
            scene.found(&rules::INDEX_BLOCKS, at, message, ONLINE);
        }
        (Asked::Nothing, _) if index.kind == IndexKind::Special => {
            let message = format!("nobody writes to `{table}` while the index is built");
            scene.found(&rules::INDEX_BLOCKS, 0, message, COPY_TOOL);
        }
        (Asked::Nothing, _) => unsaid(scene, table),
    }
}
