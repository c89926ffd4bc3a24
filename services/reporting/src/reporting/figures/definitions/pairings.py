"""Figures of pairings: proposals, beginnings, ends, contacts and silence."""

from typing import Final

from reporting.figures.model import PAIR, Count, Subjects, Text

FIGURES: Final[tuple[Count, ...]] = (
    Count(
        name="pairings_proposed",
        label=Text("Parrainages proposés", "Pairings proposed"),
        definition=Text(
            "Parrainages proposés à un·e jeune et à un parrain ou une marraine à cette date.",
            "Pairings proposed to a mentee and a mentor by then.",
        ),
        source="proposal",
        id="pairing_id",
        day="proposed_on",
        about=PAIR,
    ),
    Count(
        name="rounds_published",
        label=Text("Tours d'appariement", "Matching rounds"),
        definition=Text(
            "Tours dont les parrainages avaient été proposés à cette date.",
            "Rounds whose pairings had been proposed by then.",
        ),
        breakdowns=("programme_year",),
        source="matching_round",
        id="round_id",
        day="round_on",
        detail="proposed",
        about=Subjects(),
    ),
    Count(
        name="pairings_proposed_by_rounds",
        label=Text("Parrainages proposés par ces tours", "Pairings proposed by rounds"),
        definition=Text(
            "Parrainages que ces tours avaient proposés à cette date.",
            "Pairings that these rounds had proposed by then.",
        ),
        unit="sum",
        breakdowns=("programme_year",),
        source="matching_round",
        id="round_id",
        day="round_on",
        detail="proposed",
        about=Subjects(),
    ),
    Count(
        name="pairings_declined",
        label=Text("Parrainages déclinés", "Pairings declined"),
        definition=Text(
            "Parrainages proposés que l'un·e des deux avait déclinés à cette date.",
            "Pairings proposed that one of the two had declined by then.",
        ),
        source="decline",
        id="pairing_id",
        day="declined_on",
        detail="reason",
        about=PAIR,
    ),
    Count(
        name="pairings_begun",
        label=Text("Parrainages commencés", "Pairings begun"),
        definition=Text(
            "Parrainages acceptés par les deux et commencés à cette date, finis ou non.",
            "Pairings accepted by both and begun by then, whether ended or not.",
        ),
        source="pairing",
        id="pairing_id",
        day="starts_on",
        about=PAIR,
    ),
    Count(
        name="pairings_active",
        label=Text("Parrainages en cours", "Pairings active"),
        definition=Text(
            "Parrainages commencés et non finis ce jour-là, dernier jour compris.",
            "Pairings begun and not ended on that day, their last day included.",
        ),
        source="active",
        id="pairing_id",
        day="starts_on",
        about=PAIR,
        is_flow=False,
    ),
    Count(
        name="pairings_ended",
        label=Text("Parrainages finis", "Pairings ended"),
        definition=Text(
            "Parrainages dont le dernier jour est passé à cette date.",
            "Pairings whose last day was over by then.",
        ),
        source="pairing_end WHERE ended_on < :as_of",
        id="pairing_id",
        day="ended_on",
        detail="reason",
        about=PAIR,
    ),
    Count(
        name="silent_pairings",
        label=Text("Parrainages silencieux", "Silent pairings"),
        definition=Text(
            "Parrainages en cours ce jour-là, hors pauses, et sans signe de vie (début, premier"
            " entretien ou prise de contact) depuis plus d'un mois. Datés de leur dernier signe de"
            " vie.",
            "Pairings active on that day, without those that pause, and without a sign of life"
            " (beginning, first interview or contact) for over a month. Dated by their last sign of"
            " life.",
        ),
        source="silent",
        id="pairing_id",
        day="last_on",
        about=PAIR,
        is_flow=False,
    ),
    Count(
        name="first_interviews",
        label=Text("Premiers entretiens", "First interviews"),
        definition=Text(
            "Premiers entretiens tenus à cette date, un par parrainage.",
            "First interviews held by then, one for each pairing.",
        ),
        source="first_interview",
        id="pairing_id",
        day="held_on",
        about=PAIR,
    ),
    Count(
        name="contacts",
        label=Text("Prises de contact", "Contacts"),
        definition=Text(
            "Échanges notés à cette date entre jeunes et parrains ou marraines, sans compter les"
            " premiers entretiens.",
            "Exchanges between mentees and mentors by then, not counting first interviews.",
        ),
        source="contact",
        id="contact_id",
        day="contact_on",
        detail="medium",
        about=PAIR,
    ),
)
