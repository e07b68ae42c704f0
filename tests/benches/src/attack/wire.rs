//! Bytes that attackers send: requests and frames, good and bad.

use std::net::{Ipv4Addr, SocketAddr};

use crate::link;

/// First bytes of frames (RFC 6455 §5.2): FIN, and the opcode.
pub const FIN: u8 = 0x80;
pub const CONTINUATION: u8 = 0;
pub const TEXT: u8 = 1;
pub const BINARY: u8 = 2;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;

const MASKED: u8 = 0x80;
const KEY: [u8; 4] = [1, 2, 3, 4];

/// A masked frame with the shortest form of its length.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        size @ 0..=125 => bytes.push(MASKED | size as u8),
        size @ 126..=0xffff => {
            bytes.push(MASKED | 126);
            bytes.extend((size as u16).to_be_bytes());
        }
        size => {
            bytes.push(MASKED | 127);
            bytes.extend((size as u64).to_be_bytes());
        }
    }
    bytes.extend(KEY);
    bytes.extend(payload.iter().zip(KEY.iter().cycle()).map(|(byte, key)| byte ^ key));
    bytes
}

/// The header of a frame that claims `length` bytes, in the longest form.
pub fn claim(first: u8, length: u64) -> Vec<u8> {
    let mut bytes = vec![first, MASKED | 127];
    bytes.extend(length.to_be_bytes());
    bytes.extend(KEY);
    bytes
}

/// A good upgrade. The address stands for "this server": any IP address may be its `Host`.
pub fn upgrade(path: &str) -> Vec<u8> {
    link::upgrade_request(SocketAddr::from((Ipv4Addr::LOCALHOST, 6969)), path).into_bytes()
}

/// An upgrade with some of its text replaced, or, if nothing is, with lines added.
pub fn upgrade_but(old: &str, new: &str) -> Vec<u8> {
    let good = String::from_utf8_lossy(&upgrade("/websocket")).into_owned();
    good.replacen(old, new, 1).into_bytes()
}

/// An upgrade with lines before its blank line.
pub fn upgrade_with(lines: &str) -> Vec<u8> {
    upgrade_but("\r\n\r\n", &format!("\r\n{lines}\r\n"))
}

/// A request for the page.
pub fn page() -> Vec<u8> {
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1:6969\r\n\r\n".to_vec()
}
