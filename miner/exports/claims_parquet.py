"""Write claims as a Parquet table, one row each."""

from itertools import islice
from pathlib import Path

from miner.errors import UsageError
from miner.exports.claim_rows import COLUMNS, claim_rows
from miner.exports.export_graph import ExportGraph

_ROWS_AT_ONCE = 10_000


def write(graph: ExportGraph, folder: Path) -> list[Path]:
    """Write `exominer_claims.parquet`. Raises UsageError where pyarrow is not installed."""
    try:
        import pyarrow
        from pyarrow.parquet import ParquetWriter
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow - install it with: pip install 'exominer[explorer]'") from error
    kinds = {str: pyarrow.string(), float: pyarrow.float64(), int: pyarrow.int32(), bool: pyarrow.bool_()}
    schema = pyarrow.schema([(name, kinds[type_]) for name, type_ in COLUMNS.items()])
    path = folder / "exominer_claims.parquet"
    rows = claim_rows(graph)
    with ParquetWriter(path, schema, compression="zstd") as writer:
        while batch := list(islice(rows, _ROWS_AT_ONCE)):
            columns = [[_storable(value) for value in values] for values in zip(*batch, strict=True)]
            writer.write_table(pyarrow.table(columns, schema=schema))
    return [path]


def _storable(value: object) -> object:
    """Remove lone surrogates, which UTF-8 cannot encode, from a text; other values are unchanged."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
