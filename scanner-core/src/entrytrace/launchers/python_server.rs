//! Servers that load an application by its module: `gunicorn`, `uvicorn`, `celery` and the like.

use super::super::launch::base_name;
use super::super::task::Task;
use super::super::tracer::Tracer;
use super::super::value::Value;
use crate::model::Reason;
use crate::path::ImagePath;

/// Servers, with the options that name the application.
const SERVERS: &[(&str, &[&str])] = &[
    ("celery", &["-A", "--app"]),
    ("daphne", &[]),
    ("dramatiq", &[]),
    ("flask", &["--app", "-A"]),
    ("gunicorn", &[]),
    ("granian", &[]),
    ("hypercorn", &[]),
    ("uvicorn", &[]),
    ("uwsgi", &["--module", "-w"]),
    ("waitress-serve", &["--call"]),
];

/// Notes the application that a server of this name was told to load. False if it is none.
pub(super) fn by_script(
    tracer: &mut Tracer<'_>,
    task: &Task,
    name: &str,
    (words, path): (&[Value], &[ImagePath]),
) -> bool {
    let Some((_, options)) = SERVERS.iter().find(|(it, _)| *it == name) else { return false };
    let directory = super::option(words, &["--chdir", "--app-dir", "--workdir"])
        .and_then(|it| task.process.directory.join(it));
    let directory = directory.or_else(|| task.process.directory.path().cloned());
    let places: Vec<_> = directory.into_iter().chain(path.iter().cloned()).collect();
    let given = super::option(words, options).map(str::to_owned).or_else(|| named(words));
    let flask = || task.variable("FLASK_APP").filter(|_| name == "flask").map(str::to_owned);
    let Some(target) = given.or_else(flask) else { return true };
    let module = target.split(':').next().unwrap_or_default().trim_end_matches(".py").to_owned();
    if let Some(file) = super::python::find(tracer, &module, &places) {
        tracer.reads(task.hop, &file);
        if let Some(text) = tracer.text_of(&file) {
            super::python::imports(tracer, task, &text, &places);
        }
    } else {
        let message =
            format!("the application {target} is not in {} or the module path", base(&places));
        tracer.complain(task, Reason::ModuleNotFound, message);
    }
    true
}

/// The argument that is written as `MODULE:NAME`.
fn named(words: &[Value]) -> Option<String> {
    let is_target = |it: &str| {
        let (module, name) = it.split_once(':').unwrap_or((it, "x"));
        let plain = |it: &str| {
            !it.is_empty() && it.chars().all(|it| it.is_alphanumeric() || "_.".contains(it))
        };
        it.contains(':')
            && plain(module)
            && plain(name.split('(').next().unwrap_or_default())
            && !module.chars().all(|it| it.is_ascii_digit() || it == '.')
    };
    words.iter().map(|it| it.text.as_str()).rfind(|it| is_target(it)).map(str::to_owned)
}

fn base(places: &[ImagePath]) -> String {
    places
        .first()
        .map(|it| if base_name(it).is_empty() { "/".to_owned() } else { it.display().into_owned() })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn applications_are_told_from_addresses() {
        let named = |it: &str| named(&it.split(' ').map(Value::sure).collect::<Vec<_>>());
        assert_eq!(
            named("-b 0.0.0.0:8000 app.wsgi:application").as_deref(),
            Some("app.wsgi:application")
        );
        assert_eq!(named("app:create_app() -w 4").as_deref(), Some("app:create_app()"));
        assert_eq!(named("-b 127.0.0.1:80 -w 4"), None);
    }
}
