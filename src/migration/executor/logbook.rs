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
pub(super) struct Page<'a> {
    engine: Engine,
    step: &'a Step,
    by: Option<&'a By>,
    start: Instant,
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
        let engine = database.engine();
        let features = Features::of(engine);
        let whole =
            !step.runs() || features.transactional_ddl && step.migration.run_in_transaction();
        let mut page = Self {
            engine,
            step,
            by,
            start,
            whole,
            checksum: None,
            down_sql: None,
            statements: Vec::new(),
        };
        if by.is_none() {
            return page;
        }
        let read = |direction| {
            let path = step.migration.file(direction)?;
            read_sql(&path).ok()
        };
        page.checksum = if text.is_empty() {
            read(step.direction).as_deref().map(Checksum::of)
        } else {
            Some(Checksum::of(text))
        };
        if step.direction == Direction::Forwards {
            page.down_sql = read(Direction::Backwards);
        }
        if !whole {
            let split = statements::split(features.dialect, text);
            page.statements = split.iter().map(|s| s.sql.to_owned()).collect();
        }
        page
    }

    fn insert(&self, outcome: Outcome, message: Option<&str>) -> Option<String> {
        let milliseconds = (outcome != Outcome::Running).then(|| self.milliseconds());
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

    fn milliseconds(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Whether the log says what stands of a step that fails, so that a later run can go on from there.
    pub(super) fn keeps_standing(&self) -> bool {
        !self.whole && self.by.is_some() && !self.statements.is_empty()
    }

    fn version(&self) -> &str {
        self.step.migration.version.as_str()
    }

    /// What is written before the step begins.
    pub(super) fn opening(&self) -> Vec<String> {
        let mut opening = Vec::new();
        if self.by.is_some() && self.step.action != Action::Run {
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
    pub(super) fn closing(&self, outcome: Outcome, message: Option<&str>) -> Option<String> {
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
            Some(self.milliseconds()),
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
        _ if step.migration.is_repeatable() => bookkeeping::Action::Repeat,
        Action::Record | Action::Settle => bookkeeping::Action::Stamp,
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
