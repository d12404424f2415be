//! Reads the migrations folder: which migrations there are, and what is wrong with their folders.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use super::{Metadata, Migration, Origin, REPEATABLE, Version, checksum::Checksum, header::Header};
use crate::error::FileProblem;

/// How much of an `up.sql` is read to find its header, in bytes.
const HEADER_LIMIT: usize = 8 * 1024;

/// The migrations folder as it stands on disk.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    path: PathBuf,
    migrations: Vec<Migration>,
    repeatables: Vec<Migration>,
    strays: Vec<PathBuf>,
    flaws: Vec<DirectoryError>,
}

/// The SQL files of a migrations folder as they were read, by path.
///
/// The paths are compared byte by byte: that of components takes longer than reading the files.
#[derive(Clone, Debug, Default)]
pub struct Texts(BTreeMap<OsString, Result<String, FileProblem>>);

impl Texts {
    /// What is in a file, or why it cannot be run; none for one that no migration has.
    pub fn get(&self, path: &Path) -> Option<Result<&str, &FileProblem>> {
        self.0
            .get(path.as_os_str())
            .map(|text| text.as_ref().map(String::as_str))
    }
}

/// How much of the SQL files is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The headers.
    Headers,
    /// The whole of every `up.sql`, for its checksum.
    Checksums,
    /// Everything.
    Texts,
}

/// The migrations of a folder that nothing is wrong with.
#[derive(Clone, Debug, Default)]
pub struct Sound {
    /// Those with a version, lowest first.
    pub migrations: Vec<Migration>,
    /// The repeatable ones, by name.
    pub repeatables: Vec<Migration>,
}

/// Why a migrations folder cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// The folder is not there.
    #[error("there is no migrations folder at `{}`", path.display())]
    NoFolder {
        /// Where it should be.
        path: PathBuf,
    },
    /// The folder or something in it cannot be read.
    #[error("cannot read `{}`: {message}", path.display())]
    Unreadable {
        /// What.
        path: PathBuf,
        /// Why, in the system's words.
        message: String,
    },
    /// A sub-folder without `up.sql`; Diesel refuses the whole folder for it.
    #[error("`{}` has no `up.sql`", path.display())]
    NoUp {
        /// The sub-folder.
        path: PathBuf,
    },
    /// A folder whose name gives no version.
    #[error("`{}` has no version before its first `_`", path.display())]
    NoVersion {
        /// The sub-folder.
        path: PathBuf,
    },
    /// A folder name that is not Unicode; the ledger could not hold it.
    #[error("`{}` is not a Unicode name", path.display())]
    NotUnicode {
        /// The sub-folder.
        path: PathBuf,
    },
    /// Two migrations of one version; Diesel silently drops one.
    #[error("{} have the same version {version}", crate::error::and_list(names))]
    Duplicate {
        /// The version.
        version: Version,
        /// The folders.
        names: Vec<String>,
    },
}

impl DirectoryError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoFolder { .. } => {
                "run `manage init` to start a project here, or name the folder with `--project` or `--migrations-dir`".to_owned()
            }
            Self::Unreadable { .. } => return None,
            Self::NoUp { .. } => {
                "write one, or remove the folder: Diesel runs nothing while it is there".to_owned()
            }
            Self::NoVersion { .. } => "name it `<version>_<name>`, as in `2026-01-13-172403-0000_add_users`".to_owned(),
            Self::NotUnicode { .. } => "rename it".to_owned(),
            Self::Duplicate { names, .. } => format!(
                "`manage makemigrations --rebase {}` gives that one a version of its own",
                names.last().map_or("", String::as_str)
            ),
        })
    }
}

impl Directory {
    /// Reads the folder. What is wrong with single migrations is kept in [`Directory::flaws`].
    pub fn read(path: &Path, reading: Reading) -> Result<Self, DirectoryError> {
        Ok(Self::read_to(path, reading)?.0)
    }

    /// The same, with the SQL in the files, each of which is read once.
    pub fn read_with_texts(path: &Path) -> Result<(Self, Texts), DirectoryError> {
        Self::read_to(path, Reading::Texts)
    }

    fn read_to(path: &Path, reading: Reading) -> Result<(Self, Texts), DirectoryError> {
        let found = list(path)?;
        let mut texts = Texts::default();
        let mut directory = Self {
            path: path.to_owned(),
            ..Self::default()
        };
        for path in &found.repeatables {
            match (fs::read(path), repeatable_name(path)) {
                (Ok(bytes), Some(name)) => {
                    let text = String::from_utf8_lossy(&bytes);
                    let repeatable = Migration::repeatable(path, name, &text);
                    directory.repeatables.push(repeatable);
                    if reading == Reading::Texts {
                        texts.0.insert(path.clone().into(), decoded(Ok(bytes)));
                    }
                }
                (Err(error), _) => directory.flaws.push(DirectoryError::Unreadable {
                    path: path.clone(),
                    message: error.to_string(),
                }),
                (Ok(_), None) => {}
            }
        }
        directory.repeatables.sort_by(|a, b| a.name.cmp(&b.name));
        directory.strays = found.strays;
        directory.strays.sort();
        for read in side_by_side(&found.folders, |folder| read_migration(folder, reading)) {
            match read {
                Ok((migration, of_migration)) => {
                    directory.migrations.push(migration);
                    texts.0.extend(of_migration);
                }
                Err(flaw) => directory.flaws.push(flaw),
            }
        }
        directory
            .migrations
            .sort_by(|a, b| (&a.version, &a.name).cmp(&(&b.version, &b.name)));
        directory.flaws.sort_by_key(ToString::to_string);
        directory.flaws.extend(directory.duplicates());
        Ok((directory, texts))
    }

    fn duplicates(&self) -> Vec<DirectoryError> {
        let mut by_version: BTreeMap<&Version, Vec<String>> = BTreeMap::new();
        for migration in &self.migrations {
            by_version
                .entry(&migration.version)
                .or_default()
                .push(migration.name.clone());
        }
        by_version
            .into_iter()
            .filter(|(_, names)| names.len() > 1)
            .map(|(version, names)| DirectoryError::Duplicate {
                version: version.clone(),
                names,
            })
            .collect()
    }

    /// Where the folder is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is wrong with the folder's entries.
    pub fn flaws(&self) -> &[DirectoryError] {
        &self.flaws
    }

    /// The migrations, lowest version first, whatever else is wrong.
    pub fn migrations(&self) -> &[Migration] {
        &self.migrations
    }

    /// The repeatable migrations, by name.
    pub fn repeatables(&self) -> &[Migration] {
        &self.repeatables
    }

    /// The migrations, whatever else is wrong.
    pub(crate) fn whatever(self) -> Sound {
        Sound {
            migrations: self.migrations,
            repeatables: self.repeatables,
        }
    }

    /// SQL files beside the migrations that are none: nothing runs them.
    pub fn strays(&self) -> &[PathBuf] {
        &self.strays
    }

    /// The migrations, provided that nothing is wrong with the folder.
    pub fn sound(self) -> Result<Sound, DirectoryError> {
        match self.flaws.first() {
            None => Ok(self.whatever()),
            Some(flaw) => Err(flaw.clone()),
        }
    }
}

/// The name of a repeatable migration's file: `R__<name>.sql` without the ending.
fn repeatable_name(path: &Path) -> Option<&str> {
    let name = path.file_name()?.to_str()?.strip_suffix(".sql")?;
    let rest = name.strip_prefix(REPEATABLE)?;
    (!rest.is_empty()).then_some(name)
}

/// What a migrations folder holds, in no order.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// The sub-folders that are migrations.
    pub(super) folders: Vec<PathBuf>,
    /// The files that are repeatable migrations.
    pub(super) repeatables: Vec<PathBuf>,
    /// Other SQL files.
    pub(super) strays: Vec<PathBuf>,
}

/// Lists a migrations folder.
pub(super) fn list(path: &Path) -> Result<Listing, DirectoryError> {
    let unreadable = |error: &io::Error| DirectoryError::Unreadable {
        path: path.to_owned(),
        message: error.to_string(),
    };
    let listing = match fs::read_dir(path) {
        Ok(listing) => listing,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(DirectoryError::NoFolder {
                path: path.to_owned(),
            });
        }
        Err(error) => return Err(unreadable(&error)),
    };
    let mut found = Listing::default();
    for entry in listing {
        let entry = entry.map_err(|error| unreadable(&error))?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let path = entry.path();
        let is_folder = match entry.file_type() {
            Ok(kind) if !kind.is_symlink() => kind.is_dir(),
            _ => !path.is_file(),
        };
        if is_folder {
            found.folders.push(path);
        } else if repeatable_name(&path).is_some() {
            found.repeatables.push(path);
        } else if path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("sql"))
        {
            found.strays.push(path);
        }
    }
    Ok(found)
}

/// From how many items on several threads are worth their start.
const MANY: usize = 64;

/// Works on every item, on several threads where there are many: what takes the time with files is
/// the waiting. The results keep the items' order.
pub(crate) fn side_by_side<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get().min(8));
    if items.len() < MANY || threads == 1 {
        return items.iter().map(work).collect();
    }
    let (work, share) = (&work, items.len().div_ceil(threads));
    std::thread::scope(|scope| {
        let workers: Vec<_> = items
            .chunks(share)
            .map(|items| scope.spawn(move || items.iter().map(work).collect::<Vec<R>>()))
            .collect();
        let results = workers.into_iter().map(|worker| match worker.join() {
            Ok(results) => results,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        results.flatten().collect()
    })
}

/// Files and what is in them.
type Read = Vec<(OsString, Result<String, FileProblem>)>;

fn read_migration(folder: &Path, reading: Reading) -> Result<(Migration, Read), DirectoryError> {
    let path = folder.to_owned();
    let Some(name) = folder.file_name().and_then(|name| name.to_str()) else {
        return Err(DirectoryError::NotUnicode { path });
    };
    let up = folder.join("up.sql");
    let read = match reading {
        Reading::Headers => read_head(&up),
        Reading::Checksums | Reading::Texts => read_whole(&up),
    };
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(DirectoryError::NoUp { path });
        }
        Err(error) => {
            return Err(DirectoryError::Unreadable {
                path: up,
                message: error.to_string(),
            });
        }
    };
    let Some(version) = Version::of_folder(name) else {
        return Err(DirectoryError::NoVersion { path });
    };
    // What is not UTF-8 does not matter here.
    let text = String::from_utf8_lossy(&bytes);
    let header = Header::parse(&text);
    let checksum = (reading != Reading::Headers).then(|| Checksum::of(&text));
    let down = folder.join("down.sql");
    let (texts, reversible) = match reading {
        Reading::Headers | Reading::Checksums => (Vec::new(), down.exists()),
        Reading::Texts => {
            let mut texts = vec![(up.into_os_string(), decoded(Ok(bytes)))];
            let backwards = decoded(read_whole(&down));
            let reversible = backwards != Err(FileProblem::Missing);
            if reversible {
                texts.push((down.into_os_string(), backwards));
            }
            (texts, reversible)
        }
    };
    let migration = Migration {
        version,
        name: name.to_owned(),
        header,
        checksum,
        metadata: read_metadata(&folder.join("metadata.toml"))?,
        reversible,
        origin: Origin::Folder(path),
    };
    Ok((migration, texts))
}

/// All bytes of a file.
pub(super) fn read_whole(path: &Path) -> io::Result<Vec<u8>> {
    use io::Read as _;
    // Large enough for nearly every file: `check` reads thousands, and each call to the system counts.
    let mut bytes = Vec::with_capacity(HEADER_LIMIT);
    let file = fs::File::open(path)?;
    file.take(u64::MAX).read_to_end(&mut bytes)?;
    // Thousands may be kept.
    bytes.shrink_to_fit();
    Ok(bytes)
}

/// A migration's file as Diesel would take it.
pub(super) fn decoded(read: io::Result<Vec<u8>>) -> Result<String, FileProblem> {
    let bytes = read.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => FileProblem::Missing,
        _ => FileProblem::Unreadable {
            message: error.to_string(),
        },
    })?;
    if bytes.is_empty() {
        return Err(FileProblem::Empty);
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
        let line = valid.matches('\n').count() + 1;
        FileProblem::NotUtf8 { line }
    })
}

/// The opening bytes of a file.
fn read_head(path: &Path) -> io::Result<Vec<u8>> {
    use io::Read as _;
    // Large from the start: growing it would take more calls than reading does.
    let mut bytes = Vec::with_capacity(HEADER_LIMIT);
    let mut file = fs::File::open(path)?;
    file.by_ref()
        .take(HEADER_LIMIT as u64)
        .read_to_end(&mut bytes)?;
    let is_comment = |line: &[u8]| {
        let line = line.trim_ascii();
        line.is_empty() || line.starts_with(b"--")
    };
    if bytes.len() == HEADER_LIMIT && bytes.split(|byte| *byte == b'\n').all(is_comment) {
        // A squash of hundreds has a long header.
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn read_metadata(path: &Path) -> Result<Metadata, DirectoryError> {
    let text = match fs::read(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Metadata::Absent),
        Err(error) => {
            return Err(DirectoryError::Unreadable {
                path: path.to_owned(),
                message: error.to_string(),
            });
        }
    };
    Ok(parse_metadata(&text))
}

fn parse_metadata(text: &str) -> Metadata {
    #[derive(serde::Deserialize)]
    struct File {
        run_in_transaction: Option<bool>,
    }
    match toml::from_str::<File>(text) {
        Ok(File {
            run_in_transaction: Some(run_in_transaction),
        }) => Metadata::Says { run_in_transaction },
        Ok(File {
            run_in_transaction: None,
        }) => Metadata::KeyMissing,
        Err(error) => Metadata::Unparsable {
            message: error.message().to_owned(),
            line: error.span().map_or(1, |span| {
                text[..span.start.min(text.len())].matches('\n').count() + 1
            }),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_read_as_diesel_reads_it() {
        assert_eq!(
            parse_metadata("run_in_transaction = false"),
            Metadata::Says {
                run_in_transaction: false
            }
        );
        assert_eq!(parse_metadata(""), Metadata::KeyMissing);
        assert!(matches!(
            parse_metadata("\nrun_in_transaction ="),
            Metadata::Unparsable { line: 2, .. }
        ));
        assert!(matches!(
            parse_metadata("run_in_transaction = 1"),
            Metadata::Unparsable { .. }
        ));
    }

    #[test]
    fn several_threads_keep_the_order() {
        for count in [0, 1, MANY - 1, MANY, 1_001] {
            let items: Vec<usize> = (0..count).collect();
            assert_eq!(side_by_side(&items, |item| *item), items);
        }
    }

    #[test]
    fn versions_follow_diesels_rule() {
        for (name, version) in [
            (
                "2026-01-13-172403-0000_add_users",
                Some("202601131724030000"),
            ),
            ("20190101_x", Some("20190101")),
            ("1", Some("1")),
            ("_x", None),
            ("--_x", None),
        ] {
            assert_eq!(
                Version::of_folder(name).as_ref().map(Version::as_str),
                version,
                "{name}"
            );
        }
    }
}
