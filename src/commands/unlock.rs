//! `unlock`: says who has the lock on the database, and removes one whose holder is gone.

use serde_json::json;

use super::{Context, report};
use crate::error::{Error, ExitStatus};

pub(super) fn run(context: &Context<'_>) -> Result<ExitStatus, Error> {
    let removed = context
        .migrator
        .unlock(&mut |error| context.waiting(error), |stale| {
            context.confirm_in_production(&format!(
                "removing the lock that {} left behind ({})",
                stale.holder, stale.proof
            ))
        })?;
    let ui = context.ui;
    if ui.is_json() {
        let removed = removed
            .map(|stale| json!({ "holder": stale.holder, "proof": stale.proof.to_string() }));
        ui.json(&report::object("unlock", json!({ "removed": removed })));
    } else if let Some(stale) = removed {
        ui.say(&format!(
            "Removed the lock that {} left behind: {}.",
            stale.holder, stale.proof
        ));
    } else {
        ui.say("The database is not locked.");
    }
    Ok(ExitStatus::Done)
}
