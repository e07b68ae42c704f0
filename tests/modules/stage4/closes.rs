//! Close frames: codes and reasons (rules C1–C4, C11, C12).

use course::server_frame::read_frame;
use pretty_assertions::assert_eq;
use proptest::prelude::*;

use crate::message::{CloseCode, encode_close, parse_close};

/// RFC 6455 §7.4, and what was registered since.
fn may_be_sent(code: u16) -> bool {
    const DEFINED: [u16; 12] =
        [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
    DEFINED.contains(&code) || (3000..5000).contains(&code)
}

fn payload(code: u16, reason: &[u8]) -> Vec<u8> {
    [&code.to_be_bytes()[..], reason].concat()
}

/// What a payload is answered with: the code of the Close, or that of the failure.
fn answer(payload: &[u8]) -> Result<Option<String>, String> {
    match parse_close(payload) {
        Ok(code) => Ok(code.map(|code| code.answer().to_string())),
        Err(failure) => Err(failure.code.to_string()),
    }
}

#[test]
fn every_code_there_is() {
    for code in 0..=u16::MAX {
        let wanted = match code {
            1010 => Ok(Some("1000".to_string())),
            _ if may_be_sent(code) => Ok(Some(code.to_string())),
            _ => Err("1002".to_string()),
        };
        assert_eq!(answer(&payload(code, b"")), wanted, "{code}");
    }
}

#[test]
fn short_payloads_and_bad_reasons() {
    assert_eq!(answer(b""), Ok(None));
    for byte in 0..=255 {
        assert_eq!(answer(&[byte]), Err("1002".into()));
    }
    assert_eq!(answer(&payload(1000, "caf\u{e9}".as_bytes())), Ok(Some("1000".into())));
    assert_eq!(answer(&payload(1000, b"caf\xe9")), Err("1007".into()));
    assert_eq!(answer(&payload(1000, b"caf\xc3")), Err("1007".into()));
    // The code is looked at first.
    assert_eq!(answer(&payload(1005, b"\xff")), Err("1002".into()));
}

/// The code and the reason of the frame that is made.
fn encoded(code: Option<CloseCode>, reason: &str) -> Vec<u8> {
    let mut out = b"before".to_vec();
    encode_close(code, reason, &mut out);
    assert_eq!(&out[..6], b"before");
    let frame = read_frame(&out[6..]).expect("a whole frame");
    assert_eq!(frame.bytes.len(), out.len() - 6);
    assert_eq!((frame.fin, frame.rsv, frame.opcode, frame.masked), (true, 0, 8, false));
    frame.payload
}

#[test]
fn a_close_without_a_code_is_empty() {
    assert_eq!(encoded(None, ""), b"");
    assert_eq!(encoded(None, "lost: a reason needs a code"), b"");
}

#[test]
fn a_reason_is_cut_at_a_character() {
    let reason_of = |reason: &str| {
        let payload = encoded(Some(CloseCode::NORMAL), reason);
        String::from_utf8(payload[2..].to_vec()).expect("UTF-8")
    };
    assert_eq!(reason_of(&"x".repeat(123)), "x".repeat(123));
    assert_eq!(reason_of(&"x".repeat(124)), "x".repeat(123));
    // 61 characters of 2 bytes are 122, and half a character is none.
    assert_eq!(reason_of(&"\u{e9}".repeat(62)), "\u{e9}".repeat(61));
    assert_eq!(reason_of(&"\u{20ac}".repeat(42)), "\u{20ac}".repeat(41));
    assert_eq!(reason_of(&"\u{1f600}".repeat(31)), "\u{1f600}".repeat(30));
    assert_eq!(reason_of(&format!("{}\u{1f600}", "x".repeat(120))), "x".repeat(120));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn as_much_of_a_reason_as_fits_is_sent(reason in "\\PC{0,130}") {
        let sent = encoded(Some(CloseCode::GOING_AWAY), &reason);
        let (code, sent) = sent.split_at(2);
        prop_assert_eq!(code, 1001u16.to_be_bytes());
        let sent = std::str::from_utf8(sent).expect("UTF-8");
        prop_assert!(sent.len() <= 123 && reason.starts_with(sent));
        let next = reason[sent.len()..].chars().next();
        prop_assert!(next.is_none_or(|next| sent.len() + next.len_utf8() > 123));
    }

    /// C11: whatever a client sends, no answer has a code that a server must not send.
    #[test]
    fn no_answer_has_a_forbidden_code(code in any::<u16>()) {
        if let Some(code) = CloseCode::from_client(code) {
            let payload = encoded(Some(code.answer()), "");
            let sent = u16::from_be_bytes([payload[0], payload[1]]);
            prop_assert!(may_be_sent(sent) && sent != 1010);
        }
    }
}
