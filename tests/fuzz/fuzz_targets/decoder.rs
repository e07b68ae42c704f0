#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| course_fuzz::targets::decoder::run(input));
