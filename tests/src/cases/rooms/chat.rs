//! /chat: text lines to everybody, with the sender's guest name; joins and leaves announced.

use super::ours;
use crate::prelude::*;

const JOINED: &str = "guest # joined, # here";
const LEFT: &str = "guest # left, # here";

pub fn cases() -> Vec<Case> {
    let mut cases = talk();
    cases.extend(leaving());
    cases.extend(refused());
    cases
}

fn chat(id: &'static str, name: &'static str) -> Case {
    ours(id, name)
        .why("The server speaks to one client because another spoke: no request can do that.")
        .hint("Who has to hear of this, and who knows all of them?")
}

fn joins(script: Script, client: &'static str) -> Script {
    script.client(client).upgrade("/chat").frame(text_like("you are guest #"))
}

/// Anna and ben are in the room, and have heard of each other.
fn anna_and_ben() -> Script {
    let script = joins(Script::new(), "anna").frame(text_like(JOINED));
    let script = joins(script, "ben").frame(text_like(JOINED));
    script.client("anna").frame(text_like(JOINED))
}

fn both(script: Script, line: &'static str) -> Script {
    let script = script.client("anna").frame(text_like(line));
    script.client("ben").frame(text_like(line))
}

fn talk() -> Vec<Case> {
    vec![
        chat("room", "a_newcomer_learns_its_name_and_everybody_that_it_came")
            .main_line()
            .script(anna_and_ben()),
        chat("room", "a_line_reaches_everybody_with_its_senders_name").main_line().script({
            let script = anna_and_ben().client("anna").send(text("hello"));
            let script = both(script, "guest #: hello").client("ben").send(text("hi, caf\u{e9}"));
            both(script, "guest #: hi, caf\u{e9}")
        }),
        chat("room", "an_empty_line_is_a_line").also(&["M4"]).script({
            let script = anna_and_ben().client("ben").send(text(""));
            both(script, "guest #: ")
        }),
        chat("room", "a_line_in_fragments_is_one_line").also(&["M1", "M9"]).script({
            let script = anna_and_ben()
                .client("anna")
                .send(text("hel").unfinished())
                .send(ping("x"))
                .frame(pong_frame("x"))
                .send(continuation("lo"));
            both(script, "guest #: hello")
        }),
        chat("room", "what_looks_like_html_or_a_notice_is_relayed_as_it_is")
            .also(&["attack markup_in_chat"])
            .why("The server does not know what its lines are shown with; the page has to care.")
            .script({
                let script = anna_and_ben().client("anna");
                let script = script.send(text("<img onerror=alert(1) src=x>\r\n\x1b[31m"));
                both(script, "guest #: <img onerror=alert(1) src=x>\r\n\x1b[31m")
            }),
        // Not glued: a Pong may overtake what the room says.
        chat("room", "a_late_comer_hears_nothing_of_the_past")
            .script({
                let script = joins(Script::new(), "anna").frame(text_like(JOINED));
                let script = script.send(text("alone")).frame(text_like("guest #: alone"));
                joins(script, "ben").frame(text_like(JOINED)).send(ping("x")).frame(pong_frame("x"))
            })
            .deliver(&[Whole, ByteByByte]),
        chat("room", "an_echo_client_hears_nothing_of_the_room").script({
            let script = anna_and_ben().client("other").upgrade("/websocket");
            let script = script.client("anna").send(text("secret"));
            let script = both(script, "guest #: secret").client("other");
            script.send(text("echo")).frame(text_frame("echo"))
        }),
    ]
}

fn leaving() -> Vec<Case> {
    vec![
        chat("room", "who_closes_is_announced").also(&["C4"]).main_line().script(
            anna_and_ben()
                .client("ben")
                .send(close(1000, ""))
                .frame(close_frame(1000))
                .end()
                .client("anna")
                .frame(text_like(LEFT)),
        ),
        chat("room", "who_drops_the_connection_is_announced")
            .also(&["attack reset_at_every_stage"])
            .why("A train in a tunnel, a closed laptop: most clients leave without a word.")
            .script(anna_and_ben().client("ben").reset().client("anna").frame(text_like(LEFT))),
        chat("room", "who_only_ends_tcp_is_announced").script(
            anna_and_ben()
                .client("ben")
                .finish_sending()
                .end()
                .client("anna")
                .frame(text_like(LEFT)),
        ),
        chat("room", "who_breaks_the_rules_is_announced").also(&["C8"]).script(
            anna_and_ben()
                .client("ben")
                .send(text("x").unmasked())
                .failed(1002)
                .client("anna")
                .frame(text_like(LEFT)),
        ),
        // Not glued: behind its Close ben would not hear even its own last words.
        chat("C6", "who_has_closed_hears_nothing_more_of_the_room")
            .section("RFC 6455 §5.5.1")
            .script(
                anna_and_ben()
                    .client("ben")
                    .send(text("my last words"))
                    .frame(text_like("guest #: my last words"))
                    .send(close(1000, ""))
                    .frame(close_frame(1000))
                    .client("anna")
                    .frame(text_like("guest #: my last words"))
                    .frame(text_like(LEFT))
                    .send(text("is ben still here?"))
                    .frame(text_like("guest #: is ben still here?"))
                    .client("ben")
                    .end(),
            )
            .deliver(&[Whole, ByteByByte]),
    ]
}

fn refused() -> Vec<Case> {
    let binary_case = |name| chat("M8", name).section("RFC 6455 §7.4.1");
    vec![
        binary_case("binary_is_refused_where_one_speaks_text").main_line().script(
            anna_and_ben()
                .client("ben")
                .send(binary([1, 2, 3]))
                .failed(1003)
                .client("anna")
                .frame(text_like(LEFT)),
        ),
        binary_case("binary_in_fragments_is_refused_where_one_speaks_text").script(
            anna_and_ben()
                .client("ben")
                .send(binary([1]).unfinished())
                .send(continuation([2]))
                .failed(1003)
                .client("anna")
                .frame(text_like(LEFT)),
        ),
        chat("M6", "what_is_not_utf8_reaches_nobody_in_the_room")
            .section("RFC 6455 §8.1")
            .why("Relayed, one client's wrong byte ends the connections of all others.")
            .script(
                anna_and_ben()
                    .client("ben")
                    .send(crate::frame::frame(crate::frame::TEXT, b"a\xff".as_slice()))
                    .failed(1007)
                    .client("anna")
                    .frame(text_like(LEFT)),
            ),
    ]
}
