//! One document of the stream, parsed when it is needed.

use std::borrow::Cow;

use serde_json::Value;

use super::Object;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::text::{Source, Span};
use crate::yaml::Document;
use crate::yaml::split::{self, Segment};

/// A document of a stream.
pub struct Manifest<'s> {
    bytes: &'s [u8],
    segment: Segment,
    origin: Origin<'s>,
    /// Its objects, once it is parsed.
    pub objects: Vec<Object>,
    // Most documents are never parsed, and there may be many.
    document: Option<Box<Document>>,
}

/// Where a document comes from.
#[derive(Clone, Copy)]
enum Origin<'s> {
    /// This stream, as the document of this number, from 1.
    Stream(&'s [u8], usize),
    /// A text of this name.
    Text(&'s str),
}

/// What becomes of a document.
#[derive(Debug)]
pub enum Finished {
    /// It passes as it is.
    Same,
    /// It goes out with these bytes.
    Changed(Vec<u8>),
    /// Every object in it is deleted.
    Deleted,
}

/// The documents of a stream, none of them parsed. Text that is no YAML is fine as long as nobody asks for it.
pub fn read(stream: &[u8]) -> Vec<Manifest<'_>> {
    let manifest = |(segment, number): (Segment, usize)| Manifest {
        bytes: &stream[segment.span.start..segment.span.end],
        segment,
        origin: Origin::Stream(stream, number),
        objects: Vec::new(),
        document: None,
    };
    split::split(stream).zip(1..).map(manifest).collect()
}

/// The path of the `# Source:` comment at the head of a document.
fn source_comment(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(1024)];
    head.split(|b| *b == b'\n').take(4).find_map(|line| {
        let path = line.strip_prefix(b"# Source: ")?;
        Some(String::from_utf8_lossy(path).trim().to_owned())
    })
}

impl<'s> Manifest<'s> {
    /// A new document; its text holds one, with a marker.
    pub fn added(text: &'s str, name: &'s str) -> Self {
        let bytes = text.as_bytes();
        let whole = || Segment { span: (0..bytes.len()).into(), body: 0 };
        let segment = split::split(bytes).find(|segment| !segment.is_blank(bytes)).unwrap_or_else(whole);
        Self { bytes, segment, origin: Origin::Text(name), objects: Vec::new(), document: None }
    }

    /// What messages call it: the path of its `# Source:` comment, or its number.
    pub fn name(&self) -> String {
        match self.origin {
            Origin::Stream(_, number) => {
                source_comment(self.bytes).unwrap_or_else(|| format!("document {number}"))
            }
            Origin::Text(name) => name.to_owned(),
        }
    }

    /// The line of the stream on which it begins, from 1.
    pub fn line(&self) -> usize {
        match self.origin {
            Origin::Stream(stream, _) => {
                1 + memchr::memchr_iter(b'\n', &stream[..self.segment.span.start]).count()
            }
            Origin::Text(_) => 1,
        }
    }

    /// Its place in the stream; none for a new document.
    pub fn span(&self) -> Option<Span> {
        matches!(self.origin, Origin::Stream(..)).then_some(self.segment.span)
    }

    /// True when a marker begins it, so that it can stand behind another document.
    pub fn has_marker(&self) -> bool {
        self.segment.has_marker()
    }

    /// The kind of its object; read from its line where that leaves no doubt, else out of the parsed document.
    pub fn kind(&mut self) -> Option<String> {
        self.plain_kind().map(str::to_owned).or_else(|| {
            self.parse().ok()?;
            self.objects.first().map(|object| object.identity.kind.clone())
        })
    }

    /// The kind of its one object, told from its lines; none when they leave a doubt.
    pub fn plain_kind(&self) -> Option<&'s str> {
        super::kind::plain(self.bytes)
    }

    /// The bytes that came in.
    pub fn bytes(&self) -> &'s [u8] {
        self.bytes
    }

    /// True when it holds only comments and white space.
    pub fn is_blank(&self) -> bool {
        let body = self.segment.body - self.segment.span.start;
        Segment { span: (0..self.bytes.len()).into(), body }.is_blank(self.bytes)
    }

    /// True once it is parsed.
    pub fn is_parsed(&self) -> bool {
        self.document.is_some()
    }

    /// True when it had objects and all of them are deleted.
    pub fn is_deleted(&self) -> bool {
        !self.objects.is_empty() && self.objects.iter().all(|object| object.value.is_none())
    }

    /// Parses the document and finds its objects.
    pub fn parse(&mut self) -> Result<(), Diagnostics> {
        if self.document.is_some() {
            return Ok(());
        }
        let text = std::str::from_utf8(self.bytes).map_err(|fault| {
            let line = memchr::memchr_iter(b'\n', &self.bytes[..fault.valid_up_to()]).count();
            Diagnostic::error(
                "not-utf-8",
                format!("{} is not UTF-8 on line {}", self.name(), self.line() + line),
            )
        })?;
        let document = Document::parse(Source::new(self.name(), text))?;
        let value = document.to_value_lenient()?;
        self.objects = objects(value);
        self.document = Some(Box::new(document));
        Ok(())
    }

    /// What goes out; `write` gives the document, which has the first value, the second one.
    pub fn finish(
        &self,
        write: impl FnOnce(&Document, &Value, &Value) -> Result<Document, Diagnostic>,
    ) -> Result<Finished, Diagnostic> {
        let changed = self.objects.iter().any(Object::is_changed);
        let Some(document) = self.document.as_deref().filter(|_| changed) else {
            return Ok(Finished::Same);
        };
        let old = self.old(document)?;
        let Some(wanted) = self.wanted(&old) else { return Ok(Finished::Deleted) };
        let written = write(document, &old, &wanted)?;
        let text = written.source().text().as_bytes();
        Ok(if text == self.bytes { Finished::Same } else { Finished::Changed(text.to_vec()) })
    }

    /// The value that the document has.
    #[expect(clippy::result_large_err, reason = "a refusal ends the work on a document")]
    fn old(&self, document: &Document) -> Result<Cow<'_, Value>, Diagnostic> {
        if let [object] = self.objects.as_slice()
            && let Some(value) = object.original()
        {
            return Ok(Cow::Borrowed(value));
        }
        let unreadable = || Diagnostic::error("unreadable-manifest", format!("{} has no value", self.name()));
        let read = document.to_value_lenient();
        read.map(Cow::Owned).map_err(|found| found.into_iter().next().unwrap_or_else(unreadable))
    }

    /// The value that the document shall have; none when every object in it is deleted.
    fn wanted(&self, old: &Value) -> Option<Cow<'_, Value>> {
        let is_list = self.objects.iter().any(|object| object.item.is_some());
        if !is_list {
            return self.objects.first().and_then(Object::finished);
        }
        if self.objects.iter().all(|object| object.value.is_none()) {
            return None;
        }
        let mut value = old.clone();
        if let Some(items) = value.get_mut("items").and_then(Value::as_array_mut) {
            // From the end, so that indexes stay true while items go away.
            for object in self.objects.iter().rev() {
                let Some(at) = object.item.filter(|at| *at < items.len()) else { continue };
                match object.finished() {
                    Some(finished) => items[at] = finished.into_owned(),
                    None => {
                        items.remove(at);
                    }
                }
            }
        }
        Some(Cow::Owned(value))
    }

    /// The parsed document.
    pub fn document(&self) -> Option<&Document> {
        self.document.as_deref()
    }
}

/// The objects of a document; the items of a list are objects of their own.
fn objects(value: Value) -> Vec<Object> {
    let is_list = value.get("kind").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("List"));
    match value {
        Value::Object(mut map) if is_list && map.get("items").is_some_and(Value::is_array) => {
            let Some(Value::Array(items)) = map.shift_remove("items") else { return Vec::new() };
            items.into_iter().enumerate().filter_map(|(at, item)| Object::of(item, Some(at))).collect()
        }
        value => Object::of(value, None).into_iter().collect(),
    }
}
