//! Servers that go away, and a `manage` that is killed, in the middle of a migration.

use std::net::TcpListener;

use pretty_assertions::assert_eq;

use crate::{
    forward::forward,
    project::{Project, ended, eventually},
    support::services::{Server, TestDatabase},
};

/// A statement that takes so many seconds.
fn sleep(server: Server, seconds: u32) -> String {
    if server.is_postgres() {
        format!("SELECT pg_sleep({seconds})")
    } else {
        format!("SELECT SLEEP({seconds})")
    }
}

/// The sessions of a database that run a statement which sleeps.
fn sleepers(database: &TestDatabase) -> Vec<String> {
    let sql = if database.server().is_postgres() {
        format!(
            "SELECT pid FROM pg_stat_activity WHERE datname = '{}' AND state = 'active' AND query LIKE 'SELECT pg_sleep(%'",
            database.name()
        )
    } else {
        format!(
            "SELECT id FROM information_schema.processlist WHERE db = '{}' AND info LIKE 'SELECT SLEEP(%'",
            database.name()
        )
    };
    database.query(&sql).into_iter().flatten().collect()
}

/// A project whose second migration sleeps between two tables.
fn sleepy(server: Server, seconds: u32) -> Project {
    Project::with(
        server,
        &[
            ("1_a", "CREATE TABLE a (id INTEGER)", "DROP TABLE a"),
            (
                "2_sleepy",
                &format!(
                    "CREATE TABLE IF NOT EXISTS b (id INTEGER);\n{};\nCREATE TABLE c (id INTEGER);\n",
                    sleep(server, seconds)
                ),
                "DROP TABLE c; DROP TABLE b;",
            ),
        ],
    )
}

/// Starts `migrate`, has its connection lost while it sleeps, and returns what it says.
fn lose(project: &Project, url: &str, cut: impl FnOnce()) -> String {
    let args = &["migrate", "--database-url", url];
    let child = project.start(args);
    eventually("the migration sleeps", || {
        !sleepers(&project.database).is_empty()
    });
    cut();
    let run = ended(child, args);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stderr.contains("applying 2_sleepy failed: "), "{run:?}");
    assert!(
        run.stderr.contains("--> migrations/2_sleepy/up.sql:2:1\n"),
        "{run:?}"
    );
    assert!(
        run.stderr
            .contains("`manage showmigrations` says what is recorded"),
        "{run:?}"
    );
    assert!(!run.stderr.contains("https://"), "{run:?}");
    assert_eq!(project.ledger(), ["1"]);
    run.stderr
}

/// Ends the sessions that sleep, from the server's side.
fn end_sleepers(database: &TestDatabase) {
    for id in sleepers(database) {
        database.execute(&if database.server().is_postgres() {
            format!("SELECT pg_terminate_backend({id})")
        } else {
            format!("KILL CONNECTION {id}")
        });
    }
}

/// [`lose`] by the server's hand.
fn cut_off(project: &Project) -> String {
    let url = project.database.url();
    lose(project, &url, || end_sleepers(&project.database))
}

/// The second run, without the sleep.
fn completes(project: &Project) {
    project.migration(
        "2_sleepy",
        "CREATE TABLE IF NOT EXISTS b (id INTEGER);\nCREATE TABLE c (id INTEGER);\n",
        "DROP TABLE c; DROP TABLE b;",
    );
    // What may stand is taken up only where somebody says so; a transaction leaves nothing.
    let run = project.manage(&["migrate"]);
    if run.status == 2 {
        assert!(
            !project.database.server().is_postgres()
                || project.migrations().join("2_sleepy/metadata.toml").exists(),
            "{run:?}"
        );
        assert!(run.stderr.contains("2_sleepy stopped halfway"), "{run:?}");
        project.succeed(&["migrate", "--resume=1"]);
    }
    assert_eq!(project.tables(), ["a", "b", "c"]);
    assert_eq!(project.ledger(), ["1", "2"]);
}

on_servers! {
    fn a_lost_connection_is_told_from_a_wrong_statement(server: Server) {
        let project = sleepy(server, 60);
        let said = cut_off(&project);
        if server.is_postgres() {
            assert!(said.contains("= the connection was lost, and the server takes back what the migration did in its transaction\n"), "{said}");
            assert_eq!(project.tables(), ["a"]);
        } else {
            assert!(said.contains("= the connection was lost: 1 of 3 statements stands (line 1), and it is not known whether the one it was lost in does; the migration is not recorded as applied\n"), "{said}");
            assert_eq!(project.tables(), ["a", "b"]);
        }
        completes(&project);
    }

    fn a_connection_lost_outside_a_transaction_leaves_what_ran(server: Server) {
        let project = sleepy(server, 60);
        project.without_transaction("2_sleepy");
        let said = cut_off(&project);
        assert!(said.contains("= the connection was lost: 1 of 3 statements stands (line 1), and it is not known whether the one it was lost in does; the migration is not recorded as applied\n"), "{said}");
        assert!(said.contains("hint: or finish or undo the rest by hand, then say where the database is with `manage stamp 2_sleepy`\n"), "{said}");
        assert_eq!(project.tables(), ["a", "b"]);
        completes(&project);
    }

    fn a_network_that_breaks_is_told_of_too(server: Server) {
        let project = sleepy(server, 60);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let lines = forward(listener, server.port());
        let url = project.database.url().replace(&format!(":{}/", server.port()), &format!(":{port}/"));
        let said = lose(&project, &url, || lines.cut());
        assert!(said.contains("= the connection was lost"), "{said}");
        // The server does not know yet.
        end_sleepers(&project.database);
        completes(&project);
    }

    fn a_killed_run_leaves_nothing_that_stops_the_next(server: Server) {
        let project = sleepy(server, 2);
        let mut child = project.start(&["migrate"]);
        eventually("the migration sleeps", || !sleepers(&project.database).is_empty());
        child.kill().expect("it runs");
        child.wait().expect("it has ended");
        assert_eq!(project.ledger(), ["1"]);
        // While the server still runs what the dead left.
        completes(&project);
        eventually("its session ends", || sleepers(&project.database).is_empty());
        assert_eq!(project.tables(), ["a", "b", "c"]);
        assert_eq!(project.ledger(), ["1", "2"]);
    }
}

on_transactional_engines! {
    fn nothing_is_left_open_by_a_run_that_succeeds(server: Server) {
        let project = Project::of(server, "migrations");
        project.succeed(&["migrate"]);
        if server.is_postgres() {
            let others = format!("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = '{}' AND pid <> pg_backend_pid()", project.database.name());
            eventually("its session ends", || project.database.value(&others) == "0");
        }
        project.database.execute("DROP TABLE order_items");
    }
}
