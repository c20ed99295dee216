//! Renamed objects of a kustomization: what names them follows, as in kustomize.

use std::collections::HashMap;

use serde_json::Value;

use super::Work;
use super::config::Hooks;
use crate::manifest::{Identity, Object};

impl Work<'_> {
    /// Who the objects are now, in order.
    pub(super) fn identities(&self) -> Vec<Option<Identity>> {
        let objects = self.manifests.iter().flat_map(|manifest| &manifest.objects);
        objects.map(Object::current_identity).collect()
    }

    /// Lets references in built-in kinds follow the objects whose names are others than `before`.
    pub(super) fn follow_renames(&mut self, before: &[Option<Identity>]) {
        let now = self.identities();
        let mut renamed: HashMap<(String, String, String), String> = HashMap::new();
        for (old, new) in before.iter().zip(&now) {
            let Some((old, new)) = old.as_ref().zip(new.as_ref()).filter(|(old, new)| old.name != new.name)
            else {
                continue;
            };
            renamed.insert(key(&old.kind, old, &old.name), new.name.clone());
        }
        // A name that an object has now is meant for that one.
        for identity in now.iter().flatten() {
            renamed.remove(&key(&identity.kind, identity, &identity.name));
        }
        if renamed.is_empty() {
            return;
        }
        let (references, table) = (self.known.rules.references(), self.known.table());
        let mut line = super::Line { step: "renames".to_owned(), found: Vec::new(), changed: 0, deleted: 0 };
        let hooks = std::mem::replace(&mut self.hooks, Hooks::Patch);
        self.each(&mut line, |object, identity| {
            let mut found = false;
            references.each_name(object, identity, table, &mut |kind, name| {
                let new = name.as_str().and_then(|name| renamed.get(&key(kind, identity, name)));
                if let Some(new) = new {
                    *name = Value::from(new.as_str());
                    found = true;
                }
            });
            found
        });
        self.hooks = hooks;
        if !line.found.is_empty() {
            self.report.push(line);
        }
    }
}

/// Kind, namespace and name of what an object of a namespace names.
fn key(kind: &str, of: &Identity, name: &str) -> (String, String, String) {
    (kind.to_owned(), of.effective_namespace().to_owned(), name.to_owned())
}
