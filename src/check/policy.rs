//! Which findings count, and how much: what the settings say of each check, and the files of themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, Level, Rule, allow::Allowed};

/// What a project says of the checks.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    ignored: BTreeSet<&'static str>,
    levels: BTreeMap<&'static str, Level>,
}

impl Policy {
    /// Leaves a check out.
    #[must_use]
    pub fn ignoring(mut self, rule: &Rule) -> Self {
        self.ignored.insert(rule.id);
        self
    }

    /// Gives what a check finds another level.
    #[must_use]
    pub fn rating(mut self, rule: &Rule, level: Level) -> Self {
        self.levels.insert(rule.id, level);
        self
    }

    /// How bad what a check finds is; none for one that is left out.
    pub fn level(&self, rule: &Rule) -> Option<Level> {
        let level = self.levels.get(rule.id).copied().unwrap_or(rule.level);
        (!self.ignored.contains(rule.id)).then_some(level)
    }

    /// The findings that count, each with the level it has here.
    pub fn apply(&self, allowed: &Allowed, findings: Vec<Finding>) -> Vec<Finding> {
        let findings = findings.into_iter().filter_map(|mut finding| {
            finding.level = self.level(finding.rule)?;
            (!allowed.covers(&finding)).then_some(finding)
        });
        findings.collect()
    }
}
