"""The neural models, run by ONNX Runtime."""
