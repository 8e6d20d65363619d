# The commands, one line each. Everything is plain cargo and bash beneath.
.PHONY: demo test lint e2e bench fuzz bless docs

# The main job, shown on a real image
demo:  ; @tests/e2e/demo.sh
# All tests
test:  ; cargo test --workspace
# Format and lints
lint:  ; cargo fmt --check && cargo clippy --workspace --all-targets -- -D warnings
# The end-to-end tests alone
e2e:   ; cargo test --package e2e
# CPU time, memory and size, beside Syft
bench: ; benches/run
# Every fuzz target for a minute
fuzz:  ; fuzz/run
# Accept new snapshots; read the diff (needs cargo-insta)
bless: ; cargo insta test --workspace --exclude e2e --accept
# Rewrite docs/analyzers.md
docs:  ; UPDATE_DOCS=1 cargo test --package scanner-core --test tidy
