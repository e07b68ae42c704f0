//! The whole: all attacks, one after the other, each on a server of its own.

use std::env;
use std::time::Duration;

use super::flags::Flags;
use super::script::Special;
use super::trial::Stage;
use super::verdict::Outcome;
use super::{list, namespace, table};
use crate::{files, machine, ours, system};

const FULL: (usize, Duration) = (3, Duration::from_millis(1700));
const QUICK: (usize, Duration) = (3, Duration::from_millis(350));
/// For the server that has most clients, and for the attackers.
const DESCRIPTORS: u64 = 10_400;
/// An attack that was disturbed by other programs, and not held, is tried again.
const TRIES: usize = 3;

pub fn run(flags: &Flags) -> Result<(), String> {
    if flags.list {
        for attack in list::all() {
            println!("{}: {} ({})", attack.name, attack.about, attack.limits);
        }
        return Ok(());
    }
    let ours = flags.ours.clone().map_or_else(ours::build, Ok)?;
    if !flags.no_namespace
        && let Some(status) = namespace::run_inside(flags.ours.is_none().then_some(&ours))
    {
        return if status.success() { Ok(()) } else { Err("see above".into()) };
    }
    let attack = env::current_exe().map_err(|error| error.to_string())?;
    let cores = system::cores();
    let (rounds, window) = if flags.quick { QUICK } else { FULL };
    let holds = !flags.quick;
    let arguments = vec!["127.0.0.1:0".into()];
    let stage = Stage { attack, server: ours, arguments, cores, rounds, window, holds };
    let mut text = format!(
        "Attacked on {}: {}.\nServer on one core, attackers and victim on another; medians of {rounds} \
         windows of {} s or more, with windows alone between them.\n\n",
        machine::date(),
        machine::machine(),
        window.as_secs_f64()
    );
    match cores {
        Some(cores) => system::pin(cores.load)?,
        None => text += "Server and attackers were not kept on a core each: not possible here.\n\n",
    }
    if let Err(error) = system::allow_descriptors(DESCRIPTORS) {
        text += &format!("Attacks with many clients say little: {error}.\n\n");
    }
    text += &table::head();
    print!("{text}");
    let (mut faulty, mut skipped) = (Vec::new(), Vec::new());
    for attack in flags.attacks() {
        if attack.special == Special::Vanish && !(namespace::is_inside() && holds) {
            skipped.push(attack.name);
            continue;
        }
        let outcome = put(&stage, &attack)?;
        let row = table::row(&outcome);
        print!("{row}");
        text += &row;
        if !outcome.faults().is_empty() {
            faulty.push(attack.name);
        }
    }
    let mut notes = format!("\n{}", table::notes());
    if !skipped.is_empty() {
        notes += &format!(
            "\nLeft out: {}. It needs a network namespace (`unshare -n`) and a full run.\n",
            skipped.join(", ")
        );
    }
    print!("{notes}");
    text += &notes;
    files::write(flags.out.as_deref(), flags.is_full(), &[("attacks.md", text)])?;
    if faulty.is_empty() { Ok(()) } else { Err(format!("not held: {}", faulty.join(", "))) }
}

fn put(stage: &Stage, attack: &super::script::Attack) -> Result<Outcome, String> {
    let mut tries = 1;
    loop {
        let outcome = stage.put(attack)?;
        let is_noise = outcome.is_slow() && outcome.is_disturbed();
        if !is_noise || tries == TRIES {
            return Ok(outcome);
        }
        eprintln!("{}: once more, other programs were at work", attack.name);
        tries += 1;
    }
}
