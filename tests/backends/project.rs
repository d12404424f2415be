//! A project with a database of its own, and what the binary says there.

use std::{
    ffi::OsString,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::support::services::{Server, TestDatabase};

/// How long something that must happen may take on a machine that does much else.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with migrations, and an empty database.
pub struct Project {
    folder: tempfile::TempDir,
    pub database: TestDatabase,
    env: Vec<(OsString, OsString)>,
    migrations: PathBuf,
}

impl Project {
    /// A project without migrations.
    pub fn new(server: Server) -> Self {
        Self::on(TestDatabase::create(server))
    }

    /// A project without migrations on a database of a private server, a cluster or another user's.
    pub fn on(database: TestDatabase) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let migrations = folder.path().join("migrations");
        fs::create_dir(&migrations).expect("a migrations folder");
        let env = vec![("DATABASE_URL".into(), database.url().into())];
        Self {
            folder,
            database,
            env,
            migrations,
        }
    }

    /// A project with migrations: name, `up.sql` and `down.sql` of each.
    pub fn with(server: Server, migrations: &[(&str, &str, &str)]) -> Self {
        let project = Self::new(server);
        for (name, up, down) in migrations {
            project.migration(name, up, down);
        }
        project
    }

    /// A project with the migrations of a folder of this repository.
    pub fn of(server: Server, folder: &str) -> Self {
        let mut project = Self::new(server);
        project.migrations = repository().join(folder);
        let migrations = project.migrations.clone();
        project.set("MIGRATION_DIRECTORY", migrations)
    }

    /// Sets a variable of the environment the binary runs in.
    #[must_use]
    pub fn set(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        let name = name.into();
        self.env.retain(|(other, _)| *other != name);
        self.env.push((name, value.into()));
        self
    }

    /// Removes a variable.
    #[must_use]
    pub fn unset(mut self, name: &str) -> Self {
        self.env.retain(|(other, _)| other != name);
        self
    }

    /// The project's root.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// The migrations folder.
    pub fn migrations(&self) -> &Path {
        &self.migrations
    }

    /// Writes a file of the project.
    pub fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder");
        fs::write(&path, text).expect("a file");
        path
    }

    /// Writes a migration.
    pub fn migration(&self, name: &str, up: &str, down: &str) {
        self.write(&format!("migrations/{name}/up.sql"), up);
        self.write(&format!("migrations/{name}/down.sql"), down);
    }

    /// Has a migration run outside a transaction.
    pub fn without_transaction(&self, name: &str) {
        let path = format!("migrations/{name}/metadata.toml");
        self.write(&path, "run_in_transaction = false\n");
    }

    /// The binary, about to run here with nothing of this process's environment.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_manage"));
        command
            .args(args)
            .current_dir(self.root())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.root())
            .envs(self.env.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the binary.
    pub fn manage(&self, args: &[&str]) -> Run {
        Run::new(
            args,
            self.command(args).output().expect("the binary starts"),
        )
    }

    /// Runs the binary, which must succeed, and returns its answer.
    pub fn succeed(&self, args: &[&str]) -> String {
        let run = self.manage(args);
        assert_eq!(run.status, 0, "{}: {run:?}", self.database.server().name());
        run.stdout
    }

    /// Runs the binary, which must end with an error, and returns what it says of it.
    pub fn fail(&self, args: &[&str]) -> String {
        let run = self.manage(args);
        assert_eq!(run.status, 2, "{}: {run:?}", self.database.server().name());
        run.stderr
    }

    /// Runs the binary with a text on its standard input.
    pub fn feed(&self, args: &[&str], input: &str) -> Run {
        let mut command = self.command(args);
        let mut child = command
            .stdin(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        // A program that does not read to the end is no concern of ours.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        Run::new(args, child.wait_with_output().expect("the binary ends"))
    }

    /// Starts the binary.
    pub fn start(&self, args: &[&str]) -> Child {
        self.command(args).spawn().expect("the binary starts")
    }

    /// What several commands say one after the other, as a terminal would show it: `$` before what
    /// was typed, `!` before what went to stderr, the exit status where it is not 0.
    pub fn transcript(&self, lines: &[&str]) -> String {
        let mut text = String::new();
        for line in lines {
            let args: Vec<&str> = line.split_whitespace().collect();
            let run = self.manage(&args);
            text += &format!("$ manage {line}\n{}", run.stdout);
            for line in run.stderr.lines() {
                text += format!("! {line}").trim_end();
                text.push('\n');
            }
            if run.status != 0 {
                text += &format!("[{}]\n", run.status);
            }
        }
        without_times(&text)
    }

    /// The versions in the ledger, lowest first.
    pub fn ledger(&self) -> Vec<String> {
        if !self.database.table_exists("__diesel_schema_migrations") {
            return Vec::new();
        }
        let rows = self
            .database
            .query("SELECT version FROM __diesel_schema_migrations");
        let mut versions: Vec<String> = rows.into_iter().flatten().collect();
        versions.sort();
        versions
    }

    /// The tables but the ledger and the log.
    pub fn tables(&self) -> Vec<String> {
        let mut tables = self.database.tables();
        tables.retain(|table| {
            !["__diesel_schema_migrations", "__diesel_manage_log"].contains(&table.as_str())
        });
        tables
    }
}

/// What a run of the binary left.
#[derive(Debug)]
#[allow(dead_code)] // the arguments are for the reader of a failed test
pub struct Run {
    pub args: Vec<String>,
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// Reads what a process left.
    pub fn new(args: &[&str], output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the binary writes UTF-8");
        Self {
            args: args.iter().map(ToString::to_string).collect(),
            status: output.status.code().unwrap_or(-1),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

/// This repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Waits until something is so.
///
/// # Panics
/// When it is not for too long.
pub fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "never: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Waits for the end of a process that must end.
///
/// # Panics
/// When it runs for too long; it is killed then.
pub fn ended(mut child: Child, args: &[&str]) -> Run {
    let start = Instant::now();
    while child.try_wait().expect("the process is ours").is_none() {
        if start.elapsed() > PATIENCE {
            let _ = child.kill();
            panic!("{args:?} does not end");
        }
        thread::sleep(Duration::from_millis(20));
    }
    Run::new(args, child.wait_with_output().expect("the process is ours"))
}

/// Puts `TIME` for every length of time and `DATE TIME` for every moment.
pub fn without_times(text: &str) -> String {
    let mut lines = String::new();
    for line in text.split_inclusive('\n') {
        let mut words = Vec::new();
        for word in line.split(' ') {
            words.push(word.to_owned());
            if let [.., number, unit] = words.as_mut_slice()
                && matches!(unit.trim_end_matches([')', '.', '\n']), "ms" | "s")
                && number
                    .trim_start_matches('(')
                    .chars()
                    .all(|c| c.is_ascii_digit() || c == '.')
            {
                let open = if number.starts_with('(') { "(" } else { "" };
                let close = unit.trim_start_matches(['m', 's']).to_owned();
                words.truncate(words.len() - 2);
                words.push(format!("{open}TIME{close}"));
            } else if let [.., day, hour] = words.as_mut_slice()
                && is_shaped(day, "####-##-##")
                && is_shaped(hour.trim_end_matches('\n'), "##:##:##")
                && !line.starts_with("--")
            {
                let end = hour.trim_start_matches(|c| c != '\n').to_owned();
                words.truncate(words.len() - 2);
                words.push(format!("DATE TIME{end}"));
            }
        }
        lines += &words.join(" ");
    }
    lines
}

fn is_shaped(word: &str, shape: &str) -> bool {
    word.len() == shape.len()
        && word
            .chars()
            .zip(shape.chars())
            .all(|(c, s)| if s == '#' { c.is_ascii_digit() } else { c == s })
}

#[test]
fn times_are_taken_out() {
    assert_eq!(
        without_times(
            "Applying 1_a ... OK (12 ms)\nDone in 1.2 s.\n2026-01-12 09:15:00\nx 2026-01-12 09:15:00 y\n"
        ),
        "Applying 1_a ... OK (TIME)\nDone in TIME.\nDATE TIME\nx DATE TIME y\n"
    );
}
