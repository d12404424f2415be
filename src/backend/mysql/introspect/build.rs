//! Rows of the information schema, put together.

use std::collections::BTreeMap;

use super::rows::{
    CheckRow, ColumnRow, KeyColumnRow, PartitionRow, ReferenceRow, Rows, StatisticsRow, TableRow,
};
use crate::{
    backend::mysql::dialect::{
        Mysql,
        define::{COLUMN_LEVEL, GENERATED, PARTITION, PERIOD},
        words::{backticks, literal, mentions, unescape, unwrapped},
    },
    schema::{
        Action, Auto, Check, Column, Deferrable, ForeignKey, Generated, Index, IndexKey, IndexPart,
        Name, PrimaryKey, Schema, Table, Unique, View,
    },
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
    add_foreign_keys(rows.key_columns, rows.references, &mut makings);
    add_indexes(dialect, rows.statistics, &mut makings);
    add_partitions(rows.partitions, &mut makings);
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
        .extend(create_options(&row.options.unwrap_or_default()));
    if row.kind == "SYSTEM VERSIONED" {
        table.options.push("WITH SYSTEM VERSIONING".to_owned());
    }
    Making {
        table,
        collation: row.collation,
        engine,
    }
}

/// The options a table was created with, as `CREATE TABLE` takes them.
fn create_options(printed: &str) -> Vec<String> {
    let mut options = vec![String::new()];
    let mut quote = None;
    for character in printed.chars() {
        match quote {
            None if character == ' ' => {
                options.push(String::new());
                continue;
            }
            None if "'\"`".contains(character) => quote = Some(character),
            Some(open) if open == character => quote = None,
            _ => {}
        }
        if let Some(option) = options.last_mut() {
            option.push(character);
        }
    }
    options
        .into_iter()
        .filter(|option| !option.is_empty() && option != "partitioned")
        .map(|option| match option.split_once('=') {
            Some((name, value)) if !name.starts_with('`') => {
                format!("{}={value}", name.to_ascii_uppercase())
            }
            _ => option,
        })
        .collect()
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
            let expression = match dialect.is_mariadb() {
                true => expression.to_owned(),
                false => unescape(expression).into_owned(),
            };
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
        return Some(unescape(printed).into_owned());
    }
    let base = column.sql_type.split(['(', ' ']).next().unwrap_or_default();
    let now = printed
        .to_ascii_uppercase()
        .starts_with("CURRENT_TIMESTAMP");
    let bare = match base {
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "decimal" | "float"
        | "double" | "bit" | "year" => true,
        "binary" | "varbinary" => printed.starts_with("0x"),
        "datetime" | "timestamp" => now,
        _ => false,
    };
    Some(if bare {
        printed.to_owned()
    } else {
        literal(printed)
    })
}

fn add_check(dialect: Mysql, row: CheckRow, table: &mut Table) {
    let expression = match dialect.is_mariadb() {
        true => row.expression,
        false => unescape(&row.expression).into_owned(),
    };
    let expression = unwrapped(&expression).to_owned();
    let level = match row.level.as_deref() {
        Some(level) => level.eq_ignore_ascii_case("column"),
        None => dialect.columns_have_checks() && table.columns.contains_key(&row.name),
    };
    let name = match level {
        true => column_checked(table, &row.name, &expression).unwrap_or(row.name),
        false => row.name,
    };
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
    (only || mentions(expression, name)).then(|| match only {
        true => first.clone(),
        false => name.to_owned(),
    })
}

fn action(rule: &str) -> Action {
    match rule {
        "CASCADE" => Action::Cascade,
        "SET NULL" => Action::SetNull,
        "SET DEFAULT" => Action::SetDefault,
        _ => Action::NoAction,
    }
}

fn add_foreign_keys(
    columns: Vec<KeyColumnRow>,
    references: Vec<ReferenceRow>,
    makings: &mut BTreeMap<String, Making>,
) {
    let mut actions: BTreeMap<(String, String), (Action, Action)> = BTreeMap::new();
    for row in references {
        let does = (action(&row.on_delete), action(&row.on_update));
        actions.insert((row.table, row.name), does);
    }
    for row in columns {
        let Some(making) = makings.get_mut(&row.table) else {
            continue;
        };
        let keys = &mut making.table.foreign_keys;
        if let Some(last) = keys.last_mut()
            && last.name.as_ref() == Some(&row.name)
        {
            last.columns.push(row.column);
            last.referred.push(row.referred);
            continue;
        }
        let place = (row.table, row.name);
        let (on_delete, on_update) = actions.remove(&place).unwrap_or_default();
        keys.push(ForeignKey {
            name: Some(place.1),
            columns: vec![row.column],
            table: Name {
                schema: row.schema,
                name: row.referred_table,
            },
            referred: vec![row.referred],
            on_delete,
            on_update,
            deferrable: Deferrable::No,
            extra: Vec::new(),
        });
    }
}

fn add_indexes(dialect: Mysql, rows: Vec<StatisticsRow>, makings: &mut BTreeMap<String, Making>) {
    let mut indexes: BTreeMap<(String, String), Index> = BTreeMap::new();
    for row in rows {
        let part = part(dialect, &row);
        let index = indexes
            .entry((row.table, row.name.clone()))
            .or_insert_with(|| Index {
                name: row.name,
                parts: Vec::new(),
                unique: row.not_unique == 0,
                method: Some(row.method.to_ascii_lowercase()).filter(|method| method != "btree"),
                predicate: None,
                include: Vec::new(),
                nulls_not_distinct: false,
                extra: extra(dialect, row.comment.as_deref(), &row.hidden),
            });
        index.parts.push(part);
    }
    for ((table, _), index) in indexes {
        if let Some(making) = makings.get_mut(&table) {
            add_index(index, making);
        }
    }
}

fn extra(dialect: Mysql, comment: Option<&str>, hidden: &str) -> Vec<String> {
    let mut extra = Vec::new();
    if let Some(comment) = comment.filter(|comment| !comment.is_empty()) {
        extra.push(format!("COMMENT {}", literal(comment)));
    }
    if hidden == "YES" {
        let word = if dialect.is_mariadb() {
            "IGNORED"
        } else {
            "INVISIBLE"
        };
        extra.push(word.to_owned());
    }
    extra
}

fn part(dialect: Mysql, row: &StatisticsRow) -> IndexPart {
    let mut part = match (&row.column, &row.expression) {
        (None, Some(expression)) => {
            let expression = match dialect.is_mariadb() {
                true => expression.clone(),
                false => unescape(expression).into_owned(),
            };
            IndexPart::expression(unwrapped(&expression))
        }
        (column, _) => IndexPart::column(column.clone().unwrap_or_default()),
    };
    part.descending = row.order.as_deref() == Some("D");
    // A spatial index is over the 32 bytes of a rectangle, whatever one says.
    if row.method != "SPATIAL" && row.method != "FULLTEXT" {
        part.prefix = row.prefix;
    }
    part
}

/// The columns of an index over whole columns from low to high, and nothing else.
fn plain(index: &Index) -> Option<Vec<String>> {
    let whole = |part: &IndexPart| match &part.key {
        IndexKey::Column(column) if !part.descending && part.prefix.is_none() => {
            Some(column.clone())
        }
        _ => None,
    };
    index.parts.iter().map(whole).collect()
}

fn add_index(mut index: Index, making: &mut Making) {
    let method = index.method.as_deref();
    if making.engine == "MEMORY" {
        // https://dev.mysql.com/doc/refman/8.4/en/memory-storage-engine.html: a hash is its default.
        index.method = match method {
            Some("hash") => None,
            None => Some("btree".to_owned()),
            Some(other) => Some(other.to_owned()),
        };
    } else if index.unique && method == Some("hash") {
        // What is unique and too long for a tree gets a hash, unasked, and nothing else does.
        index.method = None;
    }
    let table = &mut making.table;
    let columns = plain(&index);
    match columns {
        _ if index.name == "PRIMARY" => {
            let column = |part: IndexPart| match part.key {
                IndexKey::Column(name) | IndexKey::Expression(name) => name,
            };
            table.primary_key = Some(PrimaryKey {
                name: None,
                columns: index.parts.into_iter().map(column).collect(),
            });
        }
        Some(columns) if index.unique && index.method.is_none() => table.uniques.push(Unique {
            name: Some(index.name),
            columns,
            nulls_not_distinct: false,
            deferrable: Deferrable::No,
            extra: index.extra,
        }),
        // It cannot be told apart from the index that the foreign key made.
        Some(columns)
            if !index.unique
                && index.method.is_none()
                && index.extra.is_empty()
                && table.foreign_keys.iter().any(|key| {
                    key.name.as_ref() == Some(&index.name) && key.columns == columns
                }) => {}
        _ => table.indexes.push(index),
    }
}

fn add_partitions(rows: Vec<PartitionRow>, makings: &mut BTreeMap<String, Making>) {
    let mut tables: BTreeMap<String, Vec<PartitionRow>> = BTreeMap::new();
    for row in rows {
        tables.entry(row.table.clone()).or_default().push(row);
    }
    for (table, rows) in tables {
        if let Some(making) = makings.get_mut(&table) {
            making.table.options.extend(partitions(&rows));
        }
    }
}

/// How a table is [partitioned](https://dev.mysql.com/doc/refman/8.4/en/create-table.html).
fn partitions(rows: &[PartitionRow]) -> Option<String> {
    let first = rows.first()?;
    let mut named: Vec<(&str, Option<&str>)> = rows
        .iter()
        .map(|row| (row.name.as_str(), row.description.as_deref()))
        .collect();
    named.dedup();
    let expression = first.expression.as_deref().unwrap_or_default();
    let mut text = format!("{PARTITION}{} ({expression})", first.method);
    if let Some(method) = &first.sub_method {
        let expression = first.sub_expression.as_deref().unwrap_or_default();
        let count = rows.len() / named.len().max(1);
        text.push_str(&format!(
            " SUBPARTITION BY {method} ({expression}) SUBPARTITIONS {count}"
        ));
    }
    let unnamed = named
        .iter()
        .enumerate()
        .all(|(index, (name, description))| description.is_none() && *name == format!("p{index}"));
    if unnamed {
        return Some(format!("{text} PARTITIONS {}", named.len()));
    }
    let values = if first.method.starts_with("RANGE") {
        "VALUES LESS THAN"
    } else {
        "VALUES IN"
    };
    let list: Vec<String> = named
        .iter()
        .map(|(name, description)| match description {
            Some(description) => {
                format!("PARTITION {} {values} ({description})", backticks(name))
            }
            None => format!("PARTITION {}", backticks(name)),
        })
        .collect();
    Some(format!("{text} ({})", list.join(", ")))
}
