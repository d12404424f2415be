use super::*;

fn words(differences: &[Difference]) -> Vec<String> {
    differences.iter().map(ToString::to_string).collect()
}

fn inventory(objects: &[(&str, &str, Option<&str>, &str)]) -> Inventory {
    let mut inventory = Inventory::default();
    for (kind, name, of, definition) in objects {
        inventory.add(Object::new(kind, *name, *of), (*definition).to_owned());
    }
    inventory
}

#[test]
fn what_belongs_to_something_left_goes_with_it() {
    let mut table = Table::new(Name::new("users"));
    table
        .columns
        .insert("id".to_owned(), Column::new("id", "integer"));
    let mut schema = Schema::default();
    schema.tables.insert(table.name.clone(), table);
    let found = Inventory::of(&schema);
    let empty = Inventory::default();
    assert_eq!(words(&found.differences(&empty)), ["table `users`"]);
    assert_eq!(words(&empty.differences(&found)), ["table `users`"]);
    assert_eq!(found.differences(&found), []);
}

#[test]
fn the_look_of_sql_is_no_difference_and_its_sense_is() {
    let was = inventory(&[("view", "v", None, "SELECT  a -- all\nFROM t")]);
    let looks = inventory(&[("view", "v", None, "select a\n from \"t\"")]);
    let other = inventory(&[("view", "v", None, "SELECT b FROM t")]);
    assert_eq!(looks.differences(&was), []);
    assert_eq!(words(&other.differences(&was)), ["view `v` as it was"]);
}

#[test]
fn a_label_more_is_told_apart_from_other_labels() {
    let of = |labels: &[&str]| Inventory {
        objects: BTreeMap::new(),
        enums: BTreeMap::from([(
            "mood".to_owned(),
            labels.iter().map(ToString::to_string).collect(),
        )]),
    };
    let was = of(&["sad", "happy"]);
    assert_eq!(
        words(&of(&["sad", "so", "happy"]).differences(&was)),
        ["label `so` of enum `mood`"]
    );
    assert_eq!(
        words(&of(&["happy", "sad"]).differences(&was)),
        ["enum `mood`: labels `happy, sad` instead of `sad, happy`"]
    );
}

#[test]
fn rows_are_counted_as_changed_left_and_lost() {
    let rows = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
    let said = |found: &[&str], goal: &[&str]| {
        let table = Name::new("t");
        RowDifference::of(&table, &rows(found), &rows(goal)).map(|rows| rows.to_string())
    };
    assert_eq!(said(&["a"], &["a"]), None);
    assert_eq!(said(&["a", "a"], &["a"]).unwrap(), "1 row of `t` left");
    assert_eq!(said(&[], &["a", "b"]).unwrap(), "2 rows of `t` lost");
    assert_eq!(
        said(&["x"], &["a", "b"]).unwrap(),
        "1 row of `t` changed and 1 lost"
    );
}
