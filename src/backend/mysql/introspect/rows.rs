//! The queries, and what their rows hold.

use serde::Deserialize;

use crate::backend::mysql::dialect::Mysql;

/// Everything that is read.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) tables: Vec<TableRow>,
    pub(super) columns: Vec<ColumnRow>,
    pub(super) statistics: Vec<StatisticsRow>,
    pub(super) key_columns: Vec<KeyColumnRow>,
    pub(super) references: Vec<ReferenceRow>,
    pub(super) checks: Vec<CheckRow>,
    pub(super) partitions: Vec<PartitionRow>,
}

/// A table, view or sequence.
#[derive(Debug, Deserialize)]
pub(super) struct TableRow {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) engine: Option<String>,
    pub(super) collation: Option<String>,
    pub(super) options: Option<String>,
    pub(super) comment: Option<String>,
    /// The database's default collation.
    pub(super) database: Option<String>,
}

/// A column.
#[derive(Debug, Deserialize)]
pub(super) struct ColumnRow {
    #[serde(rename = "in")]
    pub(super) table: String,
    pub(super) name: String,
    pub(super) sql_type: String,
    pub(super) nullable: String,
    pub(super) default: Option<String>,
    pub(super) collation: Option<String>,
    pub(super) extra: String,
    pub(super) expression: Option<String>,
    pub(super) comment: Option<String>,
    /// The spatial reference system (MySQL).
    pub(super) srs: Option<u64>,
}

/// One part of an index.
#[derive(Debug, Deserialize)]
pub(super) struct StatisticsRow {
    #[serde(rename = "in")]
    pub(super) table: String,
    pub(super) name: String,
    pub(super) not_unique: u8,
    pub(super) column: Option<String>,
    pub(super) expression: Option<String>,
    pub(super) order: Option<String>,
    pub(super) prefix: Option<u32>,
    pub(super) method: String,
    pub(super) comment: Option<String>,
    /// Whether the optimizer is to leave it alone.
    pub(super) hidden: String,
}

/// One column of a foreign key.
#[derive(Debug, Deserialize)]
pub(super) struct KeyColumnRow {
    #[serde(rename = "in")]
    pub(super) table: String,
    pub(super) name: String,
    pub(super) column: String,
    /// The referred table's database, where it is another one.
    pub(super) schema: Option<String>,
    pub(super) referred_table: String,
    pub(super) referred: String,
}

/// What a foreign key does.
#[derive(Debug, Deserialize)]
pub(super) struct ReferenceRow {
    #[serde(rename = "in")]
    pub(super) table: String,
    pub(super) name: String,
    pub(super) on_update: String,
    pub(super) on_delete: String,
}

/// A check.
#[derive(Debug, Deserialize)]
pub(super) struct CheckRow {
    #[serde(rename = "in")]
    pub(super) table: String,
    pub(super) name: String,
    pub(super) expression: String,
    /// `Column` or `Table`, where the server says (MariaDB).
    pub(super) level: Option<String>,
    /// `NO` where it is there but not held (MySQL).
    pub(super) enforced: Option<String>,
}

/// A partition, or part of one.
#[derive(Debug, Deserialize)]
pub(super) struct PartitionRow {
    #[serde(rename = "in")]
    pub(super) table: String,
    pub(super) name: String,
    pub(super) method: String,
    pub(super) expression: Option<String>,
    pub(super) description: Option<String>,
    pub(super) sub_method: Option<String>,
    pub(super) sub_expression: Option<String>,
}

/// The tables of the database at hand.
pub(super) const TABLES: &str = "SELECT CONVERT(JSON_OBJECT(\
     'name', CONVERT(table_name USING utf8mb4), \
     'kind', CONVERT(table_type USING utf8mb4), \
     'engine', CONVERT(engine USING utf8mb4), \
     'collation', CONVERT(table_collation USING utf8mb4), \
     'options', CONVERT(create_options USING utf8mb4), \
     'comment', CONVERT(table_comment USING utf8mb4), \
     'database', CONVERT(@@collation_database USING utf8mb4)\
     ) USING utf8mb4) AS a, '' AS b \
     FROM information_schema.tables WHERE table_schema = DATABASE()";

/// The columns of its tables and views.
pub(super) fn columns(dialect: Mysql) -> String {
    let srs = if dialect.is_mariadb() {
        "NULL"
    } else {
        "srs_id"
    };
    format!(
        "SELECT CONVERT(JSON_OBJECT(\
         'in', CONVERT(table_name USING utf8mb4), \
         'name', CONVERT(column_name USING utf8mb4), \
         'sql_type', CONVERT(column_type USING utf8mb4), \
         'nullable', CONVERT(is_nullable USING utf8mb4), \
         'default', CONVERT(column_default USING utf8mb4), \
         'collation', CONVERT(collation_name USING utf8mb4), \
         'extra', CONVERT(extra USING utf8mb4), \
         'expression', CONVERT(generation_expression USING utf8mb4), \
         'comment', CONVERT(column_comment USING utf8mb4), \
         'srs', {srs}\
         ) USING utf8mb4) AS a, '' AS b \
         FROM information_schema.columns WHERE table_schema = DATABASE() \
         ORDER BY table_name, ordinal_position"
    )
}

/// The parts of the indexes.
pub(super) fn statistics(dialect: Mysql) -> String {
    let expression = if dialect.indexes_expressions() {
        "CONVERT(expression USING utf8mb4)"
    } else {
        "NULL"
    };
    let hidden = if dialect.ignores_indexes() {
        "CONVERT(ignored USING utf8mb4)"
    } else if dialect.is_mariadb() {
        "'NO'"
    } else {
        "IF(is_visible = 'NO', 'YES', 'NO')"
    };
    format!(
        "SELECT CONVERT(JSON_OBJECT(\
         'in', CONVERT(table_name USING utf8mb4), \
         'name', CONVERT(index_name USING utf8mb4), \
         'not_unique', non_unique, \
         'column', CONVERT(column_name USING utf8mb4), \
         'expression', {expression}, \
         'order', CONVERT(collation USING utf8mb4), \
         'prefix', sub_part, \
         'method', CONVERT(index_type USING utf8mb4), \
         'comment', CONVERT(index_comment USING utf8mb4), \
         'hidden', {hidden}\
         ) USING utf8mb4) AS a, '' AS b \
         FROM information_schema.statistics WHERE table_schema = DATABASE() \
         ORDER BY table_name, index_name, seq_in_index"
    )
}

/// The columns of the foreign keys.
pub(super) const KEY_COLUMNS: &str = "SELECT CONVERT(JSON_OBJECT(\
     'in', CONVERT(table_name USING utf8mb4), \
     'name', CONVERT(constraint_name USING utf8mb4), \
     'column', CONVERT(column_name USING utf8mb4), \
     'schema', CONVERT(NULLIF(referenced_table_schema, DATABASE()) USING utf8mb4), \
     'referred_table', CONVERT(referenced_table_name USING utf8mb4), \
     'referred', CONVERT(referenced_column_name USING utf8mb4)\
     ) USING utf8mb4) AS a, '' AS b \
     FROM information_schema.key_column_usage \
     WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL \
     ORDER BY table_name, constraint_name, ordinal_position";

/// What the foreign keys do; apart from their columns, since MariaDB reads every table anew for each
/// row of a join.
pub(super) const REFERENCES: &str = "SELECT CONVERT(JSON_OBJECT(\
     'in', CONVERT(table_name USING utf8mb4), \
     'name', CONVERT(constraint_name USING utf8mb4), \
     'on_update', CONVERT(update_rule USING utf8mb4), \
     'on_delete', CONVERT(delete_rule USING utf8mb4)\
     ) USING utf8mb4) AS a, '' AS b \
     FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE()";

/// The checks.
pub(super) fn checks(dialect: Mysql) -> String {
    let level = if dialect.tells_check_levels() {
        "CONVERT(level USING utf8mb4)"
    } else {
        "NULL"
    };
    if dialect.is_mariadb() {
        return format!(
            "SELECT CONVERT(JSON_OBJECT(\
             'in', CONVERT(table_name USING utf8mb4), \
             'name', CONVERT(constraint_name USING utf8mb4), \
             'expression', CONVERT(check_clause USING utf8mb4), \
             'level', {level}, \
             'enforced', NULL\
             ) USING utf8mb4) AS a, '' AS b \
             FROM information_schema.check_constraints WHERE constraint_schema = DATABASE()"
        );
    }
    "SELECT CONVERT(JSON_OBJECT(\
     'in', CONVERT(t.table_name USING utf8mb4), \
     'name', CONVERT(c.constraint_name USING utf8mb4), \
     'expression', CONVERT(c.check_clause USING utf8mb4), \
     'level', NULL, \
     'enforced', CONVERT(t.enforced USING utf8mb4)\
     ) USING utf8mb4) AS a, '' AS b \
     FROM information_schema.check_constraints c \
     JOIN information_schema.table_constraints t \
     ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name \
     AND t.constraint_type = 'CHECK' \
     WHERE c.constraint_schema = DATABASE()"
        .to_owned()
}

/// The partitions.
pub(super) const PARTITIONS: &str = "SELECT CONVERT(JSON_OBJECT(\
     'in', CONVERT(table_name USING utf8mb4), \
     'name', CONVERT(partition_name USING utf8mb4), \
     'method', CONVERT(partition_method USING utf8mb4), \
     'expression', CONVERT(partition_expression USING utf8mb4), \
     'description', CONVERT(partition_description USING utf8mb4), \
     'sub_method', CONVERT(subpartition_method USING utf8mb4), \
     'sub_expression', CONVERT(subpartition_expression USING utf8mb4)\
     ) USING utf8mb4) AS a, '' AS b \
     FROM information_schema.partitions \
     WHERE table_schema = DATABASE() AND partition_name IS NOT NULL \
     ORDER BY table_name, partition_ordinal_position, subpartition_ordinal_position";
