#!/usr/bin/env bash
# Other people's verifiers of Sigstore bundles: the libraries of PyPI and npm.
#
#   verifiers.sh [DIR]   makes what is missing in DIR (target/e2e unless given): DIR/verifiers
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=${1:-${CARGO_TARGET_DIR:-$here/../../target}/e2e}
mkdir -p "$dir/verifiers"
[ -e "$dir/verifiers/complete" ] && exit 0

"$here/packages.sh"
python3 -m venv "$dir/verifiers/python"
"$dir/verifiers/python/bin/pip" install -q --no-compile sigstore==4.5.1 &
npm install --prefix "$dir/verifiers" --cache "$dir/cache/npm" --no-audit --no-fund --loglevel=error \
  @sigstore/bundle@5.0.1 @sigstore/protobuf-specs@0.5.2 @sigstore/verify@4.1.3 >&2
wait $!
touch "$dir/verifiers/complete"
