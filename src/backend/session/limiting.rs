//! Limits around a job, and what is to be put right where one was reached.

use super::{DatabaseError, Engine, Features, Job, JobError, Link, Session, Stage, Work, mentions};
use crate::backend::{
    Database as _,
    limits::Limits,
    statements::{self, TransactionControl},
};

impl<C: Link> Session<C> {
    /// Takes limits for all jobs to come.
    pub(super) fn keep_limits(&mut self, limits: Limits) -> Result<(), DatabaseError> {
        self.limits = limits;
        if limits.statement.is_some() {
            let server = self.server()?;
            self.limits_statements = C::limits_statements(&server);
        }
        if C::ENGINE == Engine::Sqlite {
            for statement in limits.for_session(C::ENGINE, false) {
                self.execute(&statement)?;
            }
        }
        Ok(())
    }

    /// Sets the session's limits, where a job's transaction does not; what brings back its own.
    pub(super) fn begin_limits(&mut self, job: &Job<'_>) -> Result<Option<String>, DatabaseError> {
        if C::ENGINE == Engine::Sqlite || !self.sets_limits(job) {
            return Ok(None);
        }
        let stops = self.limits_statements;
        let Some(query) = self.limits.former(C::ENGINE, stops) else {
            return Ok(None);
        };
        let own = self.pairs(&query)?.into_iter().next().map(|(sql, _)| sql);
        for statement in self.limits.for_session(C::ENGINE, stops) {
            self.execute(&statement)?;
        }
        Ok(own)
    }

    /// Brings back the session's own limits.
    pub(super) fn end_limits(&mut self, own: Option<&str>) {
        if let Some(own) = own {
            // Where the connection is lost, the session is too.
            let _ = self.execute(own);
        }
    }

    /// Whether a job has limits that no transaction ends.
    fn sets_limits(&self, job: &Job<'_>) -> bool {
        let of_transaction = C::ENGINE == Engine::Postgres && job.run_in_transaction;
        let runs = !matches!(job.work, Work::Fake);
        runs && !self.limits.is_empty() && !of_transaction && !self.pooled
    }

    /// The indexes that are unusable before a job which may leave more of them.
    pub(super) fn unusable(&mut self, job: &Job<'_>) -> Vec<String> {
        if self.sets_limits(job) {
            self.invalid_indexes()
        } else {
            Vec::new()
        }
    }

    /// After a job failed outside a transaction: takes back what its script's own transaction did.
    pub(super) fn tidy_up(&mut self, sql: &str) {
        let ends = statements::split(Features::of(C::ENGINE).dialect, sql)
            .iter()
            .any(|statement| statement.transaction_control().is_some());
        if ends {
            // It need not be open.
            let _ = self.execute("ROLLBACK");
        }
    }

    /// Keeps in mind which indexes a job that is to run again left behind.
    pub(super) fn remember(&mut self, unusable: &[String], failure: &JobError) {
        let found = failure.invalid_indexes.iter();
        let new = found.filter(|index| !unusable.contains(index));
        let indexes: Vec<String> = new.cloned().collect();
        if failure.again && !indexes.is_empty() {
            self.left = Some((indexes, failure.clone()));
        }
    }

    /// Takes away the indexes that a job left behind when it failed before. Where that has to wait in vain
    /// too, it fails as before.
    pub(super) fn forget_left(&mut self) -> Result<(), JobError> {
        let Some((indexes, failure)) = self.left.take() else {
            return Ok(());
        };
        for index in &indexes {
            let dropped = self.execute(&format!("DROP INDEX CONCURRENTLY IF EXISTS {index}"));
            if let Err(error) = dropped {
                let failure = JobError {
                    again: error.trouble.is_lock(),
                    ..failure
                };
                self.left = Some((indexes, failure.clone()));
                return Err(failure);
            }
        }
        Ok(())
    }

    /// Whether a job that waited in vain may run again, from the first statement that does not stand.
    pub(super) fn may_run_again(
        &self,
        job: &Job<'_>,
        stage: &Stage,
        error: &DatabaseError,
        standing: usize,
    ) -> bool {
        if !error.trouble.is_lock() {
            return false;
        }
        let sql = match job.work {
            Work::Script(sql) => sql,
            Work::Fake => "",
            Work::Embedded(_) => {
                return job.run_in_transaction && Features::of(C::ENGINE).transactional_ddl;
            }
        };
        if job.run_in_transaction && Features::of(C::ENGINE).transactional_ddl {
            let statements = statements::split(Features::of(C::ENGINE).dialect, sql);
            return !statements.iter().any(|statement| {
                matches!(
                    statement.transaction_control(),
                    Some(TransactionControl::Commit | TransactionControl::Rollback)
                )
            });
        }
        let ran = matches!(stage, Stage::Statement { .. } | Stage::Begin);
        // What the statements before set for the session may have been lost with the failure.
        let lost = super::may_change_search_path(C::ENGINE, sql)
            || C::ENGINE == Engine::Mysql && mentions(sql, "lock table");
        let may_leave = C::ENGINE == Engine::Postgres && self.limits.is_empty();
        let leaves = may_leave && mentions(sql, "concurrently");
        ran && !leaves && (standing == job.skip || !lost)
    }
}
