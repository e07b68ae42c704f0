//! HTTP requests to send: right ones, and every kind of wrong one (RFC 9112).

/// The key of RFC 6455 §1.3, and what it has to be answered with.
pub const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
pub const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// A request: its first line and its header lines, in order.
#[derive(Clone)]
pub struct Request {
    pub method: String,
    pub target: String,
    pub version: String,
    pub headers: Vec<(String, String)>,
    /// Bytes behind the blank line.
    pub body: Vec<u8>,
}

/// `GET target HTTP/1.1` with a `Host`.
pub fn get(target: &str) -> Request {
    Request {
        method: "GET".into(),
        target: target.into(),
        version: "HTTP/1.1".into(),
        headers: vec![("Host".into(), "localhost".into())],
        body: Vec::new(),
    }
}

/// A complete upgrade request for `target`.
pub fn upgrade(target: &str) -> Request {
    get(target)
        .header("Upgrade", "websocket")
        .header("Connection", "Upgrade")
        .header("Sec-WebSocket-Key", KEY)
        .header("Sec-WebSocket-Version", "13")
}

impl Request {
    pub fn method(mut self, method: &str) -> Request {
        self.method = method.into();
        self
    }

    pub fn version(mut self, version: &str) -> Request {
        self.version = version.into();
        self
    }

    /// One more header line, at the end.
    pub fn header(mut self, name: &str, value: &str) -> Request {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same request without the lines of this name.
    pub fn without(mut self, name: &str) -> Request {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    /// The first line of this name gets another value, in its place.
    pub fn replace(mut self, name: &str, value: &str) -> Request {
        for header in &mut self.headers {
            if header.0.eq_ignore_ascii_case(name) {
                header.1 = value.into();
                break;
            }
        }
        self
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Request {
        self.body = body.into();
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut out = format!("{} {} {}\r\n", self.method, self.target, self.version);
        for (name, value) in &self.headers {
            out.push_str(&format!("{name}: {value}\r\n"));
        }
        out.push_str("\r\n");
        let mut out = out.into_bytes();
        out.extend_from_slice(&self.body);
        out
    }
}
