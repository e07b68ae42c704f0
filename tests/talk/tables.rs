//! The tables of the reference are real. Behind `<!-- talk table: step2-handshake -->` stands one
//! whose rows hold the lines to type, the status or close code, a rule, and words of the answer.

use std::path::Path;
use std::{fs, thread};

use course::binary::PACKAGES;

use super::{patience, server, talk};

const PAGE: &str = "../book/src/reference/close-codes.md";
const BEGIN: &str = "<!-- talk table: ";

struct Row {
    stage: u8,
    typed: Vec<String>,
    /// `404`, or the code of a Close.
    code: String,
    words: Option<String>,
}

fn rows(page: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut stage = None;
    for line in page.lines() {
        if let Some(package) = line.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(" -->")) {
            let at = PACKAGES.iter().position(|known| *known == package);
            stage = Some(at.expect("a step") as u8 + 1);
        } else if !line.starts_with('|') {
            stage = None;
        }
        // The line under a table's head, and the head, have no code in them.
        let Some(stage) = stage.filter(|_| line.starts_with("| `")) else { continue };
        let cells = line.replace(r"\|", "\u{0}");
        let cells: Vec<&str> = cells.split('|').map(str::trim).collect();
        let [_, typed, code, _rule, words, _] = cells[..] else {
            panic!("not four cells: {line}");
        };
        rows.push(Row {
            stage,
            typed: code_of(typed),
            code: code.to_string(),
            words: code_of(words).pop(),
        });
    }
    rows
}

/// What stands between backquotes.
fn code_of(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(|code| code.replace('\u{0}', "|")).collect()
}

/// What is wrong with a row, if anything.
fn fault(row: &Row, address: &str) -> Option<String> {
    let mut typed = row.typed.clone();
    let status = match row.stage {
        4 => format!(", {}", row.code),
        _ => format!("HTTP/1.1 {} ", row.code),
    };
    if row.stage == 4 && !typed[0].starts_with("upgrade ") {
        typed.insert(0, "upgrade /websocket".into());
    }
    let (printed, _) = talk(address, patience(row.stage), &typed.join("\n"));
    let came: Vec<&str> = printed.lines().filter(|line| line.starts_with('←')).collect();
    let has = |words: &str| came.iter().any(|line| line.contains(words));
    let right = has(&status) && row.words.as_deref().is_none_or(has);
    (!right).then(|| format!("{} {:?}:\n{printed}", row.code, row.words))
}

#[test]
fn tables_in_the_reference_are_real() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let rows = rows(&fs::read_to_string(path).expect("the page is there"));
    let servers: Vec<_> = (1..=4).map(server).collect();
    let faults: Vec<String> = thread::scope(|scope| {
        let trials: Vec<_> = rows
            .iter()
            .map(|row| {
                let address = servers[usize::from(row.stage) - 1].address.to_string();
                scope.spawn(move || fault(row, &address))
            })
            .collect();
        trials.into_iter().filter_map(|trial| trial.join().expect("no panic")).collect()
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(50 <= rows.len(), "{} rows", rows.len());
}
