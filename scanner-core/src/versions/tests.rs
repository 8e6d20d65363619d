//! The orders against vectors that the ecosystems' own comparers gave; `tests/data/versions/make` made them.

use super::*;

/// Lines of `A OPERATOR B`.
const VECTORS: &[(Order, &str)] = &[
    (Order::Deb, include_str!("../../tests/data/versions/deb.txt")),
    (Order::Gem, include_str!("../../tests/data/versions/gem.txt")),
    (Order::Maven, include_str!("../../tests/data/versions/maven.txt")),
    (Order::Pep440, include_str!("../../tests/data/versions/pep440.txt")),
    (Order::Rpm, include_str!("../../tests/data/versions/rpm.txt")),
    (Order::Semantic, include_str!("../../tests/data/versions/semantic.txt")),
];

fn operator(order: Ordering) -> &'static str {
    match order {
        Ordering::Less => "<",
        Ordering::Equal => "=",
        Ordering::Greater => ">",
    }
}

#[test]
fn the_ecosystems_own_comparers_say_the_same() {
    let mut wrong = Vec::new();
    for (order, lines) in VECTORS {
        assert!(lines.lines().count() > 500, "{order:?} has few vectors");
        for line in lines.lines() {
            let [a, expected, b] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
            let found = order.compare(a, b).map(operator);
            if found != Some(expected) {
                wrong.push(format!("{order:?}: {line}, not {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// Each is lower than the next one.
#[track_caller]
fn ascending(order: Order, versions: &[&str]) {
    for (at, a) in versions.iter().enumerate() {
        for (other, b) in versions.iter().enumerate() {
            assert_eq!(order.compare(a, b), Some(at.cmp(&other)), "{a} and {b}");
        }
    }
}

#[test]
fn apk_orders_suffixes_around_the_release() {
    let versions = [
        "1.2_alpha",
        "1.2_alpha1",
        "1.2_beta",
        "1.2_pre2",
        "1.2_rc1",
        "1.2_rc1-r1",
        "1.2",
        "1.2-r0",
        "1.2-r3",
        "1.2-r10",
        "1.2_git20200101",
        "1.2_p1",
        "1.2_p1_p2",
        "1.2a",
        "1.2b",
        "1.2.0",
        "1.2.01",
        "1.2.1",
        "1.2.9",
        "1.2.10",
        "1.10",
        "2",
    ];
    ascending(Order::Apk, &versions);
    assert_eq!(Order::Apk.compare("1.2-r1", "1.2-x1"), None);
    assert_eq!(Order::Apk.compare("1.2", "1.2_what"), None);
    assert_eq!(Order::Apk.compare("2.12.7-r0", "2.12.07-r0"), Some(Ordering::Greater));
}

#[test]
fn nuget_has_four_numbers_and_words_without_case() {
    let versions = [
        "1.0.0-1",
        "1.0.0-10",
        "1.0.0-alpha",
        "1.0.0-Alpha.1",
        "1.0.0-beta",
        "1.0.0",
        "1.0.0.1",
        "1.1",
    ];
    ascending(Order::Nuget, &versions);
    assert_eq!(Order::Nuget.compare("1.0", "1.0.0.0+meta"), Some(Ordering::Equal));
    assert_eq!(Order::Nuget.compare("1.0-ALPHA", "1.0-alpha"), Some(Ordering::Equal));
    assert_eq!(Order::Nuget.compare("1.0.0.0.0", "1"), None);
}

#[test]
fn lists_of_numbers_and_versions_of_go_are_ordered() {
    ascending(Order::Numbers, &["1.2", "1.2.0", "1.2-1", "1.10", "26"]);
    assert_eq!(Order::Numbers.compare("1.x", "1.2"), None);
    let pseudo = "v0.0.0-20200101000000-abcdefabcdef";
    ascending(Order::Semantic, &[pseudo, "v1.2.3", "v1.10.0", "v2.0.0+incompatible"]);
    assert_eq!(Order::Semantic.compare("1.2", "1.2.0"), None);
}

#[test]
fn what_is_no_version_has_no_order() {
    assert_eq!(Order::of_type("github"), None);
    assert_eq!(Order::Deb.compare("", "1"), None);
    assert_eq!(Order::Deb.compare(&"1".repeat(1025), "1"), None);
    assert_eq!(Order::Pep440.compare("1.0", "one"), None);
    assert_eq!(Order::Gem.compare("1..0", "1"), None);
}
