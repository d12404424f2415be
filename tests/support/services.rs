//! The database servers of `tests/services`, and throwaway databases on them.
//!
//! A test asks [`available`] for the servers and makes itself a [`TestDatabase`] on each. It talks
//! to the database beside the code under test, over connections of its own without TLS that last
//! one call, so it never holds a lock or a session the test did not ask for.

use std::{
    env,
    path::PathBuf,
    process,
    sync::{
        Once,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

use diesel::{
    Connection as _, QueryResult, QueryableByName, RunQueryDsl as _, SqliteConnection,
    connection::SimpleConnection as _,
    deserialize::{self, FromSql},
    row::{Field as _, NamedRow, Row},
    sql_types::Text,
    sqlite::{Sqlite, SqliteValue},
};
use mysql_async::prelude::Queryable as _;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio_postgres::SimpleQueryMessage;

/// How a `NULL` shows in the rows of [`TestDatabase::query`].
pub const NULL: &str = "NULL";

/// A database server the tests run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Server {
    /// The SQLite linked into the tests.
    Sqlite,
    /// The PostgreSQL of the system.
    Postgres,
    /// A PostgreSQL of another major version.
    Postgres2,
    /// MariaDB.
    Mariadb,
}

/// A user every server of `tests/services` has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum User {
    /// May do everything.
    Manage,
    /// Reads every table, creates nothing.
    Reader,
    /// May do everything; the password holds `@`, `/`, `#`, `%`, a space and a non-ASCII letter.
    Nasty,
    /// May do everything; has no password but the client certificate, over TLS.
    Certified,
}

impl Server {
    /// Every server, available or not.
    pub const ALL: [Self; 4] = [Self::Sqlite, Self::Postgres, Self::Postgres2, Self::Mariadb];

    /// The name in `MANAGE_TEST_REQUIRE`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Postgres2 => "postgres2",
            Self::Mariadb => "mariadb",
        }
    }

    /// Whether it is one of the PostgreSQLs.
    pub fn is_postgres(self) -> bool {
        matches!(self, Self::Postgres | Self::Postgres2)
    }

    /// One of the server's own variables, `MANAGE_TEST_<SERVER>_<NAME>`.
    fn variable(self, name: &str) -> Option<String> {
        let key = format!("MANAGE_TEST_{}_{name}", self.name().to_uppercase());
        env::var(key).ok().filter(|value| !value.is_empty())
    }

    /// One of the server's variables that `tests/services` always sets.
    fn given(self, name: &str) -> String {
        self.variable(name)
            .unwrap_or_else(|| panic!("{} is not available: no {name}", self.name()))
    }

    /// The TCP port; the host is `127.0.0.1`, and `127.0.0.2` a name the certificate lacks.
    pub fn port(self) -> u16 {
        self.given("PORT").parse().expect("the port is a number")
    }

    /// The unix socket: the folder for PostgreSQL, the file for MariaDB.
    pub fn socket(self) -> PathBuf {
        self.given("SOCKET").into()
    }

    /// `user:password@` as a URL has it.
    pub fn credentials(self, user: User) -> String {
        let password = |variable| {
            let password = env::var(variable)
                .unwrap_or_else(|_| panic!("{} is not available: no {variable}", self.name()));
            utf8_percent_encode(&password, NON_ALPHANUMERIC).to_string()
        };
        match user {
            User::Manage => format!("manage:{}@", password("MANAGE_TEST_PASSWORD")),
            User::Reader => format!("reader:{}@", password("MANAGE_TEST_PASSWORD")),
            User::Nasty => format!("nasty:{}@", password("MANAGE_TEST_NASTY_PASSWORD")),
            User::Certified => "certified@".to_owned(),
        }
    }

    /// The URL's scheme.
    pub fn scheme(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres | Self::Postgres2 => "postgres",
            Self::Mariadb => "mysql",
        }
    }

    /// A server's URL for a database, without parameters.
    ///
    /// # Panics
    /// For SQLite, which has no server, and for a server that is not available.
    pub fn url_of(self, user: User, host: &str, database: &str) -> String {
        self.url_at(user, host, self.port(), database)
    }

    fn url_at(self, user: User, host: &str, port: u16, database: &str) -> String {
        let (scheme, credentials) = (self.scheme(), self.credentials(user));
        format!("{scheme}://{credentials}{host}:{port}/{database}")
    }

    /// The URL of the base database, whose only use is to create and drop others, on a server of this
    /// kind.
    pub(super) fn base_url(self, port: u16) -> String {
        self.url_at(User::Manage, "127.0.0.1", port, "manage")
    }
}

/// The servers to run a test on: SQLite, and what `tests/services` has started.
///
/// # Panics
/// When a server is missing that `MANAGE_TEST_REQUIRE` names.
pub fn available() -> Vec<Server> {
    static SAID: Once = Once::new();
    let (there, missing): (Vec<_>, Vec<_>) = Server::ALL
        .into_iter()
        .partition(|server| *server == Server::Sqlite || server.variable("URL").is_some());
    for server in &missing {
        refuse_if_required(server.name());
    }
    SAID.call_once(|| {
        for server in missing {
            say_skipped(server.name());
        }
    });
    there
}

/// # Panics
/// When `MANAGE_TEST_REQUIRE` names a server, which is not there.
pub(super) fn refuse_if_required(name: &str) {
    let required = env::var("MANAGE_TEST_REQUIRE").unwrap_or_default();
    assert!(
        !required.split(',').any(|required| required.trim() == name),
        "MANAGE_TEST_REQUIRE names {name}, and it is not there: run the tests with `make test`",
    );
}

pub(super) fn say_skipped(name: &str) {
    eprintln!("SKIPPED: no {name} server; run the tests with `make test`");
}

/// The certificate authority of the servers' certificates.
pub fn authority() -> PathBuf {
    certificate("CA")
}

/// An authority that has nothing to do with the servers.
pub fn wrong_authority() -> PathBuf {
    certificate("WRONG_CA")
}

/// The certificate of [`User::Certified`].
pub fn client_certificate() -> PathBuf {
    certificate("CLIENT_CERT")
}

/// The key of [`client_certificate`].
pub fn client_key() -> PathBuf {
    certificate("CLIENT_KEY")
}

/// The machine's IPv6 loopback address, where it has one; the servers listen there too.
pub fn ipv6() -> Option<String> {
    env::var("MANAGE_TEST_IPV6")
        .ok()
        .filter(|address| !address.is_empty())
}

fn certificate(name: &str) -> PathBuf {
    let key = format!("MANAGE_TEST_{name}");
    env::var_os(&key)
        .unwrap_or_else(|| panic!("{key} is not set: run the tests with `make test`"))
        .into()
}

/// An empty database of its own name, dropped at the end of its life, whoever is connected.
#[derive(Debug)]
pub struct TestDatabase {
    server: Server,
    name: String,
    /// Where the server listens; for SQLite nowhere.
    port: u16,
    /// Whether the server goes away with all its databases.
    passing: bool,
    /// The folder of the SQLite file.
    folder: Option<tempfile::TempDir>,
}

impl TestDatabase {
    /// Creates an empty database on an available server.
    pub fn create(server: Server) -> Self {
        let port = if server == Server::Sqlite {
            0
        } else {
            server.port()
        };
        Self::create_on(server, port)
    }

    /// Creates an empty database on another server of the same kind, with the same users.
    pub fn create_on(server: Server, port: u16) -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("the clock is past 1970");
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{count}_{:x}", process::id(), since.as_nanos());
        let folder = match server {
            Server::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                std::fs::write(folder.path().join("test.db"), "").expect("an empty SQLite file");
                Some(folder)
            }
            Server::Postgres | Server::Postgres2 | Server::Mariadb => {
                run(
                    server,
                    &server.base_url(port),
                    &format!("CREATE DATABASE {name}"),
                )
                .expect("creating a database");
                None
            }
        };
        Self {
            server,
            name,
            port,
            passing: false,
            folder,
        }
    }

    /// Leaves the database to its server, which does not outlive it.
    pub(super) fn passing(mut self) -> Self {
        self.passing = true;
        self
    }

    /// The server it is on.
    pub fn server(&self) -> Server {
        self.server
    }

    /// Its name on the server.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The SQLite file.
    ///
    /// # Panics
    /// For a database that is not SQLite's.
    pub fn path(&self) -> PathBuf {
        self.folder
            .as_ref()
            .expect("only a SQLite database is a file")
            .path()
            .join("test.db")
    }

    /// The URL with the password inside, over TLS without verification.
    pub fn url(&self) -> String {
        self.url_as(User::Manage)
    }

    /// [`Self::url`] for another user. SQLite has no users.
    pub fn url_as(&self, user: User) -> String {
        match self.server {
            Server::Sqlite => self.plain_url(),
            Server::Postgres | Server::Postgres2 => {
                format!(
                    "{}?sslmode=require",
                    self.server.url_at(user, "127.0.0.1", self.port, &self.name)
                )
            }
            Server::Mariadb => {
                format!(
                    "{}?ssl-mode=REQUIRED",
                    self.server.url_at(user, "127.0.0.1", self.port, &self.name)
                )
            }
        }
    }

    /// The URL without parameters, for a test to add its own.
    pub fn plain_url(&self) -> String {
        match self.server {
            Server::Sqlite => format!("sqlite://{}", self.path().display()),
            Server::Postgres | Server::Postgres2 | Server::Mariadb => self.url_through(self.port),
        }
    }

    /// The URL, without parameters, of the same database where something else listens: a pooler, a
    /// standby, another node.
    ///
    /// # Panics
    /// For SQLite.
    pub fn url_through(&self, port: u16) -> String {
        self.server
            .url_at(User::Manage, "127.0.0.1", port, &self.name)
    }

    /// The URL through the unix socket.
    ///
    /// # Panics
    /// For SQLite.
    pub fn socket_url(&self) -> String {
        let credentials = self.server.credentials(User::Manage);
        let (name, socket) = (&self.name, self.server.socket());
        let socket = socket.display();
        if self.server.is_postgres() {
            format!(
                "postgres://{credentials}/{name}?host={socket}&port={}",
                self.server.port()
            )
        } else {
            format!("mysql://{credentials}localhost/{name}?socket={socket}")
        }
    }

    /// Runs statements, separated by `;`.
    ///
    /// # Panics
    /// With the database's words when one fails.
    pub fn execute(&self, sql: &str) {
        if let Err(message) = self.try_execute(sql) {
            panic!("{}: {message}\n{sql}", self.server.name());
        }
    }

    /// Runs statements, separated by `;`; the error is the database's own words.
    pub fn try_execute(&self, sql: &str) -> Result<(), String> {
        run(self.server, &self.plain_url(), sql).map(drop)
    }

    /// The rows of one query, each value as the database writes it, a null as [`NULL`].
    ///
    /// # Panics
    /// With the database's words when it fails.
    pub fn query(&self, sql: &str) -> Vec<Vec<String>> {
        match run(self.server, &self.plain_url(), sql) {
            Ok(rows) => rows,
            Err(message) => panic!("{}: {message}\n{sql}", self.server.name()),
        }
    }

    /// The first value of the first row of a query.
    ///
    /// # Panics
    /// When there is none.
    pub fn value(&self, sql: &str) -> String {
        let first = self.query(sql).into_iter().flatten().next();
        first.unwrap_or_else(|| panic!("{}: no row\n{sql}", self.server.name()))
    }

    /// Whether a table or view of this name exists, in the schema the session creates tables in.
    pub fn table_exists(&self, name: &str) -> bool {
        self.tables().iter().any(|table| table == name)
    }

    /// The names of the tables and views, sorted.
    pub fn tables(&self) -> Vec<String> {
        let sql = match self.server {
            Server::Sqlite => {
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
            }
            Server::Postgres | Server::Postgres2 => {
                "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
            }
            Server::Mariadb => {
                "SELECT table_name FROM information_schema.tables WHERE table_schema = database()"
            }
        };
        let mut names: Vec<String> = self.query(sql).into_iter().flatten().collect();
        names.sort();
        names
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if self.passing {
            return;
        }
        let base = || self.server.base_url(self.port);
        let sql = match self.server {
            Server::Sqlite => return,
            Server::Postgres | Server::Postgres2 => {
                format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)
            }
            Server::Mariadb => {
                // Sessions a failed test left behind may hold locks on its tables.
                let sessions = format!(
                    "SELECT id FROM information_schema.processlist WHERE db = '{}'",
                    self.name
                );
                for id in run(self.server, &base(), &sessions)
                    .into_iter()
                    .flatten()
                    .flatten()
                {
                    // It may have ended meanwhile, which is an error of its own.
                    let _ = run(self.server, &base(), &format!("KILL {id}"));
                }
                format!(
                    "SET lock_wait_timeout = 10; DROP DATABASE IF EXISTS {}",
                    self.name
                )
            }
        };
        if let Err(message) = run(self.server, &base(), &sql) {
            eprintln!("{}: {} stays: {message}", self.server.name(), self.name);
        }
    }
}

/// Runs SQL on a connection of its own and returns the rows of the last result.
///
/// The connection has its own thread, so that asynchronous tests may call it.
pub fn run(server: Server, url: &str, sql: &str) -> Result<Vec<Vec<String>>, String> {
    thread::scope(|scope| {
        let worker = scope.spawn(|| {
            let runtime = || {
                tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime")
            };
            match server {
                Server::Sqlite => run_sqlite(url, sql).map_err(|error| error.to_string()),
                Server::Postgres | Server::Postgres2 => runtime()
                    .block_on(run_postgres(url, sql))
                    .map_err(|error| words(&error)),
                Server::Mariadb => runtime()
                    .block_on(run_mariadb(url, sql))
                    .map_err(|error| error.to_string()),
            }
        });
        worker
            .join()
            .expect("the connection's thread does not panic")
    })
}

/// tokio-postgres says only "db error"; the server's words are in the source.
fn words(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(error) => error.to_string(),
        None => error.to_string(),
    }
}

async fn run_postgres(url: &str, sql: &str) -> Result<Vec<Vec<String>>, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    let connection = tokio::spawn(connection);
    let messages = client.simple_query(sql).await?;
    drop(client);
    // The server has seen the end of the session when this returns.
    connection
        .await
        .expect("the connection's task does not panic")?;
    let mut rows = Vec::new();
    for message in messages {
        match message {
            SimpleQueryMessage::RowDescription(_) => rows.clear(),
            SimpleQueryMessage::Row(row) => {
                rows.push(
                    (0..row.len())
                        .map(|i| row.get(i).unwrap_or(NULL).to_owned())
                        .collect(),
                );
            }
            _ => {}
        }
    }
    Ok(rows)
}

async fn run_mariadb(url: &str, sql: &str) -> Result<Vec<Vec<String>>, mysql_async::Error> {
    let options = mysql_async::Opts::from_url(url)?;
    // The unix socket, which the driver would switch to by itself, has other users.
    let options = mysql_async::OptsBuilder::from_opts(options).prefer_socket(false);
    let mut connection = mysql_async::Conn::new(options).await?;
    let mut result = connection.query_iter(sql).await?;
    let mut rows = Vec::new();
    while !result.is_empty() {
        let set: Vec<mysql_async::Row> = result.collect().await?;
        if set.is_empty() {
            continue;
        }
        rows = set
            .into_iter()
            .map(|row| row.unwrap().into_iter().map(mysql_text).collect())
            .collect();
    }
    drop(result);
    connection.disconnect().await?;
    Ok(rows)
}

/// The text protocol sends everything but nulls as text.
fn mysql_text(value: mysql_async::Value) -> String {
    match value {
        mysql_async::Value::NULL => NULL.to_owned(),
        mysql_async::Value::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        other => other.as_sql(true),
    }
}

/// A row of any shape, as text.
struct TextRow(Vec<String>);

impl QueryableByName<Sqlite> for TextRow {
    fn build<'a>(row: &impl NamedRow<'a, Sqlite>) -> deserialize::Result<Self> {
        let text = |index| match Row::get(row, index).and_then(|field| field.value().map(text_of)) {
            Some(text) => text,
            None => Ok(NULL.to_owned()),
        };
        (0..row.field_count())
            .map(text)
            .collect::<deserialize::Result<_>>()
            .map(Self)
    }
}

fn text_of(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<String> {
    <String as FromSql<Text, Sqlite>>::from_sql(value)
}

fn run_sqlite(url: &str, sql: &str) -> QueryResult<Vec<Vec<String>>> {
    let path = url.trim_start_matches("sqlite://");
    let mut connection = SqliteConnection::establish(path)
        .unwrap_or_else(|error| panic!("{path} cannot be opened: {error}"));
    // As the application's own connections usually have it.
    connection.batch_execute("PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000")?;
    let reads = ["select", "pragma", "with", "explain", "values"];
    let first = sql
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_lowercase();
    if !reads.contains(&first.as_str()) {
        connection.batch_execute(sql)?;
        return Ok(Vec::new());
    }
    let rows: Vec<TextRow> = diesel::sql_query(sql).load(&mut connection)?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}
