//! How the chapters are read: ids, and mistakes that are named with their line.

use course::book::chapter::pieces;
use course::book::contents::{Book, Chapter};
use course::book::tokens::tokens;

const BLOCK: &str = "```diff\n--- a/src/main.rs\n+++ b/src/main.rs\n@@ -1,3 +1,3 @@\n fn main() {\n-    println!(\"Hello, world!\");\n+    println!(\"Hi!\");\n }\n```\n";

fn book(text: &str) -> Result<Book, String> {
    let chapter = Chapter { name: "a.md".into(), text: text.into() };
    Book::from_chapters(vec![chapter], |file| Err(format!("no {file}")))
}

#[track_caller]
fn refused(text: &str, mentioned: &str) {
    let error = book(text).and_then(|book| book.states()).err().unwrap_or_default();
    assert!(error.contains(mentioned), "{mentioned:?} is missing in {error:?} for:\n{text}");
}

#[test]
fn an_id_is_the_number_of_the_heading_and_a_count() {
    let text = format!(
        "# One\n\n## 1.1 A\n\n{BLOCK}\n### Lower\n\n{BLOCK}\n## 1.2b B {{#b}} ##\n\n{BLOCK}\n<!-- checkpoint: s -->\n"
    );
    let book = book(&text).unwrap_or_else(|error| panic!("{error}"));
    let ids: Vec<&str> = book.changes().map(|change| change.id.as_str()).collect();
    assert_eq!(ids, ["1.1/1", "1.1/2", "1.2b/1"]);
    assert_eq!(book.changes().last().map(|change| book.title(change)), Some("B"));
    assert_eq!(book.find("1.1"), Ok(0..2));
    assert_eq!(book.find("1.1/2"), Ok(1..2));
    assert_eq!(book.find("s"), Ok(2..3));
    assert!(book.find("1.2").is_err());
}

#[test]
fn headings_are_numbered_and_unique() {
    refused(&format!("# One\n\n{BLOCK}"), "a.md:3: this block needs a heading with a number");
    refused(&format!("## 1.1 A\n\n## Questions\n\n{BLOCK}"), "a.md:5: this block needs a heading");
    refused("## 1.1 A\n\n## 1.1 B\n", "a.md:3: `1.1` is a heading already, at book/src/a.md:1");
    refused("## 1.1 A\n\n## 1.2 A\n", "a.md:3: `A` is a heading already, at book/src/a.md:1");
}

#[test]
fn fences_and_directives_have_one_form() {
    for (text, mentioned) in [
        ("\n```diff,x\n```\n", "a.md:2: a block of the code starts with ```diff"),
        (" ```diff\n```\n", "a.md:1: a block of the code starts with ```diff"),
        ("> ```diff\n> ```\n", "a.md:1: a block of the code starts with ```diff"),
        ("~~~diff\n~~~\n", "a.md:1: a block of the code starts with ```diff"),
        ("x\n```rust\n", "a.md:2: this code block is never closed"),
        ("x\r\n", "a.md:1: Windows line ends"),
        ("x\n<<<<<<< HEAD\n", "a.md:2: a merge that nobody has finished"),
        ("<!-- checkpoint step1 -->\n", "`<!-- checkpoint step1 -->` has to look like"),
        ("  <!-- checkpoint: step1 -->\n", "at the first column"),
        ("<!-- checkpoint: ../x -->\n", "has to look like `<!-- checkpoint: step1-http -->`"),
        ("<!-- expect: E0373 -->\n", "has to look like `<!-- expect: error E0373 -->`"),
        ("<!-- file: ../x from y -->\n", "has to look like `<!-- file: src/page.html from"),
        ("<!-- file: .git/x from y -->\n", "has to look like `<!-- file: src/page.html from"),
        ("<!-- checkpoint: s -->\n", "a.md:1: a checkpoint needs a block before it"),
        ("## 1.1 A\n\n<!-- file: x from y -->\n", "a.md:3: no y"),
        ("<!-- expect: error E0373 -->\n\n## 1.1 A\n", "a.md:1: a diff block has to follow"),
        ("<!-- expect: error E0373 -->\n\nMore.\n", "a.md:1: no block follows"),
    ] {
        refused(text, mentioned);
    }
    let twice = "<!-- checkpoint: s -->\n".repeat(2);
    refused(&format!("## 1.1 A\n{BLOCK}{twice}"), "s is a checkpoint already");
    assert!(pieces("a.md", "<!-- a note: of mine -->\n#hash\n").is_ok_and(|all| all.is_empty()));
}

#[test]
fn a_patch_has_one_form() {
    let with = |from: &str, to: &str| format!("## 1.1 A\n\n{}", BLOCK.replacen(from, to, 1));
    for (from, to, mentioned) in [
        ("--- a", "diff --git a/src/main.rs b/src/main.rs\n--- a", "a.md:4: a file begins with"),
        ("--- a", "index 1..2 100644\n--- a", "a.md:4: a file begins with"),
        ("a/src", "src", "a.md:4: the paths have to be"),
        ("b/src/main.rs", "b/src/other.rs", "a.md:4: the paths have to be"),
        ("a/src/main.rs\n+++ b/src/main.rs", "a/../x\n+++ b/../x", "a.md:4: the paths have to be"),
        ("@@ -1,3 +1,3 @@", "@@", "a.md:6: this line has to look like"),
        ("@@ -1,3 +1,3 @@\n", "", "a.md:6: an @@ line has to follow"),
        ("-1,3 +1,3", "-1,4 +1,4", "a.md:6: the hunk has fewer lines than"),
        ("-1,3 +1,3", "-1,2 +1,2", "a.md:10: a file begins with"),
        ("-1,3 +1,3", "-1,3 +1,2", "a.md:6: the hunk has more lines than"),
        (
            "-1,3 +1,3",
            "-2,3 +2,3",
            "a.md:7: the block has `fn main() {`, but line 2 of src/main.rs",
        ),
        ("-1,3 +1,3", "-1,3 +2,3", "a.md:6: the @@ line says that the new lines start at 2"),
        (" }\n", " }\n\\ No newline at end of file\n", "a.md:11: the last line of a file needs"),
        ("a/src/main.rs", "/dev/null", "src/main.rs exists already"),
        ("+++ b/src/main.rs", "+++ /dev/null", "src/main.rs has more lines than the block deletes"),
    ] {
        refused(&with(from, to), mentioned);
    }
    let other = BLOCK.replace("main.rs", "lib.rs");
    refused(&format!("## 1.1 A\n\n{other}"), "src/lib.rs does not exist");
    refused("## 1.1 A\n\n```diff\n```\n", "a.md:4: the block is empty");
}

#[test]
fn tokens_know_strings_characters_lifetimes_and_comments() {
    let code = "fn f<'a>(x: &'a str) -> char { // no \"\n '\\'' /* /* */ ' */; r#\"a // \"b\"#; \"// \\\" \"; b'\"'; 'ä' }";
    let texts: Vec<String> = tokens("a.rs", code).into_iter().map(|token| token.text).collect();
    let joined = texts.join(" ");
    assert_eq!(
        joined,
        "fn f < ' a > ( x : & ' a str ) - > char { '\\'' ; r#\"a // \"b\"# ; \"// \\\" \" ; b '\"' ; 'ä' }"
    );
    let toml = tokens("a.toml", "a = \"#1\" # no\nb = '#'\n");
    assert_eq!(toml.len(), 6);
    assert_eq!(tokens("a.rs", "f(\n1,\n)")[3].line, 2);
    for broken in ["\"", "'", "'\\", "r#\"", "/*", "b'", "'ä", "\\"] {
        tokens("a.rs", broken);
        tokens("a.toml", broken);
    }
}
