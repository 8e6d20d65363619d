//! Each runtime: where the file is that states its version, and what else is its own.

use crate::formats::{c_defines, channel_manifest, interpreter_config};

/// What is known of a runtime. Places are relative to its prefix.
pub(super) struct Runtime {
    /// The name of its purl.
    pub(super) name: &'static str,
    /// The file that states its version, folder by folder; `*` and what ends with it stand for one folder.
    pub(super) marker: &'static [&'static str],
    /// Its programs, the first of which must be there; `*` is what stood for the first `*` in the marker.
    pub(super) programs: &'static [&'static str],
    /// Where the libraries begin that are its own: `lib/libpython*` is `/usr/local/lib/libpython3.12.so.1.0`.
    pub(super) libraries: &'static [&'static str],
    /// The folder of its standard library; the folders named in [`FOREIGN`] in it are not its own.
    pub(super) standard_library: Option<&'static str>,
    /// Whether everything below the prefix is its own.
    pub(super) whole: bool,
    /// Reads the version.
    pub(super) version: fn(&str) -> Option<String>,
}

/// Folders in a standard library that packages are installed to.
pub(super) const FOREIGN: [&[u8]; 6] =
    [b"dist-packages", b"gems", b"site-packages", b"site_perl", b"site_ruby", b"vendor_ruby"];

pub(super) const RUNTIMES: &[Runtime] = &[
    Runtime {
        name: "go",
        marker: &["VERSION"],
        programs: &["bin/go", "bin/gofmt"],
        libraries: &[],
        standard_library: None,
        whole: true,
        version: |text| Some(text.lines().next()?.trim().strip_prefix("go")?.to_owned()),
    },
    Runtime {
        name: "node",
        marker: &["include", "node", "node_version.h"],
        programs: &["bin/node"],
        libraries: &[],
        standard_library: None,
        whole: false,
        version: node,
    },
    Runtime {
        name: "perl",
        marker: &["lib", "perl5", "*", "*", "Config.pm"],
        programs: &["bin/perl", "bin/perl*"],
        libraries: &[],
        standard_library: Some("lib/perl5/*"),
        whole: false,
        version: |text| interpreter_config::value(text, "version").map(str::to_owned),
    },
    Runtime {
        name: "php",
        marker: &["include", "php", "main", "php_version.h"],
        programs: &["bin/php", "bin/php-cgi", "bin/phpdbg", "sbin/php-fpm", "lib/libphp.so"],
        libraries: &[],
        standard_library: None,
        whole: false,
        version: |text| c_defines::parse(text).get("PHP_VERSION").map(|it| (*it).to_owned()),
    },
    Runtime {
        name: "python",
        marker: &["include", "python*", "patchlevel.h"],
        programs: &["bin/python*", "lib/libpython3.so"],
        libraries: &["lib/libpython*."],
        standard_library: Some("lib/python*"),
        whole: false,
        version: |text| c_defines::parse(text).get("PY_VERSION").map(|it| (*it).to_owned()),
    },
    Runtime {
        name: "ruby",
        marker: &["lib", "ruby", "*", "*", "rbconfig.rb"],
        programs: &["bin/ruby"],
        libraries: &["lib/libruby"],
        standard_library: Some("lib/ruby/*"),
        whole: false,
        version: ruby,
    },
    Runtime {
        name: "rust",
        marker: &["lib", "rustlib", "multirust-channel-manifest.toml"],
        programs: &["bin/rustc"],
        libraries: &[],
        standard_library: None,
        whole: true,
        version: |text| channel_manifest::rustc(text).map(str::to_owned),
    },
];

fn node(text: &str) -> Option<String> {
    let defines = c_defines::parse(text);
    let number = |name| defines.get(name).filter(|it| it.bytes().all(|it| it.is_ascii_digit()));
    let (major, minor) = (number("NODE_MAJOR_VERSION")?, number("NODE_MINOR_VERSION")?);
    let patch = number("NODE_PATCH_VERSION")?;
    let tag = if defines.get("NODE_VERSION_IS_RELEASE") == Some(&"1") { "" } else { "-pre" };
    Some(format!("{major}.{minor}.{patch}{tag}"))
}

fn ruby(text: &str) -> Option<String> {
    let part = |key| interpreter_config::value(text, key);
    Some(format!("{}.{}.{}", part("MAJOR")?, part("MINOR")?, part("TEENY")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_is_no_release_says_so() {
        let header = |release| {
            format!(
                "#define NODE_MAJOR_VERSION 22\n#define NODE_MINOR_VERSION 1\n#define NODE_PATCH_VERSION 0\n\
                 #define NODE_VERSION_IS_RELEASE {release}\n"
            )
        };
        assert_eq!(node(&header(1)).as_deref(), Some("22.1.0"));
        assert_eq!(node(&header(0)).as_deref(), Some("22.1.0-pre"));
        assert_eq!(node("#define NODE_MAJOR_VERSION x\n"), None);
    }
}
