//! Temporary.
#![allow(missing_docs)]
use super::*;
impl Schema {
    pub fn has_path(&self, path: &str) -> Result<(), Option<String>> {
        let mut node = &self.root;
        for part in path.replace("[]", ".[]").split('.') {
            let next = match part {
                "[]" => node.items.as_deref(),
                "*" => match &node.free { node::Free::Each(n) => Some(&**n), node::Free::Any => return Ok(()), _ => None },
                name => match (node.property(name), &node.free) { (Some(n), _) => Some(n), (_, node::Free::Each(n)) => Some(&**n), (_, node::Free::Any) => return Ok(()), _ => node.branches.iter().find_map(|b| b.property(name)) },
            };
            match next { Some(n) => node = n, None => return Err(None) }
        }
        Ok(())
    }
}
pub mod helm {
    use super::*;
    use std::collections::BTreeSet;
    pub struct Chart<'a> { pub root: Option<&'a str>, pub globals: &'a BTreeSet<&'a str>, pub blocks: &'a [Block], pub subcharts: &'a [String] }
    pub struct Block { pub name: String, pub comment: String, pub value: Value, pub schema: Value }
    fn pick(node: &Node, value: &Value, which: node::Helm, inside: bool) -> Option<Value> {
        let here = inside || node.helm == Some(which);
        if node.helm.is_some() && node.helm != Some(which) { return None }
        match value {
            Value::Object(m) if !node.properties.is_empty() => {
                let mut out = serde_json::Map::new();
                for (k, v) in m { if let Some(c) = node.property(k) { if let Some(x) = pick(c, v, which, here) { out.insert(k.clone(), x); } } }
                (here || !out.is_empty()).then_some(Value::Object(out))
            }
            v => here.then(|| v.clone()),
        }
    }
    pub fn chart_values(schema: &Schema, values: &Value, chart: &Chart<'_>) -> String {
        let mut out = serde_json::Map::new();
        if let Some(root) = chart.root {
            let p = pointer::from_dotted(root);
            if let (Some(n), Some(v)) = (schema.node_at(&p), values.pointer(&p)) {
                if let Some(Value::Object(m)) = pick(n, v, node::Helm::Chart, false) { out.extend(m); }
            }
        }
        for b in chart.blocks { out.insert(b.name.clone(), b.value.clone()); }
        let mut g = serde_json::Map::new();
        for name in chart.globals {
            if let (Some(n), Some(v)) = (schema.root.property(name), values.get(*name)) {
                if let Some(x) = pick(n, v, node::Helm::Global, false) { g.insert((*name).to_owned(), x); }
            }
        }
        out.insert("global".into(), Value::Object(g));
        crate::yaml::write::block(&Value::Object(out), 0) + "\n"
    }
    pub fn chart_schema(_: &Schema, _: &Chart<'_>) -> Value { serde_json::json!({"type": "object"}) }
}
pub mod reference {
    use super::*;
    pub fn text(_: &Schema) -> String { String::new() }
}
