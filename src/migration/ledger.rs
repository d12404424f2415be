//! Reads what is applied. Reading creates nothing: not the ledger, not a SQLite file.

use std::time::Duration;

use super::{
    Version,
    directory::Sound,
    history::{History, LedgerRow},
};
use crate::{
    backend::{
        self, Database,
        bookkeeping::{By, LogRow, Outcome},
        failure::ConnectError,
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
    /// The log, oldest row first; `None` where there is no log.
    pub log: Option<Vec<LogRow>>,
}

impl Books {
    /// Leaves out what somebody is at: while the lock is taken nobody else can tell what is halfway from
    /// what is only not at its end yet.
    fn leave_out_running(&mut self, url: &DatabaseUrl, database: &mut dyn Database) {
        let Some(log) = &mut self.log else { return };
        let is_running = |row: &LogRow| row.outcome == Outcome::Running;
        let nobody = By {
            user: None,
            host: None,
            tool: String::new(),
        };
        // Where nobody can be asked for, nobody is there.
        if log.iter().any(is_running)
            && let Ok(Some(_)) = lock::holder(url, database, &nobody)
        {
            log.retain(|row| !is_running(row));
        }
    }

    /// Crosses them with what is on disk.
    pub fn history(self, found: Sound) -> History {
        History::new(found.migrations, self.ledger)
            .with_repeatables(found.repeatables)
            .with_log(self.log)
    }
}

/// Reads the ledger and the log of an open database.
pub fn read(database: &mut dyn Database) -> Result<Books, Error> {
    let doing = |error| Error::Database {
        doing: "reading which migrations are applied",
        error,
    };
    let rows = database.ledger().map_err(doing)?;
    let log = database.log().map_err(doing)?;
    let ledger = rows
        .into_iter()
        .map(|row| LedgerRow {
            version: Version::new(row.version),
            run_on: row.run_on,
        })
        .collect();
    Ok(Books { ledger, log })
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
            let mut books = read(&mut *database)?;
            books.leave_out_running(url, &mut *database);
            Ok(books)
        }
        None => Ok(Books::default()),
    }
}
