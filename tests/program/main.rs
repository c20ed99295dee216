//! The program as a whole: its structure, its output, its command line.

mod architecture;
mod cli;
mod golden;
mod knobs;
mod post_render_schema;
mod recipes;
mod support;
