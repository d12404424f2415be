//! Repeatable migrations: files that run again whenever they change.

use serde_json::json;

use crate::support::{Project, USERS};

const NAMES: &str = "DROP VIEW IF EXISTS names;\nCREATE VIEW names AS SELECT id FROM users;\n";

/// A table, and a view of it that is made by a file.
fn names() -> Project {
    Project::new()
        .migration(
            USERS,
            "CREATE TABLE users (id INTEGER PRIMARY KEY NOT NULL);\n",
            "DROP TABLE users;\n",
        )
        .file("migrations/R__names.sql", NAMES)
}

/// The same, applied.
fn applied_names() -> Project {
    let project = names();
    project.run(["migrate"]).success();
    project
}

#[test]
fn they_run_last_and_once() {
    let project = names();
    project.run(["migrate", "--plan"]).success().stdout(
        "
        STEP  ACTION  MIGRATION                            NOTES
        1     apply   2025-01-01-000000-0000_create_users
        2     apply   R__names                             repeatable
        ",
    );
    assert!(!project.exists("app.db"));
    project.run(["migrate"]).success().stdout(
        "
        Applying 2025-01-01-000000-0000_create_users ... OK ([MS])
        Applying R__names ... OK ([MS])
        Applied 2 migrations in [MS].
        ",
    );
    project.run(["migrate"]).success().stdout(
        "
        No migrations to apply.
        ",
    );
    assert_eq!(project.ledger(), ["202501010000000000"]);
}

#[test]
fn one_alone_is_something_to_apply() {
    let project = Project::new().file(
        "migrations/R__one.sql",
        "DROP VIEW IF EXISTS one; CREATE VIEW one AS SELECT 1;",
    );
    project.run(["migrate"]).success().stdout(
        "
        Applying R__one ... OK ([MS])
        Applied 1 migration in [MS].
        ",
    );
}

#[test]
fn each_state_is_shown() {
    let project = applied_names().file("migrations/R__new.sql", "SELECT 1;");
    project.write("migrations/R__names.sql", format!("{NAMES}-- more\n"));
    project
        .run(["showmigrations"])
        .success()
        .stdout(
            "
        STATE    MIGRATION                            APPLIED (UTC)
        applied  2025-01-01-000000-0000_create_users  [TIME]
        changed  R__names                             [TIME]
        pending  R__new
        ",
        )
        .stderr(
            "
        1 applied, 1 pending, 1 changed
        ",
        );
    project
        .run(["showmigrations", "--pending"])
        .success()
        .stdout(
            "
        STATE    MIGRATION  APPLIED (UTC)
        changed  R__names   [TIME]
        pending  R__new
        ",
        );
    project.run(["check"]).status(1).stdout(
        "
        warning[H001] 1 repeatable migration is pending: R__new
        warning[H001] 1 repeatable migration has changed since the last run: R__names
          hint: `manage migrate` applies what is pending
        Checked 3 migrations: 0 errors, 2 warnings, 0 notes.
        ",
    );
    project.run(["current", "--check-heads"]).success();
}

#[test]
fn a_removed_one_is_listed_until_it_is_forgotten() {
    let project = applied_names();
    std::fs::remove_file(project.path("migrations/R__names.sql")).unwrap();
    project
        .run(["showmigrations"])
        .success()
        .stdout(
            "
        STATE    MIGRATION                            APPLIED (UTC)
        applied  2025-01-01-000000-0000_create_users  [TIME]
        removed  R__names                             [TIME]
        ",
        )
        .stderr(
            "
        1 applied, 0 pending, 1 removed
        ",
        );
    project.run(["check"]).success().stdout(
        "
        info[H008] R__names ran, and its file is gone: what it made is still in the database
          hint: drop that in a migration; `manage stamp R__names` then forgets it
        Checked 1 migration: 0 errors, 0 warnings, 1 note.
        ",
    );
    project.run(["stamp", "R__names"]).success().stdout(
        "
        Forgot R__names
        ",
    );
    project.run(["check"]).success().stdout(
        "
        Checked 1 migration: nothing found.
        ",
    );
}

#[test]
fn the_history_has_them_at_the_top() {
    let project = applied_names();
    project.run(["history"]).success().stdout(
        "
        STATE    VERSION             MESSAGE       REVISES  APPLIED (UTC)
        applied  R__names            names                  [TIME]
        applied  202501010000000000  create users           [TIME]
        ",
    );
    project.run(["history", "-l", "1"]).success().stdout(
        "
        STATE    VERSION             MESSAGE       REVISES  APPLIED (UTC)
        applied  202501010000000000  create users           [TIME]
        ",
    );
    project.run(["history", "-v"]).success().stdout(
        "
        R__names
        Runs:    again whenever its file changes
        Applied: [TIME] UTC
        Path:    migrations/R__names.sql

            names

        2025-01-01-000000-0000_create_users (head, current)
        Version: 202501010000000000
        Revises: none
        Applied: [TIME] UTC
        Path:    migrations/2025-01-01-000000-0000_create_users

            create users
        ",
    );
}

#[test]
fn as_json() {
    let project = names();
    project
        .run(["migrate", "--plan", "--format", "json"])
        .success()
        .json(&json!({
            "schema": 1,
            "command": "migrate",
            "executed": false,
            "steps": [
                {
                    "version": "202501010000000000",
                    "name": USERS,
                    "repeatable": false,
                    "direction": "forwards",
                    "run_in_transaction": true,
                    "reversible": true,
                    "from_log": false,
                },
                {
                    "version": null,
                    "name": "R__names",
                    "repeatable": true,
                    "direction": "forwards",
                    "run_in_transaction": true,
                    "reversible": false,
                    "from_log": false,
                },
            ],
        }));
}

#[test]
fn they_are_no_targets() {
    let project = applied_names();
    for name in ["R__names", "R__names.sql", "names", "R__na"] {
        project.run(["migrate", name]).status(2).stdout("").stderr(
            "
            error: `R__names` is repeatable, and no place to migrate to

            hint: `manage migrate` runs it whenever its file has changed
            ",
        );
    }
    project.run(["rollback", "R__names"]).status(2);
    project
        .run(["migrate", "R__nmaes"])
        .status(2)
        .stdout("")
        .stderr(
            "
        error: no migration is named `R__nmaes`

        hint: did you mean `R__names`?
        ",
        );
}

#[test]
fn sqlmigrate_prints_one() {
    let project = names();
    project.run(["sqlmigrate", "R__names"]).success().stdout(
        "
        BEGIN;

        DROP VIEW IF EXISTS names;
        CREATE VIEW names AS SELECT id FROM users;

        COMMIT;
        ",
    );
    project
        .run(["sqlmigrate", "names", "--backwards"])
        .status(2)
        .stdout("")
        .stderr(
            "
        error: R__names is repeatable, so there is no way back: leave `--backwards` away
        ",
        );
}

#[test]
fn files_that_cannot_run_stop_everything_beforehand() {
    let project = names().file("migrations/R__empty.sql", "");
    project.run(["migrate"]).status(2).stdout("").stderr(
        "
        error: `[ROOT]/migrations/R__empty.sql` is empty

        hint: write SQL into it, or remove it
        ",
    );
    project.write("migrations/R__empty.sql", b"SELECT '\xe9';");
    project.run(["migrate"]).status(2).stdout("").stderr(
        "
        error: `[ROOT]/migrations/R__empty.sql` is not UTF-8: wrong byte in line 1

        hint: save it as UTF-8
        ",
    );
    assert!(project.tables().is_empty());
}

#[test]
fn check_looks_into_them_and_at_their_names() {
    let project = names()
        .file("migrations/R__a.sql", "BEGIN;\nVACUUM;\n")
        .file("migrations/R__A.sql", "-- nothing\n")
        .file("migrations/R_total.sql", "SELECT 1;")
        .file("migrations/r__total.sql", "SELECT 1;")
        .file("migrations/V1__init.SQL", "SELECT 1;")
        .file("migrations/R__.sql", "SELECT 1;")
        .file("migrations/README.md", "");
    project.run(["migrate", "--fake"]).success();
    project.run(["check"]).status(1).stdout(
        "
        info[M005] migrations/R__A.sql: it holds comments only, so it does nothing
        warning[M012] migrations/R__a.sql:1: this ends the transaction the migration runs in
          hint: remove it, or write it into a migration that runs outside of one
        error[M013] migrations/R__a.sql:2: VACUUM cannot run in a transaction
          hint: write it into a migration that runs outside of one
        error[M017] migrations/R__a.sql: R__A and R__a are one file on a disk that ignores case
          hint: give one of them another name
        warning[M018] migrations/R__.sql: nothing runs it
          hint: a migration is a folder with an `up.sql`; a file that runs whenever it changes is named `R__<name>.sql`
        warning[M018] migrations/R_total.sql: nothing runs it
          hint: did you mean `R__total.sql`, a repeatable migration?
        warning[M018] migrations/V1__init.SQL: nothing runs it
          hint: a migration is a folder with an `up.sql`; a file that runs whenever it changes is named `R__<name>.sql`
        warning[M018] migrations/r__total.sql: nothing runs it
          hint: did you mean `R__total.sql`, a repeatable migration?
        Checked 4 migrations: 2 errors, 5 warnings, 1 note.
        ",
    );
}

#[test]
fn redo_runs_them_again() {
    applied_names().run(["redo"]).success().stdout(
        "
        Unapplying 2025-01-01-000000-0000_create_users ... OK ([MS])
        Applying 2025-01-01-000000-0000_create_users ... OK ([MS])
        Applying R__names ... OK ([MS])
        Unapplied 1 migration, applied 2 migrations in [MS].
        ",
    );
}
