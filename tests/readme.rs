//! The README's `console` blocks run, and say what the README says they do.
//!
//! Each section has a project of its own: a folder with the shipped migrations and the shop's models,
//! `manage` on the PATH as on a terminal, and a `cargo` that runs it. `MANAGE_TEST_UPDATE=1` writes what the
//! commands say into the README, for a person to read through.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Stdio},
};

use pretty_assertions::assert_eq;

/// How a project's folder is shown; as long as the temporary one on most systems, so that the
/// columns of tables keep their width.
const HOME: &str = "/home/you/store";

/// What stands between the output of one command and that of the next.
const MARK: char = '\u{1}';

#[test]
fn every_console_block_of_the_readme_says_what_it_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let mut ran = String::new();
    let mut project = Project::new();
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        ran += &format!("{line}\n");
        if line.starts_with("## ") {
            project = Project::new();
        }
        if line == "```console" {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let commands: Vec<&str> = block
                .iter()
                .filter_map(|line| line.strip_prefix("$ "))
                .collect();
            assert!(!commands.is_empty(), "a block without a command: {block:?}");
            for (command, output) in commands.iter().zip(project.run(&commands)) {
                ran += &format!("$ {command}\n{output}");
            }
            ran += "```\n";
        }
    }
    if std::env::var_os("MANAGE_TEST_UPDATE").is_some() {
        fs::write(&path, &ran).unwrap();
        return;
    }
    assert_eq!(without_times(&readme), without_times(&ran));
}

struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let copied = Command::new("cp")
            .arg("-R")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations"))
            .arg(folder.path().join("migrations"))
            .status()
            .unwrap();
        assert!(copied.success());
        fs::create_dir(folder.path().join("src")).unwrap();
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/shop/schema.rs");
        fs::copy(models, folder.path().join("src/schema.rs")).unwrap();
        let programs = folder.path().join(".bin");
        fs::create_dir(&programs).unwrap();
        let manage = env!("CARGO_BIN_EXE_manage");
        let scripts = [
            (
                "manage",
                format!(
                    "case \" $* \" in *' --format '*) ;; *) set -- --format table \"$@\" ;; esac\nexec '{manage}' \"$@\"\n"
                ),
            ),
            (
                "cargo",
                "[ \"$1 $2 $3\" = 'run --quiet --' ] || exit 9\nshift 3\nexec manage \"$@\"\n"
                    .to_owned(),
            ),
        ];
        for (name, script) in scripts {
            let path = programs.join(name);
            fs::write(&path, format!("#!/bin/sh\n{script}")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        Self { folder }
    }

    /// What each command says, on both streams as on a terminal.
    fn run(&self, commands: &[&str]) -> Vec<String> {
        let folder = self.folder.path();
        let mut script = "exec 2>&1\n".to_owned();
        for command in commands {
            script += &format!("{command}\nprintf '\\1'\n");
        }
        let path = std::env::var("PATH").unwrap();
        let output = Command::new("bash")
            .args(["-c", &script])
            .current_dir(folder)
            .env_clear()
            .env("PATH", format!("{}:{path}", folder.join(".bin").display()))
            .env("HOME", folder)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let real = folder.canonicalize().unwrap();
        let mut outputs: Vec<String> = said
            .replace(&*real.to_string_lossy(), HOME)
            .split(MARK)
            .map(str::to_owned)
            .collect();
        assert_eq!(outputs.pop().as_deref(), Some(""));
        assert_eq!(outputs.len(), commands.len(), "{said}");
        outputs
    }
}

/// The text with moments and durations made equal, so that two runs compare.
fn without_times(text: &str) -> String {
    text.lines()
        .map(|line| {
            let mut line = of_this_run(line, "dddd-dd-dd dd:dd:dd");
            line = of_this_run(&line, "dddd-dd-dd-dddddd-dddd");
            line = of_this_run(&line, "dddddddddddddddddd");
            line = without_durations(&line);
            // Elsewhere the temporary folder's name is longer, and its column wider.
            while line.contains("  ") {
                line = line.replace("  ", " ");
            }
            for rule in ["═", "─"] {
                while line.contains(&rule.repeat(2)) {
                    line = line.replace(&rule.repeat(2), rule);
                }
            }
            line + "\n"
        })
        .collect()
}

/// Replaces what looks like the pattern by the pattern, `d` standing for a digit.
fn of_this_run(line: &str, pattern: &str) -> String {
    let matches = |start: usize| {
        line.get(start..start + pattern.len()).is_some_and(|found| {
            found
                .bytes()
                .zip(pattern.bytes())
                .all(|(byte, wanted)| match wanted {
                    b'd' => byte.is_ascii_digit(),
                    wanted => byte == wanted,
                })
        })
    };
    let mut output = String::new();
    let mut at = 0;
    while let Some(c) = line[at..].chars().next() {
        if matches(at) {
            output += pattern;
            at += pattern.len();
        } else {
            output.push(c);
            at += c.len_utf8();
        }
    }
    output
}

/// `12 ms` and `1.2 s` become `N ms`.
fn without_durations(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let number = |word: &str| {
        let digits = word.trim_start_matches('(');
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    };
    let unit = |word: &str| ["ms", "s"].contains(&word.trim_end_matches([')', '.']));
    let mut output = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let before_unit = words.get(index + 1).is_some_and(|next| unit(next));
        let after_number = index > 0 && number(words[index - 1]);
        output.push(if number(word) && before_unit {
            if word.starts_with('(') { "(N" } else { "N" }.to_owned()
        } else if unit(word) && after_number {
            word.replacen('s', "ms", usize::from(!word.starts_with("ms")))
        } else {
            (*word).to_owned()
        });
    }
    output.join(" ")
}

#[test]
fn times_are_made_equal_and_nothing_else() {
    assert_eq!(
        without_times("Applying 2026-11-21-115356-0000_x ... OK (12 ms)"),
        without_times("Applying 2027-01-02-000001-0000_x ... OK (1.5 s)")
    );
    assert_eq!(
        without_times("a 2 in 20 ms.\nat 2026-11-21 12:02:38"),
        "a 2 in N ms.\nat dddd-dd-dd dd:dd:dd\n"
    );
}
