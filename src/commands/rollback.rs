//! `rollback [TARGET]`: undoes migrations.

use super::{
    Context,
    apply::{self, Wishes},
    offline,
};
use crate::{
    cli,
    error::{Error, ExitStatus},
    migration::plan::{Back, Plan},
};

const NOTHING: &str = "No migrations to unapply.";

pub(super) fn run(args: &cli::Rollback, context: &Context<'_>) -> Result<ExitStatus, Error> {
    let wishes = Wishes {
        plan: args.plan,
        fake: args.fake,
        ..Wishes::default()
    };
    if args.sql {
        return offline::rollback(args, wishes, context);
    }
    let back = back(args);
    if args.plan {
        let plan = Plan::rollback(&context.look()?, &back)?;
        return apply::carry_out("rollback", context, None, plan, wishes, NOTHING);
    }
    let (database, plan) = context.plan(&|history| Plan::rollback(history, &back))?;
    apply::carry_out("rollback", context, database, plan, wishes, NOTHING)
}

/// How far back the arguments ask to go.
pub(super) fn back(args: &cli::Rollback) -> Back {
    match (&args.target, &args.branch, args.steps, args.all) {
        (Some(target), ..) => {
            let Ok(target) = target.parse();
            Back::To(target)
        }
        (None, Some(branch), ..) => Back::Branch(branch.clone()),
        (None, None, _, true) => Back::All,
        (None, None, steps, false) => Back::Steps(steps.unwrap_or(1)),
    }
}
