//! The targets as tests: over the inputs that are kept, and over as many of a seeded generator as
//! a second or two allow. `COURSE_SEED=NUMBER` begins with another; a failure says with which.

use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use crate::input::Random;
use crate::targets;

const TIME: Duration = Duration::from_millis(1_500);
const MAX_INPUT: usize = 400;

#[test]
fn request() {
    try_all("request", targets::request::run);
}

#[test]
fn decoder() {
    try_all("decoder", targets::decoder::run);
}

#[test]
fn connection() {
    try_all("connection", targets::connection::run);
}

fn try_all(target: &str, run: fn(&[u8])) {
    let kept = kept(target);
    assert!(!kept.is_empty(), "no inputs are kept for {target}");
    for (name, input) in &kept {
        attempt(run, input, &format!("kept/{target}/{name}"));
    }
    let start = Instant::now();
    let first = seed();
    let mut seed = first;
    while start.elapsed() < TIME {
        let input = generate(seed, &kept);
        attempt(run, &input, &format!("COURSE_SEED={seed}"));
        seed = seed.wrapping_add(1);
    }
    let count = seed.wrapping_sub(first);
    println!("{target}: {} kept inputs, {count} others from COURSE_SEED={first}", kept.len());
}

/// Says which input it is that fails.
fn attempt(run: fn(&[u8]), input: &[u8], name: &str) {
    let result = panic::catch_unwind(AssertUnwindSafe(|| run(input)));
    if let Err(panic) = result {
        let hex: String = input.iter().map(|byte| format!("{byte:02x}")).collect();
        eprintln!("This fails with {name}, which is: {hex}");
        panic::resume_unwind(panic);
    }
}

fn kept(target: &str) -> Vec<(String, Vec<u8>)> {
    let mut folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    if !folder.ends_with("fuzz") {
        folder.push("fuzz");
    }
    let entries = fs::read_dir(folder.join("kept").join(target)).expect("a folder of inputs");
    let mut all: Vec<(String, Vec<u8>)> = entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (name, fs::read(path).expect("an input"))
        })
        .collect();
    all.sort();
    all
}

fn seed() -> u64 {
    match std::env::var("COURSE_SEED") {
        Ok(seed) => seed.parse().expect("COURSE_SEED is a number"),
        Err(_) => {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            now.expect("a clock that is right").as_nanos() as u64
        }
    }
}

/// A new input, or a kept one with some changes.
fn generate(seed: u64, kept: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut random = Random(seed);
    if random.below(2) == 0 {
        let size = random.below(MAX_INPUT);
        return (0..size).map(|_| random.next() as u8).collect();
    }
    let mut input = kept[random.below(kept.len())].1.clone();
    for _ in 0..=random.below(6) {
        let at = random.below(input.len() + 1);
        match random.below(5) {
            0 => input.insert(at, random.next() as u8),
            1 => input.truncate(at),
            2 => {
                let other = &kept[random.below(kept.len())].1;
                input.truncate(at);
                input.extend_from_slice(&other[random.below(other.len() + 1)..]);
            }
            3 if at < input.len() => {
                input.remove(at);
            }
            _ if at < input.len() => input[at] = random.next() as u8,
            _ => {}
        }
    }
    input
}
