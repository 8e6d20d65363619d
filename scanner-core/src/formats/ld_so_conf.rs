//! Lists of directories: `ld.so.conf` of glibc's `ldconfig`, path lists of variables and run paths, and the list of
//! libraries that glibc loads into every program.
//! Specification: ldconfig(8), ld.so(8); glibc, `elf/ldconfig.c` and `elf/rtld.c`.

/// What a line of `ld.so.conf` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// A directory of libraries.
    Directory(&'a str),
    /// Further files, by a pattern.
    Include(&'a str),
}

/// Reads `ld.so.conf`. The type of libraries that may follow a directory is passed over, and so are the `hwcap` lines
/// of old.
pub fn lines(text: &str) -> Vec<Line<'_>> {
    let mut found = Vec::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let (word, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        match word {
            "" | "hwcap" => {}
            "include" => found.extend(rest.split_whitespace().map(Line::Include)),
            _ => {
                let directory = line.split('=').next().unwrap_or_default().trim();
                let directory =
                    directory.strip_suffix('/').filter(|it| !it.is_empty()).unwrap_or(directory);
                found.extend(
                    Some(Line::Directory(directory)).filter(|_| directory.starts_with('/')),
                );
            }
        }
    }
    found
}

/// Reads `ld.so.preload`: names between blanks and colons, comments left out.
pub fn preload(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    lines.flat_map(|line| line.split([' ', '\t', ':'])).filter(|it| !it.is_empty())
}

/// Whether a name fits a pattern of `*`, `?` and `[…]`, as glob(7) has it. A leading dot must be written.
pub fn fits(name: &[u8], pattern: &[u8]) -> bool {
    let hidden = name.first() == Some(&b'.') && pattern.first() != Some(&b'.');
    !hidden && matches(name, pattern)
}

/// The classic way with one place to come back to: the last star.
fn matches(name: &[u8], pattern: &[u8]) -> bool {
    let (mut at, mut next) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while let Some(byte) = name.get(at) {
        match pattern.get(next) {
            Some(b'*') => {
                back = Some((at, next + 1));
                next += 1;
                continue;
            }
            Some(_) => {
                if let Some(length) = one(*byte, pattern.get(next..).unwrap_or_default()) {
                    (at, next) = (at + 1, next + length);
                    continue;
                }
            }
            None => {}
        }
        let Some((from, star)) = back else { return false };
        back = Some((from + 1, star));
        (at, next) = (from + 1, star);
    }
    pattern.get(next..).unwrap_or_default().iter().all(|it| *it == b'*')
}

/// How many bytes of the pattern stand for this byte, if they do.
fn one(byte: u8, pattern: &[u8]) -> Option<usize> {
    match pattern.first()? {
        b'?' => Some(1),
        b'[' => {
            let end = pattern.iter().skip(2).position(|it| *it == b']')? + 2;
            let set = pattern.get(1..end)?;
            let (negated, set) = match set.first() {
                Some(b'!' | b'^') => (true, set.get(1..)?),
                _ => (false, set),
            };
            let in_range = set
                .windows(3)
                .any(|it| matches!(it, [first, b'-', last] if (first..=last).contains(&&byte)));
            ((set.contains(&byte) || in_range) != negated).then_some(end + 1)
        }
        b'\\' => (pattern.get(1) == Some(&byte)).then_some(2),
        it => (*it == byte).then_some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_and_includes_are_told_apart() {
        let text = "# local\n/usr/local/lib/ # mine\ninclude /etc/ld.so.conf.d/*.conf more.conf\nhwcap 1 x\n\
                    /opt/lib=libc6\nrelative\n/\n";
        let expected = [
            Line::Directory("/usr/local/lib"),
            Line::Include("/etc/ld.so.conf.d/*.conf"),
            Line::Include("more.conf"),
            Line::Directory("/opt/lib"),
            Line::Directory("/"),
        ];
        assert_eq!(lines(text), expected);
    }

    #[test]
    fn preloaded_libraries_stand_between_blanks_and_colons() {
        let names: Vec<&str> = preload("/lib/a.so:b.so c.so # d.so\n\te.so\n").collect();
        assert_eq!(names, ["/lib/a.so", "b.so", "c.so", "e.so"]);
    }

    #[test]
    fn patterns_fit_as_the_shell_has_it() {
        let fits = |name: &str, pattern: &str| fits(name.as_bytes(), pattern.as_bytes());
        assert!(
            fits("x86_64-linux-gnu.conf", "*.conf")
                && fits("a.conf", "?.c*f")
                && fits("a1", "a[0-9]")
        );
        assert!(fits("ab", "a*b*") && fits("b", "[!a]") && fits("a*", "a\\*"));
        assert!(
            !fits(".hidden.conf", "*.conf") && !fits("a.conf~", "*.conf") && !fits("a", "a[0-9]")
        );
        assert!(!fits("ab", "a*c") && !fits("", "?") && !fits("a", "[") && fits("", "*"));
    }
}
