//! What a database says when something goes wrong, as facts, and what kind of trouble it is.

use std::time::Duration;

use super::{cancel, url::Engine};

/// An error a database reported for a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseError {
    /// What kind of trouble it is, as far as can be told.
    pub trouble: Trouble,
    /// The database's own words.
    pub message: String,
    /// Its detail, where it gives one.
    pub detail: Option<String>,
    /// Its hint, where it gives one.
    pub hint: Option<String>,
    /// Where in the statement, in characters from 1 (PostgreSQL).
    pub position: Option<usize>,
    /// Which line of the statement, from 1 (MySQL).
    pub line: Option<usize>,
}

/// What PgBouncer says before it closes a client's connection, or when it has lost the server's
/// (<https://github.com/pgbouncer/pgbouncer>).
const POOLER_WORDS: [&str; 7] = [
    "database removed",
    "server conn crashed?",
    "server connection closed",
    "client_idle_timeout",
    "idle transaction timeout",
    "query timeout",
    "query_wait_timeout",
];

/// What the log says of a statement that was stopped on request.
pub const STOPPED: &str = "stopped on request";

/// Whether a server says that a statement was stopped from outside.
fn is_cancelled(engine: Engine, message: &str) -> bool {
    match engine {
        Engine::Sqlite => false,
        Engine::Postgres => message.contains("canceling statement due to user request"),
        Engine::Mysql => message.contains("Query execution was interrupted"),
    }
}

/// The kinds of trouble that have a remedy of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A table, column, index or type of that name is there already.
    AlreadyExists,
    /// A table, column or function is not there.
    DoesNotExist,
    /// A foreign key is violated, or a parent cannot be dropped.
    ForeignKey,
    /// `CREATE OR REPLACE VIEW` may only add columns.
    ViewColumns,
    /// Another connection holds the SQLite file.
    Locked,
    /// A lock was not granted in time, or a deadlock was broken.
    LockTimeout,
    /// A statement took longer than the session lets it.
    StatementTimeout,
    /// The user may not.
    PermissionDenied,
    /// The database, file or transaction takes no writes.
    ReadOnly,
    /// The statement refuses to run inside a transaction.
    RefusesTransaction,
    /// A value added to an enum was used before it was committed.
    UnsafeEnumValue,
    /// `COPY` wants to be fed from, or read by, the client.
    CopyStream,
    /// The connection is gone.
    ConnectionLost,
    /// The disk is full.
    DiskFull,
    /// Somebody asked to stop.
    Interrupted,
    /// Anything else.
    Other,
}

impl DatabaseError {
    /// Reads what diesel reports.
    pub fn from_diesel(engine: Engine, error: &diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as Kind, Error};
        let Error::DatabaseError(kind, info) = error else {
            return Self::other(match error {
                Error::RollbackErrorOnCommit { commit_error, .. } => {
                    return Self::from_diesel(engine, commit_error);
                }
                Error::BrokenTransactionManager => {
                    "the transaction was ended from inside".to_owned()
                }
                error => error.to_string(),
            });
        };
        let message = first_line_of_token(engine, &plain(info.message()));
        let trouble = match kind {
            Kind::ForeignKeyViolation => Trouble::ForeignKey,
            Kind::ReadOnlyTransaction => Trouble::ReadOnly,
            // What tokio-postgres calls the server's wish to copy, which a batch cannot grant.
            Kind::UnableToSendCommand if message.contains("unexpected message") => {
                Trouble::CopyStream
            }
            Kind::ClosedConnection | Kind::UnableToSendCommand => Trouble::ConnectionLost,
            _ => Trouble::of_message(engine, info.message()),
        };
        let trouble = match trouble {
            // The server says the same whoever it was, an administrator or us.
            Trouble::Other if cancel::requested() && is_cancelled(engine, &message) => {
                Trouble::Interrupted
            }
            trouble => trouble,
        };
        Self {
            trouble,
            line: mysql_line(engine, &message),
            message,
            detail: info.details().map(ToOwned::to_owned),
            hint: info.hint().map(ToOwned::to_owned),
            position: info
                .statement_position()
                .and_then(|p| usize::try_from(p).ok()),
        }
    }

    /// Whether it is a deadlock that the server broke at this statement's cost.
    pub fn is_deadlock(&self) -> bool {
        self.trouble == Trouble::LockTimeout && self.message.to_lowercase().contains("deadlock")
    }

    /// Stopped on request before the database was asked.
    pub fn interrupted() -> Self {
        Self {
            trouble: Trouble::Interrupted,
            ..Self::other(STOPPED.to_owned())
        }
    }

    /// An error that is nothing but words.
    pub fn other(message: String) -> Self {
        Self {
            trouble: Trouble::Other,
            message,
            detail: None,
            hint: None,
            position: None,
            line: None,
        }
    }
}

impl Trouble {
    /// Whether the cause lies around the database, so that no change of the statement helps.
    pub fn is_outside(self) -> bool {
        matches!(
            self,
            Self::Locked
                | Self::LockTimeout
                | Self::PermissionDenied
                | Self::ReadOnly
                | Self::ConnectionLost
                | Self::DiskFull
                | Self::Interrupted
        )
    }

    /// Whether somebody else held what was needed, so that trying again may help.
    pub fn is_lock(self) -> bool {
        matches!(self, Self::Locked | Self::LockTimeout)
    }

    /// diesel passes on no error code of PostgreSQL or MySQL, only the text: these are the texts of
    /// the servers' own message catalogues in English, which is what they send unless told otherwise.
    pub(super) fn of_message(engine: Engine, message: &str) -> Self {
        let has = |part: &str| message.contains(part);
        match engine {
            Engine::Sqlite => {
                if has("already exists") || has("duplicate column name") || has("there is already")
                {
                    Self::AlreadyExists
                } else if has("no such ") || has("has no column named") {
                    Self::DoesNotExist
                } else if has("FOREIGN KEY constraint failed") {
                    Self::ForeignKey
                } else if has("database is locked") || has("database table is locked") {
                    Self::Locked
                } else if has("readonly database") || has("read-only") {
                    Self::ReadOnly
                } else if has("within a transaction") || has("inside a transaction") {
                    Self::RefusesTransaction
                } else if has("disk is full") {
                    Self::DiskFull
                } else {
                    Self::Other
                }
            }
            Engine::Postgres => {
                if has("cannot run inside a transaction block")
                    || has("cannot be executed from a function")
                {
                    Self::RefusesTransaction
                } else if has("unsafe use of new value") {
                    Self::UnsafeEnumValue
                } else if has("permission denied")
                    || has("must be owner")
                    || has("must be superuser")
                {
                    Self::PermissionDenied
                } else if has("already exists") {
                    Self::AlreadyExists
                } else if has("does not exist") {
                    Self::DoesNotExist
                } else if has("because other objects depend on it") {
                    Self::ForeignKey
                } else if has("columns from view") || has("of view column") {
                    Self::ViewColumns
                } else if has("lock timeout") || has("deadlock detected") {
                    Self::LockTimeout
                } else if has("statement timeout") {
                    Self::StatementTimeout
                } else if has("read-only transaction") {
                    Self::ReadOnly
                } else if has("terminating connection")
                    || has("connection closed")
                    || has("error communicating with the server")
                    || POOLER_WORDS.contains(&message)
                {
                    Self::ConnectionLost
                } else if has("No space left") {
                    Self::DiskFull
                } else {
                    Self::Other
                }
            }
            Engine::Mysql => {
                if has("already exists")
                    || has("Duplicate column name")
                    || has("Duplicate key name")
                {
                    Self::AlreadyExists
                } else if has("doesn't exist") || has("Unknown column") || has("Unknown table") {
                    Self::DoesNotExist
                } else if has("oreign key constraint") {
                    Self::ForeignKey
                } else if has("command denied") || has("Access denied") {
                    Self::PermissionDenied
                } else if has("Lock wait timeout") || has("Deadlock found") {
                    Self::LockTimeout
                } else if has("max_statement_time exceeded")
                    || has("maximum statement execution time exceeded")
                {
                    Self::StatementTimeout
                } else if has("read-only") || has("read only") || has("READ ONLY") {
                    Self::ReadOnly
                } else if has("Connection to the server is closed")
                    || has("Input/output error")
                    || has("gone away")
                    || has("Connection was killed")
                    || has("Lost connection")
                    || has("Server shutdown")
                {
                    Self::ConnectionLost
                } else if has("is full") || has("No space left") {
                    Self::DiskFull
                } else {
                    Self::Other
                }
            }
        }
    }
}

/// SQLite quotes a text that is never closed up to the end of the file; its first line is enough.
fn first_line_of_token(engine: Engine, message: &str) -> String {
    match message.split_once('\n') {
        Some((first, _))
            if engine == Engine::Sqlite && first.starts_with("unrecognized token: ") =>
        {
            format!("{}\"", first.trim_end())
        }
        _ => message.to_owned(),
    }
}

/// The words of a driver about a line that broke, without its advice to programmers.
pub(super) fn plain(message: &str) -> String {
    if message.contains("without sending TLS close_notify") {
        return "the connection was closed from the other side".to_owned();
    }
    let twice = "Input/output error: Input/output error: ";
    message.strip_prefix(twice).unwrap_or(message).to_owned()
}

/// MySQL's syntax errors end in `at line N`, counted within the statement.
fn mysql_line(engine: Engine, message: &str) -> Option<usize> {
    if engine != Engine::Mysql {
        return None;
    }
    message.rsplit_once("at line ")?.1.trim().parse().ok()
}

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectError {
    /// The database, secrets left out.
    pub place: String,
    /// What went wrong.
    pub reason: ConnectReason,
    /// The words of the database, system or library.
    pub message: String,
    /// How long it was tried, where `--wait` asked for it.
    pub waited: Option<Duration>,
}

/// What went wrong on the way to a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectReason {
    /// Nobody listens there.
    Refused,
    /// No answer in time.
    TimedOut,
    /// The host name means nothing.
    UnknownHost,
    /// The server is starting or stopping.
    Starting,
    /// Wrong user or password.
    Authentication,
    /// The server knows no such database.
    NoDatabase {
        /// Its name.
        name: String,
    },
    /// The URL names no database.
    DatabaseUnnamed,
    /// The user may not use the database.
    NotAllowed,
    /// The server has no more room for connections.
    TooMany,
    /// The server offers no encryption and the settings require it.
    TlsNotOffered,
    /// The server's certificate was made by an authority that is not trusted.
    TlsUnknownIssuer,
    /// The server's certificate is for another host.
    TlsWrongHost {
        /// The host that was asked for.
        host: String,
    },
    /// Some other trouble with encryption.
    Tls,
    /// A certificate or key file cannot be used.
    TlsFile,
    /// No server of the several has the asked-for `target_session_attrs`.
    SessionAttributes,
    /// The SQLite file's folder is not there.
    NoFolder,
    /// The SQLite file is not there, and the command would not create it.
    NoFile,
    /// The file is not a SQLite database.
    NotADatabase,
    /// Another program holds the SQLite file for itself.
    Locked,
    /// The system does not let us open the file or socket.
    Forbidden,
    /// A statement of `on_connect` failed.
    OnConnect {
        /// The statement's place in the list, from 1.
        number: usize,
    },
    /// The engine was left out of this build.
    NotBuilt {
        /// The cargo feature that has it.
        feature: &'static str,
    },
    /// Anything else.
    Other,
}

impl ConnectReason {
    /// Whether trying again may help, for `--wait`.
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Refused
                | Self::TimedOut
                | Self::UnknownHost
                | Self::Starting
                | Self::TooMany
                | Self::Locked
                | Self::SessionAttributes
        )
    }
}

impl std::fmt::Display for ConnectError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { place, message, .. } = self;
        match &self.reason {
            ConnectReason::Refused => write!(f, "nobody answers at {place}: {message}"),
            ConnectReason::TimedOut => write!(f, "{place} did not answer in time: {message}"),
            ConnectReason::UnknownHost => write!(f, "the host of {place} is unknown: {message}"),
            ConnectReason::Starting => write!(f, "{place} is not ready for connections: {message}"),
            ConnectReason::Authentication => {
                write!(f, "{place} refused the user or password: {message}")
            }
            ConnectReason::NoDatabase { name } => {
                write!(f, "database `{name}` does not exist at {place}")
            }
            ConnectReason::DatabaseUnnamed => write!(f, "{place} names no database"),
            ConnectReason::NotAllowed => write!(f, "{place} does not let this user in: {message}"),
            ConnectReason::TooMany => {
                write!(f, "{place} has no room for another connection: {message}")
            }
            ConnectReason::TlsNotOffered => {
                write!(f, "{place} offers no TLS, and the settings require it")
            }
            ConnectReason::TlsUnknownIssuer => {
                write!(
                    f,
                    "the certificate of {place} comes from an authority that is not trusted: {message}"
                )
            }
            ConnectReason::TlsWrongHost { host } => {
                write!(
                    f,
                    "the certificate of {place} is not for the host name `{host}`: {message}"
                )
            }
            ConnectReason::Tls => write!(f, "TLS with {place} failed: {message}"),
            ConnectReason::TlsFile => write!(f, "cannot use a TLS file: {message}"),
            ConnectReason::SessionAttributes => {
                write!(
                    f,
                    "no host of {place} has the `target_session_attrs` asked for: {message}"
                )
            }
            ConnectReason::NoFolder => write!(f, "the folder of {place} does not exist"),
            ConnectReason::NoFile => write!(f, "{place} does not exist"),
            ConnectReason::NotADatabase => write!(f, "{place} is not a SQLite database"),
            ConnectReason::Locked => write!(f, "another program holds {place}: {message}"),
            ConnectReason::Forbidden => write!(f, "cannot open {place}: {message}"),
            ConnectReason::OnConnect { number } => {
                write!(
                    f,
                    "statement {number} of `on_connect` failed on {place}: {message}"
                )
            }
            ConnectReason::NotBuilt { feature } => {
                write!(
                    f,
                    "this `manage` was built without the `{feature}` feature that {place} needs"
                )
            }
            ConnectReason::Other => write!(f, "cannot connect to {place}: {message}"),
        }?;
        match self.waited {
            Some(waited) => write!(f, " (tried for {} s)", waited.as_secs()),
            None => Ok(()),
        }
    }
}

impl ConnectError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match &self.reason {
            ConnectReason::Refused | ConnectReason::TimedOut if self.waited.is_some() => {
                "is the server running, and are host and port right? `manage settings` shows where they come from".to_owned()
            }
            ConnectReason::Refused | ConnectReason::Starting | ConnectReason::TooMany | ConnectReason::TimedOut => {
                "is the server running? `--wait 30` keeps trying for 30 seconds while it starts; `manage settings` shows where host and port come from".to_owned()
            }
            ConnectReason::UnknownHost | ConnectReason::Authentication | ConnectReason::DatabaseUnnamed => {
                "`manage settings` shows every part of the address and where it comes from".to_owned()
            }
            ConnectReason::NoDatabase { .. } => "`manage createdb` creates it".to_owned(),
            ConnectReason::NotAllowed => "grant the user access, or connect as another".to_owned(),
            ConnectReason::TlsNotOffered => {
                "turn TLS on at the server, or use `sslmode=prefer` where the network is trusted".to_owned()
            }
            ConnectReason::TlsUnknownIssuer => {
                "point `sslrootcert` (MySQL: `ssl-ca`) at the certificate of the authority that made it".to_owned()
            }
            ConnectReason::TlsWrongHost { .. } => {
                "connect by the name the certificate is for, or use `sslmode=verify-ca` (MySQL: `ssl-mode=VERIFY_CA`)".to_owned()
            }
            ConnectReason::NoFolder => "create the folder, or correct the path: it counts from the project root".to_owned(),
            ConnectReason::Forbidden => "this user needs the right to read and write it, and for a SQLite file also its folder".to_owned(),
            ConnectReason::NoFile => "`manage migrate` creates it".to_owned(),
            ConnectReason::NotADatabase => "`manage settings` shows where the path comes from".to_owned(),
            ConnectReason::Locked => {
                "stop it, or wait for it with `--wait 30` (`fuser` or `lsof` on the file shows who it is)".to_owned()
            }
            ConnectReason::OnConnect { .. } => "correct `on_connect` in manage.toml".to_owned(),
            ConnectReason::NotBuilt { feature } => {
                format!("install it with `cargo install diesel-manage --features {feature}`")
            }
            ConnectReason::SessionAttributes
            | ConnectReason::Tls
            | ConnectReason::TlsFile
            | ConnectReason::Other => return None,
        })
    }
}

impl std::error::Error for ConnectError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mysql_syntax_errors_carry_their_line() {
        let message = "You have an error in your SQL syntax; check the manual near 'x' at line 3";
        assert_eq!(mysql_line(Engine::Mysql, message), Some(3));
        assert_eq!(mysql_line(Engine::Postgres, message), None);
    }

    #[test]
    fn troubles_are_told_from_the_servers_words() {
        for (engine, message, trouble) in [
            (
                Engine::Postgres,
                "relation \"users\" already exists",
                Trouble::AlreadyExists,
            ),
            (
                Engine::Postgres,
                "CREATE INDEX CONCURRENTLY cannot run inside a transaction block",
                Trouble::RefusesTransaction,
            ),
            (
                Engine::Postgres,
                "permission denied for schema public",
                Trouble::PermissionDenied,
            ),
            (
                Engine::Mysql,
                "Table 'users' already exists",
                Trouble::AlreadyExists,
            ),
            (
                Engine::Mysql,
                "CREATE command denied to user 'reader'@'localhost' for table `x`.`t`",
                Trouble::PermissionDenied,
            ),
            (
                Engine::Sqlite,
                "table users already exists",
                Trouble::AlreadyExists,
            ),
            (Engine::Sqlite, "database is locked", Trouble::Locked),
            (
                Engine::Sqlite,
                "attempt to write a readonly database",
                Trouble::ReadOnly,
            ),
            (
                Engine::Sqlite,
                "cannot VACUUM from within a transaction",
                Trouble::RefusesTransaction,
            ),
        ] {
            assert_eq!(Trouble::of_message(engine, message), trouble, "{message}");
        }
    }
}
