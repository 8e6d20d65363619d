//! Perl distributions.

use insta::assert_snapshot;

use crate::found;

const LIBRARY: &str = "/usr/local/lib/perl5/site_perl/5.40.0/x86_64-linux-gnu";

fn meta(folder: &str, name: &str, version: &str) -> String {
    format!(
        "//- {LIBRARY}/.meta/{folder}/MYMETA.json\n\
         {{\"name\":\"{name}\",\"version\":\"{version}\",\"license\":[\"perl_5\"],\"author\":[\"A <a@b.org>\"]}}\n"
    )
}

#[test]
fn distributions_are_found_by_what_cpanm_noted() {
    let fixture = meta("libwww-perl-6.76", "libwww-perl", "6.76")
        + &format!(
            "//- {LIBRARY}/.meta/libwww-perl-6.76/install.json\n\
             {{\"name\":\"LWP\",\"version\":6.76,\"pathname\":\"O/OA/OALDERS/libwww-perl-6.76.tar.gz\"}}\n"
        )
        + &meta("Try-Tiny-0.31", "Try-Tiny", "0.31");
    assert_snapshot!(found(&*fixture), @"
    pkg:cpan/Try-Tiny@0.31
      perl /usr/local/lib/perl5/site_perl/5.40.0/x86_64-linux-gnu/.meta/Try-Tiny-0.31/MYMETA.json
    pkg:cpan/libwww-perl@6.76?author=OALDERS
      perl /usr/local/lib/perl5/site_perl/5.40.0/x86_64-linux-gnu/.meta/libwww-perl-6.76/MYMETA.json
    ");
}

#[test]
fn of_several_versions_the_one_that_the_module_states_is_there() {
    let fixture = ["1.0", "1.1"].map(|version| {
        meta(&format!("Foo-Bar-{version}"), "Foo-Bar", version)
            + &format!(
                "//- {LIBRARY}/.meta/Foo-Bar-{version}/install.json\n{{\"name\":\"Foo::Bar\"}}\n"
            )
    });
    let fixture = fixture.concat()
        + &meta("Foo-Bar-Extra-3", "Foo-Bar-Extra", "3")
        + &format!("//- {LIBRARY}/auto/Foo/Bar/.packlist\n/usr/local/lib/perl5/Foo/Bar.pm\n")
        + "//- /usr/local/lib/perl5/Foo/Bar.pm\npackage Foo::Bar;\nour $VERSION = '1.1';\n";
    assert_snapshot!(found(&*fixture), @"
    pkg:cpan/Foo-Bar-Extra@3
      perl /usr/local/lib/perl5/site_perl/5.40.0/x86_64-linux-gnu/.meta/Foo-Bar-Extra-3/MYMETA.json
    pkg:cpan/Foo-Bar@1.1
      perl /usr/local/lib/perl5/site_perl/5.40.0/x86_64-linux-gnu/.meta/Foo-Bar-1.1/MYMETA.json
    ! not-installed /usr/local/lib/perl5/site_perl/5.40.0/x86_64-linux-gnu/.meta/Foo-Bar-1.0/MYMETA.json: perl: Foo-Bar 1.0 was replaced later
    ");
}

#[test]
fn sources_logs_and_lists_of_modules_are_none() {
    let fixture = "//- /src/Foo-1/MYMETA.json\n{\"name\":\"Foo\",\"version\":\"1\"}\n\
         //- /src/Foo-1/META.json\n{\"name\":\"Foo\",\"version\":\"1\"}\n\
         //- /usr/local/lib/perl5/perllocal.pod\n=head2 Mon: C<Module> L<Foo|Foo>\n\n=item *\n\nC<VERSION: 1>\n\
         //- /usr/local/lib/perl5/auto/Foo/.packlist\n/usr/local/lib/perl5/Foo.pm\n\
         //- /lib/.meta/cut/MYMETA.json\n{\n//- /lib/.meta/Odd-1/MYMETA.json\n{\"name\":\"Odd\"}\n";
    assert_snapshot!(found(fixture), @"
    ! incomplete /lib/.meta/Odd-1/MYMETA.json: perl: lacks a valid name or version
    ! malformed /lib/.meta/cut/MYMETA.json: perl: EOF while parsing an object at line 2 column 0
    ");
}
