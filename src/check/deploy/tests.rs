//! Whole files with everything that is found in them, and text that nobody foresaw.

use std::{env, fs, path::Path};

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::{Known, Script, Undo, destroys_data, judge, reading};
use crate::backend::statements::{self, Dialect, place};

/// What is found in a text, a line each.
fn found(dialect: Dialect, script: &Script<'_>, known: &mut Known) -> String {
    let dangers = judge(script, dialect, known);
    let line = |danger: &super::Danger| {
        let place = place(script.sql, danger.at);
        format!(
            "{}:{} {} {}\n",
            place.line, place.column, danger.rule.id, danger.message
        )
    };
    dangers.iter().map(line).collect()
}

fn pending(sql: &str, in_transaction: bool) -> Script<'_> {
    Script {
        sql,
        in_transaction,
        undone_by: Undo::Something,
    }
}

/// What is found in a text that comes first and alone.
fn alone(dialect: Dialect, sql: &str) -> String {
    found(dialect, &pending(sql, true), &mut Known::default())
}

fn golden(dialect: Dialect, name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/check/deploy/golden");
    let text = fs::read_to_string(folder.join(format!("{name}.sql"))).unwrap();
    let (before, now) = text.split_once("-- Still to run.\n").unwrap();
    let mut known = Known::default();
    for statement in statements::split(dialect, before) {
        known.learn(&reading::read(&statement), false);
    }
    let found = found(dialect, &pending(now, true), &mut known);
    let expected = folder.join(format!("{name}.txt"));
    if env::var_os("MANAGE_TEST_UPDATE").is_some() {
        fs::write(&expected, &found).unwrap();
    }
    assert_eq!(found, fs::read_to_string(expected).unwrap());
}

#[test]
fn postgres_golden() {
    golden(Dialect::Postgres, "postgres");
}

#[test]
fn mysql_golden() {
    golden(Dialect::Mysql, "mysql");
}

#[test]
fn sqlite_golden() {
    golden(Dialect::Sqlite, "sqlite");
}

#[test]
fn a_migration_is_judged_as_a_whole() {
    let of = |sql, in_transaction, undone_by| {
        let script = Script {
            sql,
            in_transaction,
            undone_by,
        };
        found(Dialect::Postgres, &script, &mut Known::default())
    };
    let add = "ALTER TABLE a ADD b int;\n";
    assert_eq!(of(add, true, Undo::Something), "");
    assert_eq!(
        of(add, true, Undo::Missing),
        "1:1 D032 nothing takes this back: there is no `down.sql`\n"
    );
    assert_eq!(
        of(add, true, Undo::Empty),
        "1:1 D032 nothing takes this back: `down.sql` says nothing\n"
    );
    assert_eq!(of("-- nothing\nSELECT 1;", true, Undo::Missing), "");
    assert_eq!(
        of(
            "SET lock_timeout = '1s';\nANALYZE a;\nDELETE FROM a WHERE b;\nINSERT INTO a VALUES (1)",
            false,
            Undo::Something
        ),
        "4:1 D033 2 changes outside a transaction: where a later one fails, the others stand\n"
    );
    assert_eq!(
        of(
            "BEGIN;\nDELETE FROM a WHERE b;\nINSERT INTO a VALUES (1);\nCOMMIT;",
            false,
            Undo::Something
        ),
        ""
    );
    assert_eq!(
        of("BEGIN;\nDELETE FROM a WHERE b;", false, Undo::Something),
        "1:1 D035 the transaction that begins here is never ended: its work may be lost\n"
    );
    assert_eq!(
        of(
            "ALTER TABLE a ADD b int;\nUPDATE a SET b = 1 WHERE c;",
            true,
            Undo::Something
        ),
        "2:1 D031 rows are changed beside structure: its locks last until they are written\n"
    );
    assert_eq!(
        of(
            "CREATE TABLE a (b int);\nINSERT INTO a VALUES (1);\nUPDATE a SET b = 2;",
            true,
            Undo::Something
        ),
        ""
    );
}

#[test]
fn what_pending_migrations_make_is_in_nobodys_way() {
    let mut known = Known::default();
    let make = "CREATE TABLE a (b int);";
    assert_eq!(
        found(Dialect::Postgres, &pending(make, true), &mut known),
        ""
    );
    let change =
        "CREATE INDEX c ON a (b); ALTER TABLE a ADD d text NOT NULL; DROP INDEX c; DROP TABLE a;";
    assert_eq!(
        found(Dialect::Postgres, &pending(change, true), &mut known),
        ""
    );
    assert_eq!(
        found(
            Dialect::Postgres,
            &pending("DROP TABLE a", true),
            &mut known
        ),
        "1:1 D001 table `a` is dropped with its rows\n"
    );
}

#[test]
fn a_check_that_is_valid_spares_the_search_for_nulls() {
    let sql =
        "ALTER TABLE a ADD CHECK (b IS NOT NULL) NOT VALID;\nALTER TABLE a ALTER b SET NOT NULL;";
    assert_eq!(alone(Dialect::Postgres, sql), "");
}

#[test]
fn destroyed_data_is_told_with_its_line() {
    let lines = |dialect, sql| -> Vec<String> {
        let losses = destroys_data(dialect, sql).into_iter();
        losses
            .map(|(line, what)| format!("{line}: {what}"))
            .collect()
    };
    let sql = "-- DROP TABLE no;\nDROP TABLE a;\nCREATE TABLE b (c int);\nDROP TABLE b;\n\
               ALTER TABLE c\n  ADD x int,\n  DROP COLUMN d;\nTRUNCATE e;\nDELETE FROM f;\nUPDATE g SET h = 1;";
    let expected = [
        "2: table `a` is dropped with its rows",
        "7: column `c.d` is dropped with its values",
        "8: all rows of `e` go",
        "9: all rows of `f` are deleted",
    ];
    for dialect in [Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite] {
        assert_eq!(lines(dialect, sql), expected, "{dialect:?}");
    }
    let rebuilt = "ALTER TABLE a RENAME TO a__old;\nCREATE TABLE a (b INTEGER);\n\
                   -- destroys data: column `a.c` and its data\nINSERT INTO a (b) SELECT b FROM a__old;\nDROP TABLE a__old;";
    assert_eq!(
        lines(Dialect::Sqlite, rebuilt),
        ["4: column `a.c` and its data is lost"]
    );
}

/// Every migration of the shipped histories, judged as if all the ones before it had run.
#[test]
fn long_histories_are_judged() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    for (dialect, name) in [
        (Dialect::Postgres, "postgres"),
        (Dialect::Mysql, "mysql"),
        (Dialect::Sqlite, "sqlite"),
    ] {
        let mut folders: Vec<_> = fs::read_dir(corpus.join(name))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir())
            .collect();
        folders.sort();
        let mut known = Known::default();
        let mut all = String::new();
        for folder in folders {
            let sql = fs::read_to_string(folder.join("up.sql")).unwrap();
            let slug = folder.file_name().unwrap().to_str().unwrap();
            let slug = slug.split_once('_').unwrap().1;
            for line in found(dialect, &pending(&sql, true), &mut known).lines() {
                all += &format!("{slug}:{line}\n");
            }
            known.settle();
        }
        let expected = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src/check/deploy/golden")
            .join(format!("{name}-corpus.txt"));
        if env::var_os("MANAGE_TEST_UPDATE").is_some() {
            fs::write(&expected, &all).unwrap();
        }
        assert_eq!(all, fs::read_to_string(expected).unwrap());
    }
}

/// Words, marks and quotes that the engines give a meaning to.
fn pieces() -> impl Strategy<Value = String> {
    let words = "CREATE ALTER DROP TABLE INDEX UNIQUE CONCURRENTLY ON ONLY a b \"c d\" `e` [f] ( ) , ; . * = ' '' \
                 $$ -- /* */ /*! INSERT INTO SELECT FROM WHERE WITH AS DELETE UPDATE SET TRUNCATE CASCADE IF EXISTS \
                 NOT NULL DEFAULT now() ADD COLUMN CONSTRAINT CHECK FOREIGN KEY REFERENCES PRIMARY USING TYPE RENAME \
                 TO MODIFY CHANGE ALGORITHM LOCK NONE PARTITION BY DOMAIN VALID VALIDATE GENERATED ALWAYS IDENTITY \
                 STORED BEGIN COMMIT END DELIMITER // VACUUM FULL int varchar(10) enum('a') 1 é 名前 \\ @x ?";
    let words: Vec<&'static str> = words.split(' ').filter(|word| !word.is_empty()).collect();
    proptest::collection::vec(proptest::sample::select(words), 0..60)
        .prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn any_text_is_judged(text in prop_oneof![any::<String>(), pieces()], in_transaction: bool) {
        for dialect in [Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite] {
            let script = Script { sql: &text, in_transaction, undone_by: Undo::Missing };
            for danger in judge(&script, dialect, &mut Known::default()) {
                prop_assert!(text.is_char_boundary(danger.at));
            }
            destroys_data(dialect, &text);
        }
    }

    #[test]
    fn any_change_of_a_table_is_judged(rest in pieces()) {
        for start in ["ALTER TABLE a ", "CREATE INDEX i ON a ", "ALTER DOMAIN d ", "DROP INDEX "] {
            alone(Dialect::Postgres, &format!("{start}{rest}"));
        }
    }
}

#[test]
fn deep_long_and_broken_text_is_judged() {
    let default = |value: String| format!("ALTER TABLE a ADD b int DEFAULT {value};");
    let mut texts = vec!["(".repeat(20_000), "DROP TABLE a;".repeat(2_000)];
    // As many as are read at all, and far more.
    for most in [480, 980, 5_000] {
        for nesting in ["- ", "NOT ", "a + ", "CASE WHEN ", "a::b, ", "SELECT "] {
            texts.push(default(nesting.repeat(most)));
        }
    }
    for most in [95, 5_000] {
        for (open, close) in [
            ("(", ")"),
            ("[", "]"),
            ("f(", ")"),
            ("ARRAY[", "]"),
            ("(SELECT ", ")"),
        ] {
            texts.push(default(format!(
                "{}1{}",
                open.repeat(most),
                close.repeat(most)
            )));
        }
    }
    // squawk's parser panics at these, which are no SQL.
    for junk in [
        "CREATE UNIQUE",
        "ADD b int CLUSTER",
        "ADD b int CHECK x NO",
        "x, ALTER x DROP ACCESS",
    ] {
        texts.push(format!("ALTER TABLE a {junk};"));
        texts.push(format!("ALTER DOMAIN d ADD CONSTRAINT {junk};"));
    }
    for text in texts {
        for dialect in [Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite] {
            alone(dialect, &text);
        }
    }
}

/// The SQL blocks of a section of a page: the line above each, and its text.
fn blocks(page: &str, heading: &str) -> Vec<(String, String)> {
    let (_, section) = page.split_once(&format!("\n## {heading}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let mut blocks = Vec::new();
    let mut above = "";
    let mut parts = section.split("```");
    while let (Some(words), Some(block)) = (parts.next(), parts.next()) {
        above = words.trim().lines().last().unwrap_or(above);
        if let Some(sql) = block.strip_prefix("sql\n") {
            blocks.push((above.to_owned(), sql.to_owned()));
        }
    }
    blocks
}

#[test]
fn pages_show_what_their_rules_find_and_what_helps() {
    let mut shown = 0;
    for rule in super::RULES {
        for (heading, is_found) in [("Example", true), ("Remedy", false)] {
            let mut known = Known::default();
            for (above, sql) in blocks(rule.page, heading) {
                let engines = [
                    ("PostgreSQL", Dialect::Postgres),
                    ("MySQL", Dialect::Mysql),
                    ("SQLite", Dialect::Sqlite),
                ];
                for (name, dialect) in engines {
                    if !above.starts_with("Any engine") && !above.contains(name) {
                        continue;
                    }
                    let (before, now) = sql
                        .split_once("-- applied until here\n")
                        .unwrap_or(("", &sql));
                    for statement in statements::split(dialect, before) {
                        known.learn(&reading::read(&statement), false);
                    }
                    let script = pending(now, !above.contains("outside"));
                    let found = judge(&script, dialect, &mut known);
                    let found = found.iter().any(|danger| danger.rule == *rule);
                    assert_eq!(found, is_found, "{}, {heading}, {name}: {sql}", rule.id);
                    known.settle();
                    shown += 1;
                }
            }
        }
    }
    assert!(shown > 90, "{shown}");
}
