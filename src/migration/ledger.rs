//! Reads what is applied. Reading creates nothing: not the ledger, not a SQLite file.

use std::time::Duration;

use super::{
    Version,
    directory::Sound,
    history::{History, LedgerRow},
};
use crate::{
    backend::{self, Database, bookkeeping::LogRow, failure::ConnectError, url::DatabaseUrl},
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
        Some(mut database) => read(&mut *database),
        None => Ok(Books::default()),
    }
}
