//! `check --deploy`: what is dangerous in the SQL that is still to run.

use serde_json::json;

use crate::support::{Project, applied_blog};

const NEXT: &str = "2025-01-04-000000-0000_next";

/// A project with three tables, and a migration still to run.
fn about_to(up: &str, down: &str) -> Project {
    applied_blog().migration(NEXT, up, down)
}

#[test]
fn a_dropped_table_is_found_with_its_place() {
    about_to("-- No longer used.\nDROP TABLE tags;\n", "SELECT 1;\n")
        .run(["check", "--deploy"])
        .status(1)
        .stdout(
            "
            warning[H001] 1 migration is pending: 2025-01-04-000000-0000_next
              hint: `manage migrate` applies what is pending
            error[D001] migrations/2025-01-04-000000-0000_next/up.sql:2: table `tags` is dropped with its rows
              hint: keep a copy first (`manage migrate --backup`), and drop it once no running code uses it
            Checked 4 migrations: 1 error, 1 warning, 0 notes.
            ",
        )
        .stderr("");
}

#[test]
fn nothing_is_said_of_it_unless_asked() {
    let project = about_to("DROP TABLE tags;\n", "SELECT 1;\n");
    let found = |arguments: &[&str]| -> Vec<String> {
        let value = project.run(arguments).status(1).value();
        let findings = value["findings"].as_array().unwrap().iter();
        findings
            .map(|f| f["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(found(&["check", "--format", "json"]), ["H001"]);
    assert_eq!(
        found(&["check", "--deploy", "--format", "json"]),
        ["H001", "D001"]
    );
    assert_eq!(
        found(&["check", "--all", "--format", "json"]),
        ["H001", "R003", "D001"]
    );
}

#[test]
fn json_has_column_and_migration() {
    let value = about_to(
        "ALTER TABLE tags\n  ADD COLUMN word TEXT NOT NULL;\n",
        "SELECT 1;\n",
    )
    .run(["check", "--deploy", "--format", "json"])
    .status(1)
    .value();
    assert_eq!(
        value["findings"][1],
        json!({
            "id": "D011",
            "name": "required-column",
            "level": "error",
            "message": "`tags.word` is NOT NULL and has no default: it fails where there are rows",
            "hint": "give it a DEFAULT",
            "migration": NEXT,
            "file": format!("migrations/{NEXT}/up.sql"),
            "line": 2,
            "column": 3,
        })
    );
}

#[test]
fn what_is_applied_is_past() {
    let project = about_to("DROP TABLE tags;\n", "SELECT 1;\n");
    project.run(["migrate"]).success();
    project.run(["check", "--deploy"]).success();
}

#[test]
fn a_fresh_database_loses_nothing() {
    let project = Project::new()
        .migration(
            "1_make",
            "CREATE TABLE a (id INTEGER PRIMARY KEY);\n",
            "DROP TABLE a;\n",
        )
        .migration(
            "2_drop",
            "DROP TABLE a;\n",
            "CREATE TABLE a (id INTEGER PRIMARY KEY);\n",
        );
    project.run(["check", "--deploy"]).status(1).stdout(
        "
            warning[H001] 2 migrations are pending: 1_make, 2_drop
              hint: `manage migrate` applies what is pending
            Checked 2 migrations: 0 errors, 1 warning, 0 notes.
            ",
    );
}

#[test]
fn a_comment_allows_it() {
    about_to(
        "-- manage: allow(drop-table) nobody has used it since May\nDROP TABLE tags;\n",
        "SELECT 1;\n",
    )
    .run(["check", "--deploy", "--fail-level", "error"])
    .success();
}

#[test]
fn a_change_that_nothing_takes_back_is_found() {
    about_to("CREATE TABLE notes (id INTEGER PRIMARY KEY);\n", "-- nothing\n")
        .run(["check", "--deploy"])
        .status(1)
        .stdout(
            "
            warning[H001] 1 migration is pending: 2025-01-04-000000-0000_next
              hint: `manage migrate` applies what is pending
            warning[D032] migrations/2025-01-04-000000-0000_next/up.sql:1: nothing takes this back: `down.sql` says nothing
              hint: write what takes it back into down.sql
            Checked 4 migrations: 0 errors, 2 warnings, 0 notes.
            ",
        );
}

#[test]
fn a_repeatable_migration_is_judged_too() {
    let project = applied_blog().file("migrations/R__tags.sql", "DELETE FROM tags;\n");
    let value = project
        .run(["check", "--deploy", "--format", "json"])
        .status(1)
        .value();
    assert_eq!(value["findings"][1]["id"], "D006");
    assert_eq!(value["findings"][1]["file"], "migrations/R__tags.sql");
    project.run(["migrate"]).success();
    project.run(["check", "--deploy"]).success();
}

#[test]
fn without_a_database_each_migration_is_judged_alone() {
    let run = Project::new()
        .migration("1_make", "CREATE TABLE a (id int);\n", "DROP TABLE a;\n")
        .migration("2_index", "CREATE INDEX b ON a (id);\n", "DROP INDEX b;\n")
        .run([
            "check",
            "--deploy",
            "--database-url",
            "postgres://nobody@127.0.0.1:1/none",
        ]);
    run.status(2).stdout(
        "
        warning[D017] migrations/2_index/up.sql:1: nobody writes to `a` while the index is built
          hint: CREATE INDEX CONCURRENTLY, in a migration whose metadata.toml says `run_in_transaction = false`
        Checked 2 migrations: 0 errors, 1 warning, 0 notes.
        ",
    );
}
