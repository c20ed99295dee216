//! The program as a whole: its structure, its output, its command line.

mod architecture;
mod catalog_faults;
mod cli;
mod completions;
mod config_values;
mod diff;
mod documents;
mod golden;
#[allow(dead_code, reason = "each suite uses a part")]
#[path = "../support/helm.rs"]
mod helm;
mod knobs;
mod messages;
mod mistakes;
mod origins;
mod paths;
#[allow(dead_code, reason = "each suite uses a part")]
#[path = "../support/platform.rs"]
mod platform;
mod post_render_schema;
mod random;
mod recipes;
mod sarif;
mod support;
#[allow(dead_code, reason = "each suite uses a part")]
#[path = "../support/tools.rs"]
mod tools;
mod values_file;
