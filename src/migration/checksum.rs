//! What tells two versions of a file apart: SHA-256, without regard for line endings and trailing space.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// The checksum of a file's text, as 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Checksum(String);

impl Checksum {
    /// The checksum of a text. Space at the end of a line, its ending, and empty lines at the end of
    /// the text do not count; nor do lines that only say something to `manage`, `-- manage: allow(...)`.
    pub fn of(text: &str) -> Self {
        let mut hash = Sha256::new();
        for line in text.trim_start_matches('\u{feff}').trim_end().lines() {
            if is_said_to_manage(line) {
                continue;
            }
            hash.update(line.trim_end());
            hash.update(b"\n");
        }
        Self(
            hash.finalize()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        )
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_said_to_manage(line: &str) -> bool {
    let words = line.trim_start().strip_prefix("--").map(str::trim_start);
    let name = words.and_then(|words| words.get(.."manage:".len()));
    name.is_some_and(|name| name.eq_ignore_ascii_case("manage:"))
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_endings_and_trailing_space_do_not_count() {
        let sum = Checksum::of("SELECT 1;\nSELECT 2;\n");
        for same in [
            "SELECT 1;\r\nSELECT 2;\r\n",
            "SELECT 1;  \nSELECT 2;",
            "\u{feff}SELECT 1;\nSELECT 2;\n\n",
            "SELECT 1;\n-- manage: allow(drop-table) nobody reads it\nSELECT 2;\n",
            "SELECT 1;\n  --Manage:allow(D001)\nSELECT 2;\n",
        ] {
            assert_eq!(Checksum::of(same), sum, "{same:?}");
        }
        assert_ne!(Checksum::of("SELECT 1;\n-- managed\nSELECT 2;"), sum);
        assert_ne!(Checksum::of("SELECT 1; SELECT 2;"), sum);
        assert_ne!(Checksum::of("SELECT 1;\n SELECT 2;"), sum);
    }
}
