//! Runs cargo and rustfmt on a scratch crate, as its reader would, and keeps what they say.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

pub struct Cargo<'a> {
    pub folder: &'a Path,
    pub target: &'a Path,
}

/// What a command said, and whether it was content.
pub struct Answer {
    pub success: bool,
    pub text: String,
}

impl Cargo<'_> {
    pub fn check(&self) -> Result<Answer, String> {
        self.cargo(&["check", "--all-targets"], &[])
    }

    /// Builds the program, without what a debugger needs: seven eighths of it.
    pub fn build(&self) -> Result<Answer, String> {
        self.cargo(&["build", "--config", "profile.dev.debug=false"], &[])
    }

    /// Takes away what was built of a package, whatever folder it stood in.
    pub fn clean(&self, package: &str) -> Result<Answer, String> {
        self.cargo(&["clean", "--package", package], &[])
    }

    /// Clippy, to which a warning is an error.
    pub fn clippy(&self) -> Result<Answer, String> {
        self.cargo(&["clippy", "--all-targets"], &["--", "-D", "warnings"])
    }

    pub fn test(&self) -> Result<Answer, String> {
        self.cargo(&["test"], &[])
    }

    fn cargo(&self, first: &[&str], last: &[&str]) -> Result<Answer, String> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(first).arg("--offline").arg("--target-dir").arg(self.target).args(last);
        // The blocks are judged as any reader's cargo judges them; some set warnings to errors.
        command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        command.env("CARGO_TERM_COLOR", "never");
        self.run(command, "cargo")
    }

    /// Whether rustfmt would leave the files as they are.
    pub fn formatted<'a>(&self, files: impl Iterator<Item = &'a str>) -> Result<Answer, String> {
        let mut command = Command::new("rustfmt");
        command.args(["--check", "--edition", "2024", "--color", "never"]).args(files);
        self.run(command, "rustfmt (`rustup component add rustfmt`)")
    }

    fn run(&self, mut command: Command, name: &str) -> Result<Answer, String> {
        command.current_dir(self.folder).stdin(Stdio::null());
        let output = command.output().map_err(|error| format!("cannot run {name}: {error}"))?;
        let said = [output.stderr, output.stdout].concat();
        let folder = format!("{}/", self.folder.display());
        let text = String::from_utf8_lossy(&said).replace(&folder, "");
        Ok(Answer { success: output.status.success(), text })
    }
}

impl Answer {
    /// How many warnings there are, not counting cargo's sum of them.
    pub fn warnings(&self) -> usize {
        let lines = self.text.lines().filter(|line| line.starts_with("warning"));
        lines.filter(|line| !line.contains(" generated ")).count()
    }

    /// The codes of the compiler's errors, each once.
    pub fn errors(&self) -> Vec<&str> {
        let codes = self.text.lines().filter_map(|line| line.strip_prefix("error["));
        let mut codes: Vec<&str> = codes.filter_map(|line| line.split(']').next()).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// How many tests have passed.
    pub fn passed(&self) -> usize {
        let results = self.text.lines().filter_map(|line| line.strip_prefix("test result: ok. "));
        let counts = results.filter_map(|line| line.split(' ').next());
        counts.filter_map(|count| count.parse::<usize>().ok()).sum()
    }

    /// The text without cargo's lines of progress, cut where it gets long.
    pub fn excerpt(&self) -> String {
        const PROGRESS: [&str; 6] =
            ["Checking", "Compiling", "Finished", "Running", "Locking", "Blocking"];
        const LINES: usize = 60;
        let is_progress = |line: &&str| {
            let words = line.trim_start();
            line.starts_with("    ") && PROGRESS.iter().any(|word| words.starts_with(word))
        };
        let lines: Vec<&str> = self.text.lines().filter(|line| !is_progress(line)).collect();
        let mut text = lines[..lines.len().min(LINES)].join("\n");
        if LINES < lines.len() {
            text.push_str(&format!("\n… lines left out: {}", lines.len() - LINES));
        }
        text
    }
}
