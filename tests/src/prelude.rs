//! What a file of cases needs.

pub use std::time::{Duration, Instant};

pub use crate::answer::{answer, refused};
pub use crate::case::Delivery::{ByteByByte, Glued, Whole};
pub use crate::case::{Case, case};
pub use crate::expect::{
    Expect, any_ping, binary_frame, close_exactly, close_frame, pong_frame, text_frame, text_like,
};
pub use crate::failure::{Failure, Played, Sort, Stop};
pub use crate::frame::{LengthForm, binary, close, continuation, frame, ping, pong, text};
pub use crate::play::Play;
pub use crate::request::{ACCEPT, KEY, get, upgrade};
pub use crate::script::{Script, raw};
