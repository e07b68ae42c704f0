//! Which cases are run: those of the stages up to this one that still hold, and of them the ones
//! that were asked for.

use std::sync::Arc;

use super::arguments::Arguments;
use crate::case::{Case, Scope, Track};
use crate::cases;

/// So many ids are proposed in place of an unknown one.
const PROPOSED: usize = 6;

/// The cases in the order in which they are shown: by stage, and the main line of each first.
pub fn select(arguments: &Arguments) -> Result<Vec<Arc<Case>>, String> {
    let mut all: Vec<Case> =
        cases::all().into_iter().filter(|case| case.stages.contains(&arguments.stage)).collect();
    all.sort_by_key(|case| (*case.stages.start(), case.track == Track::HardToHurt));
    let mut wanted: Vec<bool> = vec![arguments.only.is_empty(); all.len()];
    for text in &arguments.only {
        for at in matching(&all, text).ok_or_else(|| unknown(&all, text, arguments.stage))? {
            wanted[at] = true;
        }
    }
    let chosen: Vec<Arc<Case>> = all
        .into_iter()
        .zip(wanted)
        .filter(|(case, is_wanted)| {
            *is_wanted
                && !(arguments.rules_only && case.scope == Scope::OurChoice)
                && !(arguments.main_line && case.track == Track::HardToHurt)
        })
        .map(|(case, _)| Arc::new(case))
        .collect();
    match chosen.is_empty() {
        true => {
            Err("with --rules-only or --main-line nothing is left of what --only asks for".into())
        }
        false => Ok(chosen),
    }
}

/// The places of the cases that this text means: a rule exactly, else a name, else the beginning
/// of an id or a name.
fn matching(all: &[Case], text: &str) -> Option<Vec<usize>> {
    let plain = |id: &str| id.trim().trim_start_matches('-').replace(' ', "_");
    let text = plain(text);
    let same = |id: &str| plain(id).eq_ignore_ascii_case(&text);
    let starts = |id: &str| {
        plain(id).get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(&text))
    };
    let full = |case: &Case| format!("{}_{}", case.id, case.name);
    let ways: [&dyn Fn(&Case) -> bool; 4] = [
        &|case| same(case.id) || same(case.name) || same(&full(case)),
        &|case| case.also.iter().any(|id| same(id)),
        &|case| starts(case.id) || starts(case.name) || starts(&full(case)),
        &|case| case.also.iter().any(|id| starts(id)),
    ];
    ways.iter().find_map(|is_meant| {
        let found: Vec<usize> = (0..all.len()).filter(|at| is_meant(&all[*at])).collect();
        (!found.is_empty()).then_some(found)
    })
}

fn unknown(all: &[Case], text: &str, stage: u8) -> String {
    let elsewhere = cases::all();
    if let Some(at) = matching(&elsewhere, text).and_then(|found| found.first().copied()) {
        let case = &elsewhere[at];
        let (from, until) = (case.stages.start(), case.stages.end());
        let stages = match from == until {
            true => format!("stage {from} only"),
            false => format!("stages {from} to {until}"),
        };
        return format!("{} {} holds for {stages}, not for stage {stage}", case.id, case.name);
    }
    let mut near: Vec<(usize, &str)> = Vec::new();
    for case in all {
        for known in [case.id, case.name] {
            let far = distance(&known.to_lowercase(), &text.to_lowercase());
            if !near.iter().any(|(_, other)| *other == known) {
                near.push((far, known));
            }
        }
    }
    near.sort_by_key(|(far, _)| *far);
    let proposed: Vec<&str> = near.iter().take(PROPOSED).map(|(_, known)| *known).collect();
    format!("no case is called {text}. Near it: {}", proposed.join(", "))
}

/// How many characters have to be changed, added or left out (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let changed = diagonal + usize::from(left != *right);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> usize {
        matching(&cases::all(), text).map_or(0, |found| found.len())
    }

    #[test]
    fn an_id_is_not_the_beginning_of_another() {
        let all = cases::all();
        let found = matching(&all, "U1").expect("cases of U1");
        assert!(found.iter().all(|at| all[*at].id == "U1"));
        assert!(names("U") > names("U1"));
        assert_eq!(names("connection_is_a_list_of_tokens"), 1);
        assert_eq!(names("u2 connection_is_a_list_of_tokens"), 1);
        assert_eq!(names("nonsense"), 0);
    }

    #[test]
    fn distances() {
        assert_eq!(distance("U2", "U22"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
