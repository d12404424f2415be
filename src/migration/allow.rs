//! The comments by which a file silences checks: `-- manage: allow(RULE, ...) reason`.
//!
//! They may stand anywhere in the file, also behind a statement. Whether the rules exist is not known here.

use crate::backend::statements::{self, Place};

/// A comment that speaks to `manage`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Where it begins.
    pub place: Place,
    /// What it says.
    pub said: Said,
}

/// What a comment says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Checks to silence in this file.
    Allow {
        /// Their ids or names, as written.
        rules: Vec<String>,
        /// Why; empty where nothing says it.
        reason: String,
    },
    /// Something that was meant as a command, and is none.
    Unclear {
        /// What stands there.
        words: String,
    },
}

/// How alike a word has to be to `allow` to be taken for a mistyped one.
const ALIKE: f64 = 0.8;

/// The comments of a file that speak to `manage`, in order.
pub fn parse(sql: &str) -> Vec<Comment> {
    let mut comments = Vec::new();
    let mut at = 0;
    while let Some(dashes) = sql.get(at..).and_then(|rest| rest.find("--")) {
        at += dashes;
        let rest = sql.get(at..).unwrap_or_default();
        let line = rest.split(['\n', '\r']).next().unwrap_or_default();
        let Some(words) = words_to_manage(line) else {
            at += rest.len() - rest.trim_start_matches('-').len();
            continue;
        };
        if let Some(said) = said(words.trim()) {
            let place = statements::place(sql, at);
            comments.push(Comment { place, said });
        }
        at += line.len();
    }
    comments
}

/// Whether a comment line is addressed to `manage`, after its dashes.
pub(super) fn is_addressed(comment: &str) -> bool {
    words_to_manage(comment).is_some()
}

fn words_to_manage(comment: &str) -> Option<&str> {
    let comment = comment.trim_start_matches('-').trim_start();
    let (name, words) = comment.split_once(':')?;
    name.trim_end()
        .eq_ignore_ascii_case("manage")
        .then_some(words)
}

fn said(words: &str) -> Option<Said> {
    let end = words.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'));
    let (command, rest) = words.split_at(end.unwrap_or(words.len()));
    let rest = rest.trim_start();
    let unclear = || {
        Some(Said::Unclear {
            words: words.to_owned(),
        })
    };
    if !command.eq_ignore_ascii_case("allow") {
        // Prose may begin with the same word: `-- manage: the tables of the managers`.
        let meant = strsim::jaro_winkler(&command.to_lowercase(), "allow") >= ALIKE;
        return (meant || (!command.is_empty() && rest.starts_with('(')))
            .then(unclear)
            .flatten();
    }
    let Some((rules, reason)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) else {
        return unclear();
    };
    let rules: Vec<String> = rules
        .split(|c: char| c == ',' || c.is_whitespace())
        .filter(|rule| !rule.is_empty())
        .map(str::to_owned)
        .collect();
    if rules.is_empty() {
        return unclear();
    }
    let is_filler = |c: char| c.is_whitespace() || ":;,.-".contains(c);
    let reason = reason.trim_start_matches(is_filler).trim_end().to_owned();
    Some(Said::Allow { rules, reason })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    use super::*;

    fn allow(line: usize, column: usize, rules: &[&str], reason: &str) -> Comment {
        Comment {
            place: Place { line, column },
            said: Said::Allow {
                rules: rules.iter().map(|rule| (*rule).to_owned()).collect(),
                reason: reason.to_owned(),
            },
        }
    }

    #[test]
    fn rules_and_reason_are_read_anywhere_in_a_file() {
        assert_eq!(
            parse(
                "\u{feff}-- manage: allow(D003) the table is empty\r\n\
                 DROP TABLE t; --MANAGE :Allow( d004 , drop-column ): nobody reads it -- any more\n\
                 \t---- manage:allow (M007)\n\
                 -- manage: allow(M005 M007) - both"
            ),
            [
                allow(1, 1, &["D003"], "the table is empty"),
                allow(
                    2,
                    15,
                    &["d004", "drop-column"],
                    "nobody reads it -- any more"
                ),
                allow(3, 2, &["M007"], ""),
                allow(4, 1, &["M005", "M007"], "both"),
            ]
        );
    }

    #[test]
    fn what_was_meant_as_a_command_is_told_from_prose() {
        let words = |sql: &str| -> Vec<String> {
            let comments = parse(sql).into_iter().map(|comment| comment.said);
            let unclear = comments.filter_map(|said| match said {
                Said::Unclear { words } => Some(words),
                Said::Allow { .. } => None,
            });
            unclear.collect()
        };
        let wrong = [
            "allow",
            "allow D003",
            "allow(D003",
            "allow()",
            "allow( , )",
            "alow(D003)",
            "Allows D003",
            "ignore(D003) x",
        ];
        for words_of_one in wrong {
            assert_eq!(
                words(&format!("-- manage: {words_of_one}\n")),
                [words_of_one]
            );
        }
        for prose in [
            "-- manage: the tables of the managers",
            "-- manage:",
            "-- managed: allow(D003)",
            "-- to manage: allow(D003)",
            "SELECT 'manage: allow(D003)'",
        ] {
            assert_eq!(parse(prose), [], "{prose}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(
            sql in r"(--|manage|MANAGE|:|allow|\(|\)|,|D003| |\n|\r|\t|é|\u{feff}|[ -~]|\PC){0,40}"
        ) {
            for comment in parse(&sql) {
                prop_assert!(comment.place.line >= 1 && comment.place.column >= 1);
            }
        }
    }
}
