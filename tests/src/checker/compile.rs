//! Builds a crate of the reader's, and shows what the compiler says of it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// Builds the crate in `folder` and gives the path of its program. What cargo says goes to the
/// terminal as it is.
pub fn compile(folder: &Path) -> Result<PathBuf, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // There, so that cargo takes the settings of that folder, not of this one.
    command.current_dir(folder).args(["build", "--message-format=json-render-diagnostics"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let output = command.output().map_err(|error| format!("cannot run cargo: {error}"))?;
    if !output.status.success() {
        return Err(format!("{} does not compile; see above", folder.display()));
    }
    let answer = String::from_utf8_lossy(&output.stdout);
    let messages = answer.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let programs: Vec<Value> =
        messages.filter(|message| message["target"]["kind"][0] == "bin").collect();
    let path = |message: &Value| message["executable"].as_str().map(PathBuf::from);
    match programs.as_slice() {
        [] => Err(format!("{} has no program: there is no src/main.rs", folder.display())),
        [program] => path(program).ok_or("cargo does not say where the program is".into()),
        several => {
            let names: Vec<&str> =
                several.iter().filter_map(|message| message["target"]["name"].as_str()).collect();
            Err(format!(
                "{} has several programs ({}). Start the right one yourself:\n\
                 cargo course check STAGE --dir {} -- cargo run --bin {} -- 127.0.0.1:0",
                folder.display(),
                names.join(", "),
                folder.display(),
                names.first().unwrap_or(&"NAME"),
            ))
        }
    }
}
