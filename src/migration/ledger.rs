//! Reads what is applied. Reading creates nothing: not the ledger, not a SQLite file.

use std::{collections::BTreeSet, time::Duration};

use super::{
    Version,
    directory::Sound,
    history::{History, LedgerRow},
};
use crate::{
    backend::{
        self, Database,
        bookkeeping::{Extent, LogRow, Outcome},
        failure::{ConnectError, DatabaseError, Trouble},
        lock,
        url::DatabaseUrl,
    },
    error::Error,
};

/// What a database knows of the migrations that ran in it.
#[derive(Clone, Debug, Default)]
pub struct Books {
    /// Diesel's ledger.
    pub ledger: Vec<LedgerRow>,
    /// What the log says of where things stand, oldest row first; `None` where there is no log, or it
    /// cannot be read.
    pub log: Option<Vec<LogRow>>,
    /// Why the log cannot be read, where it is there and cannot.
    pub unread_log: Option<DatabaseError>,
}

impl Books {
    /// Leaves out what somebody is at: while the lock is taken nobody else can tell what is halfway from
    /// what is only not at its end yet.
    fn leave_out_running(&mut self, url: &DatabaseUrl, database: &mut dyn Database) {
        let Some(log) = &mut self.log else { return };
        let is_running = |row: &LogRow| row.outcome == Outcome::Running;
        if log.iter().any(is_running) && lock::is_taken(url, database) {
            log.retain(|row| !is_running(row));
        }
    }

    /// Crosses them with what is on disk.
    pub fn history(self, found: Sound) -> History {
        History::new(found.migrations, self.ledger)
            .with_repeatables(found.repeatables)
            .with_log(self.log)
            .with_unread_log(self.unread_log)
    }
}

/// Reads the ledger and the log of an open database that is going to be changed: what the log has to
/// say must be known.
pub fn read(database: &mut dyn Database) -> Result<Books, Error> {
    let mut books = read_what_may_be(database)?;
    match books.unread_log.take() {
        Some(error) => Err(Error::Log { error }),
        None => Ok(books),
    }
}

fn read_what_may_be(database: &mut dyn Database) -> Result<Books, Error> {
    let rows = database.ledger().map_err(|error| Error::Database {
        doing: "reading which migrations are applied",
        error,
    })?;
    let (log, unread_log) = match database.log(Extent::Last) {
        Ok(log) => (log, None),
        Err(error) => match error.trouble {
            Trouble::PermissionDenied | Trouble::DoesNotExist | Trouble::Other => {
                (None, Some(error))
            }
            _ => return Err(Error::Log { error }),
        },
    };
    let ledger = rows
        .into_iter()
        .map(|row| LedgerRow {
            version: Version::new(row.version),
            run_on: row.run_on,
        })
        .collect();
    Ok(Books {
        ledger,
        log,
        unread_log,
    })
}

/// Those of a database that is only looked at: a SQLite file that is not there has applied nothing.
pub fn look(
    url: &DatabaseUrl,
    on_connect: &[String],
    wait: Option<Duration>,
    waiting: &mut dyn FnMut(&ConnectError),
) -> Result<Books, Error> {
    match backend::look(url, on_connect, wait, waiting)? {
        Some(mut database) => {
            let mut books = read_what_may_be(&mut *database)?;
            books.leave_out_running(url, &mut *database);
            Ok(books)
        }
        None => Ok(Books::default()),
    }
}

/// How many rows of the log are held at a time.
const PAGE: usize = 1_000;

/// Reads the log, newest row first, a page at a time.
pub struct LogReader {
    database: Option<Box<dyn Database>>,
    versions: Option<BTreeSet<String>>,
    /// How many rows are still wanted.
    left: usize,
    before: Option<u64>,
}

impl LogReader {
    /// Of a database, or of none, where a SQLite file is not there: at most `limit` rows, of all
    /// versions or of these.
    pub fn new(
        database: Option<Box<dyn Database>>,
        versions: Option<BTreeSet<String>>,
        limit: Option<usize>,
    ) -> Self {
        Self {
            database,
            versions,
            left: limit.unwrap_or(usize::MAX),
            before: None,
        }
    }

    /// The next rows, none after the last; `None` where there is no log.
    pub fn page(&mut self) -> Result<Option<Vec<LogRow>>, Error> {
        let Some(database) = &mut self.database else {
            return Ok(None);
        };
        let extent = Extent::Page {
            before: self.before,
            versions: self.versions.as_ref(),
            limit: self.left.min(PAGE),
        };
        let rows = database.log(extent).map_err(|error| Error::Log { error })?;
        let rows = rows.inspect(|rows| {
            self.left -= rows.len();
            self.before = rows.last().map(|row| row.id).or(Some(0));
        });
        Ok(rows)
    }
}
