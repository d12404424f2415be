//! Formats, colours, pipes.

use std::{fs::File, process::Stdio};

use crate::support::{applied_blog, blog};

#[test]
fn a_table_is_drawn_on_a_terminal() {
    let project = blog();
    project.run(["migrate", "+2"]).success();
    project
        .terminal("\"$MANAGE\" --color never showmigrations", "")
        .success()
        .stdout(
            "
            ┌─────────┬─────────────────────────────────────┬─────────────────────┐
            │ State   ┆ Migration                           ┆ Applied (UTC)       │
            ╞═════════╪═════════════════════════════════════╪═════════════════════╡
            │ applied ┆ 2025-01-01-000000-0000_create_users ┆ [TIME] │
            │ applied ┆ 2025-01-02-000000-0000_create_posts ┆ [TIME] │
            │ pending ┆ 2025-01-03-000000-0000_create_tags  ┆                     │
            └─────────┴─────────────────────────────────────┴─────────────────────┘
            2 applied, 1 pending
            ",
        );
}

#[test]
fn a_narrow_terminal_breaks_lines_between_words() {
    let project = blog();
    project
        .terminal("stty cols 80; \"$MANAGE\" --color never history", "")
        .success()
        .stdout(
            "
            ┌─────────┬────────────────────┬─────────┬────────────────────┬────────────────┐
            │ State   ┆ Version            ┆ Message ┆ Revises            ┆ Applied (UTC)  │
            ╞═════════╪════════════════════╪═════════╪════════════════════╪════════════════╡
            │ pending ┆ 202501030000000000 ┆ create  ┆ 202501020000000000 ┆                │
            │         ┆                    ┆ tags    ┆                    ┆                │
            │ pending ┆ 202501020000000000 ┆ create  ┆ 202501010000000000 ┆                │
            │         ┆                    ┆ posts   ┆                    ┆                │
            │ pending ┆ 202501010000000000 ┆ create  ┆                    ┆                │
            │         ┆                    ┆ users   ┆                    ┆                │
            └─────────┴────────────────────┴─────────┴────────────────────┴────────────────┘
            ",
        );
    project
        .terminal("stty cols 40; \"$MANAGE\" --color never history -l1", "")
        .success()
        .stdout(
            "
            ┌───────┬───────┬───────┬───────┬──────┐
            │ State ┆ Versi ┆ Messa ┆ Revis ┆ Appl │
            │       ┆ on    ┆ ge    ┆ es    ┆ ied  │
            │       ┆       ┆       ┆       ┆ (UTC │
            │       ┆       ┆       ┆       ┆ )    │
            ╞═══════╪═══════╪═══════╪═══════╪══════╡
            │ pendi ┆ 20250 ┆ creat ┆ 20250 ┆      │
            │ ng    ┆ 10300 ┆ e     ┆ 10200 ┆      │
            │       ┆ 00000 ┆ tags  ┆ 00000 ┆      │
            │       ┆ 000   ┆       ┆ 000   ┆      │
            └───────┴───────┴───────┴───────┴──────┘
            ",
        );
}

#[test]
fn the_format_can_be_chosen() {
    let project = applied_blog();
    project
        .run(["showmigrations", "--format", "table"])
        .success()
        .stdout(
            "
            ┌─────────┬─────────────────────────────────────┬─────────────────────┐
            │ State   ┆ Migration                           ┆ Applied (UTC)       │
            ╞═════════╪═════════════════════════════════════╪═════════════════════╡
            │ applied ┆ 2025-01-01-000000-0000_create_users ┆ [TIME] │
            │ applied ┆ 2025-01-02-000000-0000_create_posts ┆ [TIME] │
            │ applied ┆ 2025-01-03-000000-0000_create_tags  ┆ [TIME] │
            └─────────┴─────────────────────────────────────┴─────────────────────┘
            ",
        )
        .stderr(
            "
            3 applied, 0 pending
            ",
        );
    project
        .terminal(
            "\"$MANAGE\" --color never --format plain showmigrations",
            "",
        )
        .success()
        .stdout(
            "
            STATE    MIGRATION                            APPLIED (UTC)
            applied  2025-01-01-000000-0000_create_users  [TIME]
            applied  2025-01-02-000000-0000_create_posts  [TIME]
            applied  2025-01-03-000000-0000_create_tags   [TIME]
            3 applied, 0 pending
            ",
        );
}

#[test]
fn a_table_without_colours_holds_no_escape() {
    let project = applied_blog();
    for command in ["showmigrations", "history", "current", "settings", "check"] {
        for format in ["table", "plain", "json"] {
            let outcome = project.run([command, "--format", format]).success();
            assert!(!outcome.out().contains('\u{1b}') && !outcome.err().contains('\u{1b}'));
        }
    }
}

#[test]
fn each_stream_has_its_own_colours() {
    let project = blog();
    let colored = |text: &str| text.contains("\u{1b}[");
    // Answers on the terminal, talk in a file.
    let outcome = project
        .terminal("\"$MANAGE\" showmigrations 2>talk", "")
        .success();
    assert!(colored(outcome.out()));
    assert!(!colored(&project.read("talk")));
    // Answers in a file, talk on the terminal.
    let outcome = project
        .terminal("\"$MANAGE\" migrate nowhere >answer", "")
        .status(2);
    assert!(colored(outcome.out()));
    project
        .terminal("\"$MANAGE\" migrate --plan >answer", "")
        .success();
    assert!(!colored(&project.read("answer")));
}

#[test]
fn colours_can_be_forced_and_forbidden() {
    let project = blog();
    let colored = |line: &str| project.shell(line).out().contains("\u{1b}[");
    assert!(!colored("\"$MANAGE\" showmigrations"));
    assert!(colored("\"$MANAGE\" showmigrations --color always"));
    assert!(colored("CLICOLOR_FORCE=1 \"$MANAGE\" showmigrations"));
    assert!(!colored(
        "CLICOLOR_FORCE=1 NO_COLOR=1 \"$MANAGE\" showmigrations"
    ));
    let shown = |line: &str| project.terminal(line, "").out().contains("\u{1b}[");
    assert!(!shown("NO_COLOR=1 \"$MANAGE\" showmigrations"));
    assert!(!shown("\"$MANAGE\" showmigrations --color never"));
    assert!(!shown("TERM=dumb \"$MANAGE\" showmigrations"));
}

#[test]
fn the_states_in_their_colours() {
    let project = blog();
    project.run(["migrate", "+1"]).success();
    project
        .run(["showmigrations", "--color", "always"])
        .success()
        .stdout("\u{1b}[1mSTATE\u{1b}[0m    \u{1b}[1mMIGRATION\u{1b}[0m                            \u{1b}[1mAPPLIED (UTC)\u{1b}[0m\n\u{1b}[32mapplied\u{1b}[0m  2025-01-01-000000-0000_create_users  \u{1b}[2m[TIME]\u{1b}[0m\n\u{1b}[1;33mpending\u{1b}[0m  2025-01-02-000000-0000_create_posts\n\u{1b}[1;33mpending\u{1b}[0m  2025-01-03-000000-0000_create_tags\n");
    project.run(["migrate", "--color", "always"]).success().stdout("Applying \u{1b}[1m2025-01-02-000000-0000_create_posts\u{1b}[0m ... \u{1b}[32mOK\u{1b}[0m ([MS])\nApplying \u{1b}[1m2025-01-03-000000-0000_create_tags\u{1b}[0m ... \u{1b}[32mOK\u{1b}[0m ([MS])\nApplied 2 migrations in [MS].\n");
}

#[test]
fn a_failure_in_colours() {
    crate::support::Project::new()
        .migration("1_a", "SLECT 1;", "")
        .run(["migrate", "--color", "always"])
        .status(2)
        .stdout("Applying \u{1b}[1m1_a\u{1b}[0m ... \u{1b}[1;31mFAILED\u{1b}[0m\n")
        .stderr("\u{1b}[1m\u{1b}[91merror\u{1b}[0m\u{1b}[1m: applying 1_a failed: near \"SLECT\": syntax error\u{1b}[0m\n \u{1b}[1m\u{1b}[94m--> \u{1b}[0mmigrations/1_a/up.sql:1:1\n  \u{1b}[1m\u{1b}[94m|\u{1b}[0m\n\u{1b}[1m\u{1b}[94m1\u{1b}[0m \u{1b}[1m\u{1b}[94m|\u{1b}[0m SLECT 1;\n  \u{1b}[1m\u{1b}[94m|\u{1b}[0m \u{1b}[1m\u{1b}[91m^^^^^\u{1b}[0m\n  \u{1b}[1m\u{1b}[94m|\u{1b}[0m\n  \u{1b}[1m\u{1b}[94m= \u{1b}[0mnothing was applied before it in this run\n  \u{1b}[1m\u{1b}[94m= \u{1b}[0mnothing of this migration stands: it was rolled back\n\n\u{1b}[36mhint:\u{1b}[0m correct the file, then run `manage migrate` again\n");
}

#[test]
fn a_progress_bar_on_a_terminal_only() {
    let project = blog();
    let outcome = project.terminal("\"$MANAGE\" migrate 2>&1", "").success();
    assert!(outcome.out().contains("1/3"), "{}", outcome.out());
    assert!(
        outcome.out().ends_with("Applied 3 migrations in [MS].\n"),
        "{}",
        outcome.out()
    );
    // In a pipe, and where it was not asked for, there is none.
    project.run(["migrate", "base"]).success().stderr("");
    let outcome = project.terminal("\"$MANAGE\" migrate 2>talk", "").success();
    assert_eq!(project.read("talk"), "");
    assert!(!outcome.out().contains("1/3"));
    project.run(["migrate", "base"]).success();
    let outcome = project
        .terminal("\"$MANAGE\" migrate --quiet", "")
        .success();
    assert_eq!(outcome.out(), "");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let project = blog();
    project
        .shell("set -o pipefail; \"$MANAGE\" history | head -1")
        .success()
        .stdout(
            "
            STATE    VERSION             MESSAGE       REVISES             APPLIED (UTC)
            ",
        )
        .stderr("");
    project
        .shell("set -o pipefail; \"$MANAGE\" man | true; \"$MANAGE\" completions bash | true")
        .success()
        .stderr("");
    // The work goes on.
    project
        .shell("\"$MANAGE\" migrate | true")
        .success()
        .stderr("");
    assert_eq!(project.ledger().len(), 3);
}

#[test]
fn a_full_disk_is_an_error() {
    let project = applied_blog();
    for args in [
        &["history"][..],
        &["man"],
        &["completions", "zsh"],
        &["settings"],
        &["--help"],
        &["--version"],
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let outcome = project.finish(
            project
                .command(args)
                .stdout(Stdio::from(full))
                .stderr(Stdio::piped()),
        );
        // clap prints help and version by itself.
        let expected = if args[0].starts_with("--") {
            ""
        } else {
            "error: cannot write `standard output`: No space left on device (os error 28)\n"
        };
        outcome.status(2).stderr(expected);
    }
}

#[test]
fn stdout_closed_altogether() {
    let project = blog();
    project.shell("\"$MANAGE\" migrate >&-").stderr("");
    assert_eq!(project.ledger().len(), 3);
}

#[test]
fn json_stands_alone_on_stdout() {
    let project = blog();
    for args in [
        &["showmigrations"][..],
        &["history"],
        &["current"],
        &["check"],
        &["migrate", "--plan"],
        &["migrate"],
        &["redo"],
        &["rollback"],
        &["stamp", "head"],
        &["sqlmigrate", "create_users"],
        &["settings"],
        &["createdb"],
        &["dropdb", "--yes"],
        &["init"],
        &["makemigrations", "more"],
        &["migrate", "nowhere"],
    ] {
        let value = project
            .run(args.iter().chain(&["--format", "json"]))
            .value();
        assert_eq!(value["schema"], 1, "{args:?}");
        assert!(
            value["command"] == args[0] || value["error"]["message"].is_string(),
            "{args:?}"
        );
    }
}

#[test]
fn quiet_says_only_the_answer_and_what_went_wrong() {
    let project = blog();
    for (args, status, answers) in [
        (&["migrate"][..], 0, false),
        (&["redo"], 0, false),
        (&["rollback"], 0, false),
        (&["stamp", "head"], 0, false),
        (&["createdb"], 0, false),
        (&["showmigrations"], 0, true),
        (&["current"], 0, true),
        (&["history"], 0, true),
        (&["check"], 0, false),
    ] {
        let outcome = project
            .run(args.iter().chain(&["-q"]))
            .status(status)
            .stderr("");
        assert_eq!(!outcome.out().is_empty(), answers, "{args:?}");
    }
    project
        .run(["migrate", "nowhere", "-q"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: no migration is named `nowhere`

            hint: `manage showmigrations` lists every name
            ",
        );
}
