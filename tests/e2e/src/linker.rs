//! Trees with programs and libraries that a C compiler made.

use crate::command::output;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A tree that is being made.
#[derive(Debug)]
pub struct Linker {
    directory: TempDir,
    compiler: &'static str,
}

impl Linker {
    /// An empty tree, and the compiler for it.
    pub fn new(compiler: &'static str) -> Result<Self> {
        Ok(Self { directory: tempfile::tempdir()?, compiler })
    }

    /// Where the tree is.
    pub fn root(&self) -> PathBuf {
        self.directory.path().join("root")
    }

    /// Where a path of the tree is, with the directories that lead there.
    fn at(&self, path: &str) -> Result<PathBuf> {
        let at = self.root().join(path.trim_start_matches('/'));
        fs::create_dir_all(at.parent().context("the root is no file")?)?;
        Ok(at)
    }

    /// Writes a text.
    pub fn text(&self, path: &str, text: &str) -> Result<()> {
        Ok(fs::write(self.at(path)?, text)?)
    }

    /// Copies a file of the compiler's own, such as its C library.
    pub fn copy(&self, from: &Path, to: &str) -> Result<()> {
        fs::copy(from, self.at(to)?).with_context(|| from.display().to_string())?;
        Ok(())
    }

    /// Links a library that needs others of the tree. It calls itself by the last part of its path.
    pub fn library(&self, path: &str, needs: &[&str], flags: &[&str]) -> Result<()> {
        let name = path.rsplit('/').next().unwrap_or(path);
        self.named(path, name, needs, flags)
    }

    /// Links a library that calls itself by another name.
    pub fn named(&self, path: &str, name: &str, needs: &[&str], flags: &[&str]) -> Result<()> {
        let name = format!("-Wl,-soname,{name}");
        let flags = [&["-shared", "-nostdlib", &name], flags].concat();
        self.link("", path, needs, &flags)
    }

    /// Links a program.
    pub fn program(&self, path: &str, needs: &[&str], flags: &[&str]) -> Result<()> {
        self.link("int main(void) { return 0; }", path, needs, flags)
    }

    fn link(&self, source: &str, path: &str, needs: &[&str], flags: &[&str]) -> Result<()> {
        let file = self.directory.path().join("source.c");
        fs::write(&file, source)?;
        let needs = needs.iter().map(|it| self.at(it)).collect::<Result<Vec<_>>>()?;
        let mut command = Command::new(self.compiler);
        command.args(["-Wl,--no-as-needed", "-Wl,--unresolved-symbols=ignore-all", "-o"]);
        output(command.arg(self.at(path)?).arg(file).args(needs).args(flags))?;
        Ok(())
    }
}
