//! H1, H7, H12: a request is read however its bytes arrive (RFC 9112 §2.2).

use crate::prelude::*;

pub fn cases() -> Vec<Case> {
    vec![
        case("H1", "a_request_is_answered_however_it_arrives")
            .also(&["mistake 10"])
            .section("RFC 9112 §2.2")
            .main_line()
            .why("TCP is a stream: a phone on a train delivers one request in five pieces.")
            .hint("One read is not one request. What tells you that a head is complete?")
            .script(Script::new().send(get("/")).expect(answer(200))),
        case("H1", "half_a_request_is_waited_for")
            .also(&["mistake 3"])
            .section("RFC 9112 §2.2")
            .main_line()
            .why("A server that answers, or crashes, at the first segment fails on slow lines.")
            .hint("What does your parser say when the blank line has not come yet?")
            .deliver(&[Whole, ByteByByte])
            .script(
                Script::new()
                    .send("GET / HTTP/1.1\r\nHost: loc")
                    .silence(100)
                    .send("alhost\r\n\r")
                    .silence(100)
                    .send("\n")
                    .expect(answer(200)),
            ),
        case("H1", "half_a_request_and_then_the_end")
            .also(&["mistake 3"])
            .section("RFC 9112 §8")
            .why("Port scanners and lost phones leave in the middle of a line.")
            .hint("A read of nothing is the end: of the connection, not of the program.")
            .deliver(&[Whole])
            .script(
                Script::new().send("GET / HTTP/1.1\r\nHost: loc").finish_sending().gone(),
            ),
        case("H1", "who_says_nothing_gets_no_answer")
            .section("RFC 9112 §9.5")
            .our_choice()
            .why("Browsers open spare connections; an answer nobody asked for shows as an error.")
            .hint("Is there anything to answer?")
            .deliver(&[Whole])
            .script(Script::new().finish_sending().end()),
        case("H1", "a_silent_client_blocks_nobody")
            .section("RFC 9112 §9.5")
            .main_line()
            .why("Browsers keep a second connection open and silent beside the first.")
            .hint("While one client is waited for, who serves the others?")
            .deliver(&[Whole])
            .script(
                Script::new()
                    .client("anna")
                    .send("GET / HTTP/1.1\r\n")
                    .client("ben")
                    .send(get("/"))
                    .expect(answer(200))
                    .client("anna")
                    .send("Host: localhost\r\n\r\n")
                    .expect(answer(200)),
            ),
        case("H7", "empty_lines_before_the_request_are_skipped")
            .section("RFC 9112 §2.2")
            .why("Old clients sent a CR LF too many after a body; it stands before the next request.")
            .hint("An empty line is CR LF. Two of them look like the end of a head.")
            .script(Script::new().send("\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").expect(answer(200))),
        case("H7", "a_blank_line_alone_is_no_request")
            .also(&["mistake 8"])
            .section("RFC 9112 §2.2")
            .why("A parser that takes it for a head finds no method, no target, no version.")
            .hint("Skip empty lines first; then look for the end of the head.")
            .deliver(&[Whole, ByteByByte])
            .script(
                Script::new().send("\r\n\r\n").silence(100).send(get("/")).expect(answer(200)),
            ),
        case("H7", "empty_lines_count_towards_the_cap")
            .section("RFC 9112 §2.2")
            .our_choice()
            .why("A client that sends nothing else would be read for ever.")
            .hint("Bytes that you drop were read all the same.")
            .deliver(&[Whole])
            .script(Script::new().send("\r\n".repeat(10_000)).refused(refused(414))),
        case("H12", "requests_in_one_piece_are_all_answered")
            .section("RFC 9112 §9.3.2")
            .main_line()
            .why("Clients may send the next request before the answer to this one (pipelining).")
            .hint("What stands behind the blank line belongs to whom?")
            .script(
                Script::new()
                    .send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /?two HTTP/1.1\r\nHost: a\r\n\r\n")
                    .expect(answer(200))
                    .expect(answer(200))
                    .send(get("/?three"))
                    .expect(answer(200)),
            ),
        case("H12", "half_of_the_next_request_is_kept")
            .section("RFC 9112 §9.3.2")
            .why("A segment ends where the network likes: in the middle of the next request too.")
            .hint("Which bytes did the first request take, and where are the others now?")
            .script(
                Script::new()
                    .send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /?two HTT")
                    .expect(answer(200))
                    .send("P/1.1\r\nHost: a\r\n\r\n")
                    .expect(answer(200)),
            ),
    ]
}
