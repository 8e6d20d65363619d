//! Which files of a build context are the project's own, so that what they declare counts.

use crate::path::ImagePath;

/// Folders in which tools keep what others made. A lockfile there is that of somebody else's development.
const FOLDERS: &[&[&[u8]]] = &[
    &[b"node_modules"],
    &[b"bower_components"],
    &[b"site-packages"],
    &[b"dist-packages"],
    &[b"vendor"],
    &[b".cache"],
    &[b".gradle"],
    &[b".m2"],
    &[b".npm"],
    &[b".nuget"],
    &[b".yarn"],
    &[b".pnpm-store"],
    &[b".tox"],
    &[b".nox"],
    // Swift's and Xcode's.
    &[b".build", b"checkouts"],
    &[b"SourcePackages", b"checkouts"],
    // Cargo's and Go's copies of sources.
    &[b"registry", b"src"],
    &[b"git", b"checkouts"],
    &[b"pkg", b"mod"],
    // RubyGems: `gems/3.1.0/gems/NAME-VERSION`, `bundle/gems/…`, `bundler/gems/…`.
    &[b"bundle", b"gems"],
    &[b"bundler", b"gems"],
];

/// Whether a file belongs to an installed package, to a cache of packages or to the system, and not to the project.
pub(super) fn is_third_party(path: &ImagePath) -> bool {
    let parts: Vec<&[u8]> = path.components().collect();
    let folders = parts.split_last().map_or(&[][..], |(_, folders)| folders);
    let kept = FOLDERS.iter().any(|it| folders.windows(it.len()).any(|folders| folders == *it));
    kept || folders.windows(3).any(|it| matches!(it, [b"gems", _, b"gems"])) || is_system(folders)
}

/// Whether folders lead into the part of a root file system that the distribution and its packages fill.
fn is_system(folders: &[&[u8]]) -> bool {
    match folders {
        [b"usr", b"src", ..] | [b"usr", b"local", b"src", ..] => false,
        [b"usr", ..] | [b"var", b"lib", ..] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_a_project_are_told_from_those_of_its_dependencies_and_of_the_system() {
        let third_party = |path: &str| is_third_party(&ImagePath::normalize(path).unwrap());
        for path in [
            "/node_modules/a/package-lock.json",
            "/app/.venv/lib/python3.12/site-packages/a/requirements.txt",
            "/vendor/serde/Cargo.lock",
            "/root/.cargo/registry/src/index.crates.io-1/serde-1.0.0/Cargo.lock",
            "/go/pkg/mod/golang.org/x/text@v0.3.0/go.mod",
            "/usr/local/bundle/gems/rails-7.0.0/Gemfile.lock",
            "/opt/ruby/gems/3.1.0/gems/rails-7.0.0/Gemfile.lock",
            "/usr/local/go/src/go.mod",
            "/app/.build/checkouts/swift-nio/Package.resolved",
        ] {
            assert!(third_party(path), "{path}");
        }
        for path in [
            "/package-lock.json",
            "/lib/a/Cargo.lock",
            "/usr/src/app/package-lock.json",
            "/gems/mine/Gemfile.lock",
            "/.ci/requirements.txt",
        ] {
            assert!(!third_party(path), "{path}");
        }
    }
}
