"""Exominer: reads the literature on extracellular vesicles and builds a knowledge graph of its claims.

The Python interface; each name is imported when it is first used, so that `import miner` is quick:

>>> from miner import annotate, extract
>>> text = "Exosomal miR-21 promotes angiogenesis in glioblastoma."
>>> sorted(entity.type.value for entity in annotate(text).entities)
['Cancer', 'Function', 'MicroRNA', 'Vesicle']
>>> [(c.subject.name, c.predicate.value, c.object.name) for c in extract(text) if c.predicate == "PROMOTES"]
[('miR-21', 'PROMOTES', 'angiogenesis')]

`Corpus(path)` opens a workspace's articles and claims (`corpus.sqlite`), `Graph(workspace)` queries its graph:

    with Graph("my-workspace") as graph:
        rows = graph.query("MATCH (:Vesicle)-[r:CARRIES]->(c) RETURN c.name AS cargo, r.papers AS papers")
        rows = graph.query("headline", function="metastasis")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from miner.corpus import Corpus
    from miner.workflow.graph import Graph
    from miner.workflow.texts import annotate, extract

__all__ = ["Corpus", "Graph", "annotate", "extract"]
__version__ = "0.1.0"

_HOMES = {
    "annotate": "miner.workflow.texts",
    "extract": "miner.workflow.texts",
    "Corpus": "miner.corpus",
    "Graph": "miner.workflow.graph",
}


# Importing a subpackage binds its name here, once. `extract` is to be the function: the name is freed for __getattr__.
import_module("miner.extract")
del globals()["extract"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
