//! Scripts in place of changes: run by each engine's own client, they leave what `migrate` leaves.

use pretty_assertions::assert_eq;

use crate::{
    corpus::{folder, objects},
    project::{Project, Run},
    support::services::Server,
};

/// Has the client run a script as its head says.
fn client(project: &Project, script: &str) -> Run {
    let args: &[&str] = match project.database.server() {
        Server::Sqlite => &["-bail"],
        Server::Postgres | Server::Postgres2 => &["-X", "-v", "ON_ERROR_STOP=1", "-f", "-"],
        Server::Mariadb => &["--binary-mode", "--comments"],
    };
    project.feed(&[&["dbshell", "--"], args].concat(), script)
}

/// Writes a script and has the client run it.
fn scripted(project: &Project, args: &[&str]) {
    let script = project.succeed(args);
    let run = client(project, &script);
    assert_eq!(run.status, 0, "{run:?}\n{script}");
}

/// Everything that can be told of a database but times, people and machines.
fn state(project: &Project) -> Vec<(String, Vec<Vec<String>>)> {
    let database = &project.database;
    let routines = match database.server() {
        Server::Sqlite => "SELECT 1",
        Server::Postgres | Server::Postgres2 => {
            "SELECT oid::regprocedure::text, prosrc FROM pg_proc
             WHERE pronamespace = 'public'::regnamespace ORDER BY 1"
        }
        Server::Mariadb => {
            "SELECT routine_name, routine_definition FROM information_schema.routines WHERE routine_schema = DATABASE()
             UNION ALL SELECT trigger_name, action_statement FROM information_schema.triggers WHERE trigger_schema = DATABASE()
             UNION ALL SELECT event_name, event_definition FROM information_schema.events WHERE event_schema = DATABASE()
             UNION ALL SELECT table_name, view_definition FROM information_schema.views WHERE table_schema = DATABASE()
             ORDER BY 1"
        }
    };
    // A database's own name may stand in what it keeps of a view.
    let without_name = |rows: Vec<Vec<String>>| -> Vec<Vec<String>> {
        let row = |row: Vec<String>| {
            row.into_iter()
                .map(|text| text.replace(database.name(), "DATABASE"))
        };
        rows.into_iter().map(|each| row(each).collect()).collect()
    };
    let mut state =
        vec![
        ("models".to_owned(), vec![vec![project.succeed(&["inspectdb"])]]),
        ("objects".to_owned(), objects(database)),
        ("routines".to_owned(), without_name(database.query(routines))),
        ("ledger".to_owned(), vec![project.ledger()]),
        (
            "log".to_owned(),
            database.query(
                "SELECT action, direction, version, name, checksum, down_sql, outcome, standing,
                 standing_checksum, message FROM __diesel_manage_log ORDER BY id",
            ),
        ),
    ];
    let quote = if database.server() == Server::Mariadb {
        '`'
    } else {
        '"'
    };
    for table in project.tables() {
        let count = database.query(&format!("SELECT count(*) FROM {quote}{table}{quote}"));
        state.push((table, count));
    }
    state
}

/// What two databases have in common, for a difference to be seen at once.
fn assert_alike(online: &Project, offline: &Project) {
    for (one, other) in state(online).into_iter().zip(state(offline)) {
        assert_eq!(one, other);
    }
    assert_eq!(state(online).len(), state(offline).len());
}

/// What a file can hold that a client may stumble on.
fn awkward(server: Server) -> Project {
    let routine = match server {
        Server::Sqlite => {
            "CREATE TRIGGER count_notes AFTER INSERT ON notes BEGIN
                UPDATE counted SET n = n + 1; -- it's counted;
                SELECT 1;
            END;;\r\n"
        }
        Server::Postgres | Server::Postgres2 => {
            "CREATE FUNCTION count_notes() RETURNS trigger LANGUAGE plpgsql AS $body$
            BEGIN
                UPDATE counted SET n = n + 1; -- it's counted;
                RETURN new;
            END $body$;;
            CREATE TRIGGER count_notes AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION count_notes();\r\n"
        }
        Server::Mariadb => {
            "CREATE TRIGGER count_notes AFTER INSERT ON notes FOR EACH ROW BEGIN
                UPDATE counted SET n = n + 1; -- it's counted;
                SET @seen = 'http://x';
            END;\r\n
            DELIMITER //
            CREATE PROCEDURE twice() BEGIN
                -- both
                SELECT 1; SELECT 2;
            END//
            DELIMITER ;\n"
        }
    };
    let rows = match server {
        Server::Mariadb => {
            r"INSERT INTO notes VALUES (1, 'it''s \\ a\nb', 'ünï — 日本 🦀; -- no comment');"
        }
        _ => r"INSERT INTO notes VALUES (1, 'it''s \ a", // goes on below
    };
    let rows = match server {
        Server::Mariadb => rows.to_owned(),
        _ => format!("{rows}\r\nb', 'ünï — 日本 🦀; -- no comment');"),
    };
    let start = "\u{feff}-- notes and how many\r\n\r\nCREATE TABLE notes (\r\n    id INTEGER PRIMARY KEY,\r\n    body VARCHAR(100), -- it's text;\r\n    more VARCHAR(100)\r\n);\r\nCREATE TABLE counted (id INTEGER PRIMARY KEY, n INTEGER);\r\nINSERT INTO counted VALUES (1, 0)";
    let project = Project::with(
        server,
        &[
            (
                "1_start",
                start,
                "DROP TABLE notes;\r\nDROP TABLE counted\n-- gone; it's 'all' \\ of it",
            ),
            (
                "2_routine",
                routine,
                match server {
                    Server::Sqlite => "DROP TRIGGER count_notes",
                    Server::Postgres | Server::Postgres2 => {
                        "DROP TRIGGER count_notes ON notes; DROP FUNCTION count_notes()"
                    }
                    Server::Mariadb => "DROP TRIGGER count_notes; DROP PROCEDURE twice",
                },
            ),
            ("3_rows", &rows, "DELETE FROM notes;"),
            ("4_nothing", "-- only words: 'it", "/* nothing */"),
            (
                "5_apart",
                match server {
                    Server::Postgres | Server::Postgres2 => {
                        "-- two at once\nCREATE INDEX CONCURRENTLY notes_body ON notes (body);\n-- and\nCREATE INDEX CONCURRENTLY notes_more ON notes (more)"
                    }
                    Server::Sqlite | Server::Mariadb => {
                        "-- two at once\nCREATE INDEX notes_body ON notes (body);\n-- and\nCREATE INDEX notes_more ON notes (more)"
                    }
                },
                match server {
                    Server::Mariadb => {
                        "DROP INDEX notes_body ON notes; DROP INDEX notes_more ON notes;"
                    }
                    _ => "DROP INDEX notes_body; DROP INDEX notes_more;",
                },
            ),
        ],
    );
    project.without_transaction("5_apart");
    project.write(
        "migrations/R__views.sql",
        match server {
            Server::Sqlite => "DROP VIEW IF EXISTS short; CREATE VIEW short AS SELECT 1 AS id",
            _ => "CREATE OR REPLACE VIEW short AS SELECT 1 AS id",
        },
    );
    project
}

/// Another database for the same migrations.
fn twin(project: &Project) -> Project {
    let twin = Project::new(project.database.server());
    let migrations = project.migrations().to_owned();
    twin.set("MIGRATION_DIRECTORY", migrations)
}

on_every_engine! {
    fn a_script_leaves_what_migrate_leaves(server: Server) {
        let online = awkward(server);
        let offline = twin(&online);
        online.succeed(&["migrate"]);
        scripted(&offline, &["migrate", "--sql"]);
        assert_alike(&online, &offline);
        let rows = "SELECT * FROM notes";
        assert_eq!(online.database.query(rows), offline.database.query(rows));
        assert_eq!(offline.database.value("SELECT n FROM counted"), "1");
        assert_eq!(offline.succeed(&["migrate"]), "No migrations to apply.\n");
        let checked = offline.manage(&["check", "--fail-level", "error"]);
        assert_eq!(checked.status, 0, "{checked:?}");
    }

    fn scripts_of_a_range_each_make_the_whole(server: Server) {
        let online = awkward(server);
        let offline = twin(&online);
        online.succeed(&["migrate", "2"]);
        scripted(&offline, &["migrate", "--sql", ":2"]);
        assert_alike(&online, &offline);
        online.succeed(&["migrate"]);
        scripted(&offline, &["migrate", "--sql", "2:"]);
        assert_alike(&online, &offline);
        online.succeed(&["rollback", "3"]);
        scripted(&offline, &["rollback", "--sql", "3"]);
        assert_alike(&online, &offline);
        online.succeed(&["rollback", "--all"]);
        scripted(&offline, &["rollback", "--sql", "3:base"]);
        assert_alike(&online, &offline);
        assert_eq!(offline.ledger(), Vec::<String>::new());
    }

    fn a_script_can_change_the_ledger_alone(server: Server) {
        let online = awkward(server);
        let offline = twin(&online);
        online.succeed(&["migrate", "3", "--fake"]);
        scripted(&offline, &["migrate", "3", "--fake", "--sql"]);
        assert_alike(&online, &offline);
        online.succeed(&["stamp", "5"]);
        scripted(&offline, &["stamp", "--sql", "3:5"]);
        assert_alike(&online, &offline);
        online.succeed(&["stamp", "1"]);
        scripted(&offline, &["stamp", "--sql", "5:1"]);
        assert_alike(&online, &offline);
        online.succeed(&["rollback", "--fake"]);
        scripted(&offline, &["rollback", "--fake", "--sql", "1:"]);
        assert_alike(&online, &offline);
    }

    fn the_script_of_a_real_history_leaves_the_same(server: Server) {
        let online = Project::of(server, folder(server));
        let offline = Project::of(server, folder(server));
        online.succeed(&["migrate"]);
        scripted(&offline, &["migrate", "--sql"]);
        assert_alike(&online, &offline);
        assert_eq!(offline.succeed(&["migrate"]), "No migrations to apply.\n");
        online.succeed(&["rollback", "--all"]);
        scripted(&offline, &["rollback", "--sql", "--all"]);
        assert_alike(&online, &offline);
    }

    /// What stands is what the head says, and the client stops without being told to.
    fn a_script_that_fails_in_the_middle(server: Server) {
        let project = Project::with(
            server,
            &[
                ("1_fine", "CREATE TABLE one (id INTEGER PRIMARY KEY);", "DROP TABLE one;"),
                ("2_broken", "CREATE TABLE two (id INTEGER PRIMARY KEY); INSERT INTO nothing VALUES (1);", "DROP TABLE two;"),
                ("3_late", "CREATE TABLE three (id INTEGER PRIMARY KEY);", "DROP TABLE three;"),
            ],
        );
        let script = project.succeed(&["migrate", "--sql"]);
        let run = project.feed(&["dbshell"], &script);
        assert_ne!(run.status, 0, "{run:?}");
        assert_eq!(project.ledger(), ["1"]);
        let stands = |table: &str| project.tables().contains(&table.to_owned());
        let transactional = server != Server::Mariadb;
        assert_eq!((stands("one"), stands("two"), stands("three")), (true, !transactional, false));
        let log = project.database.query("SELECT version, outcome, standing FROM __diesel_manage_log ORDER BY id");
        let log: Vec<String> = log.iter().map(|row| row.join(" ")).collect();
        if transactional {
            assert_eq!(log, ["1 done NULL"]);
        } else {
            assert_eq!(log, ["1 done 0", "2 running 1"]);
        }
        let said = script.contains("and nothing\n-- of it.");
        assert_eq!(said, transactional, "{script}");
    }
}

const USERS: &str = "2026-01-01-000000-0000_users";
const POSTS: &str = "2026-01-02-000000-0000_posts";
const TAGS: &str = "2026-01-03-000000-0000_tags";
const SQUASH: &str = "2026-01-02-000000-0001_squashed_users_to_posts";

/// Two migrations, the squash of both, and one on top.
fn squashed(server: Server) -> Project {
    let project = Project::new(server);
    let mut parent = "none".to_owned();
    for name in [USERS, POSTS, TAGS] {
        let (version, table) = name.split_once('_').expect("a slug");
        let version = version.replace('-', "");
        project.migration(
            name,
            &format!(
                "-- {table}\n--\n-- Version: {version}\n-- Revises: {parent}\n\nCREATE TABLE {table} (id INTEGER PRIMARY KEY);\n"
            ),
            &format!("DROP TABLE {table};"),
        );
        parent = version;
    }
    project.succeed(&["squashmigrations", "posts", "--no-input"]);
    assert!(project.migrations().join(SQUASH).exists());
    project
}

on_every_engine! {
    fn scripts_take_along_what_a_squash_replaces(server: Server) {
        let online = squashed(server);
        let offline = twin(&online);
        online.succeed(&["migrate"]);
        scripted(&offline, &["migrate", "--sql"]);
        assert_eq!(offline.ledger().len(), 4);
        assert_alike(&online, &offline);
        assert_eq!(offline.succeed(&["migrate"]), "No migrations to apply.\n");
        online.succeed(&["rollback", SQUASH]);
        scripted(&offline, &["rollback", "--sql", SQUASH]);
        assert_alike(&online, &offline);
        online.succeed(&["rollback"]);
        scripted(&offline, &["rollback", "--sql", &format!("{SQUASH}:base")]);
        assert_eq!(offline.ledger(), Vec::<String>::new());
        assert_alike(&online, &offline);
        online.succeed(&["migrate", SQUASH]);
        scripted(&offline, &["migrate", "--sql", &format!(":{SQUASH}")]);
        assert_alike(&online, &offline);
        online.succeed(&["migrate"]);
        scripted(&offline, &["migrate", "--sql", &format!("{SQUASH}:")]);
        assert_alike(&online, &offline);
        online.succeed(&["rollback", "--all"]);
        scripted(&offline, &["rollback", "--sql", "--all"]);
        assert_alike(&online, &offline);
        assert_eq!(offline.ledger(), Vec::<String>::new());
    }

    fn scripts_stamp_a_squash_with_what_it_replaces(server: Server) {
        let online = squashed(server);
        let offline = twin(&online);
        online.succeed(&["stamp", SQUASH]);
        scripted(&offline, &["stamp", "--sql", SQUASH]);
        assert_eq!(offline.ledger().len(), 3);
        assert_alike(&online, &offline);
        online.succeed(&["stamp", "tags"]);
        scripted(&offline, &["stamp", "--sql", &format!("{SQUASH}:tags")]);
        assert_alike(&online, &offline);
        online.succeed(&["stamp", "base"]);
        scripted(&offline, &["stamp", "--sql", "tags:base"]);
        assert_eq!(offline.ledger(), Vec::<String>::new());
        assert_alike(&online, &offline);
    }

    fn scripts_know_no_place_inside_a_squash(server: Server) {
        let project = squashed(server);
        for args in [
            ["migrate", "--sql", "posts:"],
            ["migrate", "--sql", ":posts"],
            ["rollback", "--sql", "users"],
            ["rollback", "--sql", "posts:base"],
            ["stamp", "--sql", "users"],
        ] {
            let said = project.fail(&args);
            assert!(
                said.contains(&format!("is replaced by the squash {SQUASH}"))
                    && said.contains(&format!("hint: name the squash instead: `{SQUASH}`")),
                "{args:?}: {said}"
            );
        }
    }
}

on_transactional_engines! {
    fn one_transaction_takes_back_all_of_a_script(server: Server) {
        let project = Project::with(
            server,
            &[
                ("1_fine", "CREATE TABLE one (id INTEGER PRIMARY KEY);", "DROP TABLE one;"),
                ("2_broken", "INSERT INTO nothing VALUES (1);", "SELECT 1;"),
            ],
        );
        let script = project.succeed(&["migrate", "--sql", "--atomic"]);
        assert_ne!(client(&project, &script).status, 0);
        assert_eq!(project.ledger(), Vec::<String>::new());
        assert!(!project.tables().contains(&"one".to_owned()));

        let online = Project::with(
            server,
            &[
                ("1_one", "CREATE TABLE one (id INTEGER PRIMARY KEY);", "DROP TABLE one;"),
                ("2_two", "CREATE TABLE two (id INTEGER PRIMARY KEY);", "DROP TABLE two;"),
            ],
        );
        let offline = twin(&online);
        online.succeed(&["migrate", "--atomic"]);
        scripted(&offline, &["migrate", "--sql", "--atomic"]);
        assert_alike(&online, &offline);
    }
}

on_postgres! {
    /// The ledger and the log are found again, in a transaction and outside one.
    fn a_script_sets_a_changed_search_path_back(server: Server) {
        let online = Project::with(
            server,
            &[
                (
                    "1_away",
                    "CREATE SCHEMA away; SET search_path = away; CREATE TABLE far (id INTEGER PRIMARY KEY);",
                    "SELECT set_config('search_path', '', false); DROP SCHEMA away CASCADE;",
                ),
                (
                    "2_apart",
                    "CREATE INDEX CONCURRENTLY far_again ON away.far (id); SET search_path TO away;",
                    "DROP INDEX CONCURRENTLY away.far_again; SET search_path TO away;",
                ),
                ("3_here", "CREATE TABLE near (id INTEGER PRIMARY KEY);", "DROP TABLE near;"),
            ],
        );
        online.without_transaction("2_apart");
        let offline = twin(&online);
        online.succeed(&["migrate"]);
        scripted(&offline, &["migrate", "--sql"]);
        assert_alike(&online, &offline);
        online.succeed(&["rollback", "--all"]);
        scripted(&offline, &["rollback", "--sql", "--all"]);
        assert_alike(&online, &offline);
    }

    /// `RESET ALL` takes back the session's own settings too; the log is written between statements.
    fn a_script_that_resets_everything_finds_the_ledger_again(server: Server) {
        let online = Project::with(
            server,
            &[
                ("1_reset", "SET search_path = nowhere; RESET ALL; CREATE TABLE one (id INTEGER PRIMARY KEY);", "DROP TABLE one; RESET ALL;"),
                (
                    "2_apart",
                    "CREATE SCHEMA away; SET search_path = away; CREATE TABLE two (id INTEGER PRIMARY KEY); CREATE INDEX CONCURRENTLY twice ON two (id);",
                    "RESET ALL; DROP SCHEMA away CASCADE;",
                ),
            ],
        );
        online.without_transaction("2_apart");
        let set_up = |project: &Project| {
            project.database.execute("CREATE SCHEMA \"a b\"");
            let url = project.database.url();
            project.write(
                "manage.toml",
                &format!("[databases.main]\nurl = \"{url}\"\non_connect = [\"SET search_path = 'a b', public\"]\n"),
            );
        };
        set_up(&online);
        let offline = twin(&online);
        set_up(&offline);
        let log = |project: &Project| {
            let rows = "SELECT version, direction, outcome, standing FROM \"a b\".__diesel_manage_log ORDER BY id";
            let applied = "SELECT version FROM \"a b\".__diesel_schema_migrations ORDER BY version";
            (project.database.query(rows), project.database.query(applied))
        };
        online.succeed(&["migrate"]);
        scripted(&offline, &["migrate", "--sql"]);
        assert_eq!(log(&online), log(&offline));
        online.succeed(&["rollback", "--all"]);
        scripted(&offline, &["rollback", "--sql", "--all"]);
        assert_eq!(log(&online), log(&offline));
    }

    fn strings_with_backslashes_mean_what_they_mean_to_the_session(server: Server) {
        let online = Project::with(
            server,
            &[
                ("1_a", "SET standard_conforming_strings = off; CREATE TABLE a (b TEXT); INSERT INTO a VALUES ('x;\\\\y');", "DROP TABLE a; -- \\ it's"),
                ("2_b", "SET standard_conforming_strings = on; INSERT INTO a VALUES ('\\');", "SELECT '\\';"),
            ],
        );
        let offline = twin(&online);
        online.succeed(&["migrate"]);
        scripted(&offline, &["migrate", "--sql"]);
        assert_alike(&online, &offline);
        let rows = "SELECT b FROM a ORDER BY b";
        assert_eq!(online.database.query(rows), offline.database.query(rows));
    }
}

on_mariadb! {
    /// The client of MariaDB gets a session whose quotes and backslashes are not the usual ones.
    fn a_script_survives_a_changed_sql_mode(server: Server) {
        let online = Project::with(
            server,
            &[
                ("1_a", "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'; CREATE TABLE \"a\" (b TEXT); INSERT INTO a VALUES ('x\\y');", "DROP TABLE a; -- \\ it's \"quoted\""),
                ("2_b", "INSERT INTO a VALUES ('it''s \\y');", "DELETE FROM a;"),
            ],
        );
        let offline = twin(&online);
        online.succeed(&["migrate"]);
        scripted(&offline, &["migrate", "--sql"]);
        assert_alike(&online, &offline);
        let rows = "SELECT b FROM a ORDER BY b";
        assert_eq!(online.database.query(rows), offline.database.query(rows));
    }
}
