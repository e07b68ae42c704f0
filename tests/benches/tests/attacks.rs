//! The attacks notice a server that does not hold, and the victim notices that it waits.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use bench::attack::list;
use bench::attack::script::Seat;
use bench::attack::trial::Stage;
use bench::attack::verdict::Outcome;
use bench::attack::victim::Victim;
use bench::attack::watch::Shares;
use bench::{block::Block, ours};

/// One short round of an attack. Its p99 is not judged: other tests run beside it.
fn faults(server: PathBuf, arguments: &[&str], attack: &str) -> Vec<String> {
    let stage = Stage {
        attack: PathBuf::from(env!("CARGO_BIN_EXE_attack")),
        server,
        arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
        cores: None,
        rounds: 1,
        window: Duration::from_millis(500),
        holds: false,
    };
    let attack = list::named(attack).expect("an attack of that name");
    let mut outcome = stage.put(&attack).expect("a server and attackers");
    outcome.meanwhile = outcome.alone.clone();
    outcome.faults()
}

fn ours(arguments: &[&str], attack: &str) -> Vec<String> {
    let arguments = [&["127.0.0.1:0"], arguments].concat();
    faults(ours::build().expect("our server"), &arguments, attack)
}

#[test]
fn our_server_holds() {
    for attack in ["claimed-lengths", "endless-fragments", "malformed-frames", "few-descriptors"] {
        assert_eq!(ours(&[], attack), [""; 0], "{attack}");
    }
}

#[test]
fn messages_without_a_limit_are_noticed() {
    let faults = ours(&["--max-message", "1000000000000"], "endless-fragments").join("; ");
    assert!(faults.contains("more memory than the limits allow"), "{faults}");
    assert!(faults.contains("nobody got 1009"), "{faults}");
}

#[test]
fn a_house_that_is_too_small_for_the_victim_is_noticed() {
    let faults = ours(&["--max-connections", "0"], "claimed-lengths").join("; ");
    assert!(faults.contains("503"), "{faults}");
}

#[test]
fn another_server_says_something_else() {
    let bench = PathBuf::from(env!("CARGO_BIN_EXE_bench"));
    let faults = faults(bench, &["serve", "tungstenite"], "claimed-lengths").join("; ");
    assert!(faults.contains("nobody got 1009"), "{faults}");
}

/// What holds, in all respects.
fn good() -> Outcome {
    let attack = list::named("never-ends").expect("the attack");
    let mut outcome = Outcome::new(&attack);
    outcome.alone = vec![1e-4; 4];
    outcome.meanwhile = vec![2e-4; 3];
    outcome.shares = vec![Shares::default(); 3];
    outcome.is_full = true;
    outcome.still_there = Some(0);
    for line in ["opened 500", "1002 250", "1000 250"] {
        outcome.note(line);
    }
    outcome
}

type Spoil = fn(&mut Outcome);

#[test]
fn whatever_is_not_held_is_told() {
    assert_eq!(good().faults(), [""; 0]);
    let spoilt: [(&str, Spoil); 8] = [
        ("p99", |outcome| outcome.meanwhile = vec![2e-4, 4e-4, 4e-4]),
        ("more memory", |outcome| outcome.growth = outcome.bound() + 1),
        ("memory kept", |outcome| outcome.kept = 5 << 20),
        ("1 descriptors kept", |outcome| outcome.descriptors_kept = 1),
        ("7 attackers still there", |outcome| outcome.still_there = Some(7)),
        ("nobody got 1000", |outcome| _ = outcome.ends.remove("1000")),
        ("3 got dropped", |outcome| outcome.note("dropped 3")),
        ("the victim", |outcome| outcome.faults.push("the victim: closed".into())),
    ];
    for (due, spoil) in spoilt {
        let mut outcome = good();
        spoil(&mut outcome);
        let faults = outcome.faults();
        assert!(faults.len() == 1 && faults[0].contains(due), "{due}: {faults:?}");
    }
}

/// A server that stands still once: the messages that were due meanwhile have waited as well.
#[test]
fn the_victim_counts_what_it_could_not_send() {
    const STILL: Duration = Duration::from_millis(200);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let mut head = [0; 4096];
        let _ = stream.read(&mut head).expect("a head");
        let answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                      Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
        stream.write_all(answer.as_bytes()).expect("written");
        let block = Block::websocket(0xa77, 32, 1);
        let mut request = vec![0; block.request.len()];
        for number in 0.. {
            if stream.read_exact(&mut request).is_err() {
                return;
            }
            if number == 50 {
                thread::sleep(STILL);
            }
            stream.write_all(&block.answer).expect("written");
        }
    });
    let mut victim = Victim::open(address, Seat::Echo).expect("a victim");
    let tally = victim.measure(std::process::id(), 2 * STILL).expect("answers");
    let waited = Duration::from_nanos(tally.latency.value_at_quantile(0.75));
    assert!(waited > STILL / 4, "a quarter of all waited for {waited:?} only");
}
