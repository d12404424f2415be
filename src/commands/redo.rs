//! `redo`: undoes the last migrations and applies them again.

use super::{
    Context, Prepared,
    apply::{self, Wishes},
    backup, resume,
};
use crate::{
    cli,
    error::{Error, ExitStatus},
    migration::{history::History, plan::Plan},
};

const NOTHING: &str = "No migrations to redo.";

pub(super) fn run(args: &cli::Redo, context: &Context<'_>) -> Result<ExitStatus, Error> {
    let wishes = Wishes {
        plan: args.plan,
        backup: backup::wish(&args.backup, context),
        ..Wishes::default()
    };
    let dialect = context.migrator.dialect()?;
    let plan = |history: &History| {
        resume::steps(context, dialect, history, None)?;
        Plan::redo(history, args.steps)
    };
    let prepared = if args.plan {
        let history = context.look()?;
        let steps = plan(&history)?;
        Prepared::to_show(history, steps)
    } else {
        context.plan(&plan)?
    };
    apply::carry_out("redo", context, prepared, &plan, wishes, NOTHING)
}
