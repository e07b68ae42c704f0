//! H11: requests with a body, which our stages do not read (RFC 9112 §6).

use crate::prelude::*;

const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

pub fn cases() -> Vec<Case> {
    [refused_bodies(), lengths()].into_iter().flatten().collect()
}

fn refused_bodies() -> Vec<Case> {
    let body = |name| {
        case("H11", name)
            .section("RFC 9112 §6")
            .our_choice()
            .why("A body that is not read is taken for the next request: so requests are smuggled.")
            .hint("If you cannot tell where the body ends, how do you find the next request?")
    };
    vec![
        body("a_body_is_refused").script(
            Script::new()
                .send(get("/").header("Content-Length", "5").body("hello"))
                .refused(refused(413)),
        ),
        body("a_body_is_refused_before_it_comes").deliver(&[Whole]).script(
            Script::new().send(get("/").header("Content-Length", "5")).refused(refused(413)),
        ),
        body("a_chunked_body_is_refused").script(
            Script::new()
                .send(get("/").header("Transfer-Encoding", "chunked").body("0\r\n\r\n"))
                .refused(refused(501)),
        ),
        body("a_request_inside_a_body_is_not_answered")
            .also(&["attack two_hosts_and_smuggled_bodies"])
            .script(
                Script::new()
                    .send(
                        get("/")
                            .header("Content-Length", &SMUGGLED.len().to_string())
                            .body(SMUGGLED),
                    )
                    .refused(refused(413).never_says("smuggled")),
            ),
        body("two_ways_to_tell_the_length_are_refused")
            .also(&["attack two_hosts_and_smuggled_bodies"])
            .script(
                Script::new()
                    .send(
                        get("/")
                            .header("Content-Length", "4")
                            .header("Transfer-Encoding", "chunked")
                            .body(format!("0\r\n\r\n{SMUGGLED}")),
                    )
                    .refused(refused(501)),
            ),
        body("a_length_of_nothing_is_no_body").script(
            Script::new()
                .send(get("/").header("Content-Length", "0"))
                .expect(answer(200))
                .send(get("/"))
                .expect(answer(200)),
        ),
    ]
}

fn lengths() -> Vec<Case> {
    let length = |name, values: &[&str]| {
        let request =
            values.iter().fold(get("/"), |request, value| request.header("Content-Length", value));
        case("H11", name)
            .section("RFC 9112 §6.3")
            .our_choice()
            .why("Two servers that read a length differently disagree where the next request is.")
            .hint("One line, digits, nothing else.")
            .script(Script::new().send(request).refused(refused(400)))
    };
    vec![
        length("a_length_with_letters_is_refused", &["5x"]),
        length("a_length_with_a_sign_is_refused", &["+5"]),
        length("a_negative_length_is_refused", &["-1"]),
        length("an_empty_length_is_refused", &[""]),
        length("a_hexadecimal_length_is_refused", &["0x5"]),
        length("two_lengths_are_refused", &["5", "6"])
            .also(&["attack two_hosts_and_smuggled_bodies"]),
        length("the_same_length_twice_is_refused", &["0", "0"]),
        length("a_list_of_lengths_is_refused", &["5, 5"]),
        case("H11", "an_enormous_length_is_refused")
            .section("RFC 9112 §6.3")
            .our_choice()
            .why("A length over 64 bits overflows in careless code, and in Rust `parse` fails.")
            .hint("Digits only, but more than fit into a number.")
            .script(
                Script::new()
                    .send(get("/").header("Content-Length", &"9".repeat(40)))
                    .refused(refused(413)),
            ),
    ]
}
