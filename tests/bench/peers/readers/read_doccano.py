# environments: doccano
"""doccano parses every entity and relation as its own import does, and its editor, which counts UTF-16 units, shows the words."""

import os
import sys
from pathlib import Path
from uuid import uuid4

import backend
import django
from records import records_in

sys.path.insert(0, str(Path(backend.__file__).parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.base"
django.setup()

from data_import.pipeline.label import RelationLabel, SpanLabel  # noqa: E402, after the set-up


def main(folder):
    foreign = Path(folder) / "foreign"
    records = records_in(foreign / "records.jsonl")
    lines = records_in(foreign / "doccano" / "all.jsonl")
    assert len(lines) == len(records), f"{len(lines)} lines"
    spans = 0
    for line, record in zip(lines, records):
        assert line["text"] == record["text"]
        units = line["text"].encode("utf-16-le")
        example, known = uuid4(), set()
        read = []
        for entity in line["entities"]:
            span = SpanLabel.parse(example, entity)
            known.add(span.id)
            read.append((units[2 * span.start_offset : 2 * span.end_offset].decode("utf-16-le"), span.label))
        for relation in line["relations"]:
            link = RelationLabel.parse(example, relation)
            assert link.from_id in known and link.to_id in known, relation
        pieces = [(at, span["label"]) for span in record["spans"] for at in span["fragments"]]
        written = [(record["text"][at["start"] : at["end"]], label) for at, label in pieces]
        assert sorted(read) == sorted(written), record["id"]
        spans += len(read)
    print(f"{len(lines)} texts, {spans} entities")


main(sys.argv[1])
