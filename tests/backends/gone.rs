//! Migrations whose folders are gone, undone from the log.

use std::fs;

use pretty_assertions::assert_eq;

use crate::{project::Project, support::services::Server};

/// Three migrations, each resting on the one before, all applied; `2_two` has rows to take back too.
fn applied(server: Server) -> Project {
    let project = Project::with(
        server,
        &[
            (
                "1_one",
                "CREATE TABLE one (id INTEGER PRIMARY KEY, body VARCHAR(40));",
                "DROP TABLE one;",
            ),
            (
                "2_two",
                "CREATE TABLE two (id INTEGER PRIMARY KEY); INSERT INTO one VALUES (1, 'it''s');",
                "-- it's \\ gone; 日本 🦀\r\nDELETE FROM one WHERE body = 'it''s';\nDROP TABLE two",
            ),
            (
                "3_three",
                "CREATE TABLE three (id INTEGER PRIMARY KEY);",
                "DROP TABLE three;",
            ),
        ],
    );
    project.succeed(&["migrate"]);
    project
}

fn remove(project: &Project, name: &str) {
    fs::remove_dir_all(project.migrations().join(name)).expect("a folder to remove");
}

/// What the log says, but the times and the people.
fn log(project: &Project) -> Vec<String> {
    let rows = project.database.query(
        "SELECT action, direction, version, name, outcome FROM __diesel_manage_log ORDER BY id",
    );
    rows.iter().map(|row| row.join(" ")).collect()
}

on_every_engine! {
    fn what_is_gone_is_undone_from_the_log_after_asking(server: Server) {
        let project = applied(server);
        remove(&project, "2_two");
        remove(&project, "3_three");
        let transcript = project.transcript(&[
            "showmigrations",
            "rollback two --plan",
            "rollback 1",
            "migrate one",
            "rollback 1 --yes",
            "showmigrations",
            "migrate",
        ]);
        assert_eq!(transcript, include_str!("expected/undone_from_the_log.txt"));
        assert_eq!(project.tables(), ["one"]);
        assert_eq!(project.database.value("SELECT count(*) FROM one"), "0");
        assert_eq!(project.ledger(), ["1"]);
        assert_eq!(
            log(&project)[3..],
            ["run backwards 3 3_three done", "run backwards 2 2_two done"]
        );
    }

    fn all_is_undone_with_what_is_gone_among_it(server: Server) {
        let project = applied(server);
        remove(&project, "2_two");
        assert_eq!(project.manage(&["rollback", "--all"]).status, 2);
        assert_eq!(project.ledger(), ["1", "2", "3"]);
        project.succeed(&["rollback", "--all", "--yes"]);
        assert_eq!(project.tables(), Vec::<String>::new());
        assert_eq!(project.ledger(), Vec::<String>::new());
    }

    /// What was applied by another program, or had no `down.sql`, is left alone.
    fn what_the_log_does_not_know_is_not_undone(server: Server) {
        let project = Project::with(server, &[
            ("1_one", "CREATE TABLE one (id INTEGER PRIMARY KEY);", "DROP TABLE one;"),
            ("2_two", "CREATE TABLE two (id INTEGER PRIMARY KEY);", "DROP TABLE two;"),
        ]);
        fs::remove_file(project.migrations().join("2_two/down.sql")).expect("a file to remove");
        project.succeed(&["migrate"]);
        remove(&project, "2_two");
        let said = project.fail(&["rollback", "--yes"]);
        assert!(said.contains("the log has no `down.sql` of it: 2_two"), "{said}");
        project.succeed(&["rollback", "--fake"]);
        assert_eq!(project.ledger(), ["1"]);

        // Undone, and applied once more without a word in the log: perhaps another text.
        let project = applied(server);
        project.succeed(&["rollback"]);
        project.database.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('3')");
        remove(&project, "3_three");
        let said = project.fail(&["rollback", "--yes"]);
        assert!(said.contains("the log has no `down.sql` of it: 3"), "{said}");
        assert_eq!(project.ledger(), ["1", "2", "3"]);
    }

    fn the_last_text_of_several_is_the_one_that_runs(server: Server) {
        let project = applied(server);
        project.succeed(&["rollback"]);
        project.migration(
            "3_three",
            "CREATE TABLE third (id INTEGER PRIMARY KEY);",
            "DROP TABLE third;",
        );
        project.succeed(&["migrate"]);
        remove(&project, "3_three");
        project.succeed(&["rollback", "--yes"]);
        assert_eq!(project.tables(), ["one", "two"]);
    }

    fn a_kept_text_that_fails_is_shown_with_its_place(server: Server) {
        let project = applied(server);
        remove(&project, "3_three");
        project.database.execute("DROP TABLE three");
        let run = project.manage(&["rollback", "--yes"]);
        assert_eq!(run.status, 2, "{run:?}");
        assert_eq!(run.stdout, "Unapplying 3_three ... FAILED\n");
        for part in [
            "`down.sql` in the log:1",
            "DROP TABLE three",
            "hint: what the log kept cannot be corrected",
        ] {
            assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
        }
        assert!(!run.stderr.contains("--resume"), "{}", run.stderr);
        assert_eq!(project.ledger(), ["1", "2", "3"]);
        project.succeed(&["rollback", "--fake"]);
        assert_eq!(project.ledger(), ["1", "2"]);
    }

    /// What it replaces is back with the older code, and stays as it is.
    fn a_squash_that_is_gone_is_forgotten_and_not_undone(server: Server) {
        let project = Project::with(server, &[
            ("1_one", "CREATE TABLE one (id INTEGER PRIMARY KEY);", "DROP TABLE one;"),
            ("2_two", "CREATE TABLE two (id INTEGER PRIMARY KEY);", "DROP TABLE two;"),
        ]);
        project.succeed(&["squashmigrations", "two", "-m", "both", "--no-input"]);
        project.succeed(&["migrate"]);
        let folders = fs::read_dir(project.migrations()).expect("a folder");
        let names = folders.map(|entry| entry.expect("an entry").file_name().into_string());
        let names: Vec<String> = names.map(|name| name.expect("UTF-8")).collect();
        let squash = names.iter().find(|name| name.ends_with("both")).expect("a squash");
        remove(&project, squash);
        let said = project.fail(&["rollback", "--yes"]);
        assert!(said.contains(&format!("the log has no `down.sql` of it: {squash}")), "{said}");
        project.succeed(&["rollback", "--fake"]);
        assert_eq!(project.ledger(), ["1", "2"]);
        assert_eq!(project.tables(), ["one", "two"]);
        assert_eq!(project.succeed(&["migrate"]), "No migrations to apply.\n");
    }

    fn a_stamp_keeps_what_undoes_it_too(server: Server) {
        let project = applied(server);
        project.succeed(&["stamp", "two"]);
        project.succeed(&["stamp", "head"]);
        remove(&project, "3_three");
        project.succeed(&["rollback", "--yes"]);
        assert_eq!(project.tables(), ["one", "two"]);
    }
}

on_postgres! {
    /// How it was applied tells how it is undone.
    fn what_ran_outside_a_transaction_is_undone_outside_one(server: Server) {
        let project = applied(server);
        project.migration(
            "4_index",
            "CREATE INDEX CONCURRENTLY one_body ON one (body);",
            "DROP INDEX CONCURRENTLY one_body;",
        );
        project.without_transaction("4_index");
        project.succeed(&["migrate"]);
        remove(&project, "4_index");
        project.succeed(&["rollback", "--yes"]);
        let indexes = "SELECT count(*) FROM pg_indexes WHERE indexname = 'one_body'";
        assert_eq!(project.database.value(indexes), "0");
        assert_eq!(project.ledger(), ["1", "2", "3"]);
    }
}
