//! What a statement does, read off its words.
//!
//! A statement that is not understood is [`Reading::Other`]: it changes something, and nobody knows
//! what. Nothing here fails.

use super::{
    action::{Action, IndexKind, actions, online_clauses},
    column::Column,
    cursor::{Cursor, has, parts},
    rows::{self, RowChange},
};
use crate::backend::statements::{Dialect, Piece, Statement};

/// What a statement does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    CreateTable(NewTable),
    AlterTable {
        table: String,
        actions: Vec<Action>,
    },
    /// `RENAME TABLE`, each from and to.
    RenameTables(Vec<(String, String)>),
    CreateIndex(NewIndex),
    DropIndex {
        names: Vec<String>,
        online: Vec<Action>,
    },
    DropTables(Vec<String>),
    /// A database, or a schema with everything in it.
    DropDatabase {
        kind: &'static str,
        names: Vec<String>,
    },
    /// Something else, with all that hangs on it.
    DropCascade {
        kind: String,
        name: String,
    },
    Truncate {
        tables: Vec<String>,
        cascade: bool,
    },
    /// `INSERT`, `UPDATE`, `DELETE` and their like.
    Rows(Vec<RowChange>),
    /// Work on whole tables that keeps others out: what, and on what.
    Heavy {
        what: &'static str,
        table: Option<String>,
    },
    /// Anything else that changes something.
    Other,
    /// It changes nothing: settings, queries, transactions.
    Nothing,
}

/// A table that is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NewTable {
    pub(super) name: String,
    /// Every column and where it begins; `None` where they come from a query or another table.
    pub(super) columns: Option<Vec<(Column, usize)>>,
    /// MariaDB's `OR REPLACE`.
    pub(super) replaces: bool,
}

/// An index that is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NewIndex {
    pub(super) name: Option<String>,
    pub(super) table: String,
    pub(super) kind: IndexKind,
    pub(super) online: Vec<Action>,
}

/// Words a statement begins with that change neither structure nor rows.
const NOTHING: &[&str] = &[
    "SET",
    "SELECT",
    "SHOW",
    "PRAGMA",
    "BEGIN",
    "START",
    "COMMIT",
    "END",
    "ROLLBACK",
    "ABORT",
    "SAVEPOINT",
    "RELEASE",
    "USE",
    "RESET",
    "ANALYZE",
    "ANALYSE",
    "EXPLAIN",
    "VALUES",
    "TABLE",
    "DISCARD",
    "UNLOCK",
    "CHECKPOINT",
    "FLUSH",
    "CHECK",
    "LISTEN",
    "NOTIFY",
    "DESCRIBE",
];

/// Reads a statement.
pub(super) fn read(statement: &Statement<'_>) -> Reading {
    let pieces = statement.pieces();
    let dialect = statement.dialect;
    let mut cursor = Cursor::new(&pieces);
    let reading = if cursor.eat("CREATE") {
        created(dialect, cursor)
    } else if cursor.eat("ALTER") {
        altered(dialect, cursor)
    } else if cursor.eat("DROP") {
        dropped(dialect, cursor)
    } else if cursor.eat("TRUNCATE") {
        cursor.eat_all(&["TABLE", "ONLY"]);
        let tables = cursor.names();
        let cascade = has(cursor.rest(), "CASCADE");
        Some(Reading::Truncate { tables, cascade })
    } else if cursor.eat("RENAME TABLE") || cursor.eat("RENAME TABLES") {
        Some(Reading::RenameTables(pairs(cursor)))
    } else if let Some(heavy) = heavy(dialect, cursor) {
        Some(heavy)
    } else {
        let changes = rows::read(dialect, &pieces);
        if changes.is_empty() {
            (cursor.sees_any(NOTHING) || cursor.sees("WITH")).then_some(Reading::Nothing)
        } else {
            Some(Reading::Rows(changes))
        }
    };
    reading.unwrap_or(Reading::Other)
}

fn created(dialect: Dialect, mut cursor: Cursor<'_, '_>) -> Option<Reading> {
    let replaces = cursor.eat("OR REPLACE");
    cursor.eat_all(&[
        "GLOBAL",
        "LOCAL",
        "TEMPORARY",
        "TEMP",
        "UNLOGGED",
        "ONLINE",
        "OFFLINE",
    ]);
    if cursor.eat("TABLE") {
        cursor.eat("IF NOT EXISTS");
        let name = cursor.name()?;
        let copies = cursor.sees("LIKE") || cursor.sees("AS") || cursor.sees("PARTITION OF");
        let columns = cursor
            .group()
            .filter(|_| !copies)
            .and_then(|inside| columns(dialect, inside));
        return Some(Reading::CreateTable(NewTable {
            name,
            columns,
            replaces,
        }));
    }
    let mut kind = IndexKind::Plain;
    if cursor.eat("UNIQUE") {
        kind = IndexKind::Unique;
    } else if cursor.eat("FULLTEXT") || cursor.eat("SPATIAL") {
        kind = IndexKind::Special;
    }
    if !cursor.eat("INDEX") {
        return None;
    }
    cursor.eat("CONCURRENTLY");
    cursor.eat("IF NOT EXISTS");
    let name = if cursor.sees("ON") {
        None
    } else {
        cursor.name()
    };
    cursor.until(&["ON"]);
    cursor.eat("ON");
    cursor.eat("ONLY");
    let table = cursor.name()?;
    let online = match dialect {
        Dialect::Mysql => online_clauses(cursor.rest()),
        Dialect::Sqlite | Dialect::Postgres => Vec::new(),
    };
    Some(Reading::CreateIndex(NewIndex {
        name,
        table,
        kind,
        online,
    }))
}

/// The columns of a `CREATE TABLE`, its constraints left out; none where a table is copied.
fn columns(dialect: Dialect, pieces: &[Piece<'_>]) -> Option<Vec<(Column, usize)>> {
    let mut columns = Vec::new();
    for part in parts(pieces) {
        let cursor = Cursor::new(part);
        if cursor.sees("LIKE") {
            return None;
        }
        let constraints = [
            "CONSTRAINT",
            "PRIMARY KEY",
            "FOREIGN KEY",
            "UNIQUE",
            "CHECK",
            "EXCLUDE",
        ];
        let indexes = ["INDEX", "KEY", "FULLTEXT", "SPATIAL", "PERIOD"];
        if cursor.sees_any(&constraints) || (dialect == Dialect::Mysql && cursor.sees_any(&indexes))
        {
            continue;
        }
        let start = part.first().map_or(0, |piece| piece.start);
        columns.extend(Column::read(dialect, part).map(|column| (column, start)));
    }
    Some(columns)
}

fn altered(dialect: Dialect, mut cursor: Cursor<'_, '_>) -> Option<Reading> {
    cursor.eat_all(&["ONLINE", "OFFLINE", "IGNORE"]);
    if !cursor.eat("TABLE") {
        return None;
    }
    cursor.eat("IF EXISTS");
    cursor.eat("ONLY");
    let table = cursor.name()?;
    cursor.symbol(b'*');
    let actions = actions(dialect, cursor.rest());
    Some(Reading::AlterTable { table, actions })
}

fn dropped(dialect: Dialect, mut cursor: Cursor<'_, '_>) -> Option<Reading> {
    if cursor.eat("TEMPORARY") {
        return Some(Reading::Nothing);
    }
    if cursor.eat("TABLE") || cursor.eat("TABLES") {
        cursor.eat("IF EXISTS");
        return Some(Reading::DropTables(cursor.names()));
    }
    if cursor.eat("INDEX") {
        cursor.eat("CONCURRENTLY");
        cursor.eat("IF EXISTS");
        let names = cursor.names();
        let online = match dialect {
            Dialect::Mysql => online_clauses(cursor.rest()),
            Dialect::Sqlite | Dialect::Postgres => Vec::new(),
        };
        return Some(Reading::DropIndex { names, online });
    }
    let cascades = dialect == Dialect::Postgres && has(cursor.rest(), "CASCADE");
    let schema = cursor.sees("SCHEMA");
    if cursor.sees("DATABASE") || (schema && (cascades || dialect == Dialect::Mysql)) {
        let kind = if schema { "schema" } else { "database" };
        cursor.eat_all(&["DATABASE", "SCHEMA", "IF EXISTS"]);
        let names = cursor.names();
        return Some(Reading::DropDatabase { kind, names });
    }
    if cursor.eat("OWNED BY") {
        let name = cursor.name()?;
        return Some(Reading::DropCascade {
            kind: "everything of".to_owned(),
            name,
        });
    }
    if cascades && cursor.sees_any(&["TYPE", "DOMAIN", "EXTENSION", "FUNCTION", "SEQUENCE"]) {
        let kind = cursor.name()?.to_lowercase();
        cursor.eat("IF EXISTS");
        let name = cursor.name()?;
        return Some(Reading::DropCascade { kind, name });
    }
    None
}

fn pairs(mut cursor: Cursor<'_, '_>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    cursor.eat("IF EXISTS");
    while let Some(from) = cursor.name() {
        cursor.until(&["TO"]);
        cursor.eat("TO");
        let Some(to) = cursor.name() else { break };
        pairs.push((from, to));
        cursor.symbol(b',');
    }
    pairs
}

fn heavy(dialect: Dialect, mut cursor: Cursor<'_, '_>) -> Option<Reading> {
    let all = cursor.rest();
    let postgres = dialect == Dialect::Postgres;
    let waits = !has(all, "CONCURRENTLY");
    let what = if postgres && cursor.eat("VACUUM") && has(all, "FULL") {
        cursor.eat_all(&["FULL", "FREEZE", "VERBOSE", "ANALYZE"]);
        cursor.group();
        "VACUUM FULL"
    } else if dialect == Dialect::Sqlite && cursor.eat("VACUUM") && !has(all, "INTO") {
        return Some(Reading::Heavy {
            what: "VACUUM",
            table: None,
        });
    } else if postgres && cursor.eat("CLUSTER") {
        cursor.eat("VERBOSE");
        "CLUSTER"
    } else if postgres && cursor.eat("REINDEX") && waits {
        cursor.group();
        cursor.eat_all(&["INDEX", "TABLE", "SCHEMA", "DATABASE", "SYSTEM"]);
        "REINDEX"
    } else if dialect == Dialect::Sqlite && cursor.eat("REINDEX") {
        "REINDEX"
    } else if cursor.eat("REFRESH MATERIALIZED VIEW") && waits {
        "REFRESH MATERIALIZED VIEW"
    } else if cursor.eat("LOCK") {
        cursor.eat_all(&["TABLES", "TABLE", "ONLY"]);
        "LOCK TABLE"
    } else if dialect == Dialect::Mysql && cursor.eat("OPTIMIZE") {
        cursor.eat_all(&["NO_WRITE_TO_BINLOG", "LOCAL", "TABLE", "TABLES"]);
        "OPTIMIZE TABLE"
    } else {
        return None;
    };
    Some(Reading::Heavy {
        what,
        table: cursor.name(),
    })
}
