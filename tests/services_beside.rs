//! What stands beside the servers, and what tests may break.

use std::{fs, process::Command, sync::mpsc, thread, time::Duration};

use pretty_assertions::assert_eq;

use crate::{
    client,
    support::{
        beside::Beside,
        limits::{Reachable, ReadOnly, SmallDisk, give_to_unprivileged, is_root, unprivileged},
        private::PrivateServer,
        services::Server,
    },
};

/// What the engine's own client answers to one statement.
fn ask(server: Server, url: &str, sql: &str) -> Result<String, String> {
    let output = client(server, url, sql).output().expect("the client runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(text(&output.stderr))
    }
}

#[test]
fn sessions_behind_the_pooler_share_twenty() {
    if !Beside::Pgbouncer.is_there() {
        return;
    }
    let database = Beside::Pgbouncer.database();
    let url = Beside::Pgbouncer.url_of(&database);
    let clients: Vec<_> = (0..30)
        .map(|_| {
            client(
                Server::Postgres,
                &url,
                "SELECT pg_sleep(0.2), pg_backend_pid()",
            )
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("psql starts")
        })
        .collect();
    let mut sessions: Vec<String> = clients
        .into_iter()
        .map(|client| {
            let output = client.wait_with_output().expect("psql ends");
            assert!(output.status.success());
            String::from_utf8_lossy(&output.stdout).into_owned()
        })
        .collect();
    assert_eq!(sessions.len(), 30);
    sessions.sort();
    sessions.dedup();
    assert!(sessions.len() <= 20, "{}", sessions.len());
}

#[test]
fn the_pooler_says_what_it_does() {
    if Beside::Pgbouncer.is_there() {
        let url = Server::Postgres
            .url_of(crate::User::Manage, "127.0.0.1", "pgbouncer")
            .replace(
                &format!(":{}/", Server::Postgres.port()),
                &format!(":{}/", Beside::Pgbouncer.port()),
            );
        let config = ask(Server::Postgres, &url, "SHOW CONFIG").expect("an answer");
        let mode = config.lines().find(|line| line.starts_with("pool_mode|"));
        assert_eq!(mode, Some("pool_mode|transaction|session|yes"));
    }
}

#[test]
fn the_standby_has_what_the_primary_wrote_and_refuses_to_write() {
    if !Beside::Standby.is_there() {
        return;
    }
    let database = Beside::Standby.database();
    database.execute("CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (7)");
    let url = Beside::Standby.url_of(&database);
    assert_eq!(
        ask(Server::Postgres, &url, "SELECT id FROM t"),
        Ok("7".to_owned())
    );
    assert_eq!(
        ask(Server::Postgres, &url, "INSERT INTO t VALUES (8)"),
        Err("ERROR:  cannot execute INSERT in a read-only transaction".to_owned())
    );
}

#[test]
fn every_node_of_the_cluster_has_what_another_wrote() {
    if !Beside::Galera.is_there() {
        return;
    }
    let database = Beside::Galera.database();
    database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (7)");
    for node in [Beside::Galera, Beside::Galera2, Beside::Galera3] {
        let url = node.url_of(&database);
        assert_eq!(
            ask(Server::Mariadb, &url, "SELECT id FROM t"),
            Ok("7".to_owned()),
            "{node:?}"
        );
        let size = "SHOW STATUS LIKE 'wsrep_cluster_size'";
        assert_eq!(
            ask(Server::Mariadb, &url, size),
            Ok("wsrep_cluster_size\t3".to_owned()),
            "{node:?}"
        );
    }
}

#[test]
fn a_private_server_keeps_what_it_committed_when_it_is_killed() {
    for server in [Server::Postgres, Server::Mariadb] {
        let Some(mut private) = PrivateServer::start(server) else {
            continue;
        };
        let database = private.database();
        database.execute("CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (7)");
        private.kill();
        assert!(database.try_execute("SELECT 1").is_err(), "{server:?}");
        private.restart();
        assert_eq!(database.value("SELECT id FROM t"), "7", "{server:?}");
        private.stop();
        assert!(database.try_execute("SELECT 1").is_err(), "{server:?}");
        private.restart();
        assert_eq!(database.value("SELECT id FROM t"), "7", "{server:?}");
        assert_eq!(
            ask(server, &database.plain_url(), "SELECT id FROM t"),
            Ok("7".to_owned())
        );

        let folder = private.data();
        drop(private);
        assert!(!folder.exists(), "{server:?}");
    }
}

#[test]
fn a_frozen_server_answers_nothing_until_it_thaws() {
    for server in [Server::Postgres, Server::Mariadb] {
        let Some(private) = PrivateServer::start(server) else {
            continue;
        };
        let database = private.database();
        private.freeze();
        let (answers, answer) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(|| {
                answers
                    .send(database.value("SELECT 1"))
                    .expect("a listener");
            });
            let early = answer.recv_timeout(Duration::from_millis(300));
            private.thaw();
            assert_eq!(early, Err(mpsc::RecvTimeoutError::Timeout), "{server:?}");
        });
        assert_eq!(answer.recv(), Ok("1".to_owned()), "{server:?}");
    }
}

#[test]
fn a_private_server_takes_options() {
    let option = ("max_connections=7", "SHOW max_connections");
    if let Some(private) = PrivateServer::start_with(Server::Postgres, &[option.0]) {
        assert_eq!(private.database().value(option.1), "7");
    }
    if let Some(private) = PrivateServer::start_with(Server::Mariadb, &["max-connections=12"]) {
        assert_eq!(private.database().value("SELECT @@max_connections"), "12");
    }
}

#[test]
fn an_unprivileged_program_cannot_write_where_root_can() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ours = folder.path().join("ours");
    fs::create_dir(&ours).expect("a folder");
    give_to_unprivileged(folder.path());
    let touch = |path: &std::path::Path| {
        let mut command = Command::new("touch");
        unprivileged(command.arg(path).current_dir("/"));
        command.output().expect("touch runs").status.success()
    };
    assert!(touch(&ours.join("file")));
    assert!(!touch("/etc/manage-test".as_ref()));

    let program = Reachable::new(env!("CARGO_BIN_EXE_manage").as_ref());
    let mut version = Command::new(program.path());
    let output = unprivileged(version.arg("--version").current_dir("/")).output();
    assert!(output.expect("manage runs").status.success());
}

#[test]
fn a_small_disk_is_full_until_it_is_emptied() {
    let Some(disk) = SmallDisk::new(1 << 20) else {
        return;
    };
    disk.fill(8192);
    let file = disk.path().join("file");
    fs::write(&file, [1; 8192]).expect("there is room for this");
    let full =
        fs::write(disk.path().join("more"), [1; 8192]).expect_err("there is no room for that");
    assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
    disk.empty();
    fs::write(disk.path().join("more"), [1; 8192]).expect("there is room again");

    let folder = disk.path().to_owned();
    drop(disk);
    assert!(!folder.exists());
}

#[test]
fn nobody_writes_in_a_read_only_folder() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("file");
    fs::write(&file, "before").expect("a file");
    let Some(read_only) = ReadOnly::new(folder.path()) else {
        return;
    };
    let refused = fs::write(folder.path().join("more"), "").expect_err("it is read-only");
    let kind = if is_root() {
        std::io::ErrorKind::ReadOnlyFilesystem
    } else {
        std::io::ErrorKind::PermissionDenied
    };
    assert_eq!(refused.kind(), kind);
    assert_eq!(fs::read_to_string(&file).expect("it can be read"), "before");
    drop(read_only);
    fs::write(&file, "after").expect("it can be written again");
}
