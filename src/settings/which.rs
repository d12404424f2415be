//! Which of the databases in `manage.toml` a command is about.

use super::{SettingsError, Source, file::ManageToml, sources::Found};
use crate::backend::url::nearest;

/// Which of the databases in `manage.toml` is meant.
pub(super) enum Which {
    /// The default one, which the environment may override; with its name, if it has a table.
    Default(Option<Found>),
    /// Another, picked by a flag.
    Other(Found),
    /// There are several and no default.
    Undecided(Vec<String>),
}

impl Which {
    /// The picked name and its source.
    pub(super) fn name(&self) -> Option<&Found> {
        match self {
            Self::Default(name) => name.as_ref(),
            Self::Other(name) => Some(name),
            Self::Undecided(_) => None,
        }
    }
}

/// Picks among the databases of `manage.toml`.
pub(super) fn pick(flag: Option<&str>, manage_toml: &ManageToml) -> Result<Which, SettingsError> {
    let tables = &manage_toml.databases;
    let names = || tables.keys().cloned().collect::<Vec<_>>();
    let known = |name: &str| {
        if tables.contains_key(name) {
            Ok(())
        } else {
            Err(SettingsError::UnknownDatabase {
                name: name.to_owned(),
                nearest: nearest(name, tables.keys().map(String::as_str)),
                known: names(),
            })
        }
    };
    let written = manage_toml
        .default
        .as_deref()
        .filter(|name| !name.is_empty());
    let default = match (written, tables.len()) {
        (Some(name), 0) => Some((name.to_owned(), key("default"))),
        (Some(name), _) => {
            known(name)?;
            Some((name.to_owned(), key("default")))
        }
        (None, 1) => tables
            .keys()
            .next()
            .map(|name| (name.clone(), key(&format!("[databases.{name}]")))),
        (None, _) => None,
    };
    let flag = flag.filter(|name| !name.is_empty());
    let is_default = |name: &str| default.as_ref().is_some_and(|(own, _)| own == name);
    Ok(match flag {
        Some(name) => {
            if !is_default(name) {
                known(name)?;
            }
            let found = Found {
                value: name.to_owned(),
                source: Source::Flag("--database"),
            };
            if is_default(name) {
                Which::Default(Some(found))
            } else {
                Which::Other(found)
            }
        }
        None if default.is_none() && tables.len() > 1 => Which::Undecided(names()),
        None => Which::Default(default.map(|(value, source)| Found { value, source })),
    })
}

fn key(key: &str) -> Source {
    Source::ManageToml {
        key: key.to_owned(),
    }
}
