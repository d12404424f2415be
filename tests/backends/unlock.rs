//! Who has the lock on the database, and `unlock`.

use pretty_assertions::assert_eq;
use serde_json::Value;

use crate::{
    lost::end_sleepers,
    project::{Project, ended, eventually, without_times},
    support::services::Server,
};

#[derive(Clone, Copy)]
enum Takes {
    AWhile,
    Ages,
}

/// A migration that takes a few seconds, or as good as for ever: SQLite has no way to sleep.
fn slow(server: Server, takes: Takes) -> String {
    let (steps, seconds) = match takes {
        Takes::AWhile => (6_000_000, 3),
        Takes::Ages => (6_000_000_000_u64, 600),
    };
    let wait = match server {
        Server::Sqlite => {
            format!(
                "CREATE TABLE b AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {steps}) SELECT COUNT(*) AS c FROM n"
            )
        }
        Server::Postgres | Server::Postgres2 => format!("SELECT pg_sleep({seconds})"),
        Server::Mariadb => format!("SELECT SLEEP({seconds})"),
    };
    format!("CREATE TABLE a (id INTEGER);\n{wait};\n")
}

on_every_engine! {
    fn unlock_names_who_has_the_lock(server: Server) {
        let project = Project::with(server, &[("1_a", &slow(server, Takes::Ages), "DROP TABLE a")]);
        assert_eq!(project.succeed(&["unlock"]), "The database is not locked.\n");
        assert_eq!(project.tables(), Vec::<String>::new());

        let migrate = &["migrate"];
        let mut runner = project.start(migrate);
        let process = runner.id();
        let mut answer = Value::Null;
        eventually("it has the lock, and the log says who it is", || {
            let run = project.manage(&["unlock", "--format", "json"]);
            answer = serde_json::from_str(&run.stdout).unwrap();
            run.status == 2 && answer["error"]["holder"]["process"] == process
        });
        let run = project.manage(&["unlock"]);
        let waiting = project.manage(&["migrate", "--lock-wait", "0"]);
        runner.kill().expect("it runs");
        runner.wait().expect("it has ended");

        let text = |key: &str| answer["error"]["holder"][key].as_str().unwrap().to_owned();
        let session = match server {
            Server::Sqlite => String::new(),
            _ => format!(" (the server's session {})", text("session")),
        };
        let holder = format!("the database is locked by process {process} of {} on {}{session}, since DATE TIME UTC", text("user"), text("host"));
        let end = match server {
            Server::Sqlite => String::new(),
            Server::Postgres | Server::Postgres2 => format!(", or its session: `SELECT pg_terminate_backend({})`", text("session")),
            Server::Mariadb => format!(", or its session: `KILL {}`", text("session")),
        };
        assert_eq!(
            (run.status, without_times(&run.stderr)),
            (2, format!("error: {holder}\n\nhint: wait until it is done; where it hangs, end that process{end}\n"))
        );
        assert_eq!(waiting.status, 2, "{waiting:?}");
        assert!(without_times(&waiting.stderr).contains(&format!("error: {holder}; waited TIME\n")), "{waiting:?}");
    }

    fn a_dead_holder_leaves_nothing_to_unlock(server: Server) {
        let project = Project::with(server, &[("1_a", &slow(server, Takes::Ages), "DROP TABLE a")]);
        let mut runner = project.start(&["migrate"]);
        eventually("it has the lock", || project.manage(&["unlock"]).status == 2);
        runner.kill().expect("it runs");
        runner.wait().expect("it has ended");
        if server != Server::Sqlite {
            end_sleepers(&project.database);
        }
        eventually("its session ends", || project.manage(&["unlock"]).status == 0);
        let answer: Value = serde_json::from_str(&project.succeed(&["unlock", "--format", "json"])).unwrap();
        assert_eq!(answer["removed"], Value::Null);
        if server == Server::Sqlite {
            let file = project.database.path().with_file_name("test.db-manage-lock");
            assert!(!file.exists());
        }
    }

    fn a_migration_that_runs_is_waited_for_and_not_called_halfway(server: Server) {
        let project = Project::with(server, &[("1_a", &slow(server, Takes::AWhile), "DROP TABLE a")]);
        project.without_transaction("1_a");
        let migrate = &["migrate"];
        let runner = project.start(migrate);
        eventually("it has the lock", || project.manage(&["unlock"]).status == 2);
        let waiting = project.succeed(migrate);
        assert_eq!(waiting, "No migrations to apply.\n");
        let run = ended(runner, migrate);
        assert_eq!(run.status, 0, "{run:?}");
    }
}
