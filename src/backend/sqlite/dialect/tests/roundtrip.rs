//! What is introspected, created again from that, and introspected, is the same.

use pretty_assertions::assert_eq;

use super::*;

fn round(sql: &str) -> Schema {
    let mut first = database(sql);
    let known = schema(&mut *first);
    let mut second = memory();
    let script = script(&Schema::default(), &known, &creation(&known));
    migrate(&mut *second, &script);
    let again = schema(&mut *second);
    for (name, table) in &known.tables {
        assert_eq!(again.tables.get(name), Some(table), "\n{}", script.text());
        let order = |table: &Table| table.columns.keys().cloned().collect::<Vec<_>>();
        assert_eq!(order(&again.tables[name]), order(table));
        assert_eq!(again.tables[name].options, table.options);
    }
    assert_eq!(again.tables.len(), known.tables.len());
    known
}

#[test]
fn every_form_of_table_comes_back() {
    round(include_str!("every_form.sql"));
}

#[test]
fn hostile_names_come_back() {
    let known = round(
        r#"CREATE TABLE "a""b; DROP TABLE x --" (
            "it's" INTEGER PRIMARY KEY AUTOINCREMENT, "select" TEXT DEFAULT 'it''s', [x y] INT, `back``tick` INT UNIQUE,
            "1" TEXT CHECK ("1" <> ')'), "Ünïcode😀" TEXT, "order" INT REFERENCES "a""b; DROP TABLE x --" ("it's"),
            CONSTRAINT "group" UNIQUE ("select", "x y")
        );
        CREATE INDEX "index" ON "a""b; DROP TABLE x --" ("select", lower("x y"), 'order' DESC) WHERE "1" = 'a;b';"#,
    );
    let table = known.tables.values().next().unwrap();
    assert_eq!(table.name.name, "a\"b; DROP TABLE x --");
    assert_eq!(
        table.columns.keys().collect::<Vec<_>>(),
        [
            "it's",
            "select",
            "x y",
            "back`tick",
            "1",
            "Ünïcode😀",
            "order"
        ]
    );
    assert_eq!(table.foreign_keys[0].referred, ["it's"]);
    assert_eq!(table.foreign_keys[0].table, table.name);
}

#[test]
fn a_plain_model_comes_back_as_it_is_asked_for() {
    use crate::schema::{Column, PrimaryKey};
    let mut users = Table::new(Name::new("users"));
    for (name, kind) in [("id", "INTEGER"), ("name", "TEXT"), ("code", "VARCHAR(20)")] {
        users
            .columns
            .insert(name.to_owned(), Column::new(name, kind));
    }
    let mut tags = Table::new(Name::new("tags"));
    tags.columns
        .insert("name".to_owned(), Column::new("name", "TEXT"));
    let mut big = Table::new(Name::new("big"));
    big.columns
        .insert("id".to_owned(), Column::new("id", "BIGINT"));
    let mut schema_asked = Schema::default();
    for (mut table, key) in [(users, "id"), (tags, "name"), (big, "id")] {
        table.primary_key = Some(PrimaryKey {
            name: None,
            columns: vec![key.to_owned()],
        });
        schema_asked.tables.insert(table.name.clone(), table);
    }
    let mut database = memory();
    let script = script(&Schema::default(), &schema_asked, &creation(&schema_asked));
    assert_eq!(
        script.text(),
        "CREATE TABLE big (\n    id BIGINT NOT NULL,\n    PRIMARY KEY (id)\n);\n\n\
         CREATE TABLE tags (\n    name TEXT NOT NULL,\n    PRIMARY KEY (name)\n);\n\n\
         CREATE TABLE users (\n    id INTEGER PRIMARY KEY,\n    name TEXT NOT NULL,\n    code VARCHAR(20) NOT NULL\n);\n"
    );
    migrate(&mut *database, &script);
    assert_eq!(schema(&mut *database), schema_asked);
}

#[test]
fn a_long_history_comes_back_at_every_step() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/sqlite");
    let mut steps: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    steps.sort();
    let mut sql = String::new();
    for step in steps {
        sql.push_str(&std::fs::read_to_string(step.join("up.sql")).unwrap());
        sql.push_str(";\n");
        round(&sql);
    }
}
