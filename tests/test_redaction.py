"""No address, key, user or folder of a stranger's text is shown; what is none of these stays letter for letter."""

import pytest

from discarr.view.text import label, plain, title, title_label

KEY = "5ec7e700000000000000000000000a1a"

ADDRESSES = (
    f"Trying to fetch NZB from http://nzb.example/api?t=get&id=1&apikey={KEY}&x=1",
    f"https://i.example/getnzb/{KEY}/x.nzb",
    "magnet:?xt=urn:btih:c0ffee&tr=udp://x:1",
    "MAGNET:?xt=urn",
    "xt=urn:btih:c0ffee",
    "udp://x:1/announce",
    "http://",
    "http%3A%2F%2Fnzb.example",
    "http%253A%252F%252Fnzb.example",
    "http:\\/\\/a.example",
    "ｈｔｔｐ：／／a.example",
    "ht\u200btp:/\u200b/a.example",
    "HTTP://A.EXAMPLE",
    f"nzb.example/getnzb/{KEY}.nzb&i=1",
    f"nzb.example/{KEY}/file",
    "nzb.example/get/a1B2c3D4e5F6g7H8",
    "nzb.example:9117/dl?jackett=abc",
    "localhost:8080/x",
    "192.168.1.5:8080",
    "10.0.0.7",
    "[fe80::1]:8080",
    "C:\\Downloads\\Film",
    "D:/Downloads/Film",
    "\\\\nas\\media\\Film",
    "/downloads/movies/Film",
)
KEYS = (
    "apikey=abc Film",
    "api_key = abc",
    "apikey%3Dabc",
    '{"apikey": "abc"}',
    "token: zzTop99",
    "Token: hunter2",
    "passkey=abc",
    f"X-Api-Key: {KEY}",
    "authkey: abc",
    "rsskey='abc'",
    "torrent_pass=abc",
    "&sid=abc",
    "password = abc",
    "ap\u200bikey=abc",
    "Bearer abcDEF12345",
    "Authorization: Basic bWFyaWE6cHc=",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
    "maria:hunter2@nas.local",
    "ftp maria:pw@host/file",
    "user=maria",
)
HONEST = (
    "Spider-Man.No.Way.Home",
    "3:10 to Yuma",
    "AC/DC",
    "Apple.TV.2021",
    "www.site.org - Film 2019",
    "[ www.site.com ] - Film.2019",
    "The Secret: Dare to Dream (2020)",
    "The Token: A Film",
    "Password: Swordfish",
    "Magnet: Attraction",
    "Key & Peele",
    "Face/Off",
    "Fate/stay night",
    "24/7",
    "S01E01/E02",
    "Re:Zero",
    "Foo :: Bar",
    "group.com@ABC-123",
    ".hack//SIGN",
    "b // c",
    "The Key: 2010",
    "Basic Instinct (1992)",
    "Bearer of Darkness",
    "Film.1.2.3.4.5",
    "2:22 (2017)",
    "9-1-1: Lone Star",
    "Passengers: 2016",
    "100% Wolf",
    "50%+ Off",
    "K-19: The Widowmaker",
    "Either / Or",
    "Sid & Nancy",
    "D.E.B.S.",
    KEY,
    "[Group] X - 01 [1080p][A1B2C3D4].mkv",
    "The Lighthouse Archive S02E05 · The Keeper's Son",
    "Alien³",
    "16:9/4:3",
)


@pytest.mark.parametrize("text", ADDRESSES + KEYS)
def test_a_title_that_is_an_address_or_holds_a_key_says_only_what_it_is(text: str) -> None:
    shown = {title(text, 200), title_label(text, 200), plain(text, 200), label(text, 200)}

    assert len(shown) == 1
    assert shown <= {
        "an NZB from an address",
        "a magnet link",
        "a torrent from an address",
        "a download from an address",
    }


@pytest.mark.parametrize("text", HONEST)
def test_a_title_that_merely_has_dots_slashes_and_colons_stays(text: str) -> None:
    assert title_label(text, 200) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Trying to fetch NZB from https://a.example", "an NZB from an address"),
        ("magnet:?xt=urn:btih:c0ffee&tr=https://torrent.example", "a magnet link"),
        ("https://a.example/film.torrent", "a torrent from an address"),
        ("https://a.example", "a download from an address"),
    ],
)
def test_what_a_title_says_instead_is_what_was_added(text: str, words: str) -> None:
    assert title(text, 200) == words


@pytest.mark.parametrize("text", ["", " ", "\u200b" * 50])
def test_what_has_no_name_is_untitled(text: str) -> None:
    assert (title(text, 200), title_label(text, 200)) == ("untitled", "untitled")
