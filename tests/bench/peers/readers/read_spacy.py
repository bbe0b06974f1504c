# environments: annotation
"""spaCy makes its training examples of the lines that are written for it, with every span of the group `sc`."""

import json
import sys
from pathlib import Path

import spacy
from records import records_in
from spacy.training import Example


def main(folder):
    foreign = Path(folder) / "foreign"
    records = records_in(foreign / "records.jsonl")
    lines = records_in(foreign / "spacy" / "all.jsonl")
    assert len(lines) == len(records), f"{len(lines)} lines"
    nlp = spacy.blank("xx")
    spans = within = 0
    for (text, annotations), record in zip(lines, records):
        assert text == record["text"]
        doc = nlp.make_doc(text)
        # What begins or ends within one of its words, spaCy has no place for.
        fitting = [one for one in annotations["spans"]["sc"] if doc.char_span(*one)]
        example = Example.from_dict(doc, annotations | {"spans": {"sc": fitting}})
        made = [(one.start_char, one.end_char, one.label_) for one in example.reference.spans["sc"]]
        assert sorted(made) == sorted(map(tuple, fitting))
        within += len(annotations["spans"]["sc"]) - len(fitting)
        read = sorted((text[start:end], label) for start, end, label in annotations["spans"]["sc"])
        pieces = [(at, span["label"]) for span in record["spans"] for at in span["fragments"]]
        assert read == sorted((record["text"][at["start"] : at["end"]], label) for at, label in pieces)
        spans += len(read)
    print(f"{len(lines)} examples, {spans} spans, of them {within} within words")


main(sys.argv[1])
