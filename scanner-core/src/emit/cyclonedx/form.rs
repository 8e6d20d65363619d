//! What a document is written in: the same fields have names in JSON, and numbers in protocol buffers.

use super::numbers::Word;
use crate::emit::held::Held;

/// A field: its name in JSON, and its number in protocol buffers.
pub(super) type Field = (&'static str, u32);

/// Takes the fields of a message in the order of their numbers, so that the same content gives the same bytes that every
/// library of protocol buffers writes.
pub(super) trait Form: Default + Send {
    /// The largest line and offset that there is a field for.
    const LARGEST: u64;

    /// Begins a part of a document that goes on after a message or a list of them.
    fn beside() -> Self;

    /// Takes what was written so far.
    fn take(&mut self) -> Vec<u8>;

    /// Adds a text.
    fn text_or_empty(&mut self, field: Field, text: &str);

    /// Adds a text that is made of pieces.
    fn joined(&mut self, field: Field, pieces: &[&str]);

    /// Adds a number.
    fn number(&mut self, field: Field, number: u64);

    /// Adds a word.
    fn word(&mut self, field: Field, word: Word);

    /// Adds the confidence of what is proven. The specification demands one; what is claimed here is certain.
    fn certain(&mut self, field: Field);

    /// Adds a moment, in seconds since the Unix epoch and as text.
    fn moment(&mut self, field: Field, moment: (i64, &str));

    /// Adds references to components.
    fn references<'a>(&mut self, field: Field, to: impl IntoIterator<Item = &'a str>);

    /// Adds texts, if there are any.
    fn texts<'a>(&mut self, field: Field, texts: impl IntoIterator<Item = &'a str>);

    /// Adds a message.
    fn message(&mut self, field: Field, write: impl FnOnce(&mut Self));

    /// Adds messages, if there are any.
    fn messages<T>(
        &mut self,
        field: Field,
        of: impl IntoIterator<Item = T>,
        write: impl Fn(&mut Self, T),
    );

    /// Adds a long list of messages, be there any or not, to what is held, after what was written so far.
    fn list<'a, T: Sync>(
        &mut self,
        field: Field,
        of: &'a [T],
        write: impl Fn(&mut Self, &'a T) + Sync,
        held: &mut Held,
    );

    /// Adds a text; an empty one is none.
    fn text(&mut self, field: Field, text: &str) {
        if !text.is_empty() {
            self.text_or_empty(field, text);
        }
    }
}
