//! rpm's order: epoch, version, release.
//! A version without a release is compared without, as rpm and pacman do.

use std::cmp::Ordering;

use rpm_version::Evr;

pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (Evr::parse(a), Evr::parse(b));
    if a.release().is_empty() || b.release().is_empty() {
        let bare =
            |it: &Evr<'_>| Evr::new(it.epoch().to_owned(), it.version().to_owned(), String::new());
        return bare(&a).cmp(&bare(&b));
    }
    a.cmp(&b)
}
