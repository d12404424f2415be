//! Tables: drawn on a terminal, aligned columns in a pipe.

use comfy_table::{Attribute, Color, ColumnConstraint, ContentArrangement, Width, presets};
use unicode_width::UnicodeWidthStr as _;

use super::{
    Role,
    style::{ColorChoice, Paint},
};

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    text: String,
    role: Option<Role>,
}

impl Cell {
    /// A cell in the colour of a role.
    pub fn new(role: Role, text: impl Into<String>) -> Self {
        Self {
            text: clean(&text.into()),
            role: Some(role),
        }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self {
            text: clean(&text.into()),
            role: None,
        }
    }
}

/// Control characters would break the table, or the terminal.
pub fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

/// Rows under a heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    head: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
    is_continued: bool,
}

impl Table {
    /// An empty table.
    pub fn new(head: impl Into<Vec<&'static str>>) -> Self {
        Self {
            head: head.into(),
            rows: Vec::new(),
            is_continued: false,
        }
    }

    /// The same as a further part of a table whose head has been shown; drawn, it has one all the same.
    #[must_use]
    pub fn continued(self) -> Self {
        Self {
            is_continued: true,
            ..self
        }
    }

    /// Adds a row.
    pub fn push(&mut self, row: impl Into<Vec<Cell>>) {
        self.rows.push(row.into());
    }

    pub(super) fn drawn(&self, colored: bool) -> String {
        let mut table = comfy_table::Table::new();
        table
            .load_style(presets::UTF8_FULL_CONDENSED)
            .set_content_arrangement(ContentArrangement::Dynamic);
        if colored {
            table.enforce_styling();
        }
        let styled = |role: Option<Role>| role.filter(|_| colored);
        table.set_header(self.head.iter().map(|title| {
            let title = comfy_table::Cell::new(title);
            if colored {
                title.add_attribute(Attribute::Bold)
            } else {
                title
            }
        }));
        for row in &self.rows {
            table.add_row(row.iter().map(|cell| {
                let drawn = comfy_table::Cell::new(&cell.text);
                match styled(cell.role) {
                    None => drawn,
                    Some(Role::Success) => drawn.fg(Color::DarkGreen),
                    Some(Role::Error) => drawn.fg(Color::DarkRed),
                    Some(Role::Warning) => drawn.fg(Color::DarkYellow),
                    Some(Role::Hint) => drawn.fg(Color::DarkCyan),
                    Some(Role::Dim) => drawn.add_attribute(Attribute::Dim),
                    Some(Role::Heading) => drawn.add_attribute(Attribute::Bold),
                }
            }));
        }
        self.keep_words(&mut table);
        format!("{table}\n")
    }

    /// Where the terminal has room for it, versions and names are not broken in two.
    fn keep_words(&self, table: &mut comfy_table::Table) {
        let longest = |text: &str| text.split(' ').map(str::width).max().unwrap_or(0);
        let words: Vec<usize> = (0..self.head.len())
            .map(|column| {
                self.rows
                    .iter()
                    .filter_map(|row| row.get(column))
                    .map(|cell| longest(&cell.text))
                    .chain([longest(self.head[column])])
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        // A blank on each side, and the lines between.
        let needed = words.iter().map(|word| word + 3).sum::<usize>() + 1;
        if table
            .width()
            .is_none_or(|width| usize::from(width) < needed)
        {
            return;
        }
        for (column, word) in table.column_iter_mut().zip(words) {
            let width = u16::try_from(word + 2).unwrap_or(u16::MAX);
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
        }
    }

    /// Columns two spaces apart, nothing wrapped, nothing behind the last.
    pub(super) fn plain(&self, colored: bool) -> String {
        let paint = Paint::new(
            if colored {
                ColorChoice::Always
            } else {
                ColorChoice::Never
            },
            false,
            &|_| None,
        );
        let mut widths: Vec<usize> = self.head.iter().map(|title| title.width()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.text.width());
            }
        }
        let head: Vec<Cell> = self
            .head
            .iter()
            .map(|title| Cell::new(Role::Heading, title.to_uppercase()))
            .collect();
        let mut text = String::new();
        let head = Some(&head).filter(|_| !self.is_continued);
        for row in head.into_iter().chain(&self.rows) {
            let mut line = String::new();
            let mut gap = 0;
            for (cell, width) in row.iter().zip(&widths) {
                if !cell.text.is_empty() {
                    line.push_str(&" ".repeat(gap));
                    gap = 0;
                    line.push_str(
                        &cell.role.map_or_else(
                            || cell.text.clone(),
                            |role| paint.paint(role, &cell.text),
                        ),
                    );
                }
                gap += width - cell.text.width() + 2;
            }
            text.push_str(&line);
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_columns_are_aligned_and_end_with_their_text() {
        let mut table = Table::new(["State", "Migration", "Applied"]);
        table.push([
            Cell::new(Role::Success, "applied"),
            "1_größe".into(),
            "now".into(),
        ]);
        table.push(["pending".into(), "2_b".into(), Cell::from("")]);
        assert_eq!(
            table.plain(false),
            "STATE    MIGRATION  APPLIED\napplied  1_größe    now\npending  2_b\n"
        );
    }

    #[test]
    fn control_characters_stay_out() {
        assert_eq!(Cell::from("a\u{1b}[31mb\n").text, "a\u{fffd}[31mb\u{fffd}");
    }
}
