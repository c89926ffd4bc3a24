"""The programme's words that several services must spell alike."""

from enum import StrEnum


class Role(StrEnum):
    """What a token may say its bearer is."""

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
    """A framework convention has several signatories, an own convention one."""

    OWN = "own"
    FRAMEWORK = "framework"


class Party(StrEnum):
    """The two sides of a convention."""

    PROGRAMME = "programme"
    PARTNER = "partner"


class CommitmentKind(StrEnum):
    """What one side of a convention owes the other; an amount is counted in cents."""

    MENTORS = "mentors"
    STAND = "stand"
    AFTERWORK = "afterwork"
    JOB_PRESENTATION = "job_presentation"
    PLACES = "places"
    AMOUNT = "amount"


class LeadStage(StrEnum):
    """How far a possible partner has come. The last two are the end."""

    HEARD_OF = "heard_of"
    CONTACTED = "contacted"
    MET = "met"
    NEGOTIATING = "negotiating"
    SIGNED = "signed"
    LOST = "lost"


class LossReason(StrEnum):
    """Why a possible partner did not become one."""

    NO_ANSWER = "no_answer"
    NOT_NOW = "not_now"
    NO_MEANS = "no_means"
    OTHER_PROGRAMME = "other_programme"
    NOT_SUITED = "not_suited"


class PriorityNeighbourhood(StrEnum):
    """Whether someone lives in a State-listed area. Not knowing is an answer of its own."""

    IN = "in"
    OUT = "out"
    UNKNOWN = "unknown"


class Established(StrEnum):
    """How it became known whether someone lives in a priority neighbourhood."""

    DECLARED = "declared"
    GEOCODED = "geocoded"
    COORDINATOR = "coordinator"


class Medium(StrEnum):
    """By what means a mentor and a mentee were in contact."""

    MEETING = "meeting"
    PHONE = "phone"
    VIDEO = "video"
    EMAIL = "email"
    SMS = "sms"


class ContactKind(StrEnum):
    """What a contact was about."""

    ADVICE = "advice"
    CV = "cv"
    INTERVIEW_PREPARATION = "interview_preparation"
    REASSURANCE = "reassurance"
    NETWORK = "network"


class IntroductionResult(StrEnum):
    """What came of an introduction."""

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
    """Where a mentee is in the programme.

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
    """Why someone is not admitted to the programme."""

    DEGREE_TOO_LOW = "degree_too_low"
    TOO_OLD = "too_old"


class TurnDownReason(StrEnum):
    """Why an application is turned down that the rule of admission does not forbid."""

    WITHDRAWN = "withdrawn"
    UNREACHABLE = "unreachable"
    INCOMPLETE = "incomplete"
    FOUND_WORK = "found_work"
    OTHER_NEED = "other_need"


class Contract(StrEnum):
    """What kind of work a mentee found."""

    CDI = "cdi"
    CDD = "cdd"
    TEMPORARY = "temporary"
    APPRENTICESHIP = "apprenticeship"
    SELF_EMPLOYED = "self_employed"
    CIVIL_SERVICE = "civil_service"
    STUDIES = "studies"


class Evidence(StrEnum):
    """On what an outcome rests."""

    DECLARED = "declared"
    CONTRACT_SEEN = "contract_seen"
    EMPLOYER_CONFIRMED = "employer_confirmed"


class Language(StrEnum):
    FRENCH = "fr"
    ENGLISH = "en"


class ContactRole(StrEnum):
    """What someone in a partner organisation is for the programme."""

    CONVENTION = "convention"
    PATRONAGE = "patronage"
    EVENTS = "events"
    BOARD = "board"
    SOURCING = "sourcing"
    HOUSING = "housing"


class PromoterRole(StrEnum):
    """How an organisation promotes the programme to its members: it speaks for it, or passes on."""

    AMBASSADOR = "ambassador"
    RELAY = "relay"


class GiftKind(StrEnum):
    """What a patron gives: money, goods, or the working time of its people."""

    MONEY = "money"
    GOODS = "goods"
    SKILLS = "skills"


class EventKind(StrEnum):
    """What brings people together; a congress is a partner's own."""

    NATIONAL_MEETING = "national_meeting"
    AFTERWORK = "afterwork"
    JOB_PRESENTATION = "job_presentation"
    CONGRESS = "congress"


class AttendeeKind(StrEnum):
    MENTEE = "mentee"
    MENTOR = "mentor"
    ORGANISATION = "organisation"


class PresenceKind(StrEnum):
    """Whether a seat of the board was at a meeting; one that is represented gave its vote away."""

    PRESENT = "present"
    REPRESENTED = "represented"
    EXCUSED = "excused"
    ABSENT = "absent"


class HousingEnd(StrEnum):
    """How the need of a home ended."""

    HOUSED = "housed"
    FOUND_ELSEWHERE = "found_elsewhere"
    NO_OFFER = "no_offer"
    MOVED_AWAY = "moved_away"
    CONSENT_WITHDRAWN = "consent_withdrawn"


class ActionMeasure(StrEnum):
    """What a joint action of a network came to, counted."""

    YOUTHS_MET = "youths_met"
    YOUTHS_REFERRED = "youths_referred"
    YOUTHS_HOUSED = "youths_housed"
    MENTORS_FOUND = "mentors_found"
    JOBS_OFFERED = "jobs_offered"
