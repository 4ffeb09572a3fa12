"""Makes the small sentence model beside it again: `python -m tests.sentence_model.make`.

It needs the packages `onnx` and `tokenizers`, which nothing else here does. Each word is a row of
numbers; words of one thing ("pothole", "crater") have nearly the same, as in a real model.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

FOLDER = Path(__file__).parent
WIDTH = 16
MEANT = (
    ("pothole", "potholes", "crater", "hole", "asphalt", "sinkhole"),
    ("lamp", "light", "dark", "lantern", "bulb"),
    ("garbage", "trash", "rubbish", "litter", "refuse"),
    ("road", "street", "lane", "school", "mill", "near", "the", "on", "in", "again", "please"),
)


def main() -> None:
    """Write `model.onnx` and `tokenizer.json`; the same bytes each time."""
    words = ["[PAD]", "[UNK]", *(word for words in MEANT for word in words)]
    tokenizer = Tokenizer(
        models.WordLevel({word: at for at, word in enumerate(words)}, unk_token="[UNK]")
    )
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(FOLDER / "tokenizer.json"))
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        "words as numbers",
        [_tokens("input_ids"), _tokens("attention_mask")],
        [
            helper.make_tensor_value_info(
                "last_hidden_state", TensorProto.FLOAT, ["batch", "tokens", WIDTH]
            )
        ],
        [numpy_helper.from_array(_table(), "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, FOLDER / "model.onnx")


def _tokens(name: str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])


def _table() -> np.ndarray:
    chance = np.random.default_rng(8)
    rows = [np.zeros(WIDTH), chance.normal(0, 0.05, WIDTH)]
    for words in MEANT:
        middle = chance.normal(0, 1, WIDTH)
        rows += [middle + chance.normal(0, 0.1, WIDTH) for _ in words]
    return np.stack(rows).astype(np.float32)


if __name__ == "__main__":
    main()
