//! A project's migrations and its database together: what the commands and applications work with.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use diesel_migrations::EmbeddedMigrations;

use crate::{
    backend::{
        self, Access, Database, Features,
        bookkeeping::By,
        failure::{ConnectError, DatabaseError},
        statements::Dialect,
    },
    check::{self, Finding},
    error::Error,
    migration::{
        Migration, broken,
        directory::{Directory, Reading, Sound},
        executor::{self, Event, Options},
        history::History,
        ledger::{self, LogReader},
        plan::{Plan, PlanError, Step},
        target::Target,
    },
    settings::{OutOfOrder, Overrides, Settings, Surroundings},
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
    /// The migrations there are, sound or not.
    pub(crate) found: Sound,
    /// Whether the database could be asked.
    pub(crate) asked: Result<(), Error>,
    /// Why the database's log cannot be read, where it is there and cannot.
    pub(crate) unread_log: Option<DatabaseError>,
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
            tool: concat!("manage ", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// What is on disk crossed with what is applied. Only looks: nothing is created anywhere.
    pub fn status(&self) -> Result<History, Error> {
        outside_runtimes(|| self.look(Reading::Texts, &mut |_| {}))
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
            let (mut database, history) = self.change(&mut |_| {})?;
            broken::refuse(&history, database.features().dialect)?;
            let plan = Plan::migrate(&history, target)?.reversible()?.from_disk()?;
            let plan = self.heed(plan, false)?;
            let by = Self::by();
            let options = Options {
                embedded: self.embedded.as_deref(),
                log: Some(&by),
                ..Options::default()
            };
            executor::execute(&mut *database, &plan, &options, on_event)
        })
    }

    /// What is wrong, or may be, with the migrations and the database's state. Only looks.
    pub fn check(&self) -> Result<Vec<Finding>, Error> {
        let examined = outside_runtimes(|| self.examine(&mut |_| {}))?;
        examined.asked.map(|()| self.wanted(examined.findings))
    }

    /// [`Migrator::check`], with what the files alone show where the database cannot be asked.
    pub(crate) fn examine(
        &self,
        waiting: &mut dyn FnMut(&ConnectError),
    ) -> Result<Examined, Error> {
        let mut findings = Vec::new();
        let found = if self.embedded.is_some() {
            self.found()?
        } else {
            let directory = Directory::read(self.settings.migrations_dir(), Reading::Texts)?;
            let dialect = Features::of(self.settings.database()?.engine()).dialect;
            findings = check::files(&directory, dialect);
            directory.whatever()
        };
        let (on_connect, wait) = (self.settings.on_connect(), self.settings.wait());
        let books = ledger::look(self.settings.database()?, on_connect, wait, waiting);
        let dialect = self.dialect()?;
        let mut unread_log = None;
        let asked = books.map(|books| {
            let history = books.history(found.clone());
            unread_log = history.unread_log().cloned();
            findings.extend(check::history(&history));
            findings.extend(check::broken(&history, dialect));
        });
        Ok(Examined {
            findings,
            found,
            asked,
            unread_log,
        })
    }

    /// The findings that the settings do not ignore.
    pub(crate) fn wanted(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        let ignored = self.settings.ignored_checks();
        findings.retain(|finding| !ignored.iter().any(|id| id == finding.rule.id));
        findings
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

    /// The history, with a connection that may change the database.
    pub(crate) fn change(
        &self,
        waiting: &mut dyn FnMut(&ConnectError),
    ) -> Result<(Box<dyn Database>, History), Error> {
        let found = self.read(Reading::Texts)?;
        let settings = &self.settings;
        let url = settings.migration_database()?;
        let mut database = backend::open(
            url,
            Access::Change,
            settings.on_connect(),
            settings.wait(),
            waiting,
        )?;
        let books = ledger::read(&mut *database)?;
        Ok((database, books.history(found)))
    }
}
