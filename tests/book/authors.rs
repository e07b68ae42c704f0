//! A book that begins as commits: chapters without blocks get their sections by `roll`.

use course::book::roll::Request;

use crate::sample::Sample;

#[test]
fn commits_become_a_book() {
    let sample = Sample::with("# First\n\nA goal.\n", "# Second\n");
    let scratch = sample.unroll("scratch");
    let write = |path: &str, text: &str| {
        std::fs::write(scratch.folder.join(path), text).expect("a file");
    };
    write("rustfmt.toml", "max_width = 80\n");
    scratch.commit("1.1 Set it up\n\nChapter: first.md\n");
    scratch.edit("src/main.rs", "world", "moon");
    scratch.commit("1.2 The moon");
    scratch.edit("src/main.rs", "moon", "sun");
    scratch.commit("1.2 The moon\n\nCheckpoint: step1-first\n");
    write("src/page.html", "<title>Hello</title>\n");
    let file = "File: src/page.html from files/hello.html";
    scratch.commit(&format!("2.1 A page\n\nChapter: second.md\n{file}\n"));
    scratch.edit("src/main.rs", "Hello, sun!\"", "{}\", include_str!(\"page.html\")");
    scratch.commit("2.1 A page\n\nCheckpoint: step2-second\n");
    let told = sample.roll_with(&scratch, &Request::default());
    told.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        sample.read("book/src/first.md"),
        "# First\n\nA goal.\n\n## 1.1 Set it up\n\nTODO: explain.\n\n```diff\n--- /dev/null\n\
         +++ b/rustfmt.toml\n@@ -0,0 +1 @@\n+max_width = 80\n```\n\n## 1.2 The moon\n\n\
         TODO: explain.\n\n```diff\n--- a/src/main.rs\n+++ b/src/main.rs\n@@ -1,3 +1,3 @@\n \
         fn main() {\n-    println!(\"Hello, world!\");\n+    println!(\"Hello, moon!\");\n }\n```\n\n\
         TODO: explain.\n\n```diff\n--- a/src/main.rs\n+++ b/src/main.rs\n@@ -1,3 +1,3 @@\n \
         fn main() {\n-    println!(\"Hello, moon!\");\n+    println!(\"Hello, sun!\");\n }\n```\n\n\
         <!-- checkpoint: step1-first -->\n"
    );
    let second = sample.read("book/src/second.md");
    let section = "# Second\n\n## 2.1 A page\n\nTODO: explain.\n\n\
                   <!-- file: src/page.html from files/hello.html -->\n\nTODO: explain.\n\n```diff\n";
    assert!(second.starts_with(section), "{second}");
    assert!(second.ends_with("```\n\n<!-- checkpoint: step2-second -->\n"), "{second}");
    assert_eq!(sample.read("book/src/files/hello.html"), "<title>Hello</title>\n");
    let (statistics, lines) = sample.replay().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(statistics.blocks(), 4, "{lines}");
    assert!(lines.ends_with("5 blocks still say `TODO: explain.`\n"), "{lines}");
    sample.commit();
    let again = sample.unroll("again");
    assert_eq!(sample.roll(&again), Ok(String::new()));
    assert_eq!(sample.changes(), "");
}

#[test]
fn the_first_commit_has_to_say_its_chapter() {
    let sample = Sample::with("# First\n", "# Second\n");
    let scratch = sample.unroll("scratch");
    scratch.edit("src/main.rs", "world", "moon");
    scratch.commit("1.1 The moon");
    let error = sample.roll(&scratch).expect_err("no place");
    assert!(error.contains("\"1.1 The moon\": say where it goes with a line `Chapter:"), "{error}");
    scratch.git(&["commit", "--quiet", "--amend", "-m", "1.1 The moon\n\nChapter: third.md\n"]);
    let error = sample.roll(&scratch).expect_err("no such chapter");
    assert!(error.contains("SUMMARY.md lists no chapter `third.md`"), "{error}");
}

#[test]
fn a_chapter_may_have_several_pages() {
    let sample = Sample::with("# First\n\nA goal.\n", "# Its second page\n");
    let summary = "# Summary\n\n- [First](first.md)\n  - [Its second page](second.md)\n";
    sample.write("book/src/SUMMARY.md", summary);
    sample.commit();
    let scratch = sample.unroll("scratch");
    scratch.edit("src/main.rs", "world", "moon");
    scratch.commit("1.1 The moon\n\nChapter: first.md\n");
    scratch.edit("src/main.rs", "moon", "sun");
    scratch.commit("1.2 The sun\n\nChapter: second.md\n");
    scratch.edit("src/main.rs", "sun", "star");
    scratch.commit("1.3 The star");
    sample.roll(&scratch).unwrap_or_else(|error| panic!("{error}"));
    let first = sample.read("book/src/first.md");
    assert!(first.starts_with("# First\n\nA goal.\n\n## 1.1 The moon\n"), "{first}");
    assert!(!first.contains("1.2"), "{first}");
    let second = sample.read("book/src/second.md");
    assert!(second.starts_with("# Its second page\n\n## 1.2 The sun\n"), "{second}");
    assert!(second.contains("\n\n## 1.3 The star\n"), "{second}");
    sample.commit();

    let later = sample.unroll("later");
    later.edit("src/main.rs", "Hello", "Goodbye");
    later.commit("1.4 Goodbye");
    sample.roll(&later).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(sample.read("book/src/first.md"), first);
    assert!(sample.read("book/src/second.md").contains("\n\n## 1.4 Goodbye\n"));
}
