//! What `help` and `cargo course talk --help` say.

pub const LINES: &str = r"A line sends something, and shows it and what comes back.

Requests (HTTP)
  get /                      also head, post, put, delete, options; request PURGE / for others
  get / | X-Note: hi         one more header line, or another value for one that is there
  get / | +Host: b           a second line of that name
  get / | -Host              without that line
  get / | HTTP/1.0           another version; | body hello puts bytes behind the blank line
  upgrade /websocket         asks for a WebSocket; changed in the same ways
  http GET / HTTP/1.1\r\n    text as it stands; \r \n \t \0 \\ \xff \u{20ac} as in Rust

Frames (masked, with FIN, as a browser sends them)
  text Hello                 binary 00 ff        ping x        pong x
  close 1000 bye             close 1000          close (without a code)
  fragment He|llo            one message in several frames
  continuation llo           the rest of a message that began with fin=0 text He
  raw 81 85 37 fa 21 3d …    bytes in hex as they are

Words in front of a line
  fin=0  rsv1=1  mask=0      these bits of the frame (also rsv2= rsv3=)
  opcode=3 frame hello       any opcode, in hex
  key=00000000               another masking key
  length=8                   the length that the header claims
  form=126 / form=127        the length in 2 bytes / in 8 bytes, short or not
  fill=70000 text x          the payload again and again until it has so many bytes
  bytewise                   byte by byte
  split=3                    3 bytes, and the others a moment later
  hold                       not yet: in one piece with what the next line sends
  anna: text Hello           on the connection called anna; each name has its own

Besides
  wait, wait 5               until one more thing comes, for 10 s, 5 s
  pause 2                    2 seconds; what comes meanwhile is shown
  open                       connects and sends nothing; other lines connect by themselves
  end                        says that nothing more will be sent (FIN)
  reset                      drops the connection (RST)
  leave                      closes the connection
  help, quit                 # and a comment
";

/// Behind the options in `--help`.
pub const SCRIPTS: &str = "\
From a file or a pipe each line is shown behind a >. Then it waits: after a request for the
response (10 s at most), after frames until as many have come back (no longer than --patience),
in the end until it is silent for 0.1 s. The exit code is 1 when a line was wrong or nobody
listened.

The connection opens with the first line that sends. Where it has ended, the next line opens a new
one and says so; where it was a WebSocket and the line sends a frame, it asks for one again.";
