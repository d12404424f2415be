use crate::support::Project;

#[test]
fn every_shell_gets_a_script() {
    let project = Project::new();
    for (shell, sign) in [
        ("bash", "complete -F _manage"),
        ("zsh", "#compdef manage"),
        ("fish", "complete -c manage"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion:arg-completer"),
    ] {
        let outcome = project.run(["completions", shell]).success().stderr("");
        assert!(outcome.out().contains(sign), "{shell}");
        assert!(outcome.out().contains("showmigrations"), "{shell}");
    }
    project.run(["completions"]).status(2).stdout("").stderr(
        "
        error: the following required arguments were not provided:
          <SHELL>

        Usage: manage completions <SHELL>

        For more information, try '--help'.
        ",
    );
    project
        .run(["completions", "csh"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: invalid value 'csh' for '<SHELL>'
              [possible values: bash, elvish, fish, powershell, zsh]

              tip: a similar value exists: 'zsh'

            For more information, try '--help'.
            ",
        );
}

#[test]
fn bash_takes_its_script() {
    Project::new()
        .shell("eval \"$(\"$MANAGE\" completions bash)\" && complete -p manage")
        .success()
        .stdout(
            "
            complete -o bashdefault -o default -o nosort -F _manage manage
            ",
        )
        .stderr("");
}

#[test]
fn the_manual_page_has_every_command() {
    let outcome = Project::new().run(["man"]).success().stderr("");
    for section in [
        ".TH manage",
        "MANAGE MIGRATE",
        "MANAGE SHOWMIGRATIONS",
        "MANAGE INIT",
    ] {
        assert!(outcome.out().contains(section), "{section}");
    }
}
