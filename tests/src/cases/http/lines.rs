//! H4–H6: requests that one server reads so and the next one so (RFC 9112 §2.2, §3.2, §5).

use crate::prelude::*;

const SMUGGLING: &str = "Where two servers read one request differently, a second one hides in it.";

pub fn cases() -> Vec<Case> {
    [hosts(), header_lines(), line_ends()].into_iter().flatten().collect()
}

fn hosts() -> Vec<Case> {
    let bad_host = |name, request: crate::request::Request| {
        case("H4", name)
            .section("RFC 9112 §3.2")
            .hint("Count the lines called Host.")
            .script(Script::new().send(request).refused(refused(400).mentions("Host")))
    };
    vec![
        bad_host("a_request_without_host_is_refused", get("/").without("Host"))
            .why("Without it nobody knows which site is meant."),
        bad_host("two_hosts_are_refused", get("/").header("Host", "evil.example"))
            .also(&["attack two_hosts_and_smuggled_bodies"])
            .why("A cache takes the first, the server the last: so pages are poisoned."),
        bad_host("the_same_host_twice_is_refused", get("/").header("host", "localhost"))
            .why("The rule counts lines, whatever they say."),
        case("H4", "http_1_0_needs_no_host")
            .section("RFC 9112 §3.2")
            .why("HTTP/1.0 is older than Host; health checks still speak it.")
            .hint("For which version does the rule hold?")
            .script(
                Script::new()
                    .send(get("/").version("HTTP/1.0").without("Host"))
                    .expect(answer(200))
                    .end(),
            ),
    ]
}

fn header_lines() -> Vec<Case> {
    let bad_line = |name, lines: &str| {
        let request = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n\r\n");
        case("H5", name)
            .section("RFC 9112 §5")
            .why(SMUGGLING)
            .hint("A name without spaces, a colon, a value without control characters.")
            .script(Script::new().send(request).refused(refused(400)))
    };
    vec![
        bad_line("a_space_before_the_colon_is_refused", "Content-Length : 5"),
        bad_line("a_folded_line_is_refused", "X-Note: one\r\n two"),
        bad_line("a_nul_in_a_value_is_refused", "X-Note: a\0b"),
        bad_line("a_bare_cr_in_a_value_is_refused", "X-Note: a\rContent-Length: 5"),
        bad_line("a_line_without_a_colon_is_refused", "X-Note"),
        bad_line("a_header_without_a_name_is_refused", ": value"),
        bad_line("a_space_in_a_name_is_refused", "X Note: value"),
        case("H5", "a_folded_first_line_is_refused")
            .section("RFC 9112 §2.2")
            .why(SMUGGLING)
            .hint("A line that begins with a space belongs to the one before it, or to nobody.")
            .script(
                Script::new()
                    .send("GET / HTTP/1.1\r\n Host: localhost\r\n\r\n")
                    .refused(refused(400)),
            ),
        case("H5", "the_request_line_has_single_spaces")
            .section("RFC 9112 §3")
            .our_choice()
            .why(SMUGGLING)
            .hint("Three words, one space between them, none in front.")
            .script(
                Script::new()
                    .client("anna")
                    .send("GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .refused(refused(400))
                    .client("ben")
                    .send("GET / HTTP/1.1 \r\nHost: localhost\r\n\r\n")
                    .refused(refused(400))
                    .client("cora")
                    .send(" GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .refused(refused(400)),
            ),
        case("H5", "bytes_over_127_in_a_value_are_opaque")
            .section("RFC 9110 §5.5")
            .our_choice()
            .why("Names and cookies in old encodings still travel in headers.")
            .hint("A value is bytes. Need you understand it?")
            .script(
                Script::new()
                    .send(raw(
                        *b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Name: J\xfcrgen\r\n\r\n",
                        "a request with a byte that is not UTF-8",
                    ))
                    .expect(answer(200)),
            ),
    ]
}

fn line_ends() -> Vec<Case> {
    let bare_lf = |name, text: &'static str| {
        case("H6", name)
            .section("RFC 9112 §2.2")
            .our_choice()
            .why(SMUGGLING)
            .hint("Your parser may accept a lone LF. Look for it yourself, as soon as it comes.")
            .script(Script::new().send(text).refused(refused(400).mentions("CR LF")))
    };
    vec![
        bare_lf("line_feeds_alone_end_no_lines", "GET / HTTP/1.1\nHost: localhost\n\n"),
        bare_lf("one_bare_line_feed_is_enough", "GET / HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n"),
        bare_lf("a_bare_line_feed_is_refused_at_once", "GET / HTTP/1.1\n"),
        bare_lf("an_empty_line_of_line_feed_is_refused", "\nGET / HTTP/1.1\r\n"),
        bare_lf("a_blank_line_of_line_feed_is_refused", "GET / HTTP/1.1\r\nHost: localhost\r\n\n"),
    ]
}
