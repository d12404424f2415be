//! The lock of MySQL and MariaDB: `GET_LOCK`, or on a Galera cluster, where that is known to one node
//! alone, a row.

mod cluster;
mod heartbeat;
mod named;
mod row;

use cluster::Node;
use named::NamedLock;
use row::RowLock;

use crate::backend::{
    Database, bookkeeping::By, failure::DatabaseError, lock::Lock, url::DatabaseUrl,
};

/// The lock that fits the server.
pub(in crate::backend) fn of(
    url: &DatabaseUrl,
    database: &mut dyn Database,
    by: &By,
) -> Result<Box<dyn Lock>, DatabaseError> {
    Ok(match Node::of(database)? {
        Some(node) => Box::new(RowLock::new(url, database, by, node)?),
        None => Box::new(NamedLock::new(by)),
    })
}

/// The first column of a query's only row; `None` where there is none, or it is empty.
fn value(database: &mut dyn Database, expression: &str) -> Result<Option<String>, DatabaseError> {
    let rows = database.pairs(&format!(
        "SELECT COALESCE(CAST({expression} AS CHAR), '') AS a, '' AS b"
    ))?;
    let first = rows.into_iter().next().map(|(value, _)| value);
    Ok(first.filter(|value| !value.is_empty()))
}
