//! Several runners on the nodes of a Galera cluster.

use std::process::Child;

use pretty_assertions::assert_eq;
use serde_json::Value;

use crate::{
    lost::{end_sleepers, sleepers},
    project::{Project, Run, ended, eventually},
    support::{beside::Beside, services::User},
};

const MIGRATE: &[&str] = &["migrate"];

/// A project on the first node of the cluster; `None`, which is said, where there is no cluster.
fn project(migrations: &[(&str, &str, &str)]) -> Option<Project> {
    if !Beside::Galera.is_there() {
        return None;
    }
    let project = Project::on(Beside::Galera.database());
    for (name, up, down) in migrations {
        project.migration(name, up, down);
    }
    Some(project)
}

/// Starts a command that works on one of the nodes.
fn start(project: &Project, node: Beside, args: &[&str]) -> Child {
    let url = node.url_of(&project.database);
    let mut command = project.command(args);
    command.env("DATABASE_URL", url).spawn().expect("it starts")
}

fn on_node(project: &Project, node: Beside, args: &[&str]) -> Run {
    ended(start(project, node, args), args)
}

fn rows_of_the_lock(project: &Project) -> String {
    project
        .database
        .value("SET SESSION wsrep_sync_wait = 1; SELECT COUNT(*) FROM __diesel_manage_lock")
}

/// Writes the row of a holder that is not there: on a node, so many seconds ago.
fn leave_behind(project: &Project, node: &str, node_name: &str, seconds: u32) {
    // Whoever takes the lock makes the table.
    project.succeed(MIGRATE);
    project.database.execute(&format!(
        "INSERT INTO __diesel_manage_lock SET id = 1, token = 'theirs', node = {node}, \
         node_name = '{node_name}', session = 4000000000, process = 1234, user = 'alice', \
         db_user = CURRENT_USER(), host = 'build-1', since = '2026-01-12 09:15:00', \
         heartbeat = UTC_TIMESTAMP(6) - INTERVAL {seconds} SECOND"
    ));
}

/// The first node's own name for itself.
const HERE: &str = "(SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'wsrep_gcomm_uuid')";

/// What another node is called.
const ELSEWHERE: &str =
    "(SELECT node_uuid FROM mysql.wsrep_cluster_members WHERE node_name = 'galera2')";

const PENDING: (&str, &str, &str) = ("2_b", "CREATE TABLE b (id INTEGER)", "DROP TABLE b");

fn first() -> (&'static str, &'static str, &'static str) {
    ("1_a", "CREATE TABLE a (id INTEGER)", "DROP TABLE a")
}

#[test]
fn sixteen_runners_on_two_nodes_run_each_migration_once() {
    let migrations = [
        (
            "1_a",
            "CREATE TABLE a (id INTEGER PRIMARY KEY);\nSELECT SLEEP(1);\n",
            "DROP TABLE a",
        ),
        (
            "2_b",
            "INSERT INTO a SELECT COUNT(*) FROM a;\nSELECT SLEEP(1);\n",
            "DELETE FROM a",
        ),
        (
            "3_c",
            "INSERT INTO a SELECT COUNT(*) FROM a;\n",
            "DELETE FROM a",
        ),
    ];
    let Some(project) = project(&migrations) else {
        return;
    };
    let nodes = [Beside::Galera, Beside::Galera2].into_iter().cycle();
    let runners: Vec<Child> = nodes
        .take(16)
        .map(|node| start(&project, node, MIGRATE))
        .collect();
    let runs: Vec<Run> = runners.into_iter().map(|run| ended(run, MIGRATE)).collect();
    let mut applied = 0;
    for run in &runs {
        assert_eq!(run.status, 0, "{run:?}");
        if run.stdout.contains("Applied 3 migrations") {
            applied += 1;
        } else {
            assert_eq!(run.stdout, "No migrations to apply.\n");
        }
    }
    assert_eq!(applied, 1);
    assert_eq!(project.ledger(), ["1", "2", "3"]);
    assert_eq!(
        project.database.value("SELECT GROUP_CONCAT(id) FROM a"),
        "0,1"
    );
    let logged =
        "SELECT GROUP_CONCAT(CONCAT(version, outcome) ORDER BY id) FROM __diesel_manage_log";
    assert_eq!(project.database.value(logged), "1done,2done,3done");
    assert_eq!(rows_of_the_lock(&project), "0");
}

#[test]
fn a_killed_runner_is_proven_gone_by_its_session() {
    let sleepy = "CREATE TABLE b (id INTEGER);\nSELECT SLEEP(60);\nCREATE TABLE c (id INTEGER);\n";
    let Some(project) = project(&[first(), ("2_b", sleepy, "DROP TABLE c; DROP TABLE b")]) else {
        return;
    };
    let mut killed = start(&project, Beside::Galera, MIGRATE);
    eventually("the migration sleeps", || {
        !sleepers(&project.database).is_empty()
    });
    let process = killed.id();
    let waiting: Vec<Child> = [
        Beside::Galera,
        Beside::Galera2,
        Beside::Galera,
        Beside::Galera3,
    ]
    .map(|node| start(&project, node, MIGRATE))
    .into();
    killed.kill().expect("it runs");
    killed.wait().expect("it has ended");
    // What it had sent goes on until the server notices.
    end_sleepers(&project.database);

    let halfway = "error: 2_b stopped halfway: 1 of 3 statements stands (line 1), and it is not known whether that in line 2 does\n";
    let mut taken_over = 0;
    for run in waiting {
        let run = ended(run, MIGRATE);
        assert_eq!(run.status, 2, "{run:?}");
        assert!(run.stderr.contains(halfway), "{run:?}");
        let begin = format!("warning: took over the lock that process {process} of ");
        if run.stderr.contains(&begin) {
            taken_over += 1;
            assert!(
                run.stderr.contains(" of node `galera` has ended\n"),
                "{run:?}"
            );
        }
    }
    assert_eq!(taken_over, 1);
    let run = on_node(&project, Beside::Galera2, &["migrate", "--resume=3"]);
    assert_eq!(run.status, 0, "{run:?}");
    assert_eq!(project.ledger(), ["1", "2"]);
    assert_eq!(rows_of_the_lock(&project), "0");
}

#[test]
fn a_holder_whose_node_has_left_is_taken_over() {
    let Some(project) = project(&[first()]) else {
        return;
    };
    leave_behind(&project, "'a node of yesterday'", "galera9", 0);
    project.migration(PENDING.0, PENDING.1, PENDING.2);
    let run = on_node(&project, Beside::Galera2, MIGRATE);
    assert_eq!(run.status, 0, "{run:?}");
    assert_eq!(
        run.stderr,
        "warning: took over the lock that process 1234 of alice on build-1 (session 4000000000 of node `galera9`), since 2026-01-12 09:15:00 UTC left behind: its node `galera9` has left the cluster\n"
    );
    assert_eq!(project.ledger(), ["1", "2"]);
    assert_eq!(rows_of_the_lock(&project), "0");
}

#[test]
fn a_holder_that_nothing_proves_gone_is_waited_for() {
    let Some(project) = project(&[first()]) else {
        return;
    };
    leave_behind(&project, ELSEWHERE, "galera2", 0);
    project.migration(PENDING.0, PENDING.1, PENDING.2);
    let holder = "process 1234 of alice on build-1 (session 4000000000 of node `galera2`), since 2026-01-12 09:15:00 UTC";
    let said = project.fail(&["migrate", "--lock-wait", "1"]);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(
        lines[0],
        format!("the database is locked by {holder}; waiting up to 1 s")
    );
    assert_eq!(
        lines[1],
        format!("error: the database is locked by {holder}; waited 1 s")
    );
    assert!(
        lines[3].starts_with("hint: nothing shows that it is gone: its node is in the cluster, whether its session is there is seen on that node alone, and its last sign of life is "),
        "{said}"
    );
    let said = project.fail(&["unlock"]);
    assert!(
        said.starts_with(&format!("error: the database is locked by {holder}\n")),
        "{said}"
    );
    assert!(said.ends_with("hint: wait until it is done; where it hangs, end that process, or on node `galera2` its session: `KILL 4000000000`\n"), "{said}");
    assert_eq!(project.ledger(), ["1"]);
    assert_eq!(rows_of_the_lock(&project), "1");

    // On its own node everybody sees that there is no such session.
    let run = on_node(&project, Beside::Galera2, &["unlock"]);
    assert_eq!(
        (run.status, run.stdout),
        (
            0,
            format!(
                "Removed the lock that {holder} left behind: its session 4000000000 of node `galera2` has ended.\n"
            )
        )
    );
    assert_eq!(
        project.succeed(&["unlock"]),
        "The database is not locked.\n"
    );
}

#[test]
fn unlock_watches_a_silent_holder_before_it_removes_the_lock() {
    let Some(project) = project(&[first()]) else {
        return;
    };
    leave_behind(&project, ELSEWHERE, "galera2", 3600);
    let answer: Value =
        serde_json::from_str(&project.succeed(&["unlock", "--format", "json"])).unwrap();
    assert_eq!(answer["removed"]["holder"]["process"], 1234);
    let proof = answer["removed"]["proof"].as_str().unwrap();
    assert!(
        proof.starts_with("it gave no sign of life for 36"),
        "{proof}"
    );
    assert_eq!(rows_of_the_lock(&project), "0");
}

#[test]
fn a_statement_that_still_runs_keeps_the_lock() {
    let sleepy = "SELECT SLEEP(60);";
    let Some(project) = project(&[("1_a", sleepy, "SELECT 1")]) else {
        return;
    };
    let mut runner = start(&project, Beside::Galera, &["migrate", "--no-lock"]);
    eventually("the migration sleeps", || {
        !sleepers(&project.database).is_empty()
    });
    let other = Project::on(Beside::Galera.database());
    other.migration("1_a", "CREATE TABLE a (id INTEGER)", "DROP TABLE a");
    leave_behind(&other, HERE, "galera", 3600);
    let session = sleepers(&project.database).concat();
    other.database.execute(&format!(
        "UPDATE __diesel_manage_lock SET session = {session}"
    ));
    let said = other.fail(&["unlock"]);
    assert!(
        said.contains("its session runs a statement, and its last sign of life is "),
        "{said}"
    );
    runner.kill().expect("it runs");
    runner.wait().expect("it has ended");
    end_sleepers(&project.database);
    let mut said = String::new();
    eventually("its session ends", || {
        let run = other.manage(&["unlock"]);
        said = run.stdout;
        run.status == 0
    });
    assert!(
        said.ends_with(&format!(
            " left behind: its session {session} of node `galera` has ended.\n"
        )),
        "{said}"
    );
}

#[test]
fn unlock_asks_in_production() {
    let Some(project) = project(&[first()]) else {
        return;
    };
    leave_behind(&project, HERE, "galera", 0);
    let project = project.set("ENVIRONMENT", "production");
    let said = project.fail(&["unlock"]);
    assert!(
        said.contains("removing the lock that process 1234 of alice on build-1 "),
        "{said}"
    );
    assert!(said.contains("), in production ("), "{said}");
    assert_eq!(rows_of_the_lock(&project), "1");
    project.succeed(&["unlock", "--yes"]);
    assert_eq!(rows_of_the_lock(&project), "0");
}

#[test]
fn what_only_looks_leaves_no_lock() {
    let Some(project) = project(&[first()]) else {
        return;
    };
    for args in [
        &["showmigrations"][..],
        &["current"],
        &["history"],
        &["migrate", "--plan"],
        &["unlock"],
    ] {
        project.succeed(args);
    }
    project.manage(&["check"]);
    assert_eq!(project.database.tables(), Vec::<String>::new());
    project.succeed(&["migrate", "--no-lock"]);
    assert_eq!(
        project.database.tables(),
        ["__diesel_manage_log", "__diesel_schema_migrations", "a"]
    );
}

#[test]
fn who_may_not_make_the_lock_is_told_how_to_do_without() {
    let Some(project) = project(&[first()]) else {
        return;
    };
    let reader = project.database.url_as(User::Reader);
    let project = project.set("DATABASE_URL", reader);
    let said = project.fail(MIGRATE);
    assert!(said.starts_with("error: locking the database failed: creating `__diesel_manage_lock`: CREATE command denied to user "), "{said}");
    assert!(
        said.ends_with(
            "hint: `--no-lock` does without, where nobody else migrates this database\n"
        ),
        "{said}"
    );
}

#[test]
fn two_runners_without_a_lock_are_told_of_each_other() {
    let sleepy = "CREATE TABLE IF NOT EXISTS a (id INTEGER);\nSELECT SLEEP(5);\n";
    let Some(project) = project(&[("1_a", sleepy, "DROP TABLE a")]) else {
        return;
    };
    let args = &["migrate", "--no-lock"];
    let runner = start(&project, Beside::Galera2, args);
    eventually("the ledger is there", || {
        project.database.table_exists("__diesel_schema_migrations")
    });
    (project.database).execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('1')");
    let run = ended(runner, args);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stderr.contains("error: applying 1_a failed after its last statement: Duplicate entry '1' for key 'PRIMARY'\n"), "{run:?}");
    assert!(run.stderr.contains("= another program applied it at the same time, and the ledger says so; what this run did of it stands too\n"), "{run:?}");
}
