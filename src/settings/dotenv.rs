//! Env files: dotenvy's syntax and substitution, with line numbers.
//!
//! dotenvy's errors carry the raw line, which may be a password, and no number; its iterator
//! keeps a byte-order mark. Both are made good here. The process environment is never changed.

use std::{
    cell::Cell,
    collections::BTreeMap,
    fs,
    io::{self, Read},
    path::Path,
};

use super::{SettingsError, error::reason};

/// Values and the lines their entries begin in, by name. As in dotenvy, the first entry counts.
pub(super) type Entries = BTreeMap<String, (String, usize)>;

/// Reads an env file; `None` where there is none.
pub(super) fn read(path: &Path) -> Result<Option<Entries>, SettingsError> {
    match text(path)? {
        Some(text) => entries(&text)
            .map(Some)
            .map_err(|line| SettingsError::BrokenEnvLine {
                path: path.to_owned(),
                line,
            }),
        None => Ok(None),
    }
}

/// A text file without its byte-order mark; `None` where there is none.
pub(super) fn text(path: &Path) -> Result<Option<String>, SettingsError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(SettingsError::Unreadable {
                path: path.to_owned(),
                reason: reason(&error),
            });
        }
    };
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..valid).unwrap_or_default();
        SettingsError::NotUtf8 {
            path: path.to_owned(),
            line: String::from_utf8_lossy(before).matches('\n').count() + 1,
        }
    })?;
    Ok(Some(match text.strip_prefix('\u{feff}') {
        Some(text) => text.to_owned(),
        None => text,
    }))
}

/// The entries of a text, or the line of the first that is none.
fn entries(text: &str) -> Result<Entries, usize> {
    let lines: Vec<&str> = text.lines().collect();
    // The first line from `from` (from zero) that is neither blank nor a comment, from one.
    let begins = |from: usize| {
        let skipped = lines.iter().skip(from).position(|line| {
            let line = line.trim_start();
            !line.is_empty() && !line.starts_with('#')
        });
        from + skipped.unwrap_or_default() + 1
    };
    // Without its line ending, dotenvy refuses a last line that ends in a blank.
    let ended = format!("{text}\n");
    let read = Cell::new(0);
    let mut entries = Entries::new();
    let mut done = 0;
    for entry in dotenvy::Iter::new(ByLine {
        rest: ended.as_bytes(),
        read: &read,
    }) {
        let line = begins(done);
        done = read.get();
        let (name, value) = entry.map_err(|_| line)?;
        entries.entry(name).or_insert((value, line));
    }
    Ok(entries)
}

/// Gives a reader one line at a time, so that the lines it has taken can be counted.
struct ByLine<'a> {
    rest: &'a [u8],
    read: &'a Cell<usize>,
}

impl Read for ByLine<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let line = self
            .rest
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(self.rest.len(), |end| end + 1);
        let length = line.min(buffer.len());
        let (taken, rest) = self.rest.split_at(length);
        if let Some(place) = buffer.get_mut(..length) {
            place.copy_from_slice(taken);
        }
        self.rest = rest;
        if taken.ends_with(b"\n") {
            self.read.set(self.read.get() + 1);
        }
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn line_of(text: &str, name: &str) -> usize {
        entries(text).unwrap().get(name).unwrap().1
    }

    #[test]
    fn lines_are_counted_past_comments_blanks_and_quoted_line_breaks() {
        let text = "# one\r\n\r\nA=1\r\nB=\"two\nthree\nfour\"\n  # note\nexport C=3";
        assert_eq!(line_of(text, "A"), 3);
        assert_eq!(line_of(text, "B"), 4);
        assert_eq!(line_of(text, "C"), 8);
    }

    #[test]
    fn lines_longer_than_any_buffer_count_once() {
        let text = format!("A={}\nB=2\n", "x".repeat(100_000));
        assert_eq!(line_of(&text, "B"), 2);
    }

    #[test]
    fn a_broken_entry_is_named_by_the_line_it_begins_in() {
        assert_eq!(entries("A=1\n\n# x\nnot an entry\nB=2\n"), Err(4));
        assert_eq!(entries("A=1\nB=\"never\nclosed\nC=2\n"), Err(2));
    }

    #[test]
    fn the_first_entry_counts_and_a_trailing_blank_is_no_error() {
        let entries = entries("A=1\nA=2 ").unwrap();
        assert_eq!(entries.get("A"), Some(&("1".to_owned(), 1)));
    }
}
