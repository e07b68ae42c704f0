//! H2, H3: how much of a request is read before it is refused (RFC 9112 §3, RFC 6585 §5).

use crate::prelude::*;

/// The cap of our stages.
const MAX_HEAD: usize = 16 * 1024;

pub fn cases() -> Vec<Case> {
    let limit = |name| {
        case("H3", name)
            .section("RFC 6585 §5")
            .our_choice()
            .why("Without a cap one client fills the memory; with a fixed array it overruns it.")
            .hint("Every number has an end: which one do you want, and what do you say there?")
    };
    vec![
        limit("a_head_of_16_kib_is_read")
            .script(Script::new().send(head_of(MAX_HEAD)).expect(answer(200))),
        limit("a_head_over_16_kib_is_refused")
            .also(&["limit head"])
            .script(Script::new().send(head_of(MAX_HEAD + 1)).refused(refused(431))),
        limit("a_head_without_end_is_refused")
            .deliver(&[Whole])
            .script(Script::new().send(endless_head()).refused(refused(431))),
        limit("a_line_without_end_is_refused").deliver(&[Whole]).script(
            Script::new().send(format!("GET /{}", "a".repeat(4 * MAX_HEAD))).refused(refused(414)),
        ),
        limit("a_request_line_over_16_kib_is_refused").section("RFC 9110 §15.5.15").script(
            Script::new().send(get(&format!("/{}", "a".repeat(MAX_HEAD)))).refused(refused(414)),
        ),
        limit("a_request_of_10240_bytes_is_read")
            .also(&["mistake 4"])
            .why("Exactly a full buffer: the C program writes a NUL behind it.")
            .script(Script::new().send(head_of(10_240)).expect(answer(200))),
        limit("64_headers_are_read").script(Script::new().send(headers(64)).expect(answer(200))),
        limit("65_headers_are_refused")
            .also(&["attack too_many_headers"])
            .script(Script::new().send(headers(65)).refused(refused(431))),
        limit("101_headers_are_refused")
            .also(&["mistake 5", "attack too_many_headers"])
            .why("The C program has room for 100 and does not count: the client writes its stack.")
            .script(Script::new().send(headers(101)).refused(refused(431))),
        limit("5000_headers_are_refused")
            .also(&["attack too_many_headers"])
            .deliver(&[Whole])
            .script(Script::new().send(headers(5_000)).refused(refused(431))),
        case("H2", "a_head_in_single_bytes_costs_little")
            .also(&["attack head_in_single_bytes"])
            .section("RFC 9112 §2.2")
            .our_choice()
            .why("Reading it all again for every byte is quadratic (CVE-2023-43669).")
            .hint("What do you know already about the bytes that you looked at before?")
            .alone()
            .function(single_bytes),
    ]
}

/// A request whose head has exactly so many bytes.
fn head_of(size: usize) -> crate::request::Request {
    let rest = size - get("/").header("X-Filler", "").bytes().len();
    get("/").header("X-Filler", &"a".repeat(rest))
}

/// A request with so many header lines, `Host` among them.
fn headers(count: usize) -> crate::request::Request {
    (1..count).fold(get("/"), |request, at| request.header(&format!("X-{at}"), "y"))
}

fn endless_head() -> String {
    let lines = "X-More: and more\r\n".repeat(60);
    format!("GET / HTTP/1.1\r\nHost: localhost\r\n{lines}X: {}", "a".repeat(4 * MAX_HEAD))
}

/// Ticks of 10 ms that a head in single bytes may cost, in a build without optimisation too.
/// Parsing everything again for each byte costs several hundred.
const MAX_TICKS: u64 = 150;

fn single_bytes(play: &mut Play) -> Played {
    let before = play.server.processor_ticks()?;
    let deadline = play.deadline();
    let request = head_of(MAX_HEAD);
    play.note("a head of 16,384 bytes, one byte a write");
    let wire = play.wire("")?;
    for byte in request.bytes() {
        wire.send(&[byte], deadline);
    }
    play.expect("", &Expect::Response(answer(200)))?;
    let used = play.server.processor_ticks()? - before;
    if MAX_TICKS < used {
        let got = format!("{used} ticks");
        return Err(Failure::wrong(format!("at most {MAX_TICKS} ticks of 10 ms"), got).into());
    }
    Ok(())
}
