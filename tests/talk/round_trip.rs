//! The lines that a failure shows send the very bytes that the case sends.

use std::collections::HashMap;

use course::batch;
use course::case::{Act, Delivery};
use course::cases;
use course::play::Options;
use course::script::{Action, Script};
use course::talk::line::{Deed, Usual, parse};
use course::talk::settings::Pace;
use course::talk::write;

/// All that each client sends in a script, in this delivery.
fn sent(script: &Script, options: Options) -> HashMap<String, Vec<u8>> {
    let mut clients: HashMap<String, Vec<u8>> = HashMap::new();
    let mut glued = Vec::new();
    for (at, step) in script.steps.iter().enumerate() {
        let Action::Send(message) = &step.action else { continue };
        if message.bytes().is_empty() {
            continue;
        }
        let name: String = step.client.chars().filter(|c| c.is_alphanumeric()).collect();
        let bytes = clients.entry(name).or_default();
        match options.delivery {
            Delivery::Glued if glued.contains(&at) => {}
            Delivery::Glued => {
                let batch = match options.rules_only {
                    true => batch::glued_after_101(script, at),
                    false => batch::glued(script, at),
                };
                bytes.extend(batch.bytes);
                glued.extend(batch.members);
            }
            _ => bytes.extend(message.bytes()),
        }
    }
    clients
}

#[test]
fn the_lines_of_every_case_send_its_bytes() {
    let mut lines_tried = 0;
    for case in cases::all() {
        let Act::Script(script) = &case.act else { continue };
        let options = case.useful_deliveries().into_iter().flat_map(|delivery| {
            let options = Options::new(4, delivery);
            let rules_only = Options { rules_only: true, ..options };
            let glued = (delivery == Delivery::Glued).then_some(rules_only);
            [Some(options), glued].into_iter().flatten()
        });
        for options in options {
            let delivery = options.delivery;
            let mut clients: HashMap<String, Vec<u8>> = HashMap::new();
            for line in write::script(script, options) {
                let parsed = match parse(&line, &Usual::default()) {
                    Ok(parsed) => parsed,
                    Err(hint) => panic!("{} {}: {line}: {hint}", case.id, case.name),
                };
                lines_tried += 1;
                let Deed::Send(messages, pace) = parsed.deed else { continue };
                if delivery == Delivery::ByteByByte {
                    assert!(matches!(pace, Pace::Bytewise | Pace::Held), "{line}");
                }
                let bytes = clients.entry(parsed.client).or_default();
                bytes.extend(messages.iter().flat_map(|message| message.bytes()));
            }
            let right = clients == sent(script, options);
            assert!(right, "{} {} ({})", case.id, case.name, delivery.words());
        }
    }
    assert!(500 < lines_tried, "only {lines_tried} lines");
}

/// Lines are for reading: those that are cut in a failure are few.
#[test]
fn few_lines_are_too_long_to_type() {
    let (mut all, mut long) = (0, Vec::new());
    for case in cases::all() {
        let Act::Script(script) = &case.act else { continue };
        for line in write::script(script, Options::new(4, Delivery::Whole)) {
            all += 1;
            if 110 < line.chars().count() {
                let start: String = line.chars().take(60).collect();
                long.push(format!("{} {}: {start}", case.id, case.name));
            }
        }
    }
    println!("{}", long.join("\n"));
    assert!(long.len() * 20 < all, "{} of {all} lines are cut", long.len());
}

#[test]
fn lines_are_short_where_they_can_be() {
    let wanted = ["get /", "upgrade /websocket", "text Hello", "ping x", "mask=0 text Hello"];
    let all: Vec<String> = cases::all()
        .iter()
        .filter_map(|case| match &case.act {
            Act::Script(script) => Some(write::script(script, Options::new(4, Delivery::Whole))),
            _ => None,
        })
        .flatten()
        .collect();
    for line in wanted {
        assert!(all.iter().any(|written| written == line), "{line}");
    }
}
