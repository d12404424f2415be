use serde_json::json;

use crate::support::{POSTS, Project, TAGS, USERS, applied_blog, blog};

/// A newest migration from the far future makes the next name certain.
const FUTURE: &str = "2999-01-01-000000-0000_far";

fn project() -> Project {
    Project::new().migration(FUTURE, "SELECT 1;", "SELECT 1;")
}

#[test]
fn the_first_migration_revises_none() {
    let project = Project::new().folder("migrations");
    project
        .run(["makemigrations", "--empty", "create users"])
        .success()
        .stdout(
            "
            Created migrations/[STAMP]_create_users/up.sql
            Created migrations/[STAMP]_create_users/down.sql
            ",
        )
        .stderr(
            "
            hint: fill both in, then `manage migrate` applies the one and `manage redo` proves the other
            ",
        );
}

#[test]
fn the_message_stands_in_the_name_and_in_the_header() {
    let project = project();
    project
        .run(["makemigrations", "--empty", "-m", "Add user's \"profile\" fields"])
        .success()
        .stdout(
            "
            Created migrations/2999-01-01-000000-0001_add_user_s_profile_fields/up.sql
            Created migrations/2999-01-01-000000-0001_add_user_s_profile_fields/down.sql
            ",
        )
        .stderr(
            "
            hint: fill both in, then `manage migrate` applies the one and `manage redo` proves the other
            ",
        );
    let up = project.read("migrations/2999-01-01-000000-0001_add_user_s_profile_fields/up.sql");
    assert_eq!(
        up.lines().take(4).collect::<Vec<_>>(),
        [
            "-- Add user's \"profile\" fields",
            "--",
            "-- Version: 299901010000000001",
            "-- Revises: 299901010000000000",
        ]
    );
    assert_eq!(
        project.read("migrations/2999-01-01-000000-0001_add_user_s_profile_fields/down.sql"),
        "-- Undoes: Add user's \"profile\" fields\n\n"
    );
}

#[test]
fn the_aliases_take_the_message_as_their_programs_do() {
    for args in [
        &["generate", "--empty", "add user table"][..],
        &["revision", "--empty", "-m", "add user table"],
        &["revision", "--empty", "--message", "add user table"],
        &["makemigrations", "--empty", "--name", "add user table"],
        &["makemigrations", "--empty", "-m", "add user table"],
        &["makemigrations", "--empty", "-madd user table"],
    ] {
        let project = project();
        project.run(args).success();
        assert!(
            project.exists("migrations/2999-01-01-000000-0001_add_user_table/up.sql"),
            "{args:?}"
        );
    }
}

#[test]
fn what_was_made_applies_and_undoes() {
    let project = applied_blog();
    project
        .run(["makemigrations", "--empty", "nothing yet"])
        .success();
    project
        .run(["migrate"])
        .success()
        .stdout(
            "
            Applying [STAMP]_nothing_yet ... OK ([MS])
            Applied 1 migration in [MS].
            ",
        )
        .stderr("");
    project.run(["redo"]).success();
    assert_eq!(project.ledger().len(), 4);
}

#[test]
fn several_heads_are_joined() {
    let project = Project::new()
        .revising("2025-01-01-000000-0000_a", "none")
        .revising("2025-01-02-000000-0000_b", "202501010000000000")
        .revising("2025-01-03-000000-0000_c", "202501010000000000");
    project
        .run(["makemigrations", "--empty", "join", "--format", "json"])
        .success()
        .json(&json!({
            "schema": 1,
            "command": "makemigrations",
            "changes": [],
            "version": "[VERSION]",
            "name": "[STAMP]_join",
            "revises": ["202501020000000000", "202501030000000000"],
            "files": ["migrations/[STAMP]_join/up.sql", "migrations/[STAMP]_join/down.sql"],
        }));
    project.run(["migrate"]).success().stderr("");
}

#[test]
fn the_head_file_is_kept_where_there_is_one() {
    let with = project().file("migrations/head.txt", "299901010000000000\n");
    with.run(["makemigrations", "--empty", "next"]).success();
    assert_eq!(with.read("migrations/head.txt"), "299901010000000001\n");
    with.run(["check", "--fail-level", "error"]).success();

    let without = project();
    without.run(["makemigrations", "--empty", "next"]).success();
    assert!(!without.exists("migrations/head.txt"));
}

#[test]
fn the_head_file_is_checked() {
    blog()
        .file("migrations/head.txt", "202501010000000000\n")
        .run(["check"])
        .status(1)
        .stdout(
            "
            warning[M015] migrations/head.txt: it names `202501010000000000`, and the newest version is `202501030000000000`
              hint: `manage makemigrations --merge` looks for branches, and rewrites it
            warning[H001] 3 migrations are pending: 2025-01-01-000000-0000_create_users, 2025-01-02-000000-0000_create_posts, 2025-01-03-000000-0000_create_tags
              hint: `manage migrate` applies what is pending
            Checked 3 migrations: 0 errors, 2 warnings, 0 notes.
            ",
        );
}

#[test]
fn an_empty_one_needs_a_message() {
    let project = blog();
    project
        .run(["makemigrations", "--empty"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: an empty migration needs a message: `manage makemigrations --empty -m MSG`
            ",
        );
    project
        .run(["makemigrations", "  "])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: the message is empty: say in a few words what the migration does
            ",
        );
    project
        .run(["makemigrations", "a", "-m", "b"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: the argument '[MSG]' cannot be used with '--message <MSG>'

            Usage: manage makemigrations <MSG>

            For more information, try '--help'.
            ",
        );
}

#[test]
fn it_needs_a_migrations_folder() {
    Project::new()
        .run(["makemigrations", "a"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: there is no migrations folder at `[ROOT]/migrations`

            hint: run `manage init` to start a project here, or name the folder with `--project` or `--migrations-dir`
            ",
        );
}

#[test]
fn messages_of_any_kind_make_safe_names() {
    for (message, name) in [
        ("../../etc/passwd", "etc_passwd"),
        ("Größe ändern", "größe_ändern"),
        ("--; DROP TABLE users", "drop_table_users"),
        ("two\nlines", "two_lines"),
        ("!!!", "migration"),
    ] {
        let project = project();
        project
            .run(["makemigrations", "--empty", &format!("--message={message}")])
            .success();
        let up = format!("migrations/2999-01-01-000000-0001_{name}/up.sql");
        let up = project.read(&up);
        assert!(
            up.lines()
                .all(|line| line.is_empty() || line.starts_with("--")),
            "{up}"
        );
        project.run(["migrate"]).success();
    }
}

#[test]
fn it_works_from_a_sub_folder() {
    let project = blog().folder("src/deep");
    project
        .run_in("src/deep", ["makemigrations", "--empty", "next"])
        .success()
        .stdout(
            "
            Created [ROOT]/migrations/[STAMP]_next/up.sql
            Created [ROOT]/migrations/[STAMP]_next/down.sql
            ",
        );
    project
        .run(["showmigrations", "--format", "json"])
        .success()
        .value()["migrations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["name"].as_str().unwrap().to_owned())
        .zip([USERS, POSTS, TAGS, "[STAMP]_next"])
        .for_each(|(name, expected)| assert_eq!(name, expected));
}
