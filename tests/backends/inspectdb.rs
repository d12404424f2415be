//! The law of `inspectdb`: with its output for models there is nothing to do, whatever the database
//! holds.

use std::fs;

use pretty_assertions::assert_eq;

use crate::{
    cases::nothing_to_do,
    corpus,
    project::{Project, repository},
    support::services::Server,
};

/// What `inspectdb` prints of `tests/fixtures/inspected/*.sql`: Diesel's own macros compile it.
macro_rules! compiled {
    ($($module:ident $file:literal)+) => {$(
        #[allow(dead_code, non_snake_case, unused_imports, unused_macros)]
        #[path = $file]
        mod $module;
    )+};
}

compiled! {
    mariadb "../fixtures/inspected/mariadb.rs"
    postgres "../fixtures/inspected/postgres.rs"
    sqlite "../fixtures/inspected/sqlite.rs"
}

const SQLITE: &str = include_str!("../../src/backend/sqlite/dialect/tests/every_form.sql");
const PRELUDE: &str = include_str!("expected/postgres_prelude.sql");
const POSTGRES: &str = include_str!("expected/postgres_fixture.sql");
const POSTGRES_18: &str = include_str!("expected/postgres_fixture_18.sql");
const MARIADB: &str = include_str!("fixtures/mariadb.sql");

const VIEWS: &str = "CREATE VIEW seen AS SELECT a, b, id FROM parents;
    CREATE TRIGGER noted AFTER INSERT ON parents BEGIN UPDATE parents SET a = 1 WHERE id = NEW.id; END;";

/// Every type and form of constraint that an engine documents.
fn everything(server: Server) -> String {
    match server {
        Server::Sqlite => format!("{SQLITE}{VIEWS}"),
        Server::Postgres => format!("{PRELUDE}{POSTGRES}"),
        Server::Postgres2 => format!("{PRELUDE}{POSTGRES}{POSTGRES_18}"),
        Server::Mariadb => MARIADB.to_owned(),
    }
}

/// Puts the models of the live database into place, which must then have nothing left to say.
fn law(project: &Project) {
    let models = project.succeed(&["inspectdb"]);
    project.write("src/schema.rs", &models);
    nothing_to_do(project, "migrations");
    nothing_to_do(project, "database");
    assert_eq!(project.succeed(&["inspectdb"]), models);
}

/// The law for a database that one migration makes.
fn law_of(server: Server, sql: &str) {
    let name = "2026-01-01-000000-0000_everything";
    let project = Project::with(server, &[(name, sql, "SELECT 1;\n")]);
    project.succeed(&["migrate", "-q"]);
    law(&project);
}

on_every_engine! {
    fn of_a_real_history(server: Server) {
        let project = Project::of(server, corpus::folder(server));
        project.succeed(&["migrate", "-q"]);
        law(&project);
    }

    fn of_the_shipped_migrations(server: Server) {
        let project = Project::of(server, "migrations");
        project.succeed(&["migrate", "-q"]);
        law(&project);
    }

    fn of_every_type_and_constraint(server: Server) {
        law_of(server, &everything(server));
    }

    fn what_it_prints_compiles(server: Server) {
        let name = match server {
            Server::Postgres2 => Server::Postgres.name(),
            other => other.name(),
        };
        let folder = repository().join("tests/fixtures/inspected");
        let sql = fs::read_to_string(folder.join(name).with_extension("sql")).unwrap();
        let project = Project::with(server, &[("2026-01-01-000000-0000_types", &sql, "SELECT 1;\n")]);
        project.succeed(&["migrate", "-q"]);
        law(&project);
        let printed = project.succeed(&["inspectdb"]);
        let golden = folder.join(name).with_extension("rs");
        if std::env::var_os("MANAGE_TEST_UPDATE").is_some() {
            fs::write(&golden, &printed).unwrap();
        }
        assert_eq!(fs::read_to_string(&golden).unwrap(), printed, "{}", golden.display());
    }
}

on_postgres! {
    /// The default schema is what the connection says it is.
    fn of_another_schema(server: Server) {
        let project = Project::with(server, &[
            ("2026-01-01-000000-0000_schema", "CREATE SCHEMA inner_one;\n", "DROP SCHEMA inner_one;\n"),
            ("2026-01-02-000000-0000_tables", &everything(server), "SELECT 1;\n"),
        ]);
        let url = format!("{}&options=-csearch_path%3Dinner_one,public", project.database.url());
        let project = project.set("DATABASE_URL", url);
        project.succeed(&["migrate", "-q"]);
        law(&project);
    }

    /// Tables of the same name in several schemas, and types of one in another.
    fn of_several_schemas(server: Server) {
        law_of(server, "CREATE SCHEMA a; CREATE SCHEMA b;
            CREATE TYPE a.mood AS ENUM ('sad', 'ok'); CREATE TYPE b.mood AS ENUM ('ok', 'great'); CREATE TYPE mood AS ENUM ('none');
            CREATE TABLE users (id serial PRIMARY KEY, m mood DEFAULT 'none');
            CREATE TABLE a.users (id bigserial PRIMARY KEY, m a.mood NOT NULL DEFAULT 'ok', o b.mood[], parent int REFERENCES users);
            CREATE TABLE b.users (id uuid PRIMARY KEY, m b.mood, a_id bigint UNIQUE REFERENCES a.users ON DELETE CASCADE, CHECK (m <> 'ok'));
            CREATE INDEX ON b.users (m) WHERE m = 'great'; CREATE INDEX by_m ON a.users (m); CREATE INDEX by_m ON users (m);
            CREATE VIEW a.seen AS SELECT u.id, u.m FROM b.users u; COMMENT ON COLUMN a.users.m IS 'a mood'; COMMENT ON TABLE b.users IS 'those of b';");
    }
}
