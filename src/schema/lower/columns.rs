//! Columns.

use super::{
    super::{
        Column, Name, Table,
        declared::{DeclaredColumn, Placed, did_you_mean},
        dialect::{CustomType, DieselType},
        expression,
    },
    Lowering, matching, types,
};

/// A type in the engine's words.
struct Typed {
    sql_type: String,
    /// Whether the column that is there is of that type already.
    is_same: bool,
}

impl Lowering<'_> {
    pub(super) fn column(
        &mut self,
        table: &Name,
        declared: &DeclaredColumn,
        before: Option<&Table>,
    ) -> Option<Column> {
        let before = before.and_then(|before| before.columns.get(&declared.name));
        let typed = self.typed(table, declared, before)?;
        let scope = self.scope;
        let written =
            |placed: &Option<Placed<String>>| placed.as_ref().map(|placed| placed.value.clone());
        let mut column = Column::new(&*declared.name, typed.sql_type);
        column.nullable = declared.nullable;
        column.default = written(&declared.default);
        column.on_update = written(&declared.on_update);
        column.collation = written(&declared.collation);
        column.auto = declared.auto.as_ref().map(|auto| auto.value);
        column.generated = declared
            .generated
            .as_ref()
            .map(|generated| generated.value.clone());
        let Some(before) = before else {
            return Some(column);
        };
        column.comment.clone_from(&before.comment);
        column.extra.clone_from(&before.extra);
        if !scope.details {
            let counts = typed.is_same || is_integer(&declared.diesel_type);
            if column.auto.is_none() && counts && column.default.is_none() {
                column.auto = before.auto;
            }
            let is_free = column.default.is_none() && column.auto.is_none();
            if column.generated.is_none() && is_free {
                column.generated.clone_from(&before.generated);
            }
            if column.on_update.is_none() {
                column.on_update.clone_from(&before.on_update);
            }
            if column.collation.is_none() && typed.is_same {
                column.collation.clone_from(&before.collation);
            }
        }
        let may_have_default = column.auto.is_none() && column.generated.is_none();
        if column.default.is_none() && !scope.defaults && may_have_default {
            column.default.clone_from(&before.default);
        }
        for (text, known) in [
            (&mut column.default, &before.default),
            (&mut column.on_update, &before.on_update),
        ] {
            matching::settle(text, known.as_ref());
        }
        if let (Some(generated), Some(known)) = (&mut column.generated, &before.generated)
            && matching::is_same_text(&generated.expression, &known.expression)
        {
            generated.expression.clone_from(&known.expression);
        }
        Some(column)
    }

    fn typed(
        &mut self,
        table: &Name,
        declared: &DeclaredColumn,
        before: Option<&Column>,
    ) -> Option<Typed> {
        let same_as = |sql_type: String| Typed {
            is_same: before.is_some_and(|before| before.sql_type == sql_type),
            sql_type,
        };
        if let Some(written) = &declared.sql_type {
            let is_same = before.filter(|b| expression::same(&b.sql_type, &written.value));
            return Some(same_as(match is_same {
                Some(before) => before.sql_type.clone(),
                None => self.dialect.canonical_type(&written.value),
            }));
        }
        let own = self
            .dialect
            .sql_type(&declared.diesel_type, declared.max_length);
        let index = declared
            .custom
            .filter(|_| declared.is_custom || own.is_none());
        let custom = index.and_then(|index| self.custom(index));
        let has_labels = custom
            .as_ref()
            .is_some_and(|custom| custom.labels.is_some());
        let may_adopt = match &custom {
            Some(_) => !has_labels,
            None => own.is_none() || !self.scope.details,
        };
        if let Some(before) = before.filter(|_| may_adopt) {
            let shown = self.dialect.shown(self.before, table, before);
            if types::is_as_shown(self.dialect, declared, custom.as_ref(), &shown) {
                return Some(Typed {
                    sql_type: before.sql_type.clone(),
                    is_same: true,
                });
            }
        }
        match (index, &custom) {
            (Some(index), None) => {
                self.unsayable(index, declared);
                None
            }
            (None, _) if own.is_some() => own.map(same_as),
            (_, Some(custom)) if self.lacks_labels(custom) => {
                self.error(
                    declared.type_at,
                    format!("type `{}` has no labels", custom.rust_name),
                    Some(format!(
                        "say them above `pub struct {}`: `/// @enum 'a', 'b'`",
                        custom.rust_name
                    )),
                );
                None
            }
            _ => {
                let (diesel_type, length) = (&declared.diesel_type, declared.max_length);
                let found = types::engine_type(self.dialect, diesel_type, length, custom.as_ref());
                if found.is_none() {
                    self.unknown(declared);
                }
                found.map(same_as)
            }
        }
    }

    /// MySQL's enums and sets have their labels in every column.
    fn lacks_labels(&self, custom: &CustomType) -> bool {
        let name = &custom.sql_name.name;
        self.attribute == types::MYSQL
            && custom.labels.is_none()
            && ["enum", "set"]
                .iter()
                .any(|kind| name.eq_ignore_ascii_case(kind))
    }

    fn unsayable(&mut self, index: usize, declared: &DeclaredColumn) {
        let attribute = self.attribute;
        let name = self
            .models
            .types
            .get(index)
            .map(|declared| declared.rust_name.clone());
        let name = name.unwrap_or_default();
        self.error(
            declared.type_at,
            format!("type `{name}` has no name in this database"),
            Some(format!(
                "say it above `pub struct {name}`: `#[diesel({attribute}(name = \"...\"))]`, \
                 or `@type` above the column"
            )),
        );
    }

    fn unknown(&mut self, declared: &DeclaredColumn) {
        let mut types = vec![&declared.diesel_type];
        let mut unknown = &declared.diesel_type;
        while let Some(one) = types.pop() {
            unknown = one;
            types.extend(&one.arguments);
            let is_known = types::KNOWN.contains(&one.name.as_str());
            if !is_known {
                break;
            }
        }
        let own = self
            .models
            .types
            .iter()
            .map(|declared| declared.rust_name.as_str());
        let known = types::KNOWN.iter().copied().filter(|known| {
            let alone = self.dialect.sql_type(&DieselType::new(*known), None);
            alone.is_some() || matches!(*known, "Array" | "Nullable" | "Range" | "Unsigned")
        });
        let is_diesel = types::KNOWN.contains(&unknown.name.as_str());
        let hint = did_you_mean(&unknown.name, own.chain(known))
            .unwrap_or_else(|| "say the database's own type above the column: `@type ...`".into());
        let message = if is_diesel {
            format!(
                "type `{}` does not exist in this database",
                declared.diesel_type
            )
        } else {
            format!("unknown type `{}`", unknown.name)
        };
        self.error(declared.type_at, message, Some(hint));
    }
}

/// Whether a type can count up.
fn is_integer(diesel_type: &DieselType) -> bool {
    match diesel_type.arguments.first() {
        Some(inner) => diesel_type.name == "Unsigned" && is_integer(inner),
        None => matches!(
            diesel_type.name.to_ascii_lowercase().as_str(),
            "smallint"
                | "integer"
                | "bigint"
                | "tinyint"
                | "int2"
                | "int4"
                | "int8"
                | "smallserial"
                | "serial"
                | "bigserial"
        ),
    }
}
