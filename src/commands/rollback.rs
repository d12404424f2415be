//! `rollback [TARGET]`: undoes migrations.

use super::{
    Context, Prepared,
    apply::{self, Wishes},
    backup, offline, resume,
};
use crate::{
    cli,
    error::{Error, ExitStatus},
    migration::{
        history::History,
        plan::{Back, Plan, Step},
    },
};

const NOTHING: &str = "No migrations to unapply.";

pub(super) fn run(args: &cli::Rollback, context: &Context<'_>) -> Result<ExitStatus, Error> {
    let wishes = Wishes {
        plan: args.plan,
        fake: args.fake,
        backup: backup::wish(&args.backup, context).filter(|_| !args.fake),
        ..Wishes::default()
    };
    if args.sql {
        return offline::rollback(args, wishes, context);
    }
    let back = back(args);
    let dialect = context.migrator.dialect()?;
    let plan = |history: &History| {
        if args.fake {
            return Plan::rollback(history, &back);
        }
        let resumed = resume::steps(context, dialect, history, args.resume)?;
        // Carrying on is all that is asked for where no way is named: a second time it undoes nothing more.
        if args.resume.is_some() && back == Back::Steps(1) && resumed.iter().all(Step::goes_back) {
            return Ok(Plan::of(resumed));
        }
        Plan::rollback(history, &back)?.resuming(resumed)
    };
    let prepared = if args.plan {
        let history = context.look()?;
        let steps = plan(&history)?;
        Prepared::to_show(history, steps)
    } else {
        context.plan(&plan)?
    };
    resume::note(context, args.resume, &prepared.plan);
    apply::carry_out("rollback", context, prepared, &plan, wishes, NOTHING)
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
