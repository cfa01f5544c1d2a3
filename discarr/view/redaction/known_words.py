"""Words that are no secret, although they occur where one could be."""

from typing import Final


class Words:
    """Words in one text: a set of strings takes ten times as much memory."""

    def __init__(self, text: str) -> None:
        """`text` has a space between two words."""
        self._text = f" {text} "

    def __contains__(self, word: str) -> bool:
        return " " not in word and f" {word} " in self._text


ORDINARY: Final = Words(
    "a an the this that these those it its any all no not none null your our their my another each every some"
    " other and or but nor as at by for from in into of off on out over to up via with without while when if than"
    " then so because before after until since during is are was were be been being has have had does do did"
    " doesn't isn't wasn't can can't cannot could couldn't may might must should will would won't needs need abort"
    " aborted accept accepted access account accounts action added address administrator agent already also api"
    " app application archive area attempt authentication authorization authorized available bad based blocked"
    " body cancelled canceled certificate change changed check client clients closed code configuration configured"
    " connection connections content correct created credentials daemon data database defined deleted denied deny"
    " details directory disabled disconnected down download downloader downloads dropped either empty enabled"
    " encountered entered error errors exceeded exchange exist exists expected expired fail failed failure"
    " failures field fields file files first folder form format found frame frames given gone got group groups"
    " handshake header home host hostname id import incorrect indexer indexers info initiated input instance"
    " interface internal internet invalid key keys lacks length limit list lists local locked login logged longer"
    " lost management message messages method mismatch missing more name named names network never nickname"
    " nothing offline once only option order page paused peer peers permission permissions port profile profiles"
    " protected provided proxy quota reachable receive received refused reject rejected release remote remove"
    " removed replied reply reported request requested requests required requires reset response responded"
    " returned returning returns root running search seed seeds selected sent server servers service session set"
    " setting settings setup shared side site source space specified state status stopped storage supplied support"
    " supported system tag tags team temporarily terminated time timed timeout timeouts token tokens too tracker"
    " trackers trying type types unauthorized unavailable unexpected unknown unreachable update used user username"
    " users using valid validation value verification version web website whose wrong you sabnzbd nzbget"
    " qbittorrent deluge transmission rtorrent rutorrent utorrent vuze flood hadouken aria2 freebox tribler rqbit"
    " diskstation nzbvortex pneumatic radarr sonarr prowlarr jackett lidarr readarr whisparr plex emby jellyfin"
    " kodi trakt tvdb thetvdb tmdb imdb thexem skyhook discord docker windows linux ip magnet torrent link"
    " watchlist collection watch watched watches cookie cookies clicks activity invoked confirmation generated"
    " appears seems mail email prowl remain avatar rating ratings feed rejects changes deletes fault intervention"
    " load prompt requesting pack packs hash hashes string strings plus reuse rotation manager store still there"
    " here again later automatically manually intervene history limits identity context secret password passwords"
    " combination pair policy encryption dir src dst path destination designed intended container service"
    " ourselves itself priority retention maintenance capacity stats issue issues conflict conflicts"
    " problem problems lookup machine target guest leecher throttled param params parameter article script scripts"
    " optional busy interaction idle interrupted overloaded full slow vpn rpc ssl tls dht irc nzb dns nfs smb rss"
    " usenet nntp socks http https ftp sftp tcp udp tor url uri json xml von vom zum des dem den der die das und"
    " oder wird wurde ist que del de du da di el la le los para ou et est y"
)
"""Ordinary words that can follow 'user', 'password', 'host' or 'connect to'; any other word is a name.

Checked against all texts of both apps. The last ones are from other languages that use the word 'host'."""
LABELS: Final = Words(
    "error code status ratio tmdb tvdb imdb tvmaze tvrage trakt anidb mal id year line column size count season"
    " episode episodes chapter part page length width height bitrate duration seeds peers version port pid exit"
    " errno frames frame keyframes total timeout retry attempt attempts limit score priority quality age runtime"
    " block blocks article articles par crc http https http/1.1 level step rate fps speed row offset position"
    " votes sample samples hz khz kbps mbps bps index number no message result response job task files days hours"
    " minutes seconds min max tmdbid tvdbid imdbid movieid seriesid episodeid downloadid queueid"
)
"""Words before a colon and a number: 'Error:404' is no address."""
FILES: Final = Words(
    "mkv mp4 avi wmv mov mpg mpeg m4v ts iso img nzb torrent exe lnk scr bat cmd zip rar srt sub idx nfo txt jpg"
    " png sfv par mp3 flac aac log xml json yml yaml conf cfg ini db dll html php part tmp unpack dtd dts avc hevc"
    " web dl"
)
COMMON: Final = Words("com net org io local lan home internal arpa localdomain")
"""Endings of host names that no other word has."""
