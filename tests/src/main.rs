//! `cargo course`: the tools of the course.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use course::checker::arguments::Arguments;
use course::{book, checker, talk};

/// The tools of the course.
#[derive(Parser)]
#[command(name = "cargo course", bin_name = "cargo course")]
struct Course {
    #[command(subcommand)]
    tool: Tool,
}

#[derive(Subcommand)]
enum Tool {
    Check(Box<Arguments>),
    /// Talk to a server by hand: send what browsers cannot, and see every byte
    Talk(talk::Talk),
    #[command(flatten)]
    Book(book::command::Tool),
}

fn main() -> ExitCode {
    match Course::parse().tool {
        Tool::Check(arguments) => checker::check(&arguments),
        Tool::Talk(talk) => talk::main(&talk),
        Tool::Book(tool) => book::command::main(&tool),
    }
}
