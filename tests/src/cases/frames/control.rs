//! F8: control frames are short and whole (RFC 6455 §5.5).
use super::{failed, letters};
use crate::frame::{CLOSE, PONG, frame};
use crate::prelude::*;

pub fn cases() -> Vec<Case> {
    let rule = |name| {
        case("F8", name)
            .section("RFC 6455 §5.5")
            .also(&["mistake 12"])
            .stages(3..=4)
            .why("Control frames are handled at once, also between fragments: they must be small.")
            .hint(
                "A control frame's length has to fit into the second byte, and FIN has to be set.",
            )
    };
    let mut close_of_126 = close(1000, "");
    close_of_126.payload.resize(126, b'x');
    vec![
        rule("a_ping_of_126_bytes_is_refused").script(failed(ping(letters(126)), 1002)),
        rule("a_pong_of_126_bytes_is_refused").script(failed(frame(PONG, letters(126)), 1002)),
        rule("a_close_of_126_bytes_is_refused").script(failed(close_of_126, 1002)),
        rule("a_ping_of_65536_bytes_is_refused").script(failed(ping(letters(65_536)), 1002)),
        // Nothing of the payload comes: the header is enough to refuse it.
        rule("a_ping_that_claims_too_much_is_refused_at_the_header")
            .script(failed(ping("").claiming(1 << 40), 1002)),
        rule("a_ping_without_fin_is_refused").script(failed(ping("x").unfinished(), 1002)),
        rule("a_pong_without_fin_is_refused").script(failed(pong("x").unfinished(), 1002)),
        rule("a_close_without_fin_is_refused").script(failed(frame(CLOSE, []).unfinished(), 1002)),
        rule("a_ping_without_fin_inside_a_message_is_refused").script(
            Script::new()
                .upgrade("/websocket")
                .send(text("He").unfinished())
                .send(ping("x").unfinished())
                .failed(1002),
        ),
    ]
}
