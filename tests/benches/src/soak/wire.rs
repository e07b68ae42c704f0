//! Frames of a client out, frames of a server in (RFC 6455 §5.2).

use std::ops::Range;

pub const FIN: u8 = 0x80;
pub const CONTINUATION: u8 = 0x0;
pub const TEXT: u8 = 0x1;
pub const BINARY: u8 = 0x2;
pub const CLOSE: u8 = 0x8;
pub const PING: u8 = 0x9;
pub const PONG: u8 = 0xa;

const MASK: u8 = 0x80;

/// Appends a frame, masked as a client's must be. `first`: FIN and opcode.
pub fn encode(first: u8, payload: &[u8], key: [u8; 4], out: &mut Vec<u8>) {
    out.push(first);
    match payload.len() {
        length @ 0..126 => out.push(MASK | length as u8),
        length @ 126..0x1_0000 => {
            out.push(MASK | 126);
            out.extend((length as u16).to_be_bytes());
        }
        length => {
            out.push(MASK | 127);
            out.extend((length as u64).to_be_bytes());
        }
    }
    out.extend(key);
    out.extend(payload.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key));
}

pub fn encode_close(code: u16, key: [u8; 4], out: &mut Vec<u8>) {
    encode(FIN | CLOSE, &code.to_be_bytes(), key, out);
}

/// A frame of the server at the front of `bytes`: its opcode, and where its payload stands.
/// `None`: it is not whole yet. The server of the course sends each message as one frame (M9).
pub fn parse(bytes: &[u8]) -> Result<Option<(u8, Range<usize>)>, String> {
    let [first, second, rest @ ..] = bytes else {
        return Ok(None);
    };
    let opcode = first & 0x0f;
    if first & 0xf0 != FIN || !matches!(opcode, TEXT | BINARY | CLOSE | PING | PONG) {
        return Err(format!("a frame that begins with {first:02x}"));
    }
    if second & MASK != 0 {
        return Err("a masked frame from the server".into());
    }
    let (length, start, least) = match second {
        126 => match rest.split_first_chunk() {
            Some((length, _)) => (u64::from(u16::from_be_bytes(*length)), 4, 126),
            None => return Ok(None),
        },
        127 => match rest.split_first_chunk() {
            Some((length, _)) => (u64::from_be_bytes(*length), 10, 0x1_0000),
            None => return Ok(None),
        },
        length => (u64::from(*length), 2, 0),
    };
    if length < least || length > 1 << 30 {
        return Err(format!("a frame with the length {length}"));
    }
    let payload = start..start + length as usize;
    Ok((payload.end <= bytes.len()).then_some((opcode, payload)))
}

/// What comes back for a request, if it is whole: the status and how long the response is.
pub fn parse_response(bytes: &[u8]) -> Result<Option<(u16, usize)>, String> {
    let Some(end) = bytes.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = String::from_utf8_lossy(&bytes[..end]);
    let status = head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
    let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
    let length = length.map_or(Some(0), |length| length.parse::<usize>().ok());
    let (Some(status), Some(length)) = (status, length) else {
        return Err(format!("a response that cannot be read: {head:?}"));
    };
    let whole = end + 4 + length;
    Ok((bytes.len() >= whole).then_some((status, whole)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hello_of_rfc_6455_section_5_7() {
        let mut out = Vec::new();
        encode(FIN | TEXT, b"Hello", [0x37, 0xfa, 0x21, 0x3d], &mut out);
        assert_eq!(out, b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
        assert_eq!(parse(b"\x81\x05Hello"), Ok(Some((TEXT, 2..7))));
        assert_eq!(parse(b"\x81\x05Hell"), Ok(None));
        assert!(parse(&out).is_err(), "masked");
        assert!(parse(b"\x81\x7e\x00\x05Hello").is_err(), "not the shortest form");
    }

    #[test]
    fn a_response_ends_with_its_body() {
        let bytes = b"HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno\n";
        assert_eq!(parse_response(bytes), Ok(Some((404, bytes.len()))));
        assert_eq!(parse_response(&bytes[..bytes.len() - 1]), Ok(None));
    }
}
