//! What stopped halfway, held against the file as it is now, and the ways out.

use std::path::PathBuf;

use super::{
    Direction, Version,
    executor::{read_sql, standing_checksum},
    history::{Broken, History},
    plan::{Action, PlanError, Step},
};
use crate::{
    backend::{
        failure::STOPPED,
        statements::{self, Dialect},
    },
    error::{count, lines, part_of},
};

/// A migration that stopped halfway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Its name.
    pub name: String,
    /// Which way it went.
    pub direction: Direction,
    /// The file it ran.
    pub path: Option<PathBuf>,
    /// How many statements are known to stand.
    pub standing: usize,
    /// The lines of the file's statements, from 1; none where the file cannot be read.
    pub lines: Vec<usize>,
    /// The statement that was begun, and of which nobody knows whether it stands.
    pub unsure: Option<String>,
    /// Whether the statements that stand are no longer in the file as they ran.
    pub edited: bool,
    /// What the database said.
    pub message: Option<String>,
    /// What to stamp so that the ledger stays as it is, and this is settled.
    stay: Vec<String>,
    /// Whether the ledger would undo it next.
    is_last: bool,
}

/// Stops where a migration stopped halfway.
pub fn refuse(history: &History, dialect: Dialect) -> Result<(), PlanError> {
    match history.broken().first() {
        Some(broken) => Err(PlanError::Broken(Box::new(Damage::of(
            history, broken, dialect,
        )))),
        None => Ok(()),
    }
}

/// The steps that carry on what stopped halfway, from where it stopped; with `at` from that statement
/// on, counted from 1.
///
/// `stands` is asked where nobody knows whether the statement that was begun stands; it may not know
/// either.
pub fn resume(
    history: &History,
    dialect: Dialect,
    at: Option<usize>,
    stands: &dyn Fn(&Damage) -> Option<bool>,
) -> Result<Vec<Step>, PlanError> {
    let steps = history.broken().into_iter().map(|broken| {
        let damage = Damage::of(history, &broken, dialect);
        Ok(Step {
            action: Action::Resume {
                from: damage.first(at, stands)?,
            },
            ..Step::run(broken.migration, broken.row.direction)
        })
    });
    steps.collect()
}

impl Damage {
    /// What there is to say of a migration that stopped halfway.
    pub fn of(history: &History, broken: &Broken<'_>, dialect: Dialect) -> Self {
        let Broken { migration, row } = broken;
        let path = migration.file(row.direction);
        let text = path.as_deref().and_then(|path| read_sql(path).ok());
        let text = text.unwrap_or_default();
        let found = statements::split(dialect, &text);
        let sql: Vec<String> = found.iter().map(|s| s.sql.to_owned()).collect();
        let standing = broken.standing();
        let ran = row.standing_checksum.as_deref();
        let edited = standing > 0 && ran != Some(standing_checksum(&sql, standing).as_str());
        let begun = sql.get(standing).filter(|_| broken.is_unsure());
        let order = history.undo_order(&history.applied());
        Self {
            name: migration.name.clone(),
            direction: row.direction,
            path,
            standing,
            lines: found
                .iter()
                .map(|s| statements::place(&text, s.start).line)
                .collect(),
            unsure: begun.cloned(),
            edited,
            message: row.message.clone(),
            stay: stay(history, &migration.version),
            is_last: order.first() == Some(&migration.version),
        }
    }

    fn first(
        &self,
        at: Option<usize>,
        stands: &dyn Fn(&Self) -> Option<bool>,
    ) -> Result<usize, PlanError> {
        let total = self.lines.len();
        match at {
            Some(at) if at > total + 1 => Err(PlanError::BeyondEnd {
                name: self.name.clone(),
                at,
                total,
            }),
            Some(at) => Ok(at.saturating_sub(1)),
            None if self.edited => Err(PlanError::Edited(Box::new(self.clone()))),
            None if self.holds_tables() => Err(PlanError::Broken(Box::new(self.clone()))),
            None if self.unsure.is_some() => match stands(self) {
                Some(stands) => Ok(self.standing + usize::from(stands)),
                None => Err(PlanError::Broken(Box::new(self.clone()))),
            },
            None => Ok(self.standing),
        }
    }

    fn file(&self) -> &'static str {
        match self.direction {
            Direction::Forwards => "up.sql",
            Direction::Backwards => "down.sql",
        }
    }

    /// Whether the script held tables with `LOCK TABLES` since then, so that the log could not be kept.
    fn holds_tables(&self) -> bool {
        let words = self.unsure.as_deref().unwrap_or_default();
        let mut words = words.split_whitespace().map(str::to_ascii_uppercase);
        words.next().as_deref() == Some("LOCK")
            && matches!(words.next().as_deref(), Some("TABLE" | "TABLES"))
    }

    /// The line of the first statement that is not known to stand.
    pub fn line(&self) -> Option<usize> {
        self.lines.get(self.standing).copied()
    }

    /// `1 of 3 statements stands (line 1), that in line 3 does not`.
    pub fn state(&self) -> String {
        let (standing, total) = (self.standing, self.lines.len());
        if self.edited || total < standing {
            let verb = if standing == 1 { "stands" } else { "stand" };
            return format!("{} {verb}", count(standing, "statement", "statements"));
        }
        let (stand, rest) = self.lines.split_at(standing);
        let stand = match stand {
            [] => "no statement is known to stand".to_owned(),
            _ => format!("{} ({})", part_of(standing, total), lines(stand)),
        };
        match (rest, &self.unsure) {
            ([], _) => match self.direction {
                Direction::Forwards => format!("{stand}, but it is not recorded as applied"),
                Direction::Backwards => format!("{stand}, but it is still recorded as applied"),
            },
            ([begun, ..], Some(_)) if self.holds_tables() => {
                format!("{stand}, and it is not known which of those from line {begun} on do")
            }
            ([begun, ..], Some(_)) => {
                format!("{stand}, and it is not known whether that in line {begun} does")
            }
            ([_], None) => format!("{stand}, that in {} does not", lines(rest)),
            (_, None) => format!("{stand}, those in {} do not", lines(rest)),
        }
    }

    /// Everything in one sentence.
    pub fn summary(&self) -> String {
        let back = match self.direction {
            Direction::Forwards => "",
            Direction::Backwards => " on its way back",
        };
        let said = match &self.message {
            Some(message) if message == STOPPED => "; it was stopped on request".to_owned(),
            Some(message) => {
                let words: Vec<&str> = message.split_whitespace().collect();
                format!("; the database said: {}", words.join(" "))
            }
            None => String::new(),
        };
        format!(
            "{} stopped halfway{back}: {}{said}",
            self.name,
            self.state()
        )
    }

    /// That it cannot be resumed, in one sentence.
    pub fn edited_summary(&self) -> String {
        let standing = self.lines.get(..self.standing);
        let place = standing.map_or_else(String::new, |standing| format!(" ({})", lines(standing)));
        format!(
            "the first {} of `{}` of {}{place} {} ran",
            count(self.standing, "statement", "statements"),
            self.file(),
            self.name,
            match self.standing {
                1 => "is no longer as it",
                _ => "are no longer as they",
            }
        )
    }

    /// The ways out.
    pub fn hints(&self) -> Vec<String> {
        let (command, file, name) = (self.command(), self.file(), &self.name);
        let next = self.standing + 1;
        let mut hints = Vec::new();
        if self.holds_tables() {
            hints.push(format!(
                "look how far it came, then run the rest: `{command} --resume=N`, where N counts the first statement that does not stand; at least {next}"
            ));
        } else if self.unsure.is_some() {
            hints.push(format!(
                "look whether statement {next} stands, then run the rest: `{command} --resume={}` if it does, `{command} --resume={next}` if it does not",
                next + 1
            ));
        } else if self.lines.len() > self.standing {
            let stopped = self.message.as_deref() == Some(STOPPED);
            hints.push(match self.line() {
                Some(_) if stopped && !self.edited => {
                    format!("`{command} --resume` runs the rest")
                }
                Some(line) => format!(
                    "correct `{file}` from line {line} on, then `{command} --resume` runs the rest"
                ),
                None => format!("correct `{file}`, then `{command} --resume` runs the rest"),
            });
        } else {
            hints.push(format!("`{command} --resume` records it"));
        }
        let by_hand = match self.direction {
            Direction::Forwards => format!("manage migrate {name} --fake"),
            Direction::Backwards if self.is_last => "manage rollback --fake".to_owned(),
            Direction::Backwards => format!("{command} --resume={}", self.lines.len() + 1),
        };
        hints.push(format!(
            "or finish it by hand, and record that with `{by_hand}`"
        ));
        let undo = match self.direction {
            Direction::Forwards => "or undo by hand what stands",
            Direction::Backwards => "or put back by hand what is gone",
        };
        hints.push(if self.stay.is_empty() {
            format!("{undo}, and begin anew with `{command} --resume=1`")
        } else {
            format!(
                "{undo}, and say so with `manage stamp {}`",
                self.stay.join(" ")
            )
        });
        hints
    }

    /// What to do where the statements that stand were edited.
    pub fn edited_hints(&self) -> Vec<String> {
        let (command, next) = (self.command(), self.standing + 1);
        let (what, subject) = match self.standing {
            1 => ("it", "it"),
            _ => ("them", "they"),
        };
        vec![
            format!("put {what} back as {subject} ran, and correct only what comes after"),
            format!(
                "`{command} --resume={next}` runs the rest from statement {next} on all the same"
            ),
        ]
    }

    fn command(&self) -> &'static str {
        match self.direction {
            Direction::Forwards => "manage migrate",
            Direction::Backwards => "manage rollback",
        }
    }
}

/// The names to stamp so that the ledger stays as it is; none where that cannot be said, because the
/// migration came later than some that are applied.
fn stay(history: &History, broken: &Version) -> Vec<String> {
    if history.is_out_of_order(broken) {
        return Vec::new();
    }
    history.stay()
}
