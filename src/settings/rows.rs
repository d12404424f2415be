//! `manage settings`: every setting, its value and the source that won.

use std::time::Duration;

use std::fmt::Display;

use super::{Settings, Source, database::Database};

/// One line of `manage settings`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingRow {
    /// The variable's name, or the key's where there is no variable.
    pub name: String,
    /// The value, its secrets shown as `***`; empty where there is none.
    pub value: String,
    /// Where it comes from.
    pub source: String,
}

impl SettingRow {
    fn new(name: &str, value: impl Display, source: &Source) -> Self {
        Self {
            name: name.to_owned(),
            value: value.to_string(),
            source: source.to_string(),
        }
    }

    /// A key of `manage.toml`, or its default.
    fn of_key(name: &str, table: &str, set: bool, value: impl Display) -> Self {
        let source = if set {
            Source::ManageToml {
                key: format!("[{table}] {name}"),
            }
        } else {
            Source::Default
        };
        Self::new(&format!("{table}.{name}"), value, &source)
    }
}

impl Settings {
    /// Every setting, its value and the source that won.
    pub fn rows(&self) -> Vec<SettingRow> {
        let mut rows = vec![
            SettingRow::new("project", self.root.value.display(), &self.root.source),
            match &self.environment {
                Some(name) => SettingRow::new("ENVIRONMENT", &name.value, &name.source),
                None => SettingRow::new("ENVIRONMENT", "", &Source::Default),
            },
            SettingRow::new(
                "env files",
                self.env_files.value.join(", "),
                &self.env_files.source,
            ),
            match &self.database_name {
                Some(name) => SettingRow::new("database", &name.value, &name.source),
                None => SettingRow::new("database", "", &Source::Default),
            },
        ];
        rows.extend(database_rows("DATABASE_URL", &self.database));
        match &self.migration_database {
            Some(database) => rows.extend(database_rows("MIGRATION_DATABASE_URL", database)),
            None => rows.push(SettingRow::new(
                "MIGRATION_DATABASE_URL",
                "",
                &Source::Default,
            )),
        }
        match &self.scratch_database {
            Some(database) => rows.extend(database_rows("MANAGE_SCRATCH_URL", database)),
            None => rows.push(SettingRow::new("MANAGE_SCRATCH_URL", "", &Source::Default)),
        }
        rows.push(SettingRow::new(
            "MIGRATION_DIRECTORY",
            self.migrations.value.display(),
            &self.migrations.source,
        ));
        rows.push(SettingRow::new(
            "models",
            self.models.value.join(", "),
            &self.models.source,
        ));
        rows.push(SettingRow::new(
            "on_connect",
            self.on_connect.value.join("; "),
            &self.on_connect.source,
        ));
        rows.extend(self.table_rows());
        rows
    }

    fn table_rows(&self) -> Vec<SettingRow> {
        let file = &self.manage_toml;
        let compare = file.autogenerate.compare.as_ref();
        let words: Vec<&str> = compare
            .into_iter()
            .flatten()
            .map(|kind| kind.name())
            .collect();
        let out_of_order = if self.refuse_out_of_order {
            SettingRow::new(
                "migrate.out_of_order",
                self.out_of_order().name(),
                &Source::Flag("--refuse-out-of-order"),
            )
        } else {
            let set = file.migrate.out_of_order.is_some();
            SettingRow::of_key("out_of_order", "migrate", set, self.out_of_order().name())
        };
        let seconds = |wait: Duration| format!("{} s", wait.as_secs_f64());
        let wait = self.lock_wait().map_or("no lock".to_owned(), seconds);
        let lock_wait = match (self.no_lock, self.lock_wait) {
            (true, _) => SettingRow::new("migrate.lock_wait", wait, &Source::Flag("--no-lock")),
            (_, Some(_)) => {
                SettingRow::new("migrate.lock_wait", wait, &Source::Flag("--lock-wait"))
            }
            _ => SettingRow::of_key(
                "lock_wait",
                "migrate",
                file.migrate.lock_wait.is_some(),
                wait,
            ),
        };
        let mut rows = vec![SettingRow::of_key(
            "compare",
            "autogenerate",
            compare.is_some(),
            words.join(", "),
        )];
        rows.push(SettingRow::of_key(
            "dir",
            "backup",
            file.backup.dir.is_some(),
            self.backups_dir().display(),
        ));
        rows.extend(self.check_rows());
        rows.extend([out_of_order, lock_wait]);
        rows.extend(self.limit_rows());
        rows.extend([
            SettingRow::new(
                "production mode",
                if self.is_production() { "on" } else { "off" },
                (self.environment.as_ref()).map_or(&Source::Default, |name| &name.source),
            ),
            SettingRow::of_key(
                "confirm",
                "production",
                file.production.confirm.is_some(),
                file.production.confirm.unwrap_or(true),
            ),
            SettingRow::of_key(
                "backup",
                "production",
                file.production.backup.is_some(),
                file.production.backup.unwrap_or(false),
            ),
        ]);
        rows
    }

    fn limit_rows(&self) -> [SettingRow; 3] {
        let table = &self.manage_toml.migrate;
        let row = |name, flag: Option<&'static str>, set, value: String| match flag {
            Some(flag) => SettingRow::new(&format!("migrate.{name}"), value, &Source::Flag(flag)),
            None => SettingRow::of_key(name, "migrate", set, value),
        };
        let limit = |limit: Option<Duration>| match limit {
            None => "the session's".to_owned(),
            Some(limit) if limit.is_zero() => "no limit".to_owned(),
            Some(limit) => format!("{} s", limit.as_secs_f64()),
        };
        [
            row(
                "lock_timeout",
                self.lock_timeout.map(|_| "--lock-timeout"),
                table.lock_timeout.is_some(),
                limit(self.lock_timeout()),
            ),
            row(
                "statement_timeout",
                self.statement_timeout.map(|_| "--statement-timeout"),
                table.statement_timeout.is_some(),
                limit(self.statement_timeout()),
            ),
            row(
                "lock_retries",
                self.lock_retries.map(|_| "--lock-retries"),
                table.lock_retries.is_some(),
                self.lock_retries().to_string(),
            ),
        ]
    }

    fn check_rows(&self) -> [SettingRow; 3] {
        let table = &self.manage_toml.check;
        let ignored = self.ignored_checks();
        let ignored: Vec<&str> = ignored.iter().map(|check| check.name).collect();
        let levels = self.check_levels().into_iter();
        let levels: Vec<String> = levels
            .map(|(check, level)| format!("{} = {}", check.name, level.name()))
            .collect();
        let row = |name, set, value: String| SettingRow::of_key(name, "check", set, value);
        [
            row(
                "fail_level",
                table.fail_level.is_some(),
                self.fail_level().name().to_owned(),
            ),
            row("ignore", table.ignore.is_some(), ignored.join(", ")),
            row("levels", table.levels.is_some(), levels.join(", ")),
        ]
    }
}

fn database_rows(name: &str, database: &Database) -> Vec<SettingRow> {
    let value = match &database.url {
        Ok(url) => url.to_string(),
        Err(error) => format!("({error})"),
    };
    let mut row = SettingRow::new(name, value, &database.source);
    if database.url.is_err() && database.source == Source::Default {
        // The error names the source; nothing was taken by default.
        row.source.clear();
    }
    let mut rows = vec![row];
    // The details of the other databases are those of the first, or of no interest.
    if name == "DATABASE_URL" {
        rows.extend(
            database
                .details
                .iter()
                .map(|(name, found)| SettingRow::new(name, &found.value, &found.source)),
        );
    }
    rows
}
