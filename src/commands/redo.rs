//! `redo`: undoes the last migrations and applies them again.

use super::{
    Context,
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
    if args.plan {
        let plan = plan(&context.look()?)?;
        return apply::carry_out("redo", context, None, plan, wishes, NOTHING);
    }
    let (database, plan) = context.plan(&plan)?;
    apply::carry_out("redo", context, database, plan, wishes, NOTHING)
}
