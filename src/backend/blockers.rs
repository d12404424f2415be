//! Who holds the locks that a statement waited for in vain, where the engine tells.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    Database,
    statements::{Dialect, split},
    url::Engine,
};

/// A session that holds locks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Blocker {
    /// What the server calls the session.
    pub session: String,
    /// The database's user.
    pub user: Option<String>,
    /// Since when its transaction is open: `YYYY-MM-DD HH:MM:SS` in UTC.
    pub since: Option<String>,
    /// What it holds a lock on; none where the engine tells of open transactions alone.
    pub object: Option<String>,
    /// What it runs, or ran last: shortened, and without the values in it.
    pub query: Option<String>,
}

/// The most that are told of.
const MOST: usize = 3;

/// The longest text of a query that is shown, in characters.
const QUERY_LIMIT: usize = 80;

/// How many words of a statement are looked for among the names of tables.
const WORDS_LIMIT: usize = 200;

/// The sessions that hold locks on what a statement names, the oldest transaction first. Nobody may be
/// told of: they have let go, or this user may not know.
pub(super) fn of(database: &mut dyn Database, sql: &str) -> Vec<Blocker> {
    let names = names(database.features().dialect, sql);
    for query in queries(database.engine(), &names) {
        // What this server does not have, or this user may not read.
        let Ok(rows) = database.pairs(&query) else {
            continue;
        };
        let found = rows
            .iter()
            .filter_map(|(_, row)| serde_json::from_str::<Blocker>(row).ok());
        let found: Vec<Blocker> = found.map(Blocker::presentable).take(MOST).collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// The words of a statement, as literals in a list.
fn names(dialect: Dialect, sql: &str) -> String {
    let mut names: Vec<String> = Vec::new();
    for statement in split(dialect, sql) {
        let bare = |c: char| !(c.is_alphanumeric() || c == '_' || c == '$');
        for word in statement.sql.split(bare).filter(|word| !word.is_empty()) {
            for name in [word.to_owned(), word.to_lowercase()] {
                if names.len() < WORDS_LIMIT && !names.contains(&name) {
                    names.push(name);
                }
            }
        }
    }
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    if quoted.is_empty() {
        "''".to_owned()
    } else {
        quoted.join(", ")
    }
}

/// The questions, the one that tells most first.
fn queries(engine: Engine, names: &str) -> Vec<String> {
    match engine {
        Engine::Sqlite => Vec::new(),
        Engine::Postgres => vec![format!(
            "SELECT l.pid::text AS a, json_build_object('session', l.pid::text, 'user', s.usename, \
               'since', to_char(s.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), \
               'object', l.object, 'query', s.query)::text AS b \
             FROM (SELECT h.pid, min(c.oid::regclass::text) AS object \
                   FROM pg_catalog.pg_locks h JOIN pg_catalog.pg_class c ON c.oid = h.relation \
                   WHERE h.granted AND h.locktype = 'relation' AND h.pid <> pg_backend_pid() \
                     AND h.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) \
                     AND c.relname::text IN ({names}) GROUP BY h.pid) l \
             JOIN pg_catalog.pg_stat_activity s USING (pid) ORDER BY s.xact_start NULLS LAST, l.pid"
        )],
        Engine::Mysql => {
            let transaction = "DATE_FORMAT(UTC_TIMESTAMP() - INTERVAL TIMESTAMPDIFF(SECOND, t.trx_started, NOW()) SECOND, '%Y-%m-%d %H:%i:%s')";
            let held = |from: &str, object: &str, schema: &str| {
                format!(
                    "SELECT CAST(p.id AS CHAR) AS a, JSON_OBJECT('session', CAST(p.id AS CHAR), 'user', p.user, \
                       'since', MIN({transaction}), 'object', MIN({object}), 'query', MIN(p.info)) AS b \
                     FROM {from} LEFT JOIN information_schema.innodb_trx t ON t.trx_mysql_thread_id = p.id \
                     WHERE {schema} = DATABASE() AND {object} IN ({names}) AND p.id <> CONNECTION_ID() \
                     GROUP BY p.id, p.user ORDER BY MIN(t.trx_started) IS NULL, MIN(t.trx_started), p.id"
                )
            };
            vec![
                // MySQL; MariaDB where its performance schema is on.
                held(
                    "performance_schema.metadata_locks l \
                     JOIN performance_schema.threads h ON h.thread_id = l.owner_thread_id \
                     JOIN information_schema.processlist p ON p.id = h.processlist_id AND l.lock_status = 'GRANTED'",
                    "l.object_name",
                    "l.object_schema",
                ),
                // MariaDB with the plugin of that name.
                held(
                    "information_schema.metadata_lock_info l \
                     JOIN information_schema.processlist p ON p.id = l.thread_id",
                    "l.table_name",
                    "l.table_schema",
                ),
                format!(
                    "SELECT CAST(p.id AS CHAR) AS a, JSON_OBJECT('session', CAST(p.id AS CHAR), 'user', p.user, \
                       'since', {transaction}, 'query', COALESCE(t.trx_query, p.info)) AS b \
                     FROM information_schema.innodb_trx t \
                     JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id \
                     WHERE p.db = DATABASE() AND p.id <> CONNECTION_ID() ORDER BY t.trx_started, p.id"
                ),
            ]
        }
    }
}

impl Blocker {
    fn presentable(self) -> Self {
        Self {
            query: self
                .query
                .as_deref()
                .map(shortened)
                .filter(|query| !query.is_empty()),
            ..self
        }
    }
}

/// A query on one line, without the texts in it, which may be anybody's secrets.
fn shortened(query: &str) -> String {
    let mut bare = String::new();
    for (index, part) in query.split('\'').enumerate() {
        match index % 2 {
            0 => bare.push_str(part),
            _ => bare.push_str("'...'"),
        }
    }
    let words: Vec<&str> = bare.split_whitespace().collect();
    let line = words.join(" ");
    let line = line.trim_end_matches(';');
    match line.char_indices().nth(QUERY_LIMIT) {
        Some((end, _)) => format!("{} ...", line[..end].trim_end()),
        None => line.to_owned(),
    }
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "session {}", self.session)?;
        if let Some(user) = &self.user {
            write!(f, " of {user}")?;
        }
        match &self.object {
            Some(object) => write!(f, " holds a lock on `{object}`")?,
            None => f.write_str(" has a transaction open")?,
        }
        if let Some(since) = &self.since {
            write!(f, ", since {since} UTC")?;
        }
        match &self.query {
            Some(query) => write!(f, ": {query}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_shown_without_what_they_say() {
        let query =
            "ALTER ROLE app\n  PASSWORD 's3cret'   VALID UNTIL 'it''s over' -- and so on, for long";
        assert_eq!(
            shortened(query),
            "ALTER ROLE app PASSWORD '...' VALID UNTIL '...''...' -- and so on, for long"
        );
        assert_eq!(shortened("SELECT 'never closed"), "SELECT '...'");
        let long = shortened(&"ü".repeat(200));
        assert_eq!(long, format!("{} ...", "ü".repeat(80)));
    }

    #[test]
    fn a_blocker_in_words() {
        let blocker = Blocker {
            session: "17".to_owned(),
            user: Some("app".to_owned()),
            since: Some("2026-11-21 20:29:42".to_owned()),
            object: Some("users".to_owned()),
            query: Some("LOCK TABLE users".to_owned()),
        };
        assert_eq!(
            blocker.to_string(),
            "session 17 of app holds a lock on `users`, since 2026-11-21 20:29:42 UTC: LOCK TABLE users"
        );
        let unknown = Blocker {
            session: "17".to_owned(),
            ..Blocker::default()
        };
        assert_eq!(unknown.to_string(), "session 17 has a transaction open");
    }

    #[test]
    fn the_words_of_a_statement_are_what_may_be_locked() {
        assert_eq!(
            names(
                Dialect::Postgres,
                "ALTER TABLE \"Users\" /* b */ ADD x'y INT"
            ),
            "'ALTER', 'alter', 'TABLE', 'table', 'Users', 'users', 'b', 'ADD', 'add', 'x', 'y', 'INT', 'int'"
        );
        assert_eq!(names(Dialect::Postgres, ""), "''");
    }
}
