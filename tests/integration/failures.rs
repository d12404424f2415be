//! Bad input of every kind, and what is said about it.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

use diesel::connection::SimpleConnection as _;
use serde_json::json;

use crate::support::{Outcome, Project, USERS, applied_blog, blog};

/// A project whose second migration is the one that fails.
fn failing(up: &str) -> Project {
    Project::new()
        .migration(
            "1_good",
            "CREATE TABLE good (id INTEGER PRIMARY KEY);",
            "DROP TABLE good;",
        )
        .migration("2_bad", up, "SELECT 1;")
}

#[test]
fn an_empty_folder() {
    let project = Project::new();
    for command in [
        "showmigrations",
        "migrate",
        "check",
        "history",
        "current",
        "rollback",
    ] {
        project.run([command]).status(2).stdout("").stderr("@");
    }
    assert!(project.files().is_empty());
}

#[test]
fn an_unknown_scheme() {
    blog()
        .run(["migrate", "--database-url", "oracle://app:s3cret@db/app"])
        .status(2)
        .stdout("")
        .stderr("@");
    blog()
        .run(["migrate", "--database-url", "not a url"])
        .status(2)
        .stdout("")
        .stderr("@");
}

#[test]
fn a_password_that_breaks_the_url() {
    for password in ["p@ss", "pa/ss", "pa%ss", "pa#ss", "p:a?s s"] {
        let url = format!("postgres://app:{password}@127.0.0.1:1/app");
        let outcome = blog().env("DATABASE_URL", &url).run(["migrate"]).status(2);
        eprintln!("{password}: {}", outcome.err());
        outcome.keeps(password);
        blog()
            .env("DATABASE_URL", &url)
            .run(["settings"])
            .keeps(password);
    }
    blog()
        .env("DATABASE_URL", "postgres://app:pa%ss@127.0.0.1:1/app")
        .run(["migrate"])
        .status(2)
        .stdout("")
        .stderr("@");
    blog()
        .env("DATABASE_URL", "postgres://app:pa/ss@127.0.0.1:1/app")
        .run(["migrate"])
        .status(2)
        .stdout("")
        .stderr("@");
}

#[test]
fn a_broken_line_in_the_env_file() {
    blog()
        .file(".env", "A=1\n# a comment\nDATABASE_URL s3cret://\n")
        .run(["showmigrations"])
        .status(2)
        .stdout("")
        .stderr("@")
        .keeps("s3cret");
}

#[test]
fn an_env_file_that_is_not_there() {
    blog()
        .run(["showmigrations", "--env-file", ".env.test"])
        .status(2)
        .stdout("")
        .stderr("@");
}

#[test]
fn manage_toml_with_mistakes() {
    let run = |text: &str| {
        blog()
            .file("manage.toml", text)
            .run(["current"])
            .status(2)
            .stdout("")
    };
    run("[migrate]\nout_off_order = \"warn\"\n").stderr("@");
    run("[migrate]\nout_of_order = \"maybe\"\n").stderr("@");
    run("[migrate\n").stderr("@");
    run("[check]\nignore = \"H001\"\n").stderr("@");
}

#[test]
fn two_migrations_of_one_version() {
    let project = blog().migration("20250101000000-0000_other", "SELECT 1;", "SELECT 1;");
    for command in ["migrate", "showmigrations", "rollback", "history"] {
        project.run([command]).status(2).stdout("").stderr("@");
    }
}

#[test]
fn folders_that_are_no_migrations() {
    blog()
        .file("migrations/5_e/down.sql", "SELECT 1;")
        .run(["migrate"])
        .status(2)
        .stdout("")
        .stderr("@");
    blog()
        .file("migrations/_e/up.sql", "SELECT 1;")
        .run(["migrate"])
        .status(2)
        .stdout("")
        .stderr("@");
    blog()
        .file("migrations/.hidden/note", "")
        .file("migrations/R__views.sql", "")
        .file("migrations/README.md", "")
        .run(["migrate"])
        .success();
}

#[test]
fn files_that_cannot_run() {
    let run = |up: &[u8]| {
        let project = blog().file("migrations/9_z/up.sql", up);
        let outcome = project.run(["migrate"]).status(2).stdout("");
        assert!(!project.exists("app.db") || project.tables().is_empty());
        outcome
    };
    run(b"").stderr("@");
    run(b"SELECT 1;\n-- caf\xe9\nSELECT 2;\n").stderr("@");
}

#[test]
fn a_migration_of_comments_alone_applies() {
    Project::new()
        .migration("1_a", "-- nothing to do here\n", "-- nor here\n")
        .run(["migrate"])
        .success()
        .stdout("@")
        .stderr("");
}

#[test]
fn metadata_that_cannot_be_read() {
    let project = Project::new()
        .migration("1_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;")
        .file("migrations/1_a/metadata.toml", "run_in_transaction = no\n")
        .migration("2_b", "CREATE TABLE b (id INTEGER);", "DROP TABLE b;")
        .file("migrations/2_b/metadata.toml", "# nothing\n");
    project.run(["check"]).status(1).stdout("@");
    project.run(["migrate", "--plan"]).success().stdout("@");
    project.run(["migrate"]).success();
}

#[test]
fn a_statement_in_the_middle_fails() {
    let project = failing(
        "CREATE TABLE a (id INTEGER);\n\nCREATE TABLE b (\n    id INTEGER,\n    name TXT NOT NUL\n);\n\nCREATE TABLE c (id INTEGER);\n",
    );
    project.run(["migrate"]).status(2).stdout("@").stderr("@");
    assert_eq!(project.tables(), ["good"]);
    assert_eq!(project.ledger(), ["1"]);
}

#[test]
fn a_failure_as_json() {
    failing("CREATE TABLE a (id INTEGER);\nINSERT INTO b VALUES (1);\n")
        .run(["migrate", "--format", "json"])
        .status(2)
        .stderr("@")
        .json(&json!({
            "schema": 1,
            "error": {
                "message": "applying 2_bad failed: no such table: b",
                "hints": ["correct the file, then run `manage migrate` again"],
                "migration": "2_bad",
                "direction": "forwards",
                "file": "migrations/2_bad/up.sql",
                "line": 2,
                "column": 13,
                "statement": "INSERT INTO b VALUES (1)",
                "database_message": "no such table: b",
                "finished": ["1_good"],
                "state": "nothing of this migration stands: it was rolled back",
            },
        }));
}

#[test]
fn any_error_as_json() {
    Project::new()
        .run(["migrate", "--format", "json"])
        .status(2)
        .stderr("@")
        .json(&json!({
            "schema": 1,
            "error": {
                "message": "there is no migrations folder at `[ROOT]/migrations`",
                "hints": ["run `manage init` to start a project here, or name the folder with `--project` or `--migrations-dir`"],
            },
        }));
}

#[test]
fn failing_with_atomic_leaves_nothing() {
    let project = failing("CREATE TABEL a (id INTEGER);\n");
    project
        .run(["migrate", "--atomic"])
        .status(2)
        .stdout("@")
        .stderr("@");
    assert!(project.tables().is_empty());
    assert!(project.ledger().is_empty());
}

#[test]
fn failing_outside_a_transaction_says_what_stands() {
    let project = failing(
        "CREATE TABLE a (id INTEGER);\nCREATE TABLE b (id INTEGER);\nCREATE TABEL c (id INTEGER);\n",
    )
    .file("migrations/2_bad/metadata.toml", "run_in_transaction = false");
    project.run(["migrate"]).status(2).stdout("@").stderr("@");
    assert_eq!(project.tables(), ["a", "b", "good"]);
    assert_eq!(project.ledger(), ["1"]);
}

#[test]
fn a_trigger_of_several_statements() {
    failing(
        "CREATE TRIGGER t AFTER INSERT ON good BEGIN\n    UPDATE good SET id = 1;\n    DELETE FROM nothing WHERE;\nEND;\nSELECT 1;\n",
    )
    .run(["migrate"])
    .status(2)
    .stderr("@");
    failing(
        "CREATE TRIGGER t AFTER INSERT ON good BEGIN\n    UPDATE good SET id = 1;\nEND;\nSELECT * FROM nothing;\n",
    )
    .run(["migrate"])
    .status(2)
    .stderr("@");
}

#[test]
fn in_the_first_and_in_the_last_line() {
    failing("SLECT 1;\nSELECT 2;\n")
        .run(["migrate"])
        .status(2)
        .stderr("@");
    failing("SELECT 1;\nSELECT 2;\nSLECT 3")
        .run(["migrate"])
        .status(2)
        .stderr("@");
}

#[test]
fn in_a_long_statement() {
    let columns: String = (0..60)
        .map(|n| format!("    column_{n} INTEGER,\n"))
        .collect();
    let up = format!(
        "CREATE TABLE long (\n{columns}    broken INTEGR NOT NOLL,\n{columns}    id INTEGER\n);\n"
    );
    failing(&up).run(["migrate"]).status(2).stderr("@");
    let line = format!("SELECT {}nothing FROM good;\n", "1, ".repeat(120));
    failing(&line).run(["migrate"]).status(2).stderr("@");
}

#[test]
fn in_a_file_from_windows_with_tabs_and_unicode() {
    failing("-- größer\r\nCREATE TABLE a (\r\n\tid INTEGER,\r\n\tname TXT NOT NUL\r\n);\r\n")
        .run(["migrate"])
        .status(2)
        .stderr("@");
    failing("SELECT 'größe', '表', nothing FROM good;\n")
        .run(["migrate"])
        .status(2)
        .stderr("@");
}

#[test]
fn a_file_that_ends_in_the_middle() {
    failing("CREATE TABLE a (id INTEGER\n")
        .run(["migrate"])
        .status(2)
        .stderr("@");
    failing("SELECT 'never closed;\nSELECT 1;\n")
        .run(["migrate"])
        .status(2)
        .stderr("@");
}

#[test]
fn a_table_that_is_there_already() {
    let project = blog();
    project
        .connect()
        .batch_execute("CREATE TABLE users (id INTEGER)")
        .unwrap();
    project.run(["migrate"]).status(2).stdout("@").stderr("@");
    project.run(["migrate", USERS, "--fake"]).success();
    project.run(["migrate"]).success();
}

#[test]
fn a_statement_that_refuses_transactions() {
    let project = failing("VACUUM;\n");
    project.run(["migrate"]).status(2).stderr("@");
    project.write(
        "migrations/2_bad/metadata.toml",
        "run_in_transaction = false\n",
    );
    project.run(["migrate"]).success();
}

#[test]
fn a_commit_in_a_migration() {
    let project = failing("CREATE TABLE a (id INTEGER);\nCOMMIT;\nCREATE TABLE b (id INTEGER);\n");
    project.run(["migrate"]).status(2).stdout("@").stderr("@");
    eprintln!("{:?} {:?}", project.tables(), project.ledger());
    let project =
        failing("CREATE TABLE a (id INTEGER);\nBEGIN;\nCREATE TABLE b (id INTEGER);\nCOMMIT;\n");
    project.run(["migrate"]).status(2).stdout("@").stderr("@");
    eprintln!("{:?} {:?}", project.tables(), project.ledger());
}

#[test]
fn a_database_that_somebody_writes_to() {
    let project = applied_blog().migration("4_d", "CREATE TABLE d (id INTEGER);", "DROP TABLE d;");
    let mut other = project.connect();
    other
        .batch_execute("BEGIN IMMEDIATE; CREATE TABLE theirs (id INTEGER)")
        .unwrap();
    project.run(["showmigrations"]).success();
    project.run(["migrate"]).status(2).stdout("@").stderr("@");
    other.batch_execute("ROLLBACK").unwrap();
    project.run(["migrate"]).success();
}

#[test]
fn a_database_that_somebody_has_for_himself() {
    let project = applied_blog();
    let mut other = project.connect();
    other.batch_execute("BEGIN EXCLUSIVE").unwrap();
    project
        .run(["showmigrations"])
        .status(2)
        .stdout("")
        .stderr("@");
    other.batch_execute("ROLLBACK").unwrap();
}

#[test]
fn a_file_that_is_no_database() {
    let project = blog().file("app.db", "this is a text, and longer than the header of a database is, which has one hundred bytes in all");
    project
        .run(["showmigrations"])
        .status(2)
        .stdout("")
        .stderr("@");
    project.run(["migrate"]).status(2).stdout("").stderr("@");
    let project = blog().folder("app.db");
    project.run(["migrate"]).status(2).stdout("").stderr("@");
}

#[test]
fn a_database_in_a_folder_that_is_not_there() {
    let project = blog().env("DATABASE_URL", "sqlite://data/app.db");
    project.run(["showmigrations", "-q"]).success().stderr("");
    project.run(["migrate"]).status(2).stdout("").stderr("@");
}

/// Runs `manage` as nobody, for root may write everywhere.
fn as_nobody(project: &Project, args: &[&str]) -> Option<Outcome> {
    let manage = project.path("manage");
    if !manage.exists() {
        fs::copy(env!("CARGO_BIN_EXE_manage"), &manage).unwrap();
    }
    fs::set_permissions(project.root(), fs::Permissions::from_mode(0o755)).unwrap();
    let is_root = fs::write(project.path("probe"), "").is_ok()
        && Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let mut command = if is_root {
        let mut command = project.program("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        command.arg(&manage);
        command
    } else {
        project.program(&manage)
    };
    Some(project.finish(command.args(args)))
}

#[test]
fn a_database_file_that_takes_no_writes() {
    let project = blog();
    project.run(["migrate", "+1"]).success();
    fs::set_permissions(project.path("app.db"), fs::Permissions::from_mode(0o444)).unwrap();
    as_nobody(&project, &["showmigrations"])
        .unwrap()
        .success()
        .stdout("@")
        .stderr("@");
    as_nobody(&project, &["migrate"])
        .unwrap()
        .status(2)
        .stdout("@")
        .stderr("@");
}

#[test]
fn a_folder_that_takes_no_files() {
    let project = blog();
    as_nobody(&project, &["showmigrations", "-q"])
        .unwrap()
        .success()
        .stderr("");
    fs::set_permissions(project.root(), fs::Permissions::from_mode(0o555)).unwrap();
    as_nobody(&project, &["migrate"])
        .unwrap()
        .status(2)
        .stdout("")
        .stderr("@");
    as_nobody(&project, &["makemigrations", "x"])
        .unwrap()
        .status(2)
        .stdout("")
        .stderr("@");
}

#[test]
fn a_database_that_nobody_may_read() {
    let project = applied_blog();
    fs::set_permissions(project.path("app.db"), fs::Permissions::from_mode(0o000)).unwrap();
    as_nobody(&project, &["showmigrations"])
        .unwrap()
        .status(2)
        .stdout("")
        .stderr("@");
}
