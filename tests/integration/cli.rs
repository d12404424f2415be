//! The command line itself: help, aliases, exit statuses.

use std::{env, fs, path::PathBuf};

use pretty_assertions::assert_eq;

use crate::support::{Project, blog};

/// Every command of `manage --help`.
const COMMANDS: &[&str] = &[
    "init",
    "makemigrations",
    "migrate",
    "rollback",
    "redo",
    "stamp",
    "showmigrations",
    "current",
    "heads",
    "history",
    "check",
    "squashmigrations",
    "inspectdb",
    "sqlmigrate",
    "createdb",
    "dropdb",
    "dbshell",
    "unlock",
    "settings",
    "completions",
    "man",
];

/// Compares a help text with its file; `UPDATE_HELP=1` writes the file.
#[track_caller]
fn assert_help(name: &str, args: &[&str]) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/integration/help")
        .join(format!("{name}.txt"));
    let outcome = Project::new()
        .env("COLUMNS", "100")
        .run(args)
        .success()
        .stderr("");
    if env::var_os("UPDATE_HELP").is_some() {
        fs::write(&file, outcome.out()).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(
        outcome.out(),
        expected,
        "UPDATE_HELP=1 writes {}",
        file.display()
    );
}

#[test]
fn help_of_manage() {
    assert_help("manage", &["--help"]);
    assert_help("manage", &["-h"]);
    assert_help("manage", &["help"]);
}

#[test]
fn help_of_every_command() {
    for command in COMMANDS {
        assert_help(command, &[command, "--help"]);
        assert_help(command, &["help", command]);
    }
}

#[test]
fn every_command_has_its_help_file() {
    let listed: Vec<String> = Project::new()
        .run(["--help"])
        .success()
        .out()
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty() && *name != "help")
        .map(ToOwned::to_owned)
        .collect();
    assert_eq!(listed, COMMANDS);
}

#[test]
fn without_a_command_help_is_shown() {
    let outcome = Project::new().env("COLUMNS", "100").run([""; 0]).status(2);
    assert_eq!(outcome.out(), "");
    assert!(outcome.err().contains("Usage: manage"));
}

#[test]
fn the_version() {
    let version = format!("manage {}\n", env!("CARGO_PKG_VERSION"));
    Project::new()
        .run(["--version"])
        .success()
        .stdout(&version)
        .stderr("");
    Project::new().run(["-V"]).success().stdout(&version);
}

#[test]
fn mistakes_get_a_suggestion() {
    let project = Project::new();
    project.run(["migrat"]).status(2).stdout("").stderr(
        "
        error: unrecognized subcommand 'migrat'

          tip: some similar subcommands exist: 'generate', 'showmigrations', 'sqlmigrate', 'migrate'

        Usage: manage [OPTIONS] <COMMAND>

        For more information, try '--help'.
        ",
    );
    project
        .run(["migrate", "--plann"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: unexpected argument '--plann' found

              tip: a similar argument exists: '--plan'

            Usage: manage migrate --plan [TARGET]

            For more information, try '--help'.
            ",
        );
    project
        .run(["migrate", "--format", "yaml"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: invalid value 'yaml' for '--format <FORMAT>'
              [possible values: table, plain, json]

            For more information, try '--help'.
            ",
        );
    project
        .run(["migrate", "-v", "-q"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: the argument '--verbose...' cannot be used with '--quiet'

            Usage: manage migrate --verbose... [TARGET]

            For more information, try '--help'.
            ",
        );
    project
        .run(["migrate", "--wait", "soon"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: invalid value 'soon' for '--wait <SECONDS>': not a number of seconds

            For more information, try '--help'.
            ",
        );
    project
        .run(["migrate", "--check", "--fake"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: the argument '--check' cannot be used with '--fake'

            Usage: manage migrate --check [TARGET]

            For more information, try '--help'.
            ",
        );
}

#[test]
fn aliases_do_what_their_commands_do() {
    let project = blog();
    for (alias, command) in [
        (&["upgrade", "--plan"][..], &["migrate", "--plan"][..]),
        (&["status"], &["showmigrations"]),
        (&["downgrade", "--plan"], &["rollback", "--plan"]),
    ] {
        let expected = project.run(command).success();
        project
            .run(alias)
            .success()
            .stdout(expected.out())
            .stderr(expected.err());
    }
    project
        .run(["migrate", "--noinput", "--migration-dir", "migrations"])
        .success();
}

#[test]
fn options_stand_before_and_after_the_command() {
    let project = blog();
    for args in [
        &["--format", "json", "showmigrations"][..],
        &["showmigrations", "--format", "json"],
        &["showmigrations", "--format=json"],
    ] {
        assert_eq!(
            project.run(args).success().value()["command"],
            "showmigrations"
        );
    }
}

#[test]
fn exit_statuses() {
    let project = blog();
    for (args, status) in [
        (&["migrate"][..], 0),
        (&["migrate"], 0),
        (&["migrate", "--check"], 0),
        (&["check"], 0),
        (&["current", "--check-heads"], 0),
        (&["rollback"], 0),
        (&["migrate", "--check"], 1),
        (&["check"], 1),
        (&["current", "--check-heads"], 1),
        (&["showmigrations"], 0),
        (&["migrate", "nowhere"], 2),
        (&["nonsense"], 2),
        (&["dropdb"], 2),
    ] {
        project.run(args).status(status);
    }
}
