//! crate_folder
