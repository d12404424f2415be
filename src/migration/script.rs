//! A plan as a script for the engine's own client, pure: it leaves what running the plan leaves, and
//! says the same whoever writes it, where and when.

use std::collections::BTreeSet;

use super::{
    Direction, Migration, Version,
    executor::logbook::Page,
    history::History,
    plan::{Action, Back, Plan, PlanError, Step},
    target::{Target, TargetError},
};
use crate::{
    backend::{
        Features, Notes as _,
        bookkeeping::{self, By, Outcome},
        client::{self, Client},
        limits::Limits,
        url::Engine,
    },
    error::count,
};

/// What a step's files say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    /// What runs; of a step that runs nothing, what would.
    pub sql: String,
    /// What undoes it.
    pub down_sql: Option<String>,
}

/// A script to write.
#[derive(Clone, Copy, Debug)]
pub struct Script<'a> {
    /// The engine it is for.
    pub engine: Engine,
    /// What is done, in one transaction or in many.
    pub atomic: bool,
    /// Where the database is before, by name.
    pub from: &'a [String],
    /// Where it is afterwards.
    pub to: &'a [String],
    /// Statements that every session begins with.
    pub on_connect: &'a [String],
    /// How long statements may wait for locks, and run.
    pub limits: Limits,
}

/// Why there is no script.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    /// A file takes in what follows it.
    #[error("a quote, a comment or a body is never closed in the SQL of {name}")]
    Unclosed {
        /// The migration.
        name: String,
    },
    /// Clients read texts up to a null byte.
    #[error("there is a null byte in the SQL of {name}, line {line}")]
    Null {
        /// The migration.
        name: String,
        /// The line, from 1.
        line: usize,
    },
}

impl ScriptError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Unclosed { .. } => {
                "close it in the file: it would take in the rest of the script"
            }
            Self::Null { .. } => "take it out of the file: the engine's client stops reading there",
        }
        .to_owned()
    }
}

/// Reads `A:B`, `A:`, `:B` or `B`: where the database is, and where it is to go.
pub fn range(text: &str) -> (Option<&str>, Option<&str>) {
    let (from, to) = text.split_once(':').unwrap_or(("", text));
    let side = |side| match str::trim(side) {
        "" => None,
        side => Some(side),
    };
    (side(from), side(to))
}

/// The history of a database that is where a target says.
pub fn history_at(found: &History, place: &Target) -> Result<History, TargetError> {
    let lineage = found.lineage();
    let applied = match place {
        Target::Base => return Ok(found.at([])),
        Target::Head if lineage.heads().len() > 1 => {
            return Err(TargetError::SeveralHeads {
                heads: names(found, &lineage.heads()),
            });
        }
        Target::Head | Target::Heads => lineage.order().iter().cloned().collect(),
        Target::Relative(_) => {
            return Err(TargetError::Unplaced {
                target: place.clone(),
            });
        }
        Target::Named(name) => lineage.ancestors(&found.place(name)?),
    };
    // A squash takes along into the ledger what it replaces.
    let squashes = applied.iter().filter_map(|version| found.squash(version));
    let along: BTreeSet<Version> = squashes.flat_map(|s| s.replaces.iter().cloned()).collect();
    Ok(found.at(applied.into_iter().chain(along)))
}

/// The steps forwards from where a database is.
pub fn forwards(history: &History, range: &str, to: &Target) -> Result<Plan, PlanError> {
    let plan = match to {
        Target::Relative(steps) if *steps < 0 => None,
        _ => Some(Plan::migrate(history, to)?),
    };
    plan.filter(|plan| !plan.goes_back())
        .ok_or_else(|| other_way(range, "rollback"))
}

/// The steps backwards from where a database is.
pub fn backwards(history: &History, range: &str, to: &Back) -> Result<Plan, PlanError> {
    let reached = match to {
        Back::To(Target::Named(name)) => history.is_applied(&history.place(name)?),
        Back::To(Target::Relative(steps)) => *steps <= 0,
        Back::To(Target::Head | Target::Heads) => false,
        Back::To(Target::Base) | Back::Steps(_) | Back::Branch(_) | Back::All => true,
    };
    if reached {
        Plan::rollback(history, to)
    } else {
        Err(other_way(range, "migrate"))
    }
}

fn other_way(range: &str, command: &'static str) -> PlanError {
    TargetError::OtherWay {
        range: range.to_owned(),
        command,
    }
    .into()
}

/// The SQL of one migration, in the transaction it runs in.
pub fn in_its_transaction(
    features: Features,
    migration: &Migration,
    sql: &str,
) -> Result<String, ScriptError> {
    let sql = client::whole(features.dialect, sql).map_err(|_| ScriptError::Unclosed {
        name: migration.name.clone(),
    })?;
    Ok(if migration.run_in_transaction() {
        format!("{};\n\n{sql}\n\nCOMMIT;\n", features.begin)
    } else {
        format!("{sql}\n")
    })
}

/// Where a database is that has these applied: its heads by name.
pub fn place(history: &History) -> Vec<String> {
    names(history, &history.current())
}

/// Where it is after a plan.
pub fn place_after(history: &History, plan: &Plan) -> Vec<String> {
    let mut applied = history.applied();
    for step in plan.steps.iter().filter(|s| !s.migration.is_repeatable()) {
        for version in step.along.iter().chain([&step.migration.version]) {
            match step.direction {
                Direction::Forwards => applied.insert(version.clone()),
                Direction::Backwards => applied.remove(version),
            };
        }
    }
    place(&history.at(applied))
}

fn names(history: &History, versions: &[Version]) -> Vec<String> {
    versions
        .iter()
        .map(|version| history.entry(version).name().to_owned())
        .collect()
}

/// Who a script writes to the log: whoever runs it is the database's to say.
fn by() -> By {
    By {
        user: None,
        host: None,
        process: None,
        tool: concat!("manage ", env!("CARGO_PKG_VERSION"), " (script)").to_owned(),
    }
}

impl Script<'_> {
    /// Writes it.
    pub fn write(&self, steps: &[(&Step, Texts)]) -> Result<String, ScriptError> {
        let client = Client::of(self.engine);
        let mut blocks = vec![
            self.head(client, steps),
            client.opening.trim_end().to_owned(),
        ];
        for statement in self.on_connect {
            let dialect = Features::of(self.engine).dialect;
            let name = || "`on_connect`".to_owned();
            let whole = client::whole(dialect, statement);
            blocks.push(whole.map_err(|_| ScriptError::Unclosed { name: name() })?);
        }
        blocks.extend(self.limits.of_script(self.engine));
        if steps.iter().any(|(_, texts)| self.moves(&texts.sql)) {
            blocks.push(ended(client::KEEP_SEARCH_PATH));
        }
        blocks.push(ended(bookkeeping::CREATE_LEDGER));
        blocks.push(ended(&bookkeeping::create_log(self.engine)));
        let begin = Features::of(self.engine).begin;
        if self.atomic {
            blocks.push(ended(begin));
            blocks.extend(all_ended(&self.limits.for_transaction(self.engine)));
        }
        for (step, texts) in steps {
            self.step(step, texts, &mut blocks)?;
        }
        if self.atomic {
            blocks.push("COMMIT;".to_owned());
        }
        let script = blocks.join("\n\n") + "\n";
        Ok(client::with_line_ends(self.engine, script))
    }

    fn moves(&self, sql: &str) -> bool {
        client::may_change_search_path(self.engine, sql)
    }

    fn head(&self, client: Client, steps: &[(&Step, Texts)]) -> String {
        let place = |names: &[String]| match names {
            [] => "base".to_owned(),
            names => names.join(", "),
        };
        let features = Features::of(self.engine);
        let apart = steps.iter().any(|(step, _)| {
            step.action != Action::Record
                && !(features.transactional_ddl && step.migration.run_in_transaction())
        });
        let failed = if self.atomic {
            "It stops at the first error, and then nothing of it stands."
        } else if apart {
            "It stops at the first error. The migrations before the one that failed stand then, and of it\n\
             -- what its row in `__diesel_manage_log`, left `running`, counts as standing."
        } else {
            "It stops at the first error. The migrations before the one that failed stand then, and nothing\n\
             -- of it."
        };
        format!(
            "-- A script for {engine}, written by manage {version}: {count}\n\
             --\n\
             -- From: {from}\n\
             -- To:   {to}\n\
             --\n\
             -- Run it on a database that is where it begins:\n\
             --\n\
             --     {run}\n\
             --\n\
             -- {failed}\n\
             -- {remark}",
            engine = client.engine,
            version = env!("CARGO_PKG_VERSION"),
            count = count(steps.len(), "step", "steps"),
            from = on_a_line(&place(self.from)),
            to = on_a_line(&place(self.to)),
            run = client.run,
            remark = client.remark,
        )
    }

    /// The same statements, in the same order, as the executor and Diesel's harness send.
    fn step(
        &self,
        step: &Step,
        texts: &Texts,
        blocks: &mut Vec<String>,
    ) -> Result<(), ScriptError> {
        let name = || step.migration.name.clone();
        for text in [Some(&texts.sql), texts.down_sql.as_ref()]
            .into_iter()
            .flatten()
        {
            if let Some(at) = text.find('\0') {
                let line = text[..at].matches('\n').count() + 1;
                return Err(ScriptError::Null { name: name(), line });
            }
        }
        let by = by();
        let page = Page::new(
            self.engine,
            step,
            &texts.sql,
            texts.down_sql.clone(),
            Some(&by),
        );
        let moves = self.moves(&texts.sql);
        let wrapped = step.migration.run_in_transaction() && !self.atomic;
        blocks.push(title(step));
        blocks.extend(page.opening().iter().map(|note| ended(note)));
        let runs = step.action != Action::Record;
        let apart = runs && !step.migration.run_in_transaction();
        if wrapped {
            blocks.push(ended(Features::of(self.engine).begin));
        }
        if wrapped && runs {
            blocks.extend(all_ended(&self.limits.for_transaction(self.engine)));
        } else if apart && self.engine == Engine::Postgres {
            blocks.extend(all_ended(&self.limits.for_session(self.engine, true)));
        }
        if runs {
            let unclosed = |_| ScriptError::Unclosed { name: name() };
            let dialect = Features::of(self.engine).dialect;
            if page.is_whole() {
                blocks.push(client::whole(dialect, &texts.sql).map_err(unclosed)?);
            } else {
                let parts = client::parts(dialect, &texts.sql).map_err(unclosed)?;
                for (index, part) in parts.into_iter().enumerate() {
                    blocks.extend(page.before(index).map(|note| note_between(&note, moves)));
                    blocks.push(part);
                }
            }
            if moves {
                blocks.push(ended(client::RESTORE_SEARCH_PATH));
            }
            if apart {
                blocks.extend(all_ended(&self.limits.reset(self.engine)));
            }
        }
        blocks.extend(page.after().iter().map(|note| ended(note)));
        if !step.migration.is_repeatable() {
            let version = step.migration.version.as_str();
            blocks.push(ended(&match step.direction {
                Direction::Forwards => bookkeeping::record(self.engine, version),
                Direction::Backwards => bookkeeping::forget(self.engine, version),
            }));
        }
        if wrapped {
            blocks.push("COMMIT;".to_owned());
        }
        blocks.extend(
            page.closing(Outcome::Done, None)
                .iter()
                .map(|note| ended(note)),
        );
        Ok(())
    }
}

/// A note between two statements of a file, written where the log is.
fn note_between(note: &str, moves: bool) -> String {
    if !moves {
        return ended(note);
    }
    [
        client::LEAVE_SEARCH_PATH,
        client::RESTORE_SEARCH_PATH,
        note,
        client::RESUME_SEARCH_PATH,
    ]
    .map(ended)
    .join("\n")
}

fn title(step: &Step) -> String {
    let verb = match (step.action, step.direction) {
        (Action::Record, Direction::Forwards) => "Record",
        (Action::Record, Direction::Backwards) => "Forget",
        (_, Direction::Forwards) => "Apply",
        (_, Direction::Backwards) => "Unapply",
    };
    format!("-- {verb} {}", on_a_line(&step.migration.name))
}

/// A name that cannot end the comment it stands in.
fn on_a_line(name: &str) -> String {
    name.replace(char::is_control, " ")
}

/// Several statements on as many lines, where there are any.
fn all_ended(statements: &[String]) -> Option<String> {
    let lines: Vec<String> = statements.iter().map(|sql| ended(sql)).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn ended(statement: &str) -> String {
    format!("{};", statement.trim_end().trim_end_matches(';'))
}
