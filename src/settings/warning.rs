//! What is odd about the settings without being wrong.

use std::path::PathBuf;

use super::Source;

/// Something to tell the user before a command runs. Names and places only, never a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// A URL and parts in the same source that name different databases.
    #[error("{origin} has both a database URL and `{part}`, which disagree; the URL is used")]
    Disagreement {
        /// The source.
        origin: Source,
        /// The first part that differs.
        part: String,
    },
    /// Parts without `DB_CONNECTION`, while a URL or the default names the database.
    #[error(
        "`{part}` ({origin}) is not used, because {} names the database",
        named(used)
    )]
    UnusedPart {
        /// The part.
        part: String,
        /// Where it comes from.
        origin: Source,
        /// The source that is used instead.
        used: Source,
    },
    /// `MIGRATION_DATABASE_URL` comes from a weaker source than the database and names another.
    #[error(
        "commands that change things use `MIGRATION_DATABASE_URL` ({origin}), which names another \
         database than `DATABASE_URL` ({used})"
    )]
    OtherMigrationDatabase {
        /// Where `MIGRATION_DATABASE_URL` comes from.
        origin: Source,
        /// Where the database comes from.
        used: Source,
    },
    /// PostgreSQL's clients ignore a password file that others may read, and so do we.
    #[error("the password file `{}` is ignored: others may read it", path.display())]
    OpenPasswordFile {
        /// The file.
        path: PathBuf,
    },
    /// A password file that cannot be read.
    #[error("the password file `{}` is ignored: {reason}", path.display())]
    UnreadablePasswordFile {
        /// The file.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
}

fn named(source: &Source) -> String {
    match source {
        Source::Default => "the default".to_owned(),
        source => source.to_string(),
    }
}

impl Warning {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::OpenPasswordFile { path } => Some(format!("chmod 0600 {}", path.display())),
            Self::Disagreement { .. } => Some("remove one of them".to_owned()),
            Self::UnusedPart { .. } => {
                Some("set `DB_CONNECTION` in the same place or above to use the parts".to_owned())
            }
            Self::OtherMigrationDatabase { .. } => {
                Some("set both in the same place, or use `--database-url`".to_owned())
            }
            Self::UnreadablePasswordFile { .. } => None,
        }
    }
}
