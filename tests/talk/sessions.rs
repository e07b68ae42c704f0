//! Sessions with the server of each stage, and with one that is not there.

use std::net::TcpListener;
use std::time::Duration;

use course::talk::session::Options;
use pretty_assertions::assert_eq;

use super::{options, patience, server, talk, talk_as};

/// A session with the server of a stage as a snapshot, without its port.
fn session(name: &str, stage: u8, script: &str) {
    let server = server(stage);
    let (printed, well) = talk(&server.address.to_string(), patience(stage), script);
    assert!(well, "{printed}");
    insta::assert_snapshot!(name, printed);
}

#[test]
fn stage_1() {
    let script = r"
        # HTTP, well and badly
        get / | HTTP/1.0
        head / | X-Note: hi
        split=10 get /nowhere
        get / | -Host
        hold get /
        get /?two | Connection: close
        http GET / HT
        http TP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n
        http GET / HTTP/1.1\nHost: a\n\n
        raw 16 03 01 02 00
        get /
        end
    ";
    session("stage_1", 1, script);
}

#[test]
fn stage_2() {
    let script = r"
        upgrade /websocket | -Sec-WebSocket-Version
        upgrade /websocket | Connection: keep-alive, Upgrade | Sec-WebSocket-Protocol: a, chat
        text Hello
        leave
        upgrade /websocket | Origin: http://evil.example
    ";
    session("stage_2", 2, script);
}

#[test]
fn stage_3() {
    let script = r"
        bytewise upgrade /websocket
        text Hello
        fragment He|llo
        opcode=3 frame Hello
        mask=0 text Hello
        length=8 form=127 text Hello
        hold upgrade /websocket
        rsv1=1 text glued
        raw 81 85 37 fa 21 3d
    ";
    session("stage_3", 3, script);
}

#[test]
fn stage_4() {
    let script = r"
        upgrade /websocket
        text Hello
        binary 00 ff
        fragment He|l|lo
        fin=0 text He
        ping between
        continuation llo
        fill=70000 text ab
        hold text one
        text two
        raw 81 81 00 00 00 00 61 81 81 00 00 00 00 62
        text \xe2\x82
        close 1000 bye
        close 999
        mask=0 ping
    ";
    session("stage_4", 4, script);
}

#[test]
fn two_hands() {
    let script = r"
        anna: upgrade /draw
        ben: upgrade /draw
        anna: binary 01 02
        ben: reset
        pause 0.1
        anna: close 1001
    ";
    session("two_hands", 4, script);
}

#[test]
fn an_address_with_a_path_is_upgraded_at_once() {
    let server = server(4);
    let address = format!("ws://{}/websocket", server.address);
    let script = "text Hello\nclose 1000\ntext again\nbert: ping x";
    let (printed, well) = talk(&address, patience(4), script);
    assert!(well, "{printed}");
    insta::assert_snapshot!(printed);
}

#[test]
fn what_comes_unasked_is_shown() {
    let server = server(4);
    let address = format!("ws://{}/progress", server.address);
    let (printed, _) = talk(&address, patience(4), "wait\npause 0.5\n");
    let (first, paused) = printed.split_once("> pause").expect("the second line");
    assert!(first.contains("FIN TEXT 1 \"0\"\n"), "{printed}");
    assert!(paused.contains("\n← 81 "), "{printed}");
}

#[test]
fn mistakes_end_nothing() {
    let server = server(4);
    let script = "txet Hello\nget\nwait 0\nend\nend\nopen\nhold get /\n";
    let (printed, well) = talk(&server.address.to_string(), patience(4), script);
    assert!(!well);
    insta::assert_snapshot!(printed);
}

#[test]
fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    drop(listener);
    let (printed, well) = talk(&address, Duration::ZERO, "get /\ntext Hello");
    assert!(!well);
    let words = format!("  no server listens at {address}. Has it been started?\n");
    assert_eq!(printed, format!("> get /\n{words}> text Hello\n{words}"));
}

#[test]
fn a_line_of_a_script_that_would_fill_the_screen_is_shown_short() {
    let whole = format!("# {}", "é".repeat(198));
    let script = format!("{whole}\n{whole}é\n# {}", "x".repeat(60_000));
    let (printed, well) = talk("127.0.0.1:1", Duration::ZERO, &script);
    assert!(well, "{printed}");
    let long = format!("# {}", "x".repeat(198));
    let expected =
        format!("> {whole}\n> {whole}… (201 characters)\n> {long}… (60,002 characters)\n");
    assert_eq!(printed, expected);
}

#[test]
fn a_server_that_goes_away_is_connected_to_again() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            use std::io::{Read, Write};
            let mut stream = stream;
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
        }
    });
    let (printed, well) = talk(&address, Duration::from_secs(1), "get /\nhttp hello\\r\\n\n");
    assert!(well);
    insta::assert_snapshot!(printed);
}

#[test]
fn each_frame_has_another_key_if_asked() {
    let server = server(4);
    let address = format!("ws://{}/websocket", server.address);
    let random = Options { random_key: true, ..options(patience(4)) };
    let (printed, _) = talk_as(&address, random, "text Hello\ntext Hello\n");
    let sent: Vec<&str> = printed.lines().filter(|line| line.starts_with("→ 81 85")).collect();
    assert_eq!(sent.len(), 2, "{printed}");
    assert!(sent[0] != sent[1] && !printed.contains("37 fa 21 3d"), "{printed}");
    assert_eq!(printed.matches("← 81 05 48 65 6c 6c 6f").count(), 2, "{printed}");
}

#[test]
fn pings_are_answered_if_asked() {
    let binary = course::binary::build("step4-complete").expect("the crate builds");
    let mut command = std::process::Command::new(binary);
    command.args(["127.0.0.1:0", "--ping-interval", "0.2", "--ping-timeout", "0.5"]);
    let server = course::server::Server::start(command).expect("the server starts");
    let address = format!("ws://{}/websocket", server.address);
    let polite = Options { answer_pings: true, ..options(patience(4)) };
    let (printed, _) = talk_as(&address, polite, "pause 1.5");
    assert!(printed.contains("FIN PONG masked") && !printed.contains("CLOSE"), "{printed}");
    let (printed, _) = talk_as(&address, options(patience(4)), "pause 1.5");
    assert!(printed.contains("FIN PING") && printed.contains("1011"), "{printed}");
}
