"""No address, key, user or folder of a stranger's text is shown; what is none of these stays letter for letter.

The sentences are from the sources of Radarr and Sonarr (`DownloadedEpisodesImportService.cs`, `*Specification.cs`,
`CompletedDownloadService.cs`, `Localization/Core/en.json`) and from the clients that they quote.
"""

from time import process_time

import pytest

from discarr.view.redaction.reasons import redacted, without_indexer
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
    "Fetching http:/x",
    "file:/data/x",
    "sab.local:8080",
    "2001:db8::1",
    "Downloads\\x",
    "`/downloads/movies/Film`",
    "ü/downloads/movies/Filmü",
    "ü10.0.0.7:80ü",
    "_sab.local:8080_",
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
    "sid=abc",
    "my password: hunter now",
    "_Bearer abcDEF12345_",
    "Bearer abcDEF12345",
    "Authorization: Basic bWFyaWE6cHc=",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
    f"apikey {KEY}",
    "password hunter2",
    f"?pk={KEY}",
    f"sessionid={KEY}",
    "maria@nas:/x",
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
    "The Token S01E01 1080p",
    "Password 2019 x264-GRP",
    "V/H/S",
    "What/If",
    "[REC]²",
    "@Midnight",
    "Love @ First Sight",
    "Film [tmdbid=603]",
    "Film {imdb-tt0133093}",
    "E=mc2",
    "2001: A Space Odyssey",
    "8:46",
    "10.000 Km",
    "UHD.BD/REMUX",
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
    "text",
    [
        "rejects its API key: copy it from Settings, General into RADARR-API-KEY",
        "rejects DISCORD-TOKEN: the token is on the page Bot",
        "rejects DISCORD-TOKEN: copy it anew from the page Bot",
    ],
)
def test_what_we_say_ourselves_about_a_key_stays(text: str) -> None:
    assert plain(text, 200) == text


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


LEAKS = (
    (
        f"Unable to connect to SABnzbd, HTTP request failed: [403:Forbidden] [GET] at "
        f"[http://sab.internal:8080/sabnzbd/api?mode=queue&start=0&apikey={KEY}&output=json]",
        ("sab.internal", "8080", KEY, "mode="),
    ),
    ("failed: [401] at [http://sab:8080/api?ma_username=maria&ma_password=hunter2]", ("sab:8080", "maria", "hunter2")),
    ("see https://user:pass@tracker.example/announce.php?passkey=abc", ("user", "pass@", "tracker", "abc")),
    ("udp://tracker.example:1337/announce timed out", ("tracker", "1337")),
    (f"apikey={KEY} is wrong", (KEY,)),
    (f"The API key {KEY} was refused", (KEY,)),
    (f"The API key {KEY.upper()} was refused", (KEY.upper(),)),
    ("X-Api-Key: abcDEF123 was refused", ("abcDEF123",)),
    ("token = zzTop99 expired", ("zzTop99",)),
    ("passkey=zzTop99", ("zzTop99",)),
    ("password: hunter2!", ("hunter2",)),
    ("ma_username=maria&ma_password=hunter2", ("maria", "hunter2")),
    ("Unable to connect to 192.168.1.5", ("192.168",)),
    ("Unable to connect to 192.168.1.5:8080", ("192.168", "8080")),
    ("Unable to connect to 192.168.1.5.", ("192.168",)),
    ("Unable to connect (192.168.1.5), retrying", ("192.168",)),
    ("connect to [fe80::1ff:fe23:4567:890a]:8080 failed", ("fe80", "890a")),
    ("connect to [fe80::1]:8080 failed", ("fe80", "8080")),
    ("connect to [::1]:8080 failed", ("::1", "8080")),
    ("connect to 2001:db8:85a3::8a2e:370:7334 failed", ("2001", "7334")),
    ("Connection refused (qbittorrent:8080)", ("qbittorrent:8080",)),
    ("Name or service not known (sab.lan:8080)", ("sab.lan",)),
    ("Name does not resolve (downloads.home.internal)", ("downloads.home",)),
    ("Resource temporarily unavailable (nas.local)", ("nas.local",)),
    ("Certificate of seedbox.example.com is not trusted", ("seedbox",)),
    ("No files found are eligible for import in /downloads/complete/Some.Film", ("/downloads", "complete", "Some.F")),
    ("path does not exist: '/mnt/user/tv/Show/'", ("/mnt", "user/tv", "Show")),
    ("path does not exist: /data/My Media/tv/Salt Flats", ("/data", "My Media", "Media/tv")),
    ("Access to the path C:\\Downloads\\film.mkv is denied", ("C:\\", "Downloads", "film.mkv")),
    ("Access to the path 'D:\\Program Files\\Radarr\\film.mkv' is denied", ("D:\\", "Files\\Radarr", "film.mkv")),
    ("Access to the path \\\\nas\\media\\film.mkv is denied", ("nas", "media", "film.mkv")),
    ("no space left on ~/.config/radarr", (".config",)),
    ("path=/srv/media", ("/srv", "media")),
    ("apikey='5ec7ex'", ("5ec7ex",)),
    ('{"apikey": "zz top"}', ("zz", "top")),
    ('{\\"apiKey\\":\\"zztop\\"}', ("zztop",)),
    ("authkey=abc", ("abc",)),
    ("rsskey: abc", ("abc",)),
    ("torrentpass=abc", ("abc",)),
    ("auth=abc", ("=abc",)),
    ("pwd=abc", ("abc",)),
    ("sid=abc", ("abc",)),
    ("token abcDEF12", ("abcDEF",)),
    ("password hunter", ("hunter",)),
    ("API key zztop was refused", ("zztop",)),
    ("Authorization: Bearer abc.def", ("abc", "def")),
    ("Authorization: Basic bWFyaWE=", ("bWF",)),
    ("bearer abcdef123456", ("abcdef",)),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", ("eyJ", "c2ln")),
    ("http://[fe80::1]:8080/api?x=1 failed", ("fe80", "8080", "api")),
    ("fe80::1%eth0", ("fe80", "eth0")),
    ("[fe80::1%eth0]:80", ("fe80", "eth0")),
    ("_192.168.1.5_", ("192",)),
    ("é192.168.1.5ü", ("192",)),
    ("user maria failed", ("maria",)),
    ("for user 'x'", ("'x'",)),
    ("failed to connect to sab.example.org", ("sab",)),
    ("Unable to connect to nas", ("nas",)),
    ("host tower is down", ("tower",)),
    ("server nas01: no answer", ("nas01",)),
    ("Connection refused (qbittorrent:8080)", ("qbit", "8080")),
    ("连接qbittorrent:8080失败", ("qbit",)),
    ("mail maria@example.org now", ("maria", "example")),
    ("ssh maria@nas", ("maria", "nas")),
    ("maria:pw@nas.local", ("maria", "nas")),
    ("apikey%3Dabc", ("abc",)),
    ("http%3A%2F%2Fsab%2Fapi", ("sab",)),
    ("ａｐｉｋｅｙ＝abc", ("abc",)),
    ("api\u200bkey=abc", ("abc",)),
    ("key_5ec7e700000000000000000000000a1a", ("5ec7e700000000000000000000000a1a",)),
    ("ü5ec7e700000000000000000000000a1aü", ("5ec7e700000000000000000000000a1a",)),
    ("dGhpc0lzQVNlY3JldEtleTEyMzQ1Ng==", ("dGhp",)),
    ("MTIzNDU2Nzg5MDEyMzQ1Njc4.GhijKl.a1b2C3d4E5f6G7h8I9j0K1l2", ("MTIz", "a1b2")),
    ("aa:bb:cc:dd:ee:ff", ("bb:cc",)),
    ("C:\\Users\\maria\\x y\\z", ("maria", "y", "z")),
    ("Logged in as maria", ("maria",)),
    ("login: maria", ("maria",)),
    ("username=maria&password=h", ("maria", "=h")),
    ("sab.example.org/api/x", ("sab",)),
    ("192.168.1.5/24", ("192",)),
    ("tcp connect 10.0.0.7:443: refused", ("10.0",)),
    ("2001:db8::1", ("2001",)),
    ("::1", ("::1",)),
    ("::ffff:192.168.1.5", ("ffff", "192")),
    ("server at sab.example.org", ("sab",)),
    ("magnet:?xt=urn:btih:abc&dn=x", ("urn",)),
    ("hostname=nas", ("nas",)),
    ("host: nas", ("nas",)),
    ("access_token=x.y.z;", ("x.y",)),
    ("Cookie: SID=abc; x=y", ("abc",)),
    ("passkey 'abcd'", ("abcd",)),
    ("X-Api-Key: abc", ("abc",)),
    ("3f2504e0-4f89-11d3-9a0c-0305e82c3301", ("3f25",)),
    ("connect to localhost:80", ("localhost",)),
    ("(nas.local)", ("nas",)),
    ("seedbox.example.com:443", ("seedbox",)),
    ("Certificate of seedbox.example.com is bad", ("seedbox",)),
    ("connect to server SEEDBOX.EXAMPLE.COM", ("SEEDBOX",)),
    ("user=ma ria", ("ma ",)),
    ('password "hun ter"', ("hun", "ter")),
    ("token:abc123", ("abc123",)),
    ("for user maria@nas", ("maria",)),
    ("user [maria] rejected", ("maria",)),
    ("user (maria) rejected", ("maria",)),
    ("getaddrinfo ENOTFOUND sab.lan", ("sab",)),
    ("lookup sab.lan on 10.0.0.1:53: no such host", ("sab", "10.0")),
    ("Name or service not known: nas.local", ("nas",)),
    ("Unable to connect to TOWER", ("TOWER",)),
    ("<apikey>abc def</apikey>", ("abc",)),
    ("X-Api-Key zzz", ("zzz",)),
    ("token 12345678", ("1234",)),
    ("uid=1000(maria)", ("maria",)),
    (
        "Import failed, path does not exist or is not accessible by Sonarr: /downloads/x y. Ensure the path exists "
        "and the user running Sonarr has the correct permissions to access this file/folder",
        ("downloads", "x y"),
    ),
    ("rename /aa/b /cc/d: invalid cross-device link", ("aa", "cc")),
    ("file:///downloads/x y/z", ("downloads", "y", "z")),
    ("smb://nas/share/x y/z w", ("nas", "share", "y/", "z w")),
    ('{"auth":{"user":"maria","pass":"x y"}}', ("maria", "x y")),
    ("user=maria password=hun;ter2", ("maria", "hun", "ter2")),
    ("User-Agent: x user: maria", ("maria",)),
    ("server=nas;port=8080", ("nas",)),
    ("Host: sab.example.org", ("sab",)),
    ("Could not resolve host: sab.example.org", ("sab",)),
    ("Could not resolve host: sab", ("sab",)),
    ("Failed to connect to sab port 8080", ("sab",)),
    ("No such host is known. (sab.lan:8080)", ("sab",)),
    ("Connection refused (sab:8080)", ("sab",)),
    ("for ma_username 'maria'", ("maria",)),
    ("invalid passkey abc123def", ("abc123",)),
    ("invalid passkey: abc123def", ("abc123",)),
    ("Invalid credentials maria:hunter2", ("hunter2",)),
    ("Downloads\\complete\\film x.mkv", ("complete", "film")),
    ("in D:\\Downloads", ("Downloads",)),
    ("/downloads", ("downloads",)),
    ("from /downloads to", ("downloads",)),
    ("“/downloads/My Film/x” is bad", ("downloads", "My", "Film")),
    ("«/downloads/My Film/x» is bad", ("downloads", "My", "Film")),
    ("`/downloads/My Film/x` is bad", ("downloads", "My", "Film")),
    ("api key: 'abc d'", ("abc",)),
    ("apikey&#61;abc", ("abc",)),
    ("pass phrase: abcde", ("abcde",)),
    ("key:abc123def456", ("abc123",)),
    ("GET /api?apikey=abc&x", ("abc",)),
    ("GET /getnzb/5ec7e700000000000000000000000a1a.nzb", ("5ec7e700000000000000000000000a1a",)),
    (
        "/sabnzbd/api?mode=queue&apikey=5ec7e700000000000000000000000a1a&output=json",
        ("5ec7e700000000000000000000000a1a",),
    ),
    ("sab.example.org/sabnzbd/api?mode=queue", ("sab",)),
    (
        "http://sab:8080/a b/c?apikey=5ec7e700000000000000000000000a1a",
        ("5ec7e700000000000000000000000a1a", "sab", "c?"),
    ),
    ("ftp maria@nas:/home/maria/x", ("maria", "nas", "home")),
    ("scp://x", ("//x",)),
    ("ssh: connect to host nas port 22", ("nas",)),
    ("401 from https://a.example", ("a.ex",)),
    ("at 10.0.0.1", ("10.0",)),
    ("10.0.0.1.", ("10.0",)),
    ("192.168.1.5,192.168.1.6", ("192",)),
    ("http:// [::]:8080", ("::",)),
    ("connect ECONNREFUSED 10.0.0.1:80", ("10.",)),
    ("connect ECONNREFUSED ::1:80", ("::1",)),
)
"""Sentences, and what of them must not come out."""

SENTENCES = (
    (
        "Found matching movie via grab history, but release was matched to movie by ID. Automatic import is not "
        "possible. See the FAQ for details."
    ),
    "Movie title mismatch, automatic import is not possible. Manual Import required.",
    "Unable to import automatically, found multiple movies: Alien, Aliens",
    "Unable to parse download, automatic import is not possible.",
    "Download wasn't grabbed by Sonarr and not in a category, Skipping.",
    "Unknown Movie",
    "Unknown Series",
    "Unable to parse file",
    "Unable to parse episodes from title",
    "Invalid season or episode",
    "Episodes not selected",
    "Single episode file contains all episodes in seasons. Review file name or manually import",
    "One or more episodes expected in this release were not imported or missing from the release",
    "Not an upgrade for existing episode file(s). Existing quality: WEBDL-1080p. New Quality HDTV-720p.",
    "Not a quality revision upgrade for existing movie file(s)",
    "Sample",
    "No audio tracks detected",
    "Rejected Movie file because it is part of a multi-part file",
    "Single episode split into multiple files",
    "Partial season packs are not supported",
    "Extras are not supported",
    "Episode file on disk contains more episodes than this file contains",
    "Episode has a TBA title and recently aired",
    "Episode does not have a title and recently aired",
    "Episode does not have an absolute episode number and recently aired",
    "Download doesn't contain intermediate path, Skipping.",
    "[…] is not a valid local path. You may need a Remote Path Mapping.",
    "Failed to import episode, Root folder missing.",
    "Failed to import movie, Destination already exists.",
    "Failed to import episode, unable to move existing file to the Recycle Bin.",
    "FreeSpaceSpecification: Object reference not set to an instance of an object.",
    "Unexpected error processing file",
    "Download is encrypted and wasn't grabbed by Sonarr, skipping automatic download handling",
    "Download has failed wasn't grabbed by Radarr, skipping automatic download handling",
    "Not enough free space",
    "File is still being unpacked",
    "Locked file, try again later",
    "Caution: Found executable file with extension: '.exe'",
    "Invalid video file, unsupported extension: '.lnk'",
    "qBittorrent is downloading metadata",
    "qBittorrent is reporting missing files",
    "qBittorrent cannot resolve magnet link with DHT disabled",
    (
        "Unable to Import. Path matches client base download directory, it's possible 'Keep top-level folder' is "
        "disabled for this torrent or 'Torrent Content Layout' is NOT set to 'Original' or 'Create Subfolder'?"
    ),
    "SABnzbd is reporting an error: Unpacking failed, archive requires a password",
    "The user name or password is incorrect.",
    "The download is stalled with no connections",
    "Aborted, cannot be completed",
    "Unpacking failed, archive requires a password",
    "PAR Status: SUCCESS - Unpack Status: SUCCESS",
    "Not an upgrade for existing movie file(s). Existing quality: WEBDL-1080p v1. New Quality WEBDL-720p v2.",
    "Episode has a TBA title and recently aired, waiting until 04:12:00",
    "Added at 2026-07-01T12:00:00Z, 04:12 left, 16:9, 2:35:1",
    "Some.Film.2024.1080p.WEB-DL.DDP5.1.H.264-EXAMPLE was not found",
    "No files found in Some.Film.No.Way.Home.2021.1080p.WEB-EXAMPLE",
    "Call.Me.By.Another.Name.2017.1080p was not found",
    "The.Social.Net.2010.720p and What.The.Info.2011 were not found",
    "The.Lighthouse.Archive.S02E05.2160p-EXAMPLE: Invalid season or episode",
    "S02E05/E06 and/or S02E07 24/7 N/A 1/2",
    "Caution: Found potentially dangerous file with extension: '.exe'",
    "One or more episodes expected in this release were not imported or missing",
    "Version 4.0.19.2979 or 5.26.2.10099 is needed",
    "Found matching movie via grab history, but release was matched to movie by ID",
    "ratio:10",
    "Error:404",
    "tmdb:603",
    "Passengers: 2016",
    "Passengers:2016",
    "keyframes: 250",
    "Foo :: Bar",
    "b // c",
    "Rescue.Me",
    "12:34:56",
    "1:02:03:04",
    "S01E02",
    "2026-07-01",
    "and/or",
    "TV/HD",
    "1/2 files",
    "Authentication failed, check your API Key",
    "Unable to connect to qBittorrent, please check your settings",
    "User authentication failed.",
    "Unable to reach Freebox API. Verify 'Host', 'Port' or 'Use SSL' settings.",
    "Remote host did not return a Session Id.",
    "It may be necessary to add Sonarr's IP address to RPC whitelist.",
    "Unauthorized - AuthToken is invalid",
    "Unable to connect to SABnzbd, HTTP request failed: [403:Forbidden]",
    (
        "Please verify your credentials. Also verify if the host running Radarr isn't blocked from accessing SABnzbd "
        "by WhiteList limitations in the SABnzbd configuration."
    ),
    "Caution: Found file with user defined rejected extension: '.exe'",
    "Please update your API key to be at least 20 characters long. You can do this via settings or the config file",
    (
        "Found matching series via grab history, but release was matched to series by ID. Automatic import is not "
        "possible. See the FAQ for details."
    ),
    (
        "Not a Custom Format upgrade for existing episode file(s). New: [Anime Web Tier 04 (Official Subs), "
        "Bilibili] (300) do not improve on Existing: [Anime Web Tier 03 (Official Subs)] (400)"
    ),
    "Vuze 5.0.0.0 or higher",
    "tvdb:81189",
    "Unable to read data from the transport connection: Connection reset by peer.",
    "The SSL connection could not be established, see inner exception.",
    "Name or service not known",
    "ensure this path exists and is writable by the user running Sonarr",
    "Episode file already imported at 7/1/2026 12:00:00 PM",
    "Invalid video file, filename starts with '._'",
    (
        'No data found! Ensure your drives are connected or use "Set Location". To re-download, remove the torrent '
        "and re-add it."
    ),
    "matched to Rescue.Me.S01E02",
    "Tracker: unregistered torrent",
    "user aborted",
    "Password: required",
    "S02E05E06E07E08E09E10E11E12E13",
    "Some_Film_2024_1080p_WEB-DL_DDP5_1_H264",
    "Remote server returned an error: (401) Unauthorized.",
    "Failed to authenticate with Transmission.",
    "Monkey: King",
    "Download client failed to add torrent by url",
    (
        "Series title mismatch; automatic import is not possible. Check the download troubleshooting entry on the "
        "wiki for common causes."
    ),
    "Unable to communicate with qBittorrent. Failed to connect to qBittorrent, check your settings.",
    "Disk is full",
    "CRC error in block 12:34",
    "Torrent has 0/1 peers",
    "Unpacking failed, write error or disk is full?",
    "Unpacking failed, CRC error",
    "Repair failed, not enough repair blocks (12 short)",
    "Download failed - Not on your server(s)",
    "Out of your server's retention?",
    "Error importing NZB file",
    "Encrypted RAR",
    "Post-processing was aborted",
    (
        "PAR Status: FAILURE - Unpack Status: SPACE - Move Status: NONE - Script Status: FAILURE - Delete Status: "
        "HEALTH - Mark Status: BAD"
    ),
    "FAILURE/HEALTH",
    "Tracker gave HTTP response code 404 (Not Found)",
    "Could not connect to tracker",
    'Tracker gave an error: "unregistered torrent"',
    'Tracker: [Failure reason "Unregistered torrent"]',
    "Tracker: [Could not resolve hostname]",
    "Tracker: [Couldn't connect to server]",
    "Tracker: [Timed out]",
    "Connection timed out after 10001 milliseconds",
    "Episode 2x05 was unexpected considering the Some.Show.S02.1080p folder name",
    "Episode S02E05 was not found in the grabbed release: Some.Show.S02E06.1080p.WEB-DL-GRP",
    (
        "This show has individual episode mappings on TheXEM but the mapping for this episode has not been confirmed "
        "yet by their administrators. TheXEM needs manual input."
    ),
    "No files found are eligible for import",
    "Unable to import automatically, found multiple movies: Alien (1979), Aliens (1986)",
    "SampleSpecification: Object reference not set to an instance of an object.",
    "One or more movies expected in this release were not imported or missing",
    "File quality profile: HD - 720p/1080p",
    "Cannot access a disposed object. Object name: 'System.Net.Sockets.Socket'.",
    "HTTP Error 503: Service Unavailable",
    "HTTP/1.1 401 Unauthorized",
    "The remote certificate is invalid according to the validation procedure: RemoteCertificateNameMismatch",
    "Unable to connect to Deluge, certificate validation failed.",
    "Failed to connect to Deluge daemon.",
    "Disk quota exceeded",
    "Movie file already imported at 7/1/2026 12:00:00 PM",
    "Ratio 1.5:1, 2.0/2.0 seeds, 4/10 peers",
    "Unable to determine if file is a sample",
    "Title: Spider-Man: No Way Home",
    "Quality: Bluray-1080p, language: English",
    "Downloading 12:34 of 45:00",
    "Stalled at 99.9% since 2026-07-01 12:34",
    "10.5 GB of 12.0 GB",
    "Version 4.0.19.2979 is required, found 3.0.10.1567",
    "Movie: Me, Myself & Irene",
    "Found archive file, might need to be extracted",
    "Torrent contains 12 files: 3 wanted",
    "To: Sonarr",
    "Server: Kestrel",
    "at 12:00",
    "host",
    "Waiting for metadata",
    "User action required",
    "The user rejected it",
    "at least 4.5.1.2 is needed",
    "custom format score 1500:2000",
    "seed ratio 2:1 reached",
    "keyframe=250",
    "Unpack error 10: bad password",
    "Missing articles: 10/250",
    "aspect 2.39:1",
    "Key frame missing",
    "This is a password protected archive",
    "server load is too high",
    "API limit reached: 100/100",
    "Daily limit of 50 downloads reached",
    "from 12.5 MB/s to 1 MB/s",
    "Movie matched to Mr. Robot S01E01",
    "C",
    "A/V sync lost",
    "e.g. WEB-DL",
    "24/7",
    "9-1-1",
    "x:y",
    "Movies: 1, Series: 2",
)
"""Sentences that hold nothing to hide."""


@pytest.mark.parametrize(("text", "secrets"), LEAKS)
def test_addresses_paths_keys_and_users_never_come_out(text: str, secrets: tuple[str, ...]) -> None:
    made = redacted(text) + plain(redacted(text), 300)

    assert [secret for secret in secrets if secret in made] == []


@pytest.mark.parametrize("text", SENTENCES)
def test_an_ordinary_sentence_keeps_all_its_words(text: str) -> None:
    assert redacted(text) == text
    assert label(redacted(text), 500) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "[/downloads/My Film (2006)/x] is not a valid local path. You may need a Remote Path Mapping.",
            "[(path)] is not a valid local path. You may need a Remote Path Mapping.",
        ),
        (
            "Access to the path '/downloads/Pan's Labyrinth (2006)/x' is denied.",
            "Access to the path '(path)' is denied.",
        ),
        (
            "places downloads in /data/My Media/tv but this is not a valid Linux path. Review your remote path mappings.",  # noqa: E501  # one text of the apps
            "places downloads in (path) but this is not a valid Linux path. Review your remote path mappings.",
        ),
        ("Hardlinking from '/a/b' to '/c/d' failed.", "Hardlinking from '(path)' to '(path)' failed."),
        ("/downloads/Mission: Impossible (1996)/x.mkv: No such file or directory", "(path): No such file or directory"),
        (
            "Failed to connect to sab.example.org, check your settings",
            "Failed to connect to (address), check your settings",
        ),
        ("Unable to connect to 10.0.0.7:80, retrying", "Unable to connect to (address), retrying"),
        ("Startup folder is not writable by the user 'maria'.", "Startup folder is not writable by the user (user)."),
        ("apikey=abc is wrong", "apikey=(key) is wrong"),
    ],
)
def test_the_sentence_around_a_secret_stays(text: str, shown: str) -> None:
    assert redacted(text) == shown


@pytest.mark.parametrize(
    ("text", "indexer", "shown"),
    [
        ("Secret Indexer (Prowlarr) took it down", "Secret Indexer (Prowlarr)", "the indexer took it down"),
        ("Secret Indexer took it down", "Secret Indexer (Prowlarr)", "the indexer took it down"),
        ("Secret Indexer (Prowlarr): 404", "Secret Indexer", "the indexer: 404"),
        ("SecretIndexer and secret-indexer", "Secret Indexer", "the indexer and the indexer"),
        ("HDTV-1080p of TV", "TV", "HDTV-1080p of the indexer"),
        ("_TV_ and TVs", "TV", "_the indexer_ and TVs"),
        ("It failed", "", "It failed"),
        ("It failed", "(Prowlarr)", "It failed"),
        ("a.b", "a+b (", "the indexer"),
    ],
)
def test_the_indexer_is_named_by_no_spelling_of_its_name(text: str, indexer: str, shown: str) -> None:
    assert without_indexer(text, indexer) == shown


@pytest.mark.parametrize(
    "text",
    [
        "." * 100_000,
        "a." * 50_000,
        "a-" * 50_000,
        "/" * 100_000,
        "/a" * 50_000,
        "1." * 50_000,
        ":" * 100_000,
        "'" * 100_000,
        "key" * 30_000,
        "key " * 30_000,
        "[" * 100_000,
        "[::" * 30_000,
        "a:" * 50_000,
        "\\" * 100_000,
        "http://" * 20_000,
        "a/b " * 30_000,
        "'/a " * 30_000,
        ":a@" * 30_000,
        "%41" * 30_000,
        "&#61;" * 20_000,
        "user" * 30_000,
        "to a.b" * 20_000,
        "aA1" * 30_000,
        "key='" * 20_000,
        "\u200b" * 100_000,
        "_" * 100_000,
        "a_" * 50_000,
        " [/a" * 30_000,
        "<key>" * 20_000,
    ],
    ids=lambda text: text[:8],
)
def test_no_text_holds_up_the_event_loop(text: str) -> None:
    began = process_time()
    plain(redacted(text), 100)
    title(text, 100)

    assert process_time() - began < 0.2
