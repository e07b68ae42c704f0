//! The HTTP modules of stage 4, without a socket.

#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step4-complete/src/flags.rs"]
mod flags;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step4-complete/src/handshake.rs"]
mod handshake;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step4-complete/src/http.rs"]
mod http;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step4-complete/src/response.rs"]
mod response;

#[path = "shared/handshake.rs"]
mod handshake_tests;
#[path = "shared/http.rs"]
mod http_tests;

use clap::Parser;
use handshake::Upgrade;
use http::Request;
use response::Response;

fn check(request: &Request) -> Result<Upgrade, Response> {
    Upgrade::check(request, &flags::Flags::parse_from(["server"]))
}
