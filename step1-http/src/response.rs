//! HTTP/1.1 responses (RFC 9112 §4): the page, or a refusal that names its
//! fault.

use crate::http::Request;
use std::fmt;

const PAGE: &str = include_str!("page.html");

/// A status line, header lines and a body.
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
    pub fn refusal(status: &'static str, fault: &impl fmt::Display) -> Self {
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

    /// The page, or what is wrong with the request for it.
    pub fn page(request: &Request) -> Result<Self, HttpError> {
        if !matches!(request.method.as_str(), "GET" | "HEAD") {
            return Err(HttpError::Method { allow: "GET, HEAD" }); // H8
        }
        let keeps_alive = request.keeps_alive();
        let connection = if keeps_alive { "keep-alive" } else { "close" };
        Ok(Self {
            status: "200 OK",
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

/// Why a request is refused. Each fault knows its status.
#[derive(Debug, PartialEq)]
pub enum HttpError {
    NotHttp,
    BareLineFeed,
    LineTooLong,
    HeadTooLong,
    TooManyHeaders,
    Syntax(httparse::Error),
    Version,
    Host,
    Target,
    ContentLength,
    Body,
    TransferEncoding,
    NotFound,
    Method { allow: &'static str },
}

impl HttpError {
    /// The status code and its phrase (RFC 9110 §15).
    pub fn status(&self) -> &'static str {
        match self {
            Self::NotHttp
            | Self::BareLineFeed
            | Self::Syntax(_)
            | Self::Host
            | Self::Target
            | Self::ContentLength => "400 Bad Request",
            Self::NotFound => "404 Not Found",
            Self::Method { .. } => "405 Method Not Allowed",
            Self::Body => "413 Content Too Large",
            Self::LineTooLong => "414 URI Too Long",
            Self::HeadTooLong | Self::TooManyHeaders => {
                "431 Request Header Fields Too Large"
            }
            Self::TransferEncoding => "501 Not Implemented",
            Self::Version => "505 HTTP Version Not Supported",
        }
    }
}

impl From<HttpError> for Response {
    fn from(error: HttpError) -> Self {
        let mut response = Self::refusal(error.status(), &error);
        if let HttpError::Method { allow } = error {
            response.headers.push(("Allow", allow));
        }
        response
    }
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotHttp => f.write_str(
                "this is not HTTP. Is it TLS (https, wss) on a plain port?",
            ),
            Self::BareLineFeed => f.write_str("a line must end in CR LF"),
            Self::LineTooLong => f.write_str("the request line is too long"),
            Self::HeadTooLong => f.write_str("the head is over 16 KiB"),
            Self::TooManyHeaders => f.write_str("over 64 header lines"),
            Self::Syntax(error) => write!(f, "not HTTP/1.1: {error}"),
            Self::Version => f.write_str("this server speaks HTTP/1.1"),
            Self::Host => f.write_str("need exactly one Host header"),
            Self::Target => f.write_str("the target must be a path"),
            Self::ContentLength => f.write_str("bad Content-Length"),
            Self::Body => f.write_str("this server takes no body"),
            Self::TransferEncoding => {
                f.write_str("this server takes no Transfer-Encoding")
            }
            Self::NotFound => f.write_str("there is nothing at this path"),
            Self::Method { allow } => write!(f, "allowed here: {allow}"),
        }
    }
}
