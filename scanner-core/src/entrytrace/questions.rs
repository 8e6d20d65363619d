//! Programs that are asked something and answer by their exit code: `docker help NAME`.

use super::launch::Format;
use super::tracer::Tracer;
use super::value::{Truth, Value};
use super::world::World;

/// The commands of every Docker client since 17.06, as its help has them.
const COMMANDS: [&str; 53] = [
    "attach",
    "build",
    "commit",
    "config",
    "container",
    "cp",
    "create",
    "diff",
    "events",
    "exec",
    "export",
    "help",
    "history",
    "image",
    "images",
    "import",
    "info",
    "inspect",
    "kill",
    "load",
    "login",
    "logout",
    "logs",
    "network",
    "node",
    "pause",
    "plugin",
    "port",
    "ps",
    "pull",
    "push",
    "rename",
    "restart",
    "rm",
    "rmi",
    "run",
    "save",
    "search",
    "secret",
    "service",
    "stack",
    "start",
    "stats",
    "stop",
    "swarm",
    "system",
    "tag",
    "top",
    "unpause",
    "update",
    "version",
    "volume",
    "wait",
];

/// Commands that only some of these clients have.
const OF_SOME: [&str; 9] =
    ["bake", "builder", "checkpoint", "context", "daemon", "deploy", "engine", "manifest", "trust"];

/// Where a Docker client looks for its plugins, apart from the folder of its configuration.
const PLUGINS: [&str; 4] = [
    "/usr/local/lib/docker/cli-plugins",
    "/usr/local/libexec/docker/cli-plugins",
    "/usr/lib/docker/cli-plugins",
    "/usr/libexec/docker/cli-plugins",
];

impl Tracer<'_> {
    /// Whether a program succeeds, if that follows from its arguments and the image.
    pub(super) fn answered(&self, world: &World, words: &[Value]) -> Option<Truth> {
        let [program, verb, name] = words else { return None };
        if program.text() != Some("docker") || verb.text() != Some("help") {
            return None;
        }
        let client = self.find(world, "docker")?;
        let known = name.text().filter(|it| !it.starts_with('-') && !OF_SOME.contains(it))?;
        let decided = COMMANDS.contains(&known) || !self.may_be_plugin(world, known);
        (decided && matches!(self.format(&client.file), Format::Elf))
            .then(|| name.test(|it| COMMANDS.contains(&it)))
    }

    /// Whether a client of Docker may have a plugin of this name. What its configuration adds is not read.
    fn may_be_plugin(&self, world: &World, name: &str) -> bool {
        let value = |of: &str| world.shell.value(of).ok().filter(|it| it.text().is_some());
        let own = match (value("DOCKER_CONFIG"), value("HOME")) {
            (Some(folder), _) if !folder.text.is_empty() => folder.text,
            (_, Some(home)) => ecow::eco_format!("{}/.docker", home.text),
            _ => return true,
        };
        let is_there = |path: String| {
            let path = world.shell.directory.join(&path);
            path.is_none_or(|it| self.fs.resolve(&it).is_ok() || self.is_changed(world, &it))
        };
        is_there(format!("{own}/config.json"))
            || is_there(format!("{own}/cli-plugins/docker-{name}"))
            || PLUGINS.iter().any(|it| is_there(format!("{it}/docker-{name}")))
    }
}
