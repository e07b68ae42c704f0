//! What the tests share: a server of their own, and a client of it.

use std::net::TcpStream;
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use course::binary;
use course::server::Server;
use tungstenite::client::IntoClientRequest;
use tungstenite::handshake::client::Response;
use tungstenite::protocol::frame::coding::{Data, OpCode};
use tungstenite::protocol::frame::{CloseFrame, Frame};
use tungstenite::{Error, HandshakeError, Message, WebSocket};

pub const DEADLINE: Duration = Duration::from_secs(15);
pub const MAX_MESSAGE: usize = 1024 * 1024;
pub const MAX_ROOM_MESSAGE: usize = 64 * 1024;

/// A server of our last stage, with these flags.
pub fn server(flags: &[&str]) -> Server {
    static BINARY: OnceLock<std::path::PathBuf> = OnceLock::new();
    let binary = BINARY.get_or_init(|| binary::build(binary::package(4)).expect("it builds"));
    let mut command = Command::new(binary);
    command.arg("127.0.0.1:0").args(flags);
    Server::start(command).expect("the server starts")
}

/// A client that gives up after a while, whatever it waits for.
pub struct Guest {
    pub socket: WebSocket<TcpStream>,
    pub response: Response,
}

impl Guest {
    pub fn join(server: &Server, path: &str) -> Guest {
        Guest::join_with(server, path, &[]).expect("the server lets it in")
    }

    /// Joins with more headers, and tells how it failed.
    pub fn join_with(
        server: &Server,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Guest, Error> {
        let stream = TcpStream::connect_timeout(&server.address, DEADLINE)?;
        stream.set_read_timeout(Some(DEADLINE))?;
        stream.set_write_timeout(Some(DEADLINE))?;
        stream.set_nodelay(true)?;
        let mut request = format!("ws://{}{path}", server.address).into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("a value of a header"));
        }
        let joined = tungstenite::client::client(request, stream);
        let (socket, response) = joined.map_err(|error| match error {
            HandshakeError::Failure(error) => error,
            HandshakeError::Interrupted(_) => panic!("no answer to the handshake in time"),
        })?;
        Ok(Guest { socket, response })
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name).and_then(|value| value.to_str().ok())
    }

    pub fn say(&mut self, message: impl Into<Message>) {
        self.socket.send(message.into()).expect("it can be sent");
    }

    /// A frame of a message in several; `first` says what the message is.
    pub fn say_fragment(&mut self, kind: Data, payload: &[u8], fin: bool) {
        let frame = Frame::message(payload.to_vec(), OpCode::Data(kind), fin);
        self.say(Message::Frame(frame));
    }

    /// The next message, or Ping, Pong or Close.
    pub fn hear(&mut self) -> Message {
        self.socket.read().expect("a message comes")
    }

    pub fn hear_text(&mut self) -> String {
        match self.hear() {
            Message::Text(text) => text.to_string(),
            other => panic!("text, not {other:?}"),
        }
    }

    pub fn echo(&mut self, message: impl Into<Message>) {
        let message = message.into();
        self.say(message.clone());
        assert!(self.hear() == message, "something else came back");
    }

    /// Reads to the end of the connection, which has to be one with a Close; gives its code and
    /// reason. 1005 stands for none, as in the RFC.
    pub fn end(mut self) -> (u16, String) {
        let deadline = Instant::now() + DEADLINE;
        let mut close = None;
        loop {
            assert!(Instant::now() < deadline, "no end in time");
            match self.socket.read() {
                Ok(Message::Close(frame)) => close = Some(frame),
                Ok(_) => {}
                Err(Error::ConnectionClosed) => break,
                Err(error) => panic!("after {close:?} a clean end, not: {error}"),
            }
        }
        match close.expect("a Close before the end") {
            Some(CloseFrame { code, reason }) => (code.into(), reason.to_string()),
            None => (1005, String::new()),
        }
    }
}
