//! Every rule, limit, attack and mistake has a case, and every case says all that it has to.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use course::case::{Act, Case};
use course::cases;
use course::ids::{SERVICES, attacks, limits, mistakes, rules};

/// All ids that cases name.
fn named() -> HashSet<String> {
    let all = cases::all();
    let ids = all.iter().flat_map(|case| case.also.iter().copied().chain([case.id]));
    ids.map(String::from).collect()
}

fn all_are_named(wanted: Vec<String>) {
    let named = named();
    let missing: Vec<&String> = wanted.iter().filter(|id| !named.contains(*id)).collect();
    assert!(missing.is_empty(), "without a case: {missing:?}");
}

#[test]
fn every_rule_has_a_case() {
    all_are_named(rules());
}

#[test]
fn every_mistake_has_a_case() {
    all_are_named(mistakes());
}

#[test]
fn every_limit_has_a_case() {
    all_are_named(limits());
}

#[test]
fn every_attack_has_a_case() {
    all_are_named(attacks());
}

#[test]
fn every_service_has_a_case() {
    all_are_named(SERVICES.map(String::from).to_vec());
}

#[test]
fn no_case_names_what_there_is_not() {
    let known: HashSet<String> =
        [rules(), mistakes(), limits(), attacks(), SERVICES.map(String::from).to_vec()]
            .into_iter()
            .flatten()
            .collect();
    let unknown: Vec<String> = named().difference(&known).cloned().collect();
    assert!(unknown.is_empty(), "spelt differently from the lists here: {unknown:?}");
}

#[test]
fn no_two_cases_have_one_name() {
    let mut seen = HashSet::new();
    let again: Vec<String> = cases::all()
        .iter()
        .map(|case| format!("{} {}", case.id, case.name))
        .filter(|name| !seen.insert(name.clone()))
        .collect();
    assert!(again.is_empty(), "twice: {again:?}");
}

/// The folder of a stage and the name of each snapshot that some case compares.
fn snapshots() -> HashSet<String> {
    let mut names = HashSet::new();
    for case in cases::all() {
        for stage in case.stages.clone() {
            names.insert(format!(
                "step{}/{}.snap",
                case.snapshot_stage(stage),
                case.snapshot_name()
            ));
        }
    }
    names
}

#[test]
fn no_snapshot_is_left_over() {
    let known = snapshots();
    let mut left_over = Vec::new();
    for stage in 1..=4 {
        let folder = format!("stages/snapshots/step{stage}");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in fs::read_dir(&path).expect("the snapshots of a stage") {
            let file = entry.expect("a snapshot").file_name().to_string_lossy().into_owned();
            let name = format!("step{stage}/{file}");
            if file.ends_with(".snap") && !known.contains(&name) {
                left_over.push(name);
            }
        }
    }
    assert!(left_over.is_empty(), "of no case: {left_over:?}");
}

#[test]
fn every_case_says_all_that_it_has_to() {
    let says_all = |case: &Case| {
        let texts = [case.section, case.hint, case.why, case.chapter];
        let in_words =
            case.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        let runs = !matches!(case.act, Act::Nothing) && !case.useful_deliveries().is_empty();
        let stages = 1 <= *case.stages.start() && *case.stages.end() <= 4;
        in_words && runs && stages && !case.stages.is_empty() && texts.iter().all(|t| !t.is_empty())
    };
    let all = cases::all();
    let silent: Vec<&str> = all.iter().filter(|case| !says_all(case)).map(|c| c.name).collect();
    assert!(
        silent.is_empty(),
        "without section, hint, why, deliveries or a proper name: {silent:?}"
    );
}
