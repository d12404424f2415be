//! A stretch of the history, `A:B`, as a person names it: pure.

use std::collections::BTreeSet;

use super::{Version, history::History, target::TargetError};

/// Why a text names no stretch of the history.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// It has no `:`.
    #[error("`{range}` is no range: write `A:B`, `A:` or `:B`")]
    NoColon {
        /// What was written.
        range: String,
    },
    /// The first side rests on the second.
    #[error("`{range}` runs backwards: the older one comes first")]
    Backwards {
        /// What was written.
        range: String,
    },
    /// Neither side rests on the other.
    #[error("`{range}` is no way: its ends are on different branches")]
    Unrelated {
        /// What was written.
        range: String,
    },
    /// A side is no place in the history.
    #[error(transparent)]
    Target(#[from] TargetError),
}

impl RangeError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoColon { .. } | Self::Backwards { .. } => None,
            Self::Unrelated { .. } => {
                Some("`manage history --graph` draws the branches".to_owned())
            }
            Self::Target(error) => Some(error.hint()),
        }
    }
}

impl History {
    /// The versions of `A:B`: B and all it rests on, but for what A rests on. Either side may be
    /// left out; a side is a name, `base`, `head`, `current`, or `-N`: so many before the current one.
    pub fn range(&self, range: &str) -> Result<BTreeSet<Version>, RangeError> {
        let own = || range.to_owned();
        let Some((from, to)) = range.split_once(':') else {
            return Err(RangeError::NoColon { range: own() });
        };
        let from = self.side(from.trim(), "base")?;
        let to = self.side(to.trim(), "heads")?;
        let lineage = self.undo_lineage();
        let below = |side: &BTreeSet<Version>| lineage.ancestors_of_any(side.iter().cloned());
        let (under, reached) = (below(&from), below(&to));
        if !from.is_empty() && !to.is_empty() && from.is_disjoint(&reached) {
            return Err(if to.is_disjoint(&under) {
                RangeError::Unrelated { range: own() }
            } else {
                RangeError::Backwards { range: own() }
            });
        }
        Ok(reached
            .into_iter()
            .filter(|version| from.contains(version) || !under.contains(version))
            .collect())
    }

    fn side(&self, name: &str, default: &str) -> Result<BTreeSet<Version>, TargetError> {
        let current = || self.current().into_iter().collect::<BTreeSet<_>>();
        let back = || name.strip_prefix('-')?.parse::<usize>().ok();
        Ok(match if name.is_empty() { default } else { name } {
            "base" | "zero" => BTreeSet::new(),
            "head" | "heads" => {
                let lineage = self.undo_lineage();
                let all = lineage.order().iter().cloned();
                lineage.heads_among(&all.collect()).into_iter().collect()
            }
            "current" => current(),
            name => match back() {
                None => [self.find(name)?].into(),
                Some(steps) => {
                    let reached = self.undo_lineage().ancestors_of_any(current());
                    let order = self.undo_lineage().order().iter();
                    let before: Vec<&Version> = order.filter(|v| reached.contains(v)).collect();
                    let place = before.len().saturating_sub(steps + 1);
                    before.get(place).copied().cloned().into_iter().collect()
                }
            },
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::migration::{history::LedgerRow, lineage::tests::migration};

    fn row(version: &str) -> LedgerRow {
        LedgerRow {
            version: Version::new(version),
            run_on: String::new(),
        }
    }

    fn shown(history: &History, range: &str) -> String {
        let versions = history.range(range).unwrap();
        let texts: Vec<&str> = versions.iter().map(Version::as_str).collect();
        texts.join(" ")
    }

    /// ```text
    /// 1 --- 2 --- 4 --- 5
    ///   \-- 3 --/
    /// ```
    fn branched() -> History {
        History::new(
            [
                migration("1", Some(&[])),
                migration("2", Some(&["1"])),
                migration("3", Some(&["1"])),
                migration("4", Some(&["2", "3"])),
                migration("5", Some(&["4"])),
            ],
            ["1", "2", "3"].map(row),
        )
    }

    #[test]
    fn a_branch_has_its_own_only() {
        let history = branched();
        for (range, versions) in [
            ("1:2", "1 2"),
            ("1:3", "1 3"),
            (":3", "1 3"),
            ("2:4", "2 3 4"),
            ("3:3", "3"),
            ("4:", "4 5"),
            ("current:4", "2 3 4"),
            ("current:current", "2 3"),
            ("-1:", "2 3 4 5"),
            ("-9:-1", "1 2"),
            (":", "1 2 3 4 5"),
            ("base:head", "1 2 3 4 5"),
            (":base", ""),
        ] {
            assert_eq!(shown(&history, range), versions, "{range}");
        }
    }

    #[test]
    fn what_is_gone_keeps_its_place() {
        let history = History::new(["1", "3"].map(|v| migration(v, None)), [row("1"), row("2")]);
        assert_eq!(shown(&history, ":"), "1 2 3");
        assert_eq!(shown(&history, "2:"), "2 3");
        assert_eq!(shown(&history, ":current"), "1 2");
    }

    #[test]
    fn nothing_applied_is_nowhere() {
        let history = History::new([migration("1", None)], []);
        assert_eq!(shown(&history, ":current"), "");
        assert_eq!(shown(&history, "current:"), "1");
        assert_eq!(shown(&history, "-3:"), "1");
    }

    #[test]
    fn ends_that_no_way_joins() {
        let history = branched();
        let error = |range: &str| history.range(range).unwrap_err().to_string();
        assert_eq!(
            error("4:2"),
            "`4:2` runs backwards: the older one comes first"
        );
        assert_eq!(
            error("2:3"),
            "`2:3` is no way: its ends are on different branches"
        );
        assert_eq!(error("2"), "`2` is no range: write `A:B`, `A:` or `:B`");
        assert_eq!(error("7:"), "no migration is named `7`");
    }
}
