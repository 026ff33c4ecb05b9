"""Names that differ: modules and their packages, libraries and theirs."""

from __future__ import annotations

import sys
from difflib import get_close_matches

from .failure import Failure

_OF_MODULES = {
    "Crypto": "pycryptodome",
    "PIL": "pillow",
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "distutils": "setuptools",
    "dotenv": "python-dotenv",
    "fitz": "pymupdf",
    "google.cloud": "google-cloud-storage",
    "jwt": "pyjwt",
    "pkg_resources": "setuptools",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "PyYAML",
}
# The packages of Debian and Ubuntu, as the platform's containers are made of them.
_OF_LIBRARIES = {
    "libEGL": "libegl1",
    "libGL": "libgl1",
    "libGLU": "libglu1-mesa",
    "libSM": "libsm6",
    "libX11": "libx11-6",
    "libXext": "libxext6",
    "libXrender": "libxrender1",
    "libcairo": "libcairo2",
    "libgfortran": "libgfortran5",
    "libglib-2.0": "libglib2.0-0",
    "libgomp": "libgomp1",
    "libgthread-2.0": "libglib2.0-0",
    "libmagic": "libmagic1",
    "libmpi": "libopenmpi-dev",
    "libmysqlclient": "libmysqlclient-dev",
    "libodbc": "unixodbc",
    "libpq": "libpq5",
    "libsndfile": "libsndfile1",
    "libstdc++": "libstdc++6",
    "libtbb": "libtbb2",
}
_WELL_KNOWN = (
    "catboost", "cloudpickle", "dask", "duckdb", "imbalanced-learn", "joblib",
    "keras", "lightgbm", "matplotlib", "numpy", "openpyxl", "optuna", "pandas",
    "polars", "prophet", "pyarrow", "requests", "scikit-learn", "scipy", "shap",
    "statsmodels", "tensorflow", "torch", "transformers", "xgboost",
)  # fmt: skip


def distribution(module: str) -> str:
    """The package that brings a module, as far as it is known."""
    top = module.partition(".")[0]
    return _OF_MODULES.get(module) or _OF_MODULES.get(top) or top


def pinned(package: str, failure: Failure) -> str:
    """The package at this kernel's version, where the kernel has it."""
    version = failure.here(package)
    return f"{package}=={version}" if version else package


def system_package(library: str) -> str | None:
    """The system's package that holds a library such as ``libgomp.so.1``."""
    return _OF_LIBRARIES.get(library.partition(".so")[0])


def similar(package: str, failure: Failure) -> str | None:
    """A package that is meant, perhaps: in this kernel, or well known."""
    if package in _OF_MODULES:
        return _OF_MODULES[package]
    known = {name.lower(): name for name in (*failure.kernel, *_WELL_KNOWN)}
    found = get_close_matches(package.lower(), known, 1, cutoff=0.75)
    return known[found[0]] if found else None


def is_of_python(module: str) -> bool:
    """True for a module of this kernel's standard library."""
    return module.partition(".")[0] in sys.stdlib_module_names


def is_older(python: str, other: str) -> bool:
    """True when the first version, such as ``3.9``, comes before the second."""
    return bool(python and other) and _key(python) < _key(other)


def _key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
