//! Commands that only look leave no trace, and need no more rights than to read.

use pretty_assertions::assert_eq;

use crate::{
    project::Project,
    support::services::{Server, TestDatabase, User},
};

/// Every command that only looks, and the exit status it has while migrations are pending.
const LOOKING: [(&[&str], i32); 15] = [
    (&["showmigrations"], 0),
    (&["showmigrations", "--plan", "--pending"], 0),
    (&["check"], 1),
    (&["current"], 0),
    (&["current", "--check-heads"], 1),
    (&["heads"], 0),
    (&["history"], 0),
    (&["history", "--graph"], 0),
    (&["history", "--verbose", "-l", "2"], 0),
    (&["migrate", "--plan"], 0),
    (&["migrate", "--check"], 1),
    (&["rollback", "--plan"], 0),
    (&["redo", "--plan"], 0),
    (&["sqlmigrate", "create_orders"], 0),
    (&["settings"], 0),
];

/// All a server's catalogue has to say of a database.
fn catalogue(database: &TestDatabase) -> Vec<Vec<String>> {
    let queries: &[&str] = match database.server() {
        Server::Sqlite => &[
            "SELECT type, name, sql FROM sqlite_master",
            "SELECT * FROM pragma_schema_version",
            "SELECT * FROM pragma_user_version",
        ],
        Server::Postgres | Server::Postgres2 => &[
            "SELECT table_schema, table_name, column_name FROM information_schema.columns
             WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2, 3",
            "SELECT relname, relkind FROM pg_class ORDER BY oid",
            "SELECT nspname FROM pg_namespace ORDER BY 1",
            "SELECT COUNT(*) FROM pg_proc",
            "SELECT COUNT(*) FROM pg_type",
            "SELECT COUNT(*) FROM pg_depend",
        ],
        Server::Mariadb => &[
            "SELECT table_name, table_type, create_time FROM information_schema.tables
             WHERE table_schema = DATABASE() ORDER BY 1",
            "SELECT table_name, column_name FROM information_schema.columns
             WHERE table_schema = DATABASE() ORDER BY 1, 2",
            "SELECT routine_name FROM information_schema.routines WHERE routine_schema = DATABASE()",
        ],
    };
    queries.iter().flat_map(|sql| database.query(sql)).collect()
}

/// Whether every looking command ends as it should and leaves the catalogue as it was.
fn look(project: &Project, all_applied: bool) {
    let before = catalogue(&project.database);
    for (args, status) in LOOKING {
        let run = project.manage(args);
        assert_eq!(run.status, if all_applied { 0 } else { status }, "{run:?}");
    }
    assert_eq!(catalogue(&project.database), before);
}

on_every_engine! {
    fn looking_at_a_fresh_database_leaves_no_trace(server: Server) {
        look(&Project::of(server, "migrations"), false);
    }

    fn looking_at_a_migrated_database_leaves_no_trace(server: Server) {
        let project = Project::of(server, "migrations");
        project.succeed(&["migrate"]);
        look(&project, true);
    }

    fn a_plan_that_cannot_be_reached_leaves_no_trace(server: Server) {
        let project = Project::of(server, "migrations");
        for args in [&["migrate", "nowhere"][..], &["rollback"], &["migrate", "-3", "--plan"]] {
            project.manage(args);
            assert_eq!(project.database.tables(), Vec::<String>::new(), "{args:?}");
        }
    }
}

on_servers! {
    fn looking_needs_no_right_but_to_read(server: Server) {
        let project = Project::of(server, "migrations");
        let reader = project.database.url_as(User::Reader);
        let project = project.set("DATABASE_URL", reader);
        look(&project, false);
        let owner = project.database.url();
        project.succeed(&["migrate", "--database-url", &owner]);
        look(&project, true);
    }

    fn changing_needs_more_and_says_so(server: Server) {
        let project = Project::of(server, "migrations");
        let reader = project.database.url_as(User::Reader);
        let project = project.set("DATABASE_URL", reader);
        for args in [&["migrate"][..], &["migrate", "--fake"], &["stamp", "head"]] {
            let said = project.fail(args);
            let words = if server.is_postgres() {
                "permission denied for schema public"
            } else {
                "command denied to user 'reader'@"
            };
            assert!(said.starts_with("error: ") && said.contains("ing the ledger failed: "), "{said}");
            assert!(said.contains(words), "{said}");
            assert!(said.contains("\nhint: connect as a user who may do this: `MIGRATION_DATABASE_URL` names one for migrations alone\n"), "{said}");
            assert_eq!(project.database.tables(), Vec::<String>::new());
        }

        // With the ledger and the log there, the migration's own statement is the first to be refused.
        let owner = project.database.url();
        project.succeed(&["migrate", "+1", "--database-url", &owner]);
        let said = project.fail(&["migrate"]);
        assert!(said.starts_with("warning: the log table cannot be written: "), "{said}");
        assert!(said.contains("\nerror: applying 2026-01-12-093000-0000_create_products failed: "), "{said}");
        assert!(said.contains("`MIGRATION_DATABASE_URL` names one for migrations alone"), "{said}");
        assert_eq!(project.ledger().len(), 1);
        let said = project.fail(&["rollback"]);
        assert!(said.contains("`MIGRATION_DATABASE_URL` names one for migrations alone"), "{said}");
        assert_eq!(project.ledger().len(), 1);
    }

    fn the_user_for_migrations_is_used_by_what_changes(server: Server) {
        let project = Project::of(server, "migrations");
        let (reader, owner) = (project.database.url_as(User::Reader), project.database.url());
        let project = project.set("DATABASE_URL", reader).set("MIGRATION_DATABASE_URL", owner);
        project.succeed(&["migrate"]);
        project.succeed(&["rollback"]);
        project.succeed(&["stamp", "head"]);
        project.succeed(&["check"]);

        // The other way round, looking still works and nothing can be changed.
        let (reader, owner) = (project.database.url_as(User::Reader), project.database.url());
        let project = project.set("DATABASE_URL", owner).set("MIGRATION_DATABASE_URL", reader);
        project.succeed(&["check"]);
        assert!(project.fail(&["rollback"]).contains("MIGRATION_DATABASE_URL"));
    }
}
