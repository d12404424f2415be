//! A person at the terminal, who knows what two schemas do not say.

use std::io::{self, BufRead as _, Write as _};

use super::{Role, Ui};
use crate::schema::{
    Column, Name,
    questioner::{FillReason, Questioner},
};

/// Answers from the terminal; without one, with no.
pub struct Person<'a> {
    ui: &'a Ui,
    /// Whether the questions matter: what is only listed needs no value for existing rows.
    only_lists: bool,
    /// Whether an answer was left empty, which stops everything.
    gave_up: bool,
    unasked: Vec<String>,
}

impl<'a> Person<'a> {
    /// A person at this terminal.
    pub fn new(ui: &'a Ui, only_lists: bool) -> Self {
        Self {
            ui,
            only_lists,
            gave_up: false,
            unasked: Vec::new(),
        }
    }

    /// What to type where a question was answered with no because nobody could be asked.
    pub fn unasked(self) -> Vec<String> {
        self.unasked
    }

    fn yes(&mut self, question: &str, hint: String) -> bool {
        if !self.ui.can_ask {
            self.unasked.push(hint);
            return false;
        }
        let answer = self.ask(&format!("{question} [y/N]"));
        matches!(answer.to_lowercase().as_str(), "y" | "yes")
    }

    fn ask(&self, question: &str) -> String {
        let mut stderr = io::stderr().lock();
        let mark = self.ui.err.paint(Role::Warning, "?");
        let _ = write!(stderr, "{mark} {question} ");
        let _ = stderr.flush();
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer);
        if !answer.ends_with('\n') {
            // Ctrl-D leaves the cursor behind the question.
            let _ = writeln!(stderr);
        }
        match read {
            Ok(_) => answer.trim().to_owned(),
            Err(_) => String::new(),
        }
    }
}

impl Questioner for Person<'_> {
    fn is_table_renamed(&mut self, from: &Name, to: &Name) -> bool {
        self.yes(
            &format!("Was the table {from} renamed to {to}?"),
            format!("`{from}` goes and `{to}` comes; if it was renamed: `--rename {from}={to}`"),
        )
    }

    fn is_column_renamed(&mut self, table: &Name, from: &Column, to: &Column) -> bool {
        let (old, new) = (&from.name, &to.name);
        self.yes(
            &format!(
                "Was {table}.{old} ({}) renamed to {table}.{new} ({})?",
                from.sql_type, to.sql_type
            ),
            format!(
                "`{table}.{old}` goes and `{table}.{new}` comes; if it was renamed: `--rename {table}.{old}={table}.{new}`"
            ),
        )
    }

    fn fill(&mut self, table: &Name, column: &Column, reason: FillReason) -> Option<String> {
        let name = format!("{table}.{}", column.name);
        if self.only_lists {
            return Some("NULL".to_owned());
        }
        if self.gave_up || !self.ui.can_ask {
            return None;
        }
        let why = match reason {
            FillReason::Added => "is new, may not be null and has no default",
            FillReason::MadeRequired => "may be null no longer",
        };
        let answer = self.ask(&format!(
            "{name} ({}) {why}.\n  What do existing rows get? An SQL expression, or nothing to stop:",
            column.sql_type
        ));
        self.gave_up = answer.is_empty();
        (!answer.is_empty()).then_some(answer)
    }
}
