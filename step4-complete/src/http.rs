//! HTTP/1.1 requests (RFC 9112), as far as a WebSocket server needs them.
//! Nothing here touches a socket.
//!
//! A *head* is a request without its body: the request line and the header
//! lines, up to and with the blank line.

use crate::response::{Response, status};

/// Bytes of a head that we are ready to hold (H1, H3).
const MAX_HEAD: usize = 16 * 1024;
const MAX_HEADERS: usize = 64;
const TOO_LONG: &str = "the head is over 16 KiB";
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// Gathers the bytes of one head after the other.
#[derive(Default)]
pub struct HeadReader {
    /// The head so far, without empty lines in front of it.
    head: Vec<u8>,
    /// Bytes of those empty lines.
    skipped: usize,
}

impl HeadReader {
    /// Takes bytes from the front of `input` up to the end of a head. Gives
    /// the request and the number of bytes taken, or `None` if the head goes
    /// on behind `input`, all of which is then taken.
    ///
    /// Each byte is looked at once, however small the pieces are: to search
    /// all that has come again for each piece would let a client who sends
    /// single bytes cost us the square of their number (H2).
    pub fn read(
        &mut self,
        input: &[u8],
    ) -> Result<Option<(Request, usize)>, Response> {
        for (index, &byte) in input.iter().enumerate() {
            self.push(byte)?;
            if self.head.ends_with(END_OF_HEAD) {
                let request = Request::parse(&self.head)?;
                *self = Self::default();
                return Ok(Some((request, index + 1)));
            }
        }
        Ok(None)
    }

    /// Nothing of the next head has come.
    pub fn is_empty(&self) -> bool {
        self.head.is_empty() && self.skipped == 0
    }

    fn push(&mut self, byte: u8) -> Result<(), Response> {
        if self.head.len() + self.skipped == MAX_HEAD {
            return Err(match self.head.contains(&b'\n') {
                true => Response::refusal(status::HEADERS_TOO_LARGE, TOO_LONG),
                false => Response::refusal(status::URI_TOO_LONG, TOO_LONG),
            });
        }
        // TLS begins with 0x16 and would never send us a blank line (H13).
        let is_line_end = byte == b'\r' || byte == b'\n';
        if self.head.is_empty() && byte.is_ascii_control() && !is_line_end {
            return Err(bad_request(
                "this is not HTTP. Is it TLS (https, wss) on a plain port?",
            ));
        }
        // httparse accepts such lines, others do not: whoever stands between
        // the client and us may see two requests where we see one (H6).
        if byte == b'\n' && self.head.last() != Some(&b'\r') {
            return Err(bad_request("a line must end in CR LF"));
        }
        self.head.push(byte);
        if self.head == b"\r\n" {
            self.skipped += self.head.len(); // H7
            self.head.clear();
        }
        Ok(())
    }
}

/// The head of a request.
#[derive(Debug, PartialEq)]
pub struct Request {
    pub method: String,
    /// As it was sent: `/chat?x=1` or `http://example.com/chat?x=1`.
    pub target: String,
    /// 1 in HTTP/1.1.
    pub minor_version: u8,
    pub headers: Vec<Header>,
}

#[derive(Debug, PartialEq)]
pub struct Header {
    pub name: String,
    /// Bytes that are not UTF-8 are replaced by U+FFFD.
    pub value: String,
}

impl Request {
    /// Reads a whole head (RFC 9112 §3, §5).
    pub fn parse(head: &[u8]) -> Result<Self, Response> {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut parsed = httparse::Request::new(&mut headers);
        parsed.parse(head).map_err(|error| match error {
            httparse::Error::TooManyHeaders => {
                let fault = "over 64 header lines";
                Response::refusal(status::HEADERS_TOO_LARGE, fault)
            }
            httparse::Error::Version if names_a_version(head) => {
                let fault = "this server speaks HTTP/1.1";
                Response::refusal(status::VERSION_NOT_SUPPORTED, fault)
            }
            error => bad_request(&format!("not HTTP/1.1: {error}")),
        })?;
        let request = Self {
            method: parsed.method.unwrap_or_default().to_owned(),
            target: parsed.path.unwrap_or_default().to_owned(),
            minor_version: parsed.version.unwrap_or_default(),
            headers: parsed.headers.iter().map(Header::copy).collect(),
        };
        request.check_host()?;
        if !request.path().starts_with('/') {
            return Err(bad_request("the target must be a path"));
        }
        Ok(request)
    }

    /// The target without the host and the query: `/chat` (H10).
    pub fn path(&self) -> &str {
        let target = self.target.split('?').next().unwrap_or_default();
        match after_scheme(target) {
            Some(rest) => rest.find('/').map_or("/", |at| &rest[at..]),
            None => target,
        }
    }

    /// The values of all lines of the header `name`, in their order.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers
            .iter()
            .filter(move |header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value.as_str())
    }

    /// The members of a header that is a list: several to a line, with
    /// commas between them, and possibly several lines (RFC 9110 §5.6.1).
    pub fn members(&self, name: &str) -> impl Iterator<Item = &str> {
        self.values(name)
            .flat_map(|value| value.split(','))
            .map(|member| member.trim_matches([' ', '\t']))
    }

    /// Whether the list `name` holds `token`, in upper or lower case.
    pub fn has_member(&self, name: &str, token: &str) -> bool {
        self.members(name)
            .any(|member| member.eq_ignore_ascii_case(token))
    }

    /// Whether the connection stays open behind the response (H9).
    pub fn keeps_alive(&self) -> bool {
        let stays = self.minor_version == 1
            || self.has_member("connection", "keep-alive");
        stays && !self.has_member("connection", "close")
    }

    /// We read no bodies, and what we do not read we cannot skip (H11).
    pub fn check_body(&self) -> Result<(), Response> {
        if self.values("transfer-encoding").next().is_some() {
            let fault = "this server takes no Transfer-Encoding";
            return Err(Response::refusal(status::NOT_IMPLEMENTED, fault));
        }
        let lengths: Vec<_> = self.values("content-length").collect();
        let is_number = |length: &str| {
            !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit())
        };
        match lengths[..] {
            [] => Ok(()),
            [length] if !is_number(length) => {
                Err(bad_request("bad Content-Length"))
            }
            [length] if length.bytes().all(|b| b == b'0') => Ok(()),
            [_] => {
                let fault = "this server takes no body";
                Err(Response::refusal(status::CONTENT_TOO_LARGE, fault))
            }
            _ => Err(bad_request("more than one Content-Length")),
        }
    }

    /// HTTP/1.0 does not know `Host` (H4).
    fn check_host(&self) -> Result<(), Response> {
        match self.values("host").count() {
            1 => Ok(()),
            0 if self.minor_version == 0 => Ok(()),
            _ => Err(bad_request("need exactly one Host header")),
        }
    }
}

impl Header {
    fn copy(header: &httparse::Header) -> Self {
        Self {
            name: header.name.to_owned(),
            value: String::from_utf8_lossy(header.value).into_owned(),
        }
    }
}

/// What stands behind `http://`, if a target has the absolute form (H10).
pub fn after_scheme(target: &str) -> Option<&str> {
    let (scheme, rest) = target.split_once("://")?;
    scheme.eq_ignore_ascii_case("http").then_some(rest)
}

fn bad_request(fault: &str) -> Response {
    Response::refusal(status::BAD_REQUEST, fault)
}

/// httparse says `Version` of `HTTP/2.0`, which is a version that we do not
/// speak, as well as of `HTTP` and `http/1.1`, which are none (H9).
fn names_a_version(head: &[u8]) -> bool {
    let line = head.split(|&byte| byte == b'\r').next().unwrap_or(head);
    let word = line.rsplit(|&byte| byte == b' ').next().unwrap_or(line);
    match word.strip_prefix(b"HTTP/") {
        Some([major, b'.', minor]) => {
            major.is_ascii_digit() && minor.is_ascii_digit()
        }
        _ => false,
    }
}
