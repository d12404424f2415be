//! Limits around a job, and what is to be put right where one was reached.

use super::{DatabaseError, Engine, Features, Job, Link, Session, Stage, Work, mentions};
use crate::backend::{
    Database as _,
    failure::Trouble,
    limits::Limits,
    statements::{self, TransactionControl},
};

/// What was there before a job's limits.
#[derive(Default)]
pub(super) struct Before {
    /// What brings back the session's own limits.
    limits: Option<String>,
    /// The indexes that were unusable already.
    invalid_indexes: Vec<String>,
}

impl Before {
    /// Those of the indexes that were not unusable yet.
    pub(super) fn left(&self, invalid_indexes: &[String]) -> Vec<String> {
        let left = invalid_indexes.iter();
        left.filter(|index| !self.invalid_indexes.contains(index))
            .cloned()
            .collect()
    }
}

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

    /// Sets the session's limits, where a job's transaction does not.
    pub(super) fn begin_limits(&mut self, job: &Job<'_>) -> Result<Before, DatabaseError> {
        let of_transaction = C::ENGINE == Engine::Postgres && job.run_in_transaction;
        if self.limits.is_empty() || of_transaction || self.pooled || matches!(job.work, Work::Fake)
        {
            return Ok(Before::default());
        }
        let stops = self.limits_statements;
        let invalid_indexes = self.invalid_indexes();
        let limits = match self.limits.former(C::ENGINE, stops) {
            Some(query) => self.pairs(&query)?.into_iter().next().map(|(sql, _)| sql),
            None => None,
        };
        if C::ENGINE != Engine::Sqlite {
            for statement in self.limits.for_session(C::ENGINE, stops) {
                self.execute(&statement)?;
            }
        }
        Ok(Before {
            limits,
            invalid_indexes,
        })
    }

    /// Brings back the session's own limits.
    pub(super) fn end_limits(&mut self, before: &Before) {
        if let Some(limits) = &before.limits {
            // Where the connection is lost, the session is too.
            let _ = self.execute(limits);
        }
    }

    /// After a job failed outside a transaction: takes back what its script's own transaction did, and the
    /// index that a `CREATE INDEX CONCURRENTLY` which waited in vain left behind.
    pub(super) fn tidy_up(&mut self, sql: &str, before: &Before, error: &DatabaseError) {
        let ends = statements::split(Features::of(C::ENGINE).dialect, sql)
            .iter()
            .any(|statement| statement.transaction_control().is_some());
        if ends {
            // It need not be open.
            let _ = self.execute("ROLLBACK");
        }
        if C::ENGINE != Engine::Postgres
            || self.limits.is_empty()
            || error.trouble != Trouble::LockTimeout
        {
            return;
        }
        for index in before.left(&self.invalid_indexes()) {
            // What stays is named to the person.
            let _ = self.execute(&format!("DROP INDEX CONCURRENTLY {index}"));
        }
    }

    /// Whether a job that waited in vain may run again, from the first statement that does not stand.
    pub(super) fn may_run_again(
        &self,
        job: &Job<'_>,
        stage: &Stage,
        error: &DatabaseError,
        standing: usize,
        left: &[String],
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
        let left = !left.is_empty() || may_leave && mentions(sql, "concurrently");
        ran && !left && (standing == job.skip || !lost)
    }
}
