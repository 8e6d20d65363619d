//! Bytes for tests.
