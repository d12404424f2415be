//! MySQL and MariaDB's language: types, names, statements.

pub(super) mod define;
mod keys;
mod sample;
mod script;
mod types;
pub(super) mod words;

use crate::{
    backend::{Database, failure::DatabaseError},
    schema::{
        Column, Name, Schema, Table,
        dialect::{Change, CustomType, Dialect, DieselType, Named, Script, Shown, Unsupported},
    },
};

/// MySQL and MariaDB's language, as a server of some version understands it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::backend) struct Mysql {
    product: Product,
    version: (u32, u32, u32),
}

/// Whose server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Product {
    Mysql,
    Mariadb,
}

impl Mysql {
    /// The language of a server.
    pub(in crate::backend) fn of(database: &mut dyn Database) -> Result<Self, DatabaseError> {
        Ok(Self::named(&database.server()?))
    }

    /// The language of a server that calls itself so: `MariaDB 10.11.6-MariaDB` or `MySQL 8.4.0`.
    pub(super) fn named(server: &str) -> Self {
        let product = if server.starts_with("MariaDB") {
            Product::Mariadb
        } else {
            Product::Mysql
        };
        let version = server.split_whitespace().nth(1).unwrap_or_default();
        let mut numbers = version
            .split(|character: char| !character.is_ascii_digit())
            .map(|number| number.parse().unwrap_or_default());
        let mut next = || numbers.next().unwrap_or_default();
        Self {
            product,
            version: (next(), next(), next()),
        }
    }

    /// Whether it is MariaDB, whose information schema and language went their own way.
    pub(super) fn is_mariadb(self) -> bool {
        self.product == Product::Mariadb
    }

    fn since(self, mysql: (u32, u32, u32), mariadb: (u32, u32, u32)) -> bool {
        self.version
            >= match self.product {
                Product::Mysql => mysql,
                Product::Mariadb => mariadb,
            }
    }

    /// Whether the server stops any statement after a while, and not `SELECT` alone
    /// ([MariaDB 10.1.1](https://mariadb.com/kb/en/aborting-statements/)).
    pub(super) fn limits_statements(self) -> bool {
        self.is_mariadb() && self.version >= (10, 1, 1)
    }

    /// Whether integers are printed with a display width: `int(11)`, which
    /// [MySQL 8.0.19](https://dev.mysql.com/doc/relnotes/mysql/8.0/en/news-8-0-19.html) gave up.
    pub(super) fn prints_widths(self) -> bool {
        self.is_mariadb() || self.version < (8, 0, 19)
    }

    /// Whether a JSON column is
    /// [a `longtext` with a check](https://mariadb.com/kb/en/json-data-type/).
    pub(super) fn json_is_text(self) -> bool {
        self.is_mariadb()
    }

    /// Whether the information schema prints a default as SQL, and not its bare text
    /// ([MariaDB 10.2.7](https://mariadb.com/kb/en/information-schema-columns-table/)).
    pub(super) fn prints_defaults_as_sql(self) -> bool {
        self.is_mariadb()
    }

    /// Whether a check says if it belongs to a column
    /// ([MariaDB 10.5.10](https://mariadb.com/kb/en/information-schema-check_constraints-table/)).
    pub(super) fn tells_check_levels(self) -> bool {
        self.is_mariadb() && self.version >= (10, 5, 10)
    }

    /// Whether a check may belong to a column and have its name; MySQL makes it the table's.
    pub(super) fn columns_have_checks(self) -> bool {
        self.is_mariadb()
    }

    /// Whether an index can be [ignored](https://mariadb.com/kb/en/ignored-indexes/) (MariaDB 10.6).
    pub(super) fn ignores_indexes(self) -> bool {
        self.is_mariadb() && self.version >= (10, 6, 0)
    }

    /// Whether an index can be over
    /// [expressions](https://dev.mysql.com/doc/refman/8.4/en/create-index.html) (MySQL 8.0.13).
    pub(super) fn indexes_expressions(self) -> bool {
        !self.is_mariadb() && self.version >= (8, 0, 13)
    }

    /// Whether renaming a column renames it in checks, defaults and generated columns too; MySQL
    /// [refuses](https://dev.mysql.com/doc/refman/8.4/en/create-table-check-constraints.html).
    pub(super) fn renames_in_expressions(self) -> bool {
        self.is_mariadb()
    }

    /// Whether a default that is an expression stands in
    /// [parentheses](https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html).
    pub(super) fn wraps_defaults(self) -> bool {
        !self.is_mariadb()
    }

    /// Whether a generated column may be `NOT NULL`;
    /// [MariaDB's](https://mariadb.com/kb/en/generated-columns/) may not.
    pub(super) fn generates_not_null(self) -> bool {
        !self.is_mariadb()
    }

    /// Whether `DROP INDEX IF EXISTS` is understood.
    pub(super) fn drops_index_if_there(self) -> bool {
        self.is_mariadb()
    }

    /// Whether [`DROP CONSTRAINT`](https://dev.mysql.com/doc/refman/8.4/en/alter-table.html) drops a
    /// check (MySQL 8.0.19; before, `DROP CHECK`).
    pub(super) fn drops_constraints(self) -> bool {
        self.since((8, 0, 19), (10, 2, 1))
    }
}

impl Dialect for Mysql {
    fn sql_type(&self, diesel_type: &DieselType, max_length: Option<u64>) -> Option<String> {
        self.type_of(diesel_type, max_length)
    }

    fn canonical_type(&self, written: &str) -> String {
        self.canonical(written)
    }

    fn type_attribute(&self) -> &'static str {
        "mysql_type"
    }

    fn custom_type(&self, custom: &CustomType) -> String {
        self.custom(custom)
    }

    fn shown(&self, _schema: &Schema, table: &Name, column: &Column) -> Shown {
        types::shown(table, column)
    }

    fn quote(&self, identifier: &str) -> String {
        words::quote(identifier)
    }

    fn identifier_limit(&self) -> usize {
        words::LIMIT
    }

    fn default_name(&self, named: Named, table: &Name, columns: &[String]) -> Option<String> {
        words::default_name(named, table, columns)
    }

    fn script(&self, change: &Change<'_>) -> Result<Script, Unsupported> {
        script::script(*self, change)
    }

    fn sample(
        &self,
        schema: &Schema,
        table: &Table,
        column: &Column,
        row: usize,
    ) -> Option<String> {
        sample::value(schema, table, column, row)
    }

    fn rows(&self, table: &Name, columns: &[String]) -> String {
        sample::rows(table, columns)
    }
}

#[cfg(test)]
mod tests;
