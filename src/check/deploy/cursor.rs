//! Reading along the pieces of a statement.

use crate::backend::statements::{Piece, PieceKind};

/// A place in a row of pieces.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'p, 'a> {
    pieces: &'p [Piece<'a>],
}

impl<'p, 'a> Cursor<'p, 'a> {
    pub(super) fn new(pieces: &'p [Piece<'a>]) -> Self {
        Self { pieces }
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'p [Piece<'a>] {
        self.pieces
    }

    /// Whether these words, separated by spaces, come next.
    pub(super) fn sees(&self, words: &str) -> bool {
        let mut pieces = self.pieces.iter();
        words
            .split(' ')
            .all(|word| pieces.next().is_some_and(|piece| piece.is(word)))
    }

    /// Whether one of these words comes next.
    pub(super) fn sees_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.sees(word))
    }

    /// Passes over these words, if they come next.
    pub(super) fn eat(&mut self, words: &str) -> bool {
        let sees = self.sees(words);
        if sees {
            self.pieces = &self.pieces[words.split(' ').count()..];
        }
        sees
    }

    /// Passes over as many of these words as come next.
    pub(super) fn eat_all(&mut self, words: &[&str]) {
        while words.iter().any(|word| self.eat(word)) {}
    }

    /// Passes over this character, if it comes next.
    pub(super) fn symbol(&mut self, symbol: u8) -> bool {
        let sees = self.pieces.first().is_some_and(|p| p.is_symbol(symbol));
        if sees {
            self.pieces = &self.pieces[1..];
        }
        sees
    }

    /// A name, and of a qualified one the last part.
    pub(super) fn name(&mut self) -> Option<String> {
        let mut name = self.part()?;
        while self.symbol(b'.') {
            name = self.part()?;
        }
        Some(name)
    }

    /// One piece as a name.
    fn part(&mut self) -> Option<String> {
        let (first, rest) = self.pieces.split_first()?;
        let name = first.name()?;
        self.pieces = rest;
        Some(name)
    }

    /// Names separated by commas.
    pub(super) fn names(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        while let Some(name) = self.name() {
            names.push(name);
            self.symbol(b'*');
            if !self.symbol(b',') {
                break;
            }
            self.eat("ONLY");
        }
        names
    }

    /// What stands in parentheses, if those come next.
    pub(super) fn group(&mut self) -> Option<&'p [Piece<'a>]> {
        if !self.pieces.first()?.is_symbol(b'(') {
            return None;
        }
        let inside = &self.pieces[1..];
        let end = at_top(inside, |piece| piece.is_symbol(b')')).unwrap_or(inside.len());
        self.pieces = inside.get(end + 1..).unwrap_or_default();
        Some(&inside[..end])
    }

    /// Everything up to the first of these words outside parentheses, or to the end.
    pub(super) fn until(&mut self, words: &[&str]) -> &'p [Piece<'a>] {
        let end = at_top(self.pieces, |piece| words.iter().any(|w| piece.is(w)))
            .unwrap_or(self.pieces.len());
        let (before, rest) = self.pieces.split_at(end);
        self.pieces = rest;
        before
    }
}

/// The first piece outside parentheses that fits; a parenthesis that closes none counts as outside.
pub(super) fn at_top(pieces: &[Piece<'_>], fits: impl Fn(&Piece<'_>) -> bool) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, piece) in pieces.iter().enumerate() {
        if depth == 0 && fits(piece) {
            return Some(at);
        }
        match piece.kind {
            PieceKind::Symbol(b'(') => depth += 1,
            PieceKind::Symbol(b')') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// Whether the words stand somewhere in the row, one behind the other.
pub(super) fn has(pieces: &[Piece<'_>], words: &str) -> bool {
    (0..pieces.len()).any(|at| Cursor::new(&pieces[at..]).sees(words))
}

/// The parts between the commas outside parentheses.
pub(super) fn parts<'p, 'a>(mut pieces: &'p [Piece<'a>]) -> Vec<&'p [Piece<'a>]> {
    let mut parts = Vec::new();
    while let Some(comma) = at_top(pieces, |piece| piece.is_symbol(b',')) {
        parts.push(&pieces[..comma]);
        pieces = &pieces[comma + 1..];
    }
    if !pieces.is_empty() {
        parts.push(pieces);
    }
    parts
}

/// The pieces as text in small letters, with one space between two words.
pub(super) fn text(pieces: &[Piece<'_>]) -> String {
    let mut text = String::new();
    let mut after_word = false;
    for piece in pieces {
        let is_word = !matches!(piece.kind, PieceKind::Symbol(_));
        if is_word && after_word {
            text.push(' ');
        }
        match piece.kind {
            PieceKind::Word => text += &piece.text.to_lowercase(),
            _ => text += piece.text,
        }
        after_word = is_word || piece.is_symbol(b')');
    }
    text
}
