//! What each directive is made of.

use super::{
    super::{Action, Auto, Deferrable, Generated, IndexPart, Name, expression::Kind},
    directive::{Check, Columns, Directive, Index, On, Problem, References, TAIL, Unique},
    parser::{Parser, unwrap},
    part,
};

impl Parser<'_> {
    pub(super) fn directive(&mut self, name: &str, on: On<'_>) -> Result<Directive, Problem> {
        let columns = Columns::default();
        let (columns, own) = match on {
            On::Table(columns) => (columns, None),
            On::Column(columns, own) => (columns, Some(own)),
            On::Type => (&columns, None),
        };
        Ok(match name {
            "index" => Directive::Index(self.index(columns, own)?),
            "unique" => Directive::Unique(self.unique(columns, own)?),
            "check" => Directive::Check(Check {
                name: self.optional_name(false)?,
                expression: self.expression()?,
            }),
            "references" => Directive::References(self.references(columns, own)?),
            "renamed_from" if own.is_some() => {
                Directive::RenamedFrom(Name::new(self.name("the old name")?.0))
            }
            "renamed_from" => Directive::RenamedFrom(self.qualified("the old name")?.0),
            "unmanaged" => Directive::Unmanaged,
            "keyless" => Directive::Keyless,
            "primary_key" => Directive::PrimaryKey(self.name("a name")?.0),
            "schema" => Directive::Schema(self.name("a name")?.0),
            "type" => Directive::Type(self.rest("a type")?),
            "default" => self.default()?,
            "on_update" => Directive::Default {
                default: None,
                on_update: Some(self.rest("an expression")?),
            },
            "generated" => Directive::Generated(self.generated()?),
            "serial" => Directive::Auto(Auto::Serial),
            "identity" if self.eat(&["always"]) => Directive::Auto(Auto::IdentityAlways),
            "identity" => Directive::Auto(Auto::Identity),
            "collate" => Directive::Collate(self.collation()?),
            _ => Directive::Enum(self.labels()?),
        })
    }

    /// A name in front of parentheses, or, on a column, in front of words that come behind.
    fn optional_name(&mut self, on_column: bool) -> Result<Option<String>, Problem> {
        let Some(token) = self.peek() else {
            return Ok(None);
        };
        let is_tail =
            token.kind == Kind::Word && TAIL.iter().any(|word| token.is_word(self.text, word));
        if token.name(self.text).is_none() || (on_column && is_tail) {
            return Ok(None);
        }
        Ok(Some(self.name("a name")?.0))
    }

    fn index(&mut self, columns: &Columns, own: Option<&str>) -> Result<Index, Problem> {
        let mut index = Index {
            name: self.optional_name(own.is_some())?,
            ..Index::default()
        };
        if let Some(own) = own {
            index.parts.push(IndexPart::column(own));
        } else {
            let range = self.group()?;
            for range in self.split(&range) {
                index
                    .parts
                    .push(part::parse(&mut self.within(&range), columns)?);
            }
        }
        loop {
            if self.eat(&["unique"]) {
                index.unique = true;
            } else if self.eat(&["using"]) {
                let method = self.name("an index method")?.0.to_ascii_lowercase();
                index.method = Some(method);
            } else if self.eat(&["include"]) {
                index.include = self.columns(columns)?;
            } else if self.eat(&["nulls", "not", "distinct"]) {
                index.nulls_not_distinct = true;
            } else if self.eat(&["where"]) {
                index.predicate = Some(unwrap(&self.rest("a condition")?));
            } else {
                return Ok(index);
            }
        }
    }

    fn unique(&mut self, columns: &Columns, own: Option<&str>) -> Result<Unique, Problem> {
        let mut unique = Unique {
            name: self.optional_name(own.is_some())?,
            columns: match own {
                Some(own) => vec![own.to_owned()],
                None => self.columns(columns)?,
            },
            nulls_not_distinct: false,
            deferrable: Deferrable::No,
        };
        loop {
            if self.eat(&["nulls", "not", "distinct"]) {
                unique.nulls_not_distinct = true;
            } else if !self.deferrable(&mut unique.deferrable) {
                return Ok(unique);
            }
        }
    }

    fn references(&mut self, columns: &Columns, own: Option<&str>) -> Result<References, Problem> {
        let named = if own.is_some() {
            let second = self.peek_after();
            let two_names = second.is_some_and(|token| {
                token.name(self.text).is_some()
                    && !TAIL.iter().any(|word| token.is_word(self.text, word))
            });
            if two_names {
                Some(self.name("a name")?.0)
            } else {
                None
            }
        } else {
            self.optional_name(false)?
        };
        let columns = match own {
            Some(own) => vec![own.to_owned()],
            None => self.columns(columns)?,
        };
        let table = self.qualified("a table")?;
        let mut references = References {
            name: named,
            columns,
            table,
            referred: if self.is_symbol('(') {
                self.names()?
            } else {
                Vec::new()
            },
            on_delete: Action::NoAction,
            on_update: Action::NoAction,
            deferrable: Deferrable::No,
        };
        loop {
            if self.eat(&["on", "delete"]) {
                references.on_delete = self.action()?;
            } else if self.eat(&["on", "update"]) {
                references.on_update = self.action()?;
            } else if !self.deferrable(&mut references.deferrable) {
                return Ok(references);
            }
        }
    }

    fn deferrable(&mut self, deferrable: &mut Deferrable) -> bool {
        if !self.eat(&["deferrable"]) {
            return false;
        }
        *deferrable = if self.eat(&["initially", "deferred"]) {
            Deferrable::InitiallyDeferred
        } else {
            self.eat(&["initially", "immediate"]);
            Deferrable::InitiallyImmediate
        };
        true
    }

    fn action(&mut self) -> Result<Action, Problem> {
        for (words, action) in [
            (&["no", "action"][..], Action::NoAction),
            (&["restrict"], Action::Restrict),
            (&["cascade"], Action::Cascade),
            (&["set", "null"], Action::SetNull),
            (&["set", "default"], Action::SetDefault),
        ] {
            if self.eat(words) {
                return Ok(action);
            }
        }
        let what = "`no action`, `restrict`, `cascade`, `set null` or `set default`";
        Err(self.expected(what))
    }

    fn default(&mut self) -> Result<Directive, Problem> {
        let mut depth = 0_usize;
        let split = self.tokens.iter().enumerate().position(|(index, token)| {
            match token.kind {
                Kind::Symbol('(' | '[') => depth += 1,
                Kind::Symbol(')' | ']') => depth = depth.saturating_sub(1),
                _ => {}
            }
            let next = self.tokens.get(index + 1);
            depth == 0
                && token.is_word(self.text, "on")
                && next.is_some_and(|next| next.is_word(self.text, "update"))
        });
        let Some(split) = split else {
            return Ok(Directive::Default {
                default: Some(self.rest("an expression")?),
                on_update: None,
            });
        };
        if split == 0 {
            return Err(Problem {
                hint: Some("`@on_update` says what every update sets".to_owned()),
                ..self.expected("an expression")
            });
        }
        let start = self.peek().map_or(0, |token| token.start);
        let end = self.tokens.get(split).map_or(start, |token| token.start);
        self.at = split + 2;
        let default = self.text.get(start..end).unwrap_or_default().trim();
        Ok(Directive::Default {
            default: Some(default.to_owned()),
            on_update: Some(self.rest("an expression")?),
        })
    }

    fn generated(&mut self) -> Result<Generated, Problem> {
        let expression = self.expression()?;
        let stored = self.eat(&["stored"]);
        if !stored && !self.eat(&["virtual"]) {
            return Err(self.expected("`stored` or `virtual`"));
        }
        Ok(Generated { expression, stored })
    }

    /// A name alone is unquoted; anything longer is the engine's words.
    fn collation(&mut self) -> Result<String, Problem> {
        let first = self.peek().and_then(|token| token.name(self.text));
        let rest = self.rest("a collation")?;
        Ok(match first {
            Some(name) if self.tokens.len() == 1 => name,
            _ => rest,
        })
    }

    fn labels(&mut self) -> Result<Vec<String>, Problem> {
        let mut labels: Vec<String> = Vec::new();
        loop {
            let token = self.peek().filter(|token| {
                token.kind == Kind::Text && token.text(self.text).starts_with('\'')
            });
            let Some(token) = token else {
                return Err(self.expected("a label in single quotes"));
            };
            let text = token.text(self.text);
            let inner = text.get(1..text.len() - 1).unwrap_or_default();
            let label = inner.replace("''", "'");
            if labels.contains(&label) {
                return Err(Problem {
                    range: token.start..token.end,
                    message: format!("label {text} stands twice"),
                    hint: None,
                });
            }
            labels.push(label);
            self.at += 1;
            if !self.is_symbol(',') {
                return Ok(labels);
            }
            self.at += 1;
        }
    }
}
