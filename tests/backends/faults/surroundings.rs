//! Disks that are full, files that may not be written, connections that somebody ends, servers that take
//! no writes, and what is in the place of SQLite's lock.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt as _, symlink},
    path::PathBuf,
    process::{Command, Stdio},
};

use diesel::{Connection as _, SqliteConnection, connection::SimpleConnection as _};
use pretty_assertions::assert_eq;

use super::kit::{
    Runner, await_sleep, lock_is_free, make_sleepy, sleepers, sleepy, sleepy_up, states,
};
use crate::{
    project::{Project, eventually},
    support::{
        beside::Beside,
        limits::{Reachable, ReadOnly, SmallDisk, give_to_unprivileged, unprivileged},
        private::PrivateServer,
        services::{Server, User},
    },
};

/// Runs what is left with nothing slow in it.
fn completes(project: &Project) {
    let server = project.database.server();
    project.write("migrations/2_b/up.sql", &sleepy_up(server, 0));
    project.succeed(&["migrate"]);
    assert_eq!(
        states(project),
        ["1_a applied", "2_b applied", "3_c applied"]
    );
}

/// Where the lock of a project's SQLite file is.
fn lock_file(project: &Project) -> PathBuf {
    project
        .database
        .path()
        .with_file_name("test.db-manage-lock")
}

on_every_engine! {
    fn a_run_that_may_not_wait_says_who_has_the_lock(server: Server) {
        let project = sleepy(server, 600);
        let mut worker = Runner::start(&project, &["migrate"]);
        await_sleep(&project, &mut worker);
        for args in [
            &["migrate", "--lock-wait", "0"][..],
            &["rollback", "--lock-wait", "0"],
            &["redo", "--lock-wait", "0"],
            &["stamp", "3_c", "--lock-wait", "0"],
        ] {
            let run = project.manage(args);
            assert_eq!(run.status, 2, "{run:?}");
            let by = "process ";
            assert!(run.stderr.starts_with(&format!("error: the database is locked by {by}")), "{run:?}");
            assert!(run.stderr.contains("; waited 0 s\n\nhint: wait for it, longer with `--lock-wait SECONDS`"), "{run:?}");
        }
        worker.signal("INT");
        assert_eq!(worker.end().status, 130);
    }
}

// ---- connections that end -------------------------------------------------------------------------

on_postgres! {
    /// The lock's connection does nothing for as long as a step takes.
    fn limits_for_idle_sessions_do_not_end_the_lock(server: Server) {
        let project = sleepy(server, 4);
        for limit in ["idle_session_timeout", "idle_in_transaction_session_timeout"] {
            let name = project.database.name();
            project.database.execute(&format!("ALTER DATABASE {name} SET {limit} = '2s'"));
        }
        let run = project.manage(&["migrate"]);
        assert_eq!(run.status, 0, "{run:?}");
        assert_eq!(project.ledger(), ["1", "2", "3"]);
    }

    fn a_run_whose_lock_is_taken_away_stops_before_the_next_step(server: Server) {
        let project = sleepy(server, 3);
        let mut runner = Runner::start(&project, &["migrate"]);
        await_sleep(&project, &mut runner);
        let ended = project.database.query(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}' AND application_name LIKE 'manage {} %'",
            project.database.name(), runner.child.id()
        ));
        assert_eq!(ended, [["t"]]);
        let run = runner.end();
        assert_eq!(run.status, 2, "{run:?}");
        assert_eq!(run.stderr, "error: the lock on the database was lost\n\nhint: what was applied stays applied; run the same command again: it waits for whoever has the lock now\n");
        assert_eq!(project.ledger(), ["1", "2"]);
        project.succeed(&["migrate"]);
        assert_eq!(project.ledger(), ["1", "2", "3"]);
    }
}

on_servers! {
    fn a_user_who_may_only_read_is_told_so(server: Server) {
        let project = Project::with(server, &[("1_a", "CREATE TABLE a (id INTEGER)", "DROP TABLE a")]);
        let url = project.database.url_as(User::Reader);
        let said = project.fail(&["migrate", "--database-url", &url]);
        assert!(said.starts_with("error: creating the ledger failed: "), "{said}");
        assert!(said.ends_with("\n\nhint: connect as a user who may do this: `MIGRATION_DATABASE_URL` names one for migrations alone\n"), "{said}");
        assert_eq!(project.tables(), [""; 0]);
    }
}

fn a_server_dies_under_a_worker_and_a_waiter(server: Server) {
    let Some(mut private) = PrivateServer::start(server) else {
        return;
    };
    let project = make_sleepy(Project::on(private.database()), 600);
    let mut worker = Runner::start(&project, &["migrate"]);
    await_sleep(&project, &mut worker);
    let mut waiter = Runner::start(&project, &["migrate"]);
    waiter.await_waiting();
    private.kill();
    let (worker, waiter) = (worker.end(), waiter.end());
    assert_eq!(
        (worker.status, waiter.status),
        (2, 2),
        "{worker:?} {waiter:?}"
    );
    assert!(
        worker.stderr.contains("  = the connection was lost"),
        "{worker:?}"
    );
    assert!(
        waiter
            .stderr
            .contains("\nerror: locking the database failed: "),
        "{waiter:?}"
    );
    assert!(
        waiter
            .stderr
            .contains("\nhint: nothing was changed: run it again once the server is back"),
        "{waiter:?}"
    );
    private.restart();
    if server == Server::Mariadb {
        project.write("migrations/2_b/up.sql", &sleepy_up(server, 0));
        project.succeed(&["migrate", "--resume=3"]);
    }
    completes(&project);
}

#[test]
fn postgres_dies_under_a_worker_and_a_waiter() {
    a_server_dies_under_a_worker_and_a_waiter(Server::Postgres);
}

#[test]
fn mariadb_dies_under_a_worker_and_a_waiter() {
    a_server_dies_under_a_worker_and_a_waiter(Server::Mariadb);
}

#[test]
fn a_pooler_that_ends_its_connections_is_survived() {
    if !Beside::Pgbouncer.is_there() {
        return;
    }
    let project = make_sleepy(Project::on(Beside::Pgbouncer.database()), 600);
    let url = Beside::Pgbouncer.url_of(&project.database);
    let project = project.set("DATABASE_URL", &url);
    let mut runner = Runner::start(&project, &["migrate"]);
    eventually("the slow statement runs", || {
        assert_eq!(runner.child.try_wait().unwrap(), None, "{}", runner.said());
        !sleepers(&project.database).is_empty()
    });
    // As its restart does, for this database alone.
    let name = project.database.name();
    let console = url.replace(&format!("/{name}"), "/pgbouncer");
    let output = Command::new("psql")
        .args(["-Xqc", &format!("KILL {name}"), &console])
        .output()
        .expect("psql runs");
    assert!(output.status.success(), "{output:?}");
    let run = runner.end();
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stderr.contains("  = the connection was lost, and the server takes back what the migration did in its transaction\n"), "{run:?}");
    for id in sleepers(&project.database) {
        project
            .database
            .execute(&format!("SELECT pg_terminate_backend({id})"));
    }
    let output = Command::new("psql")
        .args(["-Xqc", &format!("RESUME {name}"), &console])
        .output()
        .expect("psql runs");
    assert!(output.status.success(), "{output:?}");
    completes(&project);
}

#[test]
fn a_standby_is_not_migrated() {
    if !Beside::Standby.is_there() {
        return;
    }
    let project = Project::on(Beside::Standby.database());
    project.migration("1_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
    let refused = |project: &Project, doing: &str| {
        let url = Beside::Standby.url_of(&project.database);
        let said = project.fail(&["migrate", "--database-url", &url]);
        let (first, hint) = said.split_once("\n\n").unwrap();
        assert!(first.starts_with(doing), "{said}");
        assert!(first.contains("in a read-only transaction"), "{said}");
        assert!(hint.starts_with("hint: "), "{said}");
        assert!(hint.contains("is this a replica"), "{said}");
    };
    refused(&project, "error: creating the ledger failed: ");
    project.succeed(&["migrate"]);
    project.migration("2_b", "CREATE TABLE b (id INTEGER);", "DROP TABLE b;");
    refused(&project, "error: applying 2_b failed: ");
    assert_eq!(project.ledger(), ["1"]);
}

// ---- SQLite: the disk, the file, the folder, the lock's file -----------------------------------------

#[test]
fn a_full_disk_takes_nothing_away() {
    let Some(disk) = SmallDisk::new(1 << 20) else {
        return;
    };
    let file = disk.path().join("app.db");
    let project =
        Project::new(Server::Sqlite).set("DATABASE_URL", format!("sqlite://{}", file.display()));
    project.migration(
        "1_a",
        "CREATE TABLE a (id INTEGER, filling BLOB);",
        "DROP TABLE a;",
    );
    project.migration(
        "2_b",
        "CREATE TABLE b (id INTEGER);\nINSERT INTO a VALUES (1, zeroblob(600000));\n",
        "DROP TABLE b;",
    );
    project.succeed(&["migrate", "1_a"]);
    disk.fill(64 << 10);
    let said = project.fail(&["migrate"]);
    assert!(
        said.starts_with("error: applying 2_b failed")
            && said.contains(": database or disk is full\n"),
        "{said}"
    );
    assert!(said.ends_with("= nothing of this migration stands: it was rolled back\n\nhint: make room on the database's disk\nhint: then run `manage migrate` again\n"), "{said}");
    assert_eq!(states(&project), ["1_a applied", "2_b pending"]);
    disk.fill(0);
    let said = project.fail(&["migrate"]);
    assert!(said.starts_with("error: "), "{said}");
    assert!(said.contains("hint: "), "{said}");
    disk.empty();
    project.succeed(&["migrate"]);
    assert_eq!(states(&project), ["1_a applied", "2_b applied"]);
}

#[test]
fn a_folder_that_may_not_be_written_is_told_of() {
    let project = Project::with(
        Server::Sqlite,
        &[("1_a", "CREATE TABLE a (id INTEGER)", "DROP TABLE a")],
    );
    let folder = project.database.path().parent().unwrap().to_owned();
    {
        let Some(_forbidden) = ReadOnly::new(&folder) else {
            return;
        };
        let said = project.fail(&["migrate"]);
        let lock = lock_file(&project);
        assert!(
            said.starts_with(&format!(
                "error: locking the database failed: {}: ",
                lock.display()
            )),
            "{said}"
        );
        assert!(
            said.contains("\nhint: is this a replica, or a file that this user may only read?\n"),
            "{said}"
        );
        let said = project.fail(&["migrate", "--no-lock"]);
        assert!(
            said.starts_with("error: creating the ledger failed: "),
            "{said}"
        );
        assert!(
            said.contains("\nhint: is this a replica, or a file that this user may only read?\n"),
            "{said}"
        );
        assert_eq!(states(&project), ["1_a pending"]);
    }
    project.succeed(&["migrate"]);
}

#[test]
fn a_lock_file_of_another_user_is_told_of() {
    let project = Project::with(
        Server::Sqlite,
        &[("1_a", "CREATE TABLE a (id INTEGER)", "DROP TABLE a")],
    );
    let folder = project.database.path().parent().unwrap().to_owned();
    give_to_unprivileged(&folder);
    give_to_unprivileged(project.root());
    let lock = lock_file(&project);
    fs::write(&lock, "").unwrap();
    fs::set_permissions(&lock, Permissions::from_mode(0o000)).unwrap();
    let program = Reachable::new(env!("CARGO_BIN_EXE_manage").as_ref());
    let run = |args: &[&str]| {
        let plain = project.command(args);
        let mut command = Command::new(program.path());
        command.args(args).current_dir(project.root()).env_clear();
        command.envs(
            plain
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        unprivileged(&mut command);
        Runner::of(command, &project, Stdio::null()).end()
    };
    let said = run(&["migrate"]);
    assert_eq!(said.status, 2, "{said:?}");
    assert!(
        said.stderr.contains("locking the database failed: ")
            && said.stderr.contains("Permission denied"),
        "{said:?}"
    );
    assert!(
        said.stderr.ends_with(
            "hint: `--no-lock` does without, where nobody else migrates this database\n"
        ),
        "{said:?}"
    );
    let said = run(&["migrate", "--no-lock"]);
    assert_eq!(said.status, 0, "{said:?}");
}

#[test]
fn a_folder_in_the_place_of_the_lock_is_told_of() {
    let project = Project::with(
        Server::Sqlite,
        &[("1_a", "CREATE TABLE a (id INTEGER)", "DROP TABLE a")],
    );
    let lock = lock_file(&project);
    fs::create_dir(&lock).unwrap();
    let said = project.fail(&["migrate"]);
    assert_eq!(
        said,
        format!(
            "error: locking the database failed: {}: Is a directory (os error 21)\n\nhint: `--no-lock` does without, where nobody else migrates this database\n",
            lock.display()
        )
    );
    project.succeed(&["migrate", "--no-lock"]);
    assert!(lock.is_dir());
}

#[test]
fn a_lock_that_a_killed_run_left_behind_is_taken_over() {
    let project = sleepy(Server::Sqlite, 600);
    let mut runner = Runner::start(&project, &["migrate"]);
    await_sleep(&project, &mut runner);
    let process = runner.child.id();
    runner.kill();
    let left = fs::read_to_string(lock_file(&project)).unwrap();
    assert!(left.starts_with(&format!("manage {process} ")), "{left}");
    lock_is_free(quick(&project));
    assert!(!lock_file(&project).exists());
    completes(&project);
}

fn quick(project: &Project) -> &Project {
    project.write("migrations/2_b/up.sql", &sleepy_up(Server::Sqlite, 0));
    project
}

#[test]
fn a_database_has_one_lock_by_whatever_name() {
    let project = sleepy(Server::Sqlite, 600);
    let link = project.root().join("link.db");
    symlink(project.database.path(), &link).unwrap();
    let mut worker = Runner::start(&project, &["migrate"]);
    await_sleep(&project, &mut worker);
    let url = format!("sqlite://{}", link.display());
    let run = project.manage(&["migrate", "--lock-wait", "0", "--database-url", &url]);
    let by = format!(
        "error: the database is locked by process {} of ",
        worker.child.id()
    );
    assert!(run.stderr.starts_with(&by), "{run:?}");
    worker.signal("INT");
    worker.end();
}

/// A runner with much to write has the file for itself, and those that come then cannot even read.
#[test]
fn a_file_that_cannot_be_read_meanwhile_is_waited_for() {
    let project = Project::new(Server::Sqlite);
    project.migration("1_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
    project.succeed(&["migrate"]);
    project.migration("2_b", "INSERT INTO a VALUES (2);", "SELECT 1;");
    let database = project.database.path();
    let mut holder = SqliteConnection::establish(database.to_str().unwrap()).unwrap();
    holder.batch_execute("BEGIN EXCLUSIVE").unwrap();
    let waiter = Runner::start(&project, &["migrate"]);
    eventually("it waits", || {
        waiter.said().contains("; waiting up to 60 s")
    });
    holder.batch_execute("COMMIT").unwrap();
    let run = waiter.end();
    assert_eq!(run.status, 0, "{run:?}");
    assert_eq!(project.database.value("SELECT count(*) FROM a"), "1");
}
