//! Boolean dependencies of rpm packages, each against what is installed.

use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, Relation};
use testkit::{RpmHeader, RpmSqlite, Tree};

use crate::dependencies::rpm;
use crate::sbom;

/// What each term comes to where `a` is installed, `b` and `c` in versions 2 and 3 that are `virt` 1 and 5 too, and `d`
/// with two versions of a name: the packages that meet it, `…` where something lacks.
/// Where rpm can have the term in a package, `rpm -V --nofiles` gave the same verdict.
const TERMS: &[(&str, &str)] = &[
    ("(a)", "a"),
    ("((gone))", "…"),
    ("(a >= 1)", "a"),
    ("(a>=1)", "…"),
    ("(a >= 2)", "…"),
    // and, or
    ("(a and b and c)", "a b c"),
    ("(a and gone)", "a …"),
    ("(a or gone)", "a"),
    ("(a or b)", "a b"),
    ("(gone or gone2)", "…"),
    ("(virt > 4 and virt < 2)", "b c"),
    ("((a and b) or (gone and c))", "a b"),
    ("((a and gone) or (gone2 and c))", "…"),
    ("((a and gone) or (a and c))", "a c"),
    // if, else
    ("(a if b)", "a"),
    ("(gone if b)", "…"),
    ("(gone if gone2)", ""),
    ("(gone if b else a)", "…"),
    ("(gone if gone2 else a)", "a"),
    ("(a if b else gone)", "a"),
    ("(a if gone else gone2)", "…"),
    ("(a if b > 2)", ""),
    ("(a if (b if gone))", "a"),
    ("(gone if (b if gone2))", "…"),
    ("(gone if (a and gone2))", ""),
    ("(gone if (gone2 or a))", "…"),
    ("((a if b) and (gone if gone2))", "a"),
    ("((a and gone) if b)", "a …"),
    // unless, else
    ("(a unless b)", "…"),
    ("(a unless gone)", "a"),
    ("(gone unless gone2)", "…"),
    ("(gone or (a unless b))", "…"),
    ("(gone or (b unless gone2))", "b"),
    ("(gone or (gone2 unless b else a))", "a"),
    ("(gone or (a unless b else gone))", "…"),
    ("(gone or (a unless gone2 else gone))", "a"),
    ("(gone or (gone2 unless gone else a))", "…"),
    // with, without
    ("(virt > 4 with virt < 2)", "…"),
    ("(dist(x) > 2 with dist(x) < 3)", "c d"),
    ("(dist(x) > 3 with dist(x) < 1)", "d"),
    ("(virt with b)", "b"),
    ("(virt with a)", "…"),
    ("(virt with (b or gone))", "b"),
    ("(virt with b with gone)", "…"),
    ("((a or b) with virt)", "b"),
    ("((virt with b) or gone)", "b"),
    ("(virt without b)", "c"),
    ("(virt without (b or c))", "…"),
    ("(b without virt)", "…"),
    ("(virt with (b without gone))", "b"),
    ("(virt without (b without gone))", "c"),
    ("((dist(x) with c) if a else gone)", "c"),
    // files
    ("(/opt/x/a if b)", "a"),
    ("(a if /opt/x/b)", "a"),
    ("(gone if /opt/x/b)", "…"),
    ("(/x/a and a)", "a"),
    // What rpm refuses, and what is no package's.
    ("(a and b or c)", "…"),
    ("(a without b without c)", "…"),
    ("((a and b) with virt)", "…"),
    ("(a with)", "…"),
    ("(a and rpmlib(RichDependencies))", "…"),
    ("(a if rpmlib(RichDependencies))", "…"),
    // What a package provides itself it needs nobody for.
    ("(own and a)", "a"),
    ("(own or virt)", ""),
    ("(own if a)", ""),
];

#[test]
fn terms_are_met_by_what_is_installed_and_marked_where_they_are_not() {
    let file = |header: RpmHeader, name: &str| header.files(&[(name, 0o100_644, 0)]);
    let mut packages = vec![
        file(rpm("a", "1", &[], &[]), "/opt/x/a"),
        file(rpm("b", "2", &[], &["virt = 1"]), "/opt/x/b"),
        rpm("c", "3", &[], &["virt = 5", "dist(x) = 2.5"]),
        rpm("d", "1", &[], &["dist(x) = 0.5", "dist(x) = 9"]),
    ];
    for (number, (term, _)) in TERMS.iter().enumerate() {
        let provides: &[&str] = if term.contains("own") { &["own"] } else { &[] };
        packages.push(rpm(&format!("t{number}"), "1", &[term], provides));
    }
    let packages: Vec<Vec<u8>> = packages.iter().map(RpmHeader::build).collect();
    let tree = Tree::parse("//- /etc/os-release\nID=fedora\nVERSION_ID=40\n//- link /x opt/x\n")
        .file("/opt/x/a", "x")
        .file("/opt/x/b", "x")
        .file("/usr/lib/sysimage/rpm/rpmdb.sqlite", RpmSqlite::new(&packages).build());
    let sbom = sbom(tree, Limits::default(), FileDetail::None);
    for (number, (term, expected)) in TERMS.iter().enumerate() {
        let name = format!("t{number}");
        let (component, relations) =
            sbom.with_relationships().find(|(it, _)| it.name == name).unwrap();
        let edges = relations.iter().filter(|it| it.relation == Relation::DependsOn);
        let met = edges.filter_map(|it| {
            Some(sbom.components.iter().find(|other| other.identity == it.to)?.name.as_str())
        });
        let lacks = component.is_dependency_list_complete() == Some(false);
        let met: Vec<&str> = met.chain(lacks.then_some("…")).collect();
        assert_eq!(met.join(" "), *expected, "{term}");
    }
}
