//! What curl prints differs from version to version: its own lines, which begin with `*`.

use std::process::Command;
use std::sync::OnceLock;

/// Whether these are lines of curl's own that are not to be compared.
pub struct Own {
    is_same_version: bool,
}

impl Own {
    /// For a page that shows the output of some version.
    pub fn of(page: &str) -> Own {
        static HERE: OnceLock<String> = OnceLock::new();
        let here = HERE.get_or_init(|| {
            let output = Command::new("curl").arg("--version").output();
            let text = output.map(|output| output.stdout).unwrap_or_default();
            let text = String::from_utf8_lossy(&text).into_owned();
            text.split(' ').nth(1).unwrap_or_default().to_string()
        });
        let shown = page.split("User-Agent: curl/").nth(1).unwrap_or_default();
        let shown = shown.split_whitespace().next().unwrap_or_default();
        Own { is_same_version: shown == here }
    }

    /// The lines that count.
    pub fn without(&self, lines: &[String]) -> Vec<String> {
        let counts = |line: &&String| {
            let is_own = line.starts_with("* ") || line.as_str() == "*";
            // It says so of a body that it writes to a file, but not to a terminal.
            let is_data = (line.starts_with("{ [") || line.starts_with("} ["))
                && line.ends_with(" bytes data]");
            !is_data && (self.is_same_version || !is_own)
        };
        lines.iter().filter(counts).cloned().collect()
    }
}
