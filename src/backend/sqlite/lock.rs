//! A lock of the operating system on a file beside the database's. It ends with the process, however
//! that ends; the file says who has it, and is removed by them.
//!
//! The database's own file would not do: SQLite loses its locks on a file when any other handle of it
//! in the same process is closed (<https://www.sqlite.org/howtocorrupt.html>, section 2.2).

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use crate::backend::{
    Database,
    bookkeeping::By,
    failure::{DatabaseError, Trouble},
    lock::{Attempt, Holder, Lock, LockError, State},
    url::SqliteLocation,
};

/// What is added to the database's name.
pub(in crate::backend) const SUFFIX: &str = "-manage-lock";

/// The lock of a file; of a database in memory, which nobody else can reach, it is always free.
pub(in crate::backend) struct FileLock {
    path: Option<PathBuf>,
    held: Option<File>,
    myself: Holder,
}

impl FileLock {
    pub(in crate::backend) fn new(location: &SqliteLocation, by: &By) -> Self {
        Self {
            path: match location {
                SqliteLocation::File(path) => Some(beside(path)),
                SqliteLocation::Memory => None,
            },
            held: None,
            myself: Holder::myself(by),
        }
    }

    fn take(&mut self, path: &Path) -> io::Result<bool> {
        loop {
            let mut options = OpenOptions::new();
            let mut file = options
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(false),
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // Whoever had it before may have removed the file between our opening and our locking it.
            if !is_at(&file, path)? {
                continue;
            }
            self.myself.set_since();
            file.set_len(0)?;
            writeln!(file, "{}", self.myself.line())?;
            self.held = Some(file);
            return Ok(true);
        }
    }
}

/// The file's place: beside the database, links followed, so that every name of it leads to one lock.
fn beside(path: &Path) -> PathBuf {
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut name = OsString::from(real);
    name.push(SUFFIX);
    name.into()
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let ours = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// A file that is open cannot be removed there.
#[cfg(not(unix))]
fn is_at(_file: &File, _path: &Path) -> io::Result<bool> {
    Ok(true)
}

fn failed(path: &Path, error: &io::Error) -> DatabaseError {
    DatabaseError {
        trouble: match error.kind() {
            io::ErrorKind::StorageFull => Trouble::DiskFull,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Trouble::ReadOnly
            }
            _ => Trouble::Other,
        },
        ..DatabaseError::other(format!("{}: {error}", path.display()))
    }
}

impl Lock for FileLock {
    fn attempt(&mut self, _database: &mut dyn Database) -> Result<Attempt, LockError> {
        let Some(path) = self.path.clone() else {
            return Ok(Attempt::Taken);
        };
        match self.take(&path) {
            Ok(true) => Ok(Attempt::Taken),
            Ok(false) => Ok(Attempt::Refused),
            Err(error) => Err(failed(&path, &error).into()),
        }
    }

    fn state(&mut self, _database: &mut dyn Database) -> Result<State, DatabaseError> {
        let Some(path) = &self.path else {
            return Ok(State::Free);
        };
        let mut text = String::new();
        let read = File::open(path).and_then(|mut file| {
            let taken = matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock));
            file.read_to_string(&mut text).map(|_| taken)
        });
        match read {
            Ok(true) => Ok(State::Held(Holder::parse(&text).unwrap_or_default(), None)),
            Ok(false) => Ok(State::Free),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(State::Free),
            Err(error) => Err(failed(path, &error)),
        }
    }

    fn is_held(&mut self, _database: &mut dyn Database) -> Result<bool, DatabaseError> {
        Ok(self.held.is_some() || self.path.is_none())
    }

    /// The file of a process that died is nobody's lock.
    fn tidy(&mut self) -> Result<(), DatabaseError> {
        match self.path.clone().filter(|path| path.exists()) {
            Some(path) => self
                .take(&path)
                .map(drop)
                .map_err(|error| failed(&path, &error)),
            None => Ok(()),
        }
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        if let (Some(file), Some(path)) = (self.held.take(), &self.path) {
            // While it is locked, so that it is ours that goes.
            let _ = fs::remove_file(path);
            drop(file);
        }
    }
}
