//! Requests that cost much to read, to answer or to print.

use super::attack;
use crate::cases::crowd::{KIB, answer_head, connect, join, memory_is_flat, served, soon, wrong};
use crate::prelude::*;
use crate::wire::End;

pub fn cases() -> Vec<Case> {
    vec![
        attack("attack lists_of_spaces_and_commas", "long_lists_cost_no_more_than_they_weigh")
            .also(&["U2", "U10", "U11"])
            .section("RFC 9110 §5.6.1")
            .stages(2..=4)
            .why("The lists of header fields have been read in quadratic time before.")
            .hint("How often is each byte of a list looked at?")
            .function(lists),
        attack("attack pipelined_requests", "answers_to_many_requests_do_not_pile_up")
            .also(&["H12"])
            .section("RFC 9112 §9.3.2")
            .stages(1..=4)
            .why("A request of forty bytes is answered with a page of many thousands.")
            .hint("Who has not taken the last answers need not get more of them now.")
            .function(pipelined),
        attack("attack terminal_escapes", "escapes_in_a_refused_origin_are_not_obeyed")
            .also(&["mistake 19"])
            .stages(2..=4)
            .anew_in(4)
            .deliver(&[Whole])
            .why("A terminal obeys what is printed, and a log line may be what a client sent.")
            .hint("Whatever a client sent is escaped and cut before it is printed.")
            .script(
                Script::new()
                    .send(upgrade("/websocket").header("Origin", "http://\u{9b}31m.example"))
                    .refused(refused(403))
                    .log(&["403 Forbidden"])
                    .not_logged("\u{9b}"),
            ),
        attack("attack terminal_escapes", "escapes_in_messages_are_not_obeyed")
            .also(&["mistake 19"])
            .stages(4..=4)
            .deliver(&[Whole])
            .why("A terminal obeys what is printed, and a log line may be what a client sent.")
            .hint("Whatever a client sent is escaped and cut before it is printed.")
            .script(
                Script::new()
                    .upgrade("/chat")
                    .frame(text_like("you are guest #"))
                    .frame(text_like("guest # joined, 1 here"))
                    .send(text("\x1b[31mred"))
                    .frame(text_like("guest #: \x1b[31mred"))
                    .send(close(1000, "\x1b[31mred"))
                    .frame(close_frame(1000))
                    .end()
                    .not_logged("\x1b"),
            ),
    ]
}

fn lists(play: &mut Play) -> Played {
    const SIZE: usize = 15_000;
    const ROUNDS: usize = 10;
    /// Ticks of 10 ms for 80 heads of 15 kB, in a build without optimisation too. To look at
    /// each byte once for each other byte takes thousands.
    const MAX_TICKS: u64 = 200;
    let before = play.server.processor_ticks()?;
    for filler in [",", " ", ", ", "\t,"] {
        let long = filler.repeat(SIZE / filler.len());
        let requests = [
            upgrade("/websocket").replace("Connection", &format!("{long}Upgrade")),
            upgrade("/websocket").replace("Upgrade", &format!("{long}websocket")),
            upgrade("/websocket").header("Sec-WebSocket-Protocol", &format!("{long}chat")),
            upgrade("/websocket").header("Sec-WebSocket-Extensions", &format!("{long}x")),
        ];
        for request in requests {
            for _ in 0..ROUNDS / 2 {
                let mut wire = connect(play.server)?;
                wire.send(&request.bytes(), soon());
                let head = answer_head(&mut wire)?;
                if !head.starts_with("HTTP/1.1 101 ") {
                    return wrong("101: such a list is legal", head);
                }
            }
        }
    }
    let used = play.server.processor_ticks()? - before;
    play.note("lists of 15,000 commas or spaces are read like any other");
    match used <= MAX_TICKS {
        true => Ok(()),
        false => wrong(format!("at most {MAX_TICKS} ticks of 10 ms"), format!("{used} ticks")),
    }
}

/// 256 KiB of requests in one piece, of whose answers none is read for a while.
fn pipelined(play: &mut Play) -> Played {
    const SIZE: usize = 256 * KIB;
    const STUCK: Duration = Duration::from_millis(200);
    served(play)?;
    let memory = play.server.memory()?;
    let request = get("/").bytes();
    let count = SIZE / request.len();
    let mut wire = connect(play.server)?;
    let all = request.repeat(count);
    let taken = wire.push(&all, STUCK);
    served(play)?;
    memory_is_flat(play, memory)?;
    wire.send(&all[taken..], soon());
    // All are answered, or the server ends the connection properly behind a whole answer.
    let mut answers = 0;
    while answers < count {
        if wire.received.is_empty() && wire.end.is_none() {
            wire.wait(soon());
        }
        match (wire.received.is_empty(), wire.end) {
            (true, Some(End::Finished)) if 0 < answers => break,
            (true, end) => return wrong("answers, then a proper end", format!("{end:?}")),
            _ => {}
        }
        let head = answer_head(&mut wire)?;
        let length = head.split("Content-Length: ").nth(1).and_then(|rest| rest.lines().next());
        let Some(length) = length.and_then(|length| length.parse::<usize>().ok()) else {
            return wrong("Content-Length", head);
        };
        let deadline = soon();
        while wire.received.len() < length && wire.end.is_none() && wire.wait(deadline) {}
        if wire.take(length).len() < length {
            return wrong("the whole page", "a part of it");
        }
        answers += 1;
    }
    play.note("thousands of requests in one piece: memory stays flat, answers are whole");
    join_or_get(play)
}

fn join_or_get(play: &Play) -> Played {
    match play.options.stage {
        1 => served(play),
        _ => join(play.server, "/websocket").map(|_| ()),
    }
}
