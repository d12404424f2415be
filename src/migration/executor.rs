//! Runs a plan, step by step, through Diesel's harness; says what happens as events.

mod explanation;
pub(super) mod logbook;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use diesel_migrations::EmbeddedMigrations;
use logbook::Page;
pub use logbook::standing_checksum;

use super::{
    Origin,
    directory::{decoded, read_whole},
    plan::{Action, Plan, PlanError, Step},
};
use crate::{
    backend::{
        Database, Features, Job, Work,
        bookkeeping::{By, Outcome},
        cancel,
        failure::{DatabaseError, STOPPED, Trouble},
        lock::Held,
    },
    error::{Aftermath, Error},
};

/// How to run a plan.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// All steps in one transaction.
    pub atomic: bool,
    /// Where embedded migrations come from.
    pub embedded: Option<&'a EmbeddedMigrations>,
    /// Who writes to the log; none for databases that keep none.
    pub log: Option<&'a By>,
    /// The lock that keeps other runners away, looked at before every step.
    pub held: Option<&'a Held>,
}

/// What happens while a plan runs.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// The log cannot be created, so that this run leaves no trace in it.
    Unlogged {
        /// What the database said.
        error: &'a DatabaseError,
    },
    /// A step begins.
    Started {
        /// The step.
        step: &'a Step,
        /// How many were finished before.
        finished: usize,
        /// How many there are.
        total: usize,
    },
    /// A step is done.
    Finished {
        /// The step.
        step: &'a Step,
        /// How long it took.
        elapsed: Duration,
    },
    /// A step failed; the error follows.
    Failed {
        /// The step.
        step: &'a Step,
    },
}

/// Runs a plan. Everything that can be known to fail beforehand fails before anything runs.
pub fn execute(
    database: &mut dyn Database,
    plan: &Plan,
    options: &Options<'_>,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<Vec<(Step, Duration)>, Error> {
    if plan.is_empty() {
        return Ok(Vec::new());
    }
    for step in &plan.steps {
        if step.runs() {
            sql_of(database, step)?;
        }
    }
    if options.atomic {
        check_atomic(database.features(), plan)?;
    }
    let doing = |doing| move |error| Error::Database { doing, error };
    database
        .create_ledger()
        .map_err(doing("creating the ledger"))?;
    let options = &Options {
        log: open_log(database, options.log, on_event),
        ..*options
    };
    if !options.atomic {
        return run_steps(database, plan, options, on_event).map_err(|stop| *stop.error);
    }
    database.begin().map_err(doing("opening the transaction"))?;
    match run_steps(database, plan, options, on_event) {
        Ok(done) => {
            database.commit().map_err(doing("committing"))?;
            Ok(done)
        }
        Err(Stop { mut error, row }) => {
            let undone = database.rollback().is_ok();
            match &mut *error {
                Error::Migration(failure)
                    if undone && failure.aftermath == Aftermath::RolledBack =>
                {
                    failure.aftermath = Aftermath::AllRolledBack;
                }
                Error::Interrupted { finished } if undone => finished.clear(),
                _ => {}
            }
            note(database, row);
            Err(*error)
        }
    }
}

/// Who writes to the log, where there is one or it can be made.
fn open_log<'a>(
    database: &mut dyn Database,
    by: Option<&'a By>,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Option<&'a By> {
    let by = by?;
    match database.create_log() {
        Ok(()) => Some(by),
        Err(error) => {
            on_event(Event::Unlogged { error: &error });
            None
        }
    }
}

/// Refuses a plan that one transaction cannot hold.
pub fn check_atomic(features: Features, plan: &Plan) -> Result<(), Error> {
    if !features.transactional_ddl {
        return Err(Error::NotAtomic {
            reason: "MySQL and MariaDB commit around every change of structure".to_owned(),
        });
    }
    match plan
        .steps
        .iter()
        .find(|step| step.runs() && !step.migration.run_in_transaction())
    {
        Some(step) => Err(Error::NotAtomic {
            reason: format!("{} runs outside a transaction", step.migration.name),
        }),
        None => Ok(()),
    }
}

/// Why a run ended early, and the row that the log is still to get.
struct Stop {
    error: Box<Error>,
    row: Option<String>,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self {
            error: Box::new(error),
            row: None,
        }
    }
}

fn run_steps(
    database: &mut dyn Database,
    plan: &Plan,
    options: &Options<'_>,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<Vec<(Step, Duration)>, Stop> {
    let mut done: Vec<(Step, Duration)> = Vec::with_capacity(plan.steps.len());
    for step in &plan.steps {
        let finished = || done.iter().map(|(s, _)| s.migration.name.clone()).collect();
        if cancel::requested() {
            return Err(Error::Interrupted {
                finished: finished(),
            }
            .into());
        }
        if let Some(held) = options.held {
            held.check(database).map_err(Error::Lock)?;
        }
        on_event(Event::Started {
            step,
            finished: done.len(),
            total: plan.steps.len(),
        });
        match run_step(database, step, options, &finished) {
            Ok(elapsed) => {
                on_event(Event::Finished { step, elapsed });
                done.push((step.clone(), elapsed));
            }
            Err(mut stop) => {
                on_event(Event::Failed { step });
                if !options.atomic {
                    note(database, stop.row.take());
                }
                return Err(stop);
            }
        }
    }
    Ok(done)
}

fn run_step(
    database: &mut dyn Database,
    step: &Step,
    options: &Options<'_>,
    finished: &dyn Fn() -> Vec<String>,
) -> Result<Duration, Stop> {
    let start = Instant::now();
    let text = match step.action {
        Action::Record | Action::Settle => String::new(),
        Action::Run | Action::Resume { .. } => sql_of(database, step)?,
    };
    let work = match (step.action, &step.migration.origin, options.embedded) {
        (Action::Record | Action::Settle, ..) => Work::Fake,
        (_, Origin::Embedded, Some(embedded)) => Work::Embedded(embedded),
        _ => Work::Script(&text),
    };
    let skip = match step.action {
        Action::Resume { from } => from,
        Action::Run | Action::Record | Action::Settle => 0,
    };
    let page = Page::open(database, step, &text, options.log, start);
    for statement in page.opening() {
        database
            .execute(&statement)
            .map_err(|error| Error::Database {
                doing: "writing to the log",
                error,
            })?;
    }
    let in_ledger = !step.migration.is_repeatable() && step.action != Action::Settle;
    let job = Job {
        version: in_ledger.then_some(step.migration.version.as_str()),
        direction: step.direction,
        run_in_transaction: step.migration.run_in_transaction(),
        work,
        skip,
        notes: &page,
    };
    match database.run(&job) {
        Ok(()) => {
            note(database, page.closing(Outcome::Done, None));
            Ok(start.elapsed())
        }
        Err(failure) => {
            let message = match failure.error.trouble {
                Trouble::Interrupted => STOPPED.to_owned(),
                _ => failure.error.message.clone(),
            };
            let standing = failure.standing;
            let mut error = explanation::explain(database, step, text.clone(), failure, finished());
            error.resumable = page.keeps_standing() && !step.migration.is_gone();
            error.from_log = step.migration.is_gone();
            note(database, page.standing(standing));
            Err(Stop {
                error: Box::new(Error::Migration(Box::new(error))),
                row: page.closing(Outcome::Failed, Some(&message)),
            })
        }
    }
}

/// Writes to the log, where there is something to write. What it tells of has happened: that it
/// cannot be written down takes nothing back.
fn note(database: &mut dyn Database, row: Option<String>) {
    let Some(row) = row else { return };
    if database.execute(&row).is_err() && cancel::requested() {
        // The request to stop what ran may have come late and met this.
        let _ = database.execute(&row);
    }
}

/// The SQL of a step, from its file or, where that is gone, from the log.
fn sql_of(database: &mut dyn Database, step: &Step) -> Result<String, Error> {
    let Origin::Gone { kept_down } = step.migration.origin else {
        return read_script(step);
    };
    let read = match kept_down {
        Some(row) => database.kept_down(row),
        None => Ok(None),
    };
    let kept = read.map_err(|error| Error::Database {
        doing: "reading the log",
        error,
    })?;
    kept.ok_or_else(|| {
        let names = vec![step.migration.name.clone()];
        PlanError::Gone { names }.into()
    })
}

/// The SQL of a step; empty for an embedded migration, whose SQL is its own affair.
pub fn read_script(step: &Step) -> Result<String, Error> {
    match step.migration.file(step.direction) {
        Some(path) => read_sql(&path),
        None => Ok(String::new()),
    }
}

/// Reads a migration's file as Diesel would take it.
pub fn read_sql(path: &Path) -> Result<String, Error> {
    decoded(read_whole(path)).map_err(|problem| Error::File {
        path: path.to_owned(),
        problem,
    })
}

/// Changes the ledger alone, all in one transaction: every step is one to record or to forget.
pub fn stamp(
    database: &mut dyn Database,
    steps: &[Step],
    log: Option<&By>,
    held: Option<&Held>,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<(), Error> {
    let doing = |error| Error::Database {
        doing: "changing the ledger",
        error,
    };
    database.create_ledger().map_err(doing)?;
    let options = Options {
        log: open_log(database, log, on_event),
        held,
        ..Options::default()
    };
    database.begin().map_err(doing)?;
    for step in steps {
        if let Err(stop) = run_step(database, step, &options, &Vec::new) {
            // The first failure is the one to tell of.
            let _ = database.rollback();
            return Err(match *stop.error {
                Error::Migration(failure) => doing(failure.error),
                other => other,
            });
        }
    }
    database.commit().map_err(doing)
}
