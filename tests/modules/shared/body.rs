//! Which requests have a body, and what they are told (rule H11).

use pretty_assertions::assert_eq;

use crate::http::HeadReader;

/// What has a body is refused, and what does not say clearly that it has none.
#[test]
fn a_request_has_no_body() {
    let check = |lines: &str| {
        let bytes = format!("POST / HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
        let Ok(Some((request, _))) = HeadReader::default().read(bytes.as_bytes()) else {
            panic!("no request");
        };
        request.check_body().map_err(|refusal| refusal.status[..3].to_string())
    };
    let refused = |status: &str| Err(status.to_string());
    for length in ["0", "000"] {
        assert_eq!(check(&format!("Content-Length: {length}\r\n")), Ok(()));
    }
    assert_eq!(check(""), Ok(()));
    for length in ["1", "01", "10", "99999999999999999999999999"] {
        assert_eq!(check(&format!("content-length: {length}\r\n")), refused("413"), "{length}");
    }
    for length in ["", "+0", "-1", "0x0", "0, 0", "0 0", "\u{661}"] {
        assert_eq!(check(&format!("Content-Length: {length}\r\n")), refused("400"), "{length}");
    }
    assert_eq!(check("Content-Length: 0\r\nContent-Length: 0\r\n"), refused("400"));
    for coding in ["chunked", "identity", ""] {
        assert_eq!(check(&format!("Transfer-Encoding: {coding}\r\n")), refused("501"));
    }
    // Two ways to say how long it is are how requests are smuggled.
    assert_eq!(check("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"), refused("501"));
}
