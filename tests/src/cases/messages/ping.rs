//! P1–P3: pings and pongs (RFC 6455 §5.5.2, §5.5.3).
use super::{open, rule};
use crate::frame::{CLOSE, PONG};
use crate::prelude::*;

pub fn cases() -> Vec<Case> {
    let mut cases = answered();
    cases.extend(unasked());
    cases.push(
        rule("P2", "of_many_pings_the_last_is_answered")
            .section("RFC 6455 §5.5.3")
            .why("A flood of pings must not grow a flood of pongs in our memory.")
            .hint("Several pings wait: which answers may be left out, and which may not?")
            .function(many_pings),
    );
    cases
}

fn answered() -> Vec<Case> {
    let pings = |name| {
        rule("P1", name)
            .section("RFC 6455 §5.5.2")
            .also(&["mistake 12"])
            .why("Python's websockets pings every 20 seconds and leaves without an answer.")
            .hint("A Pong carries the Ping's payload, whatever it is.")
    };
    let all_bytes: Vec<u8> = (131..=255).collect();
    vec![
        pings("a_ping_is_answered_with_its_payload")
            .main_line()
            .script(open().send(ping("Hello")).frame(pong_frame("Hello"))),
        pings("an_empty_ping_is_answered").script(open().send(ping("")).frame(pong_frame(""))),
        pings("a_ping_of_125_bytes_is_answered")
            .also(&["F8", "mistake 12"])
            .script(open().send(ping(all_bytes.clone())).frame(pong_frame(all_bytes))),
        pings("a_ping_need_not_be_text").script(
            open().send(ping([0, 0xff, 0xc0, 0x80])).frame(pong_frame([0, 0xff, 0xc0, 0x80])),
        ),
        pings("each_ping_is_answered_with_its_own_payload")
            .hint("Is the room in which a Ping gathers empty when the next one begins?")
            .script(
                open()
                    .send(ping("the first is long"))
                    .frame(pong_frame("the first is long"))
                    .send(ping("2"))
                    .frame(pong_frame("2")),
            ),
        pings("pings_and_messages_keep_their_order").script(
            open()
                .send(text("one"))
                .frame(text_frame("one"))
                .send(ping("two"))
                .frame(pong_frame("two"))
                .send(text("three"))
                .frame(text_frame("three")),
        ),
    ]
}

fn unasked() -> Vec<Case> {
    let pongs = |name| {
        rule("P3", name)
            .section("RFC 6455 §5.5.3")
            .also(&["mistake 12"])
            .why("A client may send Pongs as a heartbeat of its own; nothing answers them.")
            .hint("A Pong that nobody asked for is legal.")
    };
    vec![
        pongs("an_unasked_pong_is_ignored")
            .main_line()
            .script(open().send(pong("")).send(text("x")).frame(text_frame("x"))),
        pongs("a_pong_with_a_payload_is_ignored").script(
            open()
                .send(pong("heartbeat"))
                .send(pong([0xff; 125]))
                .send(ping("x"))
                .frame(pong_frame("x")),
        ),
    ]
}

/// Which pings are answered depends on what comes in one read. The last always is, and the
/// answers keep the order.
fn many_pings(play: &mut Play) -> Played {
    // How many may wait is not in the rules: `ws` drops whoever has 60 unanswered ones.
    let count = if play.options.rules_only { 20 } else { 5_000 };
    play.run(&open())?;
    let pings = (0..count).flat_map(|number: u32| ping(number.to_be_bytes()).bytes());
    let bytes: Vec<u8> = pings.chain(close(1000, "").bytes()).collect();
    play.deliver("", &bytes)?;
    let mut last = None;
    loop {
        let came = play.next_frame("")?;
        if came.opcode == CLOSE {
            break;
        }
        let number = came.payload.as_slice().try_into().map(u32::from_be_bytes);
        let later = number.is_ok_and(|number| Some(number) > last && number < count);
        if came.opcode != PONG || !later {
            let expected = "Pongs for some of the pings, in their order";
            return Err(Failure::wrong(expected, came.words()).at(&came.bytes, Some(0)).into());
        }
        last = number.ok();
    }
    if last != Some(count - 1) {
        let got = format!("the last Pong answers {last:?}");
        return Err(Failure::wrong("a Pong for the last ping", got).into());
    }
    play.note(&format!("{count} pings in one write, and a Close"));
    play.note("Pongs come in the order of the pings, the last of them for the last ping");
    play.expect("", &Expect::End)
}
