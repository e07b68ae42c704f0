//! Nothing a client does ends the server: the C mistakes of stage 1, and escapes in the log.

use std::process::Command;
use std::thread;

use crate::prelude::*;
use crate::wire::Wire;

pub fn cases() -> Vec<Case> {
    let hostile = |id, name| case(id, name).section("RFC 9112 §9.5").deliver(&[Whole]);
    let escapes = |name| {
        hostile("mistake 19", name)
            .also(&["attack terminal_escapes"])
            .chapter("1 HTTP")
            .our_choice()
            .why("A log in a terminal obeys: titles, colours, in some of them even keystrokes.")
            .hint("Some control characters are over 127 and pass your parser.")
    };
    let hint = "Which error does the next write or read give, and where does it go?";
    vec![
        hostile("mistake 9", "a_client_may_be_gone_before_its_answer")
            .chapter("1 HTTP")
            .why("A write to a closed connection ends the C program with SIGPIPE.")
            .hint(hint)
            .script(
                Script::new()
                    .client("anna")
                    .send(get("/"))
                    .finish_sending()
                    .reset()
                    .client("ben")
                    .send(get("/"))
                    .expect(answer(200)),
            ),
        hostile("attack reset_at_every_stage", "rst_in_stage_1")
            .chapter("1 HTTP")
            .why("Lost phones, impatient proxies and attackers drop connections at any moment.")
            .hint(hint)
            .script(
                Script::new()
                    .client("anna")
                    .reset()
                    .client("ben")
                    .send("GET / HT")
                    .reset()
                    .client("cora")
                    .send("GET / HTTP/1.1\r\nHost: localhost\r\n")
                    .reset()
                    .client("dan")
                    .send("nonsense\r\n\r\n")
                    .reset()
                    .client("eve")
                    .send(get("/"))
                    .expect(answer(200))
                    .reset(),
            ),
        escapes("the_log_shows_no_escapes_of_a_header").stages(1..=3).script(
            Script::new()
                .send(get("/").header("X-Color", "\u{9b}31m"))
                .expect(answer(200))
                .log(&["X-Color: \\u{9b}31m"])
                .not_logged("\u{9b}"),
        ),
        escapes("the_log_shows_no_escapes_of_a_target").script(
            Script::new()
                .client("anna")
                .send("GET /\x1b[31m HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .refused(refused(400))
                .client("ben")
                .send(get("/\u{9b}31m"))
                .refused(refused(404))
                .log(&["/\\u{9b}31m"])
                .not_logged("\x1b")
                .not_logged("\u{9b}"),
        ),
        hostile("mistake 19", "the_log_lines_are_cut")
            .chapter("1 HTTP")
            .our_choice()
            .why("Sixteen kilobytes a request fill a screen and a disk.")
            .hint("How much of a header need whoever runs the server see?")
            .alone()
            .function(log_is_cut),
        hostile("H1", "the_request_is_logged")
            .our_choice()
            .stages(1..=3)
            .main_line()
            .why("One sees what a browser sends, which is more than one thinks.")
            .hint("The request line as it came, then the headers.")
            .script(
                Script::new()
                    .send(get("/?x=1").header("X-Note", "hello"))
                    .expect(answer(200))
                    .log(&["GET /?x=1 HTTP/1.1", "  Host: localhost", "  X-Note: hello"]),
            ),
        hostile("mistake 20", "out_of_descriptors_is_no_busy_loop")
            .chapter("1 HTTP")
            .our_choice()
            .why("accept fails at once, again and again: the C program does so 1.8 million times a second.")
            .hint("If accept fails now, what is different a microsecond later?")
            .alone()
            .function(out_of_descriptors),
    ]
}

const MAX_LINE: usize = 600;

fn log_is_cut(play: &mut Play) -> Played {
    let long = "a".repeat(10_000);
    let script = Script::new()
        .send(get("/").header("X-Long", &long))
        .expect(answer(200))
        .send(get(&format!("/{long}")))
        .expect(answer(404));
    play.run(&script)?;
    play.logged("404 Not Found")?;
    play.note("no line in the log is longer than 600 characters");
    for line in play.server.log()?.since(play.log_start) {
        if MAX_LINE < line.chars().count() {
            let got = format!("one of {}", line.chars().count());
            return Err(Failure::wrong(format!("lines under {MAX_LINE} characters"), got).into());
        }
    }
    Ok(())
}

/// Descriptors that the server is left with, and the clients that then come.
const DESCRIPTORS: usize = 20;
const CLIENTS: usize = 40;
/// A second of watching, and the ticks of 10 ms that a server at rest may use in it.
const WATCHED: Duration = Duration::from_secs(1);
const MAX_TICKS: u64 = 30;

/// A process that may open fewer descriptors than before, as long as this lives: other cases may
/// come to the same server.
struct Limited {
    process: String,
    before: String,
}

impl Limited {
    fn to(descriptors: usize, process: &str) -> Option<Limited> {
        let before = prlimit(process, &["--nofile", "--output=SOFT", "--noheadings", "--raw"])?;
        prlimit(process, &[&format!("--nofile={descriptors}:")])?;
        Some(Limited { process: process.into(), before: before.trim().into() })
    }
}

impl Drop for Limited {
    fn drop(&mut self) {
        prlimit(&self.process, &[&format!("--nofile={}:", self.before)]);
    }
}

/// What it prints, if it succeeds.
fn prlimit(process: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new("prlimit").args(["--pid", process]).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn out_of_descriptors(play: &mut Play) -> Played {
    let id = play.server.process_id()?.to_string();
    let Some(_limited) = Limited::to(DESCRIPTORS, &id) else {
        return Err(Stop::Skip("needs prlimit to take descriptors away".into()));
    };
    let clients: Vec<_> =
        (0..CLIENTS).filter_map(|_| Wire::connect(play.server.address).ok()).collect();
    let before = play.server.processor_ticks()?;
    thread::sleep(WATCHED);
    let used = play.server.processor_ticks()? - before;
    let complaints = play.server.log()?.since(play.log_start).len();
    drop(clients);
    if MAX_TICKS < used {
        let expected = format!("at most {MAX_TICKS} ticks of 10 ms in a second of rest");
        return Err(Failure::wrong(expected, format!("{used} ticks")).into());
    }
    if CLIENTS < complaints {
        let got = format!("{complaints} lines");
        return Err(Failure::wrong("a log line once, not for every attempt", got).into());
    }
    play.note("40 clients come for 20 descriptors: the server rests, and complains once");
    // Clients have left, so there are descriptors again; that the server takes the next one is
    // asked after every case.
    Ok(())
}
