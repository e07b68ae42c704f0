//! H6, H11, H12 at the upgrade, and the C mistakes of stage 2.

use crate::prelude::*;

const PATH: &str = "/websocket";
const CHAPTER: &str = "2 The handshake";

pub fn cases() -> Vec<Case> {
    [bodies(), what_follows(), hostile()].into_iter().flatten().collect()
}

fn bodies() -> Vec<Case> {
    let body = |name, header, value| {
        case("H11", name)
            .section("RFC 6455 §4.1")
            .stages(2..=4)
            .our_choice()
            .chapter(CHAPTER)
            .why("Is it a body or the first frame? Two servers may see it differently.")
            .hint("A handshake has no body: say so, whatever it is.")
            .script(Script::new().send(upgrade(PATH).header(header, value)).refused(refused(400)))
    };
    vec![
        body("an_upgrade_has_no_body", "Content-Length", "5"),
        body("an_upgrade_has_no_chunked_body", "Transfer-Encoding", "chunked"),
        body("an_upgrade_has_no_malformed_length", "Content-Length", "x"),
        case("H11", "an_upgrade_with_a_length_of_nothing_is_fine")
            .section("RFC 6455 §4.1")
            .stages(2..=4)
            .chapter(CHAPTER)
            .why("Some libraries add `Content-Length: 0` to every request.")
            .hint("Nothing is nothing.")
            .script(
                Script::new().send(upgrade(PATH).header("Content-Length", "0")).expect(answer(101)),
            ),
    ]
}

fn what_follows() -> Vec<Case> {
    // Its masked payload is 0A 0A: line feeds behind the blank line are no line ends.
    let line_feeds = || binary([0x0A ^ 0x01, 0x0A ^ 0x02]).key([1, 2, 3, 4]);
    let raw_bytes = |id, name| {
        case(id, name)
            .section("RFC 6455 §4.1")
            .stages(2..=2)
            .our_choice()
            .chapter(CHAPTER)
            .main_line()
            .why("The bytes change their meaning with the blank line; the next stage decodes them.")
            .hint("Once upgraded, nothing is HTTP any more. Print what comes in hex.")
            .deliver(&[Whole, Glued])
    };
    vec![
        raw_bytes("H12", "frames_are_printed_in_hex").also(&["mistake 11"]).script(
            Script::new()
                .send(upgrade(PATH))
                .expect(answer(101))
                .send(text("Hello"))
                .log(&["received 11 bytes: 81 85 37 fa 21 3d 7f 9f 4d 51 58"]),
        ),
        raw_bytes("H12", "after_the_101_nothing_is_a_request").script(
            Script::new()
                .upgrade(PATH)
                .send(get("/"))
                .log(&["47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31"])
                .silence(100),
        ),
        raw_bytes("H6", "line_feeds_behind_the_blank_line_are_data").script(
            Script::new().upgrade(PATH).send(line_feeds()).log(&["82 82 01 02 03 04 0a 0a"]),
        ),
        case("H12", "the_first_frame_may_come_with_the_handshake")
            .also(&["mistake 11"])
            .section("RFC 6455 §4.1")
            .stages(3..=4)
            .chapter(CHAPTER)
            .why(
                "A client that does not wait for the 101 loses its first message in the C program.",
            )
            .hint("What stands behind the blank line belongs to whom?")
            .script(Script::new().upgrade(PATH).taken(text("Hello"))),
        case("H6", "a_glued_frame_may_hold_line_feeds")
            .section("RFC 9112 §2.2")
            .stages(3..=4)
            .chapter(CHAPTER)
            .why(
                "A search for bare line feeds in all that was read refuses good clients at random.",
            )
            .hint("Up to where are the bytes lines?")
            .script(Script::new().upgrade(PATH).taken(line_feeds())),
    ]
}

fn hostile() -> Vec<Case> {
    let hostile = |id, name| {
        case(id, name).section("RFC 6455 §4.2").stages(2..=4).chapter(CHAPTER).deliver(&[Whole])
    };
    vec![
        hostile("mistake 6", "sixteen_handshakes_at_once")
            .also(&["mistake 7"])
            .why("The C program splits headers with strtok, whose state all its threads share.")
            .hint("In Rust such code does not compile. What would you have to write for it?")
            .function(sixteen),
        hostile("attack reset_at_every_stage", "rst_in_stage_2")
            .why("Phones leave a tunnel, proxies lose patience: at any moment.")
            .hint("Which error does the next write or read give, and where does it go?")
            .script(
                Script::new()
                    .client("anna")
                    .send(upgrade(PATH))
                    .reset()
                    .client("ben")
                    .upgrade(PATH)
                    .reset()
                    .client("cora")
                    .upgrade(PATH)
                    .send(text("Hello"))
                    .reset()
                    .client("dan")
                    .upgrade(PATH)
                    .send(raw([0x81, 0x85], "half a header"))
                    .reset()
                    .client("eve")
                    .upgrade(PATH),
            ),
        hostile("U8", "a_client_may_leave_after_the_101")
            .why("A closed tab ends the connection without a word.")
            .hint("A read of nothing is the end.")
            .script(Script::new().upgrade(PATH).finish_sending().gone()),
    ]
}

/// Sixteen names for sixteen clients.
const CLIENTS: [&str; 16] =
    ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16"];

/// The requests are all under way before the first answer is read.
fn sixteen(play: &mut Play) -> Played {
    for client in CLIENTS {
        play.wire(client)?;
    }
    for client in CLIENTS {
        play.send(client, crate::script::Message::Upgrade(PATH.into()))?;
    }
    for client in CLIENTS {
        play.expect(client, &Expect::Upgraded)?;
    }
    Ok(())
}
