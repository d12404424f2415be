//! Colours by role, decided per stream.

use colored::{ColoredString, Colorize as _};

/// What a piece of text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It worked, it is there.
    Success,
    /// It failed, it is gone.
    Error,
    /// Look here.
    Warning,
    /// What to do next.
    Hint,
    /// Names, times, places: read last.
    Dim,
    /// A heading.
    Heading,
}

/// `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// On a terminal that wants it.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Colours for one stream, or none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    on: bool,
}

impl Paint {
    /// `--color` first, then <https://no-color.org> and <https://bixense.com/clicolors>, then the stream.
    pub(super) fn new(
        choice: ColorChoice,
        is_terminal: bool,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let set = |name| variable(name).is_some_and(|value| !value.is_empty() && value != "0");
        let on = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if variable("NO_COLOR").is_some_and(|value| !value.is_empty()) => {
                false
            }
            ColorChoice::Auto if set("CLICOLOR_FORCE") => true,
            ColorChoice::Auto => {
                is_terminal
                    && variable("CLICOLOR").as_deref() != Some("0")
                    && variable("TERM").as_deref() != Some("dumb")
            }
        };
        // The library's own switch looks at stdout alone; the decision is made here.
        colored::control::set_override(true);
        Self { on }
    }

    pub(super) fn is_on(self) -> bool {
        self.on
    }

    pub(super) fn paint(self, role: Role, text: &str) -> String {
        if !self.on {
            return text.to_owned();
        }
        let painted: ColoredString = match role {
            Role::Success => text.green(),
            Role::Error => text.red().bold(),
            Role::Warning => text.yellow().bold(),
            Role::Hint => text.cyan(),
            Role::Dim => text.dimmed(),
            Role::Heading => text.bold(),
        };
        painted.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_decides_about_colour() {
        for (choice, terminal, variables, on) in [
            (ColorChoice::Auto, true, &[][..], true),
            (ColorChoice::Auto, false, &[], false),
            (ColorChoice::Auto, true, &[("NO_COLOR", "1")], false),
            (ColorChoice::Auto, true, &[("NO_COLOR", "")], true),
            (ColorChoice::Auto, false, &[("CLICOLOR_FORCE", "1")], true),
            (ColorChoice::Auto, true, &[("TERM", "dumb")], false),
            (ColorChoice::Always, false, &[("NO_COLOR", "1")], true),
            (ColorChoice::Never, true, &[("CLICOLOR_FORCE", "1")], false),
        ] {
            let variable = |name: &str| {
                variables
                    .iter()
                    .find(|(n, _)| *n == name)
                    .map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(
                Paint::new(choice, terminal, &variable).is_on(),
                on,
                "{choice:?} {terminal} {variables:?}"
            );
        }
    }
}
