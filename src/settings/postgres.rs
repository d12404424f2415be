//! What PostgreSQL's own clients read for the parts a URL leaves out.
//!
//! <https://www.postgresql.org/docs/current/libpq-envars.html>,
//! <https://www.postgresql.org/docs/current/libpq-pgpass.html>

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    SettingsError, Source, Surroundings, Warning,
    error::reason,
    sources::{Found, Variables},
};
use crate::backend::url::{Keyword, UrlParts, join_clean};

const VARIABLES: &[(&str, Keyword)] = &[
    ("PGHOST", Keyword::Host),
    ("PGPORT", Keyword::Port),
    ("PGUSER", Keyword::User),
    ("PGPASSWORD", Keyword::Password),
    ("PGDATABASE", Keyword::Database),
    ("PGSSLMODE", Keyword::SslMode),
    ("PGSSLROOTCERT", Keyword::SslRootCert),
    ("PGSSLCERT", Keyword::SslCert),
    ("PGSSLKEY", Keyword::SslKey),
    ("PGCONNECT_TIMEOUT", Keyword::ConnectTimeout),
    ("PGAPPNAME", Keyword::ApplicationName),
    ("PGOPTIONS", Keyword::Options),
    ("PGTARGETSESSIONATTRS", Keyword::TargetSessionAttrs),
];

/// The sockets libpq's builds connect to by default; `localhost` means them in a password file.
const DEFAULT_SOCKETS: [&str; 3] = ["/tmp", "/run/postgresql", "/var/run/postgresql"];

/// What was filled in: the variable or `password`, its value as shown, its source.
pub(super) type Filled = Vec<(&'static str, Found)>;

/// Fills the parts that are left out, in libpq's order: variables, the system's user, the
/// password file.
pub(super) fn fill(
    parts: &mut UrlParts,
    root: &Path,
    variables: &Variables,
    surroundings: &Surroundings,
    warnings: &mut Vec<Warning>,
) -> Result<Filled, SettingsError> {
    let mut filled = Filled::new();
    for (name, keyword) in VARIABLES {
        if parts.get(*keyword).is_some() {
            continue;
        }
        if let Some(found) = variables.get(name)? {
            parts.set(*keyword, found.value.clone());
            let value = match keyword {
                Keyword::Password => "***".to_owned(),
                _ => found.value,
            };
            let source = found.source;
            filled.push((*name, Found { value, source }));
        }
    }
    if parts.get(Keyword::User).is_none() {
        let user = ["LOGNAME", "USER", "USERNAME"]
            .iter()
            .find_map(|name| surroundings.text(name));
        parts.set(Keyword::User, user.unwrap_or_default());
    }
    if parts.get(Keyword::Password).is_none()
        && let Some(path) = password_file(root, variables, surroundings)?
        && let Some(password) = from_file(&path, parts, warnings)
    {
        parts.set(Keyword::Password, password);
        let value = "***".to_owned();
        let source = Source::PasswordFile(path);
        filled.push(("PGPASSFILE", Found { value, source }));
    }
    Ok(filled)
}

fn password_file(
    root: &Path,
    variables: &Variables,
    surroundings: &Surroundings,
) -> Result<Option<PathBuf>, SettingsError> {
    Ok(match variables.get("PGPASSFILE")? {
        Some(named) => Some(join_clean(root, Path::new(&named.value))),
        None => surroundings.home.as_ref().map(|home| home.join(".pgpass")),
    })
}

fn from_file(path: &Path, parts: &UrlParts, warnings: &mut Vec<Warning>) -> Option<String> {
    let metadata = fs::metadata(path).ok()?;
    if others_may_read(&metadata) {
        warnings.push(Warning::OpenPasswordFile {
            path: path.to_owned(),
        });
        return None;
    }
    match fs::read(path) {
        Ok(bytes) => password(&String::from_utf8_lossy(&bytes), parts),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            warnings.push(Warning::UnreadablePasswordFile {
                path: path.to_owned(),
                reason: reason(&error),
            });
            None
        }
    }
}

#[cfg(unix)]
fn others_may_read(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn others_may_read(_: &fs::Metadata) -> bool {
    false
}

/// The password of the first line that matches one of the hosts, asked in their order.
fn password(text: &str, parts: &UrlParts) -> Option<String> {
    let user = parts.get(Keyword::User)?;
    let database = parts.get(Keyword::Database).unwrap_or(user);
    let hosts: Vec<&str> = parts
        .get(Keyword::Host)
        .unwrap_or("localhost")
        .split(',')
        .collect();
    let numbers: Vec<&str> = parts
        .get(Keyword::Port)
        .unwrap_or_default()
        .split(',')
        .collect();
    hosts.iter().enumerate().find_map(|(index, host)| {
        let port = match numbers.as_slice() {
            [only] => only,
            several => several.get(index).copied().unwrap_or_default(),
        };
        let port = if port.is_empty() { "5432" } else { port };
        let host = if DEFAULT_SOCKETS.contains(host) {
            "localhost"
        } else {
            host
        };
        let wanted = [host, port, database, user];
        text.lines().find_map(|line| matching(line, &wanted))
    })
}

/// The fifth field of a line whose first four match, `*` matching anything.
fn matching(line: &str, wanted: &[&str; 4]) -> Option<String> {
    if line.starts_with('#') {
        return None;
    }
    let fields = fields(line);
    let (password, places) = fields.split_last()?;
    let same = places.len() == wanted.len()
        && places
            .iter()
            .zip(wanted)
            .all(|(field, wanted)| field.raw == "*" || field.text == **wanted);
    (same && !password.text.is_empty()).then(|| password.text.clone())
}

#[derive(Default)]
struct Field {
    /// As written, in which an escaped `*` is not the wildcard.
    raw: String,
    /// Without backslashes.
    text: String,
}

/// The fields between colons; a backslash takes the next character as it is. As in libpq the
/// fifth ends at its own colon, and what follows is not looked at.
fn fields(line: &str) -> Vec<Field> {
    let mut fields = vec![Field::default()];
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        if c == ':' {
            if fields.len() == 5 {
                break;
            }
            fields.push(Field::default());
            continue;
        }
        let Some(field) = fields.last_mut() else {
            break;
        };
        field.raw.push(c);
        match c {
            '\\' => {
                if let Some(next) = characters.next() {
                    field.raw.push(next);
                    field.text.push(next);
                }
            }
            _ => field.text.push(c),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::backend::url::{Engine, UrlReading};

    fn looked_up(file: &str, url: &str) -> Option<String> {
        match UrlReading::of(url).unwrap() {
            UrlReading::Server(Engine::Postgres, parts) => password(file, &parts),
            _ => None,
        }
    }

    #[test]
    fn a_password_file_follows_libpqs_rules() {
        let file = "# db:5432:shop:app:comment\n\
                    db:5432:shop:app:first\n\
                    db:5432:shop:app:second\n\
                    db:*:*:app:any\\:\\\\port\n\
                    \\*:5432:shop:app:star\n\
                    localhost:5432:shop:app:socket\n\
                    too:few:fields\n";
        let cases = [
            ("postgres://app@db/shop", Some("first")),
            ("postgres://app@db:5433/shop", Some("any:\\port")),
            ("postgres://app@other/shop", None),
            ("postgres://app@/shop", Some("socket")),
            ("postgres://app@/shop?host=/run/postgresql", Some("socket")),
            ("postgres://app@/shop?host=/elsewhere", None),
            ("postgres://other@db/shop", None),
            ("postgres://app@nowhere:1,db:2/x", Some("any:\\port")),
        ];
        for (url, expected) in cases {
            assert_eq!(looked_up(file, url).as_deref(), expected, "{url}");
        }
    }
}
