//! `gradle.lockfile`, and the older files of `gradle/dependency-locks`.
//! Specification: Gradle documentation, "Locking Versions".

use super::Pin;

/// Reads the modules: names are `GROUP:NAME`.
pub fn parse(text: &str) -> Vec<Pin> {
    (1..).zip(text.lines()).filter_map(|(number, line)| module(line, number)).collect()
}

/// `GROUP:NAME:VERSION=CONFIGURATIONS`.
fn module(line: &str, number: u32) -> Option<Pin> {
    let coordinates = line.split(['=', '#']).next()?.trim();
    let (name, version) = coordinates.rsplit_once(':')?;
    let (group, artifact) = name.split_once(':')?;
    let stated = [group, artifact, version].iter().all(|it| !it.is_empty() && !it.contains(':'));
    let (name, version) = (name.to_owned(), version.to_owned());
    stated.then(|| Pin { name, version, line: Some(number), ..Pin::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_read_and_comments_left_out() {
        let text = "# This is a Gradle generated file: a:b:1\norg.example:a:1.0=compileClasspath,runtimeClasspath\n\
            org.example:b:2.0\nempty=annotationProcessor\nx:y\n";
        let pins = parse(text);
        let names: Vec<_> = pins.iter().map(|it| (&*it.name, &*it.version, it.line)).collect();
        assert_eq!(names, [("org.example:a", "1.0", Some(2)), ("org.example:b", "2.0", Some(3))]);
    }
}
