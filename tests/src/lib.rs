//! One set of cases for WebSocket servers, and what is needed to put them to one.
//!
//! A [`case::Case`] is a rule, a mistake or an attack. Most are a [`script::Script`]: a list of
//! what is sent and what has to come back. [`play`] takes it step by step over TCP ([`wire`]),
//! [`judge`] compares, [`transcript`] writes down what was said, [`run`] puts a bound around all
//! and asks whether the server still serves, and [`report`] tells a failure. [`checker`] makes a
//! tool of it, and [`talk`] is for hands. [`book`] turns the chapters into the code, and back.

pub mod answer;
pub mod answer_check;
pub mod batch;
pub mod binary;
pub mod book;
pub mod case;
pub mod cases;
pub mod checker;
pub mod expect;
pub mod failure;
pub mod frame;
pub mod ids;
pub mod judge;
pub mod judge_stage;
pub mod log;
pub mod plan;
pub mod play;
pub mod play_log;
pub mod prelude;
pub mod processes;
pub mod report;
pub mod request;
pub mod resources;
pub mod response;
pub mod run;
pub mod script;
pub mod server;
pub mod server_frame;
pub mod talk;
pub mod transcript;
pub mod wire;
pub mod words;
