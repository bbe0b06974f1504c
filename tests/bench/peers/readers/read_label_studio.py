# environments: annotation
"""Label Studio's own check of tasks against a configuration of labels takes every task, and its offsets give the words."""

import json
import sys
from pathlib import Path
from xml.sax.saxutils import quoteattr

from label_studio_sdk.label_interface import LabelInterface
from records import records_in


def configuration(scheme, tasks):
    """A configuration with what the tasks have regions of."""
    kinds = {}
    for task in tasks:
        for annotation in task["annotations"]:
            for region in annotation["result"]:
                if "from_name" in region:
                    kinds.setdefault(region["from_name"], (region["type"], set()))[1].update(choices_in(region))
    tags = {"labels": ("Labels", "Label"), "choices": ("Choices", "Choice"), "textarea": ("TextArea", None), "number": ("Number", None)}
    parts = []
    for name, (kind, values) in sorted(kinds.items()):
        tag, inner = tags[kind]
        inside = "".join(f"<{inner} value={quoteattr(value)}/>" for value in sorted(values)) if inner else ""
        each = ' perRegion="true"' if kind != "labels" else ""
        more = ' choice="multiple"' if kind == "choices" else ""
        parts.append(f'<{tag} name={quoteattr(name)} toName="text"{each}{more}>{inside}</{tag}>')
    return f'<View><Text name="text" value="$text"/>{"".join(parts)}</View>'


def choices_in(region):
    value = region["value"]
    return value.get("labels") or value.get("choices") or []


def main(folder):
    foreign = Path(folder) / "foreign"
    records = records_in(foreign / "records.jsonl")
    tasks = json.loads((foreign / "label-studio" / "all.json").read_text(encoding="utf-8"))
    assert len(tasks) == len(records), f"{len(tasks)} tasks"
    scheme = json.loads((foreign / "scheme.json").read_text(encoding="utf-8"))
    interface = LabelInterface(configuration(scheme, tasks))
    interface.validate()
    spans = 0
    for task, record in zip(tasks, records):
        text = task["data"]["text"]
        assert text == record["text"]
        for annotation in task["annotations"]:
            for region in annotation["result"]:
                if region["type"] != "relation":
                    errors = interface.validate_region(region, return_errors=True)
                    assert not errors, f"{errors} in {region}"
                value = region.get("value", {})
                if "labels" not in value:
                    continue
                spans += 1
                assert text[value["start"] : value["end"]] == value["text"], region
    print(f"{len(tasks)} tasks, {spans} regions")


main(sys.argv[1])
