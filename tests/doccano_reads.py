"""Takes a file into doccano with doccano's own importer, and says what arrived.

Runs where doccano is installed: it cannot be installed beside Qawl (Django 4, pandas 1), so the test of the
readers starts this with the Python of an environment of its own.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path


def main(file: str, folder: str) -> None:
    found = importlib.util.find_spec("backend")
    if found is None or not found.submodule_search_locations:
        sys.exit("doccano is not installed here")
    sys.path.insert(0, next(iter(found.submodule_search_locations)))
    os.chdir(folder)
    os.environ["DATABASE_URL"] = f"sqlite:///{Path(folder) / 'doccano.db'}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.development"

    import django

    django.setup()
    from data_import.datasets import load_dataset
    from data_import.pipeline.catalog import JSONL, RELATION_EXTRACTION
    from data_import.pipeline.readers import FileName
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from examples.models import Example
    from labels.models import Relation, Span
    from projects.models import ProjectType, SequenceLabelingProject

    call_command("migrate", verbosity=0)
    user = User.objects.create(username="reader")
    project = SequenceLabelingProject.objects.create(
        name="Qawl",
        description="",
        guideline="",
        created_by=user,
        project_type=ProjectType.SEQUENCE_LABELING,
        allow_overlapping=True,
        use_relation=True,
    )
    dataset = load_dataset(RELATION_EXTRACTION, JSONL, [FileName(file, "in.jsonl", "in.jsonl")], project)
    dataset.save(user)
    arrived = {
        "errors": [str(error) for error in dataset.errors],
        "examples": Example.objects.count(),
        "entities": Span.objects.count(),
        "relations": Relation.objects.count(),
        "texts": list(Example.objects.order_by("id").values_list("text", flat=True)),
        "annotators": [example.meta["annotator"] for example in Example.objects.order_by("id")],
    }
    print(json.dumps(arrived))


if __name__ == "__main__":
    main(*sys.argv[1:])
