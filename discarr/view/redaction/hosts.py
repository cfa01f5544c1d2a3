"""Redacts hosts, addresses and accounts in a sentence. Pure."""

import re
from ipaddress import ip_address
from typing import Final

from discarr.view.redaction.folders import without_places
from discarr.view.redaction.known_words import COMMON, FILES, LABELS, ORDINARY

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/{2,}|(?<!:)://")
_MAGNET: Final = re.compile(r"magnet:\S+|xt=urn:\S+", re.I)
_LOGIN: Final = re.compile(r"[^\s:/@'\"(\[]+:[^\s/@]+@[^\s'\")\],;]+")
_MAIL: Final = re.compile(r"(?<![\w.+%-])[\w.+%-]*[^\W\d][\w.+%-]*@(?:[\w-]+\.)*[^\W\d_][\w-]*(?!\w|\.\d)(?:[:/]\S*)?")
_MAC: Final = re.compile(r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}", re.I)
_IPV6: Final = re.compile(
    r"\[?(?<![0-9A-Za-z.])(?P<ip>[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:[\d.]{6,15})?)"
    r"(?:%25)?(?:%[\w.-]+)?(?:/\d{1,3})?(?![0-9A-Za-z])(?:\](?::\d+)?)?(?:/\S*)?"
)
_IPV4: Final = re.compile(
    r"(?<![A-Za-z0-9.])(?<!rr )(?<!version )(?<!version: )(?<!version is )(?<!reported is )"
    r"(?<!at least )(?<!Vuze )(?P<ip>\d{1,3}(?:\.\d{1,3}){3})"
    r"(?![0-9A-Za-z]|\.\d)(?! or (?:higher|newer|later))"
    r"(?::\d+)?(?:/\S*)?",
    re.I,
)
_SITE: Final = re.compile(
    r"(?<![A-Za-z0-9@.-])[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9_-]+)*\.[a-z]{2,}"
    r"(?::\d+)?/(?:\(key\)|[^\s'\"\])])+"
)
_PORT: Final = re.compile(
    r"(?<![\w.-])(?P<host>[^\W\d][\w.-]*|\d[\w-]*\.[\w.-]*[^\W\d][\w.-]*):(?P<port>\d{2,5})"
    r"(?![0-9A-Za-z-]|[:.]\d)(?:/(?:\(key\)|[^\s'\"\])])*)?"
)
_HOST: Final = re.compile(
    r"(?P<name>(?<![A-Za-z])(?P<of>host(?:name|s)?|server"
    r"|(?:connect(?:ing|ed|ion)?\s(?:to|with|from|at)|contact(?:ing)?|reach(?:ing)?|resolv(?:e|ing)|ping|dial)"
    r"(?!\s(?:the\s)?(?:host|server)))(?:\s?[:=]\s?|\sname\s|\s+))"
    r"(?P<value>\\?(?P<quote>['\"\[(]+)?(?P<host>[^\W_](?:[\w.-]*\w)?)(?(quote)\\?['\"\])]+))",
    re.I,
)
_NEAR: Final = re.compile(
    r"(?P<name>(?<![A-Za-z])(?i:at|to|from|of|on|via|for|by|with|server|host|site|tracker|domain|proxy|and|lookup"
    r"|dns|name|address|known|ENOTFOUND|EAI_AGAIN|ECONNREFUSED)[:,]?\s+['\"\[(]?|\()"
    r"(?P<host>[^\W_][\w-]*(?:\.[\w-]+)+)(?![\w/-]|\.\w)"
)


def without_urls(text: str) -> str:
    """Return the text with '(address)' in place of URLs, magnet links and e-mail addresses."""
    text = _MAGNET.sub("(address)", without_places(text, _URL, "(address)"))
    return _MAIL.sub("(address)", _LOGIN.sub("(address)", text))


def without_hosts(text: str) -> str:
    """Return the text with '(address)' in place of IP addresses and host names.

    A host name is recognised by its port, or by a word before it such as 'host' or 'connect to'.
    """
    text = _IPV6.sub(_ipv6, _MAC.sub("(address)", text))
    text = _SITE.sub("(address)", _IPV4.sub(_ipv4, text))
    return _NEAR.sub(_near, _HOST.sub(_host, _PORT.sub(_port, text)))


def _ipv6(match: re.Match[str]) -> str:
    ip = re.sub(r"(?<!:):$", "", match["ip"])
    try:
        ip_address(ip)
    except ValueError:
        return match[0]
    return match[0] if ip == "::" and not match[0].startswith("[") else "(address)"


def _ipv4(match: re.Match[str]) -> str:
    return "(address)" if all(int(part) < 256 for part in match["ip"].split(".")) else match[0]


def _port(match: re.Match[str]) -> str:
    """Redact host:port, but neither 'Error:404' nor 'Passengers:2016'."""
    host, port = match["host"], int(match["port"])
    plain = re.fullmatch(r"[^\W\d_]+", host)
    year = plain and host[0].isupper() and 1900 <= port < 2040
    short = plain and host.lower() != "localhost" and port < 1000 and port not in (21, 22, 80, 443)
    honest = host.lower() in LABELS or year or short or port > 65535 or host.rpartition(".")[2].lower() in LABELS
    return match[0] if honest else "(address)"


def _host(match: re.Match[str]) -> str:
    """Redact what follows 'host' or 'connect to', unless it is an ordinary word or the name of a client."""
    host, of = match["host"], match["of"].lower()
    ending = host.rpartition(".")[2].lower()
    if host.isdigit():
        return match[0]
    if match["quote"] and match["quote"][0] in "'\"":
        hidden = host.lower() not in ORDINARY
    elif "." in host:
        hidden = ending not in FILES and not ending[0].isdigit()
    else:
        certain = host.islower() and of.startswith(("host", "server", "connect"))
        name = certain or of.startswith("host") or re.search(r"[\d-]", host) or (host.isupper() and len(host) > 2)
        hidden = bool(name) and host.lower() not in ORDINARY and not host.endswith(("ing", "ed"))
    return f"{match['name']}(address)" if hidden else match[0]


def _near(match: re.Match[str]) -> str:
    """Redact a name with dots after a short word, unless it looks like a release or a file."""
    host = match["host"]
    ending = host.rpartition(".")[2]
    lower = host == host.lower() and len(ending) > 1 and ending.isalpha() and ending not in FILES
    release = re.search(r"[._-](?:19|20)\d\d[._-]|s\d\de\d\d|\d{3,4}p[._-]|x26[45]", host)
    if match["name"] == "(" and not lower:
        return match[0]
    hidden = (lower and not release) or ending in COMMON or (host.isupper() and ending.lower() in COMMON)
    return f"{match['name']}(address)" if hidden else match[0]
