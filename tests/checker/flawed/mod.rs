//! A small WebSocket server with one mistake: what the checker has to find. Nothing in it is taken
//! from the stages, so that a mistake of theirs is not hidden by the same one here.

mod frame;
mod handshake;
mod http;
mod session;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process;
use std::thread;
use std::time::Duration;

/// A mistake that people make.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Flaw {
    /// It has none.
    Sound,

    // Requests.
    OneReadIsOneRequest,
    PipelinedRequestsLost,
    EmptyLinesNotSkipped,
    HostNotChecked,
    HeadersNotChecked,
    ConnectionCloseIgnored,
    HeadWithBody,
    QueryIsPartOfPath,
    OnePageForEveryPath,

    // The handshake.
    WholeConnectionValue,
    FirstConnectionLineOnly,
    UpgradeInOneCaseOnly,
    NamesInOneCaseOnly,
    UpgradeNotChecked,
    VersionNotChecked,
    VersionNotTold,
    MissingKeyTaken,
    TwoKeysTaken,
    WrongGuid,
    AcceptInHex,
    AcceptOfTheRfc,
    ConnectionCloseAfter101,
    SubprotocolNotOffered,
    FirstFrameLost,

    // Frames.
    LengthInHostOrder,
    LengthIsSigned,
    LengthFormsMixedUp,
    AnswersInHostOrder,
    TopBitIgnored,
    OneReadIsOneFrame,
    MaskRunsOn,
    FirstKeyForAll,
    UnmaskedTaken,
    AnswersMasked,
    ReservedBitsIgnored,
    UnknownOpcodesTaken,
    LongControlFramesTaken,
    ControlFragmentsTaken,

    // Messages.
    FragmentsDropped,
    FragmentsEchoedAsTheyCome,
    StrayContinuationsTaken,
    NewMessageInsideMessageTaken,
    PingEndsMessage,
    EmptyMessagesIgnored,
    BinaryComesBackAsText,
    TextNotValidated,
    TextValidatedInPieces,

    // Pings and the end.
    PingNotAnswered,
    PongWithoutPayload,
    PongsAnswered,
    CloseNotAnswered,
    CloseWithoutEnd,
    CloseCodesNotChecked,
    CloseReasonNotChecked,
    EchoAfterClose,

    // The program.
    OneClientAtATime,
    AnswersNothing,
    EndsAtABadFrame,
}

/// How long a client may take to end the connection after us.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// Starts a server on a free port, for as long as this program runs.
pub fn start(flaw: Flaw) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || serve(&listener, flaw));
    address
}

/// Serves until the end of the program.
pub fn serve(listener: &TcpListener, flaw: Flaw) {
    for stream in listener.incoming().flatten() {
        if flaw == Flaw::OneClientAtATime {
            converse(stream, flaw);
        } else {
            thread::spawn(move || converse(stream, flaw));
        }
    }
}

fn converse(stream: TcpStream, flaw: Flaw) {
    let _ = stream.set_nodelay(true);
    if flaw == Flaw::AnswersNothing {
        thread::sleep(Duration::from_secs(60));
    }
    // An error means that the client is gone.
    let _ = http::converse(stream, flaw);
}

/// Says that we are done, and reads until the client is: a socket dropped with unread bytes in it
/// destroys what is under way.
fn hear_out(mut stream: &TcpStream) -> std::io::Result<()> {
    use std::io::Read;
    stream.shutdown(std::net::Shutdown::Write)?;
    stream.set_read_timeout(Some(LAST_WORDS))?;
    while stream.read(&mut [0; 16 * 1024])? > 0 {}
    Ok(())
}

/// The end of the whole program, as a panic in the main thread has it.
fn crash() -> ! {
    eprintln!("thread 'main' panicked at src/main.rs:42:17:\nrange end index 9 out of range");
    process::exit(101)
}
