//! What a user has set up in git makes no difference, through the real program.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::sample::Sample;

/// All that could get in the way; the two programs and the hooks fail when they are run.
const SETTINGS: &str = "[user]\n\tname = Somebody\n\temail = somebody@localhost\n\
    [diff]\n\tnoprefix = true\n\texternal = false\n\trenames = copies\n\tcontext = 0\n\talgorithm = patience\n\
    [core]\n\tautocrlf = true\n\thooksPath = HOME/hooks\n\tattributesFile = HOME/attributes\n\
    \texcludesFile = HOME/excludes\n\tpager = false\n\tquotePath = false\n\
    [commit]\n\tgpgsign = true\n[gpg]\n\tprogram = false\n[init]\n\tdefaultBranch = trunk\n\ttemplateDir = HOME/template\n\
    [color]\n\tui = always\n[apply]\n\twhitespace = error\n[log]\n\tshowSignature = true\n\
    [merge]\n\tconflictStyle = diff3\n[rebase]\n\tabbreviateCommands = true\n";

fn course(sample: &Sample, home: &Path, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
    command.args(arguments).arg("--course").arg(&sample.project.root);
    set_up(&mut command, home);
    let output = command.output().expect("the program runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

fn git(folder: &Path, home: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(folder);
    set_up(&mut command, home);
    assert!(command.status().expect("git runs").success(), "{arguments:?}");
}

fn set_up(command: &mut Command, home: &Path) {
    command.env("GIT_CONFIG_GLOBAL", home.join("gitconfig"));
}

#[test]
fn the_users_configuration_does_not_matter() {
    let sample = Sample::new();
    let home = sample.beside("home");
    for name in ["pre-commit", "commit-msg", "post-checkout", "pre-rebase", "post-commit"] {
        for folder in ["hooks", "template/hooks"] {
            let hook = home.join(folder).join(name);
            fs::create_dir_all(home.join(folder)).expect("a folder");
            fs::write(&hook, "#!/bin/sh\nexit 1\n").expect("a file");
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("a mode");
            }
        }
    }
    let settings = SETTINGS.replace("HOME", &home.to_string_lossy().replace('\\', "/"));
    fs::write(home.join("gitconfig"), settings).expect("a file");
    fs::write(home.join("attributes"), "*.rs -diff\n*.toml binary\n").expect("a file");
    fs::write(home.join("excludes"), "*.rs\n").expect("a file");

    let folder = sample.beside("scratch");
    let name = folder.to_string_lossy().into_owned();
    let (passed, said) = course(&sample, &home, &["unroll", &name]);
    assert!(passed && said.starts_with("9 commits in "), "{said}");
    git(&folder, &home, &["checkout", "--quiet", "book~6"]);
    let main = fs::read_to_string(folder.join("src/main.rs")).expect("a file");
    assert!(!main.contains('\r'));
    fs::write(folder.join("README.md"), "Mine.\n").expect("a file");
    git(&folder, &home, &["add", "README.md"]);
    git(&folder, &home, &["commit", "--quiet", "-m", "Say what it is"]);
    git(&folder, &home, &["rebase", "--quiet", "--onto", "HEAD", "book~6", "book"]);
    let (passed, said) = course(&sample, &home, &["roll", &name]);
    assert!(passed, "{said}");
    for words in [
        "new: 1.2a/1 Say what it is (book/src/first.md:",
        "step1-first: README.md\n",
        "scratch is spent.\n",
    ] {
        assert!(said.contains(words), "{words:?} is missing in:\n{said}");
    }
    assert!(sample.read("book/src/first.md").contains("\n## 1.2a Say what it is\n\nTODO"));

    let (passed, said) = course(&sample, &home, &["replay", "--from", "2.2/2"]);
    assert!(passed && said.contains("9 blocks, 1 whole files, 2 checkpoints."), "{said}");
    assert!(!said.contains("Not as git writes them"), "{said}");

    let mine = sample.beside("mine");
    let name = mine.to_string_lossy().into_owned();
    let (passed, said) = course(&sample, &home, &["goto", "1.2", &name]);
    assert!(passed && said.ends_with("mine is at 1.2.\n"), "{said}");
    git(&mine, &home, &["-c", "core.hooksPath=none", "init", "--quiet", "--template="]);
    fs::write(mine.join("src/main.rs"), "fn main() {}\r\n").expect("a file");
    let plain =
        ["-c", "core.hooksPath=none", "-c", "commit.gpgSign=false", "-c", "core.excludesFile=none"];
    git(&mine, &home, &[&plain[..], &["add", "--all"]].concat());
    let (passed, said) = course(&sample, &home, &["goto", "1.3", &name]);
    assert!(!passed && said.contains("would be lost in src/main.rs"), "{said}");
    git(&mine, &home, &[&plain[..], &["commit", "--quiet", "-m", "mine"]].concat());
    let (passed, said) = course(&sample, &home, &["goto", "1.2", &name]);
    assert!(passed, "{said}");
    let (passed, said) = course(&sample, &home, &["apply", "1.2a", &name]);
    assert!(passed && said == "created README.md\n", "{said}");
    let (passed, said) = course(&sample, &home, &["compare", "1.2", &name]);
    assert!(
        !passed && said.starts_with("README.md: the book does not have this file at 1.2."),
        "{said}"
    );
    let (passed, said) = course(&sample, &home, &["compare", "1.2a", &name]);
    assert!(passed && said.ends_with("mine has the code of 1.2a.\n"), "{said}");
}
