//! Builds a step's binary and takes its path from cargo's own answer.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

/// The packages of the stages, in order.
pub const PACKAGES: [&str; 4] = ["step1-http", "step2-handshake", "step3-frames", "step4-complete"];

/// The package of a stage.
pub fn package(stage: u8) -> &'static str {
    PACKAGES[usize::from(stage.clamp(1, 4)) - 1]
}

/// The folder of this package, in the clone. A clone may be moved, and cargo does not build the
/// program again for that, so what cargo says when it runs it goes before where it was built.
pub fn home() -> PathBuf {
    let is_ours = env::var("CARGO_PKG_NAME").is_ok_and(|name| name == env!("CARGO_PKG_NAME"));
    let told = env::var_os("CARGO_MANIFEST_DIR").filter(|_| is_ours);
    told.map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from)
}

/// Builds the package in the profile of the program that runs, and gives the path of its binary.
pub fn build(package: &str) -> Result<PathBuf, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--package", package, "--message-format=json"]);
    command.current_dir(home()).args(same_profile());
    command.stdin(Stdio::null()).stderr(Stdio::piped()).stdout(Stdio::piped());
    let output = command.output().map_err(|error| format!("cannot run cargo: {error}"))?;
    if !output.status.success() {
        return Err(format!("{package}:\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    let answer = String::from_utf8_lossy(&output.stdout);
    let messages = answer.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let paths = messages.filter(|message| message["target"]["kind"][0] == "bin");
    let paths: Vec<Value> = paths.map(|message| message["executable"].clone()).collect();
    let path = paths.iter().rev().find_map(Value::as_str);
    path.map(PathBuf::from).ok_or(format!("cargo names no binary of {package}"))
}

/// The flags that build into the folder of the running program: `…/debug/deps/step1-0123` was
/// built as `dev`, and so are the stages.
fn same_profile() -> Vec<String> {
    let Ok(program) = env::current_exe() else {
        return Vec::new();
    };
    let folder = program.parent().filter(|folder| folder.ends_with("deps"));
    let folder = folder.and_then(|deps| deps.parent()).or(program.parent());
    let (Some(folder), Some(target)) = (folder, folder.and_then(|folder| folder.parent())) else {
        return Vec::new();
    };
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let profile = match name.as_deref() {
        Some("debug") | None => "dev".to_string(),
        Some(name) => name.to_string(),
    };
    vec![
        format!("--profile={profile}"),
        "--target-dir".into(),
        target.to_string_lossy().into_owned(),
    ]
}
