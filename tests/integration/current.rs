use serde_json::json;

use crate::support::{POSTS, Project, TAGS, applied_blog, blog};

#[test]
fn where_the_database_is() {
    let project = blog();
    project.run(["current"]).success().stdout("").stderr(
        "
        No migration is applied.
        3 migrations are pending.
        ",
    );
    project.run(["migrate", "+2"]).success();
    project
        .run(["current"])
        .success()
        .stdout(
            "
            2025-01-02-000000-0000_create_posts
            ",
        )
        .stderr(
            "
            1 migration is pending.
            ",
        );
    project.run(["migrate"]).success();
    project
        .run(["current"])
        .success()
        .stdout(
            "
            2025-01-03-000000-0000_create_tags (head)
            ",
        )
        .stderr("");
}

#[test]
fn check_heads_answers_by_its_exit_status() {
    let project = blog();
    project
        .run(["current", "--check-heads"])
        .status(1)
        .stdout("")
        .stderr(
            "
            No migration is applied.
            3 migrations are pending.
            ",
        );
    project.run(["migrate", "+2"]).success();
    project
        .run(["current", "-c"])
        .status(1)
        .stdout(
            "
            2025-01-02-000000-0000_create_posts
            ",
        )
        .stderr(
            "
            1 migration is pending.
            ",
        );
    project.run(["migrate"]).success();
    project.run(["current", "-c"]).success();
}

#[test]
fn with_details() {
    applied_blog().run(["current", "-v"]).success().stdout(
        "
        MIGRATION                           MESSAGE      REVISES                              APPLIED (UTC)
        2025-01-03-000000-0000_create_tags  create tags  2025-01-02-000000-0000_create_posts  [TIME]
        ",
    ).stderr("");
}

#[test]
fn a_current_migration_that_is_gone() {
    let project = applied_blog();
    project.remove(&format!("migrations/{TAGS}"));
    project
        .run(["current"])
        .success()
        .stdout(
            "
            2025-01-03-000000-0000_create_tags (missing on disk)
            ",
        )
        .stderr("");
    project
        .run(["current", "-v"])
        .success()
        .stdout(
            "
            MIGRATION                           MESSAGE      REVISES  APPLIED (UTC)
            2025-01-03-000000-0000_create_tags  create tags           [TIME]
            ",
        )
        .stderr("");
    project.run(["current", "--check-heads"]).success();
}

#[test]
fn several_heads() {
    let project = Project::new()
        .revising("2025-01-01-000000-0000_a", "none")
        .revising("2025-01-02-000000-0000_b", "202501010000000000")
        .revising("2025-01-03-000000-0000_c", "202501010000000000");
    project.run(["migrate", "heads"]).success();
    project
        .run(["current"])
        .success()
        .stdout(
            "
            2025-01-02-000000-0000_b (head)
            2025-01-03-000000-0000_c (head)
            ",
        )
        .stderr("");
}

#[test]
fn branches_half_applied() {
    let project = Project::new()
        .revising("2025-01-01-000000-0000_a", "none")
        .revising("2025-01-02-000000-0000_b", "202501010000000000")
        .revising("2025-01-03-000000-0000_c", "202501010000000000");
    project.run(["migrate", "2025-01-03"]).success();
    project
        .run(["current", "--check-heads"])
        .status(1)
        .stdout(
            "
            2025-01-03-000000-0000_c (head)
            ",
        )
        .stderr(
            "
            1 migration is pending.
            ",
        );
    project.run(["migrate", "heads"]).success();
    project.run(["current", "--check-heads"]).success();
    let answer = project.run(["current", "--format", "json"]).value();
    assert_eq!(
        answer["heads"],
        json!(["202501020000000000", "202501030000000000"])
    );
    assert_eq!(answer["current"][0]["name"], "2025-01-02-000000-0000_b");
    assert_eq!(answer["current"][1]["name"], "2025-01-03-000000-0000_c");
    assert_eq!(answer["behind"], 0);
    let project = project.revising(
        "2025-01-04-000000-0000_d",
        "202501020000000000, 202501030000000000",
    );
    project
        .run(["current", "-c"])
        .status(1)
        .stdout(
            "
            2025-01-02-000000-0000_b
            2025-01-03-000000-0000_c
            ",
        )
        .stderr(
            "
            1 migration is pending.
            ",
        );
    project.run(["migrate"]).success();
    project.run(["current", "-c"]).success().stdout(
        "
        2025-01-04-000000-0000_d (head)
        ",
    );
}

#[test]
fn as_json() {
    let project = blog();
    project.run(["migrate", "+2"]).success();
    project
        .run(["current", "--format", "json"])
        .success()
        .json(&json!({
            "schema": 1,
            "command": "current",
            "current": [{
                "version": "202501020000000000",
                "name": POSTS,
                "repeatable": false,
                "message": "create posts",
                "state": "applied",
                "applied_at": "[TIME]",
                "parents": ["202501010000000000"],
                "run_in_transaction": true,
                "reversible": true,
                "replaces": [],
                "replaced_by": null,
            }],
            "heads": ["202501030000000000"],
            "behind": 1,
        }));
}
