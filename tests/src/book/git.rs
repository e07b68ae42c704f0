//! Runs git: in repositories of our own without anything that the user has configured, in the
//! reader's with it.

use std::env;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Stands for "no such file" in git's settings, on Windows too.
const NOTHING: &str = "/dev/null";
/// Who makes the commits of a scratch repository.
pub const AUTHOR: (&str, &str) = ("The book", "book@localhost");

pub struct Git<'a> {
    folder: &'a Path,
    own: bool,
}

impl<'a> Git<'a> {
    /// For a repository of ours: the user's configuration, attributes and hooks are shut out.
    pub fn own(folder: &'a Path) -> Git<'a> {
        Git { folder, own: true }
    }

    /// For a repository of the user, whose settings say how its files are to be read.
    pub fn theirs(folder: &'a Path) -> Git<'a> {
        Git { folder, own: false }
    }

    /// What git prints. Fails with what it complains of.
    pub fn run(&self, arguments: &[&str]) -> Result<String, String> {
        self.feed(arguments, "")
    }

    /// The same, with something on its standard input.
    pub fn feed(&self, arguments: &[&str], input: &str) -> Result<String, String> {
        let printed = self.bytes(arguments, input.as_bytes())?;
        String::from_utf8(printed)
            .map_err(|_| format!("`git {}` printed what is not UTF-8.", arguments.join(" ")))
    }

    pub fn bytes(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, String> {
        let mut command = Command::new("git");
        self.set_up(&mut command);
        command.args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let missing = |error| format!("cannot run git, which the course needs: {error}");
        let mut child = command.spawn().map_err(missing)?;
        if let Some(mut pipe) = child.stdin.take() {
            // Git may end before it has read everything; what it says tells why.
            let _ = pipe.write_all(input);
        }
        let output = child.wait_with_output().map_err(missing)?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(format!(
                "git {}: {}{}",
                arguments.first().unwrap_or(&""),
                String::from_utf8_lossy(&output.stderr).trim_end(),
                String::from_utf8_lossy(&output.stdout).trim_end(),
            )),
        }
    }

    fn set_up(&self, command: &mut Command) {
        command.current_dir(self.folder);
        // A hook that runs us says with such variables which repository it means: not ours.
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("GIT_") && (self.own || !text.starts_with("GIT_CONFIG")) {
                command.env_remove(&name);
            }
        }
        command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
        if !self.own {
            return;
        }
        command.env("GIT_CONFIG_GLOBAL", NOTHING).env("GIT_CONFIG_NOSYSTEM", "1");
        command.env("GIT_ATTR_NOSYSTEM", "1");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), AUTHOR.0);
            command.env(format!("GIT_{role}_EMAIL"), AUTHOR.1);
        }
        for setting in ["core.attributesFile", "core.excludesFile", "core.hooksPath"] {
            command.args(["-c", &format!("{setting}={NOTHING}")]);
        }
        for setting in ["gc.auto=0", "maintenance.auto=false", "core.autocrlf=false"] {
            command.args(["-c", setting]);
        }
    }
}
