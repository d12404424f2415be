//! `GET_LOCK`, on the connection that works: the server lets go of it when that ends, and not before
//! the statement that a dead runner had sent has ended too.
//!
//! The server tells of the holder nothing but the session. Who that is stands in the newest row of the
//! log, where it is of the same runner: each holds a second lock, named after its machine and process.

use super::value;
use crate::backend::{
    Database,
    bookkeeping::{By, LOG, literal},
    failure::DatabaseError,
    lock::{Attempt, Holder, Lock, LockError, State},
    url::Engine,
};

/// The lock's name: locks are the server's, not the database's, and names are short.
const NAME: &str = "CONCAT('manage:', SHA1(DATABASE()))";

/// The name of the lock that tells who a session is.
fn identity(process: &str, host: &str) -> String {
    let text = |text| literal(Engine::Mysql, text);
    format!(
        "CONCAT('manage@', SHA1(CONCAT_WS('/', DATABASE(), {}, {})))",
        text(host),
        text(process)
    )
}

pub(super) struct NamedLock {
    /// The lock that tells who we are, until it is taken.
    identity: Option<String>,
}

impl NamedLock {
    pub(super) fn new(by: &By) -> Self {
        let process = by.process.map(|process| process.to_string());
        let host = by.host.as_deref().unwrap_or_default();
        Self {
            identity: process.map(|process| identity(&process, host)),
        }
    }
}

impl Lock for NamedLock {
    fn attempt(&mut self, database: &mut dyn Database) -> Result<Attempt, LockError> {
        // First: a server that lets a session have one lock only gives up the one before.
        if let Some(identity) = self.identity.take() {
            value(database, &format!("GET_LOCK({identity}, 0)"))?;
        }
        let answer = value(database, &format!("GET_LOCK({NAME}, 0)"))?;
        Ok(match answer.as_deref() {
            Some("1") => Attempt::Taken,
            _ => Attempt::Refused,
        })
    }

    fn state(&mut self, database: &mut dyn Database) -> Result<State, DatabaseError> {
        let Some(session) = value(database, &format!("IS_USED_LOCK({NAME})"))? else {
            return Ok(State::Free);
        };
        let holder = match logged(database, &session) {
            Some(holder) => holder,
            None => seen(database, &session)?,
        };
        let session = Some(session);
        Ok(State::Held(Holder { session, ..holder }, None))
    }

    fn is_held(&mut self, database: &mut dyn Database) -> Result<bool, DatabaseError> {
        let answer = value(database, &format!("IS_USED_LOCK({NAME}) = CONNECTION_ID()"))?;
        Ok(answer.as_deref() == Some("1"))
    }
}

/// Who a session is by the log, where there is one that may be read and its newest row is theirs.
fn logged(database: &mut dyn Database, session: &str) -> Option<Holder> {
    let rows = database.pairs(&format!(
        "SELECT CAST(process AS CHAR) AS a, CONCAT_WS('\\n', \
            DATE_FORMAT(started_at, '%Y-%m-%d %H:%i:%s'), COALESCE(host, ''), COALESCE(db_user, '')) AS b \
         FROM {LOG} WHERE process IS NOT NULL ORDER BY id DESC LIMIT 1"
    ));
    let (process, rest) = rows.ok()?.into_iter().next()?;
    let [since, host, user] = rest.split('\n').collect::<Vec<_>>().try_into().ok()?;
    let held_by = value(
        database,
        &format!("IS_USED_LOCK({})", identity(&process, host)),
    );
    if held_by.ok()?.as_deref() != Some(session) {
        return None;
    }
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Some(Holder {
        process: process.parse().ok(),
        user: user.rsplit_once('@').and_then(|(user, _)| some(user)),
        host: some(host),
        since: some(since),
        ..Holder::default()
    })
}

/// Who a session is by the server; other users' sessions are seen by those alone who may.
fn seen(database: &mut dyn Database, session: &str) -> Result<Holder, DatabaseError> {
    let rows = database.pairs(&format!(
        "SELECT CAST(user AS CHAR) AS a, CAST(host AS CHAR) AS b \
         FROM information_schema.processlist WHERE id = {session}"
    ))?;
    let (user, host) = rows.into_iter().next().unzip();
    Ok(Holder {
        user,
        host,
        ..Holder::default()
    })
}
