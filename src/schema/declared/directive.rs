//! The grammar of directives: `@index (a, b) unique where c > 0`.
//!
//! Names, keywords and parentheses are `manage`'s; the SQL inside parentheses is the engine's, and is
//! taken as it stands.

use std::ops::Range;

use super::{
    super::{
        Action, Auto, Deferrable, Generated, IndexPart, Name,
        expression::{self, Kind, Token},
    },
    did_you_mean, part,
};

/// What a directive says; names of columns are those of the database already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Directive {
    Index(Index),
    Unique(Unique),
    Check(Check),
    References(References),
    RenamedFrom(Name),
    Unmanaged,
    Keyless,
    PrimaryKey(String),
    Schema(String),
    Type(String),
    Default {
        default: Option<String>,
        on_update: Option<String>,
    },
    Generated(Generated),
    Auto(Auto),
    Collate(String),
    Enum(Vec<String>),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Index {
    pub(super) name: Option<String>,
    pub(super) parts: Vec<IndexPart>,
    pub(super) unique: bool,
    pub(super) method: Option<String>,
    pub(super) predicate: Option<String>,
    pub(super) include: Vec<String>,
    pub(super) nulls_not_distinct: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unique {
    pub(super) name: Option<String>,
    pub(super) columns: Vec<String>,
    pub(super) nulls_not_distinct: bool,
    pub(super) deferrable: Deferrable,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Check {
    pub(super) name: Option<String>,
    pub(super) expression: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct References {
    pub(super) name: Option<String>,
    pub(super) columns: Vec<String>,
    pub(super) table: (Name, Range<usize>),
    pub(super) referred: Vec<(String, Range<usize>)>,
    pub(super) on_delete: Action,
    pub(super) on_update: Action,
    pub(super) deferrable: Deferrable,
}

/// What is wrong with a directive, and where in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) range: Range<usize>,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

/// What a directive stands on.
#[derive(Clone, Copy, Debug)]
pub(super) enum On<'a> {
    /// A table, of these columns.
    Table(&'a Columns),
    /// A column.
    Column(&'a Columns, &'a str),
    /// A struct of `sql_types`.
    Type,
}

impl On<'_> {
    const fn word(self) -> &'static str {
        match self {
            Self::Table(_) => "a table",
            Self::Column(..) => "a column",
            Self::Type => "a struct of `sql_types`",
        }
    }

    const fn known(self) -> &'static [&'static str] {
        match self {
            Self::Table(_) => TABLE,
            Self::Column(..) => COLUMN,
            Self::Type => TYPE,
        }
    }
}

const TABLE: &[&str] = &[
    "check",
    "index",
    "keyless",
    "primary_key",
    "references",
    "renamed_from",
    "schema",
    "unique",
    "unmanaged",
];
const COLUMN: &[&str] = &[
    "check",
    "collate",
    "default",
    "generated",
    "identity",
    "index",
    "on_update",
    "references",
    "renamed_from",
    "serial",
    "type",
    "unique",
];
const TYPE: &[&str] = &["enum"];

/// The columns of a table, as directives may name them.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    pub(super) table: String,
    /// Names in the database and in Rust.
    pub(super) names: Vec<(String, String)>,
}

impl Columns {
    /// The column's name in the database.
    pub(super) fn find(&self, name: &str) -> Option<&str> {
        let by_sql = self.names.iter().find(|(sql, _)| sql == name);
        by_sql
            .or_else(|| self.names.iter().find(|(_, rust)| rust == name))
            .map(|(sql, _)| sql.as_str())
    }

    /// The same, or what is wrong.
    pub(super) fn require(&self, name: &str, range: Range<usize>) -> Result<String, Problem> {
        self.find(name).map(str::to_owned).ok_or_else(|| Problem {
            range,
            message: format!("table `{}` has no column `{name}`", self.table),
            hint: did_you_mean(name, self.names.iter().map(|(sql, _)| sql.as_str())),
        })
    }
}

/// Reads one directive, from its `@` on, and says where its own name stands.
pub(super) fn parse(text: &str, on: On<'_>) -> Result<(Directive, Range<usize>), Problem> {
    let end = text
        .char_indices()
        .skip(1)
        .find(|(_, c)| !c.is_alphanumeric() && *c != '_')
        .map_or(text.len(), |(index, _)| index);
    let named = 0..end;
    let name = text.get(1..end).unwrap_or_default();
    known(name, on).map_err(|(message, hint)| Problem {
        range: named.clone(),
        message,
        hint,
    })?;
    let mut parser = Parser::new(text, end)?;
    let directive = parser.directive(name, on)?;
    parser.finish(name)?;
    Ok((directive, named))
}

fn known(name: &str, on: On<'_>) -> Result<(), (String, Option<String>)> {
    if on.known().contains(&name) {
        return Ok(());
    }
    let places = [
        (TABLE, "a table"),
        (COLUMN, "a column"),
        (TYPE, "a struct of `sql_types`"),
    ];
    let homes: Vec<&str> = places
        .iter()
        .filter(|(names, _)| names.contains(&name))
        .map(|(_, place)| *place)
        .collect();
    if !homes.is_empty() {
        let message = format!(
            "`@{name}` belongs to {}, not to {}",
            homes.join(" or "),
            on.word()
        );
        return Err((message, None));
    }
    let all = places.iter().flat_map(|(names, _)| names.iter().copied());
    let own = did_you_mean(name, on.known().iter().copied()).or_else(|| did_you_mean(name, all));
    let hint = own.map_or_else(
        || {
            let known: Vec<String> = on.known().iter().map(|name| format!("`@{name}`")).collect();
            format!("{} can have {}", on.word(), known.join(", "))
        },
        |hint| hint.replacen('`', "`@", 1),
    );
    Err((format!("unknown directive `@{name}`"), Some(hint)))
}

/// Reads the tokens of a directive.
#[derive(Debug)]
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    /// The whole directive, where the text is a part of it.
    pub(super) whole: &'a str,
    tokens: Vec<Token>,
    at: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, from: usize) -> Result<Self, Problem> {
        let shifted = expression::tokens(text.get(from..).unwrap_or_default());
        let tokens: Vec<Token> = shifted
            .into_iter()
            .map(|token| Token {
                start: token.start + from,
                end: token.end + from,
                ..token
            })
            .collect();
        if let Some(open) = tokens.iter().find(|token| !token.closed) {
            let what = match open.kind {
                Kind::Comment => "comment",
                Kind::Quoted => "quoted name",
                _ => "string",
            };
            return Err(Problem {
                range: open.start..open.start + 1,
                message: format!("this {what} is never closed"),
                hint: None,
            });
        }
        Ok(Self {
            text,
            whole: text,
            tokens: tokens
                .into_iter()
                .filter(|token| token.kind != Kind::Comment)
                .collect(),
            at: 0,
        })
    }

    /// A parser of the tokens in a range of bytes.
    pub(super) fn within(&self, range: &Range<usize>) -> Self {
        Self {
            text: self.text.get(..range.end).unwrap_or_default(),
            whole: self.whole,
            tokens: self
                .tokens
                .iter()
                .filter(|token| token.start >= range.start && token.end <= range.end)
                .copied()
                .collect(),
            at: 0,
        }
    }

    pub(super) fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    pub(super) fn peek_after(&self) -> Option<Token> {
        self.tokens.get(self.at + 1).copied()
    }

    /// The byte behind the last token that was passed over.
    pub(super) fn before(&self) -> usize {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.map_or(0, |token| token.end)
    }

    pub(super) fn advance(&mut self) -> Option<Token> {
        let token = self.peek();
        self.at += usize::from(token.is_some());
        token
    }

    pub(super) fn is_symbol(&self, symbol: char) -> bool {
        self.peek().is_some_and(|t| t.kind == Kind::Symbol(symbol))
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.peek().is_some_and(|t| t.is_word(self.text, word))
    }

    /// Passes over some words, if they are what comes.
    pub(super) fn eat(&mut self, words: &[&str]) -> bool {
        let comes = words.iter().enumerate().all(|(index, word)| {
            self.tokens
                .get(self.at + index)
                .is_some_and(|token| token.is_word(self.text, word))
        });
        self.at += if comes { words.len() } else { 0 };
        comes
    }

    pub(super) fn expected(&self, what: &str) -> Problem {
        match self.peek() {
            Some(token) => Problem {
                range: token.start..token.end,
                message: format!("expected {what}, found `{}`", token.text(self.text)),
                hint: None,
            },
            None => {
                let range = self.text.len()..self.text.len() + 1;
                let found = match self.whole.get(range.clone()) {
                    Some(found) => format!("`{found}`"),
                    None => "the end of the directive".to_owned(),
                };
                Problem {
                    range,
                    message: format!("expected {what}, found {found}"),
                    hint: None,
                }
            }
        }
    }

    fn finish(&self, name: &str) -> Result<(), Problem> {
        self.peek().map_or(Ok(()), |token| {
            Err(Problem {
                range: token.start..token.end,
                message: format!("unexpected `{}` in `@{name}`", token.text(self.text)),
                hint: form(name).map(|form| format!("the form is `{form}`")),
            })
        })
    }

    /// A name, quoted or not, and where it stands.
    pub(super) fn name(&mut self, what: &str) -> Result<(String, Range<usize>), Problem> {
        let token = self.peek();
        match token.and_then(|token| Some((token, token.name(self.text)?))) {
            Some((token, name)) => {
                self.at += 1;
                Ok((name, token.start..token.end))
            }
            None => Err(self.expected(what)),
        }
    }

    /// `name` or `schema.name`.
    fn qualified(&mut self, what: &str) -> Result<(Name, Range<usize>), Problem> {
        let (first, start) = self.name(what)?;
        if !self.is_symbol('.') {
            return Ok((Name::new(first), start));
        }
        self.at += 1;
        let (second, end) = self.name(what)?;
        Ok((Name::within(first, second), start.start..end.end))
    }

    /// What stands between two parentheses, in bytes.
    pub(super) fn group(&mut self) -> Result<Range<usize>, Problem> {
        if !self.is_symbol('(') {
            return Err(self.expected("`(`"));
        }
        let open = self.advance();
        let open = open.map_or(0..0, |token| token.start..token.end);
        let mut depth = 1_usize;
        while let Some(token) = self.advance() {
            match token.kind {
                Kind::Symbol('(') => depth += 1,
                Kind::Symbol(')') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Ok(open.end..token.start);
            }
        }
        Err(Problem {
            range: open,
            message: "this `(` is never closed".to_owned(),
            hint: None,
        })
    }

    /// The SQL between two parentheses.
    fn expression(&mut self) -> Result<String, Problem> {
        let range = self.group()?;
        let sql = self.text.get(range.clone()).unwrap_or_default().trim();
        if sql.is_empty() {
            return Err(Problem {
                range: range.end..range.end + 1,
                message: "expected an expression, found `)`".to_owned(),
                hint: None,
            });
        }
        Ok(sql.to_owned())
    }

    /// The ranges between the commas of a range.
    fn split(&self, range: &Range<usize>) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let (mut start, mut depth) = (range.start, 0_usize);
        let inside = |token: &&Token| token.start >= range.start && token.end <= range.end;
        for token in self.tokens.iter().filter(inside) {
            match token.kind {
                Kind::Symbol('(' | '[') => depth += 1,
                Kind::Symbol(')' | ']') => depth = depth.saturating_sub(1),
                Kind::Symbol(',') if depth == 0 => {
                    parts.push(start..token.start);
                    start = token.end;
                }
                _ => {}
            }
        }
        parts.push(start..range.end);
        parts
    }

    /// `(a, b)`: names and where they stand.
    fn names(&mut self) -> Result<Vec<(String, Range<usize>)>, Problem> {
        let range = self.group()?;
        let mut names = Vec::new();
        for part in self.split(&range) {
            let mut parser = self.within(&part);
            let name = parser.name("a column")?;
            if parser.peek().is_some() {
                return Err(parser.expected("`,` or `)`"));
            }
            names.push(name);
        }
        Ok(names)
    }

    /// `(a, b)`: columns of the table.
    fn columns(&mut self, columns: &Columns) -> Result<Vec<String>, Problem> {
        let names = self.names()?;
        let found = names.into_iter();
        found
            .map(|(name, range)| columns.require(&name, range))
            .collect()
    }

    /// All that is left, as it stands.
    fn rest(&mut self, what: &str) -> Result<String, Problem> {
        let Some(token) = self.peek() else {
            return Err(self.expected(what));
        };
        self.at = self.tokens.len();
        Ok(self
            .text
            .get(token.start..)
            .unwrap_or_default()
            .trim()
            .to_owned())
    }

    fn directive(&mut self, name: &str, on: On<'_>) -> Result<Directive, Problem> {
        let columns = Columns::default();
        let (columns, own) = match on {
            On::Table(columns) => (columns, None),
            On::Column(columns, own) => (columns, Some(own)),
            On::Type => (&columns, None),
        };
        Ok(match name {
            "index" => Directive::Index(self.index(columns, own)?),
            "unique" => Directive::Unique(self.unique(columns, own)?),
            "check" => Directive::Check(Check {
                name: self.optional_name(false)?,
                expression: self.expression()?,
            }),
            "references" => Directive::References(self.references(columns, own)?),
            "renamed_from" if own.is_some() => {
                Directive::RenamedFrom(Name::new(self.name("the old name")?.0))
            }
            "renamed_from" => Directive::RenamedFrom(self.qualified("the old name")?.0),
            "unmanaged" => Directive::Unmanaged,
            "keyless" => Directive::Keyless,
            "primary_key" => Directive::PrimaryKey(self.name("a name")?.0),
            "schema" => Directive::Schema(self.name("a name")?.0),
            "type" => Directive::Type(self.rest("a type")?),
            "default" => self.default()?,
            "on_update" => Directive::Default {
                default: None,
                on_update: Some(self.rest("an expression")?),
            },
            "generated" => Directive::Generated(self.generated()?),
            "serial" => Directive::Auto(Auto::Serial),
            "identity" if self.eat(&["always"]) => Directive::Auto(Auto::IdentityAlways),
            "identity" => Directive::Auto(Auto::Identity),
            "collate" => Directive::Collate(self.collation()?),
            _ => Directive::Enum(self.labels()?),
        })
    }

    /// A name in front of parentheses, or, on a column, in front of words that come behind.
    fn optional_name(&mut self, on_column: bool) -> Result<Option<String>, Problem> {
        let Some(token) = self.peek() else {
            return Ok(None);
        };
        let is_tail =
            token.kind == Kind::Word && TAIL.iter().any(|word| token.is_word(self.text, word));
        if token.name(self.text).is_none() || (on_column && is_tail) {
            return Ok(None);
        }
        Ok(Some(self.name("a name")?.0))
    }

    fn index(&mut self, columns: &Columns, own: Option<&str>) -> Result<Index, Problem> {
        let mut index = Index {
            name: self.optional_name(own.is_some())?,
            ..Index::default()
        };
        if let Some(own) = own {
            index.parts.push(IndexPart::column(own));
        } else {
            let range = self.group()?;
            for range in self.split(&range) {
                index
                    .parts
                    .push(part::parse(&mut self.within(&range), columns)?);
            }
        }
        loop {
            if self.eat(&["unique"]) {
                index.unique = true;
            } else if self.eat(&["using"]) {
                let method = self.name("an index method")?.0.to_ascii_lowercase();
                index.method = Some(method).filter(|method| method != "btree");
            } else if self.eat(&["include"]) {
                index.include = self.columns(columns)?;
            } else if self.eat(&["nulls", "not", "distinct"]) {
                index.nulls_not_distinct = true;
            } else if self.eat(&["where"]) {
                index.predicate = Some(unwrap(&self.rest("a condition")?));
            } else {
                return Ok(index);
            }
        }
    }

    fn unique(&mut self, columns: &Columns, own: Option<&str>) -> Result<Unique, Problem> {
        let mut unique = Unique {
            name: self.optional_name(own.is_some())?,
            columns: match own {
                Some(own) => vec![own.to_owned()],
                None => self.columns(columns)?,
            },
            nulls_not_distinct: false,
            deferrable: Deferrable::No,
        };
        loop {
            if self.eat(&["nulls", "not", "distinct"]) {
                unique.nulls_not_distinct = true;
            } else if !self.deferrable(&mut unique.deferrable) {
                return Ok(unique);
            }
        }
    }

    fn references(&mut self, columns: &Columns, own: Option<&str>) -> Result<References, Problem> {
        let named = if own.is_some() {
            let second = self.peek_after();
            let two_names = second.is_some_and(|token| {
                token.name(self.text).is_some()
                    && !TAIL.iter().any(|word| token.is_word(self.text, word))
            });
            if two_names {
                Some(self.name("a name")?.0)
            } else {
                None
            }
        } else {
            self.optional_name(false)?
        };
        let columns = match own {
            Some(own) => vec![own.to_owned()],
            None => self.columns(columns)?,
        };
        let table = self.qualified("a table")?;
        let mut references = References {
            name: named,
            columns,
            table,
            referred: if self.is_symbol('(') {
                self.names()?
            } else {
                Vec::new()
            },
            on_delete: Action::NoAction,
            on_update: Action::NoAction,
            deferrable: Deferrable::No,
        };
        loop {
            if self.eat(&["on", "delete"]) {
                references.on_delete = self.action()?;
            } else if self.eat(&["on", "update"]) {
                references.on_update = self.action()?;
            } else if !self.deferrable(&mut references.deferrable) {
                return Ok(references);
            }
        }
    }

    fn deferrable(&mut self, deferrable: &mut Deferrable) -> bool {
        if !self.eat(&["deferrable"]) {
            return false;
        }
        *deferrable = if self.eat(&["initially", "deferred"]) {
            Deferrable::InitiallyDeferred
        } else {
            self.eat(&["initially", "immediate"]);
            Deferrable::InitiallyImmediate
        };
        true
    }

    fn action(&mut self) -> Result<Action, Problem> {
        for (words, action) in [
            (&["no", "action"][..], Action::NoAction),
            (&["restrict"], Action::Restrict),
            (&["cascade"], Action::Cascade),
            (&["set", "null"], Action::SetNull),
            (&["set", "default"], Action::SetDefault),
        ] {
            if self.eat(words) {
                return Ok(action);
            }
        }
        let what = "`no action`, `restrict`, `cascade`, `set null` or `set default`";
        Err(self.expected(what))
    }

    fn default(&mut self) -> Result<Directive, Problem> {
        let mut depth = 0_usize;
        let split = self.tokens.iter().enumerate().position(|(index, token)| {
            match token.kind {
                Kind::Symbol('(' | '[') => depth += 1,
                Kind::Symbol(')' | ']') => depth = depth.saturating_sub(1),
                _ => {}
            }
            let next = self.tokens.get(index + 1);
            depth == 0
                && token.is_word(self.text, "on")
                && next.is_some_and(|next| next.is_word(self.text, "update"))
        });
        let Some(split) = split else {
            return Ok(Directive::Default {
                default: Some(self.rest("an expression")?),
                on_update: None,
            });
        };
        if split == 0 {
            return Err(Problem {
                hint: Some("`@on_update` says what every update sets".to_owned()),
                ..self.expected("an expression")
            });
        }
        let start = self.peek().map_or(0, |token| token.start);
        let end = self.tokens.get(split).map_or(start, |token| token.start);
        self.at = split + 2;
        let default = self.text.get(start..end).unwrap_or_default().trim();
        Ok(Directive::Default {
            default: Some(default.to_owned()),
            on_update: Some(self.rest("an expression")?),
        })
    }

    fn generated(&mut self) -> Result<Generated, Problem> {
        let expression = self.expression()?;
        let stored = self.eat(&["stored"]);
        if !stored && !self.eat(&["virtual"]) {
            return Err(self.expected("`stored` or `virtual`"));
        }
        Ok(Generated { expression, stored })
    }

    /// A name alone is unquoted; anything longer is the engine's words.
    fn collation(&mut self) -> Result<String, Problem> {
        let first = self.peek().and_then(|token| token.name(self.text));
        let rest = self.rest("a collation")?;
        Ok(match first {
            Some(name) if self.tokens.len() == 1 => name,
            _ => rest,
        })
    }

    fn labels(&mut self) -> Result<Vec<String>, Problem> {
        let mut labels: Vec<String> = Vec::new();
        loop {
            let token = self.peek().filter(|token| {
                token.kind == Kind::Text && token.text(self.text).starts_with('\'')
            });
            let Some(token) = token else {
                return Err(self.expected("a label in single quotes"));
            };
            let text = token.text(self.text);
            let inner = text.get(1..text.len() - 1).unwrap_or_default();
            let label = inner.replace("''", "'");
            if labels.contains(&label) {
                return Err(Problem {
                    range: token.start..token.end,
                    message: format!("label {text} stands twice"),
                    hint: None,
                });
            }
            labels.push(label);
            self.at += 1;
            if !self.is_symbol(',') {
                return Ok(labels);
            }
            self.at += 1;
        }
    }
}

/// Words that come behind a name or a list.
const TAIL: &[&str] = &[
    "unique",
    "using",
    "include",
    "nulls",
    "where",
    "on",
    "deferrable",
];

/// How a directive is written.
fn form(name: &str) -> Option<&'static str> {
    Some(match name {
        "index" => {
            "@index [NAME] (COLUMNS) [unique] [using METHOD] [include (COLUMNS)] \
             [nulls not distinct] [where CONDITION]"
        }
        "unique" => {
            "@unique [NAME] (COLUMNS) [nulls not distinct] [deferrable [initially deferred]]"
        }
        "check" => "@check [NAME] (CONDITION)",
        "references" => {
            "@references [NAME] (COLUMNS) TABLE[(COLUMNS)] [on delete ACTION] [on update ACTION] \
             [deferrable [initially deferred]]"
        }
        "generated" => "@generated (EXPRESSION) stored|virtual",
        "identity" => "@identity [always]",
        "serial" => "@serial",
        "keyless" => "@keyless",
        "unmanaged" => "@unmanaged",
        "renamed_from" => "@renamed_from OLD",
        "primary_key" => "@primary_key NAME",
        "schema" => "@schema NAME",
        "enum" => "@enum 'a', 'b'",
        _ => return None,
    })
}

/// The text without the parentheses that stand round the whole of it.
pub(super) fn unwrap(sql: &str) -> String {
    let trimmed = sql.trim();
    let mut depth = 0_usize;
    let tokens = expression::tokens(trimmed);
    let whole = tokens.first().is_some_and(|t| t.kind == Kind::Symbol('('))
        && tokens.iter().enumerate().all(|(index, token)| {
            match token.kind {
                Kind::Symbol('(') => depth += 1,
                Kind::Symbol(')') => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth > 0 || index + 1 == tokens.len()
        });
    if whole && depth == 0 && trimmed.ends_with(')') {
        let inner = trimmed.get(1..trimmed.len() - 1).unwrap_or_default();
        inner.trim().to_owned()
    } else {
        trimmed.to_owned()
    }
}

/// Whether a name may stand in a directive without quotes.
fn is_plain_word(name: &str) -> bool {
    let mut chars = name.chars();
    let first = chars.next();
    let reserved = TAIL
        .iter()
        .chain(&["collate", "asc", "desc", "stored", "virtual", "always"]);
    first.is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !reserved
            .into_iter()
            .any(|word| name.eq_ignore_ascii_case(word))
}

/// A name as a directive writes it, in quotes where it needs them.
pub(in crate::schema) fn quoted(name: &str) -> String {
    if is_plain_word(name) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}
