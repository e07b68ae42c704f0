//! Builds our server as a reader would, and takes its path from cargo's own answer.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

const PACKAGE: &str = "step4-complete";

/// The folder of the whole course.
pub fn root() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    folder.ancestors().nth(2).unwrap_or(folder).to_owned()
}

pub fn build() -> Result<PathBuf, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--release", "--locked", "--package", PACKAGE]);
    command.arg("--message-format=json-render-diagnostics");
    command.current_dir(root()).stdin(Stdio::null()).stdout(Stdio::piped());
    let output = command.spawn().and_then(|child| child.wait_with_output());
    let output = output.map_err(|error| format!("cannot run cargo: {error}"))?;
    if !output.status.success() {
        return Err(format!("{PACKAGE} does not build"));
    }
    let answer = String::from_utf8_lossy(&output.stdout);
    let messages = answer.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut paths =
        messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from));
    paths.next_back().ok_or_else(|| format!("cargo names no binary of {PACKAGE}"))
}
