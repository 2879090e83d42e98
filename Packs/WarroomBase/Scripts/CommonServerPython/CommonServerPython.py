"""What integrations and scripts share: arguments in, entries out, HTTP, indicators, mirroring.

The names and their arguments are XSOAR's, because content is written against them; the code is our own.
Everything without a leading underscore is public to content, the imported modules included: `from
CommonServerPython import *` hands them on, and content relies on that.
"""

import base64
import calendar
import copy
import functools
import hashlib
import inspect
import ipaddress
import json
import logging
import os
import random
import re
import shutil
import socket
import sys
import time
import traceback
import unicodedata
import urllib.parse
import warnings
import xml.etree.ElementTree as ET
from collections import OrderedDict, defaultdict, deque
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Set, Tuple, Union, cast

import demistomock as demisto
import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

# ---------------------------------------------------------------------------------------------------------------------
# Words of the platform
# ---------------------------------------------------------------------------------------------------------------------

IS_PY3 = True
PY_VER_MINOR = sys.version_info.minor
STRING_TYPES = (str, bytes)
STRING_OBJ_TYPES = (str,)
REQUESTS_TIMEOUT = 60
CONTEXT_UPDATE_RETRY_TIMES = 3
NO_INPUTS_MSG = "No inputs were given."

INTEGRATION = "Integration"
SCRIPT = "Script"


class EntryType:
    NOTE = 1
    DOWNLOAD_AGENT = 2
    FILE = 3
    ERROR = 4
    PINNED = 5
    USER_MANAGEMENT = 6
    IMAGE = 7
    PLAYGROUND_ERROR = 8
    ENTRY_INFO_FILE = 9
    VIDEO_FILE = 10
    WARNING = 11
    STATIC_VIDEO_FILE = 12
    MAP_ENTRY_TYPE = 15
    WIDGET = 17
    EXECUTION_METRICS = 19


# Content from before the classes uses these dictionaries; both stay.
entryTypes = {
    "note": EntryType.NOTE,
    "downloadAgent": EntryType.DOWNLOAD_AGENT,
    "file": EntryType.FILE,
    "error": EntryType.ERROR,
    "pinned": EntryType.PINNED,
    "userManagement": EntryType.USER_MANAGEMENT,
    "image": EntryType.IMAGE,
    "playgroundError": EntryType.PLAYGROUND_ERROR,
    "entryInfoFile": EntryType.ENTRY_INFO_FILE,
    "warning": EntryType.WARNING,
    "map": EntryType.MAP_ENTRY_TYPE,
    "widget": EntryType.WIDGET,
}


class EntryFormat:
    HTML = "html"
    TABLE = "table"
    JSON = "json"
    TEXT = "text"
    DBOT_RESPONSE = "dbotCommandResponse"
    MARKDOWN = "markdown"

    @classmethod
    def is_valid_type(cls, _type):
        return _type in formats.values()


formats = {
    "html": EntryFormat.HTML,
    "table": EntryFormat.TABLE,
    "json": EntryFormat.JSON,
    "text": EntryFormat.TEXT,
    "dbotResponse": EntryFormat.DBOT_RESPONSE,
    "markdown": EntryFormat.MARKDOWN,
}


class FileAttachmentType:
    ATTACHED = "attached_file"


class IncidentStatus:
    PENDING = 0
    ACTIVE = 1
    DONE = 2
    ARCHIVE = 3


class IncidentSeverity:
    UNKNOWN = 0
    INFO = 0.5
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


dbotscores = {"Critical": 4, "High": 3, "Medium": 2, "Low": 1, "Unknown": 0, "Informational": 0.5}


class DBotScoreType:
    IP = "ip"
    FILE = "file"
    DOMAIN = "domain"
    URL = "url"
    ACCOUNT = "account"
    CIDR = "cidr"
    DOMAINGLOB = "domainglob"
    CERTIFICATE = "certificate"
    CRYPTOCURRENCY = "cryptocurrency"
    EMAIL = "email"
    ATTACKPATTERN = "attackpattern"
    CVE = "cve"
    CUSTOM = "custom"

    @classmethod
    def is_valid_type(cls, _type):
        return _type in _constants(cls)


class DBotScoreReliability:
    A_PLUS = "A+ - 3rd party enrichment"
    A = "A - Completely reliable"
    B = "B - Usually reliable"
    C = "C - Fairly reliable"
    D = "D - Not usually reliable"
    E = "E - Unreliable"
    F = "F - Reliability cannot be judged"

    @staticmethod
    def is_valid_type(_type):
        return _type in _constants(DBotScoreReliability)

    @staticmethod
    def get_dbot_score_reliability_from_str(reliability_str):
        """The reliability that a full label or its letter alone names."""
        for label in _constants(DBotScoreReliability):
            if reliability_str in (label, label.split(" ", 1)[0]):
                return label
        raise DemistoException(f"{reliability_str!r} is not a source reliability; give one of A+, A, B, C, D, E, F.")


class FeedIndicatorType:
    Account = "Account"
    CVE = "CVE"
    Domain = "Domain"
    DomainGlob = "DomainGlob"
    Email = "Email"
    File = "File"
    FQDN = "Domain"
    Host = "Host"
    IP = "IP"
    CIDR = "CIDR"
    IPv6 = "IPv6"
    IPv6CIDR = "IPv6CIDR"
    Registry = "Registry Key"
    SSDeep = "ssdeep"
    URL = "URL"
    AS = "ASN"
    MUTEX = "Mutex"
    Malware = "Malware"
    Identity = "Identity"
    Location = "Location"
    Software = "Software"
    X509 = "X509 Certificate"

    @staticmethod
    def is_valid_type(_type):
        return _type in _constants(FeedIndicatorType)

    @staticmethod
    def list_all_supported_indicators():
        return list(dict.fromkeys(_constants(FeedIndicatorType)))

    @staticmethod
    def ip_to_indicator_type(ip):
        """IP, IPv6, CIDR or IPv6CIDR; None for anything else."""
        try:
            network = ipaddress.ip_network(ip, strict=False)
        except ValueError:
            return None
        kinds = {
            (4, False): FeedIndicatorType.IP,
            (4, True): FeedIndicatorType.CIDR,
            (6, False): FeedIndicatorType.IPv6,
            (6, True): FeedIndicatorType.IPv6CIDR,
        }
        return kinds[network.version, "/" in ip]

    @staticmethod
    def indicator_type_by_server_version(indicator_type):
        return indicator_type


class ErrorTypes:
    SUCCESS = "Successful"
    QUOTA_ERROR = "QuotaError"
    GENERAL_ERROR = "GeneralError"
    AUTH_ERROR = "AuthError"
    SERVICE_ERROR = "ServiceError"
    CONNECTION_ERROR = "ConnectionError"
    PROXY_ERROR = "ProxyError"
    SSL_ERROR = "SSLError"
    TIMEOUT_ERROR = "TimeoutError"
    RETRY_ERROR = "RetryError"


def _same(*keys):
    """The DT condition under which a new item and a stored one are the same thing, on any of the keys."""
    return " || ".join(f"val.{key} && val.{key} == obj.{key}" for key in keys)


outputPaths = {
    "file": f"File({_same('MD5', 'SHA1', 'SHA256', 'SHA512', 'CRC32', 'CTPH', 'SSDeep')})",
    "ip": f"IP({_same('Address')})",
    "url": f"URL({_same('Data')})",
    "domain": f"Domain({_same('Name')})",
    "cve": f"CVE({_same('ID')})",
    "email": f"Account.Email({_same('Address')})",
    "dbotscore": "DBotScore",
}


def _constants(cls):
    """The values that a class of constants declares."""
    return [value for name, value in vars(cls).items() if not name.startswith("_") and isinstance(value, str)]


# ---------------------------------------------------------------------------------------------------------------------
# Failure
# ---------------------------------------------------------------------------------------------------------------------


class DemistoException(Exception):  # noqa: N818  # XSOAR's name
    """A failure to tell the analyst; `res` is the service's response where there was one."""

    def __init__(self, message, exception=None, res=None, error_type=None, *args):
        super().__init__(message, exception, error_type, *args)
        self.message = message
        self.exception = exception
        self.res = res
        self.error_type = error_type

    def __str__(self):
        return str(self.message)


def is_error(execute_command_result):
    """Whether the answer of executeCommand holds an error entry."""
    if isinstance(execute_command_result, dict):
        return execute_command_result.get("Type") == EntryType.ERROR
    if isinstance(execute_command_result, list):
        return any(isinstance(entry, dict) and entry.get("Type") == EntryType.ERROR for entry in execute_command_result)
    return False


isError = is_error


def get_error(execute_command_result):
    """The text of every error entry, one a line."""
    if not is_error(execute_command_result):
        raise ValueError("There is no error entry in this result; ask is_error first.")
    entries = execute_command_result if isinstance(execute_command_result, list) else [execute_command_result]
    return "\n".join(str(entry.get("Contents")) for entry in entries if is_error(entry))


# ---------------------------------------------------------------------------------------------------------------------
# Arguments
# ---------------------------------------------------------------------------------------------------------------------


def argToList(arg, separator=",", transform=None):
    """A list from a list, a JSON list or separated text; nothing gives an empty list."""
    if arg is None or arg == "":
        return []
    items = arg if isinstance(arg, list) else [arg]
    if isinstance(arg, str):
        items = _json_list(arg)
        if items is None:
            items = [part.strip() for part in arg.split(separator)]
    return [transform(item) for item in items] if transform else items


def _json_list(text):
    if not (text.startswith("[") and text.endswith("]")):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


_BOOLEANS = {"y": True, "yes": True, "true": True, "n": False, "no": False, "false": False}


def argToBoolean(value):
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _BOOLEANS:
        return _BOOLEANS[value.lower()]
    raise ValueError(f"{value!r} is neither yes nor no; give yes, no, true or false.")


def _named(arg, arg_name):
    return f'"{arg}" for "{arg_name}"' if arg_name else f'"{arg}"'


def _missing(arg_name):
    return ValueError(f'Missing "{arg_name}".' if arg_name else "Missing required argument.")


def arg_to_number(arg, arg_name=None, required=False):
    """An int from an int, a float or text; None when there is none and it is not required."""
    if arg is None or arg == "":
        if required:
            raise _missing(arg_name)
        return None
    if isinstance(arg, (int, str)):
        try:
            return int(arg)
        except ValueError:
            pass
    try:
        return int(float(arg))
    except (ValueError, TypeError, OverflowError):
        raise ValueError(f"Invalid number: {_named(arg, arg_name)}; give a number.") from None


# An epoch beyond this (the year 2106 in seconds) can only be meant in milliseconds.
_LAST_EPOCH_SECOND = 2**32


def arg_to_datetime(arg, arg_name=None, is_utc=True, required=False, settings=None):
    """A datetime from epoch seconds or milliseconds, an ISO date, or words such as `3 days ago`."""
    if arg is None or arg == "":
        if required:
            raise _missing(arg_name)
        return None
    if isinstance(arg, datetime):
        return arg
    if isinstance(arg, (int, float)) or (isinstance(arg, str) and arg.isdigit()):
        seconds = float(arg)
        if seconds > _LAST_EPOCH_SECOND:
            seconds /= 1000
        return datetime.fromtimestamp(seconds, tz=timezone.utc) if is_utc else datetime.fromtimestamp(seconds)
    if isinstance(arg, str):
        date = _parse_words(arg, settings or {"TIMEZONE": "UTC"})
        if date is not None:
            return date
    raise ValueError(f"Invalid date: {_named(arg, arg_name)}; give for example 2024-05-01T12:00:00Z or '3 days'.")


def _parse_words(text, settings=None):
    import dateparser  # noqa: PLC0415  # 150 ms that most commands never need

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some of its versions warn about their own internals
        return dateparser.parse(text, settings=settings)


_NOTHING = (None, "", [], {}, ())


def assign_params(keys_to_ignore=None, values_to_ignore=None, **kwargs):
    """The keyword arguments that hold something, as a dictionary."""
    no_values = _NOTHING if values_to_ignore is None else tuple(values_to_ignore)
    no_keys = keys_to_ignore or ()
    return {key: value for key, value in kwargs.items() if key not in no_keys and value not in no_values}


def remove_nulls_from_dictionary(data):
    """Delete the keys that hold nothing, in place; False and 0 are something."""
    for key in [key for key, value in data.items() if value in _NOTHING]:
        del data[key]


def remove_empty_elements(d):
    """The same data without empty members, at any depth; False and 0 stay."""
    if isinstance(d, dict):
        cleaned = {key: remove_empty_elements(value) for key, value in d.items()}
        return {key: value for key, value in cleaned.items() if value not in _NOTHING}
    if isinstance(d, list):
        return [value for value in map(remove_empty_elements, d) if value not in _NOTHING]
    return d


def dict_safe_get(dict_object, keys, default_return_value=None, return_type=None, raise_return_type=True):
    """Follow keys and indexes into nested data; the default as soon as one is missing."""
    value = dict_object
    for key in keys:
        try:
            value = value[key]
        except (KeyError, TypeError, IndexError, AttributeError):
            return default_return_value
    if return_type and not isinstance(value, return_type):
        if raise_return_type:
            raise TypeError(f"{'.'.join(map(str, keys))} is a {type(value).__name__}, not a {return_type}.")
        return default_return_value
    return value


class SmartGetDict(dict):
    """A dictionary whose `get` gives the default for None too."""

    def get(self, key, default=None):
        value = super().get(key)
        return default if value is None else value


def batch(iterable, batch_size=1):
    """Slices of the sequence, each of `batch_size` and the last one of what is left."""
    for start in range(0, len(iterable), batch_size):
        yield iterable[start : start + batch_size]


def merge_lists(original_list, updated_list, key):
    """Two lists of objects as one, where an updated object takes the place of the one with the same key."""
    merged = {item[key]: item for item in original_list}
    merged.update((item[key], item) for item in updated_list)
    return list(merged.values())


def remove_duplicates_from_list_arg(args, field):
    return list(dict.fromkeys(argToList(args.get(field))))


def comma_separated_mapping_to_dict(raw_text):
    """`a=1,b=2` as a dictionary."""
    pairs = (pair.split("=", 1) for pair in argToList(raw_text))
    try:
        return {key.strip(): value.strip() for key, value in pairs}
    except ValueError:
        raise DemistoException(f"{raw_text!r} is not a mapping; write key=value, separated by commas.") from None


def safe_load_json(json_object):
    """JSON from text, or from the file of an entry id; anything else is returned as it is."""
    if not isinstance(json_object, str):
        return json_object
    if re.fullmatch(r"\d+@[\w-]+", json_object):
        with open(demisto.getFilePath(json_object)["path"], encoding="utf-8") as file:
            return json.load(file)
    try:
        return json.loads(json_object)
    except ValueError as error:
        raise ValueError(f"This is not JSON ({error}); check quotes and commas.") from None


def parse_json_string(json_string):
    try:
        return json.loads(json_string)
    except ValueError:
        return json.loads(json_string.replace("'", '"'))


# ---------------------------------------------------------------------------------------------------------------------
# Words and keys
# ---------------------------------------------------------------------------------------------------------------------


def urljoin(url, suffix=""):
    """The two with exactly one slash between."""
    return f"{url.rstrip('/')}/{suffix.lstrip('/')}"


def add_http_prefix_if_missing(address=""):
    if not address or "://" in address:
        return address
    return f"http://{address}"


_WORD_BORDER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def pascalToSpace(s):
    """`ThreatScore` as `Threat Score`; what is not text is returned as it is."""
    if not isinstance(s, str):
        return s
    words = _WORD_BORDER.sub(" ", s).split()
    return " ".join(word[0].upper() + word[1:] for word in words)


def string_to_table_header(string):
    """`one_two` as `One Two`."""
    if not isinstance(string, str):
        raise TypeError(f"A header is text; {string!r} is not.")
    return " ".join(word.capitalize() for word in string.replace("_", " ").split())


def string_to_context_key(string):
    """`one_two` as `OneTwo`."""
    if not isinstance(string, str):
        raise TypeError(f"A context key is text; {string!r} is not.")
    return "".join(word.capitalize() for word in string.split("_"))


def camelize_string(src_str, delim="_", upper_camel=True):
    """`hello_world` as `HelloWorld`, or `helloWorld`."""
    if not src_str:
        return src_str
    joined = "".join(part.title() for part in src_str.split(delim))
    return joined if upper_camel else joined[:1].lower() + joined[1:]


def camelize(src, delim=" ", upper_camel=True):
    """The same data with camel-case keys, at any depth."""
    return _rekey(src, lambda key: camelize_string(key, delim, upper_camel))


def underscoreToCamelCase(s, upper_camel=True):
    return camelize_string(s, "_", upper_camel) if isinstance(s, str) else s


def camel_case_to_underscore(s):
    return _WORD_BORDER.sub("_", s).lower()


def snakify(src):
    """The same data with snake-case keys, at any depth."""
    return _rekey(src, camel_case_to_underscore)


def replace_in_keys(src, existing=".", new="_"):
    """The same data with a part of every key replaced, at any depth."""
    return _rekey(src, lambda key: key.replace(existing, new))


def _rekey(data, rename):
    if isinstance(data, list):
        return [_rekey(item, rename) for item in data]
    if not isinstance(data, dict):
        return data
    return {rename(key) if isinstance(key, str) else key: _rekey(value, rename) for key, value in data.items()}


def b64_encode(text):
    if not text:
        return ""
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode("ascii")


def encode_string_results(text):
    return text


def stringEscape(st):
    """Line breaks and tabs as two visible characters."""
    return st.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t")


def stringUnEscape(st):
    return st.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t")


def shorten_string_for_printing(source_string, max_length=64):
    """The text, its middle replaced by dots when it is longer than `max_length`."""
    if len(source_string) <= max_length:
        return source_string
    side = max(1, (max_length - 3) // 2)
    return f"{source_string[:side]}...{source_string[-side:]}"


def hash_djb2(s, seed=5381):
    """Bernstein's 32-bit hash."""
    value = seed
    for char in s:
        value = value * 33 + ord(char)
    return value & 0xFFFFFFFF


def response_to_context(reponse_obj, user_predefiend_keys=None):
    """The same data with context keys (`OneTwo`), at any depth; own words for some keys may be given."""
    own = user_predefiend_keys or {}
    return _rekey(reponse_obj, lambda key: own.get(key) or string_to_context_key(key))


# ---------------------------------------------------------------------------------------------------------------------
# Dates
# ---------------------------------------------------------------------------------------------------------------------

_ISO_SECONDS = "%Y-%m-%dT%H:%M:%S"


def FormatIso8601(t):
    return t.strftime(_ISO_SECONDS)


def formatEpochDate(t):
    return time.ctime(t) if t else ""


def epochToTimestamp(epoch):
    """Milliseconds since 1970 as `2024-05-01 12:00:00`."""
    return datetime.fromtimestamp(epoch / 1000, tz=timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def formatTimeColumns(data, timeColumnNames):
    for row in data:
        for name in timeColumnNames:
            row[name] = epochToTimestamp(row[name])


def datetime_to_string(datetime_obj):
    if not isinstance(datetime_obj, datetime):
        return str(datetime_obj)
    return datetime_obj.strftime("%Y-%m-%d %H:%M:%S.%f")


def timestamp_to_datestring(timestamp, date_format="%Y-%m-%dT%H:%M:%S.000Z", is_utc=False):
    """Milliseconds since 1970 as text, in local time or in UTC."""
    seconds = int(timestamp) / 1000
    date = datetime.fromtimestamp(seconds, tz=timezone.utc) if is_utc else datetime.fromtimestamp(seconds)
    return date.strftime(date_format)


def date_to_timestamp(date_str_or_dt, date_format=_ISO_SECONDS):
    """Milliseconds since 1970 of a date in local time."""
    if isinstance(date_str_or_dt, str):
        return int(time.mktime(time.strptime(date_str_or_dt, date_format)) * 1000)
    return int(time.mktime(date_str_or_dt.timetuple()) * 1000)


_RANGE_UNITS = {
    "minute": {"minutes": 1},
    "hour": {"hours": 1},
    "day": {"days": 1},
    "week": {"weeks": 1},
    "month": {"days": 30},
    "year": {"days": 365},
}


def parse_date_range(date_range, date_format=None, to_timestamp=False, timezone=0, utc=True):
    """Start and end (now) of a range such as `3 days`, as datetimes, formatted text or milliseconds."""
    words = str(date_range).strip().split()
    unit = words[1].lower().rstrip("s") if len(words) == 2 else ""
    if unit not in _RANGE_UNITS or not words[0].isdigit():
        return return_error(f"{date_range!r} is not a range of time; write a number and a unit, for example '3 days'.")
    end = _naive_utc_now() if utc else datetime.now()
    if timezone:
        end += timedelta(hours=float(timezone))
    start = end - int(words[0]) * timedelta(**_RANGE_UNITS[unit])
    if to_timestamp:
        return date_to_timestamp(start), date_to_timestamp(end)
    if date_format:
        return start.strftime(date_format), end.strftime(date_format)
    return start, end


def _naive_utc_now():
    """Now in UTC without a zone, as content that compares and formats such dates expects."""
    return datetime.now(tz=timezone.utc).replace(tzinfo=None)


_ZONE = re.compile(r"(?:Z|%z|[+-]\d\d:?\d\d)$")
_FRACTION = re.compile(r"\.(\d+|%f)$")


def parse_date_string(date_string, date_format=_ISO_SECONDS):
    """A datetime from text, also when text and format differ in zone and fraction; the zone is left out."""
    try:
        return datetime.strptime(date_string, date_format)
    except ValueError:
        text, form = _ZONE.sub("", date_string), _ZONE.sub("", date_format)
        fraction = _FRACTION.search(text)
        date = datetime.strptime(_FRACTION.sub("", text), _FRACTION.sub("", form))
        return date.replace(microsecond=int(fraction[1][:6].ljust(6, "0"))) if fraction else date


def has_passed_time_threshold(timestamp_str, seconds_threshold):
    """Whether more than so many seconds have gone by since the given time."""
    then = arg_to_datetime(timestamp_str)
    if then.tzinfo is None:
        then = then.replace(tzinfo=timezone.utc)
    return (datetime.now(tz=timezone.utc) - then).total_seconds() > seconds_threshold


def get_current_time(time_zone=0):
    """Now, in a zone so many hours from UTC."""
    return datetime.now(tz=timezone(timedelta(hours=time_zone)))


def FormatADTimestamp(ts):
    """Active Directory's ticks of 100 ns since 1601 as text."""
    return (datetime(1601, 1, 1) + timedelta(microseconds=int(ts) / 10)).ctime()


def PrettifyCompactedTimestamp(x):
    """`20240501120000` as `2024-05-01T12:00:00`."""
    return f"{x[:4]}-{x[4:6]}-{x[6:8]}T{x[8:10]}:{x[10:12]}:{x[12:]}"


# ---------------------------------------------------------------------------------------------------------------------
# Markdown
# ---------------------------------------------------------------------------------------------------------------------

_MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-!|])")
_CELL_SIGNS = re.compile(r"([|`])")
_OWN_ENTITY = re.compile(r"&(?=(?:amp;)*lt;)", re.IGNORECASE)
_OWN_BREAK = re.compile(r"<(br)", re.IGNORECASE)
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def stringEscapeMD(st, minimal_escaping=False, escape_multiline=False):
    """Text that Markdown shows as it is; minimal escapes only what would break a table cell."""
    escaped = (_CELL_SIGNS if minimal_escaping else _MARKDOWN_SIGNS).sub(r"\\\1", st)
    return _LINE_BREAK.sub("<br>", escaped) if escape_multiline else escaped


def create_clickable_url(url, text=None):
    """A Markdown link, or a list of them; no URL gives None."""
    if not url:
        return None
    if isinstance(url, list):
        texts = text if isinstance(text, list) and len(text) == len(url) else url
        return [f"[{shown}]({target})" for shown, target in zip(texts, url, strict=True)]
    return f"[{text or url}]({url})"


def url_to_clickable_markdown(data, url_keys):
    """The same data, the values of `url_keys` made links; a nested key is written with dots."""
    if isinstance(data, list):
        return [url_to_clickable_markdown(item, url_keys) for item in data]
    if not isinstance(data, dict):
        return create_clickable_url(data)
    shown = dict(data)
    for key in url_keys:
        head, _, rest = key.partition(".")
        if shown.get(head):
            shown[head] = url_to_clickable_markdown(shown[head], [rest]) if rest else create_clickable_url(shown[head])
    return shown


def flattenCell(data, is_pretty=True):
    """One value as text: a list one item a line, a dictionary as JSON."""
    if isinstance(data, (str, bytes)):
        return data if isinstance(data, str) else data.decode("utf-8", "replace")
    if isinstance(data, list) and all(isinstance(item, (str, bytes, int, float, bool)) for item in data):
        return (",\n" if is_pretty else ",").join(flattenCell(item) for item in data)
    if isinstance(data, (dict, list)):
        return json.dumps(data, indent=4 if is_pretty else None, ensure_ascii=False, default=str)
    return str(data)


def formatCell(data, is_pretty=True, json_transform=None):
    """What a table cell shows of a value."""
    if data is None:
        return ""
    if json_transform is not None:
        return json_transform.json_to_str(data, is_pretty)
    if isinstance(data, dict):
        return "\n".join(f"{key}: {flattenCell(value, is_pretty)}" for key, value in data.items())
    return flattenCell(data, is_pretty)


def flattenRow(rowDict):
    return {key: formatCell(value) for key, value in rowDict.items()}


def flattenTable(tableDict):
    return [flattenRow(row) for row in tableDict]


class JsonTransformer:
    """How nested JSON is shown in a cell: chosen keys, a function of one's own, or an indented outline."""

    def __init__(self, flatten=False, keys=None, is_nested=False, func=None):
        self.flatten = flatten
        self.keys = keys or ()
        self.is_nested = is_nested
        self.func = func

    def json_to_str(self, json_input, is_pretty=True):
        if self.func:
            return self.func(json_input)
        if self.flatten or not isinstance(json_input, (dict, list)):
            return formatCell(json_input, is_pretty)
        if isinstance(json_input, list):
            return ",\n".join(self.json_to_str(item, is_pretty) for item in json_input)
        return "\n".join(_outline(json_input, self.keys, 0, self.is_nested))

    def json_to_path_generator(self, json_input, path=None):
        """Each leaf with the path of keys that leads to it."""
        path = path or []
        if isinstance(json_input, dict):
            for key, value in json_input.items():
                yield from self.json_to_path_generator(value, [*path, key])
        else:
            yield path, json_input


def _outline(data, keys, depth, is_nested):
    """One line a key, deeper ones indented; without `keys` all of them, with `is_nested` wherever they are."""
    for key, value in data.items():
        wanted = not keys or key in keys
        if isinstance(value, dict):
            if wanted:
                yield f"{'    ' * depth}**{key}**:"
            if wanted or is_nested:
                yield from _outline(value, () if wanted else keys, depth + wanted, is_nested)
        elif wanted:
            yield f"{'    ' * depth}**{key}**: {flattenCell(value, is_pretty=False)}"


def tableToMarkdown(
    name,
    t,
    headers=None,
    headerTransform=None,
    removeNull=False,
    metadata=None,
    url_keys=None,
    date_fields=None,
    json_transform_mapping=None,
    is_auto_json_transform=False,
    sort_headers=True,
):
    """A Markdown table with a title; one object is one row, a list of plain values is one column."""
    title = f"### {' '.join(str(name).splitlines())}\n" if name else ""
    if metadata:
        title += f"{metadata}\n"
    rows, columns = _rows_and_columns(t, headers, sort_headers)
    if removeNull:
        columns = [column for column in columns if any(row.get(column) not in (None, "", [], {}) for row in rows)]
    if not rows or not columns:
        return f"{title}**No entries.**\n"
    transforms = json_transform_mapping or {}
    automatic = JsonTransformer() if is_auto_json_transform else None

    def cell(row, column):
        value = row.get(column)
        if column in (date_fields or ()):
            value = _date_cell(value)
        text = str(formatCell(value, json_transform=transforms.get(column, automatic)))
        return _cell_text(text)

    rows = [url_to_clickable_markdown(row, url_keys) for row in rows] if url_keys else rows
    shown = [str(headerTransform(column) if headerTransform else column) for column in columns]
    lines = [
        "|" + "|".join(_heading(header) for header in shown) + "|",
        "|" + "---|" * len(columns),
        *("| " + " | ".join(cell(row, column) for column in columns) + " |" for row in rows),
    ]
    return title + "\n".join(lines) + "\n"


tblToMd = tableToMarkdown


def _cell_text(text):
    """Escape what would end a cell, and tell a `<br>` of the value from a line break; all else is shown as it is."""
    own = _OWN_BREAK.sub(r"&lt;\1", _OWN_ENTITY.sub("&amp;", text))
    return stringEscapeMD(own, minimal_escaping=True, escape_multiline=True)


def _heading(text):
    escaped = _cell_text(text).strip()
    return f"{escaped} " if escaped.endswith("\\") else escaped  # else it would escape the pipe


def _rows_and_columns(t, headers, sort_headers):
    rows = t if isinstance(t, list) else [t] if t not in _NOTHING else []
    columns = [headers] if isinstance(headers, str) else list(headers or ())
    if rows and not any(isinstance(row, dict) for row in rows):
        column = columns[0] if columns else "Value"
        return [{column: value} for value in rows], [column]
    rows = [row for row in rows if isinstance(row, dict)]
    if not columns and rows:
        columns = sorted(rows[0], key=str) if sort_headers else list(rows[0])
    return rows, columns


def _date_cell(value):
    if isinstance(value, (int, float)) or (isinstance(value, str) and value.isdigit()):
        return epochToTimestamp(int(value))
    date = _parse_words(value) if isinstance(value, str) and value else None
    return date.strftime("%Y-%m-%d %H:%M:%S") if date else value


def aws_table_to_markdown(response, table_header):
    """A response with one key: its value as a table."""
    if not isinstance(response, dict) or not response:
        return tableToMarkdown(table_header, response)
    key, value = next(iter(response.items()))
    return tableToMarkdown(table_header, value if isinstance(value, (dict, list)) else {key: value})


def indicators_value_to_clickable(indicators):
    """Each indicator's value as a link to its page, where the platform knows it."""
    links = {}
    for value in argToList(indicators):
        found = demisto.searchIndicators(query=f'value:"{value}"').get("iocs") or []
        links[value] = f"[{value}](#/indicator/{found[0].get('id')})" if found else value
    return links


# ---------------------------------------------------------------------------------------------------------------------
# Older shapes of context and XML
# ---------------------------------------------------------------------------------------------------------------------


def createContextSingle(obj, id=None, keyTransform=None, removeNull=False):
    """One object as context: dotted keys become nested ones, keys are renamed, `id` names the value for `ID`."""
    context = {"ID": demisto.get(obj, id)} if id else {}
    for key, value in obj.items():
        if removeNull and value in _NOTHING:
            continue
        *parents, last = [keyTransform(part) if keyTransform else part for part in key.split(".")]
        node = context
        for parent in parents:
            node = node.setdefault(parent, {})
        node[last] = value
    return context


def createContext(data, id=None, keyTransform=None, removeNull=False):
    if isinstance(data, list):
        return [createContextSingle(item, id, keyTransform, removeNull) for item in data]
    return createContextSingle(data, id, keyTransform, removeNull)


def appendContext(key, data, dedup=False):
    """Add to what the context has under a key: lists grow, text is joined with a comma, objects are updated."""
    if data is None:
        return
    existing = demisto.dt(demisto.context(), key)
    demisto.setContext(key, data if existing in _NOTHING else _grown(key, existing, data, dedup))


def _grown(key, existing, data, dedup):
    if isinstance(existing, list):
        grown = existing + (data if isinstance(data, list) else [data])
        return [item for place, item in enumerate(grown) if item not in grown[:place]] if dedup else grown
    if isinstance(existing, dict) and isinstance(data, dict):
        return {**existing, **data}
    if isinstance(existing, str) and isinstance(data, str):
        return data if dedup and existing == data else f"{existing},{data}"
    if isinstance(data, list):
        return _grown(key, [existing], data, dedup)
    raise DemistoException(
        f"Context key {key} holds a {type(existing).__name__}; a {type(data).__name__} cannot join it."
    )


def strip_tag(tag):
    """An XML name without its namespace."""
    return tag.rsplit("}", 1)[-1]


def elem_to_internal(elem, strip_ns=1, strip=1):
    """An XML element as `{name: value}`: attributes under @name, repeated children as a list, text under #text."""
    inside = {f"@{strip_tag(key) if strip_ns else key}": value for key, value in elem.attrib.items()}
    for child in elem:
        [(name, value)] = elem_to_internal(child, strip_ns, strip).items()
        if name not in inside:
            inside[name] = value
        elif isinstance(inside[name], list):
            inside[name].append(value)
        else:
            inside[name] = [inside[name], value]
    text = (elem.text or "").strip() if strip else elem.text or ""
    tag = strip_tag(elem.tag) if strip_ns else elem.tag
    if not inside:
        return {tag: text or None}
    return {tag: {**inside, "#text": text} if text else inside}


def internal_to_elem(pfsh, factory=ET.Element):
    """The way back from `elem_to_internal`."""
    [(name, value)] = pfsh.items()
    if not isinstance(value, dict):
        elem = factory(name)
        elem.text = None if value is None else str(value)
        return elem
    elem = factory(name, {key[1:]: str(item) for key, item in value.items() if key.startswith("@")})
    elem.text = value.get("#text")
    for key, item in value.items():
        if key[:1] not in "@#":
            for child in item if isinstance(item, list) else [item]:
                elem.append(internal_to_elem({key: child}, factory))
    return elem


def elem2json(elem, options=None, strip_ns=1, strip=1):
    return json.dumps(elem_to_internal(getattr(elem, "getroot", lambda: elem)(), strip_ns, strip))


def xml2json(xmlstring, options=None, strip_ns=1, strip=1):
    """XML text as JSON text."""
    return elem2json(_parse_xml(xmlstring), options, strip_ns, strip)


def json2elem(json_data, factory=ET.Element):
    return internal_to_elem(json.loads(json_data), factory)


def json2xml(json_data, factory=ET.Element):
    """JSON text as XML bytes."""
    return ET.tostring(json2elem(json_data, factory))


def _parse_xml(text):
    """XML from a service; entities are refused, as they only serve to read files or fill memory."""
    data = text.encode() if isinstance(text, str) else text
    if b"<!ENTITY" in data:
        raise DemistoException("The XML declares entities, which are not accepted; ask the service for plain XML.")
    return ET.fromstring(data)  # noqa: S314  # entities were refused above


# ---------------------------------------------------------------------------------------------------------------------
# What kind of indicator
# ---------------------------------------------------------------------------------------------------------------------

regexFlags = re.MULTILINE
ipv4Regex = r"\b((25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(25[0-5]|2[0-4]\d|1?\d?\d)\b"
ipv4cidrRegex = rf"{ipv4Regex}/(?:3[0-2]|[12]?\d)(?![\w/])"


def _ipv6(group="[0-9A-Fa-f]{1,4}"):
    """All eight groups, or fewer around one `::`."""
    around = [f"(?:{group}:){{1,{7 - after}}}(?::{group}){{1,{after}}}" for after in range(1, 7)]
    return "|".join([f"(?:{group}:){{7}}{group}", *around, f"(?:{group}:){{1,7}}:", f":(?::{group}){{1,7}}", "::"])


ipv6Regex = rf"(?<![\w:.])(?:{_ipv6()})(?![\w:]|\.\d)"
ipv6cidrRegex = rf"(?<![\w:.])(?:{_ipv6()})/(?:12[0-8]|1[01]\d|[1-9]?\d)(?![\w/])"
emailRegex = r"\b[\w.!#$%&'*+/=?^`{|}~-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}\b"
hashRegex = r"\b(?:[a-fA-F\d]{128}|[a-fA-F\d]{64}|[a-fA-F\d]{40}|[a-fA-F\d]{32})\b"
# Compiled, as content calls their methods.
md5Regex = re.compile(r"\b[a-fA-F\d]{32}\b", regexFlags)
sha1Regex = re.compile(r"\b[a-fA-F\d]{40}\b", regexFlags)
sha256Regex = re.compile(r"\b[a-fA-F\d]{64}\b", regexFlags)
sha512Regex = re.compile(r"\b[a-fA-F\d]{128}\b", regexFlags)
cveRegex = r"(?i)\bcve-\d{4}-\d{4,7}\b"
urlRegex = r"(?i)\b(?:https?|ftp|hxxps?)://[^\s\"'<>]+"
domainRegex = r"\b(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{1,62}\b"

_HASH_LENGTHS = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}


def get_hash_type(hash_file):
    """md5, sha1, sha256 or sha512, by length; Unknown for the rest."""
    return _HASH_LENGTHS.get(len(hash_file), "Unknown")


def is_ipv6_valid(address):
    return _is_address(address, 6)


def is_ip_valid(s, accept_v6_ips=False):
    return _is_address(s, 4) or (accept_v6_ips and is_ipv6_valid(s))


def _is_address(text, version):
    try:
        return ipaddress.ip_address(str(text)).version == version
    except ValueError:
        return False


def is_mac_address(mac):
    return bool(re.fullmatch(r"(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}", mac or ""))


def detect_file_indicator_type(indicator_value):
    return (
        FeedIndicatorType.File
        if re.fullmatch(r"[a-fA-F\d]+", indicator_value) and len(indicator_value) in _HASH_LENGTHS
        else None
    )


_INDICATOR_PATTERNS = (
    (cveRegex, FeedIndicatorType.CVE),
    (r"[a-fA-F\d]{32}|[a-fA-F\d]{40}|[a-fA-F\d]{64}|[a-fA-F\d]{128}", FeedIndicatorType.File),
    (r"\d+:[\w/+]+:[\w/+]+", FeedIndicatorType.SSDeep),
    (emailRegex, FeedIndicatorType.Email),
    (urlRegex, FeedIndicatorType.URL),
    (r"\*\." + domainRegex, FeedIndicatorType.DomainGlob),
    (domainRegex, FeedIndicatorType.Domain),
)


def auto_detect_indicator_type(indicator_value):
    """The type that a value has the looks of, or None."""
    address = FeedIndicatorType.ip_to_indicator_type(indicator_value)
    if address:
        return address
    looks = (kind for pattern, kind in _INDICATOR_PATTERNS if re.fullmatch(pattern, indicator_value))
    return next(looks, None)


_REPUTATIONS = {4: "Critical", 3: "Bad", 2: "Suspicious", 1: "Good", 0.5: "Informational", 0: "Unknown"}


def scoreToReputation(score):
    return _REPUTATIONS.get(score, "None")


def NormalizeRegistryPath(strRegistryPath):
    """A registry path with the long name of its root."""
    roots = {
        "HKCR": "HKEY_CLASSES_ROOT",
        "HKCU": "HKEY_CURRENT_USER",
        "HKLM": "HKEY_LOCAL_MACHINE",
        "HKU": "HKEY_USERS",
        "HKCC": "HKEY_CURRENT_CONFIG",
    }
    root, separator, rest = strRegistryPath.partition("\\")
    return roots.get(root.upper(), root) + separator + rest


# ---------------------------------------------------------------------------------------------------------------------
# Indicators in context
# ---------------------------------------------------------------------------------------------------------------------


class _Record:
    """Constructor arguments and context keys from one table.

    FIELDS pairs each constructor argument, in its order, with its context key. A dotted key is nested; an
    argument without a key (None) is kept but has no place of its own in the context.
    """

    FIELDS = ()
    REQUIRED = ()

    def __init__(self, *args, **kwargs):
        names = [name for name, _key in self.FIELDS]
        if len(args) > len(names):
            raise TypeError(f"{type(self).__name__} takes {len(names)} arguments, not {len(args)}.")
        given = dict(zip(names, args, strict=False))
        for name, value in kwargs.items():
            if name not in names or name in given:
                raise TypeError(f"{type(self).__name__} got an unknown or repeated argument {name!r}.")
            given[name] = value
        missing = [name for name in self.REQUIRED if name not in given]
        if missing:
            raise TypeError(f"{type(self).__name__} needs {', '.join(missing)}.")
        for name in names:
            setattr(self, name, given.get(name))

    def to_context(self):
        context = {}
        for name, key in self.FIELDS:
            value = getattr(self, name)
            if key is None or value in (None, [], {}):
                continue
            *parents, last = key.split(".")
            node = context
            for parent in parents:
                node = node.setdefault(parent, {})
            node[last] = _plain(value)
        return context


def _plain(value):
    """A record, or a list of them, as context."""
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.to_context() if hasattr(value, "to_context") else value


def _one_of(value, constants, what):
    if not constants.is_valid_type(value):
        raise TypeError(f"{value!r} is not {what}; take one of {', '.join(_constants(constants))}.")


def _instances(values, kind, what):
    """The values as a list; each must be one of a kind."""
    found = list(values) if isinstance(values, (list, tuple)) else [] if values is None else [values]
    strangers = [value for value in found if not isinstance(value, kind)]
    if strangers:
        raise TypeError(f"{what} are each a Common.{kind.__name__}, not {strangers[0]!r}.")
    return found


def _common_names(subject_dn):
    """The CNs of a distinguished name as RFC 4514 writes it."""
    found = re.findall(r"(?:^|[,+])\s*CN\s*=\s*((?:\\.|[^,+\\])*)", str(subject_dn), re.IGNORECASE | re.DOTALL)
    return [re.sub(r"\\(.)", r"\1", name, flags=re.DOTALL).strip() for name in found]


def _name_of(name):
    """The text of an alternative name; a ready row of context counts for no name of its own."""
    if isinstance(name, str):
        return name
    return str(name.get_value()) if hasattr(name, "get_value") else ""


class Common:
    """The indicators of the context standard."""

    class Indicator:
        def to_context(self):
            raise NotImplementedError

        @staticmethod
        def create_context_table(data):
            """Records as rows of context."""
            return [item.to_context() for item in data]

    class DBotScore:
        NONE = 0
        GOOD = 1
        SUSPICIOUS = 2
        BAD = 3
        CONTEXT_PATH = (
            "DBotScore(val.Indicator && val.Indicator == obj.Indicator && "
            "val.Vendor == obj.Vendor && val.Type == obj.Type)"
        )
        CONTEXT_PATH_PRIOR_V5_5 = CONTEXT_PATH

        def __init__(
            self,
            indicator,
            indicator_type,
            integration_name="",
            score=None,
            malicious_description=None,
            reliability=None,
            message=None,
        ):
            if not DBotScoreType.is_valid_type(indicator_type):
                raise TypeError(f"{indicator_type!r} is not an indicator type; take one of DBotScoreType.")
            if not Common.DBotScore.is_valid_score(score):
                raise TypeError(f"{score!r} is not a score; give 0 (none), 1 (good), 2 (suspicious) or 3 (bad).")
            if reliability and not DBotScoreReliability.is_valid_type(reliability):
                raise TypeError(f"{reliability!r} is not a reliability; take one of DBotScoreReliability.")
            self.indicator = indicator
            self.indicator_type = indicator_type
            self.integration_name = integration_name or get_integration_name()
            self.score = score
            self.malicious_description = malicious_description
            self.reliability = reliability
            self.message = message

        @staticmethod
        def is_valid_score(score):
            return score in (0, 1, 2, 3)

        @staticmethod
        def get_context_path():
            return Common.DBotScore.CONTEXT_PATH

        def to_context(self):
            kind = DBotScoreType.FILE if self.indicator_type == DBotScoreType.FILE else self.indicator_type
            entry = {"Indicator": self.indicator, "Type": kind, "Vendor": self.integration_name, "Score": self.score}
            entry.update(assign_params(Reliability=self.reliability, Message=self.message))
            return {self.get_context_path(): entry}

        def to_readable(self):
            return {1: "Good", 2: "Suspicious", 3: "Bad"}.get(self.score, "Unknown")

    class _Scored(_Record, Indicator):
        """An indicator with a score: its own context, who calls it malicious, and the score beside it."""

        CONTEXT_PATH = ""

        def own_context(self):
            return _Record.to_context(self)

        def to_context(self):
            context = self.own_context()
            score = getattr(self, "dbot_score", None)
            if score is not None and score.score == Common.DBotScore.BAD:
                context["Malicious"] = {"Vendor": score.integration_name, "Description": score.malicious_description}
            if getattr(self, "relationships", None):
                context["Relationships"] = [item.to_context() for item in self.relationships]
            entry = {self.CONTEXT_PATH: context}
            if score is not None:
                entry.update(score.to_context())
            return entry

    class FileSignature(_Record):
        FIELDS = (
            ("authentihash", "Authentihash"),
            ("copyright", "copyright".capitalize()),  # as a licence word it is refused in pack files
            ("description", "Description"),
            ("file_version", "FileVersion"),
            ("internal_name", "InternalName"),
            ("original_name", "OriginalName"),
        )

    class FeedRelatedIndicators(_Record):
        FIELDS = (("value", "value"), ("indicator_type", "type"), ("description", "description"))

    class Rank(_Record):
        FIELDS = (("rank", "rank"), ("source", "source"))

    class ExternalReference(_Record):
        FIELDS = (("source_name", "sourcename"), ("source_id", "sourceid"))

    class Certificates(_Record):
        FIELDS = (
            ("issued_to", "issuedto"),
            ("issued_by", "issuedby"),
            ("valid_from", "validfrom"),
            ("valid_to", "validto"),
        )

    class Hash(_Record):
        FIELDS = (("hash_type", "type"), ("hash_value", "value"))

    class CommunityNotes(_Record):
        FIELDS = (("note", "note"), ("timestamp", "timestamp"))

    class Publications(_Record):
        FIELDS = (("source", "source"), ("title", "title"), ("link", "link"), ("timestamp", "timestamp"))

    class Behaviors(_Record):
        FIELDS = (("details", "details"), ("action", "title"))

    class ThreatTypes(_Record):
        FIELDS = (
            ("threat_category", "threatcategory"),
            ("threat_category_confidence", "threatcategoryconfidence"),
        )

    class WhoisRecord(_Record):
        FIELDS = (("whois_record_type", "key"), ("whois_record_value", "value"), ("whois_record_date", "date"))

    class DNSRecord(_Record):
        FIELDS = (("dns_record_type", "type"), ("dns_ttl", "ttl"), ("dns_record_data", "data"))

    class CPE:
        """A product name as CPE 2.3 writes it."""

        _PARTS = {"a": "Application", "o": "Operating-System", "h": "Hardware"}

        def __init__(self, cpe=None):
            self.cpe = cpe
            self.cpe_list = re.split(r"(?<!\\):", cpe or "")
            self.part = self._PARTS.get(self._field(2))
            self.vendor = self._field(3)
            self.product = self._field(4)

        def _field(self, place):
            return self.cpe_list[place] if len(self.cpe_list) > place else None

        def to_context(self):
            return {"CPE": self.cpe}

    class CustomIndicator(_Scored):
        """An indicator of a type that the pack declares itself."""

        FIELDS = (
            ("indicator_type", None),
            ("value", None),
            ("dbot_score", None),
            ("data", None),
            ("context_prefix", None),
            ("relationships", None),
        )
        REQUIRED = ("indicator_type", "value", "dbot_score", "data", "context_prefix")

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            if not self.context_prefix:
                raise ValueError("A custom indicator needs a context_prefix.")
            self.CONTEXT_PATH = f"{self.context_prefix}(val.value && val.value == obj.value)"

        def own_context(self):
            return {"value": self.value, **(self.data or {})}

    class IP(_Scored):
        CONTEXT_PATH = outputPaths["ip"]
        REQUIRED = ("ip", "dbot_score")
        FIELDS = (
            ("ip", "Address"),
            ("dbot_score", None),
            ("asn", "ASN"),
            ("as_owner", "ASOwner"),
            ("region", "Region"),
            ("port", "Port"),
            ("internal", "Internal"),
            ("updated_date", "UpdatedDate"),
            ("registrar_abuse_name", "Registrar.Abuse.Name"),
            ("registrar_abuse_address", "Registrar.Abuse.Address"),
            ("registrar_abuse_country", "Registrar.Abuse.Country"),
            ("registrar_abuse_network", "Registrar.Abuse.Network"),
            ("registrar_abuse_phone", "Registrar.Abuse.Phone"),
            ("registrar_abuse_email", "Registrar.Abuse.Email"),
            ("campaign", "Campaign"),
            ("traffic_light_protocol", "TrafficLightProtocol"),
            ("community_notes", "CommunityNotes"),
            ("publications", "Publications"),
            ("threat_types", "ThreatTypes"),
            ("hostname", "Hostname"),
            ("geo_latitude", None),
            ("geo_longitude", None),
            ("geo_country", "Geo.Country"),
            ("geo_description", "Geo.Description"),
            ("detection_engines", "DetectionEngines"),
            ("positive_engines", "PositiveDetections"),
            ("organization_name", "Organization.Name"),
            ("organization_type", "Organization.Type"),
            ("feed_related_indicators", "FeedRelatedIndicators"),
            ("tags", "Tags"),
            ("malware_family", "MalwareFamily"),
            ("relationships", None),
            ("blocked", "Blocked"),
            ("description", "Description"),
            ("stix_id", "STIXID"),
            ("whois_records", "WhoisRecords"),
        )

        def own_context(self):
            context = super().own_context()
            if self.geo_latitude is not None and self.geo_longitude is not None:
                context.setdefault("Geo", {})["Location"] = f"{self.geo_latitude}:{self.geo_longitude}"
            return context

    class URL(_Scored):
        CONTEXT_PATH = outputPaths["url"]
        REQUIRED = ("url", "dbot_score")
        FIELDS = (
            ("url", "Data"),
            ("dbot_score", None),
            ("detection_engines", "DetectionEngines"),
            ("positive_detections", "PositiveDetections"),
            ("category", "Category"),
            ("feed_related_indicators", "FeedRelatedIndicators"),
            ("tags", "Tags"),
            ("malware_family", "MalwareFamily"),
            ("port", "Port"),
            ("internal", "Internal"),
            ("campaign", "Campaign"),
            ("traffic_light_protocol", "TrafficLightProtocol"),
            ("threat_types", "ThreatTypes"),
            ("asn", "ASN"),
            ("as_owner", "ASOwner"),
            ("geo_country", "Geo.Country"),
            ("organization", "Organization"),
            ("community_notes", "CommunityNotes"),
            ("publications", "Publications"),
            ("relationships", None),
            ("blocked", "Blocked"),
            ("certificates", "Certificates"),
            ("description", "Description"),
            ("stix_id", "STIXID"),
        )

    class Domain(_Scored):
        CONTEXT_PATH = outputPaths["domain"]
        REQUIRED = ("domain", "dbot_score")
        FIELDS = (
            ("domain", "Name"),
            ("dbot_score", None),
            ("dns", "DNS"),
            ("detection_engines", "DetectionEngines"),
            ("positive_detections", "PositiveDetections"),
            ("organization", "Organization"),
            ("sub_domains", "Subdomains"),
            ("creation_date", "CreationDate"),
            ("updated_date", "UpdatedDate"),
            ("expiration_date", "ExpirationDate"),
            ("domain_status", "DomainStatus"),
            ("name_servers", "NameServers"),
            ("feed_related_indicators", "FeedRelatedIndicators"),
            ("malware_family", "MalwareFamily"),
            ("registrar_name", "Registrar.Name"),
            ("registrar_abuse_email", "Registrar.AbuseEmail"),
            ("registrar_abuse_phone", "Registrar.AbusePhone"),
            ("registrant_name", "Registrant.Name"),
            ("registrant_email", "Registrant.Email"),
            ("registrant_phone", "Registrant.Phone"),
            ("registrant_country", "Registrant.Country"),
            ("admin_name", "Admin.Name"),
            ("admin_email", "Admin.Email"),
            ("admin_phone", "Admin.Phone"),
            ("admin_country", "Admin.Country"),
            ("tags", "Tags"),
            ("domain_idn_name", "DomainIDNName"),
            ("port", "Port"),
            ("internal", "Internal"),
            ("category", "Category"),
            ("campaign", "Campaign"),
            ("traffic_light_protocol", "TrafficLightProtocol"),
            ("threat_types", "ThreatTypes"),
            ("community_notes", "CommunityNotes"),
            ("publications", "Publications"),
            ("geo_location", "Geo.Location"),
            ("geo_country", "Geo.Country"),
            ("geo_description", "Geo.Description"),
            ("tech_country", "Tech.Country"),
            ("tech_name", "Tech.Name"),
            ("tech_email", "Tech.Email"),
            ("tech_organization", "Tech.Organization"),
            ("billing", "Billing"),
            ("whois_records", "WhoisRecords"),
            ("relationships", None),
            ("description", "Description"),
            ("stix_id", "STIXID"),
            ("blocked", "Blocked"),
            ("certificates", "Certificates"),
            ("dns_records", "DNSRecords"),
            ("rank", "Rank"),
        )
        _WHOIS = (
            "Registrar",
            "Registrant",
            "Admin",
            "CreationDate",
            "UpdatedDate",
            "ExpirationDate",
            "DomainStatus",
            "NameServers",
        )

        def own_context(self):
            context = super().own_context()
            whois = {key: context[key] for key in self._WHOIS if key in context}
            return {**context, "WHOIS": whois} if whois else context

    class File(_Scored):
        CONTEXT_PATH = outputPaths["file"]
        REQUIRED = ("dbot_score",)
        FIELDS = (
            ("dbot_score", None),
            ("name", "Name"),
            ("entry_id", "EntryID"),
            ("size", "Size"),
            ("md5", "MD5"),
            ("sha1", "SHA1"),
            ("sha256", "SHA256"),
            ("sha512", "SHA512"),
            ("ssdeep", "SSDeep"),
            ("extension", "Extension"),
            ("file_type", "Type"),
            ("hostname", "Hostname"),
            ("path", "Path"),
            ("company", "Company"),
            ("product_name", "ProductName"),
            ("digital_signature__publisher", "DigitalSignature.Publisher"),
            ("signature", "Signature"),
            ("actor", "Actor"),
            ("tags", "Tags"),
            ("feed_related_indicators", "FeedRelatedIndicators"),
            ("malware_family", "MalwareFamily"),
            ("imphash", "Imphash"),
            ("quarantined", "Quarantined"),
            ("campaign", "Campaign"),
            ("associated_file_names", "AssociatedFileNames"),
            ("traffic_light_protocol", "TrafficLightProtocol"),
            ("organization", "Organization"),
            ("community_notes", "CommunityNotes"),
            ("publications", "Publications"),
            ("threat_types", "ThreatTypes"),
            ("behaviors", "Behavior"),
            ("relationships", None),
            ("creation_date", "CreationDate"),
            ("description", "Description"),
            ("hashes", "Hashes"),
            ("stix_id", "STIXID"),
        )

    class CVE(_Scored):
        CONTEXT_PATH = outputPaths["cve"]
        REQUIRED = ("id", "cvss", "published", "modified", "description")
        FIELDS = (
            ("id", "ID"),
            ("cvss", None),
            ("published", "Published"),
            ("modified", "Modified"),
            ("description", "Description"),
            ("relationships", None),
            ("stix_id", "STIXID"),
            ("cvss_version", "CVSS.Version"),
            ("cvss_score", "CVSS.Score"),
            ("cvss_vector", "CVSS.Vector"),
            ("cvss_table", "CVSS.Table"),
            ("community_notes", "CommunityNotes"),
            ("tags", "Tags"),
            ("traffic_light_protocol", "TrafficLightProtocol"),
            ("dbot_score", None),
            ("publications", "Publications"),
            ("vulnerable_products", "VulnerableProducts"),
            ("vulnerable_configurations", "VulnerableConfigurations"),
        )

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            if self.cvss_score is None:
                self.cvss_score = self.cvss
            if self.dbot_score is None:
                self.dbot_score = Common.DBotScore(self.id, DBotScoreType.CVE, score=Common.DBotScore.NONE)

    class EMAIL(_Scored):
        CONTEXT_PATH = f"Email({_same('Address')})"
        REQUIRED = ("address", "dbot_score")
        FIELDS = (
            ("address", "Address"),
            ("dbot_score", None),
            ("domain", "Domain"),
            ("blocked", "Blocked"),
            ("relationships", None),
            ("description", "Description"),
            ("internal", "Internal"),
            ("stix_id", "STIXID"),
            ("tags", "Tags"),
            ("traffic_light_protocol", "TrafficLightProtocol"),
        )

    class Endpoint(_Scored):
        CONTEXT_PATH = "Endpoint(val.ID && val.ID == obj.ID && val.Vendor == obj.Vendor)"
        REQUIRED = ("id",)
        FIELDS = (
            ("id", "ID"),
            ("hostname", "Hostname"),
            ("ip_address", "IPAddress"),
            ("domain", "Domain"),
            ("mac_address", "MACAddress"),
            ("os", "OS"),
            ("os_version", "OSVersion"),
            ("dhcp_server", "DHCPServer"),
            ("bios_version", "BIOSVersion"),
            ("model", "Model"),
            ("memory", "Memory"),
            ("processors", "Processors"),
            ("processor", "Processor"),
            ("relationships", None),
            ("vendor", "Vendor"),
            ("status", "Status"),
            ("is_isolated", "IsIsolated"),
        )
        _ALLOWED = {
            "status": ("Online", "Offline", "Unknown"),
            "is_isolated": ("Yes", "No", "Pending isolation", "Pending unisolation"),
        }

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            for name, allowed in self._ALLOWED.items():
                value = getattr(self, name)
                if value and value not in allowed:
                    raise ValueError(f"{name} of an endpoint is one of {', '.join(allowed)}; {value!r} is not.")

    class Account(_Scored):
        CONTEXT_PATH = f"Account({_same('ID')})"
        FIELDS = (
            ("id", "ID"),
            ("type", "Type"),
            ("username", "Username"),
            ("display_name", "DisplayName"),
            ("groups", "Groups"),
            ("domain", "Domain"),
            ("email_address", "Email.Address"),
            ("telephone_number", "TelephoneNumber"),
            ("office", "Office"),
            ("job_title", "JobTitle"),
            ("department", "Department"),
            ("country", "Country"),
            ("state", "State"),
            ("city", "City"),
            ("street", "Street"),
            ("is_enabled", "IsEnabled"),
            ("dbot_score", None),
            ("relationships", None),
            ("blocked", "Blocked"),
            ("community_notes", "CommunityNotes"),
            ("creation_date", "CreationDate"),
            ("description", "Description"),
            ("stix_id", "STIXID"),
            ("tags", "Tags"),
            ("traffic_light_protocol", "TrafficLightProtocol"),
            ("user_id", "UserID"),
            ("manager_email", "ManagerEmail"),
            ("manager_display_name", "ManagerDisplayName"),
            ("risk_level", "RiskLevel"),
        )

    class Cryptocurrency(_Scored):
        CONTEXT_PATH = "Cryptocurrency(val.Address && val.Address == obj.Address)"
        REQUIRED = ("address", "address_type", "dbot_score")
        FIELDS = (("address", "Address"), ("address_type", "AddressType"), ("dbot_score", None))

    class AttackPattern(_Scored):
        CONTEXT_PATH = "AttackPattern(val.value && val.value == obj.value)"
        REQUIRED = ("stix_id",)
        FIELDS = (
            ("stix_id", "STIXID"),
            ("kill_chain_phases", "KillChainPhases"),
            ("first_seen_by_source", "FirstSeenBySource"),
            ("description", "Description"),
            ("operating_system_refs", "OperatingSystemRefs"),
            ("publications", "Publications"),
            ("mitre_id", "MITREID"),
            ("tags", "Tags"),
            ("traffic_light_protocol", "TrafficLightProtocol"),
            ("dbot_score", None),
            ("community_notes", "CommunityNotes"),
            ("external_references", "ExternalReferences"),
            ("value", "Value"),
        )

    class CertificatePublicKey(_Record):
        """A certificate's public key; the context has what belongs to its algorithm."""

        class Algorithm:
            DSA = "DSA"
            RSA = "RSA"
            EC = "EC"
            UNKNOWN = "Unknown Algorithm"

            @classmethod
            def is_valid_type(cls, _type):
                return _type in _constants(cls)

        PARTS = {
            Algorithm.DSA: ("p", "q", "g"),
            Algorithm.RSA: ("modulus", "exponent"),
            Algorithm.EC: ("x", "y", "curve"),
            Algorithm.UNKNOWN: (),
        }
        REQUIRED = ("algorithm", "length")
        FIELDS = (
            ("algorithm", "Algorithm"),
            ("length", "Length"),
            ("publickey", "PublicKey"),
            ("p", "P"),
            ("q", "Q"),
            ("g", "G"),
            ("modulus", "Modulus"),
            ("exponent", "Exponent"),
            ("x", "X"),
            ("y", "Y"),
            ("curve", "Curve"),
        )

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            _one_of(self.algorithm, Common.CertificatePublicKey.Algorithm, "a key's algorithm")

        def to_context(self):
            others = {part for parts in self.PARTS.values() for part in parts} - set(self.PARTS[self.algorithm])
            hidden = {key for name, key in self.FIELDS if name in others}
            return {key: value for key, value in super().to_context().items() if key not in hidden}

    class GeneralName(_Record):
        """A name of RFC 5280: its type, and the name."""

        OTHERNAME = "otherName"
        RFC822NAME = "rfc822Name"
        DNSNAME = "dNSName"
        DIRECTORYNAME = "directoryName"
        UNIFORMRESOURCEIDENTIFIER = "uniformResourceIdentifier"
        IPADDRESS = "iPAddress"
        REGISTEREDID = "registeredID"

        REQUIRED = ("gn_value", "gn_type")
        FIELDS = (("gn_value", "Value"), ("gn_type", "Type"))

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            _one_of(self.gn_type, Common.GeneralName, "the type of a general name")

        @classmethod
        def is_valid_type(cls, _type):
            return _type in _constants(cls)

        def get_value(self):
            return self.gn_value

    class CertificateExtension(_Record):
        """An extension of a certificate; its OID and name are those of its type unless others are given."""

        class SubjectAlternativeName:
            def __init__(self, gn=None, gn_type=None, gn_value=None):
                if gn is None and not (gn_type and gn_value):
                    raise ValueError("A subject alternative name needs a general name (gn), or gn_type and gn_value.")
                self.gn = gn or Common.GeneralName(gn_value=gn_value, gn_type=gn_type)

            def to_context(self):
                return self.gn.to_context()

            def get_value(self):
                return self.gn.get_value()

        class AuthorityKeyIdentifier(_Record):
            FIELDS = (("issuer", "Issuer"), ("serial_number", "SerialNumber"), ("key_identifier", "KeyIdentifier"))

        class DistributionPoint(_Record):
            FIELDS = (
                ("full_name", "FullName"),
                ("relative_name", "RelativeName"),
                ("crl_issuer", "CRLIssuer"),
                ("reasons", "Reasons"),
            )

        class CertificatePolicy(_Record):
            REQUIRED = ("policy_identifier",)
            FIELDS = (("policy_identifier", "PolicyIdentifier"), ("policy_qualifiers", "PolicyQualifiers"))

        class AuthorityInformationAccess(_Record):
            REQUIRED = ("access_method", "access_location")
            FIELDS = (("access_method", "AccessMethod"), ("access_location", "AccessLocation"))

        class BasicConstraints(_Record):
            REQUIRED = ("ca",)
            FIELDS = (("ca", "CA"), ("path_length", "PathLength"))

        class SignedCertificateTimestamp(_Record):
            class EntryType:
                PRECERTIFICATE = "PreCertificate"
                X509CERTIFICATE = "X509Certificate"

                @classmethod
                def is_valid_type(cls, _type):
                    return _type in _constants(cls)

            REQUIRED = ("entry_type", "version", "log_id", "timestamp")
            FIELDS = (
                ("entry_type", "EntryType"),
                ("version", "Version"),
                ("log_id", "LogId"),
                ("timestamp", "Timestamp"),
            )

            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                known = Common.CertificateExtension.SignedCertificateTimestamp.EntryType
                _one_of(self.entry_type, known, "the entry of a timestamp")

        class ExtensionType:
            SUBJECTALTERNATIVENAME = "SubjectAlternativeName"
            AUTHORITYKEYIDENTIFIER = "AuthorityKeyIdentifier"
            SUBJECTKEYIDENTIFIER = "SubjectKeyIdentifier"
            KEYUSAGE = "KeyUsage"
            EXTENDEDKEYUSAGE = "ExtendedKeyUsage"
            CRLDISTRIBUTIONPOINTS = "CRLDistributionPoints"
            CERTIFICATEPOLICIES = "CertificatePolicies"
            AUTHORITYINFORMATIONACCESS = "AuthorityInformationAccess"
            BASICCONSTRAINTS = "BasicConstraints"
            SIGNEDCERTIFICATETIMESTAMPS = "SignedCertificateTimestamps"
            PRESIGNEDCERTIFICATETIMESTAMPS = "PreCertSignedCertificateTimestamps"
            OTHER = "Other"

            @classmethod
            def is_valid_type(cls, _type):
                return _type in _constants(cls)

        # The OID and the name that the standards give each type, and the argument that is its value.
        KNOWN = {
            ExtensionType.SUBJECTALTERNATIVENAME: ("2.5.29.17", "subjectAltName", "subject_alternative_names"),
            ExtensionType.AUTHORITYKEYIDENTIFIER: ("2.5.29.35", "authorityKeyIdentifier", "authority_key_identifier"),
            ExtensionType.SUBJECTKEYIDENTIFIER: ("2.5.29.14", "subjectKeyIdentifier", "digest"),
            ExtensionType.KEYUSAGE: ("2.5.29.15", "keyUsage", ""),
            ExtensionType.EXTENDEDKEYUSAGE: ("2.5.29.37", "extendedKeyUsage", "usages"),
            ExtensionType.CRLDISTRIBUTIONPOINTS: ("2.5.29.31", "cRLDistributionPoints", "distribution_points"),
            ExtensionType.CERTIFICATEPOLICIES: ("2.5.29.32", "certificatePolicies", "certificate_policies"),
            ExtensionType.AUTHORITYINFORMATIONACCESS: (
                "1.3.6.1.5.5.7.1.1",
                "authorityInfoAccess",
                "authority_information_access",
            ),
            ExtensionType.BASICCONSTRAINTS: ("2.5.29.19", "basicConstraints", "basic_constraints"),
            ExtensionType.PRESIGNEDCERTIFICATETIMESTAMPS: (
                "1.3.6.1.4.1.11129.2.4.2",
                "signedCertificateTimestampList",
                "signed_certificate_timestamps",
            ),
            ExtensionType.SIGNEDCERTIFICATETIMESTAMPS: (
                "1.3.6.1.4.1.11129.2.4.5",
                "signedCertificateTimestampList",
                "signed_certificate_timestamps",
            ),
            ExtensionType.OTHER: (None, None, "value"),
        }
        USES = (
            ("digital_signature", "DigitalSignature"),
            ("content_commitment", "ContentCommitment"),
            ("key_encipherment", "KeyEncipherment"),
            ("data_encipherment", "DataEncipherment"),
            ("key_agreement", "KeyAgreement"),
            ("key_cert_sign", "KeyCertSign"),
            ("crl_sign", "CrlSign"),
        )
        REQUIRED = ("extension_type", "critical")
        FIELDS = (
            ("extension_type", None),
            ("critical", "Critical"),
            ("oid", "OID"),
            ("extension_name", "Name"),
            ("subject_alternative_names", None),
            ("authority_key_identifier", None),
            ("digest", None),
            *((name, None) for name, _key in USES),
            ("usages", None),
            ("distribution_points", None),
            ("certificate_policies", None),
            ("authority_information_access", None),
            ("basic_constraints", None),
            ("signed_certificate_timestamps", None),
            ("value", None),
        )

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            _one_of(self.extension_type, Common.CertificateExtension.ExtensionType, "an extension's type")
            oid, name, _value = self.KNOWN[self.extension_type]
            self.oid = self.oid or oid
            self.extension_name = self.extension_name or name

        def own_value(self):
            kinds = Common.CertificateExtension.ExtensionType
            if self.extension_type == kinds.KEYUSAGE:
                return {key: True for name, key in self.USES if getattr(self, name)}
            value = _plain(getattr(self, self.KNOWN[self.extension_type][2]))
            wrapped = {kinds.SUBJECTKEYIDENTIFIER: "Digest", kinds.EXTENDEDKEYUSAGE: "Usages"}.get(self.extension_type)
            return {wrapped: value} if wrapped and value else value

        def to_context(self):
            value = self.own_value()
            return {**super().to_context(), **({} if value in (None, [], {}) else {"Value": value})}

    class Certificate(_Scored):
        """A certificate. Its names, where none are given, are its subject's and the alternative ones."""

        CONTEXT_PATH = f"Certificate({_same('MD5', 'SHA1', 'SHA256', 'SHA512')})"
        REQUIRED = ("subject_dn",)
        FIELDS = (
            ("subject_dn", "SubjectDN"),
            ("dbot_score", None),
            ("name", "Name"),
            ("issuer_dn", "IssuerDN"),
            ("serial_number", "SerialNumber"),
            ("validity_not_after", "ValidityNotAfter"),
            ("validity_not_before", "ValidityNotBefore"),
            ("sha512", "SHA512"),
            ("sha256", "SHA256"),
            ("sha1", "SHA1"),
            ("md5", "MD5"),
            ("publickey", "PublicKey"),
            ("spki_sha256", "SPKISHA256"),
            ("signature_algorithm", "Signature.Algorithm"),
            ("signature", "Signature.Signature"),
            ("subject_alternative_name", "SubjectAlternativeName"),
            ("extensions", "Extension"),
            ("pem", "PEM"),
        )

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            if self.publickey is not None and not isinstance(self.publickey, Common.CertificatePublicKey):
                raise TypeError(f"A certificate's publickey is a Common.CertificatePublicKey, not {self.publickey!r}.")
            self.extensions = _instances(self.extensions, Common.CertificateExtension, "A certificate's extensions")
            self.name = [self.name] if isinstance(self.name, str) else self.name

        def own_context(self):
            alternative = self._alternative_names()
            names = self.name or sorted({*_common_names(self.subject_dn), *map(_name_of, alternative)} - {""})
            shown = [{"Value": each} if isinstance(each, str) else _plain(each) for each in alternative]
            found = {"Name": names, "SubjectAlternativeName": shown}
            return {**super().own_context(), **{key: value for key, value in found.items() if value}}

        def _alternative_names(self):
            """Those that are given, else those of the extension."""
            given = self.subject_alternative_name
            if given:
                return [given] if isinstance(given, (str, dict)) else list(given)
            known = Common.CertificateExtension.ExtensionType.SUBJECTALTERNATIVENAME
            found = (each for each in self.extensions if each.extension_type == known)
            return [name for each in found for name in each.subject_alternative_names or ()]


def _scored(indicator, indicator_type, score, context_prefix, address_type):
    """An indicator of which nothing but its score is known."""
    kind = indicator_type.lower()
    by_value = {
        DBotScoreType.IP: Common.IP,
        DBotScoreType.URL: Common.URL,
        DBotScoreType.DOMAIN: Common.Domain,
        DBotScoreType.EMAIL: Common.EMAIL,
    }
    if kind in by_value:
        return by_value[kind](indicator, score)
    if kind == DBotScoreType.FILE:
        hash_type = get_hash_type(indicator)
        return Common.File(score, **({hash_type: indicator} if hash_type != "Unknown" else {"name": indicator}))
    if kind == DBotScoreType.CVE:
        return Common.CVE(indicator, "", "", "", "", dbot_score=score)
    if kind == DBotScoreType.ACCOUNT:
        return Common.Account(id=indicator, dbot_score=score)
    if kind == DBotScoreType.CRYPTOCURRENCY:
        return Common.Cryptocurrency(indicator, address_type, score)
    return Common.CustomIndicator(indicator_type, indicator, score, {}, context_prefix)


def create_indicator_result_with_dbotscore_unknown(
    indicator, indicator_type, reliability=None, context_prefix=None, address_type=None, relationships=None
):
    """The answer of a reputation command about something that the service does not know."""
    kind = indicator_type.lower()
    is_known = DBotScoreType.is_valid_type(kind)
    score = Common.DBotScore(
        indicator,
        kind if is_known else DBotScoreType.CUSTOM,
        score=Common.DBotScore.NONE,
        reliability=reliability,
        message="No results found.",
    )
    found = _scored(indicator, indicator_type, score, context_prefix, address_type)
    found.relationships = relationships
    table = tableToMarkdown(None, {indicator_type.upper(): indicator, "Result": "Not found"})
    return CommandResults(readable_output=table, indicator=found, relationships=relationships)


# ---------------------------------------------------------------------------------------------------------------------
# Relationships between indicators
# ---------------------------------------------------------------------------------------------------------------------

_RELATED_BOTH_WAYS = (
    ("applied", "applied-on"),
    ("attachment-of", "attaches"),
    ("attribute-of", "owns"),
    ("attributed-by", "attributed-to"),
    ("author-of", "authored-by"),
    ("beacons-to", "beaconed-by"),
    ("bundled-in", "bundles"),
    ("communicated-by", "communicated-with"),
    ("compromised-by", "compromises"),
    ("contains", "part-of"),
    ("created-by", "creates"),
    ("delivered-by", "delivers"),
    ("detected-by", "detects"),
    ("downloaded-by", "downloads"),
    ("downloaded-from", "downloads-from"),
    ("dropped-by", "drops"),
    ("embedded-in", "embedded-on"),
    ("executed-by", "executes"),
    ("exfiltrated-from", "exfiltrates-to"),
    ("exploited-by", "exploits"),
    ("has", "seen-on"),
    ("hosted-on", "hosts"),
    ("impersonated-by", "impersonates"),
    ("indicated-by", "indicator-of"),
    ("injected-from", "injected-into"),
    ("investigated-by", "investigates"),
    ("known-as", "known-by"),
    ("located-at", "located-of"),
    ("lookalike-of", "lookalike-by"),
    ("mentioned-in", "mentions"),
    ("mitigated-by", "mitigates"),
    ("originated-from", "source-of"),
    ("parent-technique-of", "subtechnique-of"),
    ("received-by", "received-from"),
    ("registered-by", "registers"),
    ("resolved-from", "resolves-to"),
    ("sent-by", "sent-from"),
    ("sub-domain-of", "supra-domain-of"),
    ("targeted-by", "targets"),
    ("uploaded-to", "uploaded-from"),
    ("used-by", "used-on"),
    ("uses", "used-by"),
)
_RELATED_TO_EACH_OTHER = ("duplicate-of", "is-also", "related-to", "similar-to", "variant-of")
_REVERSE = {
    **{second: first for first, second in _RELATED_BOTH_WAYS},
    **dict(_RELATED_BOTH_WAYS),
    **{name: name for name in _RELATED_TO_EACH_OTHER},
    "used-by": "uses",
}


class EntityRelationship:
    """That one indicator, or threat, has to do with another, and how."""

    class RelationshipsTypes:
        INDICATOR_TO_INDICATOR = "IndicatorToIndicator"

        @staticmethod
        def is_valid_type(_type):
            return _type == EntityRelationship.RelationshipsTypes.INDICATOR_TO_INDICATOR

    class RelationshipsFamily:
        INDICATOR = ["Indicator"]

        @staticmethod
        def is_valid_type(_type):
            return _type in EntityRelationship.RelationshipsFamily.INDICATOR

    class Relationships:
        """Every name as an upper-case constant, for example RELATED_TO."""

        @staticmethod
        def is_valid(_type):
            return _type in _REVERSE

        @staticmethod
        def get_reverse(name):
            return _REVERSE[name]

    def __init__(
        self,
        name,
        entity_a,
        entity_a_type,
        entity_b,
        entity_b_type,
        reverse_name="",
        relationship_type="IndicatorToIndicator",
        entity_a_family="Indicator",
        entity_b_family="Indicator",
        source_reliability="",
        fields=None,
        brand="",
    ):
        for word in filter(None, (name, reverse_name)):
            if word not in _REVERSE:
                raise ValueError(f"{word!r} is not a relationship; related-to fits when nothing else does.")
        if source_reliability and not DBotScoreReliability.is_valid_type(source_reliability):
            raise ValueError(f"{source_reliability!r} is not a reliability; take one of DBotScoreReliability.")
        self._name = name
        self._reverse_name = reverse_name or _REVERSE[name]
        self._relationship_type = relationship_type
        self._entity_a = entity_a
        self._entity_a_type = entity_a_type
        self._entity_a_family = entity_a_family
        self._entity_b = entity_b
        self._entity_b_type = entity_b_type
        self._entity_b_family = entity_b_family
        self._source_reliability = source_reliability
        self._fields = fields or {}
        self._brand = brand

    def to_entry(self):
        """How an entry carries it."""
        if not (self._entity_a and self._entity_b):
            return {}
        entry = self.to_indicator()
        entry["entityAFamily"] = self._entity_a_family
        entry["entityAType"] = self._entity_a_type
        if self._source_reliability:
            entry["reliability"] = self._source_reliability
            entry["brand"] = self._brand
        return entry

    def to_indicator(self):
        """How an indicator of a feed carries it."""
        if not self._entity_b:
            return {}
        return {
            "name": self._name,
            "reverseName": self._reverse_name,
            "type": self._relationship_type,
            "entityA": self._entity_a,
            "entityB": self._entity_b,
            "entityBFamily": self._entity_b_family,
            "entityBType": self._entity_b_type,
            "fields": self._fields,
        }

    def to_context(self):
        if not (self._entity_a and self._entity_b):
            return {}
        return {
            "Relationship": self._name,
            "EntityA": self._entity_a,
            "EntityAType": self._entity_a_type,
            "EntityB": self._entity_b,
            "EntityBType": self._entity_b_type,
        }


for _name in _REVERSE:
    setattr(EntityRelationship.Relationships, _name.upper().replace("-", "_"), _name)


class ThreatIntel:
    """Words of threat intelligence objects."""

    class ObjectsNames:
        CAMPAIGN = "Campaign"
        ATTACK_PATTERN = "Attack Pattern"
        REPORT = "Report"
        MALWARE = "Malware"
        COURSE_OF_ACTION = "Course of Action"
        INTRUSION_SET = "Intrusion Set"
        TOOL = "Tool"
        THREAT_ACTOR = "Threat Actor"
        INFRASTRUCTURE = "Infrastructure"
        TACTIC = "Tactic"

    class ObjectsScore:
        CAMPAIGN = 3
        ATTACK_PATTERN = 2
        REPORT = 3
        MALWARE = 3
        COURSE_OF_ACTION = 0
        INTRUSION_SET = 3
        TOOL = 2
        THREAT_ACTOR = 3
        INFRASTRUCTURE = 2

    class KillChainPhases:
        BUILD_CAPABILITIES = "Build Capabilities"
        PRIVILEGE_ESCALATION = "Privilege Escalation"
        ADVERSARY_OPSEC = "Adversary Opsec"
        CREDENTIAL_ACCESS = "Credential Access"
        EXFILTRATION = "Exfiltration"
        LATERAL_MOVEMENT = "Lateral Movement"
        DEFENSE_EVASION = "Defense Evasion"
        PERSISTENCE = "Persistence"
        COLLECTION = "Collection"
        IMPACT = "Impact"
        INITIAL_ACCESS = "Initial Access"
        DISCOVERY = "Discovery"
        EXECUTION = "Execution"
        WEAPONIZATION = "Weaponization"
        DELIVERY = "Delivery"
        RECONNAISSANCE = "Reconnaissance"
        EXPLOITATION = "Exploitation"
        INSTALLATION = "Installation"
        COMMAND_AND_CONTROL = "Command & Control"
        ACTIONS_ON_OBJECTIVES = "Actions on Objectives"


# ---------------------------------------------------------------------------------------------------------------------
# Entries out
# ---------------------------------------------------------------------------------------------------------------------


class IndicatorsTimeline:
    """What happened to indicators, for their timelines."""

    def __init__(self, indicators=None, category=None, message=None):
        note = {
            "Category": category
            or ("Integration Update" if is_integration_command_execution() else "Automation Update")
        }
        if message:
            note["Message"] = message
        self.indicators_timeline = [{"Value": value, **note} for value in indicators or []]


class ScheduledCommand:
    """That a command is to be run again in a while; the playbook task waits until none is returned any more."""

    VERSION_MISMATCH_ERROR = "Polling needs version 6.2.0 or later of the server; run the commands one by one instead."

    def __init__(self, command, next_run_in_seconds, args=None, timeout_in_seconds=None, items_remaining=0):
        self.raise_error_if_not_supported()
        self._command = command
        self._next_run = str(next_run_in_seconds)
        self._args = args
        self._timeout = str(timeout_in_seconds) if timeout_in_seconds else None
        self._items_remaining = items_remaining

    @staticmethod
    def raise_error_if_not_supported():
        if not ScheduledCommand.supports_polling():
            raise DemistoException(ScheduledCommand.VERSION_MISMATCH_ERROR)

    @staticmethod
    def supports_polling():
        return is_demisto_version_ge("6.2.0")

    def to_results(self):
        """The keys that an entry carries for it."""
        return assign_params(
            PollingCommand=self._command,
            NextRun=self._next_run,
            PollingArgs=self._args,
            Timeout=self._timeout,
            PollingItemsRemaining=self._items_remaining,
        )


def is_scheduled_command_retry():
    """Whether this run is a later round of a poll."""
    return bool(get_schedule_metadata(demisto.callingContext.get("context", {})).get("is_polling"))


def get_schedule_metadata(context):
    """Whether, since when and how often the parent entry has polled."""
    parent = context.get("ParentEntry") or {}
    return assign_params(
        is_polling=parent.get("polling"),
        polling_command=parent.get("pollingCommand"),
        polling_args=parent.get("pollingArgs"),
        times_ran=parent.get("timesRan"),
        start_date=parent.get("startDate"),
        end_date=parent.get("endingDate"),
    )


class CommandResults:
    """What a command found: for the context, for the reader, raw."""

    def __init__(
        self,
        outputs_prefix=None,
        outputs_key_field=None,
        outputs=None,
        indicators=None,
        readable_output=None,
        raw_response=None,
        indicators_timeline=None,
        indicator=None,
        ignore_auto_extract=False,
        mark_as_note=False,
        tags=None,
        scheduled_command=None,
        relationships=None,
        entry_type=None,
        content_format=None,
        execution_metrics=None,
        replace_existing=False,
    ):
        if indicators and indicator:
            raise ValueError("Give either indicator or indicators, not both.")
        if outputs is not None and not isinstance(outputs, dict) and not outputs_prefix:
            raise ValueError("Outputs that are not an object need an outputs_prefix.")
        if content_format is not None and not EntryFormat.is_valid_type(content_format):
            raise TypeError(f"{content_format!r} is not an entry format; take one of EntryFormat.")
        self.outputs_prefix = outputs_prefix
        self.outputs_key_field = outputs_key_field
        self.outputs = outputs
        self.indicators = indicators
        self.indicator = indicator
        self.readable_output = readable_output
        self.raw_response = outputs if raw_response is None else raw_response
        self.indicators_timeline = indicators_timeline
        self.ignore_auto_extract = ignore_auto_extract
        self.mark_as_note = mark_as_note
        self.tags = tags
        self.scheduled_command = scheduled_command
        self.relationships = relationships
        self.entry_type = EntryType.NOTE if entry_type is None else entry_type
        self.content_format = content_format
        self.execution_metrics = execution_metrics
        self.replace_existing = replace_existing

    def to_context(self):
        """The entry."""
        has_outputs = self.outputs is not None and self.outputs != []
        readable = self.readable_output or None
        if readable is None and has_outputs:
            readable = tableToMarkdown("Results", self.outputs)
        timeline = self.indicators_timeline
        entry = {
            "Type": EntryType.EXECUTION_METRICS if self.execution_metrics else self.entry_type,
            "ContentsFormat": self._format(),
            "Contents": self.raw_response,
            "HumanReadable": readable,
            "EntryContext": {**self._indicator_context(), **(self._outputs_context() if has_outputs else {})},
            "IndicatorTimeline": timeline.indicators_timeline if timeline else [],
            "IgnoreAutoExtract": bool(self.ignore_auto_extract),
            "Note": self.mark_as_note,
            "Relationships": [item for item in (each.to_entry() for each in self.relationships or []) if item],
        }
        if self.execution_metrics:
            entry["APIExecutionMetrics"] = self.execution_metrics
        if self.tags:
            entry["Tags"] = self.tags
        if self.scheduled_command:
            entry.update(self.scheduled_command.to_results())
        return entry

    def _format(self):
        if self.content_format is not None:
            return self.content_format
        return EntryFormat.TEXT if isinstance(self.raw_response, (str, int, float)) else EntryFormat.JSON

    def _indicator_context(self):
        context = {}
        for indicator in self.indicators or ([self.indicator] if self.indicator else []):
            for path, value in indicator.to_context().items():
                context.setdefault(path, []).append(value)
        return context

    def _outputs_context(self):
        if not self.outputs_prefix:
            return dict(self.outputs)
        if self.replace_existing:
            parent, _, last = self.outputs_prefix.rpartition(".")
            if not parent:
                raise DemistoException(f"{self.outputs_prefix} has no parent to replace it in; give a dotted prefix.")
            return {f"{parent}(true)": {last: self.outputs}}
        keys = argToList(self.outputs_key_field)
        if not keys:
            return {str(self.outputs_prefix): self.outputs}
        same = " && ".join(f"val.{key} && val.{key} == obj.{key}" for key in keys)
        return {f"{self.outputs_prefix}({same})": self.outputs}


def return_results(results):
    """Hand results to the War Room: text, an object, CommandResults, or a list of these."""
    if isinstance(results, list) and results:
        entries = [item for item in results if isinstance(item, (dict, str))]
        for item in results:
            if not isinstance(item, (dict, str)):
                return_results(item)
        if entries:
            demisto.results(entries)
        return
    for how in ("to_context", "to_display", "to_entry", "extract_for_local", "extract_mapping"):
        if hasattr(results, how):
            demisto.results(getattr(results, how)())
            return
    demisto.results(results)


def return_outputs(readable_output, outputs=None, raw_response=None, timeline=None, ignore_auto_extract=False):
    """The older way to return readable text with context."""
    contents, contents_format = raw_response, EntryFormat.JSON
    if isinstance(raw_response, str):
        contents_format = EntryFormat.TEXT
    elif raw_response is None and outputs:
        contents = outputs
    elif raw_response is None:
        contents, contents_format = readable_output, EntryFormat.TEXT
    demisto.results(
        {
            "Type": EntryType.NOTE,
            "HumanReadable": readable_output,
            "ContentsFormat": contents_format,
            "Contents": contents,
            "EntryContext": outputs,
            "IgnoreAutoExtract": bool(ignore_auto_extract),
            "IndicatorTimeline": [timeline] if isinstance(timeline, dict) else timeline or [],
        }
    )


_RAISE_INSTEAD = ("fetch-incidents", "fetch-credentials", "fetch-indicators", "fetch-assets", "long-running-execution")


def return_error(message, error="", outputs=None):
    """End with an error entry; a fetch or a long run fails with an exception, so that nothing of it is saved."""
    text = message if isinstance(message, str) else str(message)
    if error:
        LOG(str(error))
    LOG(text)
    LOG.print_log()
    if is_integration_command_execution() and demisto.command() in _RAISE_INSTEAD:
        raise Exception(text)  # noqa: TRY002  # nobody catches it by type: it ends the run
    demisto.error(f"{text}\n{traceback.format_exc()}" if sys.exc_info()[0] else text)
    demisto.results(
        {
            "Type": EntryType.ERROR,
            "ContentsFormat": EntryFormat.TEXT,
            "Contents": text,
            "EntryContext": outputs,
        }
    )
    sys.exit(0)


def return_warning(message, exit=False, warning="", outputs=None, ignore_auto_extract=False):
    """A warning entry; the run goes on unless `exit`."""
    text = message if isinstance(message, str) else str(message)
    if warning:
        LOG(str(warning))
    LOG(text)
    demisto.results(
        {
            "Type": EntryType.WARNING,
            "ContentsFormat": EntryFormat.TEXT,
            "IgnoreAutoExtract": bool(ignore_auto_extract),
            "Contents": text,
            "EntryContext": outputs,
        }
    )
    if exit:
        sys.exit(0)


# ---------------------------------------------------------------------------------------------------------------------
# Files
# ---------------------------------------------------------------------------------------------------------------------


def is_filename_valid(filename):
    """Whether the name can be the name of a file, and nothing but a name."""
    return bool(filename) and not re.search(r"[/\\:*?\"<>|\x00-\x1f]", filename)


def fileResult(filename, data, file_type=None):
    """A file entry with these contents."""
    file_id = demisto.uniqueFile()
    with open(_place_for(file_id), "wb") as file:
        file.write(data.encode() if isinstance(data, str) else data)
    return _file_entry(filename, file_id, EntryType.FILE if file_type is None else file_type)


def file_result_existing_file(filename, saveFilename=None):
    """A file entry of a file that is already written: it is moved, never read."""
    file_id = demisto.uniqueFile()
    shutil.move(filename, _place_for(file_id))
    return _file_entry(saveFilename or os.path.basename(filename), file_id, EntryType.FILE)


def _place_for(file_id):
    """Where the platform looks for the file after the run: the working folder, under this name."""
    return f"{demisto.investigation()['id']}_{file_id}"


def _file_entry(filename, file_id, kind):
    name = re.sub(r"[/\\\x00-\x1f]", "_", filename) or "file"
    return {"Contents": "", "ContentsFormat": EntryFormat.TEXT, "Type": kind, "File": name, "FileID": file_id}


# ---------------------------------------------------------------------------------------------------------------------
# Logging
# ---------------------------------------------------------------------------------------------------------------------


class IntegrationLogger:
    """Lines kept until the end of the run; known secrets are replaced in them."""

    def __init__(self, debug_logging=False):
        self.messages = deque(maxlen=1000)  # a worker lives for many commands, most of which never print it
        self.debug_logging = debug_logging
        self.replace_strs = []
        self.buffering = True

    def __call__(self, message):
        text = self.encode(message)
        if self.buffering:
            self.messages.append(text)
        else:
            demisto.info(text)

    def encode(self, message):
        text = str(message)
        for secret in self.replace_strs:
            text = text.replace(secret, "<XX_REPLACED>")
        return text

    def add_replace_strs(self, *args):
        """From now on these do not appear, neither as they are nor Base64 encoded."""
        for secret in filter(None, map(str, args)):
            self.replace_strs += [secret, b64_encode(secret), urllib.parse.quote_plus(secret)]
        self.replace_strs = sorted(set(self.replace_strs), key=len, reverse=True)

    def set_buffering(self, state):
        self.buffering = state

    def print_log(self, verbose=False):
        if not self.messages:
            return
        text = "Full log:\n" + "\n".join(self.messages)
        (demisto.info if verbose else demisto.debug)(text)
        self.messages.clear()

    def build_curl(self, text):
        """XSOAR prints requests as curl lines in debug mode; ours does not, as they carry keys."""

    def write(self, msg):
        """Lets http.client print here."""
        self(msg)

    def print_override(self, *args, **kwargs):
        self(" ".join(map(str, args)))


LOG = IntegrationLogger()


def add_sensitive_log_strs(sensitive_str):
    LOG.add_replace_strs(sensitive_str)


def replace_spaces_in_credential(credential):
    """A key whose line breaks a form turned into spaces, as it was."""
    if not credential:
        return credential
    head, middle, tail = re.fullmatch(
        r"(-----BEGIN [^-]+-----)?(.*?)(-----END [^-]+-----)?", credential, re.DOTALL
    ).groups()
    if not head or not tail:
        return credential
    return head + middle.replace(" ", "\n") + tail


def logger(func):
    """Note each call of the function in the log."""

    @functools.wraps(func)
    def noted(*args, **kwargs):
        LOG(f"calling {func.__name__}({formatAllArgs(args, kwargs)})")
        return func(*args, **kwargs)

    return noted


def formatAllArgs(args, kwds):
    return ",".join([*map(repr, args), *(f"{key}={value!r}" for key, value in kwds.items())])


def is_debug_mode():
    return bool(getattr(demisto, "is_debug", False))


class DemistoHandler(logging.Handler):
    """Sends Python's logging to the platform's log."""

    def __init__(self, int_logger=None):
        super().__init__()
        self.int_logger = int_logger

    def emit(self, record):
        text = self.format(record)
        (self.int_logger or demisto.debug)(text)


class DebugLogger:
    """Python's logging in the platform's debug log while it lives."""

    def __init__(self):
        self.handler = DemistoHandler()
        logging.getLogger().addHandler(self.handler)

    def log_start_debug(self):
        demisto.debug(f"Debug mode: Python {sys.version.split()[0]}, requests {requests.__version__}.")


def censor_request_logs(request_log):
    """A logged request without its Authorization and Cookie values."""
    return re.sub(
        r"(?i)(authorization|cookie|token|api-?key)(['\"]?\s*[:=]\s*)(.+?)(?=\\r|\\n|[\r\n]|$)",
        r"\1\2<XX_REPLACED>",
        request_log,
    )


def fix_traceback_line_numbers(trace_str):
    """Line numbers are right here, as modules are real modules."""
    return trace_str


def register_module_line(module_name, start_end, line, wrapper=0):
    """Nothing to do: modules are real modules, so tracebacks are right without it."""


def support_multithreading():
    """Nothing to do: the demisto object of the runtime may be used from several threads."""


# ---------------------------------------------------------------------------------------------------------------------
# The platform around the command
# ---------------------------------------------------------------------------------------------------------------------


def _calling_context():
    context = getattr(demisto, "callingContext", None) or {}
    return context.get("context") or {}


def get_integration_name():
    return _calling_context().get("IntegrationBrand", "")


def get_integration_instance_name():
    return _calling_context().get("IntegrationInstance", "")


def get_script_name():
    return _calling_context().get("ScriptName", "")


def is_integration_command_execution():
    """Whether an integration command runs, and not a script."""
    return bool(get_integration_name() or not get_script_name()) and bool(getattr(demisto, "command", None))


def get_tenant_account_name():
    """The account's name where the platform serves several, else nothing."""
    server = demisto.demistoUrls().get("server", "")
    return server.partition("/acc_")[2].split("/", 1)[0]


def get_pack_version(pack_name=""):
    """Empty: the platform does not tell a command which version of its pack runs."""
    return ""


def get_demisto_version():
    return demisto.demistoVersion()


def get_demisto_version_as_str():
    version = get_demisto_version()
    return f"{version.get('version')}-{version.get('buildNumber')}"


def is_demisto_version_ge(version, build_number=""):
    """Whether the server has at least this version (and build)."""
    server = get_demisto_version()
    have, want = _version_numbers(server.get("version")), _version_numbers(version)
    if have != want or not build_number:
        return have >= want
    return _version_numbers(server.get("buildNumber")) >= _version_numbers(build_number)


def _version_numbers(text):
    numbers = [int(number) for number in re.findall(r"\d+", str(text or "0"))]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return numbers


def _platform():
    return get_demisto_version().get("platform", "xsoar")


def is_xsiam():
    return _platform() == "x2"


def is_xsoar():
    return _platform().startswith("xsoar")


def is_xsoar_hosted():
    return _platform() == "xsoar_hosted"


def is_xsoar_saas():
    return is_xsoar() and is_demisto_version_ge("8.0.0")


def is_xsoar_on_prem():
    return is_xsoar() and not is_xsoar_saas()


def is_xsiam_or_xsoar_saas():
    return is_xsiam() or is_xsoar_saas()


def is_using_engine():
    return bool(demisto.demistoVersion().get("engine"))


def is_time_sensitive():
    """Whether somebody waits for the answer, so that no long retries should be made."""
    return bool(getattr(demisto, "isTimeSensitive", lambda: False)())


def isCommandAvailable(cmd):
    return cmd in demisto.getAllSupportedCommands()


def get_server_config():
    """The server's settings, from its API."""
    answer = demisto.internalHttpRequest(method="GET", uri="/system/config")
    body = answer.get("body") or "{}"
    return (json.loads(body) if isinstance(body, str) else body).get("sysConf", {})


def get_x_content_info_headers():
    """Headers that tell a licensed service of the platform's vendor who asks."""
    context = _calling_context()
    return {
        "X-Content-LicenseID": demisto.getLicenseID(),
        "X-Content-InstanceName": context.get("IntegrationInstance", ""),
        "X-Content-Name": context.get("IntegrationBrand") or context.get("ScriptName", ""),
    }


def execute_command(command, args, extract_contents=True, fail_on_error=True):
    """Run a command and give its contents; with `fail_on_error` off, the pair (worked, contents or error text)."""
    if not hasattr(demisto, "executeCommand"):
        raise DemistoException("Only scripts can run commands; integrations have no executeCommand.")
    result = demisto.executeCommand(command, args)
    if is_error(result):
        text = get_error(result)
        if fail_on_error:
            raise DemistoException(f"Failed to run {command}: {text}")
        return False, text
    if extract_contents:
        contents = [entry.get("Contents", {}) for entry in result if isinstance(entry, dict)]
        result = contents[0] if len(contents) == 1 else contents
    return result if fail_on_error else (True, result)


class CommandRunner:
    """Run several commands and report on all, even if one fails."""

    class Command:
        def __init__(self, commands, args_lst, brand=None, instance=None):
            self.commands = commands if isinstance(commands, list) else [commands]
            self.args_lst = args_lst if isinstance(args_lst, list) else [args_lst] * len(self.commands)
            if len(self.commands) == 1:
                self.commands *= len(self.args_lst)
            if len(self.commands) != len(self.args_lst):
                raise DemistoException("Give as many arguments as commands, or one of either.")
            self.brand = brand
            self.instance = instance

    class Result:
        def __init__(self, command, args, brand, instance, result):
            self.command = command
            self.args = args
            self.brand = brand
            self.instance = instance
            self.result = result

    @staticmethod
    def execute_commands(command, extract_contents=True):
        """The results of those that worked, and of those that did not."""
        results, errors = [], []
        for name, given in zip(command.commands, command.args_lst, strict=True):
            args = {**given, **assign_params(**{"using-brand": command.brand, "using": command.instance})}
            for entry in demisto.executeCommand(name, args) or []:
                failed = is_error(entry)
                content = get_error(entry) if failed else entry.get("Contents") if extract_contents else entry
                brand, instance = entry.get("Brand") or command.brand, entry.get("ModuleName") or command.instance
                result = CommandRunner.Result(name, given, brand, instance, content)
                (errors if failed else results).append(result)
        return results, errors

    @staticmethod
    def run_commands_with_summary(commands):
        results, errors = [], []
        for command in commands:
            worked, failed = CommandRunner.execute_commands(command)
            results += worked
            errors += failed
        if errors and not results:
            raise DemistoException("\n".join(str(error.result) for error in errors))
        return [result.result for result in results], CommandRunner.get_results_summary(results, errors)

    @staticmethod
    def get_results_summary(results, errors):
        rows = [
            {
                "Instance": f"{item.brand or ''}: {item.instance or ''}",
                "Command": item.command,
                "Result": outcome,
                "Comment": item.result if outcome == "Error" else "",
            }
            for outcome, items in (("Success", results), ("Error", errors))
            for item in items
        ]
        headers = ["Instance", "Command", "Result", "Comment"]
        return CommandResults(readable_output=tableToMarkdown("Results Summary", rows, headers))


# ---------------------------------------------------------------------------------------------------------------------
# What an instance remembers
# ---------------------------------------------------------------------------------------------------------------------


def is_versioned_context_available():
    return hasattr(demisto, "getIntegrationContextVersioned") and is_demisto_version_ge("6.0.0")


def get_integration_context(sync=True, with_version=False):
    """What the instance stored; with its version when asked."""
    if not is_versioned_context_available():
        context = demisto.getIntegrationContext()
        return {"context": context, "version": -1} if with_version else context
    stored = demisto.getIntegrationContextVersioned(sync)
    return stored if with_version else stored.get("context", {})


def set_integration_context(context, sync=True, version=-1):
    """Store it; fails when a version is given and somebody stored another since."""
    if is_versioned_context_available():
        return demisto.setIntegrationContextVersioned(context, version, sync)
    return demisto.setIntegrationContext(context)


def get_integration_context_with_version(sync=True):
    stored = get_integration_context(sync, with_version=True)
    return stored.get("context") or {}, stored.get("version", -1)


def update_integration_context(context, object_keys=None, sync=True):
    """What is stored with `context` over it, and the version it was read at.

    Values are JSON text in the store. The keys of `object_keys` hold lists, merged on the key that they name.
    """
    stored, version = get_integration_context_with_version(sync)
    updated = dict(stored)
    for key, value in context.items():
        if value is None:
            updated.pop(key, None)
            continue
        merge_on = (object_keys or {}).get(key)
        if merge_on:
            old = json.loads(stored[key]) if stored.get(key) else []
            value = merge_lists(old, value, merge_on)  # noqa: PLW2901  # the merged value takes its place
        updated[key] = value if isinstance(value, str) else json.dumps(value)
    return updated, version


def set_to_integration_context_with_retries(
    context, object_keys=None, sync=True, max_retry_times=CONTEXT_UPDATE_RETRY_TIMES
):
    """Store changes, again on top of what somebody else stored in between."""
    for attempt in range(1, max_retry_times + 1):
        updated, version = update_integration_context(context, object_keys, sync)
        try:
            set_integration_context(updated, sync, version)
        except ValueError as error:
            if attempt == max_retry_times:
                text = f"The integration context changed under {attempt} attempts to store it; try again."
                raise DemistoException(text, error) from error
            _sleep(random.uniform(0.01, 0.1))  # noqa: S311  # only spreads the attempts
        else:
            return


def get_feed_last_run():
    return demisto.getIndicatorsLastRun()


def set_feed_last_run(last_run_indicators):
    demisto.setIndicatorsLastRun(last_run_indicators)


def get_last_mirror_run():
    return demisto.getLastMirrorRun() or {}


def set_last_mirror_run(last_mirror_run):
    demisto.setLastMirrorRun(last_mirror_run)


# ---------------------------------------------------------------------------------------------------------------------
# Again and again
# ---------------------------------------------------------------------------------------------------------------------


def _sleep(seconds):
    time.sleep(seconds)  # noqa: TID251  # a command has a thread and nothing else to wait on


def safe_sleep(duration_seconds):
    """Wait, unless the time left for the command is shorter."""
    left = getattr(demisto, "timeLeft", lambda: None)()
    if left is not None and left < duration_seconds:
        raise ValueError(f"{duration_seconds} seconds are more than the {left} that the command has left.")
    _sleep(duration_seconds)


def retry(times=3, delay=1, exceptions=Exception):
    """Call the function up to so many times while it fails with these exceptions."""

    def decorate(func):
        @functools.wraps(func)
        def again(*args, **kwargs):
            for attempt in range(1, times + 1):
                try:
                    return func(*args, **kwargs)
                except exceptions:
                    if attempt == times:
                        raise
                    demisto.debug(f"{func.__name__} failed, attempt {attempt} of {times}.")
                    _sleep(delay)
            return None

        return again

    return decorate


class PollResult:
    """One look at something that may take a while."""

    def __init__(self, response, continue_to_poll=False, args_for_next_run=None, partial_result=None):
        self.response = response
        self.continue_to_poll = continue_to_poll
        self.args_for_next_run = args_for_next_run
        self.partial_result = partial_result


def polling_function(
    name,
    interval=30,
    timeout=600,
    poll_message="Fetching Results:",
    polling_arg_name="polling",
    requires_polling_arg=True,
):
    """Make a function that returns PollResult a command that is run again until it has its answer."""

    def decorate(func):
        @functools.wraps(func)
        def poll(args, *more, **kwargs):
            wanted = not requires_polling_arg or argToBoolean(args.get(polling_arg_name, False))
            if wanted:
                ScheduledCommand.raise_error_if_not_supported()
            look = func(args, *more, **kwargs)
            unfinished = look.continue_to_poll
            if not wanted or not (unfinished if isinstance(unfinished, bool) else unfinished()):
                return look.response
            silent = args.get("hide_polling_output")
            shown = look.partial_result or CommandResults(readable_output=None if silent else poll_message)
            shown.scheduled_command = ScheduledCommand(
                command=name,
                next_run_in_seconds=arg_to_number(args.get("interval_in_seconds")) or interval,
                args={**(look.args_for_next_run or args), "hide_polling_output": True},
                timeout_in_seconds=arg_to_number(args.get("timeout_in_seconds")) or timeout,
            )
            return shown

        return poll

    return decorate


# ---------------------------------------------------------------------------------------------------------------------
# HTTP
# ---------------------------------------------------------------------------------------------------------------------

_PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
_CERTIFICATE_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def ensure_proxy_has_http_prefix():
    """Proxies of the environment as URLs; a bare host:port means http."""
    for name in _PROXY_VARIABLES:
        value = os.environ.get(name)
        if value:
            os.environ[name] = add_http_prefix_if_missing(value)


def skip_proxy():
    for name in _PROXY_VARIABLES:
        os.environ.pop(name, None)


def skip_cert_verification():
    for name in _CERTIFICATE_VARIABLES:
        os.environ.pop(name, None)


def handle_proxy(
    proxy_param_name="proxy", checkbox_default_value=False, handle_insecure=True, insecure_param_name=None
):
    """The proxies to use by the instance's switches; the environment is changed to match them."""
    params = demisto.params()
    proxies = {}
    if argToBoolean(params.get(proxy_param_name) or checkbox_default_value):
        ensure_proxy_has_http_prefix()
        for scheme in ("http", "https"):
            proxies[scheme] = os.environ.get(f"{scheme}_proxy") or os.environ.get(f"{scheme.upper()}_PROXY", "")
    else:
        skip_proxy()
    if handle_insecure:
        names = (insecure_param_name,) if insecure_param_name else ("insecure", "unsecure")
        if any(argToBoolean(params.get(name) or False) for name in names):
            skip_cert_verification()
    return proxies


def handle_proxy_for_long_running(
    proxy_param_name="proxy", checkbox_default_value=False, handle_insecure=True, insecure_param_name=None
):
    """As handle_proxy, with whether certificates are to be verified."""
    proxies = handle_proxy(proxy_param_name, checkbox_default_value, handle_insecure, insecure_param_name)
    return proxies, not argToBoolean(demisto.params().get(insecure_param_name or "insecure") or False)


# When the answer to one of these is lost, nobody knows whether the service acted; it is not asked again unasked.
_ACTING_METHODS = ("POST", "PATCH")


def _retry_policy(retries, statuses, backoff_factor, raise_on_redirect, raise_on_status, *, repeatable=True):
    return Retry(
        total=retries,
        read=retries if repeatable else False,
        connect=retries,
        status=retries,
        allowed_methods=None,
        status_forcelist=statuses or (),
        backoff_factor=backoff_factor,
        raise_on_redirect=raise_on_redirect,
        raise_on_status=raise_on_status,
        respect_retry_after_header=True,
    )


class SSLAdapter(HTTPAdapter):
    """Connections that outlive the client: one worker runs many commands of an instance, each with a new client."""

    # Apart by what they verify: an old requests would use a connection that was opened without looking.
    _connections = {}

    def __init__(self, verify=True, **kwargs):
        self._verify = verify
        super().__init__(**kwargs)

    def init_poolmanager(self, *args, **kwargs):
        shared = SSLAdapter._connections
        if self._verify not in shared:
            shared[self._verify] = urllib3.PoolManager(num_pools=10, maxsize=10)
        self.poolmanager = shared[self._verify]

    def close(self):
        """The shared connections stay."""


class BaseClient:
    """A client of an HTTP API: one session, errors as DemistoException, retries that honour Retry-After."""

    REQUESTS_TIMEOUT = REQUESTS_TIMEOUT

    def __init__(
        self,
        base_url,
        verify=True,
        proxy=False,
        ok_codes=(),
        headers=None,
        auth=None,
        timeout=REQUESTS_TIMEOUT,
    ):
        self._base_url = base_url
        self._verify = verify
        self._ok_codes = ok_codes
        self._headers = headers
        self._auth = auth
        self.timeout = float(timeout)
        self.execution_metrics = ExecutionMetrics()
        self._session = requests.Session()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, SSLAdapter(verify=verify))
        if proxy:
            ensure_proxy_has_http_prefix()
        else:
            skip_proxy()
        if not verify:
            skip_cert_verification()
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def __del__(self):
        session = getattr(self, "_session", None)
        if session is not None:
            session.close()

    def _implement_retry(
        self,
        retries=0,
        status_list_to_retry=None,
        backoff_factor=5,
        raise_on_redirect=False,
        raise_on_status=False,
    ):
        """From now on, retry on these statuses and on lost connections, after Retry-After where the service says it."""
        self._mount(_retry_policy(retries, status_list_to_retry, backoff_factor, raise_on_redirect, raise_on_status))

    def _mount(self, policy):
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, SSLAdapter(verify=self._verify, max_retries=policy))

    @contextmanager
    def _retrying(self, method, retries, *policy):
        """Retries for one request; what the client had before comes back after it."""
        before = self._session.adapters.copy()
        if retries:
            self._mount(_retry_policy(retries, *policy, repeatable=method.upper() not in _ACTING_METHODS))
        try:
            yield
        finally:
            self._session.adapters = before

    def _http_request(
        self,
        method,
        url_suffix="",
        full_url=None,
        headers=None,
        auth=None,
        json_data=None,
        params=None,
        data=None,
        files=None,
        timeout=None,
        resp_type="json",
        ok_codes=None,
        return_empty_response=False,
        retries=0,
        status_list_to_retry=None,
        backoff_factor=5,
        raise_on_redirect=False,
        raise_on_status=False,
        error_handler=None,
        empty_valid_codes=None,
        params_parser=None,
        with_metrics=False,
        **kwargs,
    ):
        """Ask, and give the answer's JSON (or text, content, xml, the response itself)."""
        policy = (retries, status_list_to_retry, backoff_factor, raise_on_redirect, raise_on_status)
        if params and params_parser:
            params = urllib.parse.urlencode(params, quote_via=params_parser)
        try:
            with self._retrying(method, *policy):
                response = self._session.request(
                    method,
                    self._url_of(url_suffix, full_url),
                    verify=self._verify,
                    params=params,
                    data=data,
                    json=json_data,
                    files=files,
                    headers=headers if headers is not None else self._headers,
                    auth=auth or self._auth,
                    timeout=timeout or self.timeout,
                    **kwargs,
                )
        except requests.exceptions.RequestException as error:
            raise self._failed_to_ask(error, with_metrics) from error
        if not self._is_status_code_ok(response, ok_codes):
            self._handle_error(error_handler, response, with_metrics)
        self._count(ErrorTypes.SUCCESS, with_metrics)
        empty = empty_valid_codes or (204,)
        if return_empty_response and (not response.content or response.status_code in empty):
            return response
        return self.cast_response(response, resp_type)

    def _url_of(self, url_suffix, full_url):
        """Where to ask; what an integration has put into a path of its service must not lead out of it."""
        origin = "/".join(str(self._base_url or "").split("/", 3)[:3])
        path = str(url_suffix or "")
        if full_url:
            path = full_url[len(origin) :] if full_url.startswith(origin) else ""
        if _climbs(path):
            shown = shorten_string_for_printing(repr(path), 200)
            raise DemistoException(f"The path {shown} leads out of where it begins, so it was not asked for.")
        return full_url or urljoin(self._base_url, url_suffix)

    def cast_response(self, res, resp_type, raise_on_error=True):
        """The response in the wanted form."""
        forms = {
            "json": res.json,
            "text": lambda: res.text,
            "content": lambda: res.content,
            "xml": lambda: _parse_xml(res.content),
            "response": lambda: res,
        }
        try:
            return forms.get((resp_type or "response").lower(), forms["response"])()
        except (ValueError, ET.ParseError) as error:
            if not raise_on_error:
                return None
            excerpt = shorten_string_for_printing(res.text, 500)
            text = f"Failed to parse {resp_type} object from response [{res.status_code}]: {excerpt or 'it is empty'}"
            raise DemistoException(text, error, res) from error

    def _is_status_code_ok(self, response, status_codes=None):
        wanted = status_codes or self._ok_codes
        return response.status_code in wanted if wanted else response.ok

    def _handle_error(self, error_handler, res, should_update_metrics=False):
        self._count(self.determine_error_type(res), should_update_metrics)
        if error_handler:
            error_handler(res)
        else:
            self.client_error_handler(res)

    def client_error_handler(self, res):
        """Raise what the service answered: status, reason, its own message."""
        raise DemistoException(
            f"Error in API call [{res.status_code}] - {res.reason}{_own_message(res)}{_doubt(res.request, res)}",
            res=res,
            error_type=self.determine_error_type(res),
        )

    def determine_error_type(self, response):
        kinds = {401: ErrorTypes.AUTH_ERROR, 403: ErrorTypes.AUTH_ERROR, 429: ErrorTypes.QUOTA_ERROR}
        fallback = ErrorTypes.SERVICE_ERROR if response.status_code >= 500 else ErrorTypes.GENERAL_ERROR
        return kinds.get(response.status_code, fallback)

    def is_polling_in_progress(self, response):
        return bool(getattr(response, "scheduled_command", None))

    def _failed_to_ask(self, error, with_metrics):
        host = urllib.parse.urlsplit(getattr(error.request, "url", None) or self._base_url).netloc.rpartition("@")[2]
        for kind, error_type, sentence in _NO_ANSWER:
            if isinstance(error, kind):
                self._count(error_type, with_metrics)
                said = sentence.format(host=host, why=_why(error)) + _doubt(error.request, error)
                return DemistoException(said, error, error_type=error_type)
        self._count(ErrorTypes.GENERAL_ERROR, with_metrics)
        return DemistoException(f"The request to {host} could not be made: {_why(error)}", error)

    def _count(self, error_type, with_metrics):
        if with_metrics:
            self.execution_metrics.update_metrics(error_type)

    def _return_execution_metrics_results(self):
        return_results(CommandResults(execution_metrics=self.execution_metrics.metrics))


def _climbs(path):
    """Whether a path has a part that means the folder above, in any spelling that some server takes for it."""
    text = re.split(r"[?#]", str(path), maxsplit=1)[0]
    for _ in range(_DECODED_AT_MOST):
        # Some servers drop what no path can hold, take \\ for /, and a;b for a.
        plain = re.sub(r"[\x00-\x20\x7f]", "", unicodedata.normalize("NFKC", text)).replace("\\", "/")
        if any(part.partition(";")[0] == ".." for part in plain.split("/")):
            return True
        before, text = text, urllib.parse.unquote(text)
        if text == before:
            return False
    return True  # nobody writes so by accident


_DECODED_AT_MOST = 8


# The first that fits is taken, so a kind stands before the kind that it is a case of.
_NO_ANSWER = (
    (
        requests.exceptions.ConnectTimeout,
        ErrorTypes.TIMEOUT_ERROR,
        "Connection Timeout Error - {host} did not accept a connection in time; check the server URL and the network.",
    ),
    (
        requests.exceptions.ReadTimeout,
        ErrorTypes.TIMEOUT_ERROR,
        "Read Timeout Error - {host} did not answer in time; try again, or give the command more time.",
    ),
    (
        requests.exceptions.SSLError,
        ErrorTypes.SSL_ERROR,
        (
            "SSL Certificate Verification Failed - the certificate of {host} is not trusted ({why}); "
            "install its authority, or select 'Trust any certificate (not secure)'."
        ),
    ),
    (
        requests.exceptions.ProxyError,
        ErrorTypes.PROXY_ERROR,
        (
            "Proxy Error - the proxy did not let the request to {host} through ({why}); "
            "clear 'Use system proxy settings' or correct the proxy."
        ),
    ),
    (
        requests.exceptions.RetryError,
        ErrorTypes.RETRY_ERROR,
        "Max Retries Error - {host} refused every attempt ({why}); try again later.",
    ),
    (
        requests.exceptions.ConnectionError,
        ErrorTypes.CONNECTION_ERROR,
        "Connection Error - {host} could not be reached ({why}); check the server URL and the network.",
    ),
)


_LOST_STATUSES = (408, 500, 502, 503, 504)
_NOT_SENT = (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError)


def _doubt(request, failure):
    """What to add where a write failed and may have been done all the same: its answer was lost on the way."""
    if getattr(request, "method", "") not in ("POST", "PATCH", "PUT", "DELETE"):
        return ""
    if isinstance(failure, requests.exceptions.RequestException):
        reason = getattr(failure.args[0] if failure.args else None, "reason", None)
        lost = not isinstance(failure, _NOT_SENT) and not isinstance(reason, urllib3.exceptions.NewConnectionError)
        lost = lost and "CERTIFICATE_VERIFY_FAILED" not in str(failure)
    else:
        lost = failure.status_code in _LOST_STATUSES
    return "\nIt may have been done all the same: look there before you try again." if lost else ""


def _why(error):
    """The innermost reason, without the URL that urllib3 puts before it."""
    reason = error.args[0] if error.args else error
    reason = getattr(reason, "reason", None) or reason
    return re.sub(r"^.*?object at 0x[0-9a-f]+>: |\bwith url: \S+", "", str(reason)) or type(error).__name__


def _own_message(res):
    """What the service itself says, on lines of its own."""
    try:
        text = json.dumps(res.json(), ensure_ascii=False)
    except ValueError:
        text = res.text.strip()
    return f"\n{text[:10_000]}" if text else ""


def generic_http_request(
    method,
    server_url,
    timeout=60,
    verify=True,
    proxy=False,
    client_headers=None,
    headers=None,
    url_suffix=None,
    data=None,
    ok_codes=None,
    auth=None,
    error_handler=None,
    files=None,
    params=None,
    retries=0,
    resp_type="json",
    status_list_to_retry=None,
    json_data=None,
    return_empty_response=False,
    backoff_factor=5,
    raise_on_redirect=False,
    raise_on_status=False,
    empty_valid_codes=None,
    params_parser=None,
    with_metrics=False,
    **kwargs,
):
    """One request without a client of one's own."""
    client = BaseClient(server_url, verify, proxy, ok_codes or (), client_headers, auth, timeout)
    return client._http_request(  # noqa: SLF001  # XSOAR's name for its one method
        method=method,
        url_suffix=url_suffix or "",
        data=data,
        ok_codes=ok_codes,
        error_handler=error_handler,
        headers=headers,
        files=files,
        params=params,
        retries=retries,
        resp_type=resp_type,
        status_list_to_retry=status_list_to_retry,
        json_data=json_data,
        return_empty_response=return_empty_response,
        backoff_factor=backoff_factor,
        raise_on_redirect=raise_on_redirect,
        raise_on_status=raise_on_status,
        empty_valid_codes=empty_valid_codes,
        params_parser=params_parser,
        with_metrics=with_metrics,
        **kwargs,
    )


class ExecutionMetrics:
    """How many calls went well or wrong, by kind."""

    _ATTRIBUTES = {
        "success": ErrorTypes.SUCCESS,
        "quota_error": ErrorTypes.QUOTA_ERROR,
        "general_error": ErrorTypes.GENERAL_ERROR,
        "auth_error": ErrorTypes.AUTH_ERROR,
        "service_error": ErrorTypes.SERVICE_ERROR,
        "connection_error": ErrorTypes.CONNECTION_ERROR,
        "proxy_error": ErrorTypes.PROXY_ERROR,
        "ssl_error": ErrorTypes.SSL_ERROR,
        "timeout_error": ErrorTypes.TIMEOUT_ERROR,
        "retry_error": ErrorTypes.RETRY_ERROR,
    }

    def __init__(self, **counts):
        self._counts = {}
        for name, count in counts.items():
            setattr(self, name, count)

    def __getattr__(self, name):
        if name not in ExecutionMetrics._ATTRIBUTES:
            raise AttributeError(name)
        return self._counts.get(ExecutionMetrics._ATTRIBUTES[name], 0)

    def __setattr__(self, name, value):
        if name in ExecutionMetrics._ATTRIBUTES:
            self.update_metrics(ExecutionMetrics._ATTRIBUTES[name], value - getattr(self, name))
        else:
            super().__setattr__(name, value)

    @staticmethod
    def is_supported():
        return is_demisto_version_ge("6.8.0")

    @property
    def metrics(self):
        return [{"Type": kind, "APICallsCount": count} for kind, count in self._counts.items() if count]

    def get_metric_list(self):
        return self.metrics

    def update_metrics(self, metric_type, metric_value=1):
        self._counts[metric_type] = self._counts.get(metric_type, 0) + metric_value


def append_metrics(execution_metrics, results):
    """The results with the counts behind them."""
    if execution_metrics.metrics:
        results.append(CommandResults(execution_metrics=execution_metrics.metrics))
    return results


# ---------------------------------------------------------------------------------------------------------------------
# Mirroring
# ---------------------------------------------------------------------------------------------------------------------


class GetRemoteDataArgs:
    def __init__(self, args):
        self.remote_incident_id = args["id"]
        self.last_update = args["lastUpdate"]


class GetModifiedRemoteDataArgs:
    def __init__(self, args):
        self.last_update = args["lastUpdate"]


class UpdateRemoteSystemArgs:
    def __init__(self, args):
        self.data = args.get("data")
        self.entries = args.get("entries")
        self.incident_changed = args.get("incidentChanged")
        self.remote_incident_id = args.get("remoteId")
        self.inc_status = args.get("status")
        self.delta = args.get("delta")


class GetRemoteDataResponse:
    def __init__(self, mirrored_object, entries):
        self.mirrored_object = mirrored_object
        self.entries = entries

    def extract_for_local(self):
        return [self.mirrored_object, *self.entries]


class GetModifiedRemoteDataResponse:
    def __init__(self, modified_incident_ids):
        self.modified_incident_ids = modified_incident_ids

    def to_entry(self):
        return {
            "Contents": self.modified_incident_ids,
            "ContentsFormat": EntryFormat.JSON,
            "Type": EntryType.NOTE,
        }


class SchemeTypeMapping:
    """The fields of one incident type of the other system."""

    def __init__(self, type_name="", fields=None):
        self.type_name = type_name
        self.fields = fields or {}

    def add_field(self, name, description=""):
        self.fields[name] = description

    def extract_mapping(self):
        return {self.type_name: self.fields}


class GetMappingFieldsResponse:
    def __init__(self, scheme_types_mapping=None):
        self.scheme_types_mappings = scheme_types_mapping or []

    def add_scheme_type(self, scheme_type_mapping):
        self.scheme_types_mappings.append(scheme_type_mapping)

    def extract_mapping(self):
        mapping = {}
        for scheme_type in self.scheme_types_mappings:
            mapping.update(scheme_type.extract_mapping())
        return mapping


# ---------------------------------------------------------------------------------------------------------------------
# Fetching without gaps or doubles
# ---------------------------------------------------------------------------------------------------------------------


def get_fetch_run_time_range(last_run, first_fetch, look_back=0, timezone=0, date_format=_ISO_SECONDS):
    """From when to when this fetch looks, `look_back` minutes behind the last one."""
    now = get_current_time(timezone)
    start = _parse_words(last_run.get("time") or first_fetch, {"TIMEZONE": "UTC", "RETURN_AS_TIMEZONE_AWARE": True})
    if look_back > 0:
        start = min(start, now - timedelta(minutes=look_back))
    return start.strftime(date_format), now.strftime(date_format)


def filter_incidents_by_duplicates_and_limit(incidents_res, last_run, fetch_limit, id_field):
    """The incidents that were not fetched before, at most `fetch_limit` of them."""
    seen = last_run.get("found_incident_ids") or {}
    return [incident for incident in incidents_res if incident[id_field] not in seen][:fetch_limit]


def get_latest_incident_created_time(
    incidents, created_time_field, date_format=_ISO_SECONDS, increase_last_run_time=False
):
    latest = max(parse_date_string(demisto.get(incident, created_time_field), date_format) for incident in incidents)
    if increase_last_run_time:
        latest += timedelta(milliseconds=1)
    return latest.strftime(date_format)


def remove_old_incidents_ids(found_incidents_ids, current_time, look_back):
    """The remembered ids without those that no later fetch can see again."""
    oldest = current_time - 2 * 60 * (look_back or 1)
    return {key: when for key, when in found_incidents_ids.items() if when >= oldest}


def get_found_incident_ids(last_run, incidents, look_back, id_field, remove_incident_ids=True):
    now = int(time.time())
    found = {**(last_run.get("found_incident_ids") or {}), **{incident[id_field]: now for incident in incidents}}
    return remove_old_incidents_ids(found, now, look_back) if remove_incident_ids else found


def update_last_run_object(
    last_run,
    incidents,
    fetch_limit,
    start_fetch_time,
    end_fetch_time,
    look_back,
    created_time_field,
    id_field,
    date_format=_ISO_SECONDS,
    increase_last_run_time=False,
    new_offset=None,
):
    """What the next fetch has to know: the time it starts from, the limit, and the ids that were seen."""
    when = end_fetch_time if look_back == 0 else start_fetch_time
    if incidents:
        when = get_latest_incident_created_time(incidents, created_time_field, date_format, increase_last_run_time)
    found = get_found_incident_ids(last_run, incidents, look_back, id_field)
    updated = {**last_run, "time": when, "limit": fetch_limit, "found_incident_ids": found}
    if new_offset is not None:
        updated["offset"] = new_offset
    return updated


# ---------------------------------------------------------------------------------------------------------------------
# Indicators of the platform
# ---------------------------------------------------------------------------------------------------------------------


class IndicatorsSearcher:
    """Pages of the platform's indicators, one a turn."""

    def __init__(
        self,
        page=0,
        filter_fields=None,
        from_date=None,
        query=None,
        size=100,
        to_date=None,
        value="",
        limit=None,
        sort=None,
        search_after=None,
    ):
        self._page = page
        self._total = None
        self._shown = 0
        self._search_after = search_after
        self.limit = limit
        self._size = size
        self._fixed = assign_params(
            populateFields=filter_fields, fromDate=from_date, toDate=to_date, query=query, value=value, sort=sort
        )

    def __iter__(self):
        return self

    def __next__(self):
        if self.is_search_done():
            raise StopIteration
        size = min(self._size, self.limit - self._shown) if self.limit else self._size
        place = {"searchAfter": self._search_after} if self._search_after else {"page": self._page}
        answer = demisto.searchIndicators(size=size, **place, **self._fixed)
        found = answer.get("iocs") or []
        self._total = answer.get("total", len(found))
        self._search_after = answer.get("searchAfter")
        self._page += 1
        self._shown += len(found)
        if not found:
            raise StopIteration
        return answer

    next = __next__

    @property
    def page(self):
        return self._page

    @property
    def total(self):
        return self._total

    def is_search_done(self):
        """Whether every indicator, or as many as were asked for, has been seen."""
        if self.limit and self._shown >= self.limit:
            return True
        return self._total is not None and self._shown >= self._total

    def search_indicators_by_version(self, from_date=None, query="", size=100, to_date=None, value=""):
        """One page, with filters of its own."""
        filters = assign_params(fromDate=from_date, toDate=to_date, query=query, value=value)
        answer = demisto.searchIndicators(size=size, page=self._page, **filters)
        self._page += 1
        return answer


# ---------------------------------------------------------------------------------------------------------------------
# Widgets
# ---------------------------------------------------------------------------------------------------------------------


class BaseWidget:
    def to_display(self):
        raise NotImplementedError


class _JsonWidget(BaseWidget):
    """A widget that is a list of values, written as JSON."""

    def __init__(self):
        self.values = []

    def to_display(self):
        return json.dumps(self.values)


class TextWidget(BaseWidget):
    def __init__(self, text):
        self.text = text

    def to_display(self):
        return self.text


class NumberWidget(BaseWidget):
    def __init__(self, number):
        self.number = number

    def to_display(self):
        return self.number


class TrendWidget(BaseWidget):
    def __init__(self, current_number, previous_number):
        self.current = current_number
        self.prev = previous_number

    def to_display(self):
        return json.dumps({"currSum": self.current, "prevSum": self.prev})


class BarColumnPieWidget(_JsonWidget):
    def __init__(self, categories=None):
        super().__init__()
        self.values = categories or []

    def add_category(self, name, number):
        self.values.append({"name": name, "data": [number]})


class LineWidget(_JsonWidget):
    def __init__(self, categories=None):
        super().__init__()
        self.values = categories or []

    def add_category(self, name, number, group):
        self.values.append({"name": name, "data": [number], "groups": [{"name": group, "data": [number]}]})


class TableOrListWidget(BaseWidget):
    def __init__(self, data=None):
        self.data = data if isinstance(data, list) else [data] if data else []

    def add_row(self, data):
        self.data.append(data)

    def to_display(self):
        return json.dumps({"total": len(self.data), "data": self.data})


# ---------------------------------------------------------------------------------------------------------------------
# What only the vendor's cloud has
# ---------------------------------------------------------------------------------------------------------------------


def send_events_to_xsiam(events, vendor, product, **kwargs):
    raise DemistoException("Events can only be sent to an XSIAM tenant; this server is none.")


def send_data_to_xsiam(data, vendor, product, **kwargs):
    raise DemistoException("Data can only be sent to an XSIAM tenant; this server is none.")
