//! Random schemas and random edits of them: sound ones, as an engine would take them.
//!
//! Needs nothing but `schema` beside it, so that tests of real engines can include the file too.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::schema::{
    Action, Check, Column, Deferrable, EnumType, ForeignKey, Generated, Index, IndexKey, IndexPart,
    Name, PrimaryKey, Schema, Table, Unique, expression::mentioned,
};

const TABLES: [&str; 6] = ["users", "orders", "items", "tags", "notes", "logs"];
const COLUMNS: [&str; 8] = [
    "id",
    "name",
    "email",
    "total",
    "status",
    "owner_id",
    "parent_id",
    "slug",
];
const SCHEMA: &str = "app";
const ENUM: &str = "mood";
const LABELS: [&str; 5] = ["sad", "ok", "happy", "meh", "new"];

/// A column type to choose from.
#[derive(Clone, Debug)]
pub struct Kind {
    /// In the engine's canonical words.
    pub sql_type: &'static str,
    /// Defaults as the engine prints them.
    pub defaults: &'static [&'static str],
    /// An expression over a column `{}` that gives the type, as the engine prints it.
    pub expression: Option<&'static str>,
    /// A condition on a column `{}`, as the engine prints it.
    pub condition: &'static str,
    /// Whether it can be in a key or an index.
    pub indexable: bool,
}

/// What an engine has.
#[derive(Clone, Debug)]
pub struct Palette {
    /// Its types.
    pub kinds: Vec<Kind>,
    /// Whether it has schemas.
    pub schemas: bool,
    /// Whether it has enum types.
    pub enums: bool,
    /// Whether it has partial indexes.
    pub predicates: bool,
    /// Whether it has computed columns.
    pub generated: bool,
}

/// Where choices come from: given numbers first, so that a shorter list makes a simpler case.
#[derive(Clone, Debug)]
pub struct Choices {
    given: std::vec::IntoIter<u32>,
    seed: Option<u64>,
}

impl Choices {
    /// Given numbers, and when they are used up always the first of what there is to choose from.
    pub fn given(numbers: Vec<u32>) -> Self {
        Self {
            given: numbers.into_iter(),
            seed: None,
        }
    }

    /// As many as one likes.
    pub fn seeded(seed: u64) -> Self {
        Self {
            given: Vec::new().into_iter(),
            seed: Some(seed),
        }
    }

    /// A number below another one.
    pub fn below(&mut self, limit: usize) -> usize {
        let number = match (self.given.next(), &mut self.seed) {
            (Some(number), _) => u64::from(number),
            (None, Some(seed)) => {
                // SplitMix64.
                *seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
                let mut mixed = *seed;
                mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                mixed ^ (mixed >> 31)
            }
            (None, None) => 0,
        };
        usize::try_from(number % limit.max(1) as u64).unwrap()
    }

    /// One time in some.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    /// One of some, where there are any.
    pub fn one<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        let index = self.below(of.len());
        of.get(index).cloned()
    }
}

/// A schema made by some edits.
pub fn schema(choices: &mut Choices, palette: &Palette, edits: usize) -> Schema {
    let mut schema = Schema::default();
    for _ in 0..=choices.below(3) {
        add_table(&mut schema, choices, palette);
    }
    for _ in 0..edits {
        edit(&mut schema, choices, palette);
    }
    repair(&mut schema);
    schema
}

/// Changes something, and whatever else has to change with it.
pub fn edit(schema: &mut Schema, choices: &mut Choices, palette: &Palette) {
    let tables: Vec<Name> = schema.tables.keys().cloned().collect();
    let choice = choices.below(24);
    let Some(name) = choices.one(&tables).filter(|_| choice > 1) else {
        add_table(schema, choices, palette);
        repair(schema);
        return;
    };
    match choice {
        2 => drop(schema.tables.remove(&name)),
        3 => rename_table(schema, &name, choices, palette),
        4 => swap_tables(schema, choices),
        5..=7 => add_foreign_key(schema, &name, choices),
        8 if palette.enums => edit_enum(schema, choices),
        9 => rename_parts(schema, &name, choices),
        _ => {
            let free = FreeNames::of(schema);
            let enums: Vec<Name> = schema.enums.keys().cloned().collect();
            if let Some(table) = schema.tables.get_mut(&name) {
                edit_table(table, choice, choices, palette, &enums, free);
            }
        }
    }
    repair(schema);
}

/// Names of constraints and indexes that nothing of the schema has.
struct FreeNames(BTreeSet<String>);

impl FreeNames {
    fn of(schema: &Schema) -> Self {
        let mut names = BTreeSet::new();
        for table in schema.tables.values() {
            names.extend(table.primary_key.iter().filter_map(|key| key.name.clone()));
            names.extend(table.foreign_keys.iter().filter_map(|key| key.name.clone()));
            names.extend(
                table
                    .uniques
                    .iter()
                    .filter_map(|unique| unique.name.clone()),
            );
            names.extend(table.checks.iter().filter_map(|check| check.name.clone()));
            names.extend(table.indexes.iter().map(|index| index.name.clone()));
        }
        Self(names)
    }

    fn next(&mut self, choices: &mut Choices) -> String {
        let first = choices.below(8);
        let mut names = (first..).map(|number| format!("part_{number}"));
        let name = names.find(|name| !self.0.contains(name)).unwrap();
        self.0.insert(name.clone());
        name
    }
}

fn free_table(schema: &Schema, choices: &mut Choices, palette: &Palette) -> Option<Name> {
    let within = (palette.schemas && choices.one_in(5)).then(|| SCHEMA.to_owned());
    let names: Vec<Name> = TABLES
        .iter()
        .map(|name| Name {
            schema: within.clone(),
            name: (*name).to_owned(),
        })
        .filter(|name| !schema.tables.contains_key(name))
        .collect();
    choices.one(&names)
}

fn add_table(schema: &mut Schema, choices: &mut Choices, palette: &Palette) {
    let Some(name) = free_table(schema, choices, palette) else {
        return;
    };
    let mut free = FreeNames::of(schema);
    let mut table = Table::new(name.clone());
    let mut id = Column::new("id", palette.kinds[0].sql_type);
    id.nullable = false;
    table.columns.insert("id".to_owned(), id);
    table.primary_key = Some(PrimaryKey {
        name: Some(free.next(choices)),
        columns: vec!["id".to_owned()],
    });
    let enums: Vec<Name> = schema.enums.keys().cloned().collect();
    for _ in 0..choices.below(4) {
        add_column(&mut table, choices, palette, &enums);
    }
    schema.tables.insert(name, table);
}

fn kind<'p>(palette: &'p Palette, column: &Column) -> Option<&'p Kind> {
    palette
        .kinds
        .iter()
        .find(|kind| kind.sql_type == column.sql_type)
}

fn random_column(name: &str, choices: &mut Choices, palette: &Palette, enums: &[Name]) -> Column {
    if let Some(name_of_enum) = choices.one(enums).filter(|_| choices.one_in(4)) {
        return Column::new(name, name_of_enum.to_string());
    }
    let kind = choices.one(&palette.kinds).unwrap();
    let mut column = Column::new(name, kind.sql_type);
    column.nullable = choices.one_in(2);
    if choices.one_in(3) {
        column.default = choices.one(kind.defaults).map(str::to_owned);
    }
    column
}

fn add_column(table: &mut Table, choices: &mut Choices, palette: &Palette, enums: &[Name]) {
    let free: Vec<&str> = COLUMNS
        .into_iter()
        .filter(|name| !table.columns.contains_key(*name))
        .collect();
    let Some(name) = choices.one(&free) else {
        return;
    };
    let plain: Vec<Column> = table
        .columns
        .values()
        .filter(|column| column.generated.is_none())
        .cloned()
        .collect();
    let mut column = random_column(name, choices, palette, enums);
    if palette.generated
        && choices.one_in(4)
        && let Some(base) = choices.one(&plain)
        && let Some(kind) = kind(palette, &base)
        && let Some(expression) = kind.expression
    {
        column = Column::new(name, kind.sql_type);
        column.nullable = true;
        column.generated = Some(Generated {
            expression: expression.replace("{}", &base.name),
            stored: true,
        });
    }
    table.columns.insert(name.to_owned(), column);
}

fn edit_table(
    table: &mut Table,
    choice: usize,
    choices: &mut Choices,
    palette: &Palette,
    enums: &[Name],
    mut free: FreeNames,
) {
    let columns: Vec<Column> = table.columns.values().cloned().collect();
    let Some(column) = choices.one(&columns) else {
        return add_column(table, choices, palette, enums);
    };
    let usable = |column: &&Column| kind(palette, column).is_some_and(|kind| kind.indexable);
    let usable: Vec<String> = columns
        .iter()
        .filter(usable)
        .map(|c| c.name.clone())
        .collect();
    let conditions = columns
        .iter()
        .filter_map(|column| Some(kind(palette, column)?.condition.replace("{}", &column.name)));
    let conditions: Vec<String> = conditions.collect();
    match choice {
        10 | 11 => add_column(table, choices, palette, enums),
        12 if columns.len() > 1 => drop(table.columns.shift_remove(&column.name)),
        13 => {
            let other = random_column(&column.name, choices, palette, enums);
            table.columns.insert(column.name, other);
        }
        14 => {
            let changed = table.columns.get_mut(&column.name).unwrap();
            changed.nullable = !changed.nullable;
        }
        15 => {
            let defaults = kind(palette, &column).map_or(&[][..], |kind| kind.defaults);
            let changed = table.columns.get_mut(&column.name).unwrap();
            changed.default = choices
                .one(defaults)
                .map(str::to_owned)
                .filter(|_| changed.default.is_none() || choices.one_in(2));
        }
        16 => {
            let to = choices.one(&COLUMNS).unwrap();
            let swap = table.columns.contains_key(to);
            rename_columns(table, &column.name, to, swap);
        }
        17 => {
            let key = some_of(&usable, choices);
            table.primary_key = (!key.is_empty()).then(|| PrimaryKey {
                name: Some(free.next(choices)),
                columns: key,
            });
        }
        18 if !table.uniques.is_empty() && choices.one_in(2) => {
            table.uniques.remove(choices.below(table.uniques.len()));
        }
        18 | 19 if !usable.is_empty() => table.uniques.push(Unique {
            name: Some(free.next(choices)),
            columns: some_of(&usable, choices),
            nulls_not_distinct: false,
            deferrable: Deferrable::No,
            extra: Vec::new(),
        }),
        20 if !table.indexes.is_empty() && choices.one_in(2) => {
            table.indexes.remove(choices.below(table.indexes.len()));
        }
        20 | 21 if !usable.is_empty() => {
            let predicate = choices.one(&conditions);
            table.indexes.push(Index {
                name: free.next(choices),
                parts: some_of(&usable, choices)
                    .into_iter()
                    .map(IndexPart::column)
                    .collect(),
                unique: choices.one_in(3),
                method: None,
                predicate: predicate.filter(|_| palette.predicates && choices.one_in(3)),
                include: Vec::new(),
                nulls_not_distinct: false,
                extra: Vec::new(),
            });
        }
        22 if !table.checks.is_empty() => {
            table.checks.remove(choices.below(table.checks.len()));
        }
        _ => {
            if let Some(expression) = choices.one(&conditions) {
                table.checks.push(Check {
                    name: Some(free.next(choices)),
                    expression,
                    extra: Vec::new(),
                });
            }
        }
    }
}

fn some_of(names: &[String], choices: &mut Choices) -> Vec<String> {
    let count = 1 + choices.below(2);
    let first = choices.below(names.len());
    let names = names
        .iter()
        .cycle()
        .skip(first)
        .take(count.min(names.len()));
    names.cloned().collect()
}

fn add_foreign_key(schema: &mut Schema, name: &Name, choices: &mut Choices) {
    let mut free = FreeNames::of(schema);
    if choices.one_in(4) {
        let table = schema.tables.get_mut(name).unwrap();
        table.foreign_keys.pop();
        return;
    }
    let targets: Vec<(Name, Vec<String>)> = schema
        .tables
        .values()
        .flat_map(|table| {
            let keys = table.primary_key.iter().map(|key| key.columns.clone());
            let uniques = table.uniques.iter().map(|unique| unique.columns.clone());
            keys.chain(uniques)
                .map(|columns| (table.name.clone(), columns))
        })
        .collect();
    let Some((target, referred)) = choices.one(&targets) else {
        return;
    };
    let types: Vec<String> = referred
        .iter()
        .map(|column| schema.tables[&target].columns[column].sql_type.clone())
        .collect();
    let table = schema.tables.get_mut(name).unwrap();
    let mut columns = Vec::new();
    for sql_type in types {
        let fitting: Vec<String> = table
            .columns
            .values()
            .filter(|column| column.sql_type == sql_type && column.generated.is_none())
            .filter(|column| !columns.contains(&column.name))
            .filter(|column| column.name != "id")
            .map(|column| column.name.clone())
            .collect();
        let new = COLUMNS
            .iter()
            .find(|name| !table.columns.contains_key(**name));
        match (choices.one(&fitting), new) {
            (Some(column), _) => columns.push(column),
            (None, Some(new)) => {
                let mut column = Column::new(*new, sql_type);
                column.nullable = true;
                table.columns.insert((*new).to_owned(), column);
                columns.push((*new).to_owned());
            }
            (None, None) => return,
        }
    }
    let actions = [Action::NoAction, Action::Cascade];
    table.foreign_keys.push(ForeignKey {
        name: Some(free.next(choices)),
        columns,
        table: target,
        referred,
        on_delete: choices.one(&actions).unwrap(),
        on_update: Action::NoAction,
        deferrable: Deferrable::No,
        extra: Vec::new(),
    });
}

fn edit_enum(schema: &mut Schema, choices: &mut Choices) {
    let name = Name::new(ENUM);
    match schema.enums.get_mut(&name) {
        Some(_) if choices.one_in(3) => drop(schema.enums.remove(&name)),
        Some(value) => {
            let label = choices.one(&LABELS).unwrap().to_owned();
            if let Some(index) = value.labels.iter().position(|other| *other == label) {
                value.labels.remove(index);
            } else {
                let place = choices.below(value.labels.len() + 1);
                value.labels.insert(place, label);
            }
            if value.labels.is_empty() {
                value.labels.push("sad".to_owned());
            }
        }
        None => {
            let labels = LABELS[..2]
                .iter()
                .map(|label| (*label).to_owned())
                .collect();
            schema.enums.insert(name.clone(), EnumType { name, labels });
        }
    }
}

fn rename_table(schema: &mut Schema, name: &Name, choices: &mut Choices, palette: &Palette) {
    if let Some(to) = free_table(schema, choices, palette) {
        rename_tables(schema, &BTreeMap::from([(name.clone(), to)]));
    }
}

fn swap_tables(schema: &mut Schema, choices: &mut Choices) {
    let names: Vec<Name> = schema.tables.keys().cloned().collect();
    let (a, b) = (choices.one(&names).unwrap(), choices.one(&names).unwrap());
    rename_tables(schema, &BTreeMap::from([(a.clone(), b.clone()), (b, a)]));
}

fn rename_tables(schema: &mut Schema, renames: &BTreeMap<Name, Name>) {
    let new = |name: &Name| renames.get(name).unwrap_or(name).clone();
    let tables = std::mem::take(&mut schema.tables).into_values();
    schema.tables = tables
        .map(|mut table| {
            table.name = new(&table.name);
            for key in &mut table.foreign_keys {
                key.table = new(&key.table);
            }
            (table.name.clone(), table)
        })
        .collect();
}

/// What names the column keeps its text, so it breaks or comes to mean the other one; mended later.
fn rename_columns(table: &mut Table, from: &str, to: &str, swap: bool) {
    let new = |name: &str| match name {
        name if name == from => to.to_owned(),
        name if swap && name == to => from.to_owned(),
        name => name.to_owned(),
    };
    let columns: IndexMap<String, Column> = std::mem::take(&mut table.columns)
        .into_values()
        .map(|mut column| {
            column.name = new(&column.name);
            (column.name.clone(), column)
        })
        .collect();
    table.columns = columns;
    for unique in &mut table.uniques {
        unique.columns = unique.columns.iter().map(|name| new(name)).collect();
    }
    for index in &mut table.indexes {
        for part in &mut index.parts {
            if let IndexKey::Column(column) = &mut part.key {
                *column = new(column);
            }
        }
    }
}

fn rename_parts(schema: &mut Schema, name: &Name, choices: &mut Choices) {
    let mut free = FreeNames::of(schema);
    let table = schema.tables.get_mut(name).unwrap();
    if let (Some(a), true) = (table.indexes.len().checked_sub(1), choices.one_in(3)) {
        // Two indexes change names.
        let b = choices.below(a + 1);
        let (a_name, b_name) = (table.indexes[a].name.clone(), table.indexes[b].name.clone());
        table.indexes[a].name = b_name;
        table.indexes[b].name = a_name;
    } else if let Some(index) = table.indexes.first_mut() {
        index.name = free.next(choices);
    }
    for unique in &mut table.uniques {
        unique.name = Some(free.next(choices));
    }
    for key in &mut table.foreign_keys {
        key.name = Some(free.next(choices));
    }
    for check in &mut table.checks {
        check.name = Some(free.next(choices));
    }
}

/// Takes out what hangs in the air.
pub fn repair(schema: &mut Schema) {
    schema.schemas = schema
        .tables
        .keys()
        .filter_map(|name| name.schema.clone())
        .collect();
    let enums: BTreeSet<String> = schema.enums.keys().map(ToString::to_string).collect();
    for table in schema.tables.values_mut() {
        for column in table.columns.values_mut() {
            if column.sql_type == ENUM && !enums.contains(ENUM) {
                "text".clone_into(&mut column.sql_type);
            }
        }
        repair_table(table);
    }
    loop {
        let broken = schema.tables.values().find_map(|table| {
            let keys = table.foreign_keys.iter();
            let mut broken = keys.filter(|key| !is_sound(schema, table, key));
            broken.next().map(|key| (table.name.clone(), key.clone()))
        });
        let Some((name, key)) = broken else { break };
        let table = schema.tables.get_mut(&name).unwrap();
        table.foreign_keys.retain(|other| *other != key);
    }
    *schema = std::mem::take(schema).canonical();
}

fn repair_table(table: &mut Table) {
    let plain: BTreeSet<String> = table
        .columns
        .values()
        .filter(|column| column.generated.is_none())
        .map(|column| column.name.clone())
        .collect();
    let types: BTreeMap<String, String> = table
        .columns
        .values()
        .map(|column| (column.name.clone(), column.sql_type.clone()))
        .collect();
    table.columns.retain(|_, column| match &column.generated {
        Some(generated) => {
            let mut bases = mentioned(&generated.expression, COLUMNS).into_iter();
            bases.all(|base| plain.contains(base) && types[base] == column.sql_type)
        }
        None => true,
    });
    if table.columns.is_empty() {
        table
            .columns
            .insert("id".to_owned(), Column::new("id", "integer"));
    }
    let columns: BTreeSet<String> = table.columns.keys().cloned().collect();
    let there = |names: &[String]| names.iter().all(|name| columns.contains(name));
    let names_there = |sql: &str| {
        let mut names = mentioned(sql, COLUMNS).into_iter();
        names.all(|name| columns.contains(name))
    };
    table.primary_key = table.primary_key.take().filter(|key| {
        let plain = key.columns.iter().all(|column| plain.contains(column));
        there(&key.columns) && plain
    });
    table.uniques.retain(|unique| there(&unique.columns));
    table.checks.retain(|check| names_there(&check.expression));
    table.indexes.retain(|index| {
        let parts: Vec<String> = index
            .parts
            .iter()
            .filter_map(|part| match &part.key {
                IndexKey::Column(column) => Some(column.clone()),
                IndexKey::Expression(_) => None,
            })
            .collect();
        there(&parts) && index.predicate.as_deref().is_none_or(names_there)
    });
    let key: Vec<String> = table.key_columns().to_vec();
    for column in table.columns.values_mut() {
        if key.contains(&column.name) {
            column.nullable = false;
            column.default = None;
        }
    }
}

/// Whether a foreign key's table, columns and key are there, and the types of both sides the same.
pub fn is_sound(schema: &Schema, table: &Table, key: &ForeignKey) -> bool {
    let Some(target) = schema.tables.get(&key.table) else {
        return false;
    };
    let sql_type = |table: &Table, name: &String| {
        let column = table.columns.get(name);
        column.map(|column| column.sql_type.clone())
    };
    let types = |table: &Table, names: &[String]| -> Option<Vec<String>> {
        names.iter().map(|name| sql_type(table, name)).collect()
    };
    let own = types(table, &key.columns);
    let uniques = target.uniques.iter().map(|unique| &unique.columns[..]);
    let mut keys = uniques.chain([target.key_columns()]);
    own.is_some()
        && own == types(target, &key.referred)
        && keys.any(|columns| columns == key.referred)
}
