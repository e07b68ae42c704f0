//! The cases of stage 2, put to the binary of its crate.

mod harness;

fn main() {
    harness::run_stage(2).exit();
}
