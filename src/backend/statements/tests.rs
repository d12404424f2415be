//! Cases per engine, and what holds for any text.

use super::{
    Dialect::{self, Mysql, Postgres, Sqlite},
    Place, TransactionControl, byte_of_char, place, split,
};
use pretty_assertions::assert_eq;
use proptest::prelude::*;

const EVERY: [Dialect; 3] = [Sqlite, Postgres, Mysql];

/// The statements' texts.
fn texts(dialect: Dialect, source: &str) -> Vec<&str> {
    split(dialect, source)
        .iter()
        .map(|statement| statement.sql)
        .collect()
}

/// Each case stays one statement when `SELECT 'next'` follows it.
fn stays_whole(dialect: Dialect, cases: &[&str]) {
    for case in cases {
        let source = format!("{case};\nSELECT 'next';\n");
        assert_eq!(
            texts(dialect, &source),
            [*case, "SELECT 'next'"],
            "{dialect:?}"
        );
    }
}

/// Each case is what its list says.
fn splits_into(dialect: Dialect, cases: &[(&str, &[&str])]) {
    for (source, expected) in cases {
        assert_eq!(texts(dialect, source), *expected, "{dialect:?}: {source}");
    }
}

#[test]
fn every_engine_agrees_on_the_plain_things() {
    for dialect in EVERY {
        splits_into(
            dialect,
            &[
                ("", &[]),
                (" \n\t\r\n ", &[]),
                (";", &[]),
                (";;\n;", &[]),
                ("-- only a comment", &[]),
                ("/* only; a comment */ -- and; another\n;", &[]),
                ("SELECT 1", &["SELECT 1"]),
                ("SELECT 1;", &["SELECT 1"]),
                ("  SELECT 1 ;\n\n SELECT 2", &["SELECT 1", "SELECT 2"]),
                ("SELECT 1;;SELECT 2;", &["SELECT 1", "SELECT 2"]),
                ("\u{feff}SELECT 1;", &["SELECT 1"]),
                (
                    "\u{feff}-- x\r\nSELECT 1;\r\nSELECT\r\n2;\r\n",
                    &["SELECT 1", "SELECT\r\n2"],
                ),
                (
                    "-- first; line\nSELECT 1; -- trailing; words\nSELECT 2",
                    &["SELECT 1", "SELECT 2"],
                ),
                (
                    "SELECT 1 -- before; the end\n;SELECT 2",
                    &["SELECT 1", "SELECT 2"],
                ),
                (
                    "SELECT /* a; b */ 1; /* c; */ SELECT 2",
                    &["SELECT /* a; b */ 1", "SELECT 2"],
                ),
                ("SELECT 1 /**/; SELECT 2 /***/", &["SELECT 1", "SELECT 2"]),
                (
                    "SELECT ';', 'it''s; so'; SELECT 2",
                    &["SELECT ';', 'it''s; so'", "SELECT 2"],
                ),
                (
                    "SELECT ''; SELECT ''''; SELECT 3",
                    &["SELECT ''", "SELECT ''''", "SELECT 3"],
                ),
                (
                    "SELECT \"a;b\"; SELECT \"a\"\";\"",
                    &["SELECT \"a;b\"", "SELECT \"a\"\";\""],
                ),
                (
                    "SELECT '--', '/*'; SELECT '*/'",
                    &["SELECT '--', '/*'", "SELECT '*/'"],
                ),
                (
                    "SELECT -- 'quote\n1; SELECT 2",
                    &["SELECT -- 'quote\n1", "SELECT 2"],
                ),
                (
                    "SELECT 'é;ü' AS naïve; SELECT 'ж'",
                    &["SELECT 'é;ü' AS naïve", "SELECT 'ж'"],
                ),
                ("SELECT 'open; SELECT 2;\n", &["SELECT 'open; SELECT 2;\n"]),
                (
                    "SELECT 1; SELECT \"open; SELECT 2",
                    &["SELECT 1", "SELECT \"open; SELECT 2"],
                ),
                (
                    "BEGIN; SELECT 1; COMMIT; END",
                    &["BEGIN", "SELECT 1", "COMMIT", "END"],
                ),
                ("SELECT 1\0; SELECT 2", &["SELECT 1\0", "SELECT 2"]),
            ],
        );
    }
}

#[test]
fn postgres_quotes_and_comments() {
    splits_into(
        Postgres,
        &[
            (
                r"SELECT E'it\'s; so'; SELECT 2",
                &[r"SELECT E'it\'s; so'", "SELECT 2"],
            ),
            (r"SELECT e'\\'; SELECT 2", &[r"SELECT e'\\'", "SELECT 2"]),
            (r"SELECT '\'; SELECT 2", &[r"SELECT '\'", "SELECT 2"]),
            (r"SELECT U&'\'; SELECT 2", &[r"SELECT U&'\'", "SELECT 2"]),
            (
                r#"SELECT U&"a;\0062"; SELECT 2"#,
                &[r#"SELECT U&"a;\0062""#, "SELECT 2"],
            ),
            (
                r"SELECT table'\'; SELECT 2",
                &[r"SELECT table'\'", "SELECT 2"],
            ),
            (
                r"SELECT B'1', X'F;', n'\'; SELECT 2",
                &[r"SELECT B'1', X'F;', n'\'", "SELECT 2"],
            ),
            (
                "SELECT E'a' -- so;\n  '\\';b'; SELECT 2",
                &["SELECT E'a' -- so;\n  '\\';b'", "SELECT 2"],
            ),
            (
                "SELECT E'a' '\\'; SELECT 2",
                &["SELECT E'a' '\\'", "SELECT 2"],
            ),
            (
                "/* a /* b; */ c; */ SELECT 1; SELECT 2",
                &["SELECT 1", "SELECT 2"],
            ),
            (
                "SELECT 1 */* ; */ 2; SELECT 3",
                &["SELECT 1 */* ; */ 2", "SELECT 3"],
            ),
            (
                "SELECT 1; /* never /* closed */ ; SELECT 2",
                &["SELECT 1", "/* never /* closed */ ; SELECT 2"],
            ),
            ("-- a comment; up to a lone CR\rSELECT 1;", &["SELECT 1"]),
            ("SELECT 1 # 2; SELECT 3", &["SELECT 1 # 2", "SELECT 3"]),
            (
                "SELECT 5--2;\n+1; SELECT 3",
                &["SELECT 5--2;\n+1", "SELECT 3"],
            ),
            ("SELECT a[1;2]; SELECT 3", &["SELECT a[1", "2]", "SELECT 3"]),
        ],
    );
}

#[test]
fn postgres_dollar_quotes() {
    splits_into(
        Postgres,
        &[
            (
                "DO $$ BEGIN; END $$; SELECT 2",
                &["DO $$ BEGIN; END $$", "SELECT 2"],
            ),
            (
                "SELECT $a$ ; $$ ; $b$ ; $a$; SELECT 2",
                &["SELECT $a$ ; $$ ; $b$ ; $a$", "SELECT 2"],
            ),
            (
                "SELECT $Tag_1$;$tag_1$;$Tag_1$; SELECT 2",
                &["SELECT $Tag_1$;$tag_1$;$Tag_1$", "SELECT 2"],
            ),
            (
                "SELECT $été$;$été$; SELECT 2",
                &["SELECT $été$;$été$", "SELECT 2"],
            ),
            ("SELECT $1; SELECT $2$3;", &["SELECT $1", "SELECT $2$3"]),
            ("SELECT a$b$; SELECT c$b$;", &["SELECT a$b$", "SELECT c$b$"]),
            ("SELECT 1$$;$$; SELECT 2", &["SELECT 1$$;$$", "SELECT 2"]),
            ("SELECT '$$'; SELECT '$$';", &["SELECT '$$'", "SELECT '$$'"]),
            (
                "SELECT $x$ never; closed; $y$",
                &["SELECT $x$ never; closed; $y$"],
            ),
            ("SELECT 1 $ 2; SELECT 3", &["SELECT 1 $ 2", "SELECT 3"]),
        ],
    );
}

#[test]
fn postgres_statements_that_hold_statements() {
    stays_whole(
        Postgres,
        &[
            "CREATE RULE r AS ON INSERT TO v DO INSTEAD (INSERT INTO a VALUES (1); DELETE FROM b)",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
            "create or replace procedure p(begin int) language sql begin atomic; select 1; end",
            "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql\nBEGIN ATOMIC\n  SELECT CASE WHEN a > 0 THEN CASE 1 WHEN 1 THEN 2 END ELSE 0 END;\n  SELECT 2;\nEND",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT t.begin, t.end, (CASE WHEN t.case THEN 1 END) AS end FROM t; SELECT 2; END",
            "CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'SELECT 1;'",
            "CREATE FUNCTION f() RETURNS int AS $$ BEGIN; RETURN 1; END $$ LANGUAGE plpgsql",
            "DO LANGUAGE plpgsql $do$ BEGIN EXECUTE $x$ SELECT 1; $x$; END $do$",
        ],
    );
    splits_into(
        Postgres,
        &[
            ("SELECT 1); SELECT 2", &["SELECT 1)", "SELECT 2"]),
            ("SELECT (1; SELECT 2", &["SELECT (1; SELECT 2"]),
            (
                "SELECT begin; SELECT atomic",
                &["SELECT begin", "SELECT atomic"],
            ),
            (
                "BEGIN ATOMIC; SELECT 1; END",
                &["BEGIN ATOMIC", "SELECT 1", "END"],
            ),
            (
                "CREATE TABLE function (begin int); SELECT 1",
                &["CREATE TABLE function (begin int)", "SELECT 1"],
            ),
        ],
    );
}

#[test]
fn sqlite_quotes_and_comments() {
    splits_into(
        Sqlite,
        &[
            (r"SELECT '\'; SELECT 2", &[r"SELECT '\'", "SELECT 2"]),
            ("SELECT [a;'b]; SELECT 2", &["SELECT [a;'b]", "SELECT 2"]),
            ("SELECT `a;b```; SELECT 2", &["SELECT `a;b```", "SELECT 2"]),
            (
                "SELECT x'00'; SELECT $a, :b, @c, ?1;",
                &["SELECT x'00'", "SELECT $a, :b, @c, ?1"],
            ),
            ("/* a /* b */ SELECT 1; SELECT 2", &["SELECT 1", "SELECT 2"]),
            (
                "SELECT 1; /* closed by the end of the text; SELECT 2",
                &["SELECT 1"],
            ),
            ("SELECT 1 /*/ ; */; SELECT 2", &["SELECT 1", "SELECT 2"]),
            ("SELECT 1 /*", &["SELECT 1 /*"]),
            ("SELECT [open; SELECT 2", &["SELECT [open; SELECT 2"]),
            ("-- a comment; beyond a lone CR\rSELECT 1;", &[]),
            ("SELECT (1; SELECT 2", &["SELECT (1", "SELECT 2"]),
            (
                "SELECT 1;\u{feff}SELECT 2;\u{feff}",
                &["SELECT 1", "SELECT 2"],
            ),
            ("SELECT $$;$$; SELECT 2", &["SELECT $$", "$$", "SELECT 2"]),
        ],
    );
}

#[test]
fn sqlite_triggers() {
    stays_whole(
        Sqlite,
        &[
            "CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT 1; SELECT 2; END",
            "create temp trigger t after insert on x begin select 1; end",
            "CREATE TEMPORARY TRIGGER t AFTER INSERT ON x BEGIN SELECT 1; /* ; */ END",
            "CREATE /* a */ TRIGGER IF NOT EXISTS t AFTER UPDATE ON x BEGIN SELECT 1; -- END;\nEND",
            "CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 'END'; END",
            "CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT 1;; END",
            "EXPLAIN CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT 1; END",
            "EXPLAIN QUERY PLAN CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT 1; END",
        ],
    );
    splits_into(
        Sqlite,
        &[
            (
                "CREATE TABLE trigger_(a); SELECT 1",
                &["CREATE TABLE trigger_(a)", "SELECT 1"],
            ),
            ("DROP TRIGGER t; SELECT 1", &["DROP TRIGGER t", "SELECT 1"]),
            (
                "CREATE TRIGGER t BEGIN SELECT 1; SELECT 2;",
                &["CREATE TRIGGER t BEGIN SELECT 1; SELECT 2;"],
            ),
            (
                "CREATE TRIGGER t BEGIN SELECT 1; END -- done\n; SELECT 2;",
                &["CREATE TRIGGER t BEGIN SELECT 1; END", "SELECT 2"],
            ),
        ],
    );
}

#[test]
fn mysql_quotes_and_comments() {
    splits_into(
        Mysql,
        &[
            (
                r"SELECT 'it\'s; so'; SELECT 2",
                &[r"SELECT 'it\'s; so'", "SELECT 2"],
            ),
            (
                r#"SELECT "a\";b"; SELECT 2"#,
                &[r#"SELECT "a\";b""#, "SELECT 2"],
            ),
            (r"SELECT `a;\`; SELECT 2", &[r"SELECT `a;\`", "SELECT 2"]),
            (
                r"SELECT _utf8mb4'\';', N'\';', x'00'; SELECT 2",
                &[r"SELECT _utf8mb4'\';', N'\';', x'00'", "SELECT 2"],
            ),
            (
                "# a; comment\nSELECT 1; # b;\nSELECT 2",
                &["SELECT 1", "SELECT 2"],
            ),
            ("SELECT 5--2; SELECT 3", &["SELECT 5--2", "SELECT 3"]),
            (
                "SELECT 1;\n--no space; at the start\nSELECT 2;",
                &["SELECT 1", "SELECT 2"],
            ),
            (
                "SELECT 1 --\t; tab\n; SELECT 2 --",
                &["SELECT 1", "SELECT 2"],
            ),
            ("/* a /* b */ SELECT 1; SELECT 2", &["SELECT 1", "SELECT 2"]),
            (
                "SELECT 1; /* open; SELECT 2",
                &["SELECT 1", "/* open; SELECT 2"],
            ),
            (
                "SELECT /*+ BKA(t); */ 1; SELECT 2",
                &["SELECT /*+ BKA(t); */ 1", "SELECT 2"],
            ),
            (
                "/*!40101 SET NAMES utf8 */; SELECT 2",
                &["/*!40101 SET NAMES utf8 */", "SELECT 2"],
            ),
            (
                "/*M!100100 SET @a = 1 */; SELECT 2",
                &["/*M!100100 SET @a = 1 */", "SELECT 2"],
            ),
            (
                "/*! SELECT 1; */; SELECT 2",
                &["/*! SELECT 1; */", "SELECT 2"],
            ),
            (
                "/*! SELECT /* inner; */ '*/' */; SELECT 2 */ 1; SELECT 3",
                &[
                    "/*! SELECT /* inner; */ '*/' */",
                    "SELECT 2 */ 1",
                    "SELECT 3",
                ],
            ),
            ("SELECT (1; SELECT 2", &["SELECT (1", "SELECT 2"]),
            ("SELECT $$; SELECT a$$;", &["SELECT $$", "SELECT a$$"]),
        ],
    );
}

#[test]
fn mysql_compound_bodies_stay_whole() {
    stays_whole(
        Mysql,
        &[
            "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END",
            "CREATE PROCEDURE p() BEGIN END",
            "create or replace definer=`root`@`localhost` procedure p(begin int, in end int) begin select begin; end",
            "CREATE DEFINER = trigger@event FUNCTION f() RETURNS INT DETERMINISTIC BEGIN RETURN 1; END",
            "CREATE DEFINER=CURRENT_USER() PROCEDURE IF NOT EXISTS db.p() BEGIN SELECT 1; END",
            "CREATE PROCEDURE `p`() COMMENT 'x; y' READS SQL DATA SQL SECURITY INVOKER\nl: BEGIN SELECT 1; LEAVE l; END l",
            "CREATE FUNCTION f(a INT) RETURNS SET('x','y') CHARACTER SET utf8mb4 NO SQL BEGIN RETURN 'x'; END",
            "CREATE AGGREGATE FUNCTION f(x INT) RETURNS INT BEGIN DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN 1; LOOP FETCH GROUP NEXT ROW; END LOOP; END",
            "CREATE FUNCTION f(a INT) RETURNS INT IF a > 0 THEN RETURN 1; ELSE RETURN 2; END IF",
            "CREATE PROCEDURE p() IF (SELECT 1) THEN SELECT 1; ELSEIF IF(1, 2, 3) THEN SELECT 2; ELSE IF 1 THEN SELECT 3; END IF; END IF",
            "CREATE PROCEDURE p() BEGIN SET @a = IF(1, 2, 3); DROP TABLE IF EXISTS t; CREATE TABLE IF NOT EXISTS t (a INT); IF NOT EXISTS (SELECT 1) THEN SET @b = 1; END IF; END",
            "CREATE PROCEDURE p() BEGIN IF 1 THEN BEGIN END; END IF; SELECT 1; END",
            "CREATE PROCEDURE p() BEGIN SELECT REPEAT('a', 3), INSERT('a', 1, 1, 'b'); REPEAT SET @x = @x + 1; UNTIL @x > 3 END REPEAT; SELECT 1; END",
            "CREATE PROCEDURE p() l: LOOP LEAVE l; END LOOP l",
            "CREATE PROCEDURE p() WHILE 1 DO DO SLEEP(1); IF 1 THEN SELECT 1; END IF; END WHILE",
            "CREATE PROCEDURE p() BEGIN FOR i IN 1..10 DO SELECT i; END FOR; FOR r IN (SELECT a FROM t) DO SELECT r.a; END FOR; END",
            "CREATE PROCEDURE p() BEGIN SELECT a FROM t FOR UPDATE; WHILE 1 DO SELECT 1; END WHILE; END",
            "CREATE PROCEDURE p() BEGIN CASE x WHEN 1 THEN SELECT 1; WHEN 2 THEN CASE WHEN 1 THEN SELECT 2; ELSE BEGIN END; END CASE; ELSE SELECT CASE 1 WHEN 1 THEN IF(1, 2, 3) ELSE REPEAT('x', 2) END; END CASE; SELECT 1; END",
            "CREATE PROCEDURE p() BEGIN IF CASE WHEN a THEN 1 ELSE 0 END = 1 THEN SELECT 1; END IF; SELECT 2; END",
            "CREATE PROCEDURE p() BEGIN SELECT begin, end, case_ FROM t WHERE end > begin; UPDATE t SET end = 1, loop_ = 2; SELECT CASE WHEN end > 1 THEN end ELSE 1 END; END",
            "CREATE PROCEDURE p() BEGIN SET @begin = 1, @end = 2, @@session.x = 3; SELECT @case; END",
            "CREATE PROCEDURE p() BEGIN DECLARE done INT; DECLARE c CURSOR FOR SELECT a FROM t; DECLARE EXIT HANDLER FOR SQLEXCEPTION, SQLSTATE '23000' BEGIN ROLLBACK; RESIGNAL; END; DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = IF(1, 2, 3); DECLARE EXIT HANDLER FOR 1062 IF 1 THEN SELECT 1; END IF; DECLARE EXIT HANDLER FOR dup, gone SET @x = 1; OPEN c; CLOSE c; END",
            "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW SET NEW.a = IF(NEW.a, CASE WHEN 1 THEN 2 END, 3)",
            "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW SET NEW.a = CASE WHEN NEW.b THEN 2 ELSE 3 END",
            "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW FOLLOWS other BEGIN SET NEW.a = 1; END",
            "CREATE TRIGGER `t` AFTER UPDATE ON `x` FOR EACH ROW PRECEDES `begin` IF NEW.a THEN SET @a = 1; END IF",
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS NOW() ON COMPLETION PRESERVE COMMENT 'do' DO BEGIN DELETE FROM t; SELECT 1; END",
            "CREATE EVENT IF NOT EXISTS e ON SCHEDULE AT NOW() DO CALL p()",
            "ALTER DEFINER = a@b EVENT e ON SCHEDULE EVERY 1 HOUR DO BEGIN SELECT 1; SELECT 2; END",
            "BEGIN NOT ATOMIC SELECT 1; IF 1 THEN SELECT 2; END IF; END",
            "l: BEGIN NOT ATOMIC SELECT 1; LEAVE l; END",
            "IF 1 THEN SELECT 1; END IF",
            "FOR i IN 1..3 DO SELECT i; END FOR",
            "/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER t BEFORE INSERT ON x FOR EACH ROW BEGIN SET NEW.a = 1; SET NEW.b = 2; END */",
            "CREATE PROCEDURE p() BEGIN /* END; */ SELECT 'END;'; -- END;\n# END;\nEND",
            "CREATE FUNCTION f() RETURNS INT LANGUAGE JAVASCRIPT AS $js$ let a = 1; return a; $js$",
            "CREATE PROCEDURE p (x INT) AS v INT; w INT; BEGIN SELECT v; WHILE 1 LOOP SELECT 1; END LOOP; EXCEPTION WHEN OTHERS THEN IF 1 THEN NULL; END IF; END",
            "CREATE PROCEDURE p IS BEGIN SELECT 1; END",
            "CREATE PACKAGE k AS PROCEDURE p; FUNCTION f RETURN INT; END",
            "CREATE OR REPLACE PACKAGE BODY k AS v INT; PROCEDURE q; PROCEDURE p AS a INT; BEGIN SELECT 1; END; FUNCTION f RETURN INT AS BEGIN RETURN 1; END; BEGIN SELECT 2; END",
            "CREATE PACKAGE BODY k PROCEDURE p() BEGIN SELECT 1; END; FUNCTION f() RETURNS INT RETURN 1; END",
        ],
    );
}

#[test]
fn mysql_single_statements_end_at_the_semicolon() {
    stays_whole(
        Mysql,
        &[
            "BEGIN",
            "BEGIN WORK",
            "CREATE PROCEDURE p() SELECT IF(1, 2, 3), REPEAT('x', 2)",
            "CREATE FUNCTION f() RETURNS INT RETURN CASE WHEN 1 THEN 2 ELSE 3 END",
            "CREATE FUNCTION f RETURNS STRING SONAME 'f.so'",
            "CREATE PROCEDURE p() SELECT a FROM t FOR UPDATE",
            "CREATE TABLE IF NOT EXISTS t (begin INT, `case` INT, end INT)",
            "CREATE VIEW v AS SELECT CASE WHEN 1 THEN 2 END",
            "CREATE SQL SECURITY INVOKER VIEW procedure_ AS SELECT begin FROM t",
            "ALTER TABLE event ADD begin INT",
            "SELECT end, begin FROM t",
            "WITH w AS (SELECT 1) SELECT * FROM w",
            "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW SET NEW.a = (CASE",
        ],
    );
    splits_into(
        Mysql,
        &[
            (
                "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2;",
                &["CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2;"],
            ),
            (
                "SELECT CASE WHEN 1; SELECT 2",
                &["SELECT CASE WHEN 1", "SELECT 2"],
            ),
        ],
    );
}

#[test]
fn mysql_delimiter_lines() {
    splits_into(
        Mysql,
        &[
            (
                "DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END//\nDELIMITER ;\nSELECT 1; SELECT 2",
                &[
                    "CREATE PROCEDURE p() BEGIN SELECT 1; END",
                    "SELECT 1",
                    "SELECT 2",
                ],
            ),
            (
                "delimiter $$\r\nSELECT 1$$\r\nSELECT 'a$$b' $$ SELECT 3;",
                &["SELECT 1", "SELECT 'a$$b'", "SELECT 3;"],
            ),
            (
                "DELIMITER ;;\nSELECT 1; SELECT 2;; SELECT 3",
                &["SELECT 1; SELECT 2", "SELECT 3"],
            ),
            (
                "DELIMITER '//' ignored\nSELECT 1; //\nDELIMITER ;\n",
                &["SELECT 1;"],
            ),
            (
                "DELIMITER go\nSELECT 1 go SELECT 2 go",
                &["SELECT 1", "SELECT 2"],
            ),
            (
                "  DELIMITER\t|\n-- it's | a comment\nSELECT 1|SELECT 2",
                &["SELECT 1", "SELECT 2"],
            ),
            (
                "SELECT 1; DELIMITER //\nSELECT 2;//",
                &["SELECT 1", "SELECT 2;"],
            ),
            (
                "SELECT delimiter x\n; SELECT 2",
                &["SELECT delimiter x", "SELECT 2"],
            ),
            (
                "DELIMITER\nSELECT 1; SELECT 2",
                &["DELIMITER\nSELECT 1", "SELECT 2"],
            ),
            (
                "DELIMITER \\\nSELECT 1; SELECT 2",
                &["DELIMITER \\\nSELECT 1", "SELECT 2"],
            ),
            (
                "DELIMITER é\nSELECT 1é SELECT 'é'é",
                &["SELECT 1", "SELECT 'é'"],
            ),
        ],
    );
    assert_eq!(
        texts(Postgres, "DELIMITER //\nSELECT 1; SELECT 2"),
        ["DELIMITER //\nSELECT 1", "SELECT 2"]
    );
}

#[test]
fn statements_know_where_they_stand() {
    let source = "-- é\nSELECT 1;\n  SELECT 'ü';";
    let found: Vec<_> = split(Postgres, source)
        .iter()
        .map(|statement| (statement.start, statement.end()))
        .collect();
    assert_eq!(found, [(6, 14), (18, 29)]);
}

#[test]
fn words_are_bare_words_only() {
    let words = |dialect, sql: &'static str| -> Vec<&str> {
        split(dialect, sql)
            .first()
            .map(|statement| statement.words().collect())
            .unwrap_or_default()
    };
    assert_eq!(
        words(
            Postgres,
            r#"/* a */ Create UNIQUE index "Name" -- b
            ON public.t (lower(x), E'y' , $$z$$, $1, 12e3) -- c"#
        ),
        [
            "Create", "UNIQUE", "index", "ON", "public", "t", "lower", "x"
        ]
    );
    assert_eq!(
        words(Mysql, "/*!40101 SET NAMES `utf8` */ # x"),
        ["SET", "NAMES"]
    );
    assert_eq!(
        words(Mysql, "SELECT @a, @@b.c, N'x', \"d\""),
        ["SELECT", "c"]
    );
    assert_eq!(
        words(Sqlite, "SELECT [a], `b`, x'00', $c FROM d"),
        ["SELECT", "FROM", "d"]
    );
}

#[test]
fn transaction_control_is_recognised() {
    use TransactionControl::{Begin, Commit, Rollback};
    let control = |dialect, sql| {
        split(dialect, sql)
            .first()
            .and_then(super::Statement::transaction_control)
    };
    for dialect in EVERY {
        for (sql, expected) in [
            ("begin", Some(Begin)),
            ("/* x */ BEGIN -- y", Some(Begin)),
            ("START TRANSACTION READ ONLY", Some(Begin)),
            ("COMMIT", Some(Commit)),
            ("commit work", Some(Commit)),
            ("ROLLBACK", Some(Rollback)),
            ("ROLLBACK WORK", Some(Rollback)),
            ("ROLLBACK TO SAVEPOINT a", None),
            ("ROLLBACK WORK TO a", None),
            ("ROLLBACK TRANSACTION TO SAVEPOINT a", None),
            ("SAVEPOINT a", None),
            ("RELEASE SAVEPOINT a", None),
            ("START SLAVE", None),
            ("SELECT 'BEGIN'", None),
            ("\"BEGIN\" x", None),
        ] {
            assert_eq!(control(dialect, sql), expected, "{dialect:?}: {sql}");
        }
    }
    for (dialect, sql, expected) in [
        (Postgres, "BEGIN ISOLATION LEVEL SERIALIZABLE", Some(Begin)),
        (Postgres, "END TRANSACTION", Some(Commit)),
        (Postgres, "PREPARE TRANSACTION 'a'", Some(Commit)),
        (Postgres, "PREPARE p AS SELECT 1", None),
        (Postgres, "COMMIT PREPARED 'a'", None),
        (Postgres, "ROLLBACK PREPARED 'a'", None),
        (Postgres, "ABORT", Some(Rollback)),
        (Sqlite, "BEGIN IMMEDIATE", Some(Begin)),
        (Sqlite, "END", Some(Commit)),
        (Mysql, "BEGIN NOT ATOMIC SELECT 1; END", None),
        (Mysql, "/*!40000 COMMIT */", Some(Commit)),
    ] {
        assert_eq!(control(dialect, sql), expected, "{dialect:?}: {sql}");
    }
}

#[test]
fn commands_that_refuse_a_transaction_are_named() {
    let refusal = |dialect, sql| {
        split(dialect, sql)
            .first()
            .and_then(super::Statement::refuses_transaction)
    };
    for (sql, expected) in [
        (
            "CREATE INDEX CONCURRENTLY i ON t (a)",
            Some("CREATE INDEX CONCURRENTLY"),
        ),
        (
            "create unique index concurrently i on t (a)",
            Some("CREATE UNIQUE INDEX CONCURRENTLY"),
        ),
        ("CREATE UNIQUE INDEX i ON t (concurrently)", None),
        ("CREATE INDEX \"CONCURRENTLY\" ON t (a)", None),
        (
            "DROP INDEX CONCURRENTLY IF EXISTS i",
            Some("DROP INDEX CONCURRENTLY"),
        ),
        ("DROP INDEX i", None),
        (
            "REINDEX (VERBOSE) INDEX CONCURRENTLY i",
            Some("REINDEX CONCURRENTLY"),
        ),
        ("REINDEX TABLE t", None),
        ("REINDEX SCHEMA s", Some("REINDEX SCHEMA")),
        ("VACUUM ANALYZE t", Some("VACUUM")),
        ("CREATE DATABASE d", Some("CREATE DATABASE")),
        ("DROP DATABASE d", Some("DROP DATABASE")),
        ("ALTER DATABASE d SET timezone TO 'UTC'", None),
        (
            "CREATE TABLESPACE s LOCATION '/x'",
            Some("CREATE TABLESPACE"),
        ),
        ("DROP TABLESPACE s", Some("DROP TABLESPACE")),
        ("ALTER SYSTEM SET a = 1", Some("ALTER SYSTEM")),
        (
            "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
            Some("DETACH PARTITION CONCURRENTLY"),
        ),
        ("ALTER TABLE t DETACH PARTITION p", None),
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY v", None),
        ("CLUSTER", Some("CLUSTER")),
        ("CLUSTER VERBOSE", Some("CLUSTER")),
        ("CLUSTER t", None),
        ("CLUSTER \"T\"", None),
        ("COMMIT PREPARED 'a'", Some("COMMIT PREPARED")),
        (
            "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
            Some("CREATE SUBSCRIPTION"),
        ),
        (
            "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false)",
            None,
        ),
        ("DISCARD ALL", Some("DISCARD ALL")),
        ("ALTER TYPE e ADD VALUE 'x'", None),
    ] {
        assert_eq!(refusal(Postgres, sql), expected, "{sql}");
    }
    for (sql, expected) in [
        ("VACUUM", Some("VACUUM")),
        ("PRAGMA foreign_keys = OFF", Some("PRAGMA foreign_keys")),
        ("PRAGMA main.journal_mode(WAL)", Some("PRAGMA journal_mode")),
        ("PRAGMA foreign_keys", None),
        ("PRAGMA foreign_key_check", None),
        ("PRAGMA defer_foreign_keys = ON", None),
        ("PRAGMA synchronous = OFF", Some("PRAGMA synchronous")),
        ("SELECT 1", None),
    ] {
        assert_eq!(refusal(Sqlite, sql), expected, "{sql}");
    }
    assert_eq!(refusal(Mysql, "OPTIMIZE TABLE t"), None);
}

#[test]
fn places_count_as_editors_do() {
    let source = "\u{feff}ab\r\nc\rdé\n\nx";
    let at = |text: &str| place(source, source.find(text).unwrap_or_default());
    assert_eq!(place(source, 0), Place { line: 1, column: 1 });
    assert_eq!(at("ab"), Place { line: 1, column: 1 });
    assert_eq!(at("b"), Place { line: 1, column: 2 });
    assert_eq!(at("\n"), Place { line: 1, column: 4 });
    assert_eq!(at("c"), Place { line: 2, column: 1 });
    assert_eq!(at("é"), Place { line: 3, column: 2 });
    assert_eq!(
        place(source, source.find('é').unwrap_or_default() + 1),
        Place { line: 3, column: 2 }
    );
    assert_eq!(at("x"), Place { line: 5, column: 1 });
    assert_eq!(place(source, usize::MAX), Place { line: 5, column: 2 });
}

#[test]
fn characters_count_from_one() {
    assert_eq!(byte_of_char("aéb", 0), None);
    assert_eq!(byte_of_char("aéb", 1), Some(0));
    assert_eq!(byte_of_char("aéb", 2), Some(1));
    assert_eq!(byte_of_char("aéb", 3), Some(3));
    assert_eq!(byte_of_char("aéb", 4), Some(4));
    assert_eq!(byte_of_char("aéb", 5), None);
    assert_eq!(byte_of_char("", 1), Some(0));
}

/// The corpus, sent to SQLite a statement at a time, leaves what whole files leave.
#[cfg(feature = "sqlite")]
#[test]
fn sqlite_takes_the_statements_one_by_one() -> Result<(), Box<dyn std::error::Error>> {
    use diesel::{
        Connection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection,
    };

    #[derive(Debug, PartialEq, QueryableByName)]
    struct Object {
        #[diesel(sql_type = diesel::sql_types::Text)]
        definition: String,
    }

    let definitions = |connection: &mut SqliteConnection| {
        diesel::sql_query(
            "SELECT name || ': ' || coalesce(sql, '') AS definition FROM sqlite_master
             WHERE name NOT LIKE 'sqlite%' ORDER BY 1",
        )
        .load::<Object>(connection)
    };
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/sqlite");
    let mut migrations = std::fs::read_dir(corpus)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<Vec<_>>>()?;
    migrations.sort();
    let mut whole = SqliteConnection::establish(":memory:")?;
    let mut pieces = SqliteConnection::establish(":memory:")?;
    let ups = migrations.iter().map(|migration| migration.join("up.sql"));
    let downs = migrations
        .iter()
        .rev()
        .map(|migration| migration.join("down.sql"));
    for path in ups.chain(downs) {
        let source = std::fs::read_to_string(&path)?;
        whole.batch_execute(&source)?;
        for sql in texts(Sqlite, &source) {
            diesel::sql_query(sql)
                .execute(&mut pieces)
                .map_err(|error| format!("{sql}: {error}"))?;
        }
        assert_eq!(
            definitions(&mut pieces)?,
            definitions(&mut whole)?,
            "{}",
            path.display()
        );
    }
    assert_eq!(definitions(&mut pieces)?, []);
    Ok(())
}

/// Pieces that rules are about, in any order.
fn soup() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        ";",
        ";",
        ";\n",
        " ",
        "\n",
        "\r",
        "\r\n",
        "\t",
        "'",
        "''",
        "\"",
        "`",
        "[",
        "]",
        "(",
        ")",
        "$",
        "$$",
        "$a$",
        "$1",
        "--",
        "-- ",
        "#",
        "/*",
        "*/",
        "/*!",
        "/*!50000 ",
        "/*M!",
        "\\",
        "\\'",
        "E'",
        "e'a'",
        "U&'",
        "U&\"",
        "x'",
        "@",
        "@end",
        ":",
        "::",
        ".",
        ",",
        "=",
        "\0",
        "\x0b",
        "\u{feff}",
        "é",
        "日本",
        "\u{a0}",
        "a",
        "b1",
        "12",
        "BEGIN ",
        "END ",
        "END;",
        "ATOMIC ",
        "NOT ",
        "CASE ",
        "WHEN ",
        "THEN ",
        "ELSE ",
        "IF ",
        "IF(",
        "LOOP ",
        "REPEAT ",
        "UNTIL ",
        "WHILE ",
        "FOR ",
        "DO ",
        "CREATE ",
        "OR ",
        "REPLACE ",
        "FUNCTION ",
        "PROCEDURE ",
        "TRIGGER ",
        "EVENT ",
        "PACKAGE ",
        "BODY ",
        "TEMP ",
        "EXPLAIN ",
        "ALTER ",
        "DEFINER=",
        "EACH ROW ",
        "FOLLOWS ",
        "DECLARE ",
        "HANDLER ",
        "RETURNS ",
        "RETURN ",
        "AS ",
        "IS ",
        "SELECT ",
        "lbl: ",
    ];
    proptest::collection::vec(
        prop_oneof![9 => proptest::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<String>()],
        0..40,
    )
    .prop_map(|pieces| pieces.concat())
}

/// Soup with MySQL's client command in it.
fn soup_with_delimiters() -> impl Strategy<Value = String> {
    const LINES: &[&str] = &[
        "",
        "\nDELIMITER //\n",
        "\ndelimiter é\n",
        "\nDELIMITER ;\n",
        "//",
        "é",
    ];
    proptest::collection::vec((soup(), proptest::sample::select(LINES)), 1..4).prop_map(|parts| {
        parts
            .into_iter()
            .flat_map(|(soup, line)| [soup, line.to_owned()])
            .collect()
    })
}

fn dialects() -> impl Strategy<Value = Dialect> {
    proptest::sample::select(&EVERY[..])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_statements_in_order(dialect in dialects(), source in soup_with_delimiters()) {
        let mut end = 0;
        for statement in split(dialect, &source) {
            prop_assert!(statement.start >= end);
            prop_assert!(!statement.sql.is_empty());
            prop_assert_eq!(statement.sql, &source[statement.start..statement.end()]);
            end = statement.end();
            let _ = (statement.words().count(), statement.transaction_control(), statement.refuses_transaction());
        }
    }

    #[test]
    fn joined_statements_split_into_themselves(dialect in dialects(), source in soup()) {
        let statements = texts(dialect, &source);
        // MySQL takes `--` for a comment at the very end of a text, and for two signs before a comment.
        prop_assume!(dialect != Mysql || !statements.iter().any(|sql| sql.ends_with("--")));
        // Not at the very start, where U+FEFF would be a byte order mark.
        let joined: String = statements.iter().flat_map(|sql| [";\n", *sql]).collect();
        prop_assert_eq!(texts(dialect, &joined), statements);
    }

    #[test]
    fn nothing_between_statements_is_a_statement(dialect in dialects(), source in soup()) {
        let mut outside = String::new();
        let mut end = 0;
        for statement in split(dialect, &source) {
            outside.push_str(&source[end..statement.start]);
            outside.push('\n');
            end = statement.end();
        }
        outside.push_str(&source[end..]);
        prop_assert_eq!(texts(dialect, &outside), Vec::<&str>::new());
    }

    #[test]
    fn offsets_and_characters_agree(source in any::<String>()) {
        for (index, (at, _)) in source.char_indices().enumerate() {
            prop_assert_eq!(byte_of_char(&source, index + 1), Some(at));
            prop_assert!(place(&source, at).line >= 1);
        }
    }
}

#[test]
fn tables_that_a_statement_makes() {
    for (sql, expected) in [
        ("CREATE TABLE users (id int)", Some("users")),
        (
            "create unlogged table if not exists app.\"My Users\" (id int)",
            Some("My Users"),
        ),
        ("CREATE TEMPORARY TABLE x AS SELECT 1", Some("x")),
        ("ALTER TABLE users RENAME TO people", Some("people")),
        ("ALTER TABLE users RENAME COLUMN a TO b", None),
        ("ALTER TABLE users ADD COLUMN a int", None),
        ("CREATE INDEX i ON t (a)", None),
        ("DROP TABLE users", None),
    ] {
        let made = split(Dialect::Postgres, sql)[0].made_table();
        assert_eq!(made.as_deref(), expected, "{sql}");
    }
    let made = split(Dialect::Mysql, "RENAME TABLE `a` TO `b``c`")[0].made_table();
    assert_eq!(made.as_deref(), Some("b`c"));
}
