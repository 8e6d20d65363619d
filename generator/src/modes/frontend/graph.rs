//! A definition as a graph: following others' operations, which are kept as they came, and adding our own.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, bail};
use prost::Message as _;
use proto::llb::{Definition, Execution, Files, Input, Operation, OperationMetadata};
use scanner_core::model::Sha256;

/// Images of registries.
const REGISTRY: &str = "docker-image://";

/// Where images come from.
const IMAGES: [&str; 2] = [REGISTRY, "oci-layout://"];

/// What BuildKit shows of an operation.
const SHOWN: &str = "llb.customname";

/// Operations by their digests.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    operations: BTreeMap<String, Vec<u8>>,
    metadata: BTreeMap<String, Vec<u8>>,
    source: Option<Vec<u8>>,
}

impl Graph {
    /// Reads a definition: its operations, and which of their results is meant.
    pub(super) fn decode(bytes: &[u8]) -> anyhow::Result<(Self, Input)> {
        let definition = Definition::decode(bytes).context("a definition of BuildKit")?;
        let mut operations = definition.operations;
        let last = operations.pop().context("a definition of BuildKit holds nothing")?;
        let head = Operation::decode(last.as_slice()).context("an operation of BuildKit")?;
        let Ok([head]) = <[Input; 1]>::try_from(head.inputs) else {
            bail!("a definition of BuildKit does not say what it results in");
        };
        let operations = operations.into_iter().map(|it| (digest(&it), it)).collect();
        Ok((Self { operations, metadata: definition.metadata, source: definition.source }, head))
    }

    /// Adds the operations of another graph, but not where in files they come from.
    pub(super) fn join(&mut self, other: Self) {
        self.operations.extend(other.operations);
        self.metadata.extend(other.metadata);
    }

    /// Adds an operation, and tells its digest.
    pub(super) fn add(&mut self, operation: &Operation, shown: &str, ignore_cache: bool) -> String {
        let bytes = operation.encode_to_vec();
        let digest = digest(&bytes);
        let description = [(SHOWN.to_owned(), shown.to_owned())].into();
        let metadata = OperationMetadata { ignore_cache, description };
        self.metadata.insert(digest.clone(), metadata.encode_to_vec());
        self.operations.insert(digest.clone(), bytes);
        digest
    }

    /// An operation, if it is there and can be read.
    pub(super) fn operation(&self, digest: &str) -> Option<Operation> {
        Operation::decode(self.operations.get(digest)?.as_slice()).ok()
    }

    /// The programs that are run.
    pub(super) fn executions(&self) -> impl Iterator<Item = Execution> {
        let operations = self.operations.values();
        operations.filter_map(|it| Operation::decode(it.as_slice()).ok()?.execution)
    }

    /// Whether anything that leads to a result is to be made anew.
    pub(super) fn ignores_cache(&self, head: &Input) -> bool {
        let ignores = |digest: &String| {
            let metadata = self.metadata.get(digest).map(Vec::as_slice).unwrap_or_default();
            OperationMetadata::decode(metadata).is_ok_and(|it| it.ignore_cache)
        };
        self.reachable(head).iter().any(ignores)
    }

    /// The reference of an image of a registry.
    pub(super) fn image(&self, at: &Input) -> Option<String> {
        let source = self.operation(&at.digest)?.source?;
        source.identifier.strip_prefix(REGISTRY).map(str::to_owned)
    }

    /// The image that a result was built on: what its first instruction begins with.
    pub(super) fn base(&self, head: &Input) -> Option<Input> {
        let mut at = head.clone();
        // Digests cannot lead in a circle; the count only says so to the reader.
        for _ in 0..=self.operations.len() {
            let operation = self.operation(&at.digest)?;
            if let Some(source) = &operation.source {
                let is_image = IMAGES.iter().any(|it| source.identifier.starts_with(it));
                return is_image.then_some(at);
            }
            at = beneath(&operation, at.index)?;
        }
        None
    }

    /// The definition of one result, with nothing that does not lead to it.
    pub(super) fn definition(&self, head: Input) -> Vec<u8> {
        let reachable = self.reachable(&head);
        let kept = reachable.iter().filter_map(|it| self.operations.get(it).cloned());
        let mut operations: Vec<Vec<u8>> = kept.collect();
        operations.push(Operation { inputs: vec![head], ..Operation::default() }.encode_to_vec());
        let metadata = reachable.iter().filter_map(|it| self.metadata.get_key_value(it));
        let metadata = metadata.map(|(digest, it)| (digest.clone(), it.clone())).collect();
        Definition { operations, metadata, source: self.source.clone() }.encode_to_vec()
    }

    /// What leads to a result, each before what it is needed for.
    fn reachable(&self, head: &Input) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        let mut pending = vec![(head.digest.clone(), false)];
        while let Some((digest, done)) = pending.pop() {
            if done {
                found.push(digest);
            } else if seen.insert(digest.clone()) {
                let inputs = self.operation(&digest).map(|it| it.inputs).unwrap_or_default();
                pending.push((digest, true));
                pending.extend(inputs.into_iter().map(|it| (it.digest, false)));
            }
        }
        found
    }
}

/// The name of an operation.
fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", Sha256::of(bytes))
}

/// What a result of an operation is a change of.
fn beneath(operation: &Operation, index: i64) -> Option<Input> {
    let input = |at: i64| operation.inputs.get(usize::try_from(at).ok()?).cloned();
    if let Some(execution) = &operation.execution {
        return input(execution.mounts.iter().find(|it| it.output == index)?.input);
    }
    if let Some(files) = &operation.file {
        return input(first_input(files, operation.inputs.len(), index)?);
    }
    input(operation.merge.as_ref()?.inputs.first()?.input)
}

/// The input that the actions begin with which make a result.
fn first_input(files: &Files, inputs: usize, index: i64) -> Option<i64> {
    let inputs = i64::try_from(inputs).ok()?;
    let mut action = files.actions.iter().position(|it| it.output == index)?;
    loop {
        let from = files.actions.get(action)?.input;
        if from < inputs {
            return Some(from);
        }
        let earlier = usize::try_from(from - inputs).ok()?;
        // An action works on what earlier ones made.
        action = Some(earlier).filter(|it| *it < action)?;
    }
}

#[cfg(test)]
mod tests {
    use proto::llb::{FileAction, Merge, Mount, Place, Source};

    use super::*;

    fn at(digest: String) -> Input {
        Input { digest, index: 0 }
    }

    fn source(graph: &mut Graph, identifier: &str) -> Input {
        let source = Some(Source { identifier: identifier.to_owned() });
        at(graph.add(&Operation { source, ..Operation::default() }, "", false))
    }

    fn run(graph: &mut Graph, on: Input, ignore_cache: bool) -> Input {
        let mount = Mount { destination: "/".to_owned(), ..Mount::default() };
        let execution = Some(Execution { mounts: vec![mount], ..Execution::default() });
        let operation = Operation { inputs: vec![on], execution, ..Operation::default() };
        at(graph.add(&operation, "", ignore_cache))
    }

    fn copy(graph: &mut Graph, inputs: Vec<Input>, actions: &[(i64, i64)]) -> Input {
        let action = |(input, output): &(i64, i64)| FileAction {
            input: *input,
            output: *output,
            ..FileAction::default()
        };
        let file = Some(Files { actions: actions.iter().map(action).collect() });
        at(graph.add(&Operation { inputs, file, ..Operation::default() }, "", false))
    }

    #[test]
    fn the_base_is_found_through_runs_copies_and_merges() {
        let mut graph = Graph::default();
        let base = source(&mut graph, "docker-image://docker.io/library/debian@sha256:00");
        let context = source(&mut graph, "local://context");
        let ran = run(&mut graph, base.clone(), false);
        let two = [(0, -1), (2, 0)];
        let copied = copy(&mut graph, vec![ran, context.clone()], &two);
        let linked = copy(&mut graph, vec![context.clone()], &[(-1, 0)]);
        let inputs = vec![Place { input: 0 }, Place { input: 1 }];
        let merge = Some(Merge { inputs });
        let operation =
            Operation { inputs: vec![copied, linked.clone()], merge, ..Operation::default() };
        let head = at(graph.add(&operation, "", false));
        assert_eq!(graph.base(&head), Some(base.clone()));
        assert_eq!(graph.base(&base), Some(base));
        // What was copied onto nothing, and what is no image, was built on none.
        assert_eq!(graph.base(&linked), None);
        assert_eq!(graph.base(&context), None);
        assert_eq!(graph.base(&at("sha256:00".to_owned())), None);
    }

    #[test]
    fn actions_that_name_later_ones_have_no_beginning() {
        let mut graph = Graph::default();
        let base = source(&mut graph, "docker-image://x@sha256:00");
        let head = copy(&mut graph, vec![base], &[(1, 0)]);
        assert_eq!(graph.base(&head), None);
    }

    #[test]
    fn a_definition_holds_what_leads_to_its_result_as_it_came() {
        let mut graph = Graph::default();
        let base = source(&mut graph, "docker-image://x@sha256:00");
        let other = source(&mut graph, "docker-image://other@sha256:00");
        let mut head = run(&mut graph, base.clone(), true);
        // A field of a newer version.
        let bytes = [graph.operations[&head.digest].as_slice(), &[0xfa, 0x07, 0x01, 0x78]].concat();
        head.digest = digest(&bytes);
        graph.operations.insert(head.digest.clone(), bytes.clone());
        let (read, found) = Graph::decode(&graph.definition(head.clone())).unwrap();
        assert_eq!(found, head);
        assert_eq!(read.operations[&head.digest], bytes);
        assert!(read.operations.contains_key(&base.digest));
        assert!(!read.operations.contains_key(&other.digest));
    }

    #[test]
    fn whether_the_cache_is_ignored_is_known_of_what_leads_to_a_result() {
        let mut graph = Graph::default();
        let base = source(&mut graph, "docker-image://x@sha256:00");
        let ran = run(&mut graph, base.clone(), true);
        let head = run(&mut graph, ran, false);
        assert!(graph.ignores_cache(&head) && !graph.ignores_cache(&base));
    }

    #[test]
    fn what_is_no_definition_is_an_error() {
        assert!(Graph::decode(b"").is_err());
        assert!(Graph::decode(b"\xff").is_err());
        let headless =
            Definition { operations: vec![Vec::new()], ..Definition::default() }.encode_to_vec();
        assert!(Graph::decode(&headless).is_err());
    }
}
