//! U10–U12: what is negotiated in the handshake, and what is never copied (RFC 6455 §4.2.2, §9.1).

use crate::prelude::*;
use crate::request::Request;

const PATH: &str = "/websocket";
const PROTOCOL: &str = "Sec-WebSocket-Protocol";
const EXTENSIONS: &str = "Sec-WebSocket-Extensions";

pub fn cases() -> Vec<Case> {
    [subprotocols(), extensions(), copies()].into_iter().flatten().collect()
}

fn offer(values: &[&str]) -> Request {
    values.iter().fold(upgrade(PATH), |request, value| request.header(PROTOCOL, value))
}

fn subprotocols() -> Vec<Case> {
    let chosen = |name, offers: &[&str]| {
        case("U10", name)
            .section("RFC 6455 §4.2.2")
            .stages(2..=4)
            .our_choice()
            .hint("A list again. And the answer is one of its members, or nothing.")
            .script(Script::new().send(offer(offers)).expect(answer(101).header(PROTOCOL, "chat")))
    };
    let none = |name, offers: &[&str]| {
        case("U10", name)
            .section("RFC 6455 §4.2.2")
            .stages(2..=4)
            .why("A browser fails the connection if the answer is not one that it offered.")
            .hint("Nothing in common: which header do you send then?")
            .script(
                Script::new()
                    .send(offer(offers))
                    .expect(answer(101).our_no_header(PROTOCOL).at_most_one_of(PROTOCOL, offers)),
            )
    };
    vec![
        chosen("the_subprotocol_chat_is_chosen", &["chat"])
            .main_line()
            .why("Node fails if it asked for a subprotocol and got none."),
        chosen("one_of_several_subprotocols_is_chosen", &["superchat, chat"])
            .main_line()
            .why("The RFC's own example offers two."),
        chosen("offers_may_span_lines", &["superchat", "chat"])
            .why("Several lines of one name are one list."),
        chosen("offers_may_be_close_together", &["superchat,chat"])
            .why("The space behind a comma may be missing."),
        none("another_subprotocol_is_not_chosen", &["superchat"]),
        none("subprotocols_are_compared_exactly", &["Chat, CHAT"]),
        none("a_part_of_a_subprotocol_is_not_it", &["chats, ch, chat.v2"]),
        none("without_an_offer_there_is_no_choice", &[]).main_line(),
    ]
}

fn extensions() -> Vec<Case> {
    let declined = |name, values: &[&str]| {
        let request =
            values.iter().fold(upgrade(PATH), |request, value| request.header(EXTENSIONS, value));
        case("U11", name)
            .section("RFC 6455 §9.1")
            .stages(2..=4)
            .our_choice()
            .hint("An offer need not be taken. Need it be read?")
            .script(Script::new().send(request).expect(answer(101).no_header(EXTENSIONS)))
    };
    vec![
        declined("compression_is_declined", &["permessage-deflate; client_max_window_bits"])
            .why("Chrome, Edge and Firefox offer it always."),
        declined("several_extensions_are_declined", &["a, b; c=\"d\"", "permessage-deflate"])
            .why("Offers are a list over several lines."),
        declined("a_broken_offer_is_not_even_read", &["\"; ,=;;\\"])
            .why("What is not parsed cannot be attacked."),
        declined("an_endless_offer_costs_little", &[&format!("a;b=\"{}", "\\\"".repeat(5_000))])
            .also(&["attack lists_of_spaces_and_commas"])
            .deliver(&[Whole, Glued])
            .why("CVE-2020-7662 and CVE-2020-7663 were quadratic parsers of this header."),
    ]
}

fn copies() -> Vec<Case> {
    let copied = |name| {
        case("U12", name)
            .section("RFC 6455 §10.1")
            .stages(2..=4)
            .why("What is copied into an answer can forge headers, or a page, in our name.")
            .hint("Every word of the answer is one of your own.")
    };
    vec![
        copied("nothing_of_the_offer_is_copied").our_choice().script(
            Script::new()
                .send(offer(&["forged", "chat"]).header(EXTENSIONS, "forged").header("X", "forged"))
                .expect(answer(101).header(PROTOCOL, "chat").never_says("forged")),
        ),
        copied("nothing_of_the_target_is_copied")
            .our_choice()
            .script(
                Script::new()
                    .send(get("/<script>forged</script>"))
                    .refused(refused(404).never_says("forged")),
            )
            .stages(1..=4),
        copied("nothing_of_a_bad_request_is_copied").our_choice().script(
            Script::new()
                .send(upgrade(PATH).replace("Sec-WebSocket-Version", "forged"))
                .refused(refused(426).never_says("forged")),
        ),
    ]
}
