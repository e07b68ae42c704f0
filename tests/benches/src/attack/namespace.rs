//! A network of our own, in which peers can be made to vanish: their address is taken away, and
//! neither FIN nor RST finds its way any more. Linux only, where `unshare` and `ip` may do it.

use std::env;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use mio::net::TcpStream;
use socket2::{Domain, Socket, Type};

/// Where those come from who will vanish; port 0 lets the system choose one.
pub const SOURCE: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::new(10, 99, 0, 1), 0));

const INSIDE: &str = "COURSE_ATTACK_NAMESPACE";
const PREPARE: &str = "ip link set lo up && exec \"$0\" \"$@\"";

pub fn is_inside() -> bool {
    env::var_os(INSIDE).is_some()
}

/// Runs this program again, inside, with the server if it was built now. `None`: that cannot be had.
pub fn run_inside(built: Option<&Path>) -> Option<ExitStatus> {
    if is_inside() {
        return None;
    }
    let own = env::current_exe().ok()?;
    // The second: whoever may do nothing here may do everything in a world of his own.
    for how in ["-n", "-rn"] {
        let mut probe = Command::new("unshare");
        probe.args([how, "sh", "-c", PREPARE, "true"]).stderr(Stdio::null());
        if !probe.status().is_ok_and(|status| status.success()) {
            continue;
        }
        let mut command = Command::new("unshare");
        command.args([how, "sh", "-c", PREPARE]).arg(&own).args(env::args_os().skip(1));
        if let Some(ours) = built {
            command.arg("--ours").arg(ours);
        }
        return command.env(INSIDE, "1").status().ok();
    }
    None
}

/// Gives the address to the loopback, or takes it away.
pub fn set_source(is_there: bool) -> Result<(), String> {
    let address = format!("{}/32", SOURCE.ip());
    let what = if is_there { "add" } else { "del" };
    let mut command = Command::new("ip");
    command.args(["addr", what, &address, "dev", "lo"]);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        _ => Err(format!("cannot {what} the address {address}")),
    }
}

/// Connects as one who will vanish.
pub fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SOURCE.into())?;
    socket.connect(&address.into())?;
    socket.set_nonblocking(true)?;
    Ok(TcpStream::from_std(socket.into()))
}
