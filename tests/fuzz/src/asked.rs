//! What a request is and what it is answered, said again in the plainest way, to compare the
//! server's own code with. The bytes of a head are all there, and `httparse` takes them apart.

use std::net::{IpAddr, SocketAddr};

pub const MAX_HEAD: usize = 16_384;
const ENDPOINTS: [&str; 4] = ["/websocket", "/chat", "/draw", "/progress"];

/// What some bytes are that begin behind the last head.
#[derive(Debug, PartialEq)]
pub enum Head {
    /// They do not end it.
    More,
    /// They are refused, with this status.
    Fault(u16),
    /// So many of them are one.
    Whole(usize, Asked),
}

#[derive(Debug, PartialEq)]
pub struct Asked {
    pub method: String,
    pub target: String,
    pub minor: u8,
    pub headers: Vec<(String, String)>,
}

/// The first byte that decides, decides (H1, H3, H6, H7, H13).
pub fn first_head(bytes: &[u8]) -> Head {
    let empty_lines = bytes.chunks(2).take_while(|chunk| *chunk == b"\r\n").count();
    let start = 2 * empty_lines;
    for (at, &byte) in bytes.iter().enumerate() {
        let before = &bytes[start.min(at)..at];
        if at == MAX_HEAD {
            return Head::Fault(if before.contains(&b'\n') { 431 } else { 414 });
        }
        if at < start {
            continue;
        }
        let is_control = byte < 32 || byte == 127;
        let is_bad_start = at == start && is_control && byte != b'\r';
        if is_bad_start || (byte == b'\n' && !before.ends_with(b"\r")) {
            return Head::Fault(400);
        }
        let head = &bytes[start..=at];
        if head.ends_with(b"\r\n\r\n") {
            return match Asked::parse(head) {
                Ok(asked) => Head::Whole(at + 1, asked),
                Err(status) => Head::Fault(status),
            };
        }
    }
    Head::More
}

impl Asked {
    fn parse(head: &[u8]) -> Result<Asked, u16> {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut parsed = httparse::Request::new(&mut headers);
        match parsed.parse(head) {
            Ok(httparse::Status::Complete(size)) => assert_eq!(size, head.len()),
            Ok(httparse::Status::Partial) => return Err(400),
            Err(httparse::Error::TooManyHeaders) => return Err(431),
            Err(httparse::Error::Version) => return Err(version_status(head)),
            Err(_) => return Err(400),
        }
        let lossy = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let asked = Asked {
            method: parsed.method.expect("a whole request has one").into(),
            target: parsed.path.expect("a whole request has one").into(),
            minor: parsed.version.expect("a whole request has one"),
            headers: parsed.headers.iter().map(|one| (one.name.into(), lossy(one.value))).collect(),
        };
        let hosts = asked.all("host").len();
        let is_named = hosts == 1 || (hosts == 0 && asked.minor == 0); // H4
        if is_named && asked.path().starts_with('/') { Ok(asked) } else { Err(400) }
    }

    pub fn all(&self, name: &str) -> Vec<&str> {
        let is_it = |one: &&(String, String)| one.0.eq_ignore_ascii_case(name);
        self.headers.iter().filter(is_it).map(|one| one.1.as_str()).collect()
    }

    fn has(&self, name: &str, token: &str) -> bool {
        let all = self.all(name).join(",").to_ascii_lowercase();
        all.split(',').any(|one| one.trim_matches([' ', '\t']) == token)
    }

    /// What stands behind `http://`, in the absolute form.
    fn behind_scheme(&self) -> Option<&str> {
        let is_absolute = self.target.to_ascii_lowercase().starts_with("http://");
        is_absolute.then(|| &self.target["http://".len()..])
    }

    /// H10.
    pub fn path(&self) -> &str {
        let target = self.behind_scheme().unwrap_or(&self.target);
        let path = &target[..target.find('?').unwrap_or(target.len())];
        match (self.behind_scheme(), path.find('/')) {
            (None, _) => path,
            (Some(_), Some(at)) => &path[at..],
            (Some(_), None) => "/",
        }
    }

    pub fn is_for_websocket(&self) -> bool {
        ENDPOINTS.contains(&self.path())
    }

    pub fn stays(&self) -> bool {
        match self.minor {
            _ if self.has("connection", "close") => false,
            0 => self.has("connection", "keep-alive"),
            _ => true,
        }
    }

    /// The status of what the page's side answers (H8, H11, H10).
    pub fn page_status(&self) -> u16 {
        match (self.body_status(), self.path()) {
            (Some(status), _) => status,
            (None, "/") if self.method == "GET" || self.method == "HEAD" => 200,
            (None, "/") => 405,
            _ => 404,
        }
    }

    fn body_status(&self) -> Option<u16> {
        if !self.all("transfer-encoding").is_empty() {
            return Some(501);
        }
        match self.all("content-length")[..] {
            [] => None,
            [one] if one.is_empty() || one.contains(|c: char| !c.is_ascii_digit()) => Some(400),
            [one] => one.contains(|c| c != '0').then_some(413),
            _ => Some(400),
        }
    }

    /// 101, or the first of the refusals in the order of H15. `names` are those of
    /// `--allow-host`, `origins` those of `--allow-origin`.
    pub fn upgrade_status(&self, names: &[String], origins: &[String]) -> u16 {
        let versions = self.all("sec-websocket-version");
        let faults = [
            (self.body_status().is_some(), 400),
            (self.method != "GET", 405),
            (self.minor == 0, 426),
            (!self.has("upgrade", "websocket") || !self.has("connection", "upgrade"), 426),
            (versions.is_empty() || (versions.len() == 1 && versions != ["13"]), 426),
            (versions.len() > 1, 400),
            (!matches!(self.all("sec-websocket-key")[..], [key] if is_key(key)), 400),
            (!self.is_for_us(names) || !self.is_from_friends(origins), 403),
        ];
        faults.iter().find(|fault| fault.0).map_or(101, |fault| fault.1)
    }

    fn host(&self) -> &str {
        match self.behind_scheme() {
            Some(rest) => &rest[..rest.find(['/', '?']).unwrap_or(rest.len())],
            None => self.all("host").first().copied().unwrap_or_default(),
        }
    }

    /// U14.
    fn is_for_us(&self, names: &[String]) -> bool {
        let host = self.host();
        let name = &host[..host.find(':').unwrap_or(host.len())];
        host.parse::<SocketAddr>().is_ok()
            || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
            || name.eq_ignore_ascii_case("localhost")
            || names.iter().any(|one| one.eq_ignore_ascii_case(name))
    }

    /// U9.
    fn is_from_friends(&self, origins: &[String]) -> bool {
        let plain = |host: &str| {
            let host = host.to_ascii_lowercase();
            let end = [":80", ":443"].into_iter().find(|end| host.ends_with(end)).unwrap_or("");
            host[..host.len() - end.len()].to_string()
        };
        self.all("origin").iter().all(|origin| {
            let from = origin.find("://").map(|at| plain(&origin[at + 3..]));
            from == Some(plain(self.host()))
                || ["http://localhost:3000", "http://127.0.0.1:3000"].contains(origin)
                || origins.iter().any(|one| one.eq_ignore_ascii_case(origin))
        })
    }
}

/// H9: `HTTP/2.0` is a version, `HTTP` and `http/1.1` are none.
fn version_status(head: &[u8]) -> u16 {
    let line = head.split(|&byte| byte == b'\r').next().unwrap_or_default();
    let words: Vec<_> = line.split(|&byte| byte == b' ').collect();
    match words.last() {
        Some([b'H', b'T', b'T', b'P', b'/', b'0'..=b'9', b'.', b'0'..=b'9']) => 505,
        _ => 400,
    }
}

/// U6: 22 digits of base64, of which the last has but two bits to say, and two signs to fill up.
fn is_key(key: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '/';
    let digits = key.strip_suffix("==").unwrap_or_default();
    digits.len() == 22 && digits.chars().all(is_digit) && digits.ends_with(['A', 'Q', 'g', 'w'])
}
