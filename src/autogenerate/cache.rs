//! Schemas that took a scratch database to find out, kept under Cargo's `target/`.
//!
//! What is kept is named by a hash of everything it comes from, so that nothing kept is ever wrong;
//! without a `target/` nothing is kept.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::cargo_target;
use crate::schema::Schema;

/// How many schemas are kept.
const KEPT: usize = 24;

fn folder(root: &Path) -> Option<PathBuf> {
    cargo_target(root).map(|target| target.join("manage"))
}

/// The schema of a key, where it is kept and readable.
pub(super) fn read(root: &Path, key: &str) -> Option<Schema> {
    let text = fs::read(folder(root)?.join(format!("{key}.json"))).ok()?;
    serde_json::from_slice(&text).ok()
}

/// Keeps a schema. What cannot be kept is found out again the next time.
pub(super) fn write(root: &Path, key: &str, schema: &Schema) {
    let Some(folder) = folder(root) else { return };
    let _ = keep(&folder, key, schema);
    let _ = forget_old(&folder);
}

fn keep(folder: &Path, key: &str, schema: &Schema) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let unfinished = folder.join(format!("{key}.{}", std::process::id()));
    fs::write(&unfinished, serde_json::to_vec(schema)?)?;
    fs::rename(&unfinished, folder.join(format!("{key}.json")))
}

fn forget_old(folder: &Path) -> io::Result<()> {
    let mut files: Vec<(SystemTime, PathBuf)> = fs::read_dir(folder)?
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((entry.metadata().ok()?.modified().ok()?, entry.path()))
        })
        .collect();
    files.sort();
    let too_many = files.len().saturating_sub(KEPT);
    for (_, path) in files.into_iter().take(too_many) {
        fs::remove_file(path)?;
    }
    Ok(())
}
