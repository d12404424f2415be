//! `--resume`, and what stops every other plan while a migration is halfway.

use super::Context;
use crate::{
    backend::statements::Dialect,
    cli::Resume,
    error::Error,
    migration::{
        broken::{self, Damage},
        history::History,
        plan::{Action, Plan, PlanError, Step},
    },
};

/// Stops where a migration is halfway; with `--resume`, the steps that carry it on.
pub(super) fn steps(
    context: &Context<'_>,
    dialect: Dialect,
    history: &History,
    resume: Option<Resume>,
) -> Result<Vec<Step>, PlanError> {
    let at = match resume {
        None => return broken::refuse(history, dialect).map(|()| Vec::new()),
        Some(Resume::WhereItStopped) => None,
        Some(Resume::Statement(number)) => Some(number),
    };
    broken::resume(history, dialect, at, &|damage| stands(context, damage))
}

/// Says that there was nothing to carry on.
pub(super) fn note(context: &Context<'_>, resume: Option<Resume>, plan: &Plan) {
    let resumes = |step: &Step| matches!(step.action, Action::Resume { .. });
    if resume.is_some() && !plan.steps.iter().any(resumes) {
        context
            .ui
            .note("No migration stopped halfway: there is nothing to resume.");
    }
}

/// Says of every migration that is halfway what stands of it.
pub(super) fn tell(context: &Context<'_>, history: &History) -> Result<(), Error> {
    let dialect = context.migrator.dialect()?;
    for broken in history.broken() {
        let damage = Damage::of(history, &broken, dialect);
        context.ui.warn(&damage.summary());
    }
    if !history.broken().is_empty() {
        context.ui.hint("`manage check` says how to go on");
    }
    Ok(())
}

/// Asks whether the statement that was begun stands.
fn stands(context: &Context<'_>, damage: &Damage) -> Option<bool> {
    let statement = damage.unsure.as_deref()?;
    context.ui.ask(&format!(
        "{} was interrupted in statement {}, line {}:\n\n{statement}\n\nDoes it stand?",
        damage.name,
        damage.standing + 1,
        damage.line().unwrap_or_default(),
    ))
}
