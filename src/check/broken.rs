//! Family H: what stopped halfway.

use super::{Finding, Rule};
use crate::{
    backend::statements::Dialect,
    migration::{broken::Damage, history::History},
};

static BROKEN: Rule = rule!(
    "H009",
    "stopped-halfway",
    Error,
    "migrations that stopped halfway"
);

/// The checks of this part of the family.
pub static RULES: &[&Rule] = &[&BROKEN];

pub(super) fn check(history: &History, dialect: Dialect) -> Vec<Finding> {
    let findings = history.broken().into_iter().map(|broken| {
        let damage = Damage::of(history, &broken, dialect);
        let finding = Finding::new(&BROKEN, damage.summary())
            .hint(damage.hints().join("; "))
            .of(&broken.migration.name);
        match damage.path.clone() {
            Some(path) => finding.at(path, damage.line()),
            None => finding,
        }
    });
    findings.collect()
}
