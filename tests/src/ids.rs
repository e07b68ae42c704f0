//! What the cases have to prove: every rule, mistake, limit and attack, by the id that cases name.

/// The rules: H reading the request, U the upgrade, F frames, M messages, C close, P ping.
pub const RULES: [(&str, usize); 6] =
    [("H", 15), ("U", 14), ("F", 10), ("M", 9), ("C", 12), ("P", 4)];
/// Rows of the book's table of what the C program gets wrong.
pub const MISTAKES: usize = 20;
/// The flags of stage 4, and the limit that has none.
pub const LIMITS: [&str; 16] = [
    "limit head",
    "--handshake-timeout",
    "--max-message",
    "--max-room-message",
    "--max-fragments",
    "--max-outgoing",
    "--room-rate",
    "--write-timeout",
    "--ping-interval",
    "--ping-timeout",
    "--close-timeout",
    "--max-connections",
    "--shutdown-timeout",
    "--allow-origin",
    "--allow-host",
    "--listen",
];
pub const ATTACKS: [&str; 24] = [
    "claimed_lengths",
    "length_top_bit",
    "endless_fragments",
    "empty_fragments",
    "never_reads",
    "room_flood",
    "eight_mebibytes_in_one_frame",
    "head_in_single_bytes",
    "lists_of_spaces_and_commas",
    "too_many_headers",
    "malformed_frames",
    "reset_at_every_stage",
    "foreign_origins",
    "dns_rebinding",
    "one_connection_too_many",
    "one_byte_every_5_s",
    "never_answers_close",
    "never_closes_tcp",
    "two_hosts_and_smuggled_bodies",
    "terminal_escapes",
    "markup_in_chat",
    "busy_client",
    "ping_flood",
    "pipelined_requests",
];

/// What stage 4 does beside the protocol: its rooms, and the job that speaks unasked.
pub const SERVICES: [&str; 2] = ["room", "job"];

pub fn rules() -> Vec<String> {
    let ids = |(letter, count)| (1..=count).map(move |number| format!("{letter}{number}"));
    RULES.into_iter().flat_map(ids).collect()
}

pub fn mistakes() -> Vec<String> {
    (1..=MISTAKES).map(|number| format!("mistake {number}")).collect()
}

pub fn limits() -> Vec<String> {
    LIMITS.map(String::from).to_vec()
}

pub fn attacks() -> Vec<String> {
    ATTACKS.iter().map(|name| format!("attack {name}")).collect()
}
