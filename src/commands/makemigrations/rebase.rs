//! `makemigrations --rebase MIGRATION`: puts a branch on top of the other head.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::claim;
use crate::{
    autogenerate::Autogenerate,
    cli,
    commands::{Context, report},
    error::{Error, ExitStatus},
    migration::{
        Migration, Version,
        directory::{Directory, DirectoryError, Reading, Sound},
        history::History,
        ledger,
        rebase::{self, Rebase, RebaseError},
        target::TargetError,
    },
    schema::declared::Models,
    ui::Role,
};

pub(super) fn run(
    name: &str,
    args: &cli::Makemigrations,
    context: &Context<'_>,
) -> Result<ExitStatus, Error> {
    let migrations = migrations(context)?;
    let chosen = find(&migrations, name)?;
    let onto = match &args.onto {
        Some(onto) => Some(find(&migrations, onto)?.version.clone()),
        None => None,
    };
    let now = OffsetDateTime::now_utc();
    let rebase = rebase::plan(&migrations, chosen, onto.as_ref(), now)?;
    refuse_applied(&rebase, context)?;
    let sound = Sound {
        migrations,
        repeatables: Vec::new(),
    };
    let autogenerate = Autogenerate::open(context.settings(), &sound, Models::default())?;
    autogenerate.prove_rebase(&rebase)?;
    drop(autogenerate);
    if !args.dry_run {
        claim(&sound.migrations, context)?.carry_out(&rebase)?;
    }
    tell(&rebase, args.dry_run, context);
    Ok(ExitStatus::Done)
}

/// The migrations on disk, also where two have the same version, which a rebase mends.
fn migrations(context: &Context<'_>) -> Result<Vec<Migration>, Error> {
    let directory = Directory::read(context.settings().migrations_dir(), Reading::Headers)?;
    let is_other = |flaw: &&DirectoryError| !matches!(flaw, DirectoryError::Duplicate { .. });
    match directory.flaws().iter().find(is_other) {
        Some(flaw) => Err(flaw.clone().into()),
        None => Ok(directory.migrations().to_vec()),
    }
}

fn find<'a>(migrations: &'a [Migration], name: &str) -> Result<&'a Migration, Error> {
    let folder = name.trim_end_matches('/');
    if let Some(exact) = migrations.iter().find(|m| m.name == folder) {
        return Ok(exact);
    }
    let version = History::new(migrations.to_vec(), []).find(name)?;
    let found: Vec<&Migration> = migrations.iter().filter(|m| m.version == version).collect();
    match found.as_slice() {
        [one] => Ok(one),
        several => Err(TargetError::Ambiguous {
            name: name.to_owned(),
            candidates: several.iter().map(|m| m.name.clone()).collect(),
        }
        .into()),
    }
}

/// What is applied stays where it is: its version is in the ledger.
fn refuse_applied(rebase: &Rebase, context: &Context<'_>) -> Result<(), Error> {
    let settings = context.settings();
    let books = ledger::look(
        settings.database()?,
        settings.on_connect(),
        settings.wait(),
        &mut |error| context.waiting(error),
    )?;
    let in_ledger: BTreeSet<Version> = books.ledger.into_iter().map(|row| row.version).collect();
    let moves = rebase.moves.iter().map(|step| &step.migration);
    let applied: Vec<&Migration> = moves.filter(|m| in_ledger.contains(&m.version)).collect();
    let Some(first) = applied.first() else {
        return Ok(());
    };
    if rebase.twin {
        return context.ui.confirm(&format!(
            "version {} is applied, and two folders have it: taking {} for the one that is not applied",
            first.version, first.name
        ));
    }
    Err(RebaseError::Applied {
        name: rebase
            .moves
            .first()
            .map_or_else(String::new, |step| step.migration.name.clone()),
        applied: applied.iter().map(|m| m.name.clone()).collect(),
    }
    .into())
}

fn tell(rebase: &Rebase, dry_run: bool, context: &Context<'_>) {
    let ui = context.ui;
    if ui.is_json() {
        let moved: Value = rebase
            .moves
            .iter()
            .map(|step| {
                json!({
                    "from": step.migration.name,
                    "name": step.name,
                    "version": step.version,
                    "revises": step.revises,
                })
            })
            .collect();
        ui.json(&report::object(
            "makemigrations",
            json!({ "changes": [], "executed": !dry_run, "onto": rebase.onto, "moved": moved }),
        ));
        return;
    }
    let verb = if dry_run { "Would move" } else { "Moved" };
    let folder = context.settings().migrations_dir();
    for step in &rebase.moves {
        ui.line(&format!(
            "{} {} to {}",
            ui.paint(Role::Success, verb),
            ui.path(&folder.join(&step.migration.name)),
            ui.path(&folder.join(&step.name)),
        ));
    }
    if !dry_run {
        ui.hint("`manage migrate` applies what is pending, in the new order");
    }
}
