//! A place in the history, as a person names it.

use std::{fmt, str::FromStr};

use super::{
    REPEATABLE, Version,
    history::{Entry, History},
};

/// What stands where a target is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `head`: everything, provided there is one head.
    Head,
    /// `heads`: everything, however many heads.
    Heads,
    /// `base` or `zero`: before the first.
    Base,
    /// `+N` or `-N`: steps from where the database is.
    Relative(i64),
    /// A version, a folder name, or a unique prefix of a version or a slug.
    Named(String),
}

impl FromStr for Target {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "head" => Self::Head,
            "heads" => Self::Heads,
            "base" | "zero" => Self::Base,
            _ if text.starts_with(['+', '-']) => match text.parse() {
                Ok(steps) => Self::Relative(steps),
                Err(_) => Self::Named(text.to_owned()),
            },
            _ => Self::Named(text.to_owned()),
        })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head => f.write_str("head"),
            Self::Heads => f.write_str("heads"),
            Self::Base => f.write_str("base"),
            Self::Relative(steps) => write!(f, "{steps:+}"),
            Self::Named(name) => f.write_str(name),
        }
    }
}

/// Why a name is no place in the history.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Nothing has that name.
    #[error("no migration is named `{name}`")]
    Unknown {
        /// What was asked for.
        name: String,
        /// The names most like it, best first.
        nearest: Vec<String>,
    },
    /// Several have it.
    #[error("`{name}` could be any of {} migrations", candidates.len())]
    Ambiguous {
        /// What was asked for.
        name: String,
        /// Those it fits.
        candidates: Vec<String>,
    },
    /// A migration of that name has no place in the order.
    #[error("`{name}` is repeatable, and no place to migrate to")]
    Repeatable {
        /// Its name.
        name: String,
    },
    /// The newest migration is not one but several.
    #[error("the migrations have {} heads: {}", heads.len(), heads.join(", "))]
    SeveralHeads {
        /// Their names.
        heads: Vec<String>,
    },
    /// A place to go back to that the database has not reached.
    #[error("`{name}` is not applied, so there is nothing to go back to")]
    NotApplied {
        /// Its name.
        name: String,
    },
    /// A squash stands in its place.
    #[error("{name} is replaced by the squash {squash}, and no place of its own any longer")]
    Replaced {
        /// Its name.
        name: String,
        /// The squash's name.
        squash: String,
    },
    /// A place to be that is no longer on disk.
    #[error("`{name}` is gone from the migrations folder")]
    Gone {
        /// Its name, or the version where that is all that is known.
        name: String,
    },
    /// Steps from where the database is, beside other targets.
    #[error("`{target}` counts from where the database is, and cannot stand beside other targets")]
    NotAlone {
        /// The target.
        target: Target,
    },
    /// A relative target that makes no sense for the command.
    #[error("`{target}` goes the wrong way for `{command}`")]
    WrongWay {
        /// The target.
        target: Target,
        /// The command.
        command: &'static str,
    },
    /// A place counted from where the database is, where nobody knows that.
    #[error("`{target}` is counted from where the database is, which a script does not know")]
    Unplaced {
        /// The target.
        target: Target,
    },
    /// A range for a script that leads the other way.
    #[error("`{range}` goes {}", if *command == "rollback" { "backwards" } else { "forwards" })]
    OtherWay {
        /// The range, as it was typed.
        range: String,
        /// The command that goes there.
        command: &'static str,
    },
}

impl TargetError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Unknown { nearest, .. } if nearest.is_empty() => {
                "`manage showmigrations` lists every name".to_owned()
            }
            Self::Unknown { nearest, .. } => {
                format!("did you mean {}?", crate::error::or_list(nearest))
            }
            Self::Ambiguous { candidates, .. } => {
                let shown = candidates.iter().take(10).cloned().collect::<Vec<_>>();
                let more = candidates.len() - shown.len();
                let tail = if more > 0 {
                    format!(" and {more} more")
                } else {
                    String::new()
                };
                format!("it fits {}{tail}: type more of the name", shown.join(", "))
            }
            Self::Repeatable { .. } => {
                "`manage migrate` runs it whenever its file has changed".to_owned()
            }
            Self::SeveralHeads { .. } => {
                format!(
                    "{}; `manage migrate heads` applies them all",
                    crate::error::SEVERAL_HEADS
                )
            }
            Self::NotApplied { .. } => "`manage current` shows where the database is".to_owned(),
            Self::Gone { .. } => {
                "name a migration that is there; `manage showmigrations` lists them".to_owned()
            }
            Self::NotAlone { .. } => "name migrations, `head` or `base`".to_owned(),
            Self::Unplaced { .. } => {
                "name a migration, `head` or `base` before the colon: `--sql FROM:TO`".to_owned()
            }
            Self::OtherWay { range, command } => {
                format!("`manage {command} --sql {range}` writes that script")
            }
            Self::Replaced { squash, .. } => format!("name the squash instead: `{squash}`"),
            Self::WrongWay { command, .. } => match *command {
                "rollback" => "`manage migrate +N` goes forwards".to_owned(),
                _ => "name a migration, `head` or `base`".to_owned(),
            },
        }
    }
}

impl History {
    /// Finds the migration a name means: exactly, else as a unique prefix.
    pub fn find(&self, name: &str) -> Result<Version, TargetError> {
        let entries = self.entries();
        let bare = name.trim_end_matches('/').replace('-', "");
        let folder = name.trim_end_matches('/');
        let exact = entries.iter().find(|e| {
            e.version.as_str() == name || e.version.as_str() == bare || e.name() == folder
        });
        if let Some(entry) = exact {
            return Ok(entry.version.clone());
        }
        let slug = |e: &super::history::Entry<'_>| e.slug().to_owned();
        let tiers: [&dyn Fn(&super::history::Entry<'_>) -> bool; 2] =
            [&|e| slug(e) == folder, &|e| {
                !folder.is_empty()
                    && (e.version.as_str().starts_with(&bare) && !bare.is_empty()
                        || e.name().starts_with(folder)
                        || slug(e).starts_with(folder))
            }];
        for fits in tiers {
            let found: Vec<_> = entries.iter().filter(|e| fits(e)).collect();
            match found.as_slice() {
                [] => {}
                [one] => return Ok(one.version.clone()),
                several => {
                    return Err(TargetError::Ambiguous {
                        name: name.to_owned(),
                        candidates: several.iter().map(|e| e.name().to_owned()).collect(),
                    });
                }
            }
        }
        match self.find_repeatable(folder) {
            Some(name) => Err(TargetError::Repeatable { name }),
            None => Err(TargetError::Unknown {
                name: name.to_owned(),
                nearest: self.nearest(folder),
            }),
        }
    }

    /// The repeatable migration of a name, which may be short of `R__`, of `.sql`, or of its end.
    fn find_repeatable(&self, name: &str) -> Option<String> {
        let repeatables = self.repeatables();
        let wanted = name.strip_suffix(".sql").unwrap_or(name);
        let bare = wanted.strip_prefix(REPEATABLE).unwrap_or(wanted);
        let slug = |entry: &Entry<'_>| {
            let slug = entry.version.as_str().strip_prefix(REPEATABLE);
            slug.unwrap_or_default().to_owned()
        };
        let exact = repeatables.iter().find(|entry| slug(entry) == bare);
        let mut begin = repeatables
            .iter()
            .filter(|entry| !bare.is_empty() && slug(entry).starts_with(bare));
        let found = exact.or_else(|| match (begin.next(), begin.next()) {
            (Some(one), None) => Some(one),
            _ => None,
        });
        found.map(|entry| entry.version.to_string())
    }

    /// The place in the history that a name means: a migration that no squash stands in place of.
    pub fn place(&self, name: &str) -> Result<Version, TargetError> {
        let version = self.find(name)?;
        match self.replaced_by(&version) {
            None => Ok(version),
            Some(squash) => Err(TargetError::Replaced {
                name: self.entry(&version).name().to_owned(),
                squash: self.entry(squash).name().to_owned(),
            }),
        }
    }

    fn nearest(&self, name: &str) -> Vec<String> {
        let mut scored: Vec<(f64, String)> = self
            .entries()
            .iter()
            .chain(&self.repeatables())
            .map(|e| {
                let score = strsim::jaro_winkler(name, e.slug())
                    .max(strsim::jaro_winkler(name, e.name()))
                    .max(strsim::jaro_winkler(name, e.version.as_str()));
                (score, e.name().to_owned())
            })
            .filter(|(score, _)| *score > 0.75)
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        scored.into_iter().take(3).map(|(_, name)| name).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::migration::lineage::tests::migration;

    fn history() -> History {
        let named = |version: &str, name: &str| {
            let mut m = migration(version, None);
            name.clone_into(&mut m.name);
            m
        };
        History::new(
            [
                named("202601010000000000", "2026-01-01-000000-0000_add_users"),
                named(
                    "202601020000000000",
                    "2026-01-02-000000-0000_add_users_email",
                ),
                named("202702030000000000", "2027-02-03-000000-0000_drop_temp"),
            ],
            [],
        )
    }

    #[test]
    fn names_in_every_form() {
        for (text, version) in [
            ("202601010000000000", "202601010000000000"),
            ("2026-01-01-000000-0000_add_users", "202601010000000000"),
            ("2026-01-01-000000-0000_add_users/", "202601010000000000"),
            ("2026-01-02", "202601020000000000"),
            ("2027", "202702030000000000"),
            ("add_users", "202601010000000000"),
            ("add_users_", "202601020000000000"),
            ("drop", "202702030000000000"),
        ] {
            assert_eq!(history().find(text).unwrap().as_str(), version, "{text}");
        }
    }

    #[test]
    fn ambiguous_names_list_what_they_fit() {
        assert!(
            matches!(history().find("2026"), Err(TargetError::Ambiguous { candidates, .. }) if candidates.len() == 2)
        );
        assert!(matches!(
            history().find("add"),
            Err(TargetError::Ambiguous { .. })
        ));
    }

    #[test]
    fn unknown_names_suggest_the_nearest() {
        let Err(TargetError::Unknown { nearest, .. }) = history().find("dorp_temp") else {
            panic!("found");
        };
        assert_eq!(nearest, ["2027-02-03-000000-0000_drop_temp"]);
    }

    #[test]
    fn words_and_steps() {
        for (text, target) in [
            ("head", Target::Head),
            ("heads", Target::Heads),
            ("base", Target::Base),
            ("zero", Target::Base),
            ("+2", Target::Relative(2)),
            ("-1", Target::Relative(-1)),
            ("2026", Target::Named("2026".to_owned())),
        ] {
            assert_eq!(text.parse::<Target>().unwrap(), target);
        }
    }
}
