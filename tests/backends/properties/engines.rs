//! What each engine has that schemas can be made of, and what it does not take.

use std::collections::BTreeSet;

use diesel_manage::schema::{
    Action, Auto, Check, Column, Deferrable, Index, IndexKey, IndexPart, Kept, Name, Schema, Table,
    expression::mentioned,
};

use super::random::{self, Choices, Kind, Palette};
use crate::support::services::Server;

/// An engine that schemas are made for.
pub struct Engine {
    server: Server,
    palette: Palette,
}

const fn kind(
    sql_type: &'static str,
    defaults: &'static [&'static str],
    expression: Option<&'static str>,
    condition: &'static str,
    indexable: bool,
) -> Kind {
    Kind {
        sql_type,
        defaults,
        expression,
        condition,
        indexable,
    }
}

const NUMBER: Option<&str> = Some("({} + 1)");

fn sqlite() -> Vec<Kind> {
    vec![
        kind("INTEGER", &["0", "1"], NUMBER, "{} > 0", true),
        kind(
            "TEXT",
            &["'a'", "(lower('B'))"],
            Some("upper({})"),
            "{} <> ''",
            true,
        ),
        kind("BIGINT", &["7"], NUMBER, "{} < 1000000", true),
        kind(
            "VARCHAR(20)",
            &["'it''s'"],
            Some("trim({})"),
            "length({}) < 20",
            true,
        ),
        kind("REAL", &["1.5"], None, "{} IS NOT 4.5", false),
        kind(
            "TIMESTAMP",
            &["CURRENT_TIMESTAMP"],
            None,
            "{} IS NOT 'x'",
            true,
        ),
        kind("BLOB", &["x'00'"], None, "{} IS NOT x'01'", false),
    ]
}

fn postgres() -> Vec<Kind> {
    vec![
        kind("integer", &["0", "1"], NUMBER, "({} > 0)", true),
        kind(
            "text",
            &["'a'::text", "upper('b'::text)"],
            Some("upper({})"),
            "({} <> ''::text)",
            true,
        ),
        kind("bigint", &["0"], Some("({} * 2)"), "({} > -5)", true),
        kind("boolean", &["true"], None, "({} IS NOT NULL)", false),
        kind(
            "character varying(20)",
            &["'it''s'::character varying"],
            None,
            "(length({}) < 20)",
            true,
        ),
        kind(
            "numeric(10,2)",
            &["1.50"],
            Some("({} * 1)"),
            "({} >= 0)",
            true,
        ),
        kind(
            "timestamp with time zone",
            &["now()", "CURRENT_TIMESTAMP"],
            None,
            "({} IS NOT NULL)",
            true,
        ),
        kind(
            "uuid",
            &["gen_random_uuid()"],
            None,
            "({} IS NOT NULL)",
            true,
        ),
        kind("jsonb", &["'{}'::jsonb"], None, "({} IS NOT NULL)", false),
        kind(
            "integer[]",
            &["'{1,2}'::integer[]"],
            None,
            "(cardinality({}) < 9)",
            false,
        ),
    ]
}

fn mariadb() -> Vec<Kind> {
    vec![
        kind("int(11)", &["0", "1"], NUMBER, "{} > 0", true),
        kind(
            "varchar(40)",
            &["'a'", "'it''s'"],
            Some("upper({})"),
            "{} <> ''",
            true,
        ),
        kind("bigint(20)", &["7"], NUMBER, "{} < 1000000", true),
        kind("bigint(20) unsigned", &["7"], NUMBER, "{} < 1000000", true),
        kind(
            "decimal(10,2)",
            &["1.50"],
            Some("({} * 2)"),
            "{} >= 0",
            true,
        ),
        kind(
            "datetime",
            &["current_timestamp()"],
            None,
            "{} is not null",
            true,
        ),
        kind(
            "text",
            &["'t'", "concat('a', 'b')"],
            None,
            "{} <> 'x'",
            false,
        ),
        kind("enum('a','b')", &["'a'"], None, "{} is not null", false),
        kind("tinyint(1)", &["1"], None, "{} < 10", true),
    ]
}

/// Failures that sample rows cause and other rows would not.
const ABOUT_ROWS: &[&str] = &[
    // SQLite.
    "UNIQUE constraint failed",
    "NOT NULL constraint failed",
    "CHECK constraint failed",
    "FOREIGN KEY constraint failed",
    "datatype mismatch",
    // PostgreSQL.
    "could not create unique index",
    "violates foreign key constraint",
    "is violated by some row",
    "violates check constraint",
    "violates not-null constraint",
    "contains null values",
    "duplicate key value",
    "invalid input syntax",
    "invalid input value for enum",
    "out of range",
    "overflow",
    "value too long",
    // MariaDB.
    "Duplicate entry",
    "a foreign key constraint fails",
    "Data truncated",
    "Data too long",
    "Incorrect ",
    "Out of range value",
    "CONSTRAINT `",
];

fn kind_of<'p>(palette: &'p Palette, column: &Column) -> Option<&'p Kind> {
    let mut kinds = palette.kinds.iter();
    kinds.find(|kind| kind.sql_type == column.sql_type)
}

impl Engine {
    pub fn of(server: Server) -> Self {
        let kinds = match server {
            Server::Sqlite => sqlite(),
            Server::Postgres | Server::Postgres2 => postgres(),
            Server::Mariadb => mariadb(),
        };
        let palette = Palette {
            kinds,
            schemas: server.is_postgres(),
            enums: server.is_postgres(),
            predicates: server != Server::Mariadb,
            generated: true,
        };
        Self { server, palette }
    }

    #[allow(clippy::unused_self)] // one word list for all engines, asked of one
    pub fn is_about_rows(&self, message: &str) -> bool {
        ABOUT_ROWS.iter().any(|words| message.contains(words))
    }

    /// Two schemas, the second one an edited first.
    pub fn pair(&self, choices: &mut Choices, edits: usize) -> (Schema, Schema) {
        // A name that one side alone has is no difference, so in SQLite both have them, or neither.
        let is_nameless = self.server == Server::Sqlite && choices.one_in(3);
        let mut from = random::schema(choices, &self.palette, 8);
        for _ in 0..5 {
            self.flavour(&mut from, choices);
        }
        self.mend(&mut from);
        let mut to = from.clone();
        for _ in 0..edits {
            if choices.one_in(3) {
                self.flavour(&mut to, choices);
            } else {
                random::edit(&mut to, choices, &self.palette);
            }
        }
        self.mend(&mut to);
        if is_nameless {
            for table in from.tables.values_mut().chain(to.tables.values_mut()) {
                take_names(table);
            }
        }
        (from, to)
    }

    fn kind(&self, column: &Column) -> Option<&Kind> {
        kind_of(&self.palette, column)
    }

    fn is_postgres(&self) -> bool {
        self.server.is_postgres()
    }

    /// Changes what only some engines have.
    fn flavour(&self, schema: &mut Schema, choices: &mut Choices) {
        let names: Vec<Name> = schema.tables.keys().cloned().collect();
        let Some(name) = choices.one(&names) else {
            return;
        };
        let choice = choices.below(11);
        let table = schema.tables.get_mut(&name).unwrap();
        let columns: Vec<Column> = table.columns.values().cloned().collect();
        let Some(column) = choices.one(&columns) else {
            return;
        };
        let changed = table.columns.get_mut(&column.name).unwrap();
        match choice {
            0 => {
                let kinds = if self.is_postgres() { 4 } else { 2 };
                let autos = [
                    None,
                    Some(Auto::Serial),
                    Some(Auto::Identity),
                    Some(Auto::IdentityAlways),
                ];
                changed.auto = choices.one(&autos[..kinds]).unwrap();
            }
            1 => {
                if let Some(generated) = &mut changed.generated {
                    generated.stored = !generated.stored;
                }
            }
            2 => {
                let collations = match self.server {
                    Server::Sqlite => ["NOCASE", "RTRIM"],
                    Server::Postgres | Server::Postgres2 => ["C", "POSIX"],
                    Server::Mariadb => ["utf8mb4_bin", "utf8mb4_unicode_ci"],
                };
                let new = choices.one(&collations).map(str::to_owned);
                changed.collation = new.filter(|_| column.collation.is_none());
            }
            3 => {
                changed.on_update = match changed.on_update {
                    None => Some("current_timestamp()".to_owned()),
                    Some(_) => None,
                }
            }
            4 => self.expression_index(table, &column, choices),
            5 => {
                if let Some(part) = table
                    .indexes
                    .iter_mut()
                    .flat_map(|index| &mut index.parts)
                    .next()
                {
                    part.descending = !part.descending;
                }
            }
            6 => {
                if let Some(key) = table.foreign_keys.last_mut() {
                    let actions = [
                        Action::NoAction,
                        Action::Restrict,
                        Action::Cascade,
                        Action::SetNull,
                    ];
                    key.on_delete = choices.one(&actions).unwrap();
                    key.on_update = choices.one(&actions).unwrap();
                }
            }
            7 => {
                if let Some(key) = table.foreign_keys.last_mut() {
                    key.deferrable = deferrable(choices);
                }
                if let Some(unique) = table.uniques.last_mut() {
                    unique.deferrable = deferrable(choices);
                    unique.nulls_not_distinct = unique.deferrable == Deferrable::No;
                }
            }
            8 => {
                if let Some(index) = table.indexes.last_mut() {
                    index.include = vec![column.name.clone()];
                    index.nulls_not_distinct = index.unique && choices.one_in(2);
                }
            }
            9 if self.server != Server::Sqlite => take_names(table),
            _ => {
                if let Some(kind) = self.kind(&column) {
                    let condition = kind.condition.replace("{}", &column.name);
                    table.checks.push(Check {
                        name: Some(format!("{}_checked_{}", column.name, table.checks.len())),
                        expression: condition,
                        extra: Vec::new(),
                    });
                }
            }
        }
    }

    fn expression_index(&self, table: &mut Table, column: &Column, choices: &mut Choices) {
        let kind = self.kind(column);
        let Some(expression) = kind.and_then(|kind| kind.expression) else {
            return;
        };
        let mut part = IndexPart::expression(expression.replace("{}", &column.name));
        part.descending = choices.one_in(3);
        let parts = if choices.one_in(2) {
            vec![part]
        } else {
            vec![IndexPart::column(&column.name), part]
        };
        table.indexes.push(Index {
            name: format!("{}_expr_{}", table.name.name, table.indexes.len()),
            parts,
            unique: false,
            method: None,
            predicate: None,
            include: Vec::new(),
            nulls_not_distinct: false,
            extra: Vec::new(),
        });
    }

    /// Takes out what the engine does not take.
    fn mend(&self, schema: &mut Schema) {
        for table in schema.tables.values_mut() {
            // No model names a primary key, so no two tables ever change theirs.
            if let Some(key) = table.primary_key.as_mut().filter(|_| self.is_postgres()) {
                key.name = None;
            }
            self.mend_columns(table);
            self.mend_parts(table);
        }
        self.mend_keys(schema);
        self.free_names(schema);
        random::repair(schema);
    }

    fn mend_columns(&self, table: &mut Table) {
        let key = table.key_columns().to_vec();
        let referring: BTreeSet<String> = table
            .foreign_keys
            .iter()
            .flat_map(|key| key.columns.clone())
            .collect();
        let mut counting = 0;
        for column in table.columns.values_mut() {
            let is_integer = ["INTEGER", "integer", "bigint", "int(11)", "bigint(20)"]
                .contains(&column.sql_type.as_str());
            let is_text = [
                "TEXT",
                "VARCHAR(20)",
                "text",
                "character varying(20)",
                "varchar(40)",
            ]
            .contains(&column.sql_type.as_str());
            let may_count = is_integer
                && column.generated.is_none()
                && match self.server {
                    Server::Sqlite => key == [column.name.clone()] && column.sql_type == "INTEGER",
                    Server::Mariadb => key.first() == Some(&column.name) && counting == 0,
                    Server::Postgres | Server::Postgres2 => !referring.contains(&column.name),
                };
            if !may_count {
                column.auto = None;
            }
            if self.server == Server::Mariadb
                && key.contains(&column.name)
                && self.kind(column).is_none_or(|kind| !kind.indexable)
            {
                "int(11)".clone_into(&mut column.sql_type);
            }
            if column.generated.is_some() {
                column.default = None;
                column.nullable |= self.server == Server::Mariadb;
            }
            if column.auto.is_some() {
                counting += 1;
                column.default = None;
                column.nullable = false;
            }
            // A foreign key needs the same collation on both sides in MariaDB.
            if !is_text || (self.server == Server::Mariadb && column.generated.is_some()) {
                column.collation = None;
            }
            let is_datetime = column.sql_type == "datetime" && column.generated.is_none();
            if !is_datetime {
                column.on_update = None;
            }
            if self.server == Server::Postgres
                && let Some(generated) = &mut column.generated
            {
                generated.stored = true;
            }
        }
    }

    #[allow(clippy::too_many_lines)] // one rule after the other
    fn mend_parts(&self, table: &mut Table) {
        let names: Vec<String> = table.columns.keys().cloned().collect();
        let mentions = |sql: &str, of: &BTreeSet<String>| {
            let mut all = mentioned(sql, names.iter().map(String::as_str)).into_iter();
            all.any(|name| of.contains(name))
        };
        let all: BTreeSet<String> = names.iter().cloned().collect();
        let is_there = |sql: &str| {
            let found = mentioned(
                sql,
                [
                    "id",
                    "name",
                    "email",
                    "total",
                    "status",
                    "owner_id",
                    "parent_id",
                    "slug",
                ],
            );
            found.into_iter().all(|name| all.contains(name))
        };
        let columns_where = |want: &dyn Fn(&Column) -> bool| -> BTreeSet<String> {
            let columns = table.columns.values().filter(|column| want(column));
            columns.map(|column| column.name.clone()).collect()
        };
        let unindexed = columns_where(&|column| match self.server {
            Server::Postgres2 => column
                .generated
                .as_ref()
                .is_some_and(|generated| !generated.stored),
            Server::Mariadb => ["text", "enum('a','b')"].contains(&column.sql_type.as_str()),
            Server::Sqlite | Server::Postgres => false,
        });
        let counting =
            columns_where(&|column| self.server == Server::Mariadb && column.auto.is_some());
        let cased = |expression: &str, sql_type: &str| {
            let mut kinds = self
                .palette
                .kinds
                .iter()
                .filter(|kind| kind.sql_type == sql_type);
            let stem = |kind: &Kind| {
                kind.expression
                    .is_some_and(|form| shape(form) == shape_of(expression, &names))
            };
            kinds.any(stem)
        };
        let types: Vec<(String, String)> = table
            .columns
            .values()
            .map(|column| (column.name.clone(), column.sql_type.clone()))
            .collect();
        let fits = |expression: &str| {
            let found = mentioned(expression, names.iter().map(String::as_str));
            found.into_iter().all(|name| {
                types
                    .iter()
                    .any(|(other, sql_type)| other == name && cased(expression, sql_type))
            })
        };
        table.uniques.retain(|unique| {
            unique
                .columns
                .iter()
                .all(|column| !unindexed.contains(column))
        });
        for unique in &mut table.uniques {
            if !self.is_postgres() {
                unique.deferrable = Deferrable::No;
                unique.nulls_not_distinct = false;
            }
        }
        let mut keys = BTreeSet::new();
        table.uniques.retain(|unique| {
            let mut columns = unique.columns.clone();
            columns.dedup();
            keys.insert(columns)
        });
        table.indexes.retain(|index| {
            let parts = index.parts.iter().all(|part| match &part.key {
                IndexKey::Column(column) => all.contains(column) && !unindexed.contains(column),
                IndexKey::Expression(sql) => {
                    self.server != Server::Mariadb
                        && is_there(sql)
                        && !mentions(sql, &unindexed)
                        && fits(sql)
                }
            });
            let predicate = index.predicate.as_deref();
            parts && predicate.is_none_or(|sql| is_there(sql) && !mentions(sql, &unindexed))
        });
        for index in &mut table.indexes {
            if !self.is_postgres() {
                index.include.clear();
                index.nulls_not_distinct = false;
            }
            let is_part = |name: &String| {
                index
                    .parts
                    .iter()
                    .any(|part| part.key == IndexKey::Column(name.clone()))
            };
            let include = std::mem::take(&mut index.include);
            index.include = include
                .into_iter()
                .filter(|name| all.contains(name) && !is_part(name) && !unindexed.contains(name))
                .collect();
            index.nulls_not_distinct &= index.unique;
        }
        let conditions: BTreeSet<String> = self.conditions(table);
        table.checks.retain(|check| {
            conditions.contains(&check.expression) && !mentions(&check.expression, &counting)
        });
        let mut seen = BTreeSet::new();
        table
            .checks
            .retain(|check| seen.insert(check.expression.clone()));
        for index in &mut table.indexes {
            index.predicate = index
                .predicate
                .take()
                .filter(|sql| conditions.contains(sql));
        }
        let dropped: BTreeSet<String> = table
            .columns
            .values()
            .filter(|column| {
                let expression = column
                    .generated
                    .as_ref()
                    .map(|generated| &generated.expression);
                expression.is_some_and(|sql| mentions(sql, &counting))
            })
            .map(|column| column.name.clone())
            .collect();
        for column in &dropped {
            table.columns[column].generated = None;
        }
    }

    fn conditions(&self, table: &Table) -> BTreeSet<String> {
        let conditions = table
            .columns
            .values()
            .filter_map(|column| Some(self.kind(column)?.condition.replace("{}", &column.name)));
        conditions.collect()
    }

    fn mend_keys(&self, schema: &mut Schema) {
        let before = schema.clone();
        for table in schema.tables.values_mut() {
            let generating: BTreeSet<String> = table
                .columns
                .values()
                .filter_map(|column| column.generated.as_ref())
                .flat_map(|generated| {
                    let names = table.columns.keys().map(String::as_str);
                    mentioned(&generated.expression, names)
                        .into_iter()
                        .map(str::to_owned)
                })
                .collect();
            let columns = table.columns.clone();
            table.foreign_keys.retain(|key| {
                let Some(target) = before.tables.get(&key.table) else {
                    return false;
                };
                let pairs = key.columns.iter().zip(&key.referred);
                let alike = pairs.into_iter().all(|(own, other)| {
                    let (own, other) = (&columns.get(own), &target.columns.get(other));
                    let (Some(own), Some(other)) = (own, other) else {
                        return false;
                    };
                    own.collation == other.collation
                        && own.generated.is_none()
                        && other.generated.is_none()
                        && self.kind(own).is_some_and(|kind| kind.indexable)
                });
                let immediate = target
                    .uniques
                    .iter()
                    .filter(|unique| unique.columns == key.referred)
                    .all(|unique| unique.deferrable == Deferrable::No);
                alike && immediate
            });
            for key in &mut table.foreign_keys {
                let required = key.columns.iter().any(|name| !columns[name].nullable);
                let is_base = key.columns.iter().any(|name| generating.contains(name));
                if self.server == Server::Mariadb {
                    key.deferrable = Deferrable::No;
                }
                for action in [&mut key.on_delete, &mut key.on_update] {
                    let is_refused = *action == Action::SetNull && required
                        || self.server == Server::Mariadb && is_base
                        || self.server == Server::Mariadb && *action == Action::Restrict;
                    if is_refused {
                        *action = Action::NoAction;
                    }
                }
            }
            let mut seen = BTreeSet::new();
            table.foreign_keys.retain(|key| {
                seen.insert((key.columns.clone(), key.table.clone(), key.referred.clone()))
            });
        }
    }

    /// Names that two things have are given to the first alone.
    #[allow(clippy::unused_self)]
    fn free_names(&self, schema: &mut Schema) {
        let mut seen = BTreeSet::new();
        for table in schema.tables.values_mut() {
            table
                .indexes
                .retain(|index| seen.insert(index.name.clone()));
            let mut is_new =
                |name: &Option<String>| name.as_ref().is_none_or(|name| seen.insert(name.clone()));
            table.checks.retain(|check| is_new(&check.name));
            table.uniques.retain(|unique| is_new(&unique.name));
            table.foreign_keys.retain(|key| is_new(&key.name));
        }
    }
}

/// Leaves the names of a table's constraints to the engine.
fn take_names(table: &mut Table) {
    let parts = table.uniques.iter_mut().map(|unique| &mut unique.name);
    let parts = parts.chain(table.checks.iter_mut().map(|check| &mut check.name));
    let parts = parts.chain(table.foreign_keys.iter_mut().map(|key| &mut key.name));
    let parts = parts.chain(table.primary_key.iter_mut().map(|key| &mut key.name));
    parts.for_each(|name| *name = None);
}

fn deferrable(choices: &mut Choices) -> Deferrable {
    let all = [
        Deferrable::No,
        Deferrable::InitiallyImmediate,
        Deferrable::InitiallyDeferred,
    ];
    choices.one(&all).unwrap()
}

/// An expression with its column taken out.
fn shape(form: &str) -> String {
    form.replace("{}", "")
}

fn shape_of(expression: &str, names: &[String]) -> String {
    let found = mentioned(expression, names.iter().map(String::as_str));
    let mut shape = expression.to_owned();
    for name in found {
        shape = shape.replace(name, "");
    }
    shape
}

/// A schema without what no model says.
pub fn sayable(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    for table in schema.tables.values_mut() {
        table.comment = None;
        table.options.clear();
        table.triggers = Kept::default();
        for column in table.columns.values_mut() {
            column.comment = None;
            column.extra.clear();
        }
        for index in &mut table.indexes {
            index.extra.clear();
        }
    }
    schema
}

/// The changed lines of a comparison, with some around them.
pub fn near_changes(difference: &str) -> String {
    let lines: Vec<&str> = difference.lines().collect();
    let is_change = |line: &&str| {
        line.contains("\u{1b}[31m") || line.contains("\u{1b}[32m") || line.starts_with(['<', '>'])
    };
    let near = (0..lines.len()).filter(|&at| {
        let around = &lines[at.saturating_sub(12)..(at + 4).min(lines.len())];
        around.iter().any(is_change)
    });
    near.map(|at| format!("{}\n", lines[at])).collect()
}
