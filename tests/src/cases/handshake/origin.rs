//! U9, U14: which pages may connect, and by which names we are called (RFC 6455 §10.2).

use crate::prelude::*;

const PATH: &str = "/websocket";

pub fn cases() -> Vec<Case> {
    [allowed_origins(), foreign_origins(), hosts()].into_iter().flatten().collect()
}

fn from(host: &str, origin: &str) -> Script {
    Script::new().send(upgrade(PATH).replace("Host", host).header("Origin", origin))
}

fn allowed_origins() -> Vec<Case> {
    let allowed = |name, host, origin| {
        case("U9", name)
            .section("RFC 6455 §10.2")
            .stages(2..=4)
            .our_choice()
            .why("The pages of the server itself have to get in.")
            .hint("A page's origin is scheme, host and port. Which of them are in Host?")
            .script(from(host, origin).expect(answer(101)))
    };
    vec![
        allowed("the_same_host_and_port_may_connect", "localhost:6969", "http://localhost:6969")
            .main_line(),
        allowed("the_case_of_a_host_does_not_matter", "LocalHost:6969", "http://localhost:6969"),
        allowed("port_80_may_be_left_out", "localhost", "http://localhost:80"),
        allowed("port_80_may_be_left_out_in_the_origin", "localhost:80", "http://localhost"),
        allowed("port_443_may_be_left_out", "localhost", "https://localhost:443"),
        allowed("the_scheme_does_not_matter", "localhost", "https://localhost")
            .why("Behind a proxy that does TLS the page is https and we see plain HTTP."),
        allowed("an_address_is_a_host_too", "127.0.0.1:6969", "http://127.0.0.1:6969"),
        allowed("an_ipv6_address_is_a_host_too", "[::1]:6969", "http://[::1]:6969"),
        allowed("the_page_on_a_phone_may_connect", "192.168.1.20:6969", "http://192.168.1.20:6969")
            .why("The drawing board is opened from a phone in the same network."),
        allowed("the_book_may_connect", "127.0.0.1:6969", "http://localhost:3000")
            .why("The book's live console is a page of `mdbook serve`."),
        allowed("the_book_may_connect_by_its_address", "127.0.0.1:6969", "http://127.0.0.1:3000")
            .why("The book's live console is a page of `mdbook serve`."),
        case("U9", "no_origin_is_no_browser")
            .section("RFC 6455 §10.2")
            .stages(2..=4)
            .why("Programs send no Origin; the check protects people with browsers.")
            .hint("Who always sends the header, and whom does the check protect?")
            .script(
                Script::new().send(upgrade(PATH).replace("Host", "127.0.0.1")).expect(answer(101)),
            ),
    ]
}

fn foreign_origins() -> Vec<Case> {
    let foreign = |name, origin| {
        case("U9", name)
            .also(&["attack foreign_origins"])
            .section("RFC 6455 §10.2")
            .stages(2..=4)
            .our_choice()
            .anew_in(4)
            .why("Any page on the web may open a socket to your machine, in your name.")
            .hint("Compare whole origins, not their beginnings or ends.")
            .script(from("localhost:6969", origin).refused(refused(403)))
    };
    vec![
        foreign("a_foreign_page_may_not_connect", "http://evil.example")
            .also(&["mistake 16", "attack foreign_origins"]),
        foreign("a_page_without_an_origin_may_not_connect", "null"),
        foreign("a_prefix_look_alike_may_not_connect", "http://localhost:6969.evil.example"),
        foreign("another_prefix_look_alike_may_not_connect", "http://localhost.evil.example:6969"),
        foreign("a_suffix_look_alike_may_not_connect", "http://notlocalhost:6969"),
        foreign("our_name_as_a_user_may_not_connect", "http://localhost:6969@evil.example"),
        foreign("our_name_as_a_path_may_not_connect", "http://evil.example/localhost:6969"),
        foreign("another_port_is_another_page", "http://localhost:8080"),
        foreign("the_default_port_is_not_ours", "http://localhost"),
        foreign("another_port_of_the_book_is_not_the_book", "http://localhost:30000"),
        foreign("an_origin_without_a_scheme_is_none", "localhost:6969"),
        foreign("an_empty_origin_is_none", ""),
        case("U9", "one_bad_origin_of_two_is_enough")
            .also(&["attack foreign_origins"])
            .section("RFC 6454 §7.3")
            .stages(2..=4)
            .our_choice()
            .anew_in(4)
            .why("Whoever sends two tries which of them you read.")
            .hint("Several lines of one name: look at all.")
            .script(
                Script::new()
                    .send(
                        upgrade(PATH)
                            .header("Origin", "http://localhost")
                            .header("Origin", "http://evil.example"),
                    )
                    .refused(refused(403)),
            ),
        case("U9", "the_log_names_the_flag_for_origins")
            .section("RFC 6455 §10.2")
            .stages(4..=4)
            .our_choice()
            .deliver(&[Whole])
            .why("Browsers hide a 403 from the page; the log is where one looks next.")
            .hint("Say what would let it in.")
            .script(
                from("localhost", "http://app.example")
                    .refused(refused(403))
                    .log(&["--allow-origin"]),
            ),
    ]
}

fn hosts() -> Vec<Case> {
    let known = |name, host| {
        case("U14", name)
            .section("RFC 6455 §10.2")
            .stages(2..=4)
            .our_choice()
            .why("An address cannot be pointed elsewhere, and `localhost` is always this machine.")
            .hint("Which names can nobody else give to you?")
            .script(Script::new().send(upgrade(PATH).replace("Host", host)).expect(answer(101)))
    };
    let unknown = |name, host: &str, origin: Option<&str>| {
        let mut request = upgrade(PATH).replace("Host", host);
        if let Some(origin) = origin {
            request = request.header("Origin", origin);
        }
        case("U14", name)
            .also(&["attack dns_rebinding"])
            .section("RFC 6455 §10.2")
            .stages(2..=4)
            .our_choice()
            .anew_in(4)
            .why("A site re-points its name at 127.0.0.1: page and Host agree, and it is in (DNS rebinding).")
            .hint("Origin and Host agree, and still this is not you. By which names are you called?")
            .script(Script::new().send(request).refused(refused(403)))
    };
    vec![
        known("localhost_is_us", "localhost:6969"),
        known("localhost_is_us_in_any_case", "LOCALHOST"),
        known("an_address_is_us", "127.0.0.1:6969"),
        known("an_address_without_a_port_is_us", "192.168.1.20"),
        known("an_ipv6_address_is_us", "[::1]:6969"),
        known("an_ipv6_address_without_a_port_is_us", "[fe80::1]"),
        unknown("host_and_origin_both_foreign", "evil.example", Some("http://evil.example")),
        unknown("a_foreign_host_without_origin", "evil.example:6969", None),
        unknown("a_name_that_begins_like_us", "localhost.evil.example", None),
        unknown("a_name_that_begins_like_an_address", "127.0.0.1.evil.example", None),
        unknown("a_name_that_ends_like_us", "evil-localhost", None),
        unknown("an_empty_host", "", None),
        case("U14", "the_page_has_no_such_rule")
            .section("RFC 6455 §10.2")
            .stages(2..=4)
            .our_choice()
            .why(
                "The page holds no secrets; only a WebSocket lets a foreign page act in your name.",
            )
            .hint("What is there to protect at / ?")
            .script(
                Script::new().send(get("/").replace("Host", "any.example")).expect(answer(200)),
            ),
        case("U14", "the_host_of_the_target_counts")
            .section("RFC 9112 §3.2.2")
            .stages(2..=4)
            .our_choice()
            .anew_in(4)
            .why("With the absolute form Host is to be ignored.")
            .hint("There are two places where a host may stand. Which one wins?")
            .script(
                Script::new().send(upgrade("http://evil.example/websocket")).refused(refused(403)),
            ),
    ]
}
