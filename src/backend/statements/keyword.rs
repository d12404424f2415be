//! Words compared without case and without allocating.

/// The longest word any rule asks about.
const LONGEST: usize = 12;

/// A word in capitals; empty when it is longer than any keyword a rule asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Keyword {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Keyword {
    /// No word at all.
    pub(super) const NONE: Self = Self {
        bytes: [0; LONGEST],
        length: 0,
    };

    /// The word in capitals.
    pub(super) fn of(word: &str) -> Self {
        if word.len() > LONGEST || !word.is_ascii() {
            return Self::NONE;
        }
        let mut bytes = [0; LONGEST];
        for (capital, byte) in bytes.iter_mut().zip(word.bytes()) {
            *capital = byte.to_ascii_uppercase();
        }
        Self {
            bytes,
            length: word.len(),
        }
    }

    /// Its text, to match on.
    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}
