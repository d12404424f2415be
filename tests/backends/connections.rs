//! Every way to a server, and what is said where there is none.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Child,
    thread,
};

use pretty_assertions::assert_eq;

use crate::{
    forward::{dead_port, forward, pump},
    project::{Project, Run, ended, eventually},
    support::services::{
        Server, User, authority, client_certificate, client_key, ipv6, wrong_authority,
    },
};

/// A migration that keeps how its own session is encrypted.
fn witness(server: Server) -> Project {
    let seen = if server.is_postgres() {
        "SELECT COALESCE(version, '') || ' ' || current_user FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    } else {
        "SELECT CONCAT(variable_value, ' ', SUBSTRING_INDEX(USER(), '@', 1)) FROM information_schema.session_status WHERE variable_name = 'Ssl_version'"
    };
    Project::with(
        server,
        &[(
            "1_seen",
            &format!("CREATE TABLE seen (session VARCHAR(100));\nINSERT INTO seen {seen};\n"),
            "DROP TABLE seen",
        )],
    )
}

/// A URL with parameters under the names that people of the engine know.
fn url(project: &Project, user: User, host: &str, parameters: &[(&str, &Path)]) -> String {
    let server = project.database.server();
    let base = server.url_of(user, host, project.database.name());
    let parameters: Vec<String> = parameters
        .iter()
        .map(|(name, value)| {
            let value = value.display().to_string();
            if server.is_postgres() {
                return format!("{name}={value}");
            }
            match *name {
                "sslmode" if value == "verify-full" => "ssl-mode=VERIFY_IDENTITY".to_owned(),
                "sslmode" => format!("ssl-mode={}", value.to_uppercase().replace('-', "_")),
                "sslrootcert" => format!("ssl-ca={value}"),
                "sslcert" => format!("ssl-cert={value}"),
                "sslkey" => format!("ssl-key={value}"),
                name => format!("{name}={value}"),
            }
        })
        .collect();
    format!("{base}?{}", parameters.join("&"))
}

/// Connects and returns how the session was encrypted, empty for not at all.
fn encryption(project: &Project, url: &str) -> String {
    project.succeed(&["migrate", "--database-url", url]);
    let seen = project.database.value("SELECT session FROM seen");
    project.succeed(&["rollback"]);
    let (version, _) = seen.rsplit_once(' ').expect("version and user");
    version.to_owned()
}

/// Fails to connect and returns what is said.
fn refused(project: &Project, url: &str) -> String {
    let run = project.manage(&["current", "--database-url", url]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run:?}");
    run.stderr
}

/// A server that knows no TLS: in front of PostgreSQL's port, one that declines and passes on what
/// follows; for MySQL, only its greeting.
fn without_tls(server: Server) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            if server.is_postgres() {
                let mut request = [0; 8];
                client.read_exact(&mut request).expect("an SSLRequest");
                client.write_all(b"N").expect("an answer");
                let server = TcpStream::connect(("127.0.0.1", server.port())).expect("the server");
                pump(&client, &server);
                continue;
            }
            // https://mariadb.com/kb/en/connection/#initial-handshake-packet: without CLIENT_SSL
            let capabilities: u32 = 0x0008_0000 | 0x8000 | 0x0200 | 0x0008;
            let [c0, c1, c2, c3] = capabilities.to_le_bytes();
            let mut greeting = b"\x0a10.11.0-MariaDB\0\x01\0\0\0saltsalt\0".to_vec();
            greeting.extend([c0, c1, 45, 2, 0, c2, c3, 21]);
            greeting.extend([0; 10]);
            greeting.extend(b"saltsaltsalt\0mysql_native_password\0");
            let length = u8::try_from(greeting.len()).expect("a short greeting");
            let mut packet = vec![length, 0, 0, 0];
            packet.extend(greeting);
            // The client may be gone by now.
            let _ = client.write_all(&packet);
            let _ = client.read(&mut [0; 256]);
        }
    });
    port
}

/// Runs a command that waits for a server, and calls back once it says so.
fn waiting(project: &Project, args: &[&str], then: impl FnOnce()) -> Run {
    let mut child: Child = project.start(args);
    let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut line = String::new();
    stderr.read_line(&mut line).expect("a line");
    assert!(line.contains("; trying for "), "{line}");
    then();
    let mut run = ended(child, args);
    run.stderr = line;
    stderr.read_to_string(&mut run.stderr).expect("text");
    run
}

on_servers! {
    fn each_tls_mode_encrypts_as_it_says(server: Server) {
        let project = witness(server);
        let ca = authority();
        let mode = |mode: &str, host: &str| url(&project, User::Manage, host, &[("sslmode", Path::new(mode))]);
        let verified = |mode: &str, host: &str| {
            url(&project, User::Manage, host, &[("sslmode", Path::new(mode)), ("sslrootcert", &ca)])
        };
        assert_eq!(encryption(&project, &mode("disable", "127.0.0.1")), "");
        for url in [
            mode("prefer", "127.0.0.1"),
            mode("require", "127.0.0.1"),
            mode("require", "127.0.0.2"),
            verified("verify-ca", "127.0.0.1"),
            verified("verify-ca", "127.0.0.2"),
            verified("verify-full", "127.0.0.1"),
            verified("verify-full", "localhost"),
        ] {
            let seen = encryption(&project, &url);
            assert!(seen.starts_with("TLSv1."), "{url}: {seen}");
        }
        if let Some(address) = ipv6() {
            let url = verified("verify-full", &format!("[{address}]"));
            assert!(encryption(&project, &url).starts_with("TLSv1."));
        }
    }

    fn a_certificate_of_another_authority_is_refused(server: Server) {
        let project = Project::new(server);
        for mode in ["verify-ca", "verify-full"] {
            let wrong = wrong_authority();
            let url = url(&project, User::Manage, "localhost", &[("sslmode", Path::new(mode)), ("sslrootcert", &wrong)]);
            let said = refused(&project, &url);
            assert!(said.starts_with("error: the certificate of "), "{said}");
            assert!(said.contains(" comes from an authority that is not trusted: "), "{said}");
            let parameter = if server.is_postgres() { "sslrootcert" } else { "ssl-ca" };
            assert!(said.contains("\nhint: point `sslrootcert`") && said.contains(parameter), "{said}");
        }
        // Nor is the test's own authority one that this machine trusts.
        let url = url(&project, User::Manage, "localhost", &[("sslmode", Path::new("verify-full"))]);
        assert!(refused(&project, &url).contains(" comes from an authority that is not trusted: "));
    }

    fn a_certificate_for_another_name_is_refused(server: Server) {
        let project = Project::new(server);
        let url = url(&project, User::Manage, "127.0.0.2", &[("sslmode", Path::new("verify-full")), ("sslrootcert", &authority())]);
        let said = refused(&project, &url);
        assert!(said.contains(" is not for the host name `127.0.0.2`: "), "{said}");
        assert!(said.contains("\nhint: connect by the name the certificate is for, or use `sslmode=verify-ca`"), "{said}");
    }

    fn a_file_that_is_no_certificate_is_named(server: Server) {
        let project = Project::new(server);
        for (file, words) in [("gone.pem", "No such file"), ("empty.pem", "holds no certificate")] {
            let path = project.root().join(file);
            if file == "empty.pem" {
                fs::write(&path, "words\n").expect("a file");
            }
            let url = url(&project, User::Manage, "localhost", &[("sslmode", Path::new("verify-full")), ("sslrootcert", &path)]);
            let said = refused(&project, &url);
            assert!(said.starts_with("error: cannot use a TLS file: "), "{said}");
            assert!(said.contains(file) && said.contains(words), "{said}");
        }
    }

    fn a_client_certificate_stands_for_a_password(server: Server) {
        let project = witness(server);
        let (cert, key, ca) = (client_certificate(), client_key(), authority());
        for mode in ["require", "verify-full"] {
            let mut parameters = vec![("sslmode", Path::new(mode)), ("sslcert", cert.as_path()), ("sslkey", key.as_path())];
            if mode == "verify-full" {
                parameters.push(("sslrootcert", &ca));
            }
            let url = url(&project, User::Certified, "localhost", &parameters);
            assert!(encryption(&project, &url).starts_with("TLSv1."));
        }
        let bare = url(&project, User::Certified, "localhost", &[("sslmode", Path::new("require"))]);
        let said = refused(&project, &bare);
        assert!(said.contains(" refused the user or password: "), "{said}");
    }

    fn a_server_without_tls_is_refused_where_tls_is_required(server: Server) {
        let project = witness(server);
        let port = without_tls(server);
        let original = format!(":{}/", server.port());
        let to = |mode: &str| {
            url(&project, User::Manage, "127.0.0.1", &[("sslmode", Path::new(mode)), ("connect_timeout", Path::new("20"))])
                .replace(&original, &format!(":{port}/"))
        };
        for mode in ["require", "verify-full"] {
            let said = refused(&project, &to(mode));
            assert!(said.contains(" offers no TLS, and the settings require it"), "{said}");
            assert!(said.contains("\nhint: turn TLS on at the server"), "{said}");
        }
        if server.is_postgres() {
            assert_eq!(encryption(&project, &to("prefer")), "");
        }
    }

    fn unix_sockets_lead_there_too(server: Server) {
        let project = witness(server);
        let url = project.database.socket_url();
        assert_eq!(encryption(&project, &url), "");

        let gone = url.replace("/tmp/", "/tmp/gone/");
        let said = refused(&project, &gone);
        assert!(said.starts_with("error: nobody answers at "), "{said}");
    }

    fn a_dead_host_before_a_living_one_is_passed_over(server: Server) {
        let project = witness(server);
        let living = format!("@127.0.0.1:{}/", server.port());
        let both = project.database.url().replace(&living, &format!("@127.0.0.1:{},127.0.0.1:{}/", dead_port(), server.port()));
        assert!(encryption(&project, &both).starts_with("TLSv1."), "{both}");
    }

    fn passwords_come_from_every_place_as_they_are(server: Server) {
        let project = witness(server);
        let nasty = std::env::var("MANAGE_TEST_NASTY_PASSWORD").expect("tests/services sets it");
        let seen = |project: &Project| {
            project.succeed(&["migrate"]);
            let seen = project.database.value("SELECT session FROM seen");
            project.succeed(&["rollback"]);
            assert_eq!(seen.rsplit(' ').next(), Some("nasty"));
        };

        let url = project.database.url_as(User::Nasty);
        let project = project.set("DATABASE_URL", url);
        seen(&project);

        let (name, port) = (project.database.name().to_owned(), server.port().to_string());
        let project = project
            .unset("DATABASE_URL")
            .set("DB_CONNECTION", if server.is_postgres() { "pgsql" } else { "mariadb" })
            .set("DB_HOST", "127.0.0.1")
            .set("DB_PORT", port)
            .set("DB_DATABASE", name)
            .set("DB_USERNAME", "nasty")
            .set("DB_PASSWORD", nasty.clone());
        seen(&project);

        let file = project.write("secret", &format!("{nasty}\n"));
        let project = project.unset("DB_PASSWORD").set("DB_PASSWORD_FILE", file);
        seen(&project);

        if server.is_postgres() {
            let project = project.unset("DB_PASSWORD_FILE").set("PGPASSWORD", nasty.clone());
            seen(&project);
            let project = project.unset("PGPASSWORD");
            let line = format!("127.0.0.1:{}:*:nasty:{nasty}\n", server.port());
            let file = project.write(".pgpass", &line);
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("permissions");
            seen(&project);
            fs::remove_file(&file).expect("a file to remove");
            let said = project.fail(&["current"]);
            assert!(said.contains("password missing"), "{said}");
        }
    }

    fn a_wrong_password_is_refused_and_never_shown(server: Server) {
        let project = Project::new(server);
        let url = format!(
            "{}://manage:wr0ng-s3cret@127.0.0.1:{}/{}",
            server.scheme(), server.port(), project.database.name()
        );
        let project = project.set("DATABASE_URL", url);
        for args in [&["current"][..], &["migrate"], &["createdb"], &["settings"], &["check", "-v"], &["current", "--format", "json"]] {
            let run = project.manage(args);
            let said = format!("{}{}", run.stdout, run.stderr);
            assert!(!said.contains("wr0ng"), "{said}");
            if args != ["settings"] {
                assert_eq!(run.status, 2, "{run:?}");
                assert!(said.contains(" refused the user or password: "), "{said}");
                assert!(said.contains("`manage settings` shows every part of the address"), "{said}");
            }
        }
    }

    fn a_missing_database_is_created_and_dropped(server: Server) {
        let project = Project::with(server, &[("1_a", "CREATE TABLE a (id INTEGER)", "DROP TABLE a")]);
        let name = format!("{}_more", project.database.name());
        let url = project.database.url().replace(project.database.name(), &name);
        let project = project.set("DATABASE_URL", url);
        for args in ["current", "migrate", "check"] {
            let said = project.fail(&[args]);
            assert!(said.starts_with(&format!("error: database `{name}` does not exist at ")), "{said}");
            assert!(said.ends_with("\nhint: `manage createdb` creates it\n"), "{said}");
        }
        assert_eq!(
            project.transcript(&["createdb", "createdb"]),
            format!("$ manage createdb\nCreated database {name}.\n$ manage createdb\nDatabase {name} exists already.\n")
        );
        project.succeed(&["migrate"]);
        let said = project.fail(&["dropdb"]);
        assert!(said.contains(&format!("error: dropping database {name} and everything in it (")), "{said}");
        assert!(said.contains(":***@"), "{said}");
        assert!(said.ends_with("\nhint: `--yes` says it in advance\n"), "{said}");
        project.succeed(&["current"]);
        assert_eq!(
            project.transcript(&["dropdb --yes", "dropdb --yes"]),
            format!("$ manage dropdb --yes\nDropped database {name}.\n$ manage dropdb --yes\nDatabase {name} does not exist.\n")
        );
    }

    fn the_reader_may_not_create_a_database(server: Server) {
        let project = Project::new(server);
        let url = server.url_of(User::Reader, "127.0.0.1", &format!("{}_more", project.database.name()));
        let said = project.fail(&["createdb", "--database-url", &url]);
        assert!(said.contains("denied"), "{said}");
        assert!(said.contains("\nhint: connect as a user who may do this"), "{said}");
    }

    fn a_server_that_is_not_there_can_be_waited_for(server: Server) {
        let project = witness(server);
        let port = dead_port();
        let url = project.database.url().replace(&format!(":{}/", server.port()), &format!(":{port}/"));
        let said = refused(&project, &url);
        assert!(said.starts_with("error: nobody answers at "), "{said}");
        assert!(said.contains("\nhint: is the server running? `--wait 30` keeps trying for 30 seconds while it starts"), "{said}");

        let args = ["current", "--database-url", &url, "--wait", "1"];
        let run = waiting(&project, &args, || {});
        assert_eq!(run.status, 2);
        assert!(run.stderr.contains(" (tried for 1 s)\n"), "{run:?}");

        let args = ["migrate", "--database-url", &url, "--wait", "60"];
        let run = waiting(&project, &args, || {
            let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port is still free");
            forward(listener, server.port());
        });
        assert_eq!(run.status, 0, "{run:?}");
        assert_eq!(project.ledger(), ["1"]);
    }

    fn an_unknown_host_is_told_of(server: Server) {
        let project = Project::new(server);
        let url = project.database.url().replace("@127.0.0.1:", "@no-such-host.invalid:");
        let said = refused(&project, &url);
        assert!(said.contains("no-such-host.invalid"), "{said}");
        assert!(said.starts_with("error: the host of "), "{said}");
    }
}

on_mariadb! {
    /// The driver takes no other kind, and says less.
    fn a_client_key_that_is_not_rsa_is_named(server: Server) {
        let project = Project::new(server);
        let made = std::process::Command::new("openssl")
            .args(["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out"])
            .arg(project.root().join("ec.key"))
            .output()
            .expect("openssl, which tests/services needs too");
        assert!(made.status.success(), "{made:?}");
        let (cert, key) = (client_certificate(), project.root().join("ec.key"));
        let url = url(&project, User::Certified, "localhost", &[("sslmode", Path::new("require")), ("sslcert", &cert), ("sslkey", &key)]);
        let said = refused(&project, &url);
        assert!(said.starts_with("error: cannot use a TLS file: "), "{said}");
        assert!(said.contains("ec.key` holds no RSA key, and MySQL connections take no other kind"), "{said}");
    }
}

on_postgres! {
    fn a_server_that_is_not_read_only_is_passed_over(server: Server) {
        let project = Project::new(server);
        let url = format!("{}&target_session_attrs=read-only", project.database.url());
        let said = refused(&project, &url);
        assert!(said.contains(" has the `target_session_attrs` asked for"), "{said}");
        let url = format!("{}&target_session_attrs=read-write", project.database.url());
        project.succeed(&["current", "--database-url", &url]);
    }

    fn options_and_name_reach_the_session(server: Server) {
        let project = Project::with(server, &[
            ("1_name", "CREATE TABLE seen AS SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()", "DROP TABLE seen"),
            ("2_slow", "SELECT pg_sleep(60)", "SELECT 1"),
        ]);
        let url = format!("{}&options=-c%20statement_timeout=500", project.database.url());
        let said = project.fail(&["migrate", "--database-url", &url]);
        assert!(said.contains("applying 2_slow failed: canceling statement due to statement timeout"), "{said}");
        assert_eq!(project.database.value("SELECT application_name FROM seen"), "manage");
        project.succeed(&["rollback"]);
        let url = format!("{}&application_name=deploy", project.database.url());
        project.succeed(&["migrate", "+1", "--database-url", &url]);
        assert_eq!(project.database.value("SELECT application_name FROM seen"), "deploy");
    }
}

on_every_engine! {
    fn statements_run_on_every_connection(server: Server) {
        let project = Project::with(server, &[("1_a", "CREATE TABLE a (id INTEGER)", "DROP TABLE a")]);
        let url = project.database.url();
        let project = project.unset("DATABASE_URL");
        let toml = |statements: &str| format!("[databases.main]\nurl = \"{url}\"\non_connect = [{statements}]\n");
        let sound = match server {
            Server::Sqlite => "\"PRAGMA foreign_keys = ON\"",
            Server::Postgres | Server::Postgres2 => "\"SET lock_timeout = '5s'\", \"SET statement_timeout = '300ms'\"",
            Server::Mariadb => "\"SET SESSION lock_wait_timeout = 5\", \"SET SESSION max_statement_time = 0.3\"",
        };
        project.write("manage.toml", &toml(sound));
        project.succeed(&["migrate"]);
        let slow = match server {
            Server::Sqlite => None,
            Server::Postgres | Server::Postgres2 => Some("SELECT pg_sleep(60)"),
            Server::Mariadb => Some("CREATE TABLE b AS SELECT SLEEP(60)"),
        };
        if let Some(slow) = slow {
            project.migration("2_slow", slow, "SELECT 1");
            let said = project.fail(&["migrate"]);
            assert!(said.contains("timeout") || said.contains("max_statement_time exceeded"), "{said}");
            assert!(said.contains("hint: the session lets no statement run longer: "), "{said}");
        }

        project.write("manage.toml", &toml("\"SELECT 1\", \"SET nonsense\", \"SELECT 2\""));
        for args in ["migrate", "current", "check"] {
            let said = project.fail(&[args]);
            assert!(said.starts_with("error: statement 2 of `on_connect` failed on "), "{said}");
            assert!(said.ends_with("\nhint: correct `on_connect` in manage.toml\n"), "{said}");
        }
    }

    fn the_engines_own_client_opens(server: Server) {
        let project = Project::new(server);
        let run = project.feed(&["dbshell"], "CREATE TABLE a (id INTEGER);\nINSERT INTO a VALUES (42);\nSELECT id + 1 FROM a;\n");
        assert_eq!(run.status, 0, "{run:?}");
        assert!(run.stdout.contains("43"), "{run:?}");
        assert_eq!(project.database.value("SELECT id FROM a"), "42");

        let broken = match server {
            Server::Sqlite => ["dbshell", "--", "-bail"].as_slice(),
            Server::Postgres | Server::Postgres2 => &["dbshell", "--", "-v", "ON_ERROR_STOP=1"],
            Server::Mariadb => &["dbshell"],
        };
        // `manage` becomes the client: the status is the client's own.
        assert_ne!(project.feed(broken, "SELECT * FROM nowhere;\n").status, 0);
    }
}

on_servers! {
    fn the_client_gets_no_password_as_an_argument(server: Server) {
        let project = Project::new(server);
        let password = std::env::var("MANAGE_TEST_PASSWORD").expect("tests/services sets it");
        let mut command = project.command(&["dbshell"]);
        let mut child = command.stdin(std::process::Stdio::piped()).spawn().expect("the binary starts");
        // The tool becomes the client, so the process stays the same.
        let own = format!("/proc/{}/cmdline", child.id());
        let mut arguments = String::new();
        eventually("the client runs", || {
            arguments = fs::read_to_string(&own).unwrap_or_default();
            arguments.contains("psql") || arguments.contains("mariadb")
        });
        assert!(!arguments.contains(&password), "{arguments:?}");
        drop(child.stdin.take());
        assert_eq!(ended(child, &["dbshell"]).status, 0);
    }
}
