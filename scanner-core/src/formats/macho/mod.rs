//! Mach-O files: programs and libraries of macOS and its like, for one machine or for several in one file.
//! Specification: Apple, `mach-o/loader.h` and `mach-o/fat.h`. goblin decodes the structures; the bounds are ours.

mod libraries;

use goblin::container::Ctx;
use goblin::mach::fat::{FAT_MAGIC, FatArch, FatHeader, SIZEOF_FAT_ARCH, SIZEOF_FAT_HEADER};
use goblin::mach::header::{
    Header, MH_BUNDLE, MH_CORE, MH_DSYM, MH_DYLIB, MH_DYLINKER, MH_EXECUTE, MH_KEXT_BUNDLE,
    SIZEOF_HEADER_64,
};
use goblin::mach::load_command::{
    LC_SEGMENT, LC_SEGMENT_64, LC_UUID, LoadCommandHeader, SIZEOF_LOAD_COMMAND, SIZEOF_SECTION_32,
    SIZEOF_SECTION_64, SIZEOF_SEGMENT_COMMAND_32, SIZEOF_SEGMENT_COMMAND_64, Section32, Section64,
    SegmentCommand32, SegmentCommand64, UuidCommand,
};
use goblin::mach::parse_magic_and_ctx;
use scroll::Pread as _;
use scroll::ctx::SizeWith as _;

use super::Malformed;
use super::executable::{Headers, Layout, Role, Section, Segment};

pub use libraries::{Libraries, Strength};

/// More machines than this in one file is no Mach-O: Java's classes begin with the same bytes, and a version from 45.
const MACHINES: u32 = 30;
/// The magic number of files for several machines with offsets of 64 bits, and the size of their entries.
const FAT_MAGIC_64: u32 = 0xcafe_babf;
const FAT_ARCH_64: usize = 32;
/// Memory that may be read and written and holds no code (`mach/vm_prot.h`).
const READ_WRITE: u32 = 3;
/// Sections of this type have no bytes in the file.
const ZERO_FILLED: [u32; 3] = [1, 12, 18];

/// Where the parts of a Mach-O file are.
#[derive(Clone, Debug)]
pub struct MachO {
    /// One for each machine that the file is for.
    pub slices: Vec<Slice>,
}

/// The program or library for one machine.
#[derive(Clone, Debug)]
pub struct Slice {
    /// What it is made for.
    pub role: Role,
    /// The kind of processor, as in `mach/machine.h`.
    pub machine: u32,
    /// The UUID that the linker gave it.
    pub uuid: Option<[u8; 16]>,
    /// Whether addresses have 64 bits.
    pub is_64_bit: bool,
    /// The libraries that it needs.
    pub libraries: Libraries,
    /// Its sections and segments; offsets count from the beginning of the whole file.
    pub layout: Layout,
}

impl MachO {
    /// Whether a file that begins with these bytes is Mach-O.
    pub(super) fn matches(start: &[u8]) -> bool {
        match parse_magic_and_ctx(start, 0) {
            Ok((FAT_MAGIC | FAT_MAGIC_64, _)) => {
                FatHeader::parse(start).is_ok_and(|it| (1..=MACHINES).contains(&it.nfat_arch))
            }
            Ok((_, context)) => context.is_some(),
            Err(_) => false,
        }
    }

    /// Reads the headers.
    pub(super) fn read(file: &Headers<'_>) -> Result<Self, Malformed> {
        let slices = offsets(file)?.into_iter().map(|offset| slice(file, offset));
        Ok(Self { slices: slices.collect::<Result<_, _>>()? })
    }
}

/// Where the slices begin.
fn offsets(file: &Headers<'_>) -> Result<Vec<u64>, Malformed> {
    let malformed = |_| Malformed { what: "unreadable list of machines", offset: 0 };
    let header = FatHeader::parse(file.start).map_err(malformed)?;
    let entry = match header.magic {
        FAT_MAGIC => SIZEOF_FAT_ARCH,
        FAT_MAGIC_64 => FAT_ARCH_64,
        _ => return Ok(vec![0]),
    };
    let size = u64::from(header.nfat_arch) * entry as u64;
    let table = file.table(SIZEOF_FAT_HEADER as u64, size, "list of machines")?;
    let offset = |bytes: &[u8]| match entry {
        SIZEOF_FAT_ARCH => FatArch::parse(bytes, 0).map(|it| it.offset.into()),
        _ => Ok(bytes.pread_with::<u64>(8, scroll::BE)?),
    };
    table.chunks_exact(entry).map(|it| offset(it).map_err(malformed)).collect()
}

fn slice(file: &Headers<'_>, start: u64) -> Result<Slice, Malformed> {
    let malformed = |what| move |_: goblin::error::Error| Malformed { what, offset: start };
    let bytes = file.table(start, SIZEOF_HEADER_64 as u64, "cut header")?;
    let (_, context) = parse_magic_and_ctx(&bytes, 0).map_err(malformed("no Mach-O header"))?;
    let context = context.ok_or(Malformed { what: "no Mach-O header", offset: start })?;
    let header: Header = bytes.pread_with(0, context).map_err(malformed("no Mach-O header"))?;
    let at = start.saturating_add(Header::size_with(&context) as u64);
    let commands = file.table(at, header.sizeofcmds.into(), "load commands")?;
    let mut slice = Slice {
        role: role(&header),
        machine: header.cputype,
        uuid: None,
        is_64_bit: context.is_big(),
        libraries: Libraries::default(),
        layout: Layout::default(),
    };
    let mut rest = commands.as_slice();
    for _ in 0..header.ncmds {
        let Ok(command) = rest.pread_with::<LoadCommandHeader>(0, context.le) else { break };
        let size = usize::try_from(command.cmdsize).unwrap_or(usize::MAX);
        let Some((bytes, behind)) = rest.split_at_checked(size.max(SIZEOF_LOAD_COMMAND)) else {
            break;
        };
        let read = match command.cmd {
            LC_SEGMENT => slice.segment_32(bytes, start, context),
            LC_SEGMENT_64 => slice.segment_64(bytes, start, context),
            LC_UUID => {
                bytes.pread_with::<UuidCommand>(0, context.le).map(|it| slice.uuid = Some(it.uuid))
            }
            other => {
                slice.libraries.read(other, bytes, context.le);
                Ok(())
            }
        };
        read.map_err(|_| Malformed { what: "unreadable load command", offset: at })?;
        rest = behind;
    }
    Ok(slice)
}

fn role(header: &Header) -> Role {
    match header.filetype {
        MH_EXECUTE => Role::Program,
        MH_DYLIB | MH_BUNDLE | MH_DYLINKER => Role::Library,
        MH_KEXT_BUNDLE => Role::KernelModule,
        MH_DSYM => Role::Debug,
        MH_CORE => Role::Core,
        _ => Role::Object,
    }
}

impl Slice {
    fn segment_32(
        &mut self,
        command: &[u8],
        start: u64,
        context: Ctx,
    ) -> Result<(), scroll::Error> {
        let it: SegmentCommand32 = command.pread_with(0, context.le)?;
        let range = (it.vmaddr.into(), it.fileoff.into(), it.filesize.into());
        self.add_segment(range, it.initprot, start);
        let sections = command.get(SIZEOF_SEGMENT_COMMAND_32..).unwrap_or_default();
        for entry in sections.chunks_exact(SIZEOF_SECTION_32).take(it.nsects as usize) {
            let it: Section32 = entry.pread_with(0, context.le)?;
            self.add_section(&it.sectname, it.flags, (it.offset.into(), it.size.into()), start);
        }
        Ok(())
    }

    fn segment_64(
        &mut self,
        command: &[u8],
        start: u64,
        context: Ctx,
    ) -> Result<(), scroll::Error> {
        let it: SegmentCommand64 = command.pread_with(0, context.le)?;
        self.add_segment((it.vmaddr, it.fileoff, it.filesize), it.initprot, start);
        let sections = command.get(SIZEOF_SEGMENT_COMMAND_64..).unwrap_or_default();
        for entry in sections.chunks_exact(SIZEOF_SECTION_64).take(it.nsects as usize) {
            let it: Section64 = entry.pread_with(0, context.le)?;
            self.add_section(&it.sectname, it.flags, (it.offset.into(), it.size), start);
        }
        Ok(())
    }

    fn add_segment(
        &mut self,
        (address, offset, size): (u64, u64, u64),
        protection: u32,
        start: u64,
    ) {
        let offset = start.saturating_add(offset);
        self.layout.segments.push(Segment {
            address,
            offset,
            size,
            data: protection == READ_WRITE,
        });
    }

    fn add_section(&mut self, name: &[u8; 16], flags: u32, (offset, size): (u64, u64), start: u64) {
        if ZERO_FILLED.contains(&(flags & 0xff)) {
            return;
        }
        let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
        let name = String::from_utf8_lossy(name).into_owned();
        self.layout.sections.push(Section { name, offset: start.saturating_add(offset), size });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::executable::Executable;

    fn read(bytes: &[u8]) -> Option<Executable> {
        Executable::read(&bytes, 1 << 16).unwrap()
    }

    #[test]
    fn every_slice_has_its_sections_at_offsets_of_the_whole_file() {
        let (one, two) = (testkit::MachO::new().uuid([7; 16]), testkit::MachO::new().library());
        let file =
            testkit::MachO::universal(&[one.section("__a", "first"), two.section("__b", "second")]);
        let Some(Executable::MachO(macho)) = read(&file) else { panic!("no Mach-O file") };
        let [one, two] = &macho.slices[..] else { panic!("not two slices") };
        assert_eq!((one.role, one.uuid), (Role::Program, Some([7; 16])));
        assert_eq!((two.role, two.uuid), (Role::Library, None));
        let section = two.layout.section("__b").unwrap();
        let at = usize::try_from(section.offset).unwrap();
        assert_eq!(&file[at..at + 6], b"second");
        assert_eq!(
            two.layout.file_range(0x1_0000_0001),
            Some((8193, two.layout.segments[0].size - 1))
        );
    }

    #[test]
    fn classes_of_java_are_none_and_cut_files_are_malformed() {
        assert!(read(b"\xca\xfe\xba\xbe\0\0\0\x34\0\x10").is_none());
        assert!(read(b"\xca\xfe\xba\xbe\0\0\0\0").is_none());
        let cut = &testkit::MachO::new().section("__a", "x").build()[..60];
        assert!(Executable::read(&cut, 1 << 16).is_err());
    }
}
