//! Which constraint or index of the models is which one that is there.

use super::super::expression;

/// What a declared item was found to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    /// The index of the item that is there.
    pub(super) index: usize,
    /// Whether they say the same, so that the engine's words can be kept.
    pub(super) is_same: bool,
}

/// How alike two items are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// Not at all.
    None,
    /// Perhaps the same, once the engine has put the expressions into its own words.
    Perhaps,
    /// The same.
    Same,
}

/// Finds for each declared item the one that is there, each at most once: those that say the same,
/// by name first; then those that may.
pub(super) fn matches(
    declared: &[Option<&str>],
    before: &[Option<&str>],
    likeness: impl Fn(usize, usize) -> Likeness,
) -> Vec<Option<Match>> {
    let mut found: Vec<Option<Match>> = vec![None; declared.len()];
    let mut used = vec![false; before.len()];
    let passes = [
        (Likeness::Same, true),
        (Likeness::Same, false),
        (Likeness::Perhaps, true),
        (Likeness::Perhaps, false),
    ];
    for (least, by_name) in passes {
        for (index, name) in declared.iter().enumerate() {
            if found.get(index).is_some_and(Option::is_some) {
                continue;
            }
            let may_be = |other: usize, known: Option<&str>| match name {
                Some(name) if by_name => known == Some(*name),
                // A name that somebody else has is not renamed to.
                Some(_) => least == Likeness::Same && !declared.contains(&known),
                None => !by_name && (known.is_none() || !declared.contains(&known)),
            } && likeness(index, other) >= least;
            let free = before.iter().enumerate().find(|(other, known)| {
                !used.get(*other).copied().unwrap_or(true) && may_be(*other, **known)
            });
            if let Some((other, _)) = free {
                if let Some(slot) = found.get_mut(index) {
                    *slot = Some(Match {
                        index: other,
                        is_same: least == Likeness::Same,
                    });
                }
                if let Some(slot) = used.get_mut(other) {
                    *slot = true;
                }
            }
        }
    }
    found
}

/// Which items that are there stand although no model says so: those that are not matched, whose
/// names nobody has taken.
pub(super) fn left_over(
    declared: &[Option<&str>],
    before: &[Option<&str>],
    found: &[Option<Match>],
) -> Vec<usize> {
    let is_free = |index: &usize| {
        let name = before.get(*index).copied().flatten();
        !found.iter().flatten().any(|found| found.index == *index)
            && (name.is_none() || !declared.contains(&name))
    };
    (0..before.len()).filter(is_free).collect()
}

/// Whether two texts differ in nothing but white space, comments, the case of words, quotes that are
/// not needed and parentheses around the whole.
pub(super) fn is_same_text(left: &str, right: &str) -> bool {
    left == right || expression::same(left, right)
}

/// Takes over the words that are there, where they say the same.
pub(super) fn settle(text: &mut Option<String>, known: Option<&String>) {
    if let (Some(own), Some(known)) = (text.as_mut(), known)
        && is_same_text(own, known)
    {
        own.clone_from(known);
    }
}

/// How alike two texts are.
pub(super) fn texts(left: &str, right: &str) -> Likeness {
    if is_same_text(left, right) {
        Likeness::Same
    } else if expression::alike(left, right) {
        Likeness::Perhaps
    } else {
        Likeness::None
    }
}
