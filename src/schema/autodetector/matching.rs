//! Finds which constraints and indexes of two tables are the same.

use crate::schema::{Check, ForeignKey, Index, Unique};

/// A constraint or an index.
pub(super) trait Part: Clone + PartialEq {
    /// Its name, where it has one.
    fn name(&self) -> Option<&str>;

    /// All but its name and what no model says of it.
    fn content(&self) -> Self;
}

macro_rules! part {
    ($($type:ty: $none:expr, $name:expr;)*) => {$(
        impl Part for $type {
            fn name(&self) -> Option<&str> {
                let name: fn(&Self) -> Option<&str> = $name;
                name(self)
            }

            fn content(&self) -> Self {
                Self { name: $none, extra: Vec::new(), ..self.clone() }
            }
        }
    )*};
}

part! {
    ForeignKey: None, |part| part.name.as_deref();
    Unique: None, |part| part.name.as_deref();
    Check: None, |part| part.name.as_deref();
    Index: String::new(), |part| Some(&part.name);
}

/// What became of a table's constraints or indexes of one kind.
#[derive(Debug)]
pub(super) struct Parts<T> {
    /// Those that stay as they are.
    pub(super) kept: Vec<T>,
    /// Those that have another name, before and after.
    pub(super) renamed: Vec<(T, T)>,
    /// Those that go.
    pub(super) dropped: Vec<T>,
    /// Those that come.
    pub(super) added: Vec<T>,
}

impl<T: Part> Parts<T> {
    /// Pairs what is the same on both sides, except for what has to go even so, to come back later.
    pub(super) fn pair(before: &[T], after: &[T], has_to_go: impl Fn(&T) -> bool) -> Self {
        let (dropped, mut staying): (Vec<T>, Vec<T>) =
            before.iter().cloned().partition(|part| has_to_go(part));
        let mut parts = Self {
            kept: Vec::new(),
            renamed: Vec::new(),
            dropped,
            added: after.to_vec(),
        };
        let same_name = |old: &T, new: &T| old.name() == new.name();
        let one_name = |old: &T, new: &T| old.name().is_none() || new.name().is_none();
        let pairs = pairs(&mut staying, &mut parts.added, same_name);
        parts.kept.extend(pairs.into_iter().map(|(old, _)| old));
        let pairs = self::pairs(&mut staying, &mut parts.added, one_name);
        parts.kept.extend(pairs.into_iter().map(|(old, _)| old));
        parts.renamed = self::pairs(&mut staying, &mut parts.added, |_, _| true);
        parts.dropped.extend(staying);
        parts
    }

    /// Drops and adds what would be renamed to a name that is taken.
    pub(super) fn give_up_renames(&mut self, is_taken: impl Fn(&str) -> bool) {
        let (given_up, renamed) = std::mem::take(&mut self.renamed)
            .into_iter()
            .partition(|(_, new)| new.name().is_some_and(&is_taken));
        self.renamed = renamed;
        for (old, new) in given_up {
            self.dropped.push(old);
            self.added.push(new);
        }
    }

    /// The names that are in use until those that go have gone.
    pub(super) fn names_held(&self) -> impl Iterator<Item = &str> {
        let renamed = self.renamed.iter().map(|(old, _)| old);
        self.kept.iter().chain(renamed).filter_map(Part::name)
    }

    /// The names that come.
    pub(super) fn names_to_come(&self) -> impl Iterator<Item = &str> {
        let renamed = self.renamed.iter().map(|(_, new)| new);
        self.added.iter().chain(renamed).filter_map(Part::name)
    }
}

/// Takes out of two lists what is alike.
fn pairs<T: Part>(
    before: &mut Vec<T>,
    after: &mut Vec<T>,
    fits: impl Fn(&T, &T) -> bool,
) -> Vec<(T, T)> {
    let mut pairs = Vec::new();
    before.retain(|old| {
        let content = old.content();
        let found = after
            .iter()
            .position(|new| fits(old, new) && new.content() == content);
        if let Some(index) = found {
            pairs.push((old.clone(), after.remove(index)));
        }
        found.is_none()
    });
    pairs
}
