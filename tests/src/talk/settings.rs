//! The words in front of a line that change what it sends, or how: `fin=0 text He`.

use super::hint;
use crate::frame::{Frame, LengthForm};

/// The words, as a hint names them.
pub const NAMES: [&str; 13] = [
    "fin=", "rsv1=", "rsv2=", "rsv3=", "opcode=", "mask=", "key=", "length=", "form=", "fill=",
    "bytewise", "split=", "hold",
];
/// The most bytes that `fill` makes.
const MAX_FILL: usize = 100_000_000;

/// How a line's bytes are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Pace {
    #[default]
    Whole,
    Bytewise,
    /// So many bytes, and after a moment the others.
    Split(usize),
    /// Later, in one piece with what the next line sends.
    Held,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    pub pace: Pace,
    pub fin: Option<bool>,
    pub rsv: u8,
    pub opcode: Option<u8>,
    pub mask: Option<bool>,
    pub key: Option<[u8; 4]>,
    pub length: Option<u64>,
    pub form: Option<LengthForm>,
    pub fill: Option<usize>,
}

impl Settings {
    /// Takes one word. False: it is none of these, so the line itself begins here.
    pub fn take(&mut self, word: &str) -> Result<bool, String> {
        let word = word.to_lowercase();
        let pace = match word.as_str() {
            "bytewise" => Some(Pace::Bytewise),
            "hold" => Some(Pace::Held),
            _ => None,
        };
        if let Some(pace) = pace {
            self.pace = pace;
            return Ok(true);
        }
        let Some((name, value)) = word.split_once('=') else {
            return Ok(false);
        };
        let expects = |what: &str| format!("{name}= takes {what}, not \"{value}\"");
        let bit = || match value {
            "0" => Ok(false),
            "1" => Ok(true),
            _ => Err(expects("0 or 1")),
        };
        match name {
            "fin" => self.fin = Some(bit()?),
            "mask" => self.mask = Some(bit()?),
            "rsv1" => self.rsv |= if bit()? { 4 } else { 0 },
            "rsv2" => self.rsv |= if bit()? { 2 } else { 0 },
            "rsv3" => self.rsv |= if bit()? { 1 } else { 0 },
            "opcode" => {
                let digit = u8::from_str_radix(value, 16).ok().filter(|_| value.len() == 1);
                self.opcode = Some(digit.ok_or_else(|| expects("one hex digit, 0 to F"))?);
            }
            "key" => {
                let key = super::escape::hex_bytes(value).ok().and_then(|key| key.try_into().ok());
                self.key = Some(key.ok_or_else(|| expects("four bytes in hex, 37fa213d"))?);
            }
            "length" => {
                self.length = Some(value.parse().map_err(|_| expects("a number of bytes"))?);
            }
            "form" => {
                let form = match value {
                    "126" => LengthForm::TwoBytes,
                    "127" => LengthForm::EightBytes,
                    _ => return Err(expects("126 (2 bytes of length) or 127 (8 bytes)")),
                };
                self.form = Some(form);
            }
            "fill" => {
                let size = value.parse().ok().filter(|size| *size <= MAX_FILL);
                self.fill =
                    Some(size.ok_or_else(|| expects("a number of bytes, 100000000 at most"))?);
            }
            "split" => {
                let at = value.parse().ok().filter(|at| 0 < *at);
                self.pace = Pace::Split(at.ok_or_else(|| expects("a number of bytes"))?);
            }
            _ => return Err(unknown(&word, name)),
        }
        Ok(true)
    }

    /// Whether one of them changes a frame.
    pub fn are_for_frames(&self) -> bool {
        *self != Settings { pace: self.pace, ..Settings::default() }
    }

    /// Changes a frame as they say. A key that was asked for goes before the one that is usual.
    pub fn apply(&self, frame: &mut Frame, usual_key: [u8; 4]) {
        frame.fin = self.fin.unwrap_or(frame.fin);
        frame.rsv = self.rsv;
        frame.opcode = self.opcode.unwrap_or(frame.opcode);
        frame.masking_key = match self.mask {
            Some(false) => None,
            _ => Some(self.key.unwrap_or(usual_key)),
        };
        frame.form = self.form.unwrap_or(frame.form);
        frame.claimed = self.length;
    }
}

/// How such a word is used; other words are as they are.
pub fn example(word: &str) -> String {
    let value = match word {
        "fin=" | "mask=" => "0",
        "rsv1=" | "rsv2=" | "rsv3=" => "1",
        "opcode=" | "split=" => "3",
        "key=" => "00000000",
        "length=" => "8",
        "form=" => "126",
        "fill=" => "70000",
        _ => "",
    };
    format!("{word}{value}")
}

fn unknown(word: &str, name: &str) -> String {
    let meant = hint::nearest(&format!("{name}="), &NAMES);
    let meant = meant.map_or(String::new(), |meant| format!(" Did you mean {}?", example(meant)));
    format!("\"{word}\" is nothing that can stand in front of a line.{meant}")
}
