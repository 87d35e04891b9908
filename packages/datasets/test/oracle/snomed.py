"""Checks every SNOMED CT code of the taxonomy against the dictionaries of pydicom and writes snomed.json beside this file.

    /usr/bin/python3 snomed.py [TABLE.csv]

Needs Debian's python3-pydicom. TABLE.csv is TotalSegmentator's published table of codes of its classes (its repository,
resources/totalsegmentator_snomed_mapping.csv); codes that only it has are marked. A code that neither has is an error.
"""
import csv
import glob
import hashlib
import json
import os
import re
import sys

import pydicom
from pydicom.sr import _concepts_dict

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.join(HERE, "..", "..", "src", "taxonomy")


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def from_pydicom():
    known = {}
    for concepts in _concepts_dict.concepts["SCT"].values():
        for value, (meaning, *_) in concepts.items():
            known.setdefault(value, set()).add(re.sub(r" \([a-z ]+\)$", "", meaning.lower()))
    return known


def from_table(path):
    known = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            for column, value in row.items():
                if column.endswith("CodeValue") and value:
                    known.setdefault(value, set()).add(row[column.replace("CodeValue", "CodeMeaning")].lower())
    return known


def used():
    """Pairs of value and meaning in the sources."""
    pairs = set()
    for path in glob.glob(os.path.join(SOURCES, "**", "*.ts"), recursive=True):
        with open(path) as file:
            text = file.read()
        pairs.update(re.findall(r"'(\d{5,}) ([^']+)'", text))
        pairs.update(re.findall(r"value: '(\d{5,})', meaning: '([^']+)'", text))
    return sorted(pairs, key=lambda pair: int(pair[0]))


dictionary = from_pydicom()
table_path = sys.argv[1] if len(sys.argv) > 1 else None
table = from_table(table_path) if table_path else {}
codes, bad = [], []
for value, meaning in used():
    if meaning.lower() in dictionary.get(value, ()):
        codes.append({"value": value, "meaning": meaning, "source": "pydicom"})
    elif meaning.lower() in table.get(value, ()):
        codes.append({"value": value, "meaning": meaning, "source": "totalsegmentator"})
    else:
        bad.append(f"{value} {meaning}: pydicom {sorted(dictionary.get(value, ()))}, table {sorted(table.get(value, ()))}")
if bad:
    sys.exit("not verified:\n" + "\n".join(bad))
sources = {"pydicom": {"version": pydicom.__version__, "sha256": sha256(_concepts_dict.__file__)}}
if table_path:
    sources["totalsegmentator"] = {"sha256": sha256(table_path)}
with open(os.path.join(HERE, "snomed.json"), "w") as file:
    json.dump({"sources": sources, "codes": codes}, file, indent=1)
    file.write("\n")
print(f"{len(codes)} codes verified")
