#!/usr/bin/env bash
# Installs what the end-to-end tests need beside Rust, in one place: each line names a program and its Debian package.
set -euo pipefail

missing=()
while read -r program package; do
  command -v "$program" >/dev/null || missing+=("$package")
done <<'LIST'
cc gcc
chromium chromium
debootstrap debootstrap
flock util-linux
go golang-go
iptables iptables
jq jq
musl-gcc musl-tools
npm npm
python3 python3
runc runc
skopeo skopeo
xz xz-utils
LIST
/usr/bin/python3 -c 'import jsonschema' 2>/dev/null || missing+=(python3-jsonschema)
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)

[ ${#missing[@]} -eq 0 ] && exit 0
echo "installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >&2
apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
