//! One page per command: settings and arguments in, a library call, a report out.

mod apply;
mod backup;
mod check;
mod completions;
mod createdb;
mod current;
mod dbshell;
mod heads;
mod history;
mod init;
mod initial;
mod inspectdb;
mod makemigrations;
mod migrate;
mod offline;
mod production;
mod prune;
mod redo;
mod report;
mod resume;
mod rollback;
mod settings;
mod showmigrations;
mod sqlmigrate;
mod squashmigrations;
mod stamp;
mod unlock;

use crate::{
    Migrator,
    backend::{
        Database,
        failure::{ConnectError, DatabaseError},
        lock::{Held, Notice},
        url::{DatabaseUrl, SqliteLocation},
    },
    cli::Command,
    error::{Error, ExitStatus},
    interrupt,
    migration::{
        directory::Reading,
        history::History,
        ledger::Books,
        plan::{Plan, PlanError},
    },
    settings::Settings,
    ui::Ui,
};

/// A plan, and what it was made from.
pub(crate) struct Prepared {
    /// The connection to carry it out over.
    database: Option<Box<dyn Database>>,
    history: History,
    plan: Plan,
    /// The lock, where it had to be had to plan at all.
    held: Option<Held>,
}

impl Prepared {
    /// One that is not carried out.
    fn to_show(history: History, plan: Plan) -> Self {
        Self {
            database: None,
            history,
            plan,
            held: None,
        }
    }
}

/// What every command works with.
pub(crate) struct Context<'a> {
    pub(crate) migrator: Migrator,
    pub(crate) ui: &'a Ui,
}

/// Runs a command.
pub(crate) fn run(command: &Command, context: &Context<'_>) -> Result<ExitStatus, Error> {
    if context.ui.is_github() && !matches!(command, Command::Check(_)) {
        return Err(Error::NoAnnotations);
    }
    match command {
        Command::Init => init::run(context),
        Command::Makemigrations(args) => makemigrations::run(args, context),
        Command::Migrate(args) => migrate::run(args, context),
        Command::Rollback(args) => rollback::run(args, context),
        Command::Redo(args) => redo::run(args, context),
        Command::Stamp(args) => stamp::run(args, context),
        Command::Showmigrations(args) => showmigrations::run(args, context),
        Command::Current(args) => current::run(args, context),
        Command::Heads => heads::run(context),
        Command::History(args) => history::run(args, context),
        Command::Check(args) => check::run(args, context),
        Command::Inspectdb(args) => inspectdb::run(args, context),
        Command::Squashmigrations(args) => squashmigrations::run(args, context),
        Command::Sqlmigrate(args) => sqlmigrate::run(args, context),
        Command::Createdb => createdb::create(context),
        Command::Dropdb => createdb::drop(context),
        Command::Dbshell(args) => dbshell::run(args, context),
        Command::Unlock => unlock::run(context),
        Command::Settings => Ok(settings::run(context)),
        Command::Completions { shell } => Ok(completions::completions(*shell, context)),
        Command::Man => completions::man(context),
    }
}

impl Context<'_> {
    pub(crate) fn settings(&self) -> &Settings {
        self.migrator.settings()
    }

    /// The history, only looked at: nothing is created anywhere.
    pub(crate) fn look(&self) -> Result<History, Error> {
        self.look_at(Reading::Headers)
    }

    /// The history, with what was edited after it ran.
    pub(crate) fn look_closely(&self) -> Result<History, Error> {
        self.look_at(Reading::Checksums)
    }

    fn look_at(&self, reading: Reading) -> Result<History, Error> {
        let history = (self.migrator).look(reading, &mut |error| self.waiting(error))?;
        self.warn_of_unread(history.unread_log());
        Ok(history)
    }

    /// Says that the log cannot be read, and what that means.
    pub(crate) fn warn_of_unread(&self, error: Option<&DatabaseError>) {
        if let Some(error) = error.cloned() {
            let error = Error::Log { error };
            self.ui.warn(&format!(
                "{error}; what stopped halfway, was edited, or runs again is not known"
            ));
            for hint in error.hints() {
                self.ui.hint(&hint);
            }
        }
    }

    /// The history, with a connection that may change the database.
    pub(crate) fn change(&self) -> Result<(Box<dyn Database>, History), Error> {
        self.migrator
            .change(&mut |error| self.waiting(error), &mut |error| {
                let wait = self.settings().lock_wait().unwrap_or_default();
                self.ui
                    .note(&format!("{error}; waiting up to {} s", wait.as_secs()));
            })
    }

    /// Keeps other runners off the database, saying whom it waits for; `held` is the lock of who has it
    /// already.
    pub(crate) fn lock(
        &self,
        database: &mut dyn Database,
        held: Option<Held>,
    ) -> Result<Option<Held>, Error> {
        if held.is_some() {
            return Ok(held);
        }
        let _working = interrupt::working();
        self.migrator.lock(database, &mut |notice| match notice {
            Notice::Waiting(holder) => {
                let holder = holder.map_or("another runner".to_owned(), ToString::to_string);
                let wait = self.settings().lock_wait().unwrap_or_default();
                self.ui.note(&format!(
                    "the database is locked by {holder}; waiting up to {} s",
                    wait.as_secs()
                ));
            }
            Notice::TakenOver(stale) => self.ui.warn(&format!(
                "took over the lock that {} left behind: {}",
                stale.holder, stale.proof
            )),
        })
    }

    /// A plan made anew once other runners are kept away, where they changed anything before that.
    pub(crate) fn again(
        &self,
        database: &mut dyn Database,
        history: &History,
        plan: &dyn Fn(&History) -> Result<Plan, PlanError>,
    ) -> Result<Option<Plan>, Error> {
        let now = self.migrator.again(database)?;
        if now == *history {
            return Ok(None);
        }
        self.ui
            .note("Another runner changed the database meanwhile: the plan is made anew.");
        Ok(Some(plan(&now)?))
    }

    /// A plan, and the connection to carry it out over.
    ///
    /// A SQLite file that is still to be created is created for a plan with steps only: neither a
    /// mistyped target nor a plan of nothing leaves one behind.
    pub(crate) fn plan(
        &self,
        plan: &dyn Fn(&History) -> Result<Plan, PlanError>,
    ) -> Result<Prepared, Error> {
        if let DatabaseUrl::Sqlite(SqliteLocation::File(path)) =
            self.settings().migration_database()?
            && !path.exists()
        {
            let history = Books::default().history(self.migrator.found()?);
            let empty = plan(&history)?;
            if empty.is_empty() {
                return Ok(Prepared::to_show(history, empty));
            }
        }
        let (mut database, mut history) = self.change()?;
        let mut held = None;
        if history.is_running() {
            // Halfway, or only not at its end yet: nobody is at it once the lock is ours.
            held = self.lock(&mut *database, None)?;
            history = self.migrator.again(&mut *database)?;
        }
        Ok(Prepared {
            plan: plan(&history)?,
            database: Some(database),
            history,
            held,
        })
    }

    /// Says that the server is being waited for.
    pub(crate) fn waiting(&self, error: &ConnectError) {
        let wait = self.settings().wait().unwrap_or_default();
        self.ui
            .note(&format!("{error}; trying for {} s", wait.as_secs()));
    }
}
