//! Why there is no backup.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::backend::{
    failure::{ConnectError, DatabaseError, Trouble},
    url::Engine,
};

/// Why there is no backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackupError {
    /// The database is in memory.
    InMemory,
    /// Something is there already.
    Exists {
        /// The backup's place.
        path: PathBuf,
    },
    /// There is no folder to write it in.
    NoFolder {
        /// The folder.
        path: PathBuf,
    },
    /// The system refused.
    Io {
        /// What was being done.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why, in the system's words.
        message: String,
    },
    /// The program that makes it is not there.
    NoProgram {
        /// The database family.
        engine: Engine,
        /// The programs that would do.
        programs: Vec<&'static str>,
        /// Why, in the system's words.
        message: String,
    },
    /// The program that makes it is older than the server.
    TooOld {
        /// The program.
        program: PathBuf,
        /// Its version.
        version: String,
        /// The server's version.
        server: String,
        /// The oldest that would do.
        wanted: u32,
    },
    /// The program that makes it failed.
    Failed {
        /// The database family.
        engine: Engine,
        /// The program.
        program: PathBuf,
        /// How it ended.
        ended: String,
        /// What it said, its secrets left out.
        said: String,
        /// What kind of trouble that is.
        trouble: Trouble,
    },
    /// What was written is not what was read.
    Damaged {
        /// What SQLite found.
        said: String,
    },
    /// There is no second connection.
    Connect(ConnectError),
    /// The database refused.
    Database(DatabaseError),
}

impl BackupError {
    pub(super) fn io(doing: &'static str, path: &Path, error: &io::Error) -> Self {
        Self::Io {
            doing,
            path: path.to_owned(),
            // What `tempfile` wraps it in names a path that means nothing to anybody.
            message: error
                .get_ref()
                .and_then(std::error::Error::source)
                .map_or_else(|| error.to_string(), ToString::to_string),
        }
    }

    /// What to do about it.
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::InMemory => Some(
                "leave `--backup` away, or say `--no-backup`: what is in memory ends with the program".to_owned(),
            ),
            Self::Exists { .. } => Some(
                "name another file; `--backup` alone finds a new name by itself".to_owned(),
            ),
            Self::NoFolder { .. } => Some("create it first".to_owned()),
            Self::NoProgram { engine, .. } => Some(format!(
                "install it ({}), or put its folder on the PATH",
                match engine {
                    Engine::Mysql => "package `mariadb-client` or `mysql-client`",
                    Engine::Postgres | Engine::Sqlite => "package `postgresql-client`; Fedora: `postgresql`, Homebrew: `libpq`",
                }
            )),
            Self::TooOld { wanted, .. } => Some(format!(
                "install version {wanted} or newer (package `postgresql-client-{wanted}`), and put its folder first on the PATH"
            )),
            Self::Failed {
                engine,
                trouble: Trouble::PermissionDenied,
                ..
            } => Some(match engine {
                Engine::Mysql => "a backup needs `GRANT SELECT, LOCK TABLES, SHOW VIEW, TRIGGER, EVENT ON DATABASE.* TO USER`; `MIGRATION_DATABASE_URL` names a user for migrations alone".to_owned(),
                Engine::Postgres | Engine::Sqlite => "a backup reads everything: `GRANT pg_read_all_data TO USER` allows that from PostgreSQL 14 on; `MIGRATION_DATABASE_URL` names a user for migrations alone".to_owned(),
            }),
            Self::Damaged { .. } => Some(
                "the database is damaged, it seems: `PRAGMA integrity_check` in `manage dbshell` says how".to_owned(),
            ),
            Self::Connect(error) => error.hint(),
            Self::Io { .. } | Self::Failed { .. } | Self::Database(_) => None,
        };
        let nothing =
            "no migration runs without the backup: nothing was changed; `--no-backup` does without";
        hint.into_iter().chain([nothing.to_owned()]).collect()
    }
}

impl std::fmt::Display for BackupError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::InMemory => f.write_str("a database in memory cannot be backed up"),
            Self::Exists { path } => write!(
                f,
                "`{}` is there already, and a backup overwrites nothing",
                path.display()
            ),
            Self::NoFolder { path } => {
                write!(f, "there is no folder `{}` for the backup", path.display())
            }
            Self::Io {
                doing,
                path,
                message,
            } => write!(
                f,
                "cannot {doing} `{}` for the backup: {message}",
                path.display()
            ),
            Self::NoProgram {
                programs, message, ..
            } => {
                write!(
                    f,
                    "no backup without `{}`: {message}",
                    programs.join("` or `")
                )
            }
            Self::TooOld {
                program,
                version,
                server,
                ..
            } => write!(
                f,
                "`{}` {version} cannot back up a server of version {server}",
                program.display()
            ),
            Self::Failed {
                program,
                ended,
                said,
                ..
            } => {
                write!(f, "`{}` failed ({ended})", program.display())?;
                if said.is_empty() {
                    Ok(())
                } else {
                    write!(f, ": {said}")
                }
            }
            Self::Damaged { said } => write!(f, "the backup is not what the database is: {said}"),
            Self::Connect(error) => write!(f, "no backup: {error}"),
            Self::Database(error) => write!(f, "the backup failed: {}", error.message),
        }
    }
}

impl std::error::Error for BackupError {}

impl From<ConnectError> for BackupError {
    fn from(error: ConnectError) -> Self {
        Self::Connect(error)
    }
}

impl From<DatabaseError> for BackupError {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}
