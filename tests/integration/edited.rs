//! Migrations whose files were edited after they were applied.

use serde_json::json;

use crate::support::{POSTS, Project, TAGS, USERS, applied_blog, blog};

fn edit(project: &Project, name: &str, text: impl AsRef<[u8]>) {
    project.write(&format!("migrations/{name}/up.sql"), text);
}

/// The middle one of three is another than the one that ran.
fn edited() -> Project {
    let project = applied_blog();
    edit(
        &project,
        POSTS,
        "CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT);\n",
    );
    project
}

fn states(project: &Project) -> Vec<String> {
    let value = project
        .run(["showmigrations", "--format", "json"])
        .success()
        .value();
    let migrations = value["migrations"].as_array().unwrap().iter();
    migrations
        .map(|m| m["state"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn it_is_shown() {
    let project = edited();
    project
        .run(["showmigrations"])
        .success()
        .stdout(
            "
            STATE    MIGRATION                            APPLIED (UTC)
            applied  2025-01-01-000000-0000_create_users  [TIME]
            edited   2025-01-02-000000-0000_create_posts  [TIME]
            applied  2025-01-03-000000-0000_create_tags   [TIME]
            ",
        )
        .stderr(
            "
            2 applied, 0 pending, 1 edited
            hint: `edited`: the file is no longer the one that ran; `manage check` says how to go on
            ",
        );
    project
        .run(["history", "-l", "2"])
        .success()
        .stdout(
            "
            STATE    VERSION             MESSAGE       REVISES             APPLIED (UTC)
            applied  202501030000000000  create tags   202501020000000000  [TIME]
            edited   202501020000000000  create posts  202501010000000000  [TIME]
            ",
        )
        .stderr("");
    project
        .run(["history", "--graph"])
        .success()
        .stdout(
            "
            *  202501030000000000  create tags (head, current)
            *  202501020000000000  create posts (edited)
            *  202501010000000000  create users
            ",
        )
        .stderr("");
    project
        .run(["history", "--verbose", "-r", "create_posts:create_posts"])
        .success()
        .stdout(
            "
            2025-01-02-000000-0000_create_posts
            Version: 202501020000000000
            Revises: 2025-01-01-000000-0000_create_users
            Applied: [TIME] UTC
            Edited:  yes: the file is no longer the one that ran
            Path:    migrations/2025-01-02-000000-0000_create_posts

                create posts
            ",
        );
    assert_eq!(states(&project), ["applied", "edited", "applied"]);
}

#[test]
fn check_says_how_to_go_on() {
    let project = edited();
    edit(
        &project,
        USERS,
        "-- Users\nCREATE TABLE users (id INTEGER PRIMARY KEY);\n",
    );
    project
        .run(["check"])
        .status(1)
        .stdout(
            "
            error[H013] migrations/2025-01-01-000000-0000_create_users/up.sql: 2025-01-01-000000-0000_create_users was edited after it was applied, [TIME]
            error[H013] migrations/2025-01-02-000000-0000_create_posts/up.sql: 2025-01-02-000000-0000_create_posts was edited after it was applied, [TIME]
              hint: put the file back as it was, and write a new migration of what should change; or, where nothing should, `manage stamp 2025-01-03-000000-0000_create_tags` accepts what is edited as it is now
            Checked 3 migrations: 2 errors, 0 warnings, 0 notes.
            ",
        )
        .stderr("");
}

#[test]
fn migrate_warns_and_goes_on() {
    let project = blog();
    project.run(["migrate", "+2"]).success();
    edit(&project, USERS, "SELECT 1;");
    project
        .run(["migrate"])
        .success()
        .stdout(
            "
            Applying 2025-01-03-000000-0000_create_tags ... OK ([MS])
            Applied 1 migration in [MS].
            ",
        )
        .stderr(
            "
            warning: 1 migration was edited after being applied, and will not run again: 2025-01-01-000000-0000_create_users; `manage check` says how to go on
            ",
        );
}

#[test]
fn what_was_put_back_is_applied_again() {
    let project = edited();
    edit(
        &project,
        POSTS,
        "CREATE TABLE posts (id INTEGER PRIMARY KEY);\n",
    );
    assert_eq!(states(&project), ["applied"; 3]);
    project.run(["check"]).success().stderr("");
}

#[test]
fn line_endings_and_space_at_their_ends_do_not_count() {
    let project = Project::new().migration("1_a", "-- a\nCREATE TABLE a (\n  id INT\n);\n", "");
    project.run(["migrate"]).success();
    for (text, state) in [
        ("-- a\r\nCREATE TABLE a (\r\n  id INT\r\n);\r\n", "applied"),
        ("-- a\nCREATE TABLE a (  \n  id INT\t\n);", "applied"),
        (
            "\u{feff}-- a\nCREATE TABLE a (\n  id INT\n);\n\n\n",
            "applied",
        ),
        ("-- b\nCREATE TABLE a (\n  id INT\n);\n", "edited"),
        ("-- a\nCREATE TABLE a (\n id INT\n);\n", "edited"),
        ("-- a\n\nCREATE TABLE a (\n  id INT\n);\n", "edited"),
        (
            "-- a\n--\n-- Revises: none\n\nCREATE TABLE a (\n  id INT\n);\n",
            "edited",
        ),
    ] {
        edit(&project, "1_a", text);
        assert_eq!(states(&project), [state], "{text:?}");
    }
}

#[test]
fn what_is_at_the_end_of_a_long_file_counts() {
    let long = "INSERT INTO a VALUES (1);\n".repeat(1_000);
    let project = Project::new()
        .migration("1_a", "CREATE TABLE a (id INT);", "DROP TABLE a;")
        .migration("2_b", &long, "DELETE FROM a;");
    project.run(["migrate"]).success();
    assert_eq!(states(&project), ["applied", "applied"]);
    edit(
        &project,
        "2_b",
        format!("{long}INSERT INTO a VALUES (2);\n"),
    );
    assert_eq!(states(&project), ["applied", "edited"]);
}

#[test]
fn a_stamp_accepts_it() {
    let project = edited();
    project
        .run(["stamp", TAGS])
        .success()
        .stdout(
            "
            Accepted 2025-01-02-000000-0000_create_posts: its file as it is now
            ",
        )
        .stderr("");
    assert_eq!(states(&project), ["applied"; 3]);
    project.run(["check"]).success();
    project.run(["stamp", TAGS]).success().stdout(
        "
        The ledger says so already.
        ",
    );
    edit(&project, POSTS, "SELECT 1;");
    project.run(["check"]).status(1).stdout(
        "
        error[H013] migrations/2025-01-02-000000-0000_create_posts/up.sql: 2025-01-02-000000-0000_create_posts was edited after it was recorded, [TIME]
          hint: put the file back as it was, and write a new migration of what should change; or, where nothing should, `manage stamp 2025-01-03-000000-0000_create_tags` accepts what is edited as it is now
        Checked 3 migrations: 1 error, 0 warnings, 0 notes.
        ",
    );
    project
        .run(["stamp", TAGS, "--format", "json"])
        .success()
        .json(&json!({
            "schema": 1,
            "command": "stamp",
            "recorded": [],
            "forgotten": [],
            "settled": [],
            "accepted": ["202501020000000000"],
        }));
    assert_eq!(project.ledger().len(), 3);
}

#[test]
fn what_is_beyond_the_stamp_is_not_accepted() {
    let project = edited();
    project.run(["stamp", USERS]).success().stdout(
        "
        Forgot 2025-01-03-000000-0000_create_tags
        Forgot 2025-01-02-000000-0000_create_posts
        ",
    );
    assert_eq!(states(&project), ["applied", "pending", "pending"]);
}

#[test]
fn the_way_back_is_free_to_change() {
    let project = applied_blog();
    project.write(
        &format!("migrations/{TAGS}/down.sql"),
        "DROP TABLE tags;\nCREATE TABLE was_here (id INT);\n",
    );
    assert_eq!(states(&project), ["applied"; 3]);
    project.run(["rollback"]).success().stderr("");
    assert_eq!(project.tables(), ["posts", "users", "was_here"]);
}

#[test]
fn what_runs_again_is_edited_no_longer() {
    let project = edited();
    project.run(["rollback", "-s", "2"]).success().stderr("");
    assert_eq!(states(&project), ["applied", "pending", "pending"]);
    project.run(["migrate"]).success().stderr("");
    assert_eq!(states(&project), ["applied"; 3]);
}

#[test]
fn what_the_log_does_not_know_is_never_edited() {
    let project = edited();
    project.sql("DELETE FROM __diesel_manage_log WHERE version = '202501020000000000'");
    assert_eq!(states(&project), ["applied"; 3]);
    project.sql("DROP TABLE __diesel_manage_log");
    assert_eq!(states(&project), ["applied"; 3]);
    project.run(["migrate"]).success().stderr("");
}

/// Nobody knows from which file.
#[test]
fn what_another_program_applied_again_is_not_edited() {
    let project = edited();
    project.sql("UPDATE __diesel_schema_migrations SET run_on = datetime(run_on, '+2 minutes')");
    assert_eq!(states(&project), ["applied"; 3]);
    project.run(["check"]).success();
}

#[test]
fn what_a_squash_replaces_is_not_edited() {
    let project = blog();
    project.run(["migrate"]).success();
    project
        .run(["squashmigrations", "create_posts", "-m", "both"])
        .success();
    project.run(["migrate"]).success();
    edit(&project, POSTS, "SELECT 1;");
    let squash = std::fs::read_dir(project.path("migrations")).unwrap();
    let squash = squash.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let squash = squash
        .into_iter()
        .find(|name| name.ends_with("both"))
        .unwrap();
    assert_eq!(
        states(&project),
        ["replaced", "replaced", "applied", "applied"]
    );
    let text = project.read(&format!("migrations/{squash}/up.sql"));
    edit(&project, &squash, format!("{text}SELECT 2;\n"));
    assert_eq!(
        states(&project),
        ["replaced", "replaced", "edited", "applied"]
    );
}

/// They have no need of the files, which may be many.
#[test]
fn current_and_heads_do_not_look() {
    let project = applied_blog();
    edit(&project, TAGS, "SELECT 1;");
    project.run(["current"]).success().stdout(
        "
        2025-01-03-000000-0000_create_tags (head)
        ",
    );
    project.run(["heads"]).success().stdout(
        "
        2025-01-03-000000-0000_create_tags (applied)
        ",
    );
}

#[test]
fn what_stopped_halfway_on_its_way_back_is_failed_and_not_edited() {
    let project = Project::new()
        .migration(
            "1_a",
            "CREATE TABLE a (id INT);\nCREATE TABLE b (id INT);\n",
            "DROP TABLE a;\nDROP TABLE nowhere;\n",
        )
        .file("migrations/1_a/metadata.toml", "run_in_transaction = false");
    project.run(["migrate"]).success();
    edit(&project, "1_a", "SELECT 1;");
    project.run(["rollback"]).status(2);
    assert_eq!(states(&project), ["failed"]);
}
