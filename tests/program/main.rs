//! The program as a whole: its structure, its output, its command line.

mod architecture;
mod catalog_faults;
mod cli;
mod config_values;
mod diff;
mod documents;
mod golden;
mod knobs;
mod mistakes;
mod paths;
mod post_render_schema;
mod recipes;
mod support;
#[allow(dead_code, reason = "each suite uses a part")]
#[path = "../support/tools.rs"]
mod tools;
mod values_file;
