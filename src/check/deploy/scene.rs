//! What a statement is judged by.

use super::{known::Known, reading::Reading};
use crate::{
    backend::statements::{Dialect, Statement},
    check::Rule,
};

/// Something dangerous.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Danger {
    pub(super) rule: &'static Rule,
    /// Where it is, in bytes from the start of the file.
    pub(super) at: usize,
    pub(super) message: String,
    pub(super) hint: String,
}

/// A statement, what is known before it, and what was found so far.
pub(super) struct Scene<'a> {
    pub(super) statement: &'a Statement<'a>,
    pub(super) reading: &'a Reading,
    pub(super) known: &'a Known,
    pub(super) dangers: Vec<Danger>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(
        statement: &'a Statement<'a>,
        reading: &'a Reading,
        known: &'a Known,
    ) -> Self {
        Self {
            statement,
            reading,
            known,
            dangers: Vec::new(),
        }
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.statement.dialect
    }

    /// Notes a danger, which begins so many bytes into the statement.
    pub(super) fn found(
        &mut self,
        rule: &'static Rule,
        start: usize,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.dangers.push(Danger {
            rule,
            at: self.statement.start + start,
            message: message.into(),
            hint: hint.into(),
        });
    }
}
