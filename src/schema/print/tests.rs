//! What is printed, read back and lowered is the same schema.

use std::collections::BTreeSet;

use pretty_assertions::assert_eq;
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{
    super::{
        Action, Auto, Check, Column, Deferrable, EnumType, ForeignKey, Generated, Index, IndexPart,
        Name, PrimaryKey, Schema, Table, Unique, View,
        declared::{self, SourceFile},
        lower::{self, Scope, fake::Fake},
        questioner::Renames,
    },
    rust,
};

const ALL: Scope = Scope {
    indexes: true,
    defaults: true,
    uniques: true,
    checks: true,
    details: true,
};

fn read_back(text: &str, dialect: Fake, from: &Schema, scope: Scope) -> Schema {
    let file = SourceFile {
        path: "schema.rs".into(),
        text: text.to_owned(),
    };
    let models = declared::read(&[file]).unwrap_or_else(|errors| panic!("{errors:#?}\n{text}"));
    lower::lower(&models, &dialect, from, &Renames::default(), scope)
        .unwrap_or_else(|errors| panic!("{errors:#?}\n{text}"))
}

#[test]
fn a_schema_is_printed_as_diesel_prints_it_with_directives() {
    let text = include_str!("golden.rs.txt");
    let schema = read_back(text, Fake::Postgres, &Schema::default(), ALL);
    assert_eq!(rust(&schema, &Fake::Postgres), text);
}

/// Without what no model says.
fn sayable(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    schema.views.clear();
    schema.schemas.clear();
    let tables = schema.tables.keys().chain(schema.enums.keys());
    schema.schemas = tables.filter_map(|name| name.schema.clone()).collect();
    for table in schema.tables.values_mut() {
        table.comment = None;
        table.options.clear();
        for column in table.columns.values_mut() {
            column.comment = None;
            column.extra.clear();
        }
        table
            .foreign_keys
            .iter_mut()
            .for_each(|key| key.extra.clear());
        table
            .uniques
            .iter_mut()
            .for_each(|unique| unique.extra.clear());
        table
            .indexes
            .iter_mut()
            .for_each(|index| index.extra.clear());
        table
            .checks
            .iter_mut()
            .for_each(|check| check.extra.clear());
    }
    schema.canonical()
}

const NAMES: &[&str] = &[
    "id", "name", "type", "user_id", "on", "a b", "a_b", "table", "star", "é", "1st", "Upper",
    "we\"ird", "self", "unique", "crate", "__x", "desc",
];
const TABLES: &[&str] = &[
    "users",
    "orders",
    "users_",
    "match",
    "user groups",
    "sql_types",
];
const PG_TYPES: &[&str] = &[
    "integer",
    "bigint",
    "text",
    "boolean",
    "numeric",
    "numeric(10,2)",
    "character varying",
    "character varying(20)",
    "text[]",
    "timestamp with time zone",
    "mood",
    "app.mood",
    "mood[]",
    "citext",
    "double precision",
];
const OTHER_TYPES: &[&str] = &[
    "integer",
    "bigint",
    "text",
    "numeric(10,2)",
    "character varying(20)",
    "enum('a','b')",
    "enum('x')",
    "double precision",
];
const TEXTS: &[&str] = &[
    "1",
    "'a'",
    "now()",
    "(a > 0) AND (b > 0)",
    "((a))",
    "'x''y'",
    "'a(b'",
    "'@index (c)'",
    "a > 0 -- more",
    "'two\nlines'",
    "(a\n > 0)",
    "(\n  a\n  @type b)",
    "'tab\there'",
    "a /* ( */ + 1",
    "$$a ' b$$",
    "x = 'on update y'",
    "'\r'",
    "\"quo\"\"ted\" > 0",
    "a\n+ b",
];

fn columns_of(names: Vec<&'static str>) -> Vec<&'static str> {
    let mut seen = BTreeSet::new();
    names
        .into_iter()
        .filter(|name| seen.insert(*name))
        .collect()
}

fn action() -> impl Strategy<Value = Action> {
    select(
        &[
            Action::NoAction,
            Action::Restrict,
            Action::Cascade,
            Action::SetNull,
            Action::SetDefault,
        ][..],
    )
}

fn deferrable() -> impl Strategy<Value = Deferrable> {
    select(
        &[
            Deferrable::No,
            Deferrable::InitiallyImmediate,
            Deferrable::InitiallyDeferred,
        ][..],
    )
}

fn text() -> impl Strategy<Value = String> {
    select(TEXTS).prop_map(str::to_owned)
}

fn comment() -> impl Strategy<Value = Option<String>> {
    option::weighted(
        0.3,
        select(&["plain", "@index (id)", "a\n@nothing\r\n\n  b", "", "@ x"][..]),
    )
    .prop_map(|comment| comment.map(str::to_owned))
}

fn column(types: &'static [&'static str]) -> impl Strategy<Value = Column> {
    (
        select(types),
        any::<bool>(),
        option::weighted(0.4, text()),
        0..6_u8,
        text(),
        option::weighted(0.2, select(&["C", "de-DE", "pg_catalog.\"C\""][..])),
        option::weighted(0.1, text()),
        comment(),
    )
        .prop_map(
            |(sql_type, nullable, default, kind, expression, collation, update, comment)| {
                let mut column = Column::new("", sql_type);
                column.nullable = nullable;
                column.collation = collation.map(str::to_owned);
                column.comment = comment;
                match kind {
                    0 => column.auto = Some(Auto::Serial),
                    1 => column.auto = Some(Auto::IdentityAlways),
                    2 => {
                        column.generated = Some(Generated {
                            expression,
                            stored: nullable,
                        });
                    }
                    _ => {
                        column.default = default;
                        column.on_update = update;
                    }
                }
                column
            },
        )
}

fn part(columns: Vec<&'static str>) -> impl Strategy<Value = IndexPart> {
    (
        select(columns),
        option::weighted(0.3, text()),
        option::weighted(0.2, select(&["C", "x y"][..])),
        option::weighted(
            0.2,
            select(&["text_pattern_ops", "gin_trgm_ops (siglen='32')"][..]),
        ),
        any::<bool>(),
        any::<bool>(),
        option::weighted(0.1, 1..99_u32),
    )
        .prop_map(
            |(column, expression, collation, class, descending, nulls, prefix)| {
                let mut part = match expression {
                    Some(sql) => IndexPart::expression(sql),
                    None => IndexPart {
                        prefix,
                        ..IndexPart::column(column)
                    },
                };
                part.collation = collation.map(str::to_owned);
                part.operator_class = class.map(str::to_owned);
                part.descending = descending;
                part.nulls_first = nulls.then_some(!descending);
                part
            },
        )
}

type Parts = (Vec<&'static str>, Vec<Column>);

fn index(columns: Vec<&'static str>) -> impl Strategy<Value = Index> {
    (
        vec(part(columns.clone()), 1..3),
        any::<bool>(),
        option::weighted(0.2, select(&["gin", "hash"][..])),
        option::weighted(0.3, text()),
        vec(select(columns), 0..2),
        any::<bool>(),
    )
        .prop_map(|(parts, unique, method, predicate, include, nulls)| Index {
            name: String::new(),
            parts,
            unique,
            method: method.map(str::to_owned),
            predicate,
            include: include.into_iter().map(str::to_owned).collect(),
            nulls_not_distinct: nulls,
            extra: Vec::new(),
        })
}

fn table(types: &'static [&'static str]) -> impl Strategy<Value = Table> {
    let shape = vec(select(NAMES), 1..6).prop_flat_map(move |names| {
        let names = columns_of(names);
        let count = names.len();
        (Just(names), vec(column(types), count))
    });
    shape.prop_flat_map(|(names, columns): Parts| {
        let some = vec(select(names.clone()), 1..3).prop_map(columns_of);
        let some_columns = some.prop_map(|names| names.into_iter().map(str::to_owned).collect());
        let some_columns: BoxedStrategy<Vec<String>> = some_columns.boxed();
        let unique = (some_columns.clone(), any::<bool>(), deferrable());
        (
            Just((names.clone(), columns)),
            option::weighted(0.8, some_columns.clone()),
            vec(unique, 0..3),
            vec(index(names), 0..3),
            vec(text(), 0..3),
            vec(
                (
                    some_columns,
                    action(),
                    action(),
                    deferrable(),
                    any::<prop::sample::Index>(),
                ),
                0..3,
            ),
            comment(),
        )
            .prop_map(
                |((names, columns), key, uniques, indexes, checks, keys, comment)| {
                    let mut table = Table::new(Name::new(""));
                    table.comment = comment;
                    for (name, column) in names.iter().zip(columns) {
                        table.columns.insert(
                            (*name).to_owned(),
                            Column {
                                name: (*name).to_owned(),
                                ..column
                            },
                        );
                    }
                    table.primary_key = key.map(|columns| PrimaryKey {
                        name: None,
                        columns,
                    });
                    table.uniques = uniques
                        .into_iter()
                        .map(|(columns, nulls_not_distinct, deferrable)| Unique {
                            name: None,
                            columns,
                            nulls_not_distinct,
                            deferrable,
                            extra: vec!["INCLUDE (x)".to_owned()],
                        })
                        .collect();
                    table.indexes = indexes;
                    table.checks = checks
                        .into_iter()
                        .map(|expression| Check {
                            name: None,
                            expression,
                            extra: Vec::new(),
                        })
                        .collect();
                    table.foreign_keys = keys
                        .into_iter()
                        .map(
                            |(columns, on_delete, on_update, deferrable, target)| ForeignKey {
                                name: Some(target.index(100).to_string()),
                                columns,
                                table: Name::new(""),
                                referred: Vec::new(),
                                on_delete,
                                on_update,
                                deferrable,
                                extra: Vec::new(),
                            },
                        )
                        .collect();
                    table
                },
            )
    })
}

/// A schema as an engine would have it: every name given, some as the engine would choose them.
fn schema(dialect: Fake) -> impl Strategy<Value = Schema> {
    let types = if dialect == Fake::Postgres {
        PG_TYPES
    } else {
        OTHER_TYPES
    };
    let name = (
        select(TABLES),
        option::weighted(0.3, select(&["app", "my-schema", "type"][..])),
    );
    (vec((name, table(types)), 1..5), any::<u64>()).prop_map(move |(tables, seed)| {
        let mut schema = Schema::default();
        for ((name, place), mut table) in tables {
            table.name = match place {
                Some(place) if dialect == Fake::Postgres => Name::within(place, name),
                _ => Name::new(name),
            };
            schema.tables.insert(table.name.clone(), table);
        }
        complete(&mut schema, dialect, seed);
        if dialect == Fake::Postgres {
            for name in [
                Name::new("mood"),
                Name::within("app", "mood"),
                Name::new("unused one"),
            ] {
                let labels = vec!["it's".to_owned(), "new\nline".to_owned()];
                schema.enums.insert(name.clone(), EnumType { name, labels });
            }
            let view = View {
                name: Name::new("a_view"),
                columns: [("n".to_owned(), Column::new("n", "bigint"))]
                    .into_iter()
                    .collect(),
                comment: None,
                definitions: crate::schema::Kept::default(),
            };
            schema.views.insert(view.name.clone(), view);
        }
        let names = schema.tables.keys().chain(schema.enums.keys());
        schema.schemas = names.filter_map(|name| name.schema.clone()).collect();
        schema.canonical()
    })
}

/// Names everything, each third thing by a name of its own, and points foreign keys somewhere.
fn complete(schema: &mut Schema, dialect: Fake, mut seed: u64) {
    let targets: Vec<(Name, Vec<String>)> = schema
        .tables
        .values()
        .map(|table| (table.name.clone(), table.columns.keys().cloned().collect()))
        .collect();
    for table in schema.tables.values_mut() {
        let mut kept = Vec::new();
        for mut key in std::mem::take(&mut table.foreign_keys) {
            let at: usize = key.name.take().unwrap().parse().unwrap();
            let (target, columns) = &targets[at % targets.len()];
            if columns.len() >= key.columns.len() {
                key.table = target.clone();
                key.referred = columns[..key.columns.len()].to_vec();
                kept.push(key);
            }
        }
        table.foreign_keys = kept;
    }
    lower::names::complete(schema, &dialect);
    let mut number = 0;
    let mut own = |name: &mut Option<String>| {
        seed = seed.rotate_left(7).wrapping_mul(31).wrapping_add(7);
        number += 1;
        if seed.is_multiple_of(3) {
            *name = Some(format!("{} {number}", ["own", "unique", "Own"][number % 3]));
        }
    };
    for table in schema.tables.values_mut() {
        if let Some(key) = &mut table.primary_key {
            key.name = super::super::dialect::Dialect::default_name(
                &dialect,
                super::super::dialect::Named::PrimaryKey,
                &table.name,
                &key.columns,
            );
            own(&mut key.name);
        }
        table
            .foreign_keys
            .iter_mut()
            .for_each(|key| own(&mut key.name));
        table
            .uniques
            .iter_mut()
            .for_each(|unique| own(&mut unique.name));
        table
            .checks
            .iter_mut()
            .for_each(|check| own(&mut check.name));
        for index in &mut table.indexes {
            let mut name = Some(std::mem::take(&mut index.name));
            own(&mut name);
            index.name = name.unwrap_or_default();
        }
    }
}

fn law(schema: &Schema, dialect: Fake) {
    let text = rust(schema, &dialect);
    assert_eq!(rust(schema, &dialect), text, "same schema, same bytes");
    assert_eq!(&read_back(&text, dialect, schema, ALL), schema, "{text}");
    let plain = Scope {
        indexes: false,
        defaults: false,
        uniques: false,
        checks: false,
        details: false,
    };
    assert_eq!(&read_back(&text, dialect, schema, plain), schema, "{text}");
    let fresh = read_back(&text, dialect, &Schema::default(), ALL);
    assert_eq!(sayable(&fresh), sayable(schema), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_postgres_has_comes_back(schema in schema(Fake::Postgres)) {
        law(&schema, Fake::Postgres);
    }

    #[test]
    fn what_mysql_has_comes_back(schema in schema(Fake::Mysql)) {
        law(&schema, Fake::Mysql);
    }

    #[test]
    fn what_sqlite_has_comes_back(schema in schema(Fake::Sqlite)) {
        law(&schema, Fake::Sqlite);
    }
}
