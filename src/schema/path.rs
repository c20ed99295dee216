//! Paths that templates write, against the schema.

use super::Schema;
use super::near::near;
use super::node::{Free, Node};

impl Schema {
    /// Whether `values.<path>` can exist: `a.b`, `a.list[].b` or `a.list[0].b` for an item, `a.map.*` for any entry of
    /// a map. Below a free map everything can.
    ///
    /// The error is the whole path that was probably meant.
    pub fn has_path(&self, path: &str) -> Result<(), Option<String>> {
        let mut node = &self.root;
        let mut done = String::new();
        for step in steps(path) {
            match next(node, step) {
                Step::To(child) => node = child,
                Step::Anything => return Ok(()),
                Step::Nowhere => {
                    let names = node.properties.iter().map(|(key, _)| key.as_str());
                    let meant = near(step, names).map(|meant| {
                        if done.is_empty() { meant.to_owned() } else { format!("{done}.{meant}") }
                    });
                    return Err(meant);
                }
            }
            if !done.is_empty() && step != "[]" {
                done.push('.');
            }
            done.push_str(step);
        }
        Ok(())
    }
}

enum Step<'a> {
    To(&'a Node),
    Anything,
    Nowhere,
}

fn next<'a>(node: &'a Node, step: &str) -> Step<'a> {
    let item = step == "[]" || step.parse::<usize>().is_ok();
    match (&node.items, &node.free) {
        (Some(items), _) if item => return Step::To(items),
        (_, Free::Each(each)) if step == "*" => return Step::To(each),
        _ => {}
    }
    if let Some(child) =
        node.property(step).or_else(|| node.branches.iter().find_map(|branch| branch.child(step)))
    {
        return Step::To(child);
    }
    match &node.free {
        Free::Each(each) => Step::To(each),
        Free::Any if node.items.is_none() && open(node) => Step::Anything,
        _ => Step::Nowhere,
    }
}

/// True when a node without named keys may be a map at all.
fn open(node: &Node) -> bool {
    node.types.is_empty() || node.accepts("object")
}

/// `a.b[0].c` as `a`, `b`, `0`, `c`; `[]` stands for any item.
fn steps(path: &str) -> impl Iterator<Item = &str> {
    path.split('.').flat_map(|part| {
        let (name, indexes) = part.split_at(part.find('[').unwrap_or(part.len()));
        let indexes = indexes.split('[').skip(1).map(|index| {
            match index.trim_end_matches(']').trim_matches(['\'', '"']) {
                "" => "[]",
                index => index,
            }
        });
        std::iter::once(name).filter(|name| !name.is_empty()).chain(indexes)
    })
}

#[cfg(test)]
mod tests {
    use crate::schema::testing::schema;

    #[test]
    fn paths_are_followed() {
        let part = "
type: object
additionalProperties: false
properties:
  a:
    type: object
    description: A.
    additionalProperties: false
    properties:
      name: {type: string, default: '', description: Name.}
      free: {type: object, additionalProperties: true, description: Free.}
      map:
        type: object
        description: Map.
        additionalProperties:
          type: object
          additionalProperties: false
          properties: {size: {type: string, default: '', description: Size.}}
      list:
        type: array
        default: []
        description: List.
        items:
          type: object
          additionalProperties: false
          properties: {size: {type: string, default: '', description: Size.}}
";
        let schema = schema(&[("x", part)]).expect("composes");
        for path in [
            "a",
            "a.name",
            "a.free.any.thing",
            "a.map.x.size",
            "a.map.*.size",
            "a.list[].size",
            "a.list[0].size",
            "a.list.0.size",
            "a.map['x'].size",
            "",
        ] {
            assert_eq!(schema.has_path(path), Ok(()), "{path}");
        }
        for (path, meant) in [
            ("b", Some("a")),
            ("a.nane", Some("a.name")),
            ("a.name.x", None),
            ("a.list.size", None),
            ("a.list[].sizes", Some("a.list[].size")),
            ("a.map.x.siz", Some("a.map.x.size")),
            ("a.quite.other", None),
        ] {
            assert_eq!(schema.has_path(path), Err(meant.map(str::to_owned)), "{path}");
        }
    }
}
