//! Maven's order: numbers, and words of which some are known (`1-alpha < 1-rc < 1-SNAPSHOT < 1 < 1-sp < 1-x < 1.1`).
//! Specification: Maven's POM reference, "Version Order Specification"; tested against Maven 3.8.

use std::cmp::Ordering;

use super::by_value;

/// The words that Maven knows, in order; the release is the empty one.
const WORDS: [&str; 7] = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp"];

/// A piece of a version.
#[derive(Clone, Debug)]
enum Item {
    Number(String),
    Word(String),
}

/// A list begins at a dash, and where digits and letters meet. It is the last piece of the one before it, so that a
/// version is a chain of them.
type Lists = Vec<Vec<Item>>;

/// What is at a place of a list.
enum Piece<'a> {
    Item(&'a Item),
    List,
    Nothing,
}

pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (parse(a), parse(b));
    let (mut level, mut place) = (0, 0);
    loop {
        let order = match (piece(&a, level, place), piece(&b, level, place)) {
            (Piece::Nothing, Piece::Nothing) => return Ordering::Equal,
            (Piece::List, Piece::List) => {
                (level, place) = (level + 1, 0);
                continue;
            }
            (Piece::Item(a), Piece::Item(b)) => items(a, b),
            (Piece::Item(it), Piece::List) => against_list(it),
            (Piece::List, Piece::Item(it)) => against_list(it).reverse(),
            (Piece::Item(it), Piece::Nothing) => against_nothing(it),
            (Piece::Nothing, Piece::Item(it)) => against_nothing(it).reverse(),
            (Piece::List, Piece::Nothing) => list_against_nothing(&a, level + 1),
            (Piece::Nothing, Piece::List) => list_against_nothing(&b, level + 1).reverse(),
        };
        if order.is_ne() {
            return order;
        }
        place += 1;
    }
}

fn piece(lists: &Lists, level: usize, place: usize) -> Piece<'_> {
    let list = lists.get(level).map_or(&[][..], Vec::as_slice);
    match list.get(place) {
        Some(item) => Piece::Item(item),
        None if place == list.len() && level + 1 < lists.len() => Piece::List,
        None => Piece::Nothing,
    }
}

fn items(a: &Item, b: &Item) -> Ordering {
    match (a, b) {
        (Item::Number(a), Item::Number(b)) => by_value(a, b),
        (Item::Number(_), Item::Word(_)) => Ordering::Greater,
        (Item::Word(_), Item::Number(_)) => Ordering::Less,
        (Item::Word(a), Item::Word(b)) => rank(a).cmp(&rank(b)),
    }
}

fn against_list(item: &Item) -> Ordering {
    match item {
        Item::Number(_) => Ordering::Greater,
        Item::Word(_) => Ordering::Less,
    }
}

fn against_nothing(item: &Item) -> Ordering {
    match item {
        Item::Number(number) => by_value(number, ""),
        Item::Word(word) => rank(word).cmp(&rank("")),
    }
}

/// The first item that counts for something decides, in the list or in those inside it.
fn list_against_nothing(lists: &Lists, level: usize) -> Ordering {
    let items = lists.iter().skip(level).flatten();
    items.map(against_nothing).find(|it| it.is_ne()).unwrap_or(Ordering::Equal)
}

/// The place among the known words; the others come behind, by their letters.
fn rank(word: &str) -> (usize, &str) {
    match WORDS.iter().position(|it| *it == word) {
        Some(place) => (place, ""),
        None => (WORDS.len(), word),
    }
}

/// Whether an item counts for nothing at the end of a list.
fn is_null(item: &Item) -> bool {
    against_nothing(item).is_eq()
}

fn parse(version: &str) -> Lists {
    let version = version.to_lowercase();
    let mut lists: Lists = vec![Vec::new()];
    let (mut start, mut in_number) = (0, false);
    for (at, it) in version.char_indices() {
        let piece = version.get(start..at).unwrap_or_default();
        if matches!(it, '.' | '-') {
            push(&mut lists, item(piece, in_number, false));
            if it == '-' {
                lists.push(Vec::new());
            }
            start = at + 1;
            continue;
        }
        let is_digit = it.is_ascii_digit();
        if is_digit != in_number && !piece.is_empty() {
            push_word(&mut lists, item(piece, in_number, is_digit));
            lists.push(Vec::new());
            start = at;
        }
        in_number = is_digit;
    }
    if let Some(piece) = version.get(start..).filter(|it| !it.is_empty()) {
        push_word(&mut lists, item(piece, in_number, false));
    }
    for list in &mut lists {
        while list.last().is_some_and(is_null) {
            list.pop();
        }
    }
    while lists.last().is_some_and(Vec::is_empty) {
        lists.pop();
    }
    lists
}

fn push(lists: &mut Lists, item: Item) {
    if let Some(list) = lists.last_mut() {
        list.push(item);
    }
}

/// A word that stands before digits or at the end begins a list, whatever separates it from what is before it.
fn push_word(lists: &mut Lists, item: Item) {
    if matches!(item, Item::Word(_)) && lists.last().is_some_and(|it| !it.is_empty()) {
        lists.push(Vec::new());
    }
    push(lists, item);
}

/// Nothing between two separators is zero. A single letter before a digit is short for a word.
fn item(text: &str, is_number: bool, before_digit: bool) -> Item {
    if text.is_empty() || is_number {
        return Item::Number(text.to_owned());
    }
    Item::Word(
        match text {
            "a" if before_digit => "alpha",
            "b" if before_digit => "beta",
            "m" if before_digit => "milestone",
            "ga" | "final" | "release" => "",
            "cr" => "rc",
            text => text,
        }
        .to_owned(),
    )
}
