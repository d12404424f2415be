//! Backups: a copy of a whole database in one file, made by SQLite itself or by the engine's own program.
//!
//! It is written beside its place under another name, readable by its owner alone from the beginning, and gets
//! its own name once it is whole and on the disk. On every other way out, nothing is left of it.

mod dump;
mod error;

use std::{
    fs::{self, File},
    io::{ErrorKind, Write as _},
    mem,
    path::{Path, PathBuf},
    process::Child,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tempfile::NamedTempFile;

pub use error::BackupError;

use super::{
    Access, Database, open,
    url::{DatabaseUrl, Engine, SqliteLocation},
};

/// What is being made, for [`abandon`].
#[derive(Default)]
struct UnderWay {
    file: Option<PathBuf>,
    program: Option<Child>,
}

static UNDER_WAY: Mutex<UnderWay> = Mutex::new(UnderWay {
    file: None,
    program: None,
});

fn under_way() -> MutexGuard<'static, UnderWay> {
    UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends the program that makes a backup, and removes what there is of it. No other can be begun or finished
/// afterwards: the program is about to end.
pub fn abandon() {
    let mut under_way = under_way();
    if let Some(mut program) = under_way.program.take() {
        // It may have ended by itself.
        let _ = program.kill();
        let _ = program.wait();
    }
    if let Some(file) = under_way.file.take() {
        let _ = fs::remove_file(journal(&file));
        let _ = fs::remove_file(file);
    }
    mem::forget(under_way);
}

/// What SQLite keeps beside a file that it writes.
fn journal(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push("-journal");
    name.into()
}

/// Whether there is anything to keep: a SQLite file that was only just created holds nothing.
pub fn is_worthwhile(url: &DatabaseUrl, database: &mut dyn Database) -> Result<bool, BackupError> {
    let DatabaseUrl::Sqlite(SqliteLocation::File(_)) = url else {
        return Ok(true);
    };
    let pages =
        database.pairs("SELECT CAST(page_count AS TEXT) AS a, '' AS b FROM pragma_page_count")?;
    Ok(pages.first().is_none_or(|(pages, _)| pages != "0"))
}

/// The name of a backup that was given none: the database's, a moment, and what kind of file it is.
pub fn file_name(url: &DatabaseUrl, moment: &str) -> String {
    let (name, kind) = match url {
        DatabaseUrl::Sqlite(SqliteLocation::Memory) => (None, "db"),
        DatabaseUrl::Sqlite(SqliteLocation::File(path)) => {
            (path.file_stem().map(|stem| stem.to_string_lossy()), "db")
        }
        DatabaseUrl::Postgres(_) => (url.database_name(), "dump"),
        DatabaseUrl::Mysql(_) => (url.database_name(), "sql"),
    };
    let name: String = name
        .unwrap_or_default()
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || "-_.".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    format!("{}-{moment}.{kind}", name.trim_start_matches('.'))
}

/// A path that nothing has yet: the given one, or the same with a number.
pub fn unused(path: &Path) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_os_string();
    let mut unused = path.to_owned();
    let mut number = 1;
    while fs::symlink_metadata(&unused).is_ok() {
        number += 1;
        let mut name = stem.clone();
        name.push(format!("-{number}."));
        name.push(path.extension().unwrap_or_default());
        unused = path.with_file_name(name);
    }
    unused
}

/// Makes a folder for backups, where it is not there: for its owner alone, and kept out of version control.
pub fn make_folder(folder: &Path) -> Result<(), BackupError> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .recursive(true)
        .create(folder)
        .map_err(|error| BackupError::io("create the folder", folder, &error))?;
    let ignore = folder.join(".gitignore");
    File::create_new(&ignore)
        .and_then(|mut file| file.write_all(b"*\n"))
        .map_err(|error| BackupError::io("write", &ignore, &error))
}

/// Writes a backup, and says how many bytes it has. The path is absolute, and nothing is there yet.
///
/// `database` is a connection to the same database; SQLite and the programs open one of their own.
pub fn write(
    url: &DatabaseUrl,
    on_connect: &[String],
    database: &mut dyn Database,
    path: &Path,
) -> Result<u64, BackupError> {
    if matches!(url, DatabaseUrl::Sqlite(SqliteLocation::Memory)) {
        return Err(BackupError::InMemory);
    }
    if fs::symlink_metadata(path).is_ok() {
        return Err(BackupError::Exists {
            path: path.to_owned(),
        });
    }
    let partial = Partial::begin(path)?;
    match url {
        DatabaseUrl::Sqlite(_) => sqlite(url, on_connect, partial.path())?,
        DatabaseUrl::Postgres(server) => dump::postgres(server, database, partial.file())?,
        DatabaseUrl::Mysql(server) => dump::mysql(server, partial.file())?,
    }
    partial.keep(path)
}

/// A backup that is being written; removed where it is not kept.
struct Partial {
    file: Option<NamedTempFile>,
    path: PathBuf,
}

impl Partial {
    fn begin(path: &Path) -> Result<Self, BackupError> {
        let folder = path.parent().unwrap_or(Path::new("/"));
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mut under_way = under_way();
        let file = tempfile::Builder::new()
            .prefix(&format!(".{name}."))
            .suffix(".part")
            .tempfile_in(folder)
            .map_err(|error| {
                if folder.is_dir() {
                    BackupError::io("write", path, &error)
                } else {
                    BackupError::NoFolder {
                        path: folder.to_owned(),
                    }
                }
            })?;
        let path = file.path().to_owned();
        under_way.file = Some(path.clone());
        Ok(Self {
            file: Some(file),
            path,
        })
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn file(&self) -> Option<&File> {
        self.file.as_ref().map(NamedTempFile::as_file)
    }

    fn keep(mut self, path: &Path) -> Result<u64, BackupError> {
        let failed = |error: &std::io::Error| BackupError::io("write", path, error);
        let Some(file) = self.file.take() else {
            return Ok(0);
        };
        file.as_file().sync_all().map_err(|error| failed(&error))?;
        let bytes = file.as_file().metadata().map_err(|error| failed(&error))?;
        let under_way = under_way();
        file.persist_noclobber(path)
            .map_err(|error| match error.error.kind() {
                ErrorKind::AlreadyExists => BackupError::Exists {
                    path: path.to_owned(),
                },
                _ => failed(&error.error),
            })?;
        drop(under_way);
        #[cfg(unix)]
        if let Some(folder) = path.parent() {
            File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(|error| failed(&error))?;
        }
        Ok(bytes.len())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        let mut under_way = under_way();
        // There is one only where SQLite was stopped.
        let _ = fs::remove_file(journal(&self.path));
        self.file = None;
        under_way.file = None;
    }
}

/// <https://www.sqlite.org/lang_vacuum.html#vacuum_with_an_into_clause>: a consistent copy, whoever else reads
/// or writes meanwhile.
fn sqlite(url: &DatabaseUrl, on_connect: &[String], path: &Path) -> Result<(), BackupError> {
    let Some(text) = path.to_str() else {
        return Err(BackupError::Io {
            doing: "write",
            path: path.to_owned(),
            message: "the path is not UTF-8".to_owned(),
        });
    };
    let mut database = open(url, Access::Look, on_connect, None, &mut |_| {})?;
    let before = complaints(&mut *database)?;
    database.execute(&format!("VACUUM INTO '{}'", text.replace('\'', "''")))?;
    let copy = DatabaseUrl::Sqlite(SqliteLocation::File(path.to_owned()));
    let mut copy = open(&copy, Access::Look, &[], None, &mut |_| {})?;
    let after = complaints(&mut *copy)?;
    if before == after {
        return Ok(());
    }
    let said = before
        .iter()
        .find(|said| !after.contains(said))
        .or(after.first());
    Err(BackupError::Damaged {
        said: said.cloned().unwrap_or_default(),
    })
}

/// What SQLite has against a file: rows that break a constraint, which a copy breaks too; or damage, of which
/// a copy makes something else (<https://www.sqlite.org/pragma.html#pragma_quick_check>).
fn complaints(database: &mut dyn Database) -> Result<Vec<String>, BackupError> {
    let found = database.pairs("SELECT quick_check AS a, '' AS b FROM pragma_quick_check")?;
    let lines = found.iter().flat_map(|(said, _)| said.lines());
    Ok(lines
        .filter(|line| !line.starts_with("***"))
        .map(str::to_owned)
        .collect())
}

/// What brings a database back to a backup, as something to type. `database` is how a person would name it.
pub fn restoring(engine: Engine, file: &str, database: &str) -> String {
    let file = quoted(file);
    match engine {
        Engine::Sqlite => format!("`manage dropdb`, then `cp {file} {}`", quoted(database)),
        Engine::Postgres => format!(
            "`manage dropdb`, `manage createdb`, then `pg_restore --file=- {file} | manage dbshell -- --quiet --set=ON_ERROR_STOP=1`"
        ),
        Engine::Mysql => {
            format!("`manage dropdb`, `manage createdb`, then `manage dbshell < {file}`")
        }
    }
}

/// A word that a shell reads as it is.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./".contains(c);
    if text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_name_says_what_and_when() {
        for (url, name) in [
            ("sqlite://data/app.sqlite3", "app-NOW.db"),
            ("postgres://localhost/shop", "shop-NOW.dump"),
            ("mysql://localhost/a%2Fb%20c", "a_b_c-NOW.sql"),
            ("postgres://localhost/..%2Fup", "_up-NOW.dump"),
        ] {
            let url = DatabaseUrl::parse(url).unwrap();
            assert_eq!(file_name(&url, "NOW"), name);
        }
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app-1.db");
        assert_eq!(unused(&path), path);
        fs::write(&path, "").unwrap();
        let second = unused(&path);
        assert_eq!(second, folder.path().join("app-1-2.db"));
        fs::write(second, "").unwrap();
        assert_eq!(unused(&path), folder.path().join("app-1-3.db"));
    }

    #[test]
    fn what_is_to_be_typed_survives_the_shell() {
        assert_eq!(
            restoring(Engine::Sqlite, "a b/it's.db", "app.db"),
            r"`manage dropdb`, then `cp 'a b/it'\''s.db' app.db`"
        );
    }
}
