//! The checker, checked: servers with one mistake each, and its command line.

mod cli;
mod crate_folder;
mod flawed;
mod flaws;
mod started;
