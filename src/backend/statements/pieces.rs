//! The tokens of a statement, for whoever asks what it does.

use super::{
    Statement,
    lexer::{Kind, Lexer},
    unquoted,
};

/// What a piece of a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// A keyword or an unquoted identifier.
    Word,
    /// A quoted identifier.
    Name,
    /// A string, number, parameter or variable.
    Literal,
    /// Any other character.
    Symbol(u8),
}

/// A piece of a statement: comments and white space are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// What it is.
    pub kind: PieceKind,
    /// As it is written, with its quotes.
    pub text: &'a str,
    /// Where it begins, in bytes from the start of the statement.
    pub start: usize,
}

impl Piece<'_> {
    /// Whether it is this bare word, in whatever case.
    pub fn is(&self, word: &str) -> bool {
        self.kind == PieceKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is this character.
    pub fn is_symbol(&self, symbol: u8) -> bool {
        self.kind == PieceKind::Symbol(symbol)
    }

    /// The name it would be, without its quotes.
    pub fn name(&self) -> Option<String> {
        match self.kind {
            PieceKind::Word => Some(self.text.to_owned()),
            PieceKind::Name => Some(unquoted(self.text)),
            PieceKind::Literal | PieceKind::Symbol(_) => None,
        }
    }
}

impl<'a> Statement<'a> {
    /// Its pieces, in order. What stands in `/*! ... */` is among them.
    pub fn pieces(&self) -> Vec<Piece<'a>> {
        let sql = self.sql;
        Lexer::new(self.dialect, sql)
            .filter_map(|token| {
                let kind = match token.kind {
                    Kind::Word => PieceKind::Word,
                    Kind::Name => PieceKind::Name,
                    Kind::Literal => PieceKind::Literal,
                    Kind::Symbol(symbol) => PieceKind::Symbol(symbol),
                    Kind::CodeOpen | Kind::CodeClose | Kind::Delimiter => return None,
                };
                Some(Piece {
                    kind,
                    text: &sql[token.start..token.end],
                    start: token.start,
                })
            })
            .collect()
    }
}
