//! A stream of Kubernetes objects, as Helm hands it to a post-renderer: documents, the objects in them, who
//! they are, and what selects them.
//!
//! A document that nobody selects is never parsed; it is copied byte for byte.

mod filename;
mod identity;
mod kind;
mod labels;
mod object;
mod stream;

pub use filename::{FILENAME_ANNOTATION, set_filename};
pub use identity::Identity;
pub use labels::{LabelSelector, MalformedSelector};
pub use object::Object;
pub use stream::{Finished, Manifest, read};
