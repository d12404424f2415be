//! One runner at a time: a lock on the database that everybody who changes its migrations takes.
//!
//! | engine | what is held | ends with |
//! |---|---|---|
//! | PostgreSQL | an advisory lock of a transaction that is kept open on a connection of its own | that transaction, and every step's own transaction |
//! | MySQL, MariaDB | `GET_LOCK` of the connection that works; on Galera a row, kept alive | that connection; on Galera its heartbeat |
//! | SQLite | a lock of the operating system on a file beside the database's | the process |
//!
//! Nobody waits inside the server: a session that waits for an advisory lock holds up
//! `CREATE INDEX CONCURRENTLY` in the one that has it. Waiters ask again and again.

use std::{
    cell::RefCell,
    fmt,
    time::{Duration, Instant},
};

use time::{OffsetDateTime, macros::format_description};

use super::{
    AdminError, Database,
    bookkeeping::By,
    cancel,
    failure::{ConnectError, DatabaseError},
    url::DatabaseUrl,
};

/// The shortest and the longest time between two attempts.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(500));

/// Who holds a lock, as far as can be told.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Holder {
    /// The process, on its machine.
    pub process: Option<u32>,
    /// The person, as their operating system calls them, or the database's user.
    pub user: Option<String>,
    /// The machine.
    pub host: Option<String>,
    /// Since when: `YYYY-MM-DD HH:MM:SS` in UTC.
    pub since: Option<String>,
    /// What the server calls the connection.
    pub session: Option<String>,
}

impl Holder {
    /// This process, from now on.
    pub(super) fn myself(by: &By) -> Self {
        let mut myself = Self {
            process: Some(std::process::id()),
            user: by.user.clone(),
            host: by.host.clone(),
            ..Self::default()
        };
        myself.set_since();
        myself
    }

    /// Sets the time.
    pub(super) fn set_since(&mut self) {
        let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
        self.since = OffsetDateTime::now_utc().format(format).ok();
    }

    /// As a line that [`Holder::parse`] reads.
    pub(super) fn line(&self) -> String {
        format!(
            "manage {} {} {}@{}",
            self.process.unwrap_or_default(),
            self.since.as_deref().unwrap_or_default().replace(' ', "T"),
            self.user.as_deref().unwrap_or_default(),
            self.host.as_deref().unwrap_or_default(),
        )
    }

    /// Reads what [`Holder::line`] wrote, which may have been cut; `None` for anything else.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let mut words = line.trim().splitn(4, ' ');
        if words.next()? != "manage" {
            return None;
        }
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let process = words.next()?.parse().ok()?;
        let since = words.next().and_then(|text| some(&text.replace('T', " ")));
        let (user, host) = words.next().unwrap_or_default().rsplit_once('@')?;
        Some(Self {
            process: Some(process),
            user: some(user),
            host: some(host),
            since,
            session: None,
        })
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.process {
            Some(process) => write!(f, "process {process}")?,
            None => f.write_str("another session")?,
        }
        if let Some(user) = &self.user {
            write!(f, " of {user}")?;
        }
        if let Some(host) = &self.host {
            write!(f, " on {host}")?;
        }
        if let Some(session) = &self.session {
            write!(f, " (the server's session {session})")?;
        }
        if let Some(since) = &self.since {
            write!(f, ", since {since} UTC")?;
        }
        Ok(())
    }
}

/// The lock of one engine on one database. Dropping it releases what it holds.
pub trait Lock {
    /// Takes it where it is free; does not wait.
    fn attempt(&mut self, database: &mut dyn Database) -> Result<bool, DatabaseError>;

    /// Who has it; `None` where nobody has, or nobody can tell who.
    fn holder(&mut self, database: &mut dyn Database) -> Result<Option<Holder>, DatabaseError>;

    /// Whether it is still ours.
    fn is_held(&mut self, database: &mut dyn Database) -> Result<bool, DatabaseError>;
}

/// Why there is no lock.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// The connection that is to hold it cannot be made.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The database refused.
    #[error("locking the database failed: {}", .0.message)]
    Database(DatabaseError),
    /// Somebody else has it, and did not let go in time.
    #[error("the database is locked by {}; waited {} s", holder_or_nobody(.holder.as_ref()), .waited.as_secs())]
    Taken {
        /// Who.
        holder: Option<Holder>,
        /// How long was waited.
        waited: Duration,
    },
    /// It was ours, and is no longer: another runner may be at work.
    #[error("the lock on the database was lost")]
    Lost,
    /// Somebody asked to stop.
    #[error("interrupted while waiting for the lock on the database")]
    Interrupted,
}

impl From<DatabaseError> for LockError {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

impl From<AdminError> for LockError {
    fn from(error: AdminError) -> Self {
        match error {
            AdminError::Connect(error) => Self::Connect(error),
            AdminError::Database(error) => Self::Database(error),
        }
    }
}

fn holder_or_nobody(holder: Option<&Holder>) -> String {
    holder.map_or_else(|| "another runner".to_owned(), ToString::to_string)
}

/// A lock that is held.
pub struct Held {
    lock: RefCell<Box<dyn Lock>>,
}

impl Held {
    /// Stops where it was lost.
    pub fn check(&self, database: &mut dyn Database) -> Result<(), LockError> {
        if self.lock.borrow_mut().is_held(database)? {
            Ok(())
        } else {
            Err(LockError::Lost)
        }
    }
}

/// Takes the lock of a database, waiting for it at most so long; `waiting` is told of whoever has it.
pub fn acquire(
    url: &DatabaseUrl,
    database: &mut dyn Database,
    by: &By,
    wait: Duration,
    waiting: &mut dyn FnMut(Option<&Holder>),
) -> Result<Held, LockError> {
    let mut lock = super::lock_of(url, database, by)?;
    let start = Instant::now();
    let mut pause = PAUSES.0;
    let mut told: Option<Option<Holder>> = None;
    loop {
        if lock.attempt(database)? {
            return Ok(Held {
                lock: RefCell::new(lock),
            });
        }
        if cancel::requested() {
            return Err(LockError::Interrupted);
        }
        // Where nobody can be named any longer, they have just let go.
        let holder = lock.holder(database)?;
        if start.elapsed() >= wait {
            return Err(LockError::Taken {
                holder: holder.or(told.flatten()),
                waited: wait,
            });
        }
        let session =
            |holder: &Option<Holder>| holder.as_ref().map(|h| (h.process, h.host.clone()));
        if told.is_none()
            || holder.is_some() && told.as_ref().map(session) != Some(session(&holder))
        {
            waiting(holder.as_ref());
            told = Some(holder);
        }
        std::thread::sleep(pause.min(wait.saturating_sub(start.elapsed())));
        pause = (pause * 3 / 2).min(PAUSES.1);
    }
}

/// Who has the lock of a database at this moment.
pub fn holder(
    url: &DatabaseUrl,
    database: &mut dyn Database,
    by: &By,
) -> Result<Option<Holder>, LockError> {
    Ok(super::lock_of(url, database, by)?.holder(database)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holder_is_read_back() {
        let holder = Holder {
            process: Some(1234),
            user: Some("alice@corp".to_owned()),
            host: Some("build-1".to_owned()),
            since: Some("2026-11-21 20:29:42".to_owned()),
            session: None,
        };
        assert_eq!(
            holder.line(),
            "manage 1234 2026-11-21T20:29:42 alice@corp@build-1"
        );
        assert_eq!(Holder::parse(&holder.line()), Some(holder.clone()));
        assert_eq!(
            holder.to_string(),
            "process 1234 of alice@corp on build-1, since 2026-11-21 20:29:42 UTC"
        );
        for other in ["", "manage", "psql", "manage x", "manage 12"] {
            assert_eq!(Holder::parse(other), None, "{other}");
        }
        assert_eq!(Holder::default().to_string(), "another session");
    }
}
