//! U4–U7: version and key, and the proof that the server read them (RFC 6455 §4.2, §4.4).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha1::{Digest, Sha1};

use crate::prelude::*;

const PATH: &str = "/websocket";
const VERSION: &str = "Sec-WebSocket-Version";
const KEY_HEADER: &str = "Sec-WebSocket-Key";

pub fn cases() -> Vec<Case> {
    [versions(), repeated(), keys(), accepts()].into_iter().flatten().collect()
}

fn versions() -> Vec<Case> {
    let version = |name, request| {
        // RFC 6455 §4.2.2 asks for the versions, and leaves the status open.
        let wanted = refused(426).our_header(VERSION, "13").any_refusal_lists(VERSION, "13");
        case("U4", name)
            .section("RFC 6455 §4.4")
            .stages(2..=4)
            .hint("The answer has to name the versions that you speak.")
            .script(Script::new().send(request).refused(wanted))
    };
    let other = |name, value| version(name, upgrade(PATH).replace(VERSION, value));
    vec![
        // There are servers that speak 8, too.
        other("another_version_is_told_ours", "8")
            .our_choice()
            .why("Clients of the drafts spoke 7 and 8; with the answer they can try again."),
        other("version_0_is_another_one", "0").why("Hixie's drafts had no number at all."),
        other("a_list_of_versions_is_not_13", "13, 8")
            .our_choice()
            .why("A list is the server's to send; a client asks for one version."),
        other("013_is_not_13", "013")
            .our_choice()
            .why("A number has one spelling (RFC 6455 §4.1), and laxity helps nobody."),
        version("a_missing_version_is_told_ours", upgrade(PATH).without(VERSION))
            .also(&["mistake 16"])
            .our_choice()
            .why("People with curl forget it: the answer says what to add."),
    ]
}

fn repeated() -> Vec<Case> {
    let twice = |name, header, value| {
        case("U5", name)
            .section("RFC 6455 §11.3")
            .stages(2..=4)
            .why("Whoever stands between may read the first, the server the last.")
            .hint("Take the values of all lines of that name. How many are there?")
            .script(Script::new().send(upgrade(PATH).header(header, value)).refused(refused(400)))
    };
    vec![
        twice("two_keys_are_refused", KEY_HEADER, "AAAAAAAAAAAAAAAAAAAAAA=="),
        twice("the_same_key_twice_is_refused", KEY_HEADER, KEY),
        twice("two_versions_are_refused", VERSION, "8"),
        twice("the_same_version_twice_is_refused", VERSION, "13"),
    ]
}

fn keys() -> Vec<Case> {
    let key = |name, value: &str| {
        case("U6", name)
            .section("RFC 6455 §4.2.1")
            .stages(2..=4)
            .our_choice()
            .why("A key that is none comes from a client that will not get the rest right either.")
            .hint("Sixteen bytes in base64, decoded strictly.")
            .script(
                Script::new()
                    .send(upgrade(PATH).replace(KEY_HEADER, value))
                    .refused(refused(400).mentions(KEY_HEADER)),
            )
    };
    vec![
        key("a_key_is_base64_of_16_bytes", "x").also(&["mistake 16"]),
        key("15_bytes_are_no_key", &BASE64_STANDARD.encode([7; 15])),
        key("17_bytes_are_no_key", &BASE64_STANDARD.encode([7; 17])),
        key("an_empty_key_is_none", ""),
        key("a_key_has_its_padding", KEY.trim_end_matches('=')),
        key("a_key_is_not_in_the_url_alphabet", "____________________-A=="),
        key("a_key_has_no_loose_bits", "dGhlIHNhbXBsZSBub25jZR=="),
        key("a_key_has_no_space_in_it", "dGhlIHNhbXBs ZSBub25jZQ=="),
        case("U6", "a_missing_key_is_refused")
            .section("RFC 6455 §4.2.1")
            .stages(2..=4)
            .why(
                "Without a key there is nothing to answer with, and no sign of a WebSocket client.",
            )
            .hint("What would you hash?")
            .script(Script::new().send(upgrade(PATH).without(KEY_HEADER)).refused(refused(400))),
    ]
}

fn accepts() -> Vec<Case> {
    let other_key = BASE64_STANDARD.encode([0; 16]);
    let mut lower_case = upgrade(PATH);
    for header in &mut lower_case.headers {
        header.0 = header.0.to_ascii_lowercase();
    }
    let accept = |name, request, value: String| {
        case("U7", name)
            .section("RFC 6455 §4.2.2")
            .stages(2..=4)
            .main_line()
            .hint("The key as it was sent, the GUID behind it, SHA-1, base64.")
            .script(
                Script::new()
                    .send(request)
                    .expect(answer(101).header("Sec-WebSocket-Accept", value)),
            )
    };
    vec![
        accept("the_accept_key_of_the_rfc", upgrade(PATH), ACCEPT.into())
            .also(&["mistake 7"])
            .why("Browsers check it. curl does not: that it works there proves little."),
        accept(
            "another_key_has_another_accept",
            upgrade(PATH).replace(KEY_HEADER, &other_key),
            accept_for(&other_key),
        )
        .why("A server that always gives the answer of the RFC passes one test."),
        accept("header_names_are_in_any_case", lower_case, ACCEPT.into())
            .why("Node (undici) sends all names in lower case."),
    ]
}

/// What a key has to be answered with.
fn accept_for(key: &str) -> String {
    let digest = Sha1::new()
        .chain_update(key)
        .chain_update("258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
        .finalize();
    BASE64_STANDARD.encode(digest)
}
