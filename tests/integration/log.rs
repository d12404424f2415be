//! `history --log`.

use serde_json::{Value, json};

use crate::support::{Project, blog};

/// Two migrations and a repeatable one, with a log of everything that can be in it, its people and
/// times made up.
fn project() -> Project {
    let project = Project::new()
        .migration("1_a", "CREATE TABLE a (id INT);", "DROP TABLE a;")
        .migration("2_b", "CREATE TABLE b (id INT);", "DROP TABLE b;")
        .file(
            "migrations/R__v.sql",
            "DROP VIEW IF EXISTS v; CREATE VIEW v AS SELECT id FROM a;",
        );
    project.run(["migrate"]).success();
    project.run(["rollback"]).success();
    project.run(["stamp", "2_b"]).success();
    project.run(["stamp", "1_a"]).success();
    project.write("migrations/2_b/up.sql", "SELECT nope;");
    project.run(["migrate"]).status(2);
    project.write(
        "migrations/2_b/up.sql",
        "CREATE TABLE c (id INT);\nSELECT nope;",
    );
    project.write(
        "migrations/2_b/metadata.toml",
        "run_in_transaction = false\n",
    );
    project.run(["migrate"]).status(2);
    pretend(&project);
    project
}

fn pretend(project: &Project) {
    project.sql(
        "UPDATE __diesel_manage_log SET db_user = 'ann', host = 'web1', process = 4321, tool = 'manage 1.0', \
         milliseconds = id * 1000, checksum = substr(checksum, 1, 4), \
         started_at = printf('2026-01-02 03:04:%02d.500', id)",
    );
}

#[test]
fn who_ran_what_newest_first() {
    project()
        .run(["history", "--log"])
        .success()
        .stdout(
            "
            WHEN (UTC)           ACTION   MIGRATION  OUTCOME                   TIME   USER  HOST  TOOL
            [TIME]  apply    2_b        failed after 1 statement  [MS]  ann   web1  manage 1.0
            [TIME]  apply    2_b        failed                    [MS]  ann   web1  manage 1.0
            [TIME]  forget   2_b        done                      [MS]  ann   web1  manage 1.0
            [TIME]  stamp    2_b        done                      [MS]  ann   web1  manage 1.0
            [TIME]  unapply  2_b        done                      [MS]  ann   web1  manage 1.0
            [TIME]  repeat   R__v       done                      [MS]  ann   web1  manage 1.0
            [TIME]  apply    2_b        done                      [MS]  ann   web1  manage 1.0
            [TIME]  apply    1_a        done                      [MS]  ann   web1  manage 1.0
            ",
        )
        .stderr("");
}

#[test]
fn a_limit_and_a_range() {
    let project = project();
    let ids = |args: &[&str]| -> Vec<u64> {
        let args = ["history", "--log", "--format", "json"].iter().chain(args);
        let value = project.run(args).success().value();
        let rows = value["log"].as_array().unwrap().iter();
        rows.map(|row| row["id"].as_u64().unwrap()).collect()
    };
    assert_eq!(ids(&["-l", "2"]), [8, 7]);
    assert_eq!(ids(&["-l", "0"]), [0; 0]);
    assert_eq!(ids(&["-l", "99"]), [8, 7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(ids(&["-r", "1_a:1_a"]), [1]);
    assert_eq!(ids(&["-r", "2_b:", "-l", "3"]), [8, 7, 6]);
    assert_eq!(ids(&["-r", ":base"]), [0; 0]);
    project
        .run(["history", "--log", "-l", "0"])
        .success()
        .stdout("")
        .stderr(
            "
            Nothing of that is in the log.
            ",
        );
    project
        .run(["history", "--log", "-r", "wxyz:"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: no migration is named `wxyz`

            hint: `manage showmigrations` lists every name
            ",
        );
    project
        .run(["history", "--log", "--graph"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: the argument '--log' cannot be used with '--graph'

            Usage: manage history --log

            For more information, try '--help'.
            ",
        );
}

#[test]
fn with_details() {
    let project = project();
    project.sql(
        "UPDATE __diesel_manage_log SET outcome = 'running', message = NULL, milliseconds = NULL WHERE id = 8;
         UPDATE __diesel_manage_log SET message = 'it is' || char(10) || 'long' WHERE id = 7",
    );
    project
        .run(["history", "--log", "--verbose", "-l", "3"])
        .success()
        .stdout(
            "
            [TIME] apply 2_b
            Outcome:  running after 1 statement
            Begun:    in statement 2
            User:     ann
            Host:     web1
            Process:  4321
            Tool:     manage 1.0
            Checksum: 9921
            Keeps:    its `down.sql` of then

            [TIME] apply 2_b
            Outcome:  failed
            Time:     [MS]
            User:     ann
            Host:     web1
            Process:  4321
            Tool:     manage 1.0
            Checksum: ff56
            Keeps:    its `down.sql` of then
            Message:  it is
                      long

            [TIME] forget 2_b
            Outcome:  done
            Time:     [MS]
            User:     ann
            Host:     web1
            Process:  4321
            Tool:     manage 1.0
            Checksum: e904
            ",
        )
        .stderr("");
}

#[test]
fn as_json() {
    let project = project();
    project
        .run(["history", "--log", "-l", "1", "--format", "json"])
        .success()
        .json(&json!({
            "schema": 1,
            "command": "history",
            "log": [{
                "id": 8,
                "action": "run",
                "direction": "forwards",
                "version": "2",
                "name": "2_b",
                "repeatable": false,
                "started_at": "[TIME].500",
                "milliseconds": 0,
                "outcome": "failed",
                "standing": 1,
                "message": "no such column: nope",
                "user": "ann",
                "host": "web1",
                "process": 4321,
                "tool": "manage 1.0",
                "checksum": "9921",
                "keeps_down": true,
            }],
        }))
        .stderr("");
    let value = project
        .run(["history", "--log", "--format", "json"])
        .success()
        .value();
    assert_eq!(value["log"][5]["version"], Value::Null);
    assert_eq!(value["log"][5]["name"], "R__v");
    assert_eq!(value["log"][5]["repeatable"], true);
}

#[test]
fn without_a_log() {
    let note = "
        There is no log: nothing ran since `manage` keeps one, or this user may neither create nor see it.
        ";
    let project = blog();
    project
        .run(["history", "--log"])
        .success()
        .stdout("")
        .stderr(note);
    project
        .run(["history", "--log", "--format", "json"])
        .success()
        .json(&json!({ "schema": 1, "command": "history", "log": null }))
        .stderr(note);
    assert!(!project.exists("app.db"));
    project.run(["migrate"]).success();
    project.sql("DROP TABLE __diesel_manage_log");
    project
        .run(["history", "--log"])
        .success()
        .stdout("")
        .stderr(note);
    project.sql("CREATE TABLE unrelated (id INT)");
}

#[test]
fn no_migrations_folder_is_needed() {
    let project = project();
    project.remove("migrations");
    let outcome = project
        .run(["history", "--log", "-l", "1", "--project", "."])
        .success()
        .stderr("");
    assert_eq!(outcome.out().lines().count(), 2);
}

/// It is read a piece at a time.
#[test]
fn a_long_log_is_listed_whole() {
    let project = blog();
    project.run(["migrate", "+1"]).success();
    project.sql(
        "WITH RECURSIVE n (i) AS (VALUES (2) UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
         INSERT INTO __diesel_manage_log (action, direction, version, name, started_at, tool, outcome)
         SELECT 'repeat', 'forwards', 'R__x', 'R__x', '2026-01-01 00:00:00.000', 'manage', 'done' FROM n",
    );
    let outcome = project.run(["history", "--log"]).success().stderr("");
    let lines: Vec<&str> = outcome.out().lines().collect();
    assert_eq!(lines.len(), 2501);
    assert!(lines[1..].iter().all(|line| line.starts_with("[TIME]")));
    let value = project
        .run(["history", "--log", "--format", "json"])
        .success()
        .value();
    let rows = value["log"].as_array().unwrap().iter();
    let ids: Vec<u64> = rows.map(|row| row["id"].as_u64().unwrap()).collect();
    assert_eq!(ids, (1..=2500).rev().collect::<Vec<u64>>());
    let outcome = project.run(["history", "--log", "-v"]).success();
    assert_eq!(outcome.out().matches("[TIME] ").count(), 2500);
    project.run(["showmigrations"]).success().stderr(
        "
        1 applied, 2 pending, 1 removed
        ",
    );
}

#[test]
fn what_another_version_of_the_log_has_more_is_left_alone() {
    let project = blog();
    project.run(["migrate", "+1"]).success();
    project.sql("ALTER TABLE __diesel_manage_log ADD COLUMN ticket TEXT DEFAULT 'none'");
    project.run(["migrate"]).success().stderr("");
    let tickets = project.query("SELECT ticket AS value FROM __diesel_manage_log");
    assert_eq!(tickets, ["none", "none", "none"]);
    let outcome = project.run(["history", "--log"]).success().stderr("");
    assert_eq!(outcome.out().lines().count(), 4);
}

#[test]
fn a_log_that_lacks_a_column_is_told() {
    let project = blog();
    project.run(["migrate", "+1"]).success();
    project.sql("ALTER TABLE __diesel_manage_log DROP COLUMN standing");
    let error = "the log `__diesel_manage_log` cannot be read: no such column: standing";
    let hint = "hint: another `manage` may have made it: docs/MIGRATIONS.md lists its columns, `ALTER TABLE __diesel_manage_log ADD COLUMN` adds one; or rename the table, and a new one is made";
    let warning = format!(
        "warning: {error}; what stopped halfway, was edited, or runs again is not known\n{hint}\n"
    );
    for args in [&["heads"][..], &["history"], &["migrate", "--plan"]] {
        project.run(args).success().stderr(&warning);
    }
    project
        .run(["showmigrations"])
        .success()
        .stderr(&format!("{warning}1 applied, 2 pending\n"));
    project.run(["check"]).status(1).stderr(&warning);
    let refusal = format!("error: {error}\n\n{hint}\n");
    for args in [&["history", "--log"][..], &["migrate"], &["stamp", "head"]] {
        project.run(args).status(2).stdout("").stderr(&refusal);
    }
    assert_eq!(project.ledger().len(), 1);
    project.sql("ALTER TABLE __diesel_manage_log ADD COLUMN standing INTEGER");
    project.run(["migrate"]).success().stderr("");
}
