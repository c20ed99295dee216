//! Which part of its variables an expression reads: turning values into CEL copies them, so only that part is turned.

use std::collections::BTreeMap;

/// Variables, their fields, the fields of those. Where nothing stands below a name, all of it is read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reads(BTreeMap<String, Reads>);

impl Reads {
    /// Nothing in particular: all of it.
    pub const ALL: &'static Reads = &Reads(BTreeMap::new());

    /// The part of a variable or field that is read; `None`: none.
    pub fn below(&self, name: &str) -> Option<&Reads> {
        self.0.get(name)
    }

    /// The names that are read, each with what is read of it; `None`: all.
    pub fn names(&self) -> Option<impl Iterator<Item = (&str, &Reads)>> {
        (!self.0.is_empty()).then(|| self.0.iter().map(|(name, below)| (name.as_str(), below)))
    }

    /// Adds a variable, or the field of one to which some names lead.
    pub fn field<'p>(&mut self, path: impl Iterator<Item = &'p str>) {
        let mut at = self;
        for name in path {
            // Everything is read up here already.
            let all = at.0.get(name).is_some_and(|below| below.0.is_empty());
            at = at.0.entry(name.to_owned()).or_default();
            if all {
                return;
            }
        }
        at.0.clear();
    }

    /// Adds what another expression reads.
    pub fn join(&mut self, other: &Reads) {
        for (name, below) in &other.0 {
            match self.0.get_mut(name) {
                None => {
                    self.0.insert(name.clone(), below.clone());
                }
                Some(own) if own.0.is_empty() => {}
                Some(own) if below.0.is_empty() => own.0.clear(),
                Some(own) => own.join(below),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(paths: &[&str]) -> Reads {
        let mut reads = Reads::default();
        paths.iter().for_each(|path| reads.field(path.split('.')));
        reads
    }

    #[test]
    fn the_whole_swallows_its_parts() {
        let expected = reads(&["a.b", "c"]);
        assert_eq!(reads(&["a.b.c", "a.b", "c.d", "c"]), expected);
        assert_eq!(reads(&["a.b", "a.b.c", "c", "c.d"]), expected);
        for (one, other) in [(["a.b.c", "c"], ["a.b", "c.d"]), (["a.b", "c.d"], ["a.b.c", "c"])] {
            let mut joined = reads(&one);
            joined.join(&reads(&other));
            assert_eq!(joined, expected);
        }
    }
}
