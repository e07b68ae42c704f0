//! Where figures are written.

use std::fs;
use std::path::{Path, PathBuf};

use crate::ours;

/// Writes files, each with its name and its text: into `out` if that is given, else into the
/// book's folder if all was measured (`is_full`), else into the target folder.
pub fn write(out: Option<&Path>, is_full: bool, files: &[(&str, String)]) -> Result<(), String> {
    let by_itself = || match is_full {
        true => ours::root().join("book/src/figures"),
        false => Path::new(env!("CARGO_MANIFEST_DIR")).join("target/figures"),
    };
    let folder = out.map_or_else(by_itself, PathBuf::from);
    let explain = |error| format!("cannot write to {}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(explain)?;
    for (name, text) in files {
        fs::write(folder.join(name), text).map_err(explain)?;
    }
    eprintln!("Written to {}", folder.display());
    Ok(())
}
