//! `completions SHELL` and `man`: made from the command line's own definition.

use clap::CommandFactory as _;

use super::Context;
use crate::{
    cli::Cli,
    error::{Error, ExitStatus},
};

pub(super) fn completions(shell: clap_complete::Shell, context: &Context<'_>) -> ExitStatus {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "manage", &mut script);
    context.ui.bytes(&script);
    ExitStatus::Done
}

/// One page: the command, then each sub-command as a section of its own.
pub(super) fn man(context: &Context<'_>) -> Result<ExitStatus, Error> {
    let mut page = Vec::new();
    let io = |error: std::io::Error| Error::Io {
        doing: "write",
        path: "man page".into(),
        message: error.to_string(),
    };
    let mut command = Cli::command();
    command.build();
    clap_mangen::Man::new(command.clone())
        .render(&mut page)
        .map_err(io)?;
    for sub in command
        .get_subcommands()
        .filter(|sub| sub.get_name() != "help")
    {
        let name = format!("MANAGE {}", sub.get_name()).to_uppercase();
        let man = clap_mangen::Man::new(sub.clone().disable_help_flag(true));
        page.extend_from_slice(format!(".SH \"{name}\"\n").as_bytes());
        man.render_description_section(&mut page).map_err(io)?;
        man.render_synopsis_section(&mut page).map_err(io)?;
        man.render_options_section(&mut page).map_err(io)?;
    }
    context.ui.bytes(&page);
    Ok(ExitStatus::Done)
}
