//! What stopped halfway, and how it is put right.

use pretty_assertions::assert_eq;

use crate::{
    project::{Project, eventually},
    support::services::Server,
};

const UP: &str = "CREATE TABLE b1 (id INTEGER);
CREATE TABLE b2 (id INTEGER);

INSERT INTO nowhere (id) VALUES (1);
CREATE TABLE b3 (id INTEGER);
";

const DOWN: &str = "DROP TABLE b3;
DROP TABLE nowhere;
DROP TABLE b2;
DROP TABLE b1;
";

/// Three migrations, the second of which runs outside of transactions, wherever there are any.
fn project(server: Server, up: &str) -> Project {
    let project = Project::with(
        server,
        &[
            ("1_a", "CREATE TABLE a (id INTEGER)", "DROP TABLE a"),
            ("2_b", up, DOWN),
            ("3_c", "CREATE TABLE c (id INTEGER)", "DROP TABLE c"),
        ],
    );
    if server != Server::Mariadb {
        project.without_transaction("2_b");
    }
    project
}

/// What the states are, one word each.
fn states(project: &Project) -> Vec<String> {
    let answer = project.succeed(&["showmigrations", "--format", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    let migrations = answer["migrations"].as_array().unwrap();
    let words = migrations
        .iter()
        .map(|m| m["state"].as_str().unwrap().to_owned());
    words.collect()
}

/// A statement that takes its time, and a way to see that it runs.
fn slow(server: Server) -> (&'static str, &'static str) {
    match server {
        Server::Mariadb => (
            "SELECT SLEEP(120);",
            "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%' AND db = DATABASE()",
        ),
        _ => (
            "SELECT pg_sleep(120);",
            "SELECT COUNT(*)::text FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active' AND datname = current_database()",
        ),
    }
}

on_every_engine! {
    fn a_migration_that_broke_is_carried_on_after_what_stands(server: Server) {
        let project = project(server, UP);
        let said = project.fail(&["migrate"]);
        assert!(said.contains("hint: correct the file from the failed statement on, then `manage migrate --resume` runs the rest of it\n"), "{said}");
        assert_eq!(project.tables(), ["a", "b1", "b2"]);
        assert_eq!(states(&project), ["applied", "failed", "pending"]);
        let said = project.fail(&["migrate"]);
        assert!(said.starts_with("error: 2_b stopped halfway: 2 of 4 statements stand (lines 1, 2), those in lines 4, 5 do not; the database said: "), "{said}");
        project.migration("2_b", &UP.replace("nowhere", "a"), DOWN);
        project.succeed(&["migrate", "--resume"]);
        assert_eq!(project.tables(), ["a", "b1", "b2", "b3", "c"]);
        assert_eq!(project.ledger(), ["1", "2", "3"]);
        assert_eq!(states(&project), ["applied", "applied", "applied"]);
        assert_eq!(project.database.value("SELECT COUNT(*) FROM a"), "1");
    }

    fn a_way_back_that_broke_is_carried_on_after_what_stands(server: Server) {
        let project = project(server, &UP.replace("nowhere", "a"));
        project.succeed(&["migrate"]);
        let said = project.fail(&["rollback", "--all"]);
        assert!(said.contains("`manage rollback --resume`"), "{said}");
        assert_eq!(project.tables(), ["a", "b1", "b2"]);
        assert_eq!(states(&project), ["applied", "failed", "pending"]);
        assert_eq!(project.ledger(), ["1", "2"]);
        project.migration("2_b", UP, &DOWN.replace("TABLE nowhere", "TABLE IF EXISTS nowhere"));
        project.succeed(&["rollback", "--resume"]);
        assert_eq!(project.tables(), ["a"]);
        assert_eq!(project.ledger(), ["1"]);
        assert_eq!(states(&project), ["applied", "pending", "pending"]);
    }

    fn a_stamp_settles_it_both_ways(server: Server) {
        let project = project(server, UP);
        project.fail(&["migrate"]);
        for table in ["b1", "b2"] {
            project.database.execute(&format!("DROP TABLE {table}"));
        }
        assert_eq!(project.succeed(&["stamp", "1_a"]), "Settled 2_b: it is not applied\n");
        assert_eq!(states(&project), ["applied", "pending", "pending"]);
        project.fail(&["migrate"]);
        assert_eq!(project.succeed(&["stamp", "2_b"]), "Recorded 2_b\n");
        assert_eq!(states(&project), ["applied", "applied", "pending"]);
        project.database.execute("CREATE TABLE b3 (id INTEGER)");
        project.fail(&["rollback"]);
        assert_eq!(project.succeed(&["stamp", "2_b"]), "Settled 2_b: it is applied\n");
        assert_eq!(states(&project), ["applied", "applied", "pending"]);
        assert_eq!(project.ledger(), ["1", "2"]);
        project.succeed(&["migrate"]);
    }

    fn a_ledger_that_diesel_made_is_taken_over_without_a_word(server: Server) {
        let project = project(server, &UP.replace("nowhere", "a"));
        project.succeed(&["migrate"]);
        project.database.execute("DROP TABLE __diesel_manage_log");
        project.migration("4_d", "CREATE TABLE d (id INTEGER)", "DROP TABLE d");
        assert_eq!(states(&project), ["applied", "applied", "applied", "pending"]);
        assert!(!project.database.table_exists("__diesel_manage_log"));
        let said = project.manage(&["check"]);
        let expected = "warning[H001] 1 migration is pending: 4_d\n  hint: `manage migrate` applies what is pending\nChecked 4 migrations: 0 errors, 1 warning, 0 notes.\n";
        assert_eq!((said.stdout.as_str(), said.stderr.as_str()), (expected, ""));
        assert!(!project.database.table_exists("__diesel_manage_log"));
        let said = project.manage(&["migrate"]);
        assert_eq!((said.status, said.stderr.as_str()), (0, ""), "{said:?}");
        let rows = "SELECT version FROM __diesel_manage_log";
        assert_eq!(project.database.query(rows), [["4"]]);
        project.succeed(&["rollback", "-s", "2"]);
        assert_eq!(project.ledger(), ["1", "2"]);
    }
}

on_servers! {
    fn a_killed_runner_leaves_word_of_where_it_was(server: Server) {
        let (statement, running) = slow(server);
        let project = project(server, &UP.replace("INSERT INTO nowhere (id) VALUES (1);", statement));
        let mut runner = project.start(&["migrate"]);
        eventually("the slow statement runs", || project.database.value(running) == "1");
        runner.kill().expect("the process is ours");
        runner.wait().expect("the process is ours");
        if server == Server::Mariadb {
            // As long as it lives nobody knows that it will come to nothing.
            assert_eq!(states(&project), ["applied", "pending", "pending"]);
            eventually("its session ends", || project.database.value(running) == "0");
        }
        assert_eq!(states(&project), ["applied", "failed", "pending"]);
        let said = project.fail(&["migrate", "--resume"]);
        assert_eq!(said.lines().next(), Some("error: 2_b stopped halfway: 2 of 4 statements stand (lines 1, 2), and it is not known whether that in line 4 does"));
        assert!(said.contains("`manage migrate --resume=4` if it does, `manage migrate --resume=3` if it does not"), "{said}");
        project.succeed(&["migrate", "--resume=4"]);
        assert_eq!(project.tables(), ["a", "b1", "b2", "b3", "c"]);
        assert_eq!(states(&project), ["applied", "applied", "applied"]);
    }
}
