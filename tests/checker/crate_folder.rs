//! Crates of a reader's: built, started with an address, or on the usual port without a word.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::sync::PoisonError;

use crate::cli::{USUAL_PORT, course, said, said_by};

/// Writes a crate without dependencies.
pub fn write(folder: &Path, main: &str) {
    fs::create_dir_all(folder.join("src")).expect("a folder");
    // A workspace of its own: above it there may be another.
    let manifest =
        "[package]\nname = \"server\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n";
    fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
    fs::write(folder.join("src/main.rs"), main).expect("a program");
}

/// A server as the book has it after its first pages: no address, no threads, no words, and an
/// `unwrap` where a client may be gone.
const EARLY: &str = r#"
use std::io::{Read, Write};
use std::net::TcpListener;

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\
    Content-Type: text/html; charset=utf-8\r\nConnection: close\r\n\r\nhi";

fn main() {
    let listener = TcpListener::bind("127.0.0.1:6969").unwrap();
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let mut buffer = [0; 1024];
        let Ok(size) = stream.read(&mut buffer) else { continue };
        let _ = std::str::from_utf8(&buffer[..size]).unwrap();
        let _ = stream.write_all(ANSWER);
    }
}
"#;

/// The same with the address as an argument, a thread for each client, and a line that tells.
const LATER: &str = r#"
use std::io::{Read, Write};
use std::net::TcpListener;

fn main() {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:6969".into());
    let listener = TcpListener::bind(address).unwrap();
    println!("Listening on http://{}", listener.local_addr().unwrap());
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        std::thread::spawn(move || {
            let mut buffer = [0; 1024];
            while let Ok(1..) = stream.read(&mut buffer) {
                let head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
                let _ = stream.write_all(head.as_bytes());
            }
        });
    }
}
"#;

#[test]
fn an_early_server_listens_on_the_usual_port() {
    let _taken = USUAL_PORT.write().unwrap_or_else(PoisonError::into_inner);
    if TcpListener::bind("127.0.0.1:6969").is_err() {
        println!("SKIPPED: something else listens on 127.0.0.1:6969");
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("early");
    write(&folder, EARLY);
    let folder = folder.to_string_lossy().into_owned();
    let said = said_by(course(&["check", "1", &folder, "--main-line", "--patience", "0.5"]));
    let out = said.stdout;
    assert_eq!(said.code, Some(1), "{out}{}", said.stderr);
    assert!(out.contains("at 127.0.0.1:6969, stage 1: 8 cases."), "{out}");
    assert!(out.contains("It serves one client at a time"), "{out}");
    assert!(out.contains("Stage 1 does not work yet: "), "{out}");
}

#[test]
fn a_later_server_is_told_its_port() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("later");
    write(&folder, LATER);
    let folder = folder.to_string_lossy().into_owned();
    let said = said(course(&["check", "1", &folder, "--only", "a_silent_client_blocks_nobody"]));
    assert!(!said.stdout.contains("6969"), "{}", said.stdout);
    assert!(said.stdout.contains("Passed: 1 of 1."), "{}", said.stdout);
}
