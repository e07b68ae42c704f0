//! Runs commands with bash, as a reader would, and keeps what they print.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};
use std::time::{Duration, Instant};

use course::book::git::AUTHOR;

use super::build::{Builder, Program};
use super::typed::{ADDRESS, Command, Place};

/// No command may take longer. The checker ends by itself before.
pub const DEADLINE: Duration = Duration::from_secs(200);
/// Between what the commands print: ASCII has a character for that.
const SEPARATOR: char = '\u{1e}';
/// `cargo run` is the program that was built already; the others are as they are. curl would show
/// how far it has got, because it does not print to a terminal.
const PRELUDE: &str = r#"
exec 2>&1
cargo() {
  case "$1" in
    run)
      shift
      while :; do
        case "$1" in
          -q|--quiet|--release|--) shift ;;
          -p|--package) shift 2 ;;
          *) break ;;
        esac
      done
      case "$*" in *:*) ;; *) set -- $COURSE_ARGUMENT "$@" ;; esac
      "$COURSE_SERVER" "$@" ;;
    course) shift; RUSTFLAGS=-Awarnings "$COURSE_TOOL" "$@" ;;
    *) command cargo "$@" ;;
  esac
}
curl() { command curl --no-progress-meter "$@"; }
"#;
/// What cargo says of its work; a page need not show it.
const PROGRESS: [&str; 11] = [
    "Checking",
    "Compiling",
    "Finished",
    "Running",
    "Locking",
    "Blocking",
    "Adding",
    "Updating",
    "Downloading",
    "Downloaded",
    "Creating",
];

/// The folders of a reader, and what runs in them.
pub struct Shell<'a> {
    pub builder: &'a Builder,
    /// Holds `server` and `course`.
    pub root: PathBuf,
}

/// What one command printed, and whether it succeeded.
pub struct Printed {
    pub lines: Vec<String>,
    pub success: bool,
}

impl Shell<'_> {
    pub fn folder(&self, place: Place) -> PathBuf {
        match place {
            Place::Above => self.root.clone(),
            Place::Course => self.root.join("course"),
            Place::Server => self.root.join("server"),
        }
    }

    /// A bash for these commands, with the program that `cargo run` means.
    pub fn bash(&self, script: &str, program: Option<&Program>) -> Process {
        let mut bash = Process::new("bash");
        bash.args(["--norc", "--noprofile", "-c", &format!("{PRELUDE}{script}")]);
        bash.current_dir(&self.root).stdin(Stdio::null());
        // What runs us is not to be seen by what the reader runs.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_") && text != "CARGO_HOME" || text.starts_with("GIT_") {
                bash.env_remove(&name);
            }
        }
        for name in ["RUSTFLAGS", "CARGO", "RUST_BACKTRACE", "LS_COLORS"] {
            bash.env_remove(name);
        }
        bash.env("CARGO_TARGET_DIR", &self.builder.checks);
        bash.env("CARGO_NET_OFFLINE", "true").env("CARGO_TERM_COLOR", "never");
        bash.env("CARGO_PROFILE_DEV_DEBUG", "0").env("LC_ALL", "C").env("NO_COLOR", "1");
        bash.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        for role in ["AUTHOR", "COMMITTER"] {
            bash.env(format!("GIT_{role}_NAME"), AUTHOR.0);
            bash.env(format!("GIT_{role}_EMAIL"), AUTHOR.1);
        }
        bash.env("COURSE_TOOL", env!("CARGO_BIN_EXE_course"));
        if let Some(Program { path, argument }) = program {
            bash.env("COURSE_SERVER", path).env("COURSE_ARGUMENT", argument.unwrap_or_default());
        }
        bash
    }

    /// The line of a script that does this command, at the server's real address.
    pub fn script(&self, command: &Command, server: Option<(&str, u32)>) -> String {
        let folder = quoted(self.folder(command.place).into_os_string());
        let mut line = command.line.clone();
        if let Some((address, id)) = server {
            line = line.replace(ADDRESS, address);
            line = line.replace(&ADDRESS.replace(':', "/"), &address.replace(':', "/"));
            line = line.replace("-C server", &format!("-p {id}"));
        }
        format!("cd {folder}; eval {}\n", quoted(line.into()))
    }

    /// Runs commands in one bash, so that what the first sets the next finds.
    pub fn run(
        &self,
        commands: &[Command],
        server: Option<(&str, u32)>,
    ) -> Result<Vec<Printed>, String> {
        let scripts = commands.iter().map(|command| self.script(command, server));
        let end = format!("printf '\\n{SEPARATOR}%s\\n' $?\n");
        let script: String = scripts.map(|line| line + &end).collect();
        let bash = self.builder.start(self.bash(&script, None), false)?;
        let deadline = Instant::now() + DEADLINE;
        let ended = bash.wait_for_exit(deadline);
        let log = bash.log().map_err(|_| "there is no log")?;
        log.wait_for_end(Instant::now() + Duration::from_secs(5));
        let lines = log.since(0);
        if ended.is_none() {
            return Err(format!("no end after {DEADLINE:?}. So far:\n{}", lines.join("\n")));
        }
        let mut printed = Vec::new();
        let mut so_far = Vec::new();
        for line in lines {
            match line.strip_prefix(SEPARATOR) {
                Some(code) => {
                    let lines = std::mem::take(&mut so_far);
                    printed.push(Printed { lines: plain(lines), success: code == "0" });
                }
                None => so_far.push(line),
            }
        }
        match printed.len() == commands.len() {
            true => Ok(printed),
            false => Err(format!("bash came to an early end:\n{}", so_far.join("\n"))),
        }
    }
}

/// Without cargo's lines of progress, and with the end of a line where it is.
pub fn plain(lines: Vec<String>) -> Vec<String> {
    let is_progress = |line: &String| {
        let words = line.trim_start();
        line.starts_with("   ")
            && PROGRESS.iter().any(|word| words.starts_with(&format!("{word} ")))
    };
    let lines = lines.into_iter().filter(|line| !is_progress(line));
    lines.map(|line| line.trim_end().to_string()).collect()
}

/// A word as bash wants it.
fn quoted(word: OsString) -> String {
    format!("'{}'", word.to_string_lossy().replace('\'', r"'\''"))
}

/// Whether there is such a program.
pub fn exists(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder: PathBuf| is_file(&folder.join(program)))
}

fn is_file(path: &Path) -> bool {
    path.is_file()
}
