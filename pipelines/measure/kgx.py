"""Check a KGX export with the kgx validator against the Biolink Model, both from their packages, without network.

    python -m venv kgx && kgx/bin/pip install kgx==2.6.0 biolink-model==4.4.6
    exominer export kgx --to export
    kgx/bin/python -P pipelines/measure/kgx.py export/exominer_nodes.tsv export/exominer_edges.tsv

Prints the validator's errors and exits with 1 where there is one. Accepted besides Biolink's prefixes are those of
FamPlex, Cellosaurus and Exominer, which Biolink lacks, and categories that end in capitals (biolink:MicroRNA), which
the validator takes for misspelled. kgx needs other versions of libraries than Exominer, so it has its own environment;
-P keeps Python from taking this file for the package.
"""

import json
import sys
from importlib.resources import files

from bmt.toolkit import Toolkit

_FURTHER_PREFIXES = {
    "FPLX": "https://identifiers.org/fplx:",
    "Cellosaurus": "https://identifiers.org/cellosaurus:",
    "exominer": "urn:exominer:",
}
_MODEL = files("biolink_model")
# kgx makes a Toolkit() when it is imported, and that fetches the model from the web unless the defaults are ours.
# The second is the map of retired predicates, none of which we use.
Toolkit.__init__.__defaults__ = (str(_MODEL / "schema" / "biolink_model.yaml"), {"predicate mappings": []})

from kgx.config import jsonld_context_map  # noqa: E402
from kgx.transformer import Transformer  # noqa: E402
from kgx.validator import Validator  # noqa: E402


def main() -> None:
    """Read both tables with kgx and validate every record."""
    prefixes = (_MODEL / "prefixmaps" / "biolink-model-prefix-map.json").read_text(encoding="utf-8")
    jsonld_context_map["biolink"] = json.loads(prefixes) | _FURTHER_PREFIXES
    validator = Validator(verbose=True)
    seen = 0

    def inspect(kind: object, record: list[object]) -> None:
        nonlocal seen
        seen += 1
        validator(kind, record)

    read = {"filename": sys.argv[1:], "format": "tsv"}
    Transformer(stream=True).transform(read, {"filename": "", "format": "null"}, inspector=inspect)
    toolkit = validator.get_validating_toolkit()
    errors = {
        message: records
        for kind, messages in validator.get_errors("Error").items()
        for message, records in messages.items()
        if not (kind == "INVALID_CATEGORY" and toolkit.is_category(message.split("'")[1]))
    }
    for message, records in errors.items():
        print(f"{message}: {', '.join(sorted(set(records)))}")
    print(f"{seen} records against Biolink {toolkit.get_model_version()}: {len(errors)} kinds of error")
    sys.exit(bool(errors))


if __name__ == "__main__":
    main()
