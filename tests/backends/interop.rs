//! A database may go back and forth between `manage` and Diesel's own harness.

use std::{collections::BTreeMap, future::Future, path::Path};

use diesel::{
    Connection, SqliteConnection,
    migration::{Migration as _, MigrationSource},
};
use diesel_async::{
    AsyncMysqlConnection, AsyncPgConnection,
    async_connection_wrapper::{AsyncConnectionWrapper, BlockOn},
};
use diesel_manage::{Migrator, Settings, settings};
use diesel_migrations::{
    EmbeddedMigrations, FileBasedMigrations, MigrationHarness, embed_migrations,
};
use pretty_assertions::assert_eq;

use crate::{
    project::{Project, repository},
    support::services::{Server, TestDatabase},
};

/// A runtime for Diesel's own connections.
struct Runtime(tokio::runtime::Runtime);

impl BlockOn for Runtime {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }

    fn get_runtime() -> Self {
        Self(
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime"),
        )
    }
}

/// What Diesel is asked to do.
#[derive(Clone, Copy)]
pub enum Ask {
    /// Run all pending migrations.
    Run,
    /// Run pending migrations until one fails, or none is left; the answer is empty.
    TryRun,
    /// Revert so many.
    Revert(usize),
    /// Nothing: only look.
    Look,
}

/// What Diesel says a database and a folder hold.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub applied: Vec<String>,
    pub pending: Vec<String>,
}

/// Has Diesel's harness do something, without `manage` in between.
pub fn diesel(database: &TestDatabase, migrations: &Path, ask: Ask) -> Answer {
    let url = database.plain_url();
    match database.server() {
        Server::Sqlite => harness(
            SqliteConnection::establish(url.trim_start_matches("sqlite://")),
            migrations,
            ask,
        ),
        Server::Postgres | Server::Postgres2 => harness(
            AsyncConnectionWrapper::<AsyncPgConnection, Runtime>::establish(&url),
            migrations,
            ask,
        ),
        Server::Mariadb => harness(
            AsyncConnectionWrapper::<AsyncMysqlConnection, Runtime>::establish(&format!(
                "{url}?prefer_socket=false"
            )),
            migrations,
            ask,
        ),
    }
}

fn harness<C>(connection: diesel::ConnectionResult<C>, migrations: &Path, ask: Ask) -> Answer
where
    C: Connection + MigrationHarness<C::Backend>,
    FileBasedMigrations: MigrationSource<C::Backend>,
{
    let mut connection = connection.expect("Diesel connects");
    let source = || FileBasedMigrations::from_path(migrations).expect("Diesel reads the folder");
    match ask {
        Ask::Run => {
            connection
                .run_pending_migrations(source())
                .expect("Diesel migrates");
        }
        Ask::TryRun => {
            // What failed is still pending to the next who asks; not on this connection, whose
            // `search_path` may have changed, for Diesel would make a second ledger there.
            let _ = connection.run_pending_migrations(source());
            return Answer::default();
        }
        Ask::Revert(steps) => {
            for _ in 0..steps {
                connection
                    .revert_last_migration(source())
                    .expect("Diesel reverts");
            }
        }
        Ask::Look => {}
    }
    let mut applied: Vec<String> = connection
        .applied_migrations()
        .expect("Diesel reads its ledger")
        .iter()
        .map(ToString::to_string)
        .collect();
    applied.sort();
    let mut pending: Vec<String> = connection
        .pending_migrations(source())
        .expect("Diesel reads the folder")
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect();
    pending.sort();
    Answer { applied, pending }
}

/// The ledger as the engine itself describes it.
pub fn ledger_definition(database: &TestDatabase) -> Vec<Vec<String>> {
    match database.server() {
        Server::Sqlite => {
            database.query("SELECT sql FROM sqlite_master WHERE name = '__diesel_schema_migrations'")
        }
        Server::Postgres | Server::Postgres2 => database.query(
            "SELECT column_name, data_type, character_maximum_length, is_nullable, column_default, NULL
             FROM information_schema.columns WHERE table_name = '__diesel_schema_migrations'
             UNION ALL
             SELECT conname, contype::text, NULL, NULL, NULL, pg_get_constraintdef(oid)
             FROM pg_constraint WHERE conrelid = '__diesel_schema_migrations'::regclass
             ORDER BY 1, 2",
        ),
        Server::Mariadb => database.query("SHOW CREATE TABLE __diesel_schema_migrations"),
    }
}

/// Every table with its columns, as the engine itself describes them.
fn columns(database: &TestDatabase) -> BTreeMap<String, Vec<Vec<String>>> {
    let describe = |table: &str| match database.server() {
        Server::Sqlite => database.query(&format!(
            "SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('{table}')"
        )),
        Server::Postgres | Server::Postgres2 => database.query(&format!(
            "SELECT column_name, data_type, is_nullable, column_default
             FROM information_schema.columns WHERE table_name = '{table}' ORDER BY ordinal_position"
        )),
        Server::Mariadb => database.query(&format!("SHOW FULL COLUMNS FROM {table}")),
    };
    let tables = database.tables();
    tables
        .into_iter()
        .map(|table| (table.clone(), describe(&table)))
        .collect()
}

const EMBEDDED: EmbeddedMigrations = embed_migrations!("migrations");

/// A migrator for a project's database.
fn migrator(project: &Project) -> Migrator {
    let overrides = settings::Overrides {
        database_url: Some(project.database.url()),
        project: Some(project.root().to_owned()),
        migrations_dir: Some(project.migrations().to_owned()),
        ..settings::Overrides::default()
    };
    let surroundings = settings::Surroundings {
        cwd: project.root().to_owned(),
        home: None,
        ..settings::Surroundings::default()
    };
    Migrator::new(Settings::resolve(&overrides, &surroundings).expect("settings"))
}

on_every_engine! {
    fn diesel_finds_nothing_to_do_after_manage(server: Server) {
        let project = Project::of(server, "migrations");
        project.succeed(&["migrate"]);
        let twin = TestDatabase::create(server);
        let alone = diesel(&twin, project.migrations(), Ask::Run);

        assert_eq!(diesel(&project.database, project.migrations(), Ask::Look), alone);
        assert_eq!(alone.applied.len(), 6);
        assert_eq!(alone.pending, Vec::<String>::new());
        assert_eq!(ledger_definition(&project.database), ledger_definition(&twin));
        // The log is what `manage` adds.
        let mut tables = columns(&project.database);
        assert!(tables.remove("__diesel_manage_log").is_some());
        assert_eq!(tables, columns(&twin));
    }

    fn manage_finds_nothing_to_do_after_diesel(server: Server) {
        let project = Project::of(server, "migrations");
        diesel(&project.database, project.migrations(), Ask::Run);
        project.succeed(&["migrate", "--check"]);
        assert_eq!(project.succeed(&["migrate"]), "No migrations to apply.\n");
        assert_eq!(project.succeed(&["check"]), "Checked 6 migrations: nothing found.\n");
        assert_eq!(project.succeed(&["current"]), "2026-02-20-112655-0000_add_customers_email (head)\n");
    }

    fn each_undoes_what_the_other_did(server: Server) {
        let project = Project::of(server, "migrations");
        let folder = project.migrations();
        project.succeed(&["migrate"]);
        let answer = diesel(&project.database, folder, Ask::Revert(6));
        assert_eq!(answer.applied, Vec::<String>::new());
        assert_eq!(project.tables(), Vec::<String>::new());
        assert!(project.succeed(&["showmigrations", "--pending"]).lines().count() == 7);

        diesel(&project.database, folder, Ask::Run);
        project.succeed(&["rollback", "--all"]);
        assert_eq!(project.tables(), Vec::<String>::new());
        assert_eq!(diesel(&project.database, folder, Ask::Look).pending.len(), 6);
    }

    fn they_take_turns(server: Server) {
        let project = Project::of(server, "migrations");
        let folder = project.migrations();
        project.succeed(&["migrate", "+3"]);
        assert_eq!(diesel(&project.database, folder, Ask::Look).pending.len(), 3);
        diesel(&project.database, folder, Ask::Run);
        project.succeed(&["rollback", "-s", "2"]);
        let answer = diesel(&project.database, folder, Ask::Revert(1));
        assert_eq!(answer.applied, project.ledger());
        assert_eq!(answer.applied.len(), 3);
        project.succeed(&["migrate"]);
        assert_eq!(diesel(&project.database, folder, Ask::Look).applied.len(), 6);
    }

    fn what_is_stamped_and_faked_counts_for_diesel(server: Server) {
        let project = Project::of(server, "migrations");
        let folder = project.migrations();
        project.succeed(&["stamp", "head"]);
        assert_eq!(diesel(&project.database, folder, Ask::Look).pending, Vec::<String>::new());
        project.succeed(&["rollback", "--all", "--fake"]);
        assert_eq!(diesel(&project.database, folder, Ask::Look).applied, Vec::<String>::new());
        project.succeed(&["migrate", "--fake"]);
        assert_eq!(diesel(&project.database, folder, Ask::Look).pending, Vec::<String>::new());
        assert_eq!(project.tables(), Vec::<String>::new());
    }

    fn migrations_inside_a_program_run(server: Server) {
        let project = Project::of(server, "migrations");
        let embedded = migrator(&project).with_embedded(EMBEDDED);
        assert_eq!(embedded.pending().expect("the pending ones").len(), 6);
        assert_eq!(project.database.tables(), Vec::<String>::new());
        let done = diesel_manage::startup::migrate(&embedded).expect("all run");
        assert_eq!(done.len(), 6);
        diesel_manage::startup::check(&embedded).expect("nothing is pending");
        assert_eq!(project.ledger().len(), 6);
        assert_eq!(project.succeed(&["migrate"]), "No migrations to apply.\n");
        project.succeed(&["rollback", "--all"]);
        assert!(diesel_manage::startup::check(&embedded).is_err());
    }

    fn an_asynchronous_application_migrates_at_its_start(server: Server) {
        let project = Project::of(server, "migrations");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let done = runtime.block_on(async {
            let done = diesel_manage::startup::migrate_async(&migrator(&project)).await;
            diesel_manage::startup::check_async(&migrator(&project)).await.expect("nothing is pending");
            done
        });
        assert_eq!(done.expect("all run").len(), 6);
    }
}

#[test]
fn the_embedded_migrations_are_those_of_the_repository() {
    let folder = repository().join("migrations");
    let on_disk = FileBasedMigrations::from_path(folder).expect("a folder");
    let names = |source: &dyn MigrationSource<diesel::sqlite::Sqlite>| -> Vec<String> {
        let migrations = source.migrations().expect("migrations");
        migrations.iter().map(|m| m.name().to_string()).collect()
    };
    let mut expected = names(&on_disk);
    expected.sort();
    let mut found = names(&EMBEDDED);
    found.sort();
    assert_eq!(found, expected);
}
