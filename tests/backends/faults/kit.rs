//! Many runners, seen from outside; slow statements; random moments.

use std::{
    env, fs,
    fs::File,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::Value;

use crate::{
    project::{Project, Run, ended, eventually},
    support::services::{Server, TestDatabase},
};

/// How many rounds a test takes that chooses its moments at random.
pub fn rounds(few: u32) -> u32 {
    match env::var("MANAGE_FAULTS") {
        Ok(number) => number.parse().expect("MANAGE_FAULTS is a number"),
        Err(_) => few,
    }
}

/// Random numbers that can be had again: `SplitMix64`.
pub struct Dice(u64);

impl Dice {
    /// Says its seed, for the reader of a test that failed.
    #[allow(clippy::print_stderr)]
    pub fn new(what: &str) -> Self {
        let seed = match env::var("MANAGE_FAULTS_SEED") {
            Ok(seed) => seed.parse().expect("MANAGE_FAULTS_SEED is a number"),
            Err(_) if env::var_os("MANAGE_FAULTS").is_none() => 1,
            Err(_) => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH);
                since.expect("the clock is past 1970").as_secs()
            }
        };
        eprintln!("{what}: MANAGE_FAULTS_SEED={seed}");
        // Tests with the same seed need not take the same moments.
        let own = what
            .bytes()
            .fold(seed, |sum, byte| sum.wrapping_mul(31) + u64::from(byte));
        Self(own)
    }

    /// A number below a limit.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// A statement that takes so many seconds; in SQLite, which cannot wait, either none or forever.
pub fn slow(server: Server, seconds: u32) -> String {
    match server {
        Server::Sqlite => {
            let rows = if seconds == 0 { 1 } else { 4_000_000_000_u64 };
            format!(
                "CREATE TABLE slept AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < {rows}) SELECT count(*) AS n FROM c"
            )
        }
        Server::Postgres | Server::Postgres2 => {
            format!("CREATE TABLE slept AS SELECT 1 AS n FROM pg_sleep({seconds})")
        }
        // One that can be stopped: a plain SLEEP ends as if nothing was.
        Server::Mariadb => {
            format!("CREATE TABLE slept AS SELECT CAST(SLEEP({seconds}) AS CHAR(5)) AS n")
        }
    }
}

/// The sessions of a database that run such a statement.
pub fn sleepers(database: &TestDatabase) -> Vec<String> {
    let sql = if database.server().is_postgres() {
        format!(
            "SELECT pid FROM pg_stat_activity WHERE datname = '{}' AND state = 'active' AND query LIKE 'CREATE TABLE slept%'",
            database.name()
        )
    } else {
        format!(
            "SELECT id FROM information_schema.processlist WHERE db = '{}' AND info LIKE 'CREATE TABLE slept%'",
            database.name()
        )
    };
    database.query(&sql).into_iter().flatten().collect()
}

/// The other sessions of a database.
pub fn sessions(database: &TestDatabase) -> usize {
    let sql = match database.server() {
        Server::Sqlite => return 0,
        Server::Postgres | Server::Postgres2 => format!(
            "SELECT pid FROM pg_stat_activity WHERE datname = '{}' AND pid <> pg_backend_pid()",
            database.name()
        ),
        Server::Mariadb => format!(
            "SELECT id FROM information_schema.processlist WHERE db = '{}' AND id <> CONNECTION_ID()",
            database.name()
        ),
    };
    database.query(&sql).len()
}

/// Sends a signal.
pub fn signal(name: &str, process: u32) {
    let status = Command::new("kill")
        .args(["-s", name, &process.to_string()])
        .status();
    assert!(status.expect("kill runs").success());
}

/// A run of the binary whose words can be read while it runs.
pub struct Runner {
    pub child: Child,
    out: PathBuf,
    err: PathBuf,
}

impl Runner {
    /// Starts it.
    pub fn start(project: &Project, args: &[&str]) -> Self {
        Self::of(project.command(args), project, Stdio::null())
    }

    /// Starts a command of the same project.
    pub fn of(mut command: Command, project: &Project, input: Stdio) -> Self {
        let folder = tempfile::tempdir_in(project.root())
            .expect("a folder")
            .keep();
        let (out, err) = (folder.join("out"), folder.join("err"));
        let file = |path| File::create(path).expect("a file");
        let child = command
            .stdin(input)
            .stdout(file(&out))
            .stderr(file(&err))
            .spawn()
            .expect("the program starts");
        Self { child, out, err }
    }

    /// What it has answered so far.
    pub fn answered(&self) -> String {
        fs::read_to_string(&self.out).expect("its answer")
    }

    /// What else it has said so far.
    pub fn said(&self) -> String {
        fs::read_to_string(&self.err).expect("its words")
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) {
        signal(name, self.child.id());
    }

    /// Waits until it waits for the lock.
    pub fn await_waiting(&mut self) {
        eventually("it waits for the lock", || {
            assert_eq!(self.child.try_wait().unwrap(), None, "{}", self.said());
            self.said().contains("is locked by")
        });
    }

    /// Waits for its end.
    pub fn end(self) -> Run {
        let mut run = ended(self.child, &[]);
        run.stdout = fs::read_to_string(&self.out).expect("its answer");
        run.stderr = fs::read_to_string(&self.err).expect("its words");
        run
    }

    /// Kills it where it is.
    pub fn kill(mut self) {
        self.child.kill().expect("the process is ours");
        self.child.wait().expect("the process is ours");
    }
}

/// Waits until a slow statement runs.
pub fn await_sleep(project: &Project, runner: &mut Runner) {
    let applied = |runner: &Runner| runner.answered().contains("Applying 1_");
    eventually("the slow statement runs", || {
        assert_eq!(runner.child.try_wait().unwrap(), None, "{}", runner.said());
        match project.database.server() {
            // The step before it is done.
            Server::Sqlite => {
                applied(runner)
                    && project
                        .database
                        .path()
                        .with_extension("db-journal")
                        .exists()
            }
            _ => !sleepers(&project.database).is_empty(),
        }
    });
}

/// A project whose second migration takes so many seconds, between two statements.
pub fn sleepy(server: Server, seconds: u32) -> Project {
    make_sleepy(Project::new(server), seconds)
}

/// The same elsewhere.
pub fn make_sleepy(project: Project, seconds: u32) -> Project {
    let server = project.database.server();
    project.migration("1_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
    project.migration(
        "2_b",
        &sleepy_up(server, seconds),
        "DROP TABLE slept;\nDROP TABLE b;\n",
    );
    project.migration("3_c", "CREATE TABLE c (id INTEGER);", "DROP TABLE c;");
    project
}

/// Its `up.sql`.
pub fn sleepy_up(server: Server, seconds: u32) -> String {
    format!(
        "INSERT INTO a VALUES (2);\nCREATE TABLE b (id INTEGER);\n{};\nINSERT INTO a VALUES (3);\n",
        slow(server, seconds)
    )
}

/// A project's states, one `name state` each.
pub fn states(project: &Project) -> Vec<String> {
    let answer = project.succeed(&["showmigrations", "--format", "json"]);
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    let migrations = answer["migrations"].as_array().expect("a list").iter();
    migrations
        .map(|m| {
            let word = |key: &str| m[key].as_str().unwrap_or_default().to_owned();
            format!("{} {}", word("name"), word("state"))
        })
        .collect()
}

/// Nobody has the lock: a run that waits for nobody gets it.
pub fn lock_is_free(project: &Project) {
    if project.database.server() != Server::Sqlite {
        eventually("its sessions end", || sessions(&project.database) == 0);
    }
    let run = project.manage(&["migrate", "--lock-wait", "0"]);
    assert!(!run.stderr.contains("is locked by"), "{run:?}");
}
