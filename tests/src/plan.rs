//! How a case is run: in which deliveries, against which server, with which limits and snapshot.

use std::time::Duration;

use crate::batch;
use crate::case::{Act, Case, Delivery};
use crate::script::Script;

impl Case {
    /// The deliveries that make a difference.
    pub fn useful_deliveries(&self) -> Vec<Delivery> {
        let glueing = |script: &Script| batch::can_be_glued(script);
        let useful = |delivery: &Delivery| match &self.act {
            Act::Script(script) => *delivery != Delivery::Glued || glueing(script),
            _ => *delivery != Delivery::Glued,
        };
        self.deliveries.iter().copied().filter(useful).collect()
    }

    /// Whether it needs to read what the server prints.
    pub fn reads_log(&self, stage: u8) -> bool {
        matches!(&self.act, Act::Script(script) if script.reads_log(stage))
    }

    /// How many steps it takes, as far as one can tell.
    pub fn length(&self) -> usize {
        match &self.act {
            Act::Script(script) => script.steps.len(),
            _ => usize::MAX,
        }
    }

    /// Whether it may wait more than it works.
    pub fn is_slow(&self) -> bool {
        !self.shortened.is_empty() || matches!(self.act, Act::Function(_))
    }

    /// The stage whose snapshot holds for `stage`: what an earlier stage answered, a later one
    /// answers too, unless the case says otherwise.
    pub fn snapshot_stage(&self, stage: u8) -> u8 {
        let first = *self.stages.start();
        let anew = self.anew_in.iter().copied().filter(|&from| from <= stage);
        anew.max().unwrap_or(first).max(first)
    }

    /// The name of its snapshot: `U2_connection_is_a_list_of_tokens`.
    pub fn snapshot_name(&self) -> String {
        format!("{}_{}", self.id.trim_start_matches("--").replace(' ', "_"), self.name)
    }

    /// How the server of this case is started: its flags, and the limits that are shortened.
    pub fn arguments(&self, defaults: bool) -> Vec<String> {
        let mut arguments: Vec<String> = self.flags.iter().map(|flag| flag.to_string()).collect();
        for limit in self.shortened.iter().filter(|_| !defaults) {
            arguments.push(limit.flag.into());
            arguments.push(limit.short.to_string());
        }
        arguments
    }

    /// What a limit of this case is set to.
    pub fn limit(&self, flag: &str, defaults: bool) -> Duration {
        let limit = self.shortened.iter().find(|limit| limit.flag == flag);
        let seconds = limit.map(|limit| if defaults { limit.default } else { limit.short });
        Duration::from_secs_f64(seconds.unwrap_or(0.0))
    }
}
