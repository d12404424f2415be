use serde_json::json;

use crate::support::{POSTS, Project, TAGS, USERS, applied_blog, blog};

#[test]
fn the_last_one_is_undone() {
    let project = applied_blog();
    project
        .run(["rollback"])
        .success()
        .stdout(
            "
            Unapplying 2025-01-03-000000-0000_create_tags ... OK ([MS])
            Unapplied 1 migration in [MS].
            ",
        )
        .stderr("");
    assert_eq!(project.tables(), ["posts", "users"]);
}

#[test]
fn steps_and_targets_in_every_form() {
    for (args, tables) in [
        (&["rollback", "-s", "2"][..], &["users"][..]),
        (&["rollback", "--steps", "2"], &["users"]),
        (&["rollback", "-n2"], &["users"]),
        (&["downgrade", "-1"], &["posts", "users"]),
        (&["downgrade", "-2"], &["users"]),
        (&["downgrade", "base"], &[]),
        (&["downgrade", "zero"], &[]),
        (&["rollback", "--all"], &[]),
        (&["rollback", "-a"], &[]),
        (&["rollback", "create_users"], &["users"]),
        (&["rollback", POSTS], &["posts", "users"]),
        (&["rollback", "202501010000000000"], &["users"]),
        (&["rollback", "create_tags"], &["posts", "tags", "users"]),
        (&["rollback", "-s", "0"], &["posts", "tags", "users"]),
    ] {
        let project = applied_blog();
        project.run(args).success();
        assert_eq!(project.tables(), tables, "{args:?}");
    }
}

#[test]
fn all_of_them_in_order() {
    let project = applied_blog();
    project
        .run(["rollback", "--all"])
        .success()
        .stdout(
            "
            Unapplying 2025-01-03-000000-0000_create_tags ... OK ([MS])
            Unapplying 2025-01-02-000000-0000_create_posts ... OK ([MS])
            Unapplying 2025-01-01-000000-0000_create_users ... OK ([MS])
            Unapplied 3 migrations in [MS].
            ",
        )
        .stderr("");
    assert!(project.ledger().is_empty());
    project
        .run(["rollback"])
        .success()
        .stdout(
            "
            No migrations to unapply.
            ",
        )
        .stderr("");
}

#[test]
fn on_a_database_that_is_not_there() {
    let project = blog();
    project
        .run(["rollback"])
        .success()
        .stdout(
            "
            No migrations to unapply.
            ",
        )
        .stderr("");
}

#[test]
fn as_json() {
    applied_blog()
        .run(["rollback", "--format", "json"])
        .success()
        .json(&json!({
            "schema": 1,
            "command": "rollback",
            "executed": true,
            "backup": null,
            "steps": [{
                "version": "202501030000000000",
                "name": TAGS,
                "repeatable": false,
                "direction": "backwards",
                "fake": false,
                "milliseconds": 0,
            }],
        }));
}

#[test]
fn a_plan_is_shown_and_not_run() {
    let project = applied_blog();
    project
        .run(["rollback", "-s", "2", "--plan"])
        .success()
        .stdout(
            "
            STEP  ACTION   MIGRATION                            NOTES
            1     unapply  2025-01-03-000000-0000_create_tags
            2     unapply  2025-01-02-000000-0000_create_posts
            ",
        )
        .stderr("");
    assert_eq!(project.ledger().len(), 3);
}

#[test]
fn fake_changes_the_ledger_only() {
    let project = applied_blog();
    project
        .run(["rollback", "--fake"])
        .success()
        .stdout(
            "
            Unapplying 2025-01-03-000000-0000_create_tags ... FAKED
            Unapplied 1 migration in the ledger only in [MS].
            ",
        )
        .stderr("");
    assert_eq!(project.tables(), ["posts", "tags", "users"]);
    assert_eq!(project.ledger().len(), 2);
}

#[test]
fn targets_that_make_no_sense() {
    let project = blog();
    project.run(["migrate", "create_posts"]).success();
    project.run(["rollback", "create_tags"]).status(2).stdout("").stderr(
        "
        error: `2025-01-03-000000-0000_create_tags` is not applied, so there is nothing to go back to

        hint: `manage current` shows where the database is
        ",
    );
    project.run(["rollback", "+1"]).status(2).stdout("").stderr(
        "
        error: `+1` goes the wrong way for `rollback`

        hint: `manage migrate +N` goes forwards
        ",
    );
    project
        .run(["rollback", "head"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: `head` goes the wrong way for `rollback`

            hint: `manage migrate +N` goes forwards
            ",
        );
    project
        .run(["rollback", "wxyz"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: no migration is named `wxyz`

            hint: `manage showmigrations` lists every name
            ",
        );
    project
        .run(["rollback", "base", "--steps", "1"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: the argument '[TARGET]' cannot be used with '--steps <N>'

            Usage: manage rollback <TARGET>

            For more information, try '--help'.
            ",
        );
}

#[test]
fn without_a_down_sql_nothing_is_undone() {
    let project = Project::new()
        .file("migrations/1_a/up.sql", "CREATE TABLE a (id INTEGER);")
        .migration("2_b", "CREATE TABLE b (id INTEGER);", "DROP TABLE b;");
    project.run(["migrate"]).success();
    project
        .run(["rollback", "--all"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: 1 migration has no `down.sql` and cannot be undone: 1_a

            hint: write the missing `down.sql`; or undo it by hand and record that with `--fake`
            ",
        );
    assert_eq!(project.tables(), ["a", "b"]);
    project.run(["rollback"]).success();
    project.run(["rollback", "--fake"]).success();
    assert!(project.ledger().is_empty());
}

#[test]
fn a_migration_that_is_gone_is_undone_from_the_log_once_said_so() {
    let project = applied_blog();
    project.remove(&format!("migrations/{TAGS}"));
    project
        .run(["rollback", "--plan"])
        .success()
        .stdout(&format!(
            "
        STEP  ACTION   MIGRATION                           NOTES
        1     unapply  {TAGS}  from the log
        "
        ));
    project
        .run(["rollback"])
        .status(2)
        .stdout("")
        .stderr(&format!(
            "
            error: undoing what is gone from the migrations folder by the `down.sql` in the log ({TAGS}) needs a yes, and there is no terminal to ask at

            hint: `--yes` says it in advance
            "
        ));
    assert_eq!(project.ledger().len(), 3);
    project
        .run(["rollback", "--yes"])
        .success()
        .stdout(&format!(
            "
            Unapplying {TAGS} ... OK ([MS])
            Unapplied 1 migration in [MS].
            "
        ))
        .stderr("");
    assert_eq!(project.ledger().len(), 2);
}

#[test]
fn a_migration_that_is_gone_cannot_be_undone_without_a_log() {
    let project = applied_blog();
    project.remove(&format!("migrations/{TAGS}"));
    project.sql("DROP TABLE __diesel_manage_log");
    for args in [
        &["rollback"][..],
        &["rollback", "create_users"],
        &["rollback", "--plan"],
    ] {
        project.run(args).status(2).stdout("").stderr(
            "
            error: 1 migration is applied but gone from the migrations folder, and the log has no `down.sql` of it: 202501030000000000

            hint: bring back from version control what is gone; or undo it by hand and record that with `--fake`
            ",
        );
    }
    project.run(["redo"]).status(2).stdout("").stderr(
        "
        error: 1 migration is gone from the migrations folder, and cannot be applied again: 202501030000000000

        hint: bring back from version control what is gone; `manage rollback` undoes it, where the log kept its `down.sql`
        ",
    );
    assert_eq!(project.ledger().len(), 3);
    project.run(["rollback", "--fake"]).success();
    assert_eq!(project.ledger().len(), 2);
}

#[test]
fn a_failing_down_sql() {
    let project = blog().migration(
        USERS,
        "CREATE TABLE users (id INTEGER);",
        "DROP TABLE usrs;\n",
    );
    project.run(["migrate"]).success();
    project
        .run(["rollback", "--all"])
        .status(2)
        .stdout(
            "
            Unapplying 2025-01-03-000000-0000_create_tags ... OK ([MS])
            Unapplying 2025-01-02-000000-0000_create_posts ... OK ([MS])
            Unapplying 2025-01-01-000000-0000_create_users ... FAILED
            ",
        )
        .stderr(
            "
            error: unapplying 2025-01-01-000000-0000_create_users failed: no such table: usrs
             --> migrations/2025-01-01-000000-0000_create_users/down.sql:1:12
              |
            1 | DROP TABLE usrs;
              |            ^^^^
              |
              = done before it in this run: 2 migrations, the last 2025-01-02-000000-0000_create_posts
              = nothing of this migration stands: it was rolled back

            hint: correct the file, then run `manage rollback` again
            ",
        );
    assert_eq!(project.tables(), ["users"]);
}

#[test]
fn in_production_a_terminal_is_asked() {
    let project = applied_blog().env("ENVIRONMENT", "production");
    project
        .terminal("\"$MANAGE\" --color never rollback", "n\n")
        .status(2)
        .stdout(
            "
            ? unapplying 1 migration (2025-01-03-000000-0000_create_tags), in production (sqlite://[ROOT]/app.db). Go on? [y/N] n
            error: nothing was done
            ",
        );
    // Ctrl-D
    project
        .terminal("\"$MANAGE\" --color never rollback", "\u{4}")
        .status(2)
        .stdout(
            "
            ? unapplying 1 migration (2025-01-03-000000-0000_create_tags), in production (sqlite://[ROOT]/app.db). Go on? [y/N] 
            error: nothing was done
            ",
        );
    project
        .terminal("\"$MANAGE\" --no-input --color never rollback", "y\n")
        .status(2)
        .stdout(
            "
            error: unapplying 1 migration (2025-01-03-000000-0000_create_tags), in production (sqlite://[ROOT]/app.db) needs a yes, and there is no terminal to ask at

            hint: `--yes` says it in advance
            ",
        );
    assert_eq!(project.ledger().len(), 3);
    project
        .terminal("\"$MANAGE\" --color never rollback", "y\n")
        .success();
    assert_eq!(project.ledger().len(), 2);
}
