//! A Redis of the bench's own: a free port, and nothing kept on the disk.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::link::PATIENCE;
use crate::system::{self, Cores};

/// Ends with its value.
pub struct Redis {
    child: Child,
    pub address: SocketAddr,
}

impl Redis {
    /// Starts it on the core of the servers, and waits until it takes connections.
    pub fn start(cores: Option<Cores>) -> Result<Self, String> {
        let explain = |error| format!("cannot start redis-server: {error}");
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(explain)?;
        let address = free.local_addr().map_err(explain)?;
        drop(free);
        let mut command = Command::new("redis-server");
        command.args(["--bind", "127.0.0.1", "--port", &address.port().to_string()]);
        command.args(["--save", "", "--appendonly", "no"]);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        if let Some(cores) = cores {
            system::pin(cores.server)?;
        }
        let child = command.spawn().map_err(explain);
        if let Some(cores) = cores {
            system::pin(cores.load)?;
        }
        let mut redis = Self { child: child?, address };
        let end = Instant::now() + PATIENCE;
        while TcpStream::connect(address).is_err() {
            let ended = redis.child.try_wait().map_err(explain)?;
            if ended.is_some() || Instant::now() > end {
                return Err("redis-server does not listen".into());
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(redis)
    }

    pub fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
