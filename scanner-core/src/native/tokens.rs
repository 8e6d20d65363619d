//! What stands for something else in the run paths of binaries: `$ORIGIN`, `$LIB` and `$PLATFORM`.
//! Specification: ld.so(8), "Dynamic string tokens"; musl, `ldso/dynlink.c`, `fixup_rpath`.

use super::system::{Libc, System};

/// A path with its tokens replaced; none where the loader would leave the path out.
pub(super) fn expand(text: &str, origin: &str, system: &System) -> Option<String> {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        expanded.push_str(before);
        let braced = after.strip_prefix('{').and_then(|it| it.split_once('}'));
        let end = after.find(|it: char| !it.is_ascii_alphanumeric() && it != '_');
        let plain = after.split_at(end.unwrap_or(after.len()));
        let (name, behind) = braced.unwrap_or(plain);
        match (name, system.libc) {
            ("ORIGIN", _) => expanded.push_str(origin),
            ("LIB", Libc::Glibc) => expanded.push_str(&system.lib),
            ("PLATFORM", Libc::Glibc) => expanded.push_str(system.platform),
            (_, Libc::Musl) => return None,
            (_, Libc::Glibc) => {
                expanded.push('$');
                rest = after;
                continue;
            }
        }
        rest = behind;
    }
    expanded.push_str(rest);
    Some(expanded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(libc: Libc) -> System {
        let lib = "lib/x86_64-linux-gnu".to_owned();
        System { libc, loader: None, default: Vec::new(), lib, platform: "x86_64" }
    }

    #[test]
    fn tokens_stand_alone_or_in_braces() {
        let expand = |text| expand(text, "/opt/bin", &system(Libc::Glibc)).unwrap();
        assert_eq!(expand("$ORIGIN/../lib"), "/opt/bin/../lib");
        assert_eq!(expand("/usr/${LIB}/${PLATFORM}x"), "/usr/lib/x86_64-linux-gnu/x86_64x");
        assert_eq!(expand("/a/$OTHER/$/$ORIGINAL"), "/a/$OTHER/$/$ORIGINAL");
    }

    #[test]
    fn musl_knows_one_token_and_leaves_out_what_has_others() {
        let expand = |text| expand(text, "/opt/bin", &system(Libc::Musl));
        assert_eq!(expand("${ORIGIN}/lib").as_deref(), Some("/opt/bin/lib"));
        assert_eq!(expand("/usr/$LIB"), None);
    }
}
