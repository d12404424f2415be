//! The servers the other tests stand on, and the example migrations on each of them.

#![allow(clippy::expect_used)]

#[path = "services_beside.rs"]
mod beside;
mod support;

use std::{fs, path::Path, process::Command};

use pretty_assertions::assert_eq;
use support::services::{Server, TestDatabase, User, available, ipv6};

#[test]
fn a_database_is_created_used_and_dropped() {
    for server in available() {
        let database = TestDatabase::create(server);
        assert_eq!(database.tables(), Vec::<String>::new(), "{server:?}");

        database.execute("CREATE TABLE t (id INTEGER, name VARCHAR(20)); INSERT INTO t VALUES (1, 'ü'), (2, NULL)");
        assert!(database.table_exists("t"), "{server:?}");
        assert!(!database.table_exists("u"), "{server:?}");
        assert_eq!(
            database.query("SELECT id, name FROM t ORDER BY id"),
            [["1", "ü"], ["2", "NULL"]],
            "{server:?}"
        );
        assert_eq!(database.value("SELECT COUNT(*) FROM t"), "2", "{server:?}");
        assert!(
            database.try_execute("CREATE TABLE t (id INTEGER)").is_err(),
            "{server:?}"
        );

        let name = database.name().to_owned();
        drop(database);
        if server != Server::Sqlite {
            let other = TestDatabase::create(server);
            let sql = if server.is_postgres() {
                format!("SELECT COUNT(*) FROM pg_database WHERE datname = '{name}'")
            } else {
                format!(
                    "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = '{name}'"
                )
            };
            assert_eq!(other.value(&sql), "0", "{server:?}");
        }
    }
}

#[tokio::test]
async fn a_database_can_be_used_from_asynchronous_tests() {
    for server in available() {
        assert_eq!(TestDatabase::create(server).value("SELECT 1"), "1");
    }
}

#[test]
fn a_database_is_dropped_while_somebody_is_connected() {
    for server in available()
        .into_iter()
        .filter(|server| server.is_postgres())
    {
        let database = TestDatabase::create(server);
        let mut session = client(server, &database.url(), "SELECT pg_sleep(60)")
            .spawn()
            .expect("psql starts");
        while database
            .value("SELECT COUNT(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'")
            == "0"
        {}
        let name = database.name().to_owned();
        drop(database);
        assert!(!session.wait().expect("psql ends").success());
        let left = format!("SELECT COUNT(*) FROM pg_database WHERE datname = '{name}'");
        assert_eq!(TestDatabase::create(server).value(&left), "0");
    }
}

#[test]
fn servers_speak_tls_with_a_certificate_of_the_test_authority() {
    let hosts = ["127.0.0.1".to_owned(), "localhost".to_owned()]
        .into_iter()
        .chain(ipv6());
    let hosts: Vec<String> = hosts
        .map(|host| {
            if host.contains(':') {
                format!("[{host}]")
            } else {
                host
            }
        })
        .collect();
    for server in tls_servers() {
        for host in &hosts {
            let verified = Connect {
                host,
                authority: support::services::authority(),
                ..Connect::to(server)
            };
            assert_eq!(verified.run(), Ok(true), "{server:?} {host}");
        }
        let wrong = Connect {
            authority: support::services::wrong_authority(),
            ..Connect::to(server)
        };
        assert!(wrong.run().is_err(), "{server:?}");
        let unnamed = Connect {
            host: "127.0.0.2",
            ..Connect::to(server)
        };
        assert!(unnamed.run().is_err(), "{server:?}");
    }
}

#[test]
fn servers_know_the_client_certificate() {
    for server in tls_servers() {
        let certified = Connect {
            user: User::Certified,
            certificate: true,
            ..Connect::to(server)
        };
        assert_eq!(certified.run(), Ok(true), "{server:?}");
        let bare = Connect {
            user: User::Certified,
            ..Connect::to(server)
        };
        assert!(bare.run().is_err(), "{server:?}");
    }
}

#[test]
fn servers_know_the_nasty_password() {
    for server in tls_servers() {
        let nasty = Connect {
            user: User::Nasty,
            ..Connect::to(server)
        };
        assert_eq!(nasty.run(), Ok(true), "{server:?}");
    }
}

#[test]
fn the_reader_reads_and_writes_nothing() {
    for server in tls_servers() {
        let database = TestDatabase::create(server);
        database.execute("CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (7)");
        let as_reader = |sql: &str| {
            let url = server.url_of(User::Reader, "127.0.0.1", database.name());
            let output = client(server, &url, sql).output().expect("the client runs");
            (
                output.status.success(),
                String::from_utf8_lossy(&output.stdout).trim().to_owned(),
            )
        };
        assert_eq!(
            as_reader("SELECT id FROM t"),
            (true, "7".to_owned()),
            "{server:?}"
        );
        assert!(!as_reader("INSERT INTO t VALUES (8)").0, "{server:?}");
        assert!(!as_reader("CREATE TABLE u (id INTEGER)").0, "{server:?}");
    }
}

#[test]
fn the_socket_url_names_a_socket() {
    for server in tls_servers() {
        let socket = server.socket();
        let file = if server.is_postgres() {
            socket.join(format!(".s.PGSQL.{}", server.port()))
        } else {
            socket
        };
        assert!(file.exists(), "{}", file.display());
        assert!(file.as_os_str().len() < 100, "{}", file.display());
        assert!(TestDatabase::create(server).socket_url().contains("/tmp/"));
    }
}

#[test]
fn example_migrations_apply_and_unapply_on_every_engine() {
    let folders = example_migrations();
    assert_eq!(folders.len(), 6);
    for server in available() {
        let database = TestDatabase::create(server);
        // Twice: what a down.sql leaves behind stands in the way of the second round.
        for _ in 0..2 {
            for folder in &folders {
                database.execute(&read(&format!("{folder}/up.sql")));
            }
            assert_eq!(
                database.tables(),
                ["customers", "order_items", "orders", "products"],
                "{server:?}"
            );
            assert_eq!(
                database.value("SELECT COUNT(*) FROM products WHERE category = 'kitchen'"),
                "2"
            );
            // Each down.sql undoes its own up.sql, with rows in the tables.
            database.execute(
                "INSERT INTO customers (id, name, email) VALUES (1, 'Ada', 'ada@example.com');
                 INSERT INTO orders (id, customer_id) VALUES (1, 1);
                 INSERT INTO order_items (order_id, product_sku, quantity) VALUES (1, 'mug-red', 2);
                 DELETE FROM order_items",
            );
            for folder in folders.iter().rev() {
                database.execute(&read(&format!("{folder}/down.sql")));
                if !folder.contains("create_") {
                    database.execute(&read(&format!("{folder}/up.sql")));
                    database.execute(&read(&format!("{folder}/down.sql")));
                }
            }
            assert_eq!(database.tables(), Vec::<String>::new(), "{server:?}");
        }
    }
}

#[test]
fn example_migrations_form_one_line_that_ends_at_head() {
    let mut parent = "none".to_owned();
    for folder in example_migrations() {
        let (version, slug) = folder
            .split_once('_')
            .expect("a folder is named version_slug");
        let version = version.replace('-', "");
        let up = read(&format!("{folder}/up.sql"));
        let header: Vec<&str> = up
            .lines()
            .take_while(|line| line.starts_with("--"))
            .collect();
        let expected = [
            format!("-- Version: {version}"),
            format!("-- Revises: {parent}"),
        ];
        assert_eq!(header[2..4], expected, "{slug}");
        let digits: String = header[4].chars().filter(char::is_ascii_digit).collect();
        assert_eq!(format!("{digits}0000"), version, "{slug}");
        assert!(
            header[4].starts_with("-- Created: ") && header[4].ends_with(" UTC"),
            "{slug}"
        );
        parent = version;
    }
    assert_eq!(read("head.txt"), format!("{parent}\n"));
}

fn tls_servers() -> impl Iterator<Item = Server> {
    available()
        .into_iter()
        .filter(|server| *server != Server::Sqlite)
}

/// The folders' names, oldest first.
fn example_migrations() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("the example migrations are there")
        .map(|entry| {
            entry
                .expect("the folder can be read")
                .file_name()
                .into_string()
                .expect("a plain name")
        })
        .filter(|name| name != "head.txt")
        .collect();
    names.sort();
    names
}

/// A file of the example migrations.
fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("migrations")
        .join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The engine's own client, running one statement.
fn client(server: Server, url: &str, sql: &str) -> Command {
    if server.is_postgres() {
        let mut command = Command::new("psql");
        command.args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            sql,
            url,
        ]);
        return command;
    }
    let (credentials, place) = url
        .trim_start_matches("mysql://")
        .rsplit_once('@')
        .expect("a user");
    let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
    let (address, database) = place.split_once('/').expect("a database");
    let (host, port) = address.rsplit_once(':').expect("a port");
    let mut command = Command::new("mariadb");
    command
        .args([
            "--no-defaults",
            "--batch",
            "--skip-column-names",
            "--protocol=tcp",
        ])
        .args([
            "--default-character-set=utf8mb4",
            "-h",
            host.trim_matches(['[', ']']),
            "-P",
            port,
            "-u",
            user,
        ])
        .args(["-e", sql, database])
        .env(
            "MYSQL_PWD",
            percent_encoding::percent_decode_str(password)
                .decode_utf8_lossy()
                .as_ref(),
        );
    command
}

/// A connection by the engine's own client that verifies the server's certificate and name.
struct Connect<'a> {
    server: Server,
    host: &'a str,
    user: User,
    authority: std::path::PathBuf,
    certificate: bool,
}

impl Connect<'static> {
    fn to(server: Server) -> Self {
        let authority = support::services::authority();
        Self {
            server,
            host: "localhost",
            user: User::Manage,
            authority,
            certificate: false,
        }
    }
}

impl Connect<'_> {
    /// Whether the session is encrypted, or the client's words when there is none.
    fn run(&self) -> Result<bool, String> {
        let base = if self.server.is_postgres() {
            "postgres"
        } else {
            "mysql"
        };
        let url = self.server.url_of(self.user, self.host, base);
        let (certificate, key) = (
            support::services::client_certificate(),
            support::services::client_key(),
        );
        let mut command = if self.server.is_postgres() {
            let mut command = client(
                self.server,
                &url,
                "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
            );
            command
                .env("PGSSLMODE", "verify-full")
                .env("PGSSLROOTCERT", &self.authority);
            if self.certificate {
                command.env("PGSSLCERT", certificate).env("PGSSLKEY", key);
            }
            command
        } else {
            let mut command = client(self.server, &url, "SHOW SESSION STATUS LIKE 'Ssl_cipher'");
            command
                .arg("--ssl-verify-server-cert")
                .arg(format!("--ssl-ca={}", self.authority.display()));
            if self.certificate {
                command.arg(format!("--ssl-cert={}", certificate.display()));
                command.arg(format!("--ssl-key={}", key.display()));
            }
            command
        };
        let output = command.output().expect("the client runs");
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        let answer = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok(answer == "t"
            || answer
                .split_whitespace()
                .nth(1)
                .is_some_and(|cipher| cipher.starts_with("TLS")))
    }
}
