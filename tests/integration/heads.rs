use serde_json::json;

use crate::support::{Project, TAGS, applied_blog, blog};

fn branched() -> Project {
    Project::new()
        .revising("2025-01-01-000000-0000_a", "none")
        .revising("2025-01-02-000000-0000_b", "202501010000000000")
        .revising("2025-01-03-000000-0000_c", "202501010000000000")
}

#[test]
fn one_head() {
    let project = blog();
    project.run(["heads"]).success().stderr("").stdout(
        "
        2025-01-03-000000-0000_create_tags (pending)
        ",
    );
    assert!(!project.exists("db.sqlite"));
    applied_blog().run(["heads"]).success().stderr("").stdout(
        "
        2025-01-03-000000-0000_create_tags (applied)
        ",
    );
}

#[test]
fn several_heads() {
    let project = branched();
    project.run(["migrate", "2025-01-03"]).success();
    project
        .run(["heads"])
        .success()
        .stdout(
            "
            2025-01-02-000000-0000_b (pending)
            2025-01-03-000000-0000_c (applied)
            ",
        )
        .stderr(
            "
            There are 2 heads: `manage makemigrations --merge` joins them.
            ",
        );
    project
        .run(["heads", "-v"])
        .success()
        .stdout(
            "
            MIGRATION                 MESSAGE  REVISES                   APPLIED (UTC)
            2025-01-02-000000-0000_b  b        2025-01-01-000000-0000_a
            2025-01-03-000000-0000_c  c        2025-01-01-000000-0000_a  [TIME]
            ",
        )
        .stderr(
            "
            There are 2 heads: `manage makemigrations --merge` joins them.
            ",
        );
    project.run(["heads", "-q"]).success().stderr("");
}

#[test]
fn a_merge_is_the_only_head() {
    branched()
        .revising(
            "2025-01-04-000000-0000_d",
            "202501020000000000, 202501030000000000",
        )
        .run(["heads"])
        .success()
        .stdout(
            "
            2025-01-04-000000-0000_d (pending)
            ",
        )
        .stderr("");
}

#[test]
fn without_a_database_the_states_alone_are_unknown() {
    let project = blog();
    project
        .run([
            "heads",
            "--database-url",
            "postgres://me@127.0.0.1:1/nothing",
        ])
        .success()
        .stdout(
            "
            2025-01-03-000000-0000_create_tags
            ",
        )
        .stderr(
            "
            warning: it is not known what is applied: nobody answers at postgres://me@127.0.0.1:1/nothing: Connection refused (os error 111)
            ",
        );
    let answer = project
        .run(["heads", "--format", "json", "--database-url", "nonsense"])
        .success()
        .value();
    assert_eq!(answer["heads"][0]["state"], json!(null));
}

#[test]
fn a_database_that_is_no_database() {
    blog()
        .file("db.sqlite", "this is text, and long enough to be looked at")
        .run(["heads", "--database-url", "sqlite:db.sqlite"])
        .success()
        .stdout(
            "
            2025-01-03-000000-0000_create_tags
            ",
        )
        .stderr(
            "
            warning: it is not known what is applied: sqlite://[ROOT]/db.sqlite is not a SQLite database
            ",
        );
}

#[test]
fn without_migrations() {
    Project::new()
        .folder("migrations")
        .run(["heads"])
        .success()
        .stdout("")
        .stderr(
            "
            No migrations.
            ",
        );
}

#[test]
fn without_a_folder_there_is_no_answer() {
    Project::new().run(["heads"]).status(2).stdout("");
}

#[test]
fn as_json() {
    blog()
        .run(["heads", "--format", "json"])
        .success()
        .json(&json!({
            "schema": 1,
            "command": "heads",
            "heads": [{
                "version": "202501030000000000",
                "name": TAGS,
                "message": "create tags",
                "state": "pending",
                "applied_at": null,
                "parents": ["202501020000000000"],
                "run_in_transaction": true,
                "reversible": true,
            }],
        }));
}
