//! `migrate [TARGET]`: brings the database to a target, forwards or backwards.

use std::cell::Cell;

use super::{
    Context,
    apply::{self, Wishes},
    backup, initial, offline, prune, resume,
};
use crate::{
    cli,
    error::{Error, ExitStatus, count},
    migration::{history::History, plan::Plan, target::Target},
};

const NOTHING: &str = "No migrations to apply.";

pub(super) fn run(args: &cli::Migrate, context: &Context<'_>) -> Result<ExitStatus, Error> {
    let Ok(target) = args.target.parse::<Target>();
    if args.prune {
        return prune::run(context);
    }
    let wishes = Wishes {
        plan: args.plan,
        fake: args.fake,
        initial: &[],
        atomic: args.atomic,
        refuse_out_of_order: args.refuse_out_of_order,
        backup: backup::wish(&args.backup, context).filter(|_| !args.fake),
    };
    if args.sql {
        return offline::migrate(&args.target, wishes, context);
    }
    let dialect = context.migrator.dialect()?;
    let plan = |history: &History| {
        if args.fake {
            return Ok(Plan::migrate(history, &target)?.faked());
        }
        let resumed = resume::steps(context, dialect, history, args.resume)?;
        Plan::migrate(history, &target)?.resuming(resumed)
    };
    let there = if args.fake_initial {
        let history = context.look()?;
        initial::standing(context, &history, &plan(&history)?)?
    } else {
        Vec::new()
    };
    let wishes = Wishes {
        initial: &there,
        ..wishes
    };
    let plan = |history: &History| Ok(plan(history)?.recording(&there));
    if args.plan || args.check {
        let history = context.look()?;
        let waiting = waiting(&history, &target);
        let mut plan = plan(&history)?;
        resume::note(context, args.resume, &plan);
        if args.plan {
            plan = context.migrator.heed(plan, args.refuse_out_of_order)?;
        }
        if args.plan || context.ui.is_json() {
            apply::show("migrate", context, &plan, wishes, NOTHING);
        }
        note_repeatables(context, waiting);
        return Ok(if args.check && !plan.is_empty() {
            context.ui.note(&format!(
                "The database is not at `{target}`: {}.",
                count(plan.steps.len(), "step is left", "steps are left")
            ));
            ExitStatus::No
        } else {
            ExitStatus::Done
        });
    }
    let left = Cell::new(0);
    let prepared = context.plan(&|history| {
        warn_of_missing(context, history);
        warn_of_edited(context, history);
        left.set(waiting(history, &target));
        plan(history)
    })?;
    resume::note(context, args.resume, &prepared.plan);
    let status = apply::carry_out("migrate", context, prepared, &plan, wishes, NOTHING)?;
    note_repeatables(context, left.get());
    Ok(status)
}

/// How many repeatable migrations the way forwards to a target leaves: they may rest on all the others,
/// and wait until those are applied.
fn waiting(history: &History, target: &Target) -> usize {
    let forwards = match target {
        Target::Named(name) => history.find(name).is_ok_and(|v| !history.is_applied(&v)),
        Target::Relative(steps) => *steps > 0,
        Target::Head | Target::Heads | Target::Base => false,
    };
    if forwards {
        history.pending_repeatables().len()
    } else {
        0
    }
}

fn note_repeatables(context: &Context<'_>, waiting: usize) {
    if waiting > 0 {
        context.ui.note(&format!(
            "{} to run: `manage migrate` does, once all others are applied.",
            count(
                waiting,
                "repeatable migration is",
                "repeatable migrations are"
            )
        ));
    }
}

/// Applied migrations whose folders are gone do not stop the way forwards, but people should know.
fn warn_of_missing(context: &Context<'_>, history: &History) {
    let missing = history.missing();
    if !missing.is_empty() {
        let names = missing.iter().map(|v| history.entry(v).name().to_owned());
        context.ui.warn(&format!(
            "{} applied but gone from the migrations folder: {}",
            count(missing.len(), "migration is", "migrations are"),
            some(&names.collect::<Vec<_>>())
        ));
    }
}

/// Nor do those whose files are no longer what ran.
fn warn_of_edited(context: &Context<'_>, history: &History) {
    let edited = history.edited();
    if !edited.is_empty() {
        let names = edited.iter().map(|(migration, _)| migration.name.clone());
        context.ui.warn(&format!(
            "{} edited after being applied, and will not run again: {}; `manage check` says how to go on",
            count(edited.len(), "migration was", "migrations were"),
            some(&names.collect::<Vec<_>>())
        ));
    }
}

/// The first names of many.
fn some(names: &[String]) -> String {
    let more = if names.len() > 5 { ", ..." } else { "" };
    format!("{}{more}", names[..names.len().min(5)].join(", "))
}
