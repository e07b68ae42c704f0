//! What the client says after the upgrade: frames, which this stage only
//! reads.

use crate::decoder::Decoder;
use crate::frame::FrameError;
use crate::log;
use crate::turn::Turn;

/// Bytes of payload that a frame may have (F7).
const MAX_PAYLOAD: u64 = 1024 * 1024;

#[derive(Default)]
pub struct WebSocket {
    decoder: Decoder,
    /// What has come of the current frame's payload.
    payload: Vec<u8>,
}

impl WebSocket {
    /// Takes frames as they come, in pieces of any size. Behind a bad one
    /// nobody knows where the next begins: the connection cannot go on.
    pub fn receive(
        &mut self,
        input: &mut [u8],
        turn: &mut Turn,
    ) -> Result<(), FrameError> {
        let mut rest = input;
        while let Some(piece) = self.decoder.next(rest, MAX_PAYLOAD)? {
            let (taken, behind) = rest.split_at_mut(piece.payload.end);
            self.payload.extend_from_slice(&taken[piece.payload]);
            rest = behind;
            if piece.last {
                turn.log(&log::frame(&piece.header, &self.payload));
                self.payload.clear();
            }
        }
        Ok(())
    }
}
