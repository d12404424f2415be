//! The histories of `tests/corpus`, all the way up, down and up again.

use pretty_assertions::assert_eq;

use crate::{
    interop::{Ask, diesel, ledger_definition},
    project::Project,
    support::services::{Server, TestDatabase},
};

/// What users made: everything but the ledger, the log and what extensions brought.
pub fn objects(database: &TestDatabase) -> Vec<Vec<String>> {
    match database.server() {
        Server::Sqlite => database.query(
            "SELECT type, name, sql FROM sqlite_master
             WHERE tbl_name NOT LIKE '\\_\\_diesel\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1, 2",
        ),
        Server::Postgres | Server::Postgres2 => database.query(
            "SELECT 'schema', nspname::text FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
             UNION ALL SELECT 'relation ' || relkind::text, relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname !~ '^__diesel_'
             UNION ALL SELECT 'routine', oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
             UNION ALL SELECT 'type', typname::text FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typname !~ '^_?__diesel_'
             UNION ALL SELECT 'extension', extname::text FROM pg_extension
             ORDER BY 1, 2",
        ),
        Server::Mariadb => database.query(
            "SELECT 'table', table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name NOT LIKE '\\_\\_diesel\\_%'
             UNION ALL SELECT 'routine', routine_name FROM information_schema.routines WHERE routine_schema = DATABASE()
             UNION ALL SELECT 'trigger', trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()
             UNION ALL SELECT 'event', event_name FROM information_schema.events WHERE event_schema = DATABASE()
             ORDER BY 1, 2",
        ),
    }
}

pub fn folder(server: Server) -> &'static str {
    match server {
        Server::Sqlite => "tests/corpus/sqlite",
        Server::Postgres | Server::Postgres2 => "tests/corpus/postgres",
        Server::Mariadb => "tests/corpus/mysql",
    }
}

on_every_engine! {
    fn a_real_history_goes_up_down_and_up_again(server: Server) {
        let project = Project::of(server, folder(server));
        let empty = objects(&project.database);
        project.succeed(&["migrate"]);
        let full = objects(&project.database);
        let applied = project.ledger();
        assert!(applied.len() > 20, "{applied:?}");
        let checked = project.manage(&["check", "--fail-level", "error"]);
        assert_eq!(checked.status, 0, "{checked:?}");
        project.succeed(&["migrate", "--check"]);

        project.succeed(&["rollback", "--all"]);
        assert_eq!(objects(&project.database), empty);
        assert_eq!(project.ledger(), Vec::<String>::new());

        project.succeed(&["migrate"]);
        assert_eq!(objects(&project.database), full);
        assert_eq!(project.ledger(), applied);
    }

    /// What Diesel cannot run is left to `manage`, and Diesel goes on from there.
    fn a_real_history_is_the_same_to_diesel(server: Server) {
        let project = Project::of(server, folder(server));
        project.succeed(&["migrate"]);
        let answer = diesel(&project.database, project.migrations(), Ask::Look);
        assert_eq!(answer.applied, project.ledger());
        assert_eq!(answer.pending, Vec::<String>::new());

        let twin = Project::of(server, folder(server));
        let mut refused = Vec::new();
        loop {
            diesel(&twin.database, twin.migrations(), Ask::TryRun);
            let so_far = diesel(&twin.database, twin.migrations(), Ask::Look);
            let Some(first) = so_far.pending.first() else {
                assert_eq!(so_far, answer);
                break;
            };
            refused.push(first.clone());
            twin.succeed(&["migrate", "+1"]);
        }
        assert_eq!(refused, beyond_diesel(server));
        assert_eq!(ledger_definition(&twin.database), ledger_definition(&project.database));
        assert_eq!(objects(&twin.database), objects(&project.database));
    }
}

/// What Diesel itself fails to run. It sends a file as one batch: the server then knows no
/// `DELIMITER`, and outside a transaction PostgreSQL runs the whole batch in one of its own.
fn beyond_diesel(server: Server) -> &'static [&'static str] {
    match server {
        Server::Sqlite => &[],
        Server::Postgres | Server::Postgres2 => {
            &["20240306173414", "20240310192649", "20241022223253"]
        }
        Server::Mariadb => &["20240325094602"],
    }
}
