//! One `table!`, and what its directives add to it.

use std::collections::{BTreeMap, BTreeSet};

use diesel_table_macro_syntax::{ColumnDef, TableDecl};
use syn::{GenericArgument, PathArguments, Type, TypePath, UseTree, ext::IdentExt};

use super::{
    super::{Name, dialect::DieselType},
    DeclaredCheck, DeclaredColumn, DeclaredIndex, DeclaredReference, DeclaredTable, DeclaredUnique,
    Placed, Scope, Spot,
    directive::{self, Columns, Directive, On},
    docs::{self, File, Written},
    find_column,
    source::{Imports, Reading, spot},
};

/// Adds a table.
pub(super) fn add(
    reading: &mut Reading,
    file: &File<'_>,
    scope: &Scope,
    declared: &TableDecl,
    is_view: bool,
) {
    let schema = declared
        .schema
        .as_ref()
        .map(|ident| ident.unraw().to_string());
    let mut table = DeclaredTable {
        name: name(schema, &declared.sql_name),
        rust_name: declared.table_name.unraw().to_string(),
        at: spot(file.index, declared.table_name.span()),
        scope: scope.clone(),
        columns: Vec::new(),
        primary_key: Vec::new(),
        primary_key_name: None,
        keyless: false,
        unmanaged: is_view,
        indexes: Vec::new(),
        uniques: Vec::new(),
        checks: Vec::new(),
        references: Vec::new(),
    };
    let mut written = Vec::new();
    for definition in &declared.column_defs {
        if let Some(column) = column(reading, file, definition) {
            if table.columns.iter().any(|other| other.name == column.name) {
                reading.error(
                    column.at,
                    format!("column `{}` is declared twice", column.name),
                    None,
                );
                continue;
            }
            written.push(docs::directives(&definition.meta, file));
            table.columns.push(column);
        }
    }
    primary_key(reading, file, declared, &mut table);
    let columns = Columns {
        table: table.name.to_string(),
        names: table
            .columns
            .iter()
            .map(|column| (column.name.clone(), column.rust_name.clone()))
            .collect(),
    };
    let mut adding = Adding {
        reading,
        table,
        columns,
        seen: BTreeSet::new(),
        renamed_from: None,
        old_columns: Vec::new(),
    };
    for written in docs::directives(&declared.meta, file) {
        adding.on_table(&written);
    }
    for (index, written) in written.iter().enumerate() {
        adding.seen.clear();
        for written in written {
            adding.on_column(index, written);
        }
    }
    adding.finish();
    reading.imports.push(imports(declared));
}

/// A name; Diesel prints `#[sql_name = "app.order"]` on tables of a schema, where `order` is meant.
fn name(schema: Option<String>, sql_name: &str) -> Name {
    let own = schema.as_ref().and_then(|schema| {
        let rest = sql_name.strip_prefix(schema.as_str())?;
        rest.strip_prefix('.')
    });
    Name {
        name: own.unwrap_or(sql_name).to_owned(),
        schema,
    }
}

fn primary_key(
    reading: &mut Reading,
    file: &File<'_>,
    declared: &TableDecl,
    table: &mut DeclaredTable,
) {
    let Some(key) = &declared.primary_keys else {
        match find_column(&table.columns, "id") {
            Some(column) => table.primary_key = vec![column.name.clone()],
            None => reading.error(
                table.at,
                format!(
                    "table `{}` has no column `id` for its primary key",
                    table.name
                ),
                Some(format!(
                    "name the columns of its key: `{} (...)`",
                    declared.table_name
                )),
            ),
        }
        return;
    };
    for ident in &key.keys {
        let rust_name = ident.unraw().to_string();
        let found = table.columns.iter().find(|c| c.rust_name == rust_name);
        match found.or_else(|| find_column(&table.columns, &rust_name)) {
            Some(column) => table.primary_key.push(column.name.clone()),
            None => reading.error(
                spot(file.index, ident.span()),
                format!("table `{}` has no column `{rust_name}`", table.name),
                super::did_you_mean(
                    &rust_name,
                    table.columns.iter().map(|column| column.rust_name.as_str()),
                ),
            ),
        }
    }
}

fn column(
    reading: &mut Reading,
    file: &File<'_>,
    definition: &ColumnDef,
) -> Option<DeclaredColumn> {
    let type_at = type_spot(file.index, &definition.tpe);
    let Some(mut diesel_type) = diesel_type(&definition.tpe) else {
        reading.error(type_at, "this is no SQL type", None);
        return None;
    };
    let mut nullable = false;
    while diesel_type.name == "Nullable" && diesel_type.arguments.len() == 1 {
        nullable = true;
        diesel_type = diesel_type.arguments.remove(0);
    }
    let max_length = match definition
        .max_length
        .as_ref()
        .map(|lit| (lit, lit.base10_parse()))
    {
        Some((_, Ok(length))) => Some(length),
        Some((lit, Err(_))) => {
            let at = spot(file.index, lit.span());
            reading.error(at, "`max_length` must be a number", None);
            None
        }
        None => None,
    };
    Some(DeclaredColumn {
        name: definition.sql_name.clone(),
        rust_name: definition.column_name.unraw().to_string(),
        at: spot(file.index, definition.column_name.span()),
        diesel_type,
        type_at,
        custom: None,
        is_custom: is_qualified(&definition.tpe),
        nullable,
        max_length,
        sql_type: None,
        default: None,
        on_update: None,
        auto: None,
        generated: None,
        collation: None,
    })
}

/// The path between the innermost angle brackets.
fn innermost(path: &TypePath) -> &TypePath {
    let mut path = path;
    while let Some(PathArguments::AngleBracketed(arguments)) =
        path.path.segments.last().map(|last| &last.arguments)
    {
        match arguments.args.first() {
            Some(GenericArgument::Type(Type::Path(inner))) => path = inner,
            _ => break,
        }
    }
    path
}

/// Where the innermost type stands.
fn type_spot(file: usize, path: &TypePath) -> Spot {
    let last = innermost(path).path.segments.last();
    last.map_or_else(Spot::default, |last| spot(file, last.ident.span()))
}

/// Whether a path leads to a type that is none of Diesel's.
fn is_qualified(path: &TypePath) -> bool {
    let segments = &innermost(path).path.segments;
    segments.len() > 1 && !segments.iter().any(|segment| segment.ident == "diesel")
}

fn diesel_type(path: &TypePath) -> Option<DieselType> {
    let last = path.path.segments.last()?;
    let mut found = DieselType::new(last.ident.unraw().to_string());
    match &last.arguments {
        PathArguments::None => {}
        PathArguments::AngleBracketed(arguments) => {
            for argument in &arguments.args {
                let GenericArgument::Type(Type::Path(inner)) = argument else {
                    return None;
                };
                found.arguments.push(diesel_type(inner)?);
            }
        }
        PathArguments::Parenthesized(_) => return None,
    }
    Some(found)
}

/// The types that `use` brings in by name: by the name here, the name there, and whether that is none
/// of Diesel's own.
fn imports(declared: &TableDecl) -> Imports {
    fn walk(tree: &UseTree, is_custom: bool, found: &mut Imports) {
        match tree {
            UseTree::Path(path) => walk(&path.tree, is_custom && path.ident != "diesel", found),
            UseTree::Group(group) => {
                for tree in &group.items {
                    walk(tree, is_custom, found);
                }
            }
            UseTree::Rename(rename) => {
                let name = rename.ident.unraw().to_string();
                found.insert(rename.rename.unraw().to_string(), (name, is_custom));
            }
            UseTree::Name(name) => {
                let name = name.ident.unraw().to_string();
                found.insert(name.clone(), (name, is_custom));
            }
            UseTree::Glob(_) => {}
        }
    }
    let mut found = BTreeMap::new();
    for item in &declared.use_statements {
        walk(&item.tree, true, &mut found);
    }
    found
}

/// A table whose directives are being read.
struct Adding<'a> {
    reading: &'a mut Reading,
    table: DeclaredTable,
    columns: Columns,
    /// Names of the directives that stand once at most, and have been read.
    seen: BTreeSet<&'static str>,
    renamed_from: Option<Name>,
    /// New and old names.
    old_columns: Vec<(String, String)>,
}

impl Adding<'_> {
    fn parse(&mut self, written: &Written, column: Option<&str>) -> Option<(Directive, Spot)> {
        let on = match column {
            Some(column) => On::Column(&self.columns, column),
            None => On::Table(&self.columns),
        };
        match directive::parse(&written.text, on) {
            Ok((directive, range)) => {
                let plain = matches!(
                    directive,
                    Directive::RenamedFrom(_) | Directive::Unmanaged | Directive::Schema(_)
                );
                self.reading.models.directives |= !plain;
                Some((directive, written.spot(&range)))
            }
            Err(problem) => {
                let at = written.spot(&problem.range);
                self.reading.error(at, problem.message, problem.hint);
                None
            }
        }
    }

    /// Whether a directive is the first of its kind, and contradicts none before it.
    fn first(&mut self, at: Spot, name: &'static str, against: &[&'static str]) -> bool {
        if !self.seen.insert(name) {
            self.reading
                .error(at, format!("`@{name}` stands twice"), None);
            return false;
        }
        if let Some(other) = against.iter().find(|other| self.seen.contains(**other)) {
            let message = format!("`@{name}` contradicts `@{other}`");
            self.reading.error(at, message, None);
            return false;
        }
        true
    }

    fn on_table(&mut self, written: &Written) {
        let Some((directive, at)) = self.parse(written, None) else {
            return;
        };
        match directive {
            Directive::RenamedFrom(old) => {
                if self.first(at, "renamed_from", &["unmanaged"]) {
                    self.renamed_from = Some(old);
                }
            }
            Directive::Unmanaged => {
                if self.first(at, "unmanaged", &["renamed_from"]) {
                    self.table.unmanaged = true;
                }
            }
            Directive::Keyless => {
                if self.first(at, "keyless", &["primary_key"]) {
                    self.table.keyless = true;
                }
            }
            Directive::PrimaryKey(name) => {
                if self.first(at, "primary_key", &["keyless"]) {
                    self.table.primary_key_name = Some(name);
                }
            }
            Directive::Schema(name) => {
                if self.first(at, "schema", &[]) {
                    self.table.name.schema = Some(name);
                }
            }
            other => self.item(other, written, at),
        }
    }

    fn on_column(&mut self, index: usize, written: &Written) {
        let Some(name) = self
            .table
            .columns
            .get(index)
            .map(|column| column.name.clone())
        else {
            return;
        };
        let Some((directive, at)) = self.parse(written, Some(&name)) else {
            return;
        };
        let (kind, against): (_, &[_]) = match &directive {
            Directive::RenamedFrom(_) => ("renamed_from", &[]),
            Directive::Type(_) => ("type", &[]),
            Directive::Default { default: None, .. } => ("on_update", &["generated"]),
            Directive::Default { .. } => ("default", &["serial", "identity", "generated"]),
            Directive::Generated(_) => {
                ("generated", &["default", "on_update", "serial", "identity"])
            }
            Directive::Auto(super::Auto::Serial) => {
                ("serial", &["default", "identity", "generated"])
            }
            Directive::Auto(_) => ("identity", &["default", "serial", "generated"]),
            Directive::Collate(_) => ("collate", &[]),
            _ => return self.item(directive, written, at),
        };
        if !self.first(at, kind, against) {
            return;
        }
        let Some(column) = self.table.columns.get_mut(index) else {
            return;
        };
        match directive {
            Directive::RenamedFrom(old) => self.old_columns.push((name, old.name)),
            Directive::Type(sql) => column.sql_type = Some(Placed { value: sql, at }),
            Directive::Default { default, on_update } => {
                if let Some(value) = default {
                    column.default = Some(Placed { value, at });
                }
                if let Some(value) = on_update {
                    if column.on_update.is_some() {
                        self.reading.error(at, "`on update` is said twice", None);
                    } else {
                        column.on_update = Some(Placed { value, at });
                    }
                }
            }
            Directive::Generated(value) => column.generated = Some(Placed { value, at }),
            Directive::Auto(value) => column.auto = Some(Placed { value, at }),
            Directive::Collate(value) => column.collation = Some(Placed { value, at }),
            _ => {}
        }
    }

    /// What may stand several times, on tables and columns alike.
    fn item(&mut self, directive: Directive, written: &Written, at: Spot) {
        let table = &mut self.table;
        match directive {
            Directive::Index(index) => table.indexes.push(DeclaredIndex {
                at,
                name: index.name,
                parts: index.parts,
                unique: index.unique,
                method: index.method,
                predicate: index.predicate,
                include: index.include,
                nulls_not_distinct: index.nulls_not_distinct,
            }),
            Directive::Unique(unique) => table.uniques.push(DeclaredUnique {
                at,
                name: unique.name,
                columns: unique.columns,
                nulls_not_distinct: unique.nulls_not_distinct,
                deferrable: unique.deferrable,
            }),
            Directive::Check(check) => table.checks.push(DeclaredCheck {
                at,
                name: check.name,
                expression: check.expression,
            }),
            Directive::References(references) => table.references.push(DeclaredReference {
                at,
                name: references.name,
                columns: references.columns,
                table: Placed {
                    at: written.spot(&references.table.1),
                    value: references.table.0,
                },
                referred: references
                    .referred
                    .into_iter()
                    .map(|(value, range)| Placed {
                        value,
                        at: written.spot(&range),
                    })
                    .collect(),
                on_delete: references.on_delete,
                on_update: references.on_update,
                deferrable: references.deferrable,
            }),
            _ => {}
        }
    }

    fn finish(self) {
        let name = self.table.name.clone();
        let renames = &mut self.reading.models.renames;
        if let Some(old) = self.renamed_from {
            // An old name alone was in the same schema.
            let old = Name {
                schema: old.schema.or_else(|| name.schema.clone()),
                name: old.name,
            };
            renames.tables.insert(name.clone(), old);
        }
        for (new, old) in self.old_columns {
            renames.columns.insert((name.clone(), new), old);
        }
        self.reading.models.tables.push(self.table);
    }
}
