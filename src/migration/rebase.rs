//! Moves a branch on top of another head, pure: which migrations move, what they are called then, and
//! what their headers say.

use std::collections::{BTreeMap, BTreeSet};

use time::OffsetDateTime;

use super::{Migration, Version, header::Header, lineage::Lineage, writer};

/// What a rebase would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebase {
    /// The migrations that move, parents first.
    pub moves: Vec<Move>,
    /// All others, lowest version first.
    pub rest: Vec<Migration>,
    /// What the first of the moved ones rests on afterwards.
    pub onto: Version,
    /// Whether another folder has the version of the first.
    pub twin: bool,
}

/// A migration under a new name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// As it is on disk.
    pub migration: Migration,
    /// Its new folder's name.
    pub name: String,
    /// Its new version.
    pub version: Version,
    /// Its new parents, where its header names any.
    pub revises: Option<Vec<Version>>,
}

/// Why a migration cannot be moved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RebaseError {
    /// It rests already on everything that does not rest on it.
    #[error("`{name}` is on the only branch: there is nothing to rebase it onto")]
    OnlyBranch {
        /// The migration.
        name: String,
    },
    /// What it rests on has no other child, so that moving it alone would leave a head behind.
    #[error("`{name}` is not where its branch begins")]
    NotTheFirst {
        /// The migration.
        name: String,
        /// Where the branch begins.
        first: String,
    },
    /// There are several heads to choose from.
    #[error("`{name}` could go on top of {} heads: {}", heads.len(), heads.join(", "))]
    Ambiguous {
        /// The migration.
        name: String,
        /// The heads.
        heads: Vec<String>,
    },
    /// What should be the new parent is no head outside the branch.
    #[error("`{onto}` is no head to rebase `{name}` onto")]
    NoHead {
        /// The migration.
        name: String,
        /// What was asked for.
        onto: String,
        /// The heads there are.
        heads: Vec<String>,
    },
    /// Its header cannot say which of several heads it rests on, as it has none.
    #[error("`{name}` has no header, so it would rest on all of {} heads", heads.len())]
    NoHeader {
        /// The migration.
        name: String,
        /// The heads.
        heads: Vec<String>,
    },
    /// It joins branches itself.
    #[error("`{name}` joins branches, and cannot be moved")]
    IsMerge {
        /// The migration.
        name: String,
    },
    /// A migration that would have to move rests on something else too.
    #[error("`{merge}` rests on `{name}`, and on another branch too")]
    Joined {
        /// The migration.
        name: String,
        /// The one that rests on it.
        merge: String,
    },
    /// It is applied, or one that rests on it.
    #[error("{} applied: {}", crate::error::count(applied.len(), "migration to move is", "migrations to move are"), applied.join(", "))]
    Applied {
        /// The first of those to move.
        name: String,
        /// Those that are applied.
        applied: Vec<String>,
    },
    /// The newest version is later than any time.
    #[error("no version of a time sorts after `{newest}`")]
    NoLaterVersion {
        /// The newest migration.
        newest: String,
    },
}

impl RebaseError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        let onto = |name: &str, heads: &[String]| {
            let head = heads.last().map_or("", String::as_str);
            format!("`manage makemigrations --rebase {name} --onto {head}` names one of them")
        };
        match self {
            Self::OnlyBranch { .. } => "`manage history` shows what rests on what".to_owned(),
            Self::NotTheFirst { first, .. } => {
                format!("`manage makemigrations --rebase {first}` moves the whole branch")
            }
            Self::NoHead { heads, .. } if heads.is_empty() => {
                "there is no head outside its branch".to_owned()
            }
            Self::Ambiguous { name, heads } | Self::NoHead { name, heads, .. } => onto(name, heads),
            Self::NoHeader { .. } => "`manage makemigrations --merge` joins the heads".to_owned(),
            Self::IsMerge { name } => format!(
                "remove the folder `{name}`: `manage makemigrations --merge` writes another"
            ),
            Self::Joined { merge, .. } => format!(
                "where it is applied nowhere, remove the folder `{merge}` first: the rebase takes its place"
            ),
            Self::Applied { name, .. } => format!(
                "`manage rollback --branch {name}` undoes that branch and nothing else; then the same again"
            ),
            Self::NoLaterVersion { .. } => "give it a version that begins with a year".to_owned(),
        }
    }
}

/// What it takes to move a migration, and what rests on it alone, on top of the one head outside that
/// branch, or of `onto`.
///
/// Only headers bind: a migration without one rests on whatever is older than itself, and so stays.
///
/// # Errors
///
/// Where that is not possible; [`RebaseError::Applied`] is for the caller to find out.
pub fn plan(
    migrations: &[Migration],
    chosen: &Migration,
    onto: Option<&Version>,
    now: OffsetDateTime,
) -> Result<Rebase, RebaseError> {
    let name = chosen.name.clone();
    if chosen.header.revises.as_ref().is_some_and(|p| p.len() > 1) {
        return Err(RebaseError::IsMerge { name });
    }
    let is_twin = |m: &Migration| m.version == chosen.version && m.name != chosen.name;
    let twin = migrations.iter().any(is_twin);
    let branch = branch(migrations, chosen, twin)?;
    let moves = |migration: &Migration| branch.iter().any(|other| other.name == migration.name);
    let rest: Vec<Migration> = migrations.iter().filter(|m| !moves(m)).cloned().collect();
    let heads = Lineage::new(&rest).heads();
    let named = |versions: &[Version]| versions.iter().map(|v| name_of(&rest, v)).collect();
    let parents = match &chosen.header.revises {
        Some(parents) => parents.clone(),
        None if twin => Vec::new(),
        None => Lineage::new(migrations).parents(&chosen.version).to_vec(),
    };
    if heads.iter().all(|head| parents.contains(head)) {
        return Err(RebaseError::OnlyBranch { name });
    }
    if let Some(onto) = onto.filter(|onto| !heads.contains(onto)) {
        let onto = name_of(migrations, onto);
        let heads = named(&heads);
        return Err(RebaseError::NoHead { name, onto, heads });
    }
    if let [parent] = parents.as_slice()
        && heads.contains(parent)
        && chosen.header.revises.is_some()
    {
        let first = first_of_branch(migrations, parent);
        return Err(RebaseError::NotTheFirst { name, first });
    }
    let onto = match (onto, heads.as_slice()) {
        (None, [one]) => one.clone(),
        (None, _) => {
            let heads = named(&heads);
            return Err(RebaseError::Ambiguous { name, heads });
        }
        (Some(_), heads) if heads.len() > 1 && chosen.header.revises.is_none() => {
            let heads = named(heads);
            return Err(RebaseError::NoHeader { name, heads });
        }
        (Some(onto), _) => onto.clone(),
    };
    let moves = moved(migrations, &branch, &onto, now)?;
    Ok(Rebase {
        moves,
        rest,
        onto,
        twin,
    })
}

/// A migration and what rests on it by its header, parents first.
fn branch<'a>(
    migrations: &'a [Migration],
    chosen: &'a Migration,
    twin: bool,
) -> Result<Vec<&'a Migration>, RebaseError> {
    let mut found = vec![chosen];
    if twin {
        // Which of two migrations of one version is meant by those that revise it, nobody can say.
        return Ok(found);
    }
    let by_version: BTreeMap<&Version, &Migration> =
        migrations.iter().map(|m| (&m.version, m)).collect();
    let lineage = Lineage::new(migrations);
    let mut versions = BTreeSet::from([&chosen.version]);
    for version in lineage.order() {
        let Some(migration) = by_version.get(version) else {
            continue;
        };
        let parents = migration.header.revises.as_deref().unwrap_or_default();
        if migration.version == chosen.version || !parents.iter().any(|p| versions.contains(p)) {
            continue;
        }
        if !parents.iter().all(|parent| versions.contains(parent)) {
            return Err(RebaseError::Joined {
                name: chosen.name.clone(),
                merge: migration.name.clone(),
            });
        }
        versions.insert(&migration.version);
        found.push(migration);
    }
    Ok(found)
}

/// The first migration of the branch that a head ends: as far back as each has one parent, which has no
/// other child.
fn first_of_branch(migrations: &[Migration], head: &Version) -> String {
    let lineage = Lineage::new(migrations);
    let children = |parent: &Version| {
        let all = lineage.order().iter();
        all.filter(|v| lineage.parents(v).contains(parent)).count()
    };
    let mut first = head;
    while let [parent] = lineage.parents(first)
        && children(parent) == 1
    {
        first = parent;
    }
    name_of(migrations, first)
}

fn moved(
    migrations: &[Migration],
    branch: &[&Migration],
    onto: &Version,
    now: OffsetDateTime,
) -> Result<Vec<Move>, RebaseError> {
    let mut newest = migrations
        .iter()
        .max_by_key(|m| &m.version)
        .map_or_else(String::new, |m| m.name.clone());
    let mut versions: BTreeMap<Version, Version> = BTreeMap::new();
    let mut moves = Vec::new();
    for (at, migration) in branch.iter().enumerate() {
        let stamp = writer::next_stamp(Some(&newest), now);
        let version = Version::new(stamp.replace('-', ""));
        if Version::of_folder(&newest).is_some_and(|newest| newest >= version) {
            return Err(RebaseError::NoLaterVersion { newest });
        }
        let name = match migration.name.split_once('_') {
            Some((_, slug)) => format!("{stamp}_{slug}"),
            None => stamp,
        };
        let revises = migration.header.revises.as_ref().map(|parents| {
            if at == 0 {
                return vec![onto.clone()];
            }
            let new = parents.iter().map(|p| versions.get(p).unwrap_or(p).clone());
            new.collect()
        });
        versions.insert(migration.version.clone(), version.clone());
        newest.clone_from(&name);
        moves.push(Move {
            migration: (*migration).clone(),
            name,
            version,
            revises,
        });
    }
    Ok(moves)
}

fn name_of(migrations: &[Migration], version: &Version) -> String {
    let found = migrations.iter().find(|m| m.version == *version);
    found.map_or_else(|| version.to_string(), |m| m.name.clone())
}

/// The text of an `up.sql` whose header says another version and other parents; every other byte stays.
/// A text without a header stays as it is.
pub fn readdressed(text: &str, version: &Version, revises: Option<&[Version]>) -> String {
    if Header::parse(text) == Header::default() {
        return text.to_owned();
    }
    let parents = revises.map(|parents| {
        let parents: Vec<&str> = parents.iter().map(Version::as_str).collect();
        parents.join(", ")
    });
    let mut new = String::with_capacity(text.len());
    let mut in_header = true;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_start_matches('\u{feff}').trim();
        in_header = in_header && (bare.is_empty() || bare.starts_with("--"));
        let value = match bare.strip_prefix("--").and_then(|c| c.split_once(':')) {
            Some((key, _)) if in_header && key.trim() == "Version" => Some(version.as_str()),
            Some((key, _)) if in_header && key.trim() == "Revises" => parents.as_deref(),
            _ => None,
        };
        match (value, line.split_once(':')) {
            (Some(value), Some((key, old))) => {
                let end = old.trim_end();
                let space = &end[..end.len() - end.trim_start().len()];
                let space = if space.is_empty() { " " } else { space };
                new.extend([key, ":", space, value, &old[end.len()..]]);
            }
            _ => new.push_str(line),
        }
    }
    new
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::migration::lineage::tests::migration;

    const NOW: OffsetDateTime = datetime!(2026-01-13 17:24:03.5 UTC);

    /// What a rebase of a migration does, or why not.
    fn rebase(migrations: &[Migration], name: &str, onto: Option<&str>) -> String {
        let chosen = migrations.iter().find(|m| m.name == name).unwrap();
        match plan(migrations, chosen, onto.map(Version::new).as_ref(), NOW) {
            Err(error) => format!("{error}; {}", error.hint()),
            Ok(rebase) => {
                let moves = rebase.moves.iter().map(|m| {
                    let revises = m.revises.as_ref().map(|v| {
                        let v: Vec<&str> = v.iter().map(Version::as_str).collect();
                        v.join("+")
                    });
                    let revises = revises.unwrap_or_else(|| "plain".to_owned());
                    format!("{}>{} on {revises}", m.migration.name, m.name)
                });
                moves.collect::<Vec<_>>().join(", ")
            }
        }
    }

    /// ```text
    /// 11 -- 12 -- 14
    ///   \-- 13
    /// ```
    fn two_branches() -> Vec<Migration> {
        vec![
            migration("11", Some(&[])),
            migration("12", Some(&["11"])),
            migration("13", Some(&["11"])),
            migration("14", Some(&["12"])),
        ]
    }

    #[test]
    fn a_branch_moves_with_all_that_rests_on_it() {
        let all = two_branches();
        assert_eq!(
            rebase(&all, "12_m12", None),
            "12_m12>2026-01-13-172403-5000_m12 on 13, \
             14_m14>2026-01-13-172403-5001_m14 on 202601131724035000"
        );
        assert_eq!(
            rebase(&all, "13_m13", None),
            "13_m13>2026-01-13-172403-5000_m13 on 14"
        );
    }

    #[test]
    fn what_cannot_be_moved_says_what_to_do() {
        let mut all = two_branches();
        assert_eq!(
            rebase(&all, "14_m14", None),
            "`14_m14` is not where its branch begins; \
             `manage makemigrations --rebase 12_m12` moves the whole branch"
        );
        assert_eq!(
            rebase(&all, "11_m11", None),
            "`11_m11` is on the only branch: there is nothing to rebase it onto; \
             `manage history` shows what rests on what"
        );
        assert_eq!(
            rebase(&all[..2], "12_m12", None),
            "`12_m12` is on the only branch: there is nothing to rebase it onto; \
             `manage history` shows what rests on what"
        );
        assert_eq!(
            rebase(&all, "13_m13", Some("12")),
            "`12_m12` is no head to rebase `13_m13` onto; \
             `manage makemigrations --rebase 13_m13 --onto 14_m14` names one of them"
        );
        all.push(migration("15", Some(&["13", "14"])));
        assert_eq!(
            rebase(&all, "13_m13", None),
            "`15_m15` rests on `13_m13`, and on another branch too; where it is applied nowhere, \
             remove the folder `15_m15` first: the rebase takes its place"
        );
        assert_eq!(
            rebase(&all, "15_m15", None),
            "`15_m15` joins branches, and cannot be moved; \
             remove the folder `15_m15`: `manage makemigrations --merge` writes another"
        );
    }

    #[test]
    fn of_three_heads_one_has_to_be_named() {
        let mut all = two_branches();
        all.push(migration("15", Some(&["11"])));
        assert_eq!(
            rebase(&all, "13_m13", None),
            "`13_m13` could go on top of 2 heads: 14_m14, 15_m15; \
             `manage makemigrations --rebase 13_m13 --onto 15_m15` names one of them"
        );
        assert_eq!(
            rebase(&all, "13_m13", Some("14")),
            "13_m13>2026-01-13-172403-5000_m13 on 14"
        );
    }

    #[test]
    fn a_plain_migration_that_came_late_goes_last_alone() {
        let all = ["11", "12", "13"].map(|v| migration(v, None));
        assert_eq!(
            rebase(&all, "12_m12", None),
            "12_m12>2026-01-13-172403-5000_m12 on plain"
        );
        assert_eq!(
            rebase(&all, "13_m13", None),
            "`13_m13` is on the only branch: there is nothing to rebase it onto; \
             `manage history` shows what rests on what"
        );
    }

    #[test]
    fn one_of_two_with_the_same_version_moves() {
        let mut all = vec![
            migration("11", Some(&[])),
            migration("12", Some(&["11"])),
            migration("12", Some(&["11"])),
            migration("13", Some(&["12"])),
        ];
        "12_twin".clone_into(&mut all[2].name);
        assert_eq!(
            rebase(&all, "12_twin", None),
            "12_twin>2026-01-13-172403-5000_twin on 13"
        );
    }

    #[test]
    fn a_version_is_later_than_all() {
        let mut all = two_branches();
        "2999-01-01-000000-0000_m13".clone_into(&mut all[2].name);
        all[2].version = Version::new("299901010000000000");
        assert_eq!(
            rebase(&all, "12_m12", None),
            "12_m12>2999-01-01-000000-0001_m12 on 299901010000000000, \
             14_m14>2999-01-01-000000-0002_m14 on 299901010000000001"
        );
        "9_m13".clone_into(&mut all[2].name);
        all[2].version = Version::new("9");
        assert_eq!(
            rebase(&all, "12_m12", None),
            "no version of a time sorts after `9_m13`; give it a version that begins with a year"
        );
    }

    #[test]
    fn a_header_is_rewritten_and_nothing_else() {
        let text = "\u{feff}-- add: Version: x\r\n--\r\n--   Version:\t1  \r\n-- Revises: 0, 9\r\n--Created:now\r\n\r\nSELECT 'Version: 1';\n-- Version: 1\n-- Revises: 0";
        assert_eq!(
            readdressed(text, &Version::new("7"), Some(&[Version::new("6")])),
            "\u{feff}-- add: Version: x\r\n--\r\n--   Version:\t7  \r\n-- Revises: 6\r\n--Created:now\r\n\r\nSELECT 'Version: 1';\n-- Version: 1\n-- Revises: 0"
        );
        let plain = "-- Your SQL goes here\n-- Note: x\nSELECT 1;";
        assert_eq!(readdressed(plain, &Version::new("7"), None), plain);
    }
}
