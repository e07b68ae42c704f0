//! The 101, or why there is none (RFC 6455 §4.2).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha1::{Digest, Sha1};

use super::Flaw;
use super::http::{Refusal, Request, says, values};

const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const ACCEPT_OF_THE_RFC: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

pub fn answer(request: &Request, flaw: Flaw) -> Result<String, Refusal> {
    if !asks_for_upgrade(request, flaw) {
        return Err(Refusal("426 Upgrade Required", "Upgrade: websocket\r\n"));
    }
    let header = |name| values(request, name, flaw);
    let told = if flaw == Flaw::VersionNotTold { "" } else { "Sec-WebSocket-Version: 13\r\n" };
    match header("Sec-WebSocket-Version").as_slice() {
        _ if flaw == Flaw::VersionNotChecked => {}
        ["13"] => {}
        [_] | [] => return Err(Refusal("400 Bad Request", told)),
        _ => return Err(Refusal("400 Bad Request", "")),
    }
    let key = match header("Sec-WebSocket-Key").as_slice() {
        [key] => *key,
        [key, ..] if flaw == Flaw::TwoKeysTaken => *key,
        [] if flaw == Flaw::MissingKeyTaken => "",
        _ => return Err(Refusal("400 Bad Request", "")),
    };
    let connection = if flaw == Flaw::ConnectionCloseAfter101 { "close" } else { "Upgrade" };
    let mut out = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: {connection}\r\n\
         Sec-WebSocket-Accept: {}\r\n",
        accept(key, flaw)
    );
    let offers = header("Sec-WebSocket-Protocol");
    let mut offered = offers.iter().flat_map(|line| line.split(',')).map(str::trim);
    if flaw == Flaw::SubprotocolNotOffered || offered.any(|offer| offer == "chat") {
        out.push_str("Sec-WebSocket-Protocol: chat\r\n");
    }
    Ok(out + "\r\n")
}

fn asks_for_upgrade(request: &Request, flaw: Flaw) -> bool {
    let connection = values(request, "Connection", flaw);
    let upgrade = match flaw {
        Flaw::UpgradeInOneCaseOnly => values(request, "Upgrade", flaw).contains(&"websocket"),
        Flaw::UpgradeNotChecked => true,
        _ => says(request, "Upgrade", "websocket"),
    };
    let is_meant = match flaw {
        Flaw::WholeConnectionValue => connection == ["Upgrade"],
        Flaw::FirstConnectionLineOnly => connection.first().is_some_and(|line| {
            line.split(',').any(|token| token.trim().eq_ignore_ascii_case("upgrade"))
        }),
        Flaw::UpgradeNotChecked => true,
        _ => says(request, "Connection", "upgrade"),
    };
    upgrade && is_meant && !request.is_1_0
}

fn accept(key: &str, flaw: Flaw) -> String {
    // The copies of it in some documents have a typographic dash.
    let guid = if flaw == Flaw::WrongGuid { GUID.replacen('-', "–", 1) } else { GUID.into() };
    let digest = Sha1::new().chain_update(key).chain_update(guid).finalize();
    match flaw {
        Flaw::AcceptInHex => BASE64_STANDARD
            .encode(digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
        Flaw::AcceptOfTheRfc => ACCEPT_OF_THE_RFC.into(),
        _ => BASE64_STANDARD.encode(digest),
    }
}
