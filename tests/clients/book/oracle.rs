//! Says what the code of the last stage makes of bytes: for the tests of the book's widgets, which
//! must say the same. A question is a line, and so is its answer, in JSON.
//!
//! - `decode BASE64`: the frames of a client, up to the first fault, and the messages in them
//! - `encode OPCODE BASE64`: the frame that a server sends
//! - `accept KEY`: the status, and the answer to a key

#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../../step4-complete/src/decoder.rs"]
mod decoder;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../../step4-complete/src/flags.rs"]
mod flags;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../../step4-complete/src/frame.rs"]
mod frame;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../../step4-complete/src/handshake.rs"]
mod handshake;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../../step4-complete/src/http.rs"]
mod http;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../../step4-complete/src/message.rs"]
mod message;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../../step4-complete/src/response.rs"]
mod response;

use std::io::{self, BufRead, Write};

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use clap::Parser;
use decoder::Decoder;
use flags::Flags;
use frame::Opcode;
use handshake::Upgrade;
use http::HeadReader;
use message::{Assembler, Failure};
use serde_json::{Value, json};

/// Bytes that a message may have: the limit of stage 3, which the inspector has too.
const MAX_MESSAGE: usize = 1024 * 1024;

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        writeln!(out, "{}", answer(&line?))?;
        out.flush()?;
    }
    Ok(())
}

fn answer(line: &str) -> Value {
    match line.split(' ').collect::<Vec<_>>()[..] {
        ["decode", bytes] => decode(&mut unbase64(bytes)),
        ["encode", opcode, payload] => encode(opcode, &unbase64(payload)),
        ["accept", ref key @ ..] => accept(&key.join(" ")),
        _ => panic!("no question: {line}"),
    }
}

fn unbase64(text: &str) -> Vec<u8> {
    BASE64.decode(text).expect("base64")
}

/// As `WebSocket` does it in the stage, which only keeps what an endpoint wants.
fn decode(bytes: &mut [u8]) -> Value {
    let (mut frames, mut messages) = (Vec::new(), Vec::new());
    let result = take_frames(bytes, &mut frames, &mut messages);
    let fault = result.err().map(|failure| {
        json!({ "reason": failure.reason, "code": failure.code.to_string().parse::<u16>().ok() })
    });
    json!({ "frames": frames, "messages": messages, "fault": fault })
}

fn take_frames(
    bytes: &mut [u8],
    frames: &mut Vec<Value>,
    messages: &mut Vec<Value>,
) -> Result<(), Failure> {
    let mut decoder = Decoder::default();
    let mut assembler = Assembler::default();
    let mut rest = bytes;
    while let Some(piece) = decoder.next(rest, assembler.space(MAX_MESSAGE))? {
        let (taken, behind) = rest.split_at_mut(piece.payload.end);
        let payload = &taken[piece.payload.clone()];
        rest = behind;
        let header = &piece.header;
        frames.push(json!({
            "fin": header.fin,
            "opcode": header.opcode as u8,
            "length": header.payload_len.to_string(),
            "key": header.masking_key,
            "payload": BASE64.encode(payload),
            "whole": piece.last,
        }));
        if header.opcode == Opcode::Close && piece.last {
            message::parse_close(payload)?;
        } else if !header.opcode.is_control()
            && let Some(message) = assembler.next(&piece, payload, usize::MAX)?
        {
            messages.push(json!({
                "opcode": message.opcode as u8,
                "payload": BASE64.encode(message.payload),
            }));
        }
    }
    Ok(())
}

fn encode(opcode: &str, payload: &[u8]) -> Value {
    let opcode = match opcode {
        "1" => Opcode::Text,
        "2" => Opcode::Binary,
        "8" => Opcode::Close,
        "9" => Opcode::Ping,
        "10" => Opcode::Pong,
        _ => panic!("a server sends no opcode {opcode}"),
    };
    let mut out = Vec::new();
    frame::encode(opcode, payload, &mut out);
    json!(BASE64.encode(out))
}

fn accept(key: &str) -> Value {
    let head = format!(
        "GET /websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    );
    let read = HeadReader::default().read(head.as_bytes());
    let checked = read.and_then(|found| {
        let (request, _) = found.expect("a whole head");
        Upgrade::check(&request, &Flags::parse_from(["server"]))
    });
    match checked {
        Ok(upgrade) => json!({ "status": "101", "accept": upgrade.accept }),
        Err(refusal) => json!({ "status": refusal.status, "accept": null }),
    }
}
