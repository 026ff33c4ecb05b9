"""Datasets under the module name of the platform's documented SDK."""

from __future__ import annotations

from .datasets import MLOpsDataset, MLOpsDatasetClient

__all__ = ["MLOpsDataset", "MLOpsDatasetClient"]
