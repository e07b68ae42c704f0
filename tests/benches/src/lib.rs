//! How fast is the server of stage 4, and what does a client cost it? The same work is put to it
//! and to other servers, in the same run and turn by turn, every answer is compared, and the
//! figures are ratios. See tests/README.md.
#![forbid(unsafe_code)]

use std::process::ExitCode;

pub mod attack;
pub mod block;
pub mod cells;
pub mod chart;
pub mod figures;
pub mod files;
pub mod flags;
pub mod handshakes;
pub mod link;
pub mod load;
pub mod machine;
pub mod many;
pub mod markdown;
pub mod measure;
pub mod memory;
pub mod ours;
pub mod peers;
pub mod redis;
pub mod run;
pub mod server;
pub mod soak;
pub mod system;

/// How a program ends, after it has said what went wrong.
pub fn ending(result: Result<(), String>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
