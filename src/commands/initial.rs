//! `--fake-initial`: which initial migrations the database has already.

use super::Context;
use crate::{
    autogenerate::initial::{self, Beside, Standing},
    error::{self, Error, count},
    migration::{
        Migration, Version,
        history::History,
        plan::{Action, Plan},
    },
};

/// The migrations of a plan that rest on no other and whose tables are there; says what of them does not
/// run and what is different even so.
pub(super) fn standing(
    context: &Context<'_>,
    history: &History,
    plan: &Plan,
) -> Result<Vec<Version>, Error> {
    let is_initial = |migration: &Migration| {
        !migration.is_repeatable() && history.parents(&migration.version).is_empty()
    };
    let steps = plan.steps.iter();
    let roots: Vec<&Migration> = steps
        .filter(|step| !step.goes_back() && step.action == Action::Run)
        .map(|step| &step.migration)
        .filter(|migration| is_initial(migration))
        .collect();
    if roots.is_empty() {
        context
            .ui
            .note("No initial migration is to run: `--fake-initial` changes nothing.");
        return Ok(Vec::new());
    }
    let settings = context.settings();
    let live = initial::live(settings, &mut |error| context.waiting(error))?;
    let mut there = Vec::new();
    for root in roots {
        if let Standing::Everything(beside) = initial::standing(settings, root, &live)? {
            there.push((root, beside));
        }
    }
    for (root, beside) in &there {
        warn(context, &root.name, beside);
    }
    Ok(there.into_iter().map(|(r, _)| r.version.clone()).collect())
}

fn warn(context: &Context<'_>, name: &str, beside: &Beside) {
    if !beside.lines.is_empty() {
        let (statement, run) = if beside.lines.len() == 1 {
            ("1 statement".to_owned(), "makes no table does not run")
        } else {
            let statements = format!("{} statements", beside.lines.len());
            (statements, "make no tables do not run")
        };
        context.ui.warn(&format!(
            "{statement} of {name} that {run}: {} of up.sql",
            error::lines(&beside.lines)
        ));
    }
    if !beside.indexes.is_empty() {
        context.ui.warn(&format!(
            "the database has {} that {name} does not make: {}",
            count(beside.indexes.len(), "index", "indexes"),
            beside.indexes.join(", ")
        ));
    }
    if !beside.names.is_empty() {
        context.ui.warn(&format!(
            "the database has other names than {name} gives, which later migrations may look for in vain: {}",
            beside.names.join("; ")
        ));
    }
}
