//! Which lists of Kubernetes objects merge by which keys.
//!
//! The tables are data of the catalogue: `_kubernetes/merge-keys.yaml` and `_kubernetes/custom-resources.yaml`.

mod customs;
mod definition;
mod field;
mod parts;

use std::collections::BTreeMap;
use std::fmt::Display;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::diagnostic::Diagnostic;
use crate::yaml::pointer;
use customs::Customs;
pub use field::Field;
use field::Shape;
use parts::Parts;

/// How many fields may lie above a pod template.
const DEEPEST_POD: usize = 8;
const BUILTIN: &str = "merge-keys.yaml";

/// The parts of `merge-keys.yaml`, taken apart by `build.rs`: `OBJECTS` and `TYPES`, each names and JSON in the order of names.
mod embedded {
    include!(concat!(env!("OUT_DIR"), "/merge_keys.rs"));
}

/// The fields of the types that have rules.
#[derive(Clone, Debug, Default)]
pub struct Table {
    builtin: Builtin,
    customs: Customs,
}

/// The types of Kubernetes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Builtin {
    /// Type of each kind, by `apiVersion` and kind.
    objects: Parts<String>,
    /// Fields of each type by name; `*` stands for any other.
    types: Parts<Field>,
}

/// What a file of the catalogue holds: JSON behind its comments, because a run reads these files, or any other YAML.
#[expect(clippy::result_large_err, reason = "a fault of the catalogue ends the run")]
fn data<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, Diagnostic> {
    let comments = text.split_inclusive('\n').take_while(|line| line.starts_with('#'));
    let body = &text[comments.map(str::len).sum()..];
    serde_json::from_str(body).or_else(|_| {
        let value: serde_json::Value = serde_yaml::from_str(text).map_err(|fault| unreadable(name, fault))?;
        serde_json::from_str(&value.to_string()).map_err(|fault| unreadable(name, fault))
    })
}

fn unreadable(name: &str, fault: impl Display) -> Diagnostic {
    Diagnostic::error("unreadable-table", format!("the catalogue's {name} cannot be read: {fault}"))
}

impl Table {
    /// Reads the tables of Kubernetes and of custom resources.
    #[expect(clippy::result_large_err, reason = "a fault of the catalogue ends the run")]
    pub fn read(builtin: &str, customs: &str) -> Result<Self, Diagnostic> {
        let table = Self { builtin: data(BUILTIN, builtin)?, customs: Customs::of(customs.to_owned()) };
        let Builtin { objects, types } = &table.builtin;
        objects
            .read()
            .and_then(|()| types.read())
            .map_err(|(name, fault)| unreadable(BUILTIN, format_args!("below {name}: {fault}")))?;
        table.customs.read()?;
        Ok(table)
    }

    /// The tables of the program itself, with the text of its `custom-resources.yaml`. The tests of the project read all of
    /// them, so each part can wait until it is asked for.
    pub fn embedded(customs: &'static str) -> Self {
        let (objects, types) = (Parts::embedded(embedded::OBJECTS), Parts::embedded(embedded::TYPES));
        Self { builtin: Builtin { objects, types }, customs: Customs::of(customs) }
    }

    /// What is known of an object; custom resources only when asked for.
    pub fn object(&self, api_version: &str, kind: &str, customs: bool) -> Known<'_> {
        let builtin = self.builtin.objects.get(api_version).and_then(|kinds| kinds.get(kind));
        let custom = || if customs { self.customs.get().of(api_version, kind) } else { None };
        Known { table: self, field: None, of: builtin.or_else(custom).map(String::as_str) }
    }

    /// The fields of a type that have rules.
    fn fields(&self, of: &str) -> Option<&BTreeMap<String, Field>> {
        // Only the names of custom types have a slash: most questions do not need those read.
        let custom = || if of.contains('/') { self.customs.get().types.get(of) } else { None };
        self.builtin.types.get(of).or_else(custom)
    }

    /// What is known of a map of a type.
    pub fn named<'t>(&'t self, name: &'t str) -> Known<'t> {
        Known { table: self, field: None, of: Some(name) }
    }

    /// Where an object holds pod templates, as JSON pointers; a pod is one itself.
    pub fn pods(&self, api_version: &str, kind: &str) -> Vec<String> {
        self.object(api_version, kind, true).of.map(|of| self.pods_below(of)).unwrap_or_default()
    }

    /// The same for the built-in kind of this name, whatever the group.
    pub fn pods_of_kind(&self, kind: &str) -> Vec<String> {
        let types = self.builtin.objects.iter().filter_map(|(_, kinds)| kinds.get(kind));
        let mut found: Vec<String> = types.flat_map(|of| self.pods_below(of)).collect();
        found.sort();
        found.dedup();
        found
    }

    fn pods_below(&self, of: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut open: Vec<(String, &str)> = vec![(String::new(), of)];
        while let Some((place, of)) = open.pop() {
            if matches!(of, "Pod" | "PodTemplateSpec") {
                found.push(place);
                continue;
            }
            // Types may refer to themselves.
            if place.matches('/').count() > DEEPEST_POD {
                continue;
            }
            let fields = self.fields(of).into_iter().flatten();
            let maps = fields.filter(|(_, field)| field.shape == Shape::Object);
            open.extend(
                maps.filter_map(|(name, field)| Some((pointer::join(&place, name), field.of.as_deref()?))),
            );
        }
        found.sort();
        found
    }
}

/// What is known of one value.
#[derive(Clone, Copy, Debug)]
pub struct Known<'t> {
    table: &'t Table,
    field: Option<&'t Field>,
    of: Option<&'t str>,
}

impl<'t> Known<'t> {
    /// What is known of a field of this map.
    pub fn field(self, name: &str) -> Known<'t> {
        let shape = self.field.map_or(Shape::Object, |field| field.shape);
        match shape {
            Shape::Map => Known { field: None, ..self },
            Shape::MapOfLists => Known { field: None, ..self },
            Shape::Object | Shape::List => {
                let fields = self.of.and_then(|of| self.table.fields(of));
                let field = fields.and_then(|fields| fields.get(name).or_else(|| fields.get("*")));
                Known { table: self.table, field, of: field.and_then(|field| field.of.as_deref()) }
            }
        }
    }

    /// What is known of an item of this list.
    pub fn item(self) -> Known<'t> {
        Known { field: None, ..self }
    }

    /// The keys by which the items of this list merge; empty for a set of scalars.
    pub fn merge_keys(self) -> Option<&'t [String]> {
        self.field?.merge.as_deref()
    }

    /// True when this map is replaced as a whole.
    pub fn replaces(self) -> bool {
        self.field.is_some_and(|field| field.replace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "objects: {v1: {Pod: Pod}}\ntypes:\n  Pod: {spec: PodSpec}\n  PodSpec:\n    containers: {list: Container, merge: [name]}\n    x: {replace: true}\n  Container: {env: {merge: [name]}}\n";

    #[test]
    fn pod_templates_are_found() {
        let builtin = "objects: {b/v1: {CronJob: CronJob}}\ntypes:\n  CronJob: {spec: CronJobSpec}\n  CronJobSpec: {template: JobSpec, again: CronJobSpec}\n  JobSpec: {template: PodTemplateSpec}\n";
        let customs = "g/K:\n  /spec/b: PodTemplateSpec\n  /spec/a/x: PodTemplateSpec\n";
        let table = Table::read(builtin, customs).expect("reads");
        assert!(table.pods_of_kind("CronJob").contains(&"/spec/template/template".to_owned()));
        assert_eq!(table.pods("g/v2", "K"), ["/spec/a/x", "/spec/b"]);
        assert_eq!(table.pods("x/v2", "K"), Vec::<String>::new());
    }

    #[test]
    fn what_was_taken_apart_at_build_time_is_what_the_file_says() {
        let file = include_str!("../../chart-templates/_kubernetes/merge-keys.yaml");
        let (embedded, read) =
            (Table::embedded("{}").builtin, Table::read(file, "{}").expect("reads").builtin);
        assert!(embedded.objects.iter().count() > 30 && embedded.types.iter().count() > 100);
        assert!(embedded.objects.iter().eq(read.objects.iter()));
        assert!(embedded.types.iter().eq(read.types.iter()));
    }

    #[test]
    fn a_damaged_part_is_found() {
        for (table, place) in
            [("objects: {}\ntypes: {A: {b: {lists: 1}}}\n", "A"), ("objects: {v1: [Pod]}\ntypes: {}\n", "v1")]
        {
            let fault = Table::read(table, "{}").expect_err("it is damaged");
            let begin =
                format!("the catalogue's merge-keys.yaml cannot be read: below {place}: invalid type");
            assert!(fault.message.starts_with(&begin), "{fault:?}");
        }
        Table::read("types: []\n", "{}").expect_err("it has no objects");
    }

    #[test]
    fn fields_are_followed() {
        let table =
            Table::read(TABLE, "g/K:\n  /spec/pod: PodSpec\n  /spec/l: {merge: []}\n").expect("reads");
        let spec = table.object("v1", "Pod", false).field("spec");
        assert_eq!(spec.field("containers").merge_keys(), Some(["name".to_owned()].as_slice()));
        assert_eq!(spec.field("containers").item().field("env").merge_keys().map(<[_]>::len), Some(1));
        assert!(spec.field("x").replaces());
        assert_eq!(spec.field("y").merge_keys(), None);
        let custom = table.object("g/v9", "K", true).field("spec");
        assert!(custom.field("pod").field("containers").merge_keys().is_some());
        assert_eq!(custom.field("l").merge_keys().map(<[_]>::len), Some(0));
        assert_eq!(table.pods("v1", "Pod"), [""]);
        assert!(table.object("g/v9", "K", false).field("spec").field("l").merge_keys().is_none());
    }
}
