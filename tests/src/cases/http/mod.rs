//! Stage 1: reading HTTP requests and answering them (rules H).

mod bodies;
mod deadlines;
mod head_limits;
mod lines;
mod persistence;
mod reading;
mod refusals;
mod robust;
mod targets;
mod versions;

use crate::case::Case;

pub fn cases() -> Vec<Case> {
    [
        reading::cases(),
        persistence::cases(),
        lines::cases(),
        head_limits::cases(),
        versions::cases(),
        targets::cases(),
        bodies::cases(),
        refusals::cases(),
        robust::cases(),
        deadlines::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
