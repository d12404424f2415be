//! An advisory lock that a transaction holds, kept open on a connection of its own.
//!
//! The transaction pins a connection of the server behind a pooler that hands them out by transaction,
//! and holds no snapshot that `CREATE INDEX CONCURRENTLY` would wait for. When the runner dies the server
//! ends it at once, while the statement that the runner had sent may go on for a while. So every step's
//! own transaction holds a second lock, shared, for as long as it lives, and whoever takes the first
//! waits until the second is free too.

use sha2::{Digest as _, Sha256};

use crate::backend::{
    AdminError, Database,
    bookkeeping::{By, LEDGER},
    failure::DatabaseError,
    lock::{Attempt, Holder, Lock, LockError, State},
    url::DatabaseUrl,
};

/// The classes of the two locks: `manL` and `manS`.
const RUNNER: i32 = i32::from_be_bytes(*b"manL");
const STEP: i32 = i32::from_be_bytes(*b"manS");

/// The longest `application_name` that the server keeps, in bytes.
const NAME_LIMIT: usize = 63;

pub(in crate::backend) struct AdvisoryLock {
    connection: Box<dyn Database>,
    object: i32,
    myself: Holder,
}

impl AdvisoryLock {
    /// Opens the connection that is to hold it, and has the steps of the one that works show themselves.
    pub(in crate::backend) fn new(
        url: &DatabaseUrl,
        database: &mut dyn Database,
        by: &By,
    ) -> Result<Self, AdminError> {
        let schema = database.pairs("SELECT coalesce(current_schema(), '')::text AS a, '' AS b")?;
        let schema = schema.into_iter().next().unwrap_or_default().0;
        let object = object(&schema);
        database.at_begin(format!(
            "SELECT pg_advisory_xact_lock_shared({STEP}, {object})"
        ));
        Ok(Self {
            connection: crate::backend::connect(url, crate::backend::Access::Change)?,
            object,
            myself: Holder::myself(by),
        })
    }

    fn asks(&mut self, function: &str, class: i32) -> Result<bool, DatabaseError> {
        let object = self.object;
        let rows = self.connection.pairs(&format!(
            "SELECT {function}({class}, {object})::text AS a, '' AS b"
        ))?;
        Ok(rows.first().is_some_and(|(answer, _)| answer == "true"))
    }

    fn take(&mut self) -> Result<bool, DatabaseError> {
        if !self.asks("pg_try_advisory_xact_lock", RUNNER)? {
            return Ok(false);
        }
        // On the same connection of the server: the transaction holds it.
        let is_free = self.asks("pg_try_advisory_lock", STEP)?;
        if is_free {
            self.asks("pg_advisory_unlock", STEP)?;
        }
        Ok(is_free)
    }

    /// Nothing may end the transaction but us.
    fn prepare(&mut self) -> Result<(), DatabaseError> {
        self.myself.set_since();
        let mut name = self.myself.line();
        while name.len() > NAME_LIMIT {
            name.pop();
        }
        let name = name.replace('\'', "''");
        self.connection.execute(&format!(
            "SELECT set_config(name, '0', true) FROM pg_catalog.pg_settings \
             WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout');\
             SELECT set_config('application_name', '{name}', true)"
        ))
    }
}

/// A number for a ledger: those of other schemas are locked by themselves.
fn object(schema: &str) -> i32 {
    let digest = Sha256::digest(format!("{schema}.{LEDGER}"));
    i32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

impl Lock for AdvisoryLock {
    fn attempt(&mut self, _database: &mut dyn Database) -> Result<Attempt, LockError> {
        self.connection.begin()?;
        match self.prepare().and_then(|()| self.take()) {
            Ok(true) => Ok(Attempt::Taken),
            refused => {
                self.connection.rollback()?;
                refused?;
                Ok(Attempt::Refused)
            }
        }
    }

    fn state(&mut self, database: &mut dyn Database) -> Result<State, DatabaseError> {
        let object = self.object.cast_unsigned();
        let (runner, step) = (RUNNER.cast_unsigned(), STEP.cast_unsigned());
        let rows = database.pairs(&format!(
            "SELECT coalesce(a.application_name, '') AS a, \
                    concat_ws(' ', l.pid, a.usename) AS b \
             FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a USING (pid) \
             WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.objid = {object} \
               AND l.classid IN ({runner}, {step}) AND l.pid <> pg_catalog.pg_backend_pid() \
               AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) \
             ORDER BY l.classid = {runner} DESC LIMIT 1"
        ))?;
        Ok(rows
            .into_iter()
            .next()
            .map_or(State::Free, |(name, session)| {
                let (pid, user) = session.split_once(' ').unwrap_or((&session, ""));
                let mut holder = Holder::parse(&name).unwrap_or_else(|| Holder {
                    user: (!user.is_empty()).then(|| user.to_owned()),
                    ..Holder::default()
                });
                holder.session = Some(pid.to_owned());
                State::Held(holder, None)
            }))
    }

    fn is_held(&mut self, _database: &mut dyn Database) -> Result<bool, DatabaseError> {
        // The transaction holds it for as long as the connection answers at all.
        Ok(self.connection.execute("SELECT 1").is_ok())
    }
}
