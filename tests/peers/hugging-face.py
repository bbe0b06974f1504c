"""Loads exported records with Hugging Face `datasets`, by features made of the JSON Schema that ships.

    python -m venv /tmp/peers && /tmp/peers/bin/pip install datasets
    /tmp/peers/bin/python tests/peers/hugging-face.py train=train.jsonl test=test.jsonl

`c1-train-nulls.jsonl` and `c1-test-values.jsonl` beside it are such a pair.

Without declared features a column that is all null in one split does not load beside text in the other;
what is declared is read whatever a split happens to hold. Objects of keys of their own (`meta`, attributes)
are `Json`, which `datasets` has since 4.7. Needs no network. Exit 1 if a split does not load, if its records
are not those of the file, or if the text under a span is not the span's.
"""

import json
import sys
import tempfile
from pathlib import Path

from datasets import Features, Json, List, Value, load_dataset

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"


def feature_of(schema):
    """The feature that holds whatever a schema lets through; nothing is required, for anything may be null."""
    if "anyOf" in schema:
        (schema,) = [one for one in schema["anyOf"] if one.get("type") != "null"]
    kind = schema["type"]
    if isinstance(kind, list):
        (kind,) = [one for one in kind if one != "null"]
    if kind == "object":
        properties = schema.get("properties")
        return {name: feature_of(one) for name, one in properties.items()} if properties else Json()
    if kind == "array":
        return List(feature_of(schema["items"]))
    return Value({"string": "string", "integer": "int64", "number": "float64", "boolean": "bool"}[kind])


def features_of(path):
    with open(path, encoding="utf-8") as lines:
        name = json.loads(lines.readline())["schema"].replace("/", "-")
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return Features({key: feature_of(one) for key, one in schema["properties"].items()})


def files_are_of_version_1(files):
    with open(next(iter(files.values())), encoding="utf-8") as lines:
        return json.loads(lines.readline())["schema"] == "gainsay.article/1"


def main(arguments):
    files = dict(argument.split("=", 1) for argument in arguments)
    features = features_of(next(iter(files.values())))
    with tempfile.TemporaryDirectory() as cache:
        loaded = load_dataset("json", data_files=files, features=features, cache_dir=cache)
        lossy = {"published_at"} if files_are_of_version_1(files) else set()
        spans = 0
        for split, path in files.items():
            assert loaded[split].features == features, f"{split} has other features"
            with open(path, encoding="utf-8") as lines:
                written = [json.loads(line) for line in lines if line.strip()]
            assert len(loaded[split]) == len(written), f"{split} has {len(loaded[split])} records"
            for record, read in zip(written, loaded[split]):
                for key in ("id", "text", "author", "published_at", "meta"):
                    # Times without milliseconds, as in records of version 1, lose their zone in reading.
                    given = read[key] and f"{read[key].replace(' ', 'T')}Z" if key in lossy else read[key]
                    assert given == record[key], f"{split}: {key} is {read[key]!r}, not {record[key]!r}"
                for span in read["spans"]:
                    spans += 1
                    pieces = [read["text"][at["start"] : at["end"]] for at in span["fragments"]]
                    assert " ".join(pieces) == span["text"], f"{split}: span {span['id']}"
        print(", ".join(f"{split}: {len(loaded[split])} records" for split in files), f"- {spans} spans")


if __name__ == "__main__":
    main(sys.argv[1:])
