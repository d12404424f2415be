//! Finds the macros and structs in files, wherever they stand.

use std::collections::BTreeMap;

use proc_macro2::Span;
use syn::{Attribute, Ident, Item, Token, ext::IdentExt, parse::Parse};

use super::{
    DeclaredTable, Join, ModelError, Models, Placed, Scope, SourceFile, Spot,
    docs::{self, File},
    table, types,
};

/// What is read so far, and what is wrong.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) models: Models,
    pub(super) errors: Vec<(Spot, ModelError)>,
    /// The types that the `use` lines of a table bring in by name, one map for each table.
    pub(super) imports: Vec<Imports>,
}

/// Types by their names in a `table!`: their real names, and whether they are none of Diesel's.
pub(super) type Imports = BTreeMap<String, (String, bool)>;

impl Reading {
    pub(super) fn error(&mut self, at: Spot, message: impl Into<String>, hint: Option<String>) {
        let error = self.models.error(at, message, hint);
        self.errors.push((at, error));
    }

    /// An error of `syn`, in our manner: a small first letter.
    fn syntax(&mut self, file: usize, error: &syn::Error) {
        for error in error.clone() {
            let message = match error.to_string().as_str() {
                "cannot parse string into token stream" => {
                    "a bracket or quote is never closed, or this is no Rust".to_owned()
                }
                message => message.to_owned(),
            };
            let mut chars = message.chars();
            let first = chars.next().map(|c| c.to_ascii_lowercase());
            let message: String = first.into_iter().chain(chars).collect();
            self.error(spot(file, error.span()), message, None);
        }
    }
}

/// Where a token stands.
pub(super) fn spot(file: usize, span: Span) -> Spot {
    let (start, end) = (span.start(), span.end());
    let length = if start.line == end.line {
        end.column.saturating_sub(start.column)
    } else {
        1
    };
    Spot {
        file,
        line: start.line,
        column: start.column + 1,
        length: length.max(1),
    }
}

pub(super) fn read(files: &[SourceFile]) -> Result<Models, Vec<ModelError>> {
    let mut reading = Reading::default();
    for (index, source) in files.iter().enumerate() {
        reading.models.files.push(source.path.clone());
        let file = File {
            index,
            lines: source.text.lines().collect(),
        };
        match syn::parse_file(&source.text) {
            Ok(parsed) if is_test(&parsed.attrs) => {}
            Ok(parsed) => {
                let scope = Scope {
                    file: index,
                    modules: Vec::new(),
                };
                items(&mut reading, &file, &scope, &parsed.items);
            }
            Err(error) => reading.syntax(index, &error),
        }
        // Nothing holds a span any more, and the texts behind them would pile up.
        proc_macro2::extra::invalidate_current_thread_spans();
    }
    duplicates(&mut reading);
    types::resolve(&mut reading);
    reading.errors.sort_by_key(|(at, _)| *at);
    if reading.errors.is_empty() {
        Ok(reading.models)
    } else {
        Err(reading.errors.into_iter().map(|(_, error)| error).collect())
    }
}

fn items(reading: &mut Reading, file: &File<'_>, scope: &Scope, items: &[Item]) {
    for item in items {
        match item {
            Item::Mod(module) if !is_test(&module.attrs) => {
                let mut inner = scope.clone();
                inner.modules.push(module.ident.unraw().to_string());
                if let Some((_, content)) = &module.content {
                    self::items(reading, file, &inner, content);
                }
            }
            Item::Macro(item) if !is_test(&item.attrs) => {
                let name = item.mac.path.segments.last();
                let name = name.map(|segment| segment.ident.to_string());
                match name.as_deref() {
                    Some("table") => {
                        misplaced(reading, file, &item.attrs);
                        match item.mac.parse_body() {
                            Ok(declared) => table::add(reading, file, scope, &declared, false),
                            Err(error) => reading.syntax(file.index, &error),
                        }
                    }
                    // Its grammar is not settled yet; what looks like a table's is read.
                    Some("view") => {
                        if let Ok(declared) = item.mac.parse_body() {
                            table::add(reading, file, scope, &declared, true);
                        }
                    }
                    Some("joinable") => match item.mac.parse_body::<Joinable>() {
                        Ok(join) => reading.models.joins.push(join.declared(scope)),
                        Err(error) => reading.syntax(file.index, &error),
                    },
                    _ => {}
                }
            }
            Item::Struct(item) if !is_test(&item.attrs) => {
                types::add(reading, file, scope, &item.ident, &item.attrs);
            }
            Item::Enum(item) if !is_test(&item.attrs) => {
                types::add(reading, file, scope, &item.ident, &item.attrs);
            }
            _ => {}
        }
    }
}

/// A directive above `table!` itself would be overlooked.
fn misplaced(reading: &mut Reading, file: &File<'_>, attributes: &[Attribute]) {
    for written in docs::directives(attributes, file) {
        let end = written.text.find(char::is_whitespace);
        let at = written.spot(&(0..end.unwrap_or(written.text.len())));
        let hint = "directives stand inside `table!`, above the name of the table";
        reading.error(
            at,
            "this directive stands outside `table!`",
            Some(hint.to_owned()),
        );
    }
}

/// `#[cfg(test)]`, `#[cfg(all(test, ...))]`.
fn is_test(attributes: &[Attribute]) -> bool {
    fn requires_test(meta: &syn::Meta) -> bool {
        let inner = |list: &syn::MetaList| {
            list.parse_args_with(
                syn::punctuated::Punctuated::<syn::Meta, Token![,]>::parse_terminated,
            )
        };
        match meta {
            syn::Meta::Path(path) => path.is_ident("test"),
            syn::Meta::List(list) if list.path.is_ident("cfg") || list.path.is_ident("all") => {
                inner(list).is_ok_and(|metas| metas.iter().any(requires_test))
            }
            _ => false,
        }
    }
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("cfg") && requires_test(&attribute.meta))
}

/// `child -> parent (column)`.
struct Joinable {
    child: Ident,
    parent: Ident,
    column: Ident,
}

impl Parse for Joinable {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let last = |path: syn::Path, input: syn::parse::ParseStream<'_>| {
            let segment = path.segments.into_iter().next_back();
            segment
                .map(|segment| segment.ident)
                .ok_or_else(|| input.error("expected a table"))
        };
        let child = last(input.call(syn::Path::parse_mod_style)?, input)?;
        input.parse::<Token![->]>()?;
        let parent = last(input.call(syn::Path::parse_mod_style)?, input)?;
        let content;
        syn::parenthesized!(content in input);
        let column = content.parse()?;
        input.parse::<Option<Token![,]>>()?;
        Ok(Self {
            child,
            parent,
            column,
        })
    }
}

impl Joinable {
    fn declared(&self, scope: &Scope) -> Join {
        Join {
            scope: scope.clone(),
            child: placed(scope.file, &self.child),
            parent: placed(scope.file, &self.parent),
            column: placed(scope.file, &self.column),
        }
    }
}

fn placed(file: usize, ident: &Ident) -> Placed<String> {
    Placed {
        value: ident.unraw().to_string(),
        at: spot(file, ident.span()),
    }
}

/// Two tables of one name are an error, unless one of them is `@unmanaged`: that one is left out.
fn duplicates(reading: &mut Reading) {
    let mut first: BTreeMap<&super::Name, &DeclaredTable> = BTreeMap::new();
    let mut twice = Vec::new();
    for table in reading
        .models
        .tables
        .iter()
        .filter(|table| !table.unmanaged)
    {
        if let Some(other) = first.insert(&table.name, table) {
            twice.push((table.name.clone(), table.at, other.at));
            first.insert(&table.name, other);
        }
    }
    for (name, at, first) in twice {
        let path = reading.models.files.get(first.file);
        let path = path.map(|path| path.display().to_string());
        let place = format!("{}:{}", path.unwrap_or_default(), first.line);
        reading.error(
            at,
            format!("table `{name}` is declared twice"),
            Some(format!(
                "the first is at {place}; `@unmanaged` on one of them leaves it out"
            )),
        );
    }
}
