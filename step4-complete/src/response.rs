//! HTTP/1.1 responses (RFC 9112 §4): the page, or a refusal.

use crate::http::Request;

const PAGE: &str = include_str!("page.html");

/// What a server of HTTP may say to a request (RFC 9110 §15).
pub mod status {
    pub const OK: &str = "200 OK";
    pub const BAD_REQUEST: &str = "400 Bad Request";
    pub const FORBIDDEN: &str = "403 Forbidden";
    pub const NOT_FOUND: &str = "404 Not Found";
    pub const METHOD_NOT_ALLOWED: &str = "405 Method Not Allowed";
    pub const REQUEST_TIMEOUT: &str = "408 Request Timeout";
    pub const CONTENT_TOO_LARGE: &str = "413 Content Too Large";
    pub const URI_TOO_LONG: &str = "414 URI Too Long";
    pub const UPGRADE_REQUIRED: &str = "426 Upgrade Required";
    pub const HEADERS_TOO_LARGE: &str = "431 Request Header Fields Too Large";
    pub const NOT_IMPLEMENTED: &str = "501 Not Implemented";
    pub const UNAVAILABLE: &str = "503 Service Unavailable";
    pub const VERSION_NOT_SUPPORTED: &str = "505 HTTP Version Not Supported";
}

/// A status line, header lines and a body.
#[derive(Debug, PartialEq)]
pub struct Response {
    pub status: &'static str,
    /// Names and values; `Content-Length` is added by `encode`.
    pub headers: Vec<(&'static str, &'static str)>,
    pub body: String,
    /// HEAD asks for all but the body (RFC 9110 §9.3.2).
    pub head_only: bool,
}

impl Response {
    /// One line of plain text that names the fault. The connection closes
    /// behind it: after a fault nobody knows where the next request begins
    /// (H14).
    pub fn refusal(status: &'static str, fault: &str) -> Self {
        Self {
            status,
            headers: vec![
                ("Connection", "close"),
                ("Content-Type", "text/plain; charset=utf-8"),
            ],
            body: format!("{fault}\n"),
            head_only: false,
        }
    }

    /// The same with one more header line.
    pub fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The page, or what is wrong with the request for it. `stays`: the
    /// connection stays open behind it.
    pub fn page(request: &Request, stays: bool) -> Result<Self, Self> {
        if !matches!(request.method.as_str(), "GET" | "HEAD") {
            let fault = "allowed here: GET, HEAD"; // H8
            return Err(Self::refusal(status::METHOD_NOT_ALLOWED, fault)
                .with("Allow", "GET, HEAD"));
        }
        let connection = if stays { "keep-alive" } else { "close" };
        Ok(Self {
            status: status::OK,
            headers: vec![
                ("Connection", connection),
                ("Content-Type", "text/html; charset=utf-8"),
            ],
            body: PAGE.to_owned(),
            head_only: request.method == "HEAD",
        })
    }

    /// Appends the response to `out`.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut text = format!("HTTP/1.1 {}\r\n", self.status);
        for (name, value) in &self.headers {
            text += &format!("{name}: {value}\r\n");
        }
        text += &format!("Content-Length: {}\r\n\r\n", self.body.len());
        if !self.head_only {
            text += &self.body;
        }
        out.extend_from_slice(text.as_bytes());
    }
}
