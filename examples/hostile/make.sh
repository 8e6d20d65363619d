#!/usr/bin/env bash
# make.sh ROOT OUTSIDE: makes a root filesystem that is hostile to scanners.
# OUTSIDE is a file outside of ROOT; links to it stand where package databases are read.
set -euo pipefail

mkdir -p "$1"
cd "$1"
outside=$2
up=../../../../../../../../../../../..

python=usr/lib/python3/dist-packages
node=usr/lib/node_modules
status_d=var/lib/dpkg/status.d
mkdir -p etc opt usr/bin lib/apk/db usr/lib/apk/db "$status_d" "$python" "$node"

# What is sound among all this must be found.
printf 'ID=debian\nVERSION_ID="12"\n' >etc/os-release
stanza() { printf 'Package: %s\nStatus: install ok installed\nArchitecture: all\nMaintainer: Nobody <nobody@example.com>\nVersion: 1.0-1\n' "$1"; }
stanza sound-status-d >"$status_d/sound"
mkdir -p "$python/sound-1.0.dist-info" "$node/sound"
printf 'Metadata-Version: 2.1\nName: sound\nVersion: 1.0\n' >"$python/sound-1.0.dist-info/METADATA"
echo '{"name": "sound", "version": "1.0.0"}' >"$node/sound/package.json"

# Links out of the image, absolute and by `..`.
ln -s /etc/shadow "$status_d/shadow"
ln -s "$up/etc/shadow" "$status_d/shadow-up"
ln -s /etc/hostname "$status_d/hostname"
ln -s "$up/etc/hostname" "$status_d/hostname-up"
ln -s "$outside" "$status_d/outside"
ln -s "$up$outside" "$status_d/outside-up"
ln -s "$up$outside" usr/lib/apk/db/installed
mkdir -p "$python/link-1.dist-info" "$node/link"
ln -s "$outside" "$python/link-1.dist-info/METADATA"
ln -s "$up$outside" "$node/link/package.json"
ln -s "$outside" usr/bin/outside
ln -s / opt/host
ln -s "$up" opt/host-up

# Links in circles.
ln -s circle-b opt/circle-a
ln -s circle-a opt/circle-b
ln -s . "$node/itself"
ln -s ../dpkg var/lib/dpkg/info

# Pipes, which block whoever opens them.
mkdir -p "$python/pipe-1.dist-info" "$node/pipe"
mkfifo "$status_d/pipe" "$python/pipe-1.dist-info/METADATA" "$node/pipe/package.json" usr/bin/pipe

# An empty and a truncated database, broken files.
: >lib/apk/db/installed
{ stanza sound-status; echo; printf 'Package: cut\nStatus: install ok inst'; } >var/lib/dpkg/status
mkdir -p "$node/broken" "$node/deep"
printf '{"name": "broken", "version": "1.0' >"$node/broken/package.json"
head -c 200000 /dev/zero | tr '\0' '[' >"$node/deep/package.json"
{ printf '\177ELF\2\1\1'; head -c 4096 /dev/zero | tr '\0' '\377'; } >usr/bin/broken
chmod +x usr/bin/broken

# Names that are not UTF-8.
mkdir -p "$node/"$'odd\377' "$python/"$'odd\377-1.0.dist-info'
echo '{"name": "odd", "version": "1.0.0"}' >"$node/"$'odd\377/package.json'
printf 'Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n' >"$python/"$'odd\377-1.0.dist-info/METADATA'

# Directories where files are read.
mkdir -p "$node/directory/package.json" "$python/directory-1.dist-info/METADATA" "$status_d/directory"
