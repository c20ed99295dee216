//! The program as a whole: its structure, its output, its command line.

mod architecture;
mod cli;
mod golden;
mod knobs;
mod recipes;
mod support;
