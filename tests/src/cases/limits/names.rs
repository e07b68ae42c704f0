//! `--allow-origin` and `--allow-host`: what more than the defaults may connect.

use super::limit;
use crate::prelude::*;

const FLAGS: &[&str] = &[
    "--allow-origin",
    "https://chat.example",
    "--allow-origin",
    "http://127.0.0.1:8000",
    "--allow-host",
    "ws.example",
    "--allow-host",
    "chat.example",
];
const PATH: &str = "/websocket";

pub fn cases() -> Vec<Case> {
    let origin = |name| {
        limit("U9", name)
            .also(&["--allow-origin"])
            .section("RFC 6455 §10.2")
            .flags(FLAGS)
            .why("The page and the server may have different names, if whoever runs them says so.")
            .hint("An origin is scheme, host and port, compared whole.")
    };
    let host = |name| {
        limit("U14", name)
            .also(&["--allow-host"])
            .section("RFC 6455 §10.2")
            .flags(FLAGS)
            .why("A server with a public name has to know it; all other names are re-pointed ones.")
            .hint("What is not listed is refused, even where Host and Origin are the same.")
    };
    let from = |origin: &str| upgrade(PATH).header("Origin", origin);
    let at = |host: &str| upgrade(PATH).replace("Host", host);
    vec![
        origin("a_listed_origin_may_connect")
            .script(Script::new().send(from("https://chat.example")).expect(answer(101))),
        origin("every_listed_origin_may_connect")
            .script(Script::new().send(from("http://127.0.0.1:8000")).expect(answer(101))),
        origin("a_listed_origin_with_a_tail_may_not")
            .also(&["--allow-origin", "attack foreign_origins"])
            .script(
                Script::new().send(from("https://chat.example.evil.example")).refused(refused(403)),
            ),
        origin("a_listed_origin_with_a_start_may_not")
            .also(&["--allow-origin", "attack foreign_origins"])
            .script(Script::new().send(from("https://evil-chat.example")).refused(refused(403))),
        origin("a_listed_origin_with_another_port_may_not")
            .script(Script::new().send(from("https://chat.example:8443")).refused(refused(403))),
        host("a_listed_name_is_ours")
            .script(Script::new().send(at("ws.example")).expect(answer(101))),
        host("a_listed_name_may_have_a_port")
            .script(Script::new().send(at("ws.example:6969")).expect(answer(101))),
        host("every_listed_name_is_ours_in_any_case")
            .script(Script::new().send(at("Chat.EXAMPLE")).expect(answer(101))),
        host("pages_of_a_listed_name_may_connect").script(
            Script::new()
                .send(at("ws.example").header("Origin", "https://ws.example"))
                .expect(answer(101)),
        ),
        host("a_name_that_only_ends_like_a_listed_one_is_not_ours")
            .also(&["--allow-host", "attack dns_rebinding"])
            .script(
                Script::new()
                    .send(at("evil-ws.example").header("Origin", "http://evil-ws.example"))
                    .refused(refused(403)),
            ),
        host("the_log_names_the_flag").script(
            Script::new().send(at("other.example")).refused(refused(403)).log(&["--allow-host"]),
        ),
    ]
}
