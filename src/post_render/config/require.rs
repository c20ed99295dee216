//! The entries of `require`: what must hold before anything is changed.

use regex::{Regex, RegexBuilder};

use super::fields::Fields;
use super::patches::Body;
use super::target::Target;
use super::{Reading, Step, finding};

/// What a text of the objects must hold or lack.
#[derive(Debug)]
pub struct Requirement {
    /// The text; none when finding the objects at all is what counts.
    pub path: Option<String>,
    /// An expression that must fit somewhere in it.
    pub contains: Option<Regex>,
    /// An expression that must fit nowhere in it.
    pub lacks: Option<Regex>,
    /// What to say when it does not hold.
    pub message: String,
    /// How to go on.
    pub help: Option<String>,
}

const ENTRY: [&str; 8] = ["target", "path", "contains", "lacks", "message", "help", "expect", "optional"];

/// Memory that one compiled expression may take.
const LIMIT: usize = 1 << 20;

impl Reading<'_, '_> {
    pub(super) fn requirements(&mut self, fields: &Fields<'_>, steps: &mut Vec<Step>) {
        for (index, node) in fields.items("require", self).into_iter().enumerate() {
            let Some(entry) = Fields::read(node, "an entry of `require`", &ENTRY, self) else { continue };
            let options = self.options(&entry);
            let Some(target) = entry.get("target") else {
                self.report(node, "missing-field", "an entry of `require` needs a `target`");
                continue;
            };
            let Some(target) = Target::read(target, self) else { continue };
            let Some(message) = entry.needed("message", self) else { continue };
            let (contains, lacks) = (self.expression(&entry, "contains"), self.expression(&entry, "lacks"));
            let path = entry.text("path", self);
            if path.is_some() != (contains.is_some() || lacks.is_some()) {
                self.report(node, "missing-field", "`path` goes with `contains` or `lacks`");
                continue;
            }
            let requirement = Requirement { path, contains, lacks, message, help: entry.text("help", self) };
            let mut patch = self.patch(node, &format!("require[{index}]"), target, &options);
            patch.bodies = vec![Body::Require(Box::new(requirement))];
            steps.push(Step::Patch(Box::new(patch)));
        }
    }

    fn expression(&mut self, entry: &Fields<'_>, key: &str) -> Option<Regex> {
        let text = entry.text(key, self)?;
        match RegexBuilder::new(&text).multi_line(true).size_limit(LIMIT).build() {
            Ok(regex) => Some(regex),
            Err(_) => {
                let place = entry.get(key).unwrap_or(entry.node);
                let found = finding(place, "invalid-expression", format!("`{key}` is no regular expression"));
                self.findings.push(found.found(text));
                None
            }
        }
    }
}
