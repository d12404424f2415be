//! Where a database is: one value per URL form, with its secrets kept out of every output.

use std::{fmt, path::PathBuf, time::Duration};

/// A value that must never be printed: `Display` and `Debug` show `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The secret itself, for the one place that sends it to the database.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The database family a URL names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Engine {
    /// SQLite, linked into the binary.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MySQL or MariaDB; the server's version says which.
    Mysql,
}

/// A database, as the settings name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A SQLite file or memory.
    Sqlite(SqliteLocation),
    /// A PostgreSQL server.
    Postgres(ServerUrl),
    /// A MySQL or MariaDB server.
    Mysql(ServerUrl),
}

/// Where a SQLite database lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SqliteLocation {
    /// `:memory:`: gone when the command ends.
    Memory,
    /// A file.
    File(PathBuf),
}

/// How to reach a database server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerUrl {
    /// Hosts in the order to try; empty means the engine's default.
    pub hosts: Vec<HostPort>,
    /// User name.
    pub user: Option<String>,
    /// Password.
    pub password: Option<Secret>,
    /// Database name.
    pub database: Option<String>,
    /// Transport security.
    pub tls: Tls,
    /// How long one connection attempt may take.
    pub connect_timeout: Option<Duration>,
    /// The name the server shows for the session (PostgreSQL).
    pub application_name: Option<String>,
    /// Command-line options for the server session (PostgreSQL `options=`).
    pub options: Option<String>,
    /// Which of several hosts will do (PostgreSQL `target_session_attrs`).
    pub target_session_attrs: Option<TargetSessionAttrs>,
}

/// One place a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPort {
    /// The address.
    pub host: Host,
    /// TCP port, or the number in a PostgreSQL socket's file name; the engine's default when absent.
    pub port: Option<u16>,
}

/// A server's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// Host name or IP address (IPv6 without brackets).
    Tcp(String),
    /// Unix socket: the folder for PostgreSQL, the socket file for MySQL.
    Unix(PathBuf),
}

/// libpq's `target_session_attrs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetSessionAttrs {
    /// Any server.
    Any,
    /// A server that accepts writes.
    ReadWrite,
    /// A server that does not.
    ReadOnly,
}

/// Transport security, with libpq's meanings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// How much of it is required.
    pub mode: TlsMode,
    /// PEM file of the authorities to trust; the system's when absent.
    pub root_cert: Option<PathBuf>,
    /// PEM file of the client's certificate.
    pub client_cert: Option<PathBuf>,
    /// PEM file of the client's key.
    pub client_key: Option<PathBuf>,
}

/// libpq's `sslmode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsMode {
    /// Never encrypt.
    Disable,
    /// Encrypt where the server offers it.
    #[default]
    Prefer,
    /// Encrypt, whoever answers.
    Require,
    /// Encrypt, and the certificate must come from a trusted authority.
    VerifyCa,
    /// Encrypt, and the certificate must also name the host.
    VerifyFull,
}
