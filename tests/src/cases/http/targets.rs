//! H10: what is asked for (RFC 9112 §3.2).

use crate::prelude::*;

pub fn cases() -> Vec<Case> {
    let found = |name, target: &str| {
        case("H10", name)
            .section("RFC 9112 §3.2")
            .hint("Which part of the target names the page?")
            .script(Script::new().send(get(target)).expect(answer(200)))
    };
    let missing = |name, target: &str| {
        case("H10", name)
            .section("RFC 9110 §15.5.5")
            .hint("Answer what was asked, not what you have.")
            .script(Script::new().send(get(target)).refused(refused(404)))
    };
    vec![
        missing("an_unknown_path_is_not_found", "/nowhere")
            .main_line()
            .why("Browsers ask for /favicon.ico beside every page."),
        missing("a_path_is_compared_whole", "/index.html")
            .main_line()
            .why("A server that gives one page for everything hides every mistake in a link."),
        missing("dots_are_not_resolved", "/x/..")
            .our_choice()
            .why("There are no folders here; a clever reading of dots only opens holes."),
        missing("websocket_is_not_there_yet", "/websocket")
            .stages(1..=1)
            .our_choice()
            .why("The first stage speaks HTTP only."),
        found("the_query_is_not_part_of_the_path", "/?x=1")
            .also(&["mistake 18"])
            .why("Links carry tracking parameters; the page is the same."),
        found("a_question_mark_may_come_twice", "/?a?b=/c")
            .why("Only the first question mark ends the path."),
        found("the_absolute_form_is_legal", "http://localhost/")
            .why("Clients of a proxy send it, and servers must accept it."),
        found("the_scheme_of_the_absolute_form_is_in_any_case", "HTTP://localhost/")
            .why("Schemes and hosts are compared without regard to case (RFC 3986 §3.1)."),
        found("the_absolute_form_may_have_a_port_and_a_query", "http://localhost:6969/?x=1")
            .why("Clients of a proxy send it, and servers must accept it."),
        found("the_absolute_form_may_end_at_the_host", "http://localhost")
            .our_choice()
            .why("An empty path is the path /."),
        case("H10", "a_star_is_no_page")
            .section("RFC 9112 §3.2.4")
            .our_choice()
            .why("`OPTIONS *` asks about the server as a whole; we have nothing to say there.")
            .hint("A target that is no path is not one that is missing.")
            .script(Script::new().send(get("*").method("OPTIONS")).refused(refused(400))),
        case("H10", "a_target_without_a_slash_is_refused")
            .section("RFC 9112 §3.2")
            .our_choice()
            .why("`nowhere` is no path: whoever cuts off the first byte unseen cuts off an n.")
            .hint("What does every path begin with?")
            .script(Script::new().send(get("nowhere")).refused(refused(400))),
    ]
}
