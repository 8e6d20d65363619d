//! Every bound on what a hostile image can make us do. Over one of them means a notice, never a failure.

/// Bounds of one scan. The defaults are far above what real images hold.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Files, directories and links in one layer. The largest real images hold about three million.
    pub entries: usize,
    /// Length of a path in bytes, in archives too: what Linux itself takes in one system call.
    pub path_bytes: usize,
    /// Symbolic links followed to reach one file: what Linux itself follows.
    pub link_hops: usize,
    /// Bytes of one layer's archive. Layers of half this size are known.
    pub layer_bytes: u64,
    /// Bytes of extended headers before one member of an archive: what Go's own reader takes.
    pub extension_bytes: u64,
    /// Pieces of one sparse file in an archive. Real ones have a few hundred.
    pub sparse_pieces: usize,
    /// Bytes of a manifest, index or configuration: what registries take.
    pub manifest_bytes: u64,
    /// Manifests of one index, those of indexes inside it included. Real ones have a few dozen.
    pub manifests: usize,
    /// Layers of one image. overlayfs takes 500, Docker 127.
    pub layers: usize,
    /// Size of a package database in bytes. Large desktops reach 20 MB.
    pub database_bytes: u64,
    /// Size in bytes of a database, or of the log beside it, that is held by the page. Large desktops reach 500 MB.
    pub paged_database_bytes: u64,
    /// Size in bytes of what a database keeps of one package. Real ones reach 30 MB with 200,000 files.
    pub package_bytes: u64,
    /// Bytes of memory that the paths of a package may take for each byte that its database keeps of it.
    /// Real ones stay below one, bare ones below eight; a hostile one repeats a long directory.
    pub path_expansion: u64,
    /// Bytes of memory that all paths of one database may take; each package has the share that its size is of the whole.
    /// Large desktops reach 100 MB.
    pub owned_bytes: u64,
    /// Size of one package's own metadata file in bytes. Real ones stay below 4 MB.
    pub metadata_bytes: u64,
    /// Size of a lockfile in bytes. Those of large monorepos reach 20 MB.
    pub lockfile_bytes: u64,
    /// Elements and texts of one `pom.xml`. Real ones have a few thousand.
    pub xml_nodes: u32,
    /// Projects that a `pom.xml` inherits from, one from the other. Deep hierarchies have five.
    pub parents: usize,
    /// Values put into one text of a `pom.xml`. Real ones need two or three.
    pub substitutions: usize,
    /// Length of a value that is put into a text of a `pom.xml`, in bytes. Names and versions are shorter.
    pub property_bytes: usize,
    /// Size in bytes of a script that an installer made to start a program. Real ones have 600.
    pub launcher_bytes: u64,
    /// Packages that one file may describe.
    pub records: usize,
    /// Files that one package may list as its own.
    pub owned_files: usize,
    /// Pieces of evidence kept for one component.
    pub evidence: usize,
    /// Executables that nothing owns or identifies. The largest real images hold some ten thousand.
    pub unknown_executables: usize,
    /// Size in bytes of an executable that is identified by its digest. The largest real ones have 2 GB.
    pub digest_bytes: u64,
    /// Bytes of a binary's section headers, notes or build information held at a time.
    pub section_bytes: u64,
    /// Matches of what components need with what others offer. 20,000 packages of npm have some 100,000.
    pub matches: usize,
    /// Entries of one archive. The largest jars hold some 200,000.
    pub archive_entries: usize,
    /// Archives inside archives. A jar in a war in an ear is the third.
    pub archive_depth: usize,
    /// Bytes that a file may inflate to, the archives inside it included. Wars reach 500 MB.
    pub archive_inflated: u64,
    /// How many times its size an entry of over 1 MiB may inflate to. Archives in archives are packed already, and
    /// the largest metadata are digests.
    pub archive_ratio: u64,
    /// Bytes of a document that is read. Real ones reach 100 MB.
    pub document_bytes: u64,
    /// Objects and lists in a document that is read. One of 100,000 components has some two million.
    pub document_objects: usize,
    /// Levels of objects and lists in a document that is read. Real ones have fewer than twenty.
    pub document_depth: usize,
    /// Bytes of one component in a document of protocol buffers.
    pub document_component_bytes: usize,
    /// Bytes of files that are remembered of a tree. What comes after is read again. Large desktops reach 100 MB.
    pub remembered_bytes: u64,
    /// Bytes of one file that are remembered. Of one that is read in more than these, nothing is: most of the time it
    /// is the only one, and as large as all others together.
    pub remembered_file_bytes: u64,
    /// Bytes of a BOM-Index. One of 100,000 components and 127 layers has 30 MB.
    pub index_bytes: u64,
    /// Components of a BOM-Index times its layers and entrypoints. 100,000 components and 127 layers make 13 million.
    pub index_cells: u64,
    /// Bytes of a script or configuration file that tracing reads. Real ones have some 20,000.
    pub shell_script_bytes: u64,
    /// Levels of commands in one another in one script. Real ones have ten.
    pub shell_nesting: usize,
    /// Functions and sourced scripts in one another, and programs that run programs (`--shell-max-depth`).
    pub shell_depth: usize,
    /// Commands in one another at work, over all functions and sourced scripts. Real ones have forty.
    pub shell_levels: usize,
    /// Ways through a script that are followed side by side; of more, those that differ in variables alone are made one.
    pub shell_ways: usize,
    /// Rounds of one loop.
    pub shell_rounds: usize,
    /// Words of one command, elements of an array, files that one program is noted to read.
    pub shell_words: usize,
    /// Bytes of one value. Real ones have some hundreds.
    pub shell_value_bytes: usize,
    /// Steps of all scripts of one trace: commands, forks by the size of what they copy. Real ones take some thousands.
    pub shell_steps: usize,
    /// What is kept of calls of functions, so that a call which finds the shell as before is not followed again:
    /// variables, hops and conditions. Real scripts come to some ten thousand.
    pub shell_calls: usize,
    /// Hops of one trace.
    pub trace_hops: usize,
    /// Diagnostics of one trace.
    pub trace_diagnostics: usize,
    /// Notices kept; what comes after is counted.
    pub notices: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 5_000_000,
            path_bytes: 4096,
            link_hops: 40,
            layer_bytes: 256 << 30,
            extension_bytes: 1 << 20,
            sparse_pieces: 100_000,
            manifest_bytes: 4 << 20,
            manifests: 1_000,
            layers: 1_000,
            database_bytes: 256 << 20,
            paged_database_bytes: 1 << 30,
            package_bytes: 64 << 20,
            path_expansion: 8,
            owned_bytes: 1 << 30,
            metadata_bytes: 16 << 20,
            lockfile_bytes: 64 << 20,
            xml_nodes: 200_000,
            parents: 16,
            substitutions: 16,
            property_bytes: 1024,
            launcher_bytes: 4096,
            records: 200_000,
            owned_files: 500_000,
            evidence: 1_000,
            unknown_executables: 200_000,
            digest_bytes: 8 << 30,
            section_bytes: 16 << 20,
            matches: 1_000_000,
            archive_entries: 500_000,
            archive_depth: 8,
            archive_inflated: 2 << 30,
            archive_ratio: 50,
            document_bytes: 256 << 20,
            document_objects: 4_000_000,
            document_depth: 64,
            document_component_bytes: 16 << 20,
            remembered_bytes: 256 << 20,
            remembered_file_bytes: 8 << 20,
            index_bytes: 256 << 20,
            index_cells: 1 << 28,
            shell_script_bytes: 1 << 20,
            shell_nesting: 64,
            shell_depth: 64,
            shell_levels: 200,
            shell_ways: 7,
            shell_rounds: 256,
            shell_words: 1_000,
            shell_value_bytes: 16 << 10,
            shell_steps: 200_000,
            shell_calls: 200_000,
            trace_hops: 10_000,
            trace_diagnostics: 1_000,
            notices: 10_000,
        }
    }
}
