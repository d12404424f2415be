//! Brings what the models declare into an engine's words.

mod columns;
mod constraints;
#[cfg(test)]
pub(in crate::schema) mod fake;
mod keys;
mod matching;
pub(in crate::schema) mod names;
mod renamed;
#[cfg(test)]
mod tests;
pub(in crate::schema) mod types;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    EnumType, Name, PrimaryKey, Schema, Table,
    declared::{DeclaredTable, ModelError, Models, Spot},
    dialect::{CustomType, Dialect, Named},
    questioner::Renames,
};

/// Which things the models have the last word on. What they have not is left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Indexes.
    pub indexes: bool,
    /// Column defaults.
    pub defaults: bool,
    /// Unique constraints.
    pub uniques: bool,
    /// Check constraints.
    pub checks: bool,
    /// Everything else that `table!` alone cannot say: exact types, foreign keys, collations,
    /// generated columns, how columns count up.
    pub details: bool,
}

/// The schema the models ask for. What they leave unsaid is taken from the schema that is there:
/// comments, options and extras always, names of constraints that are not named, and whatever is
/// outside the scope.
///
/// Tables that no model declares are left out, unless a declared foreign key refers to them; views
/// and `@unmanaged` tables are as they are.
///
/// # Errors
///
/// Types that the engine has not, and references to tables or columns that are not there.
pub fn lower(
    models: &Models,
    dialect: &dyn Dialect,
    from: &Schema,
    renames: &Renames,
    scope: Scope,
) -> Result<Schema, Vec<ModelError>> {
    let before = renamed::renamed(models, dialect, from, renames);
    let mut lowering = Lowering::new(models, dialect, &before, scope);
    let mut schema = Schema {
        schemas: before.schemas.clone(),
        views: before.views.clone(),
        ..Schema::default()
    };
    lowering.kept_tables(&mut schema);
    let mut managed = Vec::new();
    for declared in &models.tables {
        let name = lowering.name(&declared.name);
        if declared.unmanaged || before.views.contains_key(&name) {
            continue;
        }
        let table = lowering.table(declared, name.clone());
        schema.tables.insert(name.clone(), table);
        managed.push((declared, name));
    }
    for (declared, name) in &managed {
        lowering.foreign_keys(declared, name, &mut schema);
    }
    lowering.joins(&mut schema);
    names::complete(&mut schema, dialect);
    lowering.enums(&mut schema);
    let tables = schema.tables.keys().chain(schema.enums.keys());
    let schemas: BTreeSet<String> = tables.filter_map(|name| name.schema.clone()).collect();
    schema.schemas.extend(schemas);
    lowering.errors.sort_by_key(|(at, _)| *at);
    if lowering.errors.is_empty() {
        Ok(schema.canonical())
    } else {
        Err(lowering
            .errors
            .into_iter()
            .map(|(_, error)| error)
            .collect())
    }
}

/// What all the steps look at.
struct Lowering<'a> {
    models: &'a Models,
    dialect: &'a dyn Dialect,
    /// The schema that is there, with everything renamed already.
    before: &'a Schema,
    scope: Scope,
    /// The engine's attribute on structs of `sql_types`.
    attribute: &'static str,
    /// The declared tables by their names; of two the one that is managed.
    declared: BTreeMap<Name, &'a DeclaredTable>,
    errors: Vec<(Spot, ModelError)>,
}

impl<'a> Lowering<'a> {
    fn new(models: &'a Models, dialect: &'a dyn Dialect, before: &'a Schema, scope: Scope) -> Self {
        let mut declared = BTreeMap::new();
        let unmanaged = models.tables.iter().filter(|table| table.unmanaged);
        let managed = models.tables.iter().filter(|table| !table.unmanaged);
        for table in unmanaged.chain(managed) {
            declared.insert(names::in_default(before, &table.name), table);
        }
        Self {
            models,
            dialect,
            before,
            scope,
            attribute: dialect.type_attribute(),
            declared,
            errors: Vec::new(),
        }
    }

    fn error(&mut self, at: Spot, message: impl Into<String>, hint: Option<String>) {
        let error = self.models.error(at, message, hint);
        self.errors.push((at, error));
    }

    fn name(&self, name: &Name) -> Name {
        names::in_default(self.before, name)
    }

    /// Tables that no model can change.
    fn kept_tables(&self, schema: &mut Schema) {
        for (name, table) in &self.before.tables {
            let declared = self.declared.get(name);
            // `table!` cannot say a table without columns.
            let sayable = !table.columns.is_empty();
            if declared.map_or(!sayable, |declared| declared.unmanaged) {
                schema.tables.insert(name.clone(), table.clone());
            }
        }
    }

    fn table(&mut self, declared: &DeclaredTable, name: Name) -> Table {
        let before = self.before.tables.get(&name);
        let mut table = Table::new(name);
        if let Some(before) = before {
            table.comment.clone_from(&before.comment);
            table.options.clone_from(&before.options);
        }
        for column in &declared.columns {
            if let Some(column) = self.column(&table.name, column, before) {
                table.columns.insert(column.name.clone(), column);
            }
        }
        table.primary_key = self.primary_key(declared, &table.name, before);
        self.uniques(declared, &mut table, before);
        self.indexes(declared, &mut table, before);
        self.checks(declared, &mut table, before);
        table
    }

    fn primary_key(
        &self,
        declared: &DeclaredTable,
        name: &Name,
        before: Option<&Table>,
    ) -> Option<PrimaryKey> {
        let is_without = before.is_some_and(|before| before.primary_key.is_none());
        if declared.keyless || (is_without && !self.scope.details) {
            return None;
        }
        let before = before.and_then(|before| before.primary_key.as_ref());
        let columns = declared.primary_key.clone();
        let named = declared.primary_key_name.clone();
        let named = named.or_else(|| before.and_then(|before| before.name.clone()));
        Some(PrimaryKey {
            name: named.or_else(|| self.dialect.default_name(Named::PrimaryKey, name, &columns)),
            columns,
        })
    }

    /// The struct of a column, in the engine's words.
    fn custom(&self, index: usize) -> Option<CustomType> {
        let declared = self.models.types.get(index)?;
        let sql_name = types::sql_name(declared, self.attribute)?;
        let sql_name = self.name(&sql_name);
        let existing = self.before.enums.get(&sql_name);
        Some(CustomType {
            rust_name: declared.rust_name.clone(),
            labels: declared.labels.clone(),
            sql_name: existing.map_or(sql_name, |existing| existing.name.clone()),
        })
    }

    /// The enum types: those that structs declare, and those nothing can say.
    fn enums(&self, schema: &mut Schema) {
        if self.attribute != types::POSTGRES {
            return;
        }
        let mut declared = BTreeSet::new();
        for (index, _) in self.models.types.iter().enumerate() {
            let Some(custom) = self.custom(index) else {
                continue;
            };
            declared.insert(custom.sql_name.clone());
            let labels = custom.labels.or_else(|| {
                let existing = self.before.enums.get(&custom.sql_name);
                existing.map(|existing| existing.labels.clone())
            });
            if let Some(labels) = labels {
                let name = custom.sql_name;
                schema.enums.insert(name.clone(), EnumType { name, labels });
            }
        }
        for (name, existing) in &self.before.enums {
            let is_kept = !declared.contains(name)
                && (!self.scope.details || types::is_used(self.dialect, schema, name));
            if is_kept {
                schema.enums.insert(name.clone(), existing.clone());
            }
        }
    }
}
