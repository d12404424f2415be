//! Everything that differs between engines, and every `cfg(feature)`.
//!
//! [`open`] gives a [`Database`]: one connection, seen through the few verbs migrations need.
//! What an engine can do is asked of its [`Features`], never of its name.

pub mod backup;
pub mod blockers;
pub mod bookkeeping;
pub mod call;
pub mod cancel;
pub mod client;
pub mod failure;
pub mod limits;
pub mod lock;
pub mod scratch;
mod session;
pub mod statements;
pub mod url;

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod runtime;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod tls;

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use blockers::Blocker;
use bookkeeping::{By, Extent, LogRow};
use diesel_migrations::EmbeddedMigrations;
use failure::{ConnectError, ConnectReason, DatabaseError};
use limits::Limits;
use statements::Dialect;
use url::{DatabaseUrl, Engine};

use crate::schema::{
    self, Schema,
    inventory::{Inventory, Object},
};

/// Which way a migration goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Runs `up.sql`.
    Forwards,
    /// Runs `down.sql`.
    Backwards,
}

impl Direction {
    /// The word for it in the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Forwards => "forwards",
            Self::Backwards => "backwards",
        }
    }
}

/// What an engine can do, as far as `manage` cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Features {
    /// A transaction takes back `CREATE`, `ALTER` and `DROP`.
    ///
    /// [PostgreSQL](https://wiki.postgresql.org/wiki/Transactional_DDL_in_PostgreSQL:_A_Competitive_Analysis)
    /// and SQLite do; [MySQL](https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html) commits before and after.
    pub transactional_ddl: bool,
    /// Diesel runs a file of comments alone; MySQL calls that an empty query.
    pub runs_comments: bool,
    /// `CREATE VIEW` fails where its query does; SQLite looks at it when something uses the view
    /// (<https://www.sqlite.org/lang_createview.html>).
    pub checks_views: bool,
    /// A foreign key makes an index over its columns where none serves it
    /// (<https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html>).
    pub keys_make_indexes: bool,
    /// A statement that runs can be stopped from outside, by the server or by us.
    pub stops_statements: bool,
    /// The language of its statements.
    pub dialect: Dialect,
    /// The statement that opens a transaction, as Diesel sends it.
    pub begin: &'static str,
}

impl Features {
    /// The features of an engine.
    pub const fn of(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self {
                transactional_ddl: true,
                runs_comments: true,
                checks_views: false,
                keys_make_indexes: false,
                stops_statements: false,
                dialect: Dialect::Sqlite,
                begin: "BEGIN",
            },
            Engine::Postgres => Self {
                transactional_ddl: true,
                runs_comments: true,
                checks_views: true,
                keys_make_indexes: false,
                stops_statements: true,
                dialect: Dialect::Postgres,
                begin: "BEGIN",
            },
            Engine::Mysql => Self {
                transactional_ddl: false,
                runs_comments: false,
                checks_views: true,
                keys_make_indexes: true,
                stops_statements: true,
                dialect: Dialect::Mysql,
                begin: "BEGIN",
            },
        }
    }
}

/// A row of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRow {
    /// The version.
    pub version: String,
    /// When it was applied, `YYYY-MM-DD HH:MM:SS` in UTC.
    pub run_on: String,
}

/// What one step does to the database, besides the ledger's row.
#[derive(Clone, Copy)]
pub enum Work<'a> {
    /// Runs SQL.
    Script(&'a str),
    /// Runs nothing: only the ledger changes.
    Fake,
    /// Runs a migration that is part of the program.
    Embedded(&'a EmbeddedMigrations),
}

/// One migration to run, and which way.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// The version the ledger keeps; none for what the ledger knows nothing of.
    pub version: Option<&'a str>,
    /// Which way.
    pub direction: Direction,
    /// Whether it is wrapped in a transaction.
    pub run_in_transaction: bool,
    /// What runs.
    pub work: Work<'a>,
    /// How many of the script's statements stand already and are left out.
    pub skip: usize,
    /// What is written down along with it.
    pub notes: &'a dyn Notes,
}

/// What is written down along with a job, as statements.
pub trait Notes {
    /// Run before a statement of the script, counted from 0; outside of transactions it stands when
    /// the statement begins.
    fn before(&self, _index: usize) -> Option<String> {
        None
    }

    /// Run after the last statement, in the job's transaction where it has one.
    fn after(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Nothing is written down.
impl Notes for () {}

/// How far a failed job came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Its transaction could not be opened.
    Begin,
    /// One of its statements failed.
    Statement {
        /// Which, as bytes of the script.
        range: Range<usize>,
        /// The statements before it, as bytes of the script.
        before: Vec<Range<usize>>,
    },
    /// The migration, embedded in the program, failed as a whole.
    Whole,
    /// All statements ran; the ledger's row or the commit failed.
    Commit,
}

/// A job that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobError {
    /// How far it came.
    pub stage: Stage,
    /// What the database said.
    pub error: DatabaseError,
    /// How many of the statements before the failing one stand all the same.
    pub standing: usize,
    /// Indexes that a failed `CREATE INDEX CONCURRENTLY` left behind unusable.
    pub invalid_indexes: Vec<String>,
    /// Whether it failed for want of a lock, and left nothing but the `standing` statements, so that it
    /// may run again from there on.
    pub again: bool,
}

/// One connection to a database.
pub trait Database {
    /// The engine.
    fn engine(&self) -> Engine;

    /// What it can do.
    fn features(&self) -> Features {
        Features::of(self.engine())
    }

    /// The server's name and version, in its own words.
    fn server(&mut self) -> Result<String, DatabaseError>;

    /// The ledger's rows, lowest version first; none where there is no ledger. Creates nothing.
    fn ledger(&mut self) -> Result<Vec<LedgerRow>, DatabaseError>;

    /// Creates the ledger where it is not there.
    fn create_ledger(&mut self) -> Result<(), DatabaseError>;

    /// Rows of the log; `None` where there is no log. Creates nothing.
    fn log(&mut self, extent: Extent<'_>) -> Result<Option<Vec<LogRow>>, DatabaseError>;

    /// The `down.sql` that a row of the log keeps; `None` where the row is there no longer.
    fn kept_down(&mut self, row: u64) -> Result<Option<String>, DatabaseError>;

    /// Creates the log where it is not there.
    fn create_log(&mut self) -> Result<(), DatabaseError>;

    /// Whether a pooler may lend another connection of the server to each transaction, and this one's to
    /// others.
    fn is_pooled(&self) -> bool;

    /// From now on, sets limits for the statements of every job that runs anything, and for no other
    /// session.
    fn limit(&mut self, limits: Limits) -> Result<(), DatabaseError>;

    /// Runs one job through Diesel's harness.
    fn run(&mut self, job: &Job<'_>) -> Result<(), JobError>;

    /// Runs statements that return nothing of interest.
    fn execute(&mut self, sql: &str) -> Result<(), DatabaseError>;

    /// Runs a query of two text columns named `a` and `b`.
    fn pairs(&mut self, sql: &str) -> Result<Vec<(String, String)>, DatabaseError>;

    /// From now on, runs a statement at the beginning of every transaction that a job or
    /// [`Database::begin`] opens.
    fn at_begin(&mut self, sql: String);

    /// Opens a transaction around several jobs.
    fn begin(&mut self) -> Result<(), DatabaseError>;

    /// Keeps what happened since [`Database::begin`].
    fn commit(&mut self) -> Result<(), DatabaseError>;

    /// Undoes what happened since [`Database::begin`].
    fn rollback(&mut self) -> Result<(), DatabaseError>;
}

/// Who holds the locks that a statement waited for in vain, the oldest first; nobody where the engine does
/// not tell.
pub fn blockers(database: &mut dyn Database, sql: &str) -> Vec<Blocker> {
    blockers::of(database, sql)
}

/// Every table, type and view of a database, by a number of queries that does not grow with them.
///
/// Tables whose name begins with `__` are left out, as Diesel leaves them out; so are the engine's own
/// and those that belong to an extension.
pub fn introspect(database: &mut dyn Database) -> Result<Schema, DatabaseError> {
    match database.engine() {
        #[cfg(feature = "sqlite")]
        Engine::Sqlite => sqlite::introspect::schema(database),
        #[cfg(feature = "postgres")]
        Engine::Postgres => postgres::introspect::schema(database),
        #[cfg(feature = "mysql")]
        Engine::Mysql => mysql::introspect::schema(database),
        #[cfg(not(all(feature = "sqlite", feature = "postgres", feature = "mysql")))]
        _ => Ok(Schema::default()),
    }
    .map(Schema::canonical)
}

/// Everything in a database: its schema, which is given, and what that does not hold, by a number of
/// queries that does not grow.
pub fn inventory(database: &mut dyn Database, schema: &Schema) -> Result<Inventory, DatabaseError> {
    let mut inventory = Inventory::of(schema);
    match database.engine() {
        #[cfg(feature = "sqlite")]
        Engine::Sqlite => sqlite::objects::add(database, &mut inventory)?,
        #[cfg(feature = "postgres")]
        Engine::Postgres => postgres::objects::add(database, &mut inventory)?,
        #[cfg(feature = "mysql")]
        Engine::Mysql => mysql::objects::add(database, &mut inventory)?,
        #[cfg(not(all(feature = "sqlite", feature = "postgres", feature = "mysql")))]
        _ => {}
    }
    Ok(inventory)
}

/// Adds what a query finds: a JSON array of what it is, its name and what it belongs to, and its
/// definition.
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
fn found(
    database: &mut dyn Database,
    query: &str,
    inventory: &mut Inventory,
) -> Result<(), DatabaseError> {
    for (object, definition) in database.pairs(query)? {
        let (kind, name, of) = serde_json::from_str(&object).map_err(|error| {
            DatabaseError::other(format!("the catalogs cannot be read: {error}"))
        })?;
        inventory.add(Object { kind, name, of }, definition);
    }
    Ok(())
}

/// The language that a database's server understands, its version considered.
pub fn dialect(
    database: &mut dyn Database,
) -> Result<Box<dyn schema::dialect::Dialect>, DatabaseError> {
    match database.engine() {
        #[cfg(feature = "sqlite")]
        Engine::Sqlite => Ok(Box::new(sqlite::dialect::Sqlite)),
        #[cfg(feature = "postgres")]
        Engine::Postgres => Ok(Box::new(postgres::dialect::Postgres)),
        #[cfg(feature = "mysql")]
        Engine::Mysql => Ok(Box::new(mysql::dialect::Mysql::of(database)?)),
        #[cfg(not(all(feature = "sqlite", feature = "postgres", feature = "mysql")))]
        _ => Err(DatabaseError::other(
            "this engine is not built in".to_owned(),
        )),
    }
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To look: a SQLite file that is not there is not created.
    Look,
    /// To change: a SQLite file that is not there is created.
    Change,
}

/// How long to wait between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(250);

/// Connects, and runs the `on_connect` statements.
///
/// With `wait`, keeps trying for so long while the server may still be starting; `waiting` is told
/// of the first failure.
pub fn open(
    url: &DatabaseUrl,
    access: Access,
    on_connect: &[String],
    wait: Option<Duration>,
    waiting: &mut dyn FnMut(&ConnectError),
) -> Result<Box<dyn Database>, ConnectError> {
    let mut database = retry(wait, waiting, || connect(url, access))?;
    for (index, statement) in on_connect.iter().enumerate() {
        database.execute(statement).map_err(|error| ConnectError {
            place: url.to_string(),
            reason: ConnectReason::OnConnect { number: index + 1 },
            message: error.message,
            waited: None,
        })?;
    }
    Ok(database)
}

/// Connects to look; `None` where that is a SQLite file that is not there, which holds nothing.
pub fn look(
    url: &DatabaseUrl,
    on_connect: &[String],
    wait: Option<Duration>,
    waiting: &mut dyn FnMut(&ConnectError),
) -> Result<Option<Box<dyn Database>>, ConnectError> {
    match open(url, Access::Look, on_connect, wait, waiting) {
        Ok(database) => Ok(Some(database)),
        Err(ConnectError {
            reason: ConnectReason::NoFile,
            ..
        }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn retry<T>(
    wait: Option<Duration>,
    waiting: &mut dyn FnMut(&ConnectError),
    mut attempt: impl FnMut() -> Result<T, ConnectError>,
) -> Result<T, ConnectError> {
    let start = Instant::now();
    let mut told = false;
    loop {
        let error = match attempt() {
            Err(error) if error.reason.may_pass() => error,
            settled => return settled,
        };
        let Some(wait) = wait else { return Err(error) };
        if start.elapsed() + PAUSE >= wait {
            return Err(ConnectError {
                waited: Some(wait),
                ..error
            });
        }
        if !told {
            waiting(&error);
            told = true;
        }
        std::thread::sleep(PAUSE);
    }
}

fn connect(url: &DatabaseUrl, access: Access) -> Result<Box<dyn Database>, ConnectError> {
    match url {
        #[cfg(feature = "sqlite")]
        DatabaseUrl::Sqlite(location) => sqlite::connect(location, access, &url.to_string()),
        #[cfg(feature = "postgres")]
        DatabaseUrl::Postgres(server) => postgres::connect(server, &url.to_string()),
        #[cfg(feature = "mysql")]
        DatabaseUrl::Mysql(server) => mysql::connect(server, &url.to_string()),
        #[cfg(not(all(feature = "sqlite", feature = "postgres", feature = "mysql")))]
        other => {
            let _ = access;
            Err(not_built(other))
        }
    }
}

/// The lock that keeps other runners off a database.
fn lock_of(
    url: &DatabaseUrl,
    database: &mut dyn Database,
    by: &By,
) -> Result<Box<dyn lock::Lock>, AdminError> {
    match url {
        #[cfg(feature = "sqlite")]
        DatabaseUrl::Sqlite(location) => Ok(Box::new(sqlite::lock::FileLock::new(location, by))),
        #[cfg(feature = "postgres")]
        DatabaseUrl::Postgres(_) => Ok(Box::new(postgres::lock::AdvisoryLock::new(
            url, database, by,
        )?)),
        #[cfg(feature = "mysql")]
        DatabaseUrl::Mysql(_) => Ok(mysql::lock::of(url, database, by)?),
        #[cfg(not(all(feature = "sqlite", feature = "postgres", feature = "mysql")))]
        other => {
            let _ = (database, by);
            Err(not_built(other).into())
        }
    }
}

/// Creates the database a URL names; `false` when it is there already.
pub fn create(
    url: &DatabaseUrl,
    wait: Option<Duration>,
    waiting: &mut dyn FnMut(&ConnectError),
) -> Result<bool, AdminError> {
    match url {
        #[cfg(feature = "sqlite")]
        DatabaseUrl::Sqlite(location) => sqlite::create(location, &url.to_string()),
        #[cfg(feature = "postgres")]
        DatabaseUrl::Postgres(_) => {
            let sql = postgres::admin_sql(&named(url)?);
            let mut admin = retry(wait, waiting, || postgres::administer(url))?;
            sql.create(&mut *admin)
        }
        #[cfg(feature = "mysql")]
        DatabaseUrl::Mysql(_) => {
            let sql = mysql::admin_sql(&named(url)?);
            let mut admin = retry(wait, waiting, || mysql::administer(url))?;
            sql.create(&mut *admin)
        }
        #[cfg(not(all(feature = "sqlite", feature = "postgres", feature = "mysql")))]
        other => {
            let _ = (wait, waiting);
            Err(not_built(other).into())
        }
    }
}

/// Drops the database a URL names; `false` when there is none.
pub fn drop(url: &DatabaseUrl) -> Result<bool, AdminError> {
    match url {
        #[cfg(feature = "sqlite")]
        DatabaseUrl::Sqlite(location) => sqlite::remove(location, &url.to_string()),
        #[cfg(feature = "postgres")]
        DatabaseUrl::Postgres(_) => {
            let sql = postgres::admin_sql(&named(url)?);
            sql.drop(&mut *postgres::administer(url)?)
        }
        #[cfg(feature = "mysql")]
        DatabaseUrl::Mysql(_) => {
            let sql = mysql::admin_sql(&named(url)?);
            sql.drop(&mut *mysql::administer(url)?)
        }
        #[cfg(not(all(feature = "sqlite", feature = "postgres", feature = "mysql")))]
        other => Err(not_built(other).into()),
    }
}

/// A server's statements about one database.
#[cfg(any(feature = "postgres", feature = "mysql"))]
struct AdminSql {
    /// A query of one row where the database is there, none where it is not.
    exists: String,
    create: String,
    drop: String,
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
impl AdminSql {
    fn create(&self, admin: &mut dyn Database) -> Result<bool, AdminError> {
        let missing = admin.pairs(&self.exists)?.is_empty();
        if missing {
            admin.execute(&self.create)?;
        }
        Ok(missing)
    }

    fn drop(&self, admin: &mut dyn Database) -> Result<bool, AdminError> {
        let there = !admin.pairs(&self.exists)?.is_empty();
        if there {
            admin.execute(&self.drop)?;
        }
        Ok(there)
    }
}

/// Why a database could not be created or dropped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdminError {
    /// The server could not be reached.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The server refused.
    #[error("{}", .0.message)]
    Database(DatabaseError),
}

impl From<DatabaseError> for AdminError {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

/// The migrations inside a program: each name, and whether it runs in a transaction.
pub fn embedded(migrations: &EmbeddedMigrations) -> Vec<(String, bool)> {
    #[cfg(feature = "sqlite")]
    type Any = diesel::sqlite::Sqlite;
    #[cfg(all(feature = "postgres", not(feature = "sqlite")))]
    type Any = diesel::pg::Pg;
    #[cfg(all(feature = "mysql", not(feature = "postgres"), not(feature = "sqlite")))]
    type Any = diesel::mysql::Mysql;

    diesel::migration::MigrationSource::<Any>::migrations(migrations)
        .unwrap_or_default()
        .iter()
        .map(|migration| {
            (
                migration.name().to_string(),
                migration.metadata().run_in_transaction(),
            )
        })
        .collect()
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
fn named(url: &DatabaseUrl) -> Result<String, ConnectError> {
    url.database_name()
        .map(std::borrow::Cow::into_owned)
        .ok_or_else(|| ConnectError {
            place: url.to_string(),
            reason: ConnectReason::DatabaseUnnamed,
            message: String::new(),
            waited: None,
        })
}

#[cfg(not(all(feature = "sqlite", feature = "postgres", feature = "mysql")))]
fn not_built(url: &DatabaseUrl) -> ConnectError {
    ConnectError {
        place: url.to_string(),
        reason: ConnectReason::NotBuilt {
            feature: match url.engine() {
                Engine::Sqlite => "sqlite",
                Engine::Postgres => "postgres",
                Engine::Mysql => "mysql",
            },
        },
        message: String::new(),
        waited: None,
    }
}
