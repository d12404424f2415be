//! `GET_LOCK`, on the connection that works: the server lets go of it when that ends, and not before
//! the statement that a dead runner had sent has ended too.

use crate::backend::{
    Database,
    failure::DatabaseError,
    lock::{Holder, Lock},
};

/// The lock's name: locks are the server's, not the database's, and names are short.
const NAME: &str = "CONCAT('manage:', SHA1(DATABASE()))";

#[derive(Default)]
pub(in crate::backend) struct NamedLock;

impl NamedLock {
    fn asks(database: &mut dyn Database, question: &str) -> Result<Option<String>, DatabaseError> {
        let rows = database.pairs(&format!(
            "SELECT COALESCE(CAST({question} AS CHAR), '') AS a, '' AS b"
        ))?;
        Ok(rows
            .into_iter()
            .next()
            .map(|(answer, _)| answer)
            .filter(|answer| !answer.is_empty()))
    }
}

impl Lock for NamedLock {
    fn attempt(&mut self, database: &mut dyn Database) -> Result<bool, DatabaseError> {
        let answer = Self::asks(database, &format!("GET_LOCK({NAME}, 0)"))?;
        Ok(answer.as_deref() == Some("1"))
    }

    fn holder(&mut self, database: &mut dyn Database) -> Result<Option<Holder>, DatabaseError> {
        let Some(session) = Self::asks(database, &format!("IS_USED_LOCK({NAME})"))? else {
            return Ok(None);
        };
        // Other users' sessions are seen by those alone who may.
        let rows = database.pairs(&format!(
            "SELECT CAST(user AS CHAR) AS a, CAST(host AS CHAR) AS b \
             FROM information_schema.processlist WHERE id = {session}"
        ))?;
        let (user, host) = rows.into_iter().next().unzip();
        Ok(Some(Holder {
            user,
            host,
            session: Some(session),
            ..Holder::default()
        }))
    }

    fn is_held(&mut self, database: &mut dyn Database) -> Result<bool, DatabaseError> {
        let answer = Self::asks(database, &format!("IS_USED_LOCK({NAME}) = CONNECTION_ID()"))?;
        Ok(answer.as_deref() == Some("1"))
    }
}
