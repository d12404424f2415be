//! Schemas of MySQL and MariaDB: read from a real server, and written back to one.

use diesel_manage::{
    backend::{self, Access, Database, url::DatabaseUrl},
    schema::{
        Column, Name, Schema, Table,
        autodetector::detect,
        dialect::{Change, Dialect},
        operation::{Constraint, Fill, Operation, inverses},
        questioner::{FillReason, Questioner, Renames},
    },
};
use pretty_assertions::assert_eq;

use crate::support::services::{Server, TestDatabase};

const EVERYTHING: &str = include_str!("fixtures/mariadb.sql");

fn open(database: &TestDatabase) -> Box<dyn Database> {
    let url = DatabaseUrl::parse(&database.url()).unwrap();
    backend::open(&url, Access::Change, &[], None, &mut |_| {}).unwrap()
}

/// A database of these statements, and what it says of itself.
fn database(server: Server, sql: &str) -> (TestDatabase, Schema) {
    let database = TestDatabase::create(server);
    if !sql.is_empty() {
        database.execute(sql);
    }
    let schema = read(&database);
    (database, schema)
}

fn read(database: &TestDatabase) -> Schema {
    backend::introspect(&mut *open(database)).unwrap()
}

fn dialect(database: &TestDatabase) -> Box<dyn Dialect> {
    backend::dialect(&mut *open(database)).unwrap()
}

/// The operations that create a schema in an empty database.
fn creation(schema: &Schema) -> Vec<Operation> {
    let mut operations = Vec::new();
    let mut keys = Vec::new();
    for table in schema.tables.values() {
        let mut bare = table.clone();
        for key in std::mem::take(&mut bare.foreign_keys) {
            keys.push(Operation::AddForeignKey(table.name.clone(), key));
        }
        operations.push(Operation::CreateTable(bare));
    }
    operations.extend(keys);
    operations
}

/// Carries operations out, statement by statement, and reads what became of them.
fn carry_out(
    database: &TestDatabase,
    from: &Schema,
    to: &Schema,
    operations: &[Operation],
) -> String {
    let change = Change {
        from,
        to,
        operations,
    };
    let script = dialect(database).script(&change).unwrap();
    let mut connection = open(database);
    for statement in &script.statements {
        if let Err(error) = connection.execute(&statement.sql) {
            panic!("{}\n{}", error.message, statement.sql);
        }
    }
    script.text()
}

on_mariadb! {
    /// What is read is enough to make it again.
    fn a_schema_that_is_read_can_be_written(server: Server) {
        let (_origin, schema) = database(server, EVERYTHING);
        let mut wanted = schema.clone();
        wanted.views.clear();
        let (copy, empty) = database(server, "");
        carry_out(&copy, &empty, &wanted, &creation(&wanted));
        assert_eq!(read(&copy), wanted);
    }
}

/// A database of some statements, another one made of them by operations, and what is wanted.
struct Alteration<'a> {
    name: &'a str,
    before: &'a str,
    after: &'a str,
    there: fn(&Schema, &Schema) -> Vec<Operation>,
    rows: &'a str,
}

impl Alteration<'_> {
    /// There and back.
    fn run(&self, server: Server) -> String {
        let (database, from) = database(server, self.before);
        let (_wanted, to) = self::database(server, self.after);
        if !self.rows.is_empty() {
            database.execute(self.rows);
        }
        let operations = (self.there)(&from, &to);
        let up = carry_out(&database, &from, &to, &operations);
        assert_eq!(read(&database), to, "{}\n{up}", self.name);
        let down = carry_out(&database, &to, &from, &inverses(&operations));
        assert_eq!(read(&database), from, "{} back\n{down}", self.name);
        up
    }
}

fn named(name: &str) -> Name {
    Name::new(name)
}

fn table<'a>(schema: &'a Schema, name: &str) -> &'a Table {
    &schema.tables[&named(name)]
}

/// The operation between a column of two schemas.
fn altered(from: &Schema, to: &Schema, name: &str, column: &str, fill: Option<Fill>) -> Operation {
    Operation::AlterColumn {
        table: named(name),
        before: table(from, name).columns[column].clone(),
        after: table(to, name).columns[column].clone(),
        fill,
    }
}

fn added(to: &Schema, name: &str, column: &str, fill: Option<Fill>) -> Operation {
    Operation::AddColumn {
        table: named(name),
        column: table(to, name).columns[column].clone(),
        fill,
    }
}

fn dropped(from: &Schema, name: &str, column: &str) -> Operation {
    Operation::DropColumn {
        table: named(name),
        column: table(from, name).columns[column].clone(),
    }
}

fn key(from: &Schema, to: &Schema, name: &str) -> Operation {
    Operation::AlterPrimaryKey {
        table: named(name),
        before: table(from, name).primary_key.clone(),
        after: table(to, name).primary_key.clone(),
    }
}

#[allow(clippy::unnecessary_wraps)] // as an operation has it
fn value(sql: &str) -> Option<Fill> {
    Some(Fill::Expression(sql.to_owned()))
}

const FAMILY: &str = "CREATE TABLE p (id int AUTO_INCREMENT PRIMARY KEY, code varchar(9) UNIQUE);
    CREATE TABLE c (id int PRIMARY KEY, p_id int, code varchar(9),
        CONSTRAINT c_p FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE CASCADE,
        CONSTRAINT c_code FOREIGN KEY (code) REFERENCES p (code));";
const FAMILY_ROWS: &str =
    "INSERT INTO p VALUES (1, 'a'), (2, 'b'); INSERT INTO c VALUES (1, 1, 'a'), (2, NULL, NULL)";

on_mariadb! {
    /// Types, defaults, comments and the rest of a column, all kept when one of them changes.
    fn columns_are_altered(server: Server) {
        Alteration {
            name: "columns",
            before: "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, n int COMMENT 'kept', w varchar(9) COLLATE utf8mb4_bin DEFAULT 'x' COMMENT 'it''s',
                e enum('a','b') DEFAULT 'a', at timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(), j json, l longtext, c int CHECK (c > 0), h int INVISIBLE, m int, mt int)",
            after: "CREATE TABLE t (id bigint AUTO_INCREMENT PRIMARY KEY, n bigint NOT NULL DEFAULT 0 COMMENT 'kept', w varchar(30) COLLATE utf8mb4_bin COMMENT 'it''s',
                e enum('a','b','c') NOT NULL DEFAULT 'c', at timestamp NOT NULL, j longtext, l json, c bigint NOT NULL CHECK (c > 0), h varchar(4) INVISIBLE DEFAULT 'x', m int NOT NULL, mt varchar(10) NOT NULL)",
            rows: "INSERT INTO t (n, w, e, j, l, c) VALUES (NULL, 'a', NULL, '{}', '{}', 3), (2, 'b', 'b', NULL, NULL, 4)",
            there: |from, to| vec![
                altered(from, to, "t", "id", None),
                altered(from, to, "t", "n", value("7")),
                altered(from, to, "t", "w", None),
                altered(from, to, "t", "e", Some(Fill::Placeholder)),
                altered(from, to, "t", "at", None),
                altered(from, to, "t", "j", None),
                altered(from, to, "t", "l", None),
                altered(from, to, "t", "c", None),
                altered(from, to, "t", "h", None),
                altered(from, to, "t", "m", value("5")),
                altered(from, to, "t", "mt", value("'12'")),
            ],
        }.run(server);
    }

    fn columns_come_and_go(server: Server) {
        let text = Alteration {
            name: "columns",
            before: "CREATE TABLE t (id int PRIMARY KEY, gone int, at datetime NOT NULL DEFAULT now() ON UPDATE now(), checked int CHECK (checked > 1))",
            after: "CREATE TABLE t (id int PRIMARY KEY, at datetime NOT NULL DEFAULT now() ON UPDATE now(),
                a int NOT NULL, b varchar(9) NOT NULL DEFAULT 'x', c datetime NOT NULL, d varchar(4) NOT NULL UNIQUE, e int NOT NULL AUTO_INCREMENT UNIQUE)",
            rows: "INSERT INTO t (id, at) VALUES (1, '2000-01-01'), (2, '2000-01-02')",
            there: |from, to| {
                let mut operations = vec![
                    dropped(from, "t", "gone"),
                    Operation::DropCheck(named("t"), table(from, "t").checks[0].clone()),
                    dropped(from, "t", "checked"),
                    added(to, "t", "a", value("id * 2")),
                    added(to, "t", "b", None),
                    added(to, "t", "c", value("now()")),
                    added(to, "t", "d", Some(Fill::Placeholder)),
                    added(to, "t", "e", None),
                ];
                operations.extend(table(to, "t").uniques.iter().map(|unique| Operation::AddUnique(named("t"), unique.clone())));
                operations
            },
        }.run(server);
        assert!(text.contains("-- destroys data: column `t.gone` and its data\nALTER TABLE t DROP COLUMN gone;"), "{text}");
    }

    /// A column that a foreign key rests on changes at both ends.
    fn columns_of_foreign_keys_are_altered(server: Server) {
        Alteration {
            name: "keys",
            before: FAMILY,
            after: &FAMILY.replace("int", "bigint").replace("varchar(9)", "varchar(40)"),
            rows: FAMILY_ROWS,
            there: |from, to| vec![
                altered(from, to, "c", "p_id", None),
                altered(from, to, "p", "id", None),
                altered(from, to, "c", "id", None),
                altered(from, to, "p", "code", None),
                altered(from, to, "c", "code", None),
            ],
        }.run(server);
    }

    /// The index that a foreign key made goes with it, unless another one needs it.
    fn foreign_keys_come_and_go(server: Server) {
        let other = FAMILY.replace("CONSTRAINT c_p FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE CASCADE,", "CONSTRAINT c_p2 FOREIGN KEY (p_id) REFERENCES p (id),")
            .replace("CONSTRAINT c_code FOREIGN KEY (code) REFERENCES p (code)", "KEY by_code (code)");
        let there = |from: &Schema, to: &Schema| {
            let mut operations: Vec<Operation> = Vec::new();
            let (before, after) = (table(from, "c"), table(to, "c"));
            operations.extend(before.foreign_keys.iter().map(|key| Operation::DropForeignKey(named("c"), key.clone())));
            operations.extend(before.indexes.iter().map(|index| Operation::DropIndex(named("c"), index.clone())));
            operations.extend(after.indexes.iter().map(|index| Operation::AddIndex(named("c"), index.clone())));
            operations.extend(after.foreign_keys.iter().map(|key| Operation::AddForeignKey(named("c"), key.clone())));
            operations
        };
        Alteration { name: "there", before: FAMILY, after: &other, rows: FAMILY_ROWS, there }.run(server);
        Alteration { name: "back", before: &other, after: FAMILY, rows: FAMILY_ROWS, there }.run(server);
    }

    /// Two foreign keys share an index; one goes, and the index's name with it.
    fn an_index_that_two_foreign_keys_share_survives(server: Server) {
        let two = "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE q (id int PRIMARY KEY);
            CREATE TABLE c (x int, CONSTRAINT a FOREIGN KEY (x) REFERENCES p (id), CONSTRAINT b FOREIGN KEY (x) REFERENCES q (id));";
        let one = two.replace("CONSTRAINT a FOREIGN KEY (x) REFERENCES p (id), ", "");
        let other = two.replace(", CONSTRAINT b FOREIGN KEY (x) REFERENCES q (id)", "");
        Alteration { name: "a", before: two, after: &one, rows: "",
            there: |from, _| vec![Operation::DropForeignKey(named("c"), table(from, "c").foreign_keys[0].clone())] }.run(server);
        Alteration { name: "b", before: two, after: &other, rows: "",
            there: |from, _| vec![Operation::DropForeignKey(named("c"), table(from, "c").foreign_keys[1].clone())] }.run(server);
    }

    /// The last index under a foreign key, or under what it refers to, is dropped or made anew.
    fn indexes_under_foreign_keys_change(server: Server) {
        let before = "CREATE TABLE p (id int PRIMARY KEY, k int, x int, UNIQUE pk (k)); CREATE TABLE c (x int, y int, KEY by_x (x), CONSTRAINT c_p FOREIGN KEY (x) REFERENCES p (k));";
        let after = "CREATE TABLE p (id int PRIMARY KEY, k int, x int, KEY pk2 (k, x)); CREATE TABLE c (x int, y int, CONSTRAINT c_p FOREIGN KEY (x) REFERENCES p (k));";
        let there = |from: &Schema, to: &Schema| {
            let mut operations: Vec<Operation> = Vec::new();
            for name in ["p", "c"] {
                operations.extend(table(from, name).uniques.iter().map(|each| Operation::DropUnique(named(name), each.clone())));
                operations.extend(table(from, name).indexes.iter().map(|each| Operation::DropIndex(named(name), each.clone())));
                operations.extend(table(to, name).uniques.iter().map(|each| Operation::AddUnique(named(name), each.clone())));
                operations.extend(table(to, name).indexes.iter().map(|each| Operation::AddIndex(named(name), each.clone())));
            }
            operations
        };
        Alteration { name: "there", before, after, rows: "", there }.run(server);
        Alteration { name: "back", before: after, after: before, rows: "", there }.run(server);
    }

    /// A primary key changes, with what counts up in it and what refers to it.
    fn primary_keys_change(server: Server) {
        let plain = "CREATE TABLE t (id int NOT NULL, x int NOT NULL DEFAULT 1)";
        let keyed = "CREATE TABLE t (id int AUTO_INCREMENT, x int NOT NULL DEFAULT 1, PRIMARY KEY (id))";
        let both = "CREATE TABLE t (id int AUTO_INCREMENT, x int NOT NULL DEFAULT 1, PRIMARY KEY (id, x))";
        let nullable = "CREATE TABLE t (id int, x int NOT NULL DEFAULT 1)";
        let rows = "INSERT INTO t (id) VALUES (1), (2)";
        let column_first = |from: &Schema, to: &Schema| vec![altered(from, to, "t", "id", None), key(from, to, "t")];
        let key_first = |from: &Schema, to: &Schema| vec![key(from, to, "t"), altered(from, to, "t", "id", None)];
        for there in [column_first, key_first] {
            for (before, after) in [(plain, keyed), (keyed, plain), (keyed, both), (both, keyed), (keyed, nullable), (nullable, keyed)] {
                Alteration { name: after, before, after, rows, there }.run(server);
            }
        }
        let family_keyed_twice = FAMILY.replace("id int AUTO_INCREMENT PRIMARY KEY", "id int AUTO_INCREMENT, x int NOT NULL DEFAULT 3, PRIMARY KEY (id, x)");
        Alteration { name: "referred", before: FAMILY, after: &family_keyed_twice, rows: FAMILY_ROWS,
            there: |from, to| vec![added(to, "p", "x", None), key(from, to, "p")] }.run(server);
        Alteration { name: "referred back", before: &family_keyed_twice, after: FAMILY, rows: "",
            there: |from, to| vec![key(from, to, "p"), dropped(from, "p", "x")] }.run(server);
        let uid = "CREATE TABLE t (x int NOT NULL DEFAULT 1, uid bigint unsigned AUTO_INCREMENT PRIMARY KEY)";
        let there = |from: &Schema, to: &Schema| {
            let (old, new) = if table(from, "t").columns.contains_key("id") { ("id", "uid") } else { ("uid", "id") };
            vec![added(to, "t", new, None), key(from, to, "t"), dropped(from, "t", old)]
        };
        Alteration { name: "another", before: keyed, after: uid, rows, there }.run(server);
        Alteration { name: "and back", before: uid, after: keyed, rows: "INSERT INTO t (x) VALUES (1), (2)", there }.run(server);
    }

    /// What names a renamed column or table names it still.
    fn renames_reach_everything(server: Server) {
        let before = "CREATE TABLE p (id int PRIMARY KEY);
            CREATE TABLE t (a int CHECK (a > 0), j json, d int DEFAULT (a + 1), g int AS (a * 2) VIRTUAL, s int AS (a * 3) STORED, p_id int,
                KEY by_a (a), CONSTRAINT positive CHECK (a < 100), UNIQUE KEY u (a, d), FOREIGN KEY fk (p_id) REFERENCES p (id), FULLTEXT KEY x (w), w text)";
        let after = "CREATE TABLE q (id int PRIMARY KEY);
            CREATE TABLE u (`b c` int CHECK (`b c` > 0), k json, d int DEFAULT (`b c` + 1), g int AS (`b c` * 2) VIRTUAL, s int AS (`b c` * 3) STORED, p_id int,
                KEY by_b (`b c`), CONSTRAINT positive2 CHECK (`b c` < 100), UNIQUE KEY u2 (`b c`, d), CONSTRAINT fk2 FOREIGN KEY fk (p_id) REFERENCES q (id), FULLTEXT KEY x (w), w text)";
        let there = |from: &Schema, to: &Schema| {
            let has = |schema: &Schema, name: &str| schema.tables.contains_key(&named(name));
            let (old, new, old_p, new_p) = if has(from, "t") { ("t", "u", "p", "q") } else { ("u", "t", "q", "p") };
            let (old_column, new_column) = if has(from, "t") { ("a", "b c") } else { ("b c", "a") };
            let (old_json, new_json) = if has(from, "t") { ("j", "k") } else { ("k", "j") };
            let (before, after) = (table(from, old), table(to, new));
            let check = |table: &Table| table.checks.iter().find(|check| check.extra.is_empty()).unwrap().clone();
            let by = |table: &Table| table.indexes.iter().find(|index| index.name.starts_with("by")).unwrap().name.clone();
            let mut fk = before.foreign_keys[0].clone();
            fk.table = named(new_p);
            vec![
                Operation::RenameTable { from: named(old), to: named(new) },
                Operation::RenameTable { from: named(old_p), to: named(new_p) },
                Operation::RenameColumn { table: named(new), from: old_column.into(), to: new_column.into() },
                Operation::RenameColumn { table: named(new), from: old_json.into(), to: new_json.into() },
                Operation::RenameIndex { table: named(new), from: by(before), to: by(after) },
                Operation::RenameConstraint { table: named(new), constraint: Constraint::Check(check(before)), to: check(after).name.unwrap() },
                Operation::RenameConstraint { table: named(new), constraint: Constraint::Unique(before.uniques[0].clone()), to: after.uniques[0].name.clone().unwrap() },
                Operation::RenameConstraint { table: named(new), constraint: Constraint::ForeignKey(fk), to: after.foreign_keys[0].name.clone().unwrap() },
            ]
        };
        let rows = |t: &str, p: &str, a: &str| format!("INSERT INTO {p} VALUES (1); INSERT INTO {t} ({a}, p_id) VALUES (1, 1), (2, NULL)");
        Alteration { name: "there", before, after, rows: &rows("t", "p", "a"), there }.run(server);
        Alteration { name: "back", before: after, after: before, rows: &rows("u", "q", "`b c`"), there }.run(server);
    }

    /// A table that is renamed keeps the name that the server gave its foreign key.
    fn names_of_the_server_are_kept(server: Server) {
        let before = "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (x int, FOREIGN KEY (x) REFERENCES p (id))";
        let after = "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE u (x int, KEY x (x), CONSTRAINT t_ibfk_1 FOREIGN KEY (x) REFERENCES p (id))";
        let there = |from: &Schema, to: &Schema| vec![Operation::RenameTable {
            from: from.tables.keys().next_back().unwrap().clone(),
            to: to.tables.keys().next_back().unwrap().clone(),
        }];
        Alteration { name: "there", before, after, rows: "", there }.run(server);
        Alteration { name: "back", before: after, after: before, rows: "", there }.run(server);
    }

    fn generated_columns_change(server: Server) {
        let kinds = ["b int", "b int AS (a + 1) VIRTUAL", "b int AS (a + 2) VIRTUAL", "b int AS (a + 1) STORED", "b int AS (a + 2) STORED"];
        let sql = |kind: &str| format!("CREATE TABLE t (a int, {kind}, KEY by_b (b), UNIQUE u (b, a), CHECK (b < 50))");
        for (index, before) in kinds.iter().enumerate() {
            // The way back goes from the later kind to the earlier one.
            for after in &kinds[index + 1..] {
                Alteration {
                    name: &format!("{before} to {after}"),
                    before: &sql(before),
                    after: &sql(after),
                    rows: "INSERT INTO t (a) VALUES (1), (2)",
                    there: |from, to| vec![altered(from, to, "t", "b", None)],
                }.run(server);
            }
        }
    }

    fn checks_change(server: Server) {
        let before = "CREATE TABLE t (a int CHECK (a > 0), b int, CONSTRAINT c CHECK (b > 0))";
        let after = "CREATE TABLE t (a int, b int CHECK (b > 1), CONSTRAINT a CHECK (a > 0), CONSTRAINT c CHECK (b > 2))";
        let there = |from: &Schema, to: &Schema| {
            let drops = table(from, "t").checks.iter().map(|check| Operation::DropCheck(named("t"), check.clone()));
            let adds = table(to, "t").checks.iter().map(|check| Operation::AddCheck(named("t"), check.clone()));
            drops.chain(adds).collect()
        };
        Alteration { name: "there", before, after, rows: "", there }.run(server);
        Alteration { name: "back", before: after, after: before, rows: "", there }.run(server);
    }

    /// What the server says is understood, kind by kind.
    fn facts_are_read_as_the_server_prints_them(server: Server) {
        let (_database, schema) = database(server, EVERYTHING);
        let all = table(&schema, "everything");
        let facts: Vec<String> = ["id", "filled", "truth", "dec_sized", "bits", "at_exactly", "annum", "chars", "word", "doc_required", "kept", "hidden", "sum_default", "latin", "packed"]
            .iter()
            .map(|name| {
                let column = &all.columns[*name];
                format!(
                    "{name}: {} {:?} {:?} {:?} {:?} {:?} {:?}",
                    column.sql_type, column.default, column.auto, column.generated.as_ref().map(|g| (&*g.expression, g.stored)),
                    column.collation, column.on_update, column.extra
                )
            })
            .collect();
        let wanted = [
            "id: int(11) None Some(Serial) None None None []",
            "filled: tinyint(3) unsigned zerofill None None None None None []",
            "truth: tinyint(1) Some(\"1\") None None None None []",
            "dec_sized: decimal(10,2) Some(\"0.00\") None None None None []",
            "bits: bit(5) Some(\"b'101'\") None None None None []",
            "at_exactly: datetime(6) Some(\"current_timestamp(6)\") None None None Some(\"current_timestamp(6)\") []",
            "annum: year(4) None None None None None []",
            r#"chars: char(9) Some("'x''y\\\\z'") None None None None []"#,
            "word: varchar(20) Some(\"''\") None None Some(\"utf8mb4_bin\") None []",
            "doc_required: json Some(\"'{}'\") None None None None []",
            "kept: varchar(30) None None Some((\"concat(`word`,'x')\", true)) None None []",
            "hidden: int(11) Some(\"3\") None None None None [\"INVISIBLE\"]",
            "sum_default: int(11) Some(\"(1 + 2)\") None None None None []",
            "latin: varchar(5) None None None Some(\"latin1_swedish_ci\") None []",
            "packed: text None None None None None [\"COMPRESSED\"]",
        ];
        assert_eq!(facts, wanted);
        let checks: Vec<&str> = all.checks.iter().map(|check| check.expression.as_str()).collect();
        assert_eq!(checks, [r"`dec_sized` > 0 and `word` <> 'a\'b'", "`checked` > 0"]);
        let keys: Vec<&str> = all.foreign_keys.iter().filter_map(|key| key.name.as_deref()).collect();
        assert_eq!(keys, ["everything_ibfk_1", "to_parent", "to_self"]);
        let indexes: Vec<&str> = all.indexes.iter().map(|index| index.name.as_str()).collect();
        assert_eq!(indexes, ["In`dex", "aside", "downwards", "full", "mine", "mixed", "pa", "prefixed", "said", "space"]);
        let tables: Vec<String> = schema.tables.keys().map(ToString::to_string).collect();
        assert!(!tables.iter().any(|name| name.starts_with("__") || name == "numbers"), "{tables:?}");
        let seen: Vec<(&str, &str)> = schema.views[&named("seen")].columns.values().map(|column| (&*column.name, &*column.sql_type)).collect();
        assert_eq!(seen, [("id", "int(11)"), ("word", "varchar(20)"), ("pick", "enum('a','b,c','d''e')")]);
    }


    /// Names that would end a statement, or begin another, are names.
    fn names_are_nothing_but_names(server: Server) {
        let quoted = |name: &str| format!("`{}`", name.replace('`', "``"));
        for name in ["a`; DROP TABLE x; -- x", "select", "Upper", "with space", "quote'd \" \\", "é", "1", "$", "a/*b*/"] {
            let column = quoted(&format!("{name}c"));
            let name_sql = quoted(name);
            let before = format!("CREATE TABLE {name_sql} ({column} int NOT NULL PRIMARY KEY, x int)");
            let after = format!("CREATE TABLE {name_sql} ({column} int NOT NULL PRIMARY KEY, x varchar(9) NOT NULL DEFAULT 'a''\\\\b',
                KEY {name_sql} (x), CONSTRAINT {column} CHECK ({column} > 0)) COMMENT 'x'");
            let (database, from) = database(server, &before);
            let (_wanted, mut to) = self::database(server, &after);
            to.tables.values_mut().next().unwrap().comment = None;
            let (of, goal) = (named(name), to.tables.values().next().unwrap());
            let operations = [
                altered(&from, &to, name, "x", Some(Fill::Placeholder)),
                Operation::AddIndex(of.clone(), goal.indexes[0].clone()),
                Operation::AddCheck(of.clone(), goal.checks[0].clone()),
            ];
            carry_out(&database, &from, &to, &operations);
            assert_eq!(read(&database), to, "{name}");
            let columns: Vec<String> = goal.columns.keys().cloned().collect();
            let rows = dialect(&database).rows(&of, &columns);
            assert_eq!(open(&database).pairs(&rows).unwrap(), []);
            carry_out(&database, &to, &Schema::default(), &[Operation::DropTable(goal.clone())]);
            assert_eq!(read(&database), Schema::default());
        }
    }

    /// Every word that is a keyword here can be a column's name as the dialect writes it.
    fn keywords_are_quoted_where_needed(server: Server) {
        let database = TestDatabase::create(server);
        let dialect = dialect(&database);
        let words = database.query("SELECT LOWER(word) FROM information_schema.keywords WHERE word RLIKE '^[A-Za-z_]+$'");
        let columns: Vec<String> = words.iter().flatten()
            .map(|word| format!("{} int", dialect.quote(word)))
            .collect();
        assert!(columns.len() > 500);
        database.execute(&format!("CREATE TABLE t ({})", columns.join(", ")));
    }

    /// Samples go into every type, other ones for other rows, and rows come out as text.
    fn samples_fill_every_type(server: Server) {
        let (database, schema) = database(server, EVERYTHING);
        let dialect = dialect(&database);
        let mut connection = open(&database);
        connection.execute("SET foreign_key_checks = 0").unwrap();
        for table in schema.tables.values() {
            for row in 0..3 {
                let values: Vec<(String, String)> = table.columns.values()
                    .filter_map(|column| Some((dialect.quote(&column.name), dialect.sample(&schema, table, column, row)?)))
                    .collect();
                let (columns, values): (Vec<String>, Vec<String>) = values.into_iter().unzip();
                if table.name.name == "by_list" {
                    continue;
                }
                connection.execute(&format!("INSERT INTO {} ({}) VALUES ({})", dialect.quote(&table.name.name), columns.join(", "), values.join(", "))).unwrap_or_else(|error| panic!("{}: {}", table.name, error.message));
            }
            let columns: Vec<String> = table.columns.keys().cloned().collect();
            let rows = connection.pairs(&dialect.rows(&table.name, &columns)).unwrap();
            let mut texts: Vec<String> = rows.into_iter().map(|(text, _)| text).collect();
            if table.name.name != "by_list" {
                assert_eq!(texts.len(), 3);
                texts.dedup();
                assert_eq!(texts.len(), 3, "{}", table.name);
            }
        }
    }

    /// A number is the same text in every type, and a blob is never touched.
    fn rows_are_texts_whatever_the_type(server: Server) {
        let (database, schema) = database(server, "CREATE TABLE t (a int, b bigint, c varchar(9), d blob, e bit(9), f double); INSERT INTO t VALUES (7, 7, '7', x'00ff27', b'111', 0.1), (NULL, NULL, NULL, NULL, NULL, NULL)");
        let columns: Vec<String> = table(&schema, "t").columns.keys().cloned().collect();
        let rows = open(&database).pairs(&dialect(&database).rows(&named("t"), &columns)).unwrap();
        let texts: Vec<&str> = rows.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(texts, ["37|37|37|00FF27|0007|302E31", "NULL|NULL|NULL|NULL|NULL|NULL"]);
    }
}

/// Says what the dialect's sample says for everything that needs a value.
struct Samples<'a> {
    schema: &'a Schema,
    dialect: &'a dyn Dialect,
}

impl Questioner for Samples<'_> {
    fn is_table_renamed(&mut self, _from: &Name, _to: &Name) -> bool {
        false
    }

    fn is_column_renamed(&mut self, _table: &Name, _from: &Column, _to: &Column) -> bool {
        false
    }

    fn fill(&mut self, table: &Name, column: &Column, _reason: FillReason) -> Option<String> {
        let table = &self.schema.tables[table];
        self.dialect.sample(self.schema, table, column, 0)
    }
}

/// Fills tables with rows, those referred to first.
fn populate(database: &TestDatabase, schema: &Schema) {
    let dialect = dialect(database);
    let mut connection = open(database);
    connection.execute("SET foreign_key_checks = 0").unwrap();
    for table in schema.tables.values() {
        for row in 0..1 {
            let (columns, values): (Vec<String>, Vec<String>) = table
                .columns
                .values()
                .filter_map(|column| {
                    let value = dialect.sample(schema, table, column, row)?;
                    Some((dialect.quote(&column.name), value))
                })
                .unzip();
            let sql = format!(
                "INSERT INTO {} ({}) VALUES ({})",
                dialect.quote(&table.name.name),
                columns.join(", "),
                values.join(", ")
            );
            if let Err(error) = connection.execute(&sql) {
                panic!("{}\n{sql}", error.message);
            }
        }
    }
}

/// States of one database, each of which must lead to every other one and back.
const STATES: &[&str] = &[
    "",
    "CREATE TABLE users (id int AUTO_INCREMENT PRIMARY KEY, name varchar(20) NOT NULL, email varchar(40) NOT NULL UNIQUE, at timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp());
     CREATE TABLE orders (id int AUTO_INCREMENT PRIMARY KEY, user_id int NOT NULL, state enum('open','paid') NOT NULL DEFAULT 'open', total decimal(10,2) NOT NULL DEFAULT 0 CHECK (total >= 0),
        FOREIGN KEY (user_id) REFERENCES users (id));",
    "CREATE TABLE users (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, name varchar(40) NOT NULL, email varchar(40), at timestamp NULL, KEY by_name (name(5), at DESC), CHECK (name <> 'x'));
     CREATE TABLE orders (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, user_id bigint unsigned, state enum('open','paid','sent') NOT NULL DEFAULT 'paid', total decimal(12,2), doubled decimal(12,2) AS (total * 2) STORED,
        CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL, KEY by_user_and_state (user_id, state));",
    "CREATE TABLE users (email varchar(40) NOT NULL, name text NOT NULL, notes json, PRIMARY KEY (email));
     CREATE TABLE orders (user varchar(40) NOT NULL, n int NOT NULL, total double, doubled double AS (total * 2) VIRTUAL, PRIMARY KEY (user, n), UNIQUE by_n (n), KEY d (doubled),
        CONSTRAINT orders_user FOREIGN KEY (user) REFERENCES users (email) ON UPDATE CASCADE);",
    "CREATE TABLE users (id int NOT NULL, email varchar(40) NOT NULL, boss int, UNIQUE u (id), FULLTEXT KEY t (email), KEY e (email), CONSTRAINT boss_fk FOREIGN KEY (boss) REFERENCES users (id));
     CREATE TABLE bills (id int AUTO_INCREMENT, order_id int NOT NULL, PRIMARY KEY (order_id, id), KEY i (id));
     CREATE TABLE orders (id int NOT NULL PRIMARY KEY, line int, CONSTRAINT orders_line FOREIGN KEY (line) REFERENCES bills (id));
     ALTER TABLE bills ADD CONSTRAINT lines_order FOREIGN KEY (order_id) REFERENCES orders (id);",
    "CREATE TABLE users (id int AUTO_INCREMENT, seq int NOT NULL, email varchar(40) NOT NULL, boss int NOT NULL, PRIMARY KEY (seq, id), KEY (id), KEY boss (boss));
     CREATE TABLE orders (id int NOT NULL, line int NOT NULL, CHECK (id < 1000), UNIQUE KEY orders_line (line), KEY (id))",
];

/// Pairs between which rows cannot go: what they refer to is lost.
const LOSSY: &[(usize, usize)] = &[(4, 5), (5, 4)];

on_mariadb! {
    /// Detection, the script and its inverse, on real rows.
    fn every_state_leads_to_every_other_and_back(server: Server) {
        let schemas: Vec<Schema> = STATES.iter().map(|sql| database(server, sql).1).collect();
        let schemas = &schemas;
        let lead = &|i: usize, from: &Schema| {
            let outcome = |j: usize, to: &Schema| std::panic::catch_unwind(|| {
                let (database, read_back) = database(server, STATES[i]);
                assert_eq!(&read_back, from);
                let dialect = dialect(&database);
                let mut questioner = Samples { schema: to, dialect: &*dialect };
                let operations = detect(from, to, &Renames::default(), &mut questioner).unwrap();
                assert_eq!(operations.is_empty(), i == j);
                if !LOSSY.contains(&(i, j)) {
                    populate(&database, from);
                }
                let up = carry_out(&database, from, to, &operations);
                assert_eq!(read(&database), *to, "{up}");
                let down = carry_out(&database, to, from, &inverses(&operations));
                assert_eq!(read(&database), *from, "{up}\n\n{down}");
            });
            let pairs = schemas.iter().enumerate().filter(|(j, to)| outcome(*j, to).is_err());
            pairs.map(|(j, _)| format!("{i} to {j}")).collect::<Vec<_>>()
        };
        let failures: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = schemas.iter().enumerate().map(|(i, from)| scope.spawn(move || lead(i, from))).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert!(failures.is_empty(), "{failures:?}");
    }
}
