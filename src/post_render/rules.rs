//! What the catalogue knows of Kubernetes: each part is read when the work needs it.

use std::sync::OnceLock;

use super::recipe::Recipes;
use super::{Fields, InstallOrder, Places, References};
use crate::catalog::{Files, source};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::patch::Table;

const MERGE_KEYS: &str = "_kubernetes/merge-keys.yaml";
const CUSTOM_RESOURCES: &str = "_kubernetes/custom-resources.yaml";
const FIELDS: &str = "_kubernetes/fields.yaml";
const PODS: &str = "_kubernetes/pods.yaml";
const REFERENCES: &str = "_kubernetes/references.yaml";
const INSTALL_ORDER: &str = "_kubernetes/install-order.yaml";

/// The rules of a catalogue.
#[derive(Debug, Default)]
pub struct Rules {
    table: OnceLock<Table>,
    fields: OnceLock<Fields>,
    places: OnceLock<Places>,
    recipes: OnceLock<Recipes>,
    references: OnceLock<References>,
    order: OnceLock<InstallOrder>,
}

impl Rules {
    /// The rules of the program itself. Nothing is read before it is needed: most runs need little, and the tests of the
    /// project read everything.
    pub fn embedded() -> Self {
        Self::default()
    }

    /// Reads the rules of a catalogue: what its components share.
    pub fn of(shared: &Files) -> Result<Self, Diagnostics> {
        let file = |name: &str| {
            let missing = || Diagnostic::error("incomplete-catalog", format!("the catalogue has no {name}"));
            shared.get(name).ok_or_else(missing)
        };
        Ok(Self {
            table: Table::read(file(MERGE_KEYS)?, file(CUSTOM_RESOURCES)?)?.into(),
            fields: Fields::read(file(FIELDS)?)?.into(),
            places: Places::read(file(PODS)?)?.into(),
            recipes: Recipes::of(shared).into(),
            references: References::read(file(REFERENCES)?)?.into(),
            order: InstallOrder::read(file(INSTALL_ORDER)?)?.into(),
        })
    }

    /// How lists merge.
    pub fn table(&self) -> &Table {
        self.table.get_or_init(|| Table::embedded(embedded(CUSTOM_RESOURCES)))
    }

    /// Where labels, annotations and replicas are.
    pub fn fields(&self) -> &Fields {
        self.fields.get_or_init(|| read(Fields::read(embedded(FIELDS))))
    }

    /// Where pods are.
    pub fn places(&self) -> &Places {
        self.places.get_or_init(|| read(Places::read(embedded(PODS))))
    }

    /// The recipes.
    pub fn recipes(&self) -> &Recipes {
        self.recipes.get_or_init(|| Recipes::of(&source::embedded_folder(super::recipe::FOLDER)))
    }

    /// Which objects an object names.
    pub fn references(&self) -> &References {
        self.references.get_or_init(|| read(References::read(embedded(REFERENCES))))
    }

    /// Where new documents go.
    pub fn order(&self) -> &InstallOrder {
        self.order.get_or_init(|| read(InstallOrder::read(embedded(INSTALL_ORDER))))
    }
}

/// What a run knows: the rules, and the merge keys that the definitions of its stream add.
#[derive(Clone, Copy)]
pub(super) struct Knowledge<'r> {
    pub rules: &'r Rules,
    /// The table with those merge keys; none when there are none.
    pub learned: Option<&'r Table>,
}

impl<'r> Knowledge<'r> {
    /// How lists merge.
    pub(super) fn table(self) -> &'r Table {
        self.learned.unwrap_or_else(|| self.rules.table())
    }
}

fn embedded(name: &str) -> &'static str {
    source::embedded_text(name).unwrap_or_default()
}

/// A part of the embedded catalogue, which was read when the program was tested.
fn read<T>(part: Result<T, Diagnostic>) -> T {
    part.unwrap_or_else(|fault| panic!("the embedded catalogue is damaged: {}", fault.message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn a_part_that_is_read_late_is_the_same() {
        let (late, early) = (Rules::embedded(), Rules::of(&catalog::shared(Files::embedded())));
        let early = early.expect("reads");
        let recipes = |rules: &Rules| rules.recipes().names().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(recipes(&late), recipes(&early));
        assert!(!recipes(&late).is_empty());
        assert_eq!(late.table().pods("apps/v1", "Deployment"), early.table().pods("apps/v1", "Deployment"));
        assert_eq!(late.fields().images.len(), early.fields().images.len());
        assert_eq!(late.references().selectors.len(), early.references().selectors.len());
        assert_eq!(format!("{:?}", late.order()), format!("{:?}", early.order()));
        late.places();
    }
}
