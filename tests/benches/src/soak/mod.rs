//! Many clients come and go for a while, some of them hostile, and all that the server says is
//! checked: no message is lost, doubled, changed or overtaken, nothing leaks, and a signal ends it.
//!
//! # When is a message in a room right?
//!
//! A room has one order, since one thread serves it. We have that order from a *witness*: a client
//! that enters first, says nothing, and stays to the end. What it hears is the room's *log*. Each
//! message in it must be one that a client of ours has sent, not yet in the log, and the next of
//! that client (TCP keeps the order of what one client says, so a gap is a loss), or a line
//! of the room itself ("guest 7 joined, 12 here"). No two messages have the same bytes.
//!
//! Every other member is compared with the log. The first message that it hears has a place there,
//! and from this place on it must hear the log message by message: one lost, doubled or
//! overtaken is a difference at once, one changed stands nowhere. Sockets are read in any order,
//! so a member may be ahead of the witness; what it heard then waits until the log goes so far.
//!
//! Two ends are left. *The first message*: what was sent after the member had read its 101 was
//! said when it was in, so no such message may stand before its first; and in the chat it must
//! hear its own "joined". *The last message*: what the witness has heard when the member sends its
//! Close (or its FIN) was said before the server can read that, so the member must hear it too.
//! What is said between that moment and the server's answer it may hear or not. That a whole
//! room loses a message, the witness too, its sender notices: it leaves only when all that it said
//! has come back. Of a client that dies by RST nothing is asked but that what it heard is right,
//! and what it said may or may not be said.
//!
//! An echo, and the Pongs in it, must come in the order asked, byte for byte, and all of them
//! before the server's Close or FIN. A job must tell rising numbers from 0 to 100, then say 1000.

use std::time::{Duration, Instant};

use crate::server::Server;

pub mod act;
pub mod client;
pub mod crowd;
pub mod flags;
pub mod ground;
pub mod harm;
pub mod hear;
pub mod member;
pub mod mischief;
pub mod plan;
pub mod random;
pub mod report;
pub mod room;
pub mod watch;
pub mod wire;
pub mod words;

use crowd::Crowd;
use flags::Shape;
use ground::Ground;
use report::Report;
use watch::{Sample, Thirds};

const PROGRESS: Duration = Duration::from_secs(10);
/// So many samples are taken of a run.
const SAMPLES: u32 = 600;
/// In this share of the time the number of clients and the memory come to rest.
const WARM_UP: f64 = 1.0 / 6.0;
/// The last to go are those whom the server has to tell that their time is over.
const LAST_TO_GO: Duration = Duration::from_secs(120);
/// `--close-timeout`, and a little more: then the last descriptors are closed.
const CLOSING: Duration = Duration::from_secs(10);
/// The server gives memory back when a client was idle for a second.
const REST: Duration = Duration::from_secs(3);

/// Does all of it. `server`: started with default flags, and nobody is there.
pub fn soak(shape: &Shape, server: &mut Server) -> Result<Report, String> {
    let mut crowd = Crowd::new(Ground::new(shape.clone(), server.address))?;
    crowd.open_witnesses()?;
    let mut report = Report { shape: shape.clone(), ..Report::default() };
    let start = Sample::take(server, crowd.len());
    let samples = come_and_go(&mut crowd, server)?;
    (report.start, report.thirds) = (start, Thirds::of(&samples).unwrap_or_default());
    if !crowd.ground.is_hopeless() {
        report.after = empty(&mut crowd, server, &start)?;
        let faults = report.thirds.faults().into_iter();
        faults.chain(watch::remains(&start, &report.after)).for_each(|f| crowd.ground.fault(f));
    }
    if !crowd.ground.is_hopeless() {
        check_members(&mut crowd)?;
        (report.stopped, report.shutdown) = stop(&mut crowd, server)?;
    }
    let Ground { tally, faults, .. } = crowd.ground;
    Ok(Report { tally, faults, ..report })
}

/// The long part. Gives what was seen after the warm-up.
fn come_and_go(crowd: &mut Crowd, server: &Server) -> Result<Vec<Sample>, String> {
    let Shape { time, clients, .. } = crowd.ground.shape;
    let start = Instant::now();
    let (mut samples, mut told, mut sampled) = (Vec::new(), start, start);
    while start.elapsed() < time && !crowd.ground.is_hopeless() {
        crowd.fill(clients, false)?;
        let now = Instant::now();
        if now >= sampled + time / SAMPLES {
            sampled = now;
            let sample = Sample::take(server, crowd.len());
            if now >= start + time.mul_f64(WARM_UP) {
                samples.push(sample);
            }
            if now >= told + PROGRESS {
                told = now;
                tell(crowd, &sample, start.elapsed());
            }
        }
    }
    Ok(samples)
}

fn tell(crowd: &Crowd, sample: &Sample, time: Duration) {
    let tally = &crowd.ground.tally;
    eprintln!(
        "{:4} s: {} clients of {} so far, {} messages, {} deliveries, {} echoes, {:.1} MiB, {} descriptors",
        time.as_secs(),
        crowd.len(),
        tally.opened,
        tally.said,
        tally.deliveries,
        tally.echoes,
        sample.mib(),
        sample.descriptors
    );
}

/// All but the witnesses leave. Gives what the server holds then.
fn empty(crowd: &mut Crowd, server: &Server, start: &Sample) -> Result<Sample, String> {
    crowd.send_home();
    crowd.run_until(LAST_TO_GO, |crowd| crowd.len() <= 2)?;
    if crowd.len() > 2 {
        crowd.give_up("does not come to an end");
    }
    crowd.run_until(CLOSING, |_| Sample::take(server, 0).descriptors <= start.descriptors)?;
    crowd.run_until(REST, |_| false)?;
    Ok(Sample::take(server, crowd.len()))
}

/// The room knows of nobody who has left: a newcomer is the second beside the witness.
fn check_members(crowd: &mut Crowd) -> Result<(), String> {
    let open: usize = crowd.ground.rooms.iter().map(room::Room::open_questions).sum();
    if open > 0 {
        crowd.ground.fault(format!("{open} clients heard what the witness never did"));
    }
    let before = crowd.ground.rooms[0].len();
    crowd.open_in_chat()?;
    crowd.run_until(CLOSING, |crowd| crowd.ground.rooms[0].len() > before)?;
    let here = crowd.ground.rooms[0].here;
    if here != Some(2) {
        crowd.ground.fault(format!("2 are in the chat, and it counts {here:?}"));
    }
    Ok(())
}

/// A crowd comes once more, and the server is told to stop. Gives how many it had to say Close to,
/// and how long it took.
fn stop(crowd: &mut Crowd, server: &mut Server) -> Result<(u64, Duration), String> {
    let wanted = (crowd.ground.shape.clients / 4).max(8);
    let opened = Instant::now();
    while (crowd.len() as u64) < wanted && opened.elapsed() < CLOSING {
        crowd.fill(wanted, true)?;
    }
    crowd.run_until(Duration::from_secs(2), |_| false)?;
    crowd.hush();
    crowd.run_until(client::PATIENCE, Crowd::is_quiet)?;
    if !crowd.is_quiet() {
        crowd.ground.fault("something that clients asked for never came".into());
    }
    crowd.note_stop();
    let (count, start) = (crowd.len() as u64, Instant::now());
    let timeout = crowd.ground.shape.shutdown_timeout;
    server.terminate()?;
    crowd.run_until(timeout, Crowd::is_empty)?;
    crowd.give_up("did not get Close 1001 and the end in time");
    let mut status = None;
    while status.is_none() && start.elapsed() < timeout {
        crowd.run_until(Duration::from_millis(10), |_| false)?;
        status = server.ended();
    }
    let time = start.elapsed();
    match status {
        Some(status) if status.success() => {}
        Some(status) => crowd.ground.fault(format!("the server ended with {status}")),
        None => crowd.ground.fault(format!("the server did not stop within {timeout:?}")),
    }
    Ok((count, time))
}
