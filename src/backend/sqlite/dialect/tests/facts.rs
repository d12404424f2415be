//! What is read from a database.

use pretty_assertions::assert_eq;

use super::*;
use crate::schema::{Action, Auto, Deferrable, IndexKey};

#[test]
#[allow(clippy::too_many_lines)] // one fixture, read once
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

#[test]
fn types_are_those_of_diesel() {
    use crate::schema::{Column, dialect::DieselType};
    let sql = |name: &str, length| Sqlite.sql_type(&DieselType::new(name), length);
    for (diesel, declared) in [
        ("Bool", "BOOLEAN"),
        ("SmallInt", "SMALLINT"),
        ("Integer", "INTEGER"),
        ("BigInt", "BIGINT"),
        ("Float", "FLOAT"),
        ("Double", "DOUBLE"),
        ("Text", "TEXT"),
        ("Binary", "BLOB"),
        ("Date", "DATE"),
        ("Time", "TIME"),
        ("Timestamp", "TIMESTAMP"),
        ("TimestamptzSqlite", "TIMESTAMPTZ"),
        ("Json", "JSON"),
        ("Jsonb", "JSONB"),
    ] {
        assert_eq!(sql(diesel, None).as_deref(), Some(declared));
        let column = Column::new("c", declared);
        let shown = Sqlite.shown(&Schema::default(), &Name::new("t"), &column);
        assert_eq!(shown.diesel_type, DieselType::new(diesel));
    }
    assert_eq!(sql("Numeric", None).as_deref(), Some("NUMERIC"));
    assert_eq!(sql("Varchar", Some(20)).as_deref(), Some("VARCHAR(20)"));
    assert_eq!(sql("Uuid", None), None);
    let column = Column::new("c", "VARCHAR(20)");
    let shown = Sqlite.shown(&Schema::default(), &Name::new("t"), &column);
    assert_eq!(shown.max_length, Some(20));
    assert_eq!(Sqlite.canonical_type("varchar ( 20 )"), "VARCHAR(20)");
    assert_eq!(Sqlite.canonical_type("numeric(10,2)"), "NUMERIC(10, 2)");
}

#[test]
fn samples_fill_tables_and_rows_show_them() {
    let mut database = database(
        "CREATE TABLE p (id INTEGER PRIMARY KEY, \"a b\" TEXT NOT NULL UNIQUE, j JSONB, d DATE, b BLOB, f DOUBLE, t TIMESTAMP,
            k TEXT NOT NULL CHECK (k IN ('x', 'y')), g INT AS (id + 1));
         CREATE TABLE c (id INTEGER PRIMARY KEY, p BIGINT NOT NULL REFERENCES p (id));",
    );
    let schema = schema(&mut *database);
    for name in ["p", "c"] {
        let table = table(&schema, name);
        for row in 0..3 {
            let (names, values): (Vec<String>, Vec<String>) = table
                .columns
                .values()
                .filter_map(|column| {
                    let value = Sqlite.sample(&schema, table, column, row)?;
                    Some((Sqlite.quote(&column.name), value))
                })
                .unzip();
            let (names, values) = (names.join(", "), values.join(", "));
            run(
                &mut *database,
                &format!("INSERT INTO {name} ({names}) VALUES ({values})"),
            )
            .unwrap();
        }
    }
    let columns = ["id", "a b", "k", "g"].map(ToOwned::to_owned);
    let rows = database
        .pairs(&Sqlite.rows(&Name::new("p"), &columns))
        .unwrap();
    let rows: Vec<&str> = rows.iter().map(|(row, _)| &**row).collect();
    assert_eq!(rows, ["1|'1'|'x'|2", "2|'2'|'y'|3", "3|'3'|'x'|4"]);
}

#[test]
fn five_hundred_tables_take_as_many_queries_as_one() {
    /// Counts queries.
    struct Counting(Box<dyn Database>, usize);
    impl Database for Counting {
        fn engine(&self) -> crate::backend::url::Engine {
            self.0.engine()
        }
        fn server(&mut self) -> Result<String, crate::backend::failure::DatabaseError> {
            self.0.server()
        }
        fn ledger(
            &mut self,
        ) -> Result<Vec<crate::backend::LedgerRow>, crate::backend::failure::DatabaseError>
        {
            self.0.ledger()
        }
        fn create_ledger(&mut self) -> Result<(), crate::backend::failure::DatabaseError> {
            self.0.create_ledger()
        }
        fn kept_down(
            &mut self,
            row: u64,
        ) -> Result<Option<String>, crate::backend::failure::DatabaseError> {
            self.0.kept_down(row)
        }

        fn log(
            &mut self,
            extent: crate::backend::bookkeeping::Extent<'_>,
        ) -> Result<
            Option<Vec<crate::backend::bookkeeping::LogRow>>,
            crate::backend::failure::DatabaseError,
        > {
            self.0.log(extent)
        }
        fn create_log(&mut self) -> Result<(), crate::backend::failure::DatabaseError> {
            self.0.create_log()
        }
        fn run(&mut self, job: &crate::backend::Job<'_>) -> Result<(), crate::backend::JobError> {
            self.0.run(job)
        }
        fn execute(&mut self, sql: &str) -> Result<(), crate::backend::failure::DatabaseError> {
            self.1 += 1;
            self.0.execute(sql)
        }
        fn pairs(
            &mut self,
            sql: &str,
        ) -> Result<Vec<(String, String)>, crate::backend::failure::DatabaseError> {
            self.1 += 1;
            self.0.pairs(sql)
        }
        fn is_pooled(&self) -> bool {
            self.0.is_pooled()
        }
        fn limit(
            &mut self,
            limits: crate::backend::Limits,
        ) -> Result<(), crate::backend::failure::DatabaseError> {
            self.0.limit(limits)
        }
        fn at_begin(&mut self, sql: String) {
            self.0.at_begin(sql);
        }
        fn begin(&mut self) -> Result<(), crate::backend::failure::DatabaseError> {
            self.0.begin()
        }
        fn commit(&mut self) -> Result<(), crate::backend::failure::DatabaseError> {
            self.0.commit()
        }
        fn rollback(&mut self) -> Result<(), crate::backend::failure::DatabaseError> {
            self.0.rollback()
        }
    }
    let sql: String = (0..500)
        .map(|number| format!("CREATE TABLE t{number} (id INTEGER PRIMARY KEY, a TEXT, b INT REFERENCES t0 (id)); CREATE INDEX i{number} ON t{number} (a);"))
        .collect();
    let mut counting = Counting(database(&sql), 0);
    let found = schema(&mut counting);
    assert_eq!((found.tables.len(), counting.1), (500, 4));
}

proptest::proptest! {
    #[test]
    fn no_text_keeps_the_reader(sql in "(CREATE |TABLE |t|\\(|\\)|,|a |INT |DEFAULT |CHECK |CONSTRAINT |PRIMARY |KEY |UNIQUE |REFERENCES |NOT |NULL |AS |GENERATED |ALWAYS |COLLATE |ON |CONFLICT |DEFERRABLE |'x'|\"|\\[|FOREIGN |-|/\\*){0,40}") {
        crate::backend::sqlite::introspect::read_anything(&sql);
    }
}
