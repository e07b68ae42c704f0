//! /progress: the server speaks unasked, to the end of a job, and then closes.
use super::ours;
use crate::frame::{CLOSE, PONG, TEXT};
use crate::prelude::*;
use crate::transcript::What;

pub fn cases() -> Vec<Case> {
    let progress = |id, name| {
        ours(id, name)
            .why("Builds, uploads, long queries: polling for them costs a request each time.")
            .hint("Who wakes the server up when no client says anything?")
    };
    vec![
        progress("job", "progress_rises_from_0_to_100_and_closes").main_line().function(|play| {
            play.run(&Script::new().upgrade("/progress"))?;
            watch(play, "")?;
            play.run(&Script::new().send(close(1000, "")).end())
        }),
        progress("job", "two_jobs_run_side_by_side").function(|play| {
            let both = Script::new().client("anna").upgrade("/progress");
            play.run(&both.client("ben").upgrade("/progress"))?;
            let start = Instant::now();
            watch(play, "anna")?;
            let alone = start.elapsed();
            watch(play, "ben")?;
            if start.elapsed() > alone * 3 / 2 {
                let got = format!("{:?} for one, {:?} for both", alone, start.elapsed());
                return Err(Failure::wrong("both jobs at the same time", got).into());
            }
            Ok(())
        }),
        progress("job", "what_is_said_to_a_job_is_ignored").function(|play| {
            play.run(&Script::new().upgrade("/progress").frame(text_frame("0")))?;
            play.run(&Script::new().send(text("faster")).send(binary([1])).send(pong("x")))?;
            let last = rising(play, "", Some(0))?;
            finished(play, "", last)
        }),
        progress("job", "a_job_may_be_left").function(|play| {
            let script = Script::new().upgrade("/progress").frame(text_frame("0"));
            play.run(&script.send(close(1000, "")))?;
            // What was under way may still come, then nothing but the Close.
            loop {
                let came = play.next_frame("")?;
                match came.opcode {
                    CLOSE => {
                        play.transcript.received_frame("", &came);
                        return play.expect("", &Expect::End);
                    }
                    TEXT => {}
                    _ => return Err(Failure::wrong("progress or Close", came.words()).into()),
                }
            }
        }),
        progress("P1", "a_ping_during_a_job_is_answered").section("RFC 6455 §5.5.2").function(
            |play| {
                play.run(
                    &Script::new().upgrade("/progress").frame(text_frame("0")).send(ping("x")),
                )?;
                loop {
                    let came = play.next_frame("")?;
                    match came.opcode {
                        TEXT => {}
                        PONG if came.payload == b"x" => {
                            play.transcript.received_frame("", &came);
                            return Ok(());
                        }
                        _ => return Err(Failure::wrong("progress or a Pong", came.words()).into()),
                    }
                }
            },
        ),
        progress("C5", "after_the_close_of_a_job_only_pings_are_answered")
            .section("RFC 6455 §5.5.1")
            .function(|play| {
                play.run(&Script::new().upgrade("/progress"))?;
                watch(play, "")?;
                let script = Script::new().send(text("again?")).send(ping("x"));
                play.run(&script.frame(pong_frame("x")).send(close(1000, "")).end())
            }),
    ]
}

/// The whole of a job: 0 first, rising, 100 last, then Close 1000.
fn watch(play: &mut Play, client: &'static str) -> Played {
    play.expect(client, &Expect::Frame(text_frame("0")))?;
    let last = rising(play, client, Some(0))?;
    finished(play, client, last)
}

/// Reads numbers that rise, up to Close 1000; gives the last.
fn rising(play: &mut Play, client: &'static str, first: Option<u32>) -> Result<Option<u32>, Stop> {
    let mut last = first;
    loop {
        let came = play.next_frame(client)?;
        if came.opcode == CLOSE && came.payload.starts_with(&1000u16.to_be_bytes()) {
            return Ok(last);
        }
        let number = std::str::from_utf8(&came.payload).ok().and_then(|text| text.parse().ok());
        if came.opcode != TEXT || number.is_none() || number <= last {
            let expected = format!("a number above {}", last.unwrap_or(0));
            return Err(Failure::wrong(expected, came.words()).at(&came.bytes, Some(0)).into());
        }
        last = number;
    }
}

fn finished(play: &mut Play, client: &'static str, last: Option<u32>) -> Played {
    match last {
        Some(100) => {
            let words = "← numbers that rise to 100, then FIN CLOSE, 1000";
            play.transcript.add(client, What::Act(words.into()));
            Ok(())
        }
        _ => Err(Failure::wrong("100 before the Close", format!("{last:?}")).into()),
    }
}
