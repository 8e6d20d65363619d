//! Generates the types of the messages. Pure Rust reads the `.proto` files: no protoc is needed.

use std::error::Error;

/// What is compiled, relative to `proto/`.
const FILES: &[&str] = &["cyclonedx.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    for file in FILES {
        println!("cargo:rerun-if-changed=proto/{file}");
    }
    let descriptors = protox::compile(FILES, ["proto"])?;
    prost_build::Config::new().btree_map(["."]).compile_fds(descriptors)?;
    Ok(())
}
