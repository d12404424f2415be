//! Golden migrations: models before and after, and the SQL between them on each engine, executed both
//! ways on a real database with rows in it.
//!
//! A case is a folder of `tests/cases`:
//!
//! | file | holds |
//! |---|---|
//! | `before.rs`, `after.rs` | the models; `before.ENGINE.rs` and `after.ENGINE.rs` win where they stand |
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
    let before = case.file("before.rs").unwrap_or_default();
    if !before.trim().is_empty() {
        project.write("src/schema.rs", &before);
        project.succeed(&["makemigrations", "-m", "start"]);
        project.succeed(&["migrate", "-q"]);
    }
    if let Some(rows) = case.file("rows.sql") {
        project.database.execute(&rows);
    }
    let query = case.file("query.sql");
    let rows = query.as_ref().map(|query| project.database.query(query));
    let start = project.succeed(&["inspectdb"]);

    project.write("src/schema.rs", &case.file("after.rs").unwrap());
    let more = case.file("args").unwrap_or_default();
    let mut args = vec!["makemigrations", "--no-input", "-m", "change"];
    args.extend(more.lines());
    project.succeed(&args);
    let folder = newest(project.migrations());
    for direction in ["up.sql", "down.sql"] {
        let written = without_header(&fs::read_to_string(folder.join(direction)).unwrap());
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
    nothing_to_do(&project);
    let after = case.file("query_after.sql").or_else(|| query.clone());
    if let Some(after) = &after {
        assert_eq!(
            rows.as_ref(),
            Some(&project.database.query(after)),
            "after up.sql"
        );
    }
    project.write("src/schema.rs", &project.succeed(&["inspectdb"]));
    nothing_to_do(&project);

    project.succeed(&["rollback", "-q"]);
    assert_eq!(start, project.succeed(&["inspectdb"]), "after down.sql");
    if let Some(query) = &query {
        assert_eq!(
            rows.as_ref(),
            Some(&project.database.query(query)),
            "after down.sql"
        );
    }
    project.succeed(&["migrate", "-q"]);
}

/// Neither the migrations nor the database have anything that the models have not.
pub fn nothing_to_do(project: &Project) {
    for against in ["migrations", "database"] {
        let run = project.manage(&["makemigrations", "--check", "--against", against]);
        assert_eq!(
            (run.status, run.stdout.trim()),
            (0, "No changes detected."),
            "{run:?}"
        );
    }
}

/// The folder of the newest migration.
fn newest(migrations: &Path) -> PathBuf {
    let folders = fs::read_dir(migrations).unwrap();
    let folders = folders
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir());
    folders.max().expect("a migration")
}

/// A file's text behind the comment block that opens it.
fn without_header(text: &str) -> String {
    text.split_once("\n\n")
        .map_or(text, |(_, sql)| sql)
        .to_owned()
}
