//! Each form of a line gives the right bytes, and a mistyped one a hint.

use course::frame::{LengthForm, binary, close, continuation, frame, ping, pong, text};
use course::request::{Request, get, upgrade};
use course::script::Message;
use course::talk::line::{Deed, Usual, parse};
use course::talk::settings::Pace;
use pretty_assertions::assert_eq;

/// The messages of a line that sends, and how.
fn messages(line: &str) -> (Vec<Message>, Pace) {
    match parse(line, &Usual::default()) {
        Ok(parsed) => match parsed.deed {
            Deed::Send(messages, pace) => (messages, pace),
            _ => panic!("{line} sends nothing"),
        },
        Err(hint) => panic!("{line}: {hint}"),
    }
}

fn bytes(line: &str) -> Vec<u8> {
    messages(line).0.iter().flat_map(Message::bytes).collect()
}

fn hint(line: &str) -> String {
    parse(line, &Usual::default()).err().unwrap_or_else(|| panic!("{line} is no mistake"))
}

#[test]
fn requests() {
    let same = |line: &str, request: Request| {
        let sent = String::from_utf8_lossy(&bytes(line)).into_owned();
        assert_eq!(sent, String::from_utf8_lossy(&request.bytes()), "{line}");
    };
    same("get /", get("/"));
    same("  GET   /  ", get("/"));
    same("head /", get("/").method("HEAD"));
    same("request get /", get("/").method("get"));
    same("get / HTTP/1.1", get("/"));
    same("get / | HTTP/1.0 | -Host", get("/").version("HTTP/1.0").without("Host"));
    same("get / Host: a, X: y", get("/").replace("Host", "a, X: y"));
    same("get / Host: a | X: y", get("/").replace("Host", "a").header("X", "y"));
    same("get / | X: y | +X: z", get("/").header("X", "y").header("X", "z"));
    same("get / | +Host: b", get("/").header("Host", "b"));
    same(r"get / | X: a\x7cb\u{20ac}", get("/").header("X", "a|b€"));
    same("post / | Content-Length: 5 | body hello", {
        get("/").method("POST").header("Content-Length", "5").body("hello")
    });
    same("upgrade /chat", upgrade("/chat"));
    same(
        "upgrade /chat | Connection: keep-alive, Upgrade | -Sec-WebSocket-Key",
        upgrade("/chat").replace("Connection", "keep-alive, Upgrade").without("Sec-WebSocket-Key"),
    );
    assert_eq!(bytes(r"http GET / HTTP/1.1\r\n\x00"), b"GET / HTTP/1.1\r\n\0");
}

#[test]
fn frames() {
    let same = |line: &str, frame: course::frame::Frame| {
        assert_eq!(bytes(line), frame.bytes(), "{line}");
    };
    same("text Hello", text("Hello"));
    same("text", text(""));
    same(r"text \x20 two words \n", text("  two words \n"));
    same(r#"text {"a": "b|c"}"#, text(r#"{"a": "b|c"}"#));
    same(r"text \xe2\x82", frame(1, [0xe2, 0x82]));
    same("binary 00 ff", binary([0, 0xff]));
    same("ping x", ping("x"));
    same("pong", pong(""));
    same("close", frame(8, []));
    same("close 1000", close(1000, ""));
    same("close 1001 going  away", close(1001, "going  away"));
    same("fin=0 text He", text("He").unfinished());
    same("continuation llo", continuation("llo"));
    same("mask=0 text Hello", text("Hello").unmasked());
    same("rsv1=1 RSV3=1 text x", text("x").rsv(5));
    same("opcode=B frame x", frame(0xb, "x"));
    same("opcode=b text x", frame(0xb, "x"));
    same("key=00000000 text x", text("x").key([0; 4]));
    same("length=8 text Hello", text("Hello").claiming(8));
    same("form=126 text x", text("x").form(LengthForm::TwoBytes));
    same("form=127 text x", text("x").form(LengthForm::EightBytes));
    same("fill=5 text ab", text("ababa"));
    same("fill=126 close 1000 x", close(1000, &"x".repeat(124)));
    assert_eq!(bytes("raw 81 8537fa213d"), [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d]);
    assert_eq!(bytes("fill=3 raw 00 01"), [0, 1, 0]);
}

#[test]
fn fragments() {
    let sent = [text("He").unfinished(), continuation("l").unfinished(), continuation("lo")];
    let sent: Vec<u8> = sent.iter().flat_map(|frame| frame.bytes()).collect();
    assert_eq!(bytes("fragment He|l|lo"), sent);
    let open = [binary(*b"a").unfinished(), continuation("").unfinished()];
    let open: Vec<u8> = open.iter().flat_map(|frame| frame.bytes()).collect();
    assert_eq!(bytes("fin=0 opcode=2 fragment a|"), open);
}

#[test]
fn pace_and_names() {
    assert_eq!(messages("bytewise get /").1, Pace::Bytewise);
    assert_eq!(messages("split=3 text Hello").1, Pace::Split(3));
    assert_eq!(messages("fin=0 hold text Hello").1, Pace::Held);
    let line = parse("anna: text Hello", &Usual::default()).expect("a line");
    assert_eq!(line.client, "anna");
}

#[test]
fn besides() {
    let deed = |line: &str| parse(line, &Usual::default()).map(|line| line.deed);
    assert!(matches!(deed("pause 0.5"), Ok(Deed::Pause(time)) if time.as_millis() == 500));
    assert!(matches!(deed("wait 2s"), Ok(Deed::Wait(time)) if time.as_secs() == 2));
    assert!(matches!(deed("open"), Ok(Deed::Open)));
    assert!(matches!(deed("END"), Ok(Deed::End)));
    assert!(matches!(deed("reset"), Ok(Deed::Reset)));
    assert!(matches!(deed("leave"), Ok(Deed::Leave)));
    assert!(matches!(deed("quit"), Ok(Deed::Quit)));
    assert!(matches!(deed("help frames"), Ok(Deed::Help)));
    assert!(matches!(deed(" # text Hello"), Ok(Deed::Nothing)));
    assert!(matches!(deed(""), Ok(Deed::Nothing)));
}

#[test]
fn mistyped_lines_get_a_hint() {
    let lines = [
        "txet Hello",
        "send Hello",
        "unmasked text Hello",
        "colse",
        "abracadabra",
        "fin=2 text x",
        "masks=0 text x",
        "opcode=17 frame x",
        "frame x",
        "key=12 text x",
        "form=16 text x",
        "fill=9999999999 text x",
        "fill=9 text",
        "split=0 text x",
        "fin=0",
        "fin=0 get /",
        "hold pause 1",
        "get",
        "get Host: a",
        "get / X-Note",
        "get / | -Cookie",
        "http",
        "raw 8z",
        "raw 8",
        "raw 81 …",
        r"text C:\Users",
        "close bye",
        "close 70000",
        "pause long",
        "pause -1",
        "end now",
        "anna:",
        "an/na: text x",
    ];
    let hints: Vec<String> =
        lines.iter().map(|line| format!("{line}\n  ? {}", hint(line))).collect();
    insta::assert_snapshot!(hints.join("\n"));
}

#[test]
fn javascript_belongs_into_the_browser() {
    for line in [
        "ws = new WebSocket(\"ws://127.0.0.1:6969/websocket\")",
        "const ws = new WebSocket(\"/\")",
        "new WebSocket(\"/\")",
        "ws.send(\"Hello\")",
        "ws.readyState",
        "setTimeout(() => 1)",
        "anna: ws.close()",
    ] {
        assert_eq!(hint(line), "that is JavaScript: type it into the browser's console", "{line}");
    }
    assert_eq!(hint("ws"), "\"ws\" is no word of talk. Did you mean upgrade?");
}
