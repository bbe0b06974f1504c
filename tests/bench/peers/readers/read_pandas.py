# environments: tables
"""pandas reads records, Parquet and the table of spans, with what was written."""

import sys
from pathlib import Path

import pandas as pd
from records import check_record, datasets_in, records_in


def main(folder):
    for path, parts in datasets_in(folder):
        for part, records in parts.items():
            rows = pd.read_parquet(path / "data" / f"{part}.parquet").to_dict("records")
            assert len(rows) == len(records), f"{path.name}: {len(rows)} rows"
            for at, (read, written) in enumerate(zip(rows, records)):
                # pandas has no null of its own in columns of text.
                read = {key: None if value is pd.NaT or value != value else value for key, value in read.items() if key not in LISTS} | {key: read[key] for key in LISTS}
                check_record(read, written, f"{path.name}, {part}, row {at}")
        print(f"{path.name}: Parquet")
    tables = Path(folder) / "tables"
    records = records_in(tables / "articles.jsonl")
    lines = pd.read_json(tables / "articles.jsonl", lines=True, dtype=False, convert_dates=False)
    assert list(lines["text"]) == [record["text"] for record in records], "JSON lines: text"
    spans = pd.read_csv(tables / "spans.csv", dtype=str, keep_default_na=False)
    written = [(record["id"], span["id"], span["text"]) for record in records for span in record["spans"]]
    read = [(row["article_id"], row["id"], unquoted(row["text"])) for row in spans.to_dict("records")]
    assert read == written, "CSV of spans"
    print(f"JSON lines: {len(lines)}; CSV of spans: {len(spans)}")


LISTS = ("blocks", "sets", "spans", "relations")


def unquoted(cell):
    """Without the quote that keeps a spreadsheet from running what begins like a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] and cell[1] in "=+-@\t\r\uff1d\uff0b\uff0d\uff20" else cell


main(sys.argv[1])
