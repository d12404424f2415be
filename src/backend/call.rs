//! How an engine's own programs are called, so that they reach the database that `manage` reaches. Secrets go
//! by the environment, never by arguments.

use std::{
    ffi::{OsStr, OsString},
    io,
    path::PathBuf,
    process::{Command, Stdio},
};

use super::url::{Engine, Host, HostPort, Secret, ServerUrl, TargetSessionAttrs, Tls, TlsMode};

/// The arguments and the environment of a program.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// The arguments.
    pub args: Vec<OsString>,
    env: Vec<(&'static str, OsString)>,
    /// Variables that would lead elsewhere.
    unset: &'static [&'static str],
}

impl Call {
    /// A call that says nothing but some arguments.
    pub fn of(args: Vec<OsString>) -> Self {
        Self {
            args,
            ..Self::default()
        }
    }

    /// The call of a program, ready to run.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        for name in self.unset {
            command.env_remove(name);
        }
        command.args(&self.args).envs(self.env.iter().cloned());
        command
    }
}

/// What libpq reads and the settings have resolved already, or never look at.
const LIBPQ: [&str; 16] = [
    "PGCLIENTENCODING",
    "PGCLUSTER",
    "PGCONNECT_TIMEOUT",
    "PGDATABASE",
    "PGHOST",
    "PGHOSTADDR",
    "PGOPTIONS",
    "PGPASSWORD",
    "PGPORT",
    "PGSERVICE",
    "PGSSLCERT",
    "PGSSLKEY",
    "PGSSLMODE",
    "PGSSLROOTCERT",
    "PGTARGETSESSIONATTRS",
    "PGUSER",
];

/// A program that uses libpq: everything is in its environment
/// (<https://www.postgresql.org/docs/current/libpq-envars.html>).
pub fn postgres(server: &ServerUrl) -> Call {
    let mut env: Vec<(&'static str, OsString)> = Vec::new();
    if !server.hosts.is_empty() {
        let join = |part: &dyn Fn(&HostPort) -> String| {
            let parts: Vec<String> = server.hosts.iter().map(part).collect();
            OsString::from(parts.join(","))
        };
        let host = |place: &HostPort| match &place.host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(folder) => folder.display().to_string(),
        };
        env.push(("PGHOST", join(&host)));
        let port = |place: &HostPort| place.port.unwrap_or(5432).to_string();
        env.push(("PGPORT", join(&port)));
    }
    let timeout = server
        .connect_timeout
        .map(|limit| limit.as_secs().to_string());
    let texts = [
        ("PGUSER", server.user.as_deref()),
        ("PGPASSWORD", server.password.as_ref().map(Secret::expose)),
        ("PGDATABASE", server.database.as_deref()),
        ("PGOPTIONS", server.options.as_deref()),
        ("PGAPPNAME", server.application_name.as_deref()),
        ("PGCONNECT_TIMEOUT", timeout.as_deref()),
        (
            "PGTARGETSESSIONATTRS",
            server.target_session_attrs.map(TargetSessionAttrs::word),
        ),
        ("PGSSLMODE", Some(server.tls.mode.word(Engine::Postgres))),
    ];
    env.extend(
        texts
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?.into()))),
    );
    let files = [
        ("PGSSLROOTCERT", authorities(&server.tls)),
        ("PGSSLCERT", server.tls.client_cert.clone()),
        ("PGSSLKEY", server.tls.client_key.clone()),
    ];
    env.extend(
        files
            .into_iter()
            .filter_map(|(name, path)| Some((name, path?.into_os_string()))),
    );
    Call {
        args: Vec::new(),
        env,
        unset: &LIBPQ,
    }
}

/// The authorities to trust, where somebody is to be: `manage` falls back on the system's, the programs on
/// files of their own or on none.
fn authorities(tls: &Tls) -> Option<PathBuf> {
    let checked = tls.effective_mode() >= TlsMode::VerifyCa;
    let system = || openssl_probe::probe().cert_file.filter(|_| checked);
    tls.root_cert.clone().or_else(system)
}

/// Whose program it is: their options differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    /// MariaDB's.
    MariaDb,
    /// MySQL's.
    MySql,
}

impl Maker {
    /// Whose program stands behind a name: `mysql` is MariaDB's own on many systems.
    pub fn of(program: &str) -> io::Result<Self> {
        let version = version(program)?;
        Ok(
            if program.starts_with("mariadb") || version.contains("MariaDB") {
                Self::MariaDb
            } else {
                Self::MySql
            },
        )
    }
}

/// What a program says of its version.
pub fn version(program: impl AsRef<OsStr>) -> io::Result<String> {
    let output = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where a server listens, in the order to try.
pub fn places(server: &ServerUrl) -> Vec<HostPort> {
    if server.hosts.is_empty() {
        return vec![HostPort {
            host: Host::Tcp("localhost".to_owned()),
            port: None,
        }];
    }
    server.hosts.clone()
}

/// A program of MySQL's or MariaDB's, but for the database's name
/// (<https://mariadb.com/kb/en/mariadb-command-line-client/>,
/// <https://dev.mysql.com/doc/refman/8.4/en/connection-options.html>).
pub fn mysql(server: &ServerUrl, place: &HostPort, maker: Maker) -> Call {
    let mut args: Vec<OsString> = Vec::new();
    let mut option = |name: &str, value: OsString| {
        let mut text = OsString::from(format!("--{name}="));
        text.push(value);
        args.push(text);
    };
    match &place.host {
        Host::Tcp(name) => {
            option("host", name.into());
            option("port", place.port.unwrap_or(3306).to_string().into());
            option("protocol", "tcp".into());
        }
        Host::Unix(socket) => option("socket", socket.clone().into_os_string()),
    }
    if let Some(user) = &server.user {
        option("user", user.into());
    }
    if matches!(place.host, Host::Tcp(_)) {
        if let Some(path) = authorities(&server.tls) {
            option("ssl-ca", path.into_os_string());
        }
        if let (Some(cert), Some(key)) = (&server.tls.client_cert, &server.tls.client_key) {
            option("ssl-cert", cert.clone().into_os_string());
            option("ssl-key", key.clone().into_os_string());
        }
        args.extend(encryption(server.tls.effective_mode(), maker));
    }
    let password = server.password.iter();
    Call {
        args,
        env: password
            .map(|password| ("MYSQL_PWD", password.expose().into()))
            .collect(),
        unset: &["MYSQL_PWD"],
    }
}

/// MariaDB's programs know no mode that checks the authority and not the name: they check both.
fn encryption(mode: TlsMode, maker: Maker) -> Vec<OsString> {
    match (maker, mode) {
        (Maker::MySql, TlsMode::Prefer) => vec![],
        (Maker::MySql, mode) => vec![format!("--ssl-mode={}", mode.word(Engine::Mysql)).into()],
        (Maker::MariaDb, TlsMode::Disable) => vec!["--skip-ssl".into()],
        (Maker::MariaDb, TlsMode::Prefer | TlsMode::Require) => {
            vec!["--ssl".into(), "--skip-ssl-verify-server-cert".into()]
        }
        (Maker::MariaDb, TlsMode::VerifyCa | TlsMode::VerifyFull) => {
            vec!["--ssl".into(), "--ssl-verify-server-cert".into()]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_an_argument() {
        let server = ServerUrl {
            user: Some("app".to_owned()),
            password: Some(Secret::new("s3cret")),
            database: Some("shop".to_owned()),
            ..ServerUrl::default()
        };
        let place = places(&server).remove(0);
        for call in [
            postgres(&server),
            mysql(&server, &place, Maker::MariaDb),
            mysql(&server, &place, Maker::MySql),
        ] {
            assert!(
                !call
                    .args
                    .iter()
                    .any(|arg| arg.to_string_lossy().contains("s3cret"))
            );
            assert!(call.env.iter().any(|(_, value)| value == "s3cret"));
        }
    }

    #[test]
    fn what_is_required_of_tls_is_required_of_every_program() {
        let args = |mode, maker| {
            let server = ServerUrl {
                tls: Tls {
                    mode,
                    root_cert: Some("/ca.pem".into()),
                    ..Tls::default()
                },
                ..ServerUrl::default()
            };
            let place = HostPort {
                host: Host::Tcp("db".to_owned()),
                port: Some(3307),
            };
            let call = mysql(&server, &place, maker);
            let words: Vec<_> = call.args.iter().map(|arg| arg.to_string_lossy()).collect();
            words.join(" ")
        };
        let at = "--host=db --port=3307 --protocol=tcp";
        for (mode, maker, expected) in [
            (
                TlsMode::Disable,
                Maker::MySql,
                "--ssl-ca=/ca.pem --ssl-mode=DISABLED",
            ),
            (
                TlsMode::Disable,
                Maker::MariaDb,
                "--ssl-ca=/ca.pem --skip-ssl",
            ),
            (
                TlsMode::Prefer,
                Maker::MariaDb,
                "--ssl-ca=/ca.pem --ssl --skip-ssl-verify-server-cert",
            ),
            // As in libpq, a named authority is checked.
            (
                TlsMode::Require,
                Maker::MySql,
                "--ssl-ca=/ca.pem --ssl-mode=VERIFY_CA",
            ),
            (
                TlsMode::VerifyFull,
                Maker::MySql,
                "--ssl-ca=/ca.pem --ssl-mode=VERIFY_IDENTITY",
            ),
            (
                TlsMode::VerifyFull,
                Maker::MariaDb,
                "--ssl-ca=/ca.pem --ssl --ssl-verify-server-cert",
            ),
        ] {
            assert_eq!(args(mode, maker), format!("{at} {expected}"));
        }
    }
}
