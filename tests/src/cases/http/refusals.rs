//! H14, H15: how a request is refused (RFC 9110 §15.5, RFC 9112 §9.6).

use crate::prelude::*;

/// More than the system buffers on both sides: the client still writes when it is refused.
const LARGE: usize = 8 * 1024 * 1024;

pub fn cases() -> Vec<Case> {
    let first = |name, request: crate::request::Request, status: u16| {
        case("H15", name)
            .section("RFC 9110 §15")
            .our_choice()
            .why("Whoever reads the answer has to find the fault that it names, always the same.")
            .hint("In which order do you look? Syntax, version, Host, body, path, method, …")
            .script(Script::new().send(request).refused(refused(status)))
    };
    let upgrade_first = |name, request, status| {
        first(name, request, status).stages(2..=4).chapter("2 The handshake")
    };
    vec![
        case("H14", "a_refusal_says_what_is_wrong_and_closes")
            .section("RFC 9112 §9.6")
            .our_choice()
            .why("A silent close teaches nothing; and after a fault nobody knows where the next request begins.")
            .hint("A status, one line of text, its length, Connection: close, and then the end.")
            .script(Script::new().send("nonsense\r\n\r\n").refused(refused(400))),
        case("H14", "a_refusal_is_logged_with_its_status")
            .section("RFC 9112 §9.6")
            .our_choice()
            .why("Whoever runs the server sees what its clients do wrong.")
            .hint("The line begins with the status.")
            .deliver(&[Whole])
            .script(
                Script::new()
                    .send(get("/").without("Host"))
                    .refused(refused(400))
                    .log(&["400 Bad Request"])
                    .client("ben")
                    .send(get("/nowhere"))
                    .refused(refused(404))
                    .log(&["404 Not Found"]),
            ),
        case("H14", "a_refusal_arrives_although_the_client_still_writes")
            .also(&["C7"])
            .section("RFC 9112 §9.6")
            .our_choice()
            .why("To close a socket with unread bytes in it sends RST, which destroys the answer.")
            .hint("Say that you are done, then read and drop until the client is done.")
            .deliver(&[Whole])
            .script(
                Script::new()
                    .send(
                        get("/")
                            .header("Content-Length", &LARGE.to_string())
                            .body(vec![b'x'; LARGE]),
                    )
                    .refused(refused(413)),
            ),
        first(
            "the_method_is_read_before_the_version",
            get("/").method("GE(T").version("HTTP/2.0"),
            400,
        ),
        first(
            // What its header lines may look like we cannot know.
            "the_version_comes_before_the_header_lines",
            get("/").version("HTTP/2.0").header("X Note", "y"),
            505,
        ),
        first("the_version_comes_before_host", get("/").version("HTTP/2.0").without("Host"), 505),
        first(
            "host_comes_before_the_body",
            get("/").without("Host").header("Content-Length", "5"),
            400,
        ),
        first("the_body_comes_before_the_path", get("/nowhere").header("Content-Length", "5"), 413),
        first("the_path_comes_before_the_method", get("/nowhere").method("POST"), 404),
        upgrade_first(
            "the_body_comes_before_the_method",
            upgrade("/websocket").method("POST").header("Content-Length", "5"),
            400,
        ),
        upgrade_first(
            "the_method_comes_before_the_upgrade",
            get("/websocket").method("POST"),
            405,
        ),
        upgrade_first(
            "the_upgrade_comes_before_the_websocket_version",
            upgrade("/websocket")
                .without("Upgrade")
                .header("Sec-WebSocket-Version", "8")
                .header("Origin", "http://evil.example"),
            426,
        ),
        upgrade_first(
            "the_websocket_version_comes_before_the_key",
            upgrade("/websocket")
                .replace("Sec-WebSocket-Version", "8")
                .replace("Sec-WebSocket-Key", "x"),
            426,
        ),
        upgrade_first(
            "the_key_comes_before_the_origin",
            upgrade("/websocket")
                .replace("Sec-WebSocket-Key", "x")
                .header("Origin", "http://evil.example"),
            400,
        ),
    ]
}
