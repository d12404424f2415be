//! Golden migrations: models before and after, and the SQL between them on each engine, executed both
//! ways on a real database with rows in it.
//!
//! A case is a folder of `tests/cases`:
//!
//! | file | holds |
//! |---|---|
//! | `before.rs`, `after.rs` | the models; `before.ENGINE.rs` and `after.ENGINE.rs` win where they stand |
//! | `start.sql` | what is added by hand to the first migration: comments, triggers, views |
//! | `args` | further arguments of `makemigrations`, one per line |
//! | `rows.sql` | rows that are there when the change comes |
//! | `query.sql`, `query_after.sql` | what must give the same before, after it, and after its undoing |
//! | `ENGINE/up.sql`, `ENGINE/down.sql` | what is written, without the header |
//!
//! An engine without a folder is not tried, unless `MANAGE_TEST_UPDATE=1` is set: that writes what
//! `makemigrations` says into the folders, for a person to read through (`only` lists engines where
//! not all are meant).

use std::{
    fs,
    path::{Path, PathBuf},
};

use pretty_assertions::assert_eq;

use crate::{
    project::{Project, repository},
    support::services::Server,
};

/// One test per case and server, and one that no folder is forgotten.
macro_rules! cases {
    ($($case:ident)+) => {
        $(mod $case {
            contract!(@case $case [sqlite Sqlite, postgres Postgres, postgres2 Postgres2, mariadb Mariadb]);
        })+

        #[test]
        fn every_case_is_tried() {
            let mut named = vec![$(stringify!($case)),+];
            named.sort_unstable();
            let folders = fs::read_dir(repository().join("tests/cases")).unwrap();
            let mut folders: Vec<String> = folders
                .map(|folder| folder.unwrap().file_name().into_string().unwrap())
                .collect();
            folders.sort_unstable();
            assert_eq!(named, folders);
        }
    };
}

cases! {
    add_column
    add_column_default
    add_column_from_another
    add_column_referring
    add_column_required
    collation_changed
    create_many_tables
    create_table
    create_table_self_reference
    create_tables_in_a_circle
    default_added
    default_changed
    default_expression
    default_removed
    drop_column
    drop_column_indexed
    drop_column_referring
    drop_column_required
    drop_table
    drop_tables_in_a_circle
    generated_added
    generated_changed
    generated_stored_to_virtual
    generated_to_plain
    generated_virtual_added
    identity_added
    kept_comments
    kept_triggers_and_views
    longest_names
    many_changes_of_a_table
    many_tables_changed
    mysql_on_update
    mysql_types
    mysql_unsigned
    null_to_required
    null_to_required_default
    odd_names
    rename_column
    rename_column_and_type
    rename_column_referred_to
    rename_column_referring
    rename_column_used
    rename_columns_in_a_row
    rename_table
    rename_table_and_column
    rename_table_referred_to
    rename_tables_in_a_row
    required_to_null
    serial_added
    serial_removed
    serial_to_identity
    type_and_default
    type_bool_to_int
    type_int_to_bigint
    type_int_to_text
    type_numeric
    type_primary_key
    type_referred_key
    type_text_to_int
    type_timestamp_to_date
    type_varchar_longer
    type_varchar_shorter
    type_varchar_to_text
}

/// The engine whose folder holds what a server is to say.
fn engine(server: Server) -> &'static str {
    match server {
        Server::Sqlite => "sqlite",
        Server::Postgres | Server::Postgres2 => "postgres",
        Server::Mariadb => "mariadb",
    }
}

struct Case {
    folder: PathBuf,
    engine: &'static str,
}

impl Case {
    /// A file of the case, the engine's own before the common one.
    fn file(&self, name: &str) -> Option<String> {
        let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
        let own = self
            .folder
            .join(format!("{stem}.{}.{extension}", self.engine));
        fs::read_to_string(own)
            .or_else(|_| fs::read_to_string(self.folder.join(name)))
            .ok()
    }

    fn is_meant(&self, updating: bool) -> bool {
        match self.file("only") {
            Some(only) => only.split_whitespace().any(|name| name == self.engine),
            None => updating || self.folder.join(self.engine).is_dir(),
        }
    }
}

/// Everything a golden case promises.
pub fn golden(name: &str, server: Server) {
    let case = Case {
        folder: repository().join("tests/cases").join(name),
        engine: engine(server),
    };
    let updating = std::env::var_os("MANAGE_TEST_UPDATE").is_some();
    if !case.is_meant(updating) {
        return;
    }
    let project = Project::new(server);
    // What a replay leads to is kept under Cargo's folder alone.
    project.write("target/CACHEDIR.TAG", "");
    let before = case.file("before.rs").unwrap_or_default();
    if !before.trim().is_empty() {
        project.write("src/schema.rs", &before);
        project.succeed(&["makemigrations", "-m", "start"]);
        if let Some(more) = case.file("start.sql") {
            let up = newest(project.migrations()).unwrap().join("up.sql");
            let made = fs::read_to_string(&up).unwrap();
            fs::write(&up, format!("{made}\n{more}")).unwrap();
        }
        project.succeed(&["migrate", "-q"]);
    }
    if let Some(rows) = case.file("rows.sql") {
        project.database.execute(&rows);
    }
    let query = case.file("query.sql");
    let rows = query.as_ref().map(|query| project.database.query(query));
    let start = in_any_order(&project.succeed(&["inspectdb"]));
    let first = newest(project.migrations());

    project.write("src/schema.rs", &case.file("after.rs").unwrap());
    let more = case.file("args").unwrap_or_default();
    let mut args = vec!["makemigrations", "--no-input", "-m", "change"];
    args.extend(more.lines());
    project.succeed(&args);
    let folder = newest(project.migrations());
    assert_ne!(first, folder, "there is nothing to change");
    for direction in ["up.sql", "down.sql"] {
        let written =
            without_header(&fs::read_to_string(folder.as_ref().unwrap().join(direction)).unwrap());
        let golden = case.folder.join(case.engine).join(direction);
        if updating {
            fs::create_dir_all(golden.parent().unwrap()).unwrap();
            fs::write(&golden, &written).unwrap();
        } else {
            let expected = fs::read_to_string(&golden).unwrap_or_default();
            assert_eq!(expected, written, "{}", golden.display());
        }
    }

    project.succeed(&["migrate", "-q"]);
    nothing_to_do(&project, "migrations");
    nothing_to_do(&project, "database");
    let after = case.file("query_after.sql").or_else(|| query.clone());
    if let Some(after) = &after {
        assert_eq!(
            rows.as_ref(),
            Some(&project.database.query(after)),
            "after up.sql"
        );
    }
    project.write("src/schema.rs", &project.succeed(&["inspectdb"]));
    nothing_to_do(&project, "database");

    project.succeed(&["rollback", "-q"]);
    let back = in_any_order(&project.succeed(&["inspectdb"]));
    assert_eq!(start, back, "after down.sql");
    if let Some(query) = &query {
        assert_eq!(
            rows.as_ref(),
            Some(&project.database.query(query)),
            "after down.sql"
        );
    }
    project.succeed(&["migrate", "-q"]);
}

fn nothing_to_do(project: &Project, against: &str) {
    let run = project.manage(&["makemigrations", "--check", "--against", against]);
    assert_eq!(
        (run.status, run.stdout.trim()),
        (0, "No changes detected."),
        "{run:?}"
    );
}

/// Models with each table's columns sorted: a column that comes back comes last.
fn in_any_order(models: &str) -> String {
    let mut sorted = String::new();
    let mut columns: Vec<String> = Vec::new();
    let mut column = String::new();
    for line in models.split_inclusive('\n') {
        if line.starts_with("        ") {
            column.push_str(line);
            if line.contains(" -> ") && line.ends_with(",\n") {
                columns.push(std::mem::take(&mut column));
            }
        } else {
            columns.sort_unstable();
            sorted.extend(columns.drain(..));
            sorted.push_str(line);
        }
    }
    sorted
}

/// The folder of the newest migration, where there is one.
fn newest(migrations: &Path) -> Option<PathBuf> {
    let folders = fs::read_dir(migrations).unwrap();
    let folders = folders
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir());
    folders.max()
}

/// A file's text behind the comment block that opens it.
fn without_header(text: &str) -> String {
    text.split_once("\n\n")
        .map_or(text, |(_, sql)| sql)
        .to_owned()
}
