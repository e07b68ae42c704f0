//! /chat: what only shows when numbers are read: names, counts, and one order for all.
use super::ours;
use crate::prelude::*;
use crate::transcript::What;

/// Clients in the case about order, and lines from each.
const CROWD: [&str; 4] = ["anna", "ben", "cleo", "dan"];
const LINES: usize = 50;

pub fn cases() -> Vec<Case> {
    vec![
        ours("room", "names_and_counts_are_right")
            .why("A name that changes hands puts words into somebody's mouth.")
            .hint("When is the count taken: before the newcomer is in, or after?")
            .function(names_and_counts),
        ours("room", "a_guest_number_is_never_given_again")
            .why("Who reads \"guest 2\" has to be able to tell which one it was.")
            .hint("A number that counts those who are here goes down again.")
            .function(numbers_are_not_reused),
        ours("room", "all_members_hear_the_same_in_the_same_order")
            .why("Two people who saw different orders of the same words talk past each other.")
            .hint("How many places are there where the order of two lines is decided?")
            .function(same_order),
    ]
}

/// Enters the room; gives the guest number.
fn enter(play: &mut Play, client: &'static str) -> Result<u64, Stop> {
    play.run(&Script::new().client(client).upgrade("/chat"))?;
    let greeting = line(play, client)?;
    let number = greeting.strip_prefix("you are guest ").and_then(|number| number.parse().ok());
    number.ok_or_else(|| Failure::wrong("you are guest NUMBER", greeting).into())
}

/// The next line that a client hears.
fn line(play: &mut Play, client: &'static str) -> Result<String, Stop> {
    let came = play.next_frame(client)?;
    let words = came.words();
    let text = (came.opcode == crate::frame::TEXT).then(|| String::from_utf8(came.payload));
    match text {
        Some(Ok(text)) => Ok(text),
        _ => Err(Failure::wrong("a line of text", words).into()),
    }
}

fn hears(play: &mut Play, client: &'static str, wanted: &str) -> Played {
    let came = line(play, client)?;
    match came == wanted {
        true => {
            // Numbers differ where strangers are in the room.
            let masked: Vec<&str> = came.split(|c: char| c.is_ascii_digit()).collect();
            let words = format!("← FIN TEXT \"{}\"", masked.join("#"));
            play.transcript.add(client, What::Act(words));
            Ok(())
        }
        false => Err(Failure::wrong(format!("\"{wanted}\" to {client}"), came).into()),
    }
}

/// Where strangers may be in the room, counts are not known.
fn names_and_counts(play: &mut Play) -> Played {
    let anna = enter(play, "anna")?;
    hears(play, "anna", &format!("guest {anna} joined, 1 here"))?;
    let ben = enter(play, "ben")?;
    for client in ["anna", "ben"] {
        hears(play, client, &format!("guest {ben} joined, 2 here"))?;
    }
    play.send("ben", text("hello"))?;
    for client in ["anna", "ben"] {
        hears(play, client, &format!("guest {ben}: hello"))?;
    }
    play.send("anna", text("oh"))?;
    for client in ["anna", "ben"] {
        hears(play, client, &format!("guest {anna}: oh"))?;
    }
    play.run(&Script::new().client("anna").leave())?;
    hears(play, "ben", &format!("guest {anna} left, 1 here"))
}

fn numbers_are_not_reused(play: &mut Play) -> Played {
    let anna = enter(play, "anna")?;
    hears(play, "anna", &format!("guest {anna} joined, 1 here"))?;
    let mut last = anna;
    for _ in 0..3 {
        let ben = enter(play, "ben")?;
        if ben <= last {
            let expected = format!("a guest number above {last}");
            return Err(Failure::wrong(expected, format!("guest {ben}")).into());
        }
        last = ben;
        hears(play, "anna", &format!("guest {ben} joined, 2 here"))?;
        play.run(&Script::new().client("ben").leave())?;
        hears(play, "anna", &format!("guest {ben} left, 1 here"))?;
    }
    Ok(())
}

fn same_order(play: &mut Play) -> Played {
    for (at, client) in CROWD.into_iter().enumerate() {
        enter(play, client)?;
        for member in &CROWD[..=at] {
            line(play, member)?; // the newcomer is announced
        }
    }
    // Sent without waiting for anything, so that lines of several members are under way at once.
    for number in 0..LINES {
        for client in CROWD {
            play.deliver(client, &text(format!("{client} {number}")).bytes())?;
        }
    }
    let mut heard: Vec<Vec<String>> = Vec::new();
    for client in CROWD {
        let lines = (0..LINES * CROWD.len()).map(|_| line(play, client));
        heard.push(lines.collect::<Result<_, _>>()?);
    }
    for other in &heard[1..] {
        let difference = heard[0].iter().zip(other).find(|(first, second)| first != second);
        if let Some((first, second)) = difference {
            let expected = format!("\"{first}\" at the same place for all");
            return Err(Failure::wrong(expected, second.clone()).into());
        }
    }
    play.note(&format!("{} members each say {LINES} lines at the same time", CROWD.len()));
    play.note("all hear all of them in the same order");
    // And nobody's own lines change places.
    for client in CROWD {
        let own: Vec<&String> = heard[0].iter().filter(|line| line.contains(client)).collect();
        let sorted = own.iter().enumerate().all(|(at, line)| line.ends_with(&format!(" {at}")));
        if own.len() != LINES || !sorted {
            let got = format!("{} lines, or another order", own.len());
            return Err(Failure::wrong(format!("{client}'s {LINES} lines in order"), got).into());
        }
    }
    Ok(())
}
