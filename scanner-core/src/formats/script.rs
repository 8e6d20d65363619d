//! Scripts: text whose first line names the program that runs it.
//! Specification: execve(2), "Interpreter scripts".

/// Bytes of the first line that Linux looks at.
const LINE: usize = 256;

/// The first line of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The program that runs it, as written: `/bin/sh`.
    pub interpreter: String,
    /// What the program is given before the script's own name: `python3` after `/usr/bin/env`.
    pub argument: String,
}

impl Script {
    /// Reads the first line, if the file begins as a script does.
    /// An attribute of a Rust source, `#![…]`, is none.
    pub fn read(start: &[u8]) -> Option<Self> {
        let line = start.strip_prefix(b"#!")?.split(|byte| *byte == b'\n').next()?;
        let line = str::from_utf8(line.get(..line.len().min(LINE))?).ok()?;
        let (interpreter, argument) =
            line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
        let named = interpreter.starts_with(|it: char| it == '/' || it.is_ascii_alphanumeric());
        let text = !line.contains(|it: char| it.is_control() && !it.is_whitespace());
        (named && text).then(|| Self {
            interpreter: interpreter.to_owned(),
            argument: argument.trim().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, String)> {
        Script::read(text.as_bytes()).map(|it| (it.interpreter, it.argument))
    }

    #[test]
    fn the_first_line_names_the_interpreter_and_its_argument() {
        let script =
            |interpreter: &str, argument: &str| Some((interpreter.to_owned(), argument.to_owned()));
        assert_eq!(read("#!/bin/sh\nexit"), script("/bin/sh", ""));
        assert_eq!(read("#! /usr/bin/env  python3 -u \r\n"), script("/usr/bin/env", "python3 -u"));
        assert_eq!(read("#!python"), script("python", ""));
    }

    #[test]
    fn what_only_begins_alike_is_no_script() {
        for text in
            ["", "#", "#!", "#!\n/bin/sh", "#![allow(x)]\n", "#!/bin/\u{7}sh\n", " #!/bin/sh\n"]
        {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
