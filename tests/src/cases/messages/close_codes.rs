//! C2, C3, C11: what a Close frame may say (RFC 6455 §7.4, §8.1).
use super::{failing, open, rule};
use crate::frame::{CLOSE, frame};
use crate::prelude::*;

const VALID: [(&str, u16); 9] = [
    ("1000", 1000),
    ("1001", 1001),
    ("1002", 1002),
    ("1003", 1003),
    ("1007", 1007),
    ("1008", 1008),
    ("1009", 1009),
    ("1011", 1011),
    ("3000", 3000),
];
/// The ends of the ranges for libraries and for applications.
const VALID_RANGES: [(&str, u16); 3] = [("3999", 3999), ("4000", 4000), ("4999", 4999)];
/// Registered after the RFC.
const REGISTERED: [(&str, u16); 3] = [("1012", 1012), ("1013", 1013), ("1014", 1014)];

const INVALID: [(&str, u16); 13] = [
    ("0", 0),
    ("1", 1),
    ("999", 999),
    ("1004", 1004),
    ("1016", 1016),
    ("1100", 1100),
    ("1999", 1999),
    ("2000", 2000),
    ("2999", 2999),
    ("5000", 5000),
    ("16384", 16_384),
    ("59395", 59_395), // 1000 with its bytes in the other order
    ("65535", 65_535),
];
/// Only the API of a client speaks of these: "no code came", "no Close came", "TLS failed".
const NEVER_SENT: [(&str, u16); 3] = [("1005", 1005), ("1006", 1006), ("1015", 1015)];

/// Reasons that are not UTF-8.
const BAD_REASONS: [(&str, &[u8]); 4] = [
    ("wrong byte", b"bye\xff"),
    ("cut character", b"bye\xe2\x82"),
    ("surrogate", b"\xed\xa0\x80"),
    ("overlong", b"\xc0\xaf"),
];

pub fn cases() -> Vec<Case> {
    let mut cases = codes();
    cases.extend(reasons());
    cases
}

fn codes() -> Vec<Case> {
    let code = |id, name| {
        rule(id, name)
            .section("RFC 6455 §7.4")
            .why("A code that means nothing shows that the peer's framing is out of step.")
            .hint("Which ranges are defined, which are for libraries, which for applications?")
    };
    vec![
        code("C2", "codes_of_the_rfc_are_taken").script(each_answered(&VALID)),
        code("C2", "codes_of_libraries_and_applications_are_taken")
            .script(each_answered(&VALID_RANGES)),
        code("C2", "codes_registered_later_are_taken")
            .our_choice()
            .script(each_answered(&REGISTERED)),
        code("C2", "codes_that_nobody_defined_are_refused").script(each_refused(&INVALID)),
        code("C11", "codes_that_are_never_sent_are_refused")
            .also(&["C2"])
            .script(each_refused(&NEVER_SENT)),
        code("C11", "a_client_that_lacks_an_extension_is_answered_with_1000")
            .our_choice()
            .also(&["C4"])
            .why("1010 says \"you, server, lack an extension\": a server has no use for it.")
            .script(open().send(close(1010, "")).frame(close_exactly(1000u16.to_be_bytes())).end()),
        code("C11", "a_close_without_a_code_is_not_answered_with_1005")
            .also(&["C1"])
            .why("1005 means that no code came. Sent as a code it would be a lie.")
            .script(open().send(frame(CLOSE, [])).frame(close_exactly([])).end()),
    ]
}

fn each_answered(codes: &[(&'static str, u16)]) -> Script {
    let mut script = Script::new();
    for &(name, code) in codes {
        script = script
            .client(name)
            .upgrade("/websocket")
            .send(close(code, ""))
            .frame(close_frame(code))
            .end();
    }
    script
}

fn each_refused(codes: &[(&'static str, u16)]) -> Script {
    let mut script = Script::new();
    for &(name, code) in codes {
        script = script.client(name).upgrade("/websocket").send(close(code, "")).failed(1002);
    }
    script
}

fn reasons() -> Vec<Case> {
    let reason = |id, name| {
        rule(id, name)
            .section("RFC 6455 §5.5.1")
            .why("Programs show the reason to people: it is text like any other.")
            .hint("Behind the 2 bytes of the code stands UTF-8, 123 bytes at most.")
    };
    let mut bad = Script::new();
    for (name, bytes) in BAD_REASONS {
        let payload = [&1000u16.to_be_bytes()[..], bytes].concat();
        bad = bad.client(name).upgrade("/websocket").send(frame(CLOSE, payload)).failed(1007);
    }
    let longest = "x".repeat(123);
    vec![
        reason("C3", "a_reason_is_taken")
            .script(open().send(close(1000, "done, caf\u{e9}")).frame(close_frame(1000)).end()),
        reason("C3", "a_reason_that_is_not_utf8_is_refused").script(bad),
        reason("C12", "a_reason_of_123_bytes_is_taken")
            .script(open().send(close(1000, &longest)).frame(close_frame(1000)).end()),
        reason("C12", "a_reason_of_124_bytes_is_refused")
            .also(&["F8"])
            .script(failing(&[close(1000, &"x".repeat(124))], 1002)),
        reason("C12", "our_reasons_are_short_and_text").our_choice().function(our_reasons),
    ]
}

/// Every way to fail a connection that a frame can cause, and what our Close says of it.
fn our_reasons(play: &mut Play) -> Played {
    let failures = [
        ("bad opcode", frame(3, "x"), 1002),
        ("not masked", text("x").unmasked(), 1002),
        ("too big", binary("x").claiming(1 << 40), 1009),
        ("not UTF-8", frame(crate::frame::TEXT, [0xff]), 1007),
        ("nothing to continue", continuation("x"), 1002),
        ("half a code", frame(CLOSE, [3]), 1002),
    ];
    for (client, bad, code) in failures {
        play.run(&Script::new().client(client).upgrade("/websocket").send(bad))?;
        let came = play.next_frame(client)?;
        let right = came.opcode == CLOSE && came.payload.starts_with(&u16::to_be_bytes(code));
        let reason = std::str::from_utf8(came.payload.get(2..).unwrap_or_default());
        if !right || 125 < came.payload.len() || reason.is_err() {
            let expected = format!("Close {code} with at most 123 bytes of text");
            return Err(Failure::wrong(expected, came.words()).at(&came.bytes, Some(0)).into());
        }
        play.transcript.received_frame(client, &came);
        play.expect(client, &Expect::End)?;
    }
    Ok(())
}
