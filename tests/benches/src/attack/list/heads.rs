//! Attacks on the reader of requests and on the handshake.

use std::time::Duration;

use super::KIB;
use crate::attack::script::{Attack, Step};
use crate::attack::wire::{page, upgrade_but, upgrade_with};

pub fn all() -> Vec<Attack> {
    vec![
        slowloris(),
        drip_fed_heads(),
        bytewise_heads(),
        header_flood(),
        long_lists(),
        not_http(),
        foreign_origins(),
        smuggled_requests(),
        log_escapes(),
        unread_pages(),
    ]
}

/// Most bytes of a head, and the buffer may be twice that; the copies of its lines beside.
const HEAD: u64 = 2 * 16 * KIB;

/// Thousands of half heads, and silence then. The deadline for the whole head ends them.
fn slowloris() -> Attack {
    Attack::new("slowloris", "H1 `--handshake-timeout`", "3,000 half heads, then silence")
        .clients(3000)
        .opens(5000)
        .each_raw([b"GET /websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ".to_vec()])
        .memory(KIB)
        .gets(&["408"])
        .hold(13)
}

/// A byte every 5 s: a deadline for each read would never end this, one for the whole head does.
fn drip_fed_heads() -> Attack {
    let about = "1,000 heads, a byte every 5 s";
    let (bytes, pause) = (page(), Duration::from_secs(5));
    Attack::new("drip-fed-heads", "H1 `--handshake-timeout`", about)
        .clients(1000)
        .opens(5000)
        .raw([Step::Drip { bytes, size: 1, pause }, Step::Stay])
        .memory(KIB)
        .gets(&["408"])
        .hold(13)
}

/// 16 KiB of one head in writes of one byte. Each byte is looked at once (H2), and the cap ends it.
fn bytewise_heads() -> Attack {
    let mut bytes = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ".to_vec();
    bytes.resize(17 * 1024, b'x');
    let pause = Duration::ZERO;
    Attack::new("bytewise-heads", "H2, H3: 16 KiB", "heads of 16 KiB in writes of one byte")
        .clients(8)
        .raw([Step::Drip { bytes, size: 1, pause }, Step::Stay])
        .memory(HEAD)
        .gets(&["431"])
}

/// 65, 101 and 5,000 header lines. 64 are the limit; 5,000 pass the cap of bytes first.
fn header_flood() -> Attack {
    let heads = [65, 101, 5000].map(|count| upgrade_with(&"X: y\r\n".repeat(count)));
    Attack::new("header-flood", "H3: 64 headers, 16 KiB", "65, 101 and 5,000 header lines")
        .each_raw(heads)
        .memory(HEAD)
        .gets(&["431"])
}

/// Lists of 15 KiB of spaces, or of commas: to look for their members must take one walk.
fn long_lists() -> Attack {
    let list = |of: &str| upgrade_but("Connection: Upgrade", &format!("Connection: {of}"));
    let heads = [list(&" ".repeat(15_000)), list(&",".repeat(15_000)), list(&", ".repeat(7_500))];
    Attack::new("long-lists", "U2, H3: 16 KiB", "15 KiB of spaces or commas as `Connection`")
        .each_raw(heads)
        .memory(2 * HEAD)
        .gets(&["426"])
}

/// TLS, HTTP/2, and bytes that are nothing.
fn not_http() -> Attack {
    let tls = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec();
    let http2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    let line_feeds = b"\n".repeat(1000);
    Attack::new("not-http", "H6, H13", "TLS, HTTP/2, bare line feeds")
        .each_raw([tls, http2, line_feeds])
        .gets(&["400", "505"])
}

/// Pages of others: foreign, `null`, look-alikes, and a name that is re-pointed at us.
fn foreign_origins() -> Attack {
    let origins = [
        "https://evil.example",
        "null",
        "http://127.0.0.1:6969.evil.example",
        "http://evil-127.0.0.1:6969",
    ];
    let heads = origins.map(|origin| upgrade_with(&format!("Origin: {origin}\r\n")));
    let host = "Host: evil.example\r\nOrigin: http://evil.example";
    let rebound = upgrade_but("Host: 127.0.0.1:6969", host);
    Attack::new("foreign-origins", "U9, U14", "foreign and look-alike Origins, DNS rebinding")
        .each_raw(heads)
        .each_raw([rebound])
        .gets(&["403"])
}

/// Two `Host`s, and requests hidden in bodies.
fn smuggled_requests() -> Attack {
    let hidden = "5\r\nGET /\r\n0\r\n\r\n";
    let hosts = upgrade_with("Host: other.example\r\n");
    let chunked = upgrade_with("Transfer-Encoding: chunked\r\n");
    let long = upgrade_with("Content-Length: 14\r\nContent-Length: 0\r\n");
    let behind = |head: Vec<u8>| [&head, hidden.as_bytes()].concat();
    Attack::new("smuggled-requests", "H4, H11", "two `Host`s, bodies with requests in them")
        .each_raw([hosts, behind(chunked), behind(long)])
        .gets(&["400"])
}

/// Escapes that would move the cursor of whoever reads the log, and 15 KiB of them.
fn log_escapes() -> Attack {
    let target = format!("GET /{}", "%1b[2J".repeat(2500));
    let long = upgrade_but("GET /websocket", &target);
    let line = upgrade_with("Origin: http://\u{1b}[2J\u{1b}]0;x\u{7}\r\n");
    Attack::new("log-escapes", "16 KiB, log lines are cut", "terminal escapes for the log")
        .each_raw([long, line])
        .memory(2 * HEAD)
        .gets(&["400", "404"])
}

/// Requests without an end, and nobody reads the answers: 64 KiB of them may gather.
fn unread_pages() -> Attack {
    let about = "requests for the page one behind the other, answers not read";
    Attack::new("unread-pages", "64 KiB of answers, `--write-timeout`", about)
        .deaf()
        .raw([Step::Repeat { bytes: page(), times: 1 << 40 }])
        .memory(4 * 64 * KIB)
        .hold(13)
}
