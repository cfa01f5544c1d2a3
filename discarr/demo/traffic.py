"""How many bytes a loopback server has taken and given over HTTP."""

from aiohttp import web


class Traffic:
    """Counts requests and answers with their headers, as they went over the wire."""

    def __init__(self) -> None:
        self._counted = 0
        self._under_way: list[web.StreamResponse] = []

    def add(self, request: web.Request, response: web.StreamResponse) -> None:
        """Count a request now, and its answer once it has been sent."""
        headers = sum(len(name) + len(value) + 4 for name, value in request.raw_headers)
        self._counted += len(request.method) + len(request.path_qs) + 12 + headers + (request.content_length or 0)
        self._under_way.append(response)
        self._settle()

    @property
    def total(self) -> int:
        """Bytes in both directions."""
        self._settle()
        return self._counted

    def _settle(self) -> None:
        # An answer knows its length when it is out; one that never gets out is forgotten after a while.
        self._counted += sum(response.body_length for response in self._under_way if response.body_length)
        self._under_way = [response for response in self._under_way if not response.body_length][-50:]
