//! The instructions of a Dockerfile: continued lines are joined, comments and here-documents left out.

/// One instruction.
pub(super) struct Instruction {
    /// Its name in capitals.
    pub(super) keyword: String,
    /// What follows.
    pub(super) rest: String,
}

impl Instruction {
    /// The words of the exec form, if it is in that.
    pub(super) fn json(&self) -> Option<Vec<String>> {
        let text = self.rest.trim();
        if text.starts_with('[') { serde_json::from_str(text).ok() } else { None }
    }

    /// The pairs of `ENV`: `NAME=VALUE …`, or one as `NAME VALUE`.
    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        let (first, rest) = self.rest.split_once(char::is_whitespace).unwrap_or((&self.rest, ""));
        if !first.contains('=') {
            return vec![(first.to_owned(), rest.trim().to_owned())];
        }
        let words = crate::formats::shell::split(&self.rest);
        words
            .iter()
            .filter_map(|it| it.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }
}

/// Every instruction, in order.
pub(super) fn instructions(text: &str) -> Vec<Instruction> {
    let escape = escape(text);
    let mut found = Vec::new();
    let mut lines = text.lines();
    let mut whole = String::new();
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if let Some(begun) = line.trim_end().strip_suffix(escape) {
            whole.push_str(begun);
            continue;
        }
        whole.push_str(line);
        let instruction = read(&std::mem::take(&mut whole));
        for delimiter in delimiters(&instruction) {
            lines.by_ref().find(|it| it.trim_start_matches('\t') == delimiter);
        }
        found.push(instruction);
    }
    if !whole.trim().is_empty() {
        found.push(read(&whole));
    }
    found
}

fn read(text: &str) -> Instruction {
    let (keyword, rest) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
    Instruction { keyword: keyword.to_uppercase(), rest: rest.trim().to_owned() }
}

/// The escape character, which a directive before everything else may change.
fn escape(text: &str) -> char {
    let directives =
        text.lines().map_while(|it| it.trim().strip_prefix('#')?.trim().split_once('='));
    let mut named = directives.filter(|(name, _)| name.trim().eq_ignore_ascii_case("escape"));
    if named.any(|(_, value)| value.trim() == "`") { '`' } else { '\\' }
}

/// The words that end the here-documents of an instruction.
fn delimiters(it: &Instruction) -> Vec<String> {
    if !matches!(&*it.keyword, "RUN" | "COPY" | "ADD") {
        return Vec::new();
    }
    let words = it.rest.split_whitespace().filter_map(|it| it.strip_prefix("<<"));
    let names = words.map(|it| it.trim_start_matches('-').trim_matches(['"', '\'']));
    let is_name = |it: &&str| it.chars().next().is_some_and(|it| it.is_alphabetic() || it == '_');
    names.filter(is_name).map(str::to_owned).collect()
}
