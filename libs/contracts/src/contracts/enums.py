"""Enumerations that several services share."""

from enum import StrEnum


class Role(StrEnum):
    """The roles that a token can give its bearer."""

    ADMIN = "admin"
    COORDINATOR = "coordinator"
    PARTNER_MANAGER = "partner_manager"
    PARTNER = "partner"
    MENTOR = "mentor"
    MENTEE = "mentee"
    VIEWER = "viewer"
    MACHINE = "machine"


class OrganisationKind(StrEnum):
    COMPANY = "company"
    SOCIAL_LANDLORD = "social_landlord"
    FEDERATION = "federation"
    PUBLIC_BODY = "public_body"
    ASSOCIATION = "association"


class ConventionKind(StrEnum):
    """The kind of a convention: a framework has several signatories, an own convention one."""

    OWN = "own"
    FRAMEWORK = "framework"


class Party(StrEnum):
    """The two sides of a convention."""

    PROGRAMME = "programme"
    PARTNER = "partner"


class CommitmentKind(StrEnum):
    """The things that one side of a convention can owe the other; an amount is in cents."""

    MENTORS = "mentors"
    STAND = "stand"
    AFTERWORK = "afterwork"
    JOB_PRESENTATION = "job_presentation"
    PLACES = "places"
    AMOUNT = "amount"


class LeadStage(StrEnum):
    """The stages of a possible partner. The last two are final."""

    HEARD_OF = "heard_of"
    CONTACTED = "contacted"
    MET = "met"
    NEGOTIATING = "negotiating"
    SIGNED = "signed"
    LOST = "lost"


class LossReason(StrEnum):
    """The reasons why a possible partner did not become one."""

    NO_ANSWER = "no_answer"
    NOT_NOW = "not_now"
    NO_MEANS = "no_means"
    OTHER_PROGRAMME = "other_programme"
    NOT_SUITED = "not_suited"


class PriorityNeighbourhood(StrEnum):
    """The answer to whether a person lives in a State-listed area; unknown is an answer too."""

    IN = "in"
    OUT = "out"
    UNKNOWN = "unknown"


class Established(StrEnum):
    """The source of a person's `PriorityNeighbourhood`."""

    DECLARED = "declared"
    GEOCODED = "geocoded"
    COORDINATOR = "coordinator"


class Medium(StrEnum):
    """The means of a contact between a mentor and a mentee."""

    MEETING = "meeting"
    PHONE = "phone"
    VIDEO = "video"
    EMAIL = "email"
    SMS = "sms"


class ContactKind(StrEnum):
    """The purpose of a contact."""

    ADVICE = "advice"
    CV = "cv"
    INTERVIEW_PREPARATION = "interview_preparation"
    REASSURANCE = "reassurance"
    NETWORK = "network"


class IntroductionResult(StrEnum):
    """The result of an introduction."""

    NO_ANSWER = "no_answer"
    ADVICE = "advice"
    INTERVIEW = "interview"
    OFFER = "offer"
    HIRED = "hired"


class Side(StrEnum):
    MENTEE = "mentee"
    MENTOR = "mentor"


class DeclineReason(StrEnum):
    UNAVAILABLE = "unavailable"
    WISHES_DIFFER = "wishes_differ"
    TOO_FAR = "too_far"
    KNOWS_THE_OTHER = "knows_the_other"
    OTHER = "other"


class EndReason(StrEnum):
    COMPLETED = "completed"
    EARLY_SUCCESS = "early_success"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class MenteeStatus(StrEnum):
    """The state of a mentee in the programme.

    Waiting for a mentor; asked about one; paired; placed in work that fits; withdrawn by their own
    wish; closed for any other reason.
    """

    WAITING = "waiting"
    ASKED = "asked"
    PAIRED = "paired"
    PLACED = "placed"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class RefusalReason(StrEnum):
    """The reasons why the eligibility rule does not admit a person."""

    DEGREE_TOO_LOW = "degree_too_low"
    TOO_OLD = "too_old"


class TurnDownReason(StrEnum):
    """The reasons for which a coordinator rejects an application that the rule admits."""

    WITHDRAWN = "withdrawn"
    UNREACHABLE = "unreachable"
    INCOMPLETE = "incomplete"
    FOUND_WORK = "found_work"
    OTHER_NEED = "other_need"


class Contract(StrEnum):
    """The kind of work or studies that a mentee found."""

    CDI = "cdi"
    CDD = "cdd"
    TEMPORARY = "temporary"
    APPRENTICESHIP = "apprenticeship"
    SELF_EMPLOYED = "self_employed"
    CIVIL_SERVICE = "civil_service"
    STUDIES = "studies"


class Evidence(StrEnum):
    """The evidence of an outcome."""

    DECLARED = "declared"
    CONTRACT_SEEN = "contract_seen"
    EMPLOYER_CONFIRMED = "employer_confirmed"


class Language(StrEnum):
    FRENCH = "fr"
    ENGLISH = "en"


class ContactRole(StrEnum):
    """The matters on which a contact person of a partner is to be contacted."""

    CONVENTION = "convention"
    PATRONAGE = "patronage"
    EVENTS = "events"
    BOARD = "board"
    SOURCING = "sourcing"
    HOUSING = "housing"


class PromoterRole(StrEnum):
    """The two ways of promoting the programme to members: speaking for it, or passing it on."""

    AMBASSADOR = "ambassador"
    RELAY = "relay"


class GiftKind(StrEnum):
    """The kinds of gifts: money, goods, or the working time of the patron's people."""

    MONEY = "money"
    GOODS = "goods"
    SKILLS = "skills"


class EventKind(StrEnum):
    """The kinds of events; a congress is a partner's own."""

    NATIONAL_MEETING = "national_meeting"
    AFTERWORK = "afterwork"
    JOB_PRESENTATION = "job_presentation"
    CONGRESS = "congress"


class AttendeeKind(StrEnum):
    MENTEE = "mentee"
    MENTOR = "mentor"
    ORGANISATION = "organisation"


class PresenceKind(StrEnum):
    """The presence of a seat at a meeting of the board; a represented one gave its vote away."""

    PRESENT = "present"
    REPRESENTED = "represented"
    EXCUSED = "excused"
    ABSENT = "absent"


class HousingEnd(StrEnum):
    """The ways in which the need of a home can end."""

    HOUSED = "housed"
    FOUND_ELSEWHERE = "found_elsewhere"
    NO_OFFER = "no_offer"
    MOVED_AWAY = "moved_away"
    CONSENT_WITHDRAWN = "consent_withdrawn"


class ActionMeasure(StrEnum):
    """The measures by which the result of a joint action is counted."""

    YOUTHS_MET = "youths_met"
    YOUTHS_REFERRED = "youths_referred"
    YOUTHS_HOUSED = "youths_housed"
    MENTORS_FOUND = "mentors_found"
    JOBS_OFFERED = "jobs_offered"
