//! The project root, and the migrations folder in it.

use std::path::{Path, PathBuf};

use super::{
    Overrides, SettingsError, Source, Surroundings,
    file::{self, DatabaseTable, DieselToml, MANAGE_TOML, ManageToml, PrintFilter},
    sources::{Found, Variables},
};
use crate::backend::url::join_clean;

/// `--project`, else the nearest folder upwards that looks like a project, else the current one.
pub(super) fn project(
    overrides: &Overrides,
    surroundings: &Surroundings,
) -> Result<Found<PathBuf>, SettingsError> {
    let flag = overrides
        .project
        .as_ref()
        .filter(|path| !path.as_os_str().is_empty());
    if let Some(path) = flag {
        let path = join_clean(&surroundings.cwd, path);
        return if path.is_dir() {
            Ok(Found {
                value: path,
                source: Source::Flag("--project"),
            })
        } else {
            Err(SettingsError::NoProject { path })
        };
    }
    let found = surroundings
        .cwd
        .ancestors()
        .find_map(|folder| Some((folder, marker(folder)?)));
    Ok(match found {
        Some((folder, marker)) => Found {
            value: folder.to_owned(),
            source: Source::Discovered(marker),
        },
        None => Found {
            value: surroundings.cwd.clone(),
            source: Source::Default,
        },
    })
}

fn marker(folder: &Path) -> Option<&'static str> {
    if folder.join(MANAGE_TOML).is_file() {
        Some(MANAGE_TOML)
    } else if folder.join("diesel.toml").is_file() {
        Some("diesel.toml")
    } else if folder.join("migrations").is_dir() {
        Some("migrations/")
    } else if folder.join("Cargo.toml").is_file() {
        Some("Cargo.toml")
    } else {
        None
    }
}

/// The migrations folder, joined to the root.
pub(super) fn migrations(
    root: &Path,
    overrides: &Overrides,
    variables: &Variables,
    table: Option<(&str, &DatabaseTable)>,
    manage_toml: &ManageToml,
) -> Result<Found<PathBuf>, SettingsError> {
    let given = |path: &Option<PathBuf>| {
        let path = path.as_ref()?;
        (!path.as_os_str().is_empty()).then(|| join_clean(root, path))
    };
    let found = |value, source| Ok(Found { value, source });
    if let Some(path) = given(&overrides.migrations_dir) {
        return found(path, Source::Flag("--migrations-dir"));
    }
    if let Some(variable) = variables.get("MIGRATION_DIRECTORY")? {
        let path = join_clean(root, Path::new(&variable.value));
        return found(path, variable.source);
    }
    if let Some((name, table)) = table
        && let Some(path) = given(&table.migrations)
    {
        let key = format!("[databases.{name}] migrations");
        return found(path, Source::ManageToml { key });
    }
    if let Some(path) = given(&manage_toml.migrations) {
        let key = "migrations".to_owned();
        return found(path, Source::ManageToml { key });
    }
    if let Some(path) = of_diesel(root, variables)? {
        return found(path, Source::DieselToml);
    }
    found(root.join("migrations"), Source::Default)
}

/// Where `diesel.toml` is, or would be.
fn diesel_toml(root: &Path, variables: &Variables) -> Result<PathBuf, SettingsError> {
    Ok(match variables.get("DIESEL_CONFIG_FILE")? {
        Some(named) => join_clean(root, Path::new(&named.value)),
        None => root.join("diesel.toml"),
    })
}

/// `[print_schema] filter` of `diesel.toml`.
pub(super) fn print_filter(
    root: &Path,
    variables: &Variables,
) -> Result<Option<PrintFilter>, SettingsError> {
    let config: DieselToml = file::read(&diesel_toml(root, variables)?)?.unwrap_or_default();
    Ok(config.print_schema.filter)
}

/// `[migrations_directory] dir` of `diesel.toml`, which is relative to that file as in Diesel.
fn of_diesel(root: &Path, variables: &Variables) -> Result<Option<PathBuf>, SettingsError> {
    let path = diesel_toml(root, variables)?;
    let config: DieselToml = file::read(&path)?.unwrap_or_default();
    let dir = config.migrations_directory.dir;
    Ok(dir
        .filter(|dir| !dir.as_os_str().is_empty())
        .map(|dir| join_clean(path.parent().unwrap_or(root), &dir)))
}
