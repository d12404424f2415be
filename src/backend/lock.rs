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

mod holder;

use std::{
    cell::RefCell,
    time::{Duration, Instant},
};

pub use holder::{Holder, Proof, Sight, Stale, Unproven};

use super::{
    AdminError, Database,
    bookkeeping::By,
    cancel,
    failure::{ConnectError, DatabaseError},
    url::{DatabaseUrl, Engine},
};

/// The shortest and the longest time between two attempts.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(500));

/// How a lock is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has it, or nobody can tell who.
    Free,
    /// Somebody has it; on a cluster, with what was looked at and did not show that they are gone.
    Held(Holder, Option<Unproven>),
    /// Whoever has it is gone.
    Left(Stale),
}

/// How an attempt to take a lock ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// Somebody has it.
    Refused,
    /// It is ours.
    Taken,
    /// It is ours, after somebody who is gone.
    TakenOver(Stale),
}

/// The lock of one engine on one database. Dropping it releases what it holds.
pub trait Lock {
    /// Takes it where it is free or left behind; does not wait.
    fn attempt(&mut self, database: &mut dyn Database) -> Result<Attempt, LockError>;

    /// Who has it. Creates nothing.
    fn state(&mut self, database: &mut dyn Database) -> Result<State, DatabaseError>;

    /// Whether it is still ours.
    fn is_held(&mut self, database: &mut dyn Database) -> Result<bool, DatabaseError>;

    /// Removes what may lie about of a lock that nobody has.
    fn tidy(&mut self) -> Result<(), DatabaseError> {
        Ok(())
    }
}

/// What there is to say of a lock that is waited for.
#[derive(Clone, Copy, Debug)]
pub enum Notice<'a> {
    /// Somebody has it, who cannot always be told.
    Waiting(Option<&'a Holder>),
    /// It was taken from somebody who is gone.
    TakenOver(&'a Stale),
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
        /// What does not show that they are gone, on a cluster.
        unproven: Option<Unproven>,
    },
    /// Somebody has it, and is not gone.
    #[error("the database is locked by {holder}")]
    Held {
        /// Who.
        holder: Holder,
        /// What does not show that they are gone, on a cluster.
        unproven: Option<Unproven>,
        /// On which engine.
        engine: Engine,
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
    fn new(lock: Box<dyn Lock>) -> Self {
        Self {
            lock: RefCell::new(lock),
        }
    }

    /// Stops where it was lost.
    pub fn check(&self, database: &mut dyn Database) -> Result<(), LockError> {
        // Where nobody answers, it is gone too.
        match self.lock.borrow_mut().is_held(database) {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(LockError::Lost),
        }
    }
}

/// Takes the lock of a database, waiting for it at most so long; says whom it waits for.
pub fn acquire(
    url: &DatabaseUrl,
    database: &mut dyn Database,
    by: &By,
    wait: Duration,
    say: &mut dyn FnMut(Notice<'_>),
) -> Result<Held, LockError> {
    let mut lock = super::lock_of(url, database, by)?;
    let start = Instant::now();
    let mut pause = PAUSES.0;
    let mut told: Option<Option<Holder>> = None;
    loop {
        match lock.attempt(database)? {
            Attempt::Refused => {}
            Attempt::Taken => return Ok(Held::new(lock)),
            Attempt::TakenOver(stale) => {
                say(Notice::TakenOver(&stale));
                return Ok(Held::new(lock));
            }
        }
        if cancel::requested() {
            return Err(LockError::Interrupted);
        }
        let (holder, unproven) = match lock.state(database)? {
            State::Held(holder, unproven) => (Some(holder), unproven),
            // They have just let go, or will be taken over.
            State::Free | State::Left(_) => (None, None),
        };
        if start.elapsed() >= wait {
            return Err(LockError::Taken {
                holder: holder.or(told.flatten()),
                waited: wait,
                unproven,
            });
        }
        if told.is_none()
            || holder.is_some()
                && told.as_ref().map(|told| told.as_ref().map(Holder::key))
                    != Some(holder.as_ref().map(Holder::key))
        {
            say(Notice::Waiting(holder.as_ref()));
            told = Some(holder);
        }
        std::thread::sleep(pause.min(wait.saturating_sub(start.elapsed())));
        pause = (pause * 3 / 2).min(PAUSES.1);
    }
}

/// Whether somebody who is not gone has the lock of a database; where that cannot be told, nobody has.
pub fn is_taken(url: &DatabaseUrl, database: &mut dyn Database) -> bool {
    let nobody = By {
        user: None,
        host: None,
        process: None,
        tool: String::new(),
    };
    super::lock_of(url, database, &nobody)
        .ok()
        .and_then(|mut lock| lock.state(database).ok())
        .is_some_and(|state| matches!(state, State::Held(..)))
}

/// Removes a lock whose holder is gone, once `agree` says so; who that was. A holder who is not gone is an
/// error.
pub fn unlock<E: From<LockError>>(
    url: &DatabaseUrl,
    database: &mut dyn Database,
    by: &By,
    agree: impl FnOnce(&Stale) -> Result<(), E>,
) -> Result<Option<Stale>, E> {
    let mut lock = super::lock_of(url, database, by).map_err(LockError::from)?;
    let engine = database.engine();
    let held = |holder, unproven| LockError::Held {
        holder,
        unproven,
        engine,
    };
    let stale = match settled(&mut *lock, database)? {
        State::Free => {
            lock.tidy().map_err(LockError::from)?;
            return Ok(None);
        }
        State::Held(holder, unproven) => return Err(held(holder, unproven).into()),
        State::Left(stale) => stale,
    };
    agree(&stale)?;
    match lock.attempt(database)? {
        Attempt::TakenOver(stale) => Ok(Some(stale)),
        Attempt::Taken => Ok(None),
        Attempt::Refused => match lock.state(database).map_err(LockError::from)? {
            State::Held(holder, unproven) => Err(held(holder, unproven).into()),
            State::Free | State::Left(_) => Ok(None),
        },
    }
}

/// How a lock is, once it has been looked at for long enough to tell.
fn settled(lock: &mut dyn Lock, database: &mut dyn Database) -> Result<State, LockError> {
    loop {
        match lock.state(database)? {
            State::Held(_, Some(unproven)) if unproven.will_show() && !cancel::requested() => {
                std::thread::sleep(PAUSES.1);
            }
            state => return Ok(state),
        }
    }
}
