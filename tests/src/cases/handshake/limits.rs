//! U13: a full house, and a server that shuts down (stage 4; RFC 9110 §15.6.4).

use crate::prelude::*;

pub fn cases() -> Vec<Case> {
    let full = |name| {
        case("U13", name)
            .also(&["--max-connections", "attack one_connection_too_many"])
            .section("RFC 9110 §15.6.4")
            .stages(4..=4)
            .our_choice()
            .chapter("4 Complete")
            .deliver(&[Whole])
            .why("Every client costs memory and a descriptor: somewhere there is a last one.")
            .hint("Say that it is full, and when to come again. And who leaves makes room.")
            .flags(&["--max-connections", "2"])
    };
    vec![
        full("one_connection_too_many_gets_503").script(
            Script::new()
                .client("anna")
                .upgrade("/websocket")
                .client("ben")
                .upgrade("/websocket")
                .client("cora")
                .send(upgrade("/websocket"))
                .refused(refused(503).our_header("Retry-After", "10"))
                .client("anna")
                .send(text("Hello"))
                .frame(text_frame("Hello")),
        ),
        full("who_leaves_makes_room").script(
            Script::new()
                .client("anna")
                .upgrade("/websocket")
                .client("ben")
                .upgrade("/websocket")
                .send(close(1000, ""))
                .frame(close_frame(1000))
                .end()
                .leave(),
        ),
    ]
}
