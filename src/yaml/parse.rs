//! Text to tree. The only module that knows the parser crate.
//!
//! The crate's events give the exact spans of scalars, aliases and brackets. The rest is found in the gaps
//! between them: `-`, `:`, `?`, `|`, tags and anchors, and where a block collection really begins and ends.

mod block_scalar;
mod fault;

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle, Tag};

use crate::diagnostic::Diagnostic;
use crate::text::{Source, Span};
use crate::yaml::gap::{ends_indicator, line_start, skip_blank, skip_end_markers, skip_property};
use crate::yaml::scalar;
use crate::yaml::tree::{Content, Kind, NO_NODE, NOWHERE, Properties, Record, Style, Tree};
use crate::yaml::{characters, document};

/// About as many bytes of a manifest are one node: keys and values are short.
const BYTES_A_NODE: usize = 16;
/// Nodes that room is made for before they are there; a document that is one long text has few.
const MOST_ROOM: usize = 1024;

/// Parses the document that `within` holds; all spans are places in the whole source.
#[expect(clippy::result_large_err, reason = "a fault ends the work on a document")]
pub(crate) fn parse(source: &Source, within: Span) -> Result<Tree, Diagnostic> {
    let text = source.slice(within);
    if text.len() >= NO_NODE as usize {
        return Err(fault::too_long(source, within));
    }
    if let Some(forbidden) = characters::first_forbidden(text) {
        return Err(fault::forbidden(source, within.start, forbidden));
    }
    let mut builder = Builder::new(text);
    for event in Parser::new_from_str_with_options(text, options()) {
        let (event, span) = event.map_err(|error| fault::scan(source, within, &error))?;
        let span = span.byte_range().map_or(Span::new(builder.cursor, builder.cursor), Span::from);
        match builder.event(event, span) {
            Ok(true) => {}
            Ok(false) => break,
            Err(stop) => return Err(stop.diagnostic(source, within.start)),
        }
    }
    Ok(builder.finish(within.start))
}

fn options() -> Options {
    // Comments are read from the gaps: with them on, 97 comment lines in a row are an error.
    let mut options = Options::default();
    options.set_emit_comments(false);
    options.emit_anchor_events = true;
    options
}

/// Why building stopped; places are relative to the document.
enum Stop {
    /// A second document begins here.
    SecondDocument(Span),
    /// The text here is not what the events said.
    Lost(usize),
}

impl Stop {
    fn diagnostic(self, source: &Source, base: usize) -> Diagnostic {
        match self {
            Stop::SecondDocument(span) => {
                document::several_documents(source, Span::new(base + span.start, base + span.end))
            }
            Stop::Lost(at) => fault::lost(source, base + at),
        }
    }
}

/// A collection that is not closed yet.
struct Open {
    node: u32,
    /// The key whose value comes next.
    key: Option<u32>,
}

/// Where a node stands.
struct Place {
    parent: u32,
    indicator: usize,
    key: u32,
}

/// A node as an event tells it.
struct Start<'t> {
    span: Span,
    tag: Option<Cow<'t, Tag>>,
    anchor: usize,
    /// Nothing is written there.
    omitted: bool,
}

struct Builder<'t> {
    text: &'t str,
    records: Vec<Record>,
    open: Vec<Open>,
    /// One past the last byte that is accounted for.
    cursor: usize,
    /// Parser's anchor number to node.
    anchors: HashMap<usize, u32>,
    /// The `---` of a second document.
    second: Option<Span>,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        let cursor = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let records = Vec::with_capacity((text.len() / BYTES_A_NODE).min(MOST_ROOM));
        Self { text, records, open: Vec::new(), cursor, anchors: HashMap::new(), second: None }
    }

    /// Takes one event in; false when there is nothing more to read.
    fn event(&mut self, event: Event<'t>, span: Span) -> Result<bool, Stop> {
        match event {
            Event::DocumentStart(explicit, _) => {
                if !self.records.is_empty() {
                    self.second = Some(span);
                } else if explicit {
                    self.cursor = span.end;
                } else {
                    self.cursor = skip_end_markers(self.text, self.cursor);
                }
            }
            Event::Scalar(value, style, anchor, tag) => {
                let omitted = style == ScalarStyle::Plain && span.start == span.end;
                if let Some(second) = self.second {
                    // A last `---` with nothing after it opens an empty document: harmless.
                    return if omitted { Ok(true) } else { Err(Stop::SecondDocument(second)) };
                }
                self.scalar(value, style, Start { span, tag, anchor, omitted })?;
            }
            Event::Alias(anchor) => {
                self.refuse_second()?;
                let start = Start { span, tag: None, anchor: 0, omitted: false };
                let node = self.begin(&start, Kind::Alias, Style::Plain)?;
                self.records[node as usize].target = self.anchors.get(&anchor).copied().unwrap_or(NO_NODE);
                self.end(node, span.end);
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.refuse_second()?;
                let start = Start { span, tag, anchor, omitted: false };
                self.collection(&start, Kind::Sequence, style)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                self.refuse_second()?;
                let start = Start { span, tag, anchor, omitted: false };
                self.collection(&start, Kind::Mapping, style)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    self.end(open.node, self.cursor.max(span.end * usize::from(span.start < span.end)));
                }
            }
            Event::Anchor(_, name) => {
                if let Some(properties) =
                    self.records.last_mut().and_then(|record| record.properties.as_deref_mut())
                {
                    properties.anchor = Some(name.into());
                }
            }
            Event::StreamEnd => return Ok(false),
            _ => {}
        }
        Ok(true)
    }

    fn refuse_second(&self) -> Result<(), Stop> {
        self.second.map_or(Ok(()), |second| Err(Stop::SecondDocument(second)))
    }

    fn scalar(&mut self, value: Cow<'t, str>, style: ScalarStyle, start: Start<'t>) -> Result<(), Stop> {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        let node = self.begin(&start, Kind::Scalar, style)?;
        let span = match style {
            Style::Literal | Style::Folded => {
                block_scalar::span(self.text, self.cursor, start.span, value.is_empty())
                    .map_err(Stop::Lost)?
            }
            _ if start.omitted => Span::new(self.cursor, self.cursor),
            _ => start.span,
        };
        let record = &mut self.records[node as usize];
        record.span = span;
        if start.tag.is_none() && start.anchor == 0 {
            record.start = span.start;
        }
        let quotes = usize::from(matches!(style, Style::SingleQuoted | Style::DoubleQuoted));
        let raw = self.text.get(span.start + quotes..span.end.saturating_sub(quotes));
        record.content = if start.omitted {
            Content::Slice(0)
        } else if raw == Some(&*value) {
            Content::Slice(quotes)
        } else {
            Content::Owned(value.into())
        };
        let null = style == Style::Plain && scalar::is_null(raw.unwrap_or_default());
        if null && start.tag.is_none() {
            record.kind = Kind::Null;
        }
        self.end(node, span.end);
        Ok(())
    }

    fn collection(&mut self, start: &Start<'t>, kind: Kind, style: StructureStyle) -> Result<(), Stop> {
        let bracket = self.text.as_bytes().get(start.span.start);
        let style = match style {
            StructureStyle::Block => Style::Block,
            StructureStyle::Flow if start.span.start < start.span.end && bracket != Some(&b'?') => {
                Style::Flow
            }
            StructureStyle::Flow => Style::FlowPair,
        };
        let node = self.begin(start, kind, style)?;
        let first = if style == Style::Flow { start.span.start } else { skip_blank(self.text, self.cursor) };
        let record = &mut self.records[node as usize];
        record.span.start = first;
        if start.tag.is_none() && start.anchor == 0 {
            record.start = first;
        }
        if style == Style::Flow {
            self.cursor = start.span.end;
        }
        self.open.push(Open { node, key: None });
        Ok(())
    }

    /// Makes the record of a node, with what precedes it: indicator, tag, anchor.
    fn begin(&mut self, start: &Start<'t>, kind: Kind, style: Style) -> Result<u32, Stop> {
        let node = u32::try_from(self.records.len()).map_err(|_| Stop::Lost(self.cursor))?;
        let place = self.place(start, node)?;
        let mut first = start.span.start;
        let count = usize::from(start.tag.is_some()) + usize::from(start.anchor != 0);
        for n in 0..count {
            let at = skip_blank(self.text, self.cursor);
            if !matches!(self.text.as_bytes().get(at), Some(b'&' | b'!')) {
                return Err(Stop::Lost(at));
            }
            if n == 0 {
                first = at;
            }
            self.cursor = skip_property(self.text, at);
        }
        let properties = (count > 0).then(|| {
            let tag = start.tag.as_ref().map(|tag| format!("{}{}", tag.handle(), tag.suffix()).into());
            Box::new(Properties { tag, anchor: None })
        });
        if start.anchor != 0 {
            self.anchors.insert(start.anchor, node);
        }
        self.records.push(Record {
            kind,
            style,
            span: start.span,
            start: first,
            indicator: place.indicator,
            parent: place.parent,
            key: place.key,
            next: node + 1,
            target: NO_NODE,
            content: Content::None,
            properties,
        });
        Ok(node)
    }

    /// Finds the parent, the key and the `-`, `:` or `?` before a node, and moves past it.
    fn place(&mut self, start: &Start<'t>, node: u32) -> Result<Place, Stop> {
        let Some(open) = self.open.last_mut() else {
            return Ok(Place { parent: NO_NODE, indicator: NOWHERE, key: NO_NODE });
        };
        let parent = open.node;
        let record = &self.records[parent as usize];
        let (mapping, block) = (record.kind == Kind::Mapping, record.style == Style::Block);
        let (key, is_key) = match (mapping, open.key.take()) {
            (false, _) => (NO_NODE, false),
            (true, Some(key)) => (key, false),
            (true, None) => {
                open.key = Some(node);
                (node, true)
            }
        };
        let bytes = self.text.as_bytes();
        let mut at = skip_blank(self.text, self.cursor);
        if (is_key || !mapping) && !block && bytes.get(at) == Some(&b',') {
            self.cursor = at + 1;
            at = skip_blank(self.text, at + 1);
        }
        let before = start.omitted || at < start.span.start;
        let wide = ends_indicator(self.text, at + 1);
        let (found, needed) = match bytes.get(at) {
            _ if !mapping && !block => (false, false),
            byte if !mapping => (byte == Some(&b'-'), true),
            byte if is_key => (byte == Some(&b'?') && wide && before, false),
            byte if !start.omitted => (byte == Some(&b':') && before, true),
            // A value that is left out may have no colon either, as after `? key`.
            byte => (byte == Some(&b':') && wide && (!block || self.owns_colon(parent, key, at)), false),
        };
        if found {
            self.cursor = at + 1;
            return Ok(Place { parent, indicator: at, key });
        }
        if needed { Err(Stop::Lost(at)) } else { Ok(Place { parent, indicator: NOWHERE, key }) }
    }

    /// True when the colon at `at` is that of a key without a value, and not that of a map around it.
    fn owns_colon(&self, mapping: u32, key: u32, at: usize) -> bool {
        let key = &self.records[key as usize];
        if key.indicator == NOWHERE {
            // A key that is left out is there only by its colon.
            return key.start == key.span.end || !self.text[self.cursor..at].contains('\n');
        }
        let start = |at| line_start(self.text, at);
        let mapping = self.records[mapping as usize].span.start;
        let bom =
            if start(mapping) == 0 && self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        start(at) == start(mapping) || at - start(at) == mapping - start(mapping) - bom
    }

    fn end(&mut self, node: u32, at: usize) {
        self.cursor = at;
        let next = u32::try_from(self.records.len()).unwrap_or(NO_NODE);
        let record = &mut self.records[node as usize];
        record.span.end = at;
        record.next = next;
    }

    fn finish(mut self, base: usize) -> Tree {
        if self.records.len() < self.records.capacity() / 2 {
            self.records.shrink_to_fit();
        }
        if self.records.is_empty() {
            let at = self.cursor;
            self.records.push(Record {
                kind: Kind::Null,
                style: Style::Plain,
                span: Span::new(at, at),
                start: at,
                indicator: NOWHERE,
                parent: NO_NODE,
                key: NO_NODE,
                next: 1,
                target: NO_NODE,
                content: Content::Slice(0),
                properties: None,
            });
        }
        if base > 0 {
            for record in &mut self.records {
                record.span = Span::new(record.span.start + base, record.span.end + base);
                record.start += base;
                if record.indicator != NOWHERE {
                    record.indicator += base;
                }
            }
        }
        Tree { records: self.records }
    }
}
