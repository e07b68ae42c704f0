//! H8, H9, H13: methods, versions, and what is not HTTP at all (RFC 9112 §2.3, §3).

use crate::prelude::*;

pub fn cases() -> Vec<Case> {
    [methods(), versions(), not_http()].into_iter().flatten().collect()
}

fn methods() -> Vec<Case> {
    let method = |name, method| {
        case("H8", name)
            .section("RFC 9110 §15.5.6")
            .why("A client that is told which methods there are need not guess.")
            .hint("405 comes with a list. And methods are case-sensitive.")
            .script(
                Script::new()
                    .send(get("/").method(method))
                    .refused(refused(405).header("Allow", "GET, HEAD")),
            )
    };
    vec![
        method("post_is_not_for_the_page", "POST").our_choice(),
        method("a_method_has_to_be_spelt_right", "get").our_choice(),
        method("an_unknown_method_is_refused", "BREW").our_choice(),
    ]
}

fn versions() -> Vec<Case> {
    let version = |name, version, status: u16| {
        case("H9", name)
            .section("RFC 9112 §2.3")
            .our_choice()
            .hint("Is it a version at all? And is it one that you speak?")
            .script(Script::new().send(get("/").version(version)).refused(refused(status)))
    };
    let of_another = "A client of another version learns that from the status, not from a hang.";
    let malformed = "The C program takes a version token for granted and reads at address 0.";
    vec![
        version("http_2_0_is_another_version", "HTTP/2.0", 505).why(of_another),
        version("http_1_2_is_another_version", "HTTP/1.2", 505).why(of_another),
        version("http_0_9_is_another_version", "HTTP/0.9", 505).why(of_another),
        version("http_without_a_number_is_malformed", "HTTP", 400)
            .also(&["mistake 8"])
            .why(malformed),
        version("http_1_without_a_minor_is_malformed", "HTTP/1", 400).why(malformed),
        version("lower_case_http_is_malformed", "http/1.1", 400).why(malformed),
        version("a_two_digit_version_is_malformed", "HTTP/11.1", 400).why(malformed),
        version("a_version_with_a_tail_is_malformed", "HTTP/1.1x", 400).why(malformed),
        case("H9", "a_request_line_of_two_words_is_malformed")
            .also(&["mistake 8"])
            .section("RFC 9112 §3")
            .why(malformed)
            .hint("What does your code do when the third word is not there?")
            .script(Script::new().send("GET /\r\nHost: localhost\r\n\r\n").refused(refused(400))),
        case("H9", "the_version_word_alone_is_malformed")
            .also(&["mistake 8"])
            .section("RFC 9112 §3")
            .why(malformed)
            .hint("What does your code do when the version has no number?")
            .script(
                Script::new()
                    .send("GET /websocket HTTP\r\nHost: localhost\r\n\r\n")
                    .refused(refused(400)),
            ),
    ]
}

fn not_http() -> Vec<Case> {
    let hello = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03];
    let other = |name| {
        case("H13", name)
            .section("RFC 9112 §3")
            .why("Somebody types https or wss for a plain port, and would wait for ever.")
            .hint("The first byte tells. Need you wait for a blank line?")
    };
    vec![
        other("a_tls_hello_is_refused_at_once").our_choice().script(
            Script::new()
                .send(raw(hello, "the start of a TLS ClientHello"))
                .refused(refused(400).mentions("TLS")),
        ),
        other("a_single_control_character_is_enough")
            .our_choice()
            .deliver(&[Whole])
            .script(Script::new().send(raw([0x16], "TLS handshake")).refused(refused(400))),
        other("the_log_guesses_tls").our_choice().deliver(&[Whole]).script(
            Script::new()
                .send(raw(hello, "the start of a TLS ClientHello"))
                .refused(refused(400))
                .log(&["TLS"]),
        ),
        other("the_http_2_preface_is_another_version")
            .our_choice()
            .why("curl --http2-prior-knowledge begins so; it needs an answer to give up.")
            .script(Script::new().send("PRI * HTTP/2.0\r\n\r\n").refused(refused(505))),
        other("another_protocol_is_refused")
            .why("Scanners try SSH, SMTP and Redis on every port.")
            .hint("It has lines and ends them in CR LF, and still it is no request.")
            .script(
                Script::new()
                    .send("SSH-2.0-OpenSSH_9.6\r\nEHLO there\r\n\r\n")
                    .refused(refused(400)),
            ),
        other("a_frame_without_a_handshake_is_refused")
            .why("A client that skips the upgrade speaks to an HTTP server.")
            .hint("Bytes over 127 are no request line.")
            .deliver(&[Whole, ByteByByte])
            .script(
                Script::new()
                    .send(raw(
                        [text("Hello").bytes(), b"\r\n\r\n".to_vec()].concat(),
                        "a frame, and a blank line",
                    ))
                    .refused(refused(400)),
            ),
    ]
}
