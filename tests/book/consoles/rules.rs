//! What counts as the same, and what does not: the rules that book/MAINTAINING.md promises.

use libtest_mimic::{Failed, Trial};

use super::compare::Came;
use super::report::mismatch;
use super::typed::{Step, steps};

type Rule = fn() -> Result<(), Failed>;

pub fn trials() -> Vec<Trial> {
    let rules: [(&'static str, Rule); 4] = [
        ("what_may_be_left_out", what_may_be_left_out),
        ("what_is_not_compared", what_is_not_compared),
        ("an_update_keeps_what_is_right", an_update_keeps_what_is_right),
        ("a_block_is_taken_apart", a_block_is_taken_apart),
    ];
    rules.map(|(name, rule)| Trial::test(name, rule)).into()
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(String::from).collect()
}

fn check(came: &Came, shown: &str, is_right: bool) -> Result<(), Failed> {
    match came.is_shown_by(&lines(shown)) == is_right {
        true => Ok(()),
        false => Err(format!("{is_right}? {}", mismatch(&lines(shown), &came.lines)).into()),
    }
}

fn what_may_be_left_out() -> Result<(), Failed> {
    let plain = Came::new(lines("\none\ntwo words\nthree\n\n"));
    for (shown, is_right) in [
        ("one\ntwo words\nthree", true),
        ("\none\n…\nthree\n", true),
        ("…\nthree", true),
        ("one\n…\ntwo words\nthree", true),
        ("one\ntwo …\nthree", true),
        ("…e\n…w…s\n…", true),
        ("one\nthree", false),
        ("one\n…\ntwo\nthree", false),
        ("one\ntwo words", false),
        ("one\ntwo words\nthree\nfour", false),
        ("two words\none\n…", false),
        ("", false),
    ] {
        check(&plain, shown, is_right)?;
    }
    let talk =
        "> get /\n→ GET / HTTP/1.1\n→ Host: a\n→\n← HTTP/1.1 200 OK\n← A: 1\n← B: 2\n←\n← page";
    let talk = Came::transcript(lines(talk));
    let request = "> get /\n→ GET / HTTP/1.1\n→ Host: a\n→\n";
    for (shown, is_right) in [
        ("← HTTP/1.1 200 OK\n← A: 1\n← B: 2\n←\n← page", true),
        ("← HTTP/1.1 200 OK\n← B: 2\n←\n← page", true),
        ("← HTTP/1.1 200 OK\n←\n← page", true),
        ("← HTTP/1.1 200 OK\n← B: 2\n← A: 1\n←\n← page", false),
        ("← HTTP/1.1 200 OK\n← A: 2\n←\n← page", false),
        ("← HTTP/1.1 200 OK\n←", false),
        ("← A: 1\n← B: 2\n←\n← page", false),
    ] {
        check(&talk, &format!("{request}{shown}"), is_right)?;
    }
    check(&talk, "> get /\n→ GET / HTTP/1.1\n→\n← HTTP/1.1 200 OK\n←\n← page", false)
}

fn what_is_not_compared() -> Result<(), Failed> {
    for (came, shown, is_right) in [
        ("at 127.0.0.1:40129, stage 1", "at 127.0.0.1:6969, stage 1", true),
        ("at 127.0.0.1:40129, stage 2", "at 127.0.0.1:6969, stage 1", false),
        ("User-Agent: curl/8.5.0", "User-Agent: curl/7.88.1", true),
        ("ok. 3 passed; finished in 0.02s", "ok. 3 passed; finished in 0.11s", true),
        ("ok. 3 passed; finished in 0.02s", "ok. 2 passed; finished in 0.02s", false),
        ("nothing came in 5 s", "nothing came in 10 s", false),
        ("in use (os error 48)", "in use (os error 98)", true),
        ("code: 35, kind: A", "code: 104, kind: B", false),
        ("thread 'a' (7) panicked at /x/y.rs:1:2:", "thread 'a' panicked at …/z.rs:3:4:", true),
        ("thread 'a' (7) panicked at /x/y.rs:1:2:", "thread 'b' panicked at …/z.rs:3:4:", false),
    ] {
        check(&Came::new(lines(came)), shown, is_right)?;
    }
    Ok(())
}

fn an_update_keeps_what_is_right() -> Result<(), Failed> {
    let came = "← HTTP/1.1 404 Not Found\n← A: 1\n←\n← 127.0.0.1:7\n← at 127.0.0.1:8";
    let came = Came::transcript(lines(came));
    let shown = lines("← HTTP/1.1 200 OK\n←\n← 127.0.0.1:6969");
    let expected = "← HTTP/1.1 404 Not Found\n←\n← 127.0.0.1:6969\n← at 127.0.0.1:6969";
    let lines = came.page_lines(&shown, "127.0.0.1:8").join("\n");
    match lines == expected {
        true => Ok(()),
        false => Err(lines.into()),
    }
}

fn a_block_is_taken_apart() -> Result<(), Failed> {
    let text = "server$ cargo run -q\nListening\n$ curl a \\\n  -H b\n> x\n$ true\n\
                course$ cargo course talk ws://127.0.0.1:6969/x --answer-pings\n> get /\n→ GET";
    let steps_of = |text: &str| steps(&lines(text));
    let taken = steps_of(text)?;
    let is_right = match taken.as_slice() {
        [Step::Run(run), Step::Shell(shell), Step::Talk { command: Some(_), talk, shown }] => {
            run.shown == ["Listening"]
                && shell.len() == 2
                && shell[0].line == "curl a \\\n  -H b"
                && shell[0].shown == ["> x"]
                && talk.answer_pings
                && talk.address == "ws://127.0.0.1:6969/x"
                && shown.len() == 2
        }
        _ => false,
    };
    let lone = matches!(steps_of("> get /\n→ GET")?.as_slice(), [Step::Talk { .. }]);
    let script = steps_of("course$ cargo course talk 127.0.0.1:6969 a.txt\n> get /")?;
    let script = matches!(script.as_slice(), [Step::Shell(_)]);
    match is_right && lone && script && steps_of("what is this").is_err() {
        true => Ok(()),
        false => Err("it was taken apart in another way".into()),
    }
}
