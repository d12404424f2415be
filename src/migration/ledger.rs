//! Reads what is applied. Reading creates nothing: not the ledger, not a SQLite file.

use std::time::Duration;

use super::{Version, history::LedgerRow};
use crate::{
    backend::{
        self, Access, Database,
        failure::{ConnectError, ConnectReason},
        url::DatabaseUrl,
    },
    error::Error,
};

/// The ledger of an open database.
pub fn read(database: &mut dyn Database) -> Result<Vec<LedgerRow>, Error> {
    let rows = database.ledger().map_err(|error| Error::Database {
        doing: "reading which migrations are applied",
        error,
    })?;
    Ok(rows
        .into_iter()
        .map(|row| LedgerRow {
            version: Version::new(row.version),
            run_on: row.run_on,
        })
        .collect())
}

/// The ledger of a database that is only looked at: a SQLite file that is not there has applied nothing.
pub fn look(
    url: &DatabaseUrl,
    on_connect: &[String],
    wait: Option<Duration>,
    waiting: &mut dyn FnMut(&ConnectError),
) -> Result<Vec<LedgerRow>, Error> {
    match backend::open(url, Access::Look, on_connect, wait, waiting) {
        Ok(mut database) => read(&mut *database),
        Err(ConnectError {
            reason: ConnectReason::NoFile,
            ..
        }) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}
