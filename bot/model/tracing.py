"""Traces of turns and model calls, by OpenTelemetry's conventions for generative AI: off, and for nothing, by default.

What somebody wrote never stands in a trace, and of errors only their kind.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bot.settings import SettingsError
from bot.text.extras import command

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor

Tell = Callable[[Mapping[str, Any]], None]
"""Adds attributes to a span."""
MISSING = f"ADVISOR_TRACES needs the extra otel: {command('otel')} adds it."
EXPORTER = "opentelemetry.exporter.otlp.proto.http.trace_exporter"
_tracer: Any = None


def lacking() -> str | None:
    """Say what traces would need here, None where they can be sent."""
    try:
        import_module(EXPORTER)
    except ImportError:
        return MISSING
    return None


@contextmanager
def traced(processor: "SpanProcessor | None" = None) -> Generator[None]:
    """Trace what runs inside; without a processor spans go to the collector of OTEL_EXPORTER_OTLP_ENDPOINT.

    SettingsError where the extra is not installed.
    """
    global _tracer
    try:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider

        provider = TracerProvider(resource=Resource.create({"service.name": "finetune-advisor"}))
        provider.add_span_processor(processor or _to_collector())
    except ImportError:
        raise SettingsError(MISSING) from None
    # Not made the one of the whole process: libraries would put ids and addresses into spans of their own.
    _tracer = provider.get_tracer("finetune-advisor")
    try:
        yield
    finally:
        _tracer = None
        provider.shutdown()


def _to_collector() -> "SpanProcessor":
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    # Of the extra alone: who develops needs no exporter.
    exporter: Any = import_module(EXPORTER)
    return BatchSpanProcessor(exporter.OTLPSpanExporter())


@contextmanager
def span(name: str, attributes: Mapping[str, Any], *, client: bool = False) -> Generator[Tell]:
    """Trace what runs inside as one span, where traces are on; `client` for a call of another server."""
    if _tracer is None:
        yield _nothing
        return
    from opentelemetry.trace import SpanKind, Status, StatusCode

    kind = SpanKind.CLIENT if client else SpanKind.INTERNAL
    with _tracer.start_as_current_span(
        name, kind=kind, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as made:
        try:
            yield made.set_attributes
        except BaseException as error:
            made.set_attribute("error.type", str(getattr(error, "kind", type(error).__name__)))
            made.set_status(Status(StatusCode.ERROR))
            raise


def _nothing(_: Mapping[str, Any]) -> None:
    pass
