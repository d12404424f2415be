//! Ctrl-C and SIGTERM at every moment: what runs is stopped and taken back, the lock is let go, and what
//! stands is said.

use std::{
    io::Write as _,
    net::TcpListener,
    process::{Command, Stdio},
};

use pretty_assertions::assert_eq;

use super::kit::{
    Runner, await_sleep, lock_is_free, make_sleepy, sessions, sleepers, sleepy, sleepy_up, slow,
    states,
};
use crate::{
    forward::dead_port,
    project::{Project, Run, eventually, without_times},
    support::{beside::Beside, private::PrivateServer, services::Server},
};

/// Interrupts a run while its slow statement runs.
fn interrupted(project: &Project, args: &[&str], name: &str) -> Run {
    let mut runner = Runner::start(project, args);
    await_sleep(project, &mut runner);
    runner.signal(name);
    let run = runner.end();
    assert_eq!(run.status, 130, "{run:?}");
    if project.database.server() != Server::Sqlite {
        assert_eq!(sleepers(&project.database), [""; 0], "{run:?}");
        eventually("its sessions end", || sessions(&project.database) == 0);
    }
    run
}

/// The outcomes in the log, oldest first: version, outcome and message.
fn log(project: &Project) -> Vec<Vec<String>> {
    let sql = "SELECT version, outcome, message FROM __diesel_manage_log ORDER BY id";
    project.database.query(sql)
}

/// Makes the rest quick, and runs it.
fn completes(project: &Project, args: &[&str]) {
    let server = project.database.server();
    project.write("migrations/2_b/up.sql", &sleepy_up(server, 0));
    project.succeed(args);
    assert_eq!(
        states(project),
        ["1_a applied", "2_b applied", "3_c applied"]
    );
    let rows = project.database.query("SELECT id FROM a ORDER BY id");
    assert_eq!(rows.concat(), ["2", "3"]);
}

const ROLLED_BACK: &str = "  = applied before it in this run: 1_a\n  = nothing of this migration stands: it was rolled back\n\nhint: run `manage migrate` again\n";

const PARTIAL: &str = "  = applied before it in this run: 1_a\n  = 2 of 4 statements stand and cannot be taken back (lines 1, 2); the migration is not recorded as applied\n\nhint: `manage migrate --resume` runs the rest of it\nhint: or finish or undo the rest by hand, then say where the database is with `manage stamp 2_b`\n";

fn assert_stopped(run: &Run, end: &str) {
    assert!(run.stdout.ends_with("Applying 2_b ... FAILED\n"), "{run:?}");
    assert!(
        run.stderr
            .starts_with("error: applying 2_b was interrupted\n --> migrations/2_b/up.sql:3:1\n"),
        "{run:?}"
    );
    assert!(run.stderr.ends_with(end), "{run:?}");
}

on_postgres! {
    fn an_interruption_takes_back_the_migration(server: Server) {
        for name in ["INT", "TERM"] {
            let project = sleepy(server, 600);
            assert_stopped(&interrupted(&project, &["migrate"], name), ROLLED_BACK);
            assert_eq!(project.tables(), ["a"]);
            assert_eq!(log(&project), [["1", "done", "NULL"], ["2", "failed", "stopped on request"]]);
            lock_is_free(sleepy_is_quick(&project));
            completes(&project, &["migrate"]);
        }
    }

    fn an_interruption_outside_of_a_transaction_says_what_stands(server: Server) {
        let project = sleepy(server, 600);
        project.without_transaction("2_b");
        assert_stopped(&interrupted(&project, &["migrate"], "INT"), PARTIAL);
        assert_eq!(project.tables(), ["a", "b"]);
        let said = project.fail(&["migrate"]);
        assert_eq!(said, HALFWAY);
        completes(&project, &["migrate", "--resume"]);
    }
}

const HALFWAY: &str = "error: 2_b stopped halfway: 2 of 4 statements stand (lines 1, 2), those in lines 3, 4 do not; it was stopped on request\n\nhint: `manage migrate --resume` runs the rest\nhint: or finish it by hand, and record that with `manage migrate 2_b --fake`\nhint: or undo by hand what stands, and say so with `manage stamp 1_a`\n";

/// The project, that has nothing slow in it.
fn sleepy_is_quick(project: &Project) -> &Project {
    let server = project.database.server();
    project.write("migrations/2_b/up.sql", &sleepy_up(server, 0));
    project
}

on_mariadb! {
    fn an_interruption_says_what_stands(server: Server) {
        for name in ["INT", "TERM"] {
            let project = sleepy(server, 600);
            assert_stopped(&interrupted(&project, &["migrate"], name), PARTIAL);
            assert_eq!(project.tables(), ["a", "b"]);
            assert_eq!(log(&project), [["1", "done", "NULL"], ["2", "failed", "stopped on request"]]);
            assert_eq!(project.fail(&["migrate"]), HALFWAY);
            completes(&project, &["migrate", "--resume"]);
        }
    }
}

on_transactional_engines! {
    fn an_interruption_takes_back_all_of_an_atomic_run(server: Server) {
        let project = sleepy(server, 600);
        let mut runner = Runner::start(&project, &["migrate", "--atomic"]);
        await_sleep(&project, &mut runner);
        runner.signal("INT");
        let run = runner.end();
        assert_eq!(run.status, 130, "{run:?}");
        if server.is_postgres() {
            assert!(run.stderr.contains("  = nothing of this run stands: all of it was rolled back\n"), "{run:?}");
        }
        eventually("its sessions end", || sessions(&project.database) == 0);
        assert_eq!(project.tables(), [""; 0]);
        assert_eq!(project.ledger(), [""; 0]);
        completes(&project, &["migrate", "--atomic"]);
    }
}

on_servers! {
    fn an_interruption_stops_a_rollback(server: Server) {
        let project = sleepy(server, 0);
        project.succeed(&["migrate"]);
        let down = format!("DROP TABLE slept;\n{};\nDROP TABLE slept;\nDROP TABLE b;\n", slow(server, 600));
        project.write("migrations/2_b/down.sql", &down);
        let run = interrupted(&project, &["rollback", "1_a"], "INT");
        assert!(run.stdout.ends_with("Unapplying 2_b ... FAILED\n"), "{run:?}");
        assert!(run.stderr.starts_with("error: unapplying 2_b was interrupted\n"), "{run:?}");
        assert_eq!(project.ledger(), ["1", "2"]);
        let quick = down.replace(&slow(server, 600), &slow(server, 0));
        project.write("migrations/2_b/down.sql", &quick);
        let resume: &[&str] = if server.is_postgres() { &[] } else { &["--resume"] };
        project.succeed(&[&["rollback"], resume].concat());
        assert_eq!(project.tables(), ["a"]);
        assert_eq!(project.ledger(), ["1"]);
    }
}

/// Answers of a run that is told to stop while it waits for the lock.
fn a_waiter(project: &Project) {
    let mut worker = Runner::start(project, &["migrate"]);
    await_sleep(project, &mut worker);
    for name in ["INT", "TERM"] {
        let mut waiter = Runner::start(project, &["migrate"]);
        waiter.await_waiting();
        waiter.signal(name);
        let run = waiter.end();
        assert_eq!(run.status, 130, "{run:?}");
        assert!(run.stderr.ends_with("\nerror: interrupted while waiting for the lock on the database\n\nhint: nothing was changed\n"), "{run:?}");
        assert_eq!(run.stdout, "");
    }
    assert_eq!(worker.child.try_wait().unwrap(), None);
    worker.signal("INT");
    assert_eq!(worker.end().status, 130);
}

on_every_engine! {
    fn an_interruption_ends_the_wait_for_the_lock(server: Server) {
        a_waiter(&sleepy(server, 600));
    }

    fn an_interruption_between_steps_is_heeded(server: Server) {
        let project = Project::new(server);
        let many = if server == Server::Sqlite { 200 } else { 100 };
        for number in 100..100 + many {
            let up = format!("CREATE TABLE t{number} (id INTEGER);");
            project.migration(&format!("{number}_t"), &up, &format!("DROP TABLE t{number};"));
        }
        let mut runner = Runner::start(&project, &["migrate"]);
        eventually("some are applied", || {
            assert_eq!(runner.child.try_wait().unwrap(), None, "{}", runner.said());
            runner.answered().lines().count() > 5
        });
        runner.signal("INT");
        let run = runner.end();
        assert_eq!(run.status, 130, "{run:?}");
        let applied = project.ledger().len();
        assert!(applied < many, "{run:?}");
        assert_eq!(run.stdout.matches(" OK ").count(), applied);
        assert_eq!(project.tables().len(), applied);
        let last = 99 + applied;
        let between = format!("error: interrupted after {applied} migrations, the last {last}_t\n\nhint: run the same command again: it goes on from where the database is\n");
        let within = format!("error: applying {}_t was interrupted", last + 1);
        assert!(run.stderr == between || run.stderr.starts_with(&within), "{run:?}");
        lock_is_free(&project);
        assert_eq!(project.ledger().len(), many);
    }
}

#[test]
fn an_interruption_through_a_pooler_stops_the_statement() {
    if !Beside::Pgbouncer.is_there() {
        return;
    }
    let project = make_sleepy(Project::on(Beside::Pgbouncer.database()), 600);
    let url = Beside::Pgbouncer.url_of(&project.database);
    let project = project.set("DATABASE_URL", url);
    for outside in [false, true] {
        if outside {
            project.without_transaction("2_b");
        }
        let mut runner = Runner::start(&project, &["migrate"]);
        eventually("the slow statement runs", || {
            assert_eq!(runner.child.try_wait().unwrap(), None, "{}", runner.said());
            !sleepers(&project.database).is_empty()
        });
        runner.signal("INT");
        let run = runner.end();
        assert_eq!(run.status, 130, "{run:?}");
        assert_eq!(sleepers(&project.database), [""; 0], "{run:?}");
        let tables: &[&str] = if outside { &["a", "b"] } else { &["a"] };
        assert_eq!(project.tables(), tables);
    }
    completes(&project, &["migrate", "--resume"]);
}

#[test]
fn an_interruption_stops_what_sqlite_does_and_the_file_is_sound() {
    let project = sleepy(Server::Sqlite, 600);
    let run = interrupted(&project, &["migrate"], "INT");
    assert_eq!(without_times(&run.stdout), "Applying 1_a ... OK (TIME)\n");
    assert_eq!(
        run.stderr,
        "error: interrupted\n\nhint: the database takes back what was not finished: `manage showmigrations` says what stands\n"
    );
    assert_eq!(project.database.value("PRAGMA integrity_check"), "ok");
    assert_eq!(
        states(&project),
        ["1_a applied", "2_b pending", "3_c pending"]
    );
    assert_eq!(project.tables(), ["a"]);
    completes(&project, &["migrate"]);
}

#[test]
fn a_second_interruption_does_not_wait_for_a_server_that_hangs() {
    for server in [Server::Postgres, Server::Mariadb] {
        let Some(private) = PrivateServer::start(server) else {
            continue;
        };
        let project = make_sleepy(Project::on(private.database()), 600);
        let mut runner = Runner::start(&project, &["migrate"]);
        await_sleep(&project, &mut runner);
        private.freeze();
        runner.signal("INT");
        // The first is heeded by a thread of its own, which the second must find at work.
        eventually("the first is heeded", || threads(runner.child.id()) > 2);
        runner.signal("INT");
        let run = runner.end();
        private.thaw();
        assert_eq!(run.status, 130, "{run:?}");
        assert_eq!(
            run.stderr,
            "error: interrupted\n\nhint: the database takes back what was not finished: `manage showmigrations` says what stands\n"
        );
    }
}

fn threads(process: u32) -> usize {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task"));
    tasks.map_or(0, Iterator::count)
}

#[test]
fn an_interruption_ends_the_wait_for_a_server() {
    let project = Project::new(Server::Sqlite);
    let port = dead_port();
    for scheme in ["postgres", "mysql"] {
        let url = format!("{scheme}://somebody@127.0.0.1:{port}/nothing");
        let args = ["migrate", "--wait", "60", "--database-url", &url];
        let runner = Runner::start(&project, &args);
        eventually("it waits for the server", || {
            runner.said().contains("trying for 60 s")
        });
        runner.signal("TERM");
        let run = runner.end();
        assert_eq!(run.status, 130, "{run:?}");
        assert!(
            run.stderr
                .ends_with("; trying for 60 s\nerror: interrupted\n"),
            "{run:?}"
        );
    }
}

#[test]
fn an_interruption_ends_a_connection_that_nobody_answers() {
    let project = Project::new(Server::Sqlite);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    for scheme in ["postgres", "mysql"] {
        let url = format!("{scheme}://somebody@127.0.0.1:{port}/nothing?connect_timeout=600");
        let runner = Runner::start(&project, &["migrate", "--database-url", &url]);
        let _line = listener.accept().expect("it connects");
        runner.signal("INT");
        let run = runner.end();
        assert_eq!(
            (run.status, run.stderr.as_str()),
            (130, "error: interrupted\n")
        );
    }
}

/// In a terminal, which `script` makes.
#[test]
fn ctrl_c_at_a_question_changes_nothing() {
    let project = sleepy(Server::Sqlite, 0).set("ENVIRONMENT", "production");
    project.succeed(&["migrate"]);
    let manage = format!("exec {} rollback --all", env!("CARGO_BIN_EXE_manage"));
    let mut command = Command::new("script");
    let plain = project.command(&[]);
    command
        .args(["-qefc", &manage, "/dev/null"])
        .current_dir(project.root())
        .env_clear()
        .envs(
            plain
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
    let mut runner = Runner::of(command, &project, Stdio::piped());
    let mut keys = runner.child.stdin.take().expect("a pipe");
    eventually("it asks", || runner.answered().contains("Go on? [y/N]"));
    keys.write_all(b"\x03").expect("it listens");
    let run = runner.end();
    assert_eq!(run.status, 130, "{run:?}");
    assert!(
        run.stdout.ends_with("\r\nerror: interrupted\r\n"),
        "{run:?}"
    );
    assert_eq!(project.ledger(), ["1", "2", "3"]);
}

on_mariadb! {
    fn the_end_of_the_terminal_stops_a_run_unless_nohup_started_it(server: Server) {
        for (shell, seconds, status) in [("trap '' HUP;", 2, 0), ("", 600, 130)] {
            let project = sleepy(server, seconds);
            let plain = project.command(&[]);
            let mut command = Command::new("sh");
            command
                .args(["-c", &format!("{shell} exec {} migrate", env!("CARGO_BIN_EXE_manage"))])
                .current_dir(project.root())
                .env_clear()
                .envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
            let mut runner = Runner::of(command, &project, Stdio::null());
            await_sleep(&project, &mut runner);
            runner.signal("HUP");
            let run = runner.end();
            assert_eq!(run.status, status, "{run:?}");
        }
    }
}
