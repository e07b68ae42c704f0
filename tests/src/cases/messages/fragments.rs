//! M1–M5, M9: messages in fragments (RFC 6455 §5.4).
use super::{failing, open, rule};
use crate::prelude::*;

pub fn cases() -> Vec<Case> {
    let mut cases = joined();
    cases.extend(out_of_order());
    cases.extend(empty());
    cases.extend(many());
    cases
}

fn fragments(id: &'static str, name: &'static str) -> Case {
    rule(id, name)
        .section("RFC 6455 §5.4")
        .also(&["mistake 12"])
        .why("Safari sends long messages in fragments, and so does every streaming client.")
        .hint("What has to be remembered between a first fragment and the one with FIN?")
}

fn joined() -> Vec<Case> {
    let hello = || open().send(text("He").unfinished());
    vec![
        fragments("M1", "fragments_are_one_message")
            .main_line()
            .script(hello().send(continuation("llo")).frame(text_frame("Hello"))),
        fragments("M1", "binary_fragments_are_one_binary_message").main_line().script(
            open()
                .send(binary([1, 2]).unfinished())
                .send(continuation([3]).unfinished())
                .send(continuation([4, 255]))
                .frame(binary_frame([1, 2, 3, 4, 255])),
        ),
        fragments("M1", "one_message_after_the_other_is_fragmented").script(
            hello()
                .send(continuation("llo"))
                .frame(text_frame("Hello"))
                .send(binary([1]).unfinished())
                .send(continuation([2]))
                .frame(binary_frame([1, 2]))
                .send(text("whole"))
                .frame(text_frame("whole")),
        ),
        fragments("M9", "a_fragmented_message_comes_back_as_one_frame").our_choice().script(
            open()
                .send(text("one ").unfinished())
                .send(continuation("message, ").unfinished())
                .send(continuation("one ").unfinished())
                .send(continuation("frame"))
                .frame(text_frame("one message, one frame")),
        ),
        fragments("M9", "a_long_message_comes_back_as_one_frame")
            .our_choice()
            .why("A client need not join what the server never cuts.")
            .script(open().send(binary(vec![7; 300_000])).frame(binary_frame(vec![7; 300_000]))),
        fragments("M3", "a_ping_between_fragments_is_answered_at_once")
            .main_line()
            .also(&["P1"])
            .why("An upload may take minutes: keep-alive must not wait for its end.")
            .script(
                hello()
                    .send(ping("now"))
                    .frame(pong_frame("now"))
                    .send(continuation("l").unfinished())
                    .send(ping("again"))
                    .frame(pong_frame("again"))
                    .send(continuation("lo"))
                    .frame(text_frame("Hello")),
            ),
        fragments("M3", "a_pong_between_fragments_is_ignored").also(&["P3"]).script(
            hello().send(pong("unasked")).send(continuation("llo")).frame(text_frame("Hello")),
        ),
    ]
}

fn out_of_order() -> Vec<Case> {
    let wrong = |id, name| {
        fragments(id, name)
            .why("Bytes of one message must never end up in another.")
            .hint("Which opcodes may come while a message is open, and which while none is?")
    };
    vec![
        wrong("M2", "a_continuation_of_nothing_is_refused")
            .script(failing(&[continuation("llo")], 1002)),
        wrong("M2", "an_unfinished_continuation_of_nothing_is_refused")
            .script(failing(&[continuation("llo").unfinished()], 1002)),
        wrong("M2", "an_empty_continuation_of_nothing_is_refused")
            .script(failing(&[continuation("")], 1002)),
        wrong("M2", "a_finished_message_cannot_be_continued").script(
            open()
                .send(text("He").unfinished())
                .send(continuation("llo"))
                .frame(text_frame("Hello"))
                .send(continuation("!"))
                .failed(1002),
        ),
        wrong("M2", "a_whole_message_cannot_be_continued").script(
            open()
                .send(text("Hello"))
                .frame(text_frame("Hello"))
                .send(continuation("!"))
                .failed(1002),
        ),
        wrong("M3", "a_new_text_inside_a_message_is_refused")
            .script(failing(&[text("He").unfinished(), text("llo")], 1002)),
        wrong("M3", "a_new_binary_inside_a_text_is_refused")
            .script(failing(&[text("He").unfinished(), binary("llo")], 1002)),
        wrong("M3", "a_new_unfinished_text_inside_a_message_is_refused")
            .script(failing(&[text("He").unfinished(), text("llo").unfinished()], 1002)),
        wrong("M3", "a_new_text_inside_an_empty_beginning_is_refused")
            .script(failing(&[text("").unfinished(), text("llo")], 1002)),
    ]
}

fn empty() -> Vec<Case> {
    let legal = |name| {
        fragments("M4", name)
            .why("A program that sends what it has got sends an empty fragment at the end.")
            .hint("Does anything of yours take \"no bytes\" for \"no message\"?")
    };
    vec![
        legal("an_empty_text_is_a_message").script(open().send(text("")).frame(text_frame(""))),
        legal("an_empty_binary_is_a_message")
            .script(open().send(binary([])).frame(binary_frame([]))),
        legal("a_first_fragment_may_be_empty").script(
            open()
                .send(text("").unfinished())
                .send(continuation("Hello"))
                .frame(text_frame("Hello")),
        ),
        legal("a_middle_fragment_may_be_empty").script(
            open()
                .send(text("He").unfinished())
                .send(continuation("").unfinished())
                .send(continuation("llo"))
                .frame(text_frame("Hello")),
        ),
        legal("the_last_fragment_may_be_empty").script(
            open()
                .send(text("Hello").unfinished())
                .send(continuation(""))
                .frame(text_frame("Hello")),
        ),
        legal("all_fragments_may_be_empty").script(
            open()
                .send(binary([]).unfinished())
                .send(continuation([]).unfinished())
                .send(continuation([]))
                .frame(binary_frame([])),
        ),
    ]
}

fn many() -> Vec<Case> {
    let limited = |name| {
        fragments("M5", name)
            .our_choice()
            .also(&["--max-fragments"])
            .flags(&["--max-fragments", "3"])
            .why("Empty fragments cost a client 6 bytes each and have no length to limit.")
            .hint("Count them, and begin again with each message.")
    };
    let three = || {
        open()
            .send(text("a").unfinished())
            .send(continuation("b").unfinished())
            .send(continuation("c"))
            .frame(text_frame("abc"))
    };
    vec![
        limited("one_fragment_too_many_is_refused").script(failing(
            &[
                text("a").unfinished(),
                continuation("b").unfinished(),
                continuation("c").unfinished(),
                continuation("d"),
            ],
            1008,
        )),
        limited("empty_fragments_count").script(failing(
            &[
                text("").unfinished(),
                continuation("").unfinished(),
                continuation("").unfinished(),
                continuation("").unfinished(),
            ],
            1008,
        )),
        limited("the_count_starts_again_with_each_message").script({
            let mut script = three();
            script.steps.extend(three().steps.into_iter().skip(2));
            script
        }),
        fragments("M5", "a_message_of_65536_fragments_is_taken")
            .our_choice()
            .why("A well-known conformance suite sends one.")
            .function(many_small_ones),
    ]
}

fn many_small_ones(play: &mut Play) -> Played {
    const COUNT: usize = 65_536;
    play.run(&open())?;
    let mut bytes = binary("x").unfinished().bytes();
    for _ in 1..COUNT - 1 {
        bytes.extend(continuation("x").unfinished().bytes());
    }
    bytes.extend(continuation("x").bytes());
    play.note("→ 65,536 fragments of one byte");
    play.deliver("", &bytes)?;
    play.expect("", &Expect::Frame(binary_frame(vec![b'x'; COUNT])))
}
