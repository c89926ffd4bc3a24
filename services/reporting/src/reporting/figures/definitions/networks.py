"""Figures of networks and their joint actions."""

from typing import Final

from contracts.enums import ActionMeasure
from reporting.figures.model import ORGANISATION, Count, Text

LABELS: Final[dict[ActionMeasure, Text]] = {
    ActionMeasure.YOUTHS_MET: Text("jeunes rencontré·es", "youths met"),
    ActionMeasure.YOUTHS_REFERRED: Text("jeunes orienté·es", "youths referred"),
    ActionMeasure.YOUTHS_HOUSED: Text("jeunes logé·es", "youths housed"),
    ActionMeasure.MENTORS_FOUND: Text("parrains et marraines trouvé·es", "mentors found"),
    ActionMeasure.JOBS_OFFERED: Text("emplois proposés", "jobs offered"),
}


def joint_action_results(measure: ActionMeasure, label: Text) -> Count:
    """Return the figure of the results of joint actions by a measure."""
    return Count(
        name=f"joint_actions_{measure}",
        label=Text(f"Actions communes : {label.fr}", f"Joint actions: {label.en}"),
        definition=Text(
            f"Résultat des actions communes à cette date, {label.fr}, selon le dernier compte de"
            " chacune. Le résultat entier compte chez chaque organisme qui y participe.",
            f"What joint actions had come to by then, {label.en}, by the last count of each. The"
            " whole counts under each organisation that takes part.",
        ),
        unit="sum",
        source=f"""came_to LEFT JOIN every_organisation USING (organisation_id)
            WHERE measure = '{measure}'""",
        id="action_id",
        day="counted_on",
        detail="quantity",
        about=ORGANISATION,
        repeats=True,
    )


FIGURES: Final[tuple[Count, ...]] = (
    Count(
        name="network_members",
        label=Text("Organismes en réseau", "Organisations in networks"),
        definition=Text(
            "Organismes qui font partie ce jour-là d'un réseau au moins, dernier jour compris ;"
            " chacun compte une fois.",
            "Organisations that belong to a network on that day, their last day included; each"
            " counts once.",
        ),
        source="in_network LEFT JOIN every_organisation USING (organisation_id)",
        id="organisation_id",
        day="joined_on",
        detail="organisation_kind",
        about=ORGANISATION,
        repeats=True,
        is_flow=False,
    ),
    Count(
        name="joint_actions",
        label=Text("Actions communes", "Joint actions"),
        definition=Text(
            "Actions que des organismes d'un réseau avaient commencées ensemble à cette date ;"
            " chacune compte une fois, et chez chaque organisme qui y participe.",
            "Actions that organisations of a network had begun together by then; each counts once,"
            " and under each organisation that takes part.",
        ),
        source="joint_action LEFT JOIN every_organisation USING (organisation_id)",
        id="action_id",
        day="begun_on",
        about=ORGANISATION,
        repeats=True,
    ),
    *(joint_action_results(measure, label) for measure, label in LABELS.items()),
)
