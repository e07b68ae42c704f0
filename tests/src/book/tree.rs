//! The files of a crate: what `cargo new` writes, what a folder holds, and how two of them differ.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Path with `/`, and content.
pub type Tree = BTreeMap<String, Vec<u8>>;

pub const MANIFEST: &str = "Cargo.toml";
/// What belongs to the folder and not to the course.
const NOT_OURS: [&str; 5] = ["target", ".git", ".gitignore", "Cargo.lock", ".DS_Store"];

/// What `cargo new --edition 2024 server` writes.
pub fn base() -> Tree {
    let manifest = "[package]\nname = \"server\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
                    [dependencies]\n";
    let main = "fn main() {\n    println!(\"Hello, world!\");\n}\n";
    let files = [(MANIFEST, manifest), ("src/main.rs", main)];
    files.map(|(path, content)| (path.to_string(), content.as_bytes().to_vec())).into()
}

/// The content as text.
pub fn text_of<'a>(path: &str, content: &'a [u8]) -> Result<&'a str, String> {
    std::str::from_utf8(content).map_err(|_| format!("{path} is not UTF-8 text."))
}

/// All files of a crate's folder.
pub fn read(folder: &Path) -> Result<Tree, String> {
    let mut tree = Tree::new();
    read_into(&mut tree, folder, "")?;
    Ok(tree)
}

fn read_into(tree: &mut Tree, folder: &Path, prefix: &str) -> Result<(), String> {
    let fault = |error| format!("cannot read {}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if prefix.is_empty() && NOT_OURS.contains(&name.as_str()) {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.file_type().map_err(fault)?.is_dir() {
            read_into(tree, &entry.path(), &format!("{path}/"))?;
        } else {
            tree.insert(path, read_file(&entry.path())?);
        }
    }
    Ok(())
}

/// Reads some files of a folder; those that do not exist are left out.
pub fn read_some<'a>(
    folder: &Path,
    paths: impl IntoIterator<Item = &'a String>,
) -> Result<Tree, String> {
    let mut tree = Tree::new();
    for path in paths {
        let file = folder.join(path);
        if file.symlink_metadata().is_ok() {
            tree.insert(path.clone(), read_file(&file)?);
        }
    }
    Ok(tree)
}

pub fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

pub fn write_file(path: &Path, content: &[u8]) -> Result<(), String> {
    let fault = |error| format!("cannot write {}: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(fault)?;
    }
    fs::write(path, content).map_err(fault)
}

/// Writes all files of a tree into a folder.
pub fn write(tree: &Tree, folder: &Path) -> Result<(), String> {
    tree.iter().try_for_each(|(path, content)| write_file(&folder.join(path), content))
}

/// The paths whose content is not the same in both.
pub fn differing<'a>(one: &'a Tree, other: &'a Tree) -> Vec<&'a String> {
    let paths: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    paths.into_iter().filter(|path| one.get(*path) != other.get(*path)).collect()
}

/// The name that the manifest gives to the package.
pub fn name(tree: &Tree) -> Option<String> {
    let manifest = tree.get(MANIFEST).map(|content| String::from_utf8_lossy(content))?;
    let line = manifest.lines().find(|line| is_name_line(line))?;
    line.split('"').nth(1).map(String::from)
}

/// The same files, with the package under another name.
pub fn renamed(tree: &Tree, name: &str) -> Tree {
    let mut tree = tree.clone();
    let Some(manifest) = tree.get_mut(MANIFEST) else {
        return tree;
    };
    let text = String::from_utf8_lossy(manifest).into_owned();
    let mut lines: Vec<String> = text.split('\n').map(String::from).collect();
    if let Some(line) = lines.iter_mut().find(|line| is_name_line(line)) {
        let end = if line.ends_with('\r') { "\r" } else { "" };
        *line = format!("name = \"{name}\"{end}");
        *manifest = lines.join("\n").into_bytes();
    }
    tree
}

/// The first such line of a manifest names the package.
pub fn is_name_line(line: &str) -> bool {
    line.strip_prefix("name").is_some_and(|rest| rest.trim_start().starts_with('='))
}

/// Where two versions of a file part: the line, counted from 1, and what each has there.
pub fn first_difference(one: &[u8], other: &[u8]) -> Option<(usize, String, String)> {
    let (one, other) = (String::from_utf8_lossy(one), String::from_utf8_lossy(other));
    let (mut ones, mut others) = (one.split('\n'), other.split('\n'));
    let shown = |line: Option<&str>| line.map_or("nothing more".into(), |text| format!("`{text}`"));
    for number in 1.. {
        match (ones.next(), others.next()) {
            (None, None) => break,
            (mine, theirs) if mine == theirs => {}
            (mine, theirs) => return Some((number, shown(mine), shown(theirs))),
        }
    }
    None
}
