//! The checker, checked: its command line, and servers that it starts.

mod cli;
mod crate_folder;
mod example;
#[allow(dead_code)] // most mistakes are for `flaws.rs`
mod flawed;
mod started;
