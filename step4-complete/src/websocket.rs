//! What is said after the upgrade: frames in, answers out, to the end of the
//! close handshake (RFC 6455 §5.4, §5.5, §7).

use crate::app::{ClientId, Endpoint};
use crate::decoder::{Decoder, Piece};
use crate::frame::Opcode;
use crate::message::{self, Assembler, CloseCode, Failure};
use crate::turn::Turn;

#[derive(PartialEq)]
enum State {
    Open,
    /// We have sent Close. No data from us any more; we still answer Pings
    /// until the client's Close comes (C5).
    Closing,
    /// Both have sent Close, or we do not care to wait for the other (C6).
    Finished,
}

pub struct WebSocket {
    client: ClientId,
    endpoint: Endpoint,
    state: State,
    decoder: Decoder,
    assembler: Assembler,
    /// What has come of a control frame, which may stand between the
    /// fragments of a message.
    control: Vec<u8>,
}

impl WebSocket {
    pub fn new(client: ClientId, endpoint: Endpoint) -> Self {
        Self {
            client,
            endpoint,
            state: State::Open,
            decoder: Decoder::default(),
            assembler: Assembler::default(),
            control: Vec::new(),
        }
    }

    /// Takes frames as they come, in pieces of any size. Answers are appended
    /// to `turn.bytes`, or sent at once if they are large. True: at least one
    /// frame is complete.
    pub fn receive(&mut self, input: &mut [u8], turn: &mut Turn) -> bool {
        match self.receive_frames(input, turn) {
            Ok(heard) => heard,
            Err(failure) => {
                self.fail(&failure, turn);
                false
            }
        }
    }

    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    pub fn is_finished(&self) -> bool {
        self.state == State::Finished
    }

    /// Starts the close handshake. Call it while `is_open`.
    pub fn close(&mut self, code: CloseCode, reason: &str, turn: &mut Turn) {
        message::encode_close(Some(code), reason, &mut turn.bytes);
        self.state = State::Closing;
    }

    /// Says what is wrong, unless we have sent Close already, and ends the
    /// connection (C8).
    pub fn fail(&mut self, failure: &Failure, turn: &mut Turn) {
        if self.is_open() {
            let Failure { code, reason } = failure;
            let client = self.client;
            turn.log(&format!("client {client}: closing, {code}: {reason}"));
            self.close(*code, reason, turn);
        }
        self.state = State::Finished;
    }

    /// Gives back the memory that is not needed now.
    pub fn release(&mut self) {
        self.assembler.release();
        self.control.shrink_to_fit();
    }

    fn receive_frames(
        &mut self,
        input: &mut [u8],
        turn: &mut Turn,
    ) -> Result<bool, Failure> {
        let max = match self.endpoint.is_room() {
            true => turn.flags.max_room_message,
            false => turn.flags.max_message,
        };
        let mut heard = false;
        let mut rest = input;
        while !self.is_finished() {
            let space = self.assembler.space(max);
            let Some(piece) = self.decoder.next(rest, space)? else {
                break;
            };
            let (taken, behind) = rest.split_at_mut(piece.payload.end);
            let payload = &taken[piece.payload.clone()];
            rest = behind;
            if piece.header.opcode.is_control() {
                self.receive_control(&piece, payload, turn)?;
            } else {
                self.receive_data(&piece, payload, turn)?;
            }
            heard |= piece.last;
            turn.work += 1;
        }
        Ok(heard)
    }

    fn receive_data(
        &mut self,
        piece: &Piece,
        payload: &[u8],
        turn: &mut Turn,
    ) -> Result<(), Failure> {
        let max_fragments = turn.flags.max_fragments;
        let message = self.assembler.next(piece, payload, max_fragments)?;
        if let Some(message) = message
            && self.state == State::Open
        {
            let (client, endpoint) = (self.client, self.endpoint);
            if endpoint == Endpoint::Echo {
                turn.send(message.opcode, message.payload);
            }
            turn.said += turn.app.receive(client, endpoint, &message)?;
        }
        Ok(())
    }

    fn receive_control(
        &mut self,
        piece: &Piece,
        payload: &[u8],
        turn: &mut Turn,
    ) -> Result<(), Failure> {
        self.control.extend_from_slice(payload);
        if !piece.last {
            return Ok(());
        }
        match piece.header.opcode {
            Opcode::Ping => {
                turn.send(Opcode::Pong, &self.control);
            }
            Opcode::Close => {
                let code = message::parse_close(&self.control)?;
                if self.is_open() {
                    let answer = code.map(CloseCode::answer); // C4
                    message::encode_close(answer, "", &mut turn.bytes);
                }
                self.state = State::Finished;
            }
            _ => {} // a Pong, asked for or not, is nothing to answer (P3)
        }
        self.control.clear();
        Ok(())
    }
}
