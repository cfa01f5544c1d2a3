"""Turns each failed request into an ArrError with a sentence for people.

The outcome of a removal is uncertain unless the answer proves that nothing was done. No sentence ends in a question
mark or a full stop: it becomes part of a longer one.
"""

import socket
import ssl
from collections.abc import Iterator
from http import HTTPStatus

import httpx

from discarr import errors
from discarr.model.instance import Instance

_EXPIRED, _NOT_YET_VALID = 10, 9
_OTHER_NAMES = frozenset({62, 64})
_UNKNOWN_ISSUERS = frozenset({2, 18, 19, 20, 21, 27})
"""X509_V_ERR_*: OpenSSL's include/openssl/x509_vfy.h."""
_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNKNOWN_PROTOCOL"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PROXY_UNREACHED = frozenset({502, 520, 521, 523, 525, 526, 530})
_NOT_DONE = {
    "/manualimport": "cannot list the files: the download is not complete in its client, or its folder is missing",
    "/queue/grab/": "could not grab it: the indexer no longer has it, or no download client accepted it",
}
"""What a 500 of these routes means: the first is for a download without a folder, after the second it still waits."""
_PROXY_WAITED = frozenset({504, 522, 524})
"""The status codes of any proxy, and those of Cloudflare."""


class Failures:
    """Explains the failed requests of one instance, by the names of its settings."""

    def __init__(self, instance: Instance, *, ca_named: bool) -> None:
        """`ca_named` is True if the settings name a CA file."""
        self._url = instance.variable("URL")
        self._key = instance.variable("API_KEY")
        self._verify_tls = instance.variable("VERIFY_TLS")
        self._ca_named = ca_named

    def of_wire(self, error: Exception) -> errors.ArrError:
        """Return the meaning of an httpx error or a TimeoutError."""
        causes = list(_causes(error))
        uncertain = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
        tls = next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None)
        if tls is not None and not isinstance(tls, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            return errors.TlsTrouble(self._tls_sentence(tls), uncertain=uncertain)
        if any(isinstance(cause, socket.gaierror) for cause in causes):
            return errors.Unreachable(f"cannot be reached: the host name in {self._url} cannot be resolved")
        if isinstance(error, httpx.ConnectTimeout):
            return errors.TimedOut(
                f"cannot be reached: the connection timed out; check that its host is up and that {self._url} is right"
            )
        if isinstance(error, httpx.TimeoutException | TimeoutError):
            return errors.TimedOut("does not answer in time: it is busy or hanging", uncertain=uncertain)
        if isinstance(error, httpx.ConnectError) and tls is None:
            return errors.Unreachable(
                f"cannot be reached: nothing is listening there; check that it is running and that {self._url} is right"
            )
        return errors.Unreachable("closed the connection before its answer was complete", uncertain=uncertain)

    def _tls_sentence(self, error: ssl.SSLError) -> str:
        if isinstance(error, ssl.SSLCertVerificationError):
            return self._certificate_sentence(error.verify_code)
        if error.reason in _NO_TLS:
            return (
                f"does not use TLS on this port: check whether {self._url} should start with http or name another port"
            )
        if error.reason == "TLSV13_ALERT_CERTIFICATE_REQUIRED":
            return "requires a client certificate, which Discarr does not have: turn that off in its proxy"
        return f"refuses the TLS handshake: check that {self._url} has the host name that it expects"

    def _certificate_sentence(self, code: int) -> str:
        if code == _EXPIRED:
            return "has an expired certificate: renew it, or correct the clock of Discarr's host"
        if code == _NOT_YET_VALID:
            return "has a certificate that is not valid yet: check the clocks of both hosts"
        if code in _OTHER_NAMES:
            return f"has a certificate for another host name: use that name in {self._url}"
        if code not in _UNKNOWN_ISSUERS:
            return "has an invalid certificate: have its CA issue a new one"
        if self._ca_named:
            return f"has a certificate from a CA other than the one in {self._verify_tls}: name its own CA's file there"
        return f"has a certificate from an unknown CA: name that CA's file in {self._verify_tls}"

    def of_answer(self, answer: httpx.Response) -> errors.ArrError | None:
        """Return the meaning of a status or a web page; None for a good answer. For a 401 call `unauthorized`.

        The body is never read: it can contain keys and paths.
        """
        status = answer.status_code
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return self._of_server(answer)
        if status >= HTTPStatus.BAD_REQUEST:
            return self._of_request(answer)
        if "location" in answer.extensions:
            return self._of_redirect(answer.extensions["location"])
        if not answer.is_success:
            return errors.BadAnswer(_odd(status), uncertain=True)
        if _is_page(answer):
            sentence = f"answered with a web page: check that {self._url} is right, has its URL base and needs no login"
            return errors.WrongAddress(sentence, uncertain=True)
        return None

    def _of_redirect(self, location: str) -> errors.ArrError:
        if "/api/v3/" in location.partition("?")[0]:
            return errors.WrongAddress(f"has moved: {self._url} needs its URL base at the end, or https")
        return errors.WrongAddress(
            f"redirects elsewhere, perhaps to a login page: {self._url} must lead to the app itself, with its URL base"
        )

    def _of_request(self, answer: httpx.Response) -> errors.ArrError:
        """Return the meaning of a status from 400 to 499: the request was rejected, and nothing was done."""
        status = answer.status_code
        if status == HTTPStatus.FORBIDDEN:
            # The apps never answer an API request like this (ApiKeyAuthenticationHandler.cs).
            return self._blocked(answer, "denies access")
        if status == HTTPStatus.NOT_FOUND:
            if _not_done(answer):
                return errors.BadAnswer("is too old for that: it has no such function (404)")
            return errors.WrongAddress(f"has no API at that address (404): check {self._url} and its URL base")
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return errors.ServerFailed("is behind a proxy that limits requests (429): raise the proxy's limit")
        if _is_of_proxy(answer) or status == HTTPStatus.BAD_REQUEST and not is_json(answer):
            sentence = (
                f"is behind a proxy that rejects the request ({status}): check {self._url}, including http or https"
            )
            return errors.WrongAddress(sentence)
        return errors.BadAnswer(_odd(status), uncertain=status == HTTPStatus.REQUEST_TIMEOUT)

    def _of_server(self, answer: httpx.Response) -> errors.ArrError:
        status = answer.status_code
        if status in _PROXY_WAITED:
            return errors.ServerFailed(f"does not answer the proxy in front of it in time ({status})", uncertain=True)
        if status in _PROXY_UNREACHED:
            sentence = f"cannot be reached by the proxy in front of it ({status}): check that it is running"
            return errors.ServerFailed(sentence, uncertain=True)
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            # The app itself sends JSON while it starts (StartingUpMiddleware.cs), which proves that nothing was done.
            sentence = "is starting, or the proxy in front of it cannot reach it (503)"
            return errors.Starting(sentence, uncertain=not is_json(answer))
        if _is_of_proxy(answer):
            sentence = f"is behind a proxy that failed ({status}): see the proxy's log"
            return errors.ServerFailed(sentence, uncertain=True)
        if answer.request.method == "DELETE":
            # What the client was asked to do before it failed may be done.
            sentence = f"could not do it: its download client refused or cannot be reached ({status})"
            return errors.ServerFailed(sentence, uncertain=True)
        if sentence := _not_done(answer):
            return errors.ServerFailed(f"{sentence} ({status})")
        return errors.ServerFailed(f"answered with an error ({status}): see its log", uncertain=True)

    def unauthorized(self, answer: httpx.Response, ping: httpx.Response | None) -> errors.ArrError:
        """Return the meaning of a 401. `ping` is the answer of the app's `/ping` without a key; None if there is none.

        A 401 of the app itself has no body and no WWW-Authenticate, and its `/ping` needs no key
        (ApiKeyAuthenticationHandler.cs, PingController.cs). A proxy may replace the body with a page.
        """
        empty = "Content-Type" not in answer.headers and answer.headers.get("Content-Length", "0") == "0"
        open_to_all = ping is not None and ping.is_success and is_json(ping)
        guarded = ping is not None and _is_guarded(ping)
        if "WWW-Authenticate" in answer.headers or guarded or not (empty or open_to_all):
            return self._blocked(answer, "is behind a login")
        return errors.KeyRejected(f"rejects the API key: copy it from Settings, General into {self._key}")

    def _blocked(self, answer: httpx.Response, what: str) -> errors.ArrError:
        """Return the failure for a login or a proxy that answers instead of the app."""
        done = "; nothing was done" if answer.request.method == "DELETE" else ""
        advice = f"let the proxy pass {self._url} through without a login, and check its URL base"
        return errors.Blocked(f"{what} ({answer.status_code}): {advice}{done}")


def _not_done(answer: httpx.Response) -> str:
    """Return why the app did not do what this request asked for; '' for a request whose error says nothing."""
    path = answer.request.url.path
    return next((sentence for part, sentence in _NOT_DONE.items() if part in path), "")


def _is_page(answer: httpx.Response) -> bool:
    """Return whether it is a web page, which no app sends for its API."""
    return "html" in answer.headers.get("Content-Type", "")


def _is_of_proxy(answer: httpx.Response) -> bool:
    """Whether it is a page or a plain text: an app's own error is JSON (ErrorManagement/RadarrErrorPipeline.cs)."""
    return "text/" in answer.headers.get("Content-Type", "")


def is_json(answer: httpx.Response) -> bool:
    """Return whether it is JSON, as an app sends for its API."""
    return "json" in answer.headers.get("Content-Type", "")


async def set_location_aside(answer: httpx.Response) -> None:
    """Move the Location of a redirect out of reach of httpx, which would parse it: it may be no URL at all.

    This is a response hook. The location is in `answer.extensions["location"]` afterwards.
    """
    if answer.status_code in _REDIRECTS and "Location" in answer.headers:
        answer.extensions["location"] = answer.headers.pop("Location")


def _is_guarded(ping: httpx.Response) -> bool:
    """Return whether a proxy asks for a login. App versions without `/ping` redirect to their own, with a returnUrl."""
    if "location" in ping.extensions:
        return "returnUrl=" not in ping.extensions["location"]
    return ping.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


def _odd(status: int) -> str:
    return f"answered with an unexpected status ({status})"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
