//! The tables of .NET metadata: how wide their columns are, where their rows begin.
//! Specification: ECMA-335, partition II, 22 (columns) and 24.2.6 (widths).

use crate::formats::{Malformed, exact, little_endian as number};
use crate::read::ReadAt;

/// Bytes before the numbers of rows.
const HEADER: u64 = 24;
/// Attributes of the assembly that are looked at. Real ones have some twenty.
const ATTRIBUTES: usize = 1000;

/// The tables that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    TypeRef = 0x01,
    MemberRef = 0x0a,
    CustomAttribute = 0x0c,
    Assembly = 0x20,
}

/// What a column holds, which tells its width.
#[derive(Clone, Copy)]
enum Column {
    /// A number of so many bytes.
    Bytes(u64),
    /// An offset among the strings.
    Text,
    /// A number of a GUID.
    Guid,
    /// An offset among the blobs.
    Blob,
    /// A row of a table.
    Row(usize),
    /// A row of one of several tables; so many bits tell which.
    OneOf(u32, &'static [usize]),
}

use Column::{Blob, Bytes, Guid, OneOf, Row, Text};

const TYPE_DEF_OR_REF: Column = OneOf(2, &[0x02, 0x01, 0x1b]);
const HAS_CONSTANT: Column = OneOf(2, &[0x04, 0x08, 0x17]);
const HAS_CUSTOM_ATTRIBUTE: Column = OneOf(
    5,
    &[
        0x06, 0x04, 0x01, 0x02, 0x08, 0x09, 0x0a, 0x00, 0x0e, 0x17, 0x14, 0x11, 0x1a, 0x1b, 0x20,
        0x23, 0x26, 0x27, 0x28, 0x2a, 0x2c, 0x2b,
    ],
);
const HAS_FIELD_MARSHAL: Column = OneOf(1, &[0x04, 0x08]);
const HAS_DECL_SECURITY: Column = OneOf(2, &[0x02, 0x06, 0x20]);
const MEMBER_REF_PARENT: Column = OneOf(3, &[0x02, 0x01, 0x1a, 0x06, 0x1b]);
const HAS_SEMANTICS: Column = OneOf(1, &[0x14, 0x17]);
const METHOD_DEF_OR_REF: Column = OneOf(1, &[0x06, 0x0a]);
const MEMBER_FORWARDED: Column = OneOf(1, &[0x04, 0x06]);
const CUSTOM_ATTRIBUTE_TYPE: Column = OneOf(3, &[0x06, 0x0a]);
const RESOLUTION_SCOPE: Column = OneOf(2, &[0x00, 0x1a, 0x23, 0x01]);

/// The columns of each table up to that of the assembly, by the number of the table.
const COLUMNS: [&[Column]; 0x21] = [
    &[Bytes(2), Text, Guid, Guid, Guid], // Module
    &[RESOLUTION_SCOPE, Text, Text],     // TypeRef
    &[Bytes(4), Text, Text, TYPE_DEF_OR_REF, Row(0x04), Row(0x06)], // TypeDef
    &[Row(0x04)],                        // FieldPtr
    &[Bytes(2), Text, Blob],             // Field
    &[Row(0x06)],                        // MethodPtr
    &[Bytes(4), Bytes(2), Bytes(2), Text, Blob, Row(0x08)], // MethodDef
    &[Row(0x08)],                        // ParamPtr
    &[Bytes(2), Bytes(2), Text],         // Param
    &[Row(0x02), TYPE_DEF_OR_REF],       // InterfaceImpl
    &[MEMBER_REF_PARENT, Text, Blob],    // MemberRef
    &[Bytes(2), HAS_CONSTANT, Blob],     // Constant
    &[HAS_CUSTOM_ATTRIBUTE, CUSTOM_ATTRIBUTE_TYPE, Blob], // CustomAttribute
    &[HAS_FIELD_MARSHAL, Blob],          // FieldMarshal
    &[Bytes(2), HAS_DECL_SECURITY, Blob], // DeclSecurity
    &[Bytes(2), Bytes(4), Row(0x02)],    // ClassLayout
    &[Bytes(4), Row(0x04)],              // FieldLayout
    &[Blob],                             // StandAloneSig
    &[Row(0x02), Row(0x14)],             // EventMap
    &[Row(0x14)],                        // EventPtr
    &[Bytes(2), Text, TYPE_DEF_OR_REF],  // Event
    &[Row(0x02), Row(0x17)],             // PropertyMap
    &[Row(0x17)],                        // PropertyPtr
    &[Bytes(2), Text, Blob],             // Property
    &[Bytes(2), Row(0x06), HAS_SEMANTICS], // MethodSemantics
    &[Row(0x02), METHOD_DEF_OR_REF, METHOD_DEF_OR_REF], // MethodImpl
    &[Text],                             // ModuleRef
    &[Blob],                             // TypeSpec
    &[Bytes(2), MEMBER_FORWARDED, Text, Row(0x1a)], // ImplMap
    &[Bytes(4), Row(0x04)],              // FieldRVA
    &[Bytes(4), Bytes(4)],               // EncLog
    &[Bytes(4)],                         // EncMap
    &[Bytes(4), Bytes(2), Bytes(2), Bytes(2), Bytes(2), Bytes(4), Blob, Text, Text], // Assembly
];

/// The tables of one assembly.
pub(super) struct Tables<'a> {
    file: &'a dyn ReadAt,
    /// How many rows each table has.
    rows: [u64; 64],
    /// Whether the offsets among strings, GUIDs and blobs take four bytes.
    wide: [bool; 3],
    /// Where the first table begins.
    start: u64,
    limit: u64,
}

/// One row of a table.
pub(super) struct Record {
    numbers: Vec<u64>,
}

impl Record {
    /// The number in a column, counted from 0.
    pub(super) fn number(&self, column: usize) -> u64 {
        self.numbers.get(column).copied().unwrap_or_default()
    }
}

impl<'a> Tables<'a> {
    /// Reads the numbers of rows.
    pub(super) fn read(file: &'a dyn ReadAt, at: u64, limit: u64) -> Result<Self, Malformed> {
        let header = exact(file, at, HEADER, "cut tables")?;
        let heaps = header.get(6).copied().unwrap_or_default();
        let present = header.get(8..16).map_or(0, number);
        let counts = u64::from(present.count_ones()) * 4;
        let list = exact(file, at.saturating_add(HEADER), counts, "cut tables")?;
        let mut list = list.chunks(4).map(number);
        let mut rows = [0; 64];
        for (table, rows) in rows.iter_mut().enumerate() {
            if present >> table & 1 == 1 {
                *rows = list.next().unwrap_or_default();
            }
        }
        // One more number that compilers for editing may put there.
        let extra = if heaps & 0x40 == 0 { 0 } else { 4 };
        Ok(Self {
            file,
            rows,
            wide: [heaps & 1 != 0, heaps & 2 != 0, heaps & 4 != 0],
            start: at.saturating_add(HEADER).saturating_add(counts).saturating_add(extra),
            limit,
        })
    }

    /// A row of a table, counted from 1.
    pub(super) fn row(&self, table: Table, row: u64) -> Result<Option<Record>, Malformed> {
        let width = self.width(table as usize);
        if row == 0 || row > self.count(table as usize) {
            return Ok(None);
        }
        let at = self.begin(table as usize).saturating_add((row - 1).saturating_mul(width));
        let bytes = exact(self.file, at, width, "cut table")?;
        Ok(Some(self.record(table as usize, &bytes)))
    }

    /// The rows of `TypeRef` for the attributes that the assembly is marked with.
    pub(super) fn attributes_of_assembly(&self) -> Result<Vec<u64>, Malformed> {
        let table = Table::CustomAttribute as usize;
        let (width, begin) = (self.width(table), self.begin(table));
        let size = width.saturating_mul(self.count(table));
        if size > self.limit {
            return Err(Malformed { what: "too long table", offset: begin });
        }
        let bytes = exact(self.file, begin, size, "cut table")?;
        let records = bytes.chunks(usize::try_from(width).unwrap_or(usize::MAX).max(1));
        let records = records.map(|it| self.record(table, it));
        let mut found = Vec::new();
        // The parent is the assembly (14), the constructor is that of a class elsewhere (`MemberRef`, 3) ...
        let of_assembly = records.filter(|it| it.number(0) & 31 == 14 && it.number(1) & 7 == 3);
        for record in of_assembly.take(ATTRIBUTES) {
            let member = self.row(Table::MemberRef, record.number(1) >> 3)?;
            let class = member.map_or(0, |it| it.number(0));
            // ... which `TypeRef` (1) names.
            found.extend((class & 7 == 1).then_some(class >> 3));
        }
        Ok(found)
    }

    fn record(&self, table: usize, bytes: &[u8]) -> Record {
        let mut rest = bytes;
        let columns = COLUMNS.get(table).copied().unwrap_or_default();
        let numbers = columns.iter().map(|column| {
            let width = usize::try_from(self.column(*column)).unwrap_or(0);
            let (bytes, behind) = rest.split_at_checked(width).unwrap_or_default();
            rest = behind;
            number(bytes)
        });
        Record { numbers: numbers.collect() }
    }

    fn begin(&self, table: usize) -> u64 {
        let sizes = (0..table).map(|it| self.count(it).saturating_mul(self.width(it)));
        sizes.fold(self.start, u64::saturating_add)
    }

    fn width(&self, table: usize) -> u64 {
        COLUMNS.get(table).copied().unwrap_or_default().iter().map(|it| self.column(*it)).sum()
    }

    fn column(&self, column: Column) -> u64 {
        let [strings, guids, blobs] = self.wide;
        let wide = match column {
            Bytes(width) => return width,
            Text => strings,
            Guid => guids,
            Blob => blobs,
            Row(table) => self.count(table) > 0xffff,
            OneOf(bits, tables) => tables.iter().any(|table| self.count(*table) > 0xffff >> bits),
        };
        if wide { 4 } else { 2 }
    }

    fn count(&self, table: usize) -> u64 {
        self.rows.get(table).copied().unwrap_or_default()
    }
}
