//! `check --reversible` against the wrong and the right ways back in `tests/reversals`.

use std::{fs, path::PathBuf};

use pretty_assertions::assert_eq;
use serde_json::Value;

use crate::{
    corpus,
    project::{Project, Run, repository},
    support::services::Server,
};

/// A migration of `tests/reversals`, what must be there before it, and what is found.
#[derive(Default)]
struct Case {
    name: String,
    before: String,
    up: String,
    down: String,
    finds: String,
}

/// The cases of a file: `# name`, then `-- before`, `-- up`, `-- down` and `-- finds`.
fn cases(path: &PathBuf) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut section = String::new();
    for line in fs::read_to_string(path).expect("the cases").lines() {
        if let Some(name) = line.strip_prefix("# ") {
            let name = name.to_owned();
            section.clear();
            cases.push(Case {
                name,
                ..Case::default()
            });
        } else if let "-- before" | "-- up" | "-- down" | "-- finds" = line {
            line[3..].clone_into(&mut section);
        } else {
            let case = cases.last_mut().expect("a case begins with its name");
            let text = match section.as_str() {
                "before" => &mut case.before,
                "up" => &mut case.up,
                "down" => &mut case.down,
                _ => &mut case.finds,
            };
            *text += line;
            text.push('\n');
        }
    }
    cases
}

fn file(server: Server, which: &str) -> PathBuf {
    let engine = corpus::folder(server).rsplit('/').next().expect("a folder");
    repository().join(format!("tests/reversals/{engine}/{which}.sql"))
}

fn project(server: Server, cases: &[Case]) -> Project {
    let project = Project::new(server);
    let before: String = cases.iter().map(|case| case.before.as_str()).collect();
    project.migration("000_before", &before, "-- irreversible");
    for (at, case) in cases.iter().enumerate() {
        let name = format!("{:03}_{}", at + 1, case.name);
        project.migration(&name, &case.up, &case.down);
    }
    project
}

/// What is found of the family R, a line each behind the migration's name.
fn found(run: &Run) -> Vec<(String, String)> {
    assert!(run.status < 2, "{run:?}");
    let answer: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let findings = answer["findings"].as_array().expect("findings");
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    findings
        .iter()
        .filter(|finding| text(finding, "id").starts_with('R'))
        .map(|finding| {
            let file = text(finding, "file");
            let mut parts = file.rsplit('/');
            let file = parts.next().unwrap_or_default().to_owned();
            let place = finding["line"].as_u64();
            let place = place.map_or(file.clone(), |line| format!("{file}:{line}"));
            let line = format!(
                "{} {place} {}",
                text(finding, "id"),
                text(finding, "message")
            );
            (parts.next().unwrap_or_default().to_owned(), line)
        })
        .collect()
}

/// The file again, with what is found now.
fn written(cases: &[Case], found: &[(String, String)]) -> String {
    let mut text = String::new();
    for (at, case) in cases.iter().enumerate() {
        text += &format!("# {}\n", case.name);
        for (section, body) in [
            ("before", &case.before),
            ("up", &case.up),
            ("down", &case.down),
        ] {
            if !body.trim().is_empty() {
                text += &format!("-- {section}\n{}\n", body.trim_end());
            }
        }
        let name = format!("{:03}_{}", at + 1, case.name);
        let own = found.iter().filter(|(migration, _)| *migration == name);
        let lines: Vec<&str> = own.map(|(_, line)| line.as_str()).collect();
        if !lines.is_empty() {
            text += &format!("-- finds\n{}\n", lines.join("\n"));
        }
        text.push('\n');
    }
    text.trim_end().to_owned() + "\n"
}

fn golden(server: Server, which: &str) {
    let path = file(server, which);
    let cases = cases(&path);
    assert!(cases.len() >= 25, "{} cases", cases.len());
    let project = project(server, &cases);
    let run = project.manage(&["check", "--reversible", "--format", "json"]);
    let mut found = found(&run);
    found.retain(|(migration, _)| migration != "000_before");
    let written = written(&cases, &found);
    if std::env::var_os("MANAGE_TEST_UPDATE").is_some() {
        fs::write(&path, &written).expect("the cases");
    }
    let expected = fs::read_to_string(&path).expect("the cases");
    assert_eq!(written, expected);
    for (at, case) in cases.iter().enumerate() {
        let name = format!("{:03}_{}", at + 1, case.name);
        let is_found = found.iter().any(|(migration, _)| *migration == name);
        assert_eq!(is_found, which == "wrong", "{}", case.name);
    }
}

on_every_engine! {
    fn every_wrong_way_back_is_found(server: Server) {
        golden(server, "wrong");
    }

    fn no_right_way_back_is_found(server: Server) {
        golden(server, "right");
    }

    fn a_real_history_has_the_faults_that_it_has(server: Server) {
        let project = Project::of(server, corpus::folder(server));
        let run = project.manage(&["check", "--reversible", "--format", "json"]);
        let found: Vec<String> = found(&run)
            .into_iter()
            .map(|(migration, line)| format!("{migration}: {line}"))
            .collect();
        let faults = file(server, "corpus").with_extension("txt");
        let found = found.join("\n") + "\n";
        if std::env::var_os("MANAGE_TEST_UPDATE").is_some() {
            fs::write(&faults, &found).expect("the faults");
        }
        assert_eq!(found, fs::read_to_string(&faults).expect("the faults"));
        assert_eq!(project.tables(), Vec::<String>::new());
    }
}
