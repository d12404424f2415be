//! Migrations whose files were edited after they were applied.

use pretty_assertions::assert_eq;

use crate::{project::Project, support::services::Server};

fn edited(server: Server) -> Project {
    let project = Project::with(
        server,
        &[
            ("1_a", "CREATE TABLE a (id INTEGER);\n", "DROP TABLE a;\n"),
            ("2_b", "CREATE TABLE b (id INTEGER);\n", "DROP TABLE b;\n"),
        ],
    );
    project.succeed(&["migrate"]);
    project.migration("1_a", "CREATE TABLE a (id BIGINT);\n", "DROP TABLE a;\n");
    project
}

on_every_engine! {
    fn an_edited_migration_is_told_and_accepted(server: Server) {
        let project = edited(server);
        let transcript = project.transcript(&[
            "showmigrations",
            "check",
            "migrate",
            "stamp 2_b",
            "showmigrations",
            "check",
        ]);
        assert_eq!(transcript, include_str!("expected/edited.txt"));
        assert_eq!(project.ledger(), ["1", "2"]);
        let last = "SELECT action, version FROM __diesel_manage_log ORDER BY id DESC LIMIT 1";
        assert_eq!(project.database.query(last), [["stamp", "1"]]);
    }

    fn what_another_program_applied_again_is_not_edited(server: Server) {
        let project = edited(server);
        let later = match server {
            Server::Sqlite => "datetime(run_on, '+2 minutes')",
            Server::Postgres | Server::Postgres2 => "run_on + interval '2 minutes'",
            Server::Mariadb => "run_on + INTERVAL 2 MINUTE",
        };
        project.database.execute(&format!("UPDATE __diesel_schema_migrations SET run_on = {later}"));
        project.succeed(&["check"]);
    }

    fn only_what_differs_is_edited(server: Server) {
        let project = edited(server);
        project.migration("1_a", "CREATE TABLE a (id INTEGER);  \r\n\r\n", "DROP TABLE a;\n");
        project.succeed(&["check"]);
    }
}

on_postgres! {
    /// Diesel's ledger has the moment as the session's clock shows it.
    fn a_server_may_be_in_another_time_zone(server: Server) {
        let project = Project::with(server, &[("1_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;")]);
        let name = project.database.name();
        project.database.execute(&format!("ALTER DATABASE {name} SET timezone TO 'Asia/Tokyo'"));
        project.succeed(&["migrate"]);
        project.migration("1_a", "SELECT 1;", "");
        let shown = project.succeed(&["showmigrations"]);
        assert!(shown.contains("\nedited "), "{shown}");
    }
}
