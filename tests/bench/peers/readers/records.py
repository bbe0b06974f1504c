"""What readers have in common: the records as they were written, and what is asked of those that were read."""

import json
from datetime import datetime, timezone
from pathlib import Path


def records_in(path):
    """The records of a file of JSON lines, which divides lines at line feeds alone."""
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").split("\n") if line]


def datasets_in(folder):
    """The datasets to be read, each with its parts and their records, by name."""
    for dataset in sorted((Path(folder) / "datasets").iterdir()):
        parts = {file.stem: records_in(file) for file in sorted((dataset / "data").glob("*.jsonl"))}
        yield dataset, parts


def time_of(written):
    return written and datetime.fromisoformat(written.replace("Z", "+00:00"))


def check_attributes(read, written, where):
    """Attributes are in columns of the scheme, or in the JSON of others; none is lost, and none is made up."""
    columns = read.get("attributes") or {}
    found = {name: plain(value) for name, value in columns.items() if value is not None}
    others = read["other_attributes"]
    found.update(json.loads(others) if others else {})
    assert found == written["attributes"], f"{where}: {found} is not {written['attributes']}"


def check_record(read, written, where):
    """A record that was read from Parquet is what was written as JSON, with its text or without."""
    has_text = "text" in written
    assert ("text" in read) == has_text, f"{where}: text"
    for key in ("id", "version", "title", "author", "publisher", "url", "language", "text_sha256", "split"):
        assert read[key] == written[key], f"{where}: {key} is {read[key]!r}, not {written[key]!r}"
    assert as_utc(read["published_at"]) == time_of(written["published_at"]), f"{where}: published_at"
    assert json.loads(read["meta"]) == written["meta"], f"{where}: meta"
    for part in ("spans", "relations", "sets"):
        given = list(read[part])
        assert len(given) == len(written[part]), f"{where}: {len(given)} {part}"
        for one, other in zip(given, written[part]):
            check_attributes(one, other, where)
    if has_text:
        assert read["text"] == written["text"], f"{where}: the text is another"
    for one, other in zip(read["spans"], written["spans"]):
        assert (one["id"], one["label"], one["annotator"]) == (other["id"], other["label"], other["annotator"])
        assert (one["start"], one["end"]) == (other["start"], other["end"]), f"{where}: span {one['id']}"
        if not has_text:
            assert "text" not in one, f"{where}: the words of span {one['id']}"
            continue
        pieces = [read["text"][at["start"] : at["end"]] for at in one["fragments"]]
        assert " ".join(pieces) == one["text"] == other["text"], f"{where}: span {one['id']}"
    for one, other in zip(read["relations"], written["relations"]):
        assert all(one[key] == other[key] for key in ("id", "type", "from", "to", "annotator"))
    for one, other in zip(read["sets"], written["sets"]):
        assert one["note"] == other["note"], f"{where}: a note"
        assert as_utc(one["updated_at"]) == time_of(other["updated_at"]), f"{where}: updated_at"


def as_utc(time):
    if time is None or time != time:
        return None
    time = time.to_pydatetime() if hasattr(time, "to_pydatetime") else time
    return time.replace(tzinfo=timezone.utc) if time.tzinfo is None else time


def plain(value):
    """Lists of libraries as lists of Python."""
    return value.tolist() if hasattr(value, "tolist") else list(value) if isinstance(value, tuple) else value
