//! M6: text is UTF-8, over the whole message (RFC 6455 §8.1; RFC 3629).
use super::{failing, open, rule};
use crate::frame::{TEXT, frame};
use crate::prelude::*;

/// One character of 4 bytes, U+1F600.
const FACE: [u8; 4] = [0xf0, 0x9f, 0x98, 0x80];

/// What it is, and the bytes. Every other byte of each is right, so that only this is wrong.
const INVALID: [(&str, &[u8]); 18] = [
    ("lone continuation byte", b"a\x80b"),
    ("last continuation byte", b"\xbf"),
    ("2-byte start alone", b"\xc3a"),
    ("2-byte start twice", b"\xc3\xc3\xa9"),
    ("3-byte start and one", b"\xe2\x82a"),
    ("4-byte start and two", b"\xf0\x9f\x98a"),
    ("overlong slash, 2 bytes", b"\xc0\xaf"),
    ("overlong U+007F", b"\xc1\xbf"),
    ("overlong slash, 3 bytes", b"\xe0\x80\xaf"),
    ("overlong U+07FF", b"\xe0\x9f\xbf"),
    ("overlong slash, 4 bytes", b"\xf0\x80\x80\xaf"),
    ("overlong U+FFFF", b"\xf0\x8f\xbf\xbf"),
    ("surrogate U+D800", b"\xed\xa0\x80"),
    ("surrogate U+DFFF", b"\xed\xbf\xbf"),
    ("surrogate pair", b"\xed\xa0\xbd\xed\xb8\x80"),
    ("U+110000", b"\xf4\x90\x80\x80"),
    ("5-byte form", b"\xf8\x88\x80\x80\x80"),
    ("byte FF", b"ab\xff"),
];

const VALID: [(&str, &str); 10] = [
    ("2 bytes", "\u{80}\u{e9}\u{7ff}"),
    ("3 bytes", "\u{800}\u{20ac}\u{ffff}"),
    ("4 bytes", "\u{10000}\u{1f600}"),
    ("the last one", "\u{10ffff}"),
    ("around surrogates", "\u{d7ff}\u{e000}"),
    ("noncharacters", "\u{fffe}\u{1fffe}\u{fdd0}"),
    ("NUL", "a\0b"),
    ("byte order mark", "\u{feff}a"),
    ("combined", "e\u{301}"),
    ("right to left", "\u{5e9}\u{5dc}\u{202e}abc"),
];

/// Messages that end in the middle of a character.
const CUT: [(&str, &[u8]); 4] = [
    ("1 of 2", b"a\xc3"),
    ("2 of 3", b"a\xe2\x82"),
    ("1 of 4", b"a\xf0"),
    ("3 of 4", b"a\xf0\x9f\x98"),
];

pub fn cases() -> Vec<Case> {
    let mut cases = whole();
    cases.extend(cut());
    cases
}

fn utf8(name: &'static str) -> Case {
    rule("M6", name)
        .section("RFC 6455 §8.1")
        .why("What is not UTF-8 is no string: a browser that is sent it ends the connection.")
        .hint("Is it checked before it is used, and over the whole message?")
}

fn raw_text(payload: impl Into<Vec<u8>>) -> crate::frame::Frame {
    frame(TEXT, payload)
}

fn whole() -> Vec<Case> {
    let mut valid = Script::new();
    for (name, payload) in VALID {
        valid =
            valid.client(name).upgrade("/websocket").send(text(payload)).frame(text_frame(payload));
    }
    vec![
        utf8("text_in_all_lengths_of_characters_is_taken").main_line().script(valid),
        utf8("what_is_not_utf8_is_refused")
            .main_line()
            .script(failing(&[raw_text(b"caf\xe9".as_slice())], 1007)),
        utf8("every_kind_of_wrong_utf8_is_refused").script(each_refused(&INVALID)),
        utf8("a_message_must_not_end_within_a_character").script(each_refused(&CUT)),
        utf8("a_wrong_byte_in_a_later_fragment_is_refused")
            .script(failing(&[text("good").unfinished(), continuation(b"\xff".as_slice())], 1007)),
        utf8("binary_need_not_be_utf8").script(
            open()
                .send(binary(b"\xff\xfe\x80\xc0".as_slice()))
                .frame(binary_frame(b"\xff\xfe\x80\xc0".as_slice()))
                .send(binary(b"\xf0".as_slice()).unfinished())
                .send(continuation(b"\xff".as_slice()))
                .frame(binary_frame(b"\xf0\xff".as_slice())),
        ),
        utf8("what_was_cut_does_not_count_for_the_next_message")
            .why("A check that carries its state over refuses, or takes, the wrong message.")
            .script(
                open()
                    .send(raw_text(&FACE[..2]).unfinished())
                    .send(continuation(&FACE[2..]))
                    .frame(text_frame("\u{1f600}"))
                    .send(raw_text(&FACE[2..]))
                    .failed(1007),
            ),
    ]
}

fn each_refused(table: &[(&'static str, &[u8])]) -> Script {
    let mut script = Script::new();
    for &(name, payload) in table {
        script = script.client(name).upgrade("/websocket").send(raw_text(payload)).failed(1007);
    }
    script
}

fn cut() -> Vec<Case> {
    let cut = |name| {
        utf8(name)
            .why("Fragments are cut where a buffer ends, not where a character does.")
            .hint("A fragment that ends within a character is not wrong yet: what comes decides.")
    };
    let euro = "\u{20ac}".as_bytes();
    let mut script = Script::new();
    for (name, at) in [("1 and 3", 1), ("2 and 2", 2), ("3 and 1", 3)] {
        script = script
            .client(name)
            .upgrade("/websocket")
            .send(raw_text(&FACE[..at]).unfinished())
            .send(continuation(&FACE[at..]))
            .frame(text_frame("\u{1f600}"));
    }
    vec![
        cut("a_fragment_may_end_within_a_character").main_line().script(
            open()
                .send(raw_text(&euro[..1]).unfinished())
                .send(continuation(&euro[1..]))
                .frame(text_frame("\u{20ac}")),
        ),
        cut("a_character_of_4_bytes_may_be_cut_anywhere").script(script),
        cut("a_character_may_be_cut_into_4_fragments").script(
            open()
                .send(raw_text(&FACE[..1]).unfinished())
                .send(continuation(&FACE[1..2]).unfinished())
                .send(continuation("").unfinished())
                .send(continuation(&FACE[2..3]).unfinished())
                .send(continuation(&FACE[3..]))
                .frame(text_frame("\u{1f600}")),
        ),
        cut("a_ping_may_stand_within_a_character").also(&["M3"]).script(
            open()
                .send(raw_text(&FACE[..3]).unfinished())
                .send(ping("x"))
                .frame(pong_frame("x"))
                .send(continuation(&FACE[3..]))
                .frame(text_frame("\u{1f600}")),
        ),
        cut("a_cut_character_must_be_completed")
            .script(failing(&[raw_text(&FACE[..3]).unfinished(), continuation("a")], 1007)),
        cut("a_cut_character_must_be_completed_at_the_end")
            .script(failing(&[raw_text(&FACE[..3]).unfinished(), continuation("")], 1007)),
    ]
}
