#!/usr/bin/env bash
# Makes what the examples' base images and first stages stand for, by the package managers of this machine, since no
# image can be pulled here: directories that the builds get as named contexts in the place of those stages.
#
#   roots.sh [DIR]   makes what is missing in DIR (target/e2e unless given): DIR/roots/NAME, and DIR/venv and
#                    DIR/spdx-2.3.schema.json to check documents with
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
examples=$here/../../examples
dir=${1:-${CARGO_TARGET_DIR:-$here/../../target}/e2e}
mkdir -p "$dir/roots" "$dir/cache"
dir=$(cd "$dir" && pwd)
# shellcheck source=tests/e2e/apt.sh
. "$here/apt.sh"
export LC_ALL=C.UTF-8

# debian: minimal Debian with Python and one of Debian's own Python packages.
make_debian() {
  debootstrap --variant=minbase --merged-usr --include=python3,python3-yaml --cache-dir="$dir/cache" \
    bookworm "$1" "$(mirror)" >"$dir/cache/debootstrap.log" 2>&1 || { tail -n 5 "$dir/cache/debootstrap.log" >&2; return 1; }
  # Devices cannot be sent to a builder; the rest tells of this machine.
  rm -rf "${1:?}"/dev/* "$1"/etc/apt/sources.list* "$1"/etc/{hostname,resolv.conf} "$1"/var/{cache,log,lib}/apt/* "$1"/var/log/*.log
}

# distroless: packages unpacked without dpkg, and in status.d the control file of each.
make_distroless() {
  local deb name status_d=$1/var/lib/dpkg/status.d
  mkdir -p "$status_d"
  for deb in "$dir"/cache/distroless/debs/*.deb; do
    name=$(dpkg-deb -f "$deb" Package)
    dpkg-deb -x "$deb" "$1"
    dpkg-deb -I "$deb" control >"$status_d/$name"
    dpkg-deb -I "$deb" md5sums >"$status_d/$name.md5sums"
  done
}

# wheels: Python packages from pip.
make_wheels() {
  "$dir/venv/bin/pip" install -q --no-compile --only-binary :all: --python-version 3.11 --target "$1/wheels" \
    -r "$examples/debian-python-node/requirements.txt"
}

# ci EXAMPLE DIR ARGUMENT…: Node packages from npm, as the example's lock file says.
ci() {
  mkdir -p "$2"
  cp "$examples/$1"/package*.json "$2"
  npm ci --prefix "$2" --cache "$dir/cache/npm" --ignore-scripts --no-audit --no-fund --loglevel=error "${@:3}" >&2
}

make_modules() { ci debian-python-node "$1/app" --omit=dev; }

make_modules-multi-stage() {
  ci multi-stage "$1/build"
  ci multi-stage "$1/app" --omit=dev
}

# go_build EXAMPLE PROGRAM: the example's Go program; what it needs comes from Debian's source packages.
go_build() {
  local source=$dir/cache/$1 uuid=vendor/github.com/google/uuid
  rm -rf "$source"
  cp -r "$examples/$1" "$source"
  if [ -e "$source/go.sum" ]; then
    mkdir -p "$source/$uuid" "$source/vendor/example.com"
    dpkg-deb --fsys-tarfile "$dir"/cache/uuid/debs/*.deb | tar -x -C "$source/$uuid" --strip-components 8 ./usr/share/gocode/src/github.com/google/uuid
    cp -r "$source/greet" "$source/vendor/example.com/greet"
    cat >"$source/vendor/modules.txt" <<'MODULES'
# example.com/greet v0.1.0 => ./greet
## explicit; go 1.19
example.com/greet
# github.com/google/uuid v1.3.0
## explicit
github.com/google/uuid
# example.com/greet => ./greet
MODULES
  fi
  mkdir -p "$(dirname "$2")"
  (cd "$source" && CGO_ENABLED=0 GOFLAGS='' GOCACHE=$dir/cache/go go build -buildvcs=false -o "$2" .)
}

make_go-id() { go_build distroless-go "$1/id"; }

make_go-hello() { go_build scratch-static "$1/hello"; }

# make NAME: runs make_NAME unless its result is there already.
make() {
  [ -e "$dir/roots/$1" ] && return
  echo "making $1" >&2
  rm -rf "$dir/cache/making"
  "make_$1" "$dir/cache/making"
  mv "$dir/cache/making" "$dir/roots/$1"
}

# The programs that judge documents.
make_venv() {
  python3 -m venv "$dir/venv"
  "$dir/venv/bin/pip" install -q jsonschema ntia-conformance-checker spdx-tools 'cyclonedx-python-lib[json-validation]' spdx3-validate
  touch "$dir/venv/complete"
}

# A reader of CycloneDX's protocol buffers that others made.
make_node() {
  mkdir -p "$dir/node"
  npm install --prefix "$dir/node" --cache "$dir/cache/npm" --no-audit --no-fund --loglevel=error @appthreat/cdx-proto@2.0.1 >&2
}

# The schema lies in the package of a crate.
make_schema() {
  local at=$dir/cache/schema
  mkdir -p "$at/src"
  : >"$at/src/lib.rs"
  printf '[package]\nname = "schema"\n[dependencies]\nserde-spdx = "=0.10.0"\n[workspace]\n' >"$at/Cargo.toml"
  (cd "$at" && cargo vendor -q >/dev/null)
  cp "$at/vendor/serde-spdx/schemas/spdx_2_3.json" "$dir/spdx-2.3.schema.json"
}

"$here/packages.sh"
[ -e "$dir/venv/complete" ] || make_venv
[ -e "$dir/node/node_modules" ] || make_node
[ -e "$dir/spdx-2.3.schema.json" ] || make_schema
fetch bookworm "$dir/cache/distroless" base-files libc6 netbase tzdata
fetch bookworm "$dir/cache/uuid" golang-github-google-uuid-dev
for name in debian distroless wheels modules modules-multi-stage go-id go-hello; do make "$name"; done
