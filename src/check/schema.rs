//! Family S: the schema that the models, the migrations and the live database stand for.

use super::{Finding, Rule};
use crate::schema::operation::Operation;

static UNCOVERED: Rule = rule!(
    "S001",
    "unmigrated-models",
    Warning,
    "changes of the models that no migration makes (`--models`)"
);
static DRIFT: Rule = rule!(
    "S002",
    "drift",
    Warning,
    "changes of the live database that no migration made (`--drift`)"
);

/// The checks of this family.
pub static RULES: &[&Rule] = &[&UNCOVERED, &DRIFT];

/// What lies between the migrations and the models.
pub(super) fn models(operations: &[Operation]) -> Vec<Finding> {
    findings(&UNCOVERED, operations, |operation| {
        (
            format!("no migration does this yet: {operation}"),
            "`manage makemigrations` writes one",
        )
    })
}

/// What lies between the migrations and the live database.
pub(super) fn drift(operations: &[Operation]) -> Vec<Finding> {
    findings(&DRIFT, operations, |operation| {
        (
            format!("somebody did this to the database beside the migrations: {operation}"),
            "undo it by hand, or declare it: `manage makemigrations`, then `manage migrate --fake`",
        )
    })
}

fn findings(
    rule: &'static Rule,
    operations: &[Operation],
    words: impl Fn(&str) -> (String, &'static str),
) -> Vec<Finding> {
    operations
        .iter()
        .map(|operation| {
            let (message, hint) = words(&operation.describe());
            Finding::new(rule, message).hint(hint)
        })
        .collect()
}
