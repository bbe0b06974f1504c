# environments: annotation
"""dkpro-cassis loads XMI with its type system, and CAS JSON, and finds every span and relation where it was."""

import sys
from pathlib import Path

from cassis import load_cas_from_json, load_cas_from_xmi, load_typesystem
from records import records_in


def check(cas, record, where):
    spans = {span.identifier: span for span in cas.select("gainsay.Span")}
    assert len(spans) == len(record["spans"]), f"{where}: {len(spans)} spans"
    for written in record["spans"]:
        span = spans[written["id"]]
        assert (span.label, span.annotator) == (written["label"], written["annotator"]), where
        hull = record["text"][written["start"] : written["end"]]
        assert span.get_covered_text() == hull, f"{where}: {span.get_covered_text()!r} is not {hull!r}"
    links = sorted((one.label, one.Governor.identifier, one.Dependent.identifier) for one in cas.select("gainsay.Relation"))
    assert links == sorted((one["type"], one["from"], one["to"]) for one in record["relations"]), where


def main(folder):
    foreign = Path(folder) / "foreign"
    with open(foreign / "xmi" / "TypeSystem.xml", "rb") as file:
        types = load_typesystem(file)
    records = records_in(foreign / "records.jsonl")
    for record in records:
        stem = record["id"]
        with open(foreign / "xmi" / f"{stem}.xmi", "rb") as file:
            check(load_cas_from_xmi(file, typesystem=types), record, f"{stem}.xmi")
        with open(foreign / "cas-json" / f"{stem}.json", "rb") as file:
            check(load_cas_from_json(file), record, f"{stem}.json")
    print(f"{len(records)} articles in XMI and in JSON")


main(sys.argv[1])
