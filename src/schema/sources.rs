//! The texts that the schema was read from.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;

use super::build::RULES;
use super::locate::{Locate, Place, nearest};
use super::pointer;

/// The texts of the parts, each with its component; a component may have several.
#[derive(Clone, Default)]
pub(super) struct Sources(Vec<(Arc<str>, Arc<dyn Locate + Send + Sync>)>);

impl Sources {
    /// Adds a text.
    pub fn push(&mut self, component: Arc<str>, locate: Arc<dyn Locate + Send + Sync>) {
        self.0.push((component, locate));
    }

    /// Marks a place in the text of a component's part.
    pub fn mark(&self, diagnostic: Diagnostic, component: &str, at: &str, text: &str) -> Diagnostic {
        match self.place(component, at) {
            Some(place) => diagnostic.at(&place.source, place.key_span(), text),
            None => diagnostic,
        }
    }

    /// The place of a pointer, or of the nearest thing above it, in the text that knows most of it.
    fn place(&self, component: &str, at: &str) -> Option<Place> {
        let texts = || self.0.iter().filter(|(name, _)| **name == *component).map(|(_, text)| text.as_ref());
        let mut at = at.to_owned();
        if let Some((list, index)) = rule(&at) {
            // The rules of one object are counted through all texts of the component.
            let mut index = index;
            for text in texts() {
                let own = (0..).take_while(|i| text.locate(&format!("{list}/{i}")).is_some()).count();
                if index < own {
                    return nearest(text, &format!("{list}/{index}")).map(|(place, _)| place);
                }
                index -= own;
            }
        }
        loop {
            if let Some(place) = texts().find_map(|text| text.locate(&at)) {
                return Some(place);
            }
            at.truncate(pointer::parent(&at)?.len());
        }
    }
}

/// The list and the number of the rule that a pointer is about.
fn rule(at: &str) -> Option<(&str, usize)> {
    let (before, after) = at.rsplit_once(RULES)?;
    let index = after.strip_prefix('/')?.split('/').next()?.parse().ok()?;
    Some((&at[..before.len() + RULES.len()], index))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Source;
    use crate::yaml::Document;

    fn text(name: &str, text: &str) -> Arc<dyn Locate + Send + Sync> {
        Arc::new(Document::parse(Source::new(name, text)).expect("YAML of a test"))
    }

    #[test]
    fn a_component_may_have_several_texts() {
        let mut sources = Sources::default();
        sources.push(
            "x".into(),
            text("one", "x-kubernetes-validations: [{id: A}, {id: B}]\nproperties: {a: {type: string}}\n"),
        );
        sources.push("y".into(), text("other", "properties: {b: {type: string}}\n"));
        sources.push(
            "x".into(),
            text("two", "x-kubernetes-validations: [{id: C}]\nproperties:\n  b: {type: string}\n"),
        );
        let place = |at: &str| {
            let finding = sources.mark(Diagnostic::error("e", "m"), "x", at, "");
            finding.place().map(|(name, start, _)| (name.to_owned(), start.line))
        };
        assert_eq!(place("/x-kubernetes-validations/1/rule"), Some(("one".to_owned(), 1)));
        assert_eq!(place("/x-kubernetes-validations/2/rule"), Some(("two".to_owned(), 1)));
        assert_eq!(place("/properties/a/type"), Some(("one".to_owned(), 2)));
        assert_eq!(place("/properties/b/type"), Some(("two".to_owned(), 3)));
        assert_eq!(place("/properties/b/default"), Some(("two".to_owned(), 3)));
        assert_eq!(place("/nowhere").map(|(name, _)| name).as_deref(), Some("one"));
    }
}
