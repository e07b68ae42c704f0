//! What can be said on the command line. Every limit is here, with its
//! default. Sizes are in bytes, times in seconds.

use clap::Parser;
use std::time::Duration;

const MAX_SECONDS: f64 = 1e9;

/// A WebSocket server (RFC 6455): echo at /websocket, chat at /chat, a drawing
/// board at /draw, a long job at /progress, and a page that shows them at /
#[derive(Parser)]
#[command(version, after_help = "Seconds may have fractions: 0.5")]
pub struct Flags {
    /// Where to listen; port 0 picks a free one
    #[arg(value_name = "ADDRESS:PORT", default_value = "127.0.0.1:6969")]
    pub address: String,
    /// The same as ADDRESS:PORT
    #[arg(long, value_name = "ADDRESS:PORT", conflicts_with = "address")]
    pub listen: Option<String>,
    /// Let pages of this origin connect, such as https://example.com
    #[arg(long, value_name = "ORIGIN", value_parser = parse_origin)]
    pub allow_origin: Vec<String>,
    /// Answer to this host name, such as example.com
    #[arg(long, value_name = "NAME", value_parser = parse_host)]
    pub allow_host: Vec<String>,
    /// Clients at a time
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000)]
    pub max_connections: usize,
    /// Size of a message
    #[arg(long, value_name = "BYTES", default_value_t = 1024 * 1024)]
    pub max_message: usize,
    /// Size of a message to a room
    #[arg(long, value_name = "BYTES", default_value_t = 64 * 1024)]
    pub max_room_message: usize,
    /// Fragments of a message
    #[arg(long, value_name = "NUMBER", default_value_t = 131_072)]
    pub max_fragments: usize,
    /// What may wait to be sent to a slow member of a room
    #[arg(long, value_name = "BYTES", default_value_t = 1024 * 1024)]
    pub max_outgoing: usize,
    /// What a member may send into a room in a second
    #[arg(long, value_name = "BYTES", default_value_t = 256 * 1024)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub room_rate: u32,
    /// Time for a request, from its first byte
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    #[arg(value_parser = parse_seconds)]
    pub handshake_timeout: Duration,
    /// Time in which a client must take something of what we send
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    #[arg(value_parser = parse_seconds)]
    pub write_timeout: Duration,
    /// Silence after which we send a Ping
    #[arg(long, value_name = "SECONDS", default_value = "20")]
    #[arg(value_parser = parse_seconds)]
    pub ping_interval: Duration,
    /// Time to answer the Ping
    #[arg(long, value_name = "SECONDS", default_value = "20")]
    #[arg(value_parser = parse_seconds)]
    pub ping_timeout: Duration,
    /// Time to answer our Close, or to end the connection
    #[arg(long, value_name = "SECONDS", default_value = "5")]
    #[arg(value_parser = parse_seconds)]
    pub close_timeout: Duration,
    /// Time for all to leave after a signal to stop
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    #[arg(value_parser = parse_seconds)]
    pub shutdown_timeout: Duration,
}

impl Flags {
    pub fn address(&self) -> &str {
        self.listen.as_deref().unwrap_or(&self.address)
    }

    /// How often deadlines are looked at: often enough that the shortest is
    /// late by a quarter at the most, or by 10 milliseconds.
    pub fn tick(&self) -> Duration {
        let shortest = self
            .handshake_timeout
            .min(self.write_timeout)
            .min(self.ping_interval)
            .min(self.ping_timeout)
            .min(self.close_timeout)
            .min(self.shutdown_timeout);
        let (least, most) = (Duration::from_millis(10), Duration::from_secs(1));
        (shortest / 4).clamp(least, most)
    }
}

fn parse_origin(text: &str) -> Result<String, String> {
    match text.split_once("://") {
        Some((_, host)) if !host.is_empty() && !host.contains('/') => {
            Ok(text.to_owned())
        }
        _ => Err("must be like https://example.com, and no more".to_owned()),
    }
}

fn parse_host(text: &str) -> Result<String, String> {
    match text.is_empty() || text.contains([':', '/']) {
        false => Ok(text.to_owned()),
        true => Err("must be like example.com, and no more".to_owned()),
    }
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds) if 0.0 < seconds && seconds <= MAX_SECONDS => {
            Ok(Duration::from_secs_f64(seconds))
        }
        _ => Err("must be a number of seconds above 0, 1e9 at most".to_owned()),
    }
}
