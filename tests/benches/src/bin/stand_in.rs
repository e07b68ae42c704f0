//! A server that does one thing wrong, for the tests of the soak: echo, chat and drawing board,
//! a thread for each client. Its first argument names the fault.
#![forbid(unsafe_code)]

use std::io::{Read, Write};
use std::mem;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{SigSet, Signal};

const ANSWER: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

/// One frame in so many is treated wrong, of a room with so many members at least.
const WRONG: (u64, usize) = (20, 4);

#[derive(Default)]
struct Hall {
    fault: String,
    guests: u64,
    /// Path, number and socket of each client.
    members: Vec<(String, u64, Arc<TcpStream>)>,
    /// Frames said or echoed so far.
    count: u64,
    /// What a member gets behind the next message.
    late: Option<(u64, Vec<u8>)>,
    leaked: Vec<TcpStream>,
    wasted: Vec<Vec<u8>>,
}

impl Hall {
    /// All members of a room hear it, in the same order, since the hall is locked.
    fn say(&mut self, path: &str, opcode: u8, payload: &[u8]) {
        self.count += 1;
        let members: Vec<&(String, u64, Arc<TcpStream>)> =
            self.members.iter().filter(|(place, _, _)| place == path).collect();
        let is_its_turn = self.count.is_multiple_of(WRONG.0) && members.len() >= WRONG.1;
        let fault = if is_its_turn { &self.fault } else { "" };
        let mut message = frame(opcode, payload);
        if fault == "loses-for-all" {
            return;
        }
        if fault == "changes" {
            *message.last_mut().expect("a header at least") ^= 1;
        }
        for (at, (_, number, socket)) in members.iter().enumerate() {
            // The first is the witness; the second has been there for longest.
            let is_victim = at == 1;
            let mut bytes = message.clone();
            if is_victim && fault == "loses" {
                continue;
            }
            if is_victim && fault == "doubles" {
                bytes.extend(&message);
            }
            if is_victim && fault == "swaps" {
                self.late = Some((*number, bytes));
                continue;
            }
            if let Some((_, late)) = self.late.take_if(|(late, _)| late == number) {
                bytes.extend(late);
            }
            let _ = socket.as_ref().write_all(&bytes);
        }
    }

    fn echo(&mut self, opcode: u8, payload: &[u8], mut socket: &TcpStream) {
        self.count += 1;
        let mut bytes = frame(opcode, payload);
        if self.fault == "echoes-other-bytes" {
            *bytes.last_mut().expect("a header at least") ^= 1;
        }
        let _ = socket.write_all(&bytes);
    }
}

fn main() {
    // Threads inherit the mask, so only the one that waits for it hears the signal.
    let mut signals = SigSet::empty();
    signals.add(Signal::SIGTERM);
    signals.thread_block().expect("a mask");
    let fault = std::env::args().nth(1).unwrap_or_default();
    let hall = Arc::new(Mutex::new(Hall { fault, ..Hall::default() }));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    println!("Listening on http://{}", listener.local_addr().expect("an address"));
    let stopping = hall.clone();
    thread::spawn(move || {
        let _ = signals.wait();
        let hall = lock(&stopping);
        let code: u16 = if hall.fault == "stops-with-1000" { 1000 } else { 1001 };
        for (_, _, socket) in &hall.members {
            let _ = socket.as_ref().write_all(&frame(8, &code.to_be_bytes()));
            let _ = socket.shutdown(Shutdown::Write);
        }
        thread::sleep(Duration::from_millis(300));
        process::exit(i32::from(hall.fault == "stops-with-exit-code-1"));
    });
    for socket in listener.incoming().flatten() {
        let hall = hall.clone();
        thread::spawn(move || serve(socket, &hall));
    }
}

fn lock(hall: &Mutex<Hall>) -> MutexGuard<'_, Hall> {
    hall.lock().expect("no thread panics with the lock")
}

fn serve(socket: TcpStream, hall: &Mutex<Hall>) -> Option<()> {
    let socket = Arc::new(socket);
    let _ = socket.set_nodelay(true);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        socket.as_ref().read_exact(&mut byte).ok()?;
        head.extend(byte);
    }
    let head = String::from_utf8(head).ok()?;
    let path = head.split(' ').nth(1)?.to_owned();
    let number = enter(&path, &socket, hall)?;
    let result = talk(&path, number, &socket, hall);
    let mut hall = lock(hall);
    hall.members.retain(|(_, member, _)| *member != number);
    if path == "/chat" && hall.fault != "forgets-who-leaves" {
        let here = hall.members.iter().filter(|(place, _, _)| *place == path).count();
        hall.say(&path, 1, format!("guest {number} left, {here} here").as_bytes());
    }
    let _ = socket.shutdown(Shutdown::Write);
    result
}

fn enter(path: &str, socket: &Arc<TcpStream>, hall: &Mutex<Hall>) -> Option<u64> {
    let mut hall = lock(hall);
    hall.guests += 1;
    let number = hall.guests;
    socket.as_ref().write_all(ANSWER).ok()?;
    if hall.fault == "leaks-descriptors" && number.is_multiple_of(10) {
        hall.leaked.push(socket.try_clone().ok()?);
    }
    if hall.fault == "leaks-memory" {
        hall.wasted.push(vec![1; 1 << 20]);
    }
    hall.members.push((path.to_owned(), number, socket.clone()));
    if path == "/chat" {
        let _ = socket.as_ref().write_all(&frame(1, format!("you are guest {number}").as_bytes()));
        let here = hall.members.iter().filter(|(place, _, _)| place == path).count();
        let more = usize::from(hall.fault == "forgets-who-leaves");
        hall.say(path, 1, format!("guest {number} joined, {} here", here + more).as_bytes());
    }
    Some(number)
}

/// Until the client leaves.
fn talk(path: &str, number: u64, mut socket: &TcpStream, hall: &Mutex<Hall>) -> Option<()> {
    let (mut message, mut kind) = (Vec::new(), 0);
    loop {
        let (first, payload) = read_frame(socket)?;
        match first & 0x0f {
            8 => {
                lock(hall).members.retain(|(_, member, _)| *member != number);
                return socket.write_all(&frame(8, &payload)).ok();
            }
            // The lock: a frame of the room must not come in between.
            9 => {
                let _hall = lock(hall);
                socket.write_all(&frame(10, &payload)).ok()?;
            }
            10 => {}
            opcode => {
                kind = if opcode == 0 { kind } else { opcode };
                message.extend(payload);
                if first & 0x80 != 0 {
                    let message = mem::take(&mut message);
                    match path {
                        "/chat" => {
                            let mut line = format!("guest {number}: ").into_bytes();
                            line.extend(message);
                            lock(hall).say(path, kind, &line);
                        }
                        "/draw" => lock(hall).say(path, kind, &message),
                        _ => lock(hall).echo(kind, &message, socket),
                    }
                }
            }
        }
    }
}

fn read_frame(mut socket: &TcpStream) -> Option<(u8, Vec<u8>)> {
    let [first, length] = take(socket)?;
    let length = match length & 0x7f {
        126 => u64::from(u16::from_be_bytes(take(socket)?)),
        127 => u64::from_be_bytes(take(socket)?),
        length => u64::from(length),
    };
    let key: [u8; 4] = take(socket)?;
    let mut payload = vec![0; usize::try_from(length).ok()?];
    socket.read_exact(&mut payload).ok()?;
    payload.iter_mut().zip(key.iter().cycle()).for_each(|(byte, key)| *byte ^= key);
    Some((first, payload))
}

fn take<const SIZE: usize>(mut socket: &TcpStream) -> Option<[u8; SIZE]> {
    let mut bytes = [0; SIZE];
    socket.read_exact(&mut bytes).ok().map(|()| bytes)
}

fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x80 | opcode];
    match payload.len() {
        length @ 0..126 => bytes.push(length as u8),
        length @ 126..0x1_0000 => {
            bytes.push(126);
            bytes.extend((length as u16).to_be_bytes());
        }
        length => {
            bytes.push(127);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    bytes.extend(payload);
    bytes
}
