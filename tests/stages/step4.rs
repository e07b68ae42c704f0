//! The cases of stage 4, put to the binary of its crate.

mod harness;

fn main() {
    harness::run_stage(4).exit();
}
