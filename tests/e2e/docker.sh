#!/usr/bin/env bash
# A Docker engine with buildx, and a registry on a loopback port, for the end-to-end tests and the demo.
#
#   docker.sh up [DIR]      start both, or find them started; prints the path of DIR/env, to be sourced
#   docker.sh borrow [DIR]  up, then down by itself when the last lock (flock) on DIR/in-use is gone
#   docker.sh down [DIR]    stop both
#   docker.sh registry [DIR]  the registry and its clients alone, and a second registry, which lists referrers; prints the
#                             path of DIR/registry.env; down as of borrow
#
# DIR is target/e2e unless given. A Docker daemon that runs on the machine is used when it has buildx and the
# containerd image store; SBOM_E2E_DOCKER=system or =own decides instead. Our own comes from distribution packages
# unpacked in DIR: nothing of the machine is upgraded, and a second run downloads nothing. SBOM_E2E_SUITE names the Debian
# suite of those packages, and with it the version of BuildKit: an engine of our own that has built nothing that another has.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=${2:-${CARGO_TARGET_DIR:-$here/../../target}/e2e}
mkdir -p "$dir/registry"
dir=$(cd "$dir" && pwd)
# shellcheck source=tests/e2e/apt.sh
. "$here/apt.sh"
# Sockets want short paths.
run=/run/sbom-indexer-e2e-$(printf %s "$dir" | sha1sum | cut -c 1-8)

say() { echo "docker.sh: $*" >&2; }

# unpack SUITE PACKAGE…: packages of a suite, unpacked once into DIR/packages/SUITE/root.
unpack() {
  local at=$dir/packages/$1 deb
  fetch "$1" "$at" "${@:2}" || return
  [ -e "$at/root" ] && return
  for deb in "$at"/debs/*.deb; do dpkg -x "$deb" "$at/making" || return; done
  mv "$at/making" "$at/root"
}

# running NAME: whether the process in DIR/NAME.pid is alive and ours.
running() { [ -e "$dir/$1.pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$(<"$dir/$1.pid")/cmdline" | grep -qF "$dir"; }

# The engine that is wanted.
suite=${SBOM_E2E_SUITE:-sid}
case $suite in sid) engine=docker ;; *) engine=docker-$suite ;; esac

# stop NAME
stop() {
  running "$1" || return 0
  kill "$(<"$dir/$1.pid")"
  while running "$1"; do sleep 0.1; done
}

# usable: whether the docker client finds a daemon that can build with attestations.
usable() {
  docker buildx version && docker info -f '{{.DriverStatus}}' | grep containerd.snapshotter
} >/dev/null 2>&1

# use_engine SUITE: the client and the daemon of that suite's packages; fails when the daemon does not come up.
use_engine() {
  local root=$dir/packages/$1/root
  unpack "$1" docker.io docker-cli docker-buildx containerd || return
  export PATH=$root/usr/bin:$root/usr/sbin:$PATH DOCKER_HOST=unix://$run/$engine.sock DOCKER_CONFIG=$dir/client-$1
  mkdir -p "$DOCKER_CONFIG/cli-plugins"
  ln -sf "$(find "$root" -path '*/cli-plugins/docker-buildx')" "$DOCKER_CONFIG/cli-plugins/"
  running "$engine" && return
  stop_engines
  cat >"$dir/$engine.json" <<CONF
{
  "features": {"containerd-snapshotter": true},
  "data-root": "$dir/$engine",
  "exec-root": "$run/$engine",
  "pidfile": "$dir/$engine.pid",
  "hosts": ["$DOCKER_HOST"]
}
CONF
  say "starting $(dockerd --version)" || return
  setsid dockerd --config-file "$dir/$engine.json" >"$dir/$engine.log" 2>&1 8>&- &
  local daemon=$!
  for _ in {1..150}; do
    usable && return
    kill -0 "$daemon" 2>/dev/null || break
    sleep 0.2
  done
  tail -n 5 "$dir/$engine.log" >&2
  stop "$engine"
  return 1
}

# stop_engines: one at a time may have the bridge of the containers.
stop_engines() {
  local pid
  for pid in "$dir"/docker*.pid; do
    [ ! -e "$pid" ] || stop "$(basename "$pid" .pid)"
  done
}

# answers PORT: whether somebody listens there.
answers() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# use_registry: one without authentication, on a port that is free.
use_registry() {
  local port=5000
  unpack "$(codename)" docker-registry
  export PATH=$dir/packages/$(codename)/root/usr/bin:$PATH
  running registry && return
  while answers "$port"; do port=$((20000 + RANDOM % 20000)); done
  cat >"$dir/registry.yml" <<CONF
version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: $dir/registry}}
http: {addr: "127.0.0.1:$port"}
CONF
  setsid docker-registry serve "$dir/registry.yml" >"$dir/registry.log" 2>&1 8>&- &
  echo $! >"$dir/registry.pid"
  until answers "$port"; do
    kill -0 $! 2>/dev/null || { tail -n 5 "$dir/registry.log" >&2; return 1; }
    sleep 0.1
  done
  echo "localhost:$port" >"$dir/registry.host"
}

# use_lister: the registry of go-containerregistry, in memory, which has the Referrers API; Debian has its source.
use_lister() {
  local source=$dir/packages/registry-clients/root/usr/share/gocode/src/github.com/google/go-containerregistry
  running lister && return
  if [ ! -e "$dir/lister" ]; then
    mkdir -p "$source/lister"
    cp "$here/lister.go" "$source/lister/main.go"
    printf 'module github.com/google/go-containerregistry\ngo 1.19\n' >"$source/go.mod"
    (cd "$source" && CGO_ENABLED=0 GOFLAGS='' GOPROXY=off GOCACHE=$dir/cache/go go build -o "$dir/lister" ./lister)
  fi
  : >"$dir/lister.out"
  setsid "$dir/lister" >"$dir/lister.out" 2>"$dir/lister.log" 8>&- &
  echo $! >"$dir/lister.pid"
  until [ -s "$dir/lister.out" ]; do
    kill -0 $! 2>/dev/null || { tail -n 5 "$dir/lister.log" >&2; return 1; }
    sleep 0.1
  done
}

# use_clients: other clients of registries, from sid; later suites lack some.
use_clients() {
  local at=$dir/packages/registry-clients deb
  fetch sid "$at" crane oras cosign golang-github-google-go-containerregistry-dev || return
  [ -e "$at/root" ] || { for deb in "$at"/debs/*.deb; do dpkg -x "$deb" "$at/making" || return; done && mv "$at/making" "$at/root"; } || return
  export PATH=$at/root/usr/bin:$PATH
}

# watch: stops everything when the last lock on DIR/in-use is gone.
watch() {
  if ! running registry; then
    setsid flock "$dir/in-use" "$here/docker.sh" down "$dir" >/dev/null 2>&1 8>&- &
  fi
}

up() {
  "$here/packages.sh"
  case ${SBOM_E2E_SUITE:+suite}${SBOM_E2E_DOCKER:-auto} in
    suite*) use_engine "$suite" ;;
    system) usable || { say "the Docker of this machine cannot be used: it wants a daemon with buildx and the containerd image store"; exit 1; } ;;
    own) use_engine sid || use_engine trixie ;;
    *) usable || use_engine sid || use_engine trixie ;;
  esac
  use_registry
  use_clients
  for name in DOCKER_HOST DOCKER_CONFIG PATH; do
    [ -z "${!name:-}" ] || echo "export $name='${!name}'"
  done >"$dir/env"
  echo "export REGISTRY='$(<"$dir/registry.host")'" >>"$dir/env"
  echo "$dir/env"
}

down() {
  stop_engines
  stop registry
  stop lister
}

exec 8>"$dir/lock"
flock 8
case ${1:-} in
  up) up ;;
  borrow)
    watch
    up
    ;;
  registry)
    watch
    "$here/packages.sh"
    use_registry
    use_clients
    use_lister
    printf "export %s='%s'\n" PATH "$PATH" REGISTRY "$(<"$dir/registry.host")" LISTER "$(<"$dir/lister.out")" \
      >"$dir/registry.env"
    echo "$dir/registry.env"
    ;;
  down) down ;;
  *) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
