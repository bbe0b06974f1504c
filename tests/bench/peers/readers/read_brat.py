# environments: tables
"""What brat itself asks of a file of marks: ids once, references to what there is, and the words at every place."""

import re
import sys
from pathlib import Path

from records import records_in


def check(text, marks, where):
    spans, ids, count = {}, set(), 0
    lines = [line for line in marks.split("\n") if line]
    for line in lines:
        ident, data, *rest = line.split("\t")
        if ident != "*":
            assert ident not in ids, f"{where}: {ident} twice"
            ids.add(ident)
        if ident[0] == "T":
            label, places = data.split(" ", 1)
            assert re.fullmatch(r"[A-Za-z0-9_-]+", label), f"{where}: {label}"
            pieces = [tuple(map(int, place.split(" "))) for place in places.split(";")]
            assert all(start < end for start, end in pieces) and pieces == sorted(pieces), line
            words = " ".join(text[start:end] for start, end in pieces).replace("\t", " ")
            assert "\n" not in words and words == rest[0], f"{where}: {words!r} is not {rest[0]!r}"
            spans[ident] = label
            count += 1
    for line in lines:
        ident, data, *rest = line.split("\t")
        if ident[0] == "R":
            kind, one, two = data.split(" ")
            assert one.split(":")[1] in spans and two.split(":")[1] in spans, line
        elif ident[0] in "AM":
            assert data.split(" ")[1] in ids, line
        elif ident[0] == "#":
            assert data.split(" ")[1] in ids and len(rest) == 1, line
    return count


def main(folder):
    foreign = Path(folder) / "foreign"
    records = records_in(foreign / "records.jsonl")
    files = sorted((foreign / "brat").rglob("*.ann"))
    count = 0
    for file in files:
        text = file.with_suffix(".txt").read_bytes().decode("utf-8")
        count += check(text, file.read_bytes().decode("utf-8"), file.name)
    assert files and count, "nothing is marked"
    assert count <= sum(len(span["fragments"]) for record in records for span in record["spans"])
    print(f"{len(files)} files, {count} spans")


main(sys.argv[1])
