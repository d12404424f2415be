//! SQLite, linked in.

pub(super) mod dialect;
pub(super) mod introspect;
pub(super) mod lock;
pub(super) mod objects;
mod tokens;

use std::{fs, io, path::Path};

use diesel::{
    Connection, QueryResult, RunQueryDsl, SqliteConnection, connection::SimpleConnection,
    result::ConnectionError,
};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{
    Access, AdminError, Database,
    failure::{ConnectError, ConnectReason, DatabaseError, Trouble},
    session::{Link, Pair, Session},
    url::{Engine, SqliteLocation},
};

/// How long a statement waits for another connection to let go of the file, in milliseconds.
const BUSY_TIMEOUT: u32 = 5_000;

/// How many places of a token are tried in search of an error's.
const FIND_LIMIT: usize = 200;

/// What <https://www.sqlite.org/uri.html> gives a meaning in a path.
const RESERVED: &AsciiSet = &CONTROLS.add(b'%').add(b'?').add(b'#');

impl Link for SqliteConnection {
    const ENGINE: Engine = Engine::Sqlite;
    const BOOKS: &'static str = "SELECT name AS a, '' AS b FROM sqlite_master WHERE type = 'table' AND name IN ('__diesel_schema_migrations', '__diesel_manage_log')";
    const LEDGER_ROWS: &'static str = "SELECT version AS a, CAST(run_on AS TEXT) AS b FROM __diesel_schema_migrations ORDER BY version";
    const SERVER: &'static str = "SELECT 'SQLite ' || sqlite_version() AS a, '' AS b";

    fn pairs(&mut self, sql: &str) -> QueryResult<Vec<Pair>> {
        diesel::sql_query(sql).load(self)
    }

    /// SQLite names the token it cannot go on from, not its place. The place is the first occurrence
    /// up to which the statement gives the same error; up to earlier ones it is merely unfinished.
    fn find_error(&mut self, sql: &str, message: &str) -> Option<usize> {
        let token = message
            .strip_prefix("near \"")?
            .strip_suffix("\": syntax error")?;
        let places = sql.match_indices(token).take(FIND_LIMIT);
        for (start, _) in places {
            // `EXPLAIN` compiles and runs nothing, should the beginning be a whole statement.
            let beginning = format!("EXPLAIN {}", &sql[..start + token.len()]);
            let error = self
                .batch_execute(&beginning)
                .err()
                .map(|error| error.to_string());
            if error.as_deref() == Some(message) {
                return Some(sql[..start].chars().count() + 1);
            }
        }
        None
    }
}

/// Connects.
pub(super) fn connect(
    location: &SqliteLocation,
    access: Access,
    place: &str,
) -> Result<Box<dyn Database>, ConnectError> {
    let fail = |reason, message: String| ConnectError {
        place: place.to_owned(),
        reason,
        message,
        waited: None,
    };
    let url = match location {
        SqliteLocation::Memory => ":memory:".to_owned(),
        SqliteLocation::File(path) => {
            check_file(path, access).map_err(|(reason, message)| fail(reason, message))?;
            let mode = match access {
                Access::Look => "rw",
                Access::Change => "rwc",
            };
            uri(path, mode)
        }
    };
    let mut connection = SqliteConnection::establish(&url).map_err(|error| match error {
        ConnectionError::BadConnection(message) => fail(ConnectReason::Forbidden, message),
        error => fail(ConnectReason::Other, error.to_string()),
    })?;
    let opened = connection.batch_execute(&format!(
        "PRAGMA busy_timeout = {BUSY_TIMEOUT}; SELECT count(*) FROM sqlite_master"
    ));
    if let Err(error) = opened {
        let error = DatabaseError::from_diesel(Engine::Sqlite, &error);
        let reason = if error.message.contains("not a database") {
            ConnectReason::NotADatabase
        } else if error.trouble == Trouble::Locked {
            ConnectReason::Locked
        } else if error.message.contains("unable to open") {
            ConnectReason::Forbidden
        } else {
            ConnectReason::Other
        };
        return Err(fail(reason, error.message));
    }
    Ok(Box::new(Session::new(connection, drop)))
}

fn check_file(path: &Path, access: Access) -> Result<(), (ConnectReason, String)> {
    let reason = match fs::metadata(path) {
        Ok(found) if found.is_dir() => ConnectReason::NotADatabase,
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err((ConnectReason::Forbidden, error.to_string()));
        }
        Err(_) if access == Access::Look => ConnectReason::NoFile,
        Err(_) if path.parent().is_some_and(|folder| !folder.is_dir()) => ConnectReason::NoFolder,
        Ok(_) | Err(_) => return Ok(()),
    };
    Err((reason, String::new()))
}

fn uri(path: &Path, mode: &str) -> String {
    let path = path.to_string_lossy();
    format!("file:{}?mode={mode}", utf8_percent_encode(&path, RESERVED))
}

/// Creates the file; `false` when it is there.
pub(super) fn create(location: &SqliteLocation, place: &str) -> Result<bool, AdminError> {
    match location {
        SqliteLocation::Memory => Ok(false),
        SqliteLocation::File(path) if path.exists() => Ok(false),
        SqliteLocation::File(_) => {
            connect(location, Access::Change, place)?;
            Ok(true)
        }
    }
}

/// Removes the file and its journals; `false` when it is not there.
pub(super) fn remove(location: &SqliteLocation, place: &str) -> Result<bool, AdminError> {
    let SqliteLocation::File(path) = location else {
        return Ok(false);
    };
    let fail = |reason, message| ConnectError {
        place: place.to_owned(),
        reason,
        message,
        waited: None,
    };
    let forbidden = |error: io::Error| fail(ConnectReason::Forbidden, error.to_string());
    match is_database(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Ok(false) => return Err(fail(ConnectReason::NotADatabase, String::new()).into()),
        // A file that may be removed need not be readable.
        Ok(true) | Err(_) => {}
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        removed => removed.map_err(forbidden)?,
    }
    for suffix in ["-wal", "-shm", "-journal"] {
        let mut name = path.clone().into_os_string();
        name.push(suffix);
        match fs::remove_file(name) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(forbidden(error).into());
            }
            _ => {}
        }
    }
    Ok(true)
}

/// Whether a file begins as SQLite's do, or is empty, as a database without a table is
/// (<https://www.sqlite.org/fileformat2.html#the_database_header>).
fn is_database(path: &Path) -> io::Result<bool> {
    use io::Read as _;
    const MAGIC: &[u8] = b"SQLite format 3\0";
    let mut start = Vec::new();
    fs::File::open(path)?
        .take(MAGIC.len() as u64)
        .read_to_end(&mut start)?;
    Ok(start.is_empty() || start == MAGIC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_survive_the_uri() {
        assert_eq!(
            uri(Path::new("/a b/50%?#.db"), "rw"),
            "file:/a b/50%25%3F%23.db?mode=rw"
        );
    }
}
