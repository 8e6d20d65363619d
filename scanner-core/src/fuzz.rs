//! Every format with a body to fuzz. cargo-fuzz and an ordinary test both run this list.
