//! From values to an output tree.

pub mod archives;
mod charts;
mod files;
mod globals;
mod layout;
mod lock;
mod origin;
mod parts;
mod patches;
mod placeholders;
mod plan;
mod schema;
pub mod values;
mod verify;

use serde_json::Value;

pub use archives::Archives;
pub use layout::Release;
pub use schema::of as schema_of;

use crate::catalog::Catalog;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::post_render::recipe::Recipes;
use crate::render::Renderer;
use crate::schema::Schema;
use crate::text::Source;
use crate::tree::Tree;

/// What the user gave.
#[derive(Debug, Default)]
pub struct Inputs {
    /// Values files, later ones over earlier ones.
    pub values: Vec<Source>,
    /// `--set` arguments, over all files.
    pub sets: Vec<String>,
    /// Upstream charts from a folder instead of their repositories.
    pub archives: Option<Archives>,
}

/// What came of it.
#[derive(Debug)]
pub struct Generated {
    /// The files.
    pub tree: Tree,
    /// The releases, in the order of installation.
    pub releases: Vec<Release>,
    /// The resolved values: the user's over presets over defaults.
    pub values: Value,
    /// What the components agreed on (Secrets to create, next steps, …).
    pub plan: Value,
    /// Findings that stop nobody.
    pub warnings: Diagnostics,
}

/// A catalogue made ready: its schema composed, its templates parsed and checked. One engine serves any number of
/// values files.
pub struct Engine<'c> {
    catalog: &'c Catalog,
    schema: Schema,
    renderer: Renderer,
    variables: plan::OwnVariables,
    recipes: Recipes,
    editor_schema: Result<String, Diagnostic>,
}

impl<'c> Engine<'c> {
    /// Reads the schema and the templates of a catalogue; a fault of either is a finding.
    pub fn new(catalog: &'c Catalog) -> Result<Self, Diagnostics> {
        let templates = || -> Result<_, Diagnostic> {
            let renderer = Renderer::new(catalog)?;
            let variables = plan::OwnVariables::of(catalog, &renderer);
            Ok((renderer, variables))
        };
        let (schema, (templates, editor_schema)) = rayon::join(
            || schema::of(catalog),
            || rayon::join(templates, || patches::editor_schema(catalog)),
        );
        let (schema, (renderer, variables)) = (schema?, templates?);
        if !catalog.is_embedded() {
            verify::expressions(&schema)?;
            verify::templates(&renderer, &schema)?;
        }
        let recipes = Recipes::of(catalog.shared());
        Ok(Self { catalog, schema, renderer, variables, recipes, editor_schema })
    }

    /// The schema of the values model.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// values -> plan -> render -> verify -> tree.
    pub fn generate(&self, inputs: &Inputs) -> Result<Generated, Diagnostics> {
        let (values, mut warnings) = values::resolve(&self.schema, self.catalog, inputs)?;
        match self.write(inputs, &values) {
            Ok(generated) => Ok(Generated { warnings, ..generated }),
            Err(found) => {
                warnings.extend(found);
                Err(warnings.sorted())
            }
        }
    }

    /// The way on from values that hold.
    fn write(&self, inputs: &Inputs, values: &Value) -> Result<Generated, Diagnostics> {
        let parts = parts::enabled(self.catalog, values)?;
        let plan = plan::make(self.catalog, &parts, &self.renderer, &self.variables, values)?;
        let values = placeholders::fill(&self.schema, values, &plan, inputs)?;

        let mut layout = layout::lay_out(&parts, &values, inputs.archives.as_ref())?;
        let mut tree = Tree::default();
        let render = plan::Rendering::new(&self.renderer, &self.variables, &values, &plan);
        patches::write(&mut tree, &mut layout, &parts, &render, &self.editor_schema)?;
        charts::write(&mut tree, &layout, &self.schema, self.catalog, &render)?;
        files::write(&mut tree, &layout, &parts, &render)?;
        archives::write(&mut tree, &layout, inputs.archives.as_ref())?;
        let (read, (patches, digests)) = rayon::join(
            || verify::output(&tree),
            || rayon::join(|| verify::patches(&tree, &self.recipes), || lock::digests(&tree)),
        );
        read?;
        if let Err(found) = patches {
            // Only a finding needs the places, so only then the files are read again.
            return Err(origin::trace(found, &tree, &values::read(&self.schema, inputs)?));
        }
        lock::write(&mut tree, &layout, &plan, digests);
        let releases = layout.releases;
        Ok(Generated { tree, releases, values, plan, warnings: Diagnostics::new() })
    }
}

/// One platform; for several, keep an [`Engine`].
pub fn generate(catalog: &Catalog, inputs: &Inputs) -> Result<Generated, Diagnostics> {
    Engine::new(catalog)?.generate(inputs)
}
