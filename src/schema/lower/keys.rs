//! Foreign keys: those declared, those that are there, and those `joinable!` speaks of.

use super::{
    super::{
        Action, Deferrable, ForeignKey, Name, Schema, Table,
        declared::{DeclaredReference, DeclaredTable, Join, Placed, did_you_mean},
    },
    Lowering,
    matching::{Likeness, left_over, matches},
};

/// A table that something refers to.
#[derive(Clone)]
enum Target<'a> {
    /// One of the models.
    Declared(Name, &'a DeclaredTable),
    /// One that is there and that no model declares.
    Existing(&'a Table),
}

impl Target<'_> {
    fn name(&self) -> Name {
        match self {
            Self::Declared(name, _) => name.clone(),
            Self::Existing(table) => table.name.clone(),
        }
    }

    fn key(&self) -> &[String] {
        match self {
            Self::Declared(_, table) => &table.primary_key,
            Self::Existing(table) => table.key_columns(),
        }
    }

    fn column(&self, name: &str) -> Option<String> {
        match self {
            Self::Declared(_, table) => table.column(name).map(|column| column.name.clone()),
            Self::Existing(table) => table.columns.get(name).map(|column| column.name.clone()),
        }
    }

    /// The same by its name in Rust first, as macros name it.
    fn column_in_rust(&self, name: &str) -> Option<String> {
        let own = match self {
            Self::Declared(_, table) => table.columns.iter().find(|c| c.rust_name == name),
            Self::Existing(_) => None,
        };
        own.map_or_else(|| self.column(name), |column| Some(column.name.clone()))
    }

    fn columns(&self) -> Vec<&str> {
        match self {
            Self::Declared(_, table) => table.columns.iter().map(|c| c.name.as_str()).collect(),
            Self::Existing(table) => table.columns.keys().map(String::as_str).collect(),
        }
    }
}

impl<'a> Lowering<'a> {
    /// The foreign keys of a table, but for those of `joinable!`.
    pub(super) fn foreign_keys(
        &mut self,
        declared: &DeclaredTable,
        name: &Name,
        schema: &mut Schema,
    ) {
        let mut own = Vec::new();
        for reference in &declared.references {
            if let Some(key) = self.dangling(name, reference) {
                own.push(key);
                continue;
            }
            let Some((key, target)) = self.reference(declared, reference) else {
                continue;
            };
            // It stays as it is: dropping it would break what the models ask for.
            if let Target::Existing(table) = target {
                schema
                    .tables
                    .entry(table.name.clone())
                    .or_insert_with(|| table.clone());
            }
            own.push(key);
        }
        let before = self.before.tables.get(name);
        let known = before.map_or(&[][..], |before| &before.foreign_keys);
        let wanted: Vec<Option<String>> = own.iter().map(|key| key.name.clone()).collect();
        let wanted: Vec<Option<&str>> = wanted.iter().map(Option::as_deref).collect();
        let names: Vec<Option<&str>> = known.iter().map(|key| key.name.as_deref()).collect();
        let found = matches(&wanted, &names, |index, other| {
            match (own.get(index), known.get(other)) {
                (Some(own), Some(other)) if is_same(own, other) => Likeness::Same,
                _ => Likeness::None,
            }
        });
        for (key, found) in own.iter_mut().zip(&found) {
            if let Some(known) = found.and_then(|found| known.get(found.index)) {
                key.extra.clone_from(&known.extra);
                if key.name.is_none() {
                    key.name.clone_from(&known.name);
                }
            }
        }
        if !self.scope.details {
            for index in left_over(&wanted, &names, &found) {
                let key = known.get(index).filter(|key| stands(key, name, schema));
                own.extend(key.cloned());
            }
        }
        if let Some(table) = schema.tables.get_mut(name) {
            table.foreign_keys = own;
        }
    }

    /// A key that is there and leads nowhere, which SQLite takes.
    fn dangling(&self, name: &Name, reference: &DeclaredReference) -> Option<ForeignKey> {
        let before = self.before.tables.get(name)?;
        let target = self.name(&reference.table.value);
        let referred = || reference.referred.iter().map(|column| &column.value);
        let mut keys = before.foreign_keys.iter();
        let key = keys.find(|key| {
            key.table == target
                && key.columns == reference.columns
                && key.referred.iter().eq(referred())
                && key.on_delete == reference.on_delete
                && key.on_update == reference.on_update
                && key.deferrable == reference.deferrable
        })?;
        let is_there = |name: &String| {
            let before = self.before.tables.get(&target);
            let declared = self.declared.get(&target);
            before.is_some_and(|table| table.columns.contains_key(name))
                || declared.is_some_and(|table| table.column(name).is_some())
        };
        let knows_table =
            self.before.tables.contains_key(&target) || self.declared.contains_key(&target);
        let leads_somewhere = knows_table && key.referred.iter().all(is_there);
        (!leads_somewhere).then(|| ForeignKey {
            name: reference.name.clone().or_else(|| key.name.clone()),
            ..key.clone()
        })
    }

    fn reference(
        &mut self,
        declared: &DeclaredTable,
        reference: &DeclaredReference,
    ) -> Option<(ForeignKey, Target<'a>)> {
        let Some(target) = self.target(&reference.table.value, declared) else {
            let name = reference.table.value.to_string();
            let names = self.names();
            let hint = did_you_mean(&name, names.iter().map(String::as_str));
            self.error(reference.table.at, format!("unknown table `{name}`"), hint);
            return None;
        };
        let mut referred = Vec::new();
        for Placed { value, at } in &reference.referred {
            if let Some(column) = target.column(value) {
                referred.push(column);
            } else {
                let hint = did_you_mean(value, target.columns());
                let message = format!("table `{}` has no column `{value}`", target.name());
                self.error(*at, message, hint);
            }
        }
        if referred.len() < reference.referred.len() {
            return None;
        }
        if referred.is_empty() {
            referred = target.key().to_vec();
        }
        if referred.len() != reference.columns.len() {
            let columns = |columns: &[String]| match columns {
                [] => "no column".to_owned(),
                columns => format!("`{}`", columns.join("`, `")),
            };
            self.error(
                reference.at,
                format!(
                    "`@references` leads from {} to {}",
                    columns(&reference.columns),
                    columns(&referred)
                ),
                Some("both sides need as many columns".to_owned()),
            );
            return None;
        }
        let key = ForeignKey {
            name: reference.name.clone(),
            columns: reference.columns.clone(),
            table: target.name(),
            referred,
            on_delete: reference.on_delete,
            on_update: reference.on_update,
            deferrable: reference.deferrable,
            extra: Vec::new(),
        };
        Some((key, target))
    }

    /// The table that a name means: in the default schema, else in that of the table it stands on;
    /// else by its name in Rust.
    fn target(&self, name: &Name, near: &DeclaredTable) -> Option<Target<'a>> {
        let exact = self.name(name);
        let mut names = vec![exact];
        if let (None, Some(schema)) = (&name.schema, &near.name.schema) {
            names.push(Name::within(schema.clone(), name.name.clone()));
        }
        for name in names {
            if let Some(declared) = self.declared.get(&name).copied() {
                return Some(Target::Declared(name, declared));
            }
            if let Some(table) = self.before.tables.get(&name) {
                return Some(Target::Existing(table));
            }
        }
        let declared = self.models.table_in_rust(&name.name, &near.scope);
        let declared = declared.filter(|_| name.schema.is_none())?;
        Some(Target::Declared(self.name(&declared.name), declared))
    }

    fn names(&self) -> Vec<String> {
        let existing = self.before.tables.keys();
        let names = self.declared.keys().chain(existing);
        names.map(ToString::to_string).collect()
    }

    /// `joinable!` speaks of a foreign key to the parent's primary key.
    pub(super) fn joins(&mut self, schema: &mut Schema) {
        for join in &self.models.joins {
            self.join(join, schema);
        }
    }

    fn join(&mut self, join: &Join, schema: &mut Schema) {
        let child = self.joined(&join.child, join);
        let parent = self.joined(&join.parent, join);
        let (Some(child), Some(parent)) = (child, parent) else {
            return;
        };
        let Some(column) = child.column_in_rust(&join.column.value) else {
            let hint = did_you_mean(&join.column.value, child.columns());
            let message = format!(
                "table `{}` has no column `{}`",
                child.name(),
                join.column.value
            );
            self.error(join.column.at, message, hint);
            return;
        };
        let name = child.name();
        let is_managed = match &child {
            Target::Declared(_, declared) => !declared.unmanaged,
            Target::Existing(_) => false,
        };
        let is_new = self
            .before
            .tables
            .get(&name)
            .is_none_or(|before| !before.columns.contains_key(&column));
        let ([key], true, true, true) = (
            parent.key(),
            is_managed,
            self.scope.details || is_new,
            schema.tables.contains_key(&parent.name()),
        ) else {
            return;
        };
        let Some(table) = schema.tables.get_mut(&name) else {
            return;
        };
        let is_there = table
            .foreign_keys
            .iter()
            .any(|key| key.columns.iter().eq([&column]));
        if is_there {
            return;
        }
        let mut wanted = ForeignKey {
            name: None,
            columns: vec![column],
            table: parent.name(),
            referred: vec![key.clone()],
            on_delete: Action::NoAction,
            on_update: Action::NoAction,
            deferrable: Deferrable::No,
            extra: Vec::new(),
        };
        let before = self.before.tables.get(&name);
        let known = before.and_then(|before| {
            let mut keys = before.foreign_keys.iter();
            keys.find(|known| is_same(&wanted, known))
        });
        if let Some(known) = known {
            wanted.name.clone_from(&known.name);
            wanted.extra.clone_from(&known.extra);
        }
        table.foreign_keys.push(wanted);
    }

    fn joined(&mut self, named: &Placed<String>, join: &Join) -> Option<Target<'a>> {
        if let Some(declared) = self.models.table_in_rust(&named.value, &join.scope) {
            return Some(Target::Declared(self.name(&declared.name), declared));
        }
        if let Some(table) = self.before.tables.get(&Name::new(named.value.clone())) {
            return Some(Target::Existing(table));
        }
        let models = self.models;
        let known = models.tables.iter().map(|table| table.rust_name.as_str());
        let hint = did_you_mean(&named.value, known);
        self.error(named.at, format!("unknown table `{}`", named.value), hint);
        None
    }
}

/// Whether a key that is there can stay: its columns and those it refers to are still there.
fn stands(key: &ForeignKey, name: &Name, schema: &Schema) -> bool {
    let has = |table: &Name, columns: &[String]| {
        schema.tables.get(table).is_some_and(|table| {
            columns
                .iter()
                .all(|column| table.columns.contains_key(column))
        })
    };
    has(name, &key.columns) && has(&key.table, &key.referred)
}

fn is_same(own: &ForeignKey, known: &ForeignKey) -> bool {
    own.columns == known.columns
        && own.table == known.table
        && own.referred == known.referred
        && own.on_delete == known.on_delete
        && own.on_update == known.on_update
        && own.deferrable == known.deferrable
}
