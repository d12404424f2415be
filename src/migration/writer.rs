//! Writes a new migration: the folder appears whole or not at all.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use time::{
    Duration, OffsetDateTime, PrimitiveDateTime, format_description::BorrowedFormatItem,
    macros::format_description,
};

use super::{Direction, Version};
use crate::error::Error;

/// Longest slug, in characters; long messages stay whole in the header.
const SLUG_LIMIT: usize = 60;

/// As `diesel` 2.3 names folders; its count, always 0 there, is the fraction of the second here, so that
/// migrations made at the same time in two places have versions of their own.
const FOLDER_TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]-[hour][minute][second]-[subsecond digits:4]");
const HEADER_TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day] [hour]:[minute]:[second] UTC");

/// The file that names the newest version, where a project keeps one.
pub const HEAD_FILE: &str = "head.txt";

/// A migration to write.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The folder's name.
    pub name: String,
    /// Its version.
    pub version: Version,
    /// What it rests on.
    pub revises: Vec<Version>,
    /// The text of `up.sql`.
    pub up: String,
    /// The text of `down.sql`.
    pub down: String,
    /// The text of `metadata.toml`, where one is needed.
    pub metadata: Option<String>,
}

impl Draft {
    /// A migration on top of its parents, with the SQL of both ways; both empty for one that is to be
    /// filled in by hand.
    ///
    /// Its version is the time, or the next after the newest migration where a clock was ahead.
    pub fn new(
        message: &str,
        parents: &[Version],
        newest: Option<&super::Migration>,
        now: OffsetDateTime,
        up: &str,
        down: &str,
    ) -> Self {
        let stamp = next_stamp(newest.map(|newest| newest.name.as_str()), now);
        let version = Version::new(stamp.replace('-', ""));
        let name = format!("{stamp}_{}", slug(message));
        let revises = if parents.is_empty() {
            "none".to_owned()
        } else {
            parents
                .iter()
                .map(Version::as_str)
                .collect::<Vec<_>>()
                .join(", ")
        };
        let created = now.format(HEADER_TIME).unwrap_or_default();
        let header = comment(message);
        let up = format!(
            "{header}--\n-- Version: {version}\n-- Revises: {revises}\n-- Created: {created}\n\n{up}"
        );
        let down = format!(
            "-- Undoes: {}\n\n{down}",
            message.lines().next().unwrap_or_default().trim()
        );
        Self {
            name,
            version,
            revises: parents.to_vec(),
            up,
            down,
            metadata: None,
        }
    }
}

/// A message as comment lines, whatever is in it.
fn comment(message: &str) -> String {
    let lines: Vec<&str> = message
        .split(['\n', '\r'])
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines
        .iter()
        .fold(String::new(), |text, line| text + "-- " + line + "\n")
}

/// Letters and digits of a message, small, joined by `_`.
pub fn slug(message: &str) -> String {
    let mut slug = String::new();
    for c in message.chars() {
        if c.is_alphanumeric() {
            slug.extend(c.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('_') {
            slug.push('_');
        }
    }
    let short: String = slug.chars().take(SLUG_LIMIT).collect();
    let short = short.trim_end_matches('_');
    if short.is_empty() {
        "migration".to_owned()
    } else {
        short.to_owned()
    }
}

/// The time as the beginning of a folder name; counted up past the newest folder where that is not older.
pub(super) fn next_stamp(newest: Option<&str>, now: OffsetDateTime) -> String {
    let fresh = now.format(FOLDER_TIME).unwrap_or_default();
    let stamp = newest.and_then(|name| name.split('_').next());
    let Some(stamp) = stamp.filter(|stamp| stamp.replace('-', "") >= fresh.replace('-', "")) else {
        return fresh;
    };
    let time = PrimitiveDateTime::parse(stamp, FOLDER_TIME)
        .or_else(|_| PrimitiveDateTime::parse(&format!("{stamp}-0000"), FOLDER_TIME));
    let next = time.ok().and_then(|time| {
        let next = time.checked_add(Duration::microseconds(100))?;
        next.format(FOLDER_TIME).ok()
    });
    next.unwrap_or(fresh)
}

/// A migration on disk with the SQL of a draft: under its own name and version, and with the comment
/// blocks that open its files.
///
/// # Errors
///
/// A file that cannot be read.
pub fn amended(migration: &super::Migration, draft: Draft) -> Result<Draft, Error> {
    Ok(Draft {
        name: migration.name.clone(),
        version: migration.version.clone(),
        up: under_its_head(migration, Direction::Forwards, &draft.up)?,
        down: under_its_head(migration, Direction::Backwards, &draft.down)?,
        ..draft
    })
}

/// The text of a draft, below the comment block that the migration's file opens with.
fn under_its_head(
    migration: &super::Migration,
    direction: Direction,
    text: &str,
) -> Result<String, Error> {
    let Some(path) = migration.file(direction) else {
        return Ok(text.to_owned());
    };
    let old = match fs::read_to_string(&path) {
        Ok(old) => old,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => {
            return Err(Error::Io {
                doing: "read",
                path,
                message: error.to_string(),
            });
        }
    };
    let head: Vec<&str> = old
        .lines()
        .take_while(|line| line.starts_with("--"))
        .collect();
    if head.is_empty() {
        return Ok(text.to_owned());
    }
    let sql = text.split_once("\n\n").map_or("", |(_, sql)| sql);
    Ok(format!("{}\n\n{sql}", head.join("\n")))
}

/// The migrations folder, held to write in it: whoever else wants to write waits until this is dropped.
pub struct Claim {
    migrations: PathBuf,
    _lock: Option<fs::File>,
}

impl Claim {
    /// Waits for its turn.
    pub fn take(migrations: &Path) -> Self {
        // Where a folder cannot be locked (Windows, some networks), nobody waits for anybody.
        let lock = fs::File::open(migrations).and_then(|folder| {
            folder.lock()?;
            Ok(folder)
        });
        Self {
            migrations: migrations.to_owned(),
            _lock: lock.ok(),
        }
    }

    /// Refuses to go on where the folder holds other migrations than those that were read before.
    ///
    /// # Errors
    ///
    /// [`Error::Meanwhile`], and a folder that cannot be read.
    pub fn unchanged(&self, known: &[super::Migration]) -> Result<(), Error> {
        let now = super::directory::list(&self.migrations)?.folders;
        let now = now.iter().filter_map(|folder| folder.file_name()?.to_str());
        let now: BTreeSet<&str> = now.collect();
        let known: BTreeSet<&str> = known.iter().map(|m| m.name.as_str()).collect();
        if now == known {
            return Ok(());
        }
        let names = now.symmetric_difference(&known);
        Err(Error::Meanwhile {
            names: names.map(ToString::to_string).collect(),
        })
    }

    /// Where the folder is.
    pub fn path(&self) -> &Path {
        &self.migrations
    }

    /// Writes the folder: under a name that Diesel ignores first, then renamed.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub fn write(&self, draft: &Draft) -> Result<PathBuf, Error> {
        let folder = self.migrations.join(&draft.name);
        let scratch = unfinished(&self.migrations, &draft.name);
        if folder.exists() {
            let exists = io::Error::from(io::ErrorKind::AlreadyExists);
            return Err(fail("create", &folder, &exists));
        }
        let written = (|| {
            fs::create_dir(&scratch)?;
            fs::write(scratch.join("up.sql"), &draft.up)?;
            fs::write(scratch.join("down.sql"), &draft.down)?;
            if let Some(metadata) = &draft.metadata {
                fs::write(scratch.join("metadata.toml"), metadata)?;
            }
            fs::rename(&scratch, &folder)
        })();
        if let Err(error) = written {
            // What is left is ignored by Diesel and by us; the first failure is the one to tell of.
            let _ = fs::remove_dir_all(&scratch);
            return Err(fail("create", &folder, &error));
        }
        self.keep_head(&draft.version)?;
        Ok(folder)
    }

    /// Replaces the files of a migration on disk by those of [`amended`].
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub fn amend(&self, migration: &super::Migration, amended: &Draft) -> Result<(), Error> {
        for (direction, text) in [
            (Direction::Forwards, &amended.up),
            (Direction::Backwards, &amended.down),
        ] {
            if let Some(path) = migration.file(direction) {
                replace(&path, text)?;
            }
        }
        Ok(())
    }

    /// Makes the file that names the newest version do so, where there is one; says whether it did not.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub fn keep_head(&self, newest: &Version) -> Result<bool, Error> {
        let head = self.migrations.join(HEAD_FILE);
        let text = format!("{newest}\n");
        let stale = head.is_file() && fs::read(&head).ok().as_deref() != Some(text.as_bytes());
        if stale {
            replace(&head, &text)?;
        }
        Ok(stale)
    }
}

/// Writes a file that is whole at every moment.
fn replace(path: &Path, text: &str) -> Result<(), Error> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let new = path.with_file_name(format!("{name}.{}.tmp", std::process::id()));
    let written = fs::write(&new, text).and_then(|()| fs::rename(&new, path));
    written.map_err(|error| fail("write", path, &error))
}

/// A name beside a migration's, which Diesel ignores.
pub(super) fn unfinished(migrations: &Path, name: &str) -> PathBuf {
    migrations.join(format!(".{name}.{}.tmp", std::process::id()))
}

pub(super) fn fail(doing: &'static str, path: &Path, error: &io::Error) -> Error {
    Error::Io {
        doing,
        path: path.to_owned(),
        message: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::migration::header::Header;

    #[test]
    fn slugs_are_safe_names() {
        for (message, expected) in [
            ("Add user profile fields", "add_user_profile_fields"),
            ("add \"email\" / drop 'name'; --", "add_email_drop_name"),
            ("Größe ändern", "größe_ändern"),
            ("../../etc/passwd", "etc_passwd"),
            ("!!!", "migration"),
        ] {
            assert_eq!(slug(message), expected);
        }
        assert_eq!(slug(&"x".repeat(200)).len(), SLUG_LIMIT);
    }

    #[test]
    fn the_header_reads_back() {
        let draft = Draft::new(
            "add email\n; DROP TABLE users",
            &[Version::new("1"), Version::new("2")],
            None,
            datetime!(2026-01-13 17:24:03 UTC),
            "",
            "",
        );
        assert_eq!(
            draft.name,
            "2026-01-13-172403-0000_add_email_drop_table_users"
        );
        assert_eq!(draft.version.as_str(), "202601131724030000");
        assert!(
            draft
                .up
                .lines()
                .all(|line| line.is_empty() || line.starts_with("--"))
        );
        let header = Header::parse(&draft.up);
        assert_eq!(header.message.as_deref(), Some("add email"));
        assert_eq!(header.version, Some(draft.version));
        assert_eq!(
            header.revises,
            Some(vec![Version::new("1"), Version::new("2")])
        );
        assert_eq!(header.created.as_deref(), Some("2026-01-13 17:24:03 UTC"));
    }

    #[test]
    fn a_version_is_never_older_than_the_newest() {
        let now = datetime!(2026-01-13 17:24:03.123_456 UTC);
        for (newest, expected) in [
            (None, "2026-01-13-172403-1234"),
            (Some("2026-01-13-172403-0000_x"), "2026-01-13-172403-1234"),
            (Some("2026-01-13-172403_x"), "2026-01-13-172403-1234"),
            (Some("2026-01-13-172403-1234_x"), "2026-01-13-172403-1235"),
            (Some("2026-12-31-235959-9999_x"), "2027-01-01-000000-0000"),
            (Some("2026-12-31-235959_x"), "2026-12-31-235959-0001"),
            (Some("9_x"), "2026-01-13-172403-1234"),
        ] {
            assert_eq!(next_stamp(newest, now), expected, "{newest:?}");
        }
    }
}
