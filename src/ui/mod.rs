//! The only place that prints, colours, asks, or measures the terminal.
//!
//! stdout carries the answer, stderr everything else. A closed pipe ends quietly: what is written
//! to it afterwards is lost, and the work goes on, so that `manage migrate | head -1` migrates.

mod diagnostic;
mod github;
mod graph;
mod person;
mod progress;
mod sql;
mod style;
mod table;

use std::{
    cell::RefCell,
    io::{self, BufRead as _, IsTerminal as _, Write as _},
    path::PathBuf,
};

pub use graph::Node;
pub use person::Person;
pub use progress::Progress;
use style::Paint;
pub use style::{ColorChoice, Role};
pub use table::{Cell, Table, clean};

use crate::{check::Finding, error::Error};

/// How answers look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Tables with lines; the default on a terminal.
    Table,
    /// Aligned columns; the default in a pipe.
    Plain,
    /// One JSON object.
    Json,
    /// Annotations of a GitHub workflow.
    Github,
}

/// What the person asked of the output.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// `--format`.
    pub format: Option<Format>,
    /// `--color`.
    pub color: ColorChoice,
    /// `-v` counts up, `-q` down.
    pub verbosity: i8,
    /// `--yes`.
    pub yes: bool,
    /// `--no-input`.
    pub no_input: bool,
}

/// The two streams and what is known of them.
pub struct Ui {
    format: Format,
    out: Paint,
    err: Paint,
    err_is_terminal: bool,
    can_ask: bool,
    yes: bool,
    verbosity: i8,
    folder: PathBuf,
    workspace: Option<PathBuf>,
    trouble: RefCell<Option<io::Error>>,
}

impl Ui {
    /// Looks at the streams. `variable` reads an environment variable; `folder` is where the person is,
    /// from which paths are shown.
    pub fn new(
        options: Options,
        folder: PathBuf,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let out_is_terminal = io::stdout().is_terminal();
        let err_is_terminal = io::stderr().is_terminal();
        let format = options.format.unwrap_or(if out_is_terminal {
            Format::Table
        } else {
            Format::Plain
        });
        Self {
            format,
            out: Paint::new(options.color, out_is_terminal, variable),
            err: Paint::new(options.color, err_is_terminal, variable),
            err_is_terminal,
            can_ask: io::stdin().is_terminal() && err_is_terminal && !options.no_input,
            yes: options.yes,
            verbosity: options.verbosity,
            folder,
            workspace: variable("GITHUB_WORKSPACE")
                .filter(|folder| !folder.is_empty())
                .map(PathBuf::from),
            trouble: RefCell::new(None),
        }
    }

    /// Whether the answer is a JSON object.
    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Whether the answer is annotations of a GitHub workflow.
    pub fn is_github(&self) -> bool {
        self.format == Format::Github
    }

    /// Whether `-v` asked for more.
    pub fn is_verbose(&self) -> bool {
        self.verbosity > 0
    }

    /// Whether `-q` asked for less.
    pub fn is_quiet(&self) -> bool {
        self.verbosity < 0
    }

    /// Writes a line of the answer.
    pub fn line(&self, text: &str) {
        self.text(&format!("{text}\n"));
    }

    /// SQL, in colours where the answer has any.
    pub fn sql(&self, sql: &str) {
        if self.out.is_on() {
            self.text(&sql::paint(self.out, sql));
        } else {
            self.text(sql);
        }
    }

    /// Writes a part of the answer as it stands.
    pub fn text(&self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Writes bytes of the answer as they stand.
    pub fn bytes(&self, bytes: &[u8]) {
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(bytes).and_then(|()| stdout.flush());
        if let Err(error) = written
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            *self.trouble.borrow_mut() = Some(error);
        }
    }

    /// Writes the answer as JSON.
    pub fn json(&self, value: &serde_json::Value) {
        self.line(&format!("{value:#}"));
    }

    /// Writes a finding as an annotation of a GitHub workflow, its path as seen from the repository.
    pub fn annotation(&self, finding: &Finding) {
        let folder = self.workspace.as_deref().unwrap_or(&self.folder);
        self.line(&github::annotation(finding, folder));
    }

    /// Writes a table of the answer.
    pub fn table(&self, table: &Table) {
        self.text(&match self.format {
            Format::Table => table.drawn(self.out.is_on()),
            Format::Plain | Format::Json | Format::Github => table.plain(self.out.is_on()),
        });
    }

    /// Draws who rests on whom, the newest first.
    pub fn graph(&self, nodes: &[Node]) {
        self.text(&graph::draw(nodes, self.format == Format::Table, self.out));
    }

    /// Says how the work goes: part of the answer for people, kept out of an answer for programs.
    pub fn say(&self, text: &str) {
        if self.is_quiet() {
            return;
        }
        if self.is_json() || self.is_github() {
            talk(text);
        } else {
            self.line(text);
        }
    }

    /// Says something beside the answer.
    pub fn note(&self, text: &str) {
        if !self.is_quiet() {
            talk(text);
        }
    }

    /// Warns, also under `-q`.
    pub fn warn(&self, text: &str) {
        talk(&format!(
            "{} {text}",
            self.err.paint(Role::Warning, "warning:")
        ));
    }

    /// Suggests what to do next.
    pub fn hint(&self, text: &str) {
        if !self.is_quiet() {
            talk(&format!("{} {text}", self.err.paint(Role::Hint, "hint:")));
        }
    }

    /// Says what went wrong and what to do about it; in a JSON answer too.
    pub fn error(&self, error: &Error) {
        if self.is_json() {
            self.json(&diagnostic::json(error, &self.folder));
        } else if self.is_github() {
            self.line(&github::error(error));
        }
        if let Some(failure) = error.failure() {
            talk(&diagnostic::render(
                error,
                failure,
                &self.folder,
                self.err.is_on(),
            ));
        } else if let Error::Models(errors) = error {
            talk(&diagnostic::models(errors, &self.folder, self.err.is_on()));
        } else {
            talk(&format!(
                "{} {error}",
                self.err.paint(Role::Error, "error:")
            ));
        }
        if let Error::Initial(differs) = error {
            for difference in &differs.differences {
                talk(&format!("  {difference}"));
            }
        }
        let hints = error.hints();
        if !hints.is_empty() {
            talk("");
        }
        for hint in hints {
            talk(&format!("{} {hint}", self.err.paint(Role::Hint, "hint:")));
        }
    }

    /// Colours a piece of the answer.
    pub fn paint(&self, role: Role, text: &str) -> String {
        self.out.paint(role, text)
    }

    /// A path as seen from where the person is.
    pub fn path(&self, path: &std::path::Path) -> String {
        diagnostic::relative(path, &self.folder)
    }

    /// A bar that shows how far the work is, on a terminal.
    pub fn progress(&self, total: usize) -> Progress {
        let visible = self.err_is_terminal && !self.is_quiet() && !self.is_json() && total > 0;
        Progress::new(visible, total, self.err.is_on())
    }

    /// Asks for a yes; `--yes` says it in advance, and without a terminal nobody can.
    pub fn confirm(&self, what: &str) -> Result<(), Error> {
        if self.yes {
            return Ok(());
        }
        if !self.can_ask {
            return Err(Error::NeedsYes {
                what: what.to_owned(),
            });
        }
        match self.answer(&format!("{what}. Go on? [y/N]")).as_str() {
            "y" | "yes" => Ok(()),
            _ => Err(Error::Declined),
        }
    }

    /// Asks for a yes or a no that no option says in advance; `None` where nobody answers either.
    pub fn ask(&self, question: &str) -> Option<bool> {
        if !self.can_ask {
            return None;
        }
        match self.answer(&format!("{question} [y/n]")).as_str() {
            "y" | "yes" => Some(true),
            "n" | "no" => Some(false),
            _ => None,
        }
    }

    /// What is typed after a question, in small letters.
    fn answer(&self, question: &str) -> String {
        // Not locked: who interrupts the question is told so.
        let mut stderr = io::stderr();
        let mark = self.err.paint(Role::Warning, "?");
        let _ = write!(stderr, "{mark} {question} ");
        let _ = stderr.flush();
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer);
        if !answer.ends_with('\n') {
            // Ctrl-D leaves the cursor behind the question.
            let _ = writeln!(stderr);
        }
        match read {
            Ok(_) => answer.trim().to_lowercase(),
            Err(_) => String::new(),
        }
    }

    /// Whether the answer could not be written, for a reason other than a closed pipe.
    pub fn trouble(&self) -> Option<io::Error> {
        self.trouble.borrow_mut().take()
    }
}

/// The last words of a program that was told to stop and waits neither for an answer nor, where
/// migrations are run, for their end. They come from a thread of their own.
pub fn farewell(working: bool) {
    if io::stderr().is_terminal() {
        talk("");
    }
    talk("error: interrupted");
    if working {
        talk(
            "\nhint: the database takes back what was not finished: `manage showmigrations` says what stands",
        );
    }
}

fn talk(text: &str) {
    // Nobody is left to tell when stderr is gone.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// A number of bytes as people read it.
pub fn size(bytes: u64) -> String {
    indicatif::DecimalBytes(bytes).to_string()
}

/// A length of time as people read it.
pub fn duration(elapsed: std::time::Duration) -> String {
    let milliseconds = elapsed.as_millis();
    if milliseconds < 1_000 {
        format!("{milliseconds} ms")
    } else if milliseconds < 60_000 {
        format!("{:.1} s", elapsed.as_secs_f64())
    } else {
        format!(
            "{} min {} s",
            elapsed.as_secs() / 60,
            elapsed.as_secs() % 60
        )
    }
}
