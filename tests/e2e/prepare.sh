#!/usr/bin/env bash
# Gets and makes what the end-to-end tests of both suites run on, so that they find it, and stops what it started.
#
#   prepare.sh [DIR]   in DIR (target/e2e unless given)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=${1:-${CARGO_TARGET_DIR:-$here/../../target}/e2e}
mkdir -p "$dir"

prepare() {
  local environment
  SBOM_E2E_SUITE=trixie "$here/docker.sh" borrow "$dir" >/dev/null
  "$here/docker.sh" registry "$dir" >/dev/null
  environment=$("$here/docker.sh" borrow "$dir")
  "$here/roots.sh" "$dir"
  "$here/verifiers.sh" "$dir"
  # shellcheck source=/dev/null
  . "$environment"
  "$here/bases.sh" "$dir"
}

# What is borrowed is stopped when this script ends, for what it starts does not share its lock.
exec 9>"$dir/in-use"
flock --shared 9
prepare 9>&-
