//! Step 3 has the same decoder, but for `unmask`.

#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../../step3-frames/src/decoder.rs"]
pub mod decoder;
