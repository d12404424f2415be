//! `makemigrations`: writes a new migration.

use serde_json::json;
use time::OffsetDateTime;

use super::{Context, report};
use crate::{
    cli,
    error::{Error, ExitStatus},
    migration::{
        lineage::Lineage,
        writer::{self, Draft},
    },
    ui::Role,
};

pub(super) fn run(args: &cli::Makemigrations, context: &Context<'_>) -> Result<ExitStatus, Error> {
    let message = args
        .msg
        .as_ref()
        .or(args.message.as_ref())
        .map(String::as_str)
        .unwrap_or_default();
    if message.trim().is_empty() {
        return Err(Error::Usage(
            "the message is empty: say in a few words what the migration does".to_owned(),
        ));
    }
    let migrations = context.migrator.migrations()?;
    let heads = Lineage::new(&migrations).heads();
    let draft = Draft::empty(
        message,
        &heads,
        migrations.last(),
        OffsetDateTime::now_utc(),
    );
    let folder = writer::write(context.settings().migrations_dir(), &draft)?;
    let ui = context.ui;
    let files = ["up.sql", "down.sql"].map(|file| ui.path(&folder.join(file)));
    if ui.is_json() {
        ui.json(&report::object(
            "makemigrations",
            json!({
                "version": draft.version,
                "name": draft.name,
                "revises": heads,
                "files": files,
            }),
        ));
        return Ok(ExitStatus::Done);
    }
    for file in &files {
        ui.line(&format!("{} {file}", ui.paint(Role::Success, "Created")));
    }
    ui.hint(
        "fill both in, then `manage migrate` applies the one and `manage redo` proves the other",
    );
    Ok(ExitStatus::Done)
}
