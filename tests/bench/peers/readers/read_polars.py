# environments: tables
"""Polars reads records, Parquet and the table of spans, with what was written."""

import sys
from pathlib import Path

import polars as pl
from records import check_record, datasets_in, records_in


def main(folder):
    for path, parts in datasets_in(folder):
        for part, records in parts.items():
            rows = pl.read_parquet(path / "data" / f"{part}.parquet").to_dicts()
            assert len(rows) == len(records), f"{path.name}: {len(rows)} rows"
            for at, (read, written) in enumerate(zip(rows, records)):
                check_record(read, written, f"{path.name}, {part}, row {at}")
        print(f"{path.name}: Parquet")
    tables = Path(folder) / "tables"
    records = records_in(tables / "articles.jsonl")
    lines = pl.read_ndjson(tables / "articles.jsonl", infer_schema_length=None)
    assert lines["text"].to_list() == [record["text"] for record in records], "JSON lines: text"
    spans = pl.read_csv(tables / "spans.csv", infer_schema=False)
    written = [span["id"] for record in records for span in record["spans"]]
    assert spans["id"].to_list() == written, "CSV of spans"
    print(f"JSON lines: {lines.height}; CSV of spans: {spans.height}")


main(sys.argv[1])
