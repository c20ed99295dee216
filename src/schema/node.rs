//! The composed schema as a tree: references resolved, own keywords read.

use std::sync::Arc;

use serde_json::Value;

/// One place of the values model.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// The component that defined it.
    pub component: Arc<str>,
    /// Where it stands in the composed schema.
    pub pointer: String,
    /// What it is for, one or two sentences.
    pub description: String,
    /// JSON Schema type names; empty when the schema names none.
    pub types: Vec<String>,
    /// Named keys, in the order of the schema.
    pub properties: Vec<(String, Node)>,
    /// Keys that must be there.
    pub required: Vec<String>,
    /// What keys without a name may be.
    pub free: Free,
    /// What a list holds.
    pub items: Option<Box<Node>>,
    /// The alternatives of `oneOf` and `anyOf`.
    pub branches: Vec<Node>,
    /// The values of `enum` or `const`; empty: any.
    pub allowed: Vec<Value>,
    /// The sentence about `pattern`, or the pattern itself.
    pub form: Option<String>,
    /// `minimum` and `maximum`.
    pub range: (Option<f64>, Option<f64>),
    /// What holds when the user says nothing.
    pub default: Option<Value>,
    /// CEL that computes the default from the other values.
    pub default_expression: Option<String>,
    /// An example for the documentation.
    pub example: Option<Value>,
    /// Where in the charts' values it appears.
    pub helm: Option<Helm>,
    /// Its value picks a presets file.
    pub preset: bool,
    /// `{{ name }}` in it is replaced.
    pub placeholders: bool,
    /// It holds the name of a Secret.
    pub secret: bool,
    /// CEL that gives the table of known configuration keys of this map.
    pub known_keys: Option<String>,
    /// Cross-field rules on this object.
    pub rules: Vec<Rule>,
}

/// What an object's keys without a name may be.
#[derive(Clone, Debug, Default)]
pub enum Free {
    /// There are none: `additionalProperties: false`.
    #[default]
    Closed,
    /// Anything: `additionalProperties: true`.
    Any,
    /// All of one shape.
    Each(Box<Node>),
}

/// Where in the charts' values a node appears (`x-helm`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Helm {
    /// A value of the component's own chart.
    Chart,
    /// `global.<path>` of every chart that mentions it.
    Global,
}

/// A cross-field rule (`x-kubernetes-validations`).
#[derive(Clone, Debug)]
pub struct Rule {
    /// The component that wrote it; its data files are `data`.
    pub component: Arc<str>,
    /// Where it stands in that component's `schema.yaml`.
    pub pointer: String,
    /// Its number: the code of the finding.
    pub id: String,
    /// CEL that is true when all is well.
    pub rule: String,
    /// What to say when it is not.
    pub message: String,
    /// CEL that says it instead.
    pub message_expression: Option<String>,
    /// The field to point at, below the object.
    pub field_path: Option<String>,
    /// A warning instead of an error.
    pub warning: bool,
    /// How to go on.
    pub help: Option<String>,
}

impl Rule {
    /// Its CEL: the rule, and what says the message.
    pub fn expressions(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.rule.as_str()).chain(self.message_expression.as_deref())
    }
}

impl Node {
    /// The named key.
    pub fn property(&self, name: &str) -> Option<&Node> {
        self.properties.iter().find(|(key, _)| key == name).map(|(_, node)| node)
    }

    /// The node of a key, named or free, or of an item; alternatives are searched too.
    pub fn child(&self, segment: &str) -> Option<&Node> {
        let own = self.property(segment).or_else(|| match (&self.free, &self.items) {
            (Free::Each(each), _) => Some(&**each),
            (_, Some(items)) if segment.parse::<usize>().is_ok() => Some(&**items),
            _ => None,
        });
        own.or_else(|| self.branches.iter().find_map(|branch| branch.child(segment)))
    }

    /// True for objects whose keys have names.
    pub fn is_branch(&self) -> bool {
        !self.properties.is_empty()
    }

    /// True for objects without named keys.
    pub fn is_map(&self) -> bool {
        self.properties.is_empty() && self.accepts("object") && self.types.len() == 1
    }

    /// True when the schema names this type.
    pub fn accepts(&self, name: &str) -> bool {
        self.types.iter().any(|t| t == name)
    }
}
