//! Paths into values, as `--set` and messages write them: `a.b[0].c`, `jobs[name=x]`, `labels["app.kubernetes.io/name"]`.

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::schema::node::Free;
use crate::schema::{Locate, Node, Place, Schema, pointer};
use crate::text::{Source, Span};

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A key of a map.
    Key(String),
    /// An item of a list, from 0; one past the last is a new item.
    Index(usize),
    /// The one item of a list whose key has this value: `[name=x]`.
    Select(String, String),
    /// A new item at the end of a list: `[+]`.
    Append,
}

/// A path and the text it was read from.
#[derive(Clone, Debug)]
pub struct Path {
    source: Source,
    steps: Vec<(Step, Span)>,
}

impl Path {
    /// Reads a whole text as a path.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        Self::parse_in(&Source::new("PATH", text), text.len())
    }

    /// Reads the first `end` bytes of a source as a path.
    pub(super) fn parse_in(source: &Source, end: usize) -> Result<Self, Diagnostic> {
        let mut reader = Reader { source, end, at: 0 };
        let mut steps = Vec::new();
        while reader.at < end {
            steps.push(reader.step(steps.is_empty())?);
        }
        Ok(Self { source: source.clone(), steps })
    }

    /// The steps, from the root down.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().map(|(step, _)| step)
    }

    /// The path as it was written.
    pub fn text(&self) -> &str {
        self.steps.last().map_or("", |(_, last)| self.source.slice(Span::new(0, last.end)))
    }

    /// The schema's node of each step, or the finding for the first key that the schema does not have.
    /// None below a free map or a step that has no node.
    pub fn nodes<'s>(&self, schema: &'s Schema) -> Result<Vec<Option<&'s Node>>, Diagnostic> {
        let mut node = Some(schema.root());
        let mut at = String::new();
        let mut nodes = Vec::new();
        for (step, _) in &self.steps {
            let segment = step.segment();
            let below = node.and_then(|node| node.child(&segment));
            if let (Some(node), None) = (node, below)
                && let Some(finding) = self.nowhere(schema, node, &at, nodes.len())
            {
                return Err(finding);
            }
            at = pointer::join(&at, &segment);
            node = below;
            nodes.push(node);
        }
        Ok(nodes)
    }

    /// The finding for a step that a node does not have; none where the schema allows anything.
    fn nowhere(&self, schema: &Schema, node: &Node, at: &str, index: usize) -> Option<Diagnostic> {
        let (name, open) = (pointer::dotted(at), node.types.is_empty() && node.branches.is_empty());
        match &self.steps[index].0 {
            Step::Key(_) if open => None,
            Step::Key(_) if node.accepts("object") && matches!(node.free, Free::Any) => None,
            Step::Key(key) if node.accepts("object") || !node.branches.is_empty() => {
                Some(schema.unknown_key(self, at, key))
            }
            Step::Key(_) => Some(self.finding("not-a-map", format!("`{name}` has no keys"), index)),
            _ if open || (node.accepts("array") && node.items.is_none()) => None,
            _ => Some(self.finding("not-a-list", format!("`{name}` is no list"), index)),
        }
    }

    /// The pointer of this path in a value that has it.
    pub fn pointer_in(&self, value: &Value) -> Result<String, Diagnostic> {
        let mut here = value;
        let mut at = String::new();
        for (index, (step, _)) in self.steps.iter().enumerate() {
            let segment = self.segment_in(index, here)?;
            let next = match (step, here) {
                (Step::Key(_), Value::Object(map)) => map.get(&segment),
                (Step::Key(_), _) => None,
                (_, Value::Array(items)) => segment.parse::<usize>().ok().and_then(|at| items.get(at)),
                _ => None,
            };
            at = pointer::join(&at, &segment);
            let Some(next) = next else { return Err(self.not_written(index)) };
            here = next;
        }
        Ok(at)
    }

    /// The key or index that a step means in a value.
    pub(super) fn segment_in(&self, index: usize, here: &Value) -> Result<String, Diagnostic> {
        let step = &self.steps[index].0;
        let (key, wanted) = match (step, here) {
            (Step::Select(key, wanted), _) => (key, wanted),
            (Step::Append, Value::Array(items)) => return Ok(items.len().to_string()),
            _ => return Ok(step.segment()),
        };
        let items = here.as_array().map_or(&[][..], Vec::as_slice);
        let text = |item: &Value| {
            item.get(key).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        };
        let matching: Vec<_> =
            (0..items.len()).filter(|at| text(&items[*at]).as_ref() == Some(wanted)).collect();
        match matching.as_slice() {
            [one] => Ok(one.to_string()),
            [] => {
                let names: Vec<_> = items.iter().filter_map(text).map(|name| format!("`{name}`")).collect();
                let finding = self
                    .finding("no-such-item", format!("no item has `{key}` {wanted}"), index)
                    .found(wanted);
                Err(match names.len() {
                    0 => finding.help(format!("The list has no item with `{key}`; `[+]` adds an item.")),
                    _ => finding.expected(format!("one of {}", names.join(", "))),
                })
            }
            _ => Err(self
                .finding("ambiguous-item", format!("{} items have `{key}` {wanted}", matching.len()), index)
                .help(format!(
                    "Name one by its index: {}.",
                    matching.iter().map(|at| format!("[{at}]")).collect::<Vec<_>>().join(" or ")
                ))),
        }
    }

    /// The finding for a path that the file does not have.
    pub(super) fn not_written(&self, index: usize) -> Diagnostic {
        let text = self.source.slice(Span::new(0, self.steps[index].1.end));
        self.finding("not-written", format!("`{text}` is not written in the file"), index)
    }

    /// A finding that underlines one step.
    pub(super) fn finding(&self, code: &str, message: impl Into<String>, index: usize) -> Diagnostic {
        let span = self.steps.get(index).map_or(Span::new(0, self.source.text().len()), |(_, span)| *span);
        Diagnostic::error(code, message).at(&self.source, span, "")
    }
}

impl Step {
    /// The step in a pointer; an item that is not known yet stands as `0`.
    fn segment(&self) -> String {
        match self {
            Step::Key(key) => key.clone(),
            Step::Index(at) => at.to_string(),
            Step::Select(..) | Step::Append => "0".to_owned(),
        }
    }
}

/// A path is its own text: findings about a pointer underline the step.
impl Locate for Path {
    fn locate(&self, pointer: &str) -> Option<Place> {
        let depth = pointer::segments(pointer).count();
        let span = self.steps.get(depth.checked_sub(1)?)?.1;
        Some(Place { source: self.source.clone(), key: Some(span), value: span })
    }
}

struct Reader<'a> {
    source: &'a Source,
    end: usize,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.source.text()[self.at..self.end]
    }

    fn step(&mut self, first: bool) -> Result<(Step, Span), Diagnostic> {
        if self.rest().starts_with('[') {
            return self.bracket();
        }
        if !first {
            if !self.rest().starts_with('.') {
                return Err(self.fault("a `.` or `[` is expected here", self.at));
            }
            self.at += 1;
        }
        let start = self.at;
        let mut key = String::new();
        while let Some(c) = self.rest().chars().next().filter(|c| !matches!(c, '.' | '[')) {
            self.at += c.len_utf8();
            if c == '\\' {
                let Some(next) = self.rest().chars().next() else {
                    return Err(self.fault("nothing follows the last `\\`", start));
                };
                self.at += next.len_utf8();
                key.push(next);
            } else {
                key.push(c);
            }
        }
        if key.is_empty() {
            return Err(self.fault("a key is missing here", start));
        }
        Ok((Step::Key(key), Span::new(start, self.at)))
    }

    /// `[0]`, `[+]`, `[name=x]`, `["key"]`.
    fn bracket(&mut self) -> Result<(Step, Span), Diagnostic> {
        let start = self.at;
        let inner = &self.rest()[1..];
        let quote = inner.chars().next().filter(|c| matches!(c, '"' | '\''));
        let closed = match quote {
            Some(quote) => inner[1..].find(&format!("{quote}]")).map(|length| (length + 2, 1..length + 1)),
            None => inner.find(']').map(|length| (length, 0..length)),
        };
        let Some((length, word)) = closed else {
            return Err(self.fault("this bracket is not closed", start));
        };
        let word = &inner[word];
        let step = if quote.is_some() {
            Step::Key(word.to_owned())
        } else if word == "+" {
            Step::Append
        } else if let Some((key, value)) = word.split_once('=') {
            Step::Select(key.trim().to_owned(), value.trim().trim_matches(['"', '\'']).to_owned())
        } else if let Ok(index) = word.parse() {
            Step::Index(index)
        } else {
            return Err(self.fault(&format!("`{word}` is no list index"), start).expected(
                "an index as in [0], [+] for a new item, [name=x] for the item of that name, or [\"key\"]",
            ));
        };
        self.at = start + length + 2;
        Ok((step, Span::new(start, self.at)))
    }

    fn fault(&self, message: &str, start: usize) -> Diagnostic {
        Diagnostic::error("invalid-path", message)
            .at(self.source, Span::new(start, self.end.max(start)), "")
            .help("A path reads a.b[0].c; quote it for the shell, and write \\. for a dot inside a key.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn steps(text: &str) -> Vec<Step> {
        Path::parse(text)
            .unwrap_or_else(|fault| panic!("{text}: {}", fault.message))
            .steps()
            .cloned()
            .collect()
    }

    fn key(text: &str) -> Step {
        Step::Key(text.to_owned())
    }

    #[test]
    fn reads_what_set_and_messages_write() {
        assert_eq!(steps("a.b-c[0].d"), [key("a"), key("b-c"), Step::Index(0), key("d")]);
        assert_eq!(steps(r"a.app\.kubernetes\.io/name"), [key("a"), key("app.kubernetes.io/name")]);
        assert_eq!(steps("a[\"x.y\"]['z']"), [key("a"), key("x.y"), key("z")]);
        assert_eq!(
            steps("jobs[name=x][+]"),
            [key("jobs"), Step::Select("name".into(), "x".into()), Step::Append]
        );
        assert_eq!(steps(""), []);
    }

    #[test]
    fn says_where_it_cannot_be_read() {
        for (text, at) in
            [("a..b", 2), ("a[0", 1), ("a[x]", 1), ("a.", 2), (".a", 0), ("a[0]b", 4), (r"a\", 0)]
        {
            let fault = Path::parse(text).expect_err(text);
            assert_eq!((fault.code.as_str(), fault.labels[0].span.start), ("invalid-path", at), "{text}");
        }
    }

    #[test]
    fn selectors_find_the_one_item() {
        let value =
            json!({"jobs": [{"name": "a"}, {"name": "b", "n": 1}, {"name": "b", "n": 2}, {"name": "c"}]});
        let at = |text: &str| Path::parse(text).expect("reads").pointer_in(&value);
        assert_eq!(at("jobs[name=c]"), Ok("/jobs/3".to_owned()));
        assert_eq!(at("jobs[n=2].name"), Ok("/jobs/2/name".to_owned()));
        for (text, code) in
            [("jobs[name=b]", "ambiguous-item"), ("jobs[name=z]", "no-such-item"), ("jobs[9]", "not-written")]
        {
            assert_eq!(at(text).expect_err(text).code, code);
        }
    }
}
