#!/usr/bin/env bash
# Makes base images (OCI layouts, DIR/roots/NAME.oci) of the roots that examples name in FROM. Needs docker.sh's environment.
#
#   bases.sh [DIR]   makes what is missing in DIR (target/e2e unless given)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
roots=${1:-${CARGO_TARGET_DIR:-$here/../../target}/e2e}/roots
for root in "$roots"/{debian,distroless}; do
  [ -e "$root.oci" ] && continue
  rm -rf "$root.part"
  printf 'FROM scratch\nCOPY . /\n' |
    docker buildx build -q -f - --provenance=false --output "type=oci,tar=false,dest=$root.part" "$root" >&2
  mv "$root.part" "$root.oci"
done
