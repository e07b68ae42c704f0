//! The cases of stage 1, put to the binary of its crate.

mod harness;

fn main() {
    harness::run_stage(1).exit();
}
