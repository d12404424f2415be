//! MySQL 8.4's rows, as its manual and its server's own tests print them.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{build, rows::Rows};
use crate::{
    backend::mysql::dialect::Mysql,
    schema::{
        Action, Auto, Check, Column, Generated, Index, IndexKey, IndexPart, Name, Schema, Table,
    },
};

fn rows<T: DeserializeOwned>(values: Value) -> Vec<T> {
    serde_json::from_value(values).unwrap()
}

#[allow(clippy::needless_pass_by_value)] // so that `json!` can stand at the call
fn column(name: &str, sql_type: &str, more: Value) -> Value {
    let mut row = json!({
        "in": "t", "name": name, "sql_type": sql_type, "nullable": "YES", "default": null,
        "collation": null, "extra": "", "expression": "", "comment": "", "srs": null,
    });
    for (key, value) in more.as_object().unwrap() {
        row[key] = value.clone();
    }
    row
}

#[allow(clippy::needless_pass_by_value)] // so that `json!` can stand at the call
fn index(name: &str, column: Value, more: Value) -> Value {
    let mut row = json!({
        "in": "t", "name": name, "not_unique": 1, "column": column, "expression": null,
        "order": "A", "prefix": null, "method": "BTREE", "comment": "", "hidden": "NO",
    });
    for (key, value) in more.as_object().unwrap() {
        row[key] = value.clone();
    }
    row
}

fn read(server: &str, columns: Value, statistics: Value, checks: Value) -> Table {
    let rows = Rows {
        tables: rows(json!([{
            "name": "t", "kind": "BASE TABLE", "engine": "InnoDB", "collation": "utf8mb4_0900_ai_ci",
            "options": "row_format=COMPRESSED COMPRESSION=\"zlib\"", "comment": "", "database": "utf8mb4_0900_ai_ci",
        }])),
        columns: rows(columns),
        statistics: rows(statistics),
        checks: rows(checks),
        ..Rows::default()
    };
    let mut schema: Schema = build::schema(Mysql::named(server), rows);
    schema.tables.remove(&Name::new("t")).unwrap()
}

#[test]
fn mysql_prints_the_bare_text_of_a_default_and_says_which_are_expressions() {
    let columns = json!([
        column("text", "varchar(20)", json!({"default": "it's \\ a NULL"})),
        column(
            "empty",
            "varchar(20)",
            json!({"default": "", "nullable": "NO"})
        ),
        column("word", "varchar(20)", json!({"default": "NULL"})),
        column("number", "decimal(10,2)", json!({"default": "0.00"})),
        column("pick", "enum('a','b')", json!({"default": "a"})),
        column("bits", "bit(3)", json!({"default": "b'101'"})),
        column("raw", "binary(3)", json!({"default": "0x616263"})),
        column("day", "date", json!({"default": "2020-01-01"})),
        column(
            "at",
            "datetime(6)",
            json!({"default": "CURRENT_TIMESTAMP(6)", "extra": "DEFAULT_GENERATED on update CURRENT_TIMESTAMP(6)"})
        ),
        column(
            "made",
            "varchar(36)",
            json!({"default": "concat(_utf8mb4\\'it\\\\\\'s\\',uuid())", "extra": "DEFAULT_GENERATED"})
        ),
    ]);
    let table = read("MySQL 8.4.0", columns, json!([]), json!([]));
    let defaults: Vec<&str> = table
        .columns
        .values()
        .map(|column| column.default.as_deref().unwrap())
        .collect();
    let wanted = [
        r"'it''s \\ a NULL'",
        "''",
        "'NULL'",
        "0.00",
        "'a'",
        "b'101'",
        "0x616263",
        "'2020-01-01'",
        "CURRENT_TIMESTAMP(6)",
        r"concat(_utf8mb4'it\'s',uuid())",
    ];
    assert_eq!(defaults, wanted);
    let at = &table.columns["at"];
    assert_eq!(at.on_update.as_deref(), Some("CURRENT_TIMESTAMP(6)"));
    assert_eq!(
        table.options,
        ["ROW_FORMAT=COMPRESSED", "COMPRESSION=\"zlib\""]
    );
}

#[test]
fn mysql_escapes_expressions() {
    let columns = json!([
        column(
            "id",
            "bigint unsigned",
            json!({"nullable": "NO", "extra": "auto_increment"})
        ),
        column(
            "g",
            "varchar(9)",
            json!({"extra": "STORED GENERATED", "expression": "concat(`a`,_utf8mb4\\'x\\')", "collation": "utf8mb4_bin"})
        ),
        column(
            "v",
            "int",
            json!({"extra": "VIRTUAL GENERATED", "expression": "(`id` + 1)", "nullable": "NO"})
        ),
        column(
            "h",
            "int",
            json!({"extra": "INVISIBLE", "comment": "hidden"})
        ),
        column("p", "point", json!({"srs": 4326})),
    ]);
    let checks = json!([
        {"in": "t", "name": "t_chk_1", "expression": "(`g` <> _utf8mb4\\'a\\\\\\'b\\')", "level": null, "enforced": "YES"},
        {"in": "t", "name": "h", "expression": "(`h` > 0)", "level": null, "enforced": "NO"},
    ]);
    let table = read("MySQL 8.4.0", columns, json!([]), checks);
    assert_eq!(table.columns["id"].auto, Some(Auto::Serial));
    let expressions = ["g", "v"].map(|name| table.columns[name].generated.clone().unwrap());
    let generated = |expression: &str, stored| Generated {
        expression: expression.to_owned(),
        stored,
    };
    assert_eq!(
        expressions,
        [
            generated("concat(`a`,_utf8mb4'x')", true),
            generated("`id` + 1", false),
        ]
    );
    assert_eq!(table.columns["g"].collation.as_deref(), Some("utf8mb4_bin"));
    let hidden = Column {
        nullable: true,
        comment: Some("hidden".to_owned()),
        extra: vec!["INVISIBLE".to_owned()],
        ..Column::new("h", "int")
    };
    assert_eq!(table.columns["h"], hidden);
    assert_eq!(table.columns["p"].extra, ["SRID 4326"]);
    let check = |name: &str, expression: &str, extra: &[&str]| Check {
        name: Some(name.to_owned()),
        expression: expression.to_owned(),
        extra: extra.iter().map(|&word| word.to_owned()).collect(),
    };
    assert_eq!(
        table.checks,
        [
            check("h", "`h` > 0", &["NOT ENFORCED"]),
            check("t_chk_1", r"`g` <> _utf8mb4'a\'b'", &[]),
        ]
    );
}

#[test]
fn mysql_indexes_expressions_and_hides_indexes() {
    let columns = json!([
        column("a", "int", json!({})),
        column("b", "text", json!({"collation": "utf8mb4_0900_ai_ci"})),
    ]);
    let statistics = json!([
        index(
            "by_expression",
            json!(null),
            json!({"expression": "lower(`b`)"})
        ),
        index("by_expression", json!("a"), json!({"order": "D"})),
        index(
            "hidden",
            json!("b"),
            json!({"prefix": 10, "hidden": "YES", "comment": "it's"})
        ),
        index("PRIMARY", json!("a"), json!({"not_unique": 0})),
        index("u", json!("a"), json!({"not_unique": 0})),
        index(
            "words",
            json!("b"),
            json!({"method": "FULLTEXT", "order": null})
        ),
    ]);
    let table = read("MySQL 8.4.0", columns, statistics, json!([]));
    assert_eq!(table.key_columns(), ["a"]);
    assert_eq!(table.uniques.len(), 1);
    let index = |name: &str, parts: Vec<IndexPart>| Index {
        name: name.to_owned(),
        parts,
        unique: false,
        method: None,
        predicate: None,
        include: Vec::new(),
        nulls_not_distinct: false,
        extra: Vec::new(),
    };
    let descending = IndexPart {
        descending: true,
        ..IndexPart::column("a")
    };
    let prefixed = IndexPart {
        prefix: Some(10),
        ..IndexPart::column("b")
    };
    assert_eq!(
        table.indexes,
        [
            index(
                "by_expression",
                vec![IndexPart::expression("lower(`b`)"), descending]
            ),
            Index {
                extra: vec!["COMMENT 'it''s'".to_owned(), "INVISIBLE".to_owned()],
                ..index("hidden", vec![prefixed])
            },
            Index {
                method: Some("fulltext".to_owned()),
                ..index(
                    "words",
                    vec![IndexPart {
                        key: IndexKey::Column("b".to_owned()),
                        ..IndexPart::column("b")
                    }]
                )
            },
        ]
    );
}

#[test]
fn the_index_of_a_foreign_key_belongs_to_it() {
    let rows = Rows {
        tables: rows(
            json!([{"name": "t", "kind": "BASE TABLE", "engine": "InnoDB", "collation": null, "options": "", "comment": "", "database": null}]),
        ),
        columns: rows(json!([
            column("a", "int", json!({})),
            column("b", "int", json!({}))
        ])),
        statistics: rows(json!([
            index("fk", json!("a"), json!({})),
            index("other", json!("a"), json!({})),
        ])),
        key_columns: rows(
            json!([{"in": "t", "name": "fk", "column": "a", "schema": "elsewhere", "referred_table": "p", "referred": "id"}]),
        ),
        references: rows(
            json!([{"in": "t", "name": "fk", "on_update": "RESTRICT", "on_delete": "SET NULL"}]),
        ),
        ..Rows::default()
    };
    let schema = build::schema(Mysql::named("MySQL 8.0.36"), rows);
    let table = &schema.tables[&Name::new("t")];
    let names: Vec<&str> = table
        .indexes
        .iter()
        .map(|index| index.name.as_str())
        .collect();
    assert_eq!(names, ["other"]);
    let key = &table.foreign_keys[0];
    assert_eq!(key.table, Name::within("elsewhere", "p"));
    assert_eq!(
        (key.on_update, key.on_delete),
        (Action::NoAction, Action::SetNull)
    );
}
