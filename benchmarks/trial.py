"""What the trial's loop and client cost: time over the ideal, over bare clients and other evaluators; 429s, and memory.

    python -m benchmarks.trial [--rounds 3] [--promptfoo PATH] [--inspect PATH]

300 calls at concurrency 32 against a loopback server with a fixed latency; the ideal is ceil(300 / 32) latencies. The
server and every side run in processes of their own, and the sides take turns. The calls are timed by the server, from
when the first of them came until the last was answered, whoever makes them; the trial and the bare clients have opened
their connections before. Beside that stands the time of the whole process. The last line is JSON.
"""

import argparse
import asyncio
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import urlopen

from benchmarks import evaluators
from bot.consultation.model import Pair
from bot.model.client import Model
from bot.trial.run import run
from bot.trial.scorers.label import Label
from bot.trial.task import Task

HERE = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
CALLS, AT_ONCE, REPEATS = 300, 32, 5
MANY = 10_000
TEXT = "I love how quickly it answers."
PROMPT = "Is this positive or negative? {input}"
MESSAGES = [{"role": "user", "content": PROMPT.replace("{input}", TEXT)}]
SIDES = ("trial", "openai over aiohttp", "openai", "aiohttp")
"""The trial, and three bare clients with a semaphore."""
AGAIN = "1"
"""Seconds that the server asks to wait with a 429."""

Once = Callable[[], Awaitable[float]]


def ideal(seconds: float) -> float:
    return math.ceil(CALLS / AT_ONCE) * seconds


def task(calls: int) -> Task:
    """Return a task of this many calls: items times repeats on one rung, run in full."""
    pairs = tuple(Pair(input=f"{TEXT} {n}", output="positive") for n in range(calls // REPEATS))
    scorer = Label(labels=("negative", "positive"))
    return Task(pairs=pairs, prompt=PROMPT, scorer=scorer, rungs=("bare",), repeats=REPEATS, early_stop=False)


async def trial(url: str, calls: int) -> tuple[float, dict[str, int]]:
    """Return the wall time of a whole trial, and what came of its calls."""
    model = Model("m", url)
    # Open the connections, as the bare clients do in their first round.
    await asyncio.gather(*(model.complete(MESSAGES) for _ in range(AT_ONCE)))
    began = time.perf_counter()
    made = await run(task(calls), model)
    took = time.perf_counter() - began
    await model.aclose()
    passed = sum(call.passed is True for call in made)
    failed = sum(call.error is not None for call in made)
    return took, {"passed": passed, "wrong": len(made) - passed - failed, "failed": failed}


async def timed(one: Callable[[], Awaitable[Any]]) -> float:
    """Return the wall time of all calls, after a round that opens the connections."""
    room = asyncio.Semaphore(AT_ONCE)

    async def call() -> None:
        async with room:
            await one()

    await asyncio.gather(*(call() for _ in range(AT_ONCE)))
    began = time.perf_counter()
    await asyncio.gather(*(call() for _ in range(CALLS)))
    return time.perf_counter() - began


async def bare_aiohttp(url: str) -> float:
    import aiohttp

    async with aiohttp.ClientSession() as session:

        async def one() -> None:
            body = {"model": "m", "messages": MESSAGES, "max_tokens": 4096}
            async with session.post(f"{url}/chat/completions", json=body) as answer:
                assert (await answer.json())["choices"][0]["message"]["content"] == "positive"

        return await timed(one)


async def bare_openai(url: str, over_aiohttp: bool) -> float:
    from openai import AsyncOpenAI, DefaultAioHttpClient

    more: dict[str, Any] = {"http_client": DefaultAioHttpClient()} if over_aiohttp else {}
    async with AsyncOpenAI(api_key="none", base_url=url, max_retries=5, **more) as client:
        messages: Any = MESSAGES

        async def one() -> None:
            done = await client.chat.completions.create(model="m", messages=messages, max_tokens=4096)
            assert done.choices[0].message.content == "positive"

        return await timed(one)


async def side(name: str, url: str) -> float:
    """Return the wall time of one side."""
    match name:
        case "trial":
            took, counts = await trial(url, CALLS)
            assert counts["passed"] == CALLS
            return took
        case "aiohttp":
            return await bare_aiohttp(url)
        case _:
            return await bare_openai(url, name.endswith("aiohttp"))


def serve(latency: float, every: int) -> None:
    """Serve completions after `latency` seconds, and a 429 at every n-th request where `every` is not 0."""
    from aiohttp import web

    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "positive"}}
    usage = {"prompt_tokens": 20, "completion_tokens": 1, "total_tokens": 21}
    body = json.dumps({"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]})
    answer = json.dumps({**json.loads(body), "usage": usage}).encode()
    came, went = list[float](), list[float]()

    async def complete(request: web.Request) -> web.Response:
        came.append(time.perf_counter())
        refused = every and len(came) % every == 0
        await request.read()
        if refused:
            return web.json_response({"error": {"message": "slow down"}}, status=429, headers={"Retry-After": AGAIN})
        await asyncio.sleep(latency)
        went.append(time.perf_counter())
        return web.Response(body=answer, content_type="application/json")

    async def span(_: web.Request) -> web.Response:
        """Tell for how long the last calls took together, and forget them."""
        took = went[-1] - came[-CALLS]
        came.clear()
        went.clear()
        return web.json_response(took)

    async def run_server() -> None:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", complete)
        app.router.add_get("/v1/span", span)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(runner.addresses[0][1], flush=True)
        await asyncio.Event().wait()

    asyncio.run(run_server())


@contextmanager
def server(latency: float, every: int = 0) -> Generator[str]:
    command = [sys.executable, __file__, "--serve", str(latency), str(every)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=HERE) as process:
        assert process.stdout
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        finally:
            process.kill()


def in_own_process(what: str, url: str) -> Any:
    """Run one side elsewhere and return what it printed."""
    command = [sys.executable, __file__, "--side", what, url]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=HERE)
    return json.loads(done.stdout.splitlines()[-1])


def other(name: str, command: str, url: str) -> None:
    """Run another evaluator over the same prompts."""
    inputs = tuple(pair.input for pair in task(CALLS).pairs)
    asked = evaluators.Asked(inputs, PROMPT, "positive", REPEATS, AT_ONCE)
    with TemporaryDirectory() as folder:
        passed = evaluators.KNOWN[name][0](command, asked, url, Path(folder))
    if passed != CALLS:
        raise SystemExit(f"{name} counts {passed} of {CALLS} as passed.")


def compared(latency: float, rounds: int, others: dict[str, str]) -> dict[str, float]:
    """Return the median time of each side's calls over the ideal."""
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in (*SIDES, *others)}
    with server(latency) as url:
        for _ in range(rounds):
            for name in took:
                began = time.perf_counter()
                if name in others:
                    other(name, others[name], url)
                else:
                    in_own_process(name, url)
                whole = time.perf_counter() - began
                with urlopen(f"{url}/span") as answer:  # noqa: S310  on loopback
                    took[name].append((float(answer.read()), whole))
    best = ideal(latency)
    print(f"\n{CALLS} calls, {AT_ONCE} at once, {latency * 1000:.0f} ms a call; ideal {best:.2f} s")
    for name, times in took.items():
        calls, wholes = zip(*times, strict=True)
        middle = statistics.median(calls)
        spread = f"{min(calls):.2f} to {max(calls):.2f}"
        whole = f"the whole process {statistics.median(wholes):.1f} s"
        print(f"  {name:20} {middle:.3f} s ({spread}), {middle / best:.3f} of the ideal; {whole}")
    return {name: statistics.median(calls for calls, _ in times) / best for name, times in took.items()}


def refused() -> dict[str, Any]:
    """Return what a trial comes to where every seventh request is refused."""
    with server(0.05, 7) as url:
        took, counts = in_own_process("refused", url)
    print(f"\nA 429 at every seventh request, Retry-After {AGAIN} s: {took:.1f} s, {counts}")
    return counts


def memory() -> float:
    """Return the peak of a process that runs and keeps 10,000 results, in MiB."""
    with server(0.0) as url:
        before, after = in_own_process("memory", url)
    print(f"\n{MANY:,} results: peak {after:.0f} MiB, {after - before:.0f} of them for the trial itself")
    return after


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def alone(what: str, url: str) -> Any:
    """Do what another process asked for."""
    match what:
        case "refused":
            return await trial(url, CALLS)
        case "memory":
            await trial(url, CALLS)
            before = peak()
            _, counts = await trial(url, MANY)
            assert counts["passed"] == MANY
            return before, peak()
        case _:
            return await side(what, url)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    for name, (_, usual) in evaluators.KNOWN.items():
        parser.add_argument(f"--{usual}", help=f"the command of {name}")
    parser.add_argument("--serve", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--side", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(float(given.serve[0]), int(given.serve[1]))
    elif given.side:
        print(json.dumps(asyncio.run(alone(*given.side))))
    else:
        named = {name: getattr(given, usual) for name, (_, usual) in evaluators.KNOWN.items()}
        others = evaluators.found(named)
        short, long = compared(0.05, given.rounds, others), compared(0.5, given.rounds, others)
        figures = {
            "over_ideal_50ms": round(short["trial"], 3),
            "over_ideal_500ms": round(long["trial"], 3),
            "over_bare_client": round(short["trial"] / short["openai over aiohttp"], 3),
            **{f"{name}_over_ideal_50ms": round(short[name], 3) for name in others},
            **{f"{name}_over_ideal_500ms": round(long[name], 3) for name in others},
            "answered_with_429": refused()["passed"],
            "peak_mib_10000": round(memory(), 1),
        }
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
