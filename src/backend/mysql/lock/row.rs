//! A row of a table, for clusters: one node's `INSERT` of it is certified, every other's fails.
//!
//! Who holds it gives signs of life. A row whose holder is gone is taken over: by changing the row as it
//! was last seen, so that one of several succeeds, and none where there was a sign of life meanwhile.

use std::time::{Duration, Instant};

use serde::Deserialize;

use super::{
    cluster::{self, Node, Trace},
    heartbeat::{BEAT, Heartbeat},
    value,
};
use crate::backend::{
    Database,
    bookkeeping::{By, LOCK, literal},
    failure::{DatabaseError, Trouble},
    lock::{Attempt, Holder, Lock, LockError, Proof, Stale, State, Unproven},
    url::{DatabaseUrl, Engine},
};

/// How long a row is watched before its holder counts as silent.
const WATCH: Duration = Duration::from_secs(BEAT.as_secs() * 5);

/// Every reading sees what any node has committed before it
/// (<https://mariadb.com/kb/en/galera-cluster-system-variables/#wsrep_sync_wait>).
pub(super) fn read_causally(database: &mut dyn Database) -> Result<(), DatabaseError> {
    database.execute("SET SESSION wsrep_sync_wait = @@wsrep_sync_wait | 1")
}

/// Gives a sign of life; whether the row is still there.
pub(super) fn beat(database: &mut dyn Database, token: &str) -> Result<bool, DatabaseError> {
    let beaten = database.execute(&format!(
        "UPDATE {LOCK} SET heartbeat = UTC_TIMESTAMP(6) WHERE token = {}",
        text(token)
    ));
    match beaten {
        // Somebody else changed the row: who, is seen now.
        Err(error) if !error.trouble.is_lock() => Err(error),
        _ => is_there(database, token),
    }
}

/// Removes the row.
pub(super) fn remove(database: &mut dyn Database, token: &str) -> Result<(), DatabaseError> {
    database.execute(&format!("DELETE FROM {LOCK} WHERE token = {}", text(token)))
}

fn is_there(database: &mut dyn Database, token: &str) -> Result<bool, DatabaseError> {
    let there = format!(
        "EXISTS (SELECT 1 FROM {LOCK} WHERE token = {})",
        text(token)
    );
    Ok(value(database, &there)?.as_deref() == Some("1"))
}

fn text(text: &str) -> String {
    literal(Engine::Mysql, text)
}

fn optional(value: Option<&str>) -> String {
    value.map_or_else(|| "NULL".to_owned(), text)
}

/// The row as it was read.
#[derive(Clone, Debug, Deserialize)]
struct Row {
    token: String,
    node: String,
    node_name: String,
    session: String,
    process: Option<u32>,
    user: Option<String>,
    db_user: String,
    host: Option<String>,
    since: String,
    heartbeat: String,
    silent: i64,
}

impl Row {
    fn holder(&self) -> Holder {
        Holder {
            process: self.process,
            user: self.user.clone(),
            host: self.host.clone(),
            since: Some(self.since.clone()),
            session: Some(self.session.clone()),
            node: Some(self.node_name.clone()),
        }
    }
}

/// A row as it was first seen, and when.
struct Watched {
    token: String,
    heartbeat: String,
    since: Instant,
}

pub(super) struct RowLock {
    url: DatabaseUrl,
    by: By,
    here: Node,
    watched: Option<Watched>,
    held: Option<(String, Heartbeat)>,
}

impl RowLock {
    pub(super) fn new(
        url: &DatabaseUrl,
        database: &mut dyn Database,
        by: &By,
        here: Node,
    ) -> Result<Self, DatabaseError> {
        read_causally(database)?;
        Ok(Self {
            url: url.clone(),
            by: by.clone(),
            here,
            watched: None,
            held: None,
        })
    }

    /// The row, where the table is there and has it.
    fn read(database: &mut dyn Database) -> Result<Reading, DatabaseError> {
        let rows = database.pairs(&format!(
            "SELECT '' AS a, JSON_OBJECT('token', token, 'node', node, 'node_name', node_name, \
                'session', CAST(session AS CHAR), 'process', process, 'user', user, 'db_user', db_user, \
                'host', host, 'since', DATE_FORMAT(since, '%Y-%m-%d %H:%i:%s'), \
                'heartbeat', DATE_FORMAT(heartbeat, '%Y-%m-%d %H:%i:%s.%f'), \
                'silent', TIMESTAMPDIFF(SECOND, heartbeat, UTC_TIMESTAMP())) AS b \
             FROM {LOCK} WHERE id = 1"
        ));
        match rows {
            Ok(rows) => match rows.into_iter().next() {
                Some((_, row)) => serde_json::from_str(&row)
                    .map(Reading::Row)
                    .map_err(|error| DatabaseError::other(format!("the row of `{LOCK}`: {error}"))),
                None => Ok(Reading::NoRow),
            },
            Err(error) if error.trouble == Trouble::DoesNotExist => Ok(Reading::NoTable),
            // The cluster is busy with a change of structure: whoever makes it has the lock.
            Err(error) if error.trouble.is_lock() => Ok(Reading::Busy),
            Err(error) => Err(error),
        }
    }

    fn create(database: &mut dyn Database) -> Result<(), DatabaseError> {
        let created = database.execute(&format!(
            "CREATE TABLE IF NOT EXISTS {LOCK} (
    id INTEGER PRIMARY KEY,
    token VARCHAR(255) NOT NULL,
    node VARCHAR(255) NOT NULL,
    node_name VARCHAR(255) NOT NULL,
    session BIGINT UNSIGNED NOT NULL,
    process BIGINT,
    user VARCHAR(255),
    db_user VARCHAR(255) NOT NULL,
    host VARCHAR(255),
    since DATETIME NOT NULL,
    heartbeat DATETIME(6) NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4"
        ));
        match created {
            // Several create it at once: it will be there at the next attempt.
            Err(error) if error.trouble.is_lock() || error.trouble == Trouble::AlreadyExists => {
                Ok(())
            }
            Err(error) => Err(DatabaseError {
                message: format!("creating `{LOCK}`: {}", error.message),
                ..error
            }),
            Ok(()) => Ok(()),
        }
    }

    /// What shows that the holder is gone, or what was looked at in vain.
    fn judge(
        &mut self,
        database: &mut dyn Database,
        row: &Row,
    ) -> Result<Result<Proof, Unproven>, DatabaseError> {
        let is_same =
            |watched: &Watched| watched.token == row.token && watched.heartbeat == row.heartbeat;
        let watched = self.watched.take().filter(is_same);
        let watched = self.watched.insert(watched.unwrap_or_else(|| Watched {
            token: row.token.clone(),
            heartbeat: row.heartbeat.clone(),
            since: Instant::now(),
        }));
        let trace = Trace {
            node: &row.node,
            node_name: &row.node_name,
            session: &row.session,
            db_user: &row.db_user,
            silent: u64::try_from(row.silent).unwrap_or_default(),
            is_watched: watched.since.elapsed() >= WATCH,
        };
        cluster::look_for(database, &self.here, trace)
    }

    /// Writes a row of ours: a new one, or over another as it was read. Whether it is there.
    fn write(
        &mut self,
        database: &mut dyn Database,
        over: Option<&Row>,
    ) -> Result<bool, LockError> {
        let token = value(database, "UUID()")?.unwrap_or_default();
        // Whatever becomes of the row, its connection removes it when it is dropped.
        let heartbeat = Heartbeat::of(&self.url, &token)?;
        let columns = [
            ("token", text(&token)),
            ("node", text(&self.here.uuid)),
            ("node_name", text(&self.here.name)),
            ("session", "CONNECTION_ID()".to_owned()),
            (
                "process",
                optional(self.by.process.map(|id| id.to_string()).as_deref()),
            ),
            ("user", optional(self.by.user.as_deref())),
            ("db_user", "CURRENT_USER()".to_owned()),
            ("host", optional(self.by.host.as_deref())),
            ("since", "UTC_TIMESTAMP()".to_owned()),
            ("heartbeat", "UTC_TIMESTAMP(6)".to_owned()),
        ];
        let changes = columns.map(|(column, value)| format!("{column} = {value}"));
        let changes = changes.join(", ");
        let written = database.execute(&match over {
            None => format!("INSERT INTO {LOCK} SET id = 1, {changes}"),
            Some(row) => format!(
                "UPDATE {LOCK} SET {changes} WHERE id = 1 AND token = {} AND heartbeat = {}",
                text(&row.token),
                text(&row.heartbeat),
            ),
        });
        if let Err(error) = written
            && !error.trouble.is_lock()
            && !error.message.contains("Duplicate entry")
        {
            return Err(error.into());
        }
        if !is_there(database, &token)? {
            return Ok(false);
        }
        heartbeat.begin();
        self.held = Some((token, heartbeat));
        Ok(true)
    }
}

/// What was found in place of a row.
enum Reading {
    Row(Row),
    NoRow,
    NoTable,
    Busy,
}

impl Lock for RowLock {
    fn attempt(&mut self, database: &mut dyn Database) -> Result<Attempt, LockError> {
        let row = match Self::read(database)? {
            Reading::Busy => return Ok(Attempt::Refused),
            Reading::Row(row) => row,
            reading => {
                if matches!(reading, Reading::NoTable) {
                    Self::create(database)?;
                }
                return Ok(match self.write(database, None)? {
                    true => Attempt::Taken,
                    false => Attempt::Refused,
                });
            }
        };
        Ok(match self.judge(database, &row)? {
            Ok(proof) if self.write(database, Some(&row))? => Attempt::TakenOver(Stale {
                holder: row.holder(),
                proof,
            }),
            Ok(_) | Err(_) => Attempt::Refused,
        })
    }

    fn state(&mut self, database: &mut dyn Database) -> Result<State, DatabaseError> {
        Ok(match Self::read(database)? {
            Reading::Row(row) => {
                let holder = row.holder();
                match self.judge(database, &row)? {
                    Ok(proof) => State::Left(Stale { holder, proof }),
                    Err(unproven) => State::Held(holder, Some(unproven)),
                }
            }
            Reading::Busy => State::Held(Holder::default(), None),
            Reading::NoRow | Reading::NoTable => State::Free,
        })
    }

    fn is_held(&mut self, database: &mut dyn Database) -> Result<bool, DatabaseError> {
        match &self.held {
            Some((token, heartbeat)) if !heartbeat.is_lost() => beat(database, token),
            _ => Ok(false),
        }
    }
}
