#!/usr/bin/env bash
# Makes DIR/roots/node-40k: Debian bookworm (minbase) with a node_modules of 40,000 files.
# Usage: trees.sh [DIR]   (default: target/corpus). As root; needs debootstrap, npm and go (for the truth).
#
# The application is netlify-cli, because its package carries its own npm-shrinkwrap.json:
# `npm ci` installs the same 1,363 packages from any registry at any time. Install scripts are not run.
set -euo pipefail

corpus=${1:-target/corpus}
shared=${SHARED:-$(dirname "$0")/../../shared}
application=netlify-cli@16.9.3
tree=$corpus/roots/node-40k

for tool in debootstrap npm go; do
    command -v "$tool" >/dev/null || { echo "trees.sh: $tool is missing (apt-get install debootstrap npm golang-go)" >&2; exit 1; }
done
[[ $EUID == 0 ]] || { echo "trees.sh: debootstrap needs root" >&2; exit 1; }

# The machine's own mirror: wherever apt gets bookworm from.
# shellcheck disable=SC2016  # apt expands $(REPO_URI), not the shell
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' | head -n 1)
[[ -n $mirror ]] || { echo "trees.sh: apt knows no mirror of bookworm (apt-get update first)" >&2; exit 1; }

rm -rf "$tree"
mkdir -p "$tree"
tree=$(realpath "$tree")
building=$tree/building # becomes root when it is whole
app=$building/srv/app

debootstrap --variant=minbase --merged-usr bookworm "$building" "$mirror" >"$tree/log" 2>&1 ||
    { tail -n 5 "$tree/log" >&2; exit 1; }
rm -rf "$building/debootstrap" "$building"/var/cache/apt/archives/*.deb "$building"/var/lib/apt/lists/*

mkdir -p "$app"
(
    cd "$app"
    npm pack --silent "$application" >/dev/null
    tar -xzf ./*.tgz --strip-components=1
    rm ./*.tgz
    npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error
)
mv "$building" "$tree/root"
rm "$tree/log"
echo "node-40k: $(find "$tree/root/srv/app/node_modules" -type f | wc -l) files in node_modules"

# The package managers' own answers, for score.py.
truth=$shared/corpus/make/truth.py
if [[ -e $truth ]]; then
    truth=$(realpath "$truth")
    (cd "$tree" && python3 "$truth" root expected.json deb,npm,go npm=/srv/app)
else
    echo "trees.sh: no $truth, so no expected.json" >&2
fi
