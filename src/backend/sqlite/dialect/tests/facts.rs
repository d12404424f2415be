//! What is read from a database.

use pretty_assertions::assert_eq;

use super::*;
use crate::schema::{Action, Auto, Deferrable, IndexKey};

#[test]
fn every_fact_is_read() {
    let mut database = database(include_str!("every_form.sql"));
    let schema = schema(&mut *database);
    let types = table(&schema, "types");
    let declared: Vec<&str> = types
        .columns
        .values()
        .map(|column| &*column.sql_type)
        .collect();
    assert_eq!(
        declared[..],
        [
            "INT",
            "INTEGER",
            "TINYINT",
            "SMALLINT",
            "MEDIUMINT",
            "BIGINT",
            "UNSIGNED BIG INT",
            "INT2",
            "INT8",
            "CHARACTER(20)",
            "VARCHAR(255)",
            "VARYING CHARACTER(255)",
            "NCHAR(55)",
            "NATIVE CHARACTER(70)",
            "NVARCHAR(100)",
            "TEXT",
            "CLOB",
            "BLOB",
            "",
            "REAL",
            "DOUBLE",
            "DOUBLE PRECISION",
            "FLOAT",
            "NUMERIC",
            "DECIMAL(10, 5)",
            "BOOLEAN",
            "DATE",
            "DATETIME",
            "TIMESTAMP",
            "JSON",
            "QUOTED TYPE",
            "A STRING",
            "ANY_THING AT ONCE(-1, +2)",
        ]
    );

    let every = table(&schema, "everything");
    let column = |name: &str| &every.columns[name];
    assert_eq!(
        every.primary_key.as_ref().unwrap().name.as_deref(),
        Some("pk")
    );
    assert_eq!(column("id").auto, Some(Auto::Serial));
    assert!(!column("id").nullable && column("n2").nullable && !column("n3").nullable);
    let defaults: Vec<&str> = (1..=16)
        .map(|number| column(&format!("d{number}")).default.as_deref().unwrap())
        .collect();
    assert_eq!(
        defaults[..],
        [
            "1",
            "-1",
            "+1.5e+3",
            "1 + 2",
            "CURRENT_TIMESTAMP",
            "NULL",
            "true",
            "x'00ff'",
            "\"double\"",
            "word",
            "lower( 'A' || 'B' )",
            ".5",
            "0x1F",
            "'a\nb'",
            "1.5",
            "-.5",
        ]
    );
    assert_eq!(column("n1").extra, ["ON CONFLICT REPLACE"]);
    assert_eq!(column("k1").collation.as_deref(), Some("NOCASE"));
    assert_eq!(column("k2").collation, None);
    let generated = |name: &str| {
        let generated = column(name).generated.as_ref().unwrap();
        (&*generated.expression, generated.stored)
    };
    assert_eq!(generated("g1"), ("d1 + d2", true));
    assert_eq!(generated("g2"), ("n2 || ',' || n3", false));
    assert_eq!(generated("g3"), ("d1 * 2", false));
    assert_eq!(generated("g4"), ("d1", false));
    assert!(!column("g2").nullable && column("g3").nullable);
    assert_eq!(column("g3").sql_type, "");

    let checks: Vec<_> = every
        .checks
        .iter()
        .map(|check| (check.name.as_deref(), &*check.expression))
        .collect();
    assert_eq!(
        checks,
        [
            (None, "a1 < a2"),
            (None, "c1 > 0"),
            (None, "c2 <> 5"),
            (Some("c2_ok"), "(c2 > 0) AND (c2 < 10)"),
            (Some("last check"), "d4 IN (')', '(', 'x')"),
        ]
    );
    let uniques: Vec<_> = every
        .uniques
        .iter()
        .map(|unique| {
            (
                unique.name.as_deref(),
                unique.columns.join(" "),
                unique.extra.join(" "),
            )
        })
        .collect();
    let fact = |name, columns: &str, extra: &str| (name, columns.to_owned(), extra.to_owned());
    assert_eq!(
        uniques,
        [
            fact(None, "n1 n2", "(n1 COLLATE NOCASE, n2 DESC)"),
            fact(None, "u1", ""),
            fact(Some("two_unique"), "a1 a2", "ON CONFLICT FAIL"),
            fact(Some("u2_unique"), "u2", "ON CONFLICT IGNORE"),
        ]
    );
    let keys: Vec<_> = every
        .foreign_keys
        .iter()
        .map(|key| {
            let (name, columns) = (key.name.as_deref(), key.columns.join(" "));
            let referred = format!("{} {}", key.table, key.referred.join(" "));
            (
                name,
                columns,
                referred,
                key.on_delete,
                key.on_update,
                key.deferrable,
            )
        })
        .collect();
    let key = |name, columns: &str, referred: &str, delete, update, deferrable| {
        (
            name,
            columns.to_owned(),
            referred.to_owned(),
            delete,
            update,
            deferrable,
        )
    };
    let (none, no) = (Action::NoAction, Deferrable::No);
    assert_eq!(
        keys,
        [
            key(None, "d1", "types a", none, none, no),
            key(None, "r1", "parents id", none, none, no),
            key(
                None,
                "r3",
                "parents id",
                Action::Restrict,
                none,
                Deferrable::InitiallyDeferred
            ),
            key(None, "r4", "parents id", Action::SetDefault, none, no),
            key(
                None,
                "r5",
                "everything id",
                none,
                none,
                Deferrable::InitiallyImmediate
            ),
            key(None, "r6", "nowhere ", none, none, no),
            key(
                Some("r2_fk"),
                "r2",
                "parents id",
                Action::Cascade,
                Action::SetNull,
                no
            ),
            key(
                Some("two_fk"),
                "a1 a2",
                "parents a b",
                none,
                Action::Cascade,
                Deferrable::InitiallyDeferred
            ),
        ]
    );
    let index = |name: &str| {
        every
            .indexes
            .iter()
            .find(|index| index.name == name)
            .unwrap()
    };
    assert!(index("two").unique && !index("one").unique);
    assert_eq!(
        index("two").predicate.as_deref(),
        Some("n1 IS NOT NULL AND n2 <> ''")
    );
    let parts: Vec<String> = index("three")
        .parts
        .iter()
        .chain(&index("four").parts)
        .map(|part| {
            let key = match &part.key {
                IndexKey::Column(name) => format!("column {name}"),
                IndexKey::Expression(sql) => sql.clone(),
            };
            let collation = part.collation.as_deref().unwrap_or("-");
            format!("{key} {collation} {}", part.descending)
        })
        .collect();
    assert_eq!(
        parts,
        [
            "lower(n1) - false",
            "d1 + d2 - true",
            "column n2 - false",
            "column n3 - false",
            "column k1 - false",
            "column k1 BINARY false",
            "d1 || d2 COLLATE NOCASE - false",
            "abs(d1) COLLATE NOCASE - true",
            "d1 * (d2 + 1) - false",
            "(d1) + (d2) - false",
        ]
    );

    assert_eq!(table(&schema, "both").options, ["STRICT", "WITHOUT ROWID"]);
    assert!(!table(&schema, "keyed").columns["a"].nullable);
    assert_eq!(table(&schema, "keyed").key_columns(), ["b", "a"]);
    assert!(table(&schema, "int_key").columns["id"].nullable);
    assert!(table(&schema, "descending").columns["id"].nullable);
    assert_eq!(
        table(&schema, "late").columns["id"].auto,
        Some(Auto::Serial)
    );
    assert!(table(&schema, "no_key").primary_key.is_none());
    assert_eq!(
        table(&schema, "altered").columns.keys().collect::<Vec<_>>(),
        ["c", "b"]
    );
    assert_eq!(table(&schema, "altered").foreign_keys.len(), 1);
}

#[test]
fn what_is_not_a_table_of_the_project_is_left_out() {
    let mut database = database(
        "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, t TEXT);
         CREATE TABLE __diesel_schema_migrations (version TEXT PRIMARY KEY);
         CREATE VIRTUAL TABLE docs USING fts5(t);
         CREATE VIRTUAL TABLE boxes USING rtree(id, x0, x1);
         CREATE TEMP TABLE a (other INT);
         CREATE VIEW v AS SELECT id, upper(t) AS u FROM a;
         CREATE VIEW broken AS SELECT * FROM gone;
         CREATE TRIGGER tr AFTER INSERT ON main.a BEGIN SELECT 1; END;
         CREATE TRIGGER vt INSTEAD OF INSERT ON v BEGIN INSERT INTO a (t) VALUES (new.u); END;",
    );
    let schema = schema(&mut *database);
    let names: Vec<String> = schema.tables.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["a"]);
    assert_eq!(table(&schema, "a").columns.len(), 2);
    assert_eq!(table(&schema, "a").triggers.0[0].name, "tr");
    let view = &schema.views[&Name::new("v")];
    assert_eq!(view.columns.keys().collect::<Vec<_>>(), ["id", "u"]);
    assert_eq!(view.columns["id"].sql_type, "INTEGER");
    assert_eq!(view.definitions.0.len(), 2);
    assert!(schema.views[&Name::new("broken")].columns.is_empty());
}
