//! Squashes, pure: migrations that replace a range of others, and what they make of a history.
//!
//! Where none of the replaced ones is applied, or the squash itself is, the squash stands in their
//! place and they are hidden ([`Standing::Folded`]). Where some or all of them are applied and the
//! squash is not, it is left out: they count one by one, what remains of them runs, and the squash is
//! recorded behind them without running ([`Standing::Unfolded`]). Squashes of squashes are resolved
//! inside out.

#[cfg(test)]
mod tests;
pub mod writing;

use std::collections::{BTreeMap, BTreeSet};

use super::{Migration, Version, lineage::Lineage};

/// How a squash stands to what it replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In its place.
    Folded,
    /// Behind it: it is recorded once all that it replaces is applied.
    Unfolded,
}

/// A squash on disk that nothing else stands in place of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Squash {
    /// All that it replaces; of a squash among it what that replaces too.
    pub replaces: BTreeSet<Version>,
    /// How it stands.
    pub standing: Standing,
    /// Of an unfolded one: what is still to be applied, and gone from disk.
    pub lost: Vec<Version>,
}

/// What the squashes make of a history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Squashes {
    visible: BTreeMap<Version, Squash>,
    hidden: BTreeMap<Version, Version>,
    overlaps: Vec<(Version, Version)>,
}

/// Parents by version; `None` where no header says them.
pub type Parents = BTreeMap<Version, Option<Vec<Version>>>;

impl Squashes {
    /// Crosses the squashes on disk with what the ledger holds.
    pub fn resolve(
        migrations: &BTreeMap<Version, Migration>,
        in_ledger: &dyn Fn(&Version) -> bool,
    ) -> Self {
        if migrations.values().all(|m| m.header.replaces.is_empty()) {
            return Self::default();
        }
        let direct = direct(migrations);
        let closures = closures(&direct);
        let settled = settled(&direct, &closures, in_ledger);
        let folded = |squash: &Version| {
            in_ledger(squash) || !closures[squash].iter().any(|v| settled.contains(v))
        };
        let mut on_disk: Vec<&Version> = closures
            .keys()
            .filter(|version| migrations.contains_key(*version))
            .collect();
        on_disk.sort_by_key(|version| std::cmp::Reverse((closures[*version].len(), *version)));
        let mut hidden: BTreeMap<Version, Version> = BTreeMap::new();
        let mut overlaps = Vec::new();
        for squash in on_disk.iter().copied().filter(|squash| folded(squash)) {
            if hidden.contains_key(squash) {
                continue;
            }
            for version in &closures[squash] {
                match hidden.get(version) {
                    None => {
                        hidden.insert(version.clone(), squash.clone());
                    }
                    Some(other) => {
                        let pair = (other.clone(), squash.clone());
                        // What is applied does not run a second time.
                        if !(overlaps.contains(&pair) || in_ledger(other) && in_ledger(squash)) {
                            overlaps.push(pair);
                        }
                    }
                }
            }
        }
        let visible = on_disk.into_iter().filter(|v| !hidden.contains_key(*v));
        let squashes = visible.map(|version| {
            let standing = if folded(version) {
                Standing::Folded
            } else {
                Standing::Unfolded
            };
            let lost = closures[version].iter().filter(|member| {
                standing == Standing::Unfolded
                    && !settled.contains(*member)
                    && !migrations.contains_key(*member)
                    && !hidden.contains_key(*member)
                    && !direct.contains_key(*member)
            });
            let squash = Squash {
                lost: lost.cloned().collect(),
                replaces: closures[version].clone(),
                standing,
            };
            (version.clone(), squash)
        });
        Self {
            visible: squashes.collect(),
            hidden,
            overlaps,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.visible.is_empty()
    }

    /// The squashes that nothing else stands in place of.
    pub fn iter(&self) -> impl Iterator<Item = (&Version, &Squash)> {
        self.visible.iter()
    }

    /// The squash of a version.
    pub fn get(&self, version: &Version) -> Option<&Squash> {
        self.visible.get(version)
    }

    /// The squash that stands in a version's place.
    pub fn stands_for(&self, version: &Version) -> Option<&Version> {
        self.hidden.get(version)
    }

    /// Two squashes that would both run, although they replace some of the same.
    pub fn overlaps(&self) -> &[(Version, Version)] {
        &self.overlaps
    }

    /// Whether an unfolded squash replaces a version.
    pub fn is_replaced(&self, version: &Version) -> bool {
        self.visible
            .values()
            .any(|squash| squash.replaces.contains(version))
    }

    /// The parents of those that are neither hidden nor unknown, squashes taken into account: what
    /// rests on a replaced one rests on the squash.
    pub fn parents(&self, declared: &Parents) -> Parents {
        if self.is_empty() {
            return declared.clone();
        }
        let mut parents: Parents = declared
            .iter()
            .map(|(child, revises)| {
                let revises = revises.as_ref().map(|named| {
                    let found = self.redirected(child, named, declared);
                    let inside = |squash: &&Squash| squash.replaces.contains(child);
                    let outer = self.visible.iter().find(|(_, squash)| inside(squash));
                    match outer.and_then(|(version, _)| declared.get(version)) {
                        // Its own parents are gone from disk: those of the squash are the nearest.
                        Some(Some(around)) if found.is_empty() && !named.is_empty() => {
                            self.redirected(child, around, declared)
                        }
                        _ => found,
                    }
                });
                (child.clone(), revises)
            })
            .collect();
        let mut unfolded: Vec<(&Version, &Squash)> = self
            .visible
            .iter()
            .filter(|(_, squash)| squash.standing == Standing::Unfolded)
            .collect();
        unfolded.sort_by_key(|(_, squash)| squash.replaces.len());
        for (version, squash) in unfolded {
            let members = parents
                .iter()
                .filter(|(member, _)| squash.replaces.contains(*member))
                .map(|(member, revises)| {
                    let inside = revises.as_ref().map(|revises| {
                        let known = revises.iter().filter(|v| squash.replaces.contains(*v));
                        known.cloned().collect()
                    });
                    (member.clone(), inside)
                });
            let heads = Lineage::of(&members.collect()).heads();
            if !heads.is_empty() {
                parents.insert(version.clone(), Some(heads));
            }
        }
        parents
    }

    fn redirected(&self, child: &Version, named: &[Version], declared: &Parents) -> Vec<Version> {
        let mut found = Vec::new();
        for parent in named {
            let around = |(version, squash): &(&Version, &Squash)| {
                *version != child
                    && squash.replaces.contains(parent)
                    && !squash.replaces.contains(child)
            };
            let outermost = self
                .visible
                .iter()
                .filter(around)
                .max_by_key(|(_, squash)| squash.replaces.len());
            let parent = match outermost {
                Some((squash, _)) => squash,
                None if self.hidden.contains_key(parent) => continue,
                None if !declared.contains_key(parent) && self.is_replaced(parent) => continue,
                None => parent,
            };
            if !found.contains(parent) {
                found.push(parent.clone());
            }
        }
        found
    }
}

/// What each squash says it replaces: those on disk, and those that a header tells of.
fn direct(migrations: &BTreeMap<Version, Migration>) -> BTreeMap<Version, BTreeSet<Version>> {
    let mut direct: BTreeMap<Version, BTreeSet<Version>> = BTreeMap::new();
    for migration in migrations.values() {
        for (squash, replaces) in &migration.header.squashed {
            let told = direct.entry(squash.clone()).or_default();
            told.extend(replaces.iter().cloned());
        }
    }
    for migration in migrations.values() {
        if !migration.header.replaces.is_empty() {
            let own = migration.header.replaces.iter().cloned().collect();
            direct.insert(migration.version.clone(), own);
        }
    }
    for (version, replaces) in &mut direct {
        replaces.remove(version);
    }
    direct
}

/// All that each squash replaces. Of two that replace each other the higher version is the outer one.
fn closures(direct: &BTreeMap<Version, BTreeSet<Version>>) -> BTreeMap<Version, BTreeSet<Version>> {
    let reach = |start: &Version| {
        let mut found: BTreeSet<Version> = BTreeSet::new();
        let mut stack: Vec<&Version> = vec![start];
        while let Some(version) = stack.pop() {
            for member in direct.get(version).into_iter().flatten() {
                if found.insert(member.clone()) {
                    stack.push(member);
                }
            }
        }
        found.remove(start);
        found
    };
    let all: BTreeMap<Version, BTreeSet<Version>> =
        direct.keys().map(|v| (v.clone(), reach(v))).collect();
    all.iter()
        .map(|(version, members)| {
            let inner = members.iter().filter(|member| {
                *member < version || !all.get(*member).is_some_and(|of| of.contains(version))
            });
            (version.clone(), inner.cloned().collect())
        })
        .collect()
}

/// Whatever the database has: what the ledger holds, what a squash in it replaces, and squashes all
/// of whose replaced ones it has.
fn settled(
    direct: &BTreeMap<Version, BTreeSet<Version>>,
    closures: &BTreeMap<Version, BTreeSet<Version>>,
    in_ledger: &dyn Fn(&Version) -> bool,
) -> BTreeSet<Version> {
    let mut settled: BTreeSet<Version> = BTreeSet::new();
    for (squash, members) in closures {
        let applied = in_ledger(squash);
        let found = members.iter().filter(|v| applied || in_ledger(v));
        settled.extend(found.cloned());
        settled.extend(applied.then(|| squash.clone()));
    }
    loop {
        let more: Vec<Version> = direct
            .iter()
            .filter(|(squash, members)| {
                !settled.contains(*squash)
                    && !members.is_empty()
                    && members.iter().all(|member| settled.contains(member))
            })
            .map(|(squash, _)| squash.clone())
            .collect();
        if more.is_empty() {
            return settled;
        }
        settled.extend(more);
    }
}
