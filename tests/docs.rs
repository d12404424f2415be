//! The pages in `docs/` say what the program does: fields, checks, statuses, settings.

#![allow(clippy::unwrap_used)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use diesel_manage::{
    Settings,
    backend::url::DatabaseUrl,
    check,
    settings::{Overrides, Surroundings, VARIABLES},
};
use pretty_assertions::assert_eq;
use serde_json::Value;

fn page(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(name);
    fs::read_to_string(path).unwrap()
}

/// A folder with a copy of the shipped migrations, and of the models with a change.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    for migration in fs::read_dir(shipped).unwrap() {
        let migration = migration.unwrap().path();
        if !migration.is_dir() {
            continue;
        }
        let copy = folder
            .path()
            .join("migrations")
            .join(migration.file_name().unwrap());
        fs::create_dir_all(&copy).unwrap();
        for file in ["up.sql", "down.sql"] {
            fs::copy(migration.join(file), copy.join(file)).unwrap();
        }
    }
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/shop/schema.rs");
    let models = fs::read_to_string(models).unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    // One column more than the migrations give, so that there is something to make.
    let edited = models.replacen(
        "        created_at ->",
        "        phone -> Nullable<Text>,\n        created_at ->",
        1,
    );
    assert_ne!(edited, models);
    fs::write(folder.path().join("src/schema.rs"), edited).unwrap();
    folder
}

/// Status and stdout of a command, given as a line without quotes.
fn manage(folder: &Path, line: &str) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_manage"))
        .args(line.split(' ').skip(1))
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    (output.status.code().unwrap(), stdout)
}

/// A migration on top of those that are there already, but for other branches.
fn branch(folder: &Path, name: &str) {
    let migrations = folder.join("migrations");
    let mut versions: Vec<String> = fs::read_dir(&migrations)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().is_dir())
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| name.split('_').next().unwrap().replace('-', ""))
        .filter(|version| !version.starts_with("2999"))
        .collect();
    versions.sort();
    let (_, slug) = name.split_once('_').unwrap();
    let up = format!(
        "-- Revises: {}\n\nCREATE TABLE {slug} (id INTEGER);\nUPDATE customers SET name = name;\n",
        versions.last().unwrap()
    );
    fs::create_dir(migrations.join(name)).unwrap();
    fs::write(migrations.join(name).join("up.sql"), up).unwrap();
    let down = format!("DROP TABLE {slug};\n");
    fs::write(migrations.join(name).join("down.sql"), down).unwrap();
}

/// The sections of a page by their headings.
fn sections(page: &str) -> Vec<(String, String)> {
    let mut sections: Vec<(String, String)> = Vec::new();
    for line in page.lines() {
        if let Some(heading) = line.trim_start_matches('#').strip_prefix(' ')
            && line.starts_with('#')
        {
            sections.push((heading.to_owned(), String::new()));
        } else if let Some((_, text)) = sections.last_mut() {
            *text += &format!("{line}\n");
        }
    }
    sections
}

/// The rows of a text's tables without the heads, code marks removed.
fn rows(text: &str) -> Vec<Vec<String>> {
    let lines: Vec<&str> = text.lines().collect();
    let is_row = |line: &&str| line.starts_with("| ");
    lines
        .iter()
        .enumerate()
        .filter(|(index, line)| {
            let below = lines.get(index + 1).unwrap_or(&"");
            is_row(line) && !below.starts_with("|---")
        })
        .map(|(_, line)| {
            line.trim_matches('|')
                .split(" | ")
                .map(|cell| cell.trim().to_owned())
                .collect()
        })
        .collect()
}

fn unquoted(cell: &str) -> String {
    cell.trim_matches('`').to_owned()
}

// ---------------------------------------------------------------------------------------------
// JSON.md
// ---------------------------------------------------------------------------------------------

/// The fields of a value with their types, as the page names both.
fn fields(value: &Value, place: &str, found: &mut BTreeMap<String, BTreeSet<&'static str>>) {
    let mut insert = |kind| {
        found.entry(place.to_owned()).or_default().insert(kind);
    };
    match value {
        Value::Null => insert("null"),
        Value::Bool(_) => insert("boolean"),
        Value::Number(_) => insert("number"),
        Value::String(_) => insert("string"),
        Value::Array(items) if items.is_empty() => insert("array"),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            insert("array of strings");
        }
        Value::Array(items) => {
            found
                .entry(format!("{place}[]"))
                .or_default()
                .insert("array");
            for item in items {
                fields(item, &format!("{place}[]"), found);
            }
        }
        Value::Object(object) => {
            if !place.is_empty() && !place.ends_with("[]") {
                insert("object");
            }
            for (name, value) in object {
                let dot = if place.is_empty() { "" } else { "." };
                fields(value, &format!("{place}{dot}{name}"), found);
            }
        }
    }
}

/// The documented fields of a section: place and type.
fn documented(text: &str) -> BTreeMap<String, String> {
    rows(text)
        .into_iter()
        .map(|row| (unquoted(&row[0]), row[1].clone()))
        .collect()
}

fn assert_documented(heading: &str, answer: &Value, documented: &BTreeMap<String, String>) {
    let mut found = BTreeMap::new();
    fields(answer, "", &mut found);
    let names: Vec<&String> = found.keys().collect();
    assert_eq!(names, documented.keys().collect::<Vec<_>>(), "{heading}");
    for (name, kinds) in found {
        let kind = &documented[&name];
        let nullable = kind.ends_with('?');
        for found in kinds {
            assert!(
                found == kind.trim_end_matches('?')
                    || nullable && found == "null"
                    || found == "array" && kind == "array of strings",
                "{heading}: {name} is {found}, documented as {kind}"
            );
        }
    }
}

#[test]
fn every_json_field_is_documented_and_there() {
    let page = page("JSON.md");
    let mut commands = BTreeSet::new();
    let common = documented(&sections(&page)[0].1);
    let folder = project();
    for (heading, text) in sections(&page) {
        let Some(line) = heading.strip_prefix('`').and_then(|h| h.strip_suffix('`')) else {
            continue;
        };
        // Something to find that lies in a file.
        if line == "manage check" {
            let metadata = "migrations/2026-01-12-091500-0000_create_customers/metadata.toml";
            fs::write(folder.path().join(metadata), "x = ").unwrap();
        }
        // Two branches, to join or to put one on top of the other.
        if line.contains("--merge") {
            branch(folder.path(), "2999-01-01-000000-0001_left");
            branch(folder.path(), "2999-01-01-000000-0002_right");
        }
        let (status, stdout) = manage(folder.path(), &format!("{line} --format json"));
        assert!(status < 2, "{line}: {stdout}");
        let answer: Value = serde_json::from_str(&stdout).unwrap();
        let name = line.split(' ').nth(1).unwrap();
        assert_eq!(answer["command"], name);
        let mut expected = documented(&text);
        expected.extend(common.clone());
        assert_documented(line, &answer, &expected);
        commands.insert(name.to_owned());
    }
    let without_json = ["completions", "dbshell", "help", "man"].map(str::to_owned);
    assert_eq!(
        commands
            .into_iter()
            .chain(without_json)
            .collect::<BTreeSet<_>>(),
        all_commands()
    );
}

#[test]
fn every_field_of_a_json_error_is_documented_and_there() {
    let page = page("JSON.md");
    let sections = sections(&page);
    let (_, text) = sections.last().unwrap();
    let (plain, of_migration) = text.split_once("A migration that failed").unwrap();
    let folder = project();

    let (status, stdout) = manage(folder.path(), "manage migrate nowhere --format json");
    assert_eq!(status, 2);
    let answer = serde_json::from_str(&stdout).unwrap();
    assert_documented("error", &answer, &documented(plain));

    let broken = "migrations/2026-02-20-112655-0000_add_customers_email/up.sql";
    fs::write(folder.path().join(broken), "SELECT nothing FROM nowhere;").unwrap();
    let (status, stdout) = manage(folder.path(), "manage migrate --format json");
    assert_eq!(status, 2);
    let answer: Value = serde_json::from_str(&stdout).unwrap();
    let mut expected = documented(plain);
    expected.extend(documented(of_migration));
    assert_documented("error of a migration", &answer, &expected);
    assert_eq!(answer["error"]["line"], 1);
    assert_eq!(answer["error"]["file"], broken);
}

/// The names of the sub-commands, from the help.
fn all_commands() -> BTreeSet<String> {
    let (_, help) = manage(Path::new("."), "manage --help");
    let (_, after) = help.split_once("Commands:\n").unwrap();
    let (commands, _) = after.split_once("\n\n").unwrap();
    commands
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .collect()
}

// ---------------------------------------------------------------------------------------------
// CHECKS.md
// ---------------------------------------------------------------------------------------------

#[test]
fn every_check_has_its_page_and_no_other_has() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/checks");
    let pages: BTreeMap<String, String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    let opening = |page: &String| page.lines().take(4).map(str::to_owned).collect::<Vec<_>>();
    let openings: BTreeMap<&String, Vec<String>> = pages
        .iter()
        .map(|(name, page)| (name, opening(page)))
        .collect();
    let rules = check::rules();
    let names: BTreeMap<String, &check::Rule> = rules
        .iter()
        .map(|rule| (format!("{}.md", rule.id), *rule))
        .collect();
    let expected: BTreeMap<&String, Vec<String>> = names
        .iter()
        .map(|(name, rule)| {
            let title = format!("# {}: {}", rule.id, rule.name);
            let level = format!("Level: {}. Finds {}.", rule.level, rule.finds);
            (name, vec![title, String::new(), level, String::new()])
        })
        .collect();
    assert_eq!(openings, expected);
    for (name, page) in &pages {
        let sections = sections(page);
        let headings: Vec<&str> = sections.iter().skip(1).map(|(h, _)| h.as_str()).collect();
        assert_eq!(headings, ["Example", "Remedy", "Allowing it"], "{name}");
        for (heading, text) in &sections[1..] {
            assert!(!text.trim().is_empty(), "{name}: {heading}");
        }
        assert!(
            page.lines().nth(4).is_some_and(|why| !why.starts_with('#')),
            "{name}"
        );
    }
}

#[test]
fn the_names_of_checks_are_all_different_and_well_formed() {
    let mut names = BTreeSet::new();
    for rule in check::rules() {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(rule.name.chars().all(plain), "{}", rule.name);
        assert!(names.insert(rule.name) && names.insert(rule.id), "{rule:?}");
        assert_eq!(check::Rule::named(&rule.id.to_lowercase()), Ok(rule));
        assert_eq!(check::Rule::named(rule.name), Ok(rule));
    }
}

/// The checks as `CHECKS.md` lists them.
fn index() -> String {
    let rows = check::rules().into_iter().map(|rule| {
        let (id, name, level) = (rule.id, rule.name, rule.level);
        format!(
            "| [{id}](checks/{id}.md) | `{name}` | {level} | {} |\n",
            rule.finds
        )
    });
    rows.collect()
}

#[test]
fn the_index_lists_every_check() {
    let page = page("CHECKS.md");
    let rows = page.lines().filter(|line| line.starts_with("| ["));
    let rows: String = rows.map(|line| format!("{line}\n")).collect();
    assert_eq!(rows, index());
}

/// Does what a text of a page shows, in order: writes the files it names, and runs its `sh` blocks.
/// Whether there was anything to do.
fn act(folder: &Path, text: &str) -> bool {
    let programs = Path::new(env!("CARGO_BIN_EXE_manage")).parent().unwrap();
    let mut named = None;
    let mut acted = false;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```") else {
            if !line.is_empty() {
                let path = line.strip_prefix('`').and_then(|l| l.strip_suffix("`:"));
                named = path.map(|path| folder.join(path));
            }
            continue;
        };
        let block = lines.by_ref().take_while(|line| *line != "```");
        let block: String = block.map(|line| format!("{line}\n")).collect();
        if let Some(path) = named.take() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, block).unwrap();
            acted = true;
        } else if language == "sh" {
            let output = Command::new("/bin/sh")
                .args(["-ec", &block])
                .current_dir(folder)
                .env_clear()
                .env("HOME", folder)
                .env("PATH", format!("{}:/usr/bin:/bin", programs.display()))
                .stdin(Stdio::null())
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{block}\n{said}");
            acted = true;
        }
    }
    acted
}

/// Whether `check` finds something of a rule.
fn is_found(folder: &Path, rule: &check::Rule) -> bool {
    let family = match &rule.id[..1] {
        "S" if rule.name == "drift" => " --drift",
        "S" => " --models",
        "R" => " --reversible",
        "D" => " --deploy",
        _ => "",
    };
    let (status, stdout) = manage(folder, &format!("manage check{family} --format json"));
    assert!(status < 2, "{}: {stdout}", rule.id);
    let answer: Value = serde_json::from_str(&stdout).unwrap();
    let findings = answer["findings"].as_array().unwrap();
    findings.iter().any(|finding| finding["id"] == rule.id)
}

#[test]
fn the_examples_of_checks_are_found_and_their_remedies_help() {
    let mut shown = 0;
    for rule in check::rules() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("manage.toml"), "").unwrap();
        let sections = sections(rule.page);
        let text = |heading: &str| &sections.iter().find(|(h, _)| h == heading).unwrap().1;
        if act(folder.path(), text("Example")) {
            shown += 1;
            assert!(is_found(folder.path(), rule), "the example of {}", rule.id);
            if act(folder.path(), text("Remedy")) {
                assert!(!is_found(folder.path(), rule), "the remedy of {}", rule.id);
            }
        }
    }
    assert!(shown > 30, "{shown}");
}

#[test]
fn the_job_of_the_example_runs_commands_that_there_are() {
    let page = page("CHECKS.md");
    let (_, job) = page.split_once("```yaml\n").unwrap();
    let (job, _) = job.split_once("```").unwrap();
    let folder = project();
    let mut ran = 0;
    for line in job.lines() {
        if let Some(line) = line.trim().strip_prefix("- run: manage ") {
            let (status, stdout) = manage(folder.path(), &format!("manage {line}"));
            assert!(status < 2, "{line}: {stdout}");
            ran += 1;
        }
    }
    assert_eq!(ran, 2);
}

// ---------------------------------------------------------------------------------------------
// EXIT-STATUS.md
// ---------------------------------------------------------------------------------------------

#[test]
fn every_command_has_its_exit_statuses_documented() {
    let page = page("EXIT-STATUS.md");
    let named: BTreeSet<String> = page
        .split("`manage ")
        .skip(1)
        .map(|rest| {
            let end = rest.find([' ', '`']).unwrap();
            rest[..end].to_owned()
        })
        .collect();
    let mut all = all_commands();
    all.remove("help");
    assert_eq!(named, all);
}

#[test]
fn a_no_is_one_and_an_error_is_two() {
    let folder = project();
    for (line, expected) in [
        ("manage migrate --check", 1),
        ("manage current --check-heads", 1),
        ("manage check", 1),
        ("manage check --fail-level error", 0),
        ("manage migrate --plan", 0),
        ("manage showmigrations", 0),
        ("manage history", 0),
        ("manage migrate nowhere", 2),
        ("manage nonsense", 2),
        ("manage rollback", 0),
        ("manage migrate", 0),
        ("manage migrate", 0),
        ("manage migrate --check", 0),
        ("manage current --check-heads", 0),
        ("manage check", 0),
        ("manage dropdb --no-input", 2),
        ("manage dropdb --yes", 0),
        ("manage dropdb --yes", 0),
        ("manage createdb", 0),
        ("manage createdb", 0),
        ("manage showmigrations --migrations-dir nowhere", 2),
    ] {
        let (status, stdout) = manage(folder.path(), line);
        assert_eq!(status, expected, "{line}\n{stdout}");
    }
}

// ---------------------------------------------------------------------------------------------
// SETTINGS.md
// ---------------------------------------------------------------------------------------------

#[test]
fn every_variable_is_documented_and_no_other_is() {
    let page = page("SETTINGS.md");
    let (_, text) = sections(&page)
        .into_iter()
        .find(|(heading, _)| heading == "Variables")
        .unwrap();
    let mut documented = BTreeSet::new();
    for row in rows(&text) {
        let name = unquoted(&row[0]);
        if row[1] == "yes" {
            documented.insert(format!("{name}_FILE"));
        }
        documented.insert(name);
    }
    let real: BTreeSet<String> = VARIABLES
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    assert_eq!(documented, real);
}

#[test]
fn every_url_form_reads_as_the_page_says() {
    let page = page("SETTINGS.md");
    let (_, text) = sections(&page)
        .into_iter()
        .find(|(heading, _)| heading == "URL forms")
        .unwrap();
    let rows = rows(&text);
    assert!(rows.len() > 15, "{}", rows.len());
    let mut shown_and_said = Vec::new();
    for row in rows {
        let shown = DatabaseUrl::parse(&unquoted(&row[0]))
            .unwrap_or_else(|error| panic!("{}: {error}", row[0]))
            .resolved_against(Path::new("/srv/shop"))
            .to_string();
        shown_and_said.push((shown, unquoted(&row[1])));
    }
    let (shown, said): (Vec<_>, Vec<_>) = shown_and_said.into_iter().unzip();
    assert_eq!(shown, said);
}

#[test]
fn every_example_of_manage_toml_is_understood() {
    let pages = page("SETTINGS.md") + &page("CHECKS.md");
    let examples: Vec<&str> = pages
        .split("```toml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert_eq!(examples.len(), 2);
    for example in examples {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("manage.toml"), example).unwrap();
        let surroundings = Surroundings {
            cwd: PathBuf::from(folder.path()),
            ..Surroundings::default()
        }
        .with("REPORTS_PASSWORD", "x");
        let settings = Settings::resolve(&Overrides::default(), &surroundings)
            .unwrap_or_else(|error| panic!("{error}\n{example}"));
        settings
            .database()
            .unwrap_or_else(|error| panic!("{error}\n{example}"));
        let levels = settings.check_levels().into_iter();
        for named in settings
            .ignored_checks()
            .into_iter()
            .chain(levels.map(|(named, _)| named))
        {
            assert!(check::Rule::named(named.name).is_ok(), "{named:?}");
        }
    }
}

// ---------------------------------------------------------------------------------------------
// FROM-ALEMBIC-AND-DJANGO.md
// ---------------------------------------------------------------------------------------------

#[test]
fn the_way_over_from_another_tool_can_be_gone() {
    use diesel::{Connection as _, SqliteConnection, connection::SimpleConnection as _};

    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    let database = folder.path().join("app.db");
    SqliteConnection::establish(database.to_str().unwrap())
        .unwrap()
        .batch_execute(
            "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE);
             CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER REFERENCES users (id));
             CREATE INDEX by_author ON posts (author);",
        )
        .unwrap();
    let page = page("FROM-ALEMBIC-AND-DJANGO.md");
    let blocks: Vec<&str> = page
        .split("```sh\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert!(blocks.len() > 4, "{}", blocks.len());
    let programs = Path::new(env!("CARGO_BIN_EXE_manage")).parent().unwrap();
    for block in blocks {
        let output = Command::new("/bin/sh")
            .args(["-ec", block])
            .current_dir(folder.path())
            .env_clear()
            .env("HOME", folder.path())
            .env("PATH", programs)
            .env("DATABASE_URL", "sqlite:app.db")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{block}\n{said}");
    }
    let (status, answer) = manage(
        folder.path(),
        "manage showmigrations --format json --database-url sqlite:app.db",
    );
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(status, 0);
    assert_eq!(answer["migrations"][0]["message"], "initial");
    assert_eq!(answer["migrations"][0]["state"], "applied");
    assert_eq!(answer["migrations"][1]["state"], "pending");
}
