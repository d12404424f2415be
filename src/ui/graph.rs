//! Who rests on whom, drawn: a line per migration, the newest first, branches side by side.

use std::collections::BTreeMap;

use renderdag::{Ancestor, GraphRowRenderer, Renderer};

use super::{Role, style::Paint};
use crate::migration::{Version, history::State};

/// A migration of a drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its version.
    pub version: Version,
    /// What it rests on, shown or not.
    pub parents: Vec<Version>,
    /// Its mark.
    pub state: State,
    /// What stands beside it, in one line or several.
    pub text: String,
}

/// Draws the nodes in their order, each before what it rests on; what else one rests on is a line
/// that ends in `~`.
pub(super) fn draw(nodes: &[Node], boxes: bool, paint: Paint) -> String {
    let output = GraphRowRenderer::new().output().with_min_row_height(1);
    if boxes {
        rows(
            nodes,
            &mut output.build_box_drawing(),
            &|state| match state {
                State::Applied => paint.paint(Role::Success, "●"),
                State::Replaced => paint.paint(Role::Dim, "·"),
                State::Pending | State::Changed => paint.paint(Role::Warning, "○"),
                State::Edited => paint.paint(Role::Error, "●"),
                State::Missing | State::Removed | State::Failed => paint.paint(Role::Error, "×"),
            },
        )
    } else {
        rows(nodes, &mut output.build_ascii(), &|state| match state {
            State::Applied => paint.paint(Role::Success, "*"),
            State::Replaced => paint.paint(Role::Dim, "."),
            State::Pending | State::Changed => paint.paint(Role::Warning, "o"),
            State::Edited => paint.paint(Role::Error, "*"),
            State::Missing | State::Removed | State::Failed => paint.paint(Role::Error, "x"),
        })
    }
}

fn rows(
    nodes: &[Node],
    renderer: &mut dyn Renderer<Version, Output = String>,
    mark: &dyn Fn(State) -> String,
) -> String {
    let places: BTreeMap<&Version, usize> = nodes
        .iter()
        .enumerate()
        .map(|(place, node)| (&node.version, place))
        .collect();
    nodes
        .iter()
        .enumerate()
        .map(|(place, node)| {
            // In a circle, a parent can stand above its child, where no line leads.
            let below = |parent: &&Version| places.get(*parent).is_some_and(|at| *at > place);
            let (shown, others): (Vec<&Version>, Vec<&Version>) =
                node.parents.iter().partition(below);
            let mut parents: Vec<_> = shown.into_iter().cloned().map(Ancestor::Parent).collect();
            if !others.is_empty() {
                parents.push(Ancestor::Anonymous);
            }
            renderer.next_row(
                node.version.clone(),
                parents,
                mark(node.state),
                node.text.clone(),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::ui::ColorChoice;

    /// Nodes from `version: parents`, newest first.
    fn nodes(lines: &[&str]) -> Vec<Node> {
        lines
            .iter()
            .map(|line| {
                let (version, parents) = line.split_once(':').unwrap_or((line, ""));
                Node {
                    version: Version::new(version),
                    parents: parents.split_whitespace().map(Version::new).collect(),
                    state: State::Applied,
                    text: version.to_owned(),
                }
            })
            .collect()
    }

    fn plain() -> Paint {
        Paint::new(ColorChoice::Never, false, &|_| None)
    }

    fn drawn(lines: &[&str], boxes: bool) -> String {
        format!("\n{}", draw(&nodes(lines), boxes, plain()))
    }

    #[test]
    fn a_line_of_dots() {
        let lines = ["3:2", "2:1", "1"];
        assert_eq!(
            drawn(&lines, false),
            r"
*  3
*  2
*  1
"
        );
        assert_eq!(
            drawn(&lines, true),
            r"
●  3
●  2
●  1
"
        );
    }

    #[test]
    fn a_branch_that_is_open() {
        let lines = ["3:1", "2:1", "1"];
        assert_eq!(
            drawn(&lines, false),
            r"
*  3
| *  2
|/
*  1
"
        );
        assert_eq!(
            drawn(&lines, true),
            r"
●  3
│ ●  2
├─╯
●  1
"
        );
    }

    #[test]
    fn a_merge() {
        let lines = ["4:2 3", "3:1", "2:1", "1"];
        assert_eq!(
            drawn(&lines, false),
            r"
*    4
|\
| *  3
* |  2
|/
*  1
"
        );
        assert_eq!(
            drawn(&lines, true),
            r"
●    4
├─╮
│ ●  3
● │  2
├─╯
●  1
"
        );
    }

    #[test]
    fn merges_in_merges() {
        let lines = ["7:5 6", "6:4", "5:2 3", "4:1", "3:1", "2:1", "1"];
        assert_eq!(
            drawn(&lines, false),
            r"
*    7
|\
| *  6
* |    5
+---.
| * |  4
| | *  3
| |/
* |  2
|/
*  1
"
        );
        assert_eq!(
            drawn(&lines, true),
            r"
●    7
├─╮
│ ●  6
● │    5
├───╮
│ ● │  4
│ │ ●  3
│ ├─╯
● │  2
├─╯
●  1
"
        );
    }

    #[test]
    fn three_heads() {
        let lines = ["5:2", "4:2", "3:1", "2:1", "1"];
        assert_eq!(
            drawn(&lines, false),
            r"
*  5
| *  4
|/
| *  3
* |  2
|/
*  1
"
        );
        assert_eq!(
            drawn(&lines, true),
            r"
●  5
│ ●  4
├─╯
│ ●  3
● │  2
├─╯
●  1
"
        );
    }

    #[test]
    fn branches_that_cross() {
        let lines = ["6:4 5", "5:2 3", "4:2 3", "3:1", "2:1", "1"];
        assert_eq!(
            drawn(&lines, false),
            r"
*    6
|\
| *    5
| |\
* | |  4
'-+-+
  | *  3
  * |  2
  |/
  *  1
"
        );
        assert_eq!(
            drawn(&lines, true),
            r"
●    6
├─╮
│ ●    5
│ ├─╮
● │ │  4
╰─┬─╮
  │ ●  3
  ● │  2
  ├─╯
  ●  1
"
        );
    }

    #[test]
    fn what_is_not_shown_ends_in_a_wave() {
        let lines = ["4:2 3", "3:1", "2:1"];
        assert_eq!(
            drawn(&lines, false),
            r"
*    4
|\
| *  3
| |
| ~
|
*  2
|
~
"
        );
        assert_eq!(
            drawn(&lines, true),
            r"
●    4
├─╮
│ ●  3
│ │
│ ~
│
●  2
│
~
"
        );
    }

    #[test]
    fn a_circle_loses_nothing() {
        let lines = ["2:1 2", "1:2"];
        assert_eq!(
            drawn(&lines, false),
            r"
*    2
|\
| |
| ~
|
*  1
|
~
"
        );
        assert_eq!(
            drawn(&lines, true),
            r"
●    2
├─╮
│ │
│ ~
│
●  1
│
~
"
        );
    }

    #[test]
    fn several_lines_of_text() {
        let mut nodes = nodes(&["4:2 3", "3:1", "2:1", "1"]);
        for node in &mut nodes {
            node.text += "\nbelow\n";
        }
        assert_eq!(
            format!("\n{}", draw(&nodes, true, plain())),
            r"
●    4
├─╮  below
│ ●  3
│ │  below
● │  2
├─╯  below
●  1
   below
"
        );
    }

    #[test]
    fn marks_in_colour() {
        let mut nodes = nodes(&["3:2", "2:1", "1"]);
        nodes[0].state = State::Pending;
        nodes[1].state = State::Missing;
        let paint = Paint::new(ColorChoice::Always, false, &|_| None);
        assert_eq!(
            draw(&nodes, true, paint),
            "\u{1b}[1;33m○\u{1b}[0m  3\n\u{1b}[1;31m×\u{1b}[0m  2\n\u{1b}[32m●\u{1b}[0m  1\n"
        );
        assert_eq!(draw(&nodes, false, plain()), "o  3\nx  2\n*  1\n");
    }

    #[test]
    fn a_thousand_with_a_branch_each_ten() {
        let lines: Vec<String> = (0..1_000_usize)
            .rev()
            .map(|n| match n {
                0 => "0000".to_owned(),
                n if n % 10 == 5 => format!("{n:04}:{:04} {:04}", n - 1, n - 2),
                n if n % 10 == 4 => format!("{n:04}:{:04}", n - 2),
                n => format!("{n:04}:{:04}", n - 1),
            })
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let drawn = draw(&nodes(&lines), true, plain());
        let count = |mark| drawn.lines().filter(|line| line.contains(mark)).count();
        assert_eq!((count("●"), count("├─╮"), count("├─╯")), (1_000, 100, 100));
    }
}
