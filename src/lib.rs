//! Django's `manage.py` for Diesel.

pub mod backend;
pub mod check;
mod cli;
mod commands;
pub mod error;
pub mod migration;
mod migrator;
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
        ..Overrides::default()
    }
}

fn ui_options(global: &cli::Global) -> ui::Options {
    ui::Options {
        format: global.format.map(|format| match format {
            cli::Format::Table => ui::Format::Table,
            cli::Format::Plain => ui::Format::Plain,
            cli::Format::Json => ui::Format::Json,
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
