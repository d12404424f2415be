use serde_json::json;

use crate::support::{Project, USERS, blog, installed};

#[test]
fn the_sql_with_its_transaction() {
    let project = blog();
    project
        .run(["sqlmigrate", "create_users"])
        .success()
        .stdout(
            "
            BEGIN;

            CREATE TABLE users (id INTEGER PRIMARY KEY);

            COMMIT;
            ",
        )
        .stderr("");
    project
        .run(["sqlmigrate", USERS, "--backwards"])
        .success()
        .stdout(
            "
            BEGIN;

            DROP TABLE users;

            COMMIT;
            ",
        )
        .stderr("");
    assert!(!project.exists("app.db"));
}

#[test]
fn outside_a_transaction_it_stands_alone() {
    Project::new()
        .migration("1_a", "-- why\nVACUUM;\n", "SELECT 1;")
        .file("migrations/1_a/metadata.toml", "run_in_transaction = false")
        .run(["sqlmigrate", "1"])
        .success()
        .stdout(
            "
            -- why
            VACUUM;
            ",
        );
}

#[test]
fn a_last_statement_without_its_semicolon() {
    let project = Project::new()
        .migration("1_a", "SELECT 1", "SELECT 1; -- done")
        .migration("2_b", "SELECT 1 -- open", "SELECT '--'");
    project.run(["sqlmigrate", "1"]).success().stdout(
        "
        BEGIN;

        SELECT 1
        ;

        COMMIT;
        ",
    );
    project
        .run(["sqlmigrate", "1", "--backwards"])
        .success()
        .stdout(
            "
            BEGIN;

            SELECT 1; -- done

            COMMIT;
            ",
        );
    project.run(["sqlmigrate", "2"]).success().stdout(
        "
        BEGIN;

        SELECT 1 -- open
        ;

        COMMIT;
        ",
    );
    project
        .run(["sqlmigrate", "2", "--backwards"])
        .success()
        .stdout(
            "
            BEGIN;

            SELECT '--'
            ;

            COMMIT;
            ",
        );
}

#[test]
fn the_script_runs_in_sqlites_own_shell() {
    if !installed("sqlite3") {
        return;
    }
    let project = Project::new().migration(
        "1_a",
        "CREATE TABLE a (id INTEGER);
         CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET id = 1; SELECT 2; END;",
        "DROP TABLE a;",
    );
    project
        .shell("\"$MANAGE\" sqlmigrate 1 | sqlite3 -bail app.db")
        .success()
        .stdout("")
        .stderr("");
    assert_eq!(project.tables(), ["a"]);
}

#[test]
fn as_json() {
    blog()
        .run(["sqlmigrate", "create_users", "--format", "json"])
        .success()
        .json(&json!({
            "schema": 1,
            "command": "sqlmigrate",
            "version": "202501010000000000",
            "name": USERS,
            "repeatable": false,
            "direction": "forwards",
            "run_in_transaction": true,
            "sql": "CREATE TABLE users (id INTEGER PRIMARY KEY);\n",
        }));
}

#[test]
fn what_is_not_there() {
    let project = blog().file("migrations/1_a/up.sql", "SELECT 1;");
    project.run(["sqlmigrate"]).status(2).stdout("").stderr(
        "
        error: the following required arguments were not provided:
          <MIGRATION>

        Usage: manage sqlmigrate <MIGRATION>

        For more information, try '--help'.
        ",
    );
    project
        .run(["sqlmigrate", "wxyz"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: no migration is named `wxyz`

            hint: `manage showmigrations` lists every name
            ",
        );
    project
        .run(["sqlmigrate", "1_a", "--backwards"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: `[ROOT]/migrations/1_a/down.sql` does not exist

            hint: write it, or undo by hand and record that with `--fake`
            ",
        );
}

#[test]
fn head_is_the_newest() {
    crate::support::Project::new()
        .migration("1_one", "SELECT 1;", "SELECT 1;")
        .migration("2_two", "SELECT 2;", "SELECT 2;")
        .run(["sqlmigrate", "head"])
        .success()
        .stdout("BEGIN;\n\nSELECT 2;\n\nCOMMIT;\n")
        .stderr("");
}
