"""Redacts hosts, addresses and accounts in a sentence. Pure."""

import re
from ipaddress import ip_address
from typing import Final

from discarr.view.redaction.folders import without_places
from discarr.view.redaction.known_words import COMMON, FILES, LABELS, ORDINARY

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/{2,}|(?<!:)://|(?<![A-Za-z])(?i:https?):(?=[\w-]+\.\w)")
_MAGNET: Final = re.compile(r"(?:magnet|nzblnk):\S+|xt=urn:\S+|(?<!\w)data:[\w.+-]+/\S+", re.I)
_LOGIN: Final = re.compile(r"[^\s:/@'\"(\[]+:[^\s/@]+@[^\s'\")\],;]+")
_MAIL: Final = re.compile(
    r"(?<![\w.+%-])[\w.+%-]*[^\W\d][\w.+%-]*@"
    r"(?:\[\S+|\d{1,3}(?:\.\d{1,3}){3}|(?:[\w-]+\.)*[^\W\d_][\w-]*(?!\w|\.\d))(?:[:/]\S*)?"
)
_MAC: Final = re.compile(r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}", re.I)
_IPV6: Final = re.compile(
    r"\[?(?<![0-9A-Za-z.])(?P<ip>[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:[\d.]{6,15})?)"
    r"(?:%25)?(?:%[\w.-]+)?(?:/\d{1,3})?(?![0-9A-Za-z])(?:\](?::\d+)?)?(?:/\S*)?"
)
_IPV4: Final = re.compile(
    r"(?<![A-Za-z0-9.])(?<!rr )(?<!version )(?<!version: )(?<!version is )(?<!reported is )"
    r"(?<!at least )(?<!Vuze )(?<!rr/)(?<!libtorrent )(?<!Mono )(?P<ip>\d{1,3}(?:\.\d{1,3}){3})"
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
_EXPORT: Final = re.compile(r"(?<![\w.-])(?P<host>[a-z][\w.-]+)(?=:\(path\))")
"""'nas:/export', as mount and rsync say it."""
_HOST: Final = re.compile(
    r"(?P<name>(?<![A-Za-z])(?P<of>host(?:name|s)?|server|lookup|proxy|ENOTFOUND|EAI_AGAIN"
    r"|(?:connect(?:ing|ed|ion)?\s(?:to|with|from|at)|contact(?:ing)?|reach(?:ing)?|resolv(?:e|ing)|ping|dial)"
    r"(?!\s(?:the\s)?(?:host|server)))(?:\s?[:=]\s?|\sname\s|\s+))"
    r"(?P<value>\\?(?P<quote>['\"\[(]+)?(?P<host>[^\W_](?:[\w.-]*\w)?)(?(quote)\\?['\"\])]+))(?!\w|['’](?:t|re|ll)\b)",
    re.I,
)
_LAST: Final = re.compile(r"\s?(?:$|[:;,)\n]|\.(?:\s|$)|on\s\(address)")
"""What stands behind a host that a sentence ends with: 'Failed to resolve sab', 'lookup sab on 10.0.0.1'."""
_ENDINGS: Final = re.compile(r"(?:ing|ed|[a-z]{3}(?:tion|ment|ness|ance|ity|able|list|sel(?:f|ves)))s?$")
"""Endings of words of the sentence."""
_BRACKETED: Final = re.compile(
    r"(?P<name>(?:known|resolved?|refused|unavailable|unreachable|timed\sout)[.:]?\s\()(?P<host>[a-z0-9][\w.-]*)(?=\))"
)
"""How .NET ends the message of a socket: 'Connection refused (sab)'."""
_NEAR: Final = re.compile(
    r"(?P<name>(?<![A-Za-z])(?i:at|to|from|of|on|via|for|by|with|server|host|site|tracker|domain|proxy|and|lookup"
    r"|dns|name|address|known|match|NXDOMAIN|ECONNREFUSED)[:,]?\s+['\"\[(]?|\(|(?<!\w)CN\s?=\s?)(?:\*\.)?"
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
    text = _EXPORT.sub(_export, _SITE.sub("(address)", _IPV4.sub(_ipv4, text)))
    text = _BRACKETED.sub(_bracketed, _PORT.sub(_port, text))
    return _NEAR.sub(_near, _HOST.sub(_host, text))


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
        sure = of.startswith(("host", "server", "connect", "en", "eai")) or _LAST.match(match.string, match.end())
        certain = host.islower() and sure
        name = certain or of.startswith("host") or re.search(r"[\d-]", host) or (host.isupper() and len(host) > 2)
        hidden = bool(name) and host.lower() not in ORDINARY and not _ENDINGS.search(host)
    return f"{match['name']}(address)" if hidden else match[0]


def _export(match: re.Match[str]) -> str:
    return match[0] if match["host"] in ORDINARY or match["host"] in LABELS else "(address)"


def _bracketed(match: re.Match[str]) -> str:
    host = match["host"]
    return match[0] if host.isdigit() or host in ORDINARY else f"{match['name']}(address)"


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
