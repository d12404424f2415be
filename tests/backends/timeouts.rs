//! Limits for locks and statements: what waits in vain is tried again, and nobody else has them.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command},
    time::Duration,
};

use diesel_manage::backend::{
    self, Access, Database, Direction, Job, Work, limits::Limits, url::DatabaseUrl,
};
use pretty_assertions::assert_eq;

use crate::{
    failures::Holder,
    project::{Project, ended, eventually, without_times},
    support::{
        beside::Beside,
        services::{self, Server},
    },
};

/// A project whose second migration makes a table of its own and then changes one that others may hold.
fn waiting(server: Server) -> Project {
    let project = Project::with(
        server,
        &[
            ("1_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;"),
            (
                "2_more",
                "CREATE TABLE c (id INTEGER);\nALTER TABLE a ADD COLUMN more INTEGER;\n",
                "DROP TABLE c;",
            ),
        ],
    );
    project.succeed(&["migrate", "+1"]);
    project
}

/// Another session that holds a lock on table `a`.
fn hold(project: &Project) -> Holder {
    let server = project.database.server();
    let (locked, is_held) = match server {
        Server::Sqlite => ("BEGIN IMMEDIATE; CREATE TABLE held (id INTEGER);\n", ""),
        Server::Postgres | Server::Postgres2 => (
            "BEGIN; INSERT INTO a (id) VALUES (7);\n",
            "SELECT COUNT(*) FROM pg_locks WHERE relation = 'a'::regclass AND mode = 'RowExclusiveLock' AND granted",
        ),
        Server::Mariadb => (
            "START TRANSACTION; INSERT INTO a (id) VALUES (7); SELECT GET_LOCK(DATABASE(), 0);\n",
            "SELECT IS_USED_LOCK(DATABASE()) IS NOT NULL",
        ),
    };
    let holder = Holder::new(project, locked);
    eventually("the lock is held", || {
        if server == Server::Sqlite {
            let journal = project.database.path().with_extension("db-journal");
            return journal.exists();
        }
        project.database.value(is_held) == "1"
    });
    holder
}

/// The columns of table `a`.
fn columns(project: &Project) -> Vec<String> {
    let sql = if project.database.server() == Server::Sqlite {
        "SELECT name FROM pragma_table_info('a') ORDER BY cid".to_owned()
    } else if project.database.server().is_postgres() {
        "SELECT column_name::text FROM information_schema.columns WHERE table_name = 'a' ORDER BY ordinal_position".to_owned()
    } else {
        format!(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'a' AND table_schema = '{}' ORDER BY ordinal_position",
            project.database.name()
        )
    };
    project.database.query(&sql).into_iter().flatten().collect()
}

/// Reads what a process says on its standard error up to the first line with these words; the lines.
fn listen(child: &mut Child, words: &str) -> (String, BufReader<std::process::ChildStderr>) {
    let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut said = String::new();
    while !said.contains(words) {
        let read = stderr.read_line(&mut said).expect("text");
        assert_ne!(read, 0, "it ended without `{words}`:\n{said}");
    }
    (said, stderr)
}

/// What is said with `N` for the numbers of sessions.
fn plain(said: &str) -> String {
    let mut words = Vec::new();
    for word in without_times(said).split(' ') {
        let follows = |before: &str| {
            words
                .last()
                .is_some_and(|last: &String| last.ends_with(before))
        };
        let digits = word.trim_start_matches(|c: char| c.is_ascii_digit());
        let is_session = follows("session") || follows("`KILL");
        if is_session && digits != word {
            words.push(format!("N{digits}"));
        } else if let Some((before, after)) = word.split_once("pg_terminate_backend(") {
            let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
            words.push(format!("{before}pg_terminate_backend(N{after}"));
        } else {
            words.push(word.to_owned());
        }
    }
    words.join(" ")
}

on_every_engine! {
    fn a_lock_is_waited_for_again_until_it_is_let_go(server: Server) {
        let project = waiting(server);
        let holder = hold(&project);
        let args = &["migrate", "--lock-timeout", "1", "--lock-retries", "60"];
        let mut child = project.start(args);
        let (said, mut rest) = listen(&mut child, "trying again in 2 s (2 of 60)\n");
        drop(holder);
        let run = ended(child, args);
        let mut more = String::new();
        rest.read_to_string(&mut more).expect("text");
        assert_eq!(run.status, 0, "{run:?}{said}{more}");
        let first = said.lines().next().expect("a line");
        assert_eq!(
            first,
            match server {
                Server::Sqlite => "waiting for a lock on the database timed out after 1 s; trying again in 1 s (1 of 60)",
                Server::Postgres | Server::Postgres2 => "waiting for a lock on `a` timed out after 1 s; trying again in 1 s (1 of 60)",
                Server::Mariadb => "waiting for a lock timed out after 1 s; trying again in 1 s (1 of 60)",
            }
        );
        // What stood already was not done twice, and is not missing.
        assert_eq!(without_times(&run.stdout), "Applying 2_more ... OK (TIME)\nApplied 1 migration in TIME.\n");
        assert_eq!(columns(&project), ["id", "more"]);
        assert_eq!(project.tables(), ["a", "c"]);
        assert_eq!(project.ledger(), ["1", "2"]);
        project.succeed(&["check"]);
    }

    fn who_waits_in_vain_gives_up_and_says_who_holds_the_lock(server: Server) {
        let project = waiting(server);
        let holder = hold(&project);
        let said = plain(&project.fail(&["migrate", "--lock-timeout", "0.2s", "--lock-retries", "1"]));
        let again = "; or wait longer with `--lock-timeout SECONDS`, more often with `--lock-retries N`";
        let place = "\
error: applying 2_more failed: {message}
 --> migrations/2_more/up.sql:{line}:1
  |
";
        let place = |line: &str, message: &str| place.replace("{line}", line).replace("{message}", message);
        let second = "2 | ALTER TABLE a ADD COLUMN more INTEGER;\n  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  |\n";
        let expected = match server {
            Server::Sqlite => format!(
                "waiting for a lock on the database timed out after 0.2 s; trying again in TIME (1 of 1)\n{}1 | CREATE TABLE c (id INTEGER);\n  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  |\n  = nothing was applied before it in this run\n  = nothing of this migration stands: it was rolled back\n\nhint: another program has the database open and writes: stop it{}\nhint: then run `manage migrate` again\n",
                place("1", "database is locked"),
                again.strip_prefix(';').expect("it has one").replacen(" or", ", or", 1),
            ),
            Server::Postgres | Server::Postgres2 => {
                let holds = "session N of manage holds a lock on `a`, since DATE TIME UTC: INSERT INTO a (id) VALUES (7)";
                format!(
                    "waiting for a lock on `a` timed out after 0.2 s; trying again in TIME (1 of 1)\n  {holds}\n{}{second}  = {holds}\n  = nothing was applied before it in this run\n  = nothing of this migration stands: it was rolled back\n\nhint: let it end, or end it in `manage dbshell`: `SELECT pg_terminate_backend(N)`{again}\nhint: then run `manage migrate` again\n",
                    place("2", "canceling statement due to lock timeout"),
                )
            }
            Server::Mariadb => {
                let holds = "session N of manage has a transaction open, since DATE TIME UTC";
                format!(
                    "waiting for a lock timed out after 0.2 s; trying again in TIME (1 of 1)\n  {holds}\n{}{second}  = {holds}\n  = nothing was applied before it in this run\n  = 1 of 2 statements stands and cannot be taken back (line 1); the migration is not recorded as applied\n\nhint: let it end, or end it in `manage dbshell`: `KILL N`{again}\nhint: then `manage migrate --resume` runs the rest of it\nhint: or finish or undo the rest by hand, then say where the database is with `manage stamp 2_more`\n",
                    place("2", "Lock wait timeout exceeded; try restarting transaction"),
                )
            }
        };
        assert_eq!(said, expected);
        drop(holder);
        assert_eq!(project.ledger(), ["1"]);
        assert_eq!(columns(&project), ["id"]);
        let stands = ["a", "c"];
        assert_eq!(project.tables(), stands[..if server == Server::Mariadb { 2 } else { 1 }]);
        if server == Server::Mariadb {
            project.succeed(&["migrate", "--resume"]);
        } else {
            project.succeed(&["migrate"]);
        }
        assert_eq!(columns(&project), ["id", "more"]);
        project.succeed(&["check"]);
    }

    fn whoever_stops_it_does_not_wait_for_the_next_attempt(server: Server) {
        let project = waiting(server);
        let holder = hold(&project);
        let args = &["migrate", "--lock-timeout", "0.2", "--lock-retries", "90"];
        let mut child = project.start(args);
        let (_, mut rest) = listen(&mut child, "trying again in 8 s (4 of 90)\n");
        let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(kill.expect("kill runs").success());
        let run = ended(child, args);
        let mut said = String::new();
        rest.read_to_string(&mut said).expect("text");
        assert_eq!(run.status, 130, "{run:?}\n{said}");
        assert!(said.contains("error: applying 2_more was interrupted\n"), "{said}");
        drop(holder);
        assert_eq!(project.ledger(), ["1"]);
        assert_eq!(columns(&project), ["id"]);
    }

    fn a_script_has_the_limits_too(server: Server) {
        let project = waiting(server);
        let mut args = vec!["migrate", "--sql", "1:", "--lock-timeout", "5"];
        if server != Server::Sqlite {
            args.extend(["--statement-timeout", "60"]);
        }
        let seen = match server {
            Server::Sqlite => "CREATE TABLE seen AS SELECT timeout AS limits FROM pragma_busy_timeout",
            Server::Postgres | Server::Postgres2 => "CREATE TABLE seen AS SELECT current_setting('lock_timeout') || ' ' || current_setting('statement_timeout') AS limits",
            Server::Mariadb => "CREATE TABLE seen AS SELECT CONCAT(@@lock_wait_timeout, ' ', @@innodb_lock_wait_timeout, ' ', @@max_statement_time) AS limits",
        };
        project.migration("3_seen", seen, "DROP TABLE seen");
        project.migration("4_apart", &seen.replace("seen", "apart"), "DROP TABLE apart");
        project.without_transaction("4_apart");
        let script = project.succeed(&args);
        assert_eq!(project.feed(&["dbshell"], &script).status, 0, "{script}");
        let limits = match server {
            Server::Sqlite => "5000",
            Server::Postgres | Server::Postgres2 => "5s 1min",
            Server::Mariadb => "5 5 60.000000",
        };
        assert_eq!(project.database.value("SELECT limits FROM seen"), limits);
        assert_eq!(project.database.value("SELECT limits FROM apart"), limits);
        assert_eq!(project.ledger(), ["1", "2", "3", "4"]);
        assert!(!project.succeed(&["migrate", "--plan", "--lock-timeout", "5"]).contains("timeout"));
    }
}

on_servers! {
    fn a_statement_that_runs_too_long_is_stopped_and_the_limit_named(server: Server) {
        let slow = if server.is_postgres() { "SELECT pg_sleep(600)" } else { "CREATE TABLE slow AS SELECT SLEEP(600)" };
        let project = Project::with(server, &[("1_slow", slow, "SELECT 1")]);
        let said = project.fail(&["migrate", "--statement-timeout", "0.5"]);
        let hint = "hint: no statement may run longer than 0.5 s (`--statement-timeout`, or `[migrate] statement_timeout` in manage.toml): give it more, or `--statement-timeout 0` for no limit\nhint: then run `manage migrate` again\n";
        assert!(said.ends_with(hint), "{said}");
        assert_eq!(project.ledger(), [""; 0]);
        assert_eq!(project.tables(), [""; 0]);

        // From manage.toml too, and lifted on the command line.
        let quick = slow.replace("600", "1");
        project.migration("1_slow", &quick, "SELECT 1");
        project.write("manage.toml", "[migrate]\nstatement_timeout = 0.2\n");
        project.fail(&["migrate"]);
        project.succeed(&["migrate", "--statement-timeout", "0"]);
        assert_eq!(project.ledger(), ["1"]);
    }

    fn a_session_has_its_own_limits_back_after_each_step(server: Server) {
        let project = Project::new(server);
        let (own, ask) = if server.is_postgres() {
            ("SET lock_timeout = '7s'; SET statement_timeout = '70s'", "SELECT current_setting('lock_timeout') AS a, current_setting('statement_timeout') AS b")
        } else {
            ("SET SESSION lock_wait_timeout = 7, innodb_lock_wait_timeout = 8, max_statement_time = 70",
             "SELECT CONCAT(@@lock_wait_timeout, ' ', @@innodb_lock_wait_timeout) AS a, CAST(@@max_statement_time AS CHAR) AS b")
        };
        let (mine, inside) = if server.is_postgres() {
            (("7s", "70s"), ("2s", "9s"))
        } else {
            (("7 8", "70.000000"), ("2 2", "9.000000"))
        };
        let mut database = open(&project.database.url());
        database.execute(own).expect("it takes settings");
        database.create_ledger().expect("a ledger");
        let limits = Limits { lock: Some(Duration::from_secs(2)), statement: Some(Duration::from_secs(9)) };
        database.limit(limits).expect("it takes limits");
        let answer = |database: &mut dyn Database, sql: &str| database.pairs(sql).expect("an answer");
        let pair = |(a, b): (&str, &str)| vec![(a.to_owned(), b.to_owned())];
        for (version, run_in_transaction) in [("1", true), ("2", false)] {
            for (suffix, broken) in [("x", "; SELECT nonsense FROM nowhere"), ("", "")] {
                let table = format!("seen_{version}{suffix}");
                let sql = format!("CREATE TABLE {table} AS {ask}{broken}");
                let job = Job {
                    version: Some(version),
                    direction: Direction::Forwards,
                    run_in_transaction,
                    work: Work::Script(&sql),
                    skip: 0,
                    notes: &(),
                };
                assert_eq!(database.run(&job).is_ok(), broken.is_empty(), "{sql}");
                assert_eq!(answer(&mut *database, ask), pair(mine), "{sql}");
                if broken.is_empty() {
                    assert_eq!(answer(&mut *database, &format!("SELECT a, b FROM {table}")), pair(inside));
                }
            }
        }
        let fresh = open(&project.database.url()).pairs(ask).expect("an answer");
        assert_ne!(fresh, pair(inside));
    }
}

fn open(url: &str) -> Box<dyn Database> {
    let url = DatabaseUrl::parse(url).expect("a URL");
    backend::open(&url, Access::Change, &[], None, &mut |_| {}).expect("a connection")
}

on_transactional_engines! {
    fn all_in_one_transaction_begins_again_from_the_start(server: Server) {
        let project = waiting(server);
        project.migration("0_first", "CREATE TABLE first (id INTEGER);", "DROP TABLE first;");
        let holder = hold(&project);
        let args = &["migrate", "--atomic", "--lock-timeout", "0.3", "--lock-retries", "60"];
        let mut child = project.start(args);
        let (said, _rest) = listen(&mut child, "trying again from the start in 2 s (2 of 60)\n");
        // Meanwhile nothing is held.
        if server != Server::Sqlite {
            assert!(!project.database.table_exists("first"));
        }
        drop(holder);
        let run = ended(child, args);
        assert_eq!(run.status, 0, "{run:?}{said}");
        assert!(run.stdout.contains("\nApplied 2 migrations in "), "{run:?}");
        assert_eq!(project.ledger(), ["0", "1", "2"]);
        assert_eq!(columns(&project), ["id", "more"]);
    }
}

on_postgres! {
    /// The index that it leaves where it waits for other transactions is taken away first.
    fn an_index_made_concurrently_waits_again(server: Server) {
        let project = waiting(server);
        project.migration(
            "2_more",
            "CREATE TABLE c (id INTEGER);\nCREATE INDEX CONCURRENTLY \"A index\" ON a (id);\n",
            "DROP INDEX \"A index\"; DROP TABLE c;",
        );
        project.without_transaction("2_more");
        let holder = hold(&project);
        let index = "SELECT COALESCE(string_agg(indisvalid::text, ' '), 'none') FROM pg_index WHERE indrelid = 'a'::regclass";
        let args = &["migrate", "--lock-timeout", "0.3", "--statement-timeout", "90", "--lock-retries", "60"];
        let mut child = project.start(args);
        let (said, _rest) = listen(&mut child, "trying again in 2 s (2 of 60)\n");
        assert_eq!(project.database.value(index), "false");
        drop(holder);
        let run = ended(child, args);
        assert_eq!(run.status, 0, "{run:?}{said}");
        assert_eq!(project.database.value(index), "true");
        assert_eq!(project.ledger(), ["1", "2"]);
        project.succeed(&["check"]);

        // Given up, it is named.
        project.succeed(&["rollback"]);
        let holder = hold(&project);
        let said = plain(&project.fail(&["migrate", "--lock-timeout", "0.3", "--lock-retries", "1"]));
        drop(holder);
        assert!(said.contains("error: applying 2_more failed: canceling statement due to lock timeout\n"), "{said}");
        assert!(said.contains("  = 1 of 2 statements stands and cannot be taken back (line 1); "), "{said}");
        assert!(said.contains("hint: drop what an unfinished CREATE INDEX CONCURRENTLY left behind: \"A index\"\n"), "{said}");
        assert_eq!(project.database.value(index), "false");
    }
}

/// What every session of the server that a pooler has says of its limits.
fn through_the_pooler(url: &str) -> Vec<Vec<String>> {
    let sql =
        "SELECT current_setting('lock_timeout') || ' ' || current_setting('statement_timeout')";
    services::run(Server::Postgres, url, sql).expect("an answer")
}

#[test]
fn limits_stay_in_their_transaction_behind_a_pooler() {
    if !Beside::Pgbouncer.is_there() {
        return;
    }
    let project = Project::on(Beside::Pgbouncer.database());
    let url = Beside::Pgbouncer.url_of(&project.database);
    let project = project.set("DATABASE_URL", url.as_str());
    let seen = "CREATE TABLE seen AS SELECT current_setting('lock_timeout') || ' ' || current_setting('statement_timeout') AS limits";
    project.migration("1_seen", seen, "DROP TABLE seen");
    let before = through_the_pooler(&url);
    let limits = ["--lock-timeout", "2", "--statement-timeout", "9"];
    project.succeed(&[&["migrate"], &limits[..]].concat());
    assert_eq!(project.database.value("SELECT limits FROM seen"), "2s 9s");
    for _ in 0..5 {
        assert_eq!(through_the_pooler(&url), before);
    }
    // A step that no transaction holds would leave them to whoever comes next.
    project.migration("2_a", "CREATE TABLE a (id INTEGER)", "DROP TABLE a");
    project.migration(
        "3_apart",
        "CREATE INDEX CONCURRENTLY i ON a (id)",
        "DROP INDEX i",
    );
    project.without_transaction("3_apart");
    let said = project.fail(&[&["migrate"], &limits[..]].concat());
    assert_eq!(
        said,
        "error: a migration outside a transaction takes no timeouts behind a pooler: 3_apart would leave them to other sessions\n\nhint: `MIGRATION_DATABASE_URL` names a direct line to the server, past the pooler; or `--lock-timeout` and `--statement-timeout` are left away\n"
    );
    assert_eq!(project.ledger(), ["1"]);
    let direct = project.database.url();
    let project = project.set("MIGRATION_DATABASE_URL", direct);
    project.succeed(&[&["migrate"], &limits[..]].concat());
    assert_eq!(project.ledger(), ["1", "2", "3"]);
    assert_eq!(through_the_pooler(&url), before);
}

#[test]
fn nothing_stops_a_statement_of_sqlite() {
    let project = Project::with(
        Server::Sqlite,
        &[("1_a", "CREATE TABLE a (id INTEGER)", "DROP TABLE a")],
    );
    let refused = "error: `--statement-timeout` is impossible: SQLite runs inside this program, where nothing stops a statement from outside\n\nhint: leave it away, in `[migrate] statement_timeout` of manage.toml too; `--lock-timeout` works on SQLite\n";
    for args in [
        &["migrate", "--statement-timeout", "5"][..],
        &["migrate", "--sql", "--statement-timeout", "5"],
    ] {
        assert_eq!(project.fail(args), refused);
    }
    assert_eq!(project.tables(), [""; 0]);
    project.succeed(&["migrate", "--statement-timeout", "0"]);
    assert_eq!(project.tables(), ["a"]);
}
