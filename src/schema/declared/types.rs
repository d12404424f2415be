//! The structs of `sql_types`, and which of them a column means.

use syn::{Attribute, Ident, LitStr, ext::IdentExt, meta::ParseNestedMeta};

use super::{
    super::Name,
    DeclaredType, Scope, closeness,
    directive::{self, Directive, On},
    docs::{self, File},
    source::{Reading, spot},
};

/// Adds a struct, if it derives `SqlType`.
pub(super) fn add(
    reading: &mut Reading,
    file: &File<'_>,
    scope: &Scope,
    ident: &Ident,
    attributes: &[Attribute],
) {
    if !derives_sql_type(attributes) {
        return;
    }
    let mut declared = DeclaredType {
        rust_name: ident.unraw().to_string(),
        at: spot(file.index, ident.span()),
        scope: scope.clone(),
        postgres: None,
        mysql: None,
        sqlite: None,
        labels: None,
    };
    for attribute in attributes {
        // What Diesel's derive refuses is the compiler's to say.
        if attribute.path().is_ident("diesel") {
            let _ = attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("postgres_type") {
                    declared.postgres = named(&meta)?;
                } else if meta.path.is_ident("mysql_type") {
                    declared.mysql = named(&meta)?.map(|name| name.name);
                } else if meta.path.is_ident("sqlite_type") {
                    declared.sqlite = named(&meta)?.map(|name| name.name);
                } else {
                    skip(&meta)?;
                }
                Ok(())
            });
        } else if attribute.path().is_ident("postgres") {
            declared.postgres = old(attribute, "type_name").or(declared.postgres);
        } else if attribute.path().is_ident("mysql_type") {
            declared.mysql = old_value(attribute).or(declared.mysql);
        } else if attribute.path().is_ident("sqlite_type") {
            declared.sqlite = old_value(attribute).or(declared.sqlite);
        }
    }
    for written in docs::directives(attributes, file) {
        match directive::parse(&written.text, On::Type) {
            Ok((Directive::Enum(labels), _)) if declared.labels.is_none() => {
                reading.models.directives = true;
                declared.labels = Some(labels);
            }
            Ok((_, range)) => {
                reading.error(written.spot(&range), "`@enum` stands twice", None);
            }
            Err(problem) => {
                reading.error(written.spot(&problem.range), problem.message, problem.hint);
            }
        }
    }
    reading.models.types.push(declared);
}

fn derives_sql_type(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let mut found = false;
        attribute.path().is_ident("derive")
            && attribute
                .parse_nested_meta(|meta| {
                    let last = meta.path.segments.last();
                    found |= last.is_some_and(|segment| segment.ident == "SqlType");
                    Ok(())
                })
                .is_ok()
            && found
    })
}

/// `(name = "mood", schema = "app")`.
fn named(meta: &ParseNestedMeta<'_>) -> syn::Result<Option<Name>> {
    let (mut name, mut schema) = (None, None);
    meta.parse_nested_meta(|meta| {
        if meta.path.is_ident("name") {
            name = Some(meta.value()?.parse::<LitStr>()?.value());
        } else if meta.path.is_ident("schema") {
            schema = Some(meta.value()?.parse::<LitStr>()?.value());
        } else {
            skip(&meta)?;
        }
        Ok(())
    })?;
    Ok(name.map(|name| Name { schema, name }))
}

fn skip(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.peek(syn::Token![=]) {
        meta.value()?.parse::<syn::Expr>()?;
    } else if meta.input.peek(syn::token::Paren) {
        let content;
        syn::parenthesized!(content in meta.input);
        content.parse::<proc_macro2::TokenStream>()?;
    }
    Ok(())
}

/// Diesel 1's `#[postgres(type_name = "mood")]`.
fn old(attribute: &Attribute, key: &str) -> Option<Name> {
    let mut name = None;
    let parsed = attribute.parse_nested_meta(|meta| {
        if meta.path.is_ident(key) {
            name = Some(meta.value()?.parse::<LitStr>()?.value());
        } else {
            skip(&meta)?;
        }
        Ok(())
    });
    parsed.ok().and(name).map(Name::new)
}

/// Diesel 1's `#[mysql_type = "Enum"]`.
fn old_value(attribute: &Attribute) -> Option<String> {
    match &attribute.meta.require_name_value().ok()?.value {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

/// Finds out which struct every column means, once all files are read.
///
/// A type that a `use` line or a path names is that struct; one that only a glob can bring in is
/// Diesel's own where Diesel has one of that name, which the engine decides later.
pub(super) fn resolve(reading: &mut Reading) {
    let models = &mut reading.models;
    for (table, imports) in models.tables.iter_mut().zip(&reading.imports) {
        for column in &mut table.columns {
            let mut leaf = &mut column.diesel_type;
            while !leaf.arguments.is_empty() {
                leaf = &mut leaf.arguments[0];
            }
            if let Some((real, is_custom)) = imports.get(&leaf.name) {
                leaf.name.clone_from(real);
                column.is_custom |= is_custom;
            }
            let name = &leaf.name;
            column.custom = models
                .types
                .iter()
                .enumerate()
                .filter(|(_, declared)| declared.rust_name == *name)
                .max_by_key(|(index, declared)| {
                    let schema = declared.postgres.as_ref().map(|name| &name.schema);
                    (
                        closeness(&declared.scope, &table.scope),
                        schema == Some(&table.name.schema),
                        std::cmp::Reverse(*index),
                    )
                })
                .map(|(index, _)| index);
        }
    }
}
