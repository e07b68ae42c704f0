//! What is fuzzed. Each takes any input, and panics if a promise is broken.

pub mod connection;
pub mod decoder;
pub mod request;
