//! Messages, pings and the end (RFC 6455 §5.4–5.5, §7).

use std::io::{self, Read, Write};
use std::net::TcpStream;

use super::frame::{
    BINARY, CLOSE, CONTINUATION, Frame, Memory, NOT_UTF8, PING, PONG, PROTOCOL_ERROR, TEXT, read,
    write,
};
use super::{Flaw, crash, hear_out};

/// What is to be done after a frame.
enum Next {
    GoOn,
    /// Close with this payload, and the end.
    Close(Vec<u8>),
    /// The end without a word.
    Leave,
}

struct Session<'a> {
    stream: &'a TcpStream,
    flaw: Flaw,
    /// The opcode of the message under way, and what has come of it.
    message: Option<(u8, Vec<u8>)>,
}

/// Echoes messages. `buffer` holds what came with the handshake.
pub fn converse(stream: &TcpStream, mut buffer: Vec<u8>, flaw: Flaw) -> io::Result<()> {
    let mut session = Session { stream, flaw, message: None };
    let mut memory = Memory::default();
    loop {
        match read(&mut buffer, &mut memory, flaw) {
            Ok(Some(frame)) => match session.handle(frame)? {
                Next::GoOn => continue,
                Next::Close(payload) => return session.close(&payload, &mut buffer, &mut memory),
                Next::Leave => return hear_out(stream),
            },
            Ok(None) => {}
            Err(_) if flaw == Flaw::EndsAtABadFrame => crash(),
            Err(code) => return session.close(&code.to_be_bytes(), &mut buffer, &mut memory),
        }
        let mut bytes = [0; 16 * 1024];
        match (&mut &*stream).read(&mut bytes)? {
            0 => return Ok(()),
            count => buffer.extend_from_slice(&bytes[..count]),
        }
    }
}

impl Session<'_> {
    fn send(&self, opcode: u8, payload: &[u8], fin: bool) -> io::Result<()> {
        (&mut &*self.stream).write_all(&write(opcode, payload, fin, self.flaw))
    }

    fn handle(&mut self, frame: Frame) -> io::Result<Next> {
        let flaw = self.flaw;
        match frame.opcode {
            PING => {
                let empty = flaw == Flaw::PongWithoutPayload;
                let payload = if empty { &[][..] } else { &frame.payload };
                if flaw == Flaw::PingEndsMessage {
                    self.message = None;
                }
                if flaw != Flaw::PingNotAnswered {
                    self.send(PONG, payload, true)?;
                }
            }
            PONG if flaw == Flaw::PongsAnswered => self.send(PONG, &frame.payload, true)?,
            PONG => {}
            CLOSE if flaw == Flaw::CloseNotAnswered => return Ok(Next::Leave),
            CLOSE => return Ok(Next::Close(self.answer_to_close(&frame.payload))),
            _ => return self.data(frame),
        }
        Ok(Next::GoOn)
    }

    fn data(&mut self, frame: Frame) -> io::Result<Next> {
        let flaw = self.flaw;
        let failed = |code: u16| Ok(Next::Close(code.to_be_bytes().to_vec()));
        if flaw == Flaw::FragmentsEchoedAsTheyCome {
            let opcode = if frame.opcode == CONTINUATION { TEXT } else { frame.opcode };
            self.send(opcode, &frame.payload, true)?;
            return Ok(Next::GoOn);
        }
        if flaw == Flaw::FragmentsDropped && (frame.opcode == CONTINUATION || !frame.fin) {
            return Ok(Next::GoOn);
        }
        let (opcode, mut bytes) = match (frame.opcode, self.message.take()) {
            (CONTINUATION, Some(message)) => message,
            (CONTINUATION, None) if flaw == Flaw::StrayContinuationsTaken => (TEXT, Vec::new()),
            (CONTINUATION, None) => return failed(PROTOCOL_ERROR),
            (_, Some(_)) if flaw != Flaw::NewMessageInsideMessageTaken => {
                return failed(PROTOCOL_ERROR);
            }
            (opcode, _) => (opcode, Vec::new()),
        };
        if flaw == Flaw::TextValidatedInPieces
            && opcode == TEXT
            && std::str::from_utf8(&frame.payload).is_err()
        {
            return failed(NOT_UTF8);
        }
        bytes.extend_from_slice(&frame.payload);
        if !frame.fin {
            self.message = Some((opcode, bytes));
            return Ok(Next::GoOn);
        }
        let is_checked = opcode == TEXT && flaw != Flaw::TextNotValidated;
        if is_checked && std::str::from_utf8(&bytes).is_err() {
            return failed(NOT_UTF8);
        }
        let is_text = opcode == BINARY && flaw == Flaw::BinaryComesBackAsText;
        if !bytes.is_empty() || flaw != Flaw::EmptyMessagesIgnored {
            self.send(if is_text { TEXT } else { opcode }, &bytes, true)?;
        }
        Ok(Next::GoOn)
    }

    /// The payload of our Close, for one that the client has sent.
    fn answer_to_close(&self, payload: &[u8]) -> Vec<u8> {
        let failed = |code: u16| code.to_be_bytes().to_vec();
        let checks_codes = self.flaw != Flaw::CloseCodesNotChecked;
        match payload {
            [] => Vec::new(),
            [_] if checks_codes => failed(PROTOCOL_ERROR),
            [_] => Vec::new(),
            [high, low, reason @ ..] => {
                let code = u16::from_be_bytes([*high, *low]);
                let is_known = matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999);
                if checks_codes && !is_known {
                    return failed(PROTOCOL_ERROR);
                }
                let checks_reason = self.flaw != Flaw::CloseReasonNotChecked;
                if checks_reason && std::str::from_utf8(reason).is_err() {
                    return failed(NOT_UTF8);
                }
                failed(code)
            }
        }
    }

    fn close(
        &mut self,
        payload: &[u8],
        buffer: &mut Vec<u8>,
        memory: &mut Memory,
    ) -> io::Result<()> {
        self.send(CLOSE, payload, true)?;
        match self.flaw {
            Flaw::EchoAfterClose => {
                while let Ok(Some(frame)) = read(buffer, memory, self.flaw) {
                    self.handle(frame)?;
                }
            }
            Flaw::CloseWithoutEnd => {
                while (&mut &*self.stream).read(&mut [0; 16 * 1024])? > 0 {}
                return Ok(());
            }
            _ => {}
        }
        hear_out(self.stream)
    }
}
