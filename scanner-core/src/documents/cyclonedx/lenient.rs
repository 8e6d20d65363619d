//! Older forms of what is written here, which reading accepts.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use super::bom::{Component, Tools};

/// A list, or one object in the place of a list of one, as version 1.5 has it.
pub(super) fn one_or_many<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    let one = |it| vec![it];
    deserializer.deserialize_any(ObjectOrList { object: one, list: |it| it, item: PhantomData })
}

/// The tools that made a document: a list of them until version 1.4, since then an object with lists.
pub(super) fn tools<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tools, D::Error> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Listed {
        components: Vec<Component>,
    }
    let object = |it: Listed| it.components;
    let list = |it| it;
    let components =
        deserializer.deserialize_any(ObjectOrList { object, list, item: PhantomData })?;
    Ok(Tools { components })
}

/// What is made of an object or of a list.
struct ObjectOrList<F, G, O, T> {
    object: F,
    list: G,
    item: PhantomData<(O, T)>,
}

impl<'de, O, T, V, F, G> Visitor<'de> for ObjectOrList<F, G, O, T>
where
    O: Deserialize<'de>,
    T: Deserialize<'de>,
    F: FnOnce(O) -> V,
    G: FnOnce(Vec<T>) -> V,
{
    type Value = V;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list of objects")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V, A::Error> {
        Ok((self.object)(O::deserialize(MapAccessDeserializer::new(map))?))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<V, A::Error> {
        let mut found = Vec::new();
        while let Some(item) = list.next_element()? {
            found.push(item);
        }
        Ok((self.list)(found))
    }
}
