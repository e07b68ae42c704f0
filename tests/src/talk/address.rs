//! Where to connect: `127.0.0.1:6969`, or an address as a browser writes it.

use std::net::{SocketAddr, ToSocketAddrs};

const HTTP_PORT: u16 = 80;

pub struct Address {
    /// As it was given, without scheme and path.
    pub words: String,
    /// What it stands for, in the order to try.
    pub sockets: Vec<SocketAddr>,
    /// `ws://…/chat`: each connection is upgraded at this path before anything else.
    pub websocket: Option<String>,
}

/// Reads an address and looks up its name.
pub fn read(typed: &str) -> Result<Address, String> {
    let (scheme, rest) = match typed.split_once("://") {
        Some((scheme, rest)) => (scheme.to_lowercase(), rest),
        None => (String::new(), typed),
    };
    let (host, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let has_port = host.rsplit(']').next().is_some_and(|end| end.contains(':'));
    let words = match scheme.as_str() {
        "https" | "wss" => return Err(format!("{typed}: talk knows no TLS, only http and ws")),
        "" if host.parse::<u16>().is_ok() => {
            return Err(format!("{typed} is a port. Did you mean 127.0.0.1:{host}?"));
        }
        "" if !has_port => return Err(format!("{typed} has no port. Did you mean {host}:6969?")),
        "http" | "ws" if !has_port => format!("{host}:{HTTP_PORT}"),
        "" | "http" | "ws" => host.to_string(),
        other => return Err(format!("{other}:// is unknown here: use http:// or ws://")),
    };
    let sockets: Vec<SocketAddr> = match words.to_socket_addrs() {
        Ok(sockets) => sockets.collect(),
        Err(error) => return Err(format!("{words} is no address to connect to: {error}")),
    };
    let path = if path.is_empty() { "/" } else { path };
    let websocket = (scheme == "ws").then(|| path.to_string());
    Ok(Address { words, sockets, websocket })
}

impl Address {
    /// The value of `Host`. On this machine it is the one that the cases send, whatever the port
    /// is, so that the bytes are the same each time.
    pub fn host(&self) -> String {
        match self.sockets.iter().all(|socket| socket.ip().is_loopback()) {
            true => "localhost".into(),
            false => self.words.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_people_write_them() {
        let plain = read("127.0.0.1:6969").expect("an address");
        assert_eq!((plain.words.as_str(), plain.websocket.as_deref()), ("127.0.0.1:6969", None));
        assert_eq!(plain.host(), "localhost");
        let printed = read("http://127.0.0.1:6969/").expect("an address");
        assert_eq!(printed.websocket, None);
        let room = read("ws://127.0.0.1:6969/chat?x").expect("an address");
        assert_eq!(room.websocket.as_deref(), Some("/chat?x"));
        assert_eq!(read("ws://127.0.0.1").expect("an address").words, "127.0.0.1:80");
        assert_eq!(read("[::1]:6969").expect("an address").words, "[::1]:6969");
        assert_eq!(read("192.0.2.1:6969").expect("an address").host(), "192.0.2.1:6969");
    }

    #[test]
    fn others_get_a_hint() {
        let hint = |typed| read(typed).err().expect("no address");
        assert_eq!(hint("6969"), "6969 is a port. Did you mean 127.0.0.1:6969?");
        assert_eq!(hint("127.0.0.1"), "127.0.0.1 has no port. Did you mean 127.0.0.1:6969?");
        assert_eq!(hint("wss://a/chat"), "wss://a/chat: talk knows no TLS, only http and ws");
        assert!(hint("127.0.0.1:nowhere").starts_with("127.0.0.1:nowhere is no address"));
        assert_eq!(hint("ftp://a"), "ftp:// is unknown here: use http:// or ws://");
    }
}
