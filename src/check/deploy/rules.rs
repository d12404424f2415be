//! The rules of this family.

use crate::check::{Level, Rule};

pub(super) static DROP_TABLE: Rule = Rule {
    id: "D001",
    level: Level::Error,
    finds: "a table, or a partition of one, that is dropped or emptied with its rows",
};
pub(super) static DROP_COLUMN: Rule = Rule {
    id: "D002",
    level: Level::Error,
    finds: "a column that is dropped with its values",
};
pub(super) static DROP_DATABASE: Rule = Rule {
    id: "D003",
    level: Level::Error,
    finds: "a database, or a schema with everything in it, that is dropped",
};
pub(super) static DROP_CASCADE: Rule = Rule {
    id: "D004",
    level: Level::Error,
    finds: "a `DROP ... CASCADE` that may take columns and their values along",
};
pub(super) static TRUNCATE: Rule = Rule {
    id: "D005",
    level: Level::Error,
    finds: "`TRUNCATE`: all rows of a table go",
};
pub(super) static DELETE_ALL: Rule = Rule {
    id: "D006",
    level: Level::Error,
    finds: "`DELETE` without a condition: all rows of a table go",
};
pub(super) static UPDATE_ALL: Rule = Rule {
    id: "D007",
    level: Level::Warning,
    finds: "`UPDATE` without a condition: all rows of a table are written, and locked meanwhile",
};
pub(super) static NARROWER_TYPE: Rule = Rule {
    id: "D008",
    level: Level::Error,
    finds: "a type that not all values of the old one fit into",
};
pub(super) static RENAME_TABLE: Rule = Rule {
    id: "D009",
    level: Level::Warning,
    finds: "a table that is renamed under the code that runs",
};
pub(super) static RENAME_COLUMN: Rule = Rule {
    id: "D010",
    level: Level::Warning,
    finds: "a column that is renamed under the code that runs",
};
pub(super) static REQUIRED_COLUMN: Rule = Rule {
    id: "D011",
    level: Level::Error,
    finds: "a new column that is `NOT NULL`, on a table that may have rows, and without a default",
};
pub(super) static SET_NOT_NULL: Rule = Rule {
    id: "D012",
    level: Level::Warning,
    finds: "a column that becomes `NOT NULL`: rows are searched for nulls, and the code that runs may still write them",
};
pub(super) static DROP_NOT_NULL: Rule = Rule {
    id: "D013",
    level: Level::Info,
    finds: "a column that may be null from now on, which the code that runs may not expect",
};
pub(super) static COLUMN_TYPE: Rule = Rule {
    id: "D014",
    level: Level::Warning,
    finds: "a column whose type changes: its table is locked and, most often, written anew",
};
pub(super) static ROW_DEFAULT: Rule = Rule {
    id: "D015",
    level: Level::Warning,
    finds: "a new column with a value of its own for each row: the table is written anew",
};
pub(super) static TABLE_REWRITE: Rule = Rule {
    id: "D016",
    level: Level::Warning,
    finds: "a statement that writes a whole table anew, or keeps others from writing to it",
};
pub(super) static INDEX_BLOCKS: Rule = Rule {
    id: "D017",
    level: Level::Warning,
    finds: "an index that is built while nobody can write to its table",
};
pub(super) static INDEX_LOCKS_FILE: Rule = Rule {
    id: "D018",
    level: Level::Info,
    finds: "an index on an existing table in SQLite: nobody else writes to the file while it is built",
};
pub(super) static DROP_INDEX_BLOCKS: Rule = Rule {
    id: "D019",
    level: Level::Warning,
    finds: "an index that is dropped while nobody can use its table",
};
pub(super) static FOREIGN_KEY: Rule = Rule {
    id: "D020",
    level: Level::Warning,
    finds: "a foreign key on an existing table: all rows are checked while nobody can write",
};
pub(super) static CHECK: Rule = Rule {
    id: "D021",
    level: Level::Warning,
    finds: "a check on an existing table: all rows are checked while nobody can write",
};
pub(super) static UNIQUE: Rule = Rule {
    id: "D022",
    level: Level::Warning,
    finds: "uniqueness asked of an existing table: equal rows make it fail, and its index is built under a lock",
};
pub(super) static PRIMARY_KEY: Rule = Rule {
    id: "D023",
    level: Level::Warning,
    finds: "a primary key that is added to, or dropped from, an existing table",
};
pub(super) static VALIDATED_AT_ONCE: Rule = Rule {
    id: "D024",
    level: Level::Warning,
    finds: "a constraint added `NOT VALID` and validated in the same transaction, which gains nothing",
};
pub(super) static DOMAIN_CONSTRAINT: Rule = Rule {
    id: "D025",
    level: Level::Warning,
    finds: "a constraint on a domain: every table that uses it is searched under a lock",
};
pub(super) static HEAVY: Rule = Rule {
    id: "D026",
    level: Level::Warning,
    finds: "maintenance that keeps others from a table: `LOCK TABLE`, `VACUUM FULL`, `CLUSTER`, `REINDEX` and their like",
};
pub(super) static ONLINE_UNSAID: Rule = Rule {
    id: "D027",
    level: Level::Info,
    finds: "a change of an existing table in MySQL that does not say `ALGORITHM` or `LOCK`",
};
pub(super) static REBUILD: Rule = Rule {
    id: "D028",
    level: Level::Info,
    finds: "a table in SQLite that is built anew: all its rows are copied",
};
pub(super) static REFERENCE_IGNORED: Rule = Rule {
    id: "D029",
    level: Level::Warning,
    finds: "`REFERENCES` beside a column, which MySQL before 9.0 reads and ignores",
};
pub(super) static IMPLICIT_TIMESTAMP: Rule = Rule {
    id: "D030",
    level: Level::Warning,
    finds: "a `TIMESTAMP` column without a default, which older MySQL and MariaDB set to the current time at each update",
};
pub(super) static MIXED: Rule = Rule {
    id: "D031",
    level: Level::Warning,
    finds: "structure and rows changed in one migration: locks last as long as the rows take",
};
pub(super) static IRREVERSIBLE: Rule = Rule {
    id: "D032",
    level: Level::Warning,
    finds: "a migration that changes something, and whose `down.sql` is missing or takes nothing back",
};
pub(super) static SEVERAL_OUTSIDE: Rule = Rule {
    id: "D033",
    level: Level::Warning,
    finds: "several changes in a migration that runs outside a transaction",
};
pub(super) static PARTIAL: Rule = Rule {
    id: "D034",
    level: Level::Info,
    finds: "several changes of structure in one migration for MySQL: a failure leaves the first ones standing",
};
pub(super) static UNCOMMITTED: Rule = Rule {
    id: "D035",
    level: Level::Error,
    finds: "a transaction that is begun and never ended, in a migration that runs outside one",
};

/// The checks of this family.
pub static RULES: &[&Rule] = &[
    &DROP_TABLE,
    &DROP_COLUMN,
    &DROP_DATABASE,
    &DROP_CASCADE,
    &TRUNCATE,
    &DELETE_ALL,
    &UPDATE_ALL,
    &NARROWER_TYPE,
    &RENAME_TABLE,
    &RENAME_COLUMN,
    &REQUIRED_COLUMN,
    &SET_NOT_NULL,
    &DROP_NOT_NULL,
    &COLUMN_TYPE,
    &ROW_DEFAULT,
    &TABLE_REWRITE,
    &INDEX_BLOCKS,
    &INDEX_LOCKS_FILE,
    &DROP_INDEX_BLOCKS,
    &FOREIGN_KEY,
    &CHECK,
    &UNIQUE,
    &PRIMARY_KEY,
    &VALIDATED_AT_ONCE,
    &DOMAIN_CONSTRAINT,
    &HEAVY,
    &ONLINE_UNSAID,
    &REBUILD,
    &REFERENCE_IGNORED,
    &IMPLICIT_TIMESTAMP,
    &MIXED,
    &IRREVERSIBLE,
    &SEVERAL_OUTSIDE,
    &PARTIAL,
    &UNCOMMITTED,
];
