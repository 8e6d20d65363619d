#!/usr/bin/env python3
"""Reads a BOM-Index, version 1 or 2, by docs/bom-index.md alone: python3 read.py bom-index.bin"""
import struct
import sys


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def bytes(self, size):
        self.at += size
        return self.data[self.at - size:self.at] if self.at <= len(self.data) else sys.exit(f"cut at {len(self.data)}")

    def number(self, form):
        return struct.unpack("<" + form, self.bytes(struct.calcsize("<" + form)))[0]

    def text(self):
        return self.bytes(self.number("H")).decode()


def bitmap(data):
    reader = Reader(data or struct.pack("<II", 12346, 0))  # no bytes are an empty set
    cookie = reader.number("I")
    count = reader.number("I") if cookie == 12346 else (cookie >> 16) + 1
    runs = b"" if cookie == 12346 else reader.bytes((count + 7) // 8)
    heads = [(reader.number("H"), reader.number("H") + 1) for _ in range(count)]
    reader.bytes(4 * count if not runs or count >= 4 else 0)  # offsets: the containers follow each other anyway
    found = []
    for place, (key, size) in enumerate(heads):
        if runs and runs[place // 8] >> place % 8 & 1:
            pairs = [(reader.number("H"), reader.number("H")) for _ in range(reader.number("H"))]
            low = [it for start, more in pairs for it in range(start, start + more + 1)]
        elif size > 4096:
            bits = int.from_bytes(reader.bytes(8192), "little")
            low = [it for it in range(65536) if bits >> it & 1]
        else:
            low = [reader.number("H") for _ in range(size)]
        found += [key << 16 | it for it in low]
    return found


def table(section):
    reader = Reader(section)
    offsets = [reader.number("I") for _ in range(reader.number("I") + 1)]
    return [section[reader.at + a:reader.at + b] for a, b in zip(offsets, offsets[1:])]


def read(data):
    reader = Reader(data)
    if reader.bytes(7) != b"BOMIDX1":
        sys.exit("no BOM-Index")
    version, flags, image, created = reader.number("H"), reader.number("H"), reader.text(), reader.number("q")
    layers, components, entrypoints = (reader.number("I") for _ in range(3))
    if version == 2:
        sections = [(reader.number("H"), reader.number("Q"), reader.number("Q"), reader.bytes(32))
                    for _ in range(reader.number("H"))]
        tables = {name: table(data[start:start + size]) for name, start, size, _ in sections if name <= 5}
        texts = [[it.decode() for it in tables[name]] for name in (1, 2, 3)]
        return image, created, *texts, *([bitmap(it) for it in tables[name]] for name in (4, 5))
    layers, names = ([reader.text() for _ in range(count)] for count in (layers, components))
    held = [bitmap(reader.bytes(reader.number("I"))) for _ in names]
    launchers = [reader.text() for _ in range(entrypoints)] if flags & 1 else []
    used = [bitmap(reader.bytes(reader.number("I"))) if flags & 1 else [] for _ in names]
    return image, created, layers, names, launchers, held, used


if __name__ == "__main__":
    image, created, layers, names, launchers, held, used = read(open(sys.argv[1], "rb").read())
    print(image, created, len(layers), len(names), len(launchers))
    for name, in_layers, by in zip(names, held, used):
        print(name, ",".join(map(str, in_layers)), ",".join(launchers[it] for it in by) or "-")
