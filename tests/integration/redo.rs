use serde_json::json;

use crate::support::{POSTS, TAGS, applied_blog, blog};

#[test]
fn the_last_one_is_undone_and_applied_again() {
    let project = applied_blog();
    project
        .run(["redo"])
        .success()
        .stdout(
            "
            Unapplying 2025-01-03-000000-0000_create_tags ... OK ([MS])
            Applying 2025-01-03-000000-0000_create_tags ... OK ([MS])
            Unapplied 1 migration, applied 1 migration in [MS].
            ",
        )
        .stderr("");
    assert_eq!(project.tables(), ["posts", "tags", "users"]);
}

#[test]
fn several() {
    let project = applied_blog();
    project
        .run(["redo", "-s", "2"])
        .success()
        .stdout(
            "
            Unapplying 2025-01-03-000000-0000_create_tags ... OK ([MS])
            Unapplying 2025-01-02-000000-0000_create_posts ... OK ([MS])
            Applying 2025-01-02-000000-0000_create_posts ... OK ([MS])
            Applying 2025-01-03-000000-0000_create_tags ... OK ([MS])
            Unapplied 2 migrations, applied 2 migrations in [MS].
            ",
        )
        .stderr("");
    assert_eq!(project.ledger().len(), 3);
}

#[test]
fn more_than_there_are() {
    let project = blog();
    project.run(["migrate", "+1"]).success();
    project
        .run(["redo", "-s", "5"])
        .success()
        .stdout(
            "
            Unapplying 2025-01-01-000000-0000_create_users ... OK ([MS])
            Applying 2025-01-01-000000-0000_create_users ... OK ([MS])
            Unapplied 1 migration, applied 1 migration in [MS].
            ",
        )
        .stderr(
            "
            warning: only 1 migration is there to unapply
            ",
        );
    project.run(["rollback"]).success();
    project
        .run(["redo"])
        .success()
        .stdout(
            "
            No migrations to redo.
            ",
        )
        .stderr("");
}

#[test]
fn a_plan_is_shown_and_not_run() {
    applied_blog()
        .run(["redo", "--plan"])
        .success()
        .stdout(
            "
            STEP  ACTION   MIGRATION                           NOTES
            1     unapply  2025-01-03-000000-0000_create_tags
            2     apply    2025-01-03-000000-0000_create_tags
            ",
        )
        .stderr("");
}

#[test]
fn as_json() {
    let value = applied_blog()
        .run(["redo", "-s2", "--format", "json"])
        .success()
        .value();
    let steps: Vec<_> = value["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["name"].as_str().unwrap(), step["direction"].clone()))
        .collect();
    assert_eq!(
        steps,
        [
            (TAGS, json!("backwards")),
            (POSTS, json!("backwards")),
            (POSTS, json!("forwards")),
            (TAGS, json!("forwards")),
        ]
    );
}
