//! How `check` answers: findings, the list of checks, and the page of one.

use serde_json::{Value, json};

use crate::{
    check::{self, Finding, Level, Rule, policy::Policy},
    commands::report::object,
    error::count,
    ui::{Cell, Role, Table, Ui},
};

/// The checks, each with the level it has here.
pub(super) fn list(policy: &Policy, ui: &Ui) {
    if ui.is_json() {
        let checks: Value = check::rules()
            .iter()
            .map(|rule| {
                json!({
                    "id": rule.id,
                    "name": rule.name,
                    "level": policy.level(rule).unwrap_or(rule.level),
                    "ignored": policy.level(rule).is_none(),
                    "finds": rule.finds,
                })
            })
            .collect();
        ui.json(&object("check", json!({ "checks": checks })));
        return;
    }
    let mut table = Table::new(["Id", "Name", "Level", "Finds"]);
    for rule in check::rules() {
        let level = match policy.level(rule) {
            Some(level) => Cell::new(role(level), level.to_string()),
            None => Cell::new(Role::Dim, "ignored"),
        };
        table.push([rule.id.into(), rule.name.into(), level, rule.finds.into()]);
    }
    ui.table(&table);
}

/// The page of a check.
pub(super) fn explain(rule: &Rule, ui: &Ui) {
    if ui.is_json() {
        let page = json!({
            "id": rule.id,
            "name": rule.name,
            "level": rule.level,
            "finds": rule.finds,
            "page": rule.page,
        });
        ui.json(&object("check", json!({ "check": page })));
    } else {
        ui.text(rule.page);
    }
}

/// What was found.
pub(super) fn show(findings: &[Finding], migrations: usize, ui: &Ui) {
    if ui.is_json() {
        let findings: Value = findings.iter().map(|finding| facts(finding, ui)).collect();
        ui.json(&object("check", json!({ "findings": findings })));
        return;
    }
    if ui.is_github() {
        for finding in findings {
            ui.annotation(finding);
        }
    } else {
        show_lines(findings, ui);
    }
    let n = |level| {
        findings
            .iter()
            .filter(|finding| finding.level == level)
            .count()
    };
    let checked = count(migrations, "migration", "migrations");
    ui.say(&if findings.is_empty() {
        format!("Checked {checked}: nothing found.")
    } else {
        format!(
            "Checked {checked}: {}, {}, {}.",
            count(n(Level::Error), "error", "errors"),
            count(n(Level::Warning), "warning", "warnings"),
            count(n(Level::Info), "note", "notes"),
        )
    });
}

fn facts(finding: &Finding, ui: &Ui) -> Value {
    json!({
        "id": finding.rule.id,
        "name": finding.rule.name,
        "level": finding.level,
        "message": finding.message,
        "hint": finding.hint,
        "migration": finding.migration,
        "file": finding.file.as_ref().map(|file| ui.path(file)),
        "line": finding.line,
        "column": finding.column,
    })
}

fn show_lines(findings: &[Finding], ui: &Ui) {
    for (index, finding) in findings.iter().enumerate() {
        let level = ui.paint(
            role(finding.level),
            &format!("{}[{}]", finding.level, finding.rule.id),
        );
        let place = match (&finding.file, finding.line) {
            (Some(file), Some(line)) => format!(" {}:{line}:", ui.path(file)),
            (Some(file), None) => format!(" {}:", ui.path(file)),
            (None, _) => String::new(),
        };
        ui.line(&format!("{level}{place} {}", finding.message));
        // What helps against all of a row is said once, after the last.
        let next = findings.get(index + 1);
        let goes_on =
            next.is_some_and(|next| next.rule == finding.rule && next.hint == finding.hint);
        if let Some(hint) = finding.hint.as_ref().filter(|_| !goes_on) {
            ui.line(&format!("  {} {hint}", ui.paint(Role::Hint, "hint:")));
        }
    }
}

fn role(level: Level) -> Role {
    match level {
        Level::Info => Role::Hint,
        Level::Warning => Role::Warning,
        Level::Error => Role::Error,
    }
}
