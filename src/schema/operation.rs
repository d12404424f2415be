//! What a migration does, as values: they describe, name, apply and invert themselves.

mod apply;
mod inverse;
mod uses;
mod words;

#[cfg(test)]
mod tests;

pub use apply::{Inapplicable, apply};
pub(in crate::schema) use apply::{rename_column, rename_table};
pub use inverse::inverses;
pub use inverse::{destroyed_column, destroyed_table};
pub(in crate::schema) use uses::{check_touches, generated_touches, index_touches, is_enum, keys};
pub use words::{Mark, name};

use super::{Check, Column, EnumType, ForeignKey, Index, Name, PrimaryKey, Table, Unique};

/// One change of a schema. Each holds enough of both ends to be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Creates a schema beside the default one.
    CreateSchema(String),
    /// Drops an empty schema.
    DropSchema(String),
    /// Creates an enum type.
    CreateEnum(EnumType),
    /// Drops an enum type.
    DropEnum(EnumType),
    /// Changes an enum type's labels.
    AlterEnum {
        /// As it is.
        before: EnumType,
        /// As it is to be.
        after: EnumType,
    },
    /// Creates a table with its columns, keys, constraints and indexes, all that the value holds. A
    /// foreign key to a table that comes later is not in it, but an operation of its own.
    CreateTable(Table),
    /// Drops a table; the value is as in [`Operation::CreateTable`].
    DropTable(Table),
    /// Renames a table, perhaps into another schema.
    RenameTable {
        /// Its name.
        from: Name,
        /// Its name to be.
        to: Name,
    },
    /// Adds a column.
    AddColumn {
        /// The table.
        table: Name,
        /// The column.
        column: Column,
        /// What the rows that are there get, where neither null nor its default will do.
        fill: Option<Fill>,
    },
    /// Drops a column; what refers to it is dropped before, by operations of its own.
    DropColumn {
        /// The table.
        table: Name,
        /// The column.
        column: Column,
    },
    /// Renames a column.
    RenameColumn {
        /// The table.
        table: Name,
        /// Its name.
        from: String,
        /// Its name to be.
        to: String,
    },
    /// Changes what a column is: type, nullability, default, and so on, but not its name.
    AlterColumn {
        /// The table.
        table: Name,
        /// As it is.
        before: Column,
        /// As it is to be.
        after: Column,
        /// What its nulls become, where it may be null no longer.
        fill: Option<Fill>,
    },
    /// Changes, adds or drops the primary key.
    AlterPrimaryKey {
        /// The table.
        table: Name,
        /// As it is.
        before: Option<PrimaryKey>,
        /// As it is to be.
        after: Option<PrimaryKey>,
    },
    /// Adds a foreign key.
    AddForeignKey(Name, ForeignKey),
    /// Drops a foreign key.
    DropForeignKey(Name, ForeignKey),
    /// Adds a unique constraint.
    AddUnique(Name, Unique),
    /// Drops a unique constraint.
    DropUnique(Name, Unique),
    /// Adds an index.
    AddIndex(Name, Index),
    /// Drops an index.
    DropIndex(Name, Index),
    /// Adds a check constraint.
    AddCheck(Name, Check),
    /// Drops a check constraint.
    DropCheck(Name, Check),
    /// Renames an index that backs no constraint.
    RenameIndex {
        /// The table.
        table: Name,
        /// Its name.
        from: String,
        /// Its name to be.
        to: String,
    },
    /// Renames a constraint.
    RenameConstraint {
        /// The table.
        table: Name,
        /// What it is.
        constraint: Constraint,
        /// Its name to be.
        to: String,
    },
}

/// A constraint that can be renamed, as it is before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// A foreign key.
    ForeignKey(ForeignKey),
    /// A unique constraint.
    Unique(Unique),
    /// A check constraint.
    Check(Check),
}

/// What fills a column in rows that are there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fill {
    /// An SQL expression that somebody gave.
    Expression(String),
    /// Anything the column takes: its data are lost, and a column that may not be null comes back.
    Placeholder,
}
