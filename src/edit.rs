//! A values file changed by its paths: set, unset, get, and the fixes that findings suggest.
//!
//! Every change is an edit of the text, so comments and layout stay. Whether the result is valid is asked of
//! [`crate::generate::values`]; nothing here writes.

mod accept;
mod assignment;
mod fix;
mod lookup;
mod path;
mod remove;
mod set;
mod typed;

pub use accept::{Accepted, Context, accept};
pub use assignment::Assignment;
pub use fix::{Fixed, fix};
pub use lookup::{Found, lookup};
pub use path::{Path, Step};
pub use remove::remove;
pub use set::set;
