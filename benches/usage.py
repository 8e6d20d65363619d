#!/usr/bin/env python3
"""What the usage view says against what really started programs have mapped.

usage: usage.py SBOM-INDEXER ROOT NAME COMMAND...

ROOT is a root file system of one's own making with dpkg's database; COMMAND is started in it by chroot, and after a
few seconds the files that it and its children have mapped are read from /proc/PID/maps. Nothing of an image that
someone else made is ever run. Prints one line: mapped packages, how many of them the usage view has, how many packages
it calls certain, and how many of those are mapped.
"""

import json
import os
import signal
import subprocess
import sys
import time


def mapped(root, command, seconds=float(os.environ.get("SECONDS_TO_RUN", "6"))):
    """The files that the program and its children have mapped."""
    started = subprocess.Popen(
        ["chroot", root, *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"},
    )
    time.sleep(seconds)
    files, programs = set(), set()
    real = os.path.realpath(root)
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.getsid(int(pid)) != started.pid and os.readlink(f"/proc/{pid}/root") != real:
                continue
            lines = open(f"/proc/{pid}/maps").read().splitlines()
            programs.add(os.readlink(f"/proc/{pid}/exe"))
        except OSError:
            continue
        for line in lines:
            fields = line.split(None, 5)
            if len(fields) == 6 and fields[5].startswith(real + "/"):
                files.add(fields[5][len(real):].removesuffix(" (deleted)"))
            elif len(fields) == 6 and fields[5].startswith("/"):
                files.add(fields[5].removesuffix(" (deleted)"))
    try:
        os.killpg(started.pid, signal.SIGTERM)
        started.wait(10)
    except (ProcessLookupError, subprocess.TimeoutExpired):
        os.killpg(started.pid, signal.SIGKILL)
    if not programs:
        sys.exit(f"{' '.join(command)} did not keep running for {seconds} s")
    return files


def owners(root, files):
    """The packages that own files, by dpkg's lists."""
    info = os.path.join(root, "var/lib/dpkg/info")
    listed = {}
    for name in os.listdir(info):
        if name.endswith(".list"):
            package = name[: -len(".list")].split(":")[0]
            for line in open(os.path.join(info, name), encoding="utf-8", errors="replace"):
                listed.setdefault(line.rstrip("\n"), set()).add(package)
    found = set()
    for file in files:
        for path in (file, file.removeprefix("/usr")):
            found |= listed.get(path, set())
    return found


def used(program, root, command):
    """The packages that the usage view has: those that are certain, and those that are possible."""
    arguments = [program, "scan", f"dir:{root}", "-q", "-o", "cyclonedx-json", "--entrypoint", json.dumps(command)]
    document = json.loads(subprocess.run(arguments, check=True, capture_output=True).stdout)
    found = {"entrypoint": set(), "possible": set()}
    for component in document["components"]:
        if component.get("purl", "").startswith("pkg:deb/"):
            for it in component.get("properties", []):
                if it["name"] == "stellaops:usage" and it["value"] in found:
                    found[it["value"]].add(component["name"])
    return found["entrypoint"], found["possible"]


def main():
    program, root, name, *command = sys.argv[1:]
    certain, possible = used(program, root, command)
    real = owners(root, mapped(root, command))
    missed = real - certain - possible
    print(
        f"{name}: {len(real)} packages mapped, {len(real - missed)} in the usage view"
        f" (recall {100 * len(real - missed) / max(1, len(real)):.0f} %);"
        f" {len(certain)} certain, {len(certain & real)} of them mapped"
        f" (precision {100 * len(certain & real) / max(1, len(certain)):.0f} %); {len(possible)} possible"
        + (f"; missed: {' '.join(sorted(missed))}" if missed else "")
    )


main()
