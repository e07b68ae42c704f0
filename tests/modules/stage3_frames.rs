//! The connection of stage 3 after the upgrade: what it prints, whatever comes and however.

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use crate::connection::Connection;
use crate::reference;
use crate::turn::Turn;

const MAX_PAYLOAD: u64 = 1024 * 1024;

/// Lines printed, and whether the connection is over.
fn printed(pieces: &[&[u8]]) -> (String, bool) {
    let mut connection = Connection::default();
    let mut turn = Turn::default();
    let mut upgrade = crate::UPGRADE.as_bytes().to_vec();
    connection.receive(&mut upgrade, &mut turn);
    let answer = turn.bytes.clone();
    assert!(answer.starts_with(b"HTTP/1.1 101 "));
    turn.log.clear();
    for piece in pieces {
        connection.receive(&mut piece.to_vec(), &mut turn);
    }
    assert_eq!(turn.bytes, answer, "stage 3 sends no frame");
    (turn.log, connection.is_finished())
}

#[test]
fn a_bad_frame_is_the_last_line() {
    let bad = course::frame::text("x").unmasked().bytes();
    let good = course::frame::text("good").bytes();
    let (log, finished) = printed(&[&good, &bad, &good]);
    assert!(finished);
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[..2], ["FIN TEXT payload len: 4", "Payload: \"good\""]);
    assert!(lines[2].starts_with("bad frame: ") && lines[2].ends_with("(F3)"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_frame_is_printed_once(
        bytes in reference::any_stream(),
        sizes in reference::any_sizes(),
    ) {
        let (log, finished) = printed(&reference::cut(&bytes, &sizes));
        prop_assert_eq!(&printed(&[&bytes]).0, &log);
        let wanted = reference::decode(&bytes, MAX_PAYLOAD);
        let headers: Vec<&str> = log.lines().filter(|line| line.contains("payload len: ")).collect();
        prop_assert_eq!(headers.len(), wanted.frames.len());
        for ((fin, _, payload), line) in wanted.frames.iter().zip(headers) {
            prop_assert_eq!(line.starts_with("FIN "), *fin);
            let length = format!("payload len: {}", payload.len());
            prop_assert!(line.ends_with(&length));
        }
        prop_assert_eq!(finished, wanted.broken.is_some());
        let escapes = log.contains('\u{1b}');
        prop_assert!(!escapes);
        if let Some(rule) = wanted.broken {
            let last = log.lines().next_back().unwrap_or_default();
            prop_assert!(last.starts_with("bad frame: ") && last.contains(&rule), "{}", last);
        }
    }
}
