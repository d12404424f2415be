//! A URL's text, taken apart.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::{
    DatabaseUrl, Engine, SqliteLocation, UrlError,
    parameters::{Keyword, Meaning, UrlParts, is_host, meaning},
};

/// What a URL says, before the parts it leaves out are filled in.
#[derive(Clone, PartialEq, Eq)]
pub enum UrlReading {
    /// A SQLite database: nothing to fill in.
    Sqlite(SqliteLocation),
    /// A server's parts.
    Server(Engine, UrlParts),
}

impl UrlReading {
    /// Takes a URL apart.
    pub fn of(text: &str) -> Result<Self, UrlError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(UrlError::Empty);
        }
        match scheme(text) {
            Some((name, rest)) => {
                let (dialect, driver) = match name.split_once('+') {
                    Some((dialect, _)) => (dialect, true),
                    None => (name, false),
                };
                match Engine::from_scheme(dialect) {
                    Some(Engine::Sqlite) => sqlite(rest, driver),
                    Some(engine) => match rest.strip_prefix("//") {
                        Some(rest) => server(engine, rest),
                        None => Err(UrlError::NoSlashes {
                            scheme: name.to_ascii_lowercase(),
                        }),
                    },
                    None if rest.starts_with("//") => Err(UrlError::UnknownScheme {
                        scheme: dialect.to_ascii_lowercase(),
                    }),
                    None => bare(text),
                }
            }
            None => bare(text),
        }
    }

    /// The typed value, with nothing more filled in.
    pub fn finish(self) -> Result<DatabaseUrl, UrlError> {
        match self {
            Self::Sqlite(location) => Ok(DatabaseUrl::Sqlite(location)),
            Self::Server(engine, parts) => parts.into_url(engine),
        }
    }
}

/// `scheme:rest`; a single letter is a Windows drive.
fn scheme(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once(':')?;
    let mut letters = name.chars();
    let valid = name.len() > 1
        && letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c));
    valid.then_some((name, rest))
}

/// A path that can only be a SQLite file.
fn bare(text: &str) -> Result<UrlReading, UrlError> {
    if text == ":memory:" {
        return Ok(UrlReading::Sqlite(SqliteLocation::Memory));
    }
    let lower = text.to_ascii_lowercase();
    let file = [".db", ".sqlite", ".sqlite3"]
        .iter()
        .any(|extension| lower.ends_with(extension));
    // `user:password@host/x.db` has lost its scheme; as a path its password would be shown.
    if file && !(text.contains('@') && text.contains(':')) {
        Ok(UrlReading::Sqlite(SqliteLocation::File(text.into())))
    } else {
        Err(UrlError::NoScheme)
    }
}

/// Everything after `sqlite:`. With a driver the slashes follow SQLAlchemy, where the third one
/// belongs to the URL and not to the path:
/// <https://docs.sqlalchemy.org/en/20/core/engines.html#sqlite>.
fn sqlite(rest: &str, driver: bool) -> Result<UrlReading, UrlError> {
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = match place.strip_prefix("//") {
        Some("" | "/") if driver => Cow::Borrowed(":memory:"),
        Some(path) if driver => Cow::Borrowed(path.strip_prefix('/').unwrap_or(path)),
        Some(path) => match path.strip_prefix('/') {
            Some(tail) if is_relative(tail) => Cow::Borrowed(tail),
            Some(tail) => Cow::Owned(format!("/{}", tail.trim_start_matches('/'))),
            None => Cow::Borrowed(path),
        },
        None => Cow::Borrowed(place),
    };
    let path = decoded(&path, "file name")?;
    let mut memory = path == ":memory:";
    for (name, value) in pairs(query) {
        if matches!(meaning(Engine::Sqlite, name)?, Meaning::Mode) {
            match value {
                "memory" => memory = true,
                "" | "rw" | "rwc" => {}
                _ => {
                    return Err(UrlError::BadValue {
                        parameter: "mode",
                        expected: "rwc, rw or memory",
                    });
                }
            }
        }
    }
    if memory {
        Ok(UrlReading::Sqlite(SqliteLocation::Memory))
    } else if path.is_empty() || path.ends_with('/') {
        Err(UrlError::NoFile)
    } else {
        Ok(UrlReading::Sqlite(SqliteLocation::File(path.into())))
    }
}

/// What is relative even after three slashes: nobody's file lives in `/.`.
fn is_relative(tail: &str) -> bool {
    let drive = cfg!(windows) && tail.as_bytes().get(1) == Some(&b':');
    drive || tail.starts_with("./") || tail.starts_with("../") || tail == ":memory:"
}

/// Everything after `postgres://` and the like. `#` means nothing here, as in libpq.
fn server(engine: Engine, rest: &str) -> Result<UrlReading, UrlError> {
    let (head, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut parts = UrlParts::default();
    read_head(head, &mut parts).map_err(|error| {
        // A raw `?` in the password cuts the URL in the wrong place: host and port are the
        // beginning of the credentials.
        if !head.contains('@') && query.contains('@') {
            UrlError::UnencodedPassword
        } else {
            error
        }
    })?;
    read_query(engine, query, &mut parts)?;
    Ok(UrlReading::Server(engine, parts))
}

struct Head<'a> {
    credentials: Option<&'a str>,
    hosts: &'a str,
    database: &'a str,
}

fn read_head(head: &str, parts: &mut UrlParts) -> Result<(), UrlError> {
    let head = split_head(head)?;
    if let Some(credentials) = head.credentials {
        let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
        parts.set(Keyword::User, decoded(user, "user name")?);
        parts.set(Keyword::Password, decoded(password, "password")?);
    }
    if !head.hosts.is_empty() {
        let mut hosts = Vec::new();
        let mut numbers = Vec::new();
        for place in head.hosts.split(',') {
            let (host, port) = host_and_port(place)?;
            hosts.push(host);
            numbers.push(port);
        }
        // An empty host is libpq's default one; among several it is a slip.
        if hosts.len() > 1 && hosts.iter().any(String::is_empty) {
            return Err(UrlError::BadHost);
        }
        parts.set(Keyword::Host, hosts.join(","));
        if numbers.iter().any(|port| !port.is_empty()) {
            parts.set(Keyword::Port, numbers.join(","));
        }
    }
    // A parameter behind a wrong sign may be a password, and a name is shown.
    if let Some((_, after)) = head.database.split_once('&')
        && after.contains('=')
    {
        return Err(UrlError::StrayParameter);
    }
    parts.set(Keyword::Database, decoded(head.database, "database name")?);
    Ok(())
}

/// Tells credentials, hosts and database apart, where a raw password may hold `@` and `/`.
///
/// As long as the last `@` comes before the first `/` there is one reading. Otherwise either the
/// password reaches up to the last `@`, or the `@` is part of the database's name. The first
/// needs a `:` before the `/`; the second a plain host before it, and no further `/`, nor a `:`: with
/// one it looks like `user:password@host` behind a slash too many. When both would do, or neither, the URL
/// is refused.
fn split_head(head: &str) -> Result<Head<'_>, UrlError> {
    let after = |at: usize| head.get(at + 1..).unwrap_or_default();
    let before = |at: usize| head.get(..at).unwrap_or_default();
    let split_rest = |credentials, rest: &'_ str| -> (Option<&str>, usize) {
        (credentials, rest.find('/').unwrap_or(rest.len()))
    };
    let whole = |at: Option<usize>| {
        let rest = at.map_or(head, after);
        let (credentials, slash) = split_rest(at.map(before), rest);
        Head {
            credentials,
            hosts: rest.get(..slash).unwrap_or_default(),
            database: rest.get(slash + 1..).unwrap_or_default(),
        }
    };
    let last_at = head.rfind('@');
    let (Some(at), Some(slash)) = (last_at, head.find('/')) else {
        return Ok(whole(last_at));
    };
    if at < slash {
        return Ok(whole(last_at));
    }
    let first = before(slash);
    let hosts = first
        .rfind('@')
        .map_or(first, |at| first.get(at + 1..).unwrap_or_default());
    let in_password = first.contains(':');
    let in_name = are_hosts(hosts) && !after(slash).contains(['/', ':']);
    match (in_password, in_name) {
        (true, false) => Ok(whole(last_at)),
        (false, true) => Ok(Head {
            credentials: first.rfind('@').map(before),
            hosts,
            database: after(slash),
        }),
        _ => Err(UrlError::UnencodedPassword),
    }
}

fn are_hosts(text: &str) -> bool {
    text.is_empty()
        || text.split(',').all(|place| {
            host_and_port(place).is_ok_and(|(host, port)| {
                (is_host(&host) || host.starts_with('/') || host.is_empty())
                    && port.bytes().all(|byte| byte.is_ascii_digit())
            })
        })
}

/// `host`, `host:port`, `[v6]`, `[v6]:port`; the host decoded, since a socket's folder is written
/// `%2Frun%2Fpostgresql`.
fn host_and_port(place: &str) -> Result<(String, &str), UrlError> {
    let (host, port) = if let Some(rest) = place.strip_prefix('[') {
        let (address, port) = rest.split_once(']').ok_or(UrlError::BadHost)?;
        match port.strip_prefix(':') {
            Some(port) => (address, port),
            None if port.is_empty() => (address, ""),
            None => return Err(UrlError::BadHost),
        }
    } else {
        place.split_once(':').unwrap_or((place, ""))
    };
    let host = decoded(host, "host")?;
    // A comma would turn one host into two further on.
    if host.contains(',') {
        return Err(UrlError::BadHost);
    }
    Ok((host, port))
}

fn read_query(engine: Engine, query: &str, parts: &mut UrlParts) -> Result<(), UrlError> {
    let mut address = None;
    let mut rest = query;
    for (name, value) in pairs(query) {
        let meaning = meaning(engine, name).map_err(|error| {
            let plain = name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
            // What follows a raw `?` in a password looks like parameters up to the `@`.
            if rest.contains('@') || !plain {
                UrlError::UnencodedPassword
            } else {
                error
            }
        })?;
        rest = rest.split_once('&').map_or("", |(_, rest)| rest);
        let value = decoded(value, "value of a parameter")?;
        match meaning {
            Meaning::Sets(keyword) => parts.set(keyword, value),
            Meaning::Address => address = Some(value),
            Meaning::Ssl => match value.as_str() {
                "true" | "1" => parts.set(Keyword::SslMode, "require"),
                "false" | "0" => parts.set(Keyword::SslMode, "disable"),
                _ => parts.set(Keyword::SslMode, value),
            },
            Meaning::Mode | Meaning::Ignored | Meaning::Unsupported => {}
        }
    }
    if let Some(address) = address
        && parts.get(Keyword::Host).is_none()
    {
        parts.set(Keyword::Host, address);
    }
    Ok(())
}

/// The `name=value` pairs of a query; `+` is a plus sign, as in libpq.
fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// Percent-decoded text. A `%` without two hex digits stands for itself.
fn decoded(text: &str, part: &'static str) -> Result<String, UrlError> {
    let text = percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| UrlError::BadEncoding { part })?;
    if text.contains('\0') {
        return Err(UrlError::BadEncoding { part });
    }
    Ok(text.into_owned())
}
