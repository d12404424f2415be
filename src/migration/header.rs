//! The header of `up.sql`: comment lines that people read and `manage` trusts.
//!
//! ```sql
//! -- add user profile fields
//! --
//! -- Version: 202601131724030000
//! -- Revises: 202601120915000000
//! -- Created: 2026-01-13 17:24:03 UTC
//! ```

use super::{Version, allow::is_addressed};

/// What a header says; every field is absent in a plain Diesel migration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// The first line: what the migration does.
    pub message: Option<String>,
    /// The version it was written for.
    pub version: Option<Version>,
    /// Its parents: `Some` and empty for `Revises: none`.
    pub revises: Option<Vec<Version>>,
    /// The migrations it squashes; of a squash among them what that replaced too.
    pub replaces: Vec<Version>,
    /// The squashes among those, each with what it replaced.
    pub squashed: Vec<(Version, Vec<Version>)>,
    /// When it was made, as written.
    pub created: Option<String>,
}

impl Header {
    /// Reads the comment lines that open a file, up to the first line that is neither comment nor blank.
    ///
    /// Only a block that holds a `Version:` or `Revises:` line counts as a header, so that the
    /// comments of a plain Diesel migration are not mistaken for one.
    pub fn parse(sql: &str) -> Self {
        let mut header = Self::default();
        let mut first = None;
        for line in sql.trim_start_matches('\u{feff}').lines() {
            let line = line.trim();
            let Some(comment) = line.strip_prefix("--") else {
                if line.is_empty() {
                    continue;
                }
                break;
            };
            let comment = comment.trim();
            match comment
                .split_once(':')
                .map(|(key, value)| (key, value.trim()))
            {
                Some(("Version", value)) => header.version = Some(Version::new(value)),
                Some(("Revises", value)) => header.revises = Some(versions(value)),
                Some(("Replaces", value)) => header.read_replaces(value),
                Some(("Created", value)) => header.created = Some(value.to_owned()),
                _ if is_addressed(comment) => {}
                _ if first.is_none() && !comment.is_empty() => first = Some(comment.to_owned()),
                _ => {}
            }
        }
        if header.version.is_some() || header.revises.is_some() {
            header.message = first;
            header
        } else {
            Self::default()
        }
    }
}

impl Header {
    /// `v1, v2`, and in parentheses behind a squash what it replaced: `v3 (v1, v2), v4`. The line may
    /// stand several times.
    fn read_replaces(&mut self, list: &str) {
        let mut open: Vec<(Version, Vec<Version>)> = Vec::new();
        let mut latest: Option<Version> = None;
        for part in list.split_inclusive([',', '(', ')']) {
            let name = part.trim_end_matches([',', '(', ')']).trim();
            if !name.is_empty() && name != "none" {
                let version = Version::new(name);
                if let Some((_, members)) = open.last_mut() {
                    members.push(version.clone());
                }
                self.replaces.push(version.clone());
                latest = Some(version);
            }
            if part.ends_with('(') {
                open.extend(latest.take().map(|squash| (squash, Vec::new())));
            } else if part.ends_with(')') {
                self.squashed.extend(open.pop());
            }
        }
        self.squashed.extend(open.into_iter().rev());
    }
}

fn versions(list: &str) -> Vec<Version> {
    list.split(',')
        .map(str::trim)
        .filter(|version| !version.is_empty() && *version != "none")
        .map(Version::new)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_field() {
        let header = Header::parse(
            "-- add user profile fields\n--\n-- Version: 2\n-- Revises: 0, 1\n-- Created: now\nSELECT 1;\n-- Version: 9\n",
        );
        assert_eq!(header.message.as_deref(), Some("add user profile fields"));
        assert_eq!(header.version, Some(Version::new("2")));
        assert_eq!(
            header.revises,
            Some(vec![Version::new("0"), Version::new("1")])
        );
        assert_eq!(header.created.as_deref(), Some("now"));
    }

    #[test]
    fn a_squash_says_what_it_replaces_and_what_that_replaced() {
        let header =
            Header::parse("-- x\n-- Version: 9\n-- Replaces: 1, 5 (2, 4 (3))\n-- Replaces: 6\n");
        let versions = |list: &[&str]| list.iter().copied().map(Version::new).collect::<Vec<_>>();
        assert_eq!(header.replaces, versions(&["1", "5", "2", "4", "3", "6"]));
        assert_eq!(
            header.squashed,
            [
                (Version::new("4"), versions(&["3"])),
                (Version::new("5"), versions(&["2", "4"])),
            ]
        );
    }

    #[test]
    fn what_is_allowed_is_no_message() {
        let header =
            Header::parse("-- manage: allow(M005) on purpose\n-- add users\n-- Version: 2\n");
        assert_eq!(header.message.as_deref(), Some("add users"));
    }

    #[test]
    fn none_is_no_parent() {
        assert_eq!(
            Header::parse("-- x\n-- Revises: none\n").revises,
            Some(vec![])
        );
    }

    #[test]
    fn plain_comments_are_no_header() {
        assert_eq!(
            Header::parse("-- Your SQL goes here\nCREATE TABLE t (id INT);"),
            Header::default()
        );
    }
}
