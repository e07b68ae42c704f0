//! A decoder that takes all bytes at once, as plain as can be, to compare the real ones with.

/// A frame as it came: FIN, opcode, payload.
pub type Came = (bool, u8, Vec<u8>);

/// What some bytes are, as frames.
#[derive(Debug, Default, PartialEq)]
pub struct Decoded {
    pub frames: Vec<Came>,
    /// A frame whose header is complete and whose payload is not: its length and what has come.
    pub unfinished: Option<(u64, Came)>,
    /// The rule that is broken, behind the frames.
    pub broken: Option<String>,
}

/// RFC 6455 §5.2, word by word.
pub fn decode(bytes: &[u8], max_payload: u64) -> Decoded {
    let mut decoded = Decoded::default();
    let mut rest = bytes;
    while 2 <= rest.len() {
        match one_frame(rest, max_payload) {
            Ok(None) => break,
            Ok(Some((came, length, size))) if size as u64 == length => {
                rest = &rest[header_size(rest) + size..];
                decoded.frames.push(came);
            }
            Ok(Some((came, length, _))) => {
                decoded.unfinished = Some((length, came));
                break;
            }
            Err(rule) => {
                decoded.broken = Some(rule.into());
                break;
            }
        }
    }
    decoded
}

pub fn header_size(bytes: &[u8]) -> usize {
    match bytes[1] & 127 {
        127 => 14,
        126 => 8,
        _ => 6,
    }
}

/// The frame, the length it claims, and how much of that is here.
pub fn one_frame(bytes: &[u8], max: u64) -> Result<Option<(Came, u64, usize)>, &'static str> {
    let (fin, opcode) = (bytes[0] >= 128, bytes[0] % 16);
    let short = bytes[1] % 128;
    if bytes[0] % 128 >= 16 {
        return Err("F1");
    }
    if ![0, 1, 2, 8, 9, 10].contains(&opcode) {
        return Err("F2");
    }
    if bytes[1] < 128 {
        return Err("F3");
    }
    if opcode >= 8 && (!fin || short > 125) {
        return Err("F8");
    }
    let field = match short {
        127 => bytes.get(2..10),
        126 => bytes.get(2..4),
        _ => Some(&bytes[1..1]),
    };
    let Some(field) = field else { return Ok(None) };
    let number = field.iter().fold(0u128, |sum, byte| sum * 256 + u128::from(*byte));
    let length = if field.is_empty() { u128::from(short) } else { number };
    if (short == 126 && length < 126) || (short == 127 && length < 65_536) {
        return Err("F5");
    }
    if length >= 1 << 63 {
        return Err("F6");
    }
    let header = header_size(bytes);
    let Some(key) = bytes.get(header - 4..header) else { return Ok(None) };
    if opcode < 8 && length > u128::from(max) {
        return Err("F7");
    }
    let here = length.min((bytes.len() - header) as u128) as usize;
    let masked = &bytes[header..header + here];
    let payload = (0..here).map(|index| masked[index] ^ key[index % 4]).collect();
    Ok(Some(((fin, opcode, payload), length as u64, here)))
}
