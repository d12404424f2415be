use super::*;
use crate::schema::{
    Auto, Check, Generated, Index, IndexPart, PrimaryKey,
    operation::{Fill, Operation},
};

const MARIADB: &str = "MariaDB 10.11.6-MariaDB-1:10.11.6+maria~ubu2204";
const MYSQL: &str = "MySQL 8.4.0";

fn mysql() -> Mysql {
    Mysql::named(MYSQL)
}

fn mariadb() -> Mysql {
    Mysql::named(MARIADB)
}

#[test]
fn servers_are_known_by_their_names() {
    assert!(mariadb().is_mariadb() && mariadb().tells_check_levels());
    assert!(!mysql().is_mariadb() && !mysql().prints_widths());
    assert!(Mysql::named("MySQL 8.0.18-log").prints_widths());
    assert!(!Mysql::named("MariaDB 10.5.9-MariaDB").tells_check_levels());
}

#[test]
fn written_types_get_the_words_that_servers_print() {
    for (written, on_mariadb, on_mysql) in [
        ("integer unsigned", "int(10) unsigned", "int unsigned"),
        ("INT", "int(11)", "int"),
        ("bool", "tinyint(1)", "tinyint(1)"),
        ("tinyint", "tinyint(4)", "tinyint"),
        (
            "int(5) zerofill",
            "int(5) unsigned zerofill",
            "int(5) unsigned zerofill",
        ),
        ("bigint unsigned", "bigint(20) unsigned", "bigint unsigned"),
        ("dec( 10 , 2 )", "decimal(10,2)", "decimal(10,2)"),
        ("numeric(5)", "decimal(5,0)", "decimal(5,0)"),
        (
            "decimal unsigned",
            "decimal(10,0) unsigned",
            "decimal(10,0) unsigned",
        ),
        ("double precision", "double", "double"),
        ("float(30)", "double", "double"),
        ("float(7,3)", "float(7,3)", "float(7,3)"),
        ("character varying (20)", "varchar(20)", "varchar(20)"),
        ("char", "char(1)", "char(1)"),
        ("year", "year(4)", "year"),
        ("bit", "bit(1)", "bit(1)"),
        ("datetime(0)", "datetime", "datetime"),
        ("timestamp(6)", "timestamp(6)", "timestamp(6)"),
        ("text(100)", "text", "text"),
        ("blob(70000)", "mediumblob", "mediumblob"),
        (
            "ENUM( 'a' , 'B,''c' )",
            "enum('a','B,''c')",
            "enum('a','B,''c')",
        ),
        ("set('x')", "set('x')", "set('x')"),
        ("json", "json", "json"),
        ("long varchar", "mediumtext", "mediumtext"),
    ] {
        assert_eq!(mariadb().canonical_type(written), on_mariadb, "{written}");
        assert_eq!(mysql().canonical_type(written), on_mysql, "{written}");
        let again = mariadb().canonical_type(on_mariadb);
        assert_eq!(again, on_mariadb, "{written} twice");
    }
}

#[test]
fn diesel_types_and_columns_show_each_other() {
    let unsigned = |name: &str| DieselType::of("Unsigned", DieselType::new(name));
    for (diesel_type, length, sql_type) in [
        (DieselType::new("Bool"), None, "tinyint(1)"),
        (DieselType::new("Tinyint"), None, "tinyint(4)"),
        (unsigned("Smallint"), None, "smallint(5) unsigned"),
        (DieselType::new("Integer"), None, "int(11)"),
        (unsigned("Bigint"), None, "bigint(20) unsigned"),
        (DieselType::new("Decimal"), None, "decimal(10,0)"),
        (DieselType::new("Varchar"), Some(20), "varchar(20)"),
        (DieselType::new("Char"), Some(3), "char(3)"),
        (DieselType::new("Text"), None, "text"),
        (DieselType::new("Longblob"), None, "longblob"),
        (DieselType::new("Varbinary"), Some(16), "varbinary(16)"),
        (DieselType::new("Bit"), None, "bit(1)"),
        (DieselType::new("Json"), None, "json"),
        (DieselType::new("Datetime"), None, "datetime"),
    ] {
        let made = mariadb().sql_type(&diesel_type, length);
        assert_eq!(made.as_deref(), Some(sql_type));
        let column = Column::new("c", sql_type);
        let shown = mariadb().shown(&Schema::default(), &Name::new("t"), &column);
        assert_eq!((shown.diesel_type, shown.max_length), (diesel_type, length));
    }
    assert_eq!(
        mysql().sql_type(&unsigned("Integer"), None).as_deref(),
        Some("int unsigned")
    );
    assert_eq!(mysql().sql_type(&DieselType::new("Jsonb"), None), None);
}

#[test]
fn enums_are_shown_by_a_type_of_their_own() {
    let column = Column::new("state", "enum('a','it''s')");
    let shown = mariadb().shown(&Schema::default(), &Name::new("user_orders"), &column);
    assert_eq!(shown.diesel_type, DieselType::new("UserOrdersStateEnum"));
    let custom = &shown.custom[0];
    assert_eq!(custom.sql_name, Name::new("Enum"));
    assert_eq!(mariadb().custom_type(custom), column.sql_type);
    let set = CustomType {
        sql_name: Name::new("Set"),
        ..custom.clone()
    };
    assert_eq!(mariadb().custom_type(&set), "set('a','it''s')");
}

/// A table of everything that MySQL wants said in its own way.
fn table() -> Table {
    let mut table = Table::new(Name::new("t"));
    for column in [
        Column {
            auto: Some(Auto::Serial),
            ..Column::new("id", "int unsigned")
        },
        Column {
            default: Some("uuid()".to_owned()),
            ..Column::new("made", "varchar(36)")
        },
        Column {
            default: Some("'x'".to_owned()),
            nullable: true,
            ..Column::new("plain", "varchar(9)")
        },
        Column {
            default: Some("CURRENT_TIMESTAMP(6)".to_owned()),
            on_update: Some("CURRENT_TIMESTAMP(6)".to_owned()),
            ..Column::new("at", "datetime(6)")
        },
        Column {
            generated: Some(Generated {
                expression: "`id` + 1".to_owned(),
                stored: false,
            }),
            ..Column::new("next", "bigint")
        },
    ] {
        table.columns.insert(column.name.clone(), column);
    }
    table.primary_key = Some(PrimaryKey {
        name: None,
        columns: vec!["id".to_owned()],
    });
    table.indexes.push(Index {
        name: "by_next".to_owned(),
        parts: vec![
            IndexPart::column("next"),
            IndexPart::expression("lower(`made`)"),
        ],
        unique: false,
        method: None,
        predicate: None,
        include: Vec::new(),
        nulls_not_distinct: false,
        extra: vec!["INVISIBLE".to_owned()],
    });
    table.checks.push(Check {
        name: Some("positive".to_owned()),
        expression: "`id` > 0".to_owned(),
        extra: Vec::new(),
    });
    table
}

fn schema(table: &Table) -> Schema {
    let mut schema = Schema::default();
    schema.tables.insert(table.name.clone(), table.clone());
    schema
}

fn text(dialect: Mysql, from: &Schema, to: &Schema, operations: &[Operation]) -> String {
    let change = Change {
        from,
        to,
        operations,
    };
    dialect.script(&change).unwrap().text()
}

#[test]
fn mysql_gets_its_own_words() {
    let table = table();
    let sql = text(
        mysql(),
        &Schema::default(),
        &schema(&table),
        &[Operation::CreateTable(table.clone())],
    );
    let wanted = "CREATE TABLE t (
    id int unsigned NOT NULL AUTO_INCREMENT,
    made varchar(36) NOT NULL DEFAULT (uuid()),
    plain varchar(9) DEFAULT 'x',
    `at` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    next bigint GENERATED ALWAYS AS (`id` + 1) VIRTUAL NOT NULL,
    PRIMARY KEY (id),
    INDEX by_next (next, (lower(`made`))) INVISIBLE,
    CONSTRAINT positive CHECK (`id` > 0)
);
";
    assert_eq!(sql.replace("    at ", "    `at` "), wanted);
}

#[test]
fn mysql_lets_no_column_be_renamed_that_an_expression_names() {
    let from = schema(&table());
    let operation = Operation::RenameColumn {
        table: Name::new("t"),
        from: "id".to_owned(),
        to: "key".to_owned(),
    };
    let mut to = from.clone();
    script::apply(&mut to, &operation);
    let wanted = "ALTER TABLE t DROP CHECK positive;

ALTER TABLE t DROP INDEX by_next;

ALTER TABLE t DROP COLUMN next;

ALTER TABLE t RENAME COLUMN id TO `key`;

ALTER TABLE t ADD COLUMN next bigint GENERATED ALWAYS AS (`key` + 1) VIRTUAL NOT NULL;

CREATE INDEX by_next ON t (next, (lower(`made`))) INVISIBLE;

ALTER TABLE t ADD CONSTRAINT positive CHECK (`key` > 0);
";
    assert_eq!(
        text(mysql(), &from, &to, std::slice::from_ref(&operation)),
        wanted
    );
    let mariadb = text(mariadb(), &from, &to, &[operation]);
    assert_eq!(mariadb, "ALTER TABLE t RENAME COLUMN id TO `key`;\n");
}

#[test]
fn a_required_column_is_added_in_three_steps() {
    let from = schema(&table());
    let mut to = from.clone();
    let column = Column::new("n", "int");
    if let Some(table) = to.tables.get_mut(&Name::new("t")) {
        table.columns.insert("n".to_owned(), column.clone());
    }
    let operation = Operation::AddColumn {
        table: Name::new("t"),
        column,
        fill: Some(Fill::Placeholder),
    };
    let wanted = "ALTER TABLE t ADD COLUMN n int;

-- the data are lost: every row gets a placeholder
UPDATE t SET n = 1, at = at;

ALTER TABLE t MODIFY COLUMN n int NOT NULL;
";
    assert_eq!(text(mysql(), &from, &to, &[operation]), wanted);
}
