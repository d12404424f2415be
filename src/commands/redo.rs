//! `redo`: undoes the last migrations and applies them again.

use super::{
    Context,
    apply::{self, Wishes},
};
use crate::{
    cli,
    error::{Error, ExitStatus},
    migration::plan::Plan,
};

const NOTHING: &str = "No migrations to redo.";

pub(super) fn run(args: &cli::Redo, context: &Context<'_>) -> Result<ExitStatus, Error> {
    let wishes = Wishes {
        plan: args.plan,
        ..Wishes::default()
    };
    if args.plan {
        let plan = Plan::redo(&context.look()?, args.steps)?;
        return apply::carry_out("redo", context, None, plan, wishes, NOTHING);
    }
    let (database, plan) = context.plan(&|history| Plan::redo(history, args.steps))?;
    apply::carry_out("redo", context, database, plan, wishes, NOTHING)
}
