//! Bad input of every kind, and what is said about it.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command, thread, time::Duration};

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
        project.run([command]).status(2).stdout("").stderr(
            "
            error: there is no migrations folder at `[ROOT]/migrations`

            hint: run `manage init` to start a project here, or name the folder with `--project` or `--migrations-dir`
            ",
        );
    }
    assert!(project.files().is_empty());
}

#[test]
fn an_unknown_scheme() {
    blog()
        .run(["migrate", "--database-url", "oracle://app:s3cret@db/app"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: `--database-url` (--database-url) cannot be used: unknown scheme `oracle`

            hint: known forms: `sqlite://app.db`, `postgres://user@host/name`, `postgresql://`, `mysql://user@host/name`, `mariadb://`, or a path ending in .db, .sqlite or .sqlite3
            ",
        );
    blog()
        .run(["migrate", "--database-url", "not a url"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: `--database-url` (--database-url) cannot be used: the database URL has no scheme

            hint: known forms: `sqlite://app.db`, `postgres://user@host/name`, `postgresql://`, `mysql://user@host/name`, `mariadb://`, or a path ending in .db, .sqlite or .sqlite3
            ",
        );
}

#[test]
fn a_password_that_breaks_the_url() {
    for password in ["p@ss", "pa/ss", "pa%ss", "pa#ss", "p:a?s s"] {
        let url = format!("postgres://app:{password}@127.0.0.1:1/app");
        let outcome = blog().env("DATABASE_URL", &url).run(["migrate"]).status(2);
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
        .stderr(
            "
            error: nobody answers at postgres://app:***@127.0.0.1:1/app: Connection refused (os error 111)

            hint: is the server running? `--wait 30` keeps trying for 30 seconds while it starts; `manage settings` shows where host and port come from
            ",
        );
    blog()
        .env("DATABASE_URL", "postgres://app:pa/ss@127.0.0.1:1/app")
        .run(["migrate"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: nobody answers at postgres://app:***@127.0.0.1:1/app: Connection refused (os error 111)

            hint: is the server running? `--wait 30` keeps trying for 30 seconds while it starts; `manage settings` shows where host and port come from
            ",
        );
}

#[test]
fn a_broken_line_in_the_env_file() {
    blog()
        .file(".env", "A=1\n# a comment\nDATABASE_URL s3cret://\n")
        .run(["showmigrations"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: `[ROOT]/.env` cannot be understood in line 3

            hint: write `NAME=value`; put a value with spaces or `$` in single quotes
            ",
        )
        .keeps("s3cret");
}

#[test]
fn an_env_file_that_is_not_there() {
    blog()
        .run(["showmigrations", "--env-file", ".env.test"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: the env file `[ROOT]/.env.test` does not exist

            hint: a relative path is looked up in the project root
            ",
        );
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
    run("[migrate]\nout_off_order = \"warn\"\n").stderr(
        "
        error: unknown key `out_off_order` in `[ROOT]/manage.toml`, line 2

        hint: did you mean `out_of_order`?
        ",
    );
    run("[migrate]\nout_of_order = \"maybe\"\n").stderr(
        "
        error: `out_of_order` in `[ROOT]/manage.toml`, line 2, must be `warn` or `refuse`
        ",
    );
    run("[migrate\n").stderr(
        "
        error: `[ROOT]/manage.toml` cannot be understood in line 1: unclosed table, expected `]`
        ",
    );
    run("[check]\nignore = \"H001\"\n").stderr(
        "
        error: `ignore` in `[ROOT]/manage.toml`, line 2, must be a sequence
        ",
    );
}

#[test]
fn two_migrations_of_one_version() {
    let project = blog().migration("20250101000000-0000_other", "SELECT 1;", "SELECT 1;");
    for command in ["migrate", "showmigrations", "rollback", "history"] {
        project.run([command]).status(2).stdout("").stderr(
            "
            error: `2025-01-01-000000-0000_create_users` and `20250101000000-0000_other` have the same version 202501010000000000

            hint: `manage makemigrations --rebase 20250101000000-0000_other` gives that one a version of its own
            ",
        );
    }
}

#[test]
fn folders_that_are_no_migrations() {
    blog()
        .file("migrations/5_e/down.sql", "SELECT 1;")
        .run(["migrate"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: `[ROOT]/migrations/5_e` has no `up.sql`

            hint: write one, or remove the folder: Diesel runs nothing while it is there
            ",
        );
    blog()
        .file("migrations/_e/up.sql", "SELECT 1;")
        .run(["migrate"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: `[ROOT]/migrations/_e` has no version before its first `_`

            hint: name it `<version>_<name>`, as in `2026-01-13-172403-0000_add_users`
            ",
        );
    blog()
        .file("migrations/.hidden/note", "")
        .file("migrations/R__views.sql", "-- none yet\n")
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
    run(b"").stderr(
        "
        error: `[ROOT]/migrations/9_z/up.sql` is empty

        hint: write SQL into it; Diesel refuses an empty file, a comment is enough
        ",
    );
    run(b"SELECT 1;\n-- caf\xe9\nSELECT 2;\n").stderr(
        "
        error: `[ROOT]/migrations/9_z/up.sql` is not UTF-8: wrong byte in line 2

        hint: save it as UTF-8
        ",
    );
}

#[test]
fn a_migration_of_comments_alone_applies() {
    Project::new()
        .migration("1_a", "-- nothing to do here\n", "-- nor here\n")
        .run(["migrate"])
        .success()
        .stdout(
            "
            Applying 1_a ... OK ([MS])
            Applied 1 migration in [MS].
            ",
        )
        .stderr("");
}

#[test]
fn metadata_that_cannot_be_read() {
    let project = Project::new()
        .migration("1_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;")
        .file("migrations/1_a/metadata.toml", "run_in_transaction = no\n")
        .migration("2_b", "CREATE TABLE b (id INTEGER);", "DROP TABLE b;")
        .file("migrations/2_b/metadata.toml", "# nothing\n");
    project.run(["check"]).status(1).stdout(
        "
        error[M008] migrations/1_a/metadata.toml:1: invalid float, expected `nan`; Diesel takes the file for `run_in_transaction = true`
          hint: write `run_in_transaction = true` or `run_in_transaction = false`
        warning[M009] migrations/2_b/metadata.toml: `run_in_transaction` is missing, which Diesel takes for `false`
          hint: write `run_in_transaction = true` or `run_in_transaction = false`
        warning[H001] 2 migrations are pending: 1_a, 2_b
          hint: `manage migrate` applies what is pending
        Checked 2 migrations: 1 error, 2 warnings, 0 notes.
        ",
    );
    project.run(["migrate", "--plan"]).success().stdout(
        "
        STEP  ACTION  MIGRATION  NOTES
        1     apply   1_a
        2     apply   2_b        no transaction
        ",
    );
    project.run(["migrate"]).success();
}

#[test]
fn a_statement_in_the_middle_fails() {
    let project = failing(
        "CREATE TABLE a (id INTEGER);\n\nCREATE TABLE b (\n    id INTEGER,\n    name TXT NOT NUL\n);\n\nCREATE TABLE c (id INTEGER);\n",
    );
    project
        .run(["migrate"])
        .status(2)
        .stdout(
            "
            Applying 1_good ... OK ([MS])
            Applying 2_bad ... FAILED
            ",
        )
        .stderr(
            r#"
            error: applying 2_bad failed: near "NUL": syntax error
             --> migrations/2_bad/up.sql:5:18
              |
            3 | CREATE TABLE b (
            4 |     id INTEGER,
            5 |     name TXT NOT NUL
              |                  ^^^
            6 | );
              |
              = applied before it in this run: 1_good
              = nothing of this migration stands: it was rolled back

            hint: correct the file, then run `manage migrate` again
            "#,
        );
    assert_eq!(project.tables(), ["good"]);
    assert_eq!(project.ledger(), ["1"]);
}

#[test]
fn a_failure_as_json() {
    failing("CREATE TABLE a (id INTEGER);\nINSERT INTO b VALUES (1);\n")
        .run(["migrate", "--format", "json"])
        .status(2)
        .stderr(
            "
            Applying 1_good ... OK ([MS])
            Applying 2_bad ... FAILED
            error: applying 2_bad failed: no such table: b
             --> migrations/2_bad/up.sql:2:13
              |
            2 | INSERT INTO b VALUES (1);
              |             ^
              |
              = applied before it in this run: 1_good
              = nothing of this migration stands: it was rolled back

            hint: correct the file, then run `manage migrate` again
            ",
        )
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
        .stderr(
            "
            error: there is no migrations folder at `[ROOT]/migrations`

            hint: run `manage init` to start a project here, or name the folder with `--project` or `--migrations-dir`
            ",
        )
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
        .stdout(
            "
            Applying 1_good ... OK ([MS])
            Applying 2_bad ... FAILED
            ",
        )
        .stderr(
            r#"
            error: applying 2_bad failed: near "TABEL": syntax error
             --> migrations/2_bad/up.sql:1:8
              |
            1 | CREATE TABEL a (id INTEGER);
              |        ^^^^^
              |
              = applied before it in this run: 1_good
              = nothing of this run stands: all of it was rolled back

            hint: correct the file, then run `manage migrate` again
            "#,
        );
    assert!(project.tables().is_empty());
    assert!(project.ledger().is_empty());
}

#[test]
fn failing_outside_a_transaction_says_what_stands() {
    let project = failing(
        "CREATE TABLE a (id INTEGER);\nCREATE TABLE b (id INTEGER);\nCREATE TABEL c (id INTEGER);\n",
    )
    .file("migrations/2_bad/metadata.toml", "run_in_transaction = false");
    project.run(["migrate"]).status(2).stdout(
        "
        Applying 1_good ... OK ([MS])
        Applying 2_bad ... FAILED
        ",
    ).stderr(
        r#"
        error: applying 2_bad failed: near "TABEL": syntax error
         --> migrations/2_bad/up.sql:3:8
          |
        3 | CREATE TABEL c (id INTEGER);
          |        ^^^^^
          |
          = applied before it in this run: 1_good
          = 2 of 3 statements stand and cannot be taken back (lines 1, 2); the migration is not recorded as applied

        hint: correct the file from the failed statement on, then `manage migrate --resume` runs the rest of it
        hint: or finish or undo the rest by hand, then say where the database is with `manage stamp 2_bad`
        "#,
    );
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
    .stderr(
        r#"
        error: applying 2_bad failed: near "nothing": syntax error
         --> migrations/2_bad/up.sql:3:17
          |
        1 | CREATE TRIGGER t AFTER INSERT ON good BEGIN
        2 |     UPDATE good SET id = 1;
        3 |     DELETE FROM nothing WHERE;
          |                 ^^^^^^^
        4 | END;
          |
          = applied before it in this run: 1_good
          = nothing of this migration stands: it was rolled back

        hint: correct the file, then run `manage migrate` again
        "#,
    );
    failing(
        "CREATE TRIGGER t AFTER INSERT ON good BEGIN\n    UPDATE good SET id = 1;\nEND;\nSELECT * FROM nothing;\n",
    )
    .run(["migrate"])
    .status(2)
    .stderr(
        r#"
        error: applying 2_bad failed: near "nothing": syntax error
         --> migrations/2_bad/up.sql:4:15
          |
        4 | SELECT * FROM nothing;
          |               ^^^^^^^
          |
          = applied before it in this run: 1_good
          = nothing of this migration stands: it was rolled back

        hint: correct the file, then run `manage migrate` again
        "#,
    );
}

#[test]
fn in_the_first_and_in_the_last_line() {
    failing("SLECT 1;\nSELECT 2;\n")
        .run(["migrate"])
        .status(2)
        .stderr(
            r#"
            error: applying 2_bad failed: near "SLECT": syntax error
             --> migrations/2_bad/up.sql:1:1
              |
            1 | SLECT 1;
              | ^^^^^
              |
              = applied before it in this run: 1_good
              = nothing of this migration stands: it was rolled back

            hint: correct the file, then run `manage migrate` again
            "#,
        );
    failing("SELECT 1;\nSELECT 2;\nSLECT 3")
        .run(["migrate"])
        .status(2)
        .stderr(
            r#"
            error: applying 2_bad failed: near "SLECT": syntax error
             --> migrations/2_bad/up.sql:3:1
              |
            3 | SLECT 3
              | ^^^^^
              |
              = applied before it in this run: 1_good
              = nothing of this migration stands: it was rolled back

            hint: correct the file, then run `manage migrate` again
            "#,
        );
}

#[test]
fn in_a_long_statement() {
    let columns = (0..60).fold(String::new(), |text, n| {
        text + "    column_" + &n.to_string() + " INTEGER,\n"
    });
    let up = format!(
        "CREATE TABLE long (\n{columns}    broken INTEGR NOT NOLL,\n{columns}    id INTEGER\n);\n"
    );
    failing(&up).run(["migrate"]).status(2).stderr(
        r#"
        error: applying 2_bad failed: near "NOLL": syntax error
          --> migrations/2_bad/up.sql:62:23
           |
        59 |     column_57 INTEGER,
        60 |     column_58 INTEGER,
        61 |     column_59 INTEGER,
        62 |     broken INTEGR NOT NOLL,
           |                       ^^^^
        63 |     column_0 INTEGER,
        64 |     column_1 INTEGER,
        65 |     column_2 INTEGER,
           |
           = applied before it in this run: 1_good
           = nothing of this migration stands: it was rolled back

        hint: correct the file, then run `manage migrate` again
        "#,
    );
    let line = format!("SELECT {}nothing FROM good;\n", "1, ".repeat(120));
    failing(&line).run(["migrate"]).status(2).stderr(
        r#"
        error: applying 2_bad failed: near "nothing": syntax error
         --> migrations/2_bad/up.sql:1:368
          |
        1 | ... 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, nothing FROM good;
          |                                                                 ^^^^^^^
          |
          = applied before it in this run: 1_good
          = nothing of this migration stands: it was rolled back

        hint: correct the file, then run `manage migrate` again
        "#,
    );
}

#[test]
fn in_a_file_from_windows_with_tabs_and_unicode() {
    failing("-- größer\r\nCREATE TABLE a (\r\n\tid INTEGER,\r\n\tname TXT NOT NUL\r\n);\r\n")
        .run(["migrate"])
        .status(2)
        .stderr(
            r#"
            error: applying 2_bad failed: near "NUL": syntax error
             --> migrations/2_bad/up.sql:4:15
              |
            2 | CREATE TABLE a (
            3 |     id INTEGER,
            4 |     name TXT NOT NUL
              |                  ^^^
            5 | );
              |
              = applied before it in this run: 1_good
              = nothing of this migration stands: it was rolled back

            hint: correct the file, then run `manage migrate` again
            "#,
        );
    failing("SELECT 'größe', '表', nothing FROM good;\n")
        .run(["migrate"])
        .status(2)
        .stderr(
            r#"
            error: applying 2_bad failed: near "nothing": syntax error
             --> migrations/2_bad/up.sql:1:22
              |
            1 | SELECT 'größe', '表', nothing FROM good;
              |                       ^^^^^^^
              |
              = applied before it in this run: 1_good
              = nothing of this migration stands: it was rolled back

            hint: correct the file, then run `manage migrate` again
            "#,
        );
}

#[test]
fn a_file_that_ends_in_the_middle() {
    failing("CREATE TABLE a (id INTEGER\n")
        .run(["migrate"])
        .status(2)
        .stderr(
            "
            error: applying 2_bad failed: incomplete input
             --> migrations/2_bad/up.sql:1:1
              |
            1 | CREATE TABLE a (id INTEGER
              | ^^^^^^^^^^^^^^^^^^^^^^^^^^
              |
              = applied before it in this run: 1_good
              = nothing of this migration stands: it was rolled back

            hint: correct the file, then run `manage migrate` again
            ",
        );
    failing("SELECT 'never closed;\nSELECT 1;\n")
        .run(["migrate"])
        .status(2)
        .stderr(
            r#"
            error: applying 2_bad failed: unrecognized token: "'never closed;"
             --> migrations/2_bad/up.sql:1:8
              |
            1 | SELECT 'never closed;
              |        ^^^^^^^^^^^^^^
            2 | SELECT 1;
              |
              = applied before it in this run: 1_good
              = nothing of this migration stands: it was rolled back

            hint: correct the file, then run `manage migrate` again
            "#,
        );
}

#[test]
fn a_table_that_is_there_already() {
    let project = blog();
    project
        .connect()
        .batch_execute("CREATE TABLE users (id INTEGER)")
        .unwrap();
    project.run(["migrate"]).status(2).stdout(
        "
        Applying 2025-01-01-000000-0000_create_users ... FAILED
        ",
    ).stderr(
        "
        error: applying 2025-01-01-000000-0000_create_users failed: table users already exists
         --> migrations/2025-01-01-000000-0000_create_users/up.sql:1:14
          |
        1 | CREATE TABLE users (id INTEGER PRIMARY KEY);
          |              ^^^^^
          |
          = nothing was applied before it in this run
          = nothing of this migration stands: it was rolled back

        hint: if the database has all of this already, record it without running it: `manage migrate 2025-01-01-000000-0000_create_users --fake`, or `manage stamp 2025-01-01-000000-0000_create_users`
        hint: correct the file, then run `manage migrate` again
        ",
    );
    project.run(["migrate", USERS, "--fake"]).success();
    project.run(["migrate"]).success();
}

#[test]
fn a_statement_that_refuses_transactions() {
    let project = failing("VACUUM;\n");
    project.run(["migrate"]).status(2).stderr(
        "
        error: applying 2_bad failed: cannot VACUUM from within a transaction
         --> migrations/2_bad/up.sql:1:1
          |
        1 | VACUUM;
          | ^^^^^^
          |
          = applied before it in this run: 1_good
          = nothing of this migration stands: it was rolled back

        hint: this statement cannot run in a transaction: put a file `metadata.toml` that says `run_in_transaction = false` into the folder `2_bad`
        hint: correct the file, then run `manage migrate` again
        ",
    );
    project.write(
        "migrations/2_bad/metadata.toml",
        "run_in_transaction = false\n",
    );
    project.run(["migrate"]).success();
}

#[test]
fn a_commit_in_a_migration() {
    let project = failing("CREATE TABLE a (id INTEGER);\nCOMMIT;\nCREATE TABLE b (id INTEGER);\n");
    project.run(["migrate"]).status(2).stdout(
        "
        Applying 1_good ... OK ([MS])
        Applying 2_bad ... FAILED
        ",
    ).stderr(
        "
        error: applying 2_bad failed after its last statement: cannot commit - no transaction is active
        --> migrations/2_bad/up.sql
         = applied before it in this run: 1_good
         = line 2 ended the migration's transaction, so what ran before it and after it may stand; the ledger has the migration

        hint: take `COMMIT` and its like out of the file, put right what stands by hand, then say where the database is with `manage stamp 2_bad`
        ",
    );
    assert_eq!(project.tables(), ["a", "b", "good"]);
    assert_eq!(project.ledger(), ["1", "2"]);
    let project =
        failing("CREATE TABLE a (id INTEGER);\nBEGIN;\nCREATE TABLE b (id INTEGER);\nCOMMIT;\n");
    project
        .run(["migrate"])
        .status(2)
        .stdout(
            "
            Applying 1_good ... OK ([MS])
            Applying 2_bad ... FAILED
            ",
        )
        .stderr(
            "
            error: applying 2_bad failed: cannot start a transaction within a transaction
             --> migrations/2_bad/up.sql:2:1
              |
            2 | BEGIN;
              | ^^^^^
              |
              = applied before it in this run: 1_good
              = nothing of this migration stands: it was rolled back

            hint: this statement cannot run in a transaction: put a file `metadata.toml` that says `run_in_transaction = false` into the folder `2_bad`
            hint: correct the file, then run `manage migrate` again
            ",
        );
    assert_eq!(project.tables(), ["good"]);
    assert_eq!(project.ledger(), ["1"]);
}

#[test]
fn a_database_that_somebody_writes_to() {
    let project = applied_blog().migration("4_d", "CREATE TABLE d (id INTEGER);", "DROP TABLE d;");
    let mut other = project.connect();
    other
        .batch_execute("BEGIN IMMEDIATE; CREATE TABLE theirs (id INTEGER)")
        .unwrap();
    project.run(["showmigrations"]).success();
    project.run(["migrate"]).status(2).stdout(
        "
        Applying 4_d ... FAILED
        ",
    ).stderr(
        "
        error: applying 4_d failed: database is locked
         --> migrations/4_d/up.sql:1:1
          |
        1 | CREATE TABLE d (id INTEGER);
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = nothing was applied before it in this run
          = nothing of this migration stands: it was rolled back

        hint: another program has the database open and writes: stop it, or wait for it (`fuser` or `lsof` on the file shows who it is)
        hint: then run `manage migrate` again
        ",
    );
    other.batch_execute("ROLLBACK").unwrap();
    project.run(["migrate"]).success();
}

#[test]
fn a_writer_that_is_done_in_time_is_waited_for() {
    let project = blog();
    let mut other = project.connect();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let writer = thread::spawn(move || {
        thread::sleep(Duration::from_millis(500));
        other.batch_execute("COMMIT").unwrap();
    });
    project.run(["migrate"]).success().stderr("");
    writer.join().unwrap();
}

#[test]
fn a_database_that_somebody_has_for_himself() {
    let project = applied_blog();
    let mut other = project.connect();
    other.batch_execute("BEGIN EXCLUSIVE").unwrap();
    project.run(["showmigrations"]).status(2).stdout("").stderr(
        "
        error: another program holds sqlite://[ROOT]/app.db: database is locked

        hint: stop it, or wait for it with `--wait 30` (`fuser` or `lsof` on the file shows who it is)
        ",
    );
    other.batch_execute("ROLLBACK").unwrap();
}

#[test]
fn a_file_that_is_no_database() {
    let project = blog().file("app.db", "this is a text, and longer than the header of a database is, which has one hundred bytes in all");
    project.run(["showmigrations"]).status(2).stdout("").stderr(
        "
        error: sqlite://[ROOT]/app.db is not a SQLite database

        hint: `manage settings` shows where the path comes from
        ",
    );
    project.run(["migrate"]).status(2).stdout("").stderr(
        "
        error: sqlite://[ROOT]/app.db is not a SQLite database

        hint: `manage settings` shows where the path comes from
        ",
    );
    let project = blog().folder("app.db");
    project.run(["migrate"]).status(2).stdout("").stderr(
        "
        error: sqlite://[ROOT]/app.db is not a SQLite database

        hint: `manage settings` shows where the path comes from
        ",
    );
}

#[test]
fn a_database_in_a_folder_that_is_not_there() {
    let project = blog().env("DATABASE_URL", "sqlite://data/app.db");
    project.run(["showmigrations", "-q"]).success().stderr("");
    project.run(["migrate"]).status(2).stdout("").stderr(
        "
        error: the folder of sqlite://[ROOT]/data/app.db does not exist

        hint: create the folder, or correct the path: it counts from the project root
        ",
    );
}

const MANAGE: &str = env!("CARGO_BIN_EXE_manage");

fn set_mode(project: &Project, path: &str, mode: u32) {
    fs::set_permissions(project.path(path), fs::Permissions::from_mode(mode)).unwrap();
}

/// Runs `manage` as nobody, for root may write everywhere.
///
/// The folder must let others in before.
fn as_nobody(project: &Project, args: &[&str]) -> Outcome {
    let manage = project.path("manage");
    if !manage.exists() {
        fs::copy(MANAGE, &manage).unwrap();
    }
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let mut command = if is_root {
        let mut command = project.program("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        command.arg(&manage);
        command
    } else {
        project.program(&manage)
    };
    project.finish(command.args(args))
}

#[test]
fn a_database_file_that_takes_no_writes() {
    let project = blog();
    project.run(["migrate", "+1"]).success();
    set_mode(&project, "app.db", 0o444);
    set_mode(&project, "", 0o755);
    as_nobody(&project, &["showmigrations"])
        .success()
        .stdout(
            "
            STATE    MIGRATION                            APPLIED (UTC)
            applied  2025-01-01-000000-0000_create_users  [TIME]
            pending  2025-01-02-000000-0000_create_posts
            pending  2025-01-03-000000-0000_create_tags
            ",
        )
        .stderr(
            "
            1 applied, 2 pending
            ",
        );
    as_nobody(&project, &["migrate"]).status(2).stdout("").stderr(
        "
            error: locking the database failed: [ROOT]/app.db-manage-lock: Permission denied (os error 13)

            hint: is this a replica, or a file that this user may only read?
            hint: `--no-lock` does without, where nobody else migrates this database
            ",
    );
    as_nobody(&project, &["migrate", "--no-lock"])
        .status(2)
        .stdout(
            "
            Applying 2025-01-02-000000-0000_create_posts ... FAILED
            ",
        )
        .stderr(
            "
            error: applying 2025-01-02-000000-0000_create_posts failed: attempt to write a readonly database
             --> migrations/2025-01-02-000000-0000_create_posts/up.sql:1:1
              |
            1 | CREATE TABLE posts (id INTEGER PRIMARY KEY);
              | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              |
              = nothing was applied before it in this run
              = nothing of this migration stands: it was rolled back

            hint: the file or its folder is read-only for this user
            hint: then run `manage migrate` again
            ",
        );
}

#[test]
fn a_folder_that_takes_no_files() {
    let project = blog();
    fs::copy(MANAGE, project.path("manage")).unwrap();
    set_mode(&project, "migrations", 0o555);
    set_mode(&project, "", 0o555);
    as_nobody(&project, &["showmigrations", "-q"])
        .success()
        .stderr("");
    as_nobody(&project, &["migrate"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: cannot open sqlite://[ROOT]/app.db: unable to open database file

            hint: this user needs the right to read and write it, and for a SQLite file also its folder
            ",
        );
    as_nobody(&project, &["makemigrations", "--empty", "x"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: cannot create `[ROOT]/migrations/[STAMP]_x`: Permission denied (os error 13)
            ",
        );
    set_mode(&project, "migrations", 0o755);
    set_mode(&project, "", 0o755);
}

#[test]
fn a_database_that_nobody_may_read() {
    let project = applied_blog();
    set_mode(&project, "app.db", 0o000);
    set_mode(&project, "", 0o755);
    as_nobody(&project, &["showmigrations"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: cannot open sqlite://[ROOT]/app.db: unable to open database file

            hint: this user needs the right to read and write it, and for a SQLite file also its folder
            ",
        );
}
