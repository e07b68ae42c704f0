//! F5, F6: the three forms of the payload length (RFC 6455 §5.2).
use super::{failed, letters, taken};
use crate::prelude::*;

pub fn cases() -> Vec<Case> {
    let mut cases = accepted();
    cases.extend(longer_forms());
    cases.extend(top_bit());
    cases
}

fn accepted() -> Vec<Case> {
    vec![
        length("length_5_is_read", 5).why("The first message of every tutorial: hello.").hint(
            "The length is the second byte without its highest bit. Is it right, and what follows \
                 is not? Then ask which byte of the key is due (F9).",
        ),
        length("length_125_is_the_last_in_the_second_byte", 125)
            .why("One more, and the length stands somewhere else.")
            .hint("Which values of the 7 bits are lengths, and which only say where to look?"),
        length("length_126_is_the_first_in_two_bytes", 126)
            .why("A sentence of chat has that many bytes.")
            .hint("The value 126 says: the length stands in the next 2 bytes, the big one first."),
        length("length_127_is_no_sign_in_two_bytes", 127)
            .why("127 as a length looks like the sign for the 8-byte form.")
            .hint("Only the 7 bits of the second byte are a sign; what follows is a number."),
        length("length_128_does_not_turn_negative", 128)
            .also(&["mistake 1"])
            .why("A byte of 128 and more is negative in a signed char: it ends the C server.")
            .hint("Is each byte of the length taken as a number from 0 to 255?"),
        length("length_256_is_big_endian", 256)
            .why("The byte order of most machines is the other one: 256 would be read as 1.")
            .hint("Network byte order: the most significant byte comes first."),
        length("length_65535_is_the_last_in_two_bytes", 65_535)
            .also(&["mistake 1"])
            .why("Both bytes of the length are 0xFF.")
            .hint("Is each byte of the length taken as a number from 0 to 255?"),
        length("length_65536_is_the_first_in_eight_bytes", 65_536)
            .why("A picture has more bytes than 2 bytes can count.")
            .hint("The value 127 says: the length stands in the next 8 bytes, the big one first."),
        length("length_70000_takes_several_reads", 70_000)
            .also(&["mistake 10"])
            .why("More than one read brings: whoever takes one read for a frame is out of step.")
            .hint("One read may end anywhere in a frame. Who remembers what is still missing?"),
    ]
}

fn length(name: &'static str, count: usize) -> Case {
    case("F5", name)
        .section("RFC 6455 §5.2")
        .main_line()
        .stages(3..=4)
        .script(taken(text(letters(count))))
}

fn longer_forms() -> Vec<Case> {
    let two = LengthForm::TwoBytes;
    let eight = LengthForm::EightBytes;
    vec![
        longer("empty_in_two_bytes_is_refused", 0, two),
        longer("length_5_in_two_bytes_is_refused", 5, two),
        longer("length_125_in_two_bytes_is_refused", 125, two),
        longer("length_5_in_eight_bytes_is_refused", 5, eight),
        longer("length_126_in_eight_bytes_is_refused", 126, eight),
        longer("length_65535_in_eight_bytes_is_refused", 65_535, eight),
    ]
}

fn longer(name: &'static str, count: usize, form: LengthForm) -> Case {
    case("F5", name)
        .section("RFC 6455 §5.2")
        .our_choice()
        .stages(3..=4)
        .why("Two ways to write one frame let it pass a filter that knows the other.")
        .hint("The form says where the length stands, the length says which form it needed.")
        .script(failed(text(letters(count)).form(form), 1002))
}

fn top_bit() -> Vec<Case> {
    vec![
        top("the_top_bit_alone_is_refused", 1 << 63),
        top("all_64_bits_are_refused", u64::MAX),
        top("the_top_bit_with_a_small_length_is_refused", (1 << 63) | 5),
    ]
}

fn top(name: &'static str, claim: u64) -> Case {
    let frame = binary("Hello").form(LengthForm::EightBytes).claiming(claim);
    case("F6", name)
        .section("RFC 6455 §5.2")
        .stages(3..=4)
        .why("As a signed number such a length is negative. It breaks the framing: 1002, not 1009.")
        .hint("What do you look at first: what a frame may be, or what you have room for?")
        .script(failed(frame, 1002))
}
