//! C5: the server closes, and hears the client out (RFC 6455 §5.5.1).
//!
//! A server that is asked to stop says Close 1001 to all, which is the quickest way to see it.
use super::rule;
use crate::prelude::*;

pub fn cases() -> Vec<Case> {
    let stopping = |name| {
        rule("C5", name)
            .section("RFC 6455 §5.5.1")
            .our_choice()
            .also(&["C4"])
            .alone()
            .why("The client has not heard yet that we close: what it says is no fault.")
            .hint("Having sent Close is a state of its own: what may still be sent in it?")
    };
    vec![
        stopping("after_our_close_pings_are_answered").also(&["C4", "P1"]).function(|play| {
            stop(play)?;
            let script = Script::new().send(ping("still here?")).frame(pong_frame("still here?"));
            play.run(&script.send(close(1001, "")).end())?;
            exits(play)
        }),
        stopping("after_our_close_data_is_not_answered").function(|play| {
            stop(play)?;
            // The pong tells that the text in front of it has been looked at.
            let script = Script::new()
                .send(text("too late"))
                .send(binary([1]).unfinished())
                .send(ping("x"))
                .frame(pong_frame("x"))
                .send(continuation([2]));
            play.run(&script.send(close(1001, "")).end())?;
            exits(play)
        }),
        stopping("the_answer_to_our_close_is_not_answered").function(|play| {
            stop(play)?;
            play.run(&Script::new().send(close(1000, "bye")).end())?;
            exits(play)
        }),
        stopping("an_empty_answer_to_our_close_is_enough").function(|play| {
            stop(play)?;
            play.run(&Script::new().send(crate::frame::frame(crate::frame::CLOSE, [])).end())?;
            exits(play)
        }),
        stopping("a_bad_frame_after_our_close_gets_no_second_close").function(|play| {
            stop(play)?;
            play.run(&Script::new().send(text("x").unmasked()).end())?;
            exits(play)
        }),
        stopping("a_client_that_only_ends_tcp_is_let_go").function(|play| {
            stop(play)?;
            play.run(&Script::new().finish_sending().end())?;
            exits(play)
        }),
    ]
}

fn stop(play: &mut Play) -> Played {
    play.run(&Script::new().upgrade("/websocket").send(text("hello")).frame(text_frame("hello")))?;
    play.server.signal("TERM")?;
    play.server_ends = true;
    play.expect("", &Expect::Frame(close_frame(1001)))
}

fn exits(play: &mut Play) -> Played {
    // The server waits for the client to end TCP, as long as its close timeout.
    play.leave("");
    let deadline = play.deadline();
    match play.server.wait_for_exit(deadline) {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(Failure::wrong("the server exits with 0", status.to_string()).into()),
        None => Err(Failure::new(Sort::Late, "the server exits", "it goes on").into()),
    }
}
