//! What a failed migration says, and what it leaves behind.

use std::{io::Write as _, process::Stdio};

use pretty_assertions::assert_eq;

use crate::{
    project::{Project, eventually, without_times},
    support::services::Server,
};

/// The part of a report that shows the file, the place and the lines around it.
fn excerpt(stderr: &str) -> String {
    let lines = stderr
        .lines()
        .skip_while(|line| !line.trim_start().starts_with("-->"));
    let lines = lines.take_while(|line| !line.trim_start().starts_with("= "));
    let text: Vec<&str> = lines.filter(|line| line.trim() != "|").collect();
    text.join("\n")
}

/// A project whose first migration is sound and whose second one is given.
fn broken(server: Server, up: &str) -> Project {
    Project::with(
        server,
        &[
            (
                "1_sound",
                "CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(40))",
                "DROP TABLE a",
            ),
            ("2_broken", up, "SELECT 1"),
        ],
    )
}

/// Whether the start of the second migration stands after it failed.
fn stands(project: &Project, table: &str) -> bool {
    assert_eq!(project.ledger(), ["1"]);
    project.database.table_exists(table)
}

const SYNTAX: &str = "CREATE TABLE b (id INTEGER);

-- größer
INSERT INTO a (id) VALUES (7);

CREATE TABLE c (
    id INTEGER,
    name VARCHAR(10) wrong,
    more INTEGER
);
";

on_every_engine! {
    /// The whole report, once.
    fn a_syntax_error_is_reported_in_full(server: Server) {
        let project = broken(server, SYNTAX);
        let said = project.transcript(&["migrate"]);
        let expected = match server {
            Server::Sqlite => include_str!("expected/syntax.sqlite.txt"),
            Server::Postgres | Server::Postgres2 => include_str!("expected/syntax.postgres.txt"),
            Server::Mariadb => include_str!("expected/syntax.mariadb.txt"),
        };
        // The database's words change with its release; the rest does not.
        assert_eq!(said, expected);
        assert_eq!(stands(&project, "b"), server == Server::Mariadb);
        assert!(!project.database.table_exists("c"));
        assert_eq!(
            project.database.value("SELECT COUNT(*) FROM a"),
            if server == Server::Mariadb { "1" } else { "0" }
        );
    }

    fn outside_a_transaction_what_ran_stands(server: Server) {
        let project = broken(server, SYNTAX);
        project.without_transaction("2_broken");
        let said = project.fail(&["migrate"]);
        assert!(
            said.contains("= 2 of 3 statements stand and cannot be taken back (lines 1, 4); the migration is not recorded as applied"),
            "{said}"
        );
        assert!(said.contains("`manage stamp 2_broken`"), "{said}");
        assert!(stands(&project, "b"));
        assert_eq!(project.database.value("SELECT COUNT(*) FROM a"), "1");
        // As the hint says: the rest by hand, then the stamp.
        project.database.execute("CREATE TABLE c (id INTEGER)");
        project.succeed(&["stamp", "2_broken"]);
        assert_eq!(project.succeed(&["migrate"]), "No migrations to apply.\n");
    }

    fn a_name_that_is_not_there_is_underlined(server: Server) {
        for (up, expected) in [
            (
                "INSERT INTO a (id, nope)\nVALUES (1, 2);",
                " --> migrations/2_broken/up.sql:1:20\n1 | INSERT INTO a (id, nope)\n  |                    ^^^^\n2 | VALUES (1, 2);",
            ),
            (
                "INSERT INTO a (id)\nVALUES (1);\nINSERT INTO nowhere (id)\nVALUES (1);",
                " --> migrations/2_broken/up.sql:3:13\n3 | INSERT INTO nowhere (id)\n  |             ^^^^^^^\n4 | VALUES (1);",
            ),
            (
                "DELETE FROM a\nWHERE\n  nope = 1;",
                " --> migrations/2_broken/up.sql:3:3\n1 | DELETE FROM a\n2 | WHERE\n3 |   nope = 1;\n  |   ^^^^",
            ),
        ] {
            let said = broken(server, up).fail(&["migrate"]);
            assert_eq!(excerpt(&said), expected, "{said}");
            assert!(said.contains("= applied before it in this run: 1_sound\n"), "{said}");
        }
    }

    fn a_name_that_is_there_already_is_underlined(server: Server) {
        let project = broken(server, "-- again\nCREATE TABLE\n  a (id INTEGER);");
        let said = project.fail(&["migrate"]);
        assert_eq!(
            excerpt(&said),
            " --> migrations/2_broken/up.sql:3:3\n2 | CREATE TABLE\n3 |   a (id INTEGER);\n  |   ^",
            "{said}"
        );
        assert!(said.contains("`manage migrate 2_broken --fake`"), "{said}");

        let said = broken(server, "ALTER TABLE a ADD COLUMN name VARCHAR(40);").fail(&["migrate"]);
        assert_eq!(
            excerpt(&said),
            " --> migrations/2_broken/up.sql:1:26\n1 | ALTER TABLE a ADD COLUMN name VARCHAR(40);\n  |                          ^^^^",
            "{said}"
        );
    }

    /// No engine says where, so the statement's first line is underlined.
    fn a_duplicate_row_is_found_by_its_statement(server: Server) {
        let project = broken(
            server,
            "INSERT INTO a (id) VALUES (1);\n\nINSERT INTO a (id)\n  VALUES (1);\n",
        );
        let said = project.fail(&["migrate"]);
        assert_eq!(
            excerpt(&said),
            " --> migrations/2_broken/up.sql:3:1\n3 | INSERT INTO a (id)\n  | ^^^^^^^^^^^^^^^^^^\n4 |   VALUES (1);",
            "{said}"
        );
        if server.is_postgres() {
            assert!(said.contains("= the database adds: Key (id)=(1) already exists.\n"), "{said}");
        }
        // Rows alone are taken back everywhere.
        assert_eq!(project.database.value("SELECT COUNT(*) FROM a"), "0");
        assert_eq!(project.ledger(), ["1"]);
        let rolled_back = if server == Server::Mariadb {
            "= nothing of this migration stands, and it is not recorded as applied\n"
        } else {
            "= nothing of this migration stands: it was rolled back\n"
        };
        assert!(said.contains(rolled_back), "{said}");
    }

    fn a_row_without_its_parent_is_explained(server: Server) {
        let project = Project::with(server, &[
            (
                "1_tables",
                "CREATE TABLE p (id INTEGER NOT NULL PRIMARY KEY);\nCREATE TABLE k (p_id INTEGER NOT NULL, FOREIGN KEY (p_id) REFERENCES p (id));",
                "DROP TABLE k; DROP TABLE p;",
            ),
            ("2_rows", "INSERT INTO k (p_id) VALUES (1);", "DELETE FROM k"),
        ]);
        project.write("manage.toml", match server {
            Server::Sqlite => "[databases.main]\nurl = \"env\"\non_connect = [\"PRAGMA foreign_keys = ON\"]\n",
            _ => "",
        });
        let project = match server {
            Server::Sqlite => {
                let url = project.database.url();
                project.write("manage.toml", &format!("[databases.main]\nurl = \"{url}\"\non_connect = [\"PRAGMA foreign_keys = ON\"]\n"));
                project.unset("DATABASE_URL")
            }
            _ => project,
        };
        let said = project.fail(&["migrate"]);
        assert_eq!(
            excerpt(&said),
            " --> migrations/2_rows/up.sql:1:1\n1 | INSERT INTO k (p_id) VALUES (1);\n  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "{said}"
        );
        assert!(said.contains("create and fill parents before children"), "{said}");
        assert_eq!(project.database.value("SELECT COUNT(*) FROM k"), "0");
    }

    fn places_hold_behind_wide_characters_and_windows_line_ends(server: Server) {
        let project = broken(
            server,
            "\u{feff}-- Größe €\r\nINSERT INTO a (id, name)\r\nVALUES (1, 'äöü 😀; x'), (2, 'é' || nope);\r\n",
        );
        let said = project.fail(&["migrate"]);
        assert_eq!(
            excerpt(&said),
            " --> migrations/2_broken/up.sql:3:36\n2 | INSERT INTO a (id, name)\n3 | VALUES (1, 'äöü 😀; x'), (2, 'é' || nope);\n  |                                     ^^^^",
            "{said}"
        );
        let run = project.manage(&["migrate", "--format", "json"]);
        let answer: serde_json::Value = serde_json::from_str(&run.stdout).expect("a JSON object");
        let error = &answer["error"];
        assert_eq!(
            (error["file"].as_str(), error["line"].as_u64(), error["column"].as_u64()),
            (Some("migrations/2_broken/up.sql"), Some(3), Some(36)),
            "{answer}"
        );
    }

    fn a_failed_way_back_says_so(server: Server) {
        let project = Project::with(server, &[
            ("1_a", "CREATE TABLE a (id INTEGER)", "DROP TABLE a"),
            ("2_b", "CREATE TABLE b (id INTEGER)", "DROP TABLE b;\nDROP TABLE nowhere;\n"),
            ("3_c", "CREATE TABLE c (id INTEGER)", "DROP TABLE c"),
        ]);
        project.succeed(&["migrate"]);
        let said = project.fail(&["rollback", "--all"]);
        assert!(said.starts_with("error: unapplying 2_b failed: "), "{said}");
        assert_eq!(
            excerpt(&said),
            " --> migrations/2_b/down.sql:2:12\n2 | DROP TABLE nowhere;\n  |            ^^^^^^^",
            "{said}"
        );
        assert!(said.contains("= done before it in this run: 3_c\n"), "{said}");
        assert_eq!(project.ledger(), ["1", "2"]);
        assert_eq!(project.database.table_exists("b"), server != Server::Mariadb);
        let state = if server == Server::Mariadb {
            "= 1 of 2 statements stands and cannot be taken back (line 1); the migration is not recorded as unapplied\n"
        } else {
            "= nothing of this migration stands: it was rolled back\n"
        };
        assert!(said.contains(state), "{said}");
    }
}

/// A session of the engine's own client that holds what its statements took until it is dropped.
pub struct Holder(std::process::Child);

impl Holder {
    /// Hands statements to the client; whether they have run is the caller's to see.
    pub fn new(project: &Project, sql: &str) -> Self {
        let mut command = project.command(&["dbshell"]);
        let mut child = command
            .stdin(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let stdin = child.stdin.as_mut().expect("a pipe");
        stdin.write_all(sql.as_bytes()).expect("the client reads");
        Self(child)
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        // The end of its input is the end of the session.
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

on_every_engine! {
    fn a_lock_held_by_another_session_is_told_of(server: Server) {
        let project = broken(server, "ALTER TABLE a ADD COLUMN more INTEGER;");
        project.succeed(&["migrate", "+1"]);
        let url = project.database.url();
        let (url, locked, is_held) = match server {
            Server::Sqlite => {
                project.write("manage.toml", "[databases.main]\non_connect = [\"PRAGMA busy_timeout = 200\"]\n");
                (url, "BEGIN IMMEDIATE; CREATE TABLE held (id INTEGER);\n", String::new())
            }
            Server::Postgres | Server::Postgres2 => (
                format!("{url}&options=-c%20lock_timeout=300"),
                "BEGIN; LOCK TABLE a;\n",
                "SELECT COUNT(*) FROM pg_locks WHERE relation = 'a'::regclass AND mode = 'AccessExclusiveLock'".to_owned(),
            ),
            Server::Mariadb => {
                project.write("manage.toml", "[databases.main]\non_connect = [\"SET SESSION lock_wait_timeout = 1\"]\n");
                (
                    url,
                    "LOCK TABLES a WRITE; SELECT GET_LOCK(DATABASE(), 0);\n",
                    "SELECT IS_USED_LOCK(DATABASE()) IS NOT NULL".to_owned(),
                )
            }
        };
        let holder = Holder::new(&project, locked);
        eventually("the lock is held", || {
            if server == Server::Sqlite {
                return project.database.path().with_extension("db-journal").exists();
            }
            project.database.value(&is_held) == "1"
        });
        let said = project.fail(&["migrate", "--database-url", &url]);
        drop(holder);
        if server == Server::Sqlite {
            assert!(said.contains("database is locked"), "{said}");
            assert!(said.contains("hint: another program has the database open and writes"), "{said}");
        } else {
            assert!(said.starts_with("error: applying 2_broken failed: "), "{said}");
            assert!(said.contains("hint: another session holds a lock this needs"), "{said}");
        }
        project.succeed(&["migrate"]);
    }
}

on_servers! {
    fn a_session_that_takes_no_writes_is_told_of(server: Server) {
        let project = broken(server, "INSERT INTO a (id) VALUES (1);");
        project.succeed(&["migrate", "+1"]);
        let on_connect = if server.is_postgres() {
            "SET default_transaction_read_only = on"
        } else {
            "SET SESSION TRANSACTION READ ONLY"
        };
        project.write("manage.toml", &format!("[databases.main]\non_connect = [\"{on_connect}\"]\n"));
        let said = project.fail(&["migrate"]);
        // Without a transaction that takes it back, the log is the first to be written.
        let (failed, hint) = if server.is_postgres() {
            ("error: applying 2_broken failed: ", "the server or the user takes no writes: is this a replica?")
        } else {
            ("error: writing to the log failed: ", "is this a replica, or a file that this user may only read?")
        };
        assert!(said.starts_with(failed), "{said}");
        assert!(said.contains(&format!("hint: {hint}\n")), "{said}");
        assert_eq!(project.ledger(), ["1"]);
    }
}

on_mariadb! {
    /// And what follows a change of structure is in no transaction any more.
    fn a_change_of_structure_ends_the_transaction(server: Server) {
        let project = broken(
            server,
            "INSERT INTO a (id) VALUES (1);\nCREATE TABLE b (id INTEGER);\nINSERT INTO a (id) VALUES (2);\nINSERT INTO a (id) VALUES (2);\n",
        );
        let said = project.fail(&["migrate"]);
        assert!(
            said.contains("= 3 of 4 statements stand and cannot be taken back (lines 1, 2, 3); the migration is not recorded as applied\n"),
            "{said}"
        );
        assert_eq!(project.database.query("SELECT id FROM a"), [["1"], ["2"]]);
        assert!(stands(&project, "b"));
    }

    fn a_transaction_of_the_scripts_own_takes_its_rows_back(server: Server) {
        let project = broken(
            server,
            "INSERT INTO a (id) VALUES (1);\nSTART TRANSACTION;\nINSERT INTO a (id) VALUES (2);\nINSERT INTO a (id) VALUES (2);\n",
        );
        project.without_transaction("2_broken");
        let said = project.fail(&["migrate"]);
        assert!(said.contains("= 1 of 4 statements stands and cannot be taken back (line 1)"), "{said}");
        assert_eq!(project.database.query("SELECT id FROM a"), [["1"]]);
    }

    fn a_failing_change_of_structure_commits_the_rows_before_it(server: Server) {
        let project = broken(server, "INSERT INTO a (id) VALUES (1);\nDROP TABLE nowhere;\n");
        let said = project.fail(&["migrate"]);
        assert!(said.contains("= 1 of 2 statements stands and cannot be taken back (line 1)"), "{said}");
        assert_eq!(project.database.query("SELECT id FROM a"), [["1"]]);
    }

    fn a_ledger_that_cannot_be_written_leaves_what_was_committed(server: Server) {
        let project = Project::with(server, &[
            ("1_sound", "CREATE TABLE a (id INTEGER)", "DROP TABLE a"),
            ("2_locks", "CREATE TABLE b (id INTEGER);\nLOCK TABLES a WRITE;\nINSERT INTO a VALUES (1);\n", "DROP TABLE b"),
        ]);
        let said = project.fail(&["migrate"]);
        assert!(said.starts_with("error: applying 2_locks failed after its last statement: "), "{said}");
        assert!(said.contains("= its statements stand, but the ledger was not changed\n"), "{said}");
        assert!(said.ends_with("\nhint: `manage migrate --resume` records it\n"), "{said}");
        assert_eq!(project.ledger(), ["1"]);
        assert!(project.database.table_exists("b"));

        // Rows alone were in the transaction that could not be ended.
        let project = Project::with(server, &[
            ("1_sound", "CREATE TABLE a (id INTEGER)", "DROP TABLE a"),
            ("2_rows", "INSERT INTO a VALUES (1);\n", "DELETE FROM a"),
        ]);
        project.succeed(&["migrate", "+1"]);
        project.database.execute("ALTER TABLE __diesel_schema_migrations ADD COLUMN more INTEGER NOT NULL CHECK (more > 1)");
        let said = project.fail(&["migrate"]);
        assert!(said.contains("= nothing of this migration stands, and it is not recorded as applied\n"), "{said}");
        assert_eq!(project.database.value("SELECT COUNT(*) FROM a"), "0");
    }

    fn compound_bodies_and_delimiters_run(server: Server) {
        let project = Project::with(server, &[
            (
                "1_bodies",
                "CREATE TABLE a (id INTEGER, n INTEGER);
                 CREATE TRIGGER a_n BEFORE INSERT ON a FOR EACH ROW
                 BEGIN
                   IF NEW.n IS NULL THEN SET NEW.n = 1; END IF;
                 END;
                 CREATE PROCEDURE fill(IN many INTEGER)
                 BEGIN
                   DECLARE i INTEGER DEFAULT 0;
                   WHILE i < many DO
                     INSERT INTO a (id) VALUES (i);
                     SET i = i + 1;
                   END WHILE;
                 END;
                 CALL fill(3);",
                "DROP PROCEDURE fill; DROP TABLE a;",
            ),
            (
                "2_delimiter",
                "DELIMITER $$\nCREATE FUNCTION twice(x INTEGER) RETURNS INTEGER DETERMINISTIC\nBEGIN\n  RETURN x * 2;\nEND$$\nDELIMITER ;\nINSERT INTO a (id) VALUES (twice(21));\n",
                "DROP FUNCTION twice;",
            ),
            (
                "3_broken",
                "DELIMITER //\nCREATE PROCEDURE p()\nBEGIN\n  SELECT 1;\n  SELEKT 2;\nEND//\n",
                "SELECT 1",
            ),
        ]);
        let said = project.fail(&["migrate"]);
        assert_eq!(
            excerpt(&said),
            " --> migrations/3_broken/up.sql:5:10\n2 | CREATE PROCEDURE p()\n3 | BEGIN\n4 |   SELECT 1;\n5 |   SELEKT 2;\n  |          ^\n6 | END//",
            "{said}"
        );
        assert_eq!(project.ledger(), ["1", "2"]);
        assert_eq!(project.database.query("SELECT id, n FROM a ORDER BY id"), [["0", "1"], ["1", "1"], ["2", "1"], ["42", "1"]]);
        project.succeed(&["rollback", "--all"]);
        assert_eq!(project.tables(), Vec::<String>::new());
    }
}

on_transactional_engines! {
    fn a_deferred_constraint_that_fails_at_the_commit_is_told_of(server: Server) {
        let project = Project::with(server, &[
            (
                "1_tables",
                "CREATE TABLE p (id INTEGER NOT NULL PRIMARY KEY);
                 CREATE TABLE k (p_id INTEGER NOT NULL REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED);",
                "DROP TABLE k; DROP TABLE p;",
            ),
            ("2_rows", "INSERT INTO k (p_id) VALUES (1);\nINSERT INTO p (id) VALUES (2);\n", "DELETE FROM k"),
        ]);
        let project = if server == Server::Sqlite {
            let url = project.database.url();
            project.write("manage.toml", &format!("[databases.main]\nurl = \"{url}\"\non_connect = [\"PRAGMA foreign_keys = ON\"]\n"));
            project.unset("DATABASE_URL")
        } else {
            project
        };
        let said = project.fail(&["migrate"]);
        assert!(said.starts_with("error: applying 2_rows failed after its last statement: "), "{said}");
        assert!(said.contains("--> migrations/2_rows/up.sql\n"), "{said}");
        assert!(said.contains("= nothing of this migration stands: it was rolled back\n"), "{said}");
        assert!(said.contains("create and fill parents before children"), "{said}");
        assert_eq!(project.ledger(), ["1"]);
        assert_eq!(project.database.value("SELECT COUNT(*) FROM k"), "0");
        assert_eq!(project.database.value("SELECT COUNT(*) FROM p"), "0");
        // The connection is still of use: nothing is left open or locked.
        project.migration("2_rows", "INSERT INTO k (p_id) VALUES (1);\nINSERT INTO p (id) VALUES (1);\n", "DELETE FROM k");
        assert_eq!(
            without_times(&project.succeed(&["migrate"])),
            "Applying 2_rows ... OK (TIME)\nApplied 1 migration in TIME.\n"
        );
    }
}

on_postgres! {
    fn indexes_are_made_concurrently_outside_a_transaction(server: Server) {
        let project = Project::with(server, &[
            ("1_a", "CREATE TABLE a (id INTEGER, name TEXT); INSERT INTO a VALUES (1, 'x'), (1, 'y');", "DROP TABLE a"),
            (
                "2_indexes",
                "CREATE INDEX CONCURRENTLY a_id ON a (id);\nCREATE INDEX CONCURRENTLY a_name ON a (name);\n",
                "DROP INDEX CONCURRENTLY a_name;\nDROP INDEX CONCURRENTLY a_id;\n",
            ),
        ]);
        let said = project.fail(&["migrate"]);
        assert!(
            said.contains("hint: this statement cannot run in a transaction: put a file `metadata.toml` that says `run_in_transaction = false` into the folder `2_indexes`\n"),
            "{said}"
        );
        assert_eq!(project.ledger(), ["1"]);

        project.without_transaction("2_indexes");
        let valid = "SELECT COUNT(*) FROM pg_index WHERE indisvalid AND indexrelid::regclass::text IN ('a_id', 'a_name')";
        project.succeed(&["migrate"]);
        assert_eq!(project.database.value(valid), "2");
        project.succeed(&["redo"]);
        assert_eq!(project.database.value(valid), "2");

        project.migration("3_unique", "CREATE INDEX CONCURRENTLY a_both ON a (id, name);\nCREATE UNIQUE INDEX CONCURRENTLY a_unique ON a (id);\n", "DROP INDEX a_unique");
        project.without_transaction("3_unique");
        let said = project.fail(&["migrate"]);
        assert!(said.contains("= the database adds: Key (id)=(1) is duplicated.\n"), "{said}");
        assert!(
            said.contains("hint: drop what an unfinished CREATE INDEX CONCURRENTLY left behind: a_unique\n"),
            "{said}"
        );
        assert!(
            said.contains("= 1 of 2 statements stands and cannot be taken back (line 1); the migration is not recorded as applied\n"),
            "{said}"
        );
    }

    fn a_search_path_set_by_a_migration_does_not_lose_the_ledger(server: Server) {
        let project = Project::with(server, &[
            (
                "1_schema",
                "CREATE SCHEMA app;\nSET search_path = app;\nCREATE TABLE a (id INTEGER);",
                "SET search_path TO app;\nDROP TABLE a;\nRESET search_path;\nDROP SCHEMA app;",
            ),
            ("2_public", "CREATE TABLE b (id INTEGER)", "DROP TABLE b"),
            (
                "3_dump",
                "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE app.c (id INTEGER);",
                "SELECT pg_catalog.set_config('search_path', '', false);\nDROP TABLE app.c;",
            ),
        ]);
        project.without_transaction("3_dump");
        project.succeed(&["migrate"]);
        assert_eq!(project.ledger(), ["1", "2", "3"]);
        assert_eq!(project.tables(), ["b"]);
        let ledgers = "SELECT COUNT(*) FROM information_schema.tables WHERE table_name = '__diesel_schema_migrations'";
        assert_eq!(project.database.value(ledgers), "1");
        project.succeed(&["rollback", "--all"]);
        assert_eq!(project.ledger(), Vec::<String>::new());
        assert_eq!(project.tables(), Vec::<String>::new());
    }

    /// Nobody feeds the server the rows it waits for: that must end, and be found before it runs.
    fn copy_from_the_client_is_refused_and_found(server: Server) {
        let project = Project::with(server, &[
            ("1_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;"),
            ("2_fill", "INSERT INTO a VALUES (1);\nCOPY a FROM STDIN;\n2\n\\.\n", "DELETE FROM a;"),
        ]);
        let found = project.manage(&["check", "--fail-level", "error"]);
        assert_eq!(found.status, 1, "{found:?}");
        assert!(
            found.stdout.starts_with(
                "error[M016] migrations/2_fill/up.sql:2: a migration cannot feed or read COPY ... STDIN or STDOUT\n"
            ),
            "{found:?}"
        );
        let said = project.fail(&["migrate"]);
        assert_eq!(
            excerpt(&said),
            " --> migrations/2_fill/up.sql:2:1\n2 | COPY a FROM STDIN;\n  | ^^^^^^^^^^^^^^^^^"
        );
        assert!(said.contains("= nothing of this migration stands: it was rolled back\n"), "{said}");
        assert!(
            said.contains("hint: a migration cannot feed or read COPY ... STDIN or STDOUT: write INSERT statements"),
            "{said}"
        );
        assert_eq!(project.database.value("SELECT count(*) FROM a"), "0");
    }

    fn a_new_enum_value_cannot_be_used_at_once(server: Server) {
        let project = Project::with(server, &[
            ("1_mood", "CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE a (m mood);", "DROP TABLE a; DROP TYPE mood;"),
            ("2_sad", "ALTER TYPE mood ADD VALUE 'sad';\nINSERT INTO a VALUES ('sad');\n", "DELETE FROM a"),
        ]);
        let said = project.fail(&["migrate"]);
        assert_eq!(
            excerpt(&said),
            " --> migrations/2_sad/up.sql:2:23\n1 | ALTER TYPE mood ADD VALUE 'sad';\n2 | INSERT INTO a VALUES ('sad');\n  |                       ^"
                .replace("1 | ALTER TYPE mood ADD VALUE 'sad';\n", ""),
            "{said}"
        );
        assert!(
            said.contains("hint: a new enum value can be used only after it is committed: use it in a later migration\n"),
            "{said}"
        );
        project.migration("2_sad", "ALTER TYPE mood ADD VALUE 'sad';\n", "DELETE FROM a");
        project.migration("3_use", "INSERT INTO a VALUES ('sad');\n", "DELETE FROM a");
        project.succeed(&["migrate"]);
        assert_eq!(project.database.value("SELECT m FROM a"), "sad");
    }
}
