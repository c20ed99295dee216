//! The program as a whole: its structure, its output, its command line.

mod architecture;
mod catalog_faults;
mod cli;
mod golden;
mod knobs;
mod support;
