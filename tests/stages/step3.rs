//! The cases of stage 3, put to the binary of its crate.

mod harness;

fn main() {
    harness::run_stage(3).exit();
}
