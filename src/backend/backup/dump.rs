//! Backups by the engines' own programs: `pg_dump`, `mariadb-dump`, `mysqldump`.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    thread,
    time::Duration,
};

use super::{BackupError, under_way};
use crate::backend::{
    Database,
    call::{self, Call, Maker},
    failure::Trouble,
    url::{Engine, Secret, ServerUrl},
};

/// How often it is asked whether the program has ended.
const PAUSE: Duration = Duration::from_millis(10);

/// How much of what a program says is told: the end of it.
const SAID: usize = 2_000;

/// Where the versions of `pg_dump` are that are not on the PATH: Debian's, and PostgreSQL's own packages.
const ELSEWHERE: [&str; 2] = [
    "/usr/lib/postgresql/*/bin/pg_dump",
    "/usr/pgsql-*/bin/pg_dump",
];

/// <https://www.postgresql.org/docs/current/app-pgdump.html>
pub(super) fn postgres(
    server: &ServerUrl,
    database: &mut dyn Database,
    out: Option<&File>,
) -> Result<(), BackupError> {
    let versions = database.pairs(
        "SELECT current_setting('server_version_num') AS a, current_setting('server_version') AS b",
    )?;
    let (number, version) = versions.into_iter().next().unwrap_or_default();
    let wanted = number.parse().unwrap_or(0) / 10_000;
    let program = newest(&version, wanted)?;
    let mut call = call::postgres(server);
    call.args = ["--format=custom", "--no-password"]
        .map(Into::into)
        .to_vec();
    let ended = run(&call, &program, out)?;
    ended.heard(Engine::Postgres, &program, server.password.as_ref())
}

/// The `pg_dump` on the PATH; where that is older than the server, the newest elsewhere.
fn newest(server: &str, wanted: u32) -> Result<PathBuf, BackupError> {
    let first = PathBuf::from("pg_dump");
    let said = call::version(&first).map_err(|error| no_program(Engine::Postgres, &error))?;
    let version = version_in(&said).unwrap_or_default();
    if major(version).is_none_or(|major| major >= wanted) {
        return Ok(first);
    }
    let others = ELSEWHERE.into_iter().filter_map(|p| glob::glob(p).ok());
    let others = others.flatten().flatten().filter_map(|program| {
        let said = call::version(&program).ok()?;
        Some((major(version_in(&said)?)?, program))
    });
    match others.filter(|(major, _)| *major >= wanted).max() {
        Some((_, program)) => Ok(program),
        None => Err(BackupError::TooOld {
            program: first,
            version: version.to_owned(),
            server: version_in(server).unwrap_or(server).to_owned(),
            wanted,
        }),
    }
}

/// `15.18` in `pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn version_in(said: &str) -> Option<&str> {
    said.split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
}

/// `15` of `15.18`, `18` of `18beta1`.
fn major(version: &str) -> Option<u32> {
    let end = version
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(version.len());
    version.get(..end)?.parse().ok()
}

/// <https://mariadb.com/kb/en/mariadb-dump/>, <https://dev.mysql.com/doc/refman/8.4/en/mysqldump.html>
pub(super) fn mysql(server: &ServerUrl, out: Option<&File>) -> Result<(), BackupError> {
    let (program, maker) = mysqldump()?;
    let mut places = call::places(server).into_iter().peekable();
    while let Some(place) = places.next() {
        let mut call = call::mysql(server, &place, maker);
        // Nobody's option file is to leave out a table.
        call.args.insert(0, "--no-defaults".into());
        call.args.extend(
            [
                "--single-transaction",
                "--routines",
                "--triggers",
                "--events",
                "--hex-blob",
                "--no-tablespaces",
                "--default-character-set=utf8mb4",
                "--max-allowed-packet=1G",
            ]
            .map(Into::into),
        );
        if maker == Maker::MySql {
            call.args.push("--set-gtid-purged=OFF".into());
        }
        call.args.push("--".into());
        call.args.extend(server.database.iter().map(Into::into));
        let ended = run(&call, Path::new(program), out)?;
        if places.peek().is_none() || !ended.found_nobody() {
            return ended.heard(Engine::Mysql, Path::new(program), server.password.as_ref());
        }
    }
    Ok(())
}

fn mysqldump() -> Result<(&'static str, Maker), BackupError> {
    let there = |program| Maker::of(program).map(|maker| (program, maker));
    there("mariadb-dump")
        .or_else(|_| there("mysqldump"))
        .map_err(|error| no_program(Engine::Mysql, &error))
}

fn no_program(engine: Engine, error: &io::Error) -> BackupError {
    BackupError::NoProgram {
        engine,
        programs: match engine {
            Engine::Mysql => vec!["mariadb-dump", "mysqldump"],
            Engine::Postgres | Engine::Sqlite => vec!["pg_dump"],
        },
        message: error.to_string(),
    }
}

/// How a program ended.
struct Ended {
    status: ExitStatus,
    said: String,
}

impl Ended {
    /// Whether a program of MySQL's reached no server, so that the next host is to be tried
    /// (<https://mariadb.com/kb/en/mariadb-error-codes/>).
    fn found_nobody(&self) -> bool {
        !self.status.success()
            && ["2002", "2003", "2005"]
                .iter()
                .any(|code| self.said.contains(&format!("error: {code}")))
    }

    fn heard(
        self,
        engine: Engine,
        program: &Path,
        secret: Option<&Secret>,
    ) -> Result<(), BackupError> {
        if self.status.success() {
            return Ok(());
        }
        let said = match secret.map(Secret::expose).filter(|text| !text.is_empty()) {
            Some(secret) => self.said.replace(secret, "***"),
            None => self.said,
        };
        let start = said.char_indices().rev().nth(SAID).map_or(0, |(at, _)| at);
        let said = said.get(start..).unwrap_or_default().trim().to_owned();
        Err(BackupError::Failed {
            engine,
            program: program.to_owned(),
            ended: self.status.to_string(),
            trouble: Trouble::of_message(engine, &said),
            said,
        })
    }
}

/// Runs a program to its end, where [`super::abandon`] finds it.
fn run(call: &Call, program: &Path, out: Option<&File>) -> Result<Ended, BackupError> {
    let failed = |error: io::Error| BackupError::io("run", program, &error);
    let out = out.map(File::try_clone).transpose().map_err(failed)?;
    let mut command = call.command(program);
    command
        .stdin(Stdio::null())
        .stdout(out.map_or_else(Stdio::null, Into::into))
        .stderr(Stdio::piped());
    // Ctrl-C reaches this program alone, which then ends the other and cleans up.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut here = under_way();
    let mut child = command.spawn().map_err(failed)?;
    let stderr = child.stderr.take();
    here.program = Some(child);
    drop(here);
    let words = thread::spawn(move || {
        let mut said = Vec::new();
        // What was read until then counts.
        let _ = stderr.map(|mut stderr| stderr.read_to_end(&mut said));
        String::from_utf8_lossy(&said).trim().to_owned()
    });
    let status = loop {
        let mut here = under_way();
        if let Some(child) = &mut here.program
            && let Some(status) = child.try_wait().map_err(failed)?
        {
            here.program = None;
            break status;
        }
        drop(here);
        thread::sleep(PAUSE);
    };
    Ok(Ended {
        status,
        said: words.join().unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_programs_say() {
        for (said, version, number) in [
            (
                "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)",
                "15.18",
                15,
            ),
            ("pg_dump (PostgreSQL) 18beta1", "18beta1", 18),
            ("pg_dump (PostgreSQL) 9.6.24", "9.6.24", 9),
        ] {
            assert_eq!(version_in(said), Some(version));
            assert_eq!(major(version), Some(number));
        }
        assert_eq!(version_in("pg_dump"), None);
    }
}
