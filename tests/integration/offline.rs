//! `--sql`: scripts in place of changes.

use serde_json::json;

use crate::support::{POSTS, Project, TAGS, USERS, blog, installed};

const SERVER: &str = "postgres://shop_user:p%40ss%27w%23rd@db.example:1/shop_db";

const LOG: &str = "INSERT INTO __diesel_manage_log (action, direction, version, name, checksum, down_sql, started_at, milliseconds, db_user, host, process, tool, outcome, standing, message) VALUES";

/// A script from its first transaction on.
fn body(script: &str) -> &str {
    let log = script.find("__diesel_manage_log (\n").unwrap();
    script[log..].split_once(";\n\n").unwrap().1
}

fn titles(script: &str) -> Vec<&str> {
    let titles = ["-- Apply ", "-- Unapply ", "-- Record ", "-- Forget "];
    let lines = script.lines();
    lines
        .filter(|line| titles.iter().any(|title| line.starts_with(title)))
        .map(|line| &line[3..])
        .collect()
}

#[test]
fn a_whole_script() {
    let tool = concat!("manage ", env!("CARGO_PKG_VERSION"));
    let expected = format!(
        r"-- A script for SQLite, written by {tool}: 2 steps
--
-- From: base
-- To:   2_b
--
-- Run it on a database that is where it begins:
--
--     sqlite3 -bail DATABASE < SCRIPT
--
-- It stops at the first error. The migrations before the one that failed stand then, and of it
-- what its row in `__diesel_manage_log`, left `running`, counts as standing.
-- `.bail` is a line for sqlite3 alone: another client has to be told otherwise to stop.

.bail on
PRAGMA foreign_keys = ON;

CREATE TABLE IF NOT EXISTS __diesel_schema_migrations (
       version VARCHAR(50) PRIMARY KEY NOT NULL,
       run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE IF NOT EXISTS __diesel_manage_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    action TEXT NOT NULL,
    direction TEXT NOT NULL,
    version TEXT NOT NULL,
    name TEXT NOT NULL,
    checksum TEXT,
    down_sql TEXT,
    started_at TEXT NOT NULL,
    milliseconds BIGINT,
    db_user TEXT,
    host TEXT,
    process BIGINT,
    tool TEXT NOT NULL,
    outcome TEXT NOT NULL,
    standing INTEGER,
    standing_checksum TEXT,
    message TEXT
);

-- Apply 1_a

BEGIN;

-- why
CREATE TABLE a (b TEXT); -- here
INSERT INTO a VALUES ('it''s')
;

{LOG} ('run', 'forwards', '1', '1_a', 'CHECKSUM', 'DROP TABLE a;', strftime('%Y-%m-%d %H:%M:%f', 'now'), NULL, NULL, NULL, NULL, '{tool} (script)', 'done', NULL, NULL);

INSERT INTO __diesel_schema_migrations (version) VALUES ('1');

COMMIT;

-- Apply 2_b

{LOG} ('run', 'forwards', '2', '2_b', 'CHECKSUM', NULL, strftime('%Y-%m-%d %H:%M:%f', 'now'), NULL, NULL, NULL, NULL, '{tool} (script)', 'running', 0, NULL);

-- first
VACUUM;

UPDATE __diesel_manage_log SET standing = 1, standing_checksum = 'CHECKSUM' WHERE version = '2' AND outcome = 'running';

/* then */
VACUUM;

INSERT INTO __diesel_schema_migrations (version) VALUES ('2');

UPDATE __diesel_manage_log SET outcome = 'done' WHERE version = '2' AND outcome = 'running';
"
    );
    let project = Project::new()
        .migration(
            "1_a",
            "-- why\nCREATE TABLE a (b TEXT); -- here\nINSERT INTO a VALUES ('it''s')",
            "DROP TABLE a;",
        )
        .file(
            "migrations/2_b/up.sql",
            "-- first\nVACUUM;\n/* then */ VACUUM",
        )
        .file("migrations/2_b/metadata.toml", "run_in_transaction = false");
    let script = project.run(["migrate", "--sql"]).success().stderr("");
    assert_eq!(
        without_checksums(script.out()),
        without_checksums(&expected)
    );
    assert!(!project.exists("app.db"));
    let again = project.run(["migrate", "--sql"]);
    assert_eq!(again.out(), script.out());
}

/// Puts a word for what only a computer can check.
fn without_checksums(text: &str) -> String {
    let parts = text.split('\'').map(|part| {
        let is_checksum = part.len() == 64 && part.chars().all(|c| c.is_ascii_hexdigit());
        if is_checksum { "CHECKSUM" } else { part }
    });
    parts.collect::<Vec<_>>().join("'")
}

#[test]
fn ranges() {
    let applies = |names: &[&str]| -> Vec<String> {
        names.iter().map(|name| format!("Apply {name}")).collect()
    };
    for (args, expected) in [
        (&[][..], applies(&[USERS, POSTS, TAGS])),
        (&["head"], applies(&[USERS, POSTS, TAGS])),
        (&["base:head"], applies(&[USERS, POSTS, TAGS])),
        (&[":"], applies(&[USERS, POSTS, TAGS])),
        (&["create_posts"], applies(&[USERS, POSTS])),
        (&["+1"], applies(&[USERS])),
        (&["create_users:"], applies(&[POSTS, TAGS])),
        (&[":create_posts"], applies(&[USERS, POSTS])),
        (&["create_users:create_posts"], applies(&[POSTS])),
        (&["create_users:+1"], applies(&[POSTS])),
    ] {
        let outcome = blog().run([&["migrate", "--sql"], args].concat());
        assert_eq!(titles(outcome.success().out()), expected, "{args:?}");
    }
}

#[test]
fn ranges_backwards() {
    let unapplies = |names: &[&str]| -> Vec<String> {
        names.iter().map(|name| format!("Unapply {name}")).collect()
    };
    for (args, expected) in [
        (&[][..], unapplies(&[TAGS])),
        (&["-s", "2"], unapplies(&[TAGS, POSTS])),
        (&["--all"], unapplies(&[TAGS, POSTS, USERS])),
        (&["base"], unapplies(&[TAGS, POSTS, USERS])),
        (&["-2"], unapplies(&[TAGS, POSTS])),
        (&["create_users"], unapplies(&[TAGS, POSTS])),
        (&["create_posts:create_users"], unapplies(&[POSTS])),
        (&["create_posts:"], unapplies(&[POSTS, USERS])),
        (&[":create_posts"], unapplies(&[TAGS])),
        (&["create_posts:-1"], unapplies(&[POSTS])),
    ] {
        let outcome = blog().run([&["rollback", "--sql"], args].concat());
        assert_eq!(titles(outcome.success().out()), expected, "{args:?}");
    }
}

#[test]
fn the_wrong_way() {
    let project = blog();
    let says = |args: &[&str], error: &str, hint: &str| {
        let expected = format!("error: {error}\n\nhint: {hint}\n");
        let _ = project.run(args).status(2).stdout("").stderr(&expected);
    };
    says(
        &["migrate", "--sql", "create_tags:create_users"],
        "`create_tags:create_users` goes backwards",
        "`manage rollback --sql create_tags:create_users` writes that script",
    );
    says(
        &["migrate", "--sql", "create_tags:base"],
        "`create_tags:base` goes backwards",
        "`manage rollback --sql create_tags:base` writes that script",
    );
    says(
        &["migrate", "--sql", "-1"],
        "`-1` goes backwards",
        "`manage rollback --sql -1` writes that script",
    );
    says(
        &["rollback", "--sql", "create_users:create_tags"],
        "`create_users:create_tags` goes forwards",
        "`manage migrate --sql create_users:create_tags` writes that script",
    );
    says(
        &["rollback", "--sql", "create_users:head"],
        "`create_users:head` goes forwards",
        "`manage migrate --sql create_users:head` writes that script",
    );
    says(
        &["migrate", "--sql", "+1:head"],
        "`+1` is counted from where the database is, which a script does not know",
        "name a migration, `head` or `base` before the colon: `--sql FROM:TO`",
    );
    says(
        &["migrate", "--sql", "create_tgas:"],
        "no migration is named `create_tgas`",
        &format!("did you mean `{TAGS}`, `{POSTS}` or `{USERS}`?"),
    );
}

#[test]
fn nothing_to_do() {
    for args in [
        &["migrate", "--sql", "head:"][..],
        &["migrate", "--sql", "create_users:create_users"],
        &["rollback", "--sql", "base:"],
    ] {
        let outcome = blog().run(args).success().stdout("");
        let _ = outcome.stderr("Nothing to do: there is no script.\n");
    }
    blog()
        .run(["rollback", "--sql", "-s", "4"])
        .success()
        .stderr("warning: only 3 steps are there\n");
}

#[test]
fn several_heads_are_named() {
    let project = Project::new()
        .revising("1_a", "none")
        .revising("2_b", "1")
        .revising("3_c", "1");
    let _ = project.run(["migrate", "--sql"]).status(2).stdout("");
    let all = project.run(["migrate", "--sql", "heads"]).success();
    assert_eq!(titles(all.out()), ["Apply 1_a", "Apply 2_b", "Apply 3_c"]);
    assert!(all.out().contains("\n-- To:   2_b, 3_c\n"), "{}", all.out());
    let branch = project
        .run(["rollback", "--sql", "--branch", "2"])
        .success();
    assert_eq!(titles(branch.out()), ["Unapply 2_b"]);
    let other = project.run(["migrate", "--sql", "2:3"]).success();
    assert_eq!(titles(other.out()), ["Apply 3_c"]);
}

#[test]
fn what_cannot_be_undone_has_no_script() {
    let project = Project::new().file("migrations/1_a/up.sql", "SELECT 1;");
    project
        .run(["rollback", "--sql"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: 1 migration has no `down.sql` and cannot be undone: 1_a

            hint: write the missing `down.sql`; or undo it by hand and record that with `--fake`
            ",
        );
    let faked = project.run(["rollback", "--sql", "--fake"]).success();
    assert_eq!(titles(faked.out()), ["Forget 1_a"]);
}

#[test]
fn one_transaction_around_everything() {
    let project = blog();
    let outcome = project.run(["migrate", "--sql", "--atomic"]).success();
    let lines: Vec<&str> = body(outcome.out()).lines().collect();
    let control = ["BEGIN;", "COMMIT;"];
    let count = lines.iter().filter(|line| control.contains(line)).count();
    assert_eq!(
        (lines.first(), lines.last(), count),
        (Some(&"BEGIN;"), Some(&"COMMIT;"), 2)
    );
    project
        .env("DATABASE_URL", "mysql://u@db.example/x")
        .run(["migrate", "--sql", "--atomic"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: `--atomic` is impossible: MySQL and MariaDB commit around every change of structure

            hint: leave `--atomic` away: each migration then has a transaction of its own where it can
            ",
        );
}

#[test]
fn a_stamp_is_one_transaction() {
    let outcome = blog().run(["stamp", "--sql", "create_posts"]).success();
    let recorded = [format!("Record {USERS}"), format!("Record {POSTS}")];
    assert_eq!(titles(outcome.out()), recorded);
    assert_eq!(outcome.out().matches("\nCOMMIT;\n").count(), 1);
    let outcome = blog()
        .run(["stamp", "--sql", "head:create_users"])
        .success();
    let forgotten = [format!("Forget {TAGS}"), format!("Forget {POSTS}")];
    assert_eq!(titles(outcome.out()), forgotten);
}

#[test]
fn options_that_ask_for_something_else() {
    for args in [
        &["migrate", "--sql", "--plan"][..],
        &["migrate", "--sql", "--check"],
        &["rollback", "--sql", "--plan"],
        &["stamp", "--sql", "--purge", "head"],
    ] {
        let outcome = blog().run(args).status(2).stdout("");
        assert!(
            outcome.err().contains("cannot be used with"),
            "{}",
            outcome.err()
        );
    }
}

#[test]
fn as_json() {
    let project = blog();
    let text = project.run(["migrate", "--sql", ":create_users"]).success();
    project
        .run(["migrate", "--sql", ":create_users", "--format", "json"])
        .success()
        .json(&json!({
            "schema": 1,
            "command": "migrate",
            "executed": false,
            "from": [],
            "to": [USERS],
            "steps": [{
                "version": "202501010000000000",
                "name": USERS,
                "repeatable": false,
                "direction": "forwards",
                "run_in_transaction": true,
                "reversible": true,
                "from_log": false,
            }],
            "sql": text.out(),
        }));
}

#[test]
fn nobody_is_asked_and_nothing_is_told_of_the_server() {
    let project = blog()
        .env("ENVIRONMENT", "production")
        .env("DATABASE_URL", SERVER);
    for args in [
        &["migrate", "--sql"][..],
        &["rollback", "--sql", "--all"],
        &["stamp", "--sql", "head"],
    ] {
        let outcome = project.run(args).success().stderr("");
        for word in [
            "shop_user",
            "p@ss'w#rd",
            "p%40ss",
            "p@ss",
            "db.example",
            "shop_db",
        ] {
            assert!(!outcome.out().contains(word), "{word}: {}", outcome.out());
        }
    }
}

#[test]
fn what_a_session_begins_with_stands_in_the_script() {
    blog()
        .file(
            "manage.toml",
            "[databases.main]\nurl = \"sqlite://app.db\"\non_connect = [\"PRAGMA foreign_keys = OFF -- as ever\"]\n",
        )
        .run(["migrate", "--sql"])
        .success()
        .out()
        .split_once(
            "PRAGMA foreign_keys = ON;\n\nPRAGMA foreign_keys = OFF -- as ever\n;\n\nCREATE",
        )
        .unwrap();
}

#[test]
fn repeatable_migrations_come_last_and_only_at_the_head() {
    let project = blog().file("migrations/R__views.sql", "CREATE VIEW v AS SELECT 1");
    let all = project.run(["migrate", "--sql", "create_tags:"]).success();
    assert_eq!(titles(all.out()), ["Apply R__views"]);
    let some = project.run(["migrate", "--sql", "create_tags"]).success();
    assert!(!some.out().contains("R__views"), "{}", some.out());
}

#[test]
fn what_would_swallow_the_rest_of_the_script() {
    for (sql, error) in [
        (
            "SELECT 1; /* open",
            "error: a quote, a comment or a body is never closed in the SQL of 1_a\n\nhint: close it in the file: it would take in the rest of the script\n",
        ),
        (
            "SELECT 1;\nSELECT 'a\0b';",
            "error: there is a null byte in the SQL of 1_a, line 2\n\nhint: take it out of the file: the engine's client stops reading there\n",
        ),
    ] {
        let project = Project::new().migration("1_a", sql, "SELECT 1;");
        let _ = project
            .run(["migrate", "--sql"])
            .status(2)
            .stdout("")
            .stderr(error);
    }
}

#[test]
fn sqlites_own_shell_runs_it() {
    if !installed("sqlite3") {
        return;
    }
    let project = blog();
    project
        .shell("\"$MANAGE\" migrate --sql | sqlite3 app.db")
        .success()
        .stdout("")
        .stderr("");
    let _ = project.run(["migrate", "--check"]).success();
    project
        .shell("\"$MANAGE\" rollback --sql --all | sqlite3 app.db")
        .success()
        .stdout("")
        .stderr("");
    assert_eq!(project.ledger(), Vec::<String>::new());
}
