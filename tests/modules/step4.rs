//! The pure modules of stage 4, without a socket and without a clock.

#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step4-complete/src/app.rs"]
mod app;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step4-complete/src/appetite.rs"]
mod appetite;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step4-complete/src/connection.rs"]
mod connection;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step4-complete/src/decoder.rs"]
mod decoder;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step4-complete/src/flags.rs"]
mod flags;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step4-complete/src/frame.rs"]
mod frame;
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
#[path = "../../step4-complete/src/log.rs"]
mod log;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step4-complete/src/message.rs"]
mod message;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step4-complete/src/response.rs"]
mod response;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step4-complete/src/turn.rs"]
mod turn;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step4-complete/src/websocket.rs"]
mod websocket;

#[path = "stage4/answers.rs"]
mod answers;
#[path = "stage4/app.rs"]
mod app_tests;
#[path = "stage4/assembler.rs"]
mod assembler;
#[path = "shared/body.rs"]
mod body_tests;
#[path = "stage4/closes.rs"]
mod closes;
#[path = "stage4/conversations.rs"]
mod conversations;
#[path = "stage4/deadlines.rs"]
mod deadlines;
#[path = "shared/decoder.rs"]
mod decoder_tests;
#[path = "stage4/encoding.rs"]
mod encoding;
#[path = "stage4/ends.rs"]
mod ends;
#[path = "stage4/first_bad_byte.rs"]
mod first_bad_byte;
#[path = "stage4/flags.rs"]
mod flags_tests;
#[path = "shared/handshake.rs"]
mod handshake_tests;
#[path = "shared/http.rs"]
mod http_tests;
#[path = "stage4/log_limit.rs"]
mod log_limit;
#[path = "shared/log.rs"]
mod log_tests;
#[path = "shared/reference.rs"]
mod reference;
#[path = "stage4/requests.rs"]
mod requests;
#[path = "stage4/table.rs"]
mod table;
#[path = "shared/unmask.rs"]
mod unmask_tests;

use clap::Parser;
use handshake::Upgrade;
use http::Request;
use response::Response;

fn check(request: &Request) -> Result<Upgrade, Response> {
    Upgrade::check(request, &flags::Flags::parse_from(["server"]))
}
