//! The parts of a server's URL under libpq's keywords, from any source, and how they become a
//! typed value.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use super::{
    DatabaseUrl, Engine, Host, HostPort, Secret, ServerUrl, SqliteLocation, TargetSessionAttrs,
    Tls, TlsMode, UrlError,
};

/// What PostgreSQL shows for the session unless the URL says otherwise.
pub(super) const APPLICATION_NAME: &str = "manage";

/// One part of a server's URL, under the name libpq has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keyword {
    /// Hosts, comma separated; an absolute path is a socket.
    Host,
    /// Ports, comma separated: one for all hosts or one each.
    Port,
    /// User name.
    User,
    /// Password.
    Password,
    /// Database name; for SQLite the file.
    Database,
    /// `sslmode`.
    SslMode,
    /// `sslrootcert`.
    SslRootCert,
    /// `sslcert`.
    SslCert,
    /// `sslkey`.
    SslKey,
    /// `connect_timeout`, in seconds.
    ConnectTimeout,
    /// `application_name`.
    ApplicationName,
    /// `options`.
    Options,
    /// `target_session_attrs`.
    TargetSessionAttrs,
}

/// Parts by keyword, decoded. An empty value is an absent one.
///
/// Without `Debug` or `Display`: one of the values is a password.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct UrlParts(BTreeMap<Keyword, String>);

impl UrlParts {
    /// The value of a part.
    pub fn get(&self, keyword: Keyword) -> Option<&str> {
        self.0.get(&keyword).map(String::as_str)
    }

    /// Sets a part, replacing what was there; an empty value is ignored.
    pub fn set(&mut self, keyword: Keyword, value: impl Into<String>) {
        let value = value.into();
        if !value.is_empty() {
            self.0.insert(keyword, value);
        }
    }

    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The typed value these parts add up to.
    pub fn into_url(self, engine: Engine) -> Result<DatabaseUrl, UrlError> {
        match engine {
            Engine::Sqlite => Ok(DatabaseUrl::Sqlite(match self.get(Keyword::Database) {
                Some(":memory:") => SqliteLocation::Memory,
                Some(path) => SqliteLocation::File(path.into()),
                None => return Err(UrlError::NoFile),
            })),
            Engine::Postgres => self.into_server(engine).map(DatabaseUrl::Postgres),
            Engine::Mysql => self.into_server(engine).map(DatabaseUrl::Mysql),
        }
    }

    fn into_server(mut self, engine: Engine) -> Result<ServerUrl, UrlError> {
        let hosts = self.hosts(engine)?;
        let tls = self.tls()?;
        let connect_timeout = self.connect_timeout()?;
        let target_session_attrs = self.target_session_attrs()?;
        let mut take = |keyword| self.0.remove(&keyword);
        let user = take(Keyword::User);
        let database = take(Keyword::Database);
        let application_name = take(Keyword::ApplicationName);
        Ok(ServerUrl {
            hosts,
            password: take(Keyword::Password).map(Secret::new),
            options: take(Keyword::Options),
            tls,
            connect_timeout,
            target_session_attrs,
            // libpq: the database defaults to the user's name.
            database: match engine {
                Engine::Postgres => database.or_else(|| user.clone()),
                Engine::Mysql | Engine::Sqlite => database,
            },
            application_name: match engine {
                Engine::Postgres => application_name.or_else(|| Some(APPLICATION_NAME.to_owned())),
                Engine::Mysql | Engine::Sqlite => application_name,
            },
            user,
        })
    }

    fn hosts(&self, engine: Engine) -> Result<Vec<HostPort>, UrlError> {
        let ports: Vec<Option<u16>> = match self.get(Keyword::Port) {
            Some(ports) => ports.split(',').map(port).collect::<Result<_, _>>()?,
            None => Vec::new(),
        };
        let hosts: Vec<&str> = match self.get(Keyword::Host) {
            Some(hosts) => hosts.split(',').collect(),
            None if ports.iter().any(Option::is_some) => vec!["localhost"],
            None => return Ok(Vec::new()),
        };
        if ports.len() > 1 && ports.len() != hosts.len() {
            return Err(UrlError::PortCount {
                hosts: hosts.len(),
                ports: ports.len(),
            });
        }
        let port_of = |index: usize| match ports.as_slice() {
            [] => None,
            [only] => *only,
            several => several.get(index).copied().flatten(),
        };
        hosts
            .into_iter()
            .enumerate()
            .map(|(index, text)| {
                let host = host(text)?;
                let port = match (&host, engine) {
                    (Host::Unix(_), Engine::Mysql) => None,
                    _ => port_of(index),
                };
                Ok(HostPort { host, port })
            })
            .collect()
    }

    fn tls(&self) -> Result<Tls, UrlError> {
        let mode = self.get(Keyword::SslMode).map(tls_mode).transpose()?;
        let file = |keyword| self.get(keyword).map(PathBuf::from);
        // libpq: `system` trusts the system's authorities, and then only the full check will do.
        let system = self.get(Keyword::SslRootCert) == Some("system");
        if system && mode.is_some_and(|mode| mode != TlsMode::VerifyFull) {
            return Err(UrlError::BadValue {
                parameter: "sslmode",
                expected: "verify-full when `sslrootcert` is `system`",
            });
        }
        Ok(Tls {
            mode: match (mode, system) {
                (_, true) => TlsMode::VerifyFull,
                (mode, false) => mode.unwrap_or_default(),
            },
            root_cert: file(Keyword::SslRootCert).filter(|_| !system),
            client_cert: file(Keyword::SslCert),
            client_key: file(Keyword::SslKey),
        })
    }

    /// libpq: zero, negative or absent waits for as long as it takes.
    fn connect_timeout(&self) -> Result<Option<Duration>, UrlError> {
        let Some(text) = self.get(Keyword::ConnectTimeout) else {
            return Ok(None);
        };
        let seconds: i32 = text.trim().parse().map_err(|_| UrlError::BadValue {
            parameter: "connect_timeout",
            expected: "a whole number of seconds",
        })?;
        Ok(u64::try_from(seconds)
            .ok()
            .filter(|seconds| *seconds > 0)
            .map(Duration::from_secs))
    }

    fn target_session_attrs(&self) -> Result<Option<TargetSessionAttrs>, UrlError> {
        let Some(text) = self.get(Keyword::TargetSessionAttrs) else {
            return Ok(None);
        };
        TargetSessionAttrs::WORDS
            .into_iter()
            .find(|(word, _)| *word == text)
            .map(|(_, value)| Some(value))
            .ok_or(UrlError::BadValue {
                parameter: "target_session_attrs",
                expected: "any, read-write, read-only, primary, standby or prefer-standby",
            })
    }
}

fn port(text: &str) -> Result<Option<u16>, UrlError> {
    match text.trim() {
        "" => Ok(None),
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => match digits.parse() {
            Ok(0) | Err(_) => Err(UrlError::BadPort),
            Ok(port) => Ok(Some(port)),
        },
        _ => Err(UrlError::BadPort),
    }
}

fn host(text: &str) -> Result<Host, UrlError> {
    if text.starts_with('/') {
        return Ok(Host::Unix(text.into()));
    }
    let name = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    if is_host(name) {
        Ok(Host::Tcp(name.to_owned()))
    } else {
        Err(UrlError::BadHost)
    }
}

/// A name (also an international one), an IPv4 address, or an IPv6 address with or without zone.
pub(super) fn is_host(name: &str) -> bool {
    let (address, zone) = name.split_once('%').unwrap_or((name, ""));
    if address.contains(':') {
        return address.parse::<std::net::Ipv6Addr>().is_ok()
            && zone
                .chars()
                .all(|c| c.is_alphanumeric() || "-_.".contains(c));
    }
    !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || "-_.".contains(c))
}

fn tls_mode(text: &str) -> Result<TlsMode, UrlError> {
    match text.to_ascii_lowercase().replace('_', "-").as_str() {
        "disable" | "disabled" => Ok(TlsMode::Disable),
        "allow" | "prefer" | "preferred" => Ok(TlsMode::Prefer),
        "require" | "required" => Ok(TlsMode::Require),
        "verify-ca" => Ok(TlsMode::VerifyCa),
        "verify-full" | "verify-identity" => Ok(TlsMode::VerifyFull),
        _ => Err(UrlError::BadValue {
            parameter: "sslmode",
            expected: "disable, prefer, require, verify-ca or verify-full",
        }),
    }
}

/// What a query parameter means here.
#[derive(Clone, Copy)]
pub(super) enum Meaning {
    /// The part of that name.
    Sets(Keyword),
    /// An address to connect to where `host` is absent (libpq's `hostaddr`).
    Address,
    /// `true` or `false`, or an `sslmode`.
    Ssl,
    /// For SQLite: `mode`.
    Mode,
    /// Known to some client, and of no consequence here: pools, caches, keep-alives; the
    /// connection always speaks UTF-8.
    Ignored,
    /// Known, and not to be ignored in silence.
    Unsupported,
}

use Meaning::{Address, Ignored, Mode, Sets, Ssl, Unsupported};

const SERVER: &[(&str, Meaning)] = &[
    ("host", Sets(Keyword::Host)),
    ("port", Sets(Keyword::Port)),
    ("user", Sets(Keyword::User)),
    ("username", Sets(Keyword::User)),
    ("password", Sets(Keyword::Password)),
    ("dbname", Sets(Keyword::Database)),
    ("database", Sets(Keyword::Database)),
    ("sslmode", Sets(Keyword::SslMode)),
    ("sslrootcert", Sets(Keyword::SslRootCert)),
    ("sslcert", Sets(Keyword::SslCert)),
    ("sslkey", Sets(Keyword::SslKey)),
    ("ssl", Ssl),
    ("connect_timeout", Sets(Keyword::ConnectTimeout)),
    ("connection_limit", Ignored),
    ("pool_timeout", Ignored),
    ("sslcrl", Unsupported),
];

/// <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS>
const POSTGRES: &[(&str, Meaning)] = &[
    ("hostaddr", Address),
    ("application_name", Sets(Keyword::ApplicationName)),
    ("options", Sets(Keyword::Options)),
    ("target_session_attrs", Sets(Keyword::TargetSessionAttrs)),
    ("fallback_application_name", Ignored),
    ("channel_binding", Ignored),
    ("client_encoding", Ignored),
    ("gssdelegation", Ignored),
    ("gssencmode", Ignored),
    ("gsslib", Ignored),
    ("keepalives", Ignored),
    ("keepalives_count", Ignored),
    ("keepalives_idle", Ignored),
    ("keepalives_interval", Ignored),
    ("krbsrvname", Ignored),
    ("load_balance_hosts", Ignored),
    ("max_protocol_version", Ignored),
    ("min_protocol_version", Ignored),
    ("ssl_max_protocol_version", Ignored),
    ("ssl_min_protocol_version", Ignored),
    ("sslcertmode", Ignored),
    ("sslcompression", Ignored),
    ("sslnegotiation", Ignored),
    ("sslsni", Ignored),
    ("tcp_user_timeout", Ignored),
    ("async_fallback", Ignored),
    ("pgbouncer", Ignored),
    ("prepared_statement_cache_size", Ignored),
    ("prepared_statement_name_func", Ignored),
    ("statement_cache_size", Ignored),
    ("passfile", Unsupported),
    ("replication", Unsupported),
    ("require_auth", Unsupported),
    ("requirepeer", Unsupported),
    ("service", Unsupported),
    ("sslcrldir", Unsupported),
    ("sslpassword", Unsupported),
];

/// <https://dev.mysql.com/doc/refman/en/connection-options.html> and the drivers' own.
const MYSQL: &[(&str, Meaning)] = &[
    ("socket", Sets(Keyword::Host)),
    ("unix_socket", Sets(Keyword::Host)),
    ("db", Sets(Keyword::Database)),
    ("ssl-mode", Sets(Keyword::SslMode)),
    ("ssl-ca", Sets(Keyword::SslRootCert)),
    ("ssl-cert", Sets(Keyword::SslCert)),
    ("ssl-key", Sets(Keyword::SslKey)),
    ("connection_timeout", Sets(Keyword::ConnectTimeout)),
    ("autocommit", Ignored),
    ("binary_prefix", Ignored),
    ("charset", Ignored),
    ("collation", Ignored),
    ("compress", Ignored),
    ("get-server-public-key", Ignored),
    ("local_infile", Ignored),
    ("read_timeout", Ignored),
    ("ssl-cipher", Ignored),
    ("tls-version", Ignored),
    ("use_unicode", Ignored),
    ("write_timeout", Ignored),
    ("ssl-capath", Unsupported),
    ("ssl-crlpath", Unsupported),
];

/// SQLite's URI parameters and those of sqlx and SQLAlchemy.
const SQLITE: &[(&str, Meaning)] = &[
    ("mode", Mode),
    ("cache", Ignored),
    ("check_same_thread", Ignored),
    ("connection_limit", Ignored),
    ("timeout", Ignored),
    ("uri", Ignored),
    ("immutable", Unsupported),
    ("nolock", Unsupported),
    ("vfs", Unsupported),
];

fn parameters(engine: Engine) -> impl Iterator<Item = &'static (&'static str, Meaning)> {
    let (common, own) = match engine {
        Engine::Sqlite => (&[][..], SQLITE),
        Engine::Postgres => (SERVER, POSTGRES),
        Engine::Mysql => (SERVER, MYSQL),
    };
    own.iter().chain(common)
}

/// The meaning of a parameter; `ssl-mode`, `ssl_mode` and `sslMode` are one name.
pub(super) fn meaning(engine: Engine, name: &str) -> Result<Meaning, UrlError> {
    let plain = |name: &str| name.to_ascii_lowercase().replace(['-', '_'], "");
    let wanted = plain(name);
    match parameters(engine).find(|(known, _)| plain(known) == wanted) {
        Some((_, Unsupported)) => Err(UrlError::UnsupportedParameter {
            name: name.to_owned(),
        }),
        Some((_, meaning)) => Ok(*meaning),
        None => Err(UrlError::UnknownParameter {
            name: name.to_owned(),
            nearest: nearest(name, parameters(engine).map(|(known, _)| *known)),
        }),
    }
}

/// The candidate that looks most like `name`, if any looks like it at all.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    let name = name.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            (
                strsim::jaro_winkler(&name, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(likeness, _)| *likeness >= 0.8)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, candidate)| candidate.to_owned())
}
