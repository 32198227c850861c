"""The two networks (PP-OCRv6 small, in the rapidocr package) on OpenVINO. Nothing is downloaded.

The recogniser's last softmax is taken off: over 18,710 characters it costs a tenth of the time, and of each column
only the best character is asked for.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.errors import UserError

Floats = npt.NDArray[np.float32]
_DETECTOR, _RECOGNISER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
_NEEDED = ("openvino", "rapidocr", "cv2", "PIL")


@dataclass(frozen=True, slots=True)
class Network:
    """A compiled network with one input and one output."""

    request: Any

    def run(self, values: Floats) -> Floats:
        """The output for one input; it stays valid until the next run."""
        self.request.infer([values])
        output: Floats = self.request.get_output_tensor().data
        return output


@dataclass(frozen=True, slots=True)
class Networks:
    """Both networks, and the characters that the recogniser's columns stand for (0 is none, the last a blank)."""

    detector: Network
    recogniser: Network
    alphabet: tuple[str, ...]


def missing_packages() -> list[str]:
    """What must be installed before pictures can be read."""
    return [name for name in _NEEDED if importlib.util.find_spec(name) is None]


def require_packages() -> None:
    """Ask before anything of a picture is touched.

    Raises:
        UserError: which extra to install.
    """
    if missing_packages():
        raise UserError("读图需要 ocr 扩展：pip install 'houxu[ocr]' / reading pictures needs the ocr extra")


def load_networks(threads: int) -> Networks:
    """Read and compile both; `threads` is how many cores one picture may use.

    Raises:
        UserError: the packages are not installed, or have no models inside.
    """
    require_packages()
    import openvino  # type: ignore[import-untyped]

    folder = _models_folder()
    core = openvino.Core()
    config = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": _precision(core)}
    recogniser = core.read_model(folder / _RECOGNISER)
    alphabet = ("", *_characters(recogniser), " ")
    _take_softmax_off(openvino, recogniser)
    return Networks(
        detector=Network(core.compile_model(folder / _DETECTOR, "CPU", config).create_infer_request()),
        recogniser=Network(core.compile_model(recogniser, "CPU", config).create_infer_request()),
        alphabet=alphabet,
    )


def _precision(core: Any) -> str:
    return "bf16" if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"


def _models_folder() -> Path:
    spec = importlib.util.find_spec("rapidocr")
    folder = Path(str(spec.origin)).parent / "models" if spec else Path()
    if not all((folder / name).is_file() for name in (_DETECTOR, _RECOGNISER)):
        raise UserError("rapidocr 包里没有 PP-OCRv6 模型，请安装 rapidocr 3.10 / no PP-OCRv6 models in rapidocr")
    return folder


def _characters(model: Any) -> list[str]:
    found: list[str] = model.get_rt_info()["framework"]["character"].value.splitlines()
    return found


def _take_softmax_off(openvino: Any, model: Any) -> None:
    result = model.get_results()[0]
    softmax = result.input_value(0).get_node()
    if softmax.get_type_name() == "Softmax":
        bare = openvino.opset13.result(softmax.input_value(0))
        model.add_results([bare])
        model.remove_result(result)
        model.validate_nodes_and_infer_types()
