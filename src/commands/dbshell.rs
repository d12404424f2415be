//! `dbshell`: the engine's own client, connected.

use std::{ffi::OsString, io, process::Command};

use super::Context;
use crate::{
    backend::{
        call::{self, Call, Maker},
        url::{DatabaseUrl, SqliteLocation},
    },
    cli,
    error::{Error, ExitStatus},
};

pub(super) fn run(args: &cli::Dbshell, context: &Context<'_>) -> Result<ExitStatus, Error> {
    let url = context.settings().database()?;
    let programs: &[&str] = match url {
        DatabaseUrl::Sqlite(_) => &["sqlite3"],
        DatabaseUrl::Postgres(_) => &["psql"],
        DatabaseUrl::Mysql(_) => &["mariadb", "mysql"],
    };
    let mut last = String::new();
    for program in programs {
        let started = call(url, program).and_then(|mut call| {
            call.args.extend(args.args.iter().cloned());
            let mut command = call.command(program);
            hand_over(command.current_dir(context.settings().root()))
        });
        match started {
            Ok(status) => return Ok(status),
            Err(error) => {
                last = error.to_string();
                if error.kind() != io::ErrorKind::NotFound {
                    break;
                }
            }
        }
    }
    Err(Error::NoClient {
        programs: programs.iter().map(ToString::to_string).collect(),
        message: last,
    })
}

fn call(url: &DatabaseUrl, program: &str) -> io::Result<Call> {
    Ok(match url {
        DatabaseUrl::Sqlite(SqliteLocation::Memory) => Call::of(vec![":memory:".into()]),
        DatabaseUrl::Sqlite(SqliteLocation::File(path)) => Call::of(vec![path.clone().into()]),
        DatabaseUrl::Postgres(server) => call::postgres(server),
        DatabaseUrl::Mysql(server) => {
            let place = call::places(server).swap_remove(0);
            let mut call = call::mysql(server, &place, Maker::of(program)?);
            call.args.extend(server.database.iter().map(OsString::from));
            call
        }
    })
}

/// Becomes the client, so that it alone has the terminal and its signals.
#[cfg(unix)]
fn hand_over(command: &mut Command) -> io::Result<ExitStatus> {
    Err(std::os::unix::process::CommandExt::exec(command))
}

/// Runs the client and passes on how it ended.
#[cfg(not(unix))]
fn hand_over(command: &mut Command) -> io::Result<ExitStatus> {
    let ended = command.status()?;
    Ok(if ended.success() {
        ExitStatus::Done
    } else {
        ExitStatus::Error
    })
}
