//! A case as a list of steps: what is sent, and what has to come back.
//!
//! Everything else is made from this list: the three deliveries, the transcript, the caret under
//! the first wrong byte, and the lines for `talk`.

use std::time::Duration;

use crate::answer::Answer;
use crate::expect::{Expect, FrameWanted};
use crate::frame::Frame;
use crate::request::Request;
use crate::server::target_at;

#[derive(Clone, Default)]
pub struct Script {
    pub steps: Vec<Step>,
    current: &'static str,
}

#[derive(Clone)]
pub struct Step {
    /// The client that acts; an empty name where there is only one.
    pub client: &'static str,
    pub action: Action,
}

#[derive(Clone)]
pub enum Action {
    Send(Message),
    Expect(Expect),
    /// FIN: nothing more will be sent.
    FinishSending,
    /// RST.
    Reset,
    /// The client closes its socket.
    Leave,
    /// The server prints lines with these texts, in this order, among others.
    Log(Vec<String>),
    /// The server prints no line with this text, up to now.
    NotLogged(String),
}

#[derive(Clone)]
pub enum Message {
    Request(Request),
    /// A plain upgrade request, in short.
    Upgrade(String),
    Frame(Frame),
    /// Bytes that are no frame and no request, with a word on what they are.
    Raw(Vec<u8>, String),
    /// Bytes that are shown as lines: HTTP, or what only looks like it.
    Lines(Vec<u8>),
}

impl From<Request> for Message {
    fn from(request: Request) -> Message {
        Message::Request(request)
    }
}

impl From<Frame> for Message {
    fn from(frame: Frame) -> Message {
        Message::Frame(frame)
    }
}

/// Text sent as it stands, shown as lines.
impl From<&str> for Message {
    fn from(text: &str) -> Message {
        Message::Lines(text.as_bytes().to_vec())
    }
}

impl From<String> for Message {
    fn from(text: String) -> Message {
        Message::Lines(text.into_bytes())
    }
}

/// Bytes sent as they stand, shown in hex.
pub fn raw(bytes: impl Into<Vec<u8>>, words: &str) -> Message {
    Message::Raw(bytes.into(), words.into())
}

impl Message {
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Message::Request(request) => request.bytes(),
            Message::Upgrade(path) => crate::request::upgrade(path).bytes(),
            Message::Frame(frame) => frame.bytes(),
            Message::Raw(bytes, _) | Message::Lines(bytes) => bytes.clone(),
        }
    }
}

impl Script {
    pub fn new() -> Script {
        Script::default()
    }

    /// The steps that follow are this client's.
    pub fn client(mut self, name: &'static str) -> Script {
        self.current = name;
        self
    }

    fn step(mut self, action: Action) -> Script {
        self.steps.push(Step { client: self.current, action });
        self
    }

    pub fn send(self, message: impl Into<Message>) -> Script {
        self.step(Action::Send(message.into()))
    }

    /// Opens a WebSocket at this path: one line each way in the transcript.
    pub fn upgrade(self, path: &str) -> Script {
        self.step(Action::Send(Message::Upgrade(path.into())))
            .step(Action::Expect(Expect::Upgraded))
    }

    pub fn expect(self, answer: Answer) -> Script {
        self.step(Action::Expect(Expect::Response(answer)))
    }

    pub fn frame(self, wanted: FrameWanted) -> Script {
        self.step(Action::Expect(Expect::Frame(wanted)))
    }

    /// Sends a data frame that a server of stage 3 prints and one of stage 4 echoes.
    pub fn taken(self, frame: Frame) -> Script {
        self.step(Action::Send(frame.clone().into())).step(Action::Expect(Expect::Taken(frame)))
    }

    /// The server fails the connection with this code (stage 3: ends it and logs the rule).
    pub fn failed(self, code: u16) -> Script {
        self.step(Action::Expect(Expect::Failed(code)))
    }

    /// The server ends the connection properly and sends nothing before that.
    pub fn end(self) -> Script {
        self.step(Action::Expect(Expect::End))
    }

    /// The server lets the connection go, properly or not.
    pub fn gone(self) -> Script {
        self.step(Action::Expect(Expect::Gone))
    }

    /// A refusal and the end of the connection.
    pub fn refused(self, answer: Answer) -> Script {
        self.expect(answer).end()
    }

    pub fn silence(self, millis: u64) -> Script {
        self.step(Action::Expect(Expect::Silence(Duration::from_millis(millis))))
    }

    pub fn finish_sending(self) -> Script {
        self.step(Action::FinishSending)
    }

    pub fn reset(self) -> Script {
        self.step(Action::Reset)
    }

    pub fn leave(self) -> Script {
        self.step(Action::Leave)
    }

    /// The server prints lines with these texts, in this order, among others.
    pub fn log(self, texts: &[&str]) -> Script {
        let texts = texts.iter().map(|text| text.to_string()).collect();
        self.step(Action::Log(texts))
    }

    pub fn not_logged(self, text: &str) -> Script {
        self.step(Action::NotLogged(text.into()))
    }

    /// The same for a server that speaks WebSocket at another path.
    pub fn at(mut self, websocket: Option<&str>) -> Script {
        for step in &mut self.steps {
            match &mut step.action {
                Action::Send(Message::Request(request)) => {
                    request.target = target_at(websocket, &request.target);
                }
                Action::Send(Message::Upgrade(path)) => *path = target_at(websocket, path),
                _ => {}
            }
        }
        self
    }

    /// Whether it reads what the server prints, at this stage.
    pub fn reads_log(&self, stage: u8) -> bool {
        self.steps.iter().any(|step| match &step.action {
            Action::Log(_) | Action::NotLogged(_) => true,
            Action::Expect(Expect::Taken(_) | Expect::Failed(_)) => stage == 3,
            _ => false,
        })
    }

    /// Whether stages answer differently although the script is the same.
    pub fn differs_by_stage(&self) -> bool {
        let differs = |step: &Step| {
            matches!(&step.action, Action::Expect(Expect::Taken(_) | Expect::Failed(_)))
        };
        self.steps.iter().any(differs)
    }
}
