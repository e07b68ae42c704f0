//! The command line: what is wrong is told in one clear line, and in the exit code.

use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;

use super::limit;
use crate::cases::crowd::wrong;
use crate::prelude::*;
use crate::server::Server;

/// Every flag with its default as `--help` shows it; two may be given again and again.
const FLAGS: [(&str, &str); 16] = [
    ("--listen", ""),
    ("--allow-origin", ""),
    ("--allow-host", ""),
    ("--handshake-timeout", "10"),
    ("--max-message", "1048576"),
    ("--max-room-message", "65536"),
    ("--max-fragments", "131072"),
    ("--max-outgoing", "1048576"),
    ("--room-rate", "262144"),
    ("--write-timeout", "10"),
    ("--ping-interval", "20"),
    ("--ping-timeout", "20"),
    ("--close-timeout", "5"),
    ("--max-connections", "10000"),
    ("--shutdown-timeout", "10"),
    ("--help", ""),
];
/// A wrong command line must not start a server; should it do so, then on no fixed port.
const ANYWHERE: &str = "127.0.0.1:0";

pub fn cases() -> Vec<Case> {
    let line = |name| {
        limit("--listen", name)
            .section("RFC 6455 §1.1")
            .why("Whoever starts it should see in one line what is wrong, scripts in a number.")
            .hint("Errors go to stderr. An exit code of 2 says that the command line is wrong.")
    };
    vec![
        line("listen_is_the_address").function(listen),
        line("a_wrong_flag_exits_with_2").function(|play| {
            play.note("--wrong, --max-mesage 5, --max-message: one line, and the exit code 2");
            exits(play, &["--wrong"], 2, "--wrong")?;
            exits(play, &["--max-mesage", "5"], 2, "--max-mesage")?;
            exits(play, &["--max-message"], 2, "--max-message")
        }),
        line("a_wrong_value_exits_with_2").function(wrong_values),
        line("a_wrong_address_is_told").stages(1..=4).function(|play| {
            let ended = run(play, &["nonsense"])?;
            match (ended.code, ended.stderr.trim_end().lines().count()) {
                (Some(1 | 2), 1) if ended.stderr.contains("nonsense") => {
                    play.note("\"nonsense\" is no address: one line, and an exit code");
                    Ok(())
                }
                _ => wrong("one line with the address, and 1 or 2", format!("{ended:?}")),
            }
        }),
        line("an_address_in_use_exits_with_1").stages(1..=4).function(|play| {
            let address = play.server.address.to_string();
            let ended = run(play, &[address.as_str()])?;
            play.note("a second server at the same address: one line, and the exit code 1");
            is_told(&ended, 1, &address)
        }),
        line("help_exits_with_0_and_lists_every_flag").function(help),
    ]
}

#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// Runs the program until it ends by itself.
fn run(play: &Play, arguments: &[&str]) -> Result<Ended, Stop> {
    let mut command = Command::new(play.server.program()?);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let started = command.spawn();
    let mut child =
        started.map_err(|error| Failure::wrong("the program runs", error.to_string()))?;
    let deadline = play.deadline();
    let code = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status.code(),
            Ok(None) if Instant::now() < deadline => thread::sleep(Duration::from_millis(5)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return wrong(format!("{arguments:?} ends the program"), "it goes on");
            }
        }
    };
    let mut ended = Ended { code, stdout: String::new(), stderr: String::new() };
    let _ = child.stdout.take().map(|mut pipe| pipe.read_to_string(&mut ended.stdout));
    let _ = child.stderr.take().map(|mut pipe| pipe.read_to_string(&mut ended.stderr));
    Ok(ended)
}

/// One line on stderr that holds `text`, nothing on stdout, and this code.
fn is_told(ended: &Ended, code: i32, text: &str) -> Played {
    let lines = ended.stderr.trim_end().lines().count();
    let is_clear = lines == 1 && ended.stderr.contains(text) && ended.stdout.is_empty();
    match is_clear && ended.code == Some(code) {
        true => Ok(()),
        false => wrong(
            format!("one line on stderr that names {text}, and the exit code {code}"),
            format!("{ended:?}"),
        ),
    }
}

fn exits(play: &Play, arguments: &[&str], code: i32, text: &str) -> Played {
    let arguments = [&[ANYWHERE], arguments].concat();
    is_told(&run(play, &arguments)?, code, text)
}

fn wrong_values(play: &mut Play) -> Played {
    const TOO_LARGE: &str = "99999999999999999999999999";
    for (flag, default) in FLAGS.into_iter().filter(|(_, default)| !default.is_empty()) {
        let mut values = vec!["x", "", "-1", TOO_LARGE];
        match flag.ends_with("-timeout") || flag.ends_with("-interval") {
            true => values.extend(["0", "inf", "nan", "1e400"]),
            false => values.extend(["1.5", "0x10"]),
        }
        for value in values {
            exits(play, &[&format!("{flag}={value}")], 2, flag)?;
        }
        play.note(&format!("{flag}: {default} by default; nonsense is told"));
    }
    exits(play, &["--room-rate=0"], 2, "--room-rate")?;
    let origins = ["", "*", "null", "example.com", "https://", "https://example.com/"];
    for origin in origins {
        exits(play, &[&format!("--allow-origin={origin}")], 2, "--allow-origin")?;
    }
    play.note("--allow-origin: what no page has for its origin is told");
    for name in ["", "example.com:80", "https://example.com"] {
        exits(play, &[&format!("--allow-host={name}")], 2, "--allow-host")?;
    }
    play.note("--allow-host: what is no name alone is told");
    Ok(())
}

fn listen(play: &mut Play) -> Played {
    let mut command = Command::new(play.server.program()?);
    command.args(["--listen", ANYWHERE]);
    let server = Server::start(command).map_err(|got| Failure::wrong("a server", got))?;
    server.serves().map_err(|got| Failure::wrong("a server that serves", got))?;
    play.note("a server is started with --listen, and serves");
    Ok(())
}

fn help(play: &mut Play) -> Played {
    let ended = run(play, &["--help"])?;
    if ended.code != Some(0) || !ended.stderr.is_empty() {
        return wrong("help on stdout, and the exit code 0", format!("{ended:?}"));
    }
    for (flag, default) in FLAGS {
        let at = ended.stdout.find(flag);
        let text = at.map(|at| ended.stdout[at + flag.len()..].split(" --").next());
        let Some(text) = text.flatten() else {
            return wrong(format!("{flag} in the help"), "it is not there");
        };
        if !default.is_empty() && !text.contains(&format!("default: {default}]")) {
            return wrong(format!("{flag} with the default {default}"), text.to_string());
        }
    }
    play.note("every flag is there, with its default");
    Ok(())
}
