//! The command line: whatever is wrong is told, with the exit code 2.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use serde_json::Value;

use crate::flawed::{self, Flaw};

pub struct Said {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// The checker as a program, in the folder of the tests.
pub fn course(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null());
    // Crates that are checked are built in their own folders.
    command.env_remove("CARGO_TARGET_DIR");
    command
}

/// A checker whose server is slow to say where it listens looks at the usual port meanwhile. So the
/// test whose server really listens there runs while no other one starts any.
pub static USUAL_PORT: RwLock<()> = RwLock::new(());

/// Nobody of ours listens on the usual port for as long as this is held.
pub fn usual_port_is_free() -> RwLockReadGuard<'static, ()> {
    USUAL_PORT.read().unwrap_or_else(PoisonError::into_inner)
}

pub fn said(command: Command) -> Said {
    let _free = usual_port_is_free();
    said_by(command)
}

/// The same for who holds `USUAL_PORT`.
pub fn said_by(mut command: Command) -> Said {
    let output = command.output().expect("the checker runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// It could not be tried, and says why on stderr.
fn cannot(name: &str, arguments: &[&str]) {
    let said = said(course(arguments));
    assert_eq!(said.code, Some(2), "{}{}", said.stdout, said.stderr);
    assert_eq!(said.stdout, "");
    snapshot(name, &said.stderr);
}

#[test]
fn without_arguments() {
    let said = said(course(&[]));
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("check"), "{}", said.stderr);
    cannot("cli_without_arguments", &["check"]);
}

#[test]
fn without_a_server() {
    cannot("cli_without_a_server", &["check", "2"]);
}

#[test]
fn a_stage_that_there_is_not() {
    cannot("cli_wrong_stage", &["check", "5", "127.0.0.1:1"]);
}

#[test]
fn a_stage_that_was_forgotten() {
    cannot("cli_no_stage", &["check", "127.0.0.1:6969"]);
}

#[test]
fn an_address_with_tls() {
    cannot("cli_tls", &["check", "2", "wss://127.0.0.1:6969/websocket"]);
}

#[test]
fn a_flag_that_there_is_not() {
    cannot("cli_wrong_flag", &["check", "2", "127.0.0.1:1", "--rule-only"]);
}

#[test]
fn a_value_that_is_wrong() {
    cannot("cli_wrong_value", &["check", "2", "127.0.0.1:1", "--patience", "soon"]);
}

#[test]
fn an_address_and_a_command() {
    cannot("cli_two_servers", &["check", "2", "127.0.0.1:1", "--", "true"]);
}

#[test]
fn no_address_and_no_folder() {
    cannot("cli_neither", &["check", "2", "../servr"]);
}

#[test]
fn a_folder_without_a_crate() {
    cannot("cli_no_crate", &["check", "2", "src"]);
}

#[test]
fn a_folder_that_there_is_not() {
    cannot("cli_no_folder", &["check", "2", "--dir", "nowhere", "--", "node", "main.js"]);
}

#[test]
fn a_command_that_there_is_not() {
    let said = said(course(&["check", "2", "--", "no-such-program"]));
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.starts_with("cannot check: cannot start no-such-program: "));
}

#[test]
fn an_unknown_case() {
    cannot("cli_unknown_case", &["check", "2", "127.0.0.1:1", "--only", "U22"]);
}

#[test]
fn a_case_of_another_stage() {
    cannot("cli_another_stage", &["check", "2", "127.0.0.1:1", "--only", "F5"]);
}

#[test]
fn nobody_is_there() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    drop(listener);
    let said = said(course(&["check", "1", &address]));
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.starts_with(&format!("cannot check: nobody listens on {address}")));
    assert!(said.stderr.contains("Is the server running?"), "{}", said.stderr);
}

#[test]
fn json_is_a_line_for_each_case() {
    let address = flawed::start(Flaw::VersionNotTold).to_string();
    let said = said(course(&["check", "2", &address, "--rules-only", "--json", "--only", "U4"]));
    assert_eq!(said.code, Some(1));
    let lines: Vec<Value> =
        said.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let verdicts: Vec<&str> = lines.iter().filter_map(|line| line["verdict"].as_str()).collect();
    assert_eq!(verdicts, ["fail"]);
    snapshot("cli_json", &said.stdout);
}

#[test]
fn a_pass_is_told_with_what_was_said() {
    let address = flawed::start(Flaw::Sound).to_string();
    let only = "connection_is_a_list_of_tokens";
    let said = said(course(&["check", "2", &address, "--verbose", "--only", only]));
    assert_eq!(said.code, Some(0), "{}", said.stdout);
    snapshot("cli_verbose", &said.stdout.replace(&address, "127.0.0.1:PORT"));
}

#[test]
fn the_websocket_may_be_elsewhere() {
    // At another path there is none, which shows that the other path is asked.
    let address = flawed::start(Flaw::Sound).to_string();
    let only = ["--only", "connection_is_a_list_of_tokens"];
    let path = ["--path", "/elsewhere"];
    let said = said(course(&[&["check", "2", &address][..], &only, &path].concat()));
    assert_eq!(said.code, Some(1));
    assert!(said.stdout.contains("→ GET /elsewhere HTTP/1.1"), "{}", said.stdout);
    assert!(said.stdout.contains("try it:   upgrade /elsewhere |"), "{}", said.stdout);
}

#[test]
fn a_crate_that_does_not_compile() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("does-not-compile");
    crate::crate_folder::write(&folder, "fn main() {\n    let port: u16 = \"6969\";\n}\n");
    let folder = folder.to_string_lossy().into_owned();
    let said = said(course(&["check", "1", &folder]));
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("mismatched types"), "{}", said.stderr);
    assert!(said.stderr.contains("does not compile"), "{}", said.stderr);
    assert_eq!(said.stdout, "");
}

/// Long enough for what ends, short enough to notice what does not.
pub const BOUND: Duration = Duration::from_secs(60);
