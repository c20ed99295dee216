//! How many objects a patch must find.

use super::Reading;
use super::fields::Fields;
use crate::yaml::{Kind, Node, Scalar};

/// How many objects a patch must find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expect {
    /// At least this many.
    pub min: usize,
    /// At most this many.
    pub max: usize,
}

impl Default for Expect {
    fn default() -> Self {
        Self { min: 1, max: usize::MAX }
    }
}

impl Expect {
    /// True for a number that fits.
    pub fn holds(self, count: usize) -> bool {
        (self.min..=self.max).contains(&count)
    }
}

impl std::fmt::Display for Expect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.min, self.max) {
            (min, max) if min == max => write!(f, "{min}"),
            (min, usize::MAX) => write!(f, "at least {min}"),
            (0, max) => write!(f, "at most {max}"),
            (min, max) => write!(f, "{min} to {max}"),
        }
    }
}

/// `3`, `1..3`, `2..`, or a map with `min` and `max`.
pub(super) fn expect(node: Node<'_>, reading: &mut Reading<'_, '_>) -> Option<Expect> {
    let number = |text: &str| text.trim().parse::<usize>().ok();
    if node.kind() == Kind::Mapping {
        let fields = Fields::read(node, "`expect`", &["min", "max"], reading)?;
        let bound = |key: &str, default| match fields.get(key) {
            None => Some(default),
            Some(node) => number(node.content()?),
        };
        let (min, max) = (bound("min", 0)?, bound("max", usize::MAX)?);
        return (min <= max).then_some(Expect { min, max });
    }
    match node.value()? {
        Scalar::Int(count) => usize::try_from(count).ok().map(|count| Expect { min: count, max: count }),
        Scalar::String(range) => {
            let (min, max) = range.split_once("..")?;
            let min = number(min)?;
            let max = if max.trim().is_empty() { usize::MAX } else { number(max)? };
            (min <= max).then_some(Expect { min, max })
        }
        _ => None,
    }
}
