//! HTTP responses as they come: a small reader of our own that keeps every byte (RFC 9112).

/// A whole response.
#[derive(Clone, Debug)]
pub struct Response {
    pub status: u16,
    /// Name, value, and where the value begins in `bytes`.
    pub headers: Vec<(String, String, usize)>,
    pub body: Vec<u8>,
    /// All of it, as it came.
    pub bytes: Vec<u8>,
}

impl Response {
    /// The values of all lines of this name, and where each begins.
    pub fn values(&self, name: &str) -> Vec<(&str, usize)> {
        let same = self.headers.iter().filter(|header| header.0.eq_ignore_ascii_case(name));
        same.map(|header| (header.1.as_str(), header.2)).collect()
    }

    /// Whether the connection ends with it.
    pub fn says_close(&self) -> bool {
        let values = self.values("Connection");
        let mut tokens = values.iter().flat_map(|(value, _)| value.split(','));
        tokens.any(|token| token.trim().eq_ignore_ascii_case("close"))
    }

    /// The first line, such as `HTTP/1.1 200 OK`.
    pub fn first_line(&self) -> String {
        let line = self.bytes.split(|&byte| byte == b'\r').next().unwrap_or_default();
        String::from_utf8_lossy(line).into_owned()
    }
}

/// Reads one response off the front of `bytes`.
///
/// `headers_only` says that it answers HEAD, `ended` that nothing more will come. `Ok(None)`: not
/// all of it is there. `Err`: what is wrong, and the offset of the first wrong byte.
pub fn read_response(
    bytes: &[u8],
    headers_only: bool,
    ended: bool,
) -> Result<Option<Response>, (String, usize)> {
    let start = b"HTTP/1.";
    if let Some(at) = (0..start.len().min(bytes.len())).find(|&at| bytes[at] != start[at]) {
        return Err(("this is no HTTP response: it has to begin with HTTP/1.1".into(), at));
    }
    let Some(blank) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = String::from_utf8_lossy(&bytes[..blank]).into_owned();
    let mut lines = head.split("\r\n");
    let first = lines.next().unwrap_or_default();
    let status = first.split(' ').nth(1).and_then(|token| token.parse().ok());
    let Some(status) = status else {
        return Err(("there is no status in the first line".into(), start.len() + 2));
    };

    let mut headers = Vec::new();
    let mut offset = first.len() + 2;
    for line in lines {
        let Some((name, value)) = line.split_once(':') else {
            return Err(("this header line has no colon".into(), offset));
        };
        let spaces = value.len() - value.trim_start().len();
        let value_at = offset + name.len() + 1 + spaces;
        headers.push((name.to_string(), value.trim().to_string(), value_at));
        offset += line.len() + 2;
    }

    let mut response = Response { status, headers, body: Vec::new(), bytes: Vec::new() };
    let body_at = blank + 4;
    let body = &bytes[body_at..];
    let Some(length) = body_length(&response, headers_only, body, ended)? else {
        return Ok(None);
    };
    response.body = body[..length].to_vec();
    response.bytes = bytes[..body_at + length].to_vec();
    Ok(Some(response))
}

/// How many bytes of `body` belong to the response, once they are all there.
fn body_length(
    response: &Response,
    headers_only: bool,
    body: &[u8],
    ended: bool,
) -> Result<Option<usize>, (String, usize)> {
    if headers_only || matches!(response.status, 100..200 | 204 | 304) {
        return Ok(Some(0));
    }
    if let Some((value, at)) = response.values("Content-Length").first() {
        let length: usize = value.parse().map_err(|_| ("this is no length".to_string(), *at))?;
        return Ok((length <= body.len()).then_some(length));
    }
    if !response.values("Transfer-Encoding").is_empty() {
        let end = b"0\r\n\r\n";
        return Ok(body.windows(end.len()).position(|five| five == end).map(|at| at + end.len()));
    }
    Ok(ended.then_some(body.len()))
}
