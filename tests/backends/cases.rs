//! Golden migrations: models before and after, and the SQL between them on each engine, executed both
//! ways on a real database with rows in it.
//!
//! A case is a folder of `tests/cases`:
//!
//! | file | holds |
//! |---|---|
//! | `before.rs`, `after.rs` | the models |
//! | `by_hand.sql` | what is added by hand to the migration that `before.rs` leads to: comments, triggers, views |
//! | `start.sql` | a migration written by hand, older than the one that `before.rs` leads to |
//! | `manage.toml` | the project's settings |
//! | `args` | further arguments of `makemigrations`, one per line |
//! | `rows.sql` | rows that are there when the change comes |
//! | `query.sql`, `query_after.sql` | what must give the same before, after it, and after its undoing |
//! | `ENGINE/up.sql`, `ENGINE/down.sql` | what is written, without the header; empty where there is nothing to do |
//!
//! Every file may be an engine's own: `rows.ENGINE.sql` wins over `rows.sql`.
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
    arrays
    check_added
    check_changed
    check_dropped
    check_renamed
    collation_changed
    create_many_tables
    create_table
    create_table_self_reference
    create_tables_in_a_circle
    default_added
    default_changed
    default_expression
    default_removed
    domain
    drop_column
    drop_column_indexed
    drop_column_referring
    drop_column_required
    drop_table
    drop_tables_in_a_circle
    enum_created
    enum_dropped
    enum_from_text
    enum_label_default
    enum_label_last
    enum_label_middle
    enum_label_removed
    enum_labels_reordered
    enum_renamed
    extension_citext
    extension_hstore
    foreign_key_actions
    foreign_key_added
    foreign_key_column_added
    foreign_key_composite
    foreign_key_deferrable
    foreign_key_dropped
    foreign_key_renamed
    foreign_key_self
    foreign_key_to_unique
    generated_added
    generated_changed
    generated_stored_to_virtual
    generated_to_plain
    generated_virtual_added
    identity_added
    index_added
    index_changed
    index_collation
    index_dropped
    index_expression
    index_fulltext
    index_include
    index_made_unique
    index_method
    index_method_changed
    index_of_renamed_column
    index_partial
    index_prefix_changed
    index_renamed
    joinable_added
    joinable_beside_directives
    joinable_new_tables
    joinable_of_foreign_key
    kept_comments
    kept_triggers_and_views
    longest_names
    many_changes_of_a_table
    many_tables_changed
    mysql_enum_label_added
    mysql_enum_label_removed
    mysql_foreign_key_index_dropped
    mysql_on_update
    mysql_set_labels
    mysql_types
    mysql_unique_under_foreign_key
    mysql_unsigned
    null_to_required
    null_to_required_default
    odd_names
    primary_key_added
    primary_key_narrowed
    primary_key_other_column
    primary_key_type
    primary_key_widened
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
    schema_added
    schema_emptied
    schema_foreign_keys
    serial_added
    serial_removed
    serial_to_identity
    sqlite_autoincrement
    sqlite_children
    sqlite_children_enforced
    sqlite_cycle
    sqlite_rebuild_indexes
    sqlite_self_reference
    sqlite_triggers_and_views
    sqlite_without_rowid_and_strict
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
    unique_added
    unique_becomes_index
    unique_changed
    unique_deferrable
    unique_dropped
    unique_nulls_not_distinct
    unique_renamed
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
        let own = match name.split_once('.') {
            Some((stem, extension)) => format!("{stem}.{}.{extension}", self.engine),
            None => format!("{name}.{}", self.engine),
        };
        let own = self.folder.join(own);
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
    if let Some(settings) = case.file("manage.toml") {
        project.write("manage.toml", &settings);
    }
    if let Some(start) = case.file("start.sql") {
        project.migration("2020-01-01-000000-0000_by_hand", &start, "SELECT 1;\n");
        project.succeed(&["migrate", "-q"]);
    }
    let before = case.file("before.rs").unwrap_or_default();
    if !before.trim().is_empty() {
        project.write("src/schema.rs", &before);
        project.succeed(&["makemigrations", "-m", "start"]);
        if let Some(more) = case.file("by_hand.sql") {
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

    project.write("src/schema.rs", &case.file("after.rs").unwrap());
    let more = case.file("args").unwrap_or_default();
    let known = newest(project.migrations());
    let mut args = vec!["makemigrations", "--no-input", "-m", "change"];
    args.extend(more.lines());
    project.succeed(&args);
    let folder = newest(project.migrations()).filter(|folder| Some(folder) != known.as_ref());
    for direction in ["up.sql", "down.sql"] {
        let written = folder
            .as_ref()
            .map(|folder| without_header(&fs::read_to_string(folder.join(direction)).unwrap()));
        let written = written.unwrap_or_default();
        let golden = case.folder.join(case.engine).join(direction);
        if updating {
            fs::create_dir_all(golden.parent().unwrap()).unwrap();
            fs::write(&golden, &written).unwrap();
        } else {
            let expected = fs::read_to_string(&golden).unwrap();
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

    if folder.is_none() {
        return;
    }
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

/// What `makemigrations` compares the models with agrees with them.
pub fn nothing_to_do(project: &Project, against: &str) {
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
