//! The program itself: `cargo course talk`.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use super::server;

fn course(arguments: &[&str], typed: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
    command.arg("talk").args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    // A program that only complains reads nothing.
    let _ = pipe.write_all(typed.as_bytes());
    drop(pipe);
    child.wait_with_output().expect("the program ends")
}

#[test]
fn lines_come_from_a_pipe() {
    let server = server(4);
    let address = server.address.to_string();
    let output = course(&[&address], "upgrade /websocket\r\ntext Hello\r\n");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("> text Hello\n→ 81 85 37"), "{printed}");
    assert!(printed.ends_with("FIN TEXT 5 \"Hello\"\n"), "{printed}");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_wrong_line_ends_nothing_and_is_told_by_the_exit_code() {
    let server = server(4);
    let output = course(&[&server.address.to_string()], "gte /\nget /\nquit\nget /lost\n");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("Did you mean get?") && printed.contains("200 OK"), "{printed}");
    assert!(!printed.contains("lost"), "{printed}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn what_cannot_run_says_why() {
    for (arguments, words) in [
        (vec!["6969"], "Did you mean 127.0.0.1:6969?"),
        (vec!["127.0.0.1:6969", "no-such-file.txt"], "cannot read no-such-file.txt"),
        (vec!["127.0.0.1:6969", "--patience", "long"], "a number of seconds"),
        (vec![], "<ADDRESS>"),
    ] {
        let output = course(&arguments, "");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(complaint.contains(words), "{complaint}");
        assert_eq!(output.status.code(), Some(2), "{complaint}");
    }
}

#[test]
fn help_shows_every_line() {
    let help = course(&["--help"], "").stdout;
    let help = String::from_utf8_lossy(&help);
    let forms = ["get /", "upgrade /websocket", "text Hello", "fin=0", "hold", "wait", "anna:"];
    for form in forms {
        assert!(help.contains(form), "{form} is missing in:\n{help}");
    }
}
