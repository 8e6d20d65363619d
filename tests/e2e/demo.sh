#!/usr/bin/env bash
# The main job on a real image: builds the generator, builds an example with its SBOM, reads the SBOM back from a registry.
# Where no Docker can be had, the generator runs on a root filesystem as BuildKit would run it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
target=${CARGO_TARGET_DIR:-target}
dir=$target/e2e
roots=$dir/roots
mkdir -p "$dir"

say() { printf '\n==> %s\n' "$*"; }
show() { printf '\n$ %s\n' "$*" >&2 && "$@"; }

build_program() {
  say "Building the generator"
  local triple
  triple=$(uname -m)-unknown-linux-musl
  rustup -q target add "$triple"
  cargo build --release --locked --package generator --target "$triple"
  mkdir -p "$dir/image"
  cp "$target/$triple/release/sbom-indexer" "$dir/image/"
}

with_docker() {
  local image=$REGISTRY/demo generator=$REGISTRY/sbom-indexer
  say "Making a Debian with packages from apt, pip and npm, for no image is pulled"
  "$here/roots.sh" "$dir"
  "$here/bases.sh" "$dir"
  say "The generator's image"
  show docker buildx build --build-context "build=$dir/image" -t "$generator" --push .
  say "An image with its SBOM"
  show docker buildx build --attest="type=sbom,generator=$generator" --build-context "base=oci-layout://$roots/debian.oci" \
    --build-context "wheels=$roots/wheels" --build-context "modules=$roots/modules" -t "$image" --push examples/debian-python-node
  say "Its SBOM, from the registry"
  show docker buildx imagetools inspect "$image" --format '{{json .SBOM.SPDX}}' >"$dir/demo.spdx.json"
  "$here/summary.py" "$dir/demo.spdx.json"
}

without_docker() {
  local root=$roots/debian out=$dir/demo
  say "No Docker can be had here (the reason stands above): the same scan, started as BuildKit starts it"
  "$here/roots.sh" "$dir" || root=/
  mkdir -p "$out"
  show env BUILDKIT_SCAN_SOURCE="$root" BUILDKIT_SCAN_DESTINATION="$out" "$dir/image/sbom-indexer"
  "$here/summary.py" "$out"/*.spdx.json
}

"$here/packages.sh" || say "Not all packages could be installed; trying without"
build_program
say "Docker, and a registry"
exec 9>"$dir/in-use"
flock --shared 9
if env=$("$here/docker.sh" borrow "$dir" 9>&-); then
  # shellcheck disable=SC1090 # docker.sh has just written it
  . "$env"
  with_docker
else
  without_docker
fi
