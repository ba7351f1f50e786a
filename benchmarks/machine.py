"""What a result depends on besides the code: machine, versions, threads. Nothing that names the machine or its user."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

import gradstudio
from benchmarks.peers import ENVIRONMENT, cores, environment

_ROOT = Path(__file__).resolve().parent.parent
_FLAGS = ("sse4_2", "avx", "avx2", "fma", "avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512_bf16", "amx_tile")
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_WAIT_POLICY", "GOMP_SPINCOUNT")


def facts() -> dict[str, Any]:
    """What to write beside the numbers."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    about = _processor()
    variables = environment()
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": about.get("model name", platform.processor() or "unknown"),
        "flags": [flag for flag in _FLAGS if flag in about.get("flags", "").split()],
        "cores": cores(),
        "memory": _memory(),
        "load": list(os.getloadavg()) if hasattr(os, "getloadavg") else [],
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        "gradstudio": gradstudio.__version__,
        "commit": _commit(),
        "numpy": np.__version__,
        "blas": f"{blas.get('name', 'unknown')} {blas.get('version', '')}".strip(),
        "environment": {name: variables[name] for name in (*_THREADS, *ENVIRONMENT) if name in variables},
    }


def _commit() -> str:
    """What of the project is measured; empty where git does not tell."""
    said = []
    for words in (["rev-parse", "--short", "HEAD"], ["status", "--porcelain", "--", "gradstudio"]):
        try:
            command = ["git", "--no-optional-locks", *words]
            ran = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return ""
        said.append(ran.stdout.strip())
    return said[0] + (" with changes" if said[1] else "")


def _processor() -> dict[str, str]:
    """The first processor's lines of /proc/cpuinfo; empty on other systems."""
    file = Path("/proc/cpuinfo")
    if not file.exists():
        return {}
    first = file.read_text().split("\n\n")[0]
    pairs = [line.split(":", 1) for line in first.splitlines() if ":" in line]
    return {name.strip(): value.strip() for name, value in pairs}


def _memory() -> float:
    """GiB of memory; 0 where it cannot be asked for."""
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return 0.0
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1)
