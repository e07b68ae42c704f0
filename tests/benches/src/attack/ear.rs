//! What an attacker hears: enough of HTTP and of frames to tell how the server ended it.

/// What has come so far of one connection.
#[derive(Default)]
pub struct Ear {
    phase: Phase,
    kept: Vec<u8>,
    /// Bytes of a payload or a body that are still to come, and mean nothing here.
    skip: u64,
}

#[derive(Default, PartialEq)]
enum Phase {
    #[default]
    Head,
    Frames,
    /// The server has said what there was to say.
    Over,
}

const CLOSE: u8 = 0x88;

impl Ear {
    /// Takes bytes. Gives what the server said of the connection, if it did: the status of a
    /// refusal, or the code of its Close.
    pub fn hear(&mut self, bytes: &[u8]) -> Option<String> {
        let skipped = self.skip.min(bytes.len() as u64);
        self.skip -= skipped;
        if self.phase == Phase::Over {
            return None;
        }
        self.kept.extend(&bytes[skipped as usize..]);
        let mut at = 0;
        let mut verdict = None;
        while self.phase != Phase::Over {
            let Some((taken, said)) = self.one(at) else {
                break;
            };
            at += taken;
            if at > self.kept.len() {
                self.skip = (at - self.kept.len()) as u64;
                at = self.kept.len();
            }
            if said.is_some() {
                self.phase = Phase::Over;
                verdict = said;
            }
        }
        self.kept.drain(..at);
        verdict
    }

    /// One head or frame at `at`, if its beginning is whole: how long it is, what it says.
    fn one(&mut self, at: usize) -> Option<(usize, Option<String>)> {
        let rest = &self.kept[at..];
        if self.phase == Phase::Head {
            let size = rest.windows(4).position(|bytes| bytes == b"\r\n\r\n")? + 4;
            let head = String::from_utf8_lossy(&rest[..size]).to_ascii_lowercase();
            let status = head.split(' ').nth(1).unwrap_or("no status").to_owned();
            if status == "101" {
                self.phase = Phase::Frames;
                return Some((size, None));
            }
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let body: usize = length.and_then(|length| length.parse().ok()).unwrap_or(0);
            let is_last = status != "200";
            return Some((size + body, is_last.then_some(status)));
        }
        let (header, length) = match (rest.first()?, *rest.get(1)?) {
            (_, short @ 0..126) => (2, u64::from(short)),
            (_, 126) => (4, u64::from(u16::from_be_bytes(rest.get(2..4)?.try_into().ok()?))),
            _ => (10, u64::from_be_bytes(rest.get(2..10)?.try_into().ok()?)),
        };
        if rest[0] != CLOSE {
            return Some((header + length as usize, None));
        }
        let payload = rest.get(2..2 + length as usize)?;
        let code = payload.first_chunk().map(|code| u16::from_be_bytes(*code));
        Some((2 + payload.len(), Some(code.map_or("Close".into(), |code| code.to_string()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\n\r\n";

    #[test]
    fn a_code_behind_other_frames_cut_anywhere() {
        let bytes = [HEAD, b"\x82\x03abc\x8a\x00\x88\x03\x03\xf1x"].concat();
        for cut in 0..bytes.len() {
            let mut ear = Ear::default();
            let said = [ear.hear(&bytes[..cut]), ear.hear(&bytes[cut..])];
            assert_eq!(said, [None, Some("1009".to_owned())], "{cut}");
        }
    }

    #[test]
    fn a_refusal_behind_pages() {
        let page = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";
        let bytes = [&page[..], page, b"HTTP/1.1 408 Request Timeout\r\n\r\n"].concat();
        for cut in 0..bytes.len() {
            let mut ear = Ear::default();
            let said = [ear.hear(&bytes[..cut]), ear.hear(&bytes[cut..])];
            assert_eq!(said, [None, Some("408".to_owned())], "{cut}");
        }
    }
}
