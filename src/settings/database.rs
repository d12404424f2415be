//! Which database: the first source with a URL, or parts put together.
//!
//! The sources are asked in their order. The first that has a URL wins, unless the sources above
//! it have parts that include `DB_CONNECTION`: then the parts win, each from the first of those
//! sources that has it. Below a URL nothing counts, and beside it in the same source neither;
//! so `DB_PASSWORD` from the environment completes `DB_HOST` from `.env`, and neither changes a
//! URL.

use std::{collections::BTreeMap, path::Path};

use super::{
    SettingsError, Source, Surroundings, Warning,
    file::{DatabaseTable, ManageToml, interpolated},
    postgres::{self, Filled},
    sources::{Found, Layer, Variables, secret_file},
    which::Which,
};
use crate::backend::url::{
    DatabaseUrl, Engine, Keyword, SqliteLocation, UrlError, UrlParts, UrlReading,
};

/// The default database, in the project root.
const DEFAULT_FILE: &str = "app.db";
const CONNECTION: &str = "DB_CONNECTION";

/// The parts: variable, key in `manage.toml`, what it sets.
const PARTS: &[(&str, &str, Option<Keyword>)] = &[
    (CONNECTION, "connection", None),
    ("DB_HOST", "host", Some(Keyword::Host)),
    ("DB_PORT", "port", Some(Keyword::Port)),
    ("DB_DATABASE", "database", Some(Keyword::Database)),
    ("DB_USERNAME", "username", Some(Keyword::User)),
    ("DB_PASSWORD", "password", Some(Keyword::Password)),
];

/// Where databases are looked for.
pub(super) struct Context<'a> {
    pub(super) root: &'a Path,
    pub(super) variables: &'a Variables,
    pub(super) surroundings: &'a Surroundings,
    pub(super) manage_toml: &'a ManageToml,
}

/// A database and how it was found.
#[derive(Clone)]
pub(super) struct Database {
    pub(super) url: Result<DatabaseUrl, SettingsError>,
    pub(super) source: Source,
    /// The variables that fill it in, as shown.
    pub(super) details: Filled,
}

/// What one source says about the database.
#[derive(Default)]
struct Candidate {
    url: Option<(String, Found)>,
    parts: Vec<(&'static str, Found)>,
}

type Merged = BTreeMap<&'static str, Found>;

impl Context<'_> {
    /// The database of a command: `--database-url`, or what the sources say.
    pub(super) fn database(
        &self,
        flag: Option<&str>,
        which: &Which,
        warnings: &mut Vec<Warning>,
    ) -> Database {
        if let Some(text) = flag.filter(|text| !text.is_empty()) {
            let found = Found {
                value: text.to_owned(),
                source: Source::Flag("--database-url"),
            };
            return self.of_url("--database-url", found, warnings);
        }
        self.chosen(which, warnings)
            .unwrap_or_else(|error| Database {
                url: Err(error),
                source: Source::Default,
                details: Filled::new(),
            })
    }

    /// How strong the source of a database is; see [`Variables::rank`].
    pub(super) fn rank(&self, database: &Database) -> usize {
        let connection = database
            .details
            .iter()
            .find(|(name, _)| *name == CONNECTION);
        let source = connection.map_or(&database.source, |(_, found)| &found.source);
        self.variables.rank(source)
    }

    /// A database that only ever comes as a URL in a variable.
    pub(super) fn variable(&self, name: &str, warnings: &mut Vec<Warning>) -> Option<Database> {
        match self.variables.get_or_file(name, self.root) {
            Ok(found) => Some(self.of_url(name, found?, warnings)),
            Err(error) => Some(Database {
                url: Err(error),
                source: Source::Default,
                details: Filled::new(),
            }),
        }
    }

    fn chosen(
        &self,
        which: &Which,
        warnings: &mut Vec<Warning>,
    ) -> Result<Database, SettingsError> {
        let mut merged = Merged::new();
        let layers = self.variables.layers.iter();
        let variables = layers.map(|layer| self.of_layer(layer, which));
        // Lazily: a lower source may be unreadable as long as it is not needed.
        let table = std::iter::once_with(|| self.of_table(which));
        for candidate in variables.chain(table) {
            let candidate = match candidate {
                Ok(candidate) => candidate,
                // A URL below the parts, which nobody needs.
                Err(SettingsError::UnsetVariable { .. }) if merged.contains_key(CONNECTION) => {
                    break;
                }
                Err(error) => return Err(error),
            };
            if let Some((name, url)) = candidate.url {
                if merged.contains_key(CONNECTION) {
                    break;
                }
                unused(&merged, &url.source, warnings);
                warnings.extend(self.disagreement(&url, &candidate.parts));
                return Ok(self.of_url(&name, url, warnings));
            }
            for (name, part) in candidate.parts {
                merged.entry(name).or_insert(part);
            }
        }
        if merged.contains_key(CONNECTION) {
            return Ok(self.of_parts(&merged, warnings));
        }
        if let Some((part, found)) = ["DB_HOST", "DB_DATABASE"]
            .iter()
            .find_map(|part| merged.get_key_value(part))
        {
            return Err(SettingsError::NoConnection {
                part: (*part).to_owned(),
                origin: found.source.clone(),
            });
        }
        match which {
            Which::Undecided(known) => Err(SettingsError::NoDefaultDatabase {
                known: known.clone(),
            }),
            Which::Other(name) => Err(SettingsError::NoUrl {
                variable: own_variable(&name.value),
                name: name.value.clone(),
            }),
            Which::Default(_) => {
                unused(&merged, &Source::Default, warnings);
                let file = SqliteLocation::File(DEFAULT_FILE.into());
                Ok(Database {
                    url: Ok(DatabaseUrl::Sqlite(file).resolved_against(self.root)),
                    source: Source::Default,
                    details: Filled::new(),
                })
            }
        }
    }

    fn of_layer(&self, layer: &Layer, which: &Which) -> Result<Candidate, SettingsError> {
        if let Which::Other(name) = which {
            let variable = own_variable(&name.value);
            let url = layer.get_or_file(&variable, self.root)?;
            return Ok(Candidate {
                url: url.map(|url| (variable, url)),
                parts: Vec::new(),
            });
        }
        let url = layer.get_or_file("DATABASE_URL", self.root)?;
        let mut parts = Vec::new();
        for (name, ..) in PARTS {
            match layer.get_or_file(name, self.root) {
                Ok(part) => parts.extend(part.map(|part| (*name, part))),
                // Beside a URL the parts are only compared.
                Err(_) if url.is_some() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Candidate {
            url: url.map(|url| ("DATABASE_URL".to_owned(), url)),
            parts,
        })
    }

    fn of_table(&self, which: &Which) -> Result<Candidate, SettingsError> {
        let picked = which.name().and_then(|name| {
            let table = self.manage_toml.databases.get(&name.value)?;
            Some((name.value.as_str(), table))
        });
        match picked {
            Some((name, table)) => self.of_keys(name, table),
            None => Ok(Candidate::default()),
        }
    }

    fn of_keys(&self, name: &str, table: &DatabaseTable) -> Result<Candidate, SettingsError> {
        let value = |key: &str, text: Option<&String>| -> Result<Option<Found>, SettingsError> {
            let key = format!("[databases.{name}] {key}");
            let Some(text) = text else { return Ok(None) };
            let lookup = |name: &str| {
                Ok(self
                    .variables
                    .get_or_file(name, self.root)?
                    .map(|found| found.value))
            };
            let value = interpolated(text, lookup, |variable| SettingsError::UnsetVariable {
                variable: variable.to_owned(),
                key: key.clone(),
            })?;
            let source = Source::ManageToml { key };
            Ok((!value.is_empty()).then_some(Found { value, source }))
        };
        let file = |key: &str, text: Option<&String>| match value(key, text)? {
            Some(named) => secret_file(key.to_owned(), named, self.root),
            None => Ok(None),
        };
        let or_file = |key: &str, text, file_key: &str, path| match value(key, text)? {
            Some(found) => Ok(Some(found)),
            None => file(file_key, path),
        };
        let url = or_file(
            "url",
            table.url.as_ref(),
            "url_file",
            table.url_file.as_ref(),
        )?;
        let number = table.port.map(|port| port.to_string());
        let mut parts = Vec::new();
        for (variable, key, keyword) in PARTS {
            let part = match keyword {
                None => value(key, table.connection.as_ref()),
                Some(Keyword::Host) => value(key, table.host.as_ref()),
                Some(Keyword::Port) => value(key, number.as_ref()),
                Some(Keyword::Database) => value(key, table.database.as_ref()),
                Some(Keyword::User) => value(key, table.username.as_ref()),
                Some(_) => {
                    let path = table.password_file.as_ref();
                    or_file(key, table.password.as_ref(), "password_file", path)
                }
            };
            match part {
                Ok(part) => parts.extend(part.map(|part| (*variable, part))),
                Err(_) if url.is_some() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Candidate {
            url: url.map(|url| (format!("[databases.{name}] url"), url)),
            parts,
        })
    }

    fn of_url(&self, name: &str, url: Found, warnings: &mut Vec<Warning>) -> Database {
        let source = url.source;
        match UrlReading::of(&url.value) {
            Ok(reading) => self.filled(name, source, reading, Filled::new(), warnings),
            Err(error) => broken(name, source, error),
        }
    }

    fn of_parts(&self, merged: &Merged, warnings: &mut Vec<Warning>) -> Database {
        let names = || merged.keys().map(|name| (*name).to_owned()).collect();
        let source = Source::Parts(names());
        let mut parts = UrlParts::default();
        let mut details = Filled::new();
        let mut engine = None;
        for (name, _, keyword) in PARTS {
            let Some(found) = merged.get(name) else {
                continue;
            };
            let mut shown = found.clone();
            match keyword {
                None => match Engine::from_scheme(&found.value) {
                    Some(known) => engine = Some(known),
                    None => {
                        return Database {
                            url: Err(SettingsError::UnknownConnection {
                                name: (*name).to_owned(),
                                origin: found.source.clone(),
                            }),
                            source,
                            details,
                        };
                    }
                },
                Some(keyword) => parts.set(*keyword, found.value.clone()),
            }
            if *keyword == Some(Keyword::Password) {
                "***".clone_into(&mut shown.value);
            }
            details.push((name, shown));
        }
        let reading = match engine {
            Some(Engine::Sqlite) | None => {
                if parts.get(Keyword::Database).is_none() {
                    parts.set(Keyword::Database, DEFAULT_FILE);
                }
                // A file name as it is: nothing in it is an address.
                match parts.into_url(Engine::Sqlite) {
                    Ok(DatabaseUrl::Sqlite(location)) => UrlReading::Sqlite(location),
                    Ok(_) => return broken("DB_DATABASE", source, UrlError::NoFile),
                    Err(error) => return broken("DB_DATABASE", source, error),
                }
            }
            Some(engine) => UrlReading::Server(engine, parts),
        };
        let mut database = self.filled("DB_CONNECTION", source, reading, details, warnings);
        if let Err(SettingsError::Url { name, error, .. }) = &mut database.url {
            let culprit = match error {
                UrlError::BadHost => "DB_HOST",
                UrlError::BadPort | UrlError::PortCount { .. } => "DB_PORT",
                _ => name.as_str(),
            };
            *name = culprit.to_owned();
        }
        database
    }

    /// Completes a reading, with PostgreSQL's variables where it is one.
    fn filled(
        &self,
        name: &str,
        source: Source,
        reading: UrlReading,
        mut details: Filled,
        warnings: &mut Vec<Warning>,
    ) -> Database {
        let mut name = name.to_owned();
        let url = match reading {
            UrlReading::Server(Engine::Postgres, mut parts) => {
                let own = parts.clone().into_url(Engine::Postgres);
                let filled = postgres::fill(
                    &mut parts,
                    self.root,
                    self.variables,
                    self.surroundings,
                    warnings,
                );
                match filled {
                    Ok(filled) => {
                        if own.is_ok() && !filled.is_empty() {
                            let names: Vec<&str> = filled.iter().map(|(name, _)| *name).collect();
                            name = names.join("`, `");
                        }
                        details.extend(filled);
                        parts.into_url(Engine::Postgres)
                    }
                    Err(error) => {
                        return Database {
                            url: Err(error),
                            source,
                            details,
                        };
                    }
                }
            }
            reading => reading.finish(),
        };
        Database {
            url: url
                .map(|url| url.resolved_against(self.root))
                .map_err(|error| SettingsError::Url {
                    name,
                    origin: source.clone(),
                    error,
                }),
            source,
            details,
        }
    }

    /// The first part that says something else than the URL beside it.
    fn disagreement(&self, url: &Found, parts: &[(&'static str, Found)]) -> Option<Warning> {
        let reading = UrlReading::of(&url.value).ok()?;
        let differs = |(name, part): &&(&'static str, Found)| {
            let keyword = PARTS.iter().find(|(own, ..)| own == name)?.2;
            let part = part.value.as_str();
            Some(match (&reading, keyword) {
                (UrlReading::Sqlite(_), None) => Engine::from_scheme(part) != Some(Engine::Sqlite),
                (UrlReading::Sqlite(SqliteLocation::File(file)), Some(Keyword::Database)) => {
                    self.root.join(file) != self.root.join(part)
                }
                (UrlReading::Sqlite(SqliteLocation::Memory), Some(Keyword::Database)) => {
                    part != ":memory:"
                }
                (UrlReading::Sqlite(_), Some(_)) => false,
                (UrlReading::Server(engine, _), None) => Engine::from_scheme(part) != Some(*engine),
                (UrlReading::Server(engine, own), Some(Keyword::Port)) => {
                    let usual = if *engine == Engine::Mysql {
                        "3306"
                    } else {
                        "5432"
                    };
                    own.get(Keyword::Port).unwrap_or(usual) != part
                }
                (UrlReading::Server(_, own), Some(keyword)) => own.get(keyword) != Some(part),
            })
        };
        let (part, _) = parts.iter().find(|part| differs(part) == Some(true))?;
        Some(Warning::Disagreement {
            origin: url.source.clone(),
            part: (*part).to_owned(),
        })
    }
}

fn broken(name: &str, source: Source, error: UrlError) -> Database {
    Database {
        url: Err(SettingsError::Url {
            name: name.to_owned(),
            origin: source.clone(),
            error,
        }),
        source,
        details: Filled::new(),
    }
}

/// Parts above the winning source that have no `DB_CONNECTION`.
fn unused(merged: &Merged, used: &Source, warnings: &mut Vec<Warning>) {
    warnings.extend(merged.iter().map(|(part, found)| Warning::UnusedPart {
        part: (*part).to_owned(),
        origin: found.source.clone(),
        used: used.clone(),
    }));
}

/// The variable with the URL of a database that is not the default one.
fn own_variable(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| {
            if c.is_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect();
    format!("DATABASE_URL_{name}")
}
