//! The graph under construction: elements by identifier, each once.

use std::io;
use std::ops::Range;

use rayon::prelude::*;

use crate::emit::held::Held;
use crate::emit::json::{Json, NAME, write_named};
use crate::emit::local::Local;
use crate::emit::named::name;

/// The blank node that every element gives as its creation.
pub(super) const CREATION: &str = "_:creation";

/// So many elements are written with the name at a time, by all cores, and so many by one of them.
const AT_A_TIME: usize = 4096;
const BY_ONE: usize = 128;

/// Some elements, with their JSON.
pub(super) struct Elements {
    json: Json,
    places: Vec<(Local, Range<usize>)>,
}

impl Elements {
    fn of(add: impl FnOnce(&mut Self)) -> Self {
        let mut elements = Self { json: Json::after(b'}'), places: Vec::new() };
        add(&mut elements);
        elements
    }

    /// The elements of which this is the piece.
    fn nodes(self, piece: usize) -> Vec<Node> {
        let nodes = self.places.into_iter();
        nodes.map(|(local, range)| Node { local, piece, range }).collect()
    }

    /// Adds an element. Of two with one identifier the later one stays.
    pub(super) fn add(&mut self, local: Local, write: impl FnOnce(&mut Json)) {
        let begin = self.json.len();
        self.json.object(write);
        self.places.push((local, begin..self.json.len()));
    }
}

/// An element, and where its JSON is held.
struct Node {
    local: Local,
    piece: usize,
    range: Range<usize>,
}

/// Elements with their JSON in pieces.
pub(super) struct Graph {
    /// The first piece is what stands before all elements.
    held: Held,
    nodes: Vec<Node>,
}

impl Graph {
    /// Begins a graph with what stands before all elements.
    pub(super) fn new(begin: impl FnOnce(&mut Json)) -> Self {
        let (mut json, mut held) = (Json::default(), Held::default());
        begin(&mut json);
        held.add(json.take());
        Self { held, nodes: Vec::new() }
    }

    /// Adds elements.
    pub(super) fn add(&mut self, elements: impl FnOnce(&mut Elements)) {
        let added = Elements::of(elements);
        self.add_piece(added);
    }

    /// Adds elements that are written beside each other.
    pub(super) fn add_both(
        &mut self,
        one: impl FnOnce(&mut Elements) + Send,
        other: impl FnOnce(&mut Elements) + Send,
    ) {
        let (one, other) = rayon::join(|| Elements::of(one), || Elements::of(other));
        self.add_piece(one);
        self.add_piece(other);
    }

    fn add_piece(&mut self, mut added: Elements) {
        let piece = self.held.len();
        self.held.add(added.json.take());
        self.nodes.extend(added.nodes(piece));
    }

    /// Adds the elements that are made of each item of a long list, on all cores.
    pub(super) fn add_each<'a, T: Sync>(
        &mut self,
        of: &'a [T],
        elements: impl Fn(&mut Elements, &'a T) + Sync,
    ) {
        let piece = self.held.len();
        let nodes = self.held.add_list(of, |number, items| {
            let mut added = Elements::of(|all| items.iter().for_each(|it| elements(all, it)));
            (added.json.take(), added.nodes(piece + number))
        });
        self.nodes.extend(nodes.into_iter().flatten());
    }

    /// The elements so far, in order.
    pub(super) fn sorted(&mut self) -> Vec<Local> {
        self.nodes.par_sort_by_key(|it| it.local);
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
        let (name, pieces) = name(self.held);
        let of = |it: &Node| pieces.get(it.piece).and_then(|piece| piece.get(it.range.clone()));
        let named = |nodes: &[Node]| {
            // Half of a document are names, each of which is one byte here.
            let held: usize = nodes.iter().map(|it| it.range.len()).sum();
            let mut bytes = Vec::with_capacity(held * 2 + held / 4);
            // Writing to a vector does not fail.
            let _ =
                nodes.iter().filter_map(of).try_for_each(|it| write_named(it, &name, &mut bytes));
            bytes
        };
        write_named(pieces.first().map_or(&[], Vec::as_slice), &name, out)?;
        for nodes in self.nodes.chunks(AT_A_TIME) {
            let written: Vec<Vec<u8>> = nodes.par_chunks(BY_ONE).map(named).collect();
            written.iter().try_for_each(|it| out.write_all(it))?;
        }
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
