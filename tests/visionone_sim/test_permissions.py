import pytest

from visionone_sim.permissions import PERMISSIONS, READING, ROLES, permission_for


@pytest.mark.parametrize(
    ("method", "path", "permission"),
    [
        ("GET", "/workbench/alerts", "Workbench: View"),
        ("HEAD", "/workbench/alerts", "Workbench: View"),
        ("PATCH", "/workbench/alerts/WB-1", "Workbench: Modify alert details"),
        ("POST", "/response/endpoints/isolate", "Response Management: Isolate endpoint"),
        ("POST", "/response/endpoints/restore", "Response Management: Isolate endpoint"),
        ("POST", "/response/emails/delete", "Response Management: Delete messages"),
        ("POST", "/response/suspiciousObjects/delete", "Response Management: Add to/Remove from block list"),
        ("DELETE", "/response/customScripts/x", "Response Management: Manage custom scripts"),
        ("POST", "/threatintel/suspiciousObjects", "Suspicious Object Management: Manage lists"),
        ("GET", "/iam/apiKeys", "API Keys: View"),
        ("DELETE", "/iam/accounts/x", "User Accounts: Manage"),
        ("GET", "/iam/roles/x/permissions", "User Roles: View"),
        ("GET", "/healthcheck/connectivity", None),
        ("GET", "/no/such/thing", None),
    ],
)
def test_each_request_needs_one_permission_at_most(method: str, path: str, permission: str | None) -> None:
    assert permission_for(method, path) == permission


def test_roles_differ_in_what_they_change() -> None:
    assert ROLES["read-only"] == READING < ROLES["analyst"] < ROLES["responder"] < ROLES["full"] == PERMISSIONS
    assert "API Keys: Manage" not in ROLES["responder"]
