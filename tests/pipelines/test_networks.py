"""The networks on tiny random weights; they need torch, which only the training environment has."""

import math
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from pipelines.train import kinds  # noqa: E402
from pipelines.train.kinds import PIECES, PLACES, Kind, rename_bert, rename_mpnet  # noqa: E402
from pipelines.train.learning import BATCH, descend, shuffled_batches  # noqa: E402
from pipelines.train.network import Distances, Recognizer, Shared, layer_groups, load_recognizer  # noqa: E402

PLAIN = Kind("plain", 16, 2, 32, 1e-12, shared=2, recognizer=1, relations=1, rate=1e-3)
APART = replace(PLAIN, name="apart", distances=32, decay=0.5)
BOTH = pytest.mark.parametrize("kind", [PLAIN, APART], ids=lambda kind: kind.name)


def shared_of(kind: Kind) -> Any:
    torch.manual_seed(3)
    shared = Shared(kind)
    if shared.layers.distances is not None:
        torch.nn.init.normal_(shared.layers.distances.scores.weight, std=2.0)
    return shared.eval()


def inputs(length: int) -> tuple[Any, Any]:
    ids = torch.randint(1000, 2000, (1, length), generator=torch.Generator().manual_seed(length))
    return ids, ids % 6


@BOTH
@pytest.mark.parametrize("padding", [1, 40, 200])
def test_padding_does_not_change_what_a_text_gives(kind: Kind, padding: int) -> None:
    shared = shared_of(kind)
    ids, shapes = inputs(30)
    mask = torch.zeros(1, 30 + padding)
    mask[:, :30] = 1
    padded = [torch.nn.functional.pad(rows, (0, padding)) for rows in (ids, shapes)]
    with torch.no_grad():
        torch.testing.assert_close(shared(*padded, mask)[:, :30], shared(ids, shapes, None))


def bucket(gap: int) -> int:
    """MPNet's class of a distance, one at a time."""
    side = 16 if gap > 0 else 0
    if abs(gap) < 8:
        return side + abs(gap)
    return side + min(15, 8 + int(math.log(abs(gap) / 8) / math.log(128 / 8) * 8))


def test_distances_are_classed_as_mpnet_classes_them() -> None:
    distances = Distances(APART)
    distances.scores.weight.data = torch.arange(32.0)[:, None].repeat(1, APART.heads)
    scores = distances(PLACES)[0, 0].detach()
    for here in (0, 100, PLACES - 1):
        assert scores[here].tolist() == [bucket(there - here) for there in range(PLACES)]


def transformers_weights(kind: Kind, names: dict[str, str], rows: int) -> dict[str, Any]:
    """Weights as transformers names them, each filled with a number of its own."""
    shapes = {"up": (kind.inner, kind.width), "down": (kind.width, kind.inner)}
    weights = {}
    for layer in range(kind.shared + kind.recognizer):
        for own, its in names.items():
            shape = (kind.width,) if own.startswith("norm") else shapes.get(own, (kind.width, kind.width))
            weights[f"encoder.layer.{layer}.{its}.weight"] = torch.full(shape, float(len(weights)))
            weights[f"encoder.layer.{layer}.{its}.bias"] = torch.full(shape[:1], float(len(weights)))
    at = "embeddings."
    for part in ("weight", "bias"):
        weights[f"{at}LayerNorm.{part}"] = torch.full((kind.width,), float(len(weights)))
    for table in ("word", "position"):
        weights[f"{at}{table}_embeddings.weight"] = torch.arange(float(rows))[:, None].repeat(1, kind.width)
    return weights


def test_mpnet_gets_the_rows_of_berts_vocabulary() -> None:
    its = transformers_weights(APART, kinds._MPNET, PIECES + 5)
    its["encoder.relative_attention_bias.weight"] = torch.randn(32, APART.heads)
    own = rename_mpnet(its)
    shared, recognizer = Shared(APART, own), Recognizer(APART, own)
    words = shared.words.weight[:, 0]
    assert [int(words[row]) for row in (0, 100, 101, 102, 103, 2000)] == [4, 104, 0, 2, 107, 2004]
    assert shared.places.weight[:3, 0].tolist() == [2, 3, 4]
    for stack in (shared.layers, recognizer.layers):
        torch.testing.assert_close(stack.distances.scores.weight, its["encoder.relative_attention_bias.weight"])
    third = recognizer.layers.each[0]
    values = its["encoder.layer.2.attention.attn.v.weight"]
    torch.testing.assert_close(third.qkv.weight[2 * APART.width :], values)
    torch.testing.assert_close(third.norm2.bias, its["encoder.layer.2.output.LayerNorm.bias"])


def test_minilm_adds_the_first_token_type_to_every_place() -> None:
    its = transformers_weights(PLAIN, kinds._BERT, PIECES)
    its["embeddings.token_type_embeddings.weight"] = torch.tensor([[0.5], [9.0]]).repeat(1, PLAIN.width)
    shared = Shared(PLAIN, rename_bert(its))
    assert shared.places.weight[:2, 0].tolist() == [0.5, 1.5]
    keys = its["encoder.layer.1.attention.self.key.bias"]
    torch.testing.assert_close(shared.layers.each[1].qkv.bias[PLAIN.width : 2 * PLAIN.width], keys)


def test_lower_layers_learn_more_slowly() -> None:
    shared, recognizer = Shared(APART), Recognizer(APART)
    rate_of = {
        id(parameter): rate
        for parameters, rate in layer_groups(APART, [shared.layers, recognizer.layers])
        for parameter in parameters
    }
    layers = [*shared.layers.each, *recognizer.layers.each]
    assert [rate_of[id(layer.up.weight)] for layer in layers] == [2.5e-4, 5e-4, 1e-3]
    assert {id(p) for m in (shared.layers, recognizer.layers) for p in m.parameters()} == set(rate_of)


@BOTH
def test_a_recognizer_is_read_as_it_was_written(kind: Kind, tmp_path: Path) -> None:
    shared, recognizer = shared_of(kind), Recognizer(kind, kinds=5)
    parts = {"shared": shared.state_dict(), "recognizer": recognizer.state_dict()}
    torch.save({"encoder": vars(kind), **parts}, tmp_path / "one.pt")
    read, again, reread = load_recognizer(tmp_path / "one.pt")
    assert read == kind
    ids, shapes = inputs(9)
    with torch.no_grad():
        torch.testing.assert_close(again(ids, shapes, None), shared(ids, shapes, None))
    torch.testing.assert_close(reread.out.weight, recognizer.out.weight)


def test_a_batch_holds_items_of_about_one_length_and_each_item_comes_once() -> None:
    random.seed(1)
    lengths = [random.randrange(400) for _ in range(4 * 16 * 3 + 7)]
    batches = list(shuffled_batches(lengths, 4, lambda length: length))
    assert sorted(length for batch in batches for length in batch) == sorted(lengths)
    assert np.mean([max(batch) - min(batch) for batch in batches]) < 40
    assert [max(batch) for batch in batches] != sorted(max(batch) for batch in batches)


class Interrupted(Exception):
    pass


def learn(out: Path, stop_after: int | None = None) -> list[float]:
    """The weights of a small regression trained for four epochs, or until it is interrupted."""
    random.seed(5)
    torch.manual_seed(5)
    model = torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.Dropout(0.2))
    items = [torch.randn(4) for _ in range(5 * BATCH)]
    steps = 0

    def loss_of(chosen: list[Any]) -> Any:
        nonlocal steps
        if steps == stop_after:
            raise Interrupted
        steps += 1
        rows = torch.stack(chosen)
        return (model(rows[:, :3])[:, 0] - rows[:, 3]).pow(2).mean()

    descend(items, lambda item: 1, 4, [model], [(list(model.parameters()), 0.05)], loss_of, out)
    return [float(w) for p in model.parameters() for w in p.flatten()]


@pytest.mark.parametrize("stop_after", [5, 12, 19])
def test_an_interrupted_training_ends_as_an_uninterrupted_one(tmp_path: Path, stop_after: int) -> None:
    expected = learn(tmp_path / "whole")
    with pytest.raises(Interrupted):
        learn(tmp_path / "cut", stop_after)
    assert learn(tmp_path / "cut") == pytest.approx(expected, rel=1e-6)
    assert not list(tmp_path.iterdir())


@BOTH
@pytest.mark.parametrize("length", [5, 77, PLACES])
def test_the_exported_layers_give_what_the_network_gives(kind: Kind, length: int, tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    import onnxruntime

    from pipelines.train.export import SharedLayers, write_graph

    shared = shared_of(kind)
    ids, shapes = inputs(length)
    with torch.no_grad():
        expected = shared(ids, shapes, None).numpy()
    example = inputs(20)
    path = tmp_path / "shared.onnx"
    write_graph(SharedLayers(shared), {"ids": example[0], "shapes": example[1]}, ["rows"], path, int8=False)
    session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    rows = session.run(None, {"ids": ids.numpy(), "shapes": shapes.numpy()})[0]
    np.testing.assert_allclose(rows, expected, atol=5e-3)
