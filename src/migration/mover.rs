//! Carries out a rebase on disk: all folders are moved, or none.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    rebase::{Move, Rebase, readdressed},
    writer::{Claim, fail, unfinished},
};
use crate::error::{Error, FileProblem};

/// Renames that can be taken back.
#[derive(Default)]
struct Renames(Vec<(PathBuf, PathBuf)>);

impl Renames {
    fn rename(&mut self, from: &Path, to: &Path) -> Result<(), Error> {
        if to.exists() {
            let exists = io::Error::from(io::ErrorKind::AlreadyExists);
            return Err(fail("create", to, &exists));
        }
        fs::rename(from, to).map_err(|error| fail("rename", from, &error))?;
        self.0.push((from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn take_back(&mut self) {
        for (from, to) in self.0.drain(..).rev() {
            // Nothing is left to be done about a rename that works one way only.
            let _ = fs::rename(to, from);
        }
    }
}

impl Claim {
    /// Moves the folders of a rebase: the new ones are written under names that Diesel ignores, then
    /// all change places, then the old ones go.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or written; everything is then as it was.
    pub fn carry_out(&self, rebase: &Rebase) -> Result<Vec<PathBuf>, Error> {
        let new: Vec<(PathBuf, PathBuf)> = rebase
            .moves
            .iter()
            .map(|step| {
                (
                    unfinished(self.path(), &step.name),
                    self.path().join(&step.name),
                )
            })
            .collect();
        let mut renames = Renames::default();
        let moved = self.change_places(rebase, &new, &mut renames);
        let old = match moved {
            Ok(old) => old,
            Err(error) => {
                renames.take_back();
                for (hidden, _) in &new {
                    // What is left has a name that Diesel and we ignore.
                    let _ = fs::remove_dir_all(hidden);
                }
                return Err(error);
            }
        };
        for hidden in old {
            // The same.
            let _ = remove(&hidden);
        }
        if let Some(last) = rebase.moves.last() {
            self.keep_head(&last.version)?;
        }
        Ok(new.into_iter().map(|(_, folder)| folder).collect())
    }

    /// The hidden names of the old folders.
    fn change_places(
        &self,
        rebase: &Rebase,
        new: &[(PathBuf, PathBuf)],
        renames: &mut Renames,
    ) -> Result<Vec<PathBuf>, Error> {
        for (step, (hidden, _)) in rebase.moves.iter().zip(new) {
            if let Some(folder) = step.migration.folder() {
                copy(folder, hidden)?;
                address(step, hidden)?;
            }
        }
        for (hidden, folder) in new {
            renames.rename(hidden, folder)?;
        }
        let mut old = Vec::new();
        for step in &rebase.moves {
            if let Some(folder) = step.migration.folder() {
                let hidden = unfinished(self.path(), &step.migration.name);
                renames.rename(folder, &hidden)?;
                old.push(hidden);
            }
        }
        Ok(old)
    }
}

fn address(step: &Move, folder: &Path) -> Result<(), Error> {
    let path = folder.join("up.sql");
    let bytes = fs::read(&path).map_err(|error| fail("read", &path, &error))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let lines = String::from_utf8_lossy(valid).matches('\n').count();
        Error::File {
            path: step.migration.folder().unwrap_or(folder).join("up.sql"),
            problem: FileProblem::NotUtf8 { line: lines + 1 },
        }
    })?;
    let new = readdressed(&text, &step.version, step.revises.as_deref());
    if new == text {
        return Ok(());
    }
    // The file may be for reading only, as the one it is a copy of.
    let written = fs::metadata(&path).and_then(|old| {
        fs::remove_file(&path)?;
        fs::write(&path, new)?;
        fs::set_permissions(&path, old.permissions())
    });
    written.map_err(|error| fail("write", &path, &error))
}

fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    fs::create_dir(to).map_err(|error| fail("create", to, &error))?;
    let listing = fs::read_dir(from).map_err(|error| fail("read", from, &error))?;
    for entry in listing {
        let path = entry.map_err(|error| fail("read", from, &error))?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            fs::copy(&path, &target).map_err(|error| fail("copy", &path, &error))?;
        }
    }
    Ok(())
}

fn remove(folder: &Path) -> io::Result<()> {
    if fs::symlink_metadata(folder)?.is_symlink() {
        fs::remove_file(folder)
    } else {
        fs::remove_dir_all(folder)
    }
}
