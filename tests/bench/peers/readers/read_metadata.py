# environments: metadata
"""`mlcroissant` reads the records by `croissant.json`; `cffconvert` finds `CITATION.cff` in order; sums are right."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import mlcroissant
from records import datasets_in


def main(folder):
    for path, parts in datasets_in(Path(folder).absolute()):
        os.chdir(path)
        check_sums(path)
        citing = subprocess.run([str(Path(sys.executable).with_name("cffconvert")), "--validate"], capture_output=True, text=True)
        assert citing.returncode == 0, citing.stdout + citing.stderr
        metadata = mlcroissant.Dataset("croissant.json")
        for part, records in parts.items():
            rows = list(metadata.records(part))
            column = "text" if all("text" in record for record in records) else "text_sha256"
            texts = [row[f"{part}/{column}"].decode() for row in rows]
            assert texts == [record[column] for record in records], f"{path.name}, {part}"
            labels = [[span[f"{part}/spans/label"].decode() for span in row[f"{part}/spans"] if span[f"{part}/spans/label"]] for row in rows]
            assert labels == [[span["label"] for span in record["spans"]] for record in records], f"{path.name}, {part}"
        print(f"{path.name}: Croissant, citation, sums")


def check_sums(path):
    for line in (path / "checksums.sha256").read_text(encoding="utf-8").splitlines():
        expected, name = line.split("  ", 1)
        assert hashlib.sha256((path / name).read_bytes()).hexdigest() == expected, name


main(sys.argv[1])
