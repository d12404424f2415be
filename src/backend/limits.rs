//! How long the statements of a migration may wait for locks, and how long they may run.
//!
//! | engine | in a transaction | outside one |
//! |---|---|---|
//! | PostgreSQL | `SET LOCAL` | `SET`, and afterwards what was there before |
//! | MySQL, MariaDB | `SET SESSION`, and afterwards what was there before | the same |
//! | SQLite | the busy timeout of the connection, which is nobody else's | the same |
//!
//! MySQL itself stops `SELECT` alone
//! (<https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_max_execution_time>):
//! there a thread beside the statement stops it, as Ctrl-C would.

use std::{
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::Duration,
};

use super::{cancel::Canceller, url::Engine};

/// Limits for every statement of a step. Zero is no limit, whatever the session itself has; none
/// leaves it to the session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// How long it waits for a lock.
    pub lock: Option<Duration>,
    /// How long it runs, its waiting included.
    pub statement: Option<Duration>,
}

/// Why limits cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// Nothing stops a statement.
    #[error(
        "`--statement-timeout` is impossible: SQLite runs inside this program, where nothing stops a statement from outside"
    )]
    Unstoppable,
    /// What is set for a session reaches the sessions of others.
    #[error(
        "a migration outside a transaction takes no timeouts behind a pooler: {migration} would leave them to other sessions"
    )]
    Pooled {
        /// The migration.
        migration: String,
    },
}

impl LimitError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Unstoppable => {
                "leave it away, in `[migrate] statement_timeout` of manage.toml too; `--lock-timeout` works on SQLite"
            }
            Self::Pooled { .. } => {
                "`MIGRATION_DATABASE_URL` names a direct line to the server, past the pooler; or `--lock-timeout` and `--statement-timeout` are left away"
            }
        }
        .to_owned()
    }
}

/// The longest that the servers know: a year, and what MariaDB allows for rows.
const MYSQL_FOREVER: (u64, u64) = (31_536_000, 100_000_000);

impl Limits {
    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// What sets them for the length of a transaction, where the engine has such a thing.
    pub fn for_transaction(self, engine: Engine) -> Vec<String> {
        match engine {
            Engine::Postgres => self.postgres("SET LOCAL"),
            Engine::Sqlite | Engine::Mysql => Vec::new(),
        }
    }

    /// What sets them for a session. `stops` says whether the server itself stops statements.
    pub fn for_session(self, engine: Engine, stops: bool) -> Vec<String> {
        match engine {
            Engine::Postgres => self.postgres("SET"),
            Engine::Mysql => {
                let lock = self.lock.map(|limit| {
                    let (structure, rows) = match whole_seconds(limit) {
                        0 => MYSQL_FOREVER,
                        seconds => (seconds.min(MYSQL_FOREVER.0), seconds.min(MYSQL_FOREVER.1)),
                    };
                    format!(
                        "SET SESSION lock_wait_timeout = {structure}, innodb_lock_wait_timeout = {rows}"
                    )
                });
                let statement = self
                    .statement
                    .filter(|_| stops)
                    .map(|limit| format!("SET SESSION max_statement_time = {}", seconds(limit)));
                lock.into_iter().chain(statement).collect()
            }
            Engine::Sqlite => self
                .lock
                .map(|limit| format!("PRAGMA busy_timeout = {}", busy_timeout(limit)))
                .into_iter()
                .collect(),
        }
    }

    /// A query of the statement that brings back what [`Limits::for_session`] changes.
    pub(super) fn former(self, engine: Engine, stops: bool) -> Option<String> {
        let lock = self.lock.is_some();
        let statement = self.statement.is_some() && stops;
        let parts = match engine {
            Engine::Postgres => [
                lock.then_some("format('SET lock_timeout = %L', current_setting('lock_timeout'))"),
                statement.then_some(
                    "format('SET statement_timeout = %L', current_setting('statement_timeout'))",
                ),
            ],
            Engine::Mysql => [
                lock.then_some(
                    "CONCAT('SET SESSION lock_wait_timeout = ', @@SESSION.lock_wait_timeout, \
                     ', innodb_lock_wait_timeout = ', @@SESSION.innodb_lock_wait_timeout)",
                ),
                statement.then_some(
                    "CONCAT('SET SESSION max_statement_time = ', @@SESSION.max_statement_time)",
                ),
            ],
            Engine::Sqlite => [None, None],
        };
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        (!parts.is_empty())
            .then(|| format!("SELECT concat_ws('; ', {}) AS a, '' AS b", parts.join(", ")))
    }

    /// What a script for the engine's own client says at its beginning, where its session is its own.
    pub fn of_script(self, engine: Engine) -> Vec<String> {
        match engine {
            // There they belong to each step.
            Engine::Postgres => Vec::new(),
            Engine::Sqlite => self
                .lock
                .map(|limit| format!(".timeout {}", busy_timeout(limit)))
                .into_iter()
                .collect(),
            Engine::Mysql => {
                let mut lines: Vec<String> = Self {
                    statement: None,
                    ..self
                }
                .for_session(engine, true)
                .into_iter()
                .map(|line| format!("{line};"))
                .collect();
                if let Some(limit) = self.statement {
                    lines.push(format!(
                        "-- MySQL itself stops no statement but SELECT; MariaDB does.\n\
                         /*M!100101 SET SESSION max_statement_time = {} */;",
                        seconds(limit)
                    ));
                }
                lines
            }
        }
    }

    /// What brings back a session's own values where nobody can ask for them beforehand.
    pub fn reset(self, engine: Engine) -> Vec<String> {
        let names = [
            self.lock.map(|_| "lock_timeout"),
            self.statement.map(|_| "statement_timeout"),
        ];
        match engine {
            Engine::Postgres => names
                .into_iter()
                .flatten()
                .map(|name| format!("RESET {name}"))
                .collect(),
            Engine::Sqlite | Engine::Mysql => Vec::new(),
        }
    }

    fn postgres(self, set: &str) -> Vec<String> {
        [
            ("lock_timeout", self.lock),
            ("statement_timeout", self.statement),
        ]
        .into_iter()
        .filter_map(|(name, limit)| {
            let most = i32::MAX.unsigned_abs().into();
            Some(format!(
                "{set} {name} = '{}ms'",
                milliseconds(limit?).min(most)
            ))
        })
        .collect()
    }
}

/// At least one where there is a limit: zero would be none.
fn milliseconds(limit: Duration) -> u64 {
    let least = u64::from(!limit.is_zero());
    u64::try_from(limit.as_millis())
        .unwrap_or(u64::MAX)
        .max(least)
}

/// The next whole second.
fn whole_seconds(limit: Duration) -> u64 {
    limit
        .as_secs()
        .saturating_add(u64::from(limit.subsec_nanos() > 0))
}

/// MariaDB counts microseconds.
fn seconds(limit: Duration) -> f64 {
    let least = if limit.is_zero() { 0.0 } else { 0.000_001 };
    limit.as_secs_f64().clamp(least, 31_536_000.0)
}

fn busy_timeout(limit: Duration) -> u64 {
    let most = i32::MAX.unsigned_abs().into();
    match milliseconds(limit) {
        0 => most,
        limit => limit.min(most),
    }
}

/// How long after stopping a statement in vain it is stopped again: the first call may have come before
/// the statement reached the server.
const AGAIN: Duration = Duration::from_millis(250);

/// A thread that stops a statement which runs for too long.
pub(super) struct Watch {
    done: Sender<()>,
    thread: JoinHandle<bool>,
}

impl Watch {
    /// Watches a statement that begins now.
    pub(super) fn over(canceller: Canceller, limit: Duration) -> Self {
        let (done, ended) = mpsc::channel();
        let thread = thread::spawn(move || {
            let mut patience = limit;
            let mut stopped = false;
            while ended.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
                canceller();
                stopped = true;
                patience = AGAIN;
            }
            stopped
        });
        Self { done, thread }
    }

    /// The statement has ended: whether it was stopped.
    pub(super) fn end(self) -> bool {
        // It may have panicked, and then stops nothing.
        let _ = self.done.send(());
        self.thread.join().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::{Arc, Mutex};

    use super::*;

    const BOTH: Limits = Limits {
        lock: Some(Duration::from_millis(1_500)),
        statement: Some(Duration::from_mins(1)),
    };

    #[test]
    fn each_engine_has_its_words() {
        let transaction = |engine| BOTH.for_transaction(engine).join("; ");
        let session = |engine| BOTH.for_session(engine, true).join("; ");
        assert_eq!(
            transaction(Engine::Postgres),
            "SET LOCAL lock_timeout = '1500ms'; SET LOCAL statement_timeout = '60000ms'"
        );
        assert_eq!(
            session(Engine::Postgres),
            "SET lock_timeout = '1500ms'; SET statement_timeout = '60000ms'"
        );
        assert_eq!(transaction(Engine::Mysql), "");
        assert_eq!(
            session(Engine::Mysql),
            "SET SESSION lock_wait_timeout = 2, innodb_lock_wait_timeout = 2; \
             SET SESSION max_statement_time = 60"
        );
        assert_eq!(
            BOTH.for_session(Engine::Mysql, false).join("; "),
            "SET SESSION lock_wait_timeout = 2, innodb_lock_wait_timeout = 2"
        );
        assert_eq!(transaction(Engine::Sqlite), "");
        assert_eq!(session(Engine::Sqlite), "PRAGMA busy_timeout = 1500");
    }

    #[test]
    fn zero_is_no_limit() {
        let none = Limits {
            lock: Some(Duration::ZERO),
            statement: Some(Duration::ZERO),
        };
        let session = |engine| none.for_session(engine, true).join("; ");
        assert_eq!(
            session(Engine::Postgres),
            "SET lock_timeout = '0ms'; SET statement_timeout = '0ms'"
        );
        assert_eq!(
            session(Engine::Mysql),
            "SET SESSION lock_wait_timeout = 31536000, innodb_lock_wait_timeout = 100000000; \
             SET SESSION max_statement_time = 0"
        );
        assert_eq!(session(Engine::Sqlite), "PRAGMA busy_timeout = 2147483647");
    }

    #[test]
    fn the_shortest_limit_is_still_one_and_the_longest_what_the_engine_knows() {
        let of = |limit| Limits {
            lock: Some(limit),
            statement: Some(limit),
        };
        let session = |limit, engine| of(limit).for_session(engine, true).join("; ");
        let (least, most) = (Duration::from_nanos(1), Duration::MAX);
        assert_eq!(
            session(least, Engine::Postgres),
            "SET lock_timeout = '1ms'; SET statement_timeout = '1ms'"
        );
        assert_eq!(
            session(least, Engine::Mysql),
            "SET SESSION lock_wait_timeout = 1, innodb_lock_wait_timeout = 1; \
             SET SESSION max_statement_time = 0.000001"
        );
        assert_eq!(session(least, Engine::Sqlite), "PRAGMA busy_timeout = 1");
        assert_eq!(
            session(most, Engine::Postgres),
            "SET lock_timeout = '2147483647ms'; SET statement_timeout = '2147483647ms'"
        );
        assert_eq!(
            session(most, Engine::Mysql),
            "SET SESSION lock_wait_timeout = 31536000, innodb_lock_wait_timeout = 100000000; \
             SET SESSION max_statement_time = 31536000"
        );
        assert_eq!(
            session(most, Engine::Sqlite),
            "PRAGMA busy_timeout = 2147483647"
        );
    }

    #[test]
    fn a_watch_stops_what_runs_too_long_again_and_again() {
        let (stop, stopped) = mpsc::channel();
        let stop = Mutex::new(stop);
        let canceller: Canceller =
            Arc::new(move || stop.lock().unwrap().send(()).unwrap_or_default());
        let watch = Watch::over(canceller, Duration::from_millis(1));
        stopped.recv().unwrap();
        stopped.recv().unwrap();
        assert!(watch.end());
    }

    #[test]
    fn a_watch_leaves_alone_what_ends_in_time() {
        let canceller: Canceller = Arc::new(|| {});
        assert!(!Watch::over(canceller, Duration::from_hours(1)).end());
    }
}
