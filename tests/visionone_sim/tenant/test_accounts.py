from visionone_sim.tenant.accounts import Directory, DomainAccount


def directory() -> Directory:
    made = Directory()
    for iam in ("AAD", "OPAD"):
        made.put(DomainAccount(name=r"FIN\ana", iam=iam, mail_address="ana@fin.example"))
    return made


def test_an_account_answers_to_its_name_and_its_address_in_each_directory() -> None:
    for name in (r"fin\ANA", "Ana@fin.example"):
        assert [account.iam for account in directory().named(name)] == ["AAD", "OPAD"]
    assert directory().named("ana") == []


def test_who_is_disabled_is_signed_out_and_enabling_signs_nobody_in() -> None:
    made = directory()
    made.enable(r"AAD:FIN\ana", enabled=False)
    made.enable(r"AAD:FIN\ana", enabled=True)
    assert [(account.enabled, account.signed_in) for account in made] == [(True, False), (True, True)]


def test_sign_out_and_reset_are_separate_facts() -> None:
    made = directory()
    made.sign_out(r"AAD:FIN\ana")
    made.reset_password(r"OPAD:FIN\ana")
    assert [(account.signed_in, account.must_change_password) for account in made] == [(False, False), (True, True)]


def test_one_record_of_a_person_can_be_removed() -> None:
    made = directory()
    made.remove(r"AAD:FIN\ana")
    assert [account.iam for account in made] == ["OPAD"]
