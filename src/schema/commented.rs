//! YAML with the schema's texts above its keys.

use serde_json::{Map, Value};

use super::node::{Free, Node};
use super::words;
use crate::yaml::write::{self, Place};

/// Comments end before this column.
const WIDTH: usize = 110;

/// Writes commented YAML.
#[derive(Default)]
pub(super) struct Writer {
    out: String,
    members: bool,
}

impl Writer {
    /// A writer that also says what lists and maps hold.
    pub fn with_members() -> Self {
        Self { members: true, ..Self::default() }
    }

    pub fn finish(self) -> String {
        self.out
    }

    /// An empty line between groups.
    pub fn gap(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }

    /// Comment lines, wrapped.
    pub fn comment(&mut self, text: &str, indent: usize) {
        self.hanging(text, indent, 0);
    }

    fn hanging(&mut self, text: &str, indent: usize, hang: usize) {
        let room = WIDTH.saturating_sub(indent + hang + 2).max(40);
        for (i, line) in wrap(text, room).into_iter().enumerate() {
            let hang = if i == 0 { hang } else { hang + usize::from(hang > 0) * 2 };
            self.out.push_str(&format!("{:indent$}# {:hang$}{line}\n", "", ""));
        }
    }

    /// A key whose value follows in [`Writer::value`] or as keys of its own.
    pub fn key(&mut self, key: &str, indent: usize) {
        let key = write::scalar(&Value::String(key.to_owned()), Place::Key);
        self.out.push_str(&format!("{:indent$}{key}:", ""));
    }

    /// Ends the line of a key that has keys of its own.
    pub fn open(&mut self) {
        self.out.push('\n');
    }

    /// The value of the key just written.
    pub fn value(&mut self, value: &Value, indent: usize) {
        let inner = indent + 2;
        let empty =
            value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty);
        match value {
            Value::Array(_) | Value::Object(_) if !empty => {
                self.out.push_str(&format!("\n{:inner$}{}\n", "", write::block(value, inner)));
            }
            value => {
                self.out.push_str(&format!(" {}\n", write::scalar(value, Place::Block { indent: inner })));
            }
        }
    }

    /// A property with its text and everything below it.
    pub fn entry(&mut self, key: &str, node: &Node, value: &Value, indent: usize) {
        self.describe(node, indent);
        self.key(key, indent);
        match value {
            Value::Object(map) if node.is_branch() && !map.is_empty() => {
                self.open();
                for (key, child) in &node.properties {
                    match map.get(key) {
                        Some(value) => self.entry(key, child, value, indent + 2),
                        None => self.absent(key, child, indent + 2),
                    }
                }
                for (key, value) in map.iter().filter(|(key, _)| node.property(key).is_none()) {
                    self.key(key, indent + 2);
                    self.value(value, indent + 2);
                }
            }
            value => self.value(value, indent),
        }
    }

    /// A required property without a default: written where only one value is possible, named where not.
    pub fn absent(&mut self, key: &str, node: &Node, indent: usize) {
        if !self.members {
            return;
        }
        self.describe(node, indent);
        match node.allowed.as_slice() {
            [only] => {
                self.key(key, indent);
                self.value(only, indent);
            }
            _ => self.comment(&format!("{key}: (required; it has no default)"), indent),
        }
    }

    /// What a node is for and what may stand there.
    pub fn describe(&mut self, node: &Node, indent: usize) {
        self.comment(&node.description, indent);
        if let Some(allowed) = allowed(node) {
            self.comment(&allowed, indent);
        }
        if self.members {
            self.members(node, indent);
        }
    }

    fn members(&mut self, node: &Node, indent: usize) {
        if node.is_branch() {
            return;
        }
        let (title, member) = match (&node.items, &node.free) {
            (Some(items), _) => ("Each item:", &**items),
            (None, Free::Each(each)) => ("Each entry:", &**each),
            _ => ("", node),
        };
        if member.is_branch() && !title.is_empty() {
            self.comment(title, indent);
            self.outline(member, indent, 2);
        }
        if let Some(example) = &node.example {
            self.comment(&format!("For example: {}", write::flow(example)), indent);
        }
    }

    /// The keys of a member, as comments.
    fn outline(&mut self, node: &Node, indent: usize, hang: usize) {
        for (key, child) in &node.properties {
            let mut text = format!("{key}: {}", child.description);
            if let Some(allowed) = allowed(child) {
                text.push(' ');
                text.push_str(&allowed);
            }
            match &child.default {
                _ if node.required.contains(key) => text.push_str(" Required."),
                Some(default) => text.push_str(&format!(" Default: {}.", write::flow(default))),
                None => {}
            }
            self.hanging(&text, indent, hang);
            let member = child.items.as_deref().filter(|items| items.is_branch()).unwrap_or(child);
            self.outline(member, indent, hang + 2);
        }
    }
}

/// The values that may stand at a node, as a sentence; none when the type says it all.
fn allowed(node: &Node) -> Option<String> {
    if !node.allowed.is_empty() {
        return Some(format!("One of: {}.", words::list(&node.allowed)));
    }
    let form = node.form.as_deref().map(sentence);
    let range = words::range(node.range).map(|range| format!("Allowed: {range}."));
    form.or(range)
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{stop}", chars.as_str())
}

fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}
