//! A database server of one test alone, which may kill it, freeze it and start it again.

use std::{
    env,
    fs::{self, File, OpenOptions},
    net::TcpListener,
    os::unix::{
        fs::{MetadataExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use super::{
    limits::is_root,
    services::{Server, TestDatabase, refuse_if_required, run, say_skipped},
};

/// How long a server may need to start or to end, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server with a data folder of its own, a copy of one that `tests/services` has prepared: the users
/// and TLS are as everywhere. What it has committed survives its death, as on a real server. It is ended
/// and removed at the end of its life.
#[derive(Debug)]
pub struct PrivateServer {
    server: Server,
    folder: PathBuf,
    options: Vec<String>,
    port: u16,
    process: Option<Child>,
}

impl PrivateServer {
    /// Starts a [`Server::Postgres`] or [`Server::Mariadb`]; `None`, which is said, where it is not
    /// installed.
    ///
    /// # Panics
    /// When it does not start, or `MANAGE_TEST_REQUIRE` names it and it is not there.
    pub fn start(server: Server) -> Option<Self> {
        Self::start_with(server, &[])
    }

    /// [`Self::start`] with options of the server's own, `max_connections=5` or `max-connections=5`.
    pub fn start_with(server: Server, options: &[&str]) -> Option<Self> {
        let template = env::var_os("MANAGE_TEST_TEMPLATES")
            .map(|templates| Path::new(&templates).join(server.name()))
            .filter(|template| template.join("made").exists());
        let Some(template) = template else {
            refuse_if_required(server.name());
            say_skipped(server.name());
            return None;
        };
        let options = options.iter().map(ToString::to_string).collect();
        let mut private = Self {
            server,
            folder: copy(&template),
            options,
            port: free_port(),
            process: None,
        };
        private.restart();
        Some(private)
    }

    /// The TCP port; the host is `127.0.0.1`. It stays the same.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What the server has said so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Creates an empty database, which goes away with the server.
    pub fn database(&self) -> TestDatabase {
        TestDatabase::create_on(self.server, self.port).passing()
    }

    /// Kills the server and all its processes at once, as a loss of power does.
    pub fn kill(&mut self) {
        let Some(mut main) = self.process.take() else {
            return;
        };
        let processes = with_children(main.id());
        // The main process first, so that it does not see the others die.
        let _ = main.kill();
        let _ = main.wait();
        signal("KILL", &processes);
        wait_for("the processes of a killed server end", || {
            processes.iter().all(|pid| !is_alive(*pid))
        });
    }

    /// Ends the server as an administrator does: sessions are cut off, the data is written.
    pub fn stop(&mut self) {
        let Some(mut main) = self.process.take() else {
            return;
        };
        let polite = if self.server.is_postgres() {
            "INT"
        } else {
            "TERM"
        };
        signal(polite, &[main.id()]);
        wait_for("the server ends", || {
            main.try_wait().expect("the process is ours").is_some()
        });
    }

    /// Stops all its processes where they are: it answers nothing, and closes nothing.
    pub fn freeze(&self) {
        self.signal("STOP");
    }

    /// Lets them run on.
    pub fn thaw(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        if let Some(main) = &self.process {
            signal(name, &with_children(main.id()));
        }
    }

    /// Starts the server again, on the same port and data; one that runs is left alone.
    ///
    /// # Panics
    /// With its log when it does not start.
    pub fn restart(&mut self) {
        let start = Instant::now();
        let is_first = self.log().is_empty();
        let base = |port| self.server.base_url(port);
        while self.process.is_none() {
            let before = self.log().len();
            let mut main = self.launch();
            while main.try_wait().expect("the process is ours").is_none() {
                if run(self.server, &base(self.port), "SELECT 1").is_ok() {
                    self.process = Some(main);
                    return;
                }
                if start.elapsed() > PATIENCE {
                    let _ = main.kill();
                    break;
                }
                thread::sleep(Duration::from_millis(20));
            }
            let log = self.log();
            let said = log.get(before..).unwrap_or_default();
            let is_taken = said.to_lowercase().contains("address already in use");
            // The processes of a killed PostgreSQL may still be leaving.
            let is_passing = said.contains("pre-existing shared memory");
            assert!(
                start.elapsed() < PATIENCE && (is_taken || is_passing),
                "{} does not start:\n{said}",
                self.server.name()
            );
            if is_taken && is_first {
                self.port = free_port();
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    fn launch(&self) -> Child {
        let data = self.data();
        let variable = format!("MANAGE_TEST_{}_BIN", self.server.name().to_uppercase());
        let programs = PathBuf::from(env::var_os(&variable).expect(&variable));
        let mut command = if self.server.is_postgres() {
            let mut command = Command::new(programs.join("postgres"));
            command.arg("-D").arg(&data);
            // Written before it is said to be: nothing here may be lost by a kill.
            let own = [
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "synchronous_commit=on",
                "full_page_writes=on",
            ];
            let port = format!("port={}", self.port);
            let options = self.options.iter().map(String::as_str);
            for option in own.into_iter().chain([port.as_str()]).chain(options) {
                command.args(["-c", option]);
            }
            command
        } else {
            let mut command = Command::new(programs.join("mariadbd"));
            let certificates = self.folder.join("../../tls");
            command
                .arg("--no-defaults")
                .arg(format!("--datadir={}", data.display()))
                .arg(format!("--tmpdir={}", self.folder.display()))
                .arg(format!(
                    "--ssl-ca={}",
                    certificates.join("ca.crt").display()
                ))
                .arg(format!(
                    "--ssl-cert={}",
                    certificates.join("server.crt").display()
                ))
                .arg(format!(
                    "--ssl-key={}",
                    certificates.join("server.key").display()
                ))
                // Sockets have short names; this one is looked for in the data folder.
                .args(["--socket=socket", "--pid-file=pid"])
                .args(["--bind-address=127.0.0.1", "--skip-name-resolve"])
                .args(["--character-set-server=utf8mb4", "--skip-log-bin"])
                .args([
                    "--innodb-buffer-pool-size=32M",
                    "--innodb-log-file-size=16M",
                ])
                .arg("--innodb-flush-log-at-trx-commit=2")
                .arg(format!("--port={}", self.port))
                .args(self.options.iter().map(|option| format!("--{option}")));
            command
        };
        let log = self.open_log();
        command
            .env_clear()
            .envs([("LC_ALL", "C.UTF-8"), ("TZ", "UTC")])
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log"))
            .stderr(log);
        if is_root() {
            let owner = fs::metadata(&data).expect("the data folder");
            command.uid(owner.uid()).gid(owner.gid());
        }
        command.spawn().expect("the server's program")
    }

    fn open_log(&self) -> File {
        let path = self.folder.join("log");
        let mut options = OpenOptions::new();
        options
            .create(true)
            .append(true)
            .open(path)
            .expect("the log")
    }
}

impl Drop for PrivateServer {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Makes the folder of a private server.
fn copy(template: &Path) -> PathBuf {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("the clock is past 1970");
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    let private = env::var_os("MANAGE_TEST_PRIVATE").expect("MANAGE_TEST_PRIVATE");
    let folder =
        Path::new(&private).join(format!("{}_{count}_{:x}", process::id(), since.as_nanos()));
    fs::create_dir(&folder).expect("a folder for the server");
    let owner = fs::metadata(template.join("data")).expect("the template");
    if is_root() {
        chown(&folder, Some(owner.uid()), Some(owner.gid())).expect("the server's own folder");
    }
    let status = Command::new("cp")
        .args(["-a", "--reflink=auto", "--"])
        .arg(template.join("data"))
        .arg(folder.join("data"))
        .status();
    assert!(status.expect("cp runs").success(), "the template is copied");
    folder
}

/// A port below the range that the kernel gives to outgoing connections.
fn free_port() -> u16 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("the clock is past 1970");
    let start = since.subsec_nanos() ^ process::id();
    (0..12_000)
        .map(|step| 20_000 + u16::try_from((start + step) % 12_000).expect("a small number"))
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port")
}

/// A process and its children, which is all that a server has.
fn with_children(main: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").expect("/proc");
    let children = processes.filter_map(|entry| {
        let pid: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
        (status_of(pid)?.1 == main).then_some(pid)
    });
    [main].into_iter().chain(children).collect()
}

/// A process's state and its parent.
fn status_of(pid: u32) -> Option<(String, u32)> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before them, in brackets, may hold anything.
    let (_, fields) = text.rsplit_once(") ")?;
    let mut fields = fields.split(' ');
    Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
}

fn is_alive(pid: u32) -> bool {
    status_of(pid).is_some_and(|(state, _)| state != "Z")
}

/// Sends a signal; a process that has ended meanwhile is no concern.
fn signal(name: &str, processes: &[u32]) {
    let ids = processes.iter().map(ToString::to_string);
    let _ = Command::new("sh")
        .args([
            "-c",
            "signal=$1; shift; kill -s \"$signal\" \"$@\" 2>&-",
            "sh",
            name,
        ])
        .args(ids)
        .status();
}

fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "never: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}
