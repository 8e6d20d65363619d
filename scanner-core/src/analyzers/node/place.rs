//! Where installers put packages.

use crate::path::ImagePath;

/// Whether a `package.json` is where an installer puts a package's own: `node_modules/NAME/`, packages nested in
/// packages one by one. A `node_modules` folder deeper inside a package is a fixture or part of its program.
pub(super) fn is_installed(path: &ImagePath) -> bool {
    let components: Vec<&[u8]> = path.components().collect();
    let folders = components.split_last().map_or(&[][..], |(_, folders)| folders);
    let below = match folders {
        [b"usr", b"share" | b"lib", b"nodejs", below @ ..]
        | [b"usr", b"lib", _, b"nodejs", below @ ..] => Some(below),
        // Fedora's, one for each version of Node.js.
        [b"usr", b"lib", modules, below @ ..] if is_of_version(modules) => Some(below),
        _ => folders
            .iter()
            .position(|it| *it == b"node_modules")
            .and_then(|at| folders.get(at + 1..)),
    };
    below.is_some_and(leads_to_package)
}

/// `node_modules_22`.
fn is_of_version(folder: &[u8]) -> bool {
    let version = folder.strip_prefix(b"node_modules_").unwrap_or_default();
    !version.is_empty() && version.iter().all(u8::is_ascii_digit)
}

/// Whether folders below a `node_modules` name a package, or one in the `node_modules` of another.
fn leads_to_package(mut folders: &[&[u8]]) -> bool {
    loop {
        let rest = match folders {
            // The stores of pnpm and its like: `.pnpm/name@1.0.0/node_modules/name`.
            [store, _, b"node_modules", rest @ ..] if store.starts_with(b".") => {
                folders = rest;
                continue;
            }
            // Yarn's store: `.store/name-npm-1.0.0-0123456789/package`.
            [b".store", _, b"package", rest @ ..] => rest,
            [scope, _, rest @ ..] if scope.starts_with(b"@") => rest,
            [name, rest @ ..] if !name.starts_with(b".") && !name.starts_with(b"@") => rest,
            _ => return false,
        };
        match rest {
            [] => return true,
            [b"node_modules", rest @ ..] => folders = rest,
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_told_from_what_lies_inside_them() {
        let installed = |path: &str| is_installed(&ImagePath::normalize(path).unwrap());
        for path in [
            "/app/node_modules/a/package.json",
            "/app/node_modules/@s/a/package.json",
            "/app/node_modules/a/node_modules/@s/b/package.json",
            "/app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json",
            "/app/node_modules/.store/a-npm-1.0.0-0123456789/package/package.json",
            "/app/node_modules/.store/a-npm-1.0.0-0123456789/package/node_modules/b/package.json",
            "/usr/share/nodejs/a/package.json",
            "/usr/lib/node_modules_22/npm/package.json",
            "/usr/lib/x86_64-linux-gnu/nodejs/a/node_modules/b/package.json",
        ] {
            assert!(installed(path), "{path}");
        }
        for path in [
            "/app/package.json",
            "/app/node_modules/package.json",
            "/app/node_modules/@s/package.json",
            "/app/node_modules/a/esm/package.json",
            "/app/node_modules/a/test/node_modules/b/package.json",
            "/usr/share/nodejs/a/test/fixtures/package.json",
            "/app/node_modules/.cache/a/package.json",
            "/usr/lib/node_modules_old/npm/package.json",
            "/app/node_modules/.store/a-npm-1.0.0-0123456789/package/esm/package.json",
        ] {
            assert!(!installed(path), "{path}");
        }
    }
}
