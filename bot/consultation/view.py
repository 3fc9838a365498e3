"""The facts that hold in a consultation, and those that are disputed."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.consultation.base import Value
from bot.consultation.claims import union_of
from bot.consultation.model import Claim, Consultation, How
from knowledge.decision import Derive, Held, follow, with_unanswerable
from knowledge.load import Knowledge
from knowledge.schema import Fact


@dataclass(frozen=True)
class Known:
    """One fact as it counts now."""

    value: Value
    how: How
    by: str
    quote: str | None = None
    growing: bool = False


@dataclass(frozen=True)
class View:
    """The facts of a case as they count now, who disagrees, and what nobody knows."""

    known: Mapping[str, Known]
    disputed: Mapping[str, tuple[Claim, ...]] = field(default_factory=dict[str, tuple[Claim, ...]])
    declined: frozenset[str] = frozenset()
    followed: frozenset[str] = frozenset()
    """Facts whose value finer ones give."""

    @property
    def held(self) -> Held:
        return Held(
            {f: k.value for f, k in self.known.items()},
            frozenset(f for f, k in self.known.items() if k.growing),
            frozenset(f for f, k in self.known.items() if k.how is How.assumed),
            self.declined,
            self.followed,
        )


_Claims = Mapping[str, tuple[Claim, ...]]
_LATELY: deque[tuple[_Claims, Knowledge, Derive, View]] = deque(maxlen=8)
"""A turn looks at the same claims several times over. They are told apart as objects: none is changed in place."""


def view(case: Consultation, knowledge: Knowledge, derive: Derive) -> View:
    """Return the facts as they count: measured over told, a value over "I don't know", agreement over dispute."""
    for claims, by, how, seen in tuple(_LATELY):
        if claims is case.claims and by is knowledge and how is derive:
            return seen
    seen = _view(case.claims, knowledge, derive)
    _LATELY.append((case.claims, knowledge, derive, seen))
    return seen


def _view(held: _Claims, knowledge: Knowledge, derive: Derive) -> View:
    known: dict[str, Known] = {}
    disputed: dict[str, tuple[Claim, ...]] = {}
    declined: set[str] = set()
    for fact in (f for f in knowledge.facts if f in held):
        spec, claims = knowledge.facts[fact], held[fact]
        told = [c for c in claims if c.value is not None]
        if not told:
            if spec.assume is None:
                declined.add(fact)
            else:
                known[fact] = Known(spec.assume, How.assumed, claims[-1].by)
            continue
        measured = [c for c in told if c.how is How.measured]
        merged = _over(spec, measured[-1], told) if measured else _merge(spec, told)
        if merged is None:
            disputed[fact] = tuple(told)
        else:
            known[fact] = merged
    followed = {f: k for f, k in _followed(knowledge, known).items() if f not in disputed}
    known |= followed
    computed = derive({f: k.value for f, k in known.items()})
    known |= {f: Known(v, How.computed, "") for f, v in computed.items() if f not in known}
    full = with_unanswerable(knowledge, View(known, disputed, frozenset(declined)).held)
    known |= {f: Known(full.facts[f], How.assumed, "") for f in full.assumed if f not in known}
    return View(known, disputed, frozenset(declined - followed.keys()), frozenset(followed))


def _followed(knowledge: Knowledge, known: Mapping[str, Known]) -> dict[str, Known]:
    """Return what finer facts say of those that nobody has told, with the words of the finer ones."""
    found: dict[str, Known] = {}
    for fact, each in follow(knowledge, {f: k.value for f, k in known.items()}).items():
        if fact not in known or known[fact].how is How.assumed:
            finer = [known[f] for f in each.condition.facts if f in known]
            found[fact] = replace(next((k for k in finer if k.quote), finer[0]), value=each.value, growing=False)
    return found


def _over(spec: Fact, measured: Claim, told: Sequence[Claim]) -> Known:
    """Return a measurement, which stands over what was told; sets and such as can only grow take in the rest."""
    assert measured.value is not None  # noqa: S101 - the caller filters
    value = measured.value
    if spec.type == "set":
        value = union_of(spec, told)
    elif spec.at_least:
        rank = spec.values.index if spec.values else int
        value = max((c.value for c in told if c.value is not None), key=lambda v: rank(v))  # type: ignore[arg-type]
    return Known(value, How.measured, measured.by)


def _merge(spec: Fact, claims: Sequence[Claim]) -> Known | None:
    last = claims[-1]
    assert last.value is not None  # noqa: S101 - the caller filters
    if spec.type == "set":
        sets = [set(c.value) for c in claims if isinstance(c.value, tuple)]
        alone = [s for s in sets if s & set(spec.alone)]
        closed = [set(c.value) - {*spec.yields} for c in claims if c.closed and isinstance(c.value, tuple)]
        if (alone and any(s != alone[0] for s in sets)) or any(not (a <= b or b <= a) for a in closed for b in closed):
            return None
        best = max(claims, key=lambda c: (c.closed, c.quote is not None))
        return Known(union_of(spec, claims), best.how, best.by, best.quote, not any(c.closed for c in claims))
    if len({c.value for c in claims}) > 1:
        return None
    first = next((c for c in claims if c.quote), claims[0])
    return Known(last.value, first.how, first.by, first.quote)


def undisputed(seen: View) -> View:
    """Return the same with the latest claim of each dispute as an assumption."""
    latest = {f: claims[-1] for f, claims in seen.disputed.items()}
    assumed = {f: Known(c.value, How.assumed, c.by) for f, c in latest.items() if c.value is not None}
    return View({**seen.known, **assumed}, {}, seen.declined, seen.followed)
