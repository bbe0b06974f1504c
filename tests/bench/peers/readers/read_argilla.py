# environments: annotation
"""Argilla takes each record, and the answers in it as its server does: by users with a UUID."""

import sys
from pathlib import Path
from uuid import UUID

from argilla.records import Record
from records import records_in


def main(folder):
    foreign = Path(folder) / "foreign"
    records = records_in(foreign / "records.jsonl")
    lines = records_in(foreign / "argilla" / "all.jsonl")
    assert len(lines) == len(records), f"{len(lines)} lines"
    for line, record in zip(lines, records):
        read = Record.from_dict(line)
        text = read.fields["text"]
        assert text == record["text"]
        pieces = []
        for answer in read.responses["span"]:
            UUID(str(answer.user_id))
            pieces += [(one["start"], one["end"], one["label"]) for one in answer.value]
        written = [(at["start"], at["end"], span["label"]) for span in record["spans"] for at in span["fragments"]]
        assert sorted(pieces) == sorted(written)
    print(f"{len(lines)} records")


main(sys.argv[1])
