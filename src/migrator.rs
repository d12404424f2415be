//! A project's migrations and its database together: what the commands and applications work with.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use diesel_migrations::EmbeddedMigrations;

use crate::{
    backend::{
        self, Access, Database, Features,
        bookkeeping::By,
        failure::ConnectError,
        limits::Limits,
        lock::{self, Held, Notice, Stale},
        statements::Dialect,
    },
    check::{self, Finding, Level, Rule, allow::Allowed, policy::Policy},
    error::Error,
    migration::{
        Migration, broken,
        directory::{Directory, Reading, Sound, Texts},
        executor::{self, Event, Options},
        history::History,
        ledger::{self, Books, LogReader},
        plan::{Plan, PlanError, Step},
        target::Target,
    },
    settings::{
        CheckLevel, NamedCheck, OutOfOrder, Overrides, Settings, SettingsError, Surroundings,
    },
};

/// The migrations of a project, and the database they are for.
///
/// Cheap to clone. It holds no connection: every call opens one and closes it again, and the
/// thread waits until it is done. Inside a tokio runtime the calls are allowed, but hold up
/// the task's thread meanwhile: [`startup`](crate::startup) has asynchronous doors, and
/// `tokio::task::spawn_blocking` serves for the rest.
///
/// ```no_run
/// use diesel_manage::Migrator;
///
/// # fn main() -> Result<(), diesel_manage::error::Error> {
/// for migration in Migrator::from_env()?.pending()? {
///     println!("{}", migration.name);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Migrator {
    settings: Settings,
    embedded: Option<Arc<EmbeddedMigrations>>,
}

/// What a look at the migrations and the database showed.
pub(crate) struct Examined {
    /// What is wrong, or may be.
    pub(crate) findings: Vec<Finding>,
    /// Which checks the files allow.
    pub(crate) allowed: Allowed,
    /// The migrations there are, sound or not.
    pub(crate) found: Sound,
    /// Their files; none of migrations inside the program.
    pub(crate) texts: Texts,
    /// The history, where the database could be asked.
    pub(crate) history: Result<History, Error>,
}

/// Runs work that waits for a database. A runtime's own thread must not wait for another runtime,
/// so from there it goes to a thread of its own.
fn outside_runtimes<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    if tokio::runtime::Handle::try_current().is_err() {
        return work();
    }
    std::thread::scope(|scope| match scope.spawn(work).join() {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

impl Migrator {
    /// The project and database that the process's environment, `.env` and `manage.toml` name.
    pub fn from_env() -> Result<Self, Error> {
        let settings = Settings::resolve(&Overrides::default(), &Surroundings::of_process()?)?;
        Ok(Self::new(settings))
    }

    /// The project and database of given settings.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            embedded: None,
        }
    }

    /// Takes the migrations from inside the program, in place of the migrations folder.
    ///
    /// `embed_migrations!` reads the folder when the program is compiled; a `build.rs` that prints
    /// `cargo::rerun-if-changed=migrations` makes cargo notice when only SQL changed.
    #[must_use]
    pub fn with_embedded(self, migrations: EmbeddedMigrations) -> Self {
        Self {
            embedded: Some(Arc::new(migrations)),
            ..self
        }
    }

    /// The settings it goes by.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The migrations there are, lowest version first; the repeatable ones are left out.
    pub fn migrations(&self) -> Result<Vec<Migration>, Error> {
        Ok(self.found()?.migrations)
    }

    /// The migrations there are, with and without a version.
    pub(crate) fn found(&self) -> Result<Sound, Error> {
        self.read(Reading::Headers)
    }

    fn read(&self, reading: Reading) -> Result<Sound, Error> {
        match &self.embedded {
            Some(embedded) => Ok(Sound {
                migrations: Migration::embedded(embedded),
                repeatables: Vec::new(),
            }),
            None => Ok(Directory::read(self.settings.migrations_dir(), reading)?.sound()?),
        }
    }

    /// Who writes to the log.
    pub(crate) fn by() -> By {
        By {
            user: whoami::username().ok(),
            host: whoami::hostname().ok(),
            process: Some(std::process::id()),
            tool: concat!("manage ", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// What is on disk crossed with what is applied. Only looks: nothing is created anywhere.
    pub fn status(&self) -> Result<History, Error> {
        outside_runtimes(|| self.look(Reading::Checksums, &mut |_| {}))
    }

    /// What is still to apply, in order, the repeatable ones last. Only looks.
    ///
    /// Without a log of what ran, every repeatable migration counts.
    pub fn pending(&self) -> Result<Vec<Migration>, Error> {
        let history = self.status()?;
        let mut pending = history.pending();
        pending.extend(history.pending_repeatables());
        Ok(pending.into_iter().cloned().collect())
    }

    /// Brings the database to a target; says what happens as events, and what was done at the end.
    pub fn migrate(
        &self,
        target: &Target,
        on_event: &mut (dyn FnMut(Event<'_>) + Send),
    ) -> Result<Vec<(Step, Duration)>, Error> {
        outside_runtimes(|| {
            let planned = |database: &dyn Database, history: &History| -> Result<Plan, Error> {
                broken::refuse(history, database.features().dialect)?;
                let plan = Plan::migrate(history, target)?.reversible()?.from_disk()?;
                Ok(self.heed(plan, false)?)
            };
            let (mut database, history) = self.change(&mut |_| {}, &mut |_| {})?;
            // Whether anything is to do is told without the lock: most starts have nothing.
            if let Ok(plan) = planned(&*database, &history)
                && plan.is_empty()
            {
                return Ok(Vec::new());
            }
            let held = self.lock(&mut *database, &mut |_| {})?;
            let history = self.again(&mut *database)?;
            let plan = planned(&*database, &history)?;
            let by = Self::by();
            let options = Options {
                embedded: self.embedded.as_deref(),
                log: Some(&by),
                held: held.as_ref(),
                limits: self.limits(),
                retries: self.settings.lock_retries(),
                atomic: false,
            };
            executor::execute(&mut *database, &plan, &options, on_event)
        })
    }

    /// What is wrong, or may be, with the migrations and the database's state. Only looks.
    pub fn check(&self) -> Result<Vec<Finding>, Error> {
        let policy = self.policy()?;
        let examined = outside_runtimes(|| self.examine(&mut |_| {}))?;
        let found = policy.apply(&examined.allowed, examined.findings);
        examined.history.map(|_| found)
    }

    /// [`Migrator::check`], with what the files alone show where the database cannot be asked.
    pub(crate) fn examine(
        &self,
        waiting: &mut dyn FnMut(&ConnectError),
    ) -> Result<Examined, Error> {
        let (mut findings, mut allowed) = (Vec::new(), Allowed::default());
        let (found, texts) = if self.embedded.is_some() {
            (self.found()?, Texts::default())
        } else {
            let (directory, texts) = Directory::read_with_texts(self.settings.migrations_dir())?;
            let dialect = Features::of(self.settings.database()?.engine()).dialect;
            (findings, allowed) = check::files(&directory, &texts, dialect);
            (directory.whatever(), texts)
        };
        let (on_connect, wait) = (self.settings.on_connect(), self.settings.wait());
        let books = ledger::look(self.settings.database()?, on_connect, wait, waiting);
        let dialect = self.dialect()?;
        let history = books.map(|books| {
            let history = books.history(found.clone());
            findings.extend(check::history(&history));
            findings.extend(check::broken(&history, dialect));
            history
        });
        Ok(Examined {
            findings,
            allowed,
            found,
            texts,
            history,
        })
    }

    /// What the settings say of the checks. An id that none has is an error of `check` alone: an older
    /// program must not refuse to migrate because it knows fewer.
    pub(crate) fn policy(&self) -> Result<Policy, SettingsError> {
        let settings = &self.settings;
        let rule = |named: NamedCheck<'_>| {
            Rule::named(named.name)
                .map_err(|unknown| settings.unknown_check(named, unknown.nearest))
        };
        let mut policy = Policy::default();
        for named in settings.ignored_checks() {
            policy = policy.ignoring(rule(named)?);
        }
        for (named, level) in settings.check_levels() {
            policy = policy.rating(rule(named)?, level.into());
        }
        Ok(policy)
    }

    /// Stops where a migration is halfway. Only looks.
    pub(crate) fn refuse_broken(&self, history: &History) -> Result<(), Error> {
        Ok(broken::refuse(history, self.dialect()?)?)
    }

    /// The language of the database's statements.
    pub(crate) fn dialect(&self) -> Result<Dialect, Error> {
        let engine = self.settings.migration_database()?.engine();
        Ok(Features::of(engine).dialect)
    }

    /// A plan, unless it has migrations that came too late and the settings or the caller refuse those.
    pub(crate) fn heed(&self, plan: Plan, refuse: bool) -> Result<Plan, PlanError> {
        if refuse || self.settings.out_of_order() == OutOfOrder::Refuse {
            plan.in_order()
        } else {
            Ok(plan)
        }
    }

    /// [`Migrator::status`], telling of a server that is being waited for. What was edited after it ran,
    /// only the texts tell.
    pub(crate) fn look(
        &self,
        reading: Reading,
        waiting: &mut dyn FnMut(&ConnectError),
    ) -> Result<History, Error> {
        let found = self.read(reading)?;
        let settings = &self.settings;
        let books = ledger::look(
            settings.database()?,
            settings.on_connect(),
            settings.wait(),
            waiting,
        )?;
        Ok(books.history(found))
    }

    /// The log, newest row first: at most `limit` rows, of all versions or of these.
    pub(crate) fn log(
        &self,
        versions: Option<BTreeSet<String>>,
        limit: Option<usize>,
        waiting: &mut dyn FnMut(&ConnectError),
    ) -> Result<LogReader, Error> {
        let settings = &self.settings;
        let database = backend::look(
            settings.database()?,
            settings.on_connect(),
            settings.wait(),
            waiting,
        )?;
        Ok(LogReader::new(database, versions, limit))
    }

    /// How long statements of migrations may wait for locks, and run.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            lock: self.settings.lock_timeout(),
            statement: self.settings.statement_timeout(),
        }
    }

    /// Keeps other runners off the database, where the settings do not say otherwise; says whom it waits
    /// for, or comes after.
    pub(crate) fn lock(
        &self,
        database: &mut dyn Database,
        say: &mut dyn FnMut(Notice<'_>),
    ) -> Result<Option<Held>, Error> {
        let Some(wait) = self.settings.lock_wait() else {
            return Ok(None);
        };
        let url = self.settings.migration_database()?;
        lock::acquire(url, database, &Self::by(), wait, say)
            .map(Some)
            .map_err(Error::Lock)
    }

    /// Removes the lock of somebody who is gone, once `agree` says so; who that was.
    pub(crate) fn unlock(
        &self,
        waiting: &mut dyn FnMut(&ConnectError),
        agree: impl FnOnce(&Stale) -> Result<(), Error>,
    ) -> Result<Option<Stale>, Error> {
        let settings = &self.settings;
        let url = settings.migration_database()?;
        match backend::look(url, settings.on_connect(), settings.wait(), waiting)? {
            Some(mut database) => lock::unlock(url, &mut *database, &Self::by(), agree),
            None => Ok(None),
        }
    }

    /// The history as it is once other runners are kept away.
    pub(crate) fn again(&self, database: &mut dyn Database) -> Result<History, Error> {
        Ok(ledger::read(database)?.history(self.read(Reading::Checksums)?))
    }

    /// The history, with a connection that may change the database.
    ///
    /// A SQLite file that another runner has for itself, in the middle of a long migration, is waited for
    /// as the lock is; `locked` is told.
    pub(crate) fn change(
        &self,
        waiting: &mut dyn FnMut(&ConnectError),
        locked: &mut dyn FnMut(&Error),
    ) -> Result<(Box<dyn Database>, History), Error> {
        let found = self.read(Reading::Checksums)?;
        let (start, mut told) = (Instant::now(), false);
        let wait = self.settings.lock_wait().unwrap_or_default();
        loop {
            match self.open_and_read(waiting) {
                Ok((database, books)) => return Ok((database, books.history(found))),
                // Every attempt has waited for some seconds itself.
                Err(error) if error.is_locked() && start.elapsed() < wait => {
                    if !std::mem::replace(&mut told, true) {
                        locked(&error);
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn open_and_read(
        &self,
        waiting: &mut dyn FnMut(&ConnectError),
    ) -> Result<(Box<dyn Database>, Books), Error> {
        let settings = &self.settings;
        let mut database = backend::open(
            settings.migration_database()?,
            Access::Change,
            settings.on_connect(),
            settings.wait(),
            waiting,
        )?;
        let books = ledger::read(&mut *database)?;
        Ok((database, books))
    }
}

impl From<CheckLevel> for Level {
    fn from(level: CheckLevel) -> Self {
        match level {
            CheckLevel::Info => Self::Info,
            CheckLevel::Warning => Self::Warning,
            CheckLevel::Error => Self::Error,
        }
    }
}
