//! F7: a length is a claim, and is looked at before a byte of payload is (RFC 6455 §10.4).
use super::{failed, letters, taken};
use crate::prelude::*;
use crate::words;

const MIB: usize = 1024 * 1024;

pub fn cases() -> Vec<Case> {
    let mut cases = claims();
    cases.push(
        case("F7", "a_payload_of_the_limit_is_taken")
            .section("RFC 6455 §10.4")
            .our_choice()
            .also(&["--max-message"])
            .stages(3..=4)
            .deliver(&[Whole, Glued]) // a million bytes one by one take a slow server too long
            .why("The limit is the largest size that is allowed, not the first that is not.")
            .hint("Is it < or <=?")
            .script(taken(text(letters(MIB)))),
    );
    cases.push(
        case("F7", "many_large_frames_leave_no_memory_behind")
            .section("RFC 6455 §10.4")
            .our_choice()
            .also(&["mistake 13"])
            .stages(3..=4)
            .alone()
            .anew_in(4)
            .why("The C server keeps every payload for ever: 2,000 frames cost it 52 MB.")
            .hint("Who holds on to a payload when its frame is done with?")
            .function(many_frames),
    );
    cases
}

fn claims() -> Vec<Case> {
    vec![
        claim("one_byte_over_the_limit_is_refused_at_the_header", MIB as u64 + 1)
            .also(&["--max-message"]),
        claim("a_claim_of_4_gib_and_5_is_not_5", (1 << 32) + 5)
            .why("Cut to 32 bits this length is 5, and what follows is read out of step.")
            .hint(
                "On a 32-bit machine a usize cannot hold every length. Compare before you convert.",
            ),
        claim("a_claim_of_2_to_the_40_is_refused", 1 << 40).also(&["mistake 2"]),
        claim("a_claim_of_2_to_the_62_is_refused", 1 << 62).also(&["mistake 2"]),
        claim("a_claim_of_2_to_the_63_less_1_is_refused", (1 << 63) - 1)
            .also(&["mistake 2"])
            .why("Add the header's size, or what came before, to this length and it overflows.")
            .hint("Which sums do you make with a length before you have compared it?"),
    ]
}

/// Only 5 bytes of payload follow: whoever waits for more before refusing waits for ever.
fn claim(name: &'static str, claim: u64) -> Case {
    case("F7", name)
        .section("RFC 6455 §10.4")
        .our_choice()
        .stages(3..=4)
        .why("Fourteen bytes are enough to claim more memory than any machine has.")
        .hint("Nothing has to come after the header for you to refuse it.")
        .script(failed(binary("Hello").claiming(claim), 1009))
}

fn many_frames(play: &mut Play) -> Played {
    const FRAMES: usize = 2_000;
    const SIZE: usize = 25_600;
    /// What an allocator may keep, and what is under way.
    const SLACK: u64 = 16 * 1024 * 1024;
    let frame = binary(letters(SIZE));
    let answers = match play.options.stage {
        3 => 0,
        _ => FRAMES * (SIZE + 4),
    };
    play.run(&Script::new().upgrade("/websocket").taken(frame.clone()))?;
    let before = play.server.memory()?;
    play.note("→ the same 2,000 times");
    let mut came = 0;
    for _ in 0..FRAMES {
        play.deliver("", &frame.bytes())?;
        let wire = play.wire("")?;
        came += wire.take(answers - came).len();
    }
    // So many bytes take a busy machine longer than one answer may take.
    while came < answers {
        let deadline = play.deadline();
        let wire = play.wire("")?;
        if wire.end.is_some() || !wire.wait(deadline) {
            let sort = if wire.end.is_some() { Sort::Ended } else { Sort::Late };
            let expected = format!("2,000 echoes, {} bytes", words::grouped(answers));
            let got = format!("only {} bytes came", words::grouped(came));
            return Err(Failure::new(sort, expected, got).into());
        }
        came += wire.take(answers - came).len();
    }
    // The last one tells that all before it were taken.
    play.run(&Script::new().taken(text("the last")))?;
    let grown = play.server.memory()?.saturating_sub(before);
    if grown > SLACK {
        let expected = "memory stays where it was after 2,000 frames of 25.6 kB";
        return Err(Failure::wrong(expected, format!("{grown} bytes more")).into());
    }
    Ok(())
}
