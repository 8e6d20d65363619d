//! `NAME-VERSION.gemspec` of an installed gem, as RubyGems itself writes it.
//! Specification: `Gem::Specification#to_ruby` of every RubyGems version. Read as literals; Ruby is never run.

mod literal;

use literal::{Cursor, Literal};

/// The fields that matter; those that are no literals are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gemspec {
    /// `name`.
    pub name: Option<String>,
    /// `version`.
    pub version: Option<String>,
    /// `platform`, if it is not the default, `ruby`.
    pub platform: Option<String>,
    /// `licenses`, or the older `license`.
    pub licenses: Vec<String>,
    /// `authors`.
    pub authors: Vec<String>,
    /// `executables`: the names of its programs.
    pub executables: Vec<String>,
    /// What it requires at run time: names with requirements that must all be met.
    pub dependencies: Vec<(String, Vec<String>)>,
    /// Whether it requires something that is no literal.
    pub is_computed: bool,
}

/// Reads a specification.
pub fn parse(text: &str) -> Gemspec {
    let mut spec = Gemspec::default();
    let mut cursor = Cursor::new(text);
    let mut variable = String::new();
    // What stands there is for versions of RubyGems that know one kind of dependencies only.
    let mut in_else = false;
    while !cursor.at_end() {
        cursor.blanks();
        let word = cursor.word();
        if let Some(field) = word.strip_prefix(&variable).filter(|_| !variable.is_empty()) {
            match field {
                "add_dependency" | "add_runtime_dependency" if !in_else => {
                    spec.is_computed |= require(&mut spec, &mut cursor).is_none();
                }
                _ => assign(&mut spec, field, &mut cursor),
            }
            // `.freeze`, `if s.respond_to? …`
            cursor.line();
        } else if word == "Gem::Specification.new" && variable.is_empty() {
            variable = block_variable(&cursor.line()).unwrap_or_default();
        } else if word.is_empty() && cursor.eat('#') {
            stub(&mut spec, &cursor.line());
        } else {
            in_else |= word == "else";
            cursor.line();
        }
    }
    spec.platform = spec.platform.filter(|it| it != "ruby" && !it.is_empty());
    spec
}

/// ` do |s|`: what a field begins with.
fn block_variable(rest: &str) -> Option<String> {
    let name = rest.trim().strip_prefix("do |")?.strip_suffix('|')?;
    Some(format!("{}.", name.trim()))
}

fn assign(spec: &mut Gemspec, field: &str, cursor: &mut Cursor<'_>) {
    cursor.blanks();
    if !cursor.eat('=') {
        return;
    }
    let Some(value) = cursor.literal() else { return };
    match (field, value) {
        ("name", Literal::Text(text)) => spec.name = Some(text),
        ("version", Literal::Text(text)) => spec.version = Some(text),
        ("platform", Literal::Text(text)) => spec.platform = Some(text),
        ("license", Literal::Text(text)) => spec.licenses = vec![text],
        ("licenses", Literal::List(items)) => spec.licenses = items,
        ("author", Literal::Text(text)) => spec.authors = vec![text],
        ("authors", Literal::List(items)) => spec.authors = items,
        ("executables", Literal::List(items)) => spec.executables = items,
        _ => {}
    }
}

/// `(%q<NAME>.freeze, ["~> 1.0".freeze])`, with parentheses and brackets or without.
fn require(spec: &mut Gemspec, cursor: &mut Cursor<'_>) -> Option<()> {
    cursor.eat('(');
    let Literal::Text(name) = cursor.literal()? else { return None };
    let mut versions = Vec::new();
    while cursor.comma() {
        match cursor.literal()? {
            Literal::Text(version) => versions.push(version),
            Literal::List(several) => versions.extend(several),
        }
    }
    spec.dependencies.push((name, versions));
    Some(())
}

/// ` stub: NAME VERSION PLATFORM PATHS`: the comment by which RubyGems lists gems without running the rest.
fn stub(spec: &mut Gemspec, comment: &str) {
    let Some(rest) = comment.strip_prefix(" stub: ") else { return };
    let mut words = rest.split(' ');
    if let (None, Some(name), Some(version), Some(platform)) =
        (&spec.name, words.next(), words.next(), words.next())
    {
        spec.name = Some(name.to_owned());
        spec.version = Some(version.to_owned());
        spec.platform = Some(platform.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rubygems_writes_today_is_read() {
        let text = "# -*- encoding: utf-8 -*-\n# stub: nokogiri 1.15.0 x86_64-linux lib\n\n\
             Gem::Specification.new do |s|\n  s.name = \"nokogiri\".freeze\n  s.version = \"1.15.0\"\n  \
             s.platform = \"x86_64-linux\".freeze\n\n  s.metadata = { \"a\" => \"b\" } if s.respond_to? :metadata=\n  \
             s.authors = [\"Andr\\u00E9\".freeze, \"B\".freeze]\n  s.description = \"x\\n  s.name = 1\".freeze\n  \
             s.licenses = [\"MIT\".freeze]\n  s.installed_by_version = \"3.4\" if s.respond_to? :installed_by_version\nend\n";
        let spec = parse(text);
        assert_eq!(spec.name.as_deref(), Some("nokogiri"));
        assert_eq!(spec.version.as_deref(), Some("1.15.0"));
        assert_eq!(spec.platform.as_deref(), Some("x86_64-linux"));
        assert_eq!(spec.licenses, ["MIT"]);
        assert_eq!(spec.authors, ["André", "B"]);
    }

    #[test]
    fn what_it_wrote_long_ago_is_read() {
        let text = "Gem::Specification.new do |s|\n  s.name = %q{rack}\n  s.version = Gem::Version.new(\"1.0\")\n  \
             s.platform = Gem::Platform.new([\"x86\", \"mswin32\", nil])\n  \
             s.description = %q{many {lines}\n  s.name = %q{evil}\n}\n  s.author = 'It\\'s me'\nend\n";
        let spec = parse(text);
        assert_eq!(spec.name.as_deref(), Some("rack"));
        assert_eq!(spec.version.as_deref(), Some("1.0"));
        assert_eq!(spec.platform.as_deref(), Some("x86-mswin32"));
        assert_eq!(spec.authors, ["It's me"]);
    }

    #[test]
    fn what_would_have_to_be_run_is_left_out() {
        let text = "Gem::Specification.new do |spec|\n  spec.name = \"a#{1}\"\n  spec.version = Foo::VERSION\n  \
             spec.licenses = [MIT]\n  spec.authors = [\"A\"]\nend\n";
        let spec = parse(text);
        assert_eq!((spec.name, spec.version), (None, None));
        assert_eq!((spec.licenses, spec.authors), (vec![], vec!["A".to_owned()]));
    }

    #[test]
    fn dependencies_at_run_time_are_told_from_those_of_development() {
        let text = "Gem::Specification.new do |s|\n  s.name = \"a\"\n  if s.respond_to? :add_runtime_dependency then\n    \
             s.add_runtime_dependency(%q<b>.freeze, [\"~> 1.0\".freeze, \">= 1.0.2\"])\n    \
             s.add_development_dependency(%q<rake>.freeze, [\">= 0\"])\n  else\n    \
             s.add_dependency(%q<rake>.freeze, [\">= 0\"])\n  end\nend\n";
        let versions = vec!["~> 1.0".to_owned(), ">= 1.0.2".to_owned()];
        assert_eq!(parse(text).dependencies, [("b".to_owned(), versions)]);
        let text = "Gem::Specification.new do |s|\n  s.add_dependency 'b', '~> 1', '< 3'\n  s.add_dependency \"c\"\n  \
             s.add_dependency 'd', VERSION\nend\n";
        let spec = parse(text);
        let names: Vec<&str> = spec.dependencies.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!((names, spec.is_computed), (vec!["b", "c"], true));
    }

    #[test]
    fn the_stub_counts_where_the_rest_is_no_literal() {
        let spec =
            parse("# stub: a 1.0 ruby lib\nGem::Specification.new do |s|\n  s.name = NAME\nend");
        assert_eq!((spec.name.as_deref(), spec.version.as_deref()), (Some("a"), Some("1.0")));
        assert_eq!(spec.platform, None);
    }
}
