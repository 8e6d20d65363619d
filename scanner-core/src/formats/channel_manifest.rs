//! `multirust-channel-manifest.toml`: what rustup installed a toolchain from.
//! Specification: rustup, `doc/dev-guide`, manifests of version 2. The file is a megabyte of tables of which one line counts.

/// The version of the compiler: `1.95.0` of `1.95.0 (59807616e 2026-04-14)`.
pub fn rustc(text: &str) -> Option<&str> {
    let mut lines = text.lines().skip_while(|line| line.trim() != "[pkg.rustc]").skip(1);
    let line = lines.find(|line| line.starts_with(['v', '[']))?;
    let value = line.strip_prefix("version")?.trim_start().strip_prefix('=')?.trim_start();
    value.strip_prefix('"')?.split(['"', ' ']).next().filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_version_of_the_compiler_counts() {
        let text = "[pkg.cargo]\nversion = \"0.96.0 (x)\"\n[pkg.rustc]\nversion = \"1.95.0 (59807616e 2026-04-14)\"\n";
        assert_eq!(rustc(text), Some("1.95.0"));
        assert_eq!(rustc("[pkg.rustc]\n[pkg.rustc.target]\nversion = \"1\"\n"), None);
        assert_eq!(rustc(""), None);
    }
}
