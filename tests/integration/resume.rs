use serde_json::json;

use crate::support::Project;

const UP: &str = "CREATE TABLE b1 (id INT);

CREATE TABLE b2 (id INT);
INSERT INTO nowhere VALUES (1);
CREATE TABLE b3 (id INT);
";

const DOWN: &str = "DROP TABLE b3;
DROP TABLE nowhere;
DROP TABLE b2;
DROP TABLE b1;
";

/// Three migrations, the second of which runs outside of transactions and is wrong both ways.
fn project() -> Project {
    Project::new()
        .migration("1_a", "CREATE TABLE a (id INT);", "DROP TABLE a;")
        .migration("2_b", UP, DOWN)
        .file("migrations/2_b/metadata.toml", "run_in_transaction = false")
        .migration("3_c", "CREATE TABLE c (id INT);", "DROP TABLE c;")
}

/// The same, stopped halfway.
fn stopped() -> Project {
    let project = project();
    project.run(["migrate"]).status(2);
    assert_eq!(project.tables(), ["a", "b1", "b2"]);
    project
}

const REFUSAL: &str = "
    error: 2_b stopped halfway: 2 of 4 statements stand (lines 1, 3), those in lines 4, 5 do not; the database said: no such table: nowhere

    hint: correct `up.sql` from line 4 on, then `manage migrate --resume` runs the rest
    hint: or finish it by hand, and record that with `manage migrate 2_b --fake`
    hint: or undo by hand what stands, and say so with `manage stamp 1_a`
    ";

#[test]
fn the_failure_names_the_way_on() {
    project().run(["migrate"]).status(2).stderr(
        "
        error: applying 2_b failed: no such table: nowhere
         --> migrations/2_b/up.sql:4:13
          |
        4 | INSERT INTO nowhere VALUES (1);
          |             ^^^^^^^
          |
          = applied before it in this run: 1_a
          = 2 of 4 statements stand and cannot be taken back (lines 1, 3); the migration is not recorded as applied

        hint: correct the file from the failed statement on, then `manage migrate --resume` runs the rest of it
        hint: or finish or undo the rest by hand, then say where the database is with `manage stamp 2_b`
        ",
    );
}

#[test]
fn nothing_runs_while_one_is_halfway() {
    let project = stopped();
    for command in [
        &["migrate"][..],
        &["migrate", "1_a"],
        &["migrate", "--plan"],
        &["migrate", "--check"],
        &["rollback"],
        &["rollback", "--plan"],
        &["redo"],
    ] {
        project.run(command).status(2).stdout("").stderr(REFUSAL);
    }
    assert_eq!(project.ledger(), ["1"]);
}

#[test]
fn it_is_shown_as_failed() {
    let project = stopped();
    project
        .run(["showmigrations"])
        .success()
        .stdout(
            "
            STATE    MIGRATION  APPLIED (UTC)
            applied  1_a        [TIME]
            failed   2_b
            pending  3_c
            ",
        )
        .stderr(
            "
            1 applied, 1 pending, 1 failed
            warning: 2_b stopped halfway: 2 of 4 statements stand (lines 1, 3), those in lines 4, 5 do not; the database said: no such table: nowhere
            hint: `manage check` says how to go on
            ",
        );
    project.run(["check"]).status(1).stdout(
        "
        warning[H001] 1 migration is pending: 3_c
          hint: `manage migrate` applies what is pending
        error[H009] migrations/2_b/up.sql:4: 2_b stopped halfway: 2 of 4 statements stand (lines 1, 3), those in lines 4, 5 do not; the database said: no such table: nowhere
          hint: correct `up.sql` from line 4 on, then `manage migrate --resume` runs the rest; or finish it by hand, and record that with `manage migrate 2_b --fake`; or undo by hand what stands, and say so with `manage stamp 1_a`
        Checked 3 migrations: 1 error, 1 warning, 0 notes.
        ",
    );
}

#[test]
fn the_rest_runs_once_the_file_is_corrected() {
    let project = stopped().file("migrations/2_b/up.sql", UP.replace("nowhere", "b2"));
    project
        .run(["migrate", "--resume", "--plan"])
        .success()
        .stdout(
            "
            STEP  ACTION  MIGRATION  NOTES
            1     apply   2_b        from statement 3, no transaction
            2     apply   3_c
            ",
        );
    project
        .run(["migrate", "--resume"])
        .success()
        .stdout(
            "
            Applying 2_b ... OK ([MS])
            Applying 3_c ... OK ([MS])
            Applied 2 migrations in [MS].
            ",
        )
        .stderr("");
    assert_eq!(project.tables(), ["a", "b1", "b2", "b3", "c"]);
    assert_eq!(project.ledger(), ["1", "2", "3"]);
    project
        .run(["migrate", "--resume"])
        .success()
        .stdout(
            "
            No migrations to apply.
            ",
        )
        .stderr(
            "
            No migration stopped halfway: there is nothing to resume.
            ",
        );
}

#[test]
fn it_may_fail_again_further_on() {
    let again = UP.replace("nowhere", "b2").replace("b3", "b2");
    let project = stopped().file("migrations/2_b/up.sql", &again);
    project.run(["migrate", "--resume"]).status(2);
    project
        .run(["migrate", "--plan", "--resume", "--format", "json"])
        .success()
        .json(&json!({
            "schema": 1,
            "command": "migrate",
            "executed": false,
            "steps": [
                {
                    "version": "2",
                    "name": "2_b",
                    "repeatable": false,
                    "direction": "forwards",
                    "run_in_transaction": false,
                    "reversible": true,
                    "from_log": false,
                    "from_statement": 4,
                },
                {
                    "version": "3",
                    "name": "3_c",
                    "repeatable": false,
                    "direction": "forwards",
                    "run_in_transaction": true,
                    "reversible": true,
                    "from_log": false,
                },
            ],
        }));
}

#[test]
fn what_ran_must_be_in_the_file_as_it_ran() {
    let edited = UP
        .replace("b1 (id INT)", "b1 (id TEXT)")
        .replace("nowhere", "b2");
    let project = stopped().file("migrations/2_b/up.sql", &edited);
    project
        .run(["migrate", "--resume"])
        .status(2)
        .stdout("")
        .stderr(
            "
        error: the first 2 statements of `up.sql` of 2_b (lines 1, 3) are no longer as they ran

        hint: put them back as they ran, and correct only what comes after
        hint: `manage migrate --resume=3` runs the rest from statement 3 on all the same
        ",
        );
    project.run(["migrate", "--resume=3"]).success();
    assert_eq!(project.ledger(), ["1", "2", "3"]);
}

#[test]
fn comments_and_spaces_may_change() {
    let spaced = format!("-- a note\n\n{}", UP.replace("nowhere", "b2"));
    let project = stopped().file("migrations/2_b/up.sql", &spaced);
    project.run(["migrate", "--resume"]).success();
}

#[test]
fn a_number_that_makes_no_sense_is_refused() {
    let project = stopped();
    project
        .run(["migrate", "--resume=6"])
        .status(2)
        .stdout("")
        .stderr(
            "
        error: `--resume=6` is beyond the 4 statements of 2_b

        hint: `--resume=5` records it without running any more of it
        ",
        );
    project
        .run(["migrate", "--resume=0"])
        .status(2)
        .stdout("")
        .stderr(
            "
        error: invalid value '0' for '--resume[=<N>]': statements are counted from 1

        For more information, try '--help'.
        ",
        );
    project.run(["migrate", "--resume=5"]).success();
    assert_eq!(project.tables(), ["a", "b1", "b2", "c"]);
}

#[test]
fn finished_by_hand_it_is_faked() {
    let project = stopped();
    project.sql("CREATE TABLE b3 (id INT)");
    project.run(["migrate", "2_b", "--fake"]).success().stdout(
        "
            Applying 2_b ... FAKED
            Applied 1 migration in the ledger only in [MS].
            ",
    );
    project.run(["migrate"]).success().stdout(
        "
        Applying 3_c ... OK ([MS])
        Applied 1 migration in [MS].
        ",
    );
}

#[test]
fn undone_by_hand_it_is_stamped() {
    let project = stopped();
    project.sql("DROP TABLE b1; DROP TABLE b2;");
    project
        .run(["stamp", "1_a"])
        .success()
        .stdout(
            "
            Settled 2_b: it is not applied
            ",
        )
        .stderr("");
    project.run(["migrate", "--plan"]).success().stdout(
        "
            STEP  ACTION  MIGRATION  NOTES
            1     apply   2_b        no transaction
            2     apply   3_c
            ",
    );
}

#[test]
fn what_diesel_settled_is_settled() {
    let project = stopped();
    project.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('2')");
    project.run(["check"]).status(1).stdout(
        "
        warning[H001] 1 migration is pending: 3_c
          hint: `manage migrate` applies what is pending
        Checked 3 migrations: 0 errors, 1 warning, 0 notes.
        ",
    );
    project.run(["migrate", "--plan"]).success().stderr("");
}

#[test]
fn a_way_back_that_stopped_is_carried_on() {
    let project = stopped().file("migrations/2_b/up.sql", UP.replace("nowhere", "b2"));
    project.run(["migrate", "--resume"]).success();
    project.run(["rollback", "2"]).success();
    project.run(["rollback"]).status(2);
    assert_eq!(project.tables(), ["a", "b1", "b2"]);
    let refusal = "
        error: 2_b stopped halfway on its way back: 1 of 4 statements stands (line 1), those in lines 2, 3, 4 do not; the database said: no such table: nowhere

        hint: correct `down.sql` from line 2 on, then `manage rollback --resume` runs the rest
        hint: or finish it by hand, and record that with `manage rollback --fake`
        hint: or put back by hand what is gone, and say so with `manage stamp 2_b`
        ";
    project
        .run(["migrate"])
        .status(2)
        .stdout("")
        .stderr(refusal);
    project
        .run(["migrate", "--resume"])
        .status(2)
        .stdout("")
        .stderr(
            "
        error: 2_b stopped halfway on its way back, and this does not go there

        hint: `manage rollback --resume` carries it on
        ",
        );
    let project = project.file("migrations/2_b/down.sql", DOWN.replace("nowhere", "a"));
    project
        .run(["rollback", "--resume"])
        .success()
        .stdout(
            "
            Unapplying 2_b ... OK ([MS])
            Unapplied 1 migration in [MS].
            ",
        )
        .stderr("");
    assert_eq!(project.ledger(), ["1"]);
    assert!(project.tables().is_empty());
    project
        .run(["rollback", "--resume"])
        .success()
        .stdout(
            "
            No migrations to unapply.
            ",
        )
        .stderr(
            "
            No migration stopped halfway: there is nothing to resume.
            ",
        );
    assert_eq!(project.ledger(), ["1"]);
}

#[test]
fn put_back_by_hand_it_is_stamped_as_it_was() {
    let project = stopped().file("migrations/2_b/up.sql", UP.replace("nowhere", "b2"));
    project.run(["migrate", "--resume"]).success();
    project.run(["rollback", "--steps", "2"]).status(2);
    project.sql("CREATE TABLE b3 (id INT)");
    project.run(["stamp", "2_b"]).success().stdout(
        "
            Settled 2_b: it is applied
            ",
    );
    assert_eq!(project.ledger(), ["1", "2"]);
    project.run(["migrate"]).success();
}

#[test]
fn one_that_a_transaction_took_back_is_pending() {
    let project = Project::new().migration("1_a", UP, DOWN);
    project.run(["migrate"]).status(2);
    project.run(["showmigrations"]).success().stdout(
        "
        STATE    MIGRATION  APPLIED (UTC)
        pending  1_a
        ",
    );
    project
        .file("migrations/1_a/up.sql", UP.replace("nowhere", "b2"))
        .run(["migrate"])
        .success();
}

/// The log as a crash in the third statement leaves it.
fn crashed() -> Project {
    let project = stopped().file("migrations/2_b/up.sql", UP.replace("nowhere", "b2"));
    project.sql(
        "UPDATE __diesel_manage_log SET outcome = 'running', message = NULL WHERE version = '2'",
    );
    project
}

#[test]
fn after_a_crash_nobody_knows_of_the_statement_that_was_begun() {
    let project = crashed();
    let said = "
        error: 2_b stopped halfway: 2 of 4 statements stand (lines 1, 3), and it is not known whether that in line 4 does

        hint: look whether statement 3 stands, then run the rest: `manage migrate --resume=4` if it does, `manage migrate --resume=3` if it does not
        hint: or finish it by hand, and record that with `manage migrate 2_b --fake`
        hint: or undo by hand what stands, and say so with `manage stamp 1_a`
        ";
    project.run(["migrate"]).status(2).stdout("").stderr(said);
    project
        .run(["migrate", "--resume"])
        .status(2)
        .stdout("")
        .stderr(said);
    project.run(["migrate", "--resume=4"]).success();
    assert_eq!(
        project.query("SELECT CAST(COUNT(*) AS TEXT) AS value FROM b2"),
        ["0"]
    );
    assert_eq!(project.tables(), ["a", "b1", "b2", "b3", "c"]);
}

#[test]
fn in_a_terminal_it_is_asked_for() {
    for (answer, rows) in [("y\n", "0"), ("n\n", "1")] {
        let project = crashed();
        project
            .terminal("\"$MANAGE\" --color never migrate --resume -q", answer)
            .success()
            .stdout(&format!(
                "
                ? 2_b was interrupted in statement 3, line 4:

                INSERT INTO b2 VALUES (1)

                Does it stand? [y/n] {answer}",
            ));
        assert_eq!(
            project.query("SELECT CAST(COUNT(*) AS TEXT) AS value FROM b2"),
            [rows]
        );
    }
    let project = crashed();
    project
        .terminal("\"$MANAGE\" migrate --resume", "\n")
        .status(2);
    assert_eq!(project.ledger(), ["1"]);
}
