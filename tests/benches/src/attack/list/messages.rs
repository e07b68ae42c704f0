//! Attacks on the assembler of messages and on the close handshake.

use super::{KIB, MIB};
use crate::attack::script::{Attack, Step};
use crate::attack::wire::{BINARY, CLOSE, CONTINUATION, FIN, PING, TEXT, claim, frame};

pub fn all() -> Vec<Attack> {
    vec![
        endless_fragments(),
        empty_fragments(),
        fragment_bombs(),
        bad_utf8(),
        cut_characters(),
        unread_echoes(),
        close_storm(),
        never_ends(),
    ]
}

/// A message may be open, and its buffer may be twice as large as what came; beside it stands its
/// echo.
const OPEN_MESSAGE: u64 = 3 * MIB;

/// A message without an end. Its bytes are limited.
fn endless_fragments() -> Attack {
    let fragments = Step::Repeat { bytes: frame(CONTINUATION, &[b'x'; 1024]), times: 1 << 40 };
    Attack::new("endless-fragments", "`--max-message`", "messages without an end")
        .upgraded("/websocket", [Step::Send(frame(TEXT, b"x")), fragments])
        .memory(OPEN_MESSAGE)
        .gets(&["1009"])
}

/// A million empty fragments: no bytes to limit, so their number is.
fn empty_fragments() -> Attack {
    let fragments = Step::Repeat { bytes: frame(CONTINUATION, b""), times: 1_000_000 };
    Attack::new("empty-fragments", "M5 `--max-fragments`", "a million empty fragments")
        .clients(4)
        .upgraded("/websocket", [Step::Send(frame(TEXT, b"")), fragments, Step::Stay])
        .gets(&["1008"])
}

/// As many fragments as are allowed, one byte each, with Pings between them, then the echo: again
/// and again. Text, so that each piece is checked.
fn fragment_bombs() -> Attack {
    let pair = [frame(CONTINUATION, b"x"), frame(FIN | PING, b"")].concat();
    let bomb = [
        Step::Send(frame(TEXT, b"x")),
        Step::Repeat { bytes: pair, times: 131_070 },
        Step::Send(frame(FIN | CONTINUATION, b"x")),
    ];
    let about = "messages of 131,072 fragments of one byte, a Ping behind each";
    Attack::new("fragment-bombs", "M5 `--max-fragments`, M7", about)
        .clients(4)
        .upgraded("/websocket", bomb.into_iter().cycle().take(300))
        .memory(4 * MIB)
}

/// Texts that are not UTF-8: in the first byte, behind a MiB, in a surrogate, in a Close.
fn bad_utf8() -> Attack {
    let mut late = vec![b'x'; MIB as usize - 1];
    late.push(0xff);
    let surrogate = [frame(TEXT, b"\xed\xa0"), frame(FIN | CONTINUATION, b"\x80")].concat();
    Attack::new("bad-utf8", "M6, M7, C3", "texts and reasons that are not UTF-8")
        .opens(200)
        .each([frame(FIN | TEXT, b"\xff"), frame(FIN | TEXT, &late), surrogate])
        .each([frame(FIN | CLOSE, b"\x03\xe8\xff")])
        .memory(OPEN_MESSAGE)
        .gets(&["1007"])
}

/// A text of four-byte characters, each cut in its middle: what is whole is not checked again.
fn cut_characters() -> Attack {
    let halves = [frame(CONTINUATION, b"\x98\x80\xf0\x9f")].concat();
    let steps = [
        Step::Send(frame(TEXT, b"\xf0\x9f")),
        Step::Repeat { bytes: halves, times: 131_000 },
        Step::Send(frame(FIN | CONTINUATION, b"\x98\x80")),
    ];
    Attack::new("cut-characters", "M6, M7", "texts of 131,000 fragments, each cuts a character")
        .clients(4)
        .upgraded("/websocket", steps.into_iter().cycle().take(300))
        .memory(OPEN_MESSAGE)
}

/// Large messages, and nobody reads the echoes: we stop reading too.
fn unread_echoes() -> Attack {
    let bytes = [claim(FIN | BINARY, MIB), vec![0; MIB as usize]].concat();
    let limits = "`--max-outgoing`, `--write-timeout`";
    Attack::new("unread-echoes", limits, "messages of 1 MiB, echoes not read")
        .clients(16)
        .deaf()
        .upgraded("/websocket", [Step::Repeat { bytes, times: 1 << 40 }])
        .memory(2 * OPEN_MESSAGE)
        .hold(13)
}

/// Connect, upgrade, Close: again and again.
fn close_storm() -> Attack {
    Attack::new("close-storm", "C4, C7", "connect, upgrade, Close, 2,000 times a second")
        .opens(2000)
        .clients(64)
        .upgraded("/websocket", [Step::Send(frame(FIN | CLOSE, b"\x03\xe8")), Step::Stay])
        .memory(KIB)
        .gets(&["1000"])
}

/// Clients that never answer our Close and never end TCP: the close timeout is theirs.
fn never_ends() -> Attack {
    let bad = Step::Send(frame(0x83, b""));
    let about = "500 clients that never answer Close, nor end TCP";
    Attack::new("never-ends", "C7, C9 `--close-timeout`", about)
        .clients(500)
        .opens(5000)
        .upgraded("/websocket", [bad, Step::Cling])
        .upgraded("/progress", [Step::Cling])
        .gets(&["1002", "1000"])
        .hold(14)
        .may_stay(0)
}
