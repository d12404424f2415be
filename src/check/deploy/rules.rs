//! The rules of this family.

use crate::check::Rule;

pub(super) static DROP_TABLE: Rule = rule!(
    "D001",
    "drop-table",
    Error,
    "a table, or a partition of one, that is dropped or emptied with its rows"
);
pub(super) static DROP_COLUMN: Rule = rule!(
    "D002",
    "drop-column",
    Error,
    "a column that is dropped with its values"
);
pub(super) static DROP_DATABASE: Rule = rule!(
    "D003",
    "drop-database",
    Error,
    "a database, or a schema with everything in it, that is dropped"
);
pub(super) static DROP_CASCADE: Rule = rule!(
    "D004",
    "drop-cascade",
    Error,
    "a `DROP ... CASCADE` that may take columns and their values along"
);
pub(super) static TRUNCATE: Rule = rule!(
    "D005",
    "truncate",
    Error,
    "`TRUNCATE`: all rows of a table go"
);
pub(super) static DELETE_ALL: Rule = rule!(
    "D006",
    "delete-all-rows",
    Error,
    "`DELETE` without a condition: all rows of a table go"
);
pub(super) static UPDATE_ALL: Rule = rule!(
    "D007",
    "update-all-rows",
    Warning,
    "`UPDATE` without a condition: all rows of a table are written, and locked meanwhile"
);
pub(super) static NARROWER_TYPE: Rule = rule!(
    "D008",
    "narrower-type",
    Error,
    "a type that not all values of the old one fit into"
);
pub(super) static RENAME_TABLE: Rule = rule!(
    "D009",
    "rename-table",
    Warning,
    "a table that is renamed under the code that runs"
);
pub(super) static RENAME_COLUMN: Rule = rule!(
    "D010",
    "rename-column",
    Warning,
    "a column that is renamed under the code that runs"
);
pub(super) static REQUIRED_COLUMN: Rule = rule!(
    "D011",
    "required-column",
    Error,
    "a new column that is `NOT NULL`, on a table that may have rows, and without a default"
);
pub(super) static SET_NOT_NULL: Rule = rule!(
    "D012",
    "set-not-null",
    Warning,
    "a column that becomes `NOT NULL`: rows are searched for nulls, and the code that runs may still write them"
);
pub(super) static DROP_NOT_NULL: Rule = rule!(
    "D013",
    "drop-not-null",
    Info,
    "a column that may be null from now on, which the code that runs may not expect"
);
pub(super) static COLUMN_TYPE: Rule = rule!(
    "D014",
    "column-type",
    Warning,
    "a column whose type changes: its table is locked and, most often, written anew"
);
pub(super) static ROW_DEFAULT: Rule = rule!(
    "D015",
    "row-default",
    Warning,
    "a new column with a value of its own for each row: the table is written anew"
);
pub(super) static TABLE_REWRITE: Rule = rule!(
    "D016",
    "table-rewrite",
    Warning,
    "a statement that writes a whole table anew, or keeps others from writing to it"
);
pub(super) static INDEX_BLOCKS: Rule = rule!(
    "D017",
    "index-blocks-writes",
    Warning,
    "an index that is built while nobody can write to its table"
);
pub(super) static INDEX_LOCKS_FILE: Rule = rule!(
    "D018",
    "index-locks-file",
    Info,
    "an index on an existing table in SQLite: nobody else writes to the file while it is built"
);
pub(super) static DROP_INDEX_BLOCKS: Rule = rule!(
    "D019",
    "drop-index-blocks",
    Warning,
    "an index that is dropped while nobody can use its table"
);
pub(super) static FOREIGN_KEY: Rule = rule!(
    "D020",
    "foreign-key-scan",
    Warning,
    "a foreign key on an existing table: all rows are checked while nobody can write"
);
pub(super) static CHECK: Rule = rule!(
    "D021",
    "check-scan",
    Warning,
    "a check on an existing table: all rows are checked while nobody can write"
);
pub(super) static UNIQUE: Rule = rule!(
    "D022",
    "unique-on-existing",
    Warning,
    "uniqueness asked of an existing table: equal rows make it fail, and its index is built under a lock"
);
pub(super) static PRIMARY_KEY: Rule = rule!(
    "D023",
    "primary-key-change",
    Warning,
    "a primary key that is added to, or dropped from, an existing table"
);
pub(super) static VALIDATED_AT_ONCE: Rule = rule!(
    "D024",
    "validated-at-once",
    Warning,
    "a constraint added `NOT VALID` and validated in the same transaction, which gains nothing"
);
pub(super) static DOMAIN_CONSTRAINT: Rule = rule!(
    "D025",
    "domain-constraint",
    Warning,
    "a constraint on a domain: every table that uses it is searched under a lock"
);
pub(super) static HEAVY: Rule = rule!(
    "D026",
    "blocking-maintenance",
    Warning,
    "maintenance that keeps others from a table: `LOCK TABLE`, `VACUUM FULL`, `CLUSTER`, `REINDEX` and their like"
);
pub(super) static ONLINE_UNSAID: Rule = rule!(
    "D027",
    "online-unsaid",
    Info,
    "a change of an existing table in MySQL that does not say `ALGORITHM` or `LOCK`"
);
pub(super) static REBUILD: Rule = rule!(
    "D028",
    "table-rebuild",
    Info,
    "a table in SQLite that is built anew: all its rows are copied"
);
pub(super) static REFERENCE_IGNORED: Rule = rule!(
    "D029",
    "reference-ignored",
    Warning,
    "`REFERENCES` beside a column, which MySQL before 9.0 reads and ignores"
);
pub(super) static IMPLICIT_TIMESTAMP: Rule = rule!(
    "D030",
    "implicit-timestamp",
    Warning,
    "a `TIMESTAMP` column without a default, which older MySQL and MariaDB set to the current time at each update"
);
pub(super) static MIXED: Rule = rule!(
    "D031",
    "schema-and-data",
    Warning,
    "structure and rows changed in one migration: locks last as long as the rows take"
);
pub(super) static IRREVERSIBLE: Rule = rule!(
    "D032",
    "irreversible",
    Warning,
    "a migration that changes something, and whose `down.sql` is missing or takes nothing back"
);
pub(super) static SEVERAL_OUTSIDE: Rule = rule!(
    "D033",
    "several-outside-transaction",
    Warning,
    "several changes in a migration that runs outside a transaction"
);
pub(super) static PARTIAL: Rule = rule!(
    "D034",
    "partial-failure",
    Info,
    "several changes of structure in one migration for MySQL: a failure leaves the first ones standing"
);
pub(super) static UNCOMMITTED: Rule = rule!(
    "D035",
    "uncommitted-transaction",
    Error,
    "a transaction that is begun and never ended, in a migration that runs outside one"
);

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
