//! Django's `manage.py` for Diesel: create, apply, inspect, check and undo migrations on SQLite,
//! PostgreSQL and MySQL/MariaDB, through Diesel's own harness and on Diesel's own ledger.
//!
//! Most people want the program `manage`, which the README shows. This library is what it is made
//! of, and what an application starts with.
//!
//! # At an application's start
//!
//! ```no_run
//! use diesel_manage::{Migrator, startup};
//!
//! # fn main() -> Result<(), diesel_manage::error::Error> {
//! let migrator = Migrator::from_env()?;
//! startup::check(&migrator)?; // refuses to start, with the list of what is pending
//! # Ok(())
//! # }
//! ```
//!
//! # A database of one's own choice
//!
//! [`Migrator::from_env`] goes by `DATABASE_URL`, `.env` and `manage.toml`, as the program does.
//! Settings can also be put together by hand, for a test or for a program of many databases:
//!
//! ```
//! use diesel_manage::{
//!     Migrator, Settings,
//!     migration::{executor::Event, history::State, target::Target},
//!     settings::{Overrides, Surroundings},
//! };
//!
//! # fn main() -> Result<(), diesel_manage::error::Error> {
//! # let folder = std::env::temp_dir().join(format!("diesel-manage-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder).unwrap();
//! # let file = folder.join("shop.db");
//! let overrides = Overrides {
//!     database_url: Some(format!("sqlite://{}", file.display())),
//!     migrations_dir: Some("migrations".into()),
//!     ..Overrides::default()
//! };
//! let migrator = Migrator::new(Settings::resolve(&overrides, &Surroundings::of_process()?)?);
//!
//! migrator.migrate(&Target::Head, &mut |event| {
//!     if let Event::Finished { step, elapsed } = event {
//!         println!("{} took {} ms", step.migration.name, elapsed.as_millis());
//!     }
//! })?;
//! assert!(migrator.status()?.entries().iter().all(|entry| entry.state == State::Applied));
//! assert!(migrator.check()?.is_empty());
//! # std::fs::remove_dir_all(&folder).unwrap();
//! # Ok(())
//! # }
//! ```
//!
//! # The modules
//!
//! | module | holds |
//! |---|---|
//! | [`startup`] | the application's doors: migrate, or refuse to start |
//! | [`Migrator`] | a project's migrations and its database together |
//! | [`settings`] | what flags, environment and files mean, each value with its source |
//! | [`migration`] | what is on disk and what is applied: history, targets, plans, and their execution |
//! | [`schema`] | schemas as values: declared, introspected, compared, changed by operations |
//! | [`autogenerate`] | what the models ask for and no migration gives, as proven SQL |
//! | [`check`] | findings: what is wrong, or may be |
//! | [`backend`] | what differs between engines; database URLs |
//! | [`error`] | everything that can go wrong, what to do about it, and the exit status |
//!
//! # Features
//!
//! `sqlite`, `postgres` and `mysql`, all on by default, say which engines are built in. None needs a
//! client library: SQLite is linked in, the others are spoken to in Rust, with TLS by rustls.

pub mod autogenerate;
pub mod backend;
pub mod check;
mod cli;
mod commands;
pub mod error;
mod interrupt;
pub mod migration;
mod migrator;
mod models;
pub mod schema;
pub mod settings;
pub mod startup;
mod ui;

use std::io::{ErrorKind, Write as _};

use clap::Parser as _;
use error::{Error, ExitStatus};
use settings::{Overrides, Surroundings};
use ui::Ui;

pub use migrator::Migrator;
pub use settings::Settings;

#[cfg(all(doctest, feature = "sqlite"))]
#[doc = include_str!("../README.md")]
struct Readme;

/// The whole program: parses, resolves the settings, runs one command, and says how it ended.
pub fn run(args: impl IntoIterator<Item = std::ffi::OsString>) -> ExitStatus {
    let cli = match cli::Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let printed = error.print().and_then(|()| std::io::stdout().flush());
            // A closed pipe is nobody's concern here.
            let lost = printed.is_err_and(|error| error.kind() != ErrorKind::BrokenPipe);
            return if error.use_stderr() || lost {
                ExitStatus::Error
            } else {
                ExitStatus::Done
            };
        }
    };
    keep_quiet_of_what_is_caught();
    interrupt::listen();
    let surroundings = Surroundings::of_process();
    let folder = surroundings
        .as_ref()
        .map(|s| s.cwd.clone())
        .unwrap_or_default();
    let ui = Ui::new(ui_options(&cli.global), folder, &|name| {
        std::env::var(name).ok()
    });
    let result = surroundings
        .and_then(|surroundings| Settings::resolve(&overrides(&cli), &surroundings))
        .map_err(Error::from)
        .and_then(|settings| {
            for warning in settings.warnings() {
                ui.warn(&warning.to_string());
                if let Some(hint) = warning.hint() {
                    ui.hint(&hint);
                }
            }
            commands::run(
                &cli.command,
                &commands::Context {
                    migrator: Migrator::new(settings),
                    ui: &ui,
                },
            )
        });
    let status = match result {
        Ok(status) => status,
        Err(error) => {
            interrupt::wait_for_end();
            ui.error(&error);
            error.status()
        }
    };
    match ui.trouble() {
        None => status,
        Some(trouble) => {
            ui.error(&Error::Io {
                doing: "write",
                path: "standard output".into(),
                message: trouble.to_string(),
            });
            ExitStatus::Error
        }
    }
}

/// A panic of a linter that is caught is nobody's concern.
fn keep_quiet_of_what_is_caught() {
    let say = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !check::deploy::is_attempting() {
            say(panic);
        }
    }));
}

fn overrides(cli: &cli::Cli) -> Overrides {
    let global = &cli.global;
    Overrides {
        database_url: global.database_url.clone(),
        database: global.database.clone(),
        project: global.project.clone(),
        migrations_dir: global.migrations_dir.clone(),
        env_file: global.env_file.clone(),
        assume_yes: global.yes,
        no_input: global.no_input,
        wait: global.wait,
        lock_wait: cli.command.locking().lock_wait,
        no_lock: cli.command.locking().no_lock,
        lock_timeout: cli.command.limits().lock_timeout,
        statement_timeout: cli.command.limits().statement_timeout,
        lock_retries: cli.command.limits().lock_retries,
        ..Overrides::default()
    }
}

fn ui_options(global: &cli::Global) -> ui::Options {
    ui::Options {
        format: global.format.map(|format| match format {
            cli::Format::Table => ui::Format::Table,
            cli::Format::Plain => ui::Format::Plain,
            cli::Format::Json => ui::Format::Json,
            cli::Format::Github => ui::Format::Github,
        }),
        color: match global.color {
            cli::Color::Auto => ui::ColorChoice::Auto,
            cli::Color::Always => ui::ColorChoice::Always,
            cli::Color::Never => ui::ColorChoice::Never,
        },
        verbosity: if global.quiet {
            -1
        } else {
            i8::try_from(global.verbose).unwrap_or(i8::MAX)
        },
        yes: global.yes,
        no_input: global.no_input,
    }
}
