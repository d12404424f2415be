//! The SQL of the two tables that say what is applied: Diesel's ledger, and the log of `manage`.
//!
//! Everything is a statement with its values in it, so that what runs over a connection and what
//! stands in a script for the engine's own client is the same text.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Direction, url::Engine};

/// Diesel's table of applied versions.
pub const LEDGER: &str = "__diesel_schema_migrations";

/// The table of who ran what, when and how it ended. Its name begins with `__`, so that Diesel's
/// `print-schema` leaves it out.
pub const LOG: &str = "__diesel_manage_log";

/// The row that keeps other runners off a cluster.
pub const LOCK: &str = "__diesel_manage_lock";

/// The columns of the log that a new row fills.
const WRITTEN: &str = "action, direction, version, name, checksum, down_sql, started_at, milliseconds, \
                       db_user, host, process, tool, outcome, standing, message";

/// Creates the ledger where it is not there, in Diesel's words.
pub const CREATE_LEDGER: &str = diesel::migration::CREATE_MIGRATIONS_TABLE;

/// What a row of the log is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// A migration's SQL ran, and the ledger changed with it.
    Run,
    /// The ledger alone changed.
    Stamp,
    /// A repeatable migration ran.
    Repeat,
}

impl Action {
    fn word(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Stamp => "stamp",
            Self::Repeat => "repeat",
        }
    }
}

/// How what a row is about ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Well.
    Done,
    /// Not yet, or nobody lived to say how.
    Running,
    /// With an error.
    Failed,
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Running => "running",
            Self::Failed => "failed",
        }
    }
}

/// Who writes to the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// The person, as the operating system calls them, for engines that know no users.
    pub user: Option<String>,
    /// The machine.
    pub host: Option<String>,
    /// The process, on its machine.
    pub process: Option<u32>,
    /// The program and its version.
    pub tool: String,
}

/// A row to write.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// What it is about.
    pub action: Action,
    /// Which way.
    pub direction: Direction,
    /// The version, or a repeatable's name.
    pub version: &'a str,
    /// The migration's name.
    pub name: &'a str,
    /// The checksum of the file that runs.
    pub checksum: Option<&'a str>,
    /// What would undo it.
    pub down_sql: Option<&'a str>,
    /// Who does it.
    pub by: &'a By,
}

/// A row of the log, without the `down.sql` in it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct LogRow {
    /// What it is about.
    pub action: Action,
    /// Which way.
    pub direction: Direction,
    /// The version, or a repeatable's name.
    pub version: String,
    /// The migration's name.
    pub name: String,
    /// The checksum of the file that ran.
    pub checksum: Option<String>,
    /// When it began: `YYYY-MM-DD HH:MM:SS.mmm` in UTC.
    pub started_at: String,
    /// How long it took.
    pub milliseconds: Option<u64>,
    /// The database's user; on engines without users, the operating system's.
    pub db_user: Option<String>,
    /// The machine it was run from.
    pub host: Option<String>,
    /// The process there; none where a script ran it.
    pub process: Option<u32>,
    /// The program and its version.
    pub tool: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Of one that did not run as a whole or not at all: how many statements stand. In a row that is
    /// still `running` the one after them was begun.
    pub standing: Option<usize>,
    /// The checksum of those statements.
    pub standing_checksum: Option<String>,
    /// What the database said.
    pub message: Option<String>,
    /// The row's number, where it keeps a `down.sql`; for [`kept_down`].
    pub kept_down: Option<u64>,
    /// The row's number: they rise with time.
    pub id: u64,
    /// Whether it ran outside a transaction, where that can be told from how the row was written.
    #[serde(skip)]
    pub apart: bool,
}

/// Which rows of the log to read.
#[derive(Clone, Copy, Debug)]
pub enum Extent<'a> {
    /// Of each version, action, way and end the last, oldest first: all that says where it stands.
    Last,
    /// So many, newest first.
    Page {
        /// Only rows older than that of this number.
        before: Option<u64>,
        /// Only rows of these versions.
        versions: Option<&'a BTreeSet<String>>,
        /// How many at most.
        limit: usize,
    },
}

/// Creates the log where it is not there.
pub fn create_log(engine: Engine) -> String {
    let (id, text, long, moment, tail) = match engine {
        Engine::Sqlite => (
            "INTEGER PRIMARY KEY AUTOINCREMENT",
            "TEXT",
            "TEXT",
            "TEXT",
            "",
        ),
        Engine::Postgres => (
            "BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY",
            "TEXT",
            "TEXT",
            "TIMESTAMPTZ",
            "",
        ),
        Engine::Mysql => (
            "BIGINT PRIMARY KEY AUTO_INCREMENT",
            "VARCHAR(255)",
            "LONGTEXT",
            "DATETIME(3)",
            " DEFAULT CHARSET = utf8mb4",
        ),
    };
    format!(
        "CREATE TABLE IF NOT EXISTS {LOG} (
    id {id},
    action {text} NOT NULL,
    direction {text} NOT NULL,
    version {text} NOT NULL,
    name {text} NOT NULL,
    checksum {text},
    down_sql {long},
    started_at {moment} NOT NULL,
    milliseconds BIGINT,
    db_user {text},
    host {text},
    process BIGINT,
    tool {text} NOT NULL,
    outcome {text} NOT NULL,
    standing INTEGER,
    standing_checksum {text},
    message {long}
){tail}"
    )
}

/// Puts a version into the ledger.
pub fn record(engine: Engine, version: &str) -> String {
    format!(
        "INSERT INTO {LEDGER} (version) VALUES ({})",
        literal(engine, version)
    )
}

/// Takes a version out of the ledger.
pub fn forget(engine: Engine, version: &str) -> String {
    format!(
        "DELETE FROM {LEDGER} WHERE version = {}",
        literal(engine, version)
    )
}

/// The moment so many milliseconds ago.
fn started_at(engine: Engine, ago: u64) -> String {
    let seconds = format!("{}.{:03}", ago / 1000, ago % 1000);
    match (engine, ago) {
        (Engine::Sqlite, 0) => "strftime('%Y-%m-%d %H:%M:%f', 'now')".to_owned(),
        (Engine::Sqlite, _) => {
            format!("strftime('%Y-%m-%d %H:%M:%f', 'now', '-{seconds} seconds')")
        }
        (Engine::Postgres, 0) => "clock_timestamp()".to_owned(),
        (Engine::Postgres, _) => format!("clock_timestamp() - interval '{seconds} seconds'"),
        (Engine::Mysql, 0) => "UTC_TIMESTAMP(3)".to_owned(),
        (Engine::Mysql, _) => format!("UTC_TIMESTAMP(3) - INTERVAL {seconds} SECOND"),
    }
}

/// Writes a row of something that is over, or that begins (`Outcome::Running`); without milliseconds
/// where nobody measured, as of now.
pub fn insert(
    engine: Engine,
    entry: &Entry<'_>,
    outcome: Outcome,
    milliseconds: Option<u64>,
    message: Option<&str>,
) -> String {
    let text = |text: &str| literal(engine, text);
    let optional = |value: Option<&str>| value.map_or_else(|| "NULL".to_owned(), text);
    let started_at = started_at(engine, milliseconds.unwrap_or_default());
    let user = match engine {
        Engine::Sqlite => optional(entry.by.user.as_deref()),
        Engine::Postgres => "session_user".to_owned(),
        Engine::Mysql => "CURRENT_USER()".to_owned(),
    };
    let standing = match outcome {
        Outcome::Running => "0",
        Outcome::Done | Outcome::Failed => "NULL",
    };
    format!(
        "INSERT INTO {LOG} ({WRITTEN}) VALUES ({}, {}, {}, {}, {}, {}, \
         {started_at}, {}, {user}, {}, {}, {}, {}, {standing}, {})",
        text(entry.action.word()),
        text(entry.direction.word()),
        text(entry.version),
        text(entry.name),
        optional(entry.checksum),
        optional(entry.down_sql),
        milliseconds.map_or_else(|| "NULL".to_owned(), |n| n.to_string()),
        optional(entry.by.host.as_deref()),
        entry
            .by
            .process
            .map_or_else(|| "NULL".to_owned(), |id| id.to_string()),
        text(&entry.by.tool),
        text(outcome.word()),
        optional(message),
    )
}

/// Says of a version's row that is running how many of its statements stand.
pub fn progress(engine: Engine, version: &str, standing: usize, checksum: &str) -> String {
    format!(
        "UPDATE {LOG} SET standing = {standing}, standing_checksum = {} WHERE version = {} AND outcome = 'running'",
        literal(engine, checksum),
        literal(engine, version),
    )
}

/// Ends a version's row that is running.
pub fn finish(
    engine: Engine,
    version: &str,
    outcome: Outcome,
    milliseconds: Option<u64>,
    message: Option<&str>,
) -> String {
    let mut changes = format!("outcome = '{}'", outcome.word());
    if let Some(milliseconds) = milliseconds {
        changes += &format!(", milliseconds = {milliseconds}");
    }
    if let Some(message) = message {
        changes += &format!(", message = {}", literal(engine, message));
    }
    format!(
        "UPDATE {LOG} SET {changes} WHERE version = {} AND outcome = 'running'",
        literal(engine, version),
    )
}

/// Statements that change nothing, and fail where the user may not write the log as [`insert`] and
/// [`progress`] do; none on an engine without users.
pub fn probe(engine: Engine) -> Vec<String> {
    if engine == Engine::Sqlite {
        return Vec::new();
    }
    vec![
        format!("INSERT INTO {LOG} ({WRITTEN}) SELECT {WRITTEN} FROM {LOG} WHERE 1 = 0"),
        format!(
            "UPDATE {LOG} SET outcome = outcome, standing_checksum = standing_checksum WHERE 1 = 0"
        ),
    ]
}

/// Reads rows of the log: in `a` nothing of use, in `b` a JSON array in the order of [`LogRow`]'s fields.
pub(super) fn rows(engine: Engine, extent: Extent<'_>) -> String {
    let which = match extent {
        Extent::Last => format!(
            "WHERE id IN (SELECT MAX(id) FROM {LOG} GROUP BY version, action, direction, outcome) ORDER BY id"
        ),
        Extent::Page {
            before,
            versions,
            limit,
        } => {
            let before = before.map(|id| format!("id < {id}"));
            let versions = versions.map(|versions| {
                let texts: Vec<String> = versions.iter().map(|v| literal(engine, v)).collect();
                match texts.as_slice() {
                    [] => "1 = 0".to_owned(),
                    _ => format!("version IN ({})", texts.join(", ")),
                }
            });
            let conditions: Vec<String> = before.into_iter().chain(versions).collect();
            let where_ = if conditions.is_empty() {
                String::new()
            } else {
                format!("WHERE {} ", conditions.join(" AND "))
            };
            format!("{where_}ORDER BY id DESC LIMIT {limit}")
        }
    };
    let (array, started_at, end) = match engine {
        Engine::Sqlite => ("json_array", "started_at", ""),
        Engine::Postgres => (
            "json_build_array",
            "to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS')",
            "::text",
        ),
        Engine::Mysql => (
            "CONCAT(JSON_ARRAY",
            "LEFT(DATE_FORMAT(started_at, '%Y-%m-%d %H:%i:%s.%f'), 23)",
            ")",
        ),
    };
    format!(
        "SELECT '' AS a, {array}(action, direction, version, name, checksum, {started_at}, milliseconds, \
         db_user, host, process, tool, outcome, standing, standing_checksum, message, \
         CASE WHEN down_sql IS NOT NULL THEN id END, id){end} AS b FROM {LOG} {which}"
    )
}

/// The `down.sql` that a row of the log keeps, as [`LogRow::kept_down`] numbers it, in `b`.
pub(super) fn kept_down(row: u64) -> String {
    format!("SELECT name AS a, down_sql AS b FROM {LOG} WHERE id = {row} AND down_sql IS NOT NULL")
}

/// A text as a literal that reads the same whatever the session's settings for backslashes are.
pub fn literal(engine: Engine, text: &str) -> String {
    let doubled = text.replace('\'', "''");
    match engine {
        Engine::Postgres if text.contains('\\') => {
            format!("E'{}'", doubled.replace('\\', "\\\\"))
        }
        // The client takes the CR from a line's end.
        Engine::Mysql if text.contains(['\\', '\r']) => {
            let hex: String = text.bytes().map(|byte| format!("{byte:02X}")).collect();
            format!("CONVERT(X'{hex}' USING utf8mb4)")
        }
        _ => format!("'{doubled}'"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_survive_quotes_and_backslashes() {
        for (engine, text, expected) in [
            (Engine::Sqlite, r"it's a \n", r"'it''s a \n'"),
            (Engine::Postgres, "it's", "'it''s'"),
            (Engine::Postgres, r"it's a \n", r"E'it''s a \\n'"),
            (Engine::Mysql, "it's", "'it''s'"),
            (Engine::Mysql, r"a\b", "CONVERT(X'615C62' USING utf8mb4)"),
        ] {
            assert_eq!(literal(engine, text), expected);
        }
    }
}
