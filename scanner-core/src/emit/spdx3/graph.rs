//! The graph under construction: elements by identifier, each once.

use std::collections::BTreeSet;
use std::io;
use std::ops::Range;

use crate::emit::json::{Json, NAME, write_named};
use crate::emit::local::Local;
use crate::emit::named::HeldJson;

/// The blank node that every element gives as its creation.
pub(super) const CREATION: &str = "_:creation";

/// An element, and where its JSON is held.
struct Node {
    local: Local,
    piece: usize,
    range: Range<usize>,
}

/// Elements in the order in which they are added. Their JSON is written at once.
pub(super) struct Graph {
    /// The first piece is what stands before all elements.
    held: HeldJson,
    nodes: Vec<Node>,
    /// Of the elements that more than one other refers to, those that are there.
    shared: BTreeSet<Local>,
}

impl Graph {
    /// Begins a graph with what stands before all elements.
    pub(super) fn new(begin: impl FnOnce(&mut Json)) -> Self {
        let mut held = HeldJson::default();
        begin(&mut held.json);
        held.end_piece();
        Self { held, nodes: Vec::new(), shared: BTreeSet::new() }
    }

    /// Adds an element. Of two with one identifier the later one stays.
    pub(super) fn add(&mut self, local: Local, write: impl FnOnce(&mut Json)) {
        let begin = self.held.json.len();
        self.held.json.object(write);
        let range = begin..self.held.json.len();
        self.nodes.push(Node { local, piece: self.held.pieces(), range });
        self.held.set_aside();
    }

    /// Whether an element that others share is yet to be added. It is asked for once.
    pub(super) fn lacks(&mut self, local: Local) -> bool {
        self.shared.insert(local)
    }

    /// The elements so far, in order.
    pub(super) fn sorted(&mut self) -> Vec<Local> {
        self.nodes.sort_by_key(|it| it.local);
        self.nodes.dedup_by(|later, earlier| {
            let is_same = later.local == earlier.local;
            if is_same {
                std::mem::swap(later, earlier);
            }
            is_same
        });
        self.nodes.iter().map(|it| it.local).collect()
    }

    /// Writes the document, with its elements in order.
    pub(super) fn write(mut self, out: &mut dyn io::Write) -> io::Result<()> {
        self.sorted();
        let (name, pieces) = self.held.finish();
        let of = |it: &Node| pieces.get(it.piece).and_then(|piece| piece.get(it.range.clone()));
        write_named(pieces.first().map_or(&[], Vec::as_slice), &name, out)?;
        self.nodes.iter().filter_map(of).try_for_each(|it| write_named(it, &name, out))?;
        out.write_all(b"]}")
    }
}

/// Writes the identifier of an element.
pub(super) fn id(json: &mut Json, local: Local) {
    json.plain(|it| {
        it.extend_from_slice(&[NAME, b'#']);
        local.push_to(it);
    });
}

/// Writes a list of identifiers, if there are any.
pub(super) fn ids(json: &mut Json, key: &str, locals: &[Local]) {
    if !locals.is_empty() {
        json.key(key).list(|json| locals.iter().for_each(|it| id(json, *it)));
    }
}
