//! What files say of the checks: `-- manage: allow(RULE, ...) reason`.
//!
//! A comment silences what a check finds in its file. Either file of a migration can silence what is
//! found of the migration as a whole: its folder, its `metadata.toml`, its place in the history.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use super::{Finding, Rule};
use crate::migration::{
    Migration,
    allow::{Comment, Said, parse},
};

static UNKNOWN: Rule = rule!(
    "M019",
    "unknown-allow",
    Warning,
    "a comment `-- manage: ...` that allows nothing there is"
);
static UNEXPLAINED: Rule = rule!(
    "M020",
    "unexplained-allow",
    Info,
    "a comment `-- manage: allow(...)` that does not say why"
);

/// The checks of these comments, of the family of files.
pub static RULES: &[&Rule] = &[&UNKNOWN, &UNEXPLAINED];

/// How such a comment is written.
const FORM: &str = "write `-- manage: allow(RULE, ...) REASON`";

/// The checks that the files of the migrations allow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    files: BTreeMap<PathBuf, BTreeSet<&'static str>>,
    migrations: BTreeMap<String, BTreeSet<&'static str>>,
}

impl Allowed {
    pub(super) fn add(&mut self, migration: &Migration, path: &Path, rules: &[&'static Rule]) {
        if rules.is_empty() {
            return;
        }
        let of_file = self.files.entry(path.to_owned()).or_default();
        of_file.extend(rules.iter().map(|rule| rule.id));
        let of_migration = self.migrations.entry(migration.name.clone()).or_default();
        of_migration.extend(rules.iter().map(|rule| rule.id));
    }

    /// Whether a finding is in a file that allows it, or about a migration that does.
    pub fn covers(&self, finding: &Finding) -> bool {
        let is_sql = |path: &&PathBuf| path.extension().is_some_and(|ending| ending == "sql");
        let rules = match (finding.file.as_ref().filter(is_sql), &finding.migration) {
            (Some(file), _) => self.files.get(file),
            (None, Some(migration)) => self.migrations.get(migration),
            (None, None) => None,
        };
        rules.is_some_and(|rules| rules.contains(finding.rule.id))
    }
}

/// The checks that a file allows; what is wrong with its comments becomes findings.
pub(super) fn check(
    migration: &Migration,
    path: &Path,
    sql: &str,
    findings: &mut Vec<Finding>,
) -> Vec<&'static Rule> {
    let mut allowed = Vec::new();
    for Comment { place, said } in parse(sql) {
        let find = |rule, message: String, hint: String| {
            let finding = Finding::new(rule, message).hint(hint);
            finding.of(&migration.name).at_place(path, place)
        };
        match said {
            Said::Unclear { words } => {
                let message = format!("`{words}` is nothing that `manage` understands");
                findings.push(find(&UNKNOWN, message, FORM.to_owned()));
            }
            Said::Allow { rules, reason } => {
                let mut known = Vec::new();
                for word in &rules {
                    match Rule::named(word) {
                        Ok(rule) => known.push(rule),
                        Err(unknown) => {
                            findings.push(find(&UNKNOWN, unknown.to_string(), unknown.hint()));
                        }
                    }
                }
                if reason.is_empty() {
                    let message = "nothing says why this is allowed".to_owned();
                    findings.push(find(&UNEXPLAINED, message, FORM.to_owned()));
                }
                allowed.extend(known);
            }
        }
    }
    allowed
}
