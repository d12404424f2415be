use serde_json::json;

use crate::support::{POSTS, Project, TAGS, applied_blog, blog};

const VERSIONS: [&str; 3] = [
    "202501010000000000",
    "202501020000000000",
    "202501030000000000",
];

#[test]
fn the_head_is_recorded_without_running_sql() {
    let project = blog();
    project
        .run(["stamp", "head"])
        .success()
        .stdout(
            "
            Recorded 2025-01-01-000000-0000_create_users
            Recorded 2025-01-02-000000-0000_create_posts
            Recorded 2025-01-03-000000-0000_create_tags
            ",
        )
        .stderr("");
    assert!(project.tables().is_empty());
    assert_eq!(project.ledger(), VERSIONS);
    project
        .run(["stamp", "head"])
        .success()
        .stdout(
            "
            The ledger says so already.
            ",
        )
        .stderr("");
}

#[test]
fn a_migration_in_the_middle_forgets_what_comes_after() {
    let project = applied_blog();
    project
        .run(["stamp", "create_users"])
        .success()
        .stdout(
            "
            Forgot 2025-01-03-000000-0000_create_tags
            Forgot 2025-01-02-000000-0000_create_posts
            ",
        )
        .stderr("");
    assert_eq!(project.tables(), ["posts", "tags", "users"]);
    assert_eq!(project.ledger(), VERSIONS[..1]);
    project
        .run(["stamp", POSTS])
        .success()
        .stdout(
            "
            Recorded 2025-01-02-000000-0000_create_posts
            ",
        )
        .stderr("");
    project
        .run(["stamp", "base"])
        .success()
        .stdout(
            "
            Forgot 2025-01-02-000000-0000_create_posts
            Forgot 2025-01-01-000000-0000_create_users
            ",
        )
        .stderr("");
    assert!(project.ledger().is_empty());
}

#[test]
fn purge_forgets_what_is_gone() {
    let project = applied_blog();
    project.remove(&format!("migrations/{TAGS}"));
    project
        .run(["stamp", "head"])
        .success()
        .stdout(
            "
            The ledger says so already.
            ",
        )
        .stderr("");
    assert_eq!(project.ledger(), VERSIONS);
    project
        .run(["stamp", "head", "--purge"])
        .success()
        .stdout(
            "
            Forgot 2025-01-03-000000-0000_create_tags
            ",
        )
        .stderr("");
    assert_eq!(project.ledger(), VERSIONS[..2]);
}

#[test]
fn as_json() {
    let project = blog();
    project
        .run(["stamp", "create_users", "--format", "json"])
        .success()
        .json(&json!({
            "schema": 1,
            "command": "stamp",
            "recorded": [VERSIONS[0]],
            "forgotten": [],
            "settled": [],
            "accepted": [],
        }));
}

#[test]
fn targets_that_make_no_sense() {
    let project = blog();
    project.run(["stamp"]).status(2).stdout("").stderr(
        "
        error: the following required arguments were not provided:
          <TARGET>...

        Usage: manage stamp <TARGET>...

        For more information, try '--help'.
        ",
    );
    project.run(["stamp", "wxyz"]).status(2).stdout("").stderr(
        "
        error: no migration is named `wxyz`

        hint: `manage showmigrations` lists every name
        ",
    );
    project
        .run(["stamp", "+1", "head"])
        .status(2)
        .stdout("")
        .stderr(
            "
        error: `+1` counts from where the database is, and cannot stand beside other targets

        hint: name migrations, `head` or `base`
        ",
        );
    assert!(!project.exists("app.db"));
    let project = applied_blog();
    project.remove(&format!("migrations/{TAGS}"));
    project
        .run(["stamp", VERSIONS[2]])
        .status(2)
        .stdout("")
        .stderr(
            "
        error: `2025-01-03-000000-0000_create_tags` is gone from the migrations folder

        hint: name a migration that is there; `manage showmigrations` lists them
        ",
        );
}

#[test]
fn steps_count_from_where_the_database_is() {
    let project = blog();
    project
        .run(["stamp", "+2"])
        .success()
        .stdout(
            "
            Recorded 2025-01-01-000000-0000_create_users
            Recorded 2025-01-02-000000-0000_create_posts
            ",
        )
        .stderr("");
    project
        .run(["stamp", "-1"])
        .success()
        .stdout(
            "
            Forgot 2025-01-02-000000-0000_create_posts
            ",
        )
        .stderr("");
    project
        .run(["stamp", "-3"])
        .success()
        .stdout(
            "
            Forgot 2025-01-01-000000-0000_create_users
            ",
        )
        .stderr(
            "
            warning: only 1 migration is there to forget
            ",
        );
    assert!(project.ledger().is_empty());
}

#[test]
fn branches_are_stamped_together() {
    let project = Project::new()
        .migration(
            "1_a",
            "-- a\n--\n-- Version: 1\n-- Revises: none\nSELECT 1;",
            "SELECT 1;",
        )
        .migration(
            "2_b",
            "-- b\n--\n-- Version: 2\n-- Revises: 1\nSELECT 1;",
            "SELECT 1;",
        )
        .migration(
            "3_c",
            "-- c\n--\n-- Version: 3\n-- Revises: 1\nSELECT 1;",
            "SELECT 1;",
        )
        .migration(
            "4_d",
            "-- d\n--\n-- Version: 4\n-- Revises: 3\nSELECT 1;",
            "SELECT 1;",
        );
    project
        .run(["stamp", "2_b", "3_c"])
        .success()
        .stdout(
            "
            Recorded 1_a
            Recorded 2_b
            Recorded 3_c
            ",
        )
        .stderr("");
    project
        .run(["stamp", "4_d"])
        .success()
        .stdout(
            "
            Forgot 2_b
            Recorded 4_d
            ",
        )
        .stderr("");
    assert_eq!(project.ledger(), ["1", "3", "4"]);
}
