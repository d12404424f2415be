//! Any change of any small schema runs both ways, with foreign keys enforced, and keeps the rows.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::schema::{
    Column,
    autodetector::detect,
    operation::inverses,
    questioner::{FillReason, Questioner, Renames},
};

#[derive(Clone, Debug)]
struct AnyColumn {
    kind: usize,
    required: bool,
    default: bool,
    unique: bool,
    index: usize,
    check: bool,
    refers: Option<(usize, usize)>,
    generated: usize,
}

#[derive(Clone, Debug)]
struct AnyTable {
    counts: bool,
    columns: Vec<Option<AnyColumn>>,
}

type AnySchema = Vec<Option<AnyTable>>;

fn any_column() -> impl Strategy<Value = AnyColumn> {
    let rarely = || prop::bool::weighted(0.2);
    (
        0..2_usize,
        any::<bool>(),
        rarely(),
        rarely(),
        0..6_usize,
        rarely(),
        prop::option::weighted(0.5, (0..4_usize, 0..4_usize)),
        0..12_usize,
    )
        .prop_map(
            |(kind, required, default, unique, index, check, refers, generated)| AnyColumn {
                kind,
                required,
                default,
                unique,
                index,
                check,
                refers,
                generated,
            },
        )
}

fn any_schema() -> impl Strategy<Value = AnySchema> {
    let column = prop::option::weighted(0.7, any_column());
    let table = (prop::bool::weighted(0.2), prop::collection::vec(column, 4))
        .prop_map(|(counts, columns)| AnyTable { counts, columns });
    prop::collection::vec(prop::option::weighted(0.8, table), 4)
}

/// What creates a schema. Only tables that are on both sides are referred to: no row could refer to
/// one of a table that comes.
fn sql(schema: &AnySchema, other: &AnySchema) -> String {
    let mut sql = String::new();
    for (number, table) in schema.iter().enumerate() {
        let Some(table) = table else { continue };
        let counts = if table.counts { " AUTOINCREMENT" } else { "" };
        let mut lines = vec![format!("id INTEGER PRIMARY KEY{counts}")];
        let mut indexes = String::new();
        for (place, column) in table.columns.iter().enumerate() {
            let Some(column) = column else { continue };
            let name = format!("c{place}");
            if column.generated < 2 {
                let way = ["STORED", "VIRTUAL"][column.generated];
                let sum = ["id + 0", "id * 1"][column.kind];
                lines.push(format!("{name} INTEGER AS ({sum}) {way}"));
                continue;
            }
            let parent = column
                .refers
                .filter(|(parent, _)| schema[*parent].is_some() && other[*parent].is_some());
            let kind = if parent.is_some() { 0 } else { column.kind };
            let mut line = format!("{name} {}", ["INTEGER", "TEXT"][kind]);
            if column.required {
                line.push_str(" NOT NULL");
            }
            if column.default {
                line.push_str(" DEFAULT 1");
            }
            if column.unique {
                line.push_str(" UNIQUE");
            }
            if column.check {
                let _ = write!(line, " CHECK ({name} <> 'no')");
            }
            if let Some((parent, action)) = parent {
                let action = if column.required && action == 1 {
                    0
                } else {
                    action
                };
                let action = ["CASCADE", "SET NULL", "RESTRICT", "NO ACTION"][action];
                let _ = write!(line, " REFERENCES t{parent} (id) ON DELETE {action}");
            }
            if column.index < 2 {
                let unique = ["", "UNIQUE "][column.index];
                let _ = writeln!(
                    indexes,
                    "CREATE {unique}INDEX i{number}_{place} ON t{number} ({name});"
                );
            }
            lines.push(line);
        }
        let strict = if number == 3 { " STRICT" } else { "" };
        let _ = write!(
            sql,
            "CREATE TABLE t{number} ({}){strict};\n{indexes}",
            lines.join(", ")
        );
    }
    sql
}

/// Fills with what refers to the row there is.
struct One;

impl Questioner for One {
    fn is_table_renamed(&mut self, _: &Name, _: &Name) -> bool {
        false
    }
    fn is_column_renamed(&mut self, _: &Name, _: &Column, _: &Column) -> bool {
        false
    }
    fn fill(&mut self, _: &Name, _: &Column, _: FillReason) -> Option<String> {
        Some("1".to_owned())
    }
}

fn there_and_back(from: &AnySchema, to: &AnySchema) {
    let mut live = database(&sql(from, to));
    let to_sql = sql(to, from);
    let to = schema(&mut *database(&to_sql));
    let from = schema(&mut *live);
    let mut rows = "BEGIN; PRAGMA defer_foreign_keys = ON;".to_owned();
    let mut extras = String::new();
    for table in from.tables.values() {
        let (names, values): (Vec<String>, Vec<String>) = table
            .columns
            .values()
            .filter_map(|column| {
                Some((column.name.clone(), Sqlite.sample(&from, table, column, 0)?))
            })
            .unzip();
        let name = &table.name.name;
        let (names, values) = (names.join(", "), values.join(", "));
        let _ = write!(rows, "INSERT INTO {name} ({names}) VALUES ({values});");
        let _ = write!(
            extras,
            "CREATE TRIGGER {name}_ad AFTER DELETE ON {name} BEGIN SELECT RAISE(ABORT, 'gone'); END;
             CREATE VIEW {name}_v AS SELECT id FROM {name};"
        );
    }
    rows.push_str("COMMIT;");
    run(&mut *live, &rows).unwrap();
    run(&mut *live, &extras).unwrap();
    let from = Schema {
        views: std::collections::BTreeMap::default(),
        ..schema(&mut *live)
    };
    let change = detect(&from, &to, &Renames::default(), &mut One).unwrap();
    let full = schema(&mut *live);
    let up = script(&full, &to, &change);
    let down = script(&to, &full, &inverses(&change));
    migrate(&mut *live, &up);
    assert_eq!(schema(&mut *live).tables, to.tables, "\n{}", up.text());
    let kept: Vec<&Name> = from
        .tables
        .keys()
        .filter(|name| to.tables.contains_key(*name))
        .collect();
    for name in &kept {
        let ids = query(&mut *live, &format!("id AS x FROM {name}"));
        assert_eq!(ids, ["1"], "\n{}", up.text());
    }
    migrate(&mut *live, &down);
    let text = format!("\n{}\n====\n{}", up.text(), down.text());
    assert_eq!(schema(&mut *live).tables, from.tables, "{text}");
    for name in &kept {
        assert_eq!(
            query(&mut *live, &format!("id AS x FROM {name}")),
            ["1"],
            "{text}"
        );
    }
    let broken = query(&mut *live, "\"table\" AS x FROM pragma_foreign_key_check");
    assert!(broken.is_empty(), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_change_runs_both_ways((from, to) in (any_schema(), any_schema())) {
        there_and_back(&from, &to);
    }
}
