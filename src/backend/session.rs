//! [`Database`] over any connection that Diesel's harness runs on.

mod limiting;

use std::{cell::RefCell, fmt, ops::Range, time::Duration};

use diesel::{
    Connection, QueryResult, QueryableByName,
    backend::Backend,
    connection::{BoxableConnection, TransactionManager},
    migration::{
        self, Migration, MigrationConnection, MigrationMetadata, MigrationName, MigrationSource,
        MigrationVersion,
    },
    sql_types::Text,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};

use super::{
    Database, Direction, Features, Job, JobError, LedgerRow, Notes, Stage, Work,
    bookkeeping::{self, Extent, LEDGER, LOG, LogRow},
    cancel::{self, Canceller, Running},
    client::{LEAVE_SEARCH_PATH, RESUME_SEARCH_PATH, may_change_search_path},
    failure::{DatabaseError, Trouble},
    limits::{Limits, Watch},
    statements::{self, Dialect, Statement},
    url::Engine,
};

/// A row of two texts.
#[derive(QueryableByName)]
pub(super) struct Pair {
    #[diesel(sql_type = Text)]
    a: String,
    #[diesel(sql_type = Text)]
    b: String,
}

/// What [`Session`] asks of a connection beyond what Diesel gives.
pub(super) trait Link:
    Connection + MigrationConnection + MigrationHarness<<Self as Connection>::Backend> + 'static
{
    /// The engine.
    const ENGINE: Engine;
    /// A query of the names of those of the ledger and the log that are there.
    const BOOKS: &'static str;
    /// The ledger's rows: version and time in UTC.
    const LEDGER_ROWS: &'static str;
    /// The server's name and version.
    const SERVER: &'static str;

    /// Runs a query of two text columns.
    fn pairs(&mut self, sql: &str) -> QueryResult<Vec<Pair>>;

    /// Whether a server that calls itself so stops statements by itself, once it is told how long they may
    /// run.
    fn limits_statements(_server: &str) -> bool {
        true
    }

    /// Where in a statement an error is, in characters from 1, for an engine whose errors do not say.
    fn find_error(&mut self, _sql: &str, _message: &str) -> Option<usize> {
        None
    }
}

/// What makes a connection that a pooler lends for a transaction at a time fit for statements that are
/// prepared: their names are the server's, and may have been given by others.
const FORGET_PREPARED: &str = "DEALLOCATE ALL";

/// A connection.
pub(super) struct Session<C: Link> {
    link: Option<C>,
    close: fn(C),
    books: Vec<String>,
    cancel: Option<Canceller>,
    /// Whether a pooler may lend another connection of the server to each transaction.
    pooled: bool,
    /// What runs at the beginning of every transaction.
    opening: Vec<String>,
    limits: Limits,
    /// The indexes that a job which is to run again left behind unusable, and how it failed.
    left: Option<(Vec<String>, JobError)>,
    /// Whether the server itself stops what runs for too long.
    limits_statements: bool,
}

impl<C: Link> Session<C> {
    /// Wraps a connection; `close` is called with it at the end.
    pub(super) fn new(link: C, close: fn(C)) -> Self {
        Self {
            link: Some(link),
            close,
            books: Vec::new(),
            cancel: None,
            pooled: false,
            opening: Vec::new(),
            limits: Limits::default(),
            left: None,
            limits_statements: true,
        }
    }

    /// Says how a statement that runs is stopped from outside.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(super) fn cancelled_by(mut self, cancel: Canceller) -> Self {
        self.cancel = Some(cancel);
        self
    }

    /// Says that transactions may each run on another connection of the server.
    #[cfg(feature = "postgres")]
    pub(super) fn pooled(mut self) -> Self {
        if let Some(link) = &mut self.link {
            link.set_prepared_statement_cache_size(diesel::connection::CacheSize::Disabled);
        }
        self.pooled = true;
        self.opening.push(FORGET_PREPARED.to_owned());
        self
    }

    fn with<T>(&mut self, call: impl FnOnce(&mut C) -> QueryResult<T>) -> Result<T, DatabaseError> {
        let Some(link) = &mut self.link else {
            return Err(closed());
        };
        call(link).map_err(|error| DatabaseError::from_diesel(C::ENGINE, &error))
    }
}

impl<C: Link> Drop for Session<C> {
    fn drop(&mut self) {
        if let Some(link) = self.link.take() {
            (self.close)(link);
        }
    }
}

impl<C: Link> Database for Session<C> {
    fn engine(&self) -> Engine {
        C::ENGINE
    }

    fn server(&mut self) -> Result<String, DatabaseError> {
        Ok(self
            .pairs(C::SERVER)?
            .into_iter()
            .next()
            .map(|(a, _)| a)
            .unwrap_or_default())
    }

    fn ledger(&mut self) -> Result<Vec<LedgerRow>, DatabaseError> {
        if !self.has(LEDGER)? {
            return Ok(Vec::new());
        }
        let rows = self.pairs(C::LEDGER_ROWS)?;
        Ok(rows
            .into_iter()
            .map(|(version, run_on)| LedgerRow { version, run_on })
            .collect())
    }

    fn create_ledger(&mut self) -> Result<(), DatabaseError> {
        if !self.has(LEDGER)? {
            self.with(|link| link.setup().map(drop))?;
        }
        Ok(())
    }

    fn log(&mut self, extent: Extent<'_>) -> Result<Option<Vec<LogRow>>, DatabaseError> {
        if !self.has(LOG)? {
            return Ok(None);
        }
        let rows = self.pairs(&bookkeeping::rows(C::ENGINE, extent))?;
        let parsed = rows.iter().map(|(_, row)| {
            let mut row: LogRow = serde_json::from_str(row)
                .map_err(|error| DatabaseError::other(format!("a row of `{LOG}`: {error}")))?;
            // Where structure is not transactional, every row is written before and after.
            row.apart = row.standing.is_some() && self.features().transactional_ddl;
            Ok(row)
        });
        parsed.collect::<Result<_, _>>().map(Some)
    }

    fn kept_down(&mut self, row: u64) -> Result<Option<String>, DatabaseError> {
        let rows = self.pairs(&bookkeeping::kept_down(row))?;
        Ok(rows.into_iter().next().map(|(_, sql)| sql))
    }

    fn create_log(&mut self) -> Result<(), DatabaseError> {
        if !self.has(LOG)? {
            self.execute(&bookkeeping::create_log(C::ENGINE))?;
        }
        Ok(())
    }

    fn is_pooled(&self) -> bool {
        self.pooled
    }

    fn limit(&mut self, limits: Limits) -> Result<(), DatabaseError> {
        self.keep_limits(limits)
    }

    fn run(&mut self, job: &Job<'_>) -> Result<(), JobError> {
        let own = self
            .begin_limits(job)
            .map_err(|error| failed(Stage::Begin, error, false))?;
        let result = self.forget_left().and_then(|()| self.run_anew(job));
        self.end_limits(own.as_deref());
        result
    }

    fn execute(&mut self, sql: &str) -> Result<(), DatabaseError> {
        self.with(|link| link.batch_execute(sql))
    }

    fn pairs(&mut self, sql: &str) -> Result<Vec<(String, String)>, DatabaseError> {
        let rows = if self.pooled && !self.in_transaction() {
            self.begin()?;
            let rows = self.with(|link| Link::pairs(link, sql));
            self.rollback()?;
            rows?
        } else {
            self.with(|link| Link::pairs(link, sql))?
        };
        Ok(rows.into_iter().map(|Pair { a, b }| (a, b)).collect())
    }

    fn at_begin(&mut self, sql: String) {
        self.opening.push(sql);
    }

    fn begin(&mut self) -> Result<(), DatabaseError> {
        self.with(|link| C::TransactionManager::begin_transaction(link))?;
        for statement in &self.opening.clone() {
            self.execute(statement)?;
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), DatabaseError> {
        self.with(|link| C::TransactionManager::commit_transaction(link))
    }

    fn rollback(&mut self) -> Result<(), DatabaseError> {
        self.with(|link| C::TransactionManager::rollback_transaction(link))
    }
}

impl<C: Link> Session<C> {
    fn run_script(&mut self, sql: &str, job: &Job<'_>) -> Result<(), JobError> {
        let restore = self
            .restore_search_path(sql)
            .map_err(|error| failed(Stage::Begin, error, false))?;
        let opening = self.opening_of(job);
        let script = ScriptMigration {
            name: Name(job.version.unwrap_or_default().to_owned()),
            run_in_transaction: InTransaction(job.run_in_transaction),
            engine: C::ENGINE,
            sql,
            skip: job.skip,
            restore,
            notes: job.notes,
            opening: &opening,
            watch: self.watch(),
            lent: self.pooled && !job.run_in_transaction,
            progress: RefCell::new(Progress::Begin),
        };
        let tidy = script.restore.clone().or_else(|| {
            (C::ENGINE == Engine::Mysql && mentions(sql, "lock table"))
                .then(|| "UNLOCK TABLES".to_owned())
        });
        let Some(link) = &mut self.link else {
            return Err(failed(Stage::Begin, closed(), false));
        };
        let running = Running::with(self.cancel.clone());
        let result = match (job.version, job.direction) {
            (Some(_), Direction::Forwards) => link.run_migration(&script).map(drop),
            (Some(_), Direction::Backwards) => link.revert_migration(&script).map(drop),
            (None, _) if job.run_in_transaction => {
                link.transaction(|link| script.execute::<C::Backend>(link))
            }
            (None, _) => script.execute::<C::Backend>(link),
        };
        drop(running);
        let result = if script.lent && !matches!(*script.progress.borrow(), Progress::Begin) {
            let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
            let ended = link.batch_execute(end);
            result.and(ended.map_err(Into::into))
        } else {
            result
        };
        let Err(error) = result else { return Ok(()) };
        let (stage, error) = match script.progress.into_inner() {
            Progress::Begin => (Stage::Begin, from_harness(C::ENGINE, &*error)),
            Progress::Ran => (Stage::Commit, from_harness(C::ENGINE, &*error)),
            Progress::Failed {
                range,
                before,
                mut error,
            } => {
                if error.position.is_none() {
                    error.position = link.find_error(&sql[range.clone()], &error.message);
                }
                (Stage::Statement { range, before }, error)
            }
        };
        let standing =
            job.skip + standing(C::ENGINE, job.run_in_transaction, sql, job.skip, &stage);
        if !job.run_in_transaction {
            self.tidy_up(sql);
        }
        if let Some(tidy) = tidy {
            // For the log and the ledger, which are still to be asked; the failure is told first.
            let _ = self.execute(&tidy);
        }
        let invalid_indexes = if job.run_in_transaction {
            Vec::new()
        } else {
            self.invalid_indexes()
        };
        let again = self.may_run_again(job, &stage, &error, standing);
        Err(JobError {
            stage,
            error,
            standing,
            invalid_indexes,
            again,
        })
    }

    fn run_anew(&mut self, job: &Job<'_>) -> Result<(), JobError> {
        let unusable = self.unusable(job);
        let result = match job.work {
            Work::Embedded(source) => self.run_embedded(source, job).map_err(|error| {
                let again = self.may_run_again(job, &Stage::Whole, &error, job.skip);
                failed(Stage::Whole, error, again)
            }),
            Work::Script(sql) => self.run_script(sql, job),
            Work::Fake => self.run_script("", job),
        };
        if let Err(failure) = &result {
            self.remember(&unusable, failure);
        }
        result
    }

    /// What runs first in a job's transaction.
    fn opening_of(&self, job: &Job<'_>) -> Vec<String> {
        let mut opening = self.opening.clone();
        if !matches!(job.work, Work::Fake) {
            opening.extend(self.limits.for_transaction(C::ENGINE));
        }
        opening
    }

    /// Who stops statements that run for too long, where the server does not.
    fn watch(&self) -> Option<(Canceller, Duration)> {
        let limit = self.limits.statement.filter(|limit| !limit.is_zero())?;
        let cancel = self.cancel.clone().filter(|_| !self.limits_statements)?;
        Some((cancel, limit))
    }

    fn in_transaction(&mut self) -> bool {
        let Some(link) = &mut self.link else {
            return false;
        };
        let status = C::TransactionManager::transaction_manager_status_mut(link);
        !matches!(status.transaction_depth(), Ok(None))
    }

    /// Whether one of our own tables is there; what was there once is not asked for again.
    fn has(&mut self, table: &str) -> Result<bool, DatabaseError> {
        if !self.books.iter().any(|name| name == table) {
            let found = self.pairs(C::BOOKS)?;
            self.books = found.into_iter().map(|(name, _)| name).collect();
        }
        Ok(self.books.iter().any(|name| name == table))
    }

    fn run_embedded(
        &mut self,
        source: &EmbeddedMigrations,
        job: &Job<'_>,
    ) -> Result<(), DatabaseError> {
        let other =
            |error: Box<dyn std::error::Error + Send + Sync>| from_harness(C::ENGINE, &*error);
        let migrations = MigrationSource::<C::Backend>::migrations(source).map_err(other)?;
        let version = job.version.unwrap_or_default();
        let wanted = MigrationVersion::from(version);
        let Some(migration) = migrations
            .into_iter()
            .find(|m| m.name().version() == wanted)
        else {
            return Err(DatabaseError::other(format!(
                "migration {version} is not embedded"
            )));
        };
        let migration = Noted {
            migration,
            opening: &self.opening_of(job),
            notes: job.notes,
        };
        let Some(link) = &mut self.link else {
            return Err(closed());
        };
        let _running = Running::with(self.cancel.clone());
        match job.direction {
            Direction::Forwards => link.run_migration(&migration),
            Direction::Backwards => link.revert_migration(&migration),
        }
        .map(drop)
        .map_err(other)
    }

    /// Where a script may change `search_path`, the statement that sets it back, so that Diesel finds
    /// its ledger afterwards.
    fn restore_search_path(&mut self, sql: &str) -> Result<Option<String>, DatabaseError> {
        if !may_change_search_path(C::ENGINE, sql) {
            return Ok(None);
        }
        let path = self.pairs("SELECT current_setting('search_path') AS a, '' AS b")?;
        Ok(path.into_iter().next().map(|(path, _)| {
            format!(
                "SELECT pg_catalog.set_config('search_path', '{}', false)",
                path.replace('\'', "''")
            )
        }))
    }

    /// A failed `CREATE INDEX CONCURRENTLY` leaves its index behind, unusable
    /// (<https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY>).
    fn invalid_indexes(&mut self) -> Vec<String> {
        if C::ENGINE != Engine::Postgres {
            return Vec::new();
        }
        let rows = self.pairs(
            "SELECT indexrelid::regclass::text AS a, '' AS b FROM pg_index WHERE NOT indisvalid ORDER BY 1",
        );
        rows.unwrap_or_default()
            .into_iter()
            .map(|(name, _)| name)
            .collect()
    }
}

fn closed() -> DatabaseError {
    DatabaseError::other("the connection is closed".to_owned())
}

/// A job of which nothing stands.
fn failed(stage: Stage, error: DatabaseError, again: bool) -> JobError {
    JobError {
        stage,
        error,
        standing: 0,
        invalid_indexes: Vec::new(),
        again,
    }
}

/// How many of the statements before the failing one the failure left in place.
///
/// A transaction, the harness's or the script's own, takes its statements back until something ends
/// it; what runs after that end stands by itself. The first `skip` of the script did not run now, and
/// are not counted.
fn standing(engine: Engine, in_transaction: bool, sql: &str, skip: usize, stage: &Stage) -> usize {
    let features = Features::of(engine);
    if in_transaction && features.transactional_ddl {
        return 0;
    }
    let (before, failed) = match stage {
        Stage::Statement { range, before } => (before.clone(), Some(range)),
        Stage::Commit => {
            let all = statements::split(features.dialect, sql);
            (all.iter().map(|s| s.start..s.end()).collect(), None)
        }
        Stage::Begin | Stage::Whole => return 0,
    };
    let before = &before[skip.min(before.len())..];
    let commits = |range: &Range<usize>| {
        !features.transactional_ddl && commits_by_itself(&sql[range.clone()])
    };
    let mut open = in_transaction;
    let mut standing = 0;
    for (index, range) in before.iter().enumerate() {
        let words = first_words(features.dialect, &sql[range.clone()]);
        match words.each_ref().map(String::as_str) {
            ["BEGIN", _] | ["START", "TRANSACTION"] => {
                if commits(range) {
                    standing = index;
                }
                open = true;
            }
            ["COMMIT" | "END" | "ROLLBACK", _] => open = false,
            _ if commits(range) => open = false,
            _ => {}
        }
        if !open {
            standing = index + 1;
        }
    }
    if failed.is_some_and(commits) {
        before.len()
    } else {
        standing
    }
}

/// The first two words of a statement in capitals, empty where there are fewer.
fn first_words(dialect: Dialect, sql: &str) -> [String; 2] {
    let statements = statements::split(dialect, sql);
    let mut words = statements
        .iter()
        .flat_map(Statement::words)
        .map(str::to_ascii_uppercase);
    [(); 2].map(|()| words.next().unwrap_or_default())
}

/// Whether MySQL commits before and after a statement, failed or not
/// (<https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html>).
fn commits_by_itself(sql: &str) -> bool {
    let words = first_words(Dialect::Mysql, sql);
    match words.each_ref().map(String::as_str) {
        ["CREATE" | "DROP", "TEMPORARY"] => false,
        [
            "ALTER" | "CREATE" | "DROP" | "RENAME" | "TRUNCATE" | "GRANT" | "REVOKE" | "INSTALL"
            | "UNINSTALL" | "ANALYZE" | "CHECK" | "OPTIMIZE" | "REPAIR" | "FLUSH" | "RESET"
            | "LOCK" | "UNLOCK" | "BEGIN" | "COMMIT",
            _,
        ]
        | ["START", "TRANSACTION"]
        | ["SET", "PASSWORD"] => true,
        _ => false,
    }
}

fn from_harness(
    engine: Engine,
    error: &(dyn std::error::Error + Send + Sync + 'static),
) -> DatabaseError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<diesel::result::Error>() {
            return DatabaseError::from_diesel(engine, error);
        }
        cause = error.source();
    }
    DatabaseError::other(error.to_string())
}

/// Whether a script has these words in it somewhere.
fn mentions(sql: &str, words: &str) -> bool {
    sql.to_ascii_lowercase().contains(words)
}

/// Where a script is.
enum Progress {
    Begin,
    Ran,
    Failed {
        range: Range<usize>,
        before: Vec<Range<usize>>,
        error: DatabaseError,
    },
}

/// A script as Diesel's harness sees it: run inside the harness's transaction, statement by
/// statement, before the version is recorded.
struct ScriptMigration<'a> {
    name: Name,
    run_in_transaction: InTransaction,
    engine: Engine,
    sql: &'a str,
    skip: usize,
    restore: Option<String>,
    notes: &'a dyn Notes,
    /// What runs first in its transaction.
    opening: &'a [String],
    /// Who stops its statements, and after how long.
    watch: Option<(Canceller, Duration)>,
    /// Whether it runs outside of a transaction on connections that a pooler lends: what Diesel's harness
    /// writes then needs a transaction, which is left open for it.
    lent: bool,
    progress: RefCell<Progress>,
}

/// A migration of the program's own, and what is written down along with it.
struct Noted<'a, DB: Backend> {
    migration: Box<dyn Migration<DB>>,
    opening: &'a [String],
    notes: &'a dyn Notes,
}

impl<DB: Backend> Noted<'_, DB> {
    fn open(&self, connection: &mut dyn BoxableConnection<DB>) -> migration::Result<()> {
        if self.migration.metadata().run_in_transaction() {
            for statement in self.opening {
                connection.batch_execute(statement)?;
            }
        }
        Ok(())
    }

    fn note(&self, connection: &mut dyn BoxableConnection<DB>) -> migration::Result<()> {
        for note in self.notes.after() {
            connection.batch_execute(&note)?;
        }
        Ok(())
    }
}

impl<DB: Backend> Migration<DB> for Noted<'_, DB> {
    fn run(&self, connection: &mut dyn BoxableConnection<DB>) -> migration::Result<()> {
        self.open(connection)?;
        self.migration.run(connection)?;
        self.note(connection)
    }

    fn revert(&self, connection: &mut dyn BoxableConnection<DB>) -> migration::Result<()> {
        self.open(connection)?;
        self.migration.revert(connection)?;
        self.note(connection)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        self.migration.metadata()
    }

    fn name(&self) -> &dyn MigrationName {
        self.migration.name()
    }
}

struct Name(String);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl MigrationName for Name {
    fn version(&self) -> MigrationVersion<'_> {
        MigrationVersion::from(self.0.as_str())
    }
}

struct InTransaction(bool);

impl MigrationMetadata for InTransaction {
    fn run_in_transaction(&self) -> bool {
        self.0
    }
}

impl ScriptMigration<'_> {
    /// A note that is written where the tables are, whatever the script made of `search_path`.
    fn on_own_path(&self, note: String) -> String {
        match &self.restore {
            Some(restore) => [LEAVE_SEARCH_PATH, restore, &note, RESUME_SEARCH_PATH].join(";\n"),
            None => note,
        }
    }

    fn execute<DB: Backend>(
        &self,
        connection: &mut dyn BoxableConnection<DB>,
    ) -> migration::Result<()> {
        if self.run_in_transaction.0 {
            for statement in self.opening {
                connection.batch_execute(statement)?;
            }
        }
        let statements = statements::split(Features::of(self.engine).dialect, self.sql);
        for (index, statement) in statements.iter().enumerate().skip(self.skip) {
            let failed = |error| Progress::Failed {
                range: statement.start..statement.end(),
                before: statements[..index]
                    .iter()
                    .map(|s| s.start..s.end())
                    .collect(),
                error,
            };
            if cancel::requested() {
                let error = DatabaseError::interrupted();
                let message = error.message.clone();
                *self.progress.borrow_mut() = failed(error);
                return Err(message.into());
            }
            if let Some(note) = self.notes.before(index) {
                // It is in no transaction that it could spoil, and cannot be written while the script
                // holds other tables with `LOCK TABLES`.
                let _ = connection.batch_execute(&self.on_own_path(note));
            }
            let watch = self.watch.clone();
            let watch = watch.map(|(cancel, limit)| Watch::over(cancel, limit));
            let ran = connection.batch_execute(statement.sql);
            let stopped = watch.is_some_and(Watch::end);
            if let Err(error) = ran {
                let mut told = DatabaseError::from_diesel(self.engine, &error);
                if stopped && told.trouble == Trouble::Other {
                    told.trouble = Trouble::StatementTimeout;
                }
                *self.progress.borrow_mut() = failed(told);
                return Err(Box::new(error));
            }
        }
        *self.progress.borrow_mut() = Progress::Ran;
        if self.lent {
            connection.batch_execute(&format!("BEGIN; {FORGET_PREPARED}"))?;
        }
        if let Some(restore) = &self.restore {
            connection.batch_execute(restore)?;
        }
        for note in self.notes.after() {
            connection.batch_execute(&note)?;
        }
        Ok(())
    }
}

impl<DB: Backend> Migration<DB> for ScriptMigration<'_> {
    fn run(&self, connection: &mut dyn BoxableConnection<DB>) -> migration::Result<()> {
        self.execute(connection)
    }

    fn revert(&self, connection: &mut dyn BoxableConnection<DB>) -> migration::Result<()> {
        self.execute(connection)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        &self.run_in_transaction
    }

    fn name(&self) -> &dyn MigrationName {
        &self.name
    }
}
