//! The protocol code of the steps, fed with anything. This file is the root of two crates: the
//! library behind `fuzz_targets/`, where libFuzzer makes the inputs, and the test `fuzz` of the
//! package `course`, where a corpus and a seeded generator do (`plain.rs`).

#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../../step4-complete/src/app.rs"]
mod app;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../../step4-complete/src/connection.rs"]
mod connection;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../../step4-complete/src/decoder.rs"]
mod decoder;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../../step4-complete/src/flags.rs"]
mod flags;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../../step4-complete/src/frame.rs"]
mod frame;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../../step4-complete/src/handshake.rs"]
mod handshake;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../../step4-complete/src/http.rs"]
mod http;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../../step4-complete/src/log.rs"]
mod log;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../../step4-complete/src/message.rs"]
mod message;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../../step4-complete/src/response.rs"]
mod response;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../../step4-complete/src/turn.rs"]
mod turn;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../../step4-complete/src/websocket.rs"]
mod websocket;

#[path = "../../modules/shared/naive.rs"]
mod naive;

mod asked;
mod frames;
mod heads;
mod input;
mod model;
mod said;
mod script;
mod step3;
pub mod targets;

#[cfg(test)]
mod plain;
