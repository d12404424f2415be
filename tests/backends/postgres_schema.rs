//! What PostgreSQL says of its tables, and the statements that make them so.

use diesel_manage::{
    backend::{self, Access, Database, url::DatabaseUrl},
    schema::{
        Column, EnumType, Name, Schema, Table, autodetector,
        dialect::{Change, Dialect, Script},
        operation::{self, Constraint, Fill, Operation},
        questioner,
    },
};
use pretty_assertions::assert_eq;

use crate::support::services::{Server, TestDatabase};

fn open(database: &TestDatabase) -> Box<dyn Database> {
    let url = DatabaseUrl::parse(&database.url()).expect("a url");
    backend::open(&url, Access::Change, &[], None, &mut |_| {}).expect("a connection")
}

fn introspect(database: &TestDatabase) -> Schema {
    backend::introspect(&mut *open(database)).expect("a schema")
}

fn postgres(database: &TestDatabase) -> Box<dyn Dialect> {
    backend::dialect(&mut *open(database)).expect("a language")
}

/// A database that holds what some statements make.
fn holding(server: Server, sql: &str) -> TestDatabase {
    let database = TestDatabase::create(server);
    database.execute(sql);
    database
}

/// What creates everything: a table's foreign keys come when all tables are there.
fn creating(from: &Schema, schema: &Schema) -> Vec<Operation> {
    let schemas = schema.schemas.difference(&from.schemas);
    let mut operations: Vec<Operation> = schemas.cloned().map(Operation::CreateSchema).collect();
    operations.extend(schema.enums.values().cloned().map(Operation::CreateEnum));
    let mut tables: Vec<Table> = schema.tables.values().cloned().collect();
    tables.sort_by_key(|table| {
        table
            .options
            .iter()
            .any(|option| option.starts_with("INHERITS"))
    });
    for table in &tables {
        operations.push(Operation::CreateTable(Table {
            foreign_keys: Vec::new(),
            ..table.clone()
        }));
    }
    for table in &tables {
        for key in &table.foreign_keys {
            operations.push(Operation::AddForeignKey(table.name.clone(), key.clone()));
        }
    }
    operations
}

fn script(dialect: &dyn Dialect, from: &Schema, to: &Schema, operations: &[Operation]) -> Script {
    let change = Change {
        from,
        to,
        operations,
    };
    dialect.script(&change).expect("a script")
}

/// As a migration runs: all of it in one transaction.
fn run(database: &TestDatabase, script: &Script) {
    database.execute(&format!("BEGIN;\n{}COMMIT;", script.text()));
}

/// Runs operations in a database that `before` made, and compares with what `after` makes.
fn leads(
    server: Server,
    before: &str,
    after: &str,
    operations: &[Operation],
) -> (TestDatabase, Script) {
    let (database, goal) = (holding(server, before), holding(server, after));
    let (from, to) = (introspect(&database), introspect(&goal));
    let script = script(&*postgres(&database), &from, &to, operations);
    run(&database, &script);
    assert_eq!(introspect(&database), to, "{}", script.text());
    (database, script)
}

fn table<'a>(schema: &'a Schema, name: &str) -> &'a Table {
    &schema.tables[&Name::new(name)]
}

fn column<'a>(schema: &'a Schema, of: &str, name: &str) -> &'a Column {
    &table(schema, of).columns[name]
}

const PRELUDE: &str = include_str!("expected/postgres_prelude.sql");
const FIXTURE: &str = include_str!("expected/postgres_fixture.sql");
const FIXTURE_18: &str = include_str!("expected/postgres_fixture_18.sql");

fn fixture(server: Server) -> String {
    let more = if server == Server::Postgres2 {
        FIXTURE_18
    } else {
        ""
    };
    format!("{PRELUDE}{FIXTURE}{more}")
}

on_postgres! {
    fn everything_is_made_again_as_it_was(server: Server) {
        let original = holding(server, &fixture(server));
        let schema = introspect(&original);
        let copy = holding(server, PRELUDE);
        let from = introspect(&copy);
        let script = script(&*postgres(&copy), &from, &schema, &creating(&from, &schema));
        run(&copy, &script);
        let mut again = introspect(&copy);
        again.views.clone_from(&schema.views);
        assert_eq!(again, schema, "{}", script.text());
    }

    fn schemas_are_the_same_whoever_asks_when(server: Server) {
        let database = holding(server, &fixture(server));
        let mut connection = open(&database);
        let schema = backend::introspect(&mut *connection).unwrap();
        assert_eq!(backend::introspect(&mut *connection).unwrap(), schema);
        connection.execute("SET search_path = app").unwrap();
        let within = backend::introspect(&mut *connection).unwrap();
        assert!(within.schemas.contains("public"), "{:?}", within.schemas);
        assert!(within.tables.contains_key(&Name::new("accounts")), "{:?}", within.tables.keys());
        connection.execute("SET search_path = nowhere").unwrap();
        let outside = backend::introspect(&mut *connection).unwrap();
        assert!(outside.tables.keys().all(|name| name.schema.is_some()));
        assert_eq!(outside.tables.len(), schema.tables.len());
    }

    fn columns_change_to_and_fro(server: Server) {
        // Type pairs whose values go both ways, the sample of the first type among them.
        let pairs = [
            ("integer", "bigint"), ("integer", "text"), ("integer", "boolean"), ("bigint", "boolean"),
            ("integer", "uuid"), ("varchar(20)", "varchar(30)"), ("text", "varchar(5)"), ("json", "jsonb"),
            ("text[]", "integer[]"), ("integer", "integer[]"), ("timestamp", "timestamptz"), ("date", "timestamp"),
            ("numeric(5,2)", "numeric(8,3)"), ("text", "mood"), ("mood", "mode"), ("mood[]", "text[]"), ("inet", "text"),
            ("bytea", "text"), ("uuid", "text"), ("email", "text"), ("char(3)", "\"char\""), ("int4range", "numrange"),
            ("numeric", "money"), ("real", "numeric(6,1)"), ("time", "interval"), ("bit(4)", "integer"), ("xml", "text"),
        ];
        let of = |side: fn(&(&'static str, &'static str)) -> &'static str| {
            let tables = pairs.iter().enumerate().map(|(n, pair)| format!("CREATE TABLE t{n} (c {});", side(pair)));
            let types = "CREATE TYPE mood AS ENUM ('1', '2'); CREATE TYPE mode AS ENUM ('2', '1');";
            format!("{PRELUDE}{types}{}", tables.collect::<String>())
        };
        let (a, b) = (holding(server, &of(|pair| pair.0)), holding(server, &of(|pair| pair.1)));
        let (from, to) = (introspect(&a), introspect(&b));
        let dialect = postgres(&a);
        for (from, to) in [(&from, &to), (&to, &from)] {
            let mut operations = Vec::new();
            for (name, table) in &from.tables {
                let (before, after) = (table.columns["c"].clone(), to.tables[name].columns["c"].clone());
                // Not every text is such a value.
                let is_strict = |column: &Column| matches!(&*column.sql_type, "uuid" | "inet" | "email");
                let value = dialect.sample(from, table, &before, 0);
                let value = value.filter(|_| !is_strict(&before) && !is_strict(&after)).unwrap_or("NULL".to_owned());
                a.execute(&format!("TRUNCATE {name}; INSERT INTO {name} VALUES ({value}), (NULL)"));
                operations.push(Operation::AlterColumn { table: name.clone(), before, after, fill: None });
            }
            let script = script(&*dialect, from, to, &operations);
            run(&a, &script);
            assert_eq!(introspect(&a), *to, "{}", script.text());
            for name in from.tables.keys() {
                assert_eq!(a.value(&format!("SELECT count(*) FROM {name}")), "2");
            }
        }
    }

    fn defaults_nulls_and_counters_change(server: Server) {
        let forms = [
            "integer", "integer DEFAULT 1", "bigint DEFAULT 2 NOT NULL", "serial", "bigserial",
            "integer NOT NULL GENERATED BY DEFAULT AS IDENTITY", "bigint NOT NULL GENERATED ALWAYS AS IDENTITY", "smallserial",
        ];
        let (mut one, mut other) = (String::new(), String::new());
        for (n, form) in forms.iter().enumerate() {
            for (m, another) in forms.iter().enumerate() {
                one.push_str(&format!("CREATE TABLE t{n}_{m} (k integer, c {form}); INSERT INTO t{n}_{m} (k) VALUES (1), (2);"));
                other.push_str(&format!("CREATE TABLE t{n}_{m} (k integer, c {another});"));
            }
        }
        let (from, to) = (introspect(&holding(server, &one)), introspect(&holding(server, &other)));
        let mut operations = Vec::new();
        for (name, table) in &from.tables {
            let (before, after) = (table.columns["c"].clone(), to.tables[name].columns["c"].clone());
            let fill = (before.nullable && !after.nullable).then(|| Fill::Expression("k".to_owned()));
            operations.push(Operation::AlterColumn { table: name.clone(), before, after, fill });
        }
        let (database, _) = leads(server, &one, &other, &operations);
        for (name, table) in &to.tables {
            if table.columns["c"].auto.is_some() {
                database.execute(&format!("INSERT INTO {name} (k) VALUES (3)"));
                let same = format!("SELECT count(*) FROM {name} WHERE c = (SELECT c FROM {name} WHERE k = 3)");
                assert_eq!(database.value(&same), "1", "{name}");
            }
        }
    }

    fn columns_that_others_are_computed_from_change(server: Server) {
        let with = |kind: &str| format!(
            "CREATE TABLE t (a {kind}, b text GENERATED ALWAYS AS (a::text || 'x') STORED UNIQUE, c integer, CHECK (b <> 'y'));
             CREATE INDEX by_b ON t (lower(b)) WHERE c > 0; INSERT INTO t (a) VALUES (1), (2);"
        );
        let (one, other) = (with("integer"), with("bigint"));
        let (before, after) = (Column { nullable: true, ..Column::new("a", "integer") }, Column { nullable: true, ..Column::new("a", "bigint") });
        let operation = Operation::AlterColumn { table: Name::new("t"), before, after, fill: None };
        let (database, _) = leads(server, &one, &other, &[operation]);
        assert_eq!(database.query("SELECT b FROM t ORDER BY 1"), [["1x"], ["2x"]]);
    }

    fn keys_of_another_type_change_on_both_sides(server: Server) {
        let with = |kind: &str| format!(
            "CREATE TABLE p (id {kind} PRIMARY KEY); CREATE TABLE c (id {kind} NOT NULL REFERENCES p ON DELETE CASCADE);
             INSERT INTO p VALUES ('7'); INSERT INTO c VALUES ('7');"
        );
        let alter = |table: &str, from: &str, to: &str| Operation::AlterColumn {
            table: Name::new(table), before: Column::new("id", from), after: Column::new("id", to), fill: None,
        };
        let up = [alter("p", "integer", "text"), alter("c", "integer", "text")];
        let (database, _) = leads(server, &with("integer"), &with("text"), &up);
        assert_eq!(database.value("SELECT id FROM c"), "7");
        let down = [alter("c", "text", "integer"), alter("p", "text", "integer")];
        leads(server, &with("text"), &with("integer"), &down);
    }

    fn required_columns_come_to_rows_that_are_there(server: Server) {
        let before = "CREATE TABLE p (id integer PRIMARY KEY); INSERT INTO p VALUES (4), (5), (6);
            CREATE TABLE t (k integer, n text); INSERT INTO t VALUES (1, NULL), (2, 'there'), (3, NULL);";
        let after = "CREATE TABLE p (id integer PRIMARY KEY);
            CREATE TABLE t (k integer, n text NOT NULL, a text NOT NULL, b uuid NOT NULL UNIQUE, c integer NOT NULL REFERENCES p,
                d integer NOT NULL UNIQUE REFERENCES p DEFERRABLE INITIALLY DEFERRED, e integer NOT NULL DEFAULT 9, s serial);";
        let to = introspect(&holding(server, after));
        let t = table(&to, "t").clone();
        let name = t.name.clone();
        let add = |column: &str, fill: Option<Fill>| Operation::AddColumn { table: name.clone(), column: t.columns[column].clone(), fill };
        let mut operations = vec![
            Operation::AlterColumn {
                table: name.clone(), before: Column { nullable: true, ..t.columns["n"].clone() }, after: t.columns["n"].clone(),
                fill: Some(Fill::Expression("'x' || k".to_owned())),
            },
            add("a", Some(Fill::Expression("k::text".to_owned()))),
            add("b", Some(Fill::Placeholder)), add("c", Some(Fill::Placeholder)), add("d", Some(Fill::Placeholder)),
            add("e", None), add("s", None),
        ];
        operations.extend(t.foreign_keys.iter().cloned().map(|key| Operation::AddForeignKey(name.clone(), key)));
        operations.extend(t.uniques.iter().cloned().map(|unique| Operation::AddUnique(name.clone(), unique)));
        let (database, script) = leads(server, before, after, &operations);
        assert!(script.text().contains("-- the data are lost: every row gets a placeholder\n"), "{}", script.text());
        assert_eq!(
            database.query("SELECT n, a, c, e FROM t ORDER BY k"),
            [["x1", "1", "4", "9"], ["there", "2", "4", "9"], ["x3", "3", "4", "9"]],
        );
        assert_eq!(database.query("SELECT d FROM t ORDER BY d"), [["4"], ["5"], ["6"]]);
        assert_eq!(database.query("SELECT s FROM t ORDER BY s"), [["1"], ["2"], ["3"]]);
    }

    fn enums_get_other_labels(server: Server) {
        let with = |labels: &str, default: &str| format!(
            "CREATE TYPE mood AS ENUM ({labels});
             CREATE TABLE t (id integer PRIMARY KEY, m mood DEFAULT '{default}' CHECK (m <> 'sad'), ms mood[] DEFAULT '{{ok}}', o text,
                 t text GENERATED ALWAYS AS (CASE WHEN m = 'ok' THEN 'fine' END) STORED);
             CREATE TABLE r (m mood UNIQUE); CREATE TABLE s (m mood REFERENCES r (m));
             CREATE INDEX part ON t (o) WHERE m = 'ok'; CREATE INDEX plain ON t (m);
             INSERT INTO t (id, ms) VALUES (1, '{{ok,sad}}'); INSERT INTO r VALUES ('ok'); INSERT INTO s VALUES ('ok');"
        );
        let kind = |labels: &[&str]| EnumType { name: Name::new("mood"), labels: labels.iter().map(ToString::to_string).collect() };
        let alter = |before: &[&str], after: &[&str]| Operation::AlterEnum { before: kind(before), after: kind(after) };

        // Added labels alone need no new type.
        let (_, script) = leads(
            server, &with("'ok', 'sad'", "ok"), &with("'first', 'ok', 'mid''dle', 'two', 'sad', 'last'", "ok"),
            &[alter(&["ok", "sad"], &["first", "ok", "mid'dle", "two", "sad", "last"])],
        );
        assert_eq!(
            script.text(),
            "ALTER TYPE mood ADD VALUE 'first' BEFORE 'ok';\n\nALTER TYPE mood ADD VALUE 'mid''dle' AFTER 'ok';\n\n\
             ALTER TYPE mood ADD VALUE 'two' AFTER 'mid''dle';\n\nALTER TYPE mood ADD VALUE 'last';\n",
        );
        // Removed and reordered ones do.
        let (database, _) = leads(
            server, &with("'ok', 'gone', 'sad'", "ok"), &with("'sad', 'ok'", "ok"),
            &[alter(&["ok", "gone", "sad"], &["sad", "ok"])],
        );
        assert_eq!(database.query("SELECT id, m, ms FROM t"), [["1", "ok", "{ok,sad}"]]);
        // So does a default that says a new one.
        let (one, other) = (with("'ok', 'sad'", "ok"), with("'ok', 'sad', 'new'", "new"));
        let to = introspect(&holding(server, &other));
        let from = introspect(&holding(server, &one));
        let default = Operation::AlterColumn {
            table: Name::new("t"), before: column(&from, "t", "m").clone(), after: column(&to, "t", "m").clone(), fill: None,
        };
        leads(server, &one, &other, &[alter(&["ok", "sad"], &["ok", "sad", "new"]), default]);
        // And one that says one that goes.
        let default = Operation::AlterColumn {
            table: Name::new("t"), before: column(&to, "t", "m").clone(), after: column(&from, "t", "m").clone(), fill: None,
        };
        let other = other.replace("INSERT INTO t (id, ms) VALUES (1,", "INSERT INTO t (id, m, ms) VALUES (1, 'ok',");
        leads(server, &other, &one, &[alter(&["ok", "sad", "new"], &["ok", "sad"]), default]);
    }

    fn samples_are_values_of_their_types(server: Server) {
        let database = holding(server, &fixture(server));
        let schema = introspect(&database);
        let dialect = postgres(&database);
        let every = table(&schema, "every_type");
        let mut unknown = Vec::new();
        for column in every.columns.values() {
            for row in 0..3 {
                let Some(value) = dialect.sample(&schema, every, column, row) else {
                    unknown.push(column.name.as_str());
                    break;
                };
                let name = dialect.quote(&column.name);
                let inserted = database.try_execute(&format!("INSERT INTO every_type ({name}) VALUES ({value})"));
                // What a domain's own check wants is not known.
                if let Err(message) = inserted && column.domain_of.0.is_none() {
                    panic!("{}: {value}: {message}", column.sql_type);
                }
            }
            let (name, kind) = (dialect.quote(&column.name), &column.sql_type);
            let few = ["boolean", "bit(1)", "mood[]", "json", "xml", "point", "polygon"];
            if !unknown.contains(&column.name.as_str()) && !few.contains(&&**kind) && !column.name.starts_with("c_emails") && column.domain_of.0.is_none() {
                let distinct = database.value(&format!("SELECT count(DISTINCT {name}::text) FROM every_type"));
                let expected = if column.name.ends_with("status") { "2" } else { "3" };
                assert_eq!(distinct, expected, "{kind}");
            }
        }
        assert_eq!(unknown, ["c_regclass", "c_address", "c_pair", "c_odd"]);
        let names: Vec<String> = every.columns.keys().cloned().collect();
        let rows = dialect.rows(&every.name, &names);
        assert_eq!(open(&database).pairs(&rows).unwrap().len().to_string(), database.value("SELECT count(*) FROM every_type"));
    }

    fn names_change(server: Server) {
        let before = "CREATE SCHEMA app; CREATE TABLE a (id serial PRIMARY KEY, x integer CHECK (x > 0) UNIQUE);
            CREATE TABLE b (a integer CONSTRAINT to_a REFERENCES a, \"Odd; \"\"name\" text); CREATE INDEX i ON b (a); CREATE TABLE app.d (e text)";
        let after = "CREATE SCHEMA app; CREATE TABLE app.\"select\" (id serial CONSTRAINT a_pkey PRIMARY KEY, y integer CONSTRAINT pos CHECK (y > 0) CONSTRAINT one UNIQUE);
            CREATE TABLE b (a integer CONSTRAINT from_b REFERENCES app.\"select\", z text); CREATE INDEX \"J\" ON b (a); CREATE TABLE d (e text)";
        let from = introspect(&holding(server, before));
        let (a, b) = (table(&from, "a"), table(&from, "b"));
        let renamed = Name::within("app", "select");
        leads(server, before, after, &[
            Operation::RenameTable { from: Name::new("a"), to: renamed.clone() },
            Operation::RenameTable { from: Name::within("app", "d"), to: Name::new("d") },
            Operation::RenameColumn { table: renamed.clone(), from: "x".to_owned(), to: "y".to_owned() },
            Operation::RenameColumn { table: Name::new("b"), from: "Odd; \"name".to_owned(), to: "z".to_owned() },
            Operation::RenameConstraint { table: renamed.clone(), constraint: Constraint::Check(a.checks[0].clone()), to: "pos".to_owned() },
            Operation::RenameConstraint { table: renamed, constraint: Constraint::Unique(a.uniques[0].clone()), to: "one".to_owned() },
            Operation::RenameConstraint { table: Name::new("b"), constraint: Constraint::ForeignKey(b.foreign_keys[0].clone()), to: "from_b".to_owned() },
            Operation::RenameIndex { table: Name::new("b"), from: "i".to_owned(), to: "J".to_owned() },
        ]);
    }

    fn everything_goes_as_it_came(server: Server) {
        let database = holding(server, &fixture(server));
        database.execute("DROP VIEW seen; DROP MATERIALIZED VIEW kept; DROP TABLE measured_2024, measured_rest CASCADE");
        let schema = introspect(&database);
        let mut operations = Vec::new();
        let mut tables: Vec<&Table> = schema.tables.values().collect();
        tables.sort_by_key(|table| !table.options.iter().any(|option| option.starts_with("INHERITS")));
        for table in &tables {
            let of = || table.name.clone();
            operations.extend(table.foreign_keys.iter().cloned().map(|key| Operation::DropForeignKey(of(), key)));
        }
        for table in &tables {
            let of = || table.name.clone();
            operations.extend(table.indexes.iter().cloned().map(|index| Operation::DropIndex(of(), index)));
            operations.extend(table.uniques.iter().cloned().map(|unique| Operation::DropUnique(of(), unique)));
            operations.extend(table.checks.iter().cloned().map(|check| Operation::DropCheck(of(), check)));
            operations.push(Operation::AlterPrimaryKey { table: of(), before: table.primary_key.clone(), after: None });
            if table.options.is_empty() {
                let columns = table.columns.values().filter(|column| column.generated.is_none());
                operations.extend(columns.rev().cloned().map(|column| Operation::AlterColumn {
                    table: of(), after: Column { default: None, auto: None, nullable: true, ..column.clone() }, before: column, fill: None,
                }));
                let mut columns: Vec<Column> = table.columns.values().cloned().collect();
                columns.sort_by_key(|column| column.generated.is_none());
                operations.extend(columns.into_iter().map(|column| Operation::DropColumn { table: of(), column }));
            }
            operations.push(Operation::DropTable((*table).clone()));
        }
        operations.retain(|operation| !matches!(operation, Operation::AlterPrimaryKey { before: None, .. }));
        operations.extend(schema.enums.values().cloned().map(Operation::DropEnum));
        let kept = ["public", "types"];
        let schemas = schema.schemas.iter().filter(|name| !kept.contains(&name.as_str()));
        operations.extend(schemas.cloned().map(Operation::DropSchema));
        let to = Schema::default();
        let script = script(&*postgres(&database), &schema, &to, &operations);
        run(&database, &script);
        let left = introspect(&database);
        assert_eq!((left.tables.len(), left.enums.len(), left.schemas.len()), (0, 0, 1));
        assert!(script.text().contains("-- destroys data: "));
    }

    fn what_is_detected_runs_both_ways(server: Server) {
        let (full, empty) = (holding(server, &fixture(server)), holding(server, PRELUDE));
        full.execute("DROP VIEW seen; DROP MATERIALIZED VIEW kept");
        let (from, to) = (introspect(&empty), introspect(&full));
        let dialect = postgres(&empty);
        there_and_back(&empty, &*dialect, &from, &to);
    }

    fn a_schema_that_grew_is_detected_and_runs_both_ways(server: Server) {
        let before = "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE users (id serial PRIMARY KEY, name varchar(10) NOT NULL, age integer, m mood);
            CREATE TABLE posts (id integer PRIMARY KEY, owner integer NOT NULL REFERENCES users, body text, old text NOT NULL UNIQUE, state text NOT NULL CHECK (state IN ('a', 'b')));
            CREATE INDEX by_body ON posts (body); CREATE TABLE gone (id uuid PRIMARY KEY, post integer NOT NULL REFERENCES posts);
            INSERT INTO users (name, m) VALUES ('x', 'ok'), ('y', NULL); INSERT INTO posts VALUES (1, 1, NULL, 'o', 'a'), (2, 2, 'b', 'p', 'b');";
        let after = "CREATE SCHEMA app; CREATE TYPE mood AS ENUM ('ok', 'sad', 'new'); CREATE TYPE kind AS ENUM ('x');
            CREATE TABLE users (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, name text NOT NULL DEFAULT 'n', age bigint NOT NULL DEFAULT 3, m mood DEFAULT 'new');
            CREATE TABLE posts (id bigserial PRIMARY KEY, owner bigint REFERENCES users ON DELETE CASCADE, body text COLLATE \"C\" CHECK (body <> ''), k kind);
            CREATE UNIQUE INDEX by_body ON posts (lower(body), owner) WHERE id > 0; CREATE TABLE app.tags (id integer PRIMARY KEY, post bigint UNIQUE REFERENCES posts);";
        let (a, b) = (holding(server, before), holding(server, after));
        let (from, to) = (introspect(&a), introspect(&b));
        let dialect = postgres(&a);
        there_and_back(&a, &*dialect, &from, &to);
        assert_eq!(a.value("SELECT count(*) FROM posts JOIN users ON owner = users.id"), "2");
    }
}

/// Up and down, as they are found.
fn there_and_back(database: &TestDatabase, dialect: &dyn Dialect, from: &Schema, to: &Schema) {
    let mut nobody = Nobody;
    let renames = questioner::Renames::default();
    let up = autodetector::detect(from, to, &renames, &mut nobody).expect("operations");
    let down = operation::inverses(&up);
    for (from, to, operations) in [(from, to, &up), (to, from, &down)] {
        let script = script(dialect, from, to, operations);
        run(database, &script);
        assert_eq!(introspect(database), *to, "{}", script.text());
    }
}

/// Answers that a two is filled in wherever it is asked, and that nothing is the same.
struct Nobody;

impl questioner::Questioner for Nobody {
    fn is_table_renamed(&mut self, _: &Name, _: &Name) -> bool {
        false
    }

    fn is_column_renamed(&mut self, _: &Name, _: &Column, _: &Column) -> bool {
        false
    }

    fn fill(&mut self, _: &Name, _: &Column, _: questioner::FillReason) -> Option<String> {
        Some("2".to_owned())
    }
}
