//! Does the server of stage 4 hold? Each attack is put to its binary with default flags, while its
//! memory, CPU time and descriptors are watched, and while a well-behaved client, the *victim*,
//! measures how long it waits for an answer. See tests/README.md.

pub mod ear;
pub mod flags;
pub mod list;
pub mod namespace;
pub mod run;
pub mod script;
pub mod striker;
pub mod table;
pub mod trial;
pub mod verdict;
pub mod victim;
pub mod watch;
pub mod wire;
