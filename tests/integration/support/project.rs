//! A project in a temporary folder.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use diesel::{
    Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection,
    connection::SimpleConnection as _,
};
use tempfile::TempDir;

use super::run::Outcome;

pub struct Project {
    folder: TempDir,
    env: BTreeMap<String, String>,
}

#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

impl Project {
    /// A folder without settings of any kind.
    pub fn new() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("manage-test-")
            .tempdir()
            .unwrap();
        Self {
            folder,
            env: BTreeMap::new(),
        }
    }

    /// Adds a migration of an `up.sql` and a `down.sql`.
    pub fn migration(self, name: &str, up: &str, down: &str) -> Self {
        self.file(&format!("migrations/{name}/up.sql"), up)
            .file(&format!("migrations/{name}/down.sql"), down)
    }

    /// Adds a migration that says itself what it revises.
    pub fn revising(self, name: &str, parents: &str) -> Self {
        let slug = name.split_once('_').unwrap().1;
        self.migration(
            name,
            &format!("-- {slug}\n--\n-- Revises: {parents}\n\nCREATE TABLE {slug} (id INTEGER);\n"),
            &format!("DROP TABLE {slug};\n"),
        )
    }

    /// Adds a file, and the folders it is in.
    pub fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(path, content);
        self
    }

    /// Adds a folder.
    pub fn folder(self, path: &str) -> Self {
        fs::create_dir_all(self.path(path)).unwrap();
        self
    }

    /// Sets an environment variable; there are none but `PATH` and `HOME` otherwise.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Writes a file of a project that is in use already.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Removes a folder.
    pub fn remove(&self, path: &str) {
        fs::remove_dir_all(self.path(path)).unwrap();
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub fn exists(&self, path: &str) -> bool {
        self.path(path).exists()
    }

    /// Every file and its content, the folders in between left out.
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.root().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(self.root()).unwrap().to_owned();
                    files.insert(name, fs::read(path).unwrap());
                }
            }
        }
        files
    }

    /// A connection to the project's database, created where it is not there.
    pub fn connect(&self) -> SqliteConnection {
        SqliteConnection::establish(self.path("app.db").to_str().unwrap()).unwrap()
    }

    /// The rows of a query of one text column named `value`.
    #[track_caller]
    pub fn query(&self, sql: &str) -> Vec<String> {
        let rows: Vec<Text> = diesel::sql_query(sql).load(&mut self.connect()).unwrap();
        rows.into_iter().map(|row| row.value).collect()
    }

    /// Runs SQL in the project's database, beside all migrations.
    pub fn sql(&self, sql: &str) {
        self.connect().batch_execute(sql).unwrap();
    }

    /// How many migrations there are on disk.
    pub fn migrations(&self) -> usize {
        let entries = fs::read_dir(self.path("migrations")).unwrap();
        entries
            .filter(|entry| entry.as_ref().unwrap().path().is_dir())
            .count()
    }

    /// The tables of the database, the ledger and the log left out.
    pub fn tables(&self) -> Vec<String> {
        self.query(
            "SELECT name AS value FROM sqlite_master WHERE type = 'table' \
             AND name NOT IN ('__diesel_schema_migrations', '__diesel_manage_log', 'sqlite_sequence') ORDER BY name",
        )
    }

    /// The versions in the ledger.
    pub fn ledger(&self) -> Vec<String> {
        self.query("SELECT version AS value FROM __diesel_schema_migrations ORDER BY version")
    }

    /// Any program, in the project's folder and environment.
    pub fn program(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.root())
            .env("MANAGE", MANAGE)
            .envs(&self.env)
            .current_dir(self.root())
            .stdin(Stdio::null());
        command
    }

    /// `manage` with arguments, not yet run.
    pub fn command<I: IntoIterator<Item: AsRef<OsStr>>>(&self, args: I) -> Command {
        let mut command = self.program(MANAGE);
        command.env_remove("MANAGE").args(args);
        command
    }

    /// Runs `manage`.
    #[track_caller]
    pub fn run<I: IntoIterator<Item: AsRef<OsStr>>>(&self, args: I) -> Outcome {
        self.finish(&mut self.command(args))
    }

    /// Runs `manage` in a sub-folder.
    #[track_caller]
    pub fn run_in<I: IntoIterator<Item: AsRef<OsStr>>>(&self, folder: &str, args: I) -> Outcome {
        self.finish(self.command(args).current_dir(self.path(folder)))
    }

    /// Runs a line of shell, which finds the binary as `$MANAGE`.
    #[track_caller]
    pub fn shell(&self, line: &str) -> Outcome {
        self.finish(self.program("bash").args(["-c", line]))
    }

    /// Runs a command to its end.
    #[track_caller]
    pub fn finish(&self, command: &mut Command) -> Outcome {
        Outcome::new(self.root(), &command.output().unwrap())
    }

    /// Waits for a command that runs already.
    #[track_caller]
    pub fn wait(&self, child: Child) -> Outcome {
        Outcome::new(self.root(), &child.wait_with_output().unwrap())
    }

    /// Runs a line of shell at a terminal of 100 columns, at which somebody answers the question.
    ///
    /// What the terminal shows comes back as standard output.
    #[track_caller]
    pub fn terminal(&self, line: &str, answer: &str) -> Outcome {
        self.terminal_answers(line, &[answer])
    }

    /// The same with several questions, each of which ends with `[y/N] `, `[y/n] ` or `to stop: `.
    #[track_caller]
    pub fn terminal_answers(&self, line: &str, answers: &[&str]) -> Outcome {
        let line = format!("stty cols 100 rows 40; {line}");
        let mut child = self
            .program("script")
            .args(["--quiet", "--return", "--command", &line, "/dev/null"])
            .env("TERM", "xterm")
            .env("SHELL", "/bin/sh")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // The end of what is typed would end the terminal: it is held open until the program ends.
        let mut keyboard = child.stdin.take().unwrap();
        let mut screen = child.stdout.take().unwrap();
        let mut shown = Vec::new();
        let mut byte = [0];
        let mut answers = answers.iter();
        while screen.read(&mut byte).unwrap() > 0 {
            shown.extend_from_slice(&byte);
            let asked = [&b"[y/N] "[..], b"[y/n] ", b"to stop: "]
                .iter()
                .any(|end| shown.ends_with(end));
            if asked && let Some(answer) = answers.next() {
                keyboard.write_all(answer.as_bytes()).unwrap();
            }
        }
        Outcome::new(
            self.root(),
            &Output {
                status: child.wait().unwrap(),
                stdout: shown,
                stderr: Vec::new(),
            },
        )
    }
}

const MANAGE: &str = env!("CARGO_BIN_EXE_manage");
