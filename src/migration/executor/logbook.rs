//! What a step leaves in the ledger and the log, besides what Diesel's harness writes.

use std::time::Instant;

use crate::{
    backend::{
        Database, Features, Notes,
        bookkeeping::{self, By, Entry, Outcome},
        statements,
        url::Engine,
    },
    migration::{
        Direction,
        checksum::Checksum,
        executor::read_sql,
        plan::{Action, Step},
    },
};

/// The page of the log that a step fills.
///
/// Where a transaction takes back everything, there is one row, written in that transaction when all
/// has run. Elsewhere the row stands there as `running` before the first statement, and is kept up to
/// date, so that a crash leaves word of where it was.
pub(in crate::migration) struct Page<'a> {
    engine: Engine,
    step: &'a Step,
    by: Option<&'a By>,
    start: Option<Instant>,
    /// Whether a transaction takes back everything.
    whole: bool,
    checksum: Option<Checksum>,
    down_sql: Option<String>,
    /// The statements' texts, where the row is kept up to date.
    statements: Vec<String>,
}

impl<'a> Page<'a> {
    /// Opens the page of a step whose SQL is `text`.
    pub(super) fn open(
        database: &dyn Database,
        step: &'a Step,
        text: &str,
        by: Option<&'a By>,
        start: Instant,
    ) -> Self {
        let read = |direction| {
            by?;
            let path = step.migration.file(direction)?;
            read_sql(&path).ok()
        };
        let down_sql = (step.direction == Direction::Forwards)
            .then(|| read(Direction::Backwards))
            .flatten();
        let recorded = text.is_empty().then(|| read(step.direction)).flatten();
        let text = recorded.as_deref().unwrap_or(text);
        Self {
            start: Some(start),
            ..Self::new(database.engine(), step, text, down_sql, by)
        }
    }

    /// The page of a step that nobody measures.
    pub(in crate::migration) fn new(
        engine: Engine,
        step: &'a Step,
        text: &str,
        down_sql: Option<String>,
        by: Option<&'a By>,
    ) -> Self {
        let features = Features::of(engine);
        let whole =
            !step.runs() || features.transactional_ddl && step.migration.run_in_transaction();
        let statements = if whole || by.is_none() {
            Vec::new()
        } else {
            let split = statements::split(features.dialect, text);
            split.iter().map(|s| s.sql.to_owned()).collect()
        };
        Self {
            engine,
            step,
            by,
            start: None,
            whole,
            checksum: (by.is_some() && !text.is_empty()).then(|| Checksum::of(text)),
            // Where a squash is gone, what it replaces may be back and applied: undoing the squash from
            // the log would take that away too, and the ledger would not say so.
            down_sql: down_sql.filter(|_| step.migration.header.replaces.is_empty()),
            statements,
        }
    }

    /// Whether a transaction takes back everything, so that nothing is written between the statements.
    pub(in crate::migration) fn is_whole(&self) -> bool {
        self.whole
    }

    fn insert(&self, outcome: Outcome, message: Option<&str>) -> Option<String> {
        let milliseconds = match outcome {
            Outcome::Running => None,
            Outcome::Done | Outcome::Failed => self.milliseconds(),
        };
        let entry = entry(
            self.step,
            self.checksum.as_ref(),
            self.down_sql.as_deref(),
            self.by?,
        );
        Some(bookkeeping::insert(
            self.engine,
            &entry,
            outcome,
            milliseconds,
            message,
        ))
    }

    fn milliseconds(&self) -> Option<u64> {
        let elapsed = self.start?.elapsed().as_millis();
        Some(u64::try_from(elapsed).unwrap_or(u64::MAX))
    }

    /// Whether the log says what stands of a step that fails, so that a later run can go on from there.
    pub(super) fn keeps_standing(&self) -> bool {
        !self.whole && self.by.is_some() && !self.statements.is_empty()
    }

    fn version(&self) -> &str {
        self.step.migration.version.as_str()
    }

    /// What is written before the step begins.
    pub(in crate::migration) fn opening(&self) -> Vec<String> {
        let mut opening = Vec::new();
        let again =
            self.step.action != Action::Run || self.step.migration.is_repeatable() && !self.whole;
        if self.by.is_some() && again {
            let (engine, version) = (self.engine, self.version());
            opening.push(bookkeeping::finish(
                engine,
                version,
                Outcome::Failed,
                None,
                None,
            ));
        }
        if !self.whole {
            opening.extend(self.insert(Outcome::Running, None));
            if let Action::Resume { from } = self.step.action {
                opening.extend(self.standing(from));
            }
        }
        opening
    }

    /// What is written where some statements stand.
    pub(super) fn standing(&self, standing: usize) -> Option<String> {
        if self.whole || self.by.is_none() {
            return None;
        }
        let checksum = standing_checksum(&self.statements, standing);
        Some(bookkeeping::progress(
            self.engine,
            self.version(),
            standing,
            checksum.as_str(),
        ))
    }

    /// What is written after the step's own transaction, or where it has none.
    pub(in crate::migration) fn closing(
        &self,
        outcome: Outcome,
        message: Option<&str>,
    ) -> Option<String> {
        if self.whole {
            return match outcome {
                Outcome::Done | Outcome::Running => None,
                Outcome::Failed => self.insert(outcome, message),
            };
        }
        self.by?;
        Some(bookkeeping::finish(
            self.engine,
            self.version(),
            outcome,
            self.milliseconds(),
            message,
        ))
    }
}

impl Notes for Page<'_> {
    fn before(&self, index: usize) -> Option<String> {
        (index > 0).then(|| self.standing(index)).flatten()
    }

    fn after(&self) -> Vec<String> {
        let ledger = match self.step.direction {
            Direction::Forwards => bookkeeping::record,
            Direction::Backwards => bookkeeping::forget,
        };
        let along = self.step.along.iter();
        let mut after: Vec<String> = along
            .map(|version| ledger(self.engine, version.as_str()))
            .collect();
        if self.whole {
            after.extend(self.insert(Outcome::Done, None));
        }
        after
    }
}

/// The row of the log about a step.
pub fn entry<'a>(
    step: &'a Step,
    checksum: Option<&'a Checksum>,
    down_sql: Option<&'a str>,
    by: &'a By,
) -> Entry<'a> {
    let action = match step.action {
        Action::Record | Action::Settle | Action::Accept => bookkeeping::Action::Stamp,
        _ if step.migration.is_repeatable() => bookkeeping::Action::Repeat,
        Action::Run | Action::Resume { .. } => bookkeeping::Action::Run,
    };
    Entry {
        action,
        direction: step.direction,
        version: step.migration.version.as_str(),
        name: &step.migration.name,
        checksum: checksum.map(Checksum::as_str),
        down_sql,
        by,
    }
}

/// The checksum of the first statements of a file, by which a later run knows them again.
pub fn standing_checksum(statements: &[String], standing: usize) -> Checksum {
    Checksum::of(&statements[..standing.min(statements.len())].join(";\n"))
}
