//! Many runners at once: every migration runs once, and everybody ends well.

use std::{
    env,
    process::{Command, Stdio},
};

use diesel_manage::{
    Migrator, Settings,
    settings::{Overrides, Surroundings},
    startup,
};
use pretty_assertions::assert_eq;

use super::kit::{Runner, await_sleep, sleepers, sleepy_up, states};
use crate::{
    project::{Project, Run, eventually},
    support::{
        beside::Beside,
        services::{Server, TestDatabase},
    },
};

const MANY: usize = 16;

/// Four migrations that leave a row for every time they ran; the second takes so many seconds, and the
/// third runs outside of transactions.
fn crowded(database: TestDatabase, seconds: u32) -> Project {
    let project = Project::on(database);
    let server = project.database.server();
    project.migration("1_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
    project.migration("2_b", &sleepy_up(server, seconds), "SELECT 1;");
    let concurrently = if server.is_postgres() {
        "CONCURRENTLY "
    } else {
        ""
    };
    project.migration(
        "3_c",
        &format!("CREATE INDEX {concurrently}a_id ON a (id);\nINSERT INTO a VALUES (4);\n"),
        "SELECT 1;",
    );
    project.without_transaction("3_c");
    project.migration("4_d", "INSERT INTO a VALUES (5);", "SELECT 1;");
    project
}

/// Makes the second migration a quick one, for whoever reads it from now on.
fn hurry(project: &Project) {
    let server = project.database.server();
    project.migration("2_b", &sleepy_up(server, 0), "SELECT 1;");
}

fn crowd(project: &Project, count: usize) -> Vec<Runner> {
    (0..count)
        .map(|_| Runner::start(project, &["migrate"]))
        .collect()
}

fn assert_once(project: &Project) {
    let rows = project.database.query("SELECT id FROM a ORDER BY id");
    assert_eq!(rows.concat(), ["2", "3", "4", "5"]);
    assert_eq!(
        states(project),
        ["1_a applied", "2_b applied", "3_c applied", "4_d applied"]
    );
    let invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid";
    if project.database.server().is_postgres() {
        assert_eq!(project.database.value(invalid), "0");
    }
    if project.database.server() == Server::Sqlite {
        let folder = project.database.path();
        let folder = folder.parent().unwrap().read_dir().unwrap();
        let names: Vec<_> = folder.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["test.db"]);
    }
}

fn all_end_well(runners: Vec<Runner>) -> Vec<Run> {
    let ended = runners.into_iter().map(|runner| {
        let run = runner.end();
        assert_eq!(run.status, 0, "{run:?}");
        run
    });
    ended.collect()
}

/// Which of them applies something.
fn worker(runners: &mut [Runner]) -> usize {
    let mut found = None;
    eventually("one of them works", || {
        found = runners
            .iter()
            .position(|runner| runner.answered().contains("Applying 1_a"));
        found.is_some()
    });
    found.unwrap()
}

fn all_at_once(project: &Project) {
    let runs = all_end_well(crowd(project, MANY));
    let worked = runs.iter().filter(|run| run.stdout.contains("Applying"));
    assert_eq!(worked.count(), 1);
    assert_once(project);
}

/// Kills the one that works, in the middle of the second migration.
fn without_the_worker(project: &Project, count: usize) -> Vec<Run> {
    let mut runners = crowd(project, count);
    let worker = worker(&mut runners);
    let server = project.database.server();
    eventually("the second migration runs", || match server {
        Server::Sqlite => project
            .database
            .path()
            .with_extension("db-journal")
            .exists(),
        _ => !sleepers(&project.database).is_empty(),
    });
    // Those that come after it read the file when it is their turn.
    hurry(project);
    runners.remove(worker).kill();
    runners.into_iter().map(Runner::end).collect()
}

fn ends_well_without_the_worker(project: &Project, count: usize) {
    for run in without_the_worker(project, count) {
        assert_eq!(run.status, 0, "{run:?}");
    }
    assert_once(project);
}

fn without_a_waiter(project: &Project, count: usize) {
    let mut runners = crowd(project, count);
    let worker = worker(&mut runners);
    let waiter = (worker + 1) % count;
    runners.remove(waiter).kill();
    all_end_well(runners);
    assert_once(project);
}

on_every_engine! {
    fn sixteen_at_once_apply_everything_once(server: Server) {
        let seconds = u32::from(server != Server::Sqlite);
        all_at_once(&crowded(TestDatabase::create(server), seconds));
    }

    fn a_waiter_that_is_killed_is_not_missed(server: Server) {
        let seconds = u32::from(server != Server::Sqlite);
        without_a_waiter(&crowded(TestDatabase::create(server), seconds), 6);
    }
}

on_transactional_engines! {
    fn the_next_takes_over_where_the_worker_is_killed(server: Server) {
        let seconds = if server == Server::Sqlite { 60 } else { 2 };
        ends_well_without_the_worker(&crowded(TestDatabase::create(server), seconds), 6);
    }
}

on_mariadb! {
    /// The killed one's statement goes on, and its lock with it, until the server is done with it.
    fn all_others_name_what_the_killed_one_left_halfway(server: Server) {
        let project = crowded(TestDatabase::create(server), 2);
        let stated = "error: 2_b stopped halfway: 2 of 4 statements stand (lines 1, 2), and it is not known whether that in line 3 does";
        let runs = without_the_worker(&project, 6);
        assert_eq!(runs.len(), 5);
        for run in runs {
            assert_eq!(run.status, 2, "{run:?}");
            let first = run.stderr.lines().find(|line| line.starts_with("error"));
            assert_eq!(first, Some(stated), "{run:?}");
        }
        assert_eq!(project.database.value("SELECT count(*) FROM slept"), "1");
        project.succeed(&["migrate", "--resume=4"]);
        assert_once(&project);
    }
}

/// Not a test by itself: an application that starts, as a process of its own.
#[test]
fn an_application() {
    let (Ok(url), Ok(folder)) = (env::var("FAULTS_URL"), env::var("FAULTS_MIGRATIONS")) else {
        return;
    };
    let overrides = Overrides {
        database_url: Some(url),
        migrations_dir: Some(folder.into()),
        ..Overrides::default()
    };
    let surroundings = Surroundings::of_process().unwrap();
    let migrator = Migrator::new(Settings::resolve(&overrides, &surroundings).unwrap());
    println!("applied {}", startup::migrate(&migrator).unwrap().len());
    startup::check(&migrator).unwrap();
}

on_every_engine! {
    fn applications_that_start_at_once_migrate_once(server: Server) {
        let seconds = u32::from(server != Server::Sqlite);
        let project = crowded(TestDatabase::create(server), seconds);
        let starts = (0..6).map(|_| {
            let mut command = Command::new(env::current_exe().unwrap());
            command
                .args(["--exact", "faults::together::an_application", "--nocapture"])
                .current_dir(project.root())
                .env_clear()
                .env("FAULTS_URL", project.database.url())
                .env("FAULTS_MIGRATIONS", project.migrations());
            Runner::of(command, &project, Stdio::null())
        });
        let runs = all_end_well(starts.collect());
        let mut applied: Vec<&str> = runs
            .iter()
            .map(|run| run.stdout.split_once("applied ").unwrap().1)
            .map(|rest| &rest[..1])
            .collect();
        applied.sort_unstable();
        assert_eq!(applied, ["0", "0", "0", "0", "0", "4"]);
        assert_once(&project);
    }
}

/// Through a pooler that lends each transaction another session of the server.
fn pooled(seconds: u32) -> Option<Project> {
    if !Beside::Pgbouncer.is_there() {
        return None;
    }
    let project = crowded(Beside::Pgbouncer.database(), seconds);
    let url = Beside::Pgbouncer.url_of(&project.database);
    Some(project.set("DATABASE_URL", url))
}

#[test]
fn sixteen_at_once_through_a_pooler_apply_everything_once() {
    if let Some(project) = pooled(1) {
        all_at_once(&project);
    }
}

#[test]
fn the_next_takes_over_through_a_pooler_where_the_worker_is_killed() {
    if let Some(project) = pooled(2) {
        ends_well_without_the_worker(&project, 6);
    }
}

#[test]
fn a_waiter_that_is_killed_behind_a_pooler_is_not_missed() {
    if let Some(project) = pooled(1) {
        without_a_waiter(&project, 6);
    }
}

#[test]
fn a_waiter_behind_a_pooler_is_told_whom_it_waits_for() {
    let Some(project) = pooled(60) else { return };
    let mut worker = Runner::start(&project, &["migrate"]);
    await_sleep(&project, &mut worker);
    let run = project.manage(&["migrate", "--lock-wait", "0"]);
    let by = format!(
        "error: the database is locked by process {} of ",
        worker.child.id()
    );
    assert!(run.stderr.starts_with(&by), "{run:?}");
    worker.signal("INT");
    assert_eq!(worker.end().status, 130);
}
