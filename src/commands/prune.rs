//! `migrate --prune`: forgets what the ledger says of replaced migrations whose folders are gone.

use serde_json::{Value, json};

use super::{Context, apply, production, report};
use crate::{
    Migrator,
    error::{Error, ExitStatus, count},
    interrupt,
    migration::{
        Direction, Migration, Version,
        executor::{self, Event},
        history::History,
        plan::Step,
    },
    ui::Role,
};

pub(super) fn run(context: &Context<'_>) -> Result<ExitStatus, Error> {
    let history = context.look()?;
    let prunable = prunable(&history);
    let left: Vec<&Version> = history.missing();
    let ui = context.ui;
    if !prunable.is_empty() {
        let names: Vec<&str> = prunable.iter().map(|version| version.as_str()).collect();
        let what = production::listed_as(&names, "replaced migration", "replaced migrations");
        context.confirm_in_production(&format!("forgetting {what}"))?;
        let (mut database, _) = context.change()?;
        let held = context.lock(&mut *database, None)?;
        // What another runner forgot meanwhile is nothing to forget.
        let now = context.migrator.again(&mut *database)?;
        let there = self::prunable(&now);
        let steps: Vec<Step> = prunable
            .iter()
            .filter(|version| there.contains(version))
            .map(|version| Step::record(&Migration::gone(version), Direction::Backwards))
            .collect();
        let by = Migrator::by();
        let _working = interrupt::working();
        executor::stamp(
            &mut *database,
            &steps,
            Some(&by),
            held.as_ref(),
            &mut |event| {
                if let Event::Unlogged { obstacle, error } = event {
                    apply::unlogged(ui, obstacle, error, &steps);
                }
            },
        )?;
    }
    if ui.is_json() {
        let versions = |list: &[&Version]| -> Value { list.iter().map(|v| v.as_str()).collect() };
        ui.json(&report::object(
            "migrate",
            json!({ "pruned": versions(&prunable), "left": versions(&left) }),
        ));
        return Ok(ExitStatus::Done);
    }
    for version in &prunable {
        ui.say(&format!("{} {version}", ui.paint(Role::Warning, "Pruned")));
    }
    ui.say(&if prunable.is_empty() {
        "No migrations to prune.".to_owned()
    } else {
        format!(
            "Forgot {}.",
            count(prunable.len(), "replaced migration", "replaced migrations")
        )
    });
    if !left.is_empty() {
        let names = left.iter().map(|v| history.entry(v).name().to_owned());
        let names: Vec<String> = names.collect();
        ui.warn(&format!(
            "{} applied but gone from the migrations folder, and no squash replaces {}: {}",
            count(left.len(), "migration is", "migrations are"),
            if left.len() == 1 { "it" } else { "them" },
            names.join(", ")
        ));
        ui.hint("`manage stamp head --purge` forgets them");
    }
    Ok(ExitStatus::Done)
}

/// The rows of the ledger that nothing needs any longer: an applied squash stands in their place,
/// and their folders are gone.
fn prunable(history: &History) -> Vec<&Version> {
    let squashes = history.squashes().iter();
    squashes
        .filter(|(squash, _)| history.is_applied(squash))
        .flat_map(|(squash, _)| history.hidden_by(squash))
        .filter(|(_, on_disk, in_ledger)| !on_disk && *in_ledger)
        .map(|(version, ..)| version)
        .collect()
}
