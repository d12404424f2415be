//! The start-up library, through both example applications and from inside tokio's runtimes.

#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use diesel_manage::{
    Migrator, Settings,
    error::{Error, ExitStatus},
    settings::{Overrides, Surroundings},
    startup,
};
use pretty_assertions::assert_eq;
use serde_json::Value;
use support::services::{TestDatabase, available};

mod support;

/// The applications: one whose migrations lie beside it, one that carries them inside.
const APPLICATIONS: [&str; 2] = ["axum_app", "axum_embedded"];

/// Longer than any start takes on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

const NAMES: [&str; 6] = [
    "2026-01-12-091500-0000_create_customers",
    "2026-01-12-093000-0000_create_products",
    "2026-01-13-141207-0000_create_orders",
    "2026-01-15-080042-0000_add_sample_products",
    "2026-02-02-160318-0000_index_orders_by_date",
    "2026-02-20-112655-0000_add_customers_email",
];

fn shipped_migrations() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations")
}

/// An application's program, which cargo builds beside the tests.
fn program(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_BIN_EXE_manage")).parent().unwrap();
    let program = folder
        .join("examples")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.is_file(),
        "{} is not built: run `cargo build --examples` first",
        program.display()
    );
    program
}

/// A folder that holds only what the application needs: its migrations, unless they are inside it.
fn deployed(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    if name == "axum_app" {
        for migration in fs::read_dir(shipped_migrations()).unwrap() {
            let migration = migration.unwrap().path();
            if !migration.is_dir() {
                continue;
            }
            let copy = folder
                .path()
                .join("migrations")
                .join(migration.file_name().unwrap());
            fs::create_dir_all(&copy).unwrap();
            for file in fs::read_dir(&migration).unwrap() {
                let file = file.unwrap();
                fs::copy(file.path(), copy.join(file.file_name())).unwrap();
            }
        }
    }
    folder
}

fn command(name: &str, folder: &Path, url: &str, on_start: Option<&str>) -> Command {
    let mut command = Command::new(program(name));
    command
        .current_dir(folder)
        .env_clear()
        .env("DATABASE_URL", url)
        .env("LISTEN", "127.0.0.1:0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(value) = on_start {
        command.env("MIGRATE_ON_START", value);
    }
    command
}

/// Status, stdout and stderr of an application that ends by itself.
fn refusal(mut command: Command) -> (Option<i32>, String, String) {
    let mut child = command.spawn().unwrap();
    let status = ended(&mut child);
    let output = child.wait_with_output().unwrap();
    (
        status,
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn ended(child: &mut Child) -> Option<i32> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        if start.elapsed() > LIMIT {
            child.kill().unwrap();
            panic!("the application does not end");
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// An application that serves.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let Some(address) = line.trim_end().strip_prefix("listening on ") else {
            let output = child.wait_with_output().unwrap();
            panic!("{line}{}", String::from_utf8_lossy(&output.stderr));
        };
        let address = address.to_owned();
        Self { child, address }
    }

    fn get(&self, path: &str) -> (String, Value) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (
            head.lines().next().unwrap().to_owned(),
            serde_json::from_str(body).unwrap(),
        )
    }

    /// Ends it as a container is ended; what it said on stderr.
    fn stop(mut self) -> String {
        let kill = format!("kill -TERM {}", self.child.id());
        assert!(
            Command::new("sh")
                .args(["-c", &kill])
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(ended(&mut self.child), Some(0));
        let mut said = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut said).unwrap();
        said
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Ended already, unless a test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn an_application_behind_its_migrations_refuses_to_start_and_lists_them() {
    let mut expected = "error: not starting, these migrations are pending:\n".to_owned();
    for name in NAMES {
        expected += &format!("  {name}\n");
    }
    expected += "hint: `manage migrate` applies them\n";
    for server in available() {
        for application in APPLICATIONS {
            let database = TestDatabase::create(server);
            let folder = deployed(application);
            for on_start in [None, Some("check")] {
                let refused = refusal(command(
                    application,
                    folder.path(),
                    &database.url(),
                    on_start,
                ));
                assert_eq!(
                    refused,
                    (Some(1), String::new(), expected.clone()),
                    "{application} on {server:?}"
                );
            }
            assert_eq!(database.tables(), Vec::<String>::new());
        }
    }
}

#[test]
fn an_application_told_to_migrate_does_so_once_and_serves() {
    for server in available() {
        for application in APPLICATIONS {
            let database = TestDatabase::create(server);
            let folder = deployed(application);
            let start = |on_start| {
                Server::start(command(
                    application,
                    folder.path(),
                    &database.url(),
                    on_start,
                ))
            };
            let first = start(Some("migrate"));
            let (status, health) = first.get("/health");
            assert_eq!(status, "HTTP/1.1 200 OK");
            assert_eq!(health, serde_json::json!({ "status": "ok" }));
            let (status, report) = first.get("/migrations");
            assert_eq!(status, "HTTP/1.1 200 OK");
            let listed: Vec<(&str, &str)> = report["migrations"]
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| {
                    assert!(entry["applied_at"].is_string());
                    (
                        entry["name"].as_str().unwrap(),
                        entry["state"].as_str().unwrap(),
                    )
                })
                .collect();
            assert_eq!(listed, NAMES.map(|name| (name, "applied")));
            let applied: String = NAMES.map(|name| format!("applied {name}\n")).concat();
            assert_eq!(first.stop(), applied, "{application} on {server:?}");
            assert_eq!(database.value("SELECT count(*) FROM products"), "3");

            // Nothing is left to do, so `check` lets it start as well.
            for on_start in [Some("migrate"), None] {
                assert_eq!(start(on_start).stop(), "");
            }
        }
    }
}

#[test]
fn an_application_may_start_unchecked_and_say_what_is_pending() {
    let database = TestDatabase::create(support::services::Server::Sqlite);
    let folder = deployed("axum_app");
    let server = Server::start(command(
        "axum_app",
        folder.path(),
        &database.url(),
        Some("off"),
    ));
    let (_, report) = server.get("/migrations");
    assert_eq!(report["migrations"][0]["state"], "pending");
    assert_eq!(report["migrations"][0]["applied_at"], Value::Null);
    assert_eq!(server.stop(), "");
}

#[test]
fn a_database_that_cannot_be_reached_is_a_clear_error_without_the_password() {
    for application in APPLICATIONS {
        let folder = deployed(application);
        for (url, place) in [
            (
                "postgres://app:s3cret@127.0.0.1:1/shop",
                "postgres://app:***@127.0.0.1:1/shop",
            ),
            (
                "mysql://app:s3cret@127.0.0.1:1/shop",
                "mysql://app:***@127.0.0.1:1/shop",
            ),
        ] {
            for on_start in ["check", "migrate"] {
                let (status, stdout, stderr) =
                    refusal(command(application, folder.path(), url, Some(on_start)));
                assert_eq!((status, stdout.as_str()), (Some(2), ""));
                assert!(stderr.starts_with("error: "), "{stderr}");
                assert!(stderr.contains(place), "{stderr}");
                assert!(stderr.contains("refused"), "{stderr}");
                assert!(stderr.contains("\nhint: "), "{stderr}");
                assert!(!stderr.contains("s3cret"), "{stderr}");
            }
        }
        let (status, _, stderr) = refusal(command(
            application,
            folder.path(),
            "postgres://app:s3cret@[::1/shop",
            None,
        ));
        assert_eq!(status, Some(2), "{stderr}");
        assert!(!stderr.contains("s3cret"), "{stderr}");
    }
}

#[test]
fn a_misspelt_choice_of_the_example_is_an_error() {
    let folder = deployed("axum_embedded");
    let url = "sqlite://never.db";
    let refused = refusal(command("axum_embedded", folder.path(), url, Some("yes")));
    let expected = "error: `MIGRATE_ON_START` must be migrate, check or off\n";
    assert_eq!(refused, (Some(2), String::new(), expected.to_owned()));
    assert!(!folder.path().join("never.db").exists());
}

/// The shipped migrations, for a test's database.
fn migrator(database: &TestDatabase) -> Migrator {
    let overrides = Overrides {
        database_url: Some(database.url()),
        migrations_dir: Some(shipped_migrations()),
        project: Some(std::env::temp_dir()),
        ..Overrides::default()
    };
    Migrator::new(Settings::resolve(&overrides, &Surroundings::default()).unwrap())
}

fn assert_pending(result: Result<(), Error>) {
    let error = result.unwrap_err();
    assert_eq!(error.status(), ExitStatus::No);
    match error {
        Error::Pending { names } => assert_eq!(names, NAMES),
        other => panic!("{other}"),
    }
}

/// Runs a test in a thread of its own; one that hangs fails.
fn without_deadlock(test: impl FnOnce() + Send + 'static) {
    let (done, finished) = mpsc::channel();
    let worker = thread::spawn(move || {
        test();
        // Nobody listens any more when the time was over.
        let _ = done.send(());
    });
    match finished.recv_timeout(LIMIT) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("this is a deadlock"),
        _ => worker.join().unwrap(),
    }
}

fn runtimes() -> [tokio::runtime::Runtime; 2] {
    [
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap(),
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap(),
    ]
}

#[test]
fn the_asynchronous_doors_work_in_every_runtime() {
    without_deadlock(|| {
        for server in available() {
            for runtime in runtimes() {
                let database = TestDatabase::create(server);
                let migrator = migrator(&database);
                runtime.block_on(async {
                    assert_pending(startup::check_async(&migrator).await);
                    let applied = startup::migrate_async(&migrator).await.unwrap();
                    assert_eq!(applied, NAMES);
                    startup::check_async(&migrator).await.unwrap();
                    let applied = startup::migrate_async(&migrator).await.unwrap();
                    assert_eq!(applied, Vec::<String>::new());
                });
            }
        }
    });
}

#[test]
fn the_doors_that_wait_in_place_work_inside_a_runtime_too() {
    without_deadlock(|| {
        for server in available() {
            for runtime in runtimes() {
                let database = TestDatabase::create(server);
                let migrator = migrator(&database);
                runtime.block_on(async {
                    assert_pending(startup::check(&migrator));
                    assert_eq!(startup::migrate(&migrator).unwrap(), NAMES);
                    startup::check(&migrator).unwrap();
                    assert_eq!(migrator.check().unwrap(), []);
                });
            }
        }
    });
}

#[test]
fn the_doors_work_where_there_is_no_runtime() {
    for server in available() {
        let database = TestDatabase::create(server);
        let migrator = migrator(&database);
        assert_pending(startup::check(&migrator));
        assert_eq!(startup::migrate(&migrator).unwrap(), NAMES);
        startup::check(&migrator).unwrap();
    }
}

#[test]
fn the_doors_heed_that_late_migrations_are_refused() {
    for server in available() {
        let database = TestDatabase::create(server);
        let late = NAMES[1];
        startup::migrate(&migrator(&database)).unwrap();
        let version = late.split('_').next().unwrap().replace('-', "");
        database.execute(&format!(
            "DELETE FROM __diesel_schema_migrations WHERE version = '{version}'"
        ));
        let folder = tempfile::tempdir().unwrap();
        let settings = "[migrate]\nout_of_order = \"refuse\"\n";
        fs::write(folder.path().join("manage.toml"), settings).unwrap();
        let overrides = Overrides {
            database_url: Some(database.url()),
            migrations_dir: Some(shipped_migrations()),
            project: Some(folder.path().to_owned()),
            ..Overrides::default()
        };
        let settings = Settings::resolve(&overrides, &Surroundings::default()).unwrap();
        let error = startup::migrate(&Migrator::new(settings)).unwrap_err();
        let expected = format!("1 migration is out of order: {late}");
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.status(), ExitStatus::Error);
    }
}

#[test]
fn a_newer_release_that_has_migrated_is_no_obstacle() {
    for server in available() {
        let database = TestDatabase::create(server);
        let migrator = migrator(&database);
        startup::migrate(&migrator).unwrap();
        database.execute(
            "INSERT INTO __diesel_schema_migrations (version) VALUES ('209901010000000000')",
        );
        startup::check(&migrator).unwrap();
        assert_eq!(startup::migrate(&migrator).unwrap(), Vec::<String>::new());
    }
}
