//! The grammar of directives: `@index (a, b) unique where c > 0`.
//!
//! Names, keywords and parentheses are `manage`'s; the SQL inside parentheses is the engine's, and is
//! taken as it stands.

use std::ops::Range;

use super::{
    super::{Action, Auto, Deferrable, Generated, IndexPart, Name},
    did_you_mean,
    parser::Parser,
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

/// Words that come behind a name or a list.
pub(super) const TAIL: &[&str] = &[
    "unique",
    "using",
    "include",
    "nulls",
    "where",
    "on",
    "deferrable",
];

/// How a directive is written.
pub(super) fn form(name: &str) -> Option<&'static str> {
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
