//! What is on disk and what is applied: migrations, their order, and the way from one state to another.
//!
//! | module | holds |
//! |---|---|
//! | [`directory`] | reads and validates the migrations folder |
//! | [`header`] | the comment block `manage` writes and trusts |
//! | [`allow`] | the comments by which a file silences checks |
//! | [`lineage`] | parents, heads and order |
//! | [`history`] | what is on disk, crossed with what is applied |
//! | [`target`] | a place in the history, named by a person |
//! | [`broken`] | what stopped halfway, and the ways out |
//! | [`range`] | a stretch of the history, named by a person |
//! | [`plan`] | the steps from here to a target |
//! | [`trust`] | whether headers say enough to apply by them |
//! | [`stamp`] | the way to a target that changes the ledger alone |
//! | [`ledger`] | reads what is applied: Diesel's ledger, and the log |
//! | [`checksum`] | tells two versions of a file apart |
//! | [`squash`] | migrations that replace a range of others |
//! | [`executor`] | runs a plan through Diesel's harness |
//! | [`script`] | a plan as a script for the engine's own client |
//! | [`writer`] | writes a new migration |
//! | [`rebase`] | which migrations move on top of another head, and how they are called then |
//! | [`mover`] | moves their folders |
//! | [`reversal`] | what trying a way back showed |

pub mod allow;
pub mod broken;
pub mod checksum;
pub mod directory;
pub mod executor;
pub mod header;
pub mod history;
pub mod ledger;
pub mod lineage;
pub mod mover;
pub mod plan;
pub mod range;
pub mod rebase;
pub mod reversal;
pub mod script;
pub mod squash;
pub mod stamp;
pub mod target;
pub mod trust;
pub mod writer;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use checksum::Checksum;
use header::Header;

pub use crate::backend::Direction;

/// The version Diesel gives a migration: its folder's name up to the first `_`, without `-`.
///
/// Versions compare as Diesel compares them, as strings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Version(Arc<str>);

impl Version {
    /// A version as the ledger or a header spells it.
    pub fn new(version: impl Into<Arc<str>>) -> Self {
        Self(version.into())
    }

    /// The version of a folder name, by the rule of Diesel's `version_from_string`;
    /// `None` for a name that has none.
    pub fn of_folder(name: &str) -> Option<Self> {
        let version = name.split('_').next()?.replace('-', "");
        (!version.is_empty()).then(|| Self::new(version))
    }

    /// The text Diesel stores.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// How the file of a repeatable migration begins.
pub const REPEATABLE: &str = "R__";

/// Where a migration's SQL comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A folder on disk.
    Folder(PathBuf),
    /// `embed_migrations!`: inside the program.
    Embedded,
    /// A repeatable migration: a file `R__<name>.sql` that runs again whenever it changes.
    Repeatable {
        /// The file.
        path: PathBuf,
    },
    /// The ledger has it, and its folder is gone.
    Gone {
        /// The row of the log that keeps its `down.sql`.
        kept_down: Option<u64>,
    },
}

/// What `metadata.toml` says.
///
/// Diesel reads an absent file as "in a transaction", a file without the key as "outside one", and
/// a file it cannot parse as "in a transaction"; so does this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Metadata {
    /// There is no file.
    Absent,
    /// The key stands there.
    Says {
        /// Its value.
        run_in_transaction: bool,
    },
    /// The file stands there without the key.
    KeyMissing,
    /// The file is not TOML, or the key not a boolean.
    Unparsable {
        /// What the parser says.
        message: String,
        /// Line of the mistake, from 1.
        line: usize,
    },
}

/// One migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Its version.
    pub version: Version,
    /// The folder's name.
    pub name: String,
    /// Where its SQL is.
    pub origin: Origin,
    /// What its header says; empty for a plain Diesel migration.
    pub header: Header,
    /// What its `metadata.toml` says.
    pub metadata: Metadata,
    /// Whether there is a `down.sql`.
    pub reversible: bool,
    /// What tells the text that it runs forwards from others, where that was read.
    pub checksum: Option<Checksum>,
}

impl Migration {
    /// The migrations inside a program, lowest version first.
    pub fn embedded(migrations: &diesel_migrations::EmbeddedMigrations) -> Vec<Self> {
        let mut found: Vec<Self> = crate::backend::embedded(migrations)
            .into_iter()
            .filter_map(|(name, run_in_transaction)| {
                Some(Self {
                    version: Version::of_folder(&name)?,
                    name,
                    origin: Origin::Embedded,
                    header: Header::default(),
                    metadata: Metadata::Says { run_in_transaction },
                    reversible: true,
                    checksum: None,
                })
            })
            .collect();
        found.sort_by(|a, b| a.version.cmp(&b.version));
        found
    }

    /// A repeatable migration of a file's text. The ledger knows nothing of it: its name stands in for
    /// the version.
    pub fn repeatable(path: &Path, name: &str, text: &str) -> Self {
        Self {
            version: Version::new(name),
            name: name.to_owned(),
            origin: Origin::Repeatable {
                path: path.to_owned(),
            },
            header: Header::default(),
            metadata: Metadata::Absent,
            reversible: false,
            checksum: Some(Checksum::of(text)),
        }
    }

    /// A repeatable migration whose file is gone.
    pub fn removed(name: &Version) -> Self {
        Self::repeatable(Path::new(""), name.as_str(), "")
    }

    /// A migration known by its version alone.
    pub fn gone(version: &Version) -> Self {
        Self {
            version: version.clone(),
            name: version.as_str().to_owned(),
            origin: Origin::Gone { kept_down: None },
            header: Header::default(),
            metadata: Metadata::Absent,
            reversible: false,
            checksum: None,
        }
    }

    /// Whether its folder is gone: at most the log knows how to undo it.
    pub fn is_gone(&self) -> bool {
        matches!(self.origin, Origin::Gone { .. })
    }

    /// Whether it runs again whenever it changes, and has no version.
    pub fn is_repeatable(&self) -> bool {
        matches!(self.origin, Origin::Repeatable { .. })
    }

    /// The name behind the version.
    pub fn slug(&self) -> &str {
        let behind = match self.origin {
            Origin::Repeatable { .. } => self.name.split_once("__"),
            _ => self.name.split_once('_'),
        };
        behind.map_or("", |(_, slug)| slug)
    }

    /// What it does, in the author's words: the header's first line, else the slug.
    pub fn message(&self) -> String {
        match &self.header.message {
            Some(message) => message.clone(),
            None => self.slug().replace('_', " "),
        }
    }

    /// Whether Diesel runs it in a transaction.
    pub fn run_in_transaction(&self) -> bool {
        match self.metadata {
            Metadata::Absent | Metadata::Unparsable { .. } => true,
            Metadata::KeyMissing => false,
            Metadata::Says { run_in_transaction } => run_in_transaction,
        }
    }

    /// The file that a direction runs, for a migration on disk.
    pub fn file(&self, direction: Direction) -> Option<PathBuf> {
        if let Origin::Repeatable { path } = &self.origin {
            return (direction == Direction::Forwards).then(|| path.clone());
        }
        self.folder().map(|folder| {
            folder.join(match direction {
                Direction::Forwards => "up.sql",
                Direction::Backwards => "down.sql",
            })
        })
    }

    /// Its folder, or the file of a repeatable one.
    pub fn path(&self) -> Option<&Path> {
        match &self.origin {
            Origin::Folder(path) | Origin::Repeatable { path } => Some(path),
            Origin::Embedded | Origin::Gone { .. } => None,
        }
    }

    /// Its folder, for a migration on disk that has one.
    pub fn folder(&self) -> Option<&Path> {
        match &self.origin {
            Origin::Folder(folder) => Some(folder),
            Origin::Embedded | Origin::Repeatable { .. } | Origin::Gone { .. } => None,
        }
    }
}
