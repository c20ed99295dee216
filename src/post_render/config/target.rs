//! What a patch is for: regular expressions on the identity, selectors on labels and annotations.

use std::fmt;

use regex::RegexBuilder;

use super::fields::Fields;
use super::{Dialect, Reading, finding};
use crate::manifest::{Identity, LabelSelector, Object};
use crate::yaml::Node;

/// Memory that one compiled expression may take.
const LIMIT: usize = 1 << 20;

/// Which objects a patch is for; everything it names must fit.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// The API group.
    pub group: Option<Pattern>,
    /// The API version.
    pub version: Option<Pattern>,
    /// The kind.
    pub kind: Option<Pattern>,
    /// The name.
    pub name: Option<Pattern>,
    /// The namespace, where none is `default`.
    pub namespace: Option<Pattern>,
    /// What the labels must hold.
    pub labels: Option<(String, LabelSelector)>,
    /// What the annotations must hold.
    pub annotations: Option<(String, LabelSelector)>,
}

/// A regular expression that must fit a whole text.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    matcher: Matcher,
}

/// How a text is held against an expression.
#[derive(Clone, Debug)]
enum Matcher {
    /// The expression is a text.
    Text,
    /// A text where `.` stands for any character, as most expressions are: nothing needs to be compiled.
    Dots,
    Regex(regex::Regex),
}

impl Pattern {
    /// Compiles an expression; it is anchored at both ends.
    pub fn new(text: &str) -> Result<Self, regex::Error> {
        let matcher = if is_plain(text) {
            Matcher::Dots
        } else {
            Matcher::Regex(RegexBuilder::new(&format!("^(?:{text})$")).size_limit(LIMIT).build()?)
        };
        Ok(Self { text: text.to_owned(), matcher })
    }

    /// The expression for one text.
    pub fn literal(text: &str) -> Self {
        Self { text: text.to_owned(), matcher: Matcher::Text }
    }

    /// True when the whole text fits.
    pub fn matches(&self, text: &str) -> bool {
        match &self.matcher {
            Matcher::Text => self.text == text,
            Matcher::Dots => fits_dots(&self.text, text),
            Matcher::Regex(regex) => regex.is_match(text),
        }
    }

    /// The expression as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A piece of text that everything that fits must contain; none when the expression is not plain.
    pub fn needle(&self) -> Option<&str> {
        let plain = is_plain(&self.text);
        let longest = self.text.split('.').max_by_key(|part| part.len())?;
        (plain && !longest.is_empty()).then_some(longest)
    }
}

/// True for an expression in which nothing but `.` has a meaning.
fn is_plain(expression: &str) -> bool {
    expression.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// Holds a text against an expression in which `.` is any character but a line feed.
fn fits_dots(expression: &str, text: &str) -> bool {
    let mut characters = text.chars();
    let fits = expression.chars().all(|wanted| {
        characters.next().is_some_and(|found| found == wanted || (wanted == '.' && found != '\n'))
    });
    fits && characters.next().is_none()
}

impl Target {
    pub(super) const FIELDS: [&'static str; 7] =
        ["group", "version", "kind", "name", "namespace", "labelSelector", "annotationSelector"];

    /// Reads a target.
    pub(super) fn read(node: Node<'_>, reading: &mut Reading<'_, '_>) -> Option<Self> {
        let fields = Fields::read(node, "a target", &Self::FIELDS, reading)?;
        let target = Self::of(&fields, reading);
        if target.is_empty() && reading.dialect == Dialect::PostRender {
            reading.findings.push(
                finding(node, "empty-target", "an empty target would select every object")
                    .help("write `kind: .*` if that is what is meant"),
            );
        }
        Some(target)
    }

    /// The target of fields that are checked already.
    pub(super) fn of(fields: &Fields<'_>, reading: &mut Reading<'_, '_>) -> Self {
        let mut pattern = |key: &str| {
            let text = fields.text(key, reading).filter(|text| !text.is_empty())?;
            let node = fields.get(key)?;
            match Pattern::new(&text) {
                Ok(pattern) => Some(pattern),
                Err(fault) => {
                    let reason = fault.to_string();
                    let reason =
                        reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                    let found = finding(
                        node,
                        "invalid-expression",
                        format!("`{key}` is no regular expression: {reason}"),
                    );
                    reading.findings.push(found.found(text));
                    None
                }
            }
        };
        let (group, version, kind) = (pattern("group"), pattern("version"), pattern("kind"));
        let (name, namespace) = (pattern("name"), pattern("namespace"));
        let mut selector = |key: &str| {
            let text = fields.text(key, reading).filter(|text| !text.is_empty())?;
            match LabelSelector::parse(&text) {
                Ok(selector) => Some((text, selector)),
                Err(fault) => {
                    let found = finding(fields.get(key)?, "invalid-selector", fault.to_string());
                    reading.findings.push(found.help("write `key=value`, `key!=value`, `key in (a,b)`, `key` or `!key`, with commas between"));
                    None
                }
            }
        };
        let (labels, annotations) = (selector("labelSelector"), selector("annotationSelector"));
        Self { group, version, kind, name, namespace, labels, annotations }
    }

    /// True when it names nothing.
    pub fn is_empty(&self) -> bool {
        let patterns = [&self.group, &self.version, &self.kind, &self.name, &self.namespace];
        patterns.iter().all(|pattern| pattern.is_none())
            && self.labels.is_none()
            && self.annotations.is_none()
    }

    /// True when the object fits, as it came in or as it is now.
    pub fn selects(&self, object: &Object) -> bool {
        let Some(current) = object.current_identity() else { return false };
        (self.fits(&current) || self.fits(&object.identity))
            && self.labels.as_ref().is_none_or(|(_, selector)| selector.matches(object.metadata("labels")))
            && self
                .annotations
                .as_ref()
                .is_none_or(|(_, selector)| selector.matches(object.metadata("annotations")))
    }

    /// True when it selects by the annotation that makes a hook.
    pub fn means_hooks(&self) -> bool {
        self.annotations.as_ref().is_some_and(|(text, _)| text.contains("helm.sh/hook"))
    }

    /// True when the identity fits.
    pub fn fits(&self, identity: &Identity) -> bool {
        let fits = |pattern: &Option<Pattern>, text: &str| pattern.as_ref().is_none_or(|p| p.matches(text));
        fits(&self.group, &identity.group)
            && fits(&self.version, &identity.version)
            && fits(&self.kind, &identity.kind)
            && fits(&self.name, &identity.name)
            && fits(&self.namespace, identity.effective_namespace())
    }

    /// Texts that a document must contain to be selected.
    pub fn needles(&self) -> Vec<String> {
        // A namespace may be left out where it is `default`.
        let patterns = [&self.kind, &self.name];
        patterns.iter().filter_map(|pattern| pattern.as_ref()?.needle().map(str::to_owned)).collect()
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        let mut add =
            |name: &str, text: Option<&str>| parts.extend(text.map(|text| format!("{name} {text}")));
        add("kind", self.kind.as_ref().map(Pattern::text));
        add("name", self.name.as_ref().map(Pattern::text));
        add("namespace", self.namespace.as_ref().map(Pattern::text));
        add("group", self.group.as_ref().map(Pattern::text));
        add("version", self.version.as_ref().map(Pattern::text));
        add("labels", self.labels.as_ref().map(|(text, _)| text.as_str()));
        add("annotations", self.annotations.as_ref().map(|(text, _)| text.as_str()));
        if parts.is_empty() {
            parts.push("every object".to_owned());
        }
        f.write_str(&parts.join(", "))
    }
}
