//! `dbshell`: the engine's own client, connected. Secrets go by the environment, never by arguments.

use std::{ffi::OsString, io::ErrorKind, process::Command};

use super::Context;
use crate::{
    backend::url::{DatabaseUrl, Host, ServerUrl, SqliteLocation, TlsMode},
    cli,
    error::{Error, ExitStatus},
};

/// A client's arguments and environment.
#[derive(Debug, Default, PartialEq, Eq)]
struct Call {
    programs: &'static [&'static str],
    args: Vec<OsString>,
    env: Vec<(&'static str, OsString)>,
}

pub(super) fn run(args: &cli::Dbshell, context: &Context<'_>) -> Result<ExitStatus, Error> {
    let mut call = match context.settings().database()? {
        DatabaseUrl::Sqlite(location) => sqlite(location),
        DatabaseUrl::Postgres(server) => postgres(server),
        DatabaseUrl::Mysql(server) => mysql(server),
    };
    call.args.extend(args.args.iter().cloned());
    let mut last = String::new();
    for program in call.programs {
        let mut command = Command::new(program);
        command
            .args(&call.args)
            .envs(call.env.iter().cloned())
            .current_dir(context.settings().root());
        match hand_over(&mut command) {
            Ok(status) => return Ok(status),
            Err(error) => {
                last = error.to_string();
                if error.kind() != ErrorKind::NotFound {
                    break;
                }
            }
        }
    }
    Err(Error::NoClient {
        programs: call.programs.iter().map(ToString::to_string).collect(),
        message: last,
    })
}

/// Becomes the client, so that it alone has the terminal and its signals.
#[cfg(unix)]
fn hand_over(command: &mut Command) -> Result<ExitStatus, std::io::Error> {
    Err(std::os::unix::process::CommandExt::exec(command))
}

/// Runs the client and passes on how it ended.
#[cfg(not(unix))]
fn hand_over(command: &mut Command) -> Result<ExitStatus, std::io::Error> {
    let ended = command.status()?;
    Ok(if ended.success() {
        ExitStatus::Done
    } else {
        ExitStatus::Error
    })
}

fn sqlite(location: &SqliteLocation) -> Call {
    let file = match location {
        SqliteLocation::Memory => ":memory:".into(),
        SqliteLocation::File(path) => path.clone().into_os_string(),
    };
    Call {
        programs: &["sqlite3"],
        args: vec![file],
        env: Vec::new(),
    }
}

/// <https://www.postgresql.org/docs/current/libpq-envars.html>
fn postgres(server: &ServerUrl) -> Call {
    let mut env: Vec<(&'static str, OsString)> = Vec::new();
    let join = |parts: Vec<String>| parts.join(",").into();
    if !server.hosts.is_empty() {
        env.push((
            "PGHOST",
            join(
                server
                    .hosts
                    .iter()
                    .map(|place| match &place.host {
                        Host::Tcp(name) => name.clone(),
                        Host::Unix(folder) => folder.display().to_string(),
                    })
                    .collect(),
            ),
        ));
        env.push((
            "PGPORT",
            join(
                server
                    .hosts
                    .iter()
                    .map(|place| place.port.unwrap_or(5432).to_string())
                    .collect(),
            ),
        ));
    }
    let texts = [
        ("PGUSER", server.user.as_deref()),
        (
            "PGPASSWORD",
            server
                .password
                .as_ref()
                .map(super::super::backend::url::Secret::expose),
        ),
        ("PGDATABASE", server.database.as_deref()),
        ("PGOPTIONS", server.options.as_deref()),
        ("PGAPPNAME", server.application_name.as_deref()),
    ];
    env.extend(
        texts
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?.into()))),
    );
    env.push((
        "PGSSLMODE",
        match server.tls.mode {
            TlsMode::Disable => "disable",
            TlsMode::Prefer => "prefer",
            TlsMode::Require => "require",
            TlsMode::VerifyCa => "verify-ca",
            TlsMode::VerifyFull => "verify-full",
        }
        .into(),
    ));
    let files = [
        ("PGSSLROOTCERT", &server.tls.root_cert),
        ("PGSSLCERT", &server.tls.client_cert),
        ("PGSSLKEY", &server.tls.client_key),
    ];
    env.extend(
        files
            .into_iter()
            .filter_map(|(name, path)| Some((name, path.clone()?.into_os_string()))),
    );
    Call {
        programs: &["psql"],
        args: Vec::new(),
        env,
    }
}

/// <https://mariadb.com/kb/en/mariadb-command-line-client/>
fn mysql(server: &ServerUrl) -> Call {
    let mut args: Vec<OsString> = Vec::new();
    let mut option = |name: &str, value: OsString| {
        let mut text = OsString::from(format!("--{name}="));
        text.push(value);
        args.push(text);
    };
    match server.hosts.first().map(|place| (&place.host, place.port)) {
        Some((Host::Tcp(name), port)) => {
            option("host", name.into());
            option("port", port.unwrap_or(3306).to_string().into());
            option("protocol", "tcp".into());
        }
        Some((Host::Unix(socket), _)) => option("socket", socket.clone().into_os_string()),
        None => {}
    }
    if let Some(user) = &server.user {
        option("user", user.into());
    }
    if let Some(path) = &server.tls.root_cert {
        option("ssl-ca", path.clone().into_os_string());
    }
    if let (Some(cert), Some(key)) = (&server.tls.client_cert, &server.tls.client_key) {
        option("ssl-cert", cert.clone().into_os_string());
        option("ssl-key", key.clone().into_os_string());
    }
    if server.tls.mode == TlsMode::VerifyFull {
        args.push("--ssl-verify-server-cert".into());
    }
    args.extend(server.database.iter().map(OsString::from));
    let env = server
        .password
        .iter()
        .map(|password| ("MYSQL_PWD", password.expose().into()))
        .collect();
    Call {
        programs: &["mariadb", "mysql"],
        args,
        env,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::url::Secret;

    #[test]
    fn no_password_is_an_argument() {
        let server = ServerUrl {
            user: Some("app".to_owned()),
            password: Some(Secret::new("s3cret")),
            database: Some("shop".to_owned()),
            ..ServerUrl::default()
        };
        for call in [postgres(&server), mysql(&server)] {
            assert!(
                !call
                    .args
                    .iter()
                    .any(|arg| arg.to_string_lossy().contains("s3cret"))
            );
            assert!(call.env.iter().any(|(_, value)| value == "s3cret"));
        }
    }
}
