//! Programs of other machines and systems: other classes and byte orders, signatures, what only debuggers or the kernel
//! load.

use scanner_core::limits::Limits;
use scanner_core::model::FileDetail;
use testkit::{Dynamic, Elf, ForeignElf, MachO, Pe, Tree};

use crate::executables::facts;
use crate::native::links;
use crate::sbom;

const S390X: ForeignElf<'_> = ForeignElf {
    is_64_bit: true,
    is_big_endian: true,
    machine: 22,
    interpreter: "",
    soname: "",
    needed: &[],
    build_id: &[],
};

/// The lines of a component's facts that begin with one of these.
fn only(told: &str, keys: &[&str]) -> Vec<String> {
    let wanted = |it: &&str| keys.iter().any(|key| it.trim_start().starts_with(key));
    told.lines().filter(wanted).map(|it| it.trim_start().to_owned()).collect()
}

#[test]
fn big_endian_files_say_the_same_of_themselves_as_others_in_both_classes() {
    let keys =
        ["buildId", "elf:soname", "executable:a", "executable:i", "executable:r", "executable:l"];
    for (is_64_bit, is_big_endian, machine, architecture) in [
        (true, true, 22, Some("s390x")),
        (false, true, 20, None), // 32-bit PowerPC
        (true, true, 21, None),  // PowerPC
        (false, false, 40, Some("arm")),
        (true, false, 183, Some("arm64")),
    ] {
        let file = ForeignElf { is_64_bit, is_big_endian, machine, ..S390X };
        let build_id = [0xc0, 0xff, 0xee, 1];
        let program = ForeignElf { interpreter: "/lib/ld.so.1", build_id: &build_id, ..file };
        let library = ForeignElf { soname: "libx.so.1", build_id: &build_id, ..file };
        let named = architecture.map(|it| format!("executable:architecture={it}"));
        let told = facts(Tree::default().executable("/bin/a", program.build()));
        let expected = [
            "executable:interpreter=/lib/ld.so.1",
            "executable:linkage=dynamic",
            "executable:role=program",
        ];
        let mut all = vec!["buildId=gnu-build-id:c0ffee01".to_owned()];
        all.extend(named.clone());
        all.extend(expected.map(str::to_owned));
        assert_eq!(only(&told, &keys), all, "{told}");
        let told = facts(Tree::default().file("/lib/libx.so.1", library.build()));
        let mut all =
            vec!["buildId=gnu-build-id:c0ffee01".to_owned(), "elf:soname=libx.so.1".to_owned()];
        all.extend(named);
        all.push("executable:role=library".to_owned());
        assert_eq!(only(&told, &keys), all, "{told}");
    }
}

#[test]
fn libraries_of_the_same_machine_but_another_byte_order_or_class_are_passed_over() {
    let library = ForeignElf { soname: "libx.so.1", ..S390X };
    for other in
        [ForeignElf { is_big_endian: false, ..library }, ForeignElf { is_64_bit: false, ..library }]
    {
        let program = ForeignElf { interpreter: "/lib/ld64.so.1", needed: &["libx.so.1"], ..S390X };
        let tree = Tree::default()
            .executable("/lib/ld64.so.1", ForeignElf { soname: "ld64.so.1", ..S390X }.build())
            .executable("/bin/a", program.build())
            .file("/lib/s390x-linux-gnu/libx.so.1", other.build())
            .file("/usr/lib/s390x-linux-gnu/libx.so.1", library.build());
        let expected = "/bin/a interpreter /lib/ld64.so.1 by path\n\
                        /bin/a needed /usr/lib/s390x-linux-gnu/libx.so.1 by default-directory\n";
        assert_eq!(links(tree), expected);
    }
}

#[test]
fn files_for_debuggers_and_kernel_modules_are_no_programs_and_in_no_graph() {
    let needs = Dynamic { needed: &["libgone.so"], ..Dynamic::default() };
    let debug = Elf::new().dynamic_section(&needs).interpreter("/lib/ld.so").debug();
    let module = Elf::new().object().section(".modinfo", "name=x");
    let tree = || {
        Tree::default()
            .executable("/usr/lib/debug/bin/a.debug", debug.build())
            .executable("/usr/lib/debug/.build-id/c0/ffee.debug", Elf::new().debug().build())
            .executable("/lib/modules/6.1/x.ko", module.build())
    };
    // Nobody misses what a debugger would never load.
    assert_eq!(links(tree()), "");
    let told = facts(tree());
    assert_eq!(
        only(&told, &["executable:role", "executables"]),
        [
            "executable:role=kernel-module",
            "executables{state=\"identified\"} 0",
            "executables{state=\"owned\"} 0",
            "executables{state=\"unknown\"} 1",
        ]
    );
    let graph = sbom(tree(), Limits::default(), FileDetail::None).links;
    assert!(graph.files.is_empty());
}

#[test]
fn signatures_are_said_to_be_there_and_not_to_hold() {
    let key = ["executable:signed"];
    let signed = ["executable:signed=unverified"];
    let none: [&str; 0] = [];
    let universal = |slices: &[MachO]| MachO::universal(slices);
    for (bytes, expected) in [
        (Pe::new().signed().build(), &signed[..]),
        (Pe::new().library().build(), &none),
        (MachO::new().signed().build(), &signed),
        (MachO::new().build(), &none),
        (universal(&[MachO::new().signed(), MachO::new().signed()]), &signed),
        (universal(&[MachO::new(), MachO::new()]), &none),
    ] {
        let told = facts(Tree::default().executable("/app/x", bytes));
        assert_eq!(only(&told, &key), expected, "{told}");
    }
}
