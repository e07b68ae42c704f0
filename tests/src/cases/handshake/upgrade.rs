//! U1–U3, U8: what asks for an upgrade, and the 101 that answers it (RFC 6455 §4.2).

use crate::answer::Answer;
use crate::prelude::*;
use crate::request::Request;

const PATH: &str = "/websocket";

pub fn cases() -> Vec<Case> {
    [response(), upgrade_header(), connection_header(), methods_and_targets()]
        .into_iter()
        .flatten()
        .collect()
}

fn response() -> Vec<Case> {
    vec![
        case("U8", "the_101_switches_protocols")
            .section("RFC 6455 §4.2.2")
            .stages(2..=4)
            .main_line()
            .why("Every browser checks these three lines before it lets a page send a byte.")
            .hint("A status and three headers, and then the blank line.")
            .script(
                Script::new().send(upgrade(PATH)).expect(
                    answer(101)
                        .lists("Upgrade", "websocket")
                        .lists("Connection", "Upgrade")
                        .header("Sec-WebSocket-Accept", ACCEPT),
                ),
            ),
        case("U8", "the_101_says_nothing_else")
            .section("RFC 6455 §4.2.2")
            .stages(2..=4)
            .our_choice()
            .why("Node compares the whole Connection value: `Upgrade, keep-alive` fails there.")
            .hint("One line each, and no length: what follows is no body.")
            .script(
                Script::new().send(upgrade(PATH)).expect(
                    answer(101)
                        .header("Upgrade", "websocket")
                        .header("Connection", "Upgrade")
                        .only_headers(&["Upgrade", "Connection", "Sec-WebSocket-Accept"]),
                ),
            ),
        case("U8", "an_upgrade_may_follow_other_requests")
            .section("RFC 9110 §7.8")
            .stages(2..=4)
            .why("A browser may use the connection on which it fetched the page.")
            .hint("The state of a connection changes with a request, not with its first one.")
            .script(
                Script::new()
                    .send(get("/"))
                    .expect(answer(200))
                    .send(upgrade(PATH))
                    .expect(answer(101).header("Sec-WebSocket-Accept", ACCEPT)),
            ),
        case("U8", "the_upgrade_is_logged")
            .section("RFC 6455 §4.2.2")
            .stages(2..=2)
            .our_choice()
            .why("One sees when HTTP ends and WebSocket begins.")
            .hint("One line, once the answer is decided.")
            .deliver(&[Whole])
            .script(
                Script::new()
                    .send(upgrade(PATH).header("Sec-WebSocket-Protocol", "chat"))
                    .expect(answer(101))
                    .log(&["GET /websocket HTTP/1.1", "upgraded to WebSocket"]),
            ),
    ]
}

fn accepted(id: &'static str, name: &'static str, request: Request) -> Case {
    case(id, name).section("RFC 6455 §4.2.1").stages(2..=4).script(
        Script::new().send(request).expect(answer(101).header("Sec-WebSocket-Accept", ACCEPT)),
    )
}

/// Refused for want of an upgrade, with what it would take (U3).
fn wants_upgrade(id: &'static str, name: &'static str, request: Request) -> Case {
    case(id, name)
        .also(&["U3"])
        .section("RFC 6455 §4.2.1")
        .stages(2..=4)
        .script(Script::new().send(request).refused(upgrade_required()))
}

fn upgrade_required() -> Answer {
    refused(426).our_header("Upgrade", "websocket").our_lists("Connection", "Upgrade")
}

fn upgrade_header() -> Vec<Case> {
    let hint = "Is one of the tokens `websocket`, in any case?";
    let other = |name, value| {
        wants_upgrade("U1", name, upgrade(PATH).replace("Upgrade", value))
            .why("A 101 to a client that asked for another protocol leaves both confused.")
            .hint(hint)
    };
    vec![
        case("U3", "a_426_tells_what_to_upgrade_to")
            .section("RFC 9110 §15.5.22")
            .stages(2..=4)
            .main_line()
            .why("A person with curl, or a health check, is told what this path wants.")
            .hint("426 has to name the protocol, in the header that names protocols.")
            .script(
                Script::new().send(get(PATH)).refused(
                    refused(426)
                        .our_header("Upgrade", "websocket")
                        .lists("Upgrade", "websocket")
                        .lists("Connection", "Upgrade"),
                ),
            ),
        wants_upgrade("U1", "without_upgrade_there_is_none", upgrade(PATH).without("Upgrade"))
            .also(&["mistake 17", "U3"])
            .main_line()
            .script(
                Script::new()
                    .send(upgrade(PATH).without("Upgrade"))
                    .refused(upgrade_required().in_words()),
            )
            .why("The C program closes without a word, and its users ask why.")
            .hint("Say what is missing. What is the status for it?"),
        accepted(
            "U1",
            "the_upgrade_token_is_in_any_case",
            upgrade(PATH).replace("Upgrade", "WebSocket"),
        )
        .main_line()
        .why("Internet Explorer and many libraries write `WebSocket`.")
        .hint(hint),
        accepted("U1", "upgrade_may_be_a_list", upgrade(PATH).replace("Upgrade", "h2c, websocket"))
            .our_choice()
            .why("A client may offer several protocols.")
            .hint(hint),
        other("another_protocol_is_not_upgraded", "h2c"),
        other("a_look_alike_is_not_upgraded", "websockets"),
        other("an_empty_upgrade_is_none", ""),
    ]
}

fn connection_header() -> Vec<Case> {
    let hint = "Split at commas, trim, and compare tokens without regard to case.";
    let list =
        |name, value| accepted("U2", name, upgrade(PATH).replace("Connection", value)).hint(hint);
    let other = |name, value| {
        wants_upgrade("U2", name, upgrade(PATH).replace("Connection", value))
            .why("Upgrade is hop by hop: a proxy that does not know it drops the token, not the header.")
            .hint(hint)
    };
    let two_lines =
        upgrade(PATH).replace("Connection", "keep-alive").header("connection", "Upgrade");
    vec![
        list("connection_is_a_list_of_tokens", "keep-alive, Upgrade")
            .also(&["mistake 15"])
            .main_line()
            .why("Firefox sends `Connection: keep-alive, Upgrade`."),
        list("the_connection_token_is_in_any_case", "upgrade")
            .main_line()
            .why("Proxies and Node write it in lower case."),
        list("a_list_has_spaces_tabs_and_empty_members", " ,, keep-alive ,\tUpGrade\t, ")
            .why("RFC 9110 §5.6.1 lets a list look like this, and some proxy makes it so."),
        accepted("U2", "connection_may_span_lines", two_lines)
            .why("Two lines of one name mean one list; some libraries read the first only.")
            .hint("Several lines of one name are one list."),
        wants_upgrade(
            "U2",
            "without_connection_there_is_no_upgrade",
            upgrade(PATH).without("Connection"),
        )
        .why("nginx drops the line unless told to keep it: the commonest fault behind a proxy.")
        .hint(hint),
        other("keep_alive_alone_is_no_upgrade", "keep-alive"),
        other("a_longer_token_is_another_token", "upgrades"),
        other("two_words_are_not_a_list", "keep-alive Upgrade"),
        accepted(
            "U2",
            "a_list_full_of_commas_and_spaces_costs_little",
            upgrade(PATH).replace("Connection", &format!("{}Upgrade", " ,".repeat(6_000))),
        )
        .also(&["attack lists_of_spaces_and_commas"])
        .our_choice()
        .deliver(&[Whole, Glued])
        .why("A careless pattern for lists takes quadratic time, or worse (CVE-2020-7662).")
        .hint("How often is each character looked at?"),
    ]
}

fn methods_and_targets() -> Vec<Case> {
    let method = |name, request: Request| {
        let is_head = request.method == "HEAD";
        let wanted = refused(405).our_header("Allow", "GET");
        case("H8", name)
            .section("RFC 6455 §4.2.1")
            .stages(2..=4)
            .chapter("2 The handshake")
            .why("The handshake is a GET; nothing else can be upgraded.")
            .hint("Which methods does this path have?")
            .script(Script::new().send(request).refused(if is_head {
                wanted.to_head()
            } else {
                wanted
            }))
    };
    let target = |name, target| {
        accepted("H10", name, upgrade(target))
            .chapter("2 The handshake")
            .hint("Compare the path, and the path only.")
    };
    vec![
        method("the_handshake_is_a_get", upgrade(PATH).method("POST")),
        method("head_is_no_handshake", upgrade(PATH).method("HEAD")),
        target("the_query_of_a_websocket_is_not_its_path", "/websocket?x=1")
            .also(&["mistake 18"])
            .why("Tokens and room names travel in the query; the C program answers with its page."),
        target("the_absolute_form_of_a_websocket_is_legal", "http://localhost/websocket")
            .why("Clients of a proxy send it."),
        case("H10", "an_upgrade_at_an_unknown_path_is_not_found")
            .section("RFC 9110 §15.5.5")
            .our_choice()
            .stages(2..=4)
            .chapter("2 The handshake")
            .why("A 101 at every path hides the typo in the client's address.")
            .hint("First where, then what.")
            .script(Script::new().send(upgrade("/nowhere")).refused(refused(404))),
        case("H9", "http_1_0_has_no_upgrade")
            .also(&["mistake 16"])
            .section("RFC 9110 §7.8")
            .stages(2..=4)
            .chapter("2 The handshake")
            .why("nginx speaks 1.0 to its servers unless told otherwise, and the search is long.")
            .hint(
                "In 1.0 the header is ignored. What then is missing, and what is the likely cause?",
            )
            .script(
                Script::new()
                    .send(upgrade(PATH).version("HTTP/1.0"))
                    .refused(refused(426).mentions("proxy_http_version 1.1")),
            ),
    ]
}
