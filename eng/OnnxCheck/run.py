"""run.py FOLDER: runs the cases of eng/check-onnx in Python's onnxruntime."""
import json
import pathlib
import sys

import numpy
import onnxruntime

folder = pathlib.Path(sys.argv[1])
sessions = {}
for case in json.loads((folder / "cases.json").read_text()):
    name, model = case["name"], case["model"]
    if model not in sessions:
        sessions[model] = onnxruntime.InferenceSession(str(folder / model), providers=["CPUExecutionProvider"])
    inputs = {
        key: numpy.fromfile(folder / f"{name}.{key}", numpy.float32).reshape(shape) for key, shape in case["inputs"].items()
    }
    sessions[model].run(["upscaled"], inputs)[0].tofile(folder / f"{name}.python")
print(f"onnxruntime {onnxruntime.__version__}")
