//! The connection of a stage, bytes in and bytes out: the same for every split of its input.

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use crate::connection::Connection;
use crate::turn::Turn;

/// What a client gets, and whether the connection is over then.
fn answers(pieces: &[&[u8]]) -> (String, bool) {
    let mut connection = Connection::default();
    let mut turn = Turn::default();
    for piece in pieces {
        let mut piece = piece.to_vec();
        crate::receive(&mut connection, &mut piece, &mut turn);
    }
    (String::from_utf8_lossy(&turn.bytes).into_owned(), connection.is_finished())
}

const PAGE: &str = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

fn conversations() -> Vec<String> {
    vec![
        PAGE.repeat(3),
        format!("{PAGE}HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n{PAGE}"),
        format!("GET / HTTP/1.0\r\n\r\n{PAGE}"),
        format!("{PAGE}GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n{PAGE}"),
        format!("{PAGE}GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n{PAGE}"),
        format!("{PAGE}POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc{PAGE}"),
        format!("{PAGE}GET / HTTP/1.1\n"),
        format!("{}{PAGE}\u{1}\u{2}\n\r\n\r\n", crate::UPGRADE),
    ]
}

#[test]
fn every_split_in_two_gives_the_same() {
    for text in conversations() {
        let bytes = text.as_bytes();
        let whole = answers(&[bytes]);
        for at in 0..=bytes.len() {
            assert_eq!(answers(&[&bytes[..at], &bytes[at..]]), whole, "split at {at} of {text}");
        }
    }
}

#[test]
fn nothing_is_answered_after_the_end() {
    let first = "GET / HTTP/1.0\r\n\r\n";
    let alone = answers(&[first.as_bytes()]);
    assert!(alone.1);
    assert_eq!(answers(&[first.as_bytes(), PAGE.as_bytes()]), alone);
    assert_eq!(answers(&[format!("{first}{PAGE}").as_bytes()]), alone);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_pieces_give_the_same(
        which in 0usize..8,
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
    ) {
        let text = conversations().swap_remove(which);
        let bytes = text.as_bytes();
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
        places.extend([0, bytes.len()]);
        places.sort_unstable();
        let pieces: Vec<&[u8]> = places.windows(2).map(|two| &bytes[two[0]..two[1]]).collect();
        prop_assert_eq!(answers(&pieces), answers(&[bytes]));
    }
}
