//! Who descends from whom, pure: parents, heads and the order to apply in.
//!
//! A migration whose header names its parents has those. One without a header (plain Diesel)
//! revises every head older than itself, so plain histories are linear.

use std::collections::{BTreeMap, BTreeSet};

use super::{Migration, Version};

/// The family tree of a set of migrations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lineage {
    order: Vec<Version>,
    rank: BTreeMap<Version, usize>,
    parents: BTreeMap<Version, Vec<Version>>,
    children: BTreeMap<Version, Vec<Version>>,
    flaws: Vec<Flaw>,
}

/// Something wrong with what headers say of each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A header names a parent that no migration is.
    UnknownParent {
        /// The migration whose header it is.
        version: Version,
        /// The parent it names.
        parent: Version,
    },
    /// A parent has a newer version than its child.
    ChildOlderThanParent {
        /// The child.
        version: Version,
        /// The parent.
        parent: Version,
    },
    /// Migrations that descend from themselves.
    Cycle {
        /// Those on the cycle or below it.
        versions: Vec<Version>,
    },
}

impl Lineage {
    /// Works out the tree. Two migrations of one version count as one.
    pub fn new<'a>(migrations: impl IntoIterator<Item = &'a Migration>) -> Self {
        let declared = migrations.into_iter();
        Self::of(
            &declared
                .map(|m| (m.version.clone(), m.header.revises.clone()))
                .collect(),
        )
    }

    /// Works out the tree from the parents that each version names; `None` where it names none.
    pub fn of(declared: &BTreeMap<Version, Option<Vec<Version>>>) -> Self {
        let mut lineage = Self::default();
        let mut heads: BTreeSet<Version> = BTreeSet::new();
        for (version, revises) in declared {
            let parents: Vec<Version> = match revises {
                None => heads.iter().cloned().collect(),
                Some(named) => lineage.known_parents(version, named, declared),
            };
            for parent in &parents {
                heads.remove(parent);
                lineage
                    .children
                    .entry(parent.clone())
                    .or_default()
                    .push(version.clone());
            }
            if !lineage.children.contains_key(version) {
                heads.insert(version.clone());
            }
            lineage.parents.insert(version.clone(), parents);
        }
        lineage.sort();
        lineage
    }

    fn known_parents(
        &mut self,
        version: &Version,
        named: &[Version],
        declared: &BTreeMap<Version, Option<Vec<Version>>>,
    ) -> Vec<Version> {
        let mut known = Vec::new();
        for parent in named {
            if !declared.contains_key(parent) {
                self.flaws.push(Flaw::UnknownParent {
                    version: version.clone(),
                    parent: parent.clone(),
                });
                continue;
            }
            if parent > version {
                self.flaws.push(Flaw::ChildOlderThanParent {
                    version: version.clone(),
                    parent: parent.clone(),
                });
            }
            if !known.contains(parent) {
                known.push(parent.clone());
            }
        }
        known
    }

    /// Parents first; among the unrelated, the lower version first.
    fn sort(&mut self) {
        let mut waiting: BTreeMap<&Version, usize> = self
            .parents
            .iter()
            .map(|(version, parents)| (version, parents.len()))
            .collect();
        let mut ready: BTreeSet<&Version> = waiting
            .iter()
            .filter(|(_, parents)| **parents == 0)
            .map(|(version, _)| *version)
            .collect();
        let mut order = Vec::with_capacity(waiting.len());
        while let Some(version) = ready.pop_first() {
            waiting.remove(version);
            order.push(version.clone());
            for child in self.children.get(version).into_iter().flatten() {
                if let Some(parents) = waiting.get_mut(child) {
                    *parents -= 1;
                    if *parents == 0 {
                        ready.insert(child);
                    }
                }
            }
        }
        if !waiting.is_empty() {
            let versions: Vec<Version> = waiting.into_keys().cloned().collect();
            order.extend(versions.iter().cloned());
            self.flaws.push(Flaw::Cycle { versions });
        }
        self.rank = order
            .iter()
            .cloned()
            .enumerate()
            .map(|(i, v)| (v, i))
            .collect();
        self.order = order;
    }

    /// Every version, parents before children.
    pub fn order(&self) -> &[Version] {
        &self.order
    }

    /// The place of a version in [`Lineage::order`].
    pub fn rank(&self, version: &Version) -> Option<usize> {
        self.rank.get(version).copied()
    }

    /// The parents of a version.
    pub fn parents(&self, version: &Version) -> &[Version] {
        self.parents.get(version).map_or(&[], Vec::as_slice)
    }

    /// The versions that no other revises.
    pub fn heads(&self) -> Vec<Version> {
        self.order
            .iter()
            .filter(|version| self.children(version).is_empty())
            .cloned()
            .collect()
    }

    /// The members of a set that no other member descends from.
    pub fn heads_among(&self, set: &BTreeSet<Version>) -> Vec<Version> {
        let mut heads = Vec::new();
        let mut covered: BTreeSet<&Version> = BTreeSet::new();
        for version in self
            .order
            .iter()
            .rev()
            .filter(|version| set.contains(*version))
        {
            if !covered.contains(version) {
                heads.push(version.clone());
            }
            let mut stack: Vec<&Version> = vec![version];
            while let Some(version) = stack.pop() {
                let fresh = self
                    .parents(version)
                    .iter()
                    .filter(|parent| !covered.contains(parent));
                let fresh: Vec<&Version> = fresh.collect();
                covered.extend(&fresh);
                stack.extend(fresh);
            }
        }
        heads.reverse();
        heads
    }

    /// Those that revise a version.
    pub fn children(&self, version: &Version) -> &[Version] {
        self.children.get(version).map_or(&[], Vec::as_slice)
    }

    /// Everything a version rests on, itself included.
    pub fn ancestors(&self, version: &Version) -> BTreeSet<Version> {
        reach([version.clone()], |v| self.parents(v))
    }

    /// Everything that rests on a version, itself left out.
    pub fn descendants(&self, version: &Version) -> BTreeSet<Version> {
        let mut found = reach([version.clone()], |v| self.children(v));
        found.remove(version);
        found
    }

    /// Everything that rests on any of a set, the set included.
    pub fn rests_on_any(&self, set: impl IntoIterator<Item = Version>) -> BTreeSet<Version> {
        reach(set, |v| self.children(v))
    }

    /// Everything that any of a set rests on, the set included.
    pub fn ancestors_of_any(&self, set: impl IntoIterator<Item = Version>) -> BTreeSet<Version> {
        reach(set, |v| self.parents(v))
    }

    /// What is wrong with the headers.
    pub fn flaws(&self) -> &[Flaw] {
        &self.flaws
    }
}

fn reach<'a>(
    start: impl IntoIterator<Item = Version>,
    next: impl Fn(&Version) -> &'a [Version],
) -> BTreeSet<Version> {
    let mut stack: Vec<Version> = start.into_iter().collect();
    let mut found = BTreeSet::new();
    while let Some(version) = stack.pop() {
        stack.extend(
            next(&version)
                .iter()
                .filter(|v| !found.contains(*v))
                .cloned(),
        );
        found.insert(version);
    }
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod tests {
    use super::*;
    use crate::migration::{Metadata, Origin, header::Header};

    /// A migration of a version, with the parents its header names (`None`: no header).
    pub(crate) fn migration(version: &str, revises: Option<&[&str]>) -> Migration {
        Migration {
            version: Version::new(version),
            name: format!("{version}_m{version}"),
            origin: Origin::Embedded,
            header: Header {
                revises: revises.map(|r| r.iter().copied().map(Version::new).collect()),
                ..Header::default()
            },
            metadata: Metadata::Absent,
            checksum: None,
            reversible: true,
        }
    }

    fn names(versions: impl IntoIterator<Item = Version>) -> String {
        versions
            .into_iter()
            .map(|v| v.as_str().to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn plain_histories_are_linear() {
        let all = ["1", "2", "3"].map(|v| migration(v, None));
        let lineage = Lineage::new(&all);
        assert_eq!(names(lineage.order().to_vec()), "1 2 3");
        assert_eq!(names(lineage.heads()), "3");
        assert_eq!(names(lineage.parents(&Version::new("3")).to_vec()), "2");
    }

    /// ```text
    /// 1 --- 2 --- 4
    ///   \-- 3 --/
    /// ```
    #[test]
    fn branches_meet_in_a_merge() {
        let mut all = vec![
            migration("1", Some(&[])),
            migration("2", Some(&["1"])),
            migration("3", Some(&["1"])),
        ];
        assert_eq!(names(Lineage::new(&all).heads()), "2 3");
        all.push(migration("4", Some(&["2", "3"])));
        let lineage = Lineage::new(&all);
        assert_eq!(names(lineage.heads()), "4");
        assert_eq!(names(lineage.ancestors(&Version::new("3"))), "1 3");
        assert_eq!(names(lineage.descendants(&Version::new("2"))), "4");
    }

    #[test]
    fn a_plain_migration_joins_every_older_head() {
        let all = [
            migration("1", Some(&[])),
            migration("2", Some(&[])),
            migration("3", None),
        ];
        assert_eq!(
            names(Lineage::new(&all).parents(&Version::new("3")).to_vec()),
            "1 2"
        );
    }

    #[test]
    fn a_child_older_than_its_parent_comes_after_it() {
        let all = [migration("1", Some(&["2"])), migration("2", Some(&[]))];
        let lineage = Lineage::new(&all);
        assert_eq!(names(lineage.order().to_vec()), "2 1");
        assert_eq!(names(lineage.heads()), "1");
        assert_eq!(lineage.flaws().len(), 1);
    }

    #[test]
    fn a_cycle_is_a_flaw_and_loses_nothing() {
        let all = [
            migration("1", Some(&["2"])),
            migration("2", Some(&["1"])),
            migration("3", Some(&[])),
        ];
        let lineage = Lineage::new(&all);
        assert_eq!(lineage.order().len(), 3);
        assert!(
            lineage
                .flaws()
                .iter()
                .any(|f| matches!(f, Flaw::Cycle { versions } if versions.len() == 2))
        );
    }

    #[test]
    fn an_unknown_parent_is_a_flaw() {
        let lineage = Lineage::new(&[migration("1", Some(&["0"]))]);
        assert_eq!(
            lineage.flaws(),
            [Flaw::UnknownParent {
                version: Version::new("1"),
                parent: Version::new("0")
            }]
        );
    }
}
