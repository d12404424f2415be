//! Changes of tables with rows, there and back, with foreign keys enforced and not.

use pretty_assertions::assert_eq;

use super::*;
use crate::schema::{
    autodetector::detect,
    operation::inverses,
    questioner::{Renames, Scripted},
};

/// A change under test.
#[derive(Default)]
struct Case {
    /// Tables and rows, views and triggers.
    before: &'static str,
    /// The tables as they are to be.
    after: &'static str,
    /// `old=new` of tables, `table.old=new` of columns.
    renames: &'static [(&'static str, &'static str)],
    /// `table.column` and its expression.
    fills: &'static [(&'static str, &'static str)],
    /// Queries whose answers stay the same, by both names of what is renamed.
    same: &'static [(&'static str, &'static str)],
    /// Whether a counter is new, or goes.
    counters_change: bool,
    /// Queries and their answers after the change.
    then: &'static [(&'static str, &'static [&'static str])],
}

impl Case {
    fn renames(&self) -> Renames {
        let mut renames = Renames::default();
        for (old, new) in self.renames {
            match old.split_once('.') {
                Some((table, column)) => {
                    let key = (Name::new(table), (*new).to_owned());
                    renames.columns.insert(key, column.to_owned());
                }
                None => {
                    renames.tables.insert(Name::new(*new), Name::new(*old));
                }
            }
        }
        renames
    }

    /// Runs the change both ways; gives the scripts.
    #[track_caller]
    fn check(&self) -> (String, String) {
        let mut scripts = None;
        for pragmas in [
            "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON",
            "PRAGMA foreign_keys = OFF",
        ] {
            scripts = Some(self.check_with(pragmas));
        }
        scripts.unwrap()
    }

    fn check_with(&self, pragmas: &str) -> (String, String) {
        let mut live = database(pragmas);
        run(&mut *live, self.before).unwrap_or_else(|error| panic!("{error}"));
        let from = schema(&mut *live);
        let to = schema(&mut *database(self.after));
        let renames = self.renames();
        let mut answers = Scripted {
            renames: renames.clone(),
            ..Scripted::default()
        };
        for (column, value) in self.fills {
            let (table, column) = column.split_once('.').unwrap();
            let key = (Name::new(table), column.to_owned());
            answers.fills.insert(key, (*value).to_owned());
        }
        let operations = detect(&from, &to, &renames, &mut answers).unwrap();
        let up = script(&from, &to, &operations);
        let down = script(&to, &from, &inverses(&operations));
        let old: Vec<&str> = self.same.iter().map(|(old, _)| *old).collect();
        let new: Vec<&str> = self.same.iter().map(|(_, new)| *new).collect();
        let first = Seen::of(&mut *live, &old);
        migrate(&mut *live, &up);
        let up = up.text();
        assert_eq!(schema(&mut *live).tables, to.tables, "\n{up}");
        let second = Seen::of(&mut *live, &new);
        assert_eq!(second.rows, first.rows, "\n{up}");
        if !self.counters_change {
            assert_eq!(second.counters, first.counters, "\n{up}");
        }
        if self.renames.is_empty() {
            assert_eq!(second.definitions, first.definitions, "\n{up}");
        }
        for (sql, answer) in self.then {
            assert_eq!(query(&mut *live, sql), *answer, "{sql}\n{up}");
        }
        let mut back = live;
        // What the checks above inserted stays on both sides.
        let before_down = Seen::of(&mut *back, &new);
        migrate(&mut *back, &down);
        let down = down.text();
        assert_eq!(schema(&mut *back).tables, from.tables, "\n{down}");
        let third = Seen::of(&mut *back, &old);
        assert_eq!(third.rows, before_down.rows, "\n{down}");
        assert_eq!(third.definitions, first.definitions, "\n{down}");
        if !self.counters_change {
            assert_eq!(third.counters, before_down.counters, "\n{down}");
        }
        (up, down)
    }
}

/// What a change has to keep.
struct Seen {
    rows: Vec<Vec<String>>,
    definitions: Vec<String>,
    counters: Vec<String>,
}

impl Seen {
    fn of(database: &mut dyn Database, queries: &[&str]) -> Self {
        let broken = query(
            database,
            "\"table\" || ' ' || rowid AS x FROM pragma_foreign_key_check",
        );
        assert_eq!(broken, Vec::<String>::new());
        let integrity = query(database, "integrity_check AS x FROM pragma_integrity_check");
        assert_eq!(integrity, ["ok"]);
        let old = query(
            database,
            "name AS x FROM sqlite_schema WHERE name LIKE '%\\_\\_old%' ESCAPE '\\' OR sql LIKE '%\\_\\_old%' ESCAPE '\\'",
        );
        assert_eq!(old, Vec::<String>::new());
        let counting = query(
            database,
            "name AS x FROM sqlite_schema WHERE name = 'sqlite_sequence'",
        );
        Self {
            rows: queries.iter().map(|sql| query(database, sql)).collect(),
            // A rename quotes the names it writes.
            definitions: query(
                database,
                "replace(sql, '\"', '') AS x FROM sqlite_schema WHERE type IN ('view', 'trigger') ORDER BY type, name",
            ),
            counters: if counting.is_empty() {
                Vec::new()
            } else {
                query(
                    database,
                    "seq AS x FROM sqlite_sequence WHERE seq > 0 ORDER BY seq",
                )
            },
        }
    }
}

#[test]
fn children_of_every_kind_keep_their_rows() {
    let (up, _) = Case {
        before: "
            CREATE TABLE orders (id INTEGER PRIMARY KEY, total INT);
            CREATE TABLE cascading (id INTEGER PRIMARY KEY, o INT REFERENCES orders (id) ON DELETE CASCADE ON UPDATE CASCADE);
            CREATE TABLE nulling (id INTEGER PRIMARY KEY, o INT REFERENCES orders (id) ON DELETE SET NULL);
            CREATE TABLE defaulting (id INTEGER PRIMARY KEY, o INT DEFAULT 1 REFERENCES orders (id) ON DELETE SET DEFAULT);
            CREATE TABLE restricting (id INTEGER PRIMARY KEY, o INT REFERENCES orders (id) ON DELETE RESTRICT);
            CREATE TABLE plain (id INTEGER PRIMARY KEY, o INT NOT NULL REFERENCES orders (id));
            CREATE TABLE deferred (id INTEGER PRIMARY KEY, o INT REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED);
            CREATE TABLE grandchild (id INTEGER PRIMARY KEY, c INT NOT NULL REFERENCES cascading (id) ON DELETE CASCADE);
            CREATE TABLE apart (id INTEGER PRIMARY KEY);
            CREATE INDEX plain_o ON plain (o);
            INSERT INTO orders VALUES (1, 10), (2, NULL), (7, 70);
            INSERT INTO cascading VALUES (1, 1), (2, 7); INSERT INTO nulling VALUES (1, 1), (2, 2);
            INSERT INTO defaulting VALUES (1, 2); INSERT INTO restricting VALUES (1, 7);
            INSERT INTO plain VALUES (3, 1), (4, 2); INSERT INTO deferred VALUES (1, 1);
            INSERT INTO grandchild VALUES (5, 2), (6, 1);",
        after: "
            CREATE TABLE orders (id INTEGER PRIMARY KEY, total TEXT NOT NULL CHECK (total <> ''));
            CREATE TABLE cascading (id INTEGER PRIMARY KEY, o INT REFERENCES orders (id) ON DELETE CASCADE ON UPDATE CASCADE);
            CREATE TABLE nulling (id INTEGER PRIMARY KEY, o INT REFERENCES orders (id) ON DELETE SET NULL);
            CREATE TABLE defaulting (id INTEGER PRIMARY KEY, o INT DEFAULT 1 REFERENCES orders (id) ON DELETE SET DEFAULT);
            CREATE TABLE restricting (id INTEGER PRIMARY KEY, o INT REFERENCES orders (id) ON DELETE RESTRICT);
            CREATE TABLE plain (id INTEGER PRIMARY KEY, o INT NOT NULL REFERENCES orders (id));
            CREATE TABLE deferred (id INTEGER PRIMARY KEY, o INT REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED);
            CREATE TABLE grandchild (id INTEGER PRIMARY KEY, c INT NOT NULL REFERENCES cascading (id) ON DELETE CASCADE);
            CREATE TABLE apart (id INTEGER PRIMARY KEY);
            CREATE INDEX plain_o ON plain (o);",
        fills: &[("orders.total", "'0'")],
        same: &[
            ("id AS x FROM orders", "id AS x FROM orders"),
            ("id || ' ' || o AS x FROM cascading", "id || ' ' || o AS x FROM cascading"),
            ("id || ' ' || o AS x FROM nulling", "id || ' ' || o AS x FROM nulling"),
            ("id || ' ' || o AS x FROM defaulting", "id || ' ' || o AS x FROM defaulting"),
            ("id || ' ' || o AS x FROM restricting", "id || ' ' || o AS x FROM restricting"),
            ("id || ' ' || o AS x FROM plain", "id || ' ' || o AS x FROM plain"),
            ("id || ' ' || o AS x FROM deferred", "id || ' ' || o AS x FROM deferred"),
            ("id || ' ' || c AS x FROM grandchild", "id || ' ' || c AS x FROM grandchild"),
        ],
        then: &[("quote(total) AS x FROM orders ORDER BY id", &["'10'", "'0'", "'70'"])],
        ..Case::default()
    }
    .check();
    assert!(!up.contains("apart"), "{up}");
}

#[test]
fn self_references_and_circles_keep_their_rows() {
    Case {
        before: "
            CREATE TABLE nodes (id INTEGER PRIMARY KEY AUTOINCREMENT, parent INT REFERENCES nodes (id) ON DELETE CASCADE, top INT REFERENCES nodes (id) ON DELETE RESTRICT, v INT);
            CREATE TABLE a (id INTEGER PRIMARY KEY, b INT REFERENCES b (id) ON DELETE CASCADE);
            CREATE TABLE b (id INTEGER PRIMARY KEY, a INT NOT NULL REFERENCES a (id) ON DELETE RESTRICT, v INT);
            INSERT INTO nodes VALUES (5, NULL, NULL, 1), (9, 5, 5, 2), (12, 12, 5, 3), (20, 9, 5, 4); UPDATE nodes SET parent = 20 WHERE id = 5;
            DELETE FROM nodes WHERE id = 12;
            INSERT INTO a VALUES (1, NULL), (2, NULL); INSERT INTO b VALUES (1, 2, 3), (2, 1, 4); UPDATE a SET b = id;",
        after: "
            CREATE TABLE nodes (id INTEGER PRIMARY KEY AUTOINCREMENT, parent INT REFERENCES nodes (id) ON DELETE CASCADE, top INT REFERENCES nodes (id) ON DELETE RESTRICT, v TEXT);
            CREATE TABLE a (id INTEGER PRIMARY KEY, b INT REFERENCES b (id) ON DELETE CASCADE);
            CREATE TABLE b (id INTEGER PRIMARY KEY, a INT NOT NULL REFERENCES a (id) ON DELETE RESTRICT, v TEXT);",
        same: &[
            ("id || ' ' || parent || ' ' || ifnull(top, '-') || v AS x FROM nodes ORDER BY id",
             "id || ' ' || parent || ' ' || ifnull(top, '-') || v AS x FROM nodes ORDER BY id"),
            ("id || ' ' || b AS x FROM a ORDER BY id", "id || ' ' || b AS x FROM a ORDER BY id"),
            ("id || ' ' || a || v AS x FROM b ORDER BY id", "id || ' ' || a || v AS x FROM b ORDER BY id"),
        ],
        ..Case::default()
    }
    .check();
}

#[test]
fn triggers_views_indexes_rowids_and_counters_stay() {
    Case {
        before: "
            CREATE TABLE log (entry TEXT);
            CREATE TABLE people (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, age INT);
            CREATE TABLE loose (name TEXT UNIQUE, note TEXT);
            CREATE UNIQUE INDEX people_name ON people (name COLLATE NOCASE) WHERE name IS NOT NULL;
            CREATE INDEX people_lower ON people (lower(name), age DESC);
            INSERT INTO people VALUES (3, 'Ann', 30), (9, 'Bob', NULL), (50, 'Zed', 1); DELETE FROM people WHERE id = 50;
            INSERT INTO loose (rowid, name) VALUES (4, 'd'), (2, 'b'), (77, 'q');
            CREATE TRIGGER people_ai AFTER INSERT ON people BEGIN INSERT INTO log VALUES ('in ' || new.name); UPDATE people SET age = 0 WHERE id = new.id AND age IS NULL; END;
            CREATE TRIGGER people_bd BEFORE DELETE ON people BEGIN INSERT INTO log VALUES ('out ' || old.name); END;
            CREATE TRIGGER log_ai AFTER INSERT ON log WHEN new.entry = 'people' BEGIN DELETE FROM people; END;
            CREATE VIEW grown AS SELECT * FROM people WHERE age >= 18;
            CREATE VIEW \"grown names\" AS SELECT name FROM grown;
            CREATE TRIGGER grown_ii INSTEAD OF INSERT ON grown BEGIN INSERT INTO people (name, age) VALUES (new.name, new.age); END;",
        after: "
            CREATE TABLE log (entry TEXT);
            CREATE TABLE people (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, age INT CHECK (age < 200));
            CREATE TABLE loose (name TEXT UNIQUE, note TEXT NOT NULL);
            CREATE UNIQUE INDEX people_name ON people (name COLLATE NOCASE) WHERE name IS NOT NULL;
            CREATE INDEX people_lower ON people (lower(name), age DESC);",
        fills: &[("loose.note", "'?'")],
        same: &[
            ("id || name || ifnull(age, '-') AS x FROM people", "id || name || ifnull(age, '-') AS x FROM people"),
            ("rowid || name AS x FROM loose ORDER BY rowid", "rowid || name AS x FROM loose ORDER BY rowid"),
            ("count(*) AS x FROM log", "count(*) AS x FROM log"),
            ("name AS x FROM \"grown names\"", "name AS x FROM \"grown names\""),
            ("seq AS x FROM sqlite_sequence WHERE name = 'people'", "seq AS x FROM sqlite_sequence WHERE name = 'people'"),
        ],
        then: &[("note AS x FROM loose WHERE name = 'q'", &["?"])],
        ..Case::default()
    }
    .check();
}

#[test]
fn composite_keys_without_rowid_strict_and_generated_columns_stay() {
    Case {
        before: "
            CREATE TABLE p (a INT, b TEXT, v INT, PRIMARY KEY (a, b)) WITHOUT ROWID;
            CREATE TABLE c (id INTEGER PRIMARY KEY, x INT, y TEXT, FOREIGN KEY (x, y) REFERENCES p (a, b) ON DELETE CASCADE ON UPDATE CASCADE);
            CREATE TABLE s (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, m INTEGER, d INTEGER GENERATED ALWAYS AS (n * 2) STORED, e INTEGER AS (n + 1)) STRICT;
            CREATE TABLE taken (rowid TEXT, _rowid_ TEXT, v INT);
            INSERT INTO p VALUES (1, 'x', 5), (1, 'y', 6); INSERT INTO c VALUES (1, 1, 'x'), (2, 1, 'y'), (3, NULL, 'q');
            INSERT INTO s (id, n) VALUES (1, 10), (2, 20); INSERT INTO taken (oid, rowid, v) VALUES (5, 'r', 1);",
        after: "
            CREATE TABLE p (a INT, b TEXT, v TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
            CREATE TABLE c (id INTEGER PRIMARY KEY, x INT, y TEXT, FOREIGN KEY (x, y) REFERENCES p (a, b) ON DELETE CASCADE ON UPDATE CASCADE);
            CREATE TABLE s (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, m TEXT, d INTEGER GENERATED ALWAYS AS (n * 2) STORED, e INTEGER AS (n + 2)) STRICT;
            CREATE TABLE taken (rowid TEXT, _rowid_ TEXT, v TEXT);",
        same: &[
            ("a || b || v AS x FROM p", "a || b || v AS x FROM p"),
            ("id || ifnull(x, '') || y AS x FROM c", "id || ifnull(x, '') || y AS x FROM c"),
            ("id || n || d AS x FROM s", "id || n || d AS x FROM s"),
            ("oid || rowid || v AS x FROM taken", "oid || rowid || v AS x FROM taken"),
        ],
        then: &[("e AS x FROM s ORDER BY id", &["12", "22"])],
        ..Case::default()
    }
    .check();
}

#[test]
fn renames_run_with_and_without_a_rebuild() {
    let before = "
        CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, v INT);
        CREATE TABLE posts (id INTEGER PRIMARY KEY, author INT REFERENCES users (id) ON DELETE CASCADE, name TEXT);
        CREATE INDEX users_name ON users (name);
        CREATE VIEW names AS SELECT u.name AS n, p.name AS title FROM users AS u JOIN posts AS p ON p.author = u.id;
        CREATE TABLE log (entry TEXT);
        CREATE TRIGGER users_ad AFTER DELETE ON users BEGIN INSERT INTO log VALUES (old.name || old.id); END;
        INSERT INTO users VALUES (1, 'a', 1), (2, 'b', 2); INSERT INTO posts VALUES (1, 2, 'hello');";
    let renames: &[(&str, &str)] = &[("users", "people"), ("people.name", "full_name")];
    let same: &[(&str, &str)] = &[
        (
            "id || name || v AS x FROM users",
            "id || full_name || v AS x FROM people",
        ),
        (
            "id || author || name AS x FROM posts",
            "id || author || name AS x FROM posts",
        ),
        ("n AS x FROM names", "n AS x FROM names"),
        ("title AS x FROM names", "title AS x FROM names"),
    ];
    let (up, _) = Case {
        before,
        after: "
            CREATE TABLE people (id INTEGER PRIMARY KEY, full_name TEXT, v INT);
            CREATE TABLE posts (id INTEGER PRIMARY KEY, author INT REFERENCES people (id) ON DELETE CASCADE, name TEXT);
            CREATE INDEX users_name ON people (full_name); CREATE TABLE log (entry TEXT);",
        renames,
        same,
        ..Case::default()
    }
    .check();
    assert_eq!(
        up,
        "ALTER TABLE users RENAME TO people;\n\nALTER TABLE people RENAME COLUMN name TO full_name;\n"
    );
    Case {
        before,
        after: "
            CREATE TABLE people (id INTEGER PRIMARY KEY, full_name TEXT, v TEXT NOT NULL);
            CREATE TABLE posts (id INTEGER PRIMARY KEY, author INT REFERENCES people (id) ON DELETE CASCADE, name TEXT);
            CREATE INDEX users_name ON people (full_name); CREATE TABLE log (entry TEXT);",
        renames,
        fills: &[("people.v", "''")],
        same,
        ..Case::default()
    }
    .check();
}

#[test]
fn what_alter_table_can_do_is_done_by_it() {
    let (up, down) = Case {
        before: "
            CREATE TABLE p (id INTEGER PRIMARY KEY);
            CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, gone TEXT);
            CREATE INDEX t_gone ON t (gone);
            INSERT INTO p VALUES (1); INSERT INTO t VALUES (1, 'x', 'y');",
        after: "
            CREATE TABLE p (id INTEGER PRIMARY KEY);
            CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT NOT NULL DEFAULT 5, c TEXT COLLATE NOCASE, p INT CONSTRAINT t_p REFERENCES p (id) ON DELETE SET NULL, g INT AS (b + 1));
            CREATE UNIQUE INDEX t_a ON t (a);
            CREATE TABLE n (id INTEGER PRIMARY KEY, t INT NOT NULL REFERENCES t (id)); CREATE INDEX n_t ON n (t);",
        same: &[("id || a AS x FROM t", "id || a AS x FROM t")],
        then: &[("b || g AS x FROM t", &["56"])],
        ..Case::default()
    }
    .check();
    assert!(!up.contains("__old"), "{up}");
    assert!(
        up.contains("ADD COLUMN p INT CONSTRAINT t_p REFERENCES p (id) ON DELETE SET NULL"),
        "{up}"
    );
    assert!(
        up.contains(
            "-- destroys data: column `t.gone` and its data\nALTER TABLE t DROP COLUMN gone"
        ),
        "{up}"
    );
    assert!(
        down.contains("-- destroys data: table `n` and its rows\nDROP TABLE n"),
        "{down}"
    );
}

#[test]
fn lost_columns_come_back_with_placeholders() {
    let (_, down) = Case {
        before: "
            CREATE TABLE p (id INTEGER PRIMARY KEY);
            CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, day DATE NOT NULL, p INT NOT NULL REFERENCES p (id), n INT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('a', 'b')));
            CREATE UNIQUE INDEX t_n ON t (n);
            INSERT INTO p VALUES (4); INSERT INTO t VALUES (1, 'x', '2020-01-01', 4, 1, 'a'), (2, 'y', '2020-01-01', 4, 2, 'b');",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY);",
        same: &[("id AS x FROM t", "id AS x FROM t")],
        ..Case::default()
    }
    .check();
    assert!(
        down.contains("-- the data of `code` are lost: every row gets a placeholder"),
        "{down}"
    );
}

#[test]
fn keys_and_constraints_change() {
    Case {
        before: "
            CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT NOT NULL);
            CREATE TABLE t (a INT, b INT, p INT REFERENCES p (id) ON DELETE CASCADE, CONSTRAINT u UNIQUE (a));
            CREATE TABLE k (id BIGINT PRIMARY KEY NOT NULL, v INT);
            INSERT INTO p VALUES (1, 'x'); INSERT INTO t VALUES (1, 2, 1), (2, 2, 1); INSERT INTO k VALUES (10, 1), (5, 2);",
        after: "
            CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);
            CREATE TABLE t (a INT NOT NULL, b INT NOT NULL, p INT, PRIMARY KEY (a, b), CONSTRAINT ok CHECK (a > 0));
            CREATE TABLE k (id INTEGER PRIMARY KEY AUTOINCREMENT, v INT);",
        fills: &[("t.a", "0"), ("t.b", "0")],
        counters_change: true,
        same: &[
            ("a || b || p AS x FROM t ORDER BY a", "a || b || p AS x FROM t ORDER BY a"),
            ("id || v AS x FROM k ORDER BY id", "id || v AS x FROM k ORDER BY id"),
            ("id || code AS x FROM p", "id || code AS x FROM p"),
        ],
        ..Case::default()
    }
    .check();
}

#[test]
fn names_pass_from_table_to_table() {
    Case {
        before: "
            CREATE TABLE a (id INTEGER PRIMARY KEY, v INT);
            CREATE TABLE b (id INTEGER PRIMARY KEY, a INT REFERENCES a (id));
            CREATE TABLE c (id INTEGER PRIMARY KEY, b INT REFERENCES b (id) ON DELETE CASCADE);
            CREATE INDEX one ON a (v); CREATE INDEX two ON b (a);
            INSERT INTO a VALUES (1, 2); INSERT INTO b VALUES (3, 1); INSERT INTO c VALUES (4, 3);",
        after: "
            CREATE TABLE b (id INTEGER PRIMARY KEY, v TEXT);
            CREATE TABLE d (id INTEGER PRIMARY KEY, a INT REFERENCES b (id));
            CREATE TABLE e (id INTEGER PRIMARY KEY, b INT REFERENCES d (id) ON DELETE CASCADE);
            CREATE INDEX two ON b (v); CREATE INDEX one ON d (a);",
        renames: &[("b", "d"), ("a", "b"), ("c", "e")],
        same: &[
            ("id || v AS x FROM a", "id || v AS x FROM b"),
            ("id || a AS x FROM b", "id || a AS x FROM d"),
            ("id || b AS x FROM c", "id || b AS x FROM e"),
        ],
        ..Case::default()
    }
    .check();
}

#[test]
fn tables_around_a_rebuilt_one_come_and_go() {
    Case {
        before: "
            CREATE TABLE parent (id INTEGER PRIMARY KEY);
            CREATE TABLE old_parent (id INTEGER PRIMARY KEY);
            CREATE TABLE t (id INTEGER PRIMARY KEY, p INT NOT NULL REFERENCES parent (id), o INT NOT NULL REFERENCES old_parent (id) ON DELETE CASCADE, v INT, w TEXT);
            CREATE TABLE old_child (id INTEGER PRIMARY KEY, t INT NOT NULL REFERENCES t (id) ON DELETE RESTRICT);
            CREATE INDEX old_child_t ON old_child (t);
            CREATE TRIGGER old_child_ad AFTER DELETE ON old_child BEGIN DELETE FROM t; END;
            INSERT INTO parent VALUES (1); INSERT INTO old_parent VALUES (2); INSERT INTO t VALUES (3, 1, 2, 4, 'w'); INSERT INTO old_child VALUES (5, 3);",
        after: "
            CREATE TABLE guardian (id INTEGER PRIMARY KEY, extra TEXT);
            CREATE TABLE new_parent (id INTEGER PRIMARY KEY);
            CREATE TABLE t (id INTEGER PRIMARY KEY, p INT NOT NULL REFERENCES guardian (id), n INT REFERENCES new_parent (id), v TEXT, w TEXT);
            CREATE TABLE new_child (id INTEGER PRIMARY KEY, t INT NOT NULL REFERENCES t (id) ON DELETE RESTRICT);
            CREATE INDEX old_child_t ON new_child (t);",
        renames: &[("parent", "guardian")],
        same: &[
            ("id || p || v || w AS x FROM t", "id || p || v || w AS x FROM t"),
            ("id AS x FROM parent", "id AS x FROM guardian"),
        ],
        ..Case::default()
    }
    .check();
}

#[test]
fn rows_that_were_orphans_before_stay() {
    let mut live = database(
        "PRAGMA foreign_keys = OFF;
         CREATE TABLE p (id INTEGER PRIMARY KEY, v INT);
         CREATE TABLE c (id INTEGER PRIMARY KEY, p INT REFERENCES p (id) ON DELETE CASCADE);
         INSERT INTO p VALUES (1, 1); INSERT INTO c VALUES (1, 1), (2, 99);
         PRAGMA foreign_keys = ON;",
    );
    let from = schema(&mut *live);
    let to = schema(&mut *database(
        "CREATE TABLE p (id INTEGER PRIMARY KEY, v TEXT);
         CREATE TABLE c (id INTEGER PRIMARY KEY, p INT REFERENCES p (id) ON DELETE CASCADE);",
    ));
    let operations = detect(&from, &to, &Renames::default(), &mut Scripted::default()).unwrap();
    migrate(&mut *live, &script(&from, &to, &operations));
    assert_eq!(query(&mut *live, "p AS x FROM c ORDER BY id"), ["1", "99"]);
}

#[test]
fn circles_of_tables_are_created_and_dropped() {
    Case {
        before: "
            CREATE TABLE x (id INTEGER PRIMARY KEY);",
        after: "
            CREATE TABLE x (id INTEGER PRIMARY KEY);
            CREATE TABLE a (id INTEGER PRIMARY KEY, b INT REFERENCES b (id) ON DELETE RESTRICT, a INT REFERENCES a (id) ON DELETE RESTRICT);
            CREATE TABLE b (id INTEGER PRIMARY KEY, a INT NOT NULL REFERENCES a (id), x INT REFERENCES x (id));
            CREATE INDEX a_b ON a (b);",
        then: &[("count(*) AS x FROM a", &["0"])],
        ..Case::default()
    }
    .check();
    let from = schema(&mut *database(
        "CREATE TABLE a (id INTEGER PRIMARY KEY, b INT REFERENCES b (id) ON DELETE RESTRICT, a INT REFERENCES a (id) ON DELETE RESTRICT);
         CREATE TABLE b (id INTEGER PRIMARY KEY, a INT NOT NULL REFERENCES a (id));",
    ));
    let mut live = memory();
    let to = Schema::default();
    let up = detect(&to, &from, &Renames::default(), &mut Scripted::default()).unwrap();
    migrate(&mut *live, &script(&to, &from, &up));
    run(
        &mut *live,
        "BEGIN; PRAGMA defer_foreign_keys = ON; INSERT INTO a VALUES (1, 1, 1); INSERT INTO b VALUES (1, 1); COMMIT",
    )
    .unwrap();
    migrate(&mut *live, &script(&from, &to, &inverses(&up)));
    assert_eq!(schema(&mut *live), to);
}
