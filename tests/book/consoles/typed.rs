//! Takes a console block apart: what is typed, where, and what is shown behind it.

use clap::Parser;
use course::talk::Talk;

const TALK: &str = "cargo course talk ";
/// Where the book's server listens.
pub const ADDRESS: &str = "127.0.0.1:6969";
/// Stands for any text, and alone in a line for any lines.
pub const ELISION: &str = "…";

/// The folder that a prompt names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// `$`: the folder that holds the others.
    Above,
    /// `course$`
    Course,
    /// `server$`
    Server,
}

#[derive(Clone, Debug)]
pub struct Command {
    pub place: Place,
    /// As it stands in the page, prompt and all.
    pub typed: Vec<String>,
    /// What bash is given.
    pub line: String,
    pub shown: Vec<String>,
}

#[derive(Parser)]
struct TalkLine {
    #[command(flatten)]
    talk: Talk,
}

pub enum Step {
    /// A session of `talk`; the command may have been shown before.
    Talk { command: Option<Command>, talk: Talk, shown: Vec<String> },
    /// Commands that one bash does.
    Shell(Vec<Command>),
    /// `cargo run`, in a terminal of its own.
    Run(Command),
}

/// The steps of a block, or what is not understood.
pub fn steps(lines: &[String]) -> Result<Vec<Step>, String> {
    let mut lines = lines.iter().peekable();
    let mut steps = Vec::new();
    if lines.peek().is_some_and(|line| line.starts_with("> ")) {
        let shown = lines.by_ref().cloned().collect();
        let talk = talk(ADDRESS).ok_or("talk does not take the address")?;
        return Ok(vec![Step::Talk { command: None, talk, shown }]);
    }
    while let Some(line) = lines.next() {
        let Some((place, mut text)) = prompt(line) else {
            return Err(format!("`{line}` stands behind no prompt"));
        };
        let mut typed = vec![line.clone()];
        while text.ends_with('\\') {
            let Some(more) = lines.next() else { break };
            typed.push(more.clone());
            text = format!("{text}\n{more}");
        }
        let mut shown = Vec::new();
        while let Some(line) = lines.next_if(|line| prompt(line).is_none()) {
            shown.push(line.clone());
        }
        let command = Command { place, typed, line: text, shown };
        add(&mut steps, command);
    }
    Ok(steps)
}

fn add(steps: &mut Vec<Step>, mut command: Command) {
    let talk = command.line.strip_prefix(TALK).and_then(talk);
    if let (Place::Course, Some(talk)) = (command.place, talk) {
        let shown = std::mem::take(&mut command.shown);
        steps.push(Step::Talk { command: Some(command), talk, shown });
    } else if command.place != Place::Above && command.line.contains("cargo run") {
        steps.push(Step::Run(command));
    } else if let Some(Step::Shell(commands)) = steps.last_mut() {
        commands.push(command);
    } else {
        steps.push(Step::Shell(vec![command]));
    }
}

/// The arguments of `talk`, if its lines are to be typed.
fn talk(arguments: &str) -> Option<Talk> {
    let words = ["talk"].into_iter().chain(arguments.split_whitespace());
    let talk = TalkLine::try_parse_from(words).ok()?.talk;
    talk.file.is_none().then_some(talk)
}

/// A command in a line with its prompt.
pub fn command(line: &str) -> Option<Command> {
    let (place, text) = prompt(line)?;
    Some(Command { place, typed: vec![line.into()], line: text, shown: Vec::new() })
}

fn prompt(line: &str) -> Option<(Place, String)> {
    let prompts = [("$ ", Place::Above), ("course$ ", Place::Course), ("server$ ", Place::Server)];
    let found =
        prompts.iter().find_map(|(prompt, place)| Some((place, line.strip_prefix(prompt)?)));
    found.map(|(place, text)| (*place, text.to_string()))
}

/// The lines of a session that are typed.
pub fn typed_lines(shown: &[String]) -> Vec<&str> {
    shown.iter().filter_map(|line| line.strip_prefix("> ")).collect()
}

/// Whether a session shows nothing but what is typed.
pub fn shows_nothing(shown: &[String]) -> bool {
    shown.iter().all(|line| line.starts_with("> ") || line.trim().is_empty())
}
