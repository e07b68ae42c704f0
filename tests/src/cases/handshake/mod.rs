//! Stage 2: the upgrade (rules U), and rules H where they concern it.

use crate::case::Case;

pub fn cases() -> Vec<Case> {
    Vec::new()
}
