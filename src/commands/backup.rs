//! `--backup`: a copy of the database before anything touches it; without the copy, nothing does.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use time::{OffsetDateTime, macros::format_description};

use super::Context;
use crate::{
    backend::{
        Database, backup,
        url::{DatabaseUrl, SqliteLocation},
    },
    cli,
    error::Error,
    ui,
};

/// Where a backup is wanted.
#[derive(Clone, Copy)]
pub(super) enum Wish<'a> {
    /// Under a new name in the folder of the settings.
    Somewhere,
    /// In this file, or under a new name in this folder.
    At(&'a Path),
}

/// What the options and the settings ask for.
pub(super) fn wish<'a>(args: &'a cli::Backup, context: &Context<'_>) -> Option<Wish<'a>> {
    match &args.backup {
        Some(path) if !path.is_empty() => Some(Wish::At(Path::new(path))),
        Some(_) => Some(Wish::Somewhere),
        None if args.no_backup => None,
        None => context.settings().backs_up().then_some(Wish::Somewhere),
    }
}

/// Writes the backup that is wanted, and says where it is and how to go back to it.
pub(super) fn write(
    context: &Context<'_>,
    wish: Option<Wish<'_>>,
    database: &mut dyn Database,
) -> Result<Option<PathBuf>, Error> {
    let (ui, settings) = (context.ui, context.settings());
    let Some(wish) = wish else { return Ok(None) };
    let url = settings.migration_database()?;
    if !backup::is_worthwhile(url, database)? {
        ui.note("There is nothing to back up yet.");
        return Ok(None);
    }
    let path = place(context, wish, url)?;
    let progress = ui.progress(1);
    progress.doing("backing up");
    let start = Instant::now();
    let written = backup::write(url, settings.on_connect(), database, &path);
    progress.finish();
    let bytes = written?;
    let shown = ui.path(&path);
    ui.note(&format!(
        "Backed up to {shown} ({}, {}).",
        ui::size(bytes),
        ui::duration(start.elapsed())
    ));
    let name = match url {
        DatabaseUrl::Sqlite(SqliteLocation::File(path)) => ui.path(path),
        _ => String::new(),
    };
    let restoring = backup::restoring(url.engine(), &shown, &name);
    ui.hint(&format!("to go back to it: {restoring}"));
    Ok(Some(path))
}

fn place(context: &Context<'_>, wish: Wish<'_>, url: &DatabaseUrl) -> Result<PathBuf, Error> {
    let new = |folder: &Path| {
        let pattern = format_description!("[year][month][day]-[hour][minute][second]");
        let moment = OffsetDateTime::now_utc().format(&pattern);
        backup::unused(&folder.join(backup::file_name(url, &moment.unwrap_or_default())))
    };
    let path = match wish {
        Wish::Somewhere => {
            let folder = context.settings().backups_dir();
            backup::make_folder(&folder)?;
            new(&folder)
        }
        Wish::At(folder) if folder.is_dir() => new(folder),
        Wish::At(file) => file.to_owned(),
    };
    std::path::absolute(&path).map_err(|error| Error::Io {
        doing: "find",
        path,
        message: error.to_string(),
    })
}
