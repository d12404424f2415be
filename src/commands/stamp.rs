//! `stamp TARGET`: says where the database is, without running SQL.

use std::collections::BTreeSet;

use serde_json::json;

use super::{Context, report};
use crate::{
    cli,
    error::{Error, ExitStatus},
    migration::{
        Version, executor,
        history::History,
        target::{Target, TargetError},
    },
    ui::Role,
};

pub(super) fn run(args: &cli::Stamp, context: &Context<'_>) -> Result<ExitStatus, Error> {
    let Ok(target) = args.target.parse::<Target>();
    let (mut database, history) = context.change()?;
    let wanted = wanted(&history, &target)?;
    let applied = history.applied();
    let record: Vec<Version> = history
        .lineage()
        .order()
        .iter()
        .filter(|v| wanted.contains(*v) && !applied.contains(*v))
        .cloned()
        .collect();
    history.trusted(&record)?;
    let everything = args.purge || target == Target::Base;
    let forget = applied
        .into_iter()
        .filter(|v| !wanted.contains(v) && (everything || history.migration(v).is_some()));
    let forget = history.undo_order(&forget.collect());
    if !record.is_empty() || !forget.is_empty() {
        let texts =
            |versions: &[Version]| versions.iter().map(Version::to_string).collect::<Vec<_>>();
        executor::stamp(&mut *database, &texts(&record), &texts(&forget))?;
    }
    tell(context, &history, &record, &forget);
    Ok(ExitStatus::Done)
}

/// The versions that the ledger should hold.
fn wanted(history: &History, target: &Target) -> Result<BTreeSet<Version>, Error> {
    Ok(match target {
        Target::Head | Target::Heads => history.lineage().order().iter().cloned().collect(),
        Target::Base => BTreeSet::new(),
        Target::Relative(_) => {
            return Err(TargetError::WrongWay {
                target: target.clone(),
                command: "stamp",
            }
            .into());
        }
        Target::Named(name) => {
            let version = history.find(name)?;
            if history.migration(&version).is_none() {
                return Err(Error::Usage(format!(
                    "`{version}` is gone from the migrations folder: name a migration that is there"
                )));
            }
            history.lineage().ancestors(&version)
        }
    })
}

fn tell(context: &Context<'_>, history: &History, record: &[Version], forget: &[Version]) {
    let ui = context.ui;
    if ui.is_json() {
        ui.json(&report::object(
            "stamp",
            json!({ "recorded": record, "forgotten": forget }),
        ));
        return;
    }
    if record.is_empty() && forget.is_empty() {
        ui.say("The ledger says so already.");
    }
    for (versions, mark, role) in [
        (forget, "Forgot", Role::Warning),
        (record, "Recorded", Role::Success),
    ] {
        for version in versions {
            ui.say(&format!(
                "{} {}",
                ui.paint(role, mark),
                history.entry(version).name()
            ));
        }
    }
}
