//! `compare`: where a reader's crate parts from the book.

use std::fs;

use crate::taker::Taker;

#[test]
fn compare_leaves_out_white_space_comments_and_the_name() {
    let taker = Taker::at(5);
    taker.write(
        "src/greet.rs",
        "/* Other /* words */ */ pub fn greeting(\n\tname: &str,\n) -> String { format!(\"Hello, {name}!\") }\n\
         #[cfg(test)] mod tests { #[test] fn the_name_is_said() { // so\n\
         assert_eq!(super::greeting(\"Ada\"), \"Hello, Ada!\"); } }\n",
    );
    taker.edit_all(|text| text.replace('\n', "\r\n"));
    assert_eq!(taker.compare("1.3"), "");
}

#[test]
fn compare_points_at_the_first_line_that_differs() {
    let taker = Taker::at(5);
    taker.edit("src/greet.rs", "    // An exclamation mark is polite.\n", "");
    taker.edit("src/greet.rs", "format!(\"Hello, {name}!\")", "format!(\"Hello,  {name}!\")");
    taker.edit("Cargo.toml", "rust-version = \"1.88\"\n", "");
    fs::remove_file(taker.folder.join("rustfmt.toml")).expect("it was there");
    assert_eq!(
        taker.compare("1.3"),
        "Cargo.toml:6: here you part from the book.\n  \
           yours: [dependencies]\n  \
           book:  rust-version = \"1.88\"   (its line 5)\n\
         rustfmt.toml: you do not have this file.\n\
         src/greet.rs:5: here you part from the book.\n  \
           yours: format!(\"Hello,  {name}!\")\n  \
           book:  format!(\"Hello, {name}!\")   (its line 6)"
    );
    let taker = Taker::at(5);
    assert!(taker.compare("1.2").ends_with("Your folder is at 1.3/2 A module."));
    assert!(
        taker.compare("1.2").contains("src/greet.rs: the book does not have this file at 1.2.")
    );
    taker.edit("src/main.rs", "    let _ = greeter.join();\n}\n", "");
    let text = taker.compare("1.3");
    assert!(text.starts_with("src/main.rs: your file ends, and the book goes on.\n"), "{text}");
}
