//! The scan as a step of the build: our own program, run by BuildKit beside the other steps, with the result mounted.
//!
//! The result is not compared by content, which would read all of it before the scan begins.
//! What was built on an image is scanned against it: a step of its own looks at that image, once for all that is
//! built on it and at the same time as the first `RUN`; then only what changed is looked at.

use anyhow::Context as _;
use proto::llb::{
    ContentCache, Difference, Execution, FileAction, Files, Input, MakeFile, Mount, Network,
    Operation, Place, Process,
};

use super::graph::Graph;
use super::parameters::Base;
use crate::modes::build_step::{self, Order};

/// Where BuildKit leaves how the frontend's own image is made.
const OWN_IMAGE: &str = "/run/config/buildkit/metadata/frontend.bin";

/// Names another place, for who starts the program in BuildKit's stead.
const OWN_IMAGE_ELSEWHERE: &str = "SBOM_INDEXER_FRONTEND_BIN";

/// Where a generator finds the stages and contexts to scan.
const EXTRAS: &str = "/run/src/extras/";

/// The build context. How it is made tells nothing of it: the name of the session is in that.
const CONTEXT: &str = "/run/src/extras/sbom-context";

/// Our own program, as something that a step can run.
pub(super) struct Program {
    graph: Graph,
    image: Input,
    platform: Option<Vec<u8>>,
    path: String,
}

/// One result of the build.
pub(super) struct Target {
    /// What BuildKit calls the platform.
    pub(super) platform: String,
    /// How it is made; nothing where it is empty.
    pub(super) definition: Option<Vec<u8>>,
    /// The step with which a generator would scan it, and the stages and contexts that the user wants scanned.
    pub(super) generator: Option<Vec<u8>>,
}

/// Mounts of a step, each with what is mounted.
type Mounts = Vec<(Input, Mount)>;

/// A step that scans.
#[derive(Debug)]
pub(super) struct Step {
    /// How it is made.
    pub(super) definition: Vec<u8>,
    /// Its name in the build.
    pub(super) digest: String,
}

impl Program {
    /// Finds it where BuildKit says how our image is made.
    pub(super) fn own() -> anyhow::Result<Self> {
        let path = std::env::current_exe().context("the path of the program")?;
        let own = std::env::var_os(OWN_IMAGE_ELSEWHERE).unwrap_or_else(|| OWN_IMAGE.into());
        let definition = std::fs::read(&own).with_context(|| {
            format!("cannot read {}: is BuildKit older than 0.10?", own.display())
        })?;
        Self::read(&definition, &path.to_string_lossy())
    }

    fn read(definition: &[u8], path: &str) -> anyhow::Result<Self> {
        let (graph, image) = Graph::decode(definition)?;
        let platform = graph.operation(&image.digest).and_then(|it| it.platform);
        Ok(Self { graph, image, platform, path: path.to_owned() })
    }

    /// Our image as BuildKit found it, with its digest.
    pub(super) fn reference(&self) -> Option<String> {
        self.graph.image(&self.image)
    }

    /// A step that runs the program with nothing but what is mounted.
    fn run(&self, what: &str, mounts: Mounts) -> Operation {
        let (mut inputs, mut all) = (Vec::new(), Vec::new());
        let own = (self.image.clone(), Mount { destination: "/".to_owned(), ..read_only() });
        for (index, (input, mount)) in (0..).zip(std::iter::once(own).chain(mounts)) {
            inputs.push(input);
            all.push(Mount { input: index, ..mount });
        }
        let out = build_step::OUT.to_owned();
        all.push(Mount { input: -1, destination: out, ..Mount::default() });
        let process = Process {
            arguments: vec![self.path.clone(), build_step::COMMAND.to_owned(), what.to_owned()],
            environment: Vec::new(),
            directory: "/".to_owned(),
        };
        let network = Network::None.into();
        let execution = Some(Execution { process: Some(process), mounts: all, network });
        let platform = self.platform.clone();
        Operation { inputs, execution, platform, ..Operation::default() }
    }
}

/// The step that scans a result.
pub(super) fn scan(
    target: &Target,
    order: &Order,
    base: Base,
    program: &Program,
) -> anyhow::Result<Step> {
    let (mut graph, head, extras) = target.graph()?;
    graph.join(program.graph.clone());
    let mut mounts = Vec::new();
    if let Some(head) = &head {
        mounts.push((head.clone(), uncompared(build_step::CORE)));
        let base = graph.base(head).filter(|_| base == Base::Split);
        if let Some(base) = base {
            mounts.extend(against(&mut graph, head, base, program));
        }
    }
    mounts.extend(extras);
    let file = make_file(build_step::ORDER_FILE, serde_json::to_vec(order)?);
    let file = graph.add(&file, "[sbom] what is asked of the scan", false);
    let orders = Mount { destination: build_step::ORDER.to_owned(), ..read_only() };
    mounts.push((result(file), orders));
    let ignore_cache = head.is_some_and(|it| graph.ignores_cache(&it));
    let shown = format!("[sbom {}] scan", target.platform);
    let digest = graph.add(&program.run(build_step::SCAN, mounts), &shown, ignore_cache);
    Ok(Step { definition: graph.definition(result(digest.clone())), digest })
}

/// What is mounted to scan only what differs from the base. Nothing differs where the base is the result.
fn against(graph: &mut Graph, head: &Input, base: Input, program: &Program) -> Mounts {
    let root = (base.clone(), uncompared(build_step::CORE));
    let scanned = program.run(build_step::REMEMBER, vec![root]);
    let scanned = result(graph.add(&scanned, "[sbom] scan of the base image", false));
    let mut mounts = vec![(scanned, uncompared(build_step::MEMORY))];
    if base != *head {
        let difference =
            Difference { lower: Some(Place { input: 0 }), upper: Some(Place { input: 1 }) };
        let difference = Operation {
            inputs: vec![base, head.clone()],
            difference: Some(difference),
            ..Operation::default()
        };
        let difference = graph.add(&difference, "[sbom] what differs from the base image", false);
        mounts.push((result(difference), uncompared(build_step::CHANGES)));
    }
    mounts
}

impl Target {
    /// How everything is made that is to be scanned: the graph, the result in it, and the mounts of stages and contexts.
    fn graph(&self) -> anyhow::Result<(Graph, Option<Input>, Mounts)> {
        let core = self.definition.as_deref().map(Graph::decode).transpose()?;
        let (core, head) = core.map_or((None, None), |(graph, head)| (Some(graph), Some(head)));
        let Some(generator) = &self.generator else {
            return Ok((core.unwrap_or_default(), head, Vec::new()));
        };
        // This one comes first: it knows from which lines of the Dockerfile all of them come.
        let (mut graph, step) = Graph::decode(generator)?;
        let extras = extras(&graph, &step);
        graph.join(core.unwrap_or_default());
        Ok((graph, head, extras))
    }
}

/// Whether a definition is that of a generator's step.
pub(super) fn is_generator(definition: &[u8]) -> bool {
    let scans = |graph: Graph| {
        let is_core = |it: &Mount| it.destination == build_step::CORE;
        graph.executions().any(|it| it.mounts.iter().any(is_core))
    };
    Graph::decode(definition).is_ok_and(|(graph, _)| scans(graph))
}

/// The stages and contexts that a generator would scan.
fn extras(graph: &Graph, step: &Input) -> Mounts {
    let Some(operation) = graph.operation(&step.digest) else { return Vec::new() };
    let mounts = operation.execution.map(|it| it.mounts).unwrap_or_default();
    let extra = |mount: Mount| {
        let input = usize::try_from(mount.input).ok()?;
        let input = operation.inputs.get(input)?.clone();
        let kept = mount.destination == CONTEXT;
        let compared = if kept { ContentCache::Default } else { ContentCache::Off };
        Some((
            input,
            Mount { output: -1, read_only: true, content_cache: compared.into(), ..mount },
        ))
    };
    let wanted = mounts.into_iter().filter(|it| it.destination.starts_with(EXTRAS));
    wanted.filter_map(extra).collect()
}

fn result(digest: String) -> Input {
    Input { digest, index: 0 }
}

fn read_only() -> Mount {
    Mount { output: -1, read_only: true, ..Mount::default() }
}

/// A mount whose content BuildKit does not read to compare it.
fn uncompared(destination: &str) -> Mount {
    let content_cache = ContentCache::Off.into();
    Mount { destination: destination.to_owned(), content_cache, ..read_only() }
}

fn make_file(name: &str, data: Vec<u8>) -> Operation {
    let make_file = MakeFile { path: format!("/{name}"), mode: 0o444, data, timestamp: 0 };
    let action =
        FileAction { input: -1, secondary_input: -1, output: 0, make_file: Some(make_file) };
    Operation { file: Some(Files { actions: vec![action] }), ..Operation::default() }
}
