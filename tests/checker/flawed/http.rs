//! Reads requests, and answers with a page, a refusal, or the handshake (RFC 9112).

use std::io::{self, Read, Write};
use std::net::TcpStream;

use super::Flaw;
use super::handshake;
use super::hear_out;
use super::session;

const PAGE: &str = "<!doctype html><title>A page</title><p>Hello";
const MAX_HEAD: usize = 64 * 1024;

pub struct Request {
    pub method: String,
    pub path: String,
    pub is_1_0: bool,
    pub headers: Vec<(String, String)>,
}

/// A refusal: its status, and header lines to go with it.
pub struct Refusal(pub &'static str, pub &'static str);

/// Serves one client from its first byte to its last.
pub fn converse(stream: TcpStream, flaw: Flaw) -> io::Result<()> {
    let mut buffer = Vec::new();
    while let Some(head) = read_head(&stream, &mut buffer, flaw)? {
        let request = match parse(&head, flaw) {
            Ok(request) => request,
            Err(status) => return refuse(&stream, &Refusal(status, ""), false),
        };
        let is_head = request.method == "HEAD";
        match route(&request, flaw) {
            Ok(Some(answer)) => {
                (&stream).write_all(answer.as_bytes())?;
                if flaw == Flaw::FirstFrameLost {
                    buffer.clear();
                }
                return session::converse(&stream, buffer, flaw);
            }
            Ok(None) => {
                let ends = request.is_1_0 || says(&request, "Connection", "close");
                let ends = ends && flaw != Flaw::ConnectionCloseIgnored;
                page(&stream, ends, is_head && flaw != Flaw::HeadWithBody)?;
                if ends {
                    return hear_out(&stream);
                }
            }
            Err(refusal) => {
                return refuse(&stream, &refusal, is_head && flaw != Flaw::HeadWithBody);
            }
        }
        if flaw == Flaw::PipelinedRequestsLost {
            buffer.clear();
        }
    }
    Ok(())
}

/// Waits for the next head and takes it off the front. `None`: the client has left.
fn read_head(
    mut stream: &TcpStream,
    buffer: &mut Vec<u8>,
    flaw: Flaw,
) -> io::Result<Option<Vec<u8>>> {
    loop {
        while flaw != Flaw::EmptyLinesNotSkipped && buffer.starts_with(b"\r\n") {
            buffer.drain(..2);
        }
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            let head: Vec<u8> = buffer.drain(..end + 4).collect();
            return Ok(Some(head[..end].to_vec()));
        }
        let is_read = flaw == Flaw::OneReadIsOneRequest && !buffer.is_empty();
        if is_read || MAX_HEAD < buffer.len() {
            return Ok(Some(std::mem::take(buffer)));
        }
        let mut bytes = [0; 16 * 1024];
        match stream.read(&mut bytes)? {
            0 => return Ok(None),
            count => buffer.extend_from_slice(&bytes[..count]),
        }
    }
}

fn parse(head: &[u8], flaw: Flaw) -> Result<Request, &'static str> {
    const BAD: &str = "400 Bad Request";
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n");
    let words: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
    let [method, target, version] = words.as_slice() else { return Err(BAD) };
    let is_1_0 = match *version {
        "HTTP/1.1" => false,
        "HTTP/1.0" => true,
        _ => return Err("505 HTTP Version Not Supported"),
    };
    let mut headers = Vec::new();
    for line in lines {
        let (name, value) = match line.split_once(':') {
            Some(pair) => pair,
            None if flaw == Flaw::HeadersNotChecked => continue,
            None => return Err(BAD),
        };
        let is_bad = name.is_empty() || name.contains([' ', '\t']) || value.contains(['\0', '\r']);
        if is_bad && flaw != Flaw::HeadersNotChecked {
            return Err(BAD);
        }
        headers.push((name.trim().to_string(), value.trim().to_string()));
    }
    let request = Request { method: method.to_string(), path: path(target, flaw), is_1_0, headers };
    let hosts = values(&request, "Host", flaw).len();
    match hosts {
        1 => Ok(request),
        0 if is_1_0 => Ok(request),
        _ if flaw == Flaw::HostNotChecked => Ok(request),
        _ => Err(BAD),
    }
}

/// The path of a target, which may be an address as a whole.
fn path(target: &str, flaw: Flaw) -> String {
    let is_absolute = target.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("http://"));
    let path = match is_absolute {
        true => target[7..].find('/').map_or("/", |at| &target[7 + at..]),
        false => target,
    };
    match path.split_once('?') {
        Some((path, _)) if flaw != Flaw::QueryIsPartOfPath => path.to_string(),
        _ => path.to_string(),
    }
}

/// `Some`: the 101. `None`: the page.
fn route(request: &Request, flaw: Flaw) -> Result<Option<String>, Refusal> {
    let is_get = request.method == "GET";
    match request.path.as_str() {
        "/websocket" if is_get => handshake::answer(request, flaw).map(Some),
        "/" | "/websocket" if !is_get && (request.method != "HEAD" || request.path != "/") => {
            Err(Refusal("405 Method Not Allowed", "Allow: GET\r\n"))
        }
        "/" => Ok(None),
        _ if flaw == Flaw::OnePageForEveryPath => Ok(None),
        _ => Err(Refusal("404 Not Found", "")),
    }
}

fn page(mut stream: &TcpStream, ends: bool, is_head: bool) -> io::Result<()> {
    let connection = if ends { "close" } else { "keep-alive" };
    let head = format!(
        "HTTP/1.1 200 OK\r\nConnection: {connection}\r\nContent-Type: text/html; charset=utf-8\r\n\
         Content-Length: {}\r\n\r\n",
        PAGE.len()
    );
    let body = if is_head { "" } else { PAGE };
    stream.write_all((head + body).as_bytes())
}

fn refuse(mut stream: &TcpStream, refusal: &Refusal, is_head: bool) -> io::Result<()> {
    let Refusal(status, lines) = refusal;
    let connection = if lines.contains("Upgrade") { "close, Upgrade" } else { "close" };
    let body = if is_head { String::new() } else { format!("{status}\n") };
    let head = format!(
        "HTTP/1.1 {status}\r\nConnection: {connection}\r\n{lines}Content-Type: text/plain\r\n\
         Content-Length: {}\r\n\r\n",
        status.len() + 1
    );
    stream.write_all((head + &body).as_bytes())?;
    hear_out(stream)
}

/// The values of all lines of this name.
pub fn values<'a>(request: &'a Request, name: &str, flaw: Flaw) -> Vec<&'a str> {
    let same = |known: &str| match flaw {
        Flaw::NamesInOneCaseOnly => known == name,
        _ => known.eq_ignore_ascii_case(name),
    };
    request.headers.iter().filter(|(known, _)| same(known)).map(|(_, value)| &**value).collect()
}

/// Whether the list in the lines of this name has this token.
pub fn says(request: &Request, name: &str, token: &str) -> bool {
    let values = values(request, name, Flaw::Sound);
    let mut tokens = values.iter().flat_map(|value| value.split(','));
    tokens.any(|known| known.trim().eq_ignore_ascii_case(token))
}
