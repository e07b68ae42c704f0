//! Requests as clients send them: mostly right ones, and every kind of wrong one.

use crate::input::Input;

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "get", "G\u{e9}T", "", "OPTIONS"];
const TARGETS: [&str; 16] = [
    "/",
    "/websocket",
    "/chat",
    "/draw",
    "/progress",
    "/websocket?x=1",
    "/nothing",
    "http://localhost/chat",
    "http://localhost:6969?x",
    "HTTP://example.com/websocket?/chat",
    "ftp://localhost/",
    "*",
    "",
    "localhost:80",
    "/websocket\u{7f}",
    "//chat",
];
const VERSIONS: [&str; 10] = [
    "HTTP/1.1",
    "HTTP/1.0",
    "HTTP/2.0",
    "HTTP/1.2",
    "HTTP/0.9",
    "HTTP",
    "http/1.1",
    "HTTP/1.11",
    "HTTP/1.1 ",
    "HTTP/x.1",
];
const HOSTS: [&str; 12] = [
    "Host: localhost\r\n",
    "Host: 127.0.0.1:6969\r\n",
    "hOsT:\t[::1]:6969 \r\n",
    "",
    "Host: localhost\r\nhost: localhost\r\n",
    "Host:\r\n",
    "Host: example.com\r\n",
    "Host : localhost\r\n",
    "Host: local\r\n host\r\n",
    "Host: evil.test:80\r\n",
    "Host: localhost:x\r\n",
    "Host: \u{20ac}\u{0}\r\n",
];
const UPGRADES: [&str; 7] = [
    "Upgrade: websocket\r\n",
    "upgrade: h2c, WebSocket\r\n",
    "Upgrade: h2c\r\nUpgrade: WEBSOCKET\r\n",
    "",
    "Upgrade: websocket/13\r\n",
    "Upgrade: ,,\r\n",
    "Upgrade:\r\n",
];
const CONNECTIONS: [&str; 9] = [
    "Connection: Upgrade\r\n",
    "Connection: keep-alive, Upgrade\r\n",
    "Connection: keep-alive\r\nconnection: upgrade\r\n",
    "",
    "Connection: close\r\n",
    "Connection: close, upgrade\r\n",
    "Connection: keep-alive\r\n",
    "Connection: keep-alive, close\r\n",
    "Connection: ,\t ,\r\n",
];
const KEYS: [&str; 10] = [
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
    "",
    "Sec-WebSocket-Key: x\r\n",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR==\r\n",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\r\n",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, x\r\n",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAAA\r\n",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j-_==\r\n",
];
const WS_VERSIONS: [&str; 7] = [
    "Sec-WebSocket-Version: 13\r\n",
    "",
    "Sec-WebSocket-Version: 8\r\n",
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 13\r\n",
    "Sec-WebSocket-Version: 13, 8\r\n",
    "Sec-WebSocket-Version: 013\r\n",
    "Sec-WebSocket-Version:\t13\t\r\n",
];
const ORIGINS: [&str; 10] = [
    "",
    "Origin: http://localhost\r\n",
    "Origin: http://localhost:3000\r\n",
    "Origin: https://LOCALHOST:443\r\n",
    "Origin: null\r\n",
    "Origin: http://localhost.evil.test\r\n",
    "Origin: http://localhost\r\nOrigin: http://evil.test\r\n",
    "Origin: https://example.com\r\n",
    "Origin: \u{1b}[31m\r\n",
    "Origin: http://127.0.0.1:6969\r\n",
];
const OTHERS: [&str; 16] = [
    "",
    "Sec-WebSocket-Protocol: chat, superchat\r\n",
    "Sec-WebSocket-Protocol: superchat\r\nSec-WebSocket-Protocol: Chat,chat\r\n",
    "Sec-WebSocket-Protocol: Chat\r\n",
    "Sec-WebSocket-Extensions: permessage-deflate\r\n",
    "Content-Length: 0\r\n",
    "Content-Length: 5\r\n",
    "Content-Length: -1\r\n",
    "Content-Length: 0\r\nContent-Length: 0\r\n",
    "Transfer-Encoding: chunked\r\n",
    "X:\u{fffd}\r\n",
    "Bare: line\n",
    "Bare: re\rturn\r\n",
    ": no name\r\n",
    "no colon\r\n",
    " folded\r\n",
];
const ENDS: [&str; 4] = ["\r\n", "", "\n", "\r\n\r\n"];

/// The bytes of one head. It begins as a request for an upgrade, or as another.
pub fn head(input: &mut Input) -> Vec<u8> {
    let mut out = Vec::new();
    let how = input.byte();
    match how {
        0..120 => {
            line(&mut out, ["GET", input.vary(&TARGETS[1..]), input.vary(&VERSIONS)]);
            for lines in [&HOSTS[..], &UPGRADES, &CONNECTIONS, &KEYS, &WS_VERSIONS, &ORIGINS] {
                out.extend_from_slice(input.vary(lines).as_bytes());
            }
            out.extend_from_slice(input.choose(&OTHERS[..6]).as_bytes());
        }
        120..220 => {
            let words = [input.vary(&METHODS), input.choose(&TARGETS), input.vary(&VERSIONS)];
            line(&mut out, words);
            out.extend_from_slice(input.vary(&HOSTS).as_bytes());
            out.extend_from_slice(input.choose(&CONNECTIONS).as_bytes());
        }
        220..228 => out.extend_from_slice(b"\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n"),
        228..232 => out.extend_from_slice(b"\x16\x03\x01\x02\x00"),
        232..236 => out.extend_from_slice(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        _ => {
            let size = input.byte();
            out.extend_from_slice(input.take(usize::from(size)));
        }
    }
    extend(&mut out, input);
    out.extend_from_slice(input.vary(&ENDS).as_bytes());
    out
}

/// More lines, sometimes too many or too long ones.
fn extend(out: &mut Vec<u8>, input: &mut Input) {
    match input.byte() {
        0..200 => {}
        200..230 => out.extend_from_slice(input.choose(&OTHERS).as_bytes()),
        230..236 => {
            let size = input.byte();
            out.extend_from_slice(input.take(usize::from(size)));
        }
        236..244 => {
            let count = usize::from(input.byte() % 80);
            out.extend(b"N: v\r\n".repeat(count));
        }
        244..250 => {
            // Near the end of what a head may have.
            let size = 16_384 - 128 + usize::from(input.byte());
            out.extend_from_slice(b"Long: ");
            out.resize(size.max(out.len()), b'l');
            out.extend_from_slice(b"\r\n");
        }
        _ => {
            let size = usize::from(input.byte()) * 16;
            out.extend(b"\r\n".repeat(size));
        }
    }
}

fn line(out: &mut Vec<u8>, words: [&str; 3]) {
    out.extend_from_slice(words.join(" ").as_bytes());
    out.extend_from_slice(b"\r\n");
}
