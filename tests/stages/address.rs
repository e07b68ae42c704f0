//! The cases that hold for any server, put to a server of which only the address is known, as one
//! of somebody else: our last stage has to pass them, and none may need what it does not get.

use std::process::Command;
use std::sync::Arc;

use course::binary;
use course::case::{Delivery, Scope};
use course::cases;
use course::play::Options;
use course::report::report;
use course::run::{Verdict, run};
use course::server::Server;

const STAGE: u8 = 4;

#[test]
fn any_server_cases_need_an_address_only() {
    let binary = binary::build(binary::package(STAGE)).expect("the crate builds");
    let mut command = Command::new(binary);
    command.arg("127.0.0.1:0");
    let started = Server::start(command).expect("the server starts");
    let foreign = Arc::new(Server::at(started.address));
    let options = Options { rules_only: true, ..Options::new(STAGE, Delivery::Whole) };
    let (mut passed, mut failures) = (0, Vec::new());
    for case in cases::all() {
        let holds = case.scope == Scope::AnyServer && case.stages.contains(&STAGE) && !case.alone;
        if !holds || !case.useful_deliveries().contains(&Delivery::Whole) {
            continue;
        }
        let case = Arc::new(case);
        let outcome = run(&case, &foreign, options);
        match outcome.verdict {
            Verdict::Pass => passed += 1,
            Verdict::Skip(reason) => println!("{} {} SKIPPED: {reason}", case.id, case.name),
            Verdict::Fail(failure) => {
                failures.push(report(&case, options, &outcome.transcript, &failure));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(50 < passed, "only {passed} cases hold for any server");
}
