//! Gems.

use insta::assert_snapshot;

use crate::found;

/// What RubyGems writes for an installed gem.
fn spec(path: &str, name: &str, version: &str) -> String {
    format!(
        "//- {path}\n# -*- encoding: utf-8 -*-\n# stub: {name} {version} ruby lib\n\n\
         Gem::Specification.new do |s|\n  s.name = \"{name}\".freeze\n  s.version = \"{version}\"\n\n  \
         s.licenses = [\"MIT\".freeze]\nend\n"
    )
}

#[test]
fn gems_are_found_in_every_kind_of_gem_home() {
    let home = "/usr/local/lib/ruby/gems/3.3.0";
    let fixture = spec(&format!("{home}/specifications/rack-3.0.gemspec"), "rack", "3.0")
        + &spec(&format!("{home}/specifications/default/json-2.7.gemspec"), "json", "2.7")
        + &spec("/usr/share/rubygems-integration/all/specifications/i18n-1.gemspec", "i18n", "1")
        + &spec("/app/vendor/bundle/ruby/3.3.0/specifications/rack-3.0.gemspec", "rack", "3.0")
        + &spec("/usr/local/bundle/bundler/gems/rails-0123456789ab/rails.gemspec", "rails", "8.0")
        + &spec(
            "/usr/local/bundle/bundler/gems/rails-0123456789ab/activejob/activejob.gemspec",
            "activejob",
            "8.0",
        )
        + "//- /opt/gems/specifications/nokogiri-1.16-x86_64-linux.gemspec\n\
           Gem::Specification.new do |s|\n  s.name = \"nokogiri\"\n  s.version = \"1.16\"\n  \
           s.platform = \"x86_64-linux\".freeze\nend\n";
    assert_snapshot!(found(&*fixture), @"
    pkg:gem/activejob@8.0
      ruby /usr/local/bundle/bundler/gems/rails-0123456789ab/activejob/activejob.gemspec
    pkg:gem/i18n@1
      ruby /usr/share/rubygems-integration/all/specifications/i18n-1.gemspec
    pkg:gem/json@2.7
      ruby /usr/local/lib/ruby/gems/3.3.0/specifications/default/json-2.7.gemspec
    pkg:gem/nokogiri@1.16?platform=x86_64-linux
      ruby /opt/gems/specifications/nokogiri-1.16-x86_64-linux.gemspec
    pkg:gem/rack@3.0
      ruby /app/vendor/bundle/ruby/3.3.0/specifications/rack-3.0.gemspec
      ruby /usr/local/lib/ruby/gems/3.3.0/specifications/rack-3.0.gemspec
    pkg:gem/rails@8.0
      ruby /usr/local/bundle/bundler/gems/rails-0123456789ab/rails.gemspec
    ");
}

#[test]
fn specifications_that_are_part_of_something_else_are_none() {
    let home = "/var/lib/gems/3.1.0";
    let fixture = spec(&format!("{home}/specifications/a-1.gemspec"), "a", "1")
        + &spec(&format!("{home}/gems/a-1/a.gemspec"), "a", "1")
        + &spec(&format!("{home}/gems/a-1/spec/specifications/fake-9.gemspec"), "fake", "9")
        + &spec(
            &format!("{home}/bundler/gems/b-0123456789ab/spec/fixtures/x.gemspec"),
            "fake",
            "9",
        )
        + &spec(&format!("{home}/bundler/gems/extensions/x.gemspec"), "fake", "9")
        + &spec("/app/app.gemspec", "app", "1")
        + "//- /app/Gemfile.lock\nGEM\n  specs:\n    fake (9)\n";
    assert_snapshot!(found(&*fixture), @"
    pkg:gem/a@1
      ruby /var/lib/gems/3.1.0/specifications/a-1.gemspec
    ");
}

#[test]
fn a_specification_that_would_have_to_be_run_gives_a_notice() {
    let fixture = "//- /gems/specifications/a-1.gemspec\n\
         Gem::Specification.new do |s|\n  s.name = \"a\"\n  s.version = A::VERSION\nend\n";
    assert_snapshot!(found(fixture), @"! incomplete /gems/specifications/a-1.gemspec: ruby: lacks a valid name or version that is a literal");
}
