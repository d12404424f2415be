//! Where a database is: one value per URL form, with its secrets kept out of every output.
//!
//! [`DatabaseUrl::parse`] reads every form people have in their environment: `sqlite://rel.db`,
//! `sqlite:///abs/path.db`, a bare path ending in `.db`, `postgres://`, `postgresql://`,
//! `mysql://`, `mariadb://`, and SQLAlchemy's `dialect+driver://`. Passwords may stand as they
//! are: the last `@` before the host ends them, and a `%` without two hex digits is a `%`. Where
//! two readings are possible the URL is refused rather than guessed at, with a hint that says how
//! to encode it and without a word of its text.
//!
//! `Display` and `Debug` show `***` for the password; [`DatabaseUrl::exposed`] is the one way to
//! the URL with it.

mod display;
mod error;
mod parameters;
mod parse;
#[cfg(test)]
mod tests;

use std::{
    borrow::Cow,
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

pub use error::UrlError;
pub(crate) use parameters::nearest;
pub use parameters::{Keyword, UrlParts};
pub use parse::UrlReading;

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

impl Engine {
    /// The name people know it by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::Mysql => "MySQL",
        }
    }

    /// The scheme its URLs are shown with, and the name of its cargo feature.
    pub const fn scheme(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
        }
    }

    /// The engine a scheme, or a `DB_CONNECTION`, names: `pgsql`, `mariadb`, `sqlite` ...
    pub fn from_scheme(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "sqlite" | "sqlite3" | "file" => Some(Self::Sqlite),
            "postgres" | "postgresql" | "pgsql" => Some(Self::Postgres),
            "mysql" | "mysql2" | "mariadb" => Some(Self::Mysql),
            _ => None,
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
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

impl DatabaseUrl {
    /// Reads a URL in any of the accepted forms.
    ///
    /// A relative SQLite file stays relative; see [`Self::resolved_against`].
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        UrlReading::of(text)?.finish()
    }

    /// The database family.
    pub const fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
            Self::Mysql(_) => Engine::Mysql,
        }
    }

    /// The database's name on its server; for SQLite the file's name, or `:memory:`.
    pub fn database_name(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Sqlite(SqliteLocation::Memory) => Some(Cow::Borrowed(":memory:")),
            Self::Sqlite(SqliteLocation::File(path)) => {
                path.file_name().map(std::ffi::OsStr::to_string_lossy)
            }
            Self::Postgres(server) | Self::Mysql(server) => {
                server.database.as_deref().map(Cow::Borrowed)
            }
        }
    }

    /// The server part, for the engines that have one.
    pub const fn server(&self) -> Option<&ServerUrl> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(server) | Self::Mysql(server) => Some(server),
        }
    }

    /// Another database on the same server, for creating and dropping this one. SQLite has no
    /// other database: the value comes back as it is.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        let renamed = |server: &ServerUrl| ServerUrl {
            database: Some(name.to_owned()),
            ..server.clone()
        };
        match self {
            Self::Sqlite(_) => self.clone(),
            Self::Postgres(server) => Self::Postgres(renamed(server)),
            Self::Mysql(server) => Self::Mysql(renamed(server)),
        }
    }

    /// The same database with relative files (SQLite's own, the certificates) joined to `root`.
    #[must_use]
    pub fn resolved_against(&self, root: &Path) -> Self {
        let certificates = |server: &ServerUrl| {
            let absolute = |file: &PathBuf| join_clean(root, file);
            let mut server = server.clone();
            server.tls.root_cert = server.tls.root_cert.as_ref().map(absolute);
            server.tls.client_cert = server.tls.client_cert.as_ref().map(absolute);
            server.tls.client_key = server.tls.client_key.as_ref().map(absolute);
            server
        };
        match self {
            Self::Sqlite(SqliteLocation::Memory) => self.clone(),
            Self::Sqlite(SqliteLocation::File(path)) => {
                Self::Sqlite(SqliteLocation::File(join_clean(root, path)))
            }
            Self::Postgres(server) => Self::Postgres(certificates(server)),
            Self::Mysql(server) => Self::Mysql(certificates(server)),
        }
    }

    /// The URL with its password in it, wrapped so that only `expose` shows it.
    pub fn exposed(&self) -> Secret {
        Secret::new(display::exposed(self))
    }
}

/// `path` under `root` unless it is absolute, without `.` components.
pub(crate) fn join_clean(root: &Path, path: &Path) -> PathBuf {
    root.join(path).components().collect()
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

/// libpq's `target_session_attrs`
/// (<https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-TARGET-SESSION-ATTRS>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetSessionAttrs {
    /// Any server.
    Any,
    /// A server that accepts writes.
    ReadWrite,
    /// A server that does not.
    ReadOnly,
    /// A server that is not in hot standby.
    Primary,
    /// A server in hot standby.
    Standby,
    /// A server in hot standby, and where there is none, any.
    PreferStandby,
}

impl TargetSessionAttrs {
    /// The words libpq has for them.
    pub(crate) const WORDS: [(&'static str, Self); 6] = [
        ("any", Self::Any),
        ("read-write", Self::ReadWrite),
        ("read-only", Self::ReadOnly),
        ("primary", Self::Primary),
        ("standby", Self::Standby),
        ("prefer-standby", Self::PreferStandby),
    ];

    /// The word libpq has for it.
    pub(crate) fn word(self) -> &'static str {
        let mut words = Self::WORDS.into_iter();
        words
            .find(|(_, value)| *value == self)
            .map_or("any", |(word, _)| word)
    }
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

impl Tls {
    /// The mode to act on: libpq's `require` verifies the authority when a root file is named.
    ///
    /// <https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS>
    pub const fn effective_mode(&self) -> TlsMode {
        match (self.mode, &self.root_cert) {
            (TlsMode::Require, Some(_)) => TlsMode::VerifyCa,
            (mode, _) => mode,
        }
    }
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

impl TlsMode {
    /// The word an engine's clients have for it.
    pub(crate) const fn word(self, engine: Engine) -> &'static str {
        match (engine, self) {
            (Engine::Mysql, Self::Disable) => "DISABLED",
            (Engine::Mysql, Self::Prefer) => "PREFERRED",
            (Engine::Mysql, Self::Require) => "REQUIRED",
            (Engine::Mysql, Self::VerifyCa) => "VERIFY_CA",
            (Engine::Mysql, Self::VerifyFull) => "VERIFY_IDENTITY",
            (Engine::Postgres | Engine::Sqlite, Self::Disable) => "disable",
            (Engine::Postgres | Engine::Sqlite, Self::Prefer) => "prefer",
            (Engine::Postgres | Engine::Sqlite, Self::Require) => "require",
            (Engine::Postgres | Engine::Sqlite, Self::VerifyCa) => "verify-ca",
            (Engine::Postgres | Engine::Sqlite, Self::VerifyFull) => "verify-full",
        }
    }
}
