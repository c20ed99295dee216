//! The program as a whole: its structure, its output, its command line.

mod architecture;
mod catalog_faults;
mod cli;
mod config_values;
mod golden;
mod knobs;
mod post_render_schema;
mod recipes;
mod support;
