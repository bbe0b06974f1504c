# environments: datasets-2 datasets-5
"""Hugging Face `datasets` loads every part of every dataset, and token rows, with what was written."""

import json
import pathlib
import sys
import tempfile

import datasets
from datasets import load_dataset
from records import check_record, datasets_in

datasets.disable_progress_bars()


def main(folder):
    with tempfile.TemporaryDirectory() as cache:
        for path, parts in datasets_in(folder):
            loaded = load_dataset(str(path), cache_dir=cache)
            assert set(loaded) == set(parts), f"{path.name} has the parts {sorted(loaded)}"
            for part, records in parts.items():
                assert len(loaded[part]) == len(records), f"{path.name}: {len(loaded[part])} records"
                for at, (read, written) in enumerate(zip(loaded[part], records)):
                    check_record(read, written, f"{path.name}, {part}, record {at}")
            print(f"{path.name}: {', '.join(f'{part} {len(rows)}' for part, rows in parts.items())}")
        check_token_rows(pathlib.Path(folder) / "foreign" / "token-rows" / "all.jsonl", cache)


def check_token_rows(path, cache):
    """`load_dataset("json", data_files=…)` has the rows as they are, and their tags can be made numbers."""
    with open(path, encoding="utf-8") as file:
        written = [json.loads(line) for line in file]
    loaded = load_dataset("json", data_files=str(path), cache_dir=cache)["train"]
    assert written and loaded.to_list() == written, f"{path.name}: the rows are others"
    names = ["O", "B-claim", "I-claim"]
    numbered = loaded.cast_column("claim_tags", datasets.Sequence(datasets.ClassLabel(names=names)))
    for row, numbers in zip(written, numbered["claim_tags"]):
        assert [names[number] for number in numbers] == row["claim_tags"]
    print(f"token rows: {len(written)}")


main(sys.argv[1])
