"""The indicator Certificate, its public key and its extensions, as the context standard has them."""

from types import ModuleType
from typing import Any

import pytest

CERTIFICATE = (
    "Certificate(val.MD5 && val.MD5 == obj.MD5 || val.SHA1 && val.SHA1 == obj.SHA1 || "
    "val.SHA256 && val.SHA256 == obj.SHA256 || val.SHA512 && val.SHA512 == obj.SHA512)"
)
SAN = {"Type": "dNSName", "Value": "a.example"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"algorithm": "RSA", "length": 2048, "modulus": "aa", "exponent": 3, "x": "1", "p": "2"},
            {"Algorithm": "RSA", "Length": 2048, "Modulus": "aa", "Exponent": 3},
        ),
        (
            {"algorithm": "DSA", "length": 1024, "publickey": "k", "p": "1", "q": "2", "g": "3", "modulus": "aa"},
            {"Algorithm": "DSA", "Length": 1024, "PublicKey": "k", "P": "1", "Q": "2", "G": "3"},
        ),
        (
            {"algorithm": "EC", "length": 256, "x": "1", "y": "2", "curve": "secp256r1", "exponent": 3},
            {"Algorithm": "EC", "Length": 256, "X": "1", "Y": "2", "Curve": "secp256r1"},
        ),
        (
            {"algorithm": "Unknown Algorithm", "length": 0, "publickey": "k", "curve": "c"},
            {"Algorithm": "Unknown Algorithm", "Length": 0, "PublicKey": "k"},
        ),
    ],
)
def test_a_public_key_shows_what_belongs_to_its_algorithm(
    csp: ModuleType, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert csp.Common.CertificatePublicKey(**given).to_context() == expected


def test_words_that_the_standards_do_not_have_are_refused(csp: ModuleType) -> None:
    common, extension = csp.Common, csp.Common.CertificateExtension
    with pytest.raises(TypeError, match=r"'RC4' is not a key's algorithm; take one of DSA, RSA, EC, Unknown Algorithm"):
        common.CertificatePublicKey("RC4", 128)
    with pytest.raises(TypeError, match="'host' is not the type of a general name; take one of otherName, rfc822Name"):
        common.GeneralName("a.example", "host")
    with pytest.raises(TypeError, match="'Colour' is not an extension's type; take one of SubjectAlternativeName"):
        extension("Colour", critical=False)
    with pytest.raises(TypeError, match="'x' is not the entry of a timestamp; take one of PreCertificate"):
        extension.SignedCertificateTimestamp("x", 0, "log", "2020-01-01T00:00:00")
    with pytest.raises(ValueError, match="needs a general name"):
        extension.SubjectAlternativeName(gn_value="a.example")
    with pytest.raises(TypeError, match=r"publickey is a Common\.CertificatePublicKey, not 'k'"):
        common.Certificate("CN=a", publickey="k")
    with pytest.raises(TypeError, match=r"extensions are each a Common\.CertificateExtension, not 'x'"):
        common.Certificate("CN=a", extensions=["x"])


def test_a_general_name_and_an_alternative_name_are_told_alike(csp: ModuleType) -> None:
    name = csp.Common.GeneralName("a.example", csp.Common.GeneralName.DNSNAME)
    alternative = csp.Common.CertificateExtension.SubjectAlternativeName
    for each in (name, alternative(gn=name), alternative(gn_type="dNSName", gn_value="a.example")):
        assert (each.to_context(), each.get_value()) == (SAN, "a.example")


@pytest.mark.parametrize(
    ("kind", "oid", "name", "given", "value"),
    [
        ("SubjectKeyIdentifier", "2.5.29.14", "subjectKeyIdentifier", {"digest": "d"}, {"Digest": "d"}),
        ("KeyUsage", "2.5.29.15", "keyUsage", {"crl_sign": True, "key_agreement": False}, {"CrlSign": True}),
        ("ExtendedKeyUsage", "2.5.29.37", "extendedKeyUsage", {"usages": ["serverAuth"]}, {"Usages": ["serverAuth"]}),
        ("Other", None, None, {"value": "v"}, "v"),
    ],
)
def test_an_extension_has_the_name_of_its_type_and_its_value(
    csp: ModuleType, kind: str, oid: str | None, name: str | None, given: dict[str, Any], value: object
) -> None:
    known = {key: text for key, text in (("OID", oid), ("Name", name)) if text}
    extension = csp.Common.CertificateExtension
    assert extension(kind, critical=True, **given).to_context() == {**known, "Critical": True, "Value": value}
    assert extension(kind, critical=False).to_context() == {**known, "Critical": False}
    other = {"OID": "1.2.3", "Name": "mine", "Critical": False}
    assert extension(kind, critical=False, oid="1.2.3", extension_name="mine").to_context() == other


STAMP = {"EntryType": "PreCertificate", "Version": 0, "LogId": "l", "Timestamp": "t"}


@pytest.mark.parametrize(
    ("kind", "argument", "of_kind", "given", "expected"),
    [
        (
            "AuthorityKeyIdentifier",
            "authority_key_identifier",
            "AuthorityKeyIdentifier",
            {"issuer": [SAN], "serial_number": "7", "key_identifier": "k"},
            {"Issuer": [SAN], "SerialNumber": "7", "KeyIdentifier": "k"},
        ),
        (
            "CRLDistributionPoints",
            "distribution_points",
            "DistributionPoint",
            {"full_name": [SAN], "crl_issuer": [SAN], "reasons": ["unspecified"]},
            {"FullName": [SAN], "CRLIssuer": [SAN], "Reasons": ["unspecified"]},
        ),
        (
            "CertificatePolicies",
            "certificate_policies",
            "CertificatePolicy",
            {"policy_identifier": "1.2", "policy_qualifiers": ["q"]},
            {"PolicyIdentifier": "1.2", "PolicyQualifiers": ["q"]},
        ),
        (
            "AuthorityInformationAccess",
            "authority_information_access",
            "AuthorityInformationAccess",
            {"access_method": "OCSP", "access_location": SAN},
            {"AccessMethod": "OCSP", "AccessLocation": SAN},
        ),
        ("BasicConstraints", "basic_constraints", "BasicConstraints", {"ca": True}, {"CA": True}),
        (
            "BasicConstraints",
            "basic_constraints",
            "BasicConstraints",
            {"ca": False, "path_length": 0},
            {"CA": False, "PathLength": 0},
        ),
        *(
            (
                kind,
                "signed_certificate_timestamps",
                "SignedCertificateTimestamp",
                {"entry_type": "PreCertificate", "version": 0, "log_id": "l", "timestamp": "t"},
                STAMP,
            )
            for kind in ("SignedCertificateTimestamps", "PreCertSignedCertificateTimestamps")
        ),
    ],
)
def test_an_extension_of_records_is_told_by_what_they_hold(
    csp: ModuleType, kind: str, argument: str, of_kind: str, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    extension = csp.Common.CertificateExtension
    name = csp.Common.GeneralName(SAN["Value"], SAN["Type"])
    named = {key: name if value is SAN else [name] if value == [SAN] else value for key, value in given.items()}
    record = getattr(extension, of_kind)(**named)
    for held, told in ((record, expected), ([record], [expected])):
        assert extension(kind, critical=False, **{argument: held}).to_context()["Value"] == told


def test_a_certificate_is_told_with_its_key_its_extensions_and_its_score(csp: ModuleType) -> None:
    common = csp.Common
    alternative = common.CertificateExtension.SubjectAlternativeName(gn_type="dNSName", gn_value="a.example")
    certificate = common.Certificate(
        "CN=a,O=x",
        common.DBotScore("h", "certificate", score=3, malicious_description="forged"),
        serial_number="7",
        sha256="h",
        publickey=common.CertificatePublicKey("RSA", 2048, modulus="aa", exponent=3),
        signature_algorithm="sha256",
        extensions=[
            common.CertificateExtension(
                "SubjectAlternativeName", critical=False, subject_alternative_names=[alternative]
            )
        ],
    )
    context = certificate.to_context()
    assert context[CERTIFICATE] == {
        "SubjectDN": "CN=a,O=x",
        "Name": ["a", "a.example"],
        "SubjectAlternativeName": [SAN],
        "SerialNumber": "7",
        "SHA256": "h",
        "PublicKey": {"Algorithm": "RSA", "Length": 2048, "Modulus": "aa", "Exponent": 3},
        "Signature": {"Algorithm": "sha256"},
        "Extension": [{"OID": "2.5.29.17", "Name": "subjectAltName", "Critical": False, "Value": [SAN]}],
        "Malicious": {"Vendor": "Brand", "Description": "forged"},
    }
    assert csp.Common.DBotScore.CONTEXT_PATH in context


@pytest.mark.parametrize(
    ("given", "names", "alternative"),
    [
        ({"name": "given"}, ["given"], None),
        ({"name": ["b", "a"]}, ["b", "a"], None),
        ({}, ["cn"], None),
        ({"subject_alternative_name": "x.y"}, ["cn", "x.y"], [{"Value": "x.y"}]),
        ({"subject_alternative_name": ["z", "b"]}, ["b", "cn", "z"], [{"Value": "z"}, {"Value": "b"}]),
        ({"subject_alternative_name": [SAN]}, ["cn"], [SAN]),
        ({"subject_alternative_name": []}, ["cn"], None),
    ],
)
def test_names_are_the_subjects_and_the_alternative_ones_unless_they_are_given(
    csp: ModuleType, given: dict[str, Any], names: list[str], alternative: object
) -> None:
    context = csp.Common.Certificate("CN=cn", **given).to_context()[CERTIFICATE]
    assert (context["Name"], context.get("SubjectAlternativeName")) == (names, alternative)


@pytest.mark.parametrize(
    ("subject", "names"),
    [
        ("C=US, O=x, CN=foo.example", ["foo.example"]),
        (r"O=x,CN=a\, Inc.,OU=c", ["a, Inc."]),
        ("cn=low+OU=b", ["low"]),
        ("CN=*.x.example,O=CN", ["*.x.example"]),
        ("O=nobody,OU=xCN=no", None),
        ("", None),
    ],
)
def test_the_common_names_of_a_subject(csp: ModuleType, subject: str, names: list[str] | None) -> None:
    assert csp.Common.Certificate(subject).to_context()[CERTIFICATE].get("Name") == names
