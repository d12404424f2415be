use crate::support::Project;

fn project() -> Project {
    Project::new()
        .migration(
            "2026-01-01-000000-0000_create_users",
            "CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);\n",
            "DROP TABLE users;\n",
        )
        .migration(
            "2026-01-02-000000-0000_add_email",
            "ALTER TABLE users ADD COLUMN email TEXT;\nCREATE INDEX users_email_idx ON users (email);\n",
            "DROP INDEX users_email_idx;\n",
        )
        .migration(
            "2026-01-03-000000-0000_create_posts",
            "CREATE TABLE posts (id INTEGER PRIMARY KEY);\n",
            "DROP TABLE posts;\nDROP TABLE drafts;\n",
        )
}

const FOUND: &str = "
    warning[H001] 3 migrations are pending: 2026-01-01-000000-0000_create_users, 2026-01-02-000000-0000_add_email, 2026-01-03-000000-0000_create_posts
      hint: `manage migrate` applies what is pending
    error[R002] migrations/2026-01-02-000000-0000_add_email/down.sql: `down.sql` leaves behind: column `users.email`
      hint: drop in `down.sql` what `up.sql` creates
    error[R001] migrations/2026-01-03-000000-0000_create_posts/down.sql:2: `down.sql` fails right behind `up.sql`: no such table: drafts
      hint: undo what `up.sql` does, the last statement first
    Checked 3 migrations: 2 errors, 1 warning, 0 notes.
";

#[test]
fn wrong_ways_back_are_found_and_nothing_is_touched() {
    let project = project();
    project
        .run(["check", "--reversible"])
        .status(1)
        .stdout(FOUND)
        .stderr("");
    assert!(!project.exists("app.db"));
}

#[test]
fn ways_back_are_tried_only_when_asked_for() {
    let project = project();
    project.run(["migrate"]).success();
    project.run(["check"]).success();
    project.run(["check", "--reversible"]).status(1);
}

#[test]
fn a_comment_with_a_reason_allows_a_way_back_that_is_none() {
    let project = Project::new().migration(
        "2026-01-01-000000-0000_create_users",
        "CREATE TABLE users (id INTEGER PRIMARY KEY);\n",
        "-- manage: allow(idle-down) the first tables stay\n",
    );
    project.run(["migrate"]).success();
    project
        .run(["check", "--reversible"])
        .success()
        .stdout("\n    Checked 1 migration: nothing found.\n");
}

#[test]
fn a_migration_without_a_way_back_is_the_files_checks_business() {
    let project = Project::new().file(
        "migrations/2026-01-01-000000-0000_create_users/up.sql",
        "CREATE TABLE users (id INTEGER PRIMARY KEY);\n",
    );
    project.run(["migrate"]).success();
    project
        .run(["check", "--reversible", "--fail-level", "error"])
        .success()
        .stdout(
            "
            info[M007] migrations/2026-01-01-000000-0000_create_users: it has no `down.sql`
              hint: write one, if only a comment, so that it can be undone
            Checked 1 migration: 0 errors, 0 warnings, 1 note.
            ",
        );
}

#[test]
fn what_does_not_run_at_all_stops_with_its_place() {
    let project = Project::new().migration(
        "2026-01-01-000000-0000_create_users",
        "CREATE TABLE users (id INTEGER PRIMARY KEY);\nCREATE INDEX i ON nothing (id);\n",
        "DROP TABLE users;\n",
    );
    let run = project.run(["check", "--reversible"]).status(2);
    assert!(run.err().contains("up.sql:2"), "{}", run.err());
}

#[test]
fn a_squash_is_tried_and_what_it_replaces_is_not() {
    let project = Project::new()
        .migration(
            "2026-01-01-000000-0000_create_users",
            "-- users\n--\n-- Version: 202601010000000000\n-- Revises: none\n\nCREATE TABLE users (id INTEGER PRIMARY KEY);\n",
            "-- nothing yet\n",
        )
        .migration(
            "2026-01-01-000000-0001_squashed",
            "-- all\n--\n-- Version: 202601010000000001\n-- Revises: none\n-- Replaces: 202601010000000000\n\nCREATE TABLE users (id INTEGER PRIMARY KEY);\n",
            "DROP TABLE users;\n",
        );
    project
        .run(["check", "--reversible", "--fail-level", "error"])
        .success()
        .stdout(
            "
            warning[H001] 1 migration is pending: 2026-01-01-000000-0001_squashed
              hint: `manage migrate` applies what is pending
            Checked 2 migrations: 0 errors, 1 warning, 0 notes.
            ",
        );
}
