"""HTTPS_PROXY, ALL_PROXY and NO_PROXY, as every launcher spells them."""

import pytest

from discarr.bot.proxy import proxy_from
from discarr.errors import ConfigurationError

PROXY = "http://proxy:3128"


@pytest.mark.parametrize("name", ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
def test_each_name_in_both_cases_names_the_proxy_and_the_more_precise_one_wins(name: str) -> None:
    for value in (PROXY, f" {PROXY} ", "proxy:3128"):
        assert proxy_from({name: value}) == PROXY
    assert proxy_from({"ALL_PROXY": "http://other:1", "HTTPS_PROXY": PROXY}) == PROXY
    assert proxy_from({"HTTPS_PROXY": " ", "ALL_PROXY": PROXY, "HTTP_PROXY": "http://other:1"}) == PROXY


@pytest.mark.parametrize("name", ["no_proxy", "NO_PROXY"])
def test_what_is_exempt_is_reached_directly(name: str) -> None:
    exempt = ("discord.com", ".com", "*.discord.com", "*", "localhost, Discord.com ", "localhost .discord.com")
    for each in (*exempt, "localhost;discord.com", "discord.com:443", "discord.com."):
        for proxy in (PROXY, "socks5://tor"):
            assert proxy_from({"HTTPS_PROXY": proxy, name: each}) is None, each
    for other in ("discord.com:80", "cord.com", "localhost,127.0.0.1", "", ","):
        assert proxy_from({"HTTPS_PROXY": PROXY, name: other}) == PROXY, other


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("socks", "socks5://127.0.0.1:9050 SOCKS5H://user:secret@tor:9050 socks4://tor"),
        ("not the URL of an HTTP proxy", "ftp://proxy http://"),
        ("not a URL", f"http://proxy:port http://[proxy http://proxy:99999 http://{'a' * 64}:3128"),
        ("not a URL", "http://xn--zzzz:3128 http://proxy\x7f:3128 http://us%3Aer:secret@proxy:3128"),
        ("not a URL", "http://user:secret\u65e5@proxy:3128 http://pro\u2007xy:3128"),
    ],
)
def test_what_is_no_http_proxy_is_a_mistake_that_names_its_variable(words: str, values: str) -> None:
    for value in (each.replace("\u2007", " ") for each in values.split(" ")):
        with pytest.raises(ConfigurationError) as caught:
            proxy_from({"all_proxy": value})

        [mistake] = caught.value.mistakes
        assert mistake.startswith("all_proxy ") and words in mistake and "secret" not in mistake
