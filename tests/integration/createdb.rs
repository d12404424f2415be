use serde_json::json;

use crate::support::{Project, applied_blog, blog};

#[test]
fn a_file_is_created_once() {
    let project = blog();
    project
        .run(["createdb"])
        .success()
        .stdout(
            "
            Created database app.db.
            ",
        )
        .stderr("");
    assert!(project.exists("app.db"));
    project
        .run(["createdb"])
        .success()
        .stdout(
            "
            Database app.db exists already.
            ",
        )
        .stderr("");
}

#[test]
fn dropping_needs_a_yes() {
    let project = applied_blog();
    project.run(["dropdb"]).status(2).stdout("").stderr(
        "
        error: dropping database app.db and everything in it (sqlite://[ROOT]/app.db) needs a yes, and there is no terminal to ask at

        hint: `--yes` says it in advance
        ",
    );
    project
        .run(["dropdb", "--no-input"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: dropping database app.db and everything in it (sqlite://[ROOT]/app.db) needs a yes, and there is no terminal to ask at

            hint: `--yes` says it in advance
            ",
        );
    assert!(project.exists("app.db"));
    project
        .run(["dropdb", "--yes"])
        .success()
        .stdout(
            "
            Dropped database app.db.
            ",
        )
        .stderr("");
    assert!(!project.exists("app.db"));
    project
        .run(["dropdb", "--yes"])
        .success()
        .stdout(
            "
            Database app.db does not exist.
            ",
        )
        .stderr("");
}

#[test]
fn a_terminal_is_asked() {
    let project = applied_blog();
    for no in ["n\n", "\n", "yikes\n", "\u{4}"] {
        project
            .terminal("\"$MANAGE\" dropdb --color never", no)
            .status(2);
        assert!(project.exists("app.db"), "{no:?}");
    }
    project
        .terminal("\"$MANAGE\" dropdb --color never", "n\n")
        .status(2)
        .stdout(
            "
            ? dropping database app.db and everything in it (sqlite://[ROOT]/app.db). Go on? [y/N] n
            error: nothing was done
            ",
        );
    project
        .terminal("\"$MANAGE\" dropdb --color never", "y\n")
        .success()
        .stdout(
            "
            ? dropping database app.db and everything in it (sqlite://[ROOT]/app.db). Go on? [y/N] y
            Dropped database app.db.
            ",
        );
    assert!(!project.exists("app.db"));
}

#[test]
fn the_journals_go_with_the_file() {
    let project = Project::new()
        .file("app.db", "")
        .file("app.db-wal", "")
        .file("app.db-shm", "")
        .file("app.db-journal", "");
    project.run(["dropdb", "-y"]).success();
    assert!(project.files().is_empty());
}

#[test]
fn only_a_database_is_dropped() {
    let project = Project::new().file("notes.db", "not a database");
    project
        .run(["dropdb", "--yes", "--database-url", "sqlite://notes.db"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: sqlite://[ROOT]/notes.db is not a SQLite database

            hint: `manage settings` shows where the path comes from
            ",
        );
    assert_eq!(project.read("notes.db"), "not a database");
}

#[test]
fn as_json() {
    let project = blog();
    let answer = |command: &str, key: &str, value: bool| json!({ "schema": 1, "command": command, "database": "app.db", key: value });
    for created in [true, false] {
        project
            .run(["createdb", "--format", "json"])
            .success()
            .json(&answer("createdb", "created", created));
    }
    for dropped in [true, false] {
        project
            .run(["dropdb", "--yes", "--format", "json"])
            .success()
            .json(&answer("dropdb", "dropped", dropped));
    }
}

#[test]
fn a_folder_that_is_not_there() {
    Project::new()
        .env("DATABASE_URL", "sqlite://data/app.db")
        .run(["createdb"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: the folder of sqlite://[ROOT]/data/app.db does not exist

            hint: create the folder, or correct the path: it counts from the project root
            ",
        );
}
