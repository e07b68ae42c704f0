//! H8, H9: one connection for several requests, and what HEAD gets (RFC 9112 §9.3, 9110 §9.3.2).

use crate::prelude::*;

pub fn cases() -> Vec<Case> {
    vec![
        case("H9", "the_connection_stays_open")
            .section("RFC 9112 §9.3")
            .main_line()
            .why("A new connection costs a round trip and a slow start; pages need many requests.")
            .hint("After the answer, where does your loop go?")
            .script(
                Script::new()
                    .send(get("/"))
                    .expect(
                        answer(200)
                            .header("Content-Type", "text/html; charset=utf-8")
                            .our_header("Connection", "keep-alive"),
                    )
                    .send(get("/"))
                    .expect(answer(200)),
            ),
        case("H9", "connection_close_is_obeyed")
            .section("RFC 9112 §9.6")
            .why("curl and load balancers say when they are done, and wait for the end.")
            .hint("The client announces that this request is its last. What do you do after it?")
            .script(
                Script::new()
                    .send(get("/").header("Connection", "close"))
                    .expect(answer(200).lists("Connection", "close"))
                    .end(),
            ),
        case("H9", "connection_is_a_list_of_tokens_here_too")
            .section("RFC 9110 §7.6.1")
            .why("`Connection` may name other headers beside `close`, in any case.")
            .hint("Compare tokens, not the whole value.")
            .script(
                Script::new()
                    .send(get("/").header("Connection", "x-trace , Close"))
                    .expect(answer(200).lists("Connection", "close"))
                    .end(),
            ),
        case("H9", "close_wins_over_keep_alive")
            .section("RFC 9112 §9.3")
            .why("A proxy may add its own token to the client's.")
            .hint("In which order does the rule ask?")
            .script(
                Script::new()
                    .send(get("/").header("Connection", "keep-alive").header("Connection", "close"))
                    .expect(answer(200).lists("Connection", "close"))
                    .end(),
            ),
        case("H9", "http_1_0_closes_by_default")
            .section("RFC 9112 §9.3")
            .why("Old tools and health checks read until the end of the connection.")
            .hint("The two versions have opposite defaults.")
            .script(
                Script::new()
                    .send(get("/").version("HTTP/1.0"))
                    .expect(answer(200).our_header("Connection", "close"))
                    .end(),
            ),
        case("H9", "http_1_0_may_ask_to_stay")
            .section("RFC 9112 §9.3")
            .our_choice()
            .why("ApacheBench with -k is such a client.")
            .hint("In 1.0 the client has to ask, and the server has to say yes.")
            .script(
                Script::new()
                    .send(get("/").version("HTTP/1.0").header("Connection", "Keep-Alive"))
                    .expect(answer(200).header("Connection", "keep-alive"))
                    .send(get("/").version("HTTP/1.0"))
                    .expect(answer(200).header("Connection", "close"))
                    .end(),
            ),
        case("H8", "head_gets_the_headers_only")
            .section("RFC 9110 §9.3.2")
            .why("A body after HEAD is read as the next response.")
            .hint("The headers are those of GET, the length too. And then?")
            .script(
                Script::new()
                    .send(get("/").method("HEAD"))
                    .expect(
                        answer(200).header("Content-Type", "text/html; charset=utf-8").to_head(),
                    )
                    .send(get("/"))
                    .expect(answer(200)),
            ),
        case("H8", "head_of_a_missing_page_has_no_body_either")
            .section("RFC 9110 §9.3.2")
            .why("Link checkers ask with HEAD, above all for pages that are gone.")
            .hint("The rule for HEAD holds for refusals too.")
            .script(
                Script::new().send(get("/nowhere").method("HEAD")).refused(refused(404).to_head()),
            ),
    ]
}
