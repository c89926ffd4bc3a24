import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from backbone.testing.fixtures import Topics
from contracts import (
    FirstInterviewHeld,
    JointActionCounted,
    MenteeAdmitted,
    MenteeErased,
    MenteePaired,
    MentorCapacityChanged,
    OutcomeRecorded,
    PairingDeclined,
    PairingEnded,
    PairingProposed,
    ReceiptCancelled,
)
from contracts.enums import (
    ActionMeasure,
    Contract,
    DeclineReason,
    EndReason,
    Evidence,
    PriorityNeighbourhood,
    Side,
)
from contracts.territories import DEPARTMENTS, programme_year, region_of
from reporting.figures import FIGURES
from reporting.figures.breakdowns import BREAKDOWNS
from reporting.figures.model import Count
from reporting.queries.temporal_views import WITH_VIEWS

DAYS = ["2012-07-31", "2014-01-06", "2015-12-31", "2016-02-15"]
BY_HAND: dict[str, list[float | None]] = {
    "organisations_engaged": [1, 2, 4, 5],
    "organisations_covered": [0, 3, 5, 6],
    "conventions_in_force": [0, 2, 3, 2],
    "own_conventions_signed": [1, 2, 2, 2],
    "framework_conventions_signed": [0, 0, 1, 1],
    "framework_signatories": [0, 0, 2, 3],
    "conventions_under_notice": [0, 0, 1, 1],
    "promoters": [0, 1, 2, 2],
    "lead_conversion": [None, 0.0, 0.0, 0.5],
    "partners_from_leads": [0, 0, 0, 1],
    "commitments_made": [1, 2, 1, 1],
    "commitments_kept": [0, 1, 1, 1],
    "patrons": [0, 2, 2, 2],
    "landlord_patrons": [0, 1, 1, 1],
    "gifts_pledged": [0, 1_500_000, 1_500_000, 1_500_000],
    "pledges_overdue": [0, 1, 1, 1],
    "gifts_received": [0, 1_000_000, 1_500_000, 1_500_000],
    "returns_given": [0, 100_000, 100_000, 100_000],
    "returns_of_gifts": [None, 0.1, 0.0667, 0.0667],
    "tax_receipts": [0, 2, 2, 2],
    "tax_receipts_amount": [0, 1_000_000, 1_000_000, 1_000_000],
    "network_members": [0, 2, 3, 2],
    "joint_actions": [0, 1, 1, 1],
    "joint_actions_youths_met": [0, 40, 42, 42],
    "joint_actions_youths_referred": [0, 12, 12, 12],
    "joint_actions_youths_housed": [0, 0, 2, 2],
    "joint_actions_mentors_found": [0, 3, 3, 3],
    "joint_actions_jobs_offered": [0, 0, 7, 7],
    "events_held": [0, 2, 2, 2],
    "stands_held": [0, 2, 2, 2],
    "attendances": [0, 1, 1, 1],
    "board_seats": [0, 0, 2, 1],
    "board_meetings_held": [0, 0, 1, 1],
    "youths_referred": [0, 1, 1, 1],
    "homes_needed": [0, 1, 1, 1],
    "homes_offered": [0, 1, 1, 1],
    "homes_accepted": [0, 1, 1, 1],
    "homes_found": [0, 0, 1, 1],
    "leads_heard_of": [0, 1, 2, 2],
    "leads_signed": [0, 0, 0, 1],
    "mentors": [0, 2, 3, 3],
    "mentors_active": [0, 2, 2, 2],
    "mentors_with_room": [0, 1, 2, 3],
    "mentees_admitted": [0, 2, 4, 4],
    "mentees_refused": [0, 0, 1, 1],
    "mentees_waiting": [0, 0, 1, 1],
    "mentees_neighbourhood_known": [0, 2, 3, 3],
    "mentees_from_priority_neighbourhoods": [0, 1, 2, 2],
    "priority_neighbourhoods": [None, 0.5, 0.6667, 0.6667],
    "pairings_proposed": [0, 2, 5, 5],
    "rounds_published": [0, 1, 2, 2],
    "pairings_proposed_by_rounds": [0, 2, 4, 4],
    "pairings_declined": [0, 0, 1, 1],
    "pairings_begun": [0, 2, 4, 4],
    "pairings_active": [0, 2, 2, 2],
    "pairings_ended": [0, 0, 2, 2],
    "silent_pairings": [0, 2, 0, 2],
    "first_interviews": [0, 1, 2, 2],
    "contacts": [0, 3, 4, 4],
    "contacts_attempted": [0, 1, 1, 1],
    "months_of_silence": [0, 3, 14, 17],
    "first_interviews_late": [0, 1, 2, 2],
    "first_interviews_missed": [0, 1, 1, 1],
    "proposals_expired": [0, 0, 1, 1],
    "rematches": [0, 0, 1, 1],
    "introductions": [0, 0, 2, 2],
    "introductions_to_interviews": [0, 0, 1, 1],
    "check_ins": [0, 1, 1, 1],
    "outcomes_asked": [0, 0, 1, 1],
    "promises_broken": [0, 0, 2, 2],
    "applications_turned_down": [0, 0, 1, 1],
    "outcomes": [0, 0, 2, 4],
    "mentees_accompanied": [0, 2, 3, 3],
    "mentees_newly_accompanied": [0, 2, 3, 3],
    "mentees_newly_accompanied_from_priority_neighbourhoods": [0, 1, 1, 1],
    "mentees_in_fitting_work": [0, 0, 1, 2],
    "outcomes_fitting": [None, 0.0, 0.3333, 0.6667],
    "departments_open": [8, 9, 16, 16],
    "regions_covered": [1, 1, 3, 1],
    "overseas_regions_covered": [0, 1, 1, 1],
}


@pytest.mark.parametrize("day", DAYS)
async def test_every_figure_is_what_was_worked_out_by_hand(
    published: Topics, ask: Any, day: str
) -> None:
    answer = await ask("/figures", as_of=day)

    values = {figure["name"]: figure["value"] for figure in answer["figures"]}
    assert values == {name: by_day[DAYS.index(day)] for name, by_day in BY_HAND.items()}


async def test_without_facts_every_figure_is_zero(topics: Topics, ask: Any) -> None:
    values = {f["value"] for f in (await ask("/figures", as_of="2014-01-06"))["figures"]}

    assert values == {0, None}


@pytest.mark.parametrize(
    ("figure", "last_day", "before", "after"),
    [
        ("conventions_in_force", "2015-12-31", 3, 2),
        ("pairings_active", "2014-03-31", 2, 1),
        ("silent_pairings", "2014-01-01", 1, 2),
        ("mentees_accompanied", "2013-09-14", 0, 1),
        ("organisations_engaged", "2012-07-04", 0, 1),
        ("regions_covered", "2007-08-31", 0, 1),
        ("regions_covered", "2014-09-30", 1, 2),
        ("regions_covered", "2015-12-31", 3, 1),
        ("mentors_with_room", "2016-01-14", 2, 3),
        ("patrons", "2014-01-31", 2, 3),
        ("patrons", "2014-02-28", 3, 2),
        ("board_seats", "2014-12-31", 1, 2),
        ("board_seats", "2015-12-31", 2, 1),
        ("homes_found", "2014-01-31", 0, 1),
        ("conventions_under_notice", "2015-09-14", 0, 1),
        ("conventions_under_notice", "2015-12-31", 1, 0),
        ("pledges_overdue", "2013-12-31", 0, 1),
        ("tax_receipts", "2014-02-09", 2, 1),
        ("tax_receipts_amount", "2014-02-10", 500_000, 1_000_000),
        ("network_members", "2015-12-31", 3, 2),
        ("joint_actions_youths_met", "2013-11-30", 0, 40),
        ("joint_actions_youths_met", "2014-01-31", 40, 42),
        ("homes_accepted", "2013-12-19", 0, 1),
    ],
)
async def test_a_day_makes_the_difference(
    published: Topics, ask: Any, figure: str, last_day: str, before: int, after: int
) -> None:
    next_day = date.fromisoformat(last_day) + timedelta(days=1)

    values = [(await ask(f"/figures/{figure}", as_of=d))["value"] for d in (last_day, next_day)]

    assert values == [before, after]


async def test_who_waits_is_neither_paired_nor_asked_nor_placed_nor_done(
    topics: Topics, ask: Any
) -> None:
    waits, proposed, placed, studies, lapsed, done, declined = (uuid4() for _ in range(7))
    admitted_on, proposed_on, over_on = date(2014, 1, 1), date(2014, 2, 1), date(2014, 3, 1)

    def pair(mentee_id: UUID) -> dict[str, UUID]:
        return {"pairing_id": uuid4(), "mentee_id": mentee_id, "mentor_id": uuid4()}

    def found(mentee_id: UUID, contract: Contract) -> OutcomeRecorded:
        return OutcomeRecorded(
            outcome_id=uuid4(),
            mentee_id=mentee_id,
            pairing_id=None,
            contract=contract,
            months=None,
            fits_qualification=True,
            evidence=Evidence.DECLARED,
            found_on=proposed_on,
        )

    ended = {done: EndReason.COMPLETED, lapsed: EndReason.LAPSED}
    pairs = {mentee: pair(mentee) for mentee in (proposed, declined, *ended)}
    await topics.publish(
        *(
            MenteeAdmitted(
                mentee_id=mentee,
                department="93",
                degree_level=5,
                priority_neighbourhood=PriorityNeighbourhood.IN,
                rule_version="1",
                admitted_on=admitted_on,
            )
            for mentee in (waits, proposed, placed, studies, lapsed, done, declined)
        ),
        *(PairingProposed(**ids, proposed_on=proposed_on) for ids in pairs.values()),
        PairingDeclined(
            **pairs[declined],
            by=Side.MENTOR,
            reason=DeclineReason.UNAVAILABLE,
            declined_on=over_on,
        ),
        *(MenteePaired(**pairs[mentee], starts_on=proposed_on) for mentee in ended),
        *(
            PairingEnded(**pairs[mentee], reason=reason, ended_on=over_on)
            for mentee, reason in ended.items()
        ),
        found(placed, Contract.CDI),
        found(studies, Contract.STUDIES),
        MenteeErased(mentee_id=declined, duplicates=(), erased_on=date(2014, 4, 1)),
    )

    for day, waiting in (
        ("2013-12-31", set()),
        ("2014-01-31", {waits, proposed, placed, studies, lapsed, done, declined}),
        ("2014-02-01", {waits, studies}),
        ("2014-02-28", {waits, studies}),
        ("2014-03-01", {waits, studies, lapsed, declined}),
        ("2014-04-01", {waits, studies, lapsed}),
    ):
        page = await ask("/figures/mentees_waiting/list", as_of=day)
        assert {row["mentee_id"] for row in page["items"]} == set(map(str, waiting)), day


async def test_the_beginning_and_the_first_interview_are_signs_of_life(
    topics: Topics, ask: Any, story: Any
) -> None:
    met = {"pairing_id": story.p1, "mentee_id": story.amina, "mentor_id": story.m1}
    never = {"pairing_id": story.p2, "mentee_id": story.bilal, "mentor_id": story.m2}
    await topics.publish(
        MenteePaired(**met, starts_on=date(2014, 2, 1)),
        FirstInterviewHeld(**met, held_on=date(2014, 2, 10), minutes=60),
        MenteePaired(**never, starts_on=date(2014, 2, 1)),
    )

    for day, silent in (
        ("2014-03-01", []),
        ("2014-03-02", ["2014-02-01"]),
        ("2014-03-10", ["2014-02-01"]),
        ("2014-03-11", ["2014-02-01", "2014-02-10"]),
    ):
        page = await ask("/figures/silent_pairings/list", as_of=day)
        assert [row["happened_on"] for row in page["items"]] == silent


async def test_the_capacity_offered_last_is_the_one_that_holds(
    published: Topics, ask: Any, story: Any
) -> None:
    for capacity, day in ((1, 20), (3, 10), (2, 25)):
        at = datetime(2016, 2, day, 12, tzinfo=UTC)
        changed = MentorCapacityChanged(mentor_id=story.m3, capacity=capacity, occurred_at=at)
        await published.publish(changed)

    rooms = {}
    for day in ("2016-02-09", "2016-02-10", "2016-02-20", "2016-02-25"):
        page = await ask("/figures/mentors_with_room/list", as_of=day, organisation_id=story.h17)
        rooms[day] = [row["detail"] for row in page["items"]]
    assert rooms == {
        "2016-02-09": ["2"],
        "2016-02-10": ["3"],
        "2016-02-20": [],
        "2016-02-25": ["2"],
    }


async def groups(ask: Any, figure: str, by: str, **params: str) -> dict[str, Any]:
    answer = await ask(f"/figures/{figure}", by=by, **params)
    return {row["label"]: row["value"] for row in answer["rows"]}


async def test_a_region_is_that_of_the_day_asked_for(published: Topics, ask: Any) -> None:
    assert await groups(ask, "mentees_accompanied", "region", as_of="2015-12-31") == {
        "Basse-Normandie": 1,
        "Haute-Normandie": 1,
        "Île-de-France": 1,
    }
    assert await groups(ask, "mentees_accompanied", "region", as_of="2016-01-01") == {
        "Île-de-France": 1,
        "Normandie": 2,
    }


async def test_an_umbrella_sees_its_members_and_theirs(published: Topics, ask: Any) -> None:
    ush, arosh = "Union sociale pour l'habitat", "AROSH Poitou-Charentes"

    assert await groups(ask, "mentees_accompanied", "umbrella", as_of="2015-12-31") == {
        arosh: 1,
        ush: 3,
    }
    assert await groups(ask, "mentors", "umbrella", as_of="2013-12-31") == {ush: 2}


async def test_an_umbrella_sees_its_own_executives(published: Topics, ask: Any, story: Any) -> None:
    await published.publish(story.mentor(uuid4(), story.ush, "75", 1, "2013-10-01"))

    answer = await ask("/figures/mentors", as_of="2013-12-31", umbrella_id=story.ush)
    assert answer["value"] == 3


async def test_each_organisation_counts_a_mentee_it_shares(published: Topics, ask: Any) -> None:
    assert await groups(ask, "mentees_accompanied", "organisation", as_of="2015-12-31") == {
        "Habitat 17": 1,
        "Immobilière 3F": 1,
        "SNI": 2,
    }


async def test_a_programme_year_begins_in_september(published: Topics, ask: Any) -> None:
    assert await groups(ask, "pairings_begun", "programme_year", as_of="2016-02-15") == {
        "2013-2014": 2,
        "2015-2016": 2,
    }
    assert await groups(ask, "mentors", "programme_year", as_of="2016-02-15") == {
        "2012-2013": 1,
        "2013-2014": 1,
        "2015-2016": 1,
    }


async def test_a_share_has_both_its_counts_in_each_group(published: Topics, ask: Any) -> None:
    answer = await ask("/figures/outcomes_fitting", as_of="2016-02-15", by="region")

    assert [
        (r["label"], r["value"], r["numerator"]["value"], r["denominator"]["value"])
        for r in answer["rows"]
    ] == [("Île-de-France", 1.0, 1, 1), ("Normandie", 0.5, 1, 2)]


async def test_filters_narrow_together(published: Topics, ask: Any, story: Any) -> None:
    begun = "/figures/pairings_begun"

    assert (await ask(begun, as_of="2016-02-15", organisation_id=story.sni))["value"] == 2
    assert (
        await ask(begun, as_of="2016-02-15", organisation_id=story.sni, programme_year="2013-2014")
    )["value"] == 1
    assert (await ask(begun, as_of="2016-02-15", **{"from": "2013-10-01", "to": "2015-11-02"}))[
        "value"
    ] == 2
    assert (await ask(begun, as_of="2016-02-15", region="28", department="14"))["value"] == 1
    assert (await ask(begun, as_of="2016-02-15", region="11", department="14"))["value"] == 0


async def test_what_became_known_later_can_be_left_out(
    published: Topics, ask: Any, story: Any
) -> None:
    pair = {"pairing_id": story.p4, "mentee_id": story.chloe, "mentor_id": story.m2}
    await published.publish(
        story.contact(pair, 9, "2015-12-24", recorded_at="2099-01-01T00:00:00Z")
    )

    assert (await ask("/figures/contacts", as_of="2015-12-31"))["value"] == 5
    known = await ask("/figures/contacts", as_of="2015-12-31", known_at="2098-01-01T00:00:00Z")
    assert known["value"] == 4
    nothing = await ask("/figures/contacts", as_of="2015-12-31", known_at="2000-01-01T00:00:00Z")
    assert nothing["value"] == 0


async def test_a_receipt_counts_until_its_cancellation_is_known(
    published: Topics, ask: Any, story: Any
) -> None:
    cancelled = ReceiptCancelled(
        organisation_id=story.ush,
        gift_id=UUID(int=10 << 64),
        year=2015,
        number=1,
        cancels_year=2012,
        cancels_number=1,
        amount=500_000,
        issued_on=date(2015, 1, 10),
        recorded_at=datetime(2099, 1, 1, tzinfo=UTC),
    )
    await published.publish(cancelled)

    async def receipts(as_of: str, **known: str) -> list[Any]:
        names = ("tax_receipts", "tax_receipts_amount")
        return [(await ask(f"/figures/{name}", as_of=as_of, **known))["value"] for name in names]

    assert await receipts("2015-01-09") == [2, 1_000_000]
    assert await receipts("2015-01-10") == [1, 500_000]
    assert await receipts("2015-01-10", known_at="2098-01-01T00:00:00Z") == [2, 1_000_000]


async def test_of_a_joint_action_the_count_recorded_last_holds(
    published: Topics, ask: Any, story: Any
) -> None:
    corrected = JointActionCounted(
        network_id=UUID(int=(23 << 64) + 1),
        action_id=UUID(int=(24 << 64) + 1),
        measure=ActionMeasure.YOUTHS_MET,
        quantity=39,
        counted_on=date(2014, 1, 15),
        recorded_at=datetime(2099, 1, 1, tzinfo=UTC),
    )
    await published.publish(corrected)

    met, before = "/figures/joint_actions_youths_met", "2098-01-01T00:00:00Z"
    assert (await ask(met, as_of="2014-01-14"))["value"] == 40
    assert (await ask(met, as_of="2014-02-01"))["value"] == 39
    assert (await ask(met, as_of="2014-02-01", known_at=before))["value"] == 42
    by_organisation = {"Immobilière 3F": 39, "SNI": 39}
    assert await groups(ask, "joint_actions_youths_met", "organisation") == by_organisation


async def test_money_has_breakdowns_by_organisation_and_by_year(
    published: Topics, ask: Any
) -> None:
    assert await groups(ask, "gifts_received", "organisation", as_of="2016-02-15") == {
        "Immobilière 3F": 1_000_000,
        "Union sociale pour l'habitat": 500_000,
    }
    assert await groups(ask, "gifts_received", "programme_year", as_of="2016-02-15") == {
        "2012-2013": 500_000,
        "2013-2014": 500_000,
        "2014-2015": 500_000,
    }
    assert await groups(ask, "returns_of_gifts", "organisation", as_of="2016-02-15") == {
        "Immobilière 3F": 0.0,
        "Union sociale pour l'habitat": 0.2,
    }


async def test_what_is_not_known_has_a_group_of_its_own(
    topics: Topics, ask: Any, story: Any
) -> None:
    await topics.publish(*story.pairs())

    for by in ("region", "department", "organisation"):
        assert await groups(ask, "pairings_begun", by, as_of="2016-02-15") == {"unknown": 4}
    assert await groups(ask, "pairings_begun", "umbrella", as_of="2016-02-15") == {"none": 4}


async def all_rows(ask: Any, link: str) -> list[Any]:
    """Return all rows of a list, in pages of two."""
    page = await ask(f"{link}&limit=2")
    rows = list(page["items"])
    while page["next"]:
        page = await ask(f"{link}&limit=2&after={page['next']}")
        rows += page["items"]
    return rows


async def test_pages_lose_nothing_of_a_day_with_many_rows(
    topics: Topics, ask: Any, story: Any
) -> None:
    mentors = [uuid4() for _ in range(15)]
    await topics.publish(*(story.mentor(who, story.sni, "93", 1, "2013-09-02") for who in mentors))

    rows = await all_rows(ask, "/figures/mentors/list?as_of=2014-01-06")
    assert [row["id"] for row in rows] == sorted(map(str, mentors))


@pytest.mark.parametrize("name", FIGURES)
async def test_a_figure_is_the_sum_of_its_list_in_every_breakdown(
    published: Topics, ask: Any, name: str
) -> None:
    figure = await ask(f"/figures/{name}", as_of="2016-02-15")
    counted = [figure]
    for by in figure["breakdowns"]:
        told_by = await ask(f"/figures/{name}", as_of="2016-02-15", by=by)
        assert told_by["value"] == figure["value"]
        assert told_by["rows"], f"{name} by {by} has no groups"
        counted += told_by["rows"]

    for number in counted:
        parts = (
            [number["numerator"], number["denominator"]] if figure["unit"] == "share" else [number]
        )
        for part in parts:
            rows = await all_rows(ask, part["list"])
            sums = FIGURES[part.get("name", name)].unit in {"sum", "cents"}
            assert sum(int(row["detail"]) if sums else 1 for row in rows) == part["value"]
            assert len({row["id"] for row in rows}) == len(rows)


async def test_a_list_says_where_each_row_belongs(published: Topics, ask: Any, story: Any) -> None:
    page = await ask("/figures/contacts/list", as_of="2016-02-15", organisation_id=story.h17)

    assert page == {
        "items": [
            {
                "id": "00000000-0000-0006-0000-000000000004",
                "happened_on": "2015-12-20",
                "detail": "phone",
                "programme_year": "2015-2016",
                "department": "76",
                "department_name": "Seine-Maritime",
                "region": "28",
                "region_name": "Normandie",
                "organisation_id": str(story.h17),
                "organisation": "Habitat 17",
                "convention_id": None,
                "mentor_id": str(story.m3),
                "mentee_id": str(story.bilal),
                "pairing_id": str(story.p3),
            }
        ],
        "next": None,
    }


async def test_a_figure_says_what_it_means(published: Topics, ask: Any) -> None:
    figure = await ask("/figures/outcomes_fitting", as_of="2016-02-15")

    assert figure["label"] == {"fr": "Part en emploi qualifié", "en": "Share in work that fits"}
    assert "who by then had found a job that fits" in figure["definition"]["en"]
    assert figure["numerator"] == {
        "name": "mentees_in_fitting_work",
        "value": 2,
        "list": "/v1/figures/mentees_in_fitting_work/list?as_of=2016-02-15",
    }
    assert figure["denominator"]["value"] == 3


def test_the_breakdowns_of_figures_exist() -> None:
    for name, figure in FIGURES.items():
        assert figure.name == name
        assert set(figure.breakdowns) <= set(BREAKDOWNS)


@pytest.mark.parametrize(
    "figure", [f for f in FIGURES.values() if isinstance(f, Count)], ids=lambda figure: figure.name
)
def test_a_figure_reads_views_alone_so_that_none_forgets_the_day(figure: Count) -> None:
    view = re.compile(r"^(\w+)(?: \(\w+\))? AS (?:NOT )?MATERIALIZED \(", re.MULTILINE)
    joined = re.findall(r"(?:JOIN|(?<!DISTINCT )FROM) (?!LATERAL)(\w+)", figure.source)

    assert {figure.source.split()[0], *joined} <= set(view.findall(WITH_VIEWS))


async def test_every_department_has_its_region_in_sql(topics: Topics, ask: Any, story: Any) -> None:
    await topics.publish(
        *(
            story.mentee(uuid4(), department, PriorityNeighbourhood.IN, "2015-01-01")
            for department in DEPARTMENTS
        )
    )

    for day, how_many in ((date(2015, 12, 31), 27), (date(2016, 1, 1), 18)):
        expected = Counter(region_of(department, day).name for department in DEPARTMENTS)
        assert await groups(ask, "mentees_admitted", "region", as_of=str(day)) == expected
        assert len(expected) == how_many


@pytest.mark.parametrize("starts", [9, 1, 12])
async def test_a_programme_year_in_sql_is_the_one_of_the_contracts(
    topics: Topics, ask: Any, story: Any, app: Any, monkeypatch: Any, starts: int
) -> None:
    monkeypatch.setattr(app.state.settings, "programme_year_starts", starts)
    days = [date(2011, 12, 31) + timedelta(days=n) for n in range(800)]
    days = [day for day in days if day.day in {1, 28, 29, 30, 31}]
    await topics.publish(
        *(story.mentee(uuid4(), "93", PriorityNeighbourhood.IN, str(day)) for day in days)
    )

    expected = Counter(programme_year(day, starts) for day in days)
    params = {"as_of": "2016-01-01"}
    assert await groups(ask, "mentees_admitted", "programme_year", **params) == expected
    assert len(expected) >= 3
    for year in (*expected, "2012-2014", "0000", "9999-0000"):
        narrowed = await ask("/figures/mentees_admitted", **params, programme_year=year)
        assert narrowed["value"] == expected[year]
