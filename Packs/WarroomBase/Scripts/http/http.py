import codecs
import email.message
import ipaddress
import json
import os
import re
import socket
import time
import urllib.parse
import xml.etree.ElementTree as ET

import demistomock as demisto
import requests
import urllib3
from CommonServerPython import *
from CommonServerUserPython import *
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

CHUNK = 1024 * 1024
LARGEST_BODY = 10 * CHUNK
EXCERPT = 500
MOST_REDIRECTS = 10
RETRIED = (429, 500, 502, 503, 504)
MEDIA_TYPES = {
    "json": "application/json",
    "xml": "text/xml",
    "form": "application/x-www-form-urlencoded",
    "data": "multipart/form-data",
}
BYTE_ORDER_MARKS = (  # the longer ones first, since one begins like another
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What an origin may see that was not the one asked: no key, no cookie.
FIT_FOR_STRANGERS = ("accept", "accept-encoding", "content-type", "user-agent")
DEFAULT_PORTS = {"http": 80, "https": 443}
SECRET_NAME = re.compile(r"(?i)sig|token|key|secret|passw|pwd|cred|auth|code|session")
SHORTEST_SECRET = 6


class LostError(Exception):
    """The answer did not arrive, or not all of it; another attempt may work."""


# ---------------------------------------------------------------------------------------------------------------------
# Where a request may go
# ---------------------------------------------------------------------------------------------------------------------


def origin_of(url):
    """Scheme, host and port, as allowed origins are written."""
    parts = split(url)
    return f"{parts.scheme}://{parts.host}:{parts.port or DEFAULT_PORTS[parts.scheme]}"


def split(url):
    """The parts of an address, read as the one reads it who connects."""
    try:
        parts = urllib3.util.parse_url(url.strip())
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in DEFAULT_PORTS or not parts.host:
        raise DemistoException(f"{shown(url)!r} is not an address of the web; write http:// or https:// and a host.")
    return parts


def is_off_limits(address):
    """Whether the address is the server itself or its link: its own services, a cloud's metadata."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return ip.is_loopback or ip.is_link_local or ip.is_unspecified


class Border:
    """Which targets are refused: loopback and link-local, but for the origins that the settings allow."""

    def __init__(self, allowed):
        self.allowed = {origin_of(origin) for origin in allowed}

    def check(self, url):
        """Refuse the target when any address of its name is off limits."""
        if origin_of(url) in self.allowed:
            return
        parts = split(url)
        host, port = parts.host.strip("[]"), parts.port or DEFAULT_PORTS[parts.scheme]
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise LostError(f"{host} has no address ({error}); check the name") from None
        for place in found:
            self.check_address(origin_of(url), place[4][0])

    def check_address(self, origin, address):
        if origin not in self.allowed and is_off_limits(address):
            raise DemistoException(
                f"{origin} leads to {address}, an address of this machine or its link, and is refused; "
                f"`warroom serve --allow-origin {origin}` allows it, and where it is the address of an instance, "
                "such as a simulated tenant, so does `warroom instance allow-origin NAME`."
            )


def connections_within(border):
    """An adapter that checks the address it really connected to: a name may have changed since it was looked up."""

    def checked(scheme, connection_class, pool_class):
        class Connection(connection_class):
            def connect(self):
                super().connect()
                host = f"[{self.host}]" if ":" in self.host else self.host
                try:
                    border.check_address(f"{scheme}://{host.lower()}:{self.port}", self.sock.getpeername()[0])
                except DemistoException:
                    self.close()
                    raise

        return type("Pool", (pool_class,), {"ConnectionCls": Connection})

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *args, **kwargs):
            super().init_poolmanager(*args, **kwargs)
            self.poolmanager.pool_classes_by_scheme = {
                "http": checked("http", HTTPConnection, HTTPConnectionPool),
                "https": checked("https", HTTPSConnection, HTTPSConnectionPool),
            }

    return Adapter()


# ---------------------------------------------------------------------------------------------------------------------
# What is shown of an address
# ---------------------------------------------------------------------------------------------------------------------


def shown(url):
    """The address without user, query and fragment, which may hold credentials."""
    head = re.split(r"[?#]", url, maxsplit=1)[0]
    return re.sub(r"//[^/]*@", "//", head)


class Redaction:
    """Takes the secrets of the addresses that were asked out of everything that is shown."""

    def __init__(self):
        self.secrets = set()
        self.values = set()

    def learn(self, url):
        query = split(url).query or ""
        pairs = [pair.partition("=") for pair in query.split("&")]
        for name, _equals, raw in pairs:
            values = {raw, urllib.parse.unquote_plus(raw)}
            (self.secrets if SECRET_NAME.search(name) else self.values).update(values)
        self.secrets.update((query, query.replace("&", "&amp;"), query.replace("&", "\\u0026")))

    def clean(self, text):
        """A result: without the query as a whole and the values that are credentials by their name."""
        return self._without(self.secrets, text)

    def clean_error(self, text):
        """An error: without any value of a query, and without the query of any address."""
        text = self._without(self.secrets | self.values, text)
        return re.sub(r"(https?://[^\s?#\"'<>]+)[?#][^\s\"'<>]*", r"\1?<redacted>", text)

    def _without(self, secrets, text):
        for secret in sorted(secrets, key=len, reverse=True):
            if len(secret) >= SHORTEST_SECRET:
                text = text.replace(secret, "<redacted>")
        return text


# ---------------------------------------------------------------------------------------------------------------------
# Asking
# ---------------------------------------------------------------------------------------------------------------------


def yes(args, *names):
    return any(argToBoolean(args.get(name) or False) for name in names)


def parse_headers(text):
    """JSON, or key1:value1,key2:value2."""
    if not text:
        return {}
    if isinstance(text, dict):
        return {str(name): str(value) for name, value in text.items()}
    try:
        return {str(name): str(value) for name, value in json.loads(text).items()}
    except (ValueError, AttributeError):
        pairs = [pair.partition(":") for pair in re.split(r",(?=\s*[\w-]+\s*:)", text)]
    if not all(colon and name.strip() for name, colon, _value in pairs):
        raise DemistoException("The headers are neither JSON nor key1:value1,key2:value2; write one of the two.")
    return {name.strip(): value.strip() for name, _colon, value in pairs}


def media_type(name):
    return MEDIA_TYPES.get(name, name)


def headers_of(args, *, as_file):
    headers = parse_headers(args.get("headers"))
    given = {name.lower() for name in headers}
    wanted = {
        "Content-Type": media_type(args.get("request_content_type")),
        "Accept": media_type(args.get("response_content_type")),
        # A file is saved as it is, and can then be held against its Content-Length.
        "Accept-Encoding": "identity" if as_file else None,
    }
    return {**{name: value for name, value in wanted.items() if value and name.lower() not in given}, **headers}


class Asker:
    """One request with its redirects, each of them within the border."""

    def __init__(self, args, border, redaction):
        self.border = border
        self.redaction = redaction
        self.timeout = arg_to_number(args.get("timeout"), "timeout") or 60
        self.use_proxy = yes(args, "proxy")
        bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        self.verify = False if yes(args, "insecure", "unsecure") else bundle or True
        self.session = requests.Session()
        self.session.trust_env = False  # neither the machine's proxies nor its .netrc, unless asked
        for scheme in DEFAULT_PORTS:
            self.session.mount(f"{scheme}://", connections_within(border))
        if not self.verify:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def ask(self, method, url, headers, body, auth):
        """The answer, its body not read yet."""
        for _hop in range(MOST_REDIRECTS):
            response = self.ask_once(method, url, headers, body, auth)
            target = self.session.get_redirect_target(response)
            if target is None:
                return response
            response.close()
            target = urllib.parse.urljoin(url, target)
            if origin_of(target) != origin_of(url):
                headers = {name: value for name, value in headers.items() if name.lower() in FIT_FOR_STRANGERS}
                auth = None
            if response.status_code == 303 or (response.status_code in (301, 302) and method == "POST"):
                method, body = ("HEAD" if method == "HEAD" else "GET"), None
            url = target
        raise DemistoException(f"{shown(url)} redirects more than {MOST_REDIRECTS} times; check the address.")

    def ask_once(self, method, url, headers, body, auth):
        self.redaction.learn(url)
        self.border.check(url)
        proxies = requests.utils.get_environ_proxies(url) if self.use_proxy else {}
        try:
            return self.session.request(
                method,
                url,
                headers=headers,
                data=body.encode() if isinstance(body, str) else body,
                auth=auth,
                timeout=self.timeout,
                verify=self.verify,
                proxies=proxies,
                allow_redirects=False,
                stream=True,
            )
        except requests.exceptions.SSLError:
            text = f"The certificate of {origin_of(url)} is not trusted; install its authority, or give insecure=yes."
            raise DemistoException(text) from None
        except requests.exceptions.Timeout:
            raise LostError(f"{origin_of(url)} did not answer within {self.timeout} seconds") from None
        except requests.exceptions.ConnectionError:
            raise LostError(f"{origin_of(url)} could not be reached, or dropped the connection") from None
        except (requests.exceptions.RequestException, ValueError) as error:
            text = f"The request to {shown(url)} could not be made ({type(error).__name__}); check its parts."
            raise DemistoException(text) from None


def pieces(response, size=CHUNK):
    """The body piece by piece; it is lost as a whole when the end is missing."""
    arrived = 0
    try:
        for piece in response.iter_content(size):
            arrived += len(piece)
            yield piece
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError):
        text = f"The answer of {origin_of(response.url)} broke off after {arrived} bytes"
        raise LostError(text) from None
    promised = response.headers.get("Content-Length", "")
    plain = response.headers.get("Content-Encoding", "identity") == "identity"
    if plain and response.request.method != "HEAD" and promised.isdigit() and arrived != int(promised):
        raise LostError(f"The answer of {origin_of(response.url)} has {arrived} bytes, not the promised {promised}")


# ---------------------------------------------------------------------------------------------------------------------
# What becomes of the answer
# ---------------------------------------------------------------------------------------------------------------------


def refused(response, redaction):
    """The failure that an answer other than 2xx stands for, with the beginning of what it says."""
    try:
        start = next(pieces(response, 4 * EXCERPT), b"")
    except LostError:
        start = b""
    text = decoded(start, response, whole=False).strip()
    excerpt = redaction.clean_error(text)[:EXCERPT]
    reason = f"{response.status_code} {response.reason or ''}".strip()
    return DemistoException(f"{shown(response.url)} answered {reason}." + (f"\n{excerpt}" if excerpt else ""))


def decoded(body, response, *, whole=True):
    """A body as text: by its byte order mark, as the service says, as UTF-8 where it is that, else as Windows-1252."""
    for mark, name in BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    kind = email.message.Message()
    kind["Content-Type"] = response.headers.get("Content-Type", "")
    said = [charset] if (charset := kind.get_content_charset()) else []
    guessed = [json.detect_encoding(body)] if "json" in kind.get_content_type() else []
    for name in (*said, *guessed, "utf-8"):
        try:
            text = codecs.getincrementaldecoder(name)().decode(body, final=whole)
        except (LookupError, ValueError):  # unknown, or not what it is
            continue
        if isinstance(text, str):  # there are codecs of another kind, such as base64
            return text
    return body.decode("cp1252", "replace")


def as_sent(name):
    """A name from a header, which is read as Latin-1 by rule and is UTF-8 as a rule."""
    try:
        return name.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return name


def file_name(given, response):
    """What the analyst wants, else what the service says, else what the address ends with."""
    disposition = email.message.Message()
    disposition["Content-Disposition"] = response.headers.get("Content-Disposition", "")
    last = urllib.parse.unquote(urllib.parse.urlsplit(response.url).path.rpartition("/")[2])
    for name in (given, as_sent(disposition.get_filename() or ""), last):
        clean = re.sub(r"[\x00-\x1f]", "", re.split(r"[/\\]", name or "")[-1]).strip()
        if clean not in ("", ".", ".."):
            return clean
    return "http-file"


def save(response, name):
    """The body as a file entry; a body that did not arrive whole leaves nothing behind."""
    path = f"http-{demisto.uniqueFile()}"
    try:
        with open(path, "wb") as file:
            file.writelines(pieces(response))
        return file_result_existing_file(path, name)
    finally:
        if os.path.exists(path):
            os.remove(path)


def read(response):
    body = bytearray()
    for piece in pieces(response):
        body += piece
        if len(body) > LARGEST_BODY:
            raise DemistoException(f"The answer is longer than {LARGEST_BODY} bytes; save it with saveAsFile=yes.")
    return bytes(body)


def parsed(text, kind):
    try:
        if kind == "json":
            return json.loads(text)
        if kind == "xml":
            return json.loads(xml2json(text))
    except (ValueError, ET.ParseError):
        raise DemistoException(f"The answer is not {kind}; read it with parse_response_as=raw.") from None
    return None


def as_results(response, redaction, kind):
    body = read(response)
    text = redaction.clean(decoded(body, response))
    outputs = {
        "URL": shown(response.url),
        "StatusCode": response.status_code,
        "Headers": {name: redaction.clean(value) for name, value in response.headers.items()},
        "Body": text,
    }
    if kind in ("json", "xml"):
        outputs["ParsedBody"] = parsed(text, kind)
    return CommandResults(
        outputs_prefix="HttpRequest.Response",
        outputs=outputs,
        readable_output=f"{shown(response.url)} answered {response.status_code}.\n\n{as_it_is(text)}",
        raw_response=outputs,
    )


def as_it_is(text):
    """A text in a fence of Markdown that is longer than any in it."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}\n{text}\n{fence}" if text else ""


def body_of(args):
    body = args.get("body")
    return json.dumps(body) if isinstance(body, (dict, list)) else body


def attempt(asker, args, *, is_last):
    """One request, and what became of it; None when another attempt is due."""
    as_file = yes(args, "saveAsFile")
    auth = (args["username"], args.get("password") or "") if args.get("username") else None
    method, headers = (args.get("method") or "GET").upper(), headers_of(args, as_file=as_file)
    with asker.ask(method, args["url"].strip(), headers, body_of(args), auth) as response:
        if not 200 <= response.status_code < 300:
            if response.status_code in RETRIED and not is_last:
                return None
            raise refused(response, asker.redaction)
        if as_file:
            return save(response, file_name(args.get("filename"), response))
        return as_results(response, asker.redaction, args.get("parse_response_as"))


def run(args, allowed):
    """One attempt after the other, until there is an answer."""
    retries = max(0, arg_to_number(args.get("retry_count"), "retry_count") or 0)
    pause = arg_to_number(args.get("timeout_between_retries"), "timeout_between_retries")
    asker = Asker(args, Border(allowed), Redaction())
    with asker.session:
        for left in range(retries, -1, -1):
            try:
                results = attempt(asker, args, is_last=left == 0)
            except LostError as error:
                if left == 0:
                    raise DemistoException(f"{error}; try again.") from None
                results = None
            if results is not None:
                return results
            time.sleep(5 if pause is None else pause)  # noqa: TID251  # a script has a thread and nothing else to wait on
    raise AssertionError


def main():
    context = getattr(demisto, "callingContext", {}).get("context") or {}
    try:
        results = run(demisto.args(), context.get("HttpAllowedOrigins") or [])
    except (DemistoException, ValueError) as error:
        return_error(f"http: {error}")
    else:
        return_results(results)


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
