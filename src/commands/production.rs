//! What is asked before something is lost, and named where the database is that of production.

use super::{Context, apply::Wishes};
use crate::{
    check::deploy,
    error::{Error, count},
    migration::{
        executor,
        plan::{Plan, Step},
    },
};

/// How many names a question lists.
const NAMES: usize = 5;

impl Context<'_> {
    /// Asks before something is lost; in production the question names the database.
    pub(super) fn confirm(&self, what: &str) -> Result<(), Error> {
        self.ui.confirm(&self.in_production(what)?)
    }

    /// Before something is lost in production, asks.
    pub(super) fn confirm_in_production(&self, what: &str) -> Result<(), Error> {
        if self.settings().confirms_destruction() {
            self.confirm(what)?;
        }
        Ok(())
    }

    fn in_production(&self, what: &str) -> Result<String, Error> {
        Ok(if self.settings().is_production() {
            let url = self.settings().migration_database()?;
            format!("{what}, in production ({url})")
        } else {
            what.to_owned()
        })
    }

    /// Asks, in one question, for all that a plan loses; nothing where that was asked before. Where nothing
    /// is to be asked in production, that is said.
    pub(super) fn confirm_plan(
        &self,
        plan: &Plan,
        wishes: Wishes<'_>,
        asked: &mut Option<String>,
    ) -> Result<(), Error> {
        let mut losses = Vec::new();
        if self.settings().confirms_destruction() {
            losses = self.losses(plan, wishes)?;
        }
        losses.extend(gone(plan));
        let question = losses.join("; ");
        if asked.as_ref() == Some(&question) {
            return Ok(());
        }
        if !question.is_empty() {
            self.confirm(&question)?;
        } else if self.settings().is_production() {
            let url = self.settings().migration_database()?;
            self.ui.note(&format!("Production mode is on: {url}"));
        }
        *asked = Some(question);
        Ok(())
    }

    /// What a plan takes away, or has the ledger say without having done it.
    fn losses(&self, plan: &Plan, wishes: Wishes<'_>) -> Result<Vec<String>, Error> {
        let names = |fits: &dyn Fn(&Step) -> bool| -> Vec<&str> {
            let steps = plan.steps.iter().filter(|step| fits(step));
            steps.map(|step| step.migration.name.as_str()).collect()
        };
        let mut losses = Vec::new();
        let mut add = |verb: &str, names: &[&str], end: &str| {
            if !names.is_empty() {
                losses.push(format!("{verb} {}{end}", listed(names)));
            }
        };
        if wishes.fake {
            add(
                "forgetting",
                &names(&Step::goes_back),
                " without undoing anything",
            );
            add(
                "recording",
                &names(&|step| !step.goes_back()),
                " without running anything",
            );
            return Ok(losses);
        }
        add("unapplying", &names(&Step::goes_back), "");
        let dialect = self.migrator.dialect()?;
        for step in plan.steps.iter().filter(|s| s.runs() && !s.goes_back()) {
            // A file that cannot be read is told of when it is to run.
            let sql = executor::read_script(step).unwrap_or_default();
            let lost: Vec<String> = deploy::destroys_data(dialect, &sql)
                .into_iter()
                .map(|(line, what)| format!("line {line}: {what}"))
                .collect();
            if !lost.is_empty() {
                let shown = lost.iter().take(NAMES).map(String::as_str);
                let shown: Vec<&str> = shown.collect();
                losses.push(format!(
                    "applying {}, which destroys data ({}{})",
                    step.migration.name,
                    shown.join(", "),
                    more(lost.len())
                ));
            }
        }
        Ok(losses)
    }
}

/// What is gone from the migrations folder is undone by what the log kept: nobody sees that SQL
/// beforehand.
fn gone(plan: &Plan) -> Option<String> {
    let names: Vec<&str> = plan.gone().collect();
    (!names.is_empty()).then(|| {
        format!(
            "undoing what is gone from the migrations folder by the `down.sql` in the log ({})",
            names.join(", ")
        )
    })
}

/// `1 migration (1_a)`, `7 migrations (1_a, 2_b, 3_c, 4_d, 5_e and 2 more)`.
pub(super) fn listed(names: &[&str]) -> String {
    listed_as(names, "migration", "migrations")
}

/// The same of something else.
pub(super) fn listed_as(names: &[&str], one: &str, many: &str) -> String {
    let shown: Vec<&str> = names.iter().take(NAMES).copied().collect();
    format!(
        "{} ({}{})",
        count(names.len(), one, many),
        shown.join(", "),
        more(names.len())
    )
}

fn more(total: usize) -> String {
    match total.saturating_sub(NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    }
}
