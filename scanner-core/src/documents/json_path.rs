//! Where in its JSON a document is wrong: `components[3].name`.

use super::json::outside_texts;

/// A step from the root to a value.
enum Step<'a> {
    /// The member of an object, by its name as it is written.
    Member(&'a [u8]),
    /// The item of a list, by its number.
    Item(usize),
}

/// The path of the value that is being read at an offset; `.` is the whole.
pub(super) fn at(json: &[u8], offset: usize) -> String {
    let read = json.get(..=offset).unwrap_or(json);
    let mut steps = Vec::new();
    // Where the text that is being read began, and whether the next text is a name.
    let (mut text, mut names) = (None, false);
    for (at, byte) in outside_texts(read) {
        match byte {
            b'"' => {
                let Some(start) = text.take() else {
                    text = Some(at + 1);
                    continue;
                };
                if let Some(Step::Member(name)) = steps.last_mut().filter(|_| names) {
                    *name = read.get(start..at).unwrap_or_default();
                }
                names = false;
            }
            b'{' => {
                steps.push(Step::Member(b""));
                names = true;
            }
            b'[' => {
                steps.push(Step::Item(0));
                names = false;
            }
            b'}' | b']' => {
                steps.pop();
                names = false;
            }
            b',' => match steps.last_mut() {
                Some(Step::Item(number)) => *number += 1,
                Some(Step::Member(_)) => names = true,
                None => {}
            },
            _ => {}
        }
    }
    shown(&steps)
}

fn shown(steps: &[Step<'_>]) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Member(b"") => {}
            Step::Member(name) => {
                let point = if path.is_empty() { "" } else { "." };
                path.extend([point, &String::from_utf8_lossy(name)]);
            }
            Step::Item(number) => path.extend(["[", &number.to_string(), "]"]),
        }
    }
    if path.is_empty() { ".".to_owned() } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_members_and_items_up_to_the_value() {
        let json = br#"{"a,{\"":[1,{"b":"}","c":2}],"d":[[],3]} "#;
        let path = |value: &str| {
            let text = std::str::from_utf8(json).unwrap();
            at(json, text.find(value).unwrap())
        };
        assert_eq!(path("1"), r#"a,{\"[0]"#);
        assert_eq!(path("\"}"), r#"a,{\"[1].b"#);
        assert_eq!(path("2"), r#"a,{\"[1].c"#);
        assert_eq!(path("3"), "d[1]");
        // An object is complained of at its end.
        assert_eq!(path("}]"), r#"a,{\"[1]"#);
        assert_eq!(at(json, json.len()), ".");
        assert_eq!(at(b"[", 9), "[0]");
        assert_eq!(at(b"", 0), ".");
    }
}
