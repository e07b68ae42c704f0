//! The connection of stage 4 before an upgrade: what each request is answered, what is logged, and
//! after which answer the connection ends (rules H, U13, U14).

use course::request::{Request, get, upgrade};
use course::response::{Response, read_response};
use pretty_assertions::assert_eq;

use crate::connection::Connection;
use crate::table::{CLIENT, Table};

/// All answers in these bytes, none of them to HEAD.
fn responses(bytes: &[u8]) -> Vec<Response> {
    let mut all = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let response = read_response(rest, false, false).expect("a response").expect("all of it");
        rest = &rest[response.bytes.len()..];
        all.push(response);
    }
    all
}

/// H14: a refusal is one line of text that says its length, and the last thing that is said.
fn refusal(table: &mut Table, request: &Request) -> Response {
    let said = responses(&table.receive(&request.bytes()));
    assert_eq!(said.len(), 1);
    let refusal = said.into_iter().next().expect("one");
    assert!(refusal.says_close() || refusal.status == 426, "{}", refusal.first_line());
    assert!(!refusal.values("Content-Length").is_empty());
    assert_eq!(refusal.body.iter().filter(|&&byte| byte == b'\n').count(), 1);
    assert!(refusal.body.ends_with(b"\n"));
    assert!(table.connection.is_finished());
    assert_eq!(table.receive(&get("/").bytes()), b"", "something behind a refusal");
    refusal
}

fn values<'a>(response: &'a Response, name: &str) -> Vec<&'a str> {
    response.values(name).into_iter().map(|(value, _)| value).collect()
}

#[test]
fn each_fault_of_a_request_for_the_page_has_its_status() {
    let page = || get("/");
    for (status, request) in [
        (404, get("/nothing")),
        (404, get("/websocket/")),
        (405, page().method("POST")),
        (405, page().method("get")),
        (413, page().header("Content-Length", "3")),
        (501, page().header("Transfer-Encoding", "chunked")),
        (400, page().header("Content-Length", "")),
        // H15: the body is looked at before the path, and the path before the method.
        (413, get("/nothing").header("Content-Length", "3")),
        (404, get("/nothing").method("POST")),
        (413, page().method("POST").header("Content-Length", "3")),
    ] {
        let refusal = refusal(&mut Table::new(&[]), &request);
        assert_eq!(refusal.status, status, "{:?}", String::from_utf8(request.bytes()));
        let allow: &[&str] = if status == 405 { &["GET, HEAD"] } else { &[] };
        assert_eq!(values(&refusal, "Allow"), allow);
    }
}

#[test]
fn each_fault_of_an_upgrade_has_its_status_and_says_what_would_do() {
    let ws = || upgrade("/chat");
    let expected: [(u16, Request, &str, &[&str]); 7] = [
        (400, ws().header("Content-Length", "1"), "Allow", &[]),
        (405, ws().method("POST"), "Allow", &["GET"]),
        (426, ws().version("HTTP/1.0"), "Upgrade", &["websocket"]),
        (426, ws().without("Upgrade"), "Upgrade", &["websocket"]),
        (426, ws().replace("Sec-WebSocket-Version", "8"), "Sec-WebSocket-Version", &["13"]),
        (400, ws().without("Sec-WebSocket-Key"), "Upgrade", &[]),
        (403, ws().header("Origin", "null"), "Upgrade", &[]),
    ];
    for (status, request, name, wanted) in expected {
        let mut table = Table::new(&[]);
        let refusal = refusal(&mut table, &request);
        assert_eq!(refusal.status, status, "{:?}", String::from_utf8(request.bytes()));
        assert_eq!(values(&refusal, name), wanted, "{status}");
        assert_eq!(table.turn.app.news_size(), 0, "nobody joined the room");
    }
}

/// Whoever runs the server sees what was asked, and why it was refused.
#[test]
fn a_refusal_is_logged_behind_the_request_that_it_is_for() {
    let mut table = Table::new(&[]);
    refusal(&mut table, &get("/\u{9b}x").header("Origin", "null"));
    let log = "GET /\\u{9b}x HTTP/1.1, Host: localhost, Origin: null\n\
        404 Not Found: there is nothing at this path\n";
    assert_eq!(table.turn.log, log);
    // What is no request cannot be shown as one.
    let mut table = Table::new(&[]);
    table.receive(b"GET /\n");
    assert_eq!(table.turn.log, "400 Bad Request: a line must end in CR LF\n");
    // What is granted is nothing to tell.
    let mut table = Table::new(&[]);
    table.receive(&[get("/").bytes(), upgrade("/websocket").bytes()].concat());
    assert_eq!(table.turn.log, "");
}

/// HEAD: the same head as GET, and no body, whether it is the page or a refusal.
#[test]
fn head_is_answered_without_a_body() {
    for path in ["/", "/nothing"] {
        let mut table = Table::new(&[]);
        let whole = table.receive(&get(path).bytes());
        let body = responses(&whole)[0].body.len();
        let mut table = Table::new(&[]);
        let head = table.receive(&get(path).method("HEAD").bytes());
        assert!(body > 0);
        assert_eq!(head, whole[..whole.len() - body]);
        assert_eq!(table.connection.is_finished(), path != "/");
    }
}

/// H9: HTTP/1.1 stays and HTTP/1.0 goes, unless they say otherwise.
#[test]
fn the_page_says_whether_the_connection_stays() {
    for (version, connection, stays) in [
        ("HTTP/1.1", "x", true),
        ("HTTP/1.1", "close", false),
        ("HTTP/1.0", "x", false),
        ("HTTP/1.0", "keep-alive", true),
        ("HTTP/1.0", "keep-alive, close", false),
    ] {
        let mut table = Table::new(&[]);
        let request = get("/").version(version).header("Connection", connection).bytes();
        let said = responses(&table.receive(&request.repeat(2)));
        assert_eq!(said.len(), if stays { 2 } else { 1 }, "{version} {connection}");
        for response in &said {
            assert_eq!((response.status, response.says_close()), (200, !stays));
        }
        assert_eq!(table.connection.is_finished(), !stays);
    }
}

/// Whoever asks and does not read must not fill our memory with pages.
#[test]
fn many_requests_at_once_are_answered_up_to_a_limit() {
    let mut table = Table::new(&[]);
    let bytes = table.receive(&get("/").bytes().repeat(1_000));
    let said = responses(&bytes);
    let (last, others) = said.split_last().expect("some pages");
    let before: usize = others.iter().map(|response| response.bytes.len()).sum();
    // The limit is met with the last: the one before it did not know yet.
    assert!(before >= 64 * 1024 && before - others[0].bytes.len() < 64 * 1024, "{before}");
    assert!(others.iter().all(|response| !response.says_close()));
    assert!(last.says_close() && table.connection.is_finished());
    // Whoever waits for each may have as many as they like.
    let mut table = Table::new(&[]);
    for _ in 0..100 {
        assert!(!responses(&table.receive(&get("/").bytes()))[0].says_close());
    }
}

/// U13: who comes when the server is full hears so, whatever they ask for, and enters nothing.
#[test]
fn who_is_too_many_is_told_to_come_again() {
    for request in [get("/"), get("/nothing"), upgrade("/chat"), get("/").method("POST")] {
        let mut table = Table::new(&[]);
        table.connection = Connection::new(CLIENT, true, &table.turn);
        let refusal = refusal(&mut table, &request);
        assert_eq!(refusal.status, 503);
        assert_eq!(values(&refusal, "Retry-After"), ["10"]);
        assert_eq!(table.turn.app.news_size(), 0);
    }
}

/// U14, U9: the names and the origins that the flags allow, and no others. Each flag may stand
/// there more than once.
#[test]
fn the_flags_say_who_we_are_and_whose_pages_may_connect() {
    let flags = [
        ["--allow-host", "example.com"],
        ["--allow-host", "example.net"],
        ["--allow-origin", "https://example.org"],
        ["--allow-origin", "https://example.edu"],
    ];
    let status = |flags: &[&str], host: &str, origin: &str| {
        let request = upgrade("/websocket").replace("Host", host).header("Origin", origin);
        responses(&Table::new(flags).receive(&request.bytes()))[0].status
    };
    let ours = "http://localhost:3000";
    for (host, origin, allowed) in [
        ("example.com", ours, 101),
        ("EXAMPLE.net:6969", ours, 101),
        ("www.example.com", ours, 403),
        ("example.org", ours, 403),
        ("localhost", "https://example.org", 101),
        ("localhost", "HTTPS://EXAMPLE.EDU", 101),
        ("localhost", "http://example.org", 403),
        ("localhost", "https://example.org.example", 403),
        ("localhost", "https://example.com", 403),
    ] {
        assert_eq!(status(flags.as_flattened(), host, origin), allowed, "{host} {origin}");
        assert_eq!(status(&[], host, origin), 403, "{host} {origin} without flags");
    }
}

/// H10: the host of the target counts, and `Host` does not.
#[test]
fn the_host_of_an_absolute_target_counts() {
    let status = |target: &str, host: &str| {
        let request = upgrade(target).replace("Host", host);
        responses(&Table::new(&[]).receive(&request.bytes()))[0].status
    };
    assert_eq!(status("http://localhost:6969/websocket", "example.com"), 101);
    assert_eq!(status("http://example.com/websocket", "localhost"), 403);
    assert_eq!(status("http://localhost?/websocket", "localhost"), 200);
    assert_eq!(status("ftp://localhost/websocket", "localhost"), 400);
}
