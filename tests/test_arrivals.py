"""What one service publishes arrives at the others as it was meant: four services as they run."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from running import envol_alone, until
from stdnum import luhn

from backbone.testing.fixtures import Servers
from contracts.local_time import today_in
from demo.client import ApiError, EnvolClient

PATIENCE = 120  # seconds until a read model has followed, on a busy machine
NUMBERS = count(70_000_000)


def siren() -> str:
    number = str(next(NUMBERS))
    return number + luhn.calc_check_digit(number)


def ago(days: int) -> str:
    return str(today_in("93") - timedelta(days=days))


@pytest.fixture(scope="module")
async def envol(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[EnvolClient]:
    """All four services with their workers; nothing is in them."""
    folder = tmp_path_factory.mktemp("arrivals")
    async with envol_alone(servers, folder, name="arrivals") as stage:
        stage.running.start()
        await asyncio.to_thread(stage.running.await_apis)
        yield stage.envol


async def becomes(value: Callable[[], Any], wanted: Any) -> None:
    """Wait until a value that a service answers with is the wanted one."""
    await asyncio.to_thread(
        until, lambda: value() == wanted, f"It never became {wanted}: {value()}", PATIENCE
    )


def do(envol: EnvolClient, service: str, path: str, **body: Any) -> Any:
    role = "partner_manager" if service == "partners" else "coordinator"
    return envol.post(
        service, path, body, role=role, idempotency_key=str(uuid4()), any_version=True
    )


def put(envol: EnvolClient, path: str, **body: Any) -> Any:
    return envol.put("partners", path, body, role="partner_manager", any_version=True)


def organisation(
    envol: EnvolClient, name: str, kind: str = "company", department: str = "75"
) -> Any:
    known = {"kind": kind, "siren": siren(), "department": department}
    return do(envol, "partners", "/organisations", name=name, **known)["id"]


def figures(envol: EnvolClient, *names: str, as_of: str, **narrowed: str) -> dict[str, Any]:
    """Return reporting's figures of these names, narrowed to an organisation for instance."""
    asked = {"names": list(names), "as_of": as_of} | narrowed
    found = envol.get("reporting", "/figures", role="viewer", **asked)["figures"]
    return {figure["name"]: figure["value"] for figure in found}


def sign_from_draft(envol: EnvolClient, *organisations: str, on: str) -> str:
    signatories = [{"organisation_id": each} for each in organisations]
    draft = do(
        envol,
        "partners",
        "/convention-drafts",
        title="Convention",
        proposal={"signatories": signatories},
    )
    path = f"/convention-drafts/{draft['id']}/signature"
    return str(do(envol, "partners", path, signed_on=on)["id"])


def covered(envol: EnvolClient, organisation_id: str, on: str) -> bool | None:
    found = envol.pages("matching", "/covered-organisations", on=on)
    return next((o["covered"] for o in found if o["organisation_id"] == organisation_id), None)


async def test_what_becomes_of_a_convention_signed_from_a_draft_reaches_matching_and_reporting(
    envol: EnvolClient,
) -> None:
    one, other, third = (organisation(envol, name) for name in ("Un", "Deux", "Trois"))
    convention_id = sign_from_draft(envol, one, other, on="2015-09-14")
    do(
        envol,
        "partners",
        f"/conventions/{convention_id}/accessions",
        organisation_id=third,
        accedes_on="2015-10-01",
    )
    for each in (one, other, third):
        await becomes(partial(covered, envol, each, "2015-11-01"), True)

    def in_reporting(as_of: str) -> int:
        figure = envol.get("reporting", "/figures/organisations_covered", as_of=as_of)
        return int(figure["value"])

    await becomes(partial(in_reporting, "2015-11-01"), 3)

    do(envol, "partners", f"/conventions/{convention_id}/end", ended_on="2015-12-31")

    for each in (one, other, third):
        await becomes(partial(covered, envol, each, "2016-01-01"), False)
    await becomes(partial(in_reporting, "2016-01-01"), 0)
    assert in_reporting("2015-12-31") == 3


def apply(envol: EnvolClient, name: str) -> str:
    mentee = do(
        envol,
        "matching",
        "/mentees",
        given_name=name,
        family_name="Diarra",
        email=f"{name.lower()}@example.org",
        birth_date=ago(24 * 365),
        degree_level=5,
        department="93",
        applied_on=ago(40),
    )
    do(envol, "matching", f"/mentees/{mentee['id']}/decision", admit=True, decided_on=ago(30))
    return str(mentee["id"])


def enrol(envol: EnvolClient, organisation_id: str, *, capacity: int) -> str:
    mentor = do(
        envol,
        "matching",
        "/mentors",
        given_name="Claire",
        family_name="Martin",
        email="claire@example.org",
        organisation_id=organisation_id,
        department="75",
        capacity=capacity,
        enrolled_on=ago(30),
        remote=True,
        charter_accepted_on=ago(30),
    )
    return str(mentor["id"])


def propose(envol: EnvolClient, mentee_id: str, mentor_id: str, *, on: str | None = None) -> str:
    body = {"mentee_id": mentee_id, "mentor_id": mentor_id, "proposed_on": on or ago(5)}
    return str(do(envol, "matching", "/pairings", **body)["id"])


def begin(envol: EnvolClient, pairing_id: str) -> None:
    for side in ("mentee", "mentor"):
        path = f"/pairings/{pairing_id}/acceptances"
        do(envol, "matching", path, by=side, accepted_on=ago(4))


async def test_matching_and_reporting_count_the_same_mentees_as_waiting(envol: EnvolClient) -> None:
    employer = organisation(envol, "Employeur")
    sign_from_draft(envol, employer, on=ago(60))
    await becomes(partial(covered, envol, employer, ago(0)), True)
    mentor_id = enrol(envol, employer, capacity=5)
    names = ("Awa", "Binta", "Coumba", "Dado", "Eva", "Fatou")
    waits, asked, paired, placed, lapsed, done = (apply(envol, name) for name in names)
    propose(envol, asked, mentor_id)
    begin(envol, propose(envol, paired, mentor_id))
    for mentee_id, reason in ((lapsed, "lapsed"), (done, "completed")):
        pairing_id = propose(envol, mentee_id, mentor_id)
        begin(envol, pairing_id)
        path = f"/pairings/{pairing_id}/end"
        do(envol, "matching", path, reason=reason, ended_on=ago(0))
    found = {"contract": "cdi", "fits_qualification": True, "evidence": "declared"}
    do(envol, "matching", "/outcomes", mentee_id=placed, found_on=ago(1), **found)

    matching = {m["id"] for m in envol.pages("matching", "/mentees", status="waiting")}
    assert matching == {waits, lapsed}

    def reporting() -> set[str]:
        rows = envol.pages("reporting", "/figures/mentees_waiting/list", as_of=ago(0))
        return {row["mentee_id"] for row in rows}

    await becomes(reporting, matching)


async def test_both_are_asked_about_a_proposal_that_is_dated_weeks_back(envol: EnvolClient) -> None:
    employer = organisation(envol, "Autre employeur")
    sign_from_draft(envol, employer, on=ago(60))
    await becomes(partial(covered, envol, employer, ago(20)), True)
    mentee_id, mentor_id = apply(envol, "Hawa"), enrol(envol, employer, capacity=1)

    pairing_id = propose(envol, mentee_id, mentor_id, on=ago(20))

    def written_to() -> list[str]:
        found = envol.pages("notifications", "/messages", pairing_id=pairing_id, rule="proposed")
        return sorted(message["person_id"] for message in found if message["state"] == "sent")

    await becomes(written_to, sorted((mentee_id, mentor_id)))


ADDRESS = {"street": "1 rue de Rome", "postal_code": "75008", "city": "Paris"}


async def test_what_a_patron_promises_gives_and_has_receipts_for_is_counted(
    envol: EnvolClient,
) -> None:
    patron = organisation(envol, "Mécène")
    put(envol, f"/organisations/{patron}/profile", legal_form="SA", **ADDRESS)
    path, promised = f"/organisations/{patron}", {"pledged_on": ago(50), "due_on": ago(30)}
    pledge = do(envol, "partners", f"{path}/pledges", amount=900_000, **promised)
    given = {"amount": 600_000, "payment": "transfer", "pledge_id": pledge["id"]}
    gift = do(envol, "partners", f"{path}/gifts", given_on=ago(40), **given)
    returned = {"description": "Un espace à la rencontre", "given_on": ago(40)}
    do(envol, "partners", f"{path}/returns", amount=100_000, **returned)
    receipt = do(envol, "partners", f"/gifts/{gift['id']}/receipt", issued_on=ago(20))
    wrong = f"/receipts/{receipt['year']}/{receipt['number']}/cancellation"
    do(envol, "partners", wrong, reason="Montant", cancelled_on=ago(10))

    patronage = (
        *("gifts_pledged", "gifts_received", "pledges_overdue", "returns_given"),
        *("returns_of_gifts", "tax_receipts", "tax_receipts_amount"),
    )
    wanted = dict(zip(patronage, (900_000, 600_000, 1, 100_000, 0.1667, 0, 0), strict=True))
    of_patron = partial(figures, envol, *patronage, organisation_id=patron)
    await becomes(partial(of_patron, as_of=ago(0)), wanted)
    assert of_patron(as_of=ago(20)) == wanted | {"tax_receipts": 1, "tax_receipts_amount": 600_000}

    do(envol, "partners", f"/gifts/{gift['id']}/receipt", issued_on=ago(5))

    now = wanted | {"tax_receipts": 1, "tax_receipts_amount": 600_000}
    await becomes(partial(of_patron, as_of=ago(0)), now)
    assert of_patron(as_of=ago(6)) == wanted


async def test_what_members_of_a_network_do_together_is_counted(envol: EnvolClient) -> None:
    one, other = organisation(envol, "Bailleur"), organisation(envol, "Autre bailleur")
    network = do(envol, "partners", "/networks", name="Réseau des bailleurs")["id"]
    path = f"/networks/{network}"
    for each in (one, other):
        do(envol, "partners", f"{path}/members", organisation_id=each, joined_on=ago(60))
    begun = {"name": "Forum", "begun_on": ago(30), "organisations": [one, other]}
    action = do(envol, "partners", f"{path}/actions", **begun)["id"]
    for quantity, on in ((40, ago(20)), (42, ago(10))):
        counts = f"{path}/actions/{action}/counts/youths_met"
        put(envol, counts, quantity=quantity, counted_on=on)
    do(envol, "partners", f"{path}/members/{other}/end", left_on=ago(5))

    names = ("network_members", "joint_actions", "joint_actions_youths_met")

    def counted(as_of: str, **narrowed: str) -> list[int]:
        found = figures(envol, *names, as_of=as_of, **narrowed)
        return [found[name] for name in names]

    await becomes(partial(counted, ago(0)), [1, 1, 42])
    assert counted(ago(5)) == [2, 1, 42]
    assert counted(ago(11)) == [2, 1, 40]
    assert counted(ago(31)) == [2, 0, 0]
    assert counted(ago(0), organisation_id=other) == [0, 1, 42]


async def test_a_lead_that_signs_and_a_convention_under_notice_are_counted(
    envol: EnvolClient,
) -> None:
    giver = organisation(envol, "Tête de réseau")
    do(envol, "partners", f"/organisations/{giver}/promotions", role="relay", named_on=ago(90))
    heard = {"kind": "company", "department": "33", "heard_on": ago(80), "introduced_by": giver}
    lead, lost = (do(envol, "partners", "/leads", name=n, **heard)["id"] for n in ("Piste", "Vue"))
    do(
        envol,
        "partners",
        f"/leads/{lost}/stage-changes",
        stage="lost",
        lost_for="not_now",
        moved_on=ago(9),
    )
    signed = {"siren": siren(), "signed_on": ago(60), "ends_on": ago(-300)}
    partner = do(envol, "partners", f"/leads/{lead}/conversion", **signed)["organisation_id"]

    of_giver = partial(figures, envol, "promoters", "lead_conversion", organisation_id=giver)
    await becomes(partial(of_giver, as_of=ago(0)), {"promoters": 1, "lead_conversion": 0.5})
    assert of_giver(as_of=ago(61)) == {"promoters": 1, "lead_conversion": 0.0}

    [convention] = envol.pages("partners", "/conventions", organisation_id=partner)
    path = f"/conventions/{convention['id']}"
    do(envol, "partners", f"{path}/notice", party="partner", given_on=ago(20))

    names = ("partners_from_leads", "conventions_under_notice")
    of_partner = partial(figures, envol, *names, organisation_id=partner)
    await becomes(partial(of_partner, as_of=ago(0)), dict.fromkeys(names, 1))
    assert of_partner(as_of=ago(21))["conventions_under_notice"] == 0

    do(envol, "partners", f"{path}/renewal", renewed_on=ago(1), ends_on=ago(-600))

    await becomes(lambda: of_partner(as_of=ago(0))["conventions_under_notice"], 0)


async def test_homes_that_are_offered_and_taken_are_counted(envol: EnvolClient) -> None:
    landlord = organisation(envol, "Logeur", "social_landlord", "93")
    mentee_id = apply(envol, "Inaya")
    asked = {"department": "93", "consented_on": ago(25), "asked_on": ago(20)}
    [need] = await asyncio.to_thread(ask_for_home, envol, mentee_id=mentee_id, **asked)
    path, home = f"/housing-needs/{need}/offers", {"description": "Studio"}
    offered = {"organisation_id": landlord, "offered_on": ago(15)} | home
    first, second = (do(envol, "partners", path, **offered)["id"] for _ in range(2))
    do(envol, "partners", f"{path}/{first}/answer", accepted=False, answered_on=ago(12))
    do(envol, "partners", f"{path}/{second}/answer", accepted=True, answered_on=ago(10))

    names = ("homes_offered", "homes_accepted")
    of_landlord = partial(figures, envol, *names, organisation_id=landlord)
    await becomes(partial(of_landlord, as_of=ago(0)), {"homes_offered": 2, "homes_accepted": 1})
    assert of_landlord(as_of=ago(11)) == {"homes_offered": 2, "homes_accepted": 0}


def ask_for_home(envol: EnvolClient, **asked: Any) -> list[str]:
    """Ask landlords for a home for a mentee, once partners knows the mentee."""
    needs: list[str] = []

    def is_asked() -> bool:
        try:
            needs.append(do(envol, "partners", "/housing-needs", **asked)["id"])
        except ApiError as refusal:
            if "mentee-unknown" not in str(refusal):
                raise
        return bool(needs)

    until(is_asked, "Partners never heard of the mentee", PATIENCE)
    return needs


async def test_a_round_that_is_published_is_counted_with_the_pairings_it_proposed(
    envol: EnvolClient,
) -> None:
    employer = organisation(envol, "Employeur d'un tour")
    sign_from_draft(envol, employer, on=ago(60))
    await becomes(partial(covered, envol, employer, ago(0)), True)
    apply(envol, "Jade")
    enrol(envol, employer, capacity=1)
    round_id = do(envol, "matching", "/rounds", on=ago(0))["id"]
    path = f"/rounds/{round_id}"

    await becomes(lambda: envol.get("matching", path, role="coordinator")["state"], "draft")
    do(envol, "matching", f"{path}/publication")

    proposed = len(list(envol.pages("matching", "/pairings", round_id=round_id)))
    assert proposed
    names = ("rounds_published", "pairings_proposed_by_rounds")
    wanted = dict(zip(names, (1, proposed), strict=True))
    await becomes(partial(figures, envol, *names, as_of=ago(0)), wanted)
