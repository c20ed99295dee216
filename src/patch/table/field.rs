//! What is known of one field, and how the data says it.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// What is known of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// The type of the map, of the items of the list, or of the values of the map.
    pub(super) of: Option<String>,
    /// What the type is the type of.
    pub(super) shape: Shape,
    /// The keys by which the items of the list merge; none for a set of scalars.
    pub merge: Option<Vec<String>>,
    /// The map is replaced as a whole.
    pub replace: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Shape {
    #[default]
    Object,
    List,
    Map,
    MapOfLists,
}

/// How a field is written in the data, when it is no plain type.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Notation {
    object: Option<String>,
    list: Option<String>,
    map: Option<String>,
    lists: Option<String>,
    merge: Option<Vec<String>>,
    #[serde(default)]
    replace: bool,
}

impl From<Notation> for Field {
    fn from(field: Notation) -> Self {
        let (of, shape) = if field.list.is_some() {
            (field.list, Shape::List)
        } else if field.map.is_some() {
            (field.map, Shape::Map)
        } else if field.lists.is_some() {
            (field.lists, Shape::MapOfLists)
        } else {
            (field.object, Shape::Object)
        };
        Self { of, shape, merge: field.merge, replace: field.replace }
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(TypeOrNotation)
    }
}

/// Tells both forms apart by what stands there; an untagged enum would try one after the other.
struct TypeOrNotation;

impl<'de> Visitor<'de> for TypeOrNotation {
    type Value = Field;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a type, or a map with object, list, map, lists, merge and replace")
    }

    fn visit_str<E>(self, name: &str) -> Result<Field, E> {
        Ok(Field { of: Some(name.to_owned()), ..Field::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Field, A::Error> {
        Notation::deserialize(MapAccessDeserializer::new(map)).map(Field::from)
    }
}
