//! The runner or the server is killed at random moments of a long run: what stands is what the ledger
//! says, or is named as failed; what the tool says to type completes it; nothing runs twice.

use std::{fmt::Write as _, thread, time::Duration};

use pretty_assertions::assert_eq;
use serde_json::Value;

use super::kit::{Dice, Runner, rounds, sessions};
use crate::{
    project::{Project, eventually},
    support::{
        private::PrivateServer,
        services::{Server, TestDatabase},
    },
};

/// How many migrations there are, besides two repeatable ones.
const MIGRATIONS: usize = 40;

/// A statement, and a query of how often it was run: never or once.
struct Statement {
    sql: String,
    times: String,
}

/// A statement that leaves a row for each time it ran.
fn row(migration: usize, number: usize) -> Statement {
    Statement {
        sql: format!("INSERT INTO ran (migration, number) VALUES ({migration}, {number})"),
        times: format!(
            "SELECT count(*) FROM ran WHERE migration = {migration} AND number = {number}"
        ),
    }
}

/// A statement that can run but once, and what it makes.
fn made(server: Server, sql: String, table: &str, column: Option<&str>) -> Statement {
    let times = match (server, column) {
        (Server::Sqlite, None) => {
            format!("SELECT count(*) FROM sqlite_master WHERE name = '{table}'")
        }
        (Server::Sqlite, Some(column)) => {
            format!("SELECT count(*) FROM pragma_table_info('{table}') WHERE name = '{column}'")
        }
        (_, column) => {
            let schema = if server == Server::Mariadb {
                "database()"
            } else {
                "current_schema()"
            };
            let (place, column) = match column {
                Some(column) => ("columns", format!(" AND column_name = '{column}'")),
                None => ("tables", String::new()),
            };
            format!(
                "SELECT count(*) FROM information_schema.{place} WHERE table_schema = {schema} AND table_name = '{table}'{column}"
            )
        }
    };
    Statement { sql, times }
}

/// An index, which in PostgreSQL is there only when it is valid.
fn index(server: Server, name: &str, table: &str) -> Statement {
    let concurrently = if server.is_postgres() {
        "CONCURRENTLY "
    } else {
        ""
    };
    Statement {
        sql: format!("CREATE INDEX {concurrently}{name} ON {table} (v)"),
        times: match server {
            Server::Sqlite => format!("SELECT count(*) FROM sqlite_master WHERE name = '{name}'"),
            Server::Postgres | Server::Postgres2 => format!(
                "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('{name}') AND indisvalid"
            ),
            Server::Mariadb => format!(
                "SELECT count(DISTINCT index_name) FROM information_schema.statistics WHERE table_schema = database() AND index_name = '{name}'"
            ),
        },
    }
}

/// What a migration consists of, by its number: structure and rows in a transaction, several statements,
/// statements outside of transactions, rows alone.
fn statements(server: Server, number: usize) -> Vec<Statement> {
    let table = format!("t{}", number / 5);
    match number % 5 {
        0 => {
            let create =
                format!("CREATE TABLE {table} (id INTEGER NOT NULL PRIMARY KEY, v INTEGER)");
            let mut all = vec![made(server, create, &table, None), row(number, 2)];
            if number == 0 {
                let ran = "CREATE TABLE ran (migration INTEGER NOT NULL, number INTEGER NOT NULL)"
                    .to_owned();
                all.insert(0, made(server, ran, "ran", None));
                all[2] = row(0, 3);
            }
            all
        }
        1 => {
            let alter = |column: &str| format!("ALTER TABLE {table} ADD COLUMN {column} INTEGER");
            vec![
                row(number, 1),
                made(server, alter("w"), &table, Some("w")),
                made(server, alter("x"), &table, Some("x")),
                row(number, 4),
            ]
        }
        2 => vec![index(server, &format!("i{number}"), &table), row(number, 2)],
        3 => (1..=6).map(|n| row(number, n)).collect(),
        _ => vec![row(number, 1), index(server, &format!("i{number}"), &table)],
    }
}

fn is_outside(number: usize) -> bool {
    matches!(number % 5, 2 | 4)
}

fn name(number: usize) -> String {
    format!("{number:03}_m")
}

fn project(database: TestDatabase) -> Project {
    let project = Project::on(database);
    let server = project.database.server();
    for number in 0..MIGRATIONS {
        let mut up = String::new();
        for statement in statements(server, number) {
            writeln!(up, "{};", statement.sql).unwrap();
        }
        project.migration(&name(number), &up, "SELECT 1;");
        if is_outside(number) {
            project.without_transaction(&name(number));
        }
    }
    for view in ["v", "w"] {
        let sql = format!(
            "DROP VIEW IF EXISTS {view};\nCREATE VIEW {view} AS SELECT count(*) AS n FROM ran;\n"
        );
        project.write(&format!("migrations/R__{view}.sql"), &sql);
    }
    project
}

/// How often each statement of each migration was run.
fn times(project: &Project) -> Vec<Vec<String>> {
    let server = project.database.server();
    // What asks for rows fails as long as their table is not there.
    let there = project.database.table_exists("ran");
    let all: Vec<Vec<Statement>> = (0..MIGRATIONS)
        .map(|number| statements(server, number))
        .collect();
    let asked = all.iter().flatten().map(|statement| {
        if there || !statement.times.contains("FROM ran") {
            format!("({})", statement.times)
        } else {
            "0".to_owned()
        }
    });
    let asked: Vec<String> = asked.collect();
    let rows = project
        .database
        .query(&format!("SELECT {}", asked.join(", ")));
    let mut answers = rows.into_iter().flatten();
    all.iter()
        .map(|of_one| answers.by_ref().take(of_one.len()).collect())
        .collect()
}

/// Every statement of what is applied stands once, and none of what is pending; what is neither is said
/// to have failed.
fn assert_books_are_true(project: &Project, moment: &str) {
    let answer = project.succeed(&["showmigrations", "--format", "json"]);
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    let entries = answer["migrations"].as_array().unwrap();
    for (entry, times) in entries.iter().zip(times(project)) {
        let expected = match entry["state"].as_str().unwrap() {
            "applied" => "1",
            "pending" => "0",
            "failed" => continue,
            other => panic!("{moment}: {other}"),
        };
        assert!(
            times.iter().all(|times| times == expected),
            "{moment}: {entry}: {times:?}"
        );
    }
}

/// Runs what the tool says to type, until it says that all is done.
fn complete(project: &Project, moment: &str) {
    let mut args = vec!["migrate".to_owned()];
    for _ in 0..4 {
        let typed: Vec<&str> = args.iter().map(String::as_str).collect();
        let run = project.manage(&typed);
        if run.status == 0 {
            return;
        }
        args = next_command(project, &run.stderr)
            .unwrap_or_else(|| panic!("{moment}: nothing more to type: {run:?}"));
    }
    panic!("{moment}: it does not end");
}

/// What the hints say to type.
fn next_command(project: &Project, said: &str) -> Option<Vec<String>> {
    let typed = |text: &str| {
        text.split_whitespace()
            .skip(1)
            .map(ToOwned::to_owned)
            .collect()
    };
    let asks = said
        .lines()
        .find_map(|line| line.strip_prefix("hint: look whether statement "));
    if let Some(asks) = asks {
        let (statement, _) = asks.split_once(' ')?;
        let statement: usize = statement.parse().ok()?;
        let broken = said.lines().find_map(|line| line.strip_prefix("error: "))?;
        let (number, _) = broken.split_once('_')?;
        let commands: Vec<&str> = asks
            .split('`')
            .filter(|part| part.starts_with("manage "))
            .collect();
        // Repeatable migrations may run from their first statement on at any time.
        let Ok(number) = number.parse::<usize>() else {
            return Some(typed(commands[1]));
        };
        let stands = times(project)[number][statement - 1] == "1";
        if !stands && project.database.server().is_postgres() {
            drop_invalid_indexes(project);
        }
        return Some(typed(commands[usize::from(!stands)]));
    }
    let command = said.lines().find(|line| line.starts_with("hint: "))?;
    Some(typed(
        command
            .split('`')
            .find(|part| part.starts_with("manage "))?,
    ))
}

/// As whoever looks whether an index stands does where it does not quite.
fn drop_invalid_indexes(project: &Project) {
    let invalid = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid";
    for name in project.database.query(invalid).concat() {
        project.database.execute(&format!("DROP INDEX {name}"));
    }
}

/// What is there in the end, in the tool's own words.
fn schema(project: &Project) -> String {
    project.succeed(&["inspectdb"])
}

fn assert_complete(project: &Project, undisturbed: &str, moment: &str) {
    for (number, times) in times(project).into_iter().enumerate() {
        assert!(
            times.iter().all(|times| times == "1"),
            "{moment}: {}: {times:?}",
            name(number)
        );
    }
    assert_eq!(project.ledger().len(), MIGRATIONS, "{moment}");
    assert_eq!(schema(project), undisturbed, "{moment}");
}

/// A moment of the run: some time after so many of its migrations are done.
struct Moment {
    after: usize,
    microseconds: u64,
}

impl Moment {
    fn any(dice: &mut Dice) -> Self {
        Self {
            after: usize::try_from(dice.below(MIGRATIONS as u64 + 3)).unwrap(),
            microseconds: dice.below(40_000),
        }
    }

    fn say(&self, round: u32) -> String {
        format!(
            "round {round}: {} µs after {} migrations",
            self.microseconds, self.after
        )
    }

    /// Waits for it, or for the end of the run.
    fn wait(&self, runner: &mut Runner) {
        eventually("the run comes so far", || {
            runner.answered().matches(" OK ").count() >= self.after
                || runner
                    .child
                    .try_wait()
                    .expect("the process is ours")
                    .is_some()
        });
        thread::sleep(Duration::from_micros(self.microseconds));
    }
}

fn undisturbed(database: TestDatabase) -> String {
    let project = project(database);
    project.succeed(&["migrate"]);
    schema(&project)
}

on_every_engine! {
    fn a_run_that_is_killed_at_any_moment_is_completed(server: Server) {
        let undisturbed = undisturbed(TestDatabase::create(server));
        let mut dice = Dice::new(&format!("killed {}", server.name()));
        for round in 1..=rounds(3) {
            let moment = Moment::any(&mut dice);
            let said = moment.say(round);
            let project = project(TestDatabase::create(server));
            let mut runner = Runner::start(&project, &["migrate"]);
            moment.wait(&mut runner);
            runner.kill();
            eventually("its sessions end", || sessions(&project.database) == 0);
            assert_books_are_true(&project, &said);
            complete(&project, &said);
            assert_complete(&project, &undisturbed, &said);
        }
    }
}

fn the_server_is_killed(server: Server) {
    let Some(mut private) = PrivateServer::start(server) else {
        return;
    };
    let undisturbed = undisturbed(private.database());
    let mut dice = Dice::new(&format!("server {}", server.name()));
    for round in 1..=rounds(2) {
        let moment = Moment::any(&mut dice);
        let said = moment.say(round);
        let project = project(private.database());
        let mut runner = Runner::start(&project, &["migrate"]);
        moment.wait(&mut runner);
        private.kill();
        let run = runner.end();
        private.restart();
        if run.status != 0 {
            assert_eq!(run.status, 2, "{said}: {run:?}");
            assert!(run.stderr.contains("error: "), "{said}: {run:?}");
            assert!(!run.stderr.contains("panicked"), "{said}: {run:?}");
        }
        assert_books_are_true(&project, &said);
        complete(&project, &said);
        assert_complete(&project, &undisturbed, &said);
    }
}

#[test]
fn a_run_whose_postgres_is_killed_at_any_moment_is_completed() {
    the_server_is_killed(Server::Postgres);
}

#[test]
fn a_run_whose_mariadb_is_killed_at_any_moment_is_completed() {
    the_server_is_killed(Server::Mariadb);
}

on_mariadb! {
    /// While it holds other tables the log cannot be written, so its last word is an old one.
    fn how_far_a_killed_script_came_that_held_tables_is_not_guessed(server: Server) {
        let up = "CREATE TABLE b (id INTEGER);\nLOCK TABLES b WRITE;\nINSERT INTO b VALUES (1);\nUPDATE b SET id = SLEEP(2);\nUNLOCK TABLES;\n";
        let project = Project::with(server, &[("1_a", up, "DROP TABLE b;")]);
        let runner = Runner::start(&project, &["migrate"]);
        let asleep = format!("SELECT count(*) FROM information_schema.processlist WHERE db = '{}' AND info LIKE 'UPDATE b SET id%'", project.database.name());
        eventually("it holds the table", || project.database.value(&asleep) == "1");
        runner.kill();
        let said = project.fail(&["migrate"]);
        let (_, said) = said.split_once("error: ").unwrap();
        assert_eq!(said, "1_a stopped halfway: 1 of 5 statements stands (line 1), and it is not known which of those from line 2 on do\n\nhint: look how far it came, then run the rest: `manage migrate --resume=N`, where N counts the first statement that does not stand; at least 2\nhint: or finish it by hand, and record that with `manage migrate 1_a --fake`\nhint: or undo by hand what stands, and say so with `manage stamp base`\n");
        let came = 2 + project.database.query("SELECT id FROM b").len();
        project.succeed(&["migrate", &format!("--resume={}", came + 1)]);
        assert_eq!(project.ledger(), ["1"]);
    }
}
