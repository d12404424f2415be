//! Runs a plan, step by step, through Diesel's harness; says what happens as events.

mod explanation;
pub(super) mod logbook;
mod patience;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use diesel_migrations::EmbeddedMigrations;
use logbook::Page;
pub use logbook::standing_checksum;
use patience::Patience;

use super::{
    Origin,
    directory::{decoded, read_whole},
    plan::{Action, Plan, PlanError, Step},
};
use crate::{
    backend::{
        self, Database, Features, Job, JobError, Stage, Work,
        blockers::Blocker,
        bookkeeping::{self, By, Outcome},
        cancel,
        failure::{DatabaseError, STOPPED, Trouble},
        limits::{LimitError, Limits},
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
    /// How long statements may wait for locks, and run.
    pub limits: Limits,
    /// How many times what waited for a lock in vain is tried again.
    pub retries: u32,
}

/// Why there is no log to write to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It is not there, and cannot be created.
    Creating,
    /// It is there, and cannot be written.
    Writing,
}

/// What happens while a plan runs.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// The log cannot be had, so that this run leaves no trace in it.
    Unlogged {
        /// What of it failed.
        obstacle: Obstacle,
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
    /// A lock was waited for in vain. What wanted it left nothing, and is tried again after a pause.
    Waiting(Wait<'a>),
    /// A step failed; the error follows.
    Failed {
        /// The step.
        step: &'a Step,
    },
}

/// A lock that was waited for in vain, and what comes of it.
#[derive(Clone, Copy, Debug)]
pub struct Wait<'a> {
    /// What the database said.
    pub error: &'a DatabaseError,
    /// Who holds it, where the engine tells.
    pub blockers: &'a [Blocker],
    /// How long it was waited for, where a limit was set.
    pub limit: Option<Duration>,
    /// How long nothing is done now.
    pub pause: Duration,
    /// Which attempt follows, from 1.
    pub attempt: u32,
    /// How many there are.
    pub attempts: u32,
    /// Whether the whole run begins again, the steps that were finished included.
    pub all: bool,
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
    check_limits(database, plan, options.limits)?;
    let doing = |doing| move |error| Error::Database { doing, error };
    database
        .limit(options.limits)
        .map_err(doing("setting the limits"))?;
    patience::insist(options, on_event, &mut || database.create_ledger())
        .map_err(doing("creating the ledger"))?;
    let options = &Options {
        log: open_log(database, options, on_event),
        ..*options
    };
    if !options.atomic {
        return run_steps(database, plan, options, true, on_event).map_err(|stop| *stop.error);
    }
    let mut patience = Patience::new(options.retries);
    loop {
        match run_whole(database, plan, options, patience.is_over(), on_event) {
            Ok(done) => return Ok(done),
            Err(Stop {
                error,
                lock: Some(lock),
                ..
            }) if !patience.is_over() => {
                if !patience.pause(&lock, options, true, on_event) {
                    return Err(interrupted(*error));
                }
            }
            Err(Stop { error, row, .. }) => {
                note(database, row);
                return Err(*error);
            }
        }
    }
}

/// Runs all steps in one transaction.
fn run_whole(
    database: &mut dyn Database,
    plan: &Plan,
    options: &Options<'_>,
    is_last: bool,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<Vec<(Step, Duration)>, Stop> {
    let stopped = |doing| {
        move |error: DatabaseError| Stop {
            lock: error.trouble.is_lock().then(|| Lock::of(error.clone())),
            ..Error::Database { doing, error }.into()
        }
    };
    database
        .begin()
        .map_err(stopped("opening the transaction"))?;
    match run_steps(database, plan, options, is_last, on_event) {
        Ok(done) => database.commit().map(|()| done).map_err(|error| {
            // Where the commit failed for want of a lock, the transaction is still open.
            let _ = database.rollback();
            stopped("committing")(error)
        }),
        Err(mut stop) => {
            let undone = database.rollback().is_ok();
            match &mut *stop.error {
                Error::Migration(failure)
                    if undone && failure.aftermath == Aftermath::RolledBack =>
                {
                    failure.aftermath = Aftermath::AllRolledBack;
                }
                Error::Interrupted { finished } if undone => finished.clear(),
                _ => {}
            }
            Err(stop)
        }
    }
}

/// Who writes to the log, where there is one or it can be made, and takes what is written.
fn open_log<'a>(
    database: &mut dyn Database,
    options: &Options<'a>,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Option<&'a By> {
    let by = options.log?;
    let created = patience::insist(options, on_event, &mut || database.create_log());
    let opened = match created {
        Ok(()) => may_write(database).map_err(|error| (Obstacle::Writing, error)),
        Err(error) => Err((Obstacle::Creating, error)),
    };
    match opened {
        Ok(()) => Some(by),
        Err((obstacle, error)) => {
            let error = &error;
            on_event(Event::Unlogged { obstacle, error });
            None
        }
    }
}

/// Whether the user may write the log: a row that fails in a migration's transaction would take the
/// migration back. Whatever else is wrong with the database, the migration will tell.
fn may_write(database: &mut dyn Database) -> Result<(), DatabaseError> {
    for statement in bookkeeping::probe(database.engine()) {
        match database.execute(&statement) {
            Err(error) if error.trouble == Trouble::PermissionDenied => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
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

/// Refuses limits that the database cannot keep, or not for this run alone.
fn check_limits(database: &dyn Database, plan: &Plan, limits: Limits) -> Result<(), LimitError> {
    let is_limited = limits.statement.is_some_and(|limit| !limit.is_zero());
    if is_limited && !database.features().stops_statements {
        return Err(LimitError::Unstoppable);
    }
    if limits.is_empty() || !database.is_pooled() {
        return Ok(());
    }
    let mut steps = plan.steps.iter();
    match steps.find(|step| step.runs() && !step.migration.run_in_transaction()) {
        Some(step) => Err(LimitError::Pooled {
            migration: step.migration.name.clone(),
        }),
        None => Ok(()),
    }
}

/// Why a run ended early, and the row that the log is still to get.
struct Stop {
    error: Box<Error>,
    row: Option<String>,
    /// A lock that was waited for in vain, where nothing else is wrong and all may run again.
    lock: Option<Lock>,
}

/// A lock that was waited for in vain.
struct Lock {
    error: DatabaseError,
    blockers: Vec<Blocker>,
}

impl Lock {
    /// One that nobody tells more of.
    fn of(error: DatabaseError) -> Self {
        Self {
            error,
            blockers: Vec::new(),
        }
    }

    /// The one that a job failed for.
    fn wanted_by(database: &mut dyn Database, text: &str, failure: &JobError) -> Self {
        let blockers = match &failure.stage {
            Stage::Statement { range, .. } => {
                backend::blockers(database, text.get(range.clone()).unwrap_or_default())
            }
            Stage::Begin | Stage::Whole | Stage::Commit => Vec::new(),
        };
        Self {
            error: failure.error.clone(),
            blockers,
        }
    }
}

/// What an error is where somebody asked to stop meanwhile.
fn interrupted(error: Error) -> Error {
    match error {
        Error::Migration(mut failure) => {
            failure.error = DatabaseError::interrupted();
            Error::Migration(failure)
        }
        _ => Error::Interrupted {
            finished: Vec::new(),
        },
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self {
            error: Box::new(error),
            row: None,
            lock: None,
        }
    }
}

fn run_steps(
    database: &mut dyn Database,
    plan: &Plan,
    options: &Options<'_>,
    is_last: bool,
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
        match run_step(database, step, options, &finished, on_event) {
            Ok(elapsed) => {
                on_event(Event::Finished { step, elapsed });
                done.push((step.clone(), elapsed));
            }
            Err(mut stop) => {
                if is_last || stop.lock.is_none() {
                    on_event(Event::Failed { step });
                }
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
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<Duration, Stop> {
    let start = Instant::now();
    let text = match step.action {
        Action::Record | Action::Settle | Action::Accept => String::new(),
        Action::Run | Action::Resume { .. } => sql_of(database, step)?,
    };
    let work = match (step.action, &step.migration.origin, options.embedded) {
        (Action::Record | Action::Settle | Action::Accept, ..) => Work::Fake,
        (_, Origin::Embedded, Some(embedded)) => Work::Embedded(embedded),
        _ => Work::Script(&text),
    };
    let skip = match step.action {
        Action::Resume { from } => from,
        Action::Run | Action::Record | Action::Settle | Action::Accept => 0,
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
    let in_ledger =
        !step.migration.is_repeatable() && !matches!(step.action, Action::Settle | Action::Accept);
    let job = Job {
        version: in_ledger.then_some(step.migration.version.as_str()),
        direction: step.direction,
        run_in_transaction: step.migration.run_in_transaction(),
        work,
        skip,
        notes: &page,
    };
    match run_job(database, job, &text, options, on_event)? {
        Ok(()) => {
            note(database, page.closing(Outcome::Done, None));
            Ok(start.elapsed())
        }
        Err((failure, lock)) => {
            let message = match failure.error.trouble {
                Trouble::Interrupted => STOPPED.to_owned(),
                _ => failure.error.message.clone(),
            };
            let standing = failure.standing;
            let again = failure.again;
            let mut error = explanation::explain(database, step, text.clone(), failure, finished());
            error.resumable = page.keeps_standing() && !step.migration.is_gone();
            error.from_log = step.migration.is_gone();
            error.limits = options.limits;
            if let Some(lock) = &lock {
                error.blockers.clone_from(&lock.blockers);
            }
            note(database, page.standing(standing));
            Err(Stop {
                error: Box::new(Error::Migration(Box::new(error))),
                row: page.closing(Outcome::Failed, Some(&message)),
                lock: lock.filter(|_| again),
            })
        }
    }
}

/// Runs a job; again, where it waits for a lock in vain, from the first statement that does not stand.
///
/// With `--atomic` the run as a whole begins again, so that nothing is held meanwhile.
fn run_job(
    database: &mut dyn Database,
    mut job: Job<'_>,
    text: &str,
    options: &Options<'_>,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<Result<(), (JobError, Option<Lock>)>, Stop> {
    let retries = if options.atomic { 0 } else { options.retries };
    let mut patience = Patience::new(retries);
    loop {
        let Err(mut failure) = database.run(&job) else {
            return Ok(Ok(()));
        };
        if !failure.error.trouble.is_lock() {
            return Ok(Err((failure, None)));
        }
        let lock = Lock::wanted_by(database, text, &failure);
        if !failure.again || patience.is_over() {
            return Ok(Err((failure, Some(lock))));
        }
        if !patience.pause(&lock, options, false, on_event) {
            failure.error = DatabaseError::interrupted();
            return Ok(Err((failure, None)));
        }
        job.skip = failure.standing;
        if let Some(held) = options.held {
            held.check(database).map_err(Error::Lock)?;
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

/// Changes the ledger and the log alone, all in one transaction: no step runs anything.
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
        log,
        held,
        ..Options::default()
    };
    let options = Options {
        log: open_log(database, &options, on_event),
        ..options
    };
    database.begin().map_err(doing)?;
    for step in steps {
        if let Err(stop) = run_step(database, step, &options, &Vec::new, &mut |_| {}) {
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
