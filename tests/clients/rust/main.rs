//! tungstenite as client of the last stage. Needs nothing but Rust, so that plain `cargo test`
//! runs it; the clients of other languages are run by `../run`.

mod closing;
mod guest;
mod handshake;
mod messages;
mod pings;
mod rooms;
