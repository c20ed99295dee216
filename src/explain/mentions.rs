//! The cross-field rules that speak of a place.

use super::{Place, every_node};
use crate::schema::Schema;
use crate::schema::node::{Free, Node, Rule};

/// The rules whose expression, message or field names the place or something below it.
pub(super) fn rules<'s>(schema: &'s Schema, place: &Place<'_>) -> Vec<&'s Rule> {
    let wanted = place.segments();
    let mut found: Vec<&Rule> = Vec::new();
    collect(schema.root(), &mut Vec::new(), &wanted, &mut found);
    found.sort_by(|a, b| (a.id.len(), &a.id).cmp(&(b.id.len(), &b.id)));
    found.dedup_by(|a, b| a.id == b.id && a.rule == b.rule);
    found
}

/// All cross-field rules, each with the path of the value that its finding underlines; empty for the whole file.
pub fn every_rule(schema: &Schema) -> Vec<(String, &Rule)> {
    let placed = |path: &str, rule: &Rule| {
        let field = rule.field_path.as_deref().unwrap_or_default();
        format!("{path}{field}").trim_start_matches('.').to_owned()
    };
    let mut found: Vec<_> = schema.root().rules.iter().map(|rule| (placed("", rule), rule)).collect();
    every_node(schema.root(), "", &mut |path, node| {
        found.extend(node.rules.iter().map(|rule| (placed(path, rule), rule)));
    });
    found
}

fn collect<'s>(node: &'s Node, at: &mut Vec<String>, wanted: &[&str], found: &mut Vec<&'s Rule>) {
    for rule in &node.rules {
        let own = format!("self{}", rule.field_path.as_deref().unwrap_or_default());
        let texts = [Some(rule.rule.as_str()), rule.message_expression.as_deref(), Some(own.as_str())];
        if texts.into_iter().flatten().any(|text| names(text, at).iter().any(|path| meets(path, wanted))) {
            found.push(rule);
        }
    }
    let mut below = |name: &str, child: &'s Node| {
        at.push(name.to_owned());
        collect(child, at, wanted, found);
        at.pop();
    };
    for (key, child) in &node.properties {
        below(key, child);
    }
    if let Some(items) = &node.items {
        below("*", items);
    }
    if let Free::Each(each) = &node.free {
        below("*", each);
    }
}

/// The paths that an expression names: `self.a.b` below the rule's object, `root.a.b` from the top.
fn names(text: &str, at: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (word, base) in [("self", at), ("root", &[][..])] {
        for (start, _) in text.match_indices(word) {
            let free = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
            let rest = &text[start + word.len()..];
            if !free(text[..start].chars().next_back()) {
                continue;
            }
            let mut path = base.to_vec();
            let mut rest = rest;
            while let Some(after) = rest.strip_prefix('.') {
                let end = after.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(after.len());
                // A method is no key.
                if end == 0 || after[end..].starts_with('(') {
                    break;
                }
                path.push(after[..end].to_owned());
                rest = &after[end..];
            }
            if path.len() > base.len() {
                found.push(path);
            }
        }
    }
    found
}

/// True when a rule's path is the place or below it.
fn meets(path: &[String], wanted: &[&str]) -> bool {
    !wanted.is_empty() && path.len() >= wanted.len() && path.iter().zip(wanted).all(|(a, b)| a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_off_expressions() {
        let at = ["store".to_owned()];
        let read = |text: &str| names(text, &at).iter().map(|path| path.join(".")).collect::<Vec<_>>();
        assert_eq!(read("self.a.b > 1"), ["store.a.b"]);
        assert_eq!(read("root.x.y.size() == 2"), ["x.y"]);
        assert_eq!(read("myself.a == root_.b"), Vec::<String>::new());
    }

    #[test]
    fn the_place_and_what_is_below_it_are_met() {
        let path = |text: &str| text.split('.').map(str::to_owned).collect::<Vec<_>>();
        assert!(meets(&path("a.b"), &["a", "b"]));
        assert!(meets(&path("a.b.c"), &["a", "b"]));
        assert!(!meets(&path("a.c"), &["a", "b"]));
        assert!(!meets(&path("a"), &["a", "b"]));
    }
}
