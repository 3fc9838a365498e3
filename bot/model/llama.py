"""The process of the local model. Run by path, so that it needs nothing of the advisor.

It reads one line of JSON from its standard input (path, name, threads, slots, context, key), serves on a free port of
127.0.0.1, and writes one line back: {"url": …} or {"error": …}. It ends when its standard input does, which the system
closes when the parent dies, whatever killed it.
"""

import importlib
import json
import os
import sys
import threading
from typing import Any


def main() -> None:
    """Serve until the parent is gone."""
    # llama.cpp writes to the terminal where it likes; only the one line below may reach anybody.
    report = os.fdopen(os.dup(1), "w", encoding="utf-8")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    line = sys.stdin.readline()
    if not line:
        return
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        server = _serve(json.loads(line))
    except ImportError:
        answer = {"error": "xllamacpp is not installed"}
    except RuntimeError as error:
        answer = {"error": str(error)}
    else:
        answer = {"url": server.listening_address}
    print(json.dumps(answer), file=report, flush=True)
    if "url" in answer:
        threading.Event().wait()


def _serve(wanted: dict[str, Any]) -> Any:
    xllamacpp: Any = importlib.import_module("xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path = wanted["path"]
    params.model_alias = {wanted["name"]}
    params.hostnames, params.port = ["127.0.0.1"], 0
    # Other users of the machine can reach a loopback port too.
    params.api_keys = [wanted["key"]]
    params.n_parallel, params.n_ctx = wanted["slots"], wanted["slots"] * wanted["context"]
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = wanted["threads"]
    params.ui, params.verbosity, params.offline = False, -1, True
    # By default up to 8 GiB of old prompts are kept; four slots remember what a trial repeats.
    params.cache_ram_mib = 0
    return xllamacpp.Server(params)


def _end_with_parent() -> None:
    while sys.stdin.readline():
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
