//! Two platforms compared: what changes in each release, and how dangerous that is for one that runs.

mod compare;
mod fields;
mod platform;
mod risk;

pub use compare::{Change, FieldChange, What, compare};
pub use platform::{Objects, Part, Platform, Rendered};
pub use risk::{Risk, Rules};
