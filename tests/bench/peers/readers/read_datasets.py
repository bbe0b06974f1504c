# environments: datasets-2 datasets-5
"""`load_dataset("FOLDER")` of Hugging Face `datasets` loads every part of every dataset, with what was written."""

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


main(sys.argv[1])
