//! What layers come to: files, as a container would see them, and which layers had to do with each.

use scanner_core::analyzers::Wants;
use scanner_core::fs::LayeredFs;
use scanner_core::image::{Image, Passing};
use scanner_core::limits::Limits;
use scanner_core::model::Input;
use scanner_core::source::{oci_layout, read_all};
use testkit::{Compression, Layers, OciImage, OciLayout, Tar};

use crate::images::{reading, request};

/// Reads an image of these archives.
pub(crate) fn image(tars: Vec<Vec<u8>>) -> Image {
    let image = OciImage::of_tars(tars).compression(Compression::None);
    let layout = OciLayout::of(&image).to_directory();
    let (limits, wants) = (Limits::default(), Wants::new(Input::RootFs));
    let keep = |it: &Passing<'_>| wants.of(it);
    let reading = reading(&limits, &keep);
    let found = oci_layout::find(layout.path(), &request(), &reading).unwrap();
    read_all(&found, &reading).unwrap().remove(0)
}

/// The files of an image: path, introducing layer, all layers that touched it, content; then the notices.
fn seen(tars: Vec<Vec<u8>>) -> Vec<String> {
    let image = image(tars);
    let fs = LayeredFs::merge(&image, Limits::default());
    let file = |it: scanner_core::fs::File<'_>| {
        let bytes = it.bytes(1 << 20).unwrap();
        let touched = fs.touched(it.path);
        let content = String::from_utf8_lossy(&bytes).into_owned();
        format!("{} of {} touched by {touched:?}: {content}", it.path.display(), it.layer)
    };
    let mut all: Vec<String> = fs.files().map(file).collect();
    let notices = image.layers.iter().flat_map(|it| it.notices()).chain(fs.notices());
    all.extend(notices.map(|it| format!("! {it}")));
    all
}

fn seen_of(layers: &str) -> Vec<String> {
    seen(Layers::parse(layers).to_tars())
}

#[test]
fn a_file_is_of_the_layer_that_put_it_there_last_and_knows_all_that_touched_it() {
    let found = seen_of(
        "//- layer\n//- /a\n1//- /b\n1//- /c\n1//- layer\n//- removed /a\n//- /b\n2\
         //- layer\n//- /a\n3//- layer\n//- /d\n4",
    );
    assert_eq!(
        found,
        [
            "/a of 2 touched by [0, 1, 2]: 3",
            "/b of 1 touched by [0, 1]: 2",
            "/c of 0 touched by [0]: 1",
            "/d of 3 touched by [3]: 4",
        ]
    );
}

#[test]
fn a_file_that_goes_with_its_directory_was_touched_by_the_layer_that_took_it_away() {
    let found = seen_of(
        "//- layer\n//- /d/a\n1//- layer\n//- removed /d\n//- layer\n//- /d/a\n2\
         //- layer\n//- opaque /d\n//- layer\n//- /d/a\n3",
    );
    assert_eq!(found, ["/d/a of 4 touched by [0, 1, 2, 3, 4]: 3"]);
}

#[test]
fn a_whiteout_acts_on_lower_layers_only_wherever_it_stands_in_its_own() {
    let before = Tar::default().file(".wh.a", "").file("a", "2").build();
    let after = Tar::default().file("a", "3").file(".wh.a", "").build();
    let base = Tar::default().file("a", "1").build();
    assert_eq!(seen(vec![base.clone(), before]), ["/a of 1 touched by [0, 1]: 2"]);
    assert_eq!(seen(vec![base, after]), ["/a of 1 touched by [0, 1]: 3"]);
}

#[test]
fn an_opaque_directory_hides_what_lower_layers_have_in_it_and_nothing_of_its_own() {
    let base = Tar::default().file("d/x", "1").file("d/e/y", "1").file("z", "1").build();
    let top = Tar::default().file("d/new", "2").directory("d").file("d/.wh..wh..opq", "");
    assert_eq!(
        seen(vec![base, top.build()]),
        ["/d/new of 1 touched by [1]: 2", "/z of 0 touched by [0]: 1"]
    );
}

#[test]
fn a_whiteout_of_a_whiteout_and_the_books_of_aufs_are_no_content() {
    let base = Tar::default().file("a", "1").build();
    let top = Tar::default()
        .file(".wh..wh.a", "")
        .file(".wh..wh.plnk/1", "x")
        .directory(".wh..wh.orph")
        .file(".wh.", "")
        .file(".wh...", "")
        .file(".wh...wh.x", "");
    let found = seen(vec![base, top.build()]);
    assert_eq!(found[0], "/a of 0 touched by [0]: 1");
    assert!(found[1..].iter().all(|it| it.starts_with("! malformed")), "{found:#?}");
}

#[test]
fn a_directory_in_the_place_of_a_file_and_a_file_in_the_place_of_a_directory_replace_it() {
    let found = seen_of("//- layer\n//- /a\n1//- /b/c\n1//- layer\n//- /a/x\n2//- /b\n2");
    assert_eq!(found, ["/a/x of 1 touched by [1]: 2", "/b of 1 touched by [0, 1]: 2"]);
    let found = seen_of(
        "//- layer\n//- /a/x\n1//- layer\n//- link /a b\n//- layer\n//- dir /a\n//- /b/x\n3",
    );
    assert_eq!(found, ["/b/x of 2 touched by [2]: 3"]);
}

#[test]
fn a_file_in_the_place_of_a_directory_touches_what_was_in_it() {
    let found = seen_of("//- layer\n//- /b/c\n1//- layer\n//- /b\n2//- layer\n//- /b/c\n3");
    assert_eq!(found, ["/b/c of 2 touched by [0, 1, 2]: 3"]);
}

#[test]
fn of_entries_of_one_name_in_one_archive_the_last_one_counts() {
    let tar = Tar::default()
        .file("a", "1")
        .file("./a", "2")
        .file("/a", "3")
        .file("d/x", "1")
        .symlink("d", "e")
        .file("e", "now a file")
        .file("f", "1")
        .directory("f")
        .file("f/y", "2")
        .build();
    assert_eq!(
        seen(vec![tar]),
        [
            "/a of 0 touched by [0]: 3",
            "/e of 0 touched by [0]: now a file",
            "/f/y of 0 touched by [0]: 2"
        ]
    );
}

#[test]
fn a_hard_link_is_the_file_that_it_names_in_its_own_layer_or_below() {
    let base = Tar::default().file("lib/a", "1").file("b", "1").build();
    let top = Tar::default()
        .hardlink("again", "lib/a")
        .hardlink("/abs", "/lib/a")
        .file("own", "2")
        .hardlink("twin", "own")
        .hardlink("twin2", "twin")
        .file("own", "3")
        .build();
    assert_eq!(
        seen(vec![base, top]),
        [
            "/abs of 1 touched by [1]: 1",
            "/again of 1 touched by [1]: 1",
            "/b of 0 touched by [0]: 1",
            "/lib/a of 0 touched by [0]: 1",
            "/own of 1 touched by [1]: 3",
            "/twin of 1 touched by [1]: 2",
            "/twin2 of 1 touched by [1]: 2",
        ]
    );
}

#[test]
fn a_hard_link_across_layers_outlives_the_name_that_it_was_made_from() {
    let base = Tar::default().file("a", "1").build();
    let link = Tar::default().hardlink("b", "a").file(".wh.a", "").build();
    let more = Tar::default().hardlink("c", "b").build();
    assert_eq!(
        seen(vec![base, link, more]),
        ["/b of 1 touched by [1]: 1", "/c of 2 touched by [2]: 1"]
    );
}

#[test]
fn a_hard_link_to_nothing_or_to_a_directory_is_told_of() {
    let base = Tar::default().file("d/a", "1").build();
    let top = Tar::default().hardlink("x", "gone").hardlink("y", "d").build();
    let found = seen(vec![base, top]);
    assert_eq!(found[0], "/d/a of 0 touched by [0]: 1");
    assert_eq!(found.len(), 3, "{found:#?}");
}

#[test]
fn names_never_leave_the_root() {
    let tar = Tar::default()
        .file("../../etc/a", "1")
        .file("/etc/b", "2")
        .file("x/../../c", "3")
        .symlink("out", "../../../../etc")
        .file("out/d", "4")
        .symlink("abs", "/etc")
        .file("abs/e", "5")
        .build();
    let found = seen(vec![tar]);
    let expected = ["/c of 0", "/etc/a of 0", "/etc/b of 0", "/etc/d of 0", "/etc/e of 0"];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    assert!(found.iter().zip(expected).all(|(it, path)| it.starts_with(path)), "{found:#?}");
}

#[test]
fn long_names_of_gnu_and_pax_are_names_like_any_other() {
    let long = format!("{}/file", ["directory"; 30].join("/"));
    let tar = Tar::default()
        .gnu_long_name(&long)
        .file("cut", "gnu")
        .pax(&[(b"path", b"odd/\xffname")])
        .file("cut", "pax")
        .file(format!("p/{long}"), "long")
        .build();
    assert_eq!(
        seen(vec![tar])[..3],
        [
            format!("/{long} of 0 touched by [0]: gnu"),
            "/odd/%FFname of 0 touched by [0]: pax".to_owned(),
            format!("/p/{long} of 0 touched by [0]: long")
        ]
    );
}

#[test]
fn a_sparse_file_reads_with_its_holes() {
    let tar = Tar::default().gnu_sparse("s", 12, &[(2, b"ab"), (8, b"cd")]).build();
    assert_eq!(seen(vec![tar]), ["/s of 0 touched by [0]: \0\0ab\0\0\0\0cd\0\0"]);
}

#[test]
fn devices_replace_what_was_there_and_are_no_files() {
    let base = Tar::default().file("a", "1").file("b", "1").build();
    let top = Tar::default().member(b'3', "a", "", 0o666, "").member(b'6', "n", "", 0o666, "");
    assert_eq!(seen(vec![base, top.build()]), ["/b of 0 touched by [0]: 1"]);
}

#[test]
fn a_character_device_of_number_nought_is_a_device_in_an_archive() {
    // overlayfs marks what is gone so on disk; archives of layers say `.wh.` instead.
    let base = Tar::default().file("a/x", "1").build();
    let top = Tar::default().member(b'3', "b", "", 0, "").build();
    assert_eq!(seen(vec![base, top]), ["/a/x of 0 touched by [0]: 1"]);
}

#[test]
fn a_link_of_a_lower_layer_is_replaced_by_a_directory_that_stands_in_its_place() {
    let base = Tar::default().file("usr/bin/a", "1").symlink("bin", "usr/bin").build();
    let through = Tar::default().file("bin/b", "2").build();
    assert_eq!(
        seen(vec![base, through]),
        ["/bin/b of 1 touched by [1]: 2", "/usr/bin/a of 0 touched by [0]: 1"]
    );
}
