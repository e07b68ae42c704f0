//! Runs the cases of a stage as tests: each case and delivery is one, by name.

use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::{env, path::Path, path::PathBuf};

use course::binary;
use course::case::{Case, Delivery};
use course::cases;
use course::play::Options;
use course::report::report;
use course::run::{Verdict, run};
use course::server::Server;
use libtest_mimic::{Arguments, Conclusion, Failed, Trial};

/// Cases wait more than they work, so more of them run at a time than there are processors.
const THREADS: usize = 12;
/// Set to try only the cases that wait for a limit, with the limits at their defaults.
const DEFAULTS: &str = "COURSE_DEFAULTS";

/// The server that most cases of a stage share; it is replaced when a case has ended it.
struct Shared {
    binary: PathBuf,
    server: Mutex<Option<Arc<Server>>>,
    /// The cases that could not be tried here, with the reasons.
    skipped: Mutex<Vec<String>>,
}

/// Builds the crate of a stage and runs every case that holds there.
pub fn run_stage(stage: u8) -> Conclusion {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = arguments.test_threads.or(Some(THREADS));
    let built = match arguments.list {
        true => Ok(PathBuf::new()),
        false => binary::build(binary::package(stage)),
    };
    let binary = match built {
        Ok(binary) => binary,
        Err(error) => {
            let failing = move || Err(Failed::from(error));
            return libtest_mimic::run(&arguments, vec![Trial::test("the_crate_builds", failing)]);
        }
    };
    let skipped = Mutex::new(Vec::new());
    let shared = Arc::new(Shared { binary, server: Mutex::new(None), skipped });
    let mut trials = Vec::new();
    let defaults = env::var_os(DEFAULTS).is_some();
    let is_tried = |case: &Case| !defaults || !case.shortened.is_empty();
    let cases = cases::all().into_iter().filter(|case| case.stages.contains(&stage));
    for case in cases.filter(is_tried) {
        let case = Arc::new(case);
        for delivery in case.useful_deliveries() {
            let (case, shared) = (Arc::clone(&case), Arc::clone(&shared));
            let options = Options { defaults, ..Options::new(stage, delivery) };
            trials.push(Trial::test(name(&case, delivery), move || {
                try_case(&case, &shared, options)
            }));
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    for line in shared.skipped.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        println!("SKIPPED {line}");
    }
    conclusion
}

fn name(case: &Case, delivery: Delivery) -> String {
    format!("{} {} ({})", case.id, case.name, delivery.words())
}

fn try_case(case: &Arc<Case>, shared: &Shared, options: Options) -> Result<(), Failed> {
    let alone = case.alone || case.reads_log(options.stage);
    let server = match alone {
        true => Arc::new(start(&shared.binary, &case.arguments(options.defaults))?),
        false => shared.server()?,
    };
    let outcome = run(case, &server, options);
    match outcome.verdict {
        Verdict::Pass => {
            snapshot(case, options.stage, &outcome.transcript.render());
            Ok(())
        }
        Verdict::Skip(reason) => {
            let line = format!("{}: {reason}", name(case, options.delivery));
            shared.skipped.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            Ok(())
        }
        Verdict::Fail(failure) => Err(report(case, options, &outcome.transcript, &failure).into()),
    }
}

impl Shared {
    fn server(&self) -> Result<Arc<Server>, Failed> {
        let mut shared = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        match shared.as_ref().filter(|server| server.exit_status().is_none()) {
            Some(server) => Ok(Arc::clone(server)),
            None => {
                let server = Arc::new(start(&self.binary, &[])?);
                *shared = Some(Arc::clone(&server));
                Ok(server)
            }
        }
    }
}

fn start(binary: &Path, arguments: &[String]) -> Result<Server, Failed> {
    let mut command = Command::new(binary);
    command.arg("127.0.0.1:0").args(arguments);
    Server::start(command).map_err(Failed::from)
}

/// A case has one snapshot: in the folder of the stage where it begins to hold. Later stages have
/// to give the very same transcript, unless the case says from which stage on it is another one.
fn snapshot(case: &Case, stage: u8, transcript: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("../snapshots/step{}", case.snapshot_stage(stage)));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(format!("{}: {}", case.section, case.why));
    settings.bind(|| insta::assert_snapshot!(case.snapshot_name(), transcript));
}
