//! `init`: starts a project; overwrites nothing.

use std::{fs, io::ErrorKind, path::Path};

use serde_json::json;

use super::{Context, report};
use crate::{
    error::{Error, ExitStatus},
    migration::writer::HEAD_FILE,
    ui::Role,
};

const MANAGE_TOML: &str = include_str!("init/manage.toml");
const MAKE_FRAGMENT: &str = include_str!("init/manage.mk");
const ENV_EXAMPLE: &str = include_str!("../../.env.example");
const BUILD_RS: &str = include_str!("init/build.rs.txt");

/// The line by which cargo notices that only SQL changed.
const RERUN: &str = "println!(\"cargo::rerun-if-changed=migrations\");";

pub(super) fn run(context: &Context<'_>) -> Result<ExitStatus, Error> {
    let root = context.settings().root();
    let migrations = context.settings().migrations_dir();
    let mut made = Vec::new();
    let mut kept = Vec::new();
    if migrations.is_dir() {
        kept.push(context.ui.path(migrations));
    } else {
        fs::create_dir_all(migrations).map_err(|error| io("create", migrations, &error))?;
        write(
            &migrations.join(HEAD_FILE),
            "",
            context,
            &mut made,
            &mut kept,
        )?;
    }
    write(
        &root.join("manage.toml"),
        MANAGE_TOML,
        context,
        &mut made,
        &mut kept,
    )?;
    write(
        &root.join(".env.example"),
        ENV_EXAMPLE,
        context,
        &mut made,
        &mut kept,
    )?;
    write(
        &root.join("manage.mk"),
        MAKE_FRAGMENT,
        context,
        &mut made,
        &mut kept,
    )?;
    let is_crate = root.join("Cargo.toml").is_file();
    if is_crate {
        write(
            &root.join("build.rs"),
            BUILD_RS,
            context,
            &mut made,
            &mut kept,
        )?;
    }
    let build = fs::read_to_string(root.join("build.rs")).unwrap_or_default();
    let build_line_missing = is_crate && !build.contains("rerun-if-changed=migrations");
    let ui = context.ui;
    if ui.is_json() {
        ui.json(&report::object(
            "init",
            json!({ "created": made, "kept": kept }),
        ));
    } else {
        for path in &made {
            ui.line(&format!("{} {path}", ui.paint(Role::Success, "Created")));
        }
        for path in &kept {
            ui.line(&format!("{} {path}", ui.paint(Role::Dim, "Kept")));
        }
    }
    if build_line_missing {
        ui.hint(&format!(
            "add `{RERUN}` to build.rs, so that `embed_migrations!` notices new SQL"
        ));
    }
    ui.hint("include manage.mk from a Makefile for `make migrate` and its friends");
    ui.hint("declare tables with `diesel::table!` under src/, or print those of a database that is there with `manage inspectdb`; then `manage makemigrations`");
    Ok(ExitStatus::Done)
}

fn write(
    path: &Path,
    text: &str,
    context: &Context<'_>,
    made: &mut Vec<String>,
    kept: &mut Vec<String>,
) -> Result<(), Error> {
    let shown = context.ui.path(path);
    match fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
    {
        Ok(mut file) => {
            std::io::Write::write_all(&mut file, text.as_bytes())
                .map_err(|error| io("write", path, &error))?;
            made.push(shown);
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            kept.push(shown);
            Ok(())
        }
        Err(error) => Err(io("create", path, &error)),
    }
}

fn io(doing: &'static str, path: &Path, error: &std::io::Error) -> Error {
    Error::Io {
        doing,
        path: path.to_owned(),
        message: error.to_string(),
    }
}
