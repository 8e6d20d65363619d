//! `$NAME`, `${NAME}`, `${NAME:-WORD}` and `${NAME:+WORD}`.

/// Bytes that a text may grow to. Real values have some hundreds.
const LONGEST: usize = 64 << 10;

/// Puts values in the place of their names; what nothing sets is empty.
pub(super) fn substitute(text: &str, look_up: &dyn Fn(&str) -> Option<String>) -> String {
    let mut whole = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        if let Some(escaped) = before.strip_suffix('\\') {
            whole.push_str(escaped);
            whole.push('$');
            rest = after;
            continue;
        }
        whole.push_str(before);
        let braced = after.strip_prefix('{').and_then(|it| it.split_once('}'));
        let (value, left) = if let Some((inner, left)) = braced {
            (value(inner, look_up), left)
        } else {
            let end = after
                .find(|it: char| !it.is_ascii_alphanumeric() && it != '_')
                .unwrap_or(after.len());
            let (name, left) = after.split_at_checked(end).unwrap_or((after, ""));
            let value =
                if name.is_empty() { "$".to_owned() } else { look_up(name).unwrap_or_default() };
            (value, left)
        };
        whole.push_str(&value);
        rest = left;
        if whole.len() > LONGEST {
            return whole;
        }
    }
    whole.push_str(rest);
    whole
}

fn value(inner: &str, look_up: &dyn Fn(&str) -> Option<String>) -> String {
    let set = |name: &str| look_up(name).filter(|it| !it.is_empty());
    if let Some((name, word)) = inner.split_once(":-") {
        return set(name).unwrap_or_else(|| word.to_owned());
    }
    if let Some((name, word)) = inner.split_once(":+") {
        return set(name).map(|_| word.to_owned()).unwrap_or_default();
    }
    look_up(inner).unwrap_or_default()
}
