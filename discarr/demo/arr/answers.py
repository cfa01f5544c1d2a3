"""What goes back over the wire, and the apps' three shapes of an error body."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from discarr.demo.arr.query import BadQuery
from discarr.demo.arr.removal import AppFailed
from discarr.demo.arr.wire import error_text, json_text

JSON_TYPE = "application/json"
HTML = """<!doctype html>
<html lang="en">
<head><title>{}</title></head>
<body><div id="root" class="root"></div></body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, and a body with its type; an empty body has none."""

    status: int
    body: str = ""
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def ok(value: object, status: int = 200) -> Answer:
    """A value as the apps' controllers send it."""
    return Answer(status, json_text(value), f"{JSON_TYPE}; charset=utf-8")


def not_in_queue() -> Answer:
    """What DELETE says of an unknown queue id."""
    return Answer(404, error_text({"message": "NotFound"}), JSON_TYPE)


def bad_request(content: str) -> Answer:
    """What the apps say of a request that makes no sense to them."""
    return Answer(400, error_text({"message": f"BadRequest: {content}", "content": content}), JSON_TYPE)


def app_failed(error: AppFailed, service: str) -> Answer:
    """Any other exception: the text, and a stack trace with paths. Both can hold a download client's credentials."""
    place = f"{service}.Api.V3.Queue.QueueController.Remove in ./{service}.Api.V3/Queue/QueueController.cs:line 319"
    trace = f"{error.kind}: {error.message}\n   at {place}"
    return Answer(500, error_text({"message": error.message, "description": trace}), JSON_TYPE)


def bad_query(error: BadQuery) -> Answer:
    """ASP.NET's own answer to a parameter it cannot read."""
    return _problem(
        400,
        "One or more validation errors occurred.",
        {"errors": {error.name: [f"The value '{error.value}' is not valid."]}},
    )


def no_such_model() -> Answer:
    """ASP.NET's own answer to the id of a film, series or episode that is not in the library."""
    return _problem(404, "Not Found", {})


def index_page(app_name: str) -> Answer:
    """The web interface, which answers every path that is no API path."""
    return Answer(200, HTML.format(app_name), "text/html")


def _problem(status: int, title: str, more: Mapping[str, object]) -> Answer:
    problem = {
        "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
        "title": title,
        "status": status,
        **more,
        "traceId": "00-0123456789abcdef0123456789abcdef-0123456789abcdef-00",
    }
    return Answer(status, error_text(problem), "application/problem+json; charset=utf-8")
