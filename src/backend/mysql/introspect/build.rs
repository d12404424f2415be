//! Rows of the information schema, put together.

mod keys;
mod options;

use std::collections::BTreeMap;

use super::rows::{CheckRow, ColumnRow, Rows, TableRow};
use crate::{
    backend::mysql::dialect::{
        Mysql,
        define::{COLUMN_LEVEL, GENERATED, PERIOD},
        words::{backticks, expression_of, literal, mentions, unwrapped},
    },
    schema::{Auto, Check, Column, Generated, Name, Schema, Table, View},
};

/// A table while it is put together.
struct Making {
    table: Table,
    collation: Option<String>,
    engine: String,
}

/// The schema that the rows tell of.
pub(super) fn schema(dialect: Mysql, rows: Rows) -> Schema {
    let mut makings = BTreeMap::new();
    let mut views = BTreeMap::new();
    for row in rows.tables {
        if row.name.starts_with("__") {
            continue;
        }
        match row.kind.as_str() {
            "BASE TABLE" | "SYSTEM VERSIONED" => {
                makings.insert(row.name.clone(), making(row));
            }
            "VIEW" => {
                let view = View {
                    name: Name::new(&*row.name),
                    columns: indexmap::IndexMap::new(),
                    comment: None,
                    definitions: crate::schema::Kept::default(),
                };
                views.insert(row.name, view);
            }
            _ => {}
        }
    }
    for row in rows.columns {
        if let Some(making) = makings.get_mut(&row.table) {
            let column = column(dialect, &row, making);
            making.table.columns.insert(row.name, column);
        } else if let Some(view) = views.get_mut(&row.table) {
            let (sql_type, _) = type_and_compression(&row.sql_type);
            let column = Column {
                nullable: row.nullable == "YES",
                ..Column::new(&*row.name, sql_type)
            };
            view.columns.insert(row.name, column);
        }
    }
    for row in rows.checks {
        if let Some(making) = makings.get_mut(&row.table) {
            add_check(dialect, row, &mut making.table);
        }
    }
    keys::add_foreign_keys(rows.key_columns, rows.references, &mut makings);
    keys::add_indexes(dialect, rows.statistics, &mut makings);
    options::add_partitions(rows.partitions, &mut makings);
    Schema {
        tables: makings
            .into_values()
            .map(|making| (making.table.name.clone(), making.table))
            .collect(),
        views: views
            .into_values()
            .map(|view| (view.name.clone(), view))
            .collect(),
        ..Schema::default()
    }
    .canonical()
}

fn making(row: TableRow) -> Making {
    let mut table = Table::new(Name::new(row.name));
    table.comment = row.comment.filter(|comment| !comment.is_empty());
    let engine = row.engine.unwrap_or_default();
    if !engine.is_empty() && engine != "InnoDB" {
        table.options.push(format!("ENGINE={engine}"));
    }
    if let Some(collation) = &row.collation
        && row.database.as_ref() != Some(collation)
    {
        table.options.push(format!("COLLATE={collation}"));
    }
    table
        .options
        .extend(options::create_options(&row.options.unwrap_or_default()));
    if row.kind == "SYSTEM VERSIONED" {
        table.options.push("WITH SYSTEM VERSIONING".to_owned());
    }
    Making {
        table,
        collation: row.collation,
        engine,
    }
}

/// A type, and whether MariaDB [compresses](https://mariadb.com/kb/en/storage-engine-independent-column-compression/) it.
fn type_and_compression(printed: &str) -> (String, bool) {
    let (sql_type, compressed) = match printed.split_once(" /*") {
        Some((sql_type, comment)) => (sql_type, comment.contains("COMPRESSED")),
        None => (printed, false),
    };
    (lower(sql_type), compressed)
}

/// In small letters, but for what stands in quotes.
fn lower(sql_type: &str) -> String {
    match sql_type.split_once('(') {
        Some((base, rest)) if rest.contains('\'') => {
            format!("{}({rest}", base.to_ascii_lowercase())
        }
        _ => sql_type.to_ascii_lowercase(),
    }
}

fn column(dialect: Mysql, row: &ColumnRow, making: &mut Making) -> Column {
    let (sql_type, compressed) = type_and_compression(&row.sql_type);
    let mut column = Column::new(&*row.name, sql_type);
    column.nullable = row.nullable == "YES";
    column.comment = row.comment.clone().filter(|comment| !comment.is_empty());
    column.collation = row
        .collation
        .clone()
        .filter(|collation| Some(collation) != making.collation.as_ref());
    let extra = row.extra.to_ascii_lowercase();
    if compressed {
        column.extra.push("COMPRESSED".to_owned());
    }
    if extra.contains("auto_increment") {
        column.auto = Some(Auto::Serial);
    }
    if let Some((_, expression)) = extra.split_once("on update ") {
        let end = expression.find([' ', ',']).unwrap_or(expression.len());
        let start = row.extra.len() - expression.len();
        column.on_update = Some(row.extra[start..start + end].to_owned());
    }
    for word in ["INVISIBLE", "WITHOUT SYSTEM VERSIONING"] {
        if extra.contains(&word.to_ascii_lowercase()) {
            column.extra.push(word.to_owned());
        }
    }
    column
        .extra
        .extend(row.srs.map(|system| format!("SRID {system}")));
    let generated = extra.contains("virtual generated")
        || extra.contains("stored generated")
        || extra.contains("persistent");
    match row.expression.as_deref().filter(|text| !text.is_empty()) {
        // https://mariadb.com/kb/en/system-versioned-tables/
        Some(edge @ ("ROW START" | "ROW END")) => {
            column.extra.push(format!("{GENERATED}ALWAYS AS {edge}"));
            period(&mut making.table, &row.name, edge);
        }
        Some(expression) if generated => {
            let expression = expression_of(dialect, expression);
            column.generated = Some(Generated {
                expression: unwrapped(&expression).to_owned(),
                stored: !extra.contains("virtual generated"),
            });
        }
        _ => column.default = default(dialect, row, &column, extra.contains("default_generated")),
    }
    column
}

/// Notes one end of the period that a table's versions are kept by.
fn period(table: &mut Table, column: &str, edge: &str) {
    let column = backticks(column);
    let start = format!("{PERIOD}SYSTEM_TIME (");
    match table
        .options
        .iter_mut()
        .find(|option| option.starts_with(&start))
    {
        Some(option) => {
            let other = option[start.len()..].trim_end_matches(')').to_owned();
            *option = match edge {
                "ROW START" => format!("{start}{column}, {other})"),
                _ => format!("{start}{other}, {column})"),
            };
        }
        None => table.options.push(format!("{start}{column})")),
    }
}

/// A default as SQL.
///
/// MariaDB prints it so. MySQL prints the bare text of a value, and says `DEFAULT_GENERATED` of
/// [an expression](https://dev.mysql.com/doc/refman/8.4/en/information-schema-columns-table.html).
fn default(dialect: Mysql, row: &ColumnRow, column: &Column, expression: bool) -> Option<String> {
    let printed = row.default.as_deref()?;
    if column.auto.is_some() {
        return None;
    }
    if dialect.prints_defaults_as_sql() {
        return (!printed.eq_ignore_ascii_case("null")).then(|| printed.to_owned());
    }
    if expression {
        return Some(expression_of(dialect, printed));
    }
    let base = column.sql_type.split(['(', ' ']).next().unwrap_or_default();
    let now = printed
        .to_ascii_uppercase()
        .starts_with("CURRENT_TIMESTAMP");
    let unquoted = match base {
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "decimal" | "float"
        | "double" | "bit" | "year" => true,
        "binary" | "varbinary" => printed.starts_with("0x"),
        "datetime" | "timestamp" => now,
        _ => false,
    };
    Some(if unquoted {
        printed.to_owned()
    } else {
        literal(printed)
    })
}

fn add_check(dialect: Mysql, row: CheckRow, table: &mut Table) {
    let expression = expression_of(dialect, &row.expression);
    let expression = unwrapped(&expression).to_owned();
    let level = match row.level.as_deref() {
        Some(level) => level.eq_ignore_ascii_case("column"),
        None => dialect.columns_have_checks() && table.columns.contains_key(&row.name),
    };
    let name = level
        .then(|| column_checked(table, &row.name, &expression))
        .flatten()
        .unwrap_or(row.name);
    let column = table.columns.get_mut(&name);
    if level
        && dialect.json_is_text()
        && let Some(column) = column
        && column.sql_type == "longtext"
        && expression == format!("json_valid({})", backticks(&column.name))
        && column
            .collation
            .as_deref()
            .is_none_or(|collation| collation == "utf8mb4_bin")
    {
        "json".clone_into(&mut column.sql_type);
        column.collation = None;
        return;
    }
    let mut extra = Vec::new();
    if level {
        extra.push(COLUMN_LEVEL.to_owned());
    }
    if row.enforced.as_deref() == Some("NO") {
        extra.push("NOT ENFORCED".to_owned());
    }
    table.checks.push(Check {
        name: Some(name),
        expression,
        extra,
    });
}

/// The column that a check belongs to. It has the column's name, but for one that the column has no
/// longer: it keeps that until the column's definition is said again.
fn column_checked(table: &Table, name: &str, expression: &str) -> Option<String> {
    let mut named = table
        .columns
        .keys()
        .filter(|column| mentions(expression, column));
    let first = named.next()?;
    let only = named.next().is_none();
    if only {
        return Some(first.clone());
    }
    mentions(expression, name).then(|| name.to_owned())
}
