//! Puts operations in an order in which they can run.

use std::collections::{BTreeMap, BTreeSet};

use super::operation::Operation;

/// When an operation runs. What is undone runs in exactly the opposite order, so every phase has to
/// be right both ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::schema) enum Phase {
    /// Schemas are created.
    Schemas,
    /// Enum types are created.
    Enums,
    /// Enum types get labels.
    Labels,
    /// Tables and columns are renamed.
    Renames,
    /// Foreign keys go, before what they rest on.
    DropForeignKeys,
    /// Checks, unique constraints and indexes go, before the columns that they are over.
    DropConstraints,
    /// Constraints and indexes get names which those that went may have had.
    RenameConstraints,
    /// Primary keys go, before columns that are dropped early.
    DropPrimaryKeys,
    /// Computed columns go, before those that they are computed from; and columns whose place
    /// another one takes.
    DropEarlyColumns,
    /// Tables are created.
    CreateTables,
    /// Columns are added.
    AddColumns,
    /// Columns change, as far as the old primary key lets them.
    AlterColumns,
    /// Primary keys change, while old and new columns are both there.
    PrimaryKeys,
    /// Columns change into what the old primary key did not let them be.
    AlterFreedColumns,
    /// Columns are dropped.
    DropColumns,
    /// Enum types lose labels that no column has any longer.
    DropLabels,
    /// Computed columns are added.
    AddGeneratedColumns,
    /// Primary keys over columns that were added late.
    AddPrimaryKeys,
    /// Unique constraints, indexes and checks are added.
    AddConstraints,
    /// Foreign keys are added, when all that they rest on is there.
    AddForeignKeys,
    /// Tables are dropped, when all else that can fail has been done.
    DropTables,
    /// Enum types are dropped.
    DropEnums,
    /// Schemas are dropped.
    DropSchemas,
}

/// Operations by their phases; within one they keep the order in which they came.
#[derive(Debug, Default)]
pub(in crate::schema) struct Phases(BTreeMap<Phase, Vec<Operation>>);

impl Phases {
    /// Adds an operation.
    pub(in crate::schema) fn push(&mut self, phase: Phase, operation: Operation) {
        self.0.entry(phase).or_default().push(operation);
    }

    /// All of them, in order.
    pub(in crate::schema) fn into_operations(self) -> Vec<Operation> {
        self.0.into_values().flatten().collect()
    }
}

/// Some things so that each comes after those it depends on. Where they go round in circles, the one
/// that waits for the fewest others goes first. Equal ones by their own order.
pub(in crate::schema) fn dependencies_first<T: Clone + Ord>(
    mut waiting: BTreeMap<T, BTreeSet<T>>,
) -> Vec<T> {
    let known: BTreeSet<T> = waiting.keys().cloned().collect();
    let mut dependents: BTreeMap<T, Vec<T>> = BTreeMap::new();
    for (thing, dependencies) in &mut waiting {
        dependencies.retain(|dependency| dependency != thing && known.contains(dependency));
        for dependency in &*dependencies {
            dependents
                .entry(dependency.clone())
                .or_default()
                .push(thing.clone());
        }
    }
    let free = waiting
        .iter()
        .filter(|(_, dependencies)| dependencies.is_empty());
    let mut ready: BTreeSet<T> = free.map(|(thing, _)| thing.clone()).collect();
    let mut sorted = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let next = ready.pop_first().or_else(|| {
            let fewest = waiting
                .iter()
                .min_by_key(|(_, dependencies)| dependencies.len());
            fewest.map(|(thing, _)| thing.clone())
        });
        let Some(next) = next else { break };
        waiting.remove(&next);
        for dependent in dependents.remove(&next).unwrap_or_default() {
            if let Some(dependencies) = waiting.get_mut(&dependent) {
                dependencies.remove(&next);
                if dependencies.is_empty() {
                    ready.insert(dependent);
                }
            }
        }
        sorted.push(next);
    }
    sorted
}

/// Renames, old names and new ones, so that each finds its new name free: those that make room come
/// first, and where names go round in circles one is renamed to a temporary name before.
pub(in crate::schema) fn rename_order<T: Clone + Ord>(
    renames: impl IntoIterator<Item = (T, T)>,
    mut temporary: impl FnMut(&T) -> T,
) -> Vec<(T, T)> {
    let mut pending: BTreeMap<T, T> = renames.into_iter().collect();
    let mut ordered = Vec::with_capacity(pending.len());
    while !pending.is_empty() {
        let free = pending.iter().find(|(_, new)| !pending.contains_key(*new));
        if let Some((old, new)) = free.map(|(old, new)| (old.clone(), new.clone())) {
            pending.remove(&old);
            ordered.push((old, new));
        } else if let Some((old, new)) = pending.pop_first() {
            let between = temporary(&old);
            ordered.push((old, between.clone()));
            pending.insert(between, new);
        }
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(
        edges: &[(&'static str, &[&'static str])],
    ) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
        let sets = edges
            .iter()
            .map(|(thing, on)| (*thing, on.iter().copied().collect()));
        sets.collect()
    }

    #[test]
    fn dependencies_come_first() {
        let sorted = dependencies_first(waiting(&[("a", &["c"]), ("b", &[]), ("c", &["b"])]));
        assert_eq!(sorted, ["b", "c", "a"]);
    }

    #[test]
    fn what_is_not_there_is_not_waited_for() {
        assert_eq!(dependencies_first(waiting(&[("a", &["a", "z"])])), ["a"]);
    }

    #[test]
    fn circles_are_broken_where_the_fewest_wait() {
        let sorted =
            dependencies_first(waiting(&[("a", &["b", "c"]), ("b", &["a"]), ("c", &["b"])]));
        assert_eq!(sorted, ["b", "c", "a"]);
    }

    #[test]
    fn chains_of_renames_make_room_first() {
        let order = rename_order([("a", "b"), ("b", "c")], |_| "tmp");
        assert_eq!(order, [("b", "c"), ("a", "b")]);
    }

    #[test]
    fn swaps_take_a_temporary_name() {
        let order = rename_order([("a", "b"), ("b", "a")], |_| "tmp");
        assert_eq!(order, [("a", "tmp"), ("b", "a"), ("tmp", "b")]);
    }
}
