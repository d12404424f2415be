use std::{
    io::{BufRead as _, BufReader},
    process::Stdio,
    time::Duration,
};

use serde_json::json;

use crate::support::{POSTS, Project, TAGS, USERS, applied_blog, blog};

const VERSIONS: [&str; 3] = [
    "202501010000000000",
    "202501020000000000",
    "202501030000000000",
];

#[test]
fn it_applies_what_is_pending() {
    let project = blog();
    project
        .run(["migrate"])
        .success()
        .stdout(
            "
            Applying 2025-01-01-000000-0000_create_users ... OK ([MS])
            Applying 2025-01-02-000000-0000_create_posts ... OK ([MS])
            Applying 2025-01-03-000000-0000_create_tags ... OK ([MS])
            Applied 3 migrations in [MS].
            ",
        )
        .stderr("");
    assert_eq!(project.tables(), ["posts", "tags", "users"]);
    assert_eq!(project.ledger(), VERSIONS);
}

#[test]
fn the_second_time_there_is_nothing_to_do() {
    applied_blog()
        .run(["migrate"])
        .success()
        .stdout(
            "
            No migrations to apply.
            ",
        )
        .stderr("");
}

#[test]
fn as_json() {
    let project = blog();
    let step = |version: &str, name: &str| {
        json!({
            "version": version,
            "name": name,
            "repeatable": false,
            "direction": "forwards",
            "fake": false,
            "milliseconds": 0,
        })
    };
    project
        .run(["migrate", "--format", "json"])
        .success()
        .stderr(
            "
            Applying 2025-01-01-000000-0000_create_users ... OK ([MS])
            Applying 2025-01-02-000000-0000_create_posts ... OK ([MS])
            Applying 2025-01-03-000000-0000_create_tags ... OK ([MS])
            ",
        )
        .json(&json!({
            "schema": 1,
            "command": "migrate",
            "executed": true,
            "backup": null,
            "steps": [step(VERSIONS[0], USERS), step(VERSIONS[1], POSTS), step(VERSIONS[2], TAGS)],
        }));
    project
        .run(["migrate", "--format", "json"])
        .success()
        .stderr("")
        .json(&json!({ "schema": 1, "command": "migrate", "executed": true, "backup": null, "steps": [] }));
}

#[test]
fn quietly() {
    blog()
        .run(["migrate", "-q"])
        .success()
        .stdout("")
        .stderr("");
}

#[test]
fn a_plan_is_shown_and_not_run() {
    let project = blog();
    project
        .run(["migrate", "--plan"])
        .success()
        .stdout(
            "
            STEP  ACTION  MIGRATION                            NOTES
            1     apply   2025-01-01-000000-0000_create_users
            2     apply   2025-01-02-000000-0000_create_posts
            3     apply   2025-01-03-000000-0000_create_tags
            ",
        )
        .stderr("");
    assert!(!project.exists("app.db"));
    let applied = applied_blog();
    applied
        .run(["migrate", "--plan"])
        .success()
        .stdout(
            "
            No migrations to apply.
            ",
        )
        .stderr("");
    applied
        .run(["migrate", "base", "--plan"])
        .success()
        .stdout(
            "
            STEP  ACTION   MIGRATION                            NOTES
            1     unapply  2025-01-03-000000-0000_create_tags
            2     unapply  2025-01-02-000000-0000_create_posts
            3     unapply  2025-01-01-000000-0000_create_users
            ",
        )
        .stderr("");
    assert_eq!(applied.ledger(), VERSIONS);
}

#[test]
fn a_plan_as_json() {
    blog()
        .run(["migrate", "+1", "--plan", "--format", "json"])
        .success()
        .stderr("")
        .json(&json!({
            "schema": 1,
            "command": "migrate",
            "executed": false,
            "steps": [{
                "version": VERSIONS[0],
                "name": USERS,
                "repeatable": false,
                "direction": "forwards",
                "run_in_transaction": true,
                "reversible": true,
                "from_log": false,
            }],
        }));
}

#[test]
fn a_plan_notes_what_is_special() {
    Project::new()
        .file("migrations/1_a/up.sql", "SELECT 1;")
        .file("migrations/1_a/metadata.toml", "run_in_transaction = false")
        .migration("2_b", "SELECT 1;", "SELECT 1;")
        .run(["migrate", "--plan"])
        .success()
        .stdout(
            "
            STEP  ACTION  MIGRATION  NOTES
            1     apply   1_a        no transaction, irreversible
            2     apply   2_b
            ",
        );
}

#[test]
fn check_answers_by_its_exit_status() {
    let project = blog();
    project
        .run(["migrate", "--check"])
        .status(1)
        .stdout("")
        .stderr(
            "
            The database is not at `head`: 3 steps are left.
            ",
        );
    assert!(!project.exists("app.db"));
    project
        .run(["migrate", "--check", "--plan"])
        .status(1)
        .stdout(
            "
            STEP  ACTION  MIGRATION                            NOTES
            1     apply   2025-01-01-000000-0000_create_users
            2     apply   2025-01-02-000000-0000_create_posts
            3     apply   2025-01-03-000000-0000_create_tags
            ",
        )
        .stderr(
            "
            The database is not at `head`: 3 steps are left.
            ",
        );
    applied_blog()
        .run(["migrate", "--check"])
        .success()
        .stdout("")
        .stderr("");
}

#[test]
fn check_as_json() {
    let outcome = blog()
        .run(["migrate", "--check", "--format", "json"])
        .status(1);
    let value = outcome.value();
    assert_eq!(value["executed"], false);
    assert_eq!(value["steps"].as_array().unwrap().len(), 3);
}

#[test]
fn targets_forwards_in_every_form() {
    for (target, tables) in [
        ("head", &["posts", "tags", "users"][..]),
        ("heads", &["posts", "tags", "users"]),
        ("+1", &["users"]),
        ("+2", &["posts", "users"]),
        ("202501020000000000", &["posts", "users"]),
        ("20250102", &["posts", "users"]),
        ("2025-01-02", &["posts", "users"]),
        (POSTS, &["posts", "users"]),
        ("2025-01-02-000000-0000_create_posts/", &["posts", "users"]),
        ("create_posts", &["posts", "users"]),
        ("create_u", &["users"]),
    ] {
        let project = blog();
        project.run(["upgrade", target]).success();
        assert_eq!(project.tables(), tables, "{target}");
    }
}

#[test]
fn targets_backwards_in_every_form() {
    for (target, tables) in [
        ("base", &[][..]),
        ("zero", &[]),
        ("-1", &["posts", "users"]),
        ("-2", &["users"]),
        ("202501020000000000", &["posts", "users"]),
        (USERS, &["users"]),
        ("create_posts", &["posts", "users"]),
        ("create_tags", &["posts", "tags", "users"]),
    ] {
        let project = applied_blog();
        project.run(["migrate", target]).success();
        assert_eq!(project.tables(), tables, "{target}");
    }
}

#[test]
fn a_target_behind_the_database_goes_back() {
    let project = applied_blog();
    project
        .run(["migrate", "create_users"])
        .success()
        .stdout(
            "
            Unapplying 2025-01-03-000000-0000_create_tags ... OK ([MS])
            Unapplying 2025-01-02-000000-0000_create_posts ... OK ([MS])
            Unapplied 2 migrations in [MS].
            ",
        )
        .stderr("");
    project
        .run(["migrate", "create_users"])
        .success()
        .stdout(
            "
            No migrations to apply.
            ",
        )
        .stderr("");
    project
        .run(["migrate", "zero"])
        .success()
        .stdout(
            "
            Unapplying 2025-01-01-000000-0000_create_users ... OK ([MS])
            Unapplied 1 migration in [MS].
            ",
        )
        .stderr("");
    project
        .run(["migrate", "zero"])
        .success()
        .stdout(
            "
            No migrations to apply.
            ",
        )
        .stderr("");
}

#[test]
fn more_steps_than_there_are() {
    let project = blog();
    project
        .run(["migrate", "+5"])
        .success()
        .stdout(
            "
            Applying 2025-01-01-000000-0000_create_users ... OK ([MS])
            Applying 2025-01-02-000000-0000_create_posts ... OK ([MS])
            Applying 2025-01-03-000000-0000_create_tags ... OK ([MS])
            Applied 3 migrations in [MS].
            ",
        )
        .stderr(
            "
            warning: only 3 migrations are there to apply
            ",
        );
    project
        .run(["migrate", "+1"])
        .success()
        .stdout(
            "
            No migrations to apply.
            ",
        )
        .stderr("");
}

#[test]
fn unknown_and_ambiguous_targets() {
    let project = blog();
    project.run(["migrate", "create_psts"]).status(2).stdout("").stderr(
        "
        error: no migration is named `create_psts`

        hint: did you mean `2025-01-02-000000-0000_create_posts`, `2025-01-01-000000-0000_create_users` or `2025-01-03-000000-0000_create_tags`?
        ",
    );
    project
        .run(["migrate", "wxyz"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: no migration is named `wxyz`

            hint: `manage showmigrations` lists every name
            ",
        );
    project.run(["migrate", "create"]).status(2).stdout("").stderr(
        "
        error: `create` could be any of 3 migrations

        hint: it fits 2025-01-01-000000-0000_create_users, 2025-01-02-000000-0000_create_posts, 2025-01-03-000000-0000_create_tags: type more of the name
        ",
    );
    project.run(["migrate", ""]).status(2).stdout("").stderr(
        "
        error: no migration is named ``

        hint: `manage showmigrations` lists every name
        ",
    );
    project.run(["migrate", "+x"]).status(2).stdout("").stderr(
        "
        error: no migration is named `+x`

        hint: `manage showmigrations` lists every name
        ",
    );
    assert!(!project.exists("app.db"));
}

#[test]
fn fake_changes_the_ledger_only() {
    let project = blog();
    project
        .run(["migrate", "--fake"])
        .success()
        .stdout(
            "
            Applying 2025-01-01-000000-0000_create_users ... FAKED
            Applying 2025-01-02-000000-0000_create_posts ... FAKED
            Applying 2025-01-03-000000-0000_create_tags ... FAKED
            Applied 3 migrations in the ledger only in [MS].
            ",
        )
        .stderr("");
    assert!(project.tables().is_empty());
    assert_eq!(project.ledger(), VERSIONS);
    project
        .run(["migrate", "create_users", "--fake"])
        .success()
        .stdout(
            "
            Unapplying 2025-01-03-000000-0000_create_tags ... FAKED
            Unapplying 2025-01-02-000000-0000_create_posts ... FAKED
            Unapplied 2 migrations in the ledger only in [MS].
            ",
        )
        .stderr("");
    assert_eq!(project.ledger(), VERSIONS[..1]);
}

#[test]
fn atomic_is_all_or_nothing() {
    let project = blog();
    project
        .run(["migrate", "--atomic"])
        .success()
        .stdout(
            "
            Applying 2025-01-01-000000-0000_create_users ... OK ([MS])
            Applying 2025-01-02-000000-0000_create_posts ... OK ([MS])
            Applying 2025-01-03-000000-0000_create_tags ... OK ([MS])
            Applied 3 migrations in [MS].
            ",
        )
        .stderr("");
    assert_eq!(project.ledger(), VERSIONS);
}

#[test]
fn atomic_needs_transactions() {
    let project = blog()
        .migration("2025-02-01-000000-0000_alone", "VACUUM;", "SELECT 1;")
        .file(
            "migrations/2025-02-01-000000-0000_alone/metadata.toml",
            "run_in_transaction = false\n",
        );
    project
        .run(["migrate", "--atomic"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: `--atomic` is impossible: 2025-02-01-000000-0000_alone runs outside a transaction

            hint: leave `--atomic` away: each migration then has a transaction of its own where it can
            ",
        );
    project.run(["migrate"]).success().stderr("");
}

#[test]
fn a_late_migration_runs_with_a_warning() {
    let project = applied_blog().migration(
        "2025-01-02-120000-0000_create_late",
        "CREATE TABLE late (id INTEGER);",
        "DROP TABLE late;",
    );
    project
        .run(["migrate", "--plan"])
        .success()
        .stdout(
            "
            STEP  ACTION  MIGRATION                           NOTES
            1     apply   2025-01-02-120000-0000_create_late  out of order
            ",
        )
        .stderr("");
    project
        .run(["migrate"])
        .success()
        .stdout(
            "
            Applying 2025-01-02-120000-0000_create_late ... OK ([MS])
            Applied 1 migration in [MS].
            ",
        )
        .stderr(
            "
            warning: 1 migration is older than what is applied: 2025-01-02-120000-0000_create_late
            ",
        );
}

#[test]
fn a_late_migration_can_be_refused() {
    let project = applied_blog().migration(
        "2025-01-02-120000-0000_create_late",
        "CREATE TABLE late (id INTEGER);",
        "DROP TABLE late;",
    );
    project
        .run(["migrate", "--refuse-out-of-order"])
        .status(2)
        .stdout("")
        .stderr(
            r#"
            error: 1 migration is out of order: 2025-01-02-120000-0000_create_late

            hint: it is older than what is applied: give it a newer version (`manage makemigrations --rebase MIGRATION`), or allow that with `[migrate] out_of_order = "warn"`
            "#,
        );
    let project = project.file("manage.toml", "[migrate]\nout_of_order = \"refuse\"\n");
    project.run(["migrate"]).status(2).stdout("").stderr(
        r#"
        error: 1 migration is out of order: 2025-01-02-120000-0000_create_late

        hint: it is older than what is applied: give it a newer version (`manage makemigrations --rebase MIGRATION`), or allow that with `[migrate] out_of_order = "warn"`
        "#,
    );
    project.run(["migrate", "--fake"]).status(2);
    assert_eq!(project.ledger(), VERSIONS);
}

#[test]
fn several_heads_stop() {
    let project = Project::new()
        .revising("2025-01-01-000000-0000_a", "none")
        .revising("2025-01-02-000000-0000_b", "202501010000000000")
        .revising("2025-01-03-000000-0000_c", "202501010000000000");
    project.run(["migrate"]).status(2).stdout("").stderr(
        "
        error: the migrations have 2 heads: 2025-01-02-000000-0000_b, 2025-01-03-000000-0000_c

        hint: `manage makemigrations --merge` joins them; `manage makemigrations --rebase MIGRATION` puts a branch on top of the other; `manage migrate heads` applies them all
        ",
    );
    assert!(!project.exists("app.db") || project.tables().is_empty());
    project.run(["migrate", "_b"]).status(2).stderr(
        "
        error: no migration is named `_b`

        hint: `manage showmigrations` lists every name
        ",
    );
    project
        .run(["migrate", "b"])
        .success()
        .stdout(
            "
            Applying 2025-01-01-000000-0000_a ... OK ([MS])
            Applying 2025-01-02-000000-0000_b ... OK ([MS])
            Applied 2 migrations in [MS].
            ",
        )
        .stderr("");
    project
        .run(["migrate", "heads"])
        .success()
        .stdout(
            "
            Applying 2025-01-03-000000-0000_c ... OK ([MS])
            Applied 1 migration in [MS].
            ",
        )
        .stderr("");
    project
        .run(["migrate"])
        .success()
        .stdout(
            "
            No migrations to apply.
            ",
        )
        .stderr("");
}

#[test]
fn a_migration_that_is_gone_is_warned_of() {
    let project = applied_blog();
    project.remove(&format!("migrations/{POSTS}"));
    project
        .run(["migrate"])
        .success()
        .stdout(
            "
            No migrations to apply.
            ",
        )
        .stderr(
            "
            warning: 1 migration is applied but gone from the migrations folder: 2025-01-02-000000-0000_create_posts
            ",
        );
    project.run(["migrate", "create_users"]).status(2).stdout("").stderr(
        "
        warning: 1 migration is applied but gone from the migrations folder: 2025-01-02-000000-0000_create_posts
        error: undoing what is gone from the migrations folder by the `down.sql` in the log (2025-01-02-000000-0000_create_posts) needs a yes, and there is no terminal to ask at

        hint: `--yes` says it in advance
        ",
    );
    project.run(["migrate", "create_psts"]).status(2).stdout("").stderr(
        "
        warning: 1 migration is applied but gone from the migrations folder: 2025-01-02-000000-0000_create_posts
        error: no migration is named `create_psts`

        hint: did you mean `2025-01-02-000000-0000_create_posts`, `2025-01-01-000000-0000_create_users` or `2025-01-03-000000-0000_create_tags`?
        ",
    );
}

#[test]
fn two_at_once_end_with_everything_applied_once() {
    let project = Project::new()
        .migration(
            "1_a",
            "CREATE TABLE a (id INTEGER);
             INSERT INTO a WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT i FROM n;",
            "DROP TABLE a;",
        )
        .migration("2_b", "CREATE TABLE b (id INTEGER);", "DROP TABLE b;")
        .migration("3_c", "CREATE TABLE c (id INTEGER);", "DROP TABLE c;");
    let start = || {
        project
            .command(["migrate"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let (one, other) = (start(), start());
    for outcome in [project.wait(one), project.wait(other)] {
        outcome.success();
    }
    project.run(["migrate"]).success();
    assert_eq!(project.tables(), ["a", "b", "c"]);
    assert_eq!(project.ledger(), ["1", "2", "3"]);
    assert_eq!(
        project.query("SELECT CAST(count(*) AS TEXT) AS value FROM a"),
        ["200000"]
    );
}

#[test]
fn killed_in_the_middle_it_completes_the_next_time() {
    let slow = "CREATE TABLE b (id INTEGER);
        INSERT INTO b WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n LIMIT 500000000;";
    let project = Project::new()
        .migration("1_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;")
        .migration("2_b", slow, "DROP TABLE b;");
    let mut child = project
        .command(["migrate"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut first)
        .unwrap();
    assert!(first.starts_with("Applying 1_a ... OK"), "{first}");
    // By now the second has most likely written something; the outcome is the same where it has not.
    std::thread::sleep(Duration::from_millis(100));
    child.kill().unwrap();
    child.wait().unwrap();
    project.write("migrations/2_b/up.sql", "CREATE TABLE b (id INTEGER);");
    project
        .run(["showmigrations"])
        .success()
        .stdout(
            "
            STATE    MIGRATION  APPLIED (UTC)
            applied  1_a        [TIME]
            pending  2_b
            ",
        )
        .stderr(
            "
            1 applied, 1 pending
            ",
        );
    project
        .run(["migrate"])
        .success()
        .stdout(
            "
            Applying 2_b ... OK ([MS])
            Applied 1 migration in [MS].
            ",
        )
        .stderr("");
    assert_eq!(project.tables(), ["a", "b"]);
}

#[test]
fn interrupted_it_ends_and_completes_the_next_time() {
    let project = Project::new().migration(
        "1_a",
        "CREATE TABLE a (id INTEGER);
         INSERT INTO a WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n LIMIT 500000000;",
        "DROP TABLE a;",
    );
    project
        .shell("timeout --preserve-status --signal INT 0.5 \"$MANAGE\" migrate")
        .status(130);
    assert!(project.tables().is_empty());
    project.write("migrations/1_a/up.sql", "CREATE TABLE a (id INTEGER);");
    project.run(["migrate"]).success();
}

#[test]
fn a_plan_refuses_late_migrations_too_where_asked() {
    applied_blog()
        .migration("2025-01-02-120000-0000_create_late", "SELECT 1;", "SELECT 1;")
        .run(["migrate", "--plan", "--refuse-out-of-order"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: 1 migration is out of order: 2025-01-02-120000-0000_create_late

            hint: it is older than what is applied: give it a newer version (`manage makemigrations --rebase MIGRATION`), or allow that with `[migrate] out_of_order = \"warn\"`
            ",
        );
}
