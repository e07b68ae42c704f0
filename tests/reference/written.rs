//! What is written by hand of each rule, limit and attack: `rules.md`, which says how.

const TEXT: &str = include_str!("rules.md");

#[derive(Default)]
pub struct Written {
    pub id: String,
    pub sentence: String,
    /// Numbers of headings.
    pub at: Vec<String>,
    /// A file of stage 4, and a text in the line that is meant.
    pub lines: Vec<(String, String)>,
    /// What keeps the rule, where no line of ours does.
    pub kept: Option<String>,
    pub default: Option<String>,
    /// Rules that ward an attack off.
    pub rules: Vec<String>,
}

pub fn all() -> Vec<Written> {
    let mut all: Vec<Written> = Vec::new();
    let mut in_section = false;
    for line in TEXT.lines().filter(|line| !line.is_empty()) {
        if let Some(id) = line.strip_prefix("## ") {
            all.push(Written { id: id.into(), ..Written::default() });
        }
        if line.starts_with('#') {
            in_section = line.starts_with("## ");
            continue;
        }
        let Some(written) = all.last_mut().filter(|_| in_section) else { continue };
        match line.strip_prefix("- ") {
            None => written.sentence += line,
            Some(more) => {
                let (what, value) = more.split_once(": ").unwrap_or((more, ""));
                assert!(written.set(what, value), "{}: what is `{line}`?", written.id);
            }
        }
    }
    all
}

impl Written {
    fn set(&mut self, what: &str, value: &str) -> bool {
        match what {
            "at" => self.at.push(value.into()),
            "kept" => self.kept = Some(value.into()),
            "default" => self.default = Some(value.into()),
            "rules" => self.rules.extend(value.split(", ").map(String::from)),
            "line" => match value.trim_matches('`').split_once("` `") {
                Some((file, text)) => self.lines.push((file.into(), text.into())),
                None => return false,
            },
            _ => return false,
        }
        true
    }
}
