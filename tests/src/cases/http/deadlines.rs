//! H1: a request has to come to its end in time (stage 4; RFC 9110 §15.5.9).

use std::thread;

use crate::prelude::*;

const FLAG: &str = "--handshake-timeout";

pub fn cases() -> Vec<Case> {
    let deadline = |name| {
        case("H1", name)
            .section("RFC 9110 §15.5.9")
            .our_choice()
            .stages(4..=4)
            .chapter("4 Complete")
            .why("A few thousand clients that never finish hold every place (slow loris).")
            .hint("One deadline for the whole head, not one for each byte.")
            .deliver(&[Whole])
            .shortened(FLAG, 0.4, 10.0)
    };
    vec![
        deadline("a_slow_head_gets_408")
            .also(&["--handshake-timeout"])
            .script(Script::new().send("GET / HTTP/1.1\r\nHost: loc").refused(refused(408))),
        deadline("bytes_now_and_then_do_not_help")
            .also(&["attack one_byte_every_5_s", "mistake 14"])
            .function(drip),
        deadline("who_says_nothing_is_closed_without_an_answer")
            .also(&["mistake 14"])
            .script(Script::new().send("").end()),
        deadline("the_clock_restarts_after_each_response").function(restarts),
    ]
}

/// Half of the limit after each byte: a deadline for each read would never pass.
fn drip(play: &mut Play) -> Played {
    let limit = play.limit(FLAG);
    let started = Instant::now();
    play.note("a few bytes, and again a few after half of the time, and so on");
    for part in ["GET", " / ", "HTT", "P/1.1", "\r\nHo"] {
        let wire = play.wire("")?;
        wire.send(part.as_bytes(), Instant::now() + limit);
        if wire.wait(Instant::now() + limit / 2) {
            break;
        }
    }
    play.expect("", &Expect::Response(refused(408)))?;
    if started.elapsed() < limit {
        let got = format!("after {:?}", started.elapsed());
        return Err(Failure::wrong(format!("408 after {limit:?}"), got).into());
    }
    play.expect("", &Expect::End)
}

/// Requests that are each in time, over a longer time than one may take.
fn restarts(play: &mut Play) -> Played {
    let pause = play.limit(FLAG) * 2 / 3;
    for _ in 0..3 {
        play.run(&Script::new().send(get("/")).expect(answer(200)))?;
        play.note("two thirds of the time pass");
        thread::sleep(pause);
    }
    Ok(())
}
