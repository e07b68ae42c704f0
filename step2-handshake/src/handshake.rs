//! The upgrade from HTTP to WebSocket (RFC 6455 §4.2): a request in, the
//! 101 response or a refusal out.

use crate::http::{self, Request};
use crate::response::{Response, status};
use base64::{Engine, prelude::BASE64_STANDARD};
use sha1::{Digest, Sha1};
use std::net::{IpAddr, SocketAddr};

/// What server and client append to the key (§1.3).
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const VERSION: &str = "13";
/// What we speak, in the order of our preference (U10).
const SUBPROTOCOLS: [&str; 1] = ["chat"];
/// Whose pages may connect besides our own (U9): `mdbook serve`.
const ALLOWED_ORIGINS: [&str; 2] =
    ["http://localhost:3000", "http://127.0.0.1:3000"];

/// A request to upgrade that was found good.
#[derive(Debug, PartialEq)]
pub struct Upgrade {
    /// The value of `Sec-WebSocket-Accept`.
    pub accept: String,
    pub subprotocol: Option<&'static str>,
}

impl Upgrade {
    /// Checks all that §4.2.1 asks of a request. The order is that in which
    /// faults are named if there are several (H15).
    pub fn check(request: &Request) -> Result<Self, Response> {
        if request.check_body().is_err() {
            let fault = "a request to upgrade has no body"; // H11
            return Err(Response::refusal(status::BAD_REQUEST, fault));
        }
        if request.method != "GET" {
            let fault = "allowed here: GET";
            return Err(Response::refusal(status::METHOD_NOT_ALLOWED, fault)
                .with("Allow", "GET"));
        }
        check_upgrade(request)?;
        check_version(request)?;
        let key = check_key(request)?;
        check_host_and_origin(request)?;
        Ok(Self {
            accept: accept_key(key),
            subprotocol: choose_subprotocol(request),
        })
    }

    /// Appends the response to `out`. Nothing in it is copied from the
    /// request (U12). There is no Content-Length: what follows is no body,
    /// it is WebSocket (U8).
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut text = "HTTP/1.1 101 Switching Protocols\r\n\
             Upgrade: websocket\r\n\
             Connection: Upgrade\r\n"
            .to_owned();
        text += &format!("Sec-WebSocket-Accept: {}\r\n", self.accept);
        if let Some(name) = self.subprotocol {
            text += &format!("Sec-WebSocket-Protocol: {name}\r\n");
        }
        text += "\r\n";
        out.extend_from_slice(text.as_bytes());
    }
}

/// With 426 we must name the protocol to upgrade to (U3).
fn upgrade_required(fault: &str) -> Response {
    Response::refusal(status::UPGRADE_REQUIRED, fault)
        .with("Upgrade", "websocket")
        .with("Connection", "Upgrade")
}

fn check_upgrade(request: &Request) -> Result<(), Response> {
    // HTTP/1.0 has no upgrades: the header is to be ignored there (H9).
    if request.minor_version == 0 {
        return Err(upgrade_required(
            "an upgrade needs HTTP/1.1. Is there a proxy that speaks 1.0? \
             (nginx: proxy_http_version 1.1)",
        ));
    }
    let to_websocket = request.has_member("upgrade", "websocket"); // U1
    let upgrade = request.has_member("connection", "upgrade"); // U2
    match to_websocket && upgrade {
        true => Ok(()),
        false => Err(upgrade_required("here one speaks WebSocket only")),
    }
}

fn check_version(request: &Request) -> Result<(), Response> {
    let versions: Vec<_> = request.values("sec-websocket-version").collect();
    match versions[..] {
        [VERSION] => Ok(()),
        // We must say what we do speak (U4).
        [] | [_] => Err(upgrade_required("need Sec-WebSocket-Version: 13")
            .with("Sec-WebSocket-Version", VERSION)),
        _ => {
            let fault = "more than one Sec-WebSocket-Version"; // U5
            Err(Response::refusal(status::BAD_REQUEST, fault))
        }
    }
}

fn check_key(request: &Request) -> Result<&str, Response> {
    let keys: Vec<_> = request.values("sec-websocket-key").collect();
    let is_16_bytes = |key: &str| {
        BASE64_STANDARD
            .decode(key)
            .is_ok_and(|bytes| bytes.len() == 16)
    };
    match keys[..] {
        [key] if is_16_bytes(key) => Ok(key), // U6
        _ => {
            let fault = "need one Sec-WebSocket-Key: 16 bytes in base64";
            Err(Response::refusal(status::BAD_REQUEST, fault)) // U5
        }
    }
}

/// A browser lets any page connect to any server and tells us in `Origin`
/// which page it is (§10.2). Programs send no `Origin`, or what they like:
/// this protects the people who use browsers, not the server.
fn check_host_and_origin(request: &Request) -> Result<(), Response> {
    let host = host(request);
    if !is_our_name(host) {
        let fault = "this server is not known by this Host";
        return Err(Response::refusal(status::FORBIDDEN, fault));
    }
    let is_allowed = |origin: &str| {
        ALLOWED_ORIGINS.contains(&origin) || is_same_host(origin, host)
    };
    match request.values("origin").all(is_allowed) {
        true => Ok(()),
        false => {
            let fault = "pages of this Origin may not connect";
            Err(Response::refusal(status::FORBIDDEN, fault))
        }
    }
}

/// The host that the request is for. That of the target counts before the
/// header (RFC 9112 §3.2.2).
fn host(request: &Request) -> &str {
    match http::after_scheme(&request.target) {
        Some(rest) => rest.split(['/', '?']).next().unwrap_or_default(),
        None => request.values("host").next().unwrap_or_default(),
    }
}

/// Anybody can let the name of their site point at our address. Then the
/// browser takes our answers for theirs, and `Origin` and `Host` agree. They
/// cannot do so with an address or with `localhost` (U14).
fn is_our_name(host: &str) -> bool {
    let is_address = host.parse::<SocketAddr>().is_ok()
        || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    let name = host.split(':').next().unwrap_or_default();
    is_address || name.eq_ignore_ascii_case("localhost")
}

/// Whether a page of `origin` came from `host`, over http or https (U9).
fn is_same_host(origin: &str, host: &str) -> bool {
    match origin.split_once("://") {
        Some((_, from)) => without_default_port(from)
            .eq_ignore_ascii_case(without_default_port(host)),
        None => false, // "null": a file, or a page that hides where it is from
    }
}

fn without_default_port(host: &str) -> &str {
    host.strip_suffix(":80")
        .or_else(|| host.strip_suffix(":443"))
        .unwrap_or(host)
}

/// The first of our subprotocols that the client offers. If there is none we
/// choose none: to name one that was not offered is a fault (U10).
fn choose_subprotocol(request: &Request) -> Option<&'static str> {
    SUBPROTOCOLS.into_iter().find(|name| {
        request
            .members("sec-websocket-protocol")
            .any(|offered| offered == *name)
    })
}

/// Proves that we read the request: nobody who does not know WebSocket would
/// answer so (§4.2.2). The key is used as it was sent, not decoded (U7).
fn accept_key(key: &str) -> String {
    let digest = Sha1::new().chain_update(key).chain_update(GUID).finalize();
    BASE64_STANDARD.encode(digest)
}

#[cfg(test)]
mod tests {
    #[test]
    fn accept_key_of_rfc_6455_section_1_3() {
        let accept = super::accept_key("dGhlIHNhbXBsZSBub25jZQ==");
        assert_eq!(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
}
