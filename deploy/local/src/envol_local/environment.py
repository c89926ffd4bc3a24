"""The environment each program of the stack is started with."""

from collections.abc import Mapping

from envol_local.identity import AUDIENCE
from envol_local.ports import HOST, SERVICES
from envol_local.site import Site
from envol_local.sms import SYSTEM_ID

Environment = dict[str, str]


def of_stack(site: Site, environ: Mapping[str, str]) -> Environment:
    """Give what all services share; addresses in the caller's environment go before our own."""
    return {
        "KAFKA_BOOTSTRAP_SERVERS": environ.get("KAFKA_BOOTSTRAP_SERVERS") or site.address("kafka"),
        "OIDC_ISSUER": site.issuer,
        "OIDC_AUDIENCE": AUDIENCE,
        "SMTP_HOST": HOST,
        "SMTP_PORT": str(site.ports["smtp"]),
        "SMTP_SECURITY": "none",
        "SMPP_HOST": HOST,
        "SMPP_PORT": str(site.ports["smpp"]),
        "SMPP_SYSTEM_ID": SYSTEM_ID,
        "SMPP_PASSWORD": site.smpp_password,
    }


ISSUER = {
    "ISSUER_NAME": "Envol",
    "ISSUER_NUMBER": "W931234567",
    "ISSUER_ADDRESS": "1 rue de l'Envol, 93200 Saint-Denis",
    "ISSUER_OBJECT": "Accompagner de jeunes diplômés vers un emploi à la hauteur de leur diplôme",
}
"""The association that receipts name here, which is nobody's."""


def of_service(name: str, site: Site, environ: Mapping[str, str]) -> Environment:
    """Give what the API, the worker and the migrations of one service start with."""
    given = environ.get(database_variable(name))
    return (
        of_stack(site, environ)
        | {
            "DATABASE_URL": given or site.database_url(name),
            "API_HOST": HOST,
            "API_PORT": str(site.ports[f"{name}-api"]),
            "WORKER_PORT": str(site.ports[f"{name}-worker"]),
            "PYTHONUNBUFFERED": "1",
            "CLOCK_EVERY_SECONDS": "5",  # a story of months takes seconds here
            "QUIET_SECONDS": "10",
            "SMS_FROM_HOUR": "0",  # and is run at any hour
            "SMS_UNTIL_HOUR": "24",
            "DOCUMENTS_FOLDER": str(site.data / "documents"),
        }
        | ISSUER
    )


def of_demo(site: Site) -> Environment:
    """Give what a client of the four APIs starts with."""
    urls = {f"{name.upper()}_URL": site.url(f"{name}-api") for name in SERVICES}
    return urls | {"OIDC_ISSUER": site.issuer}


def of_user(site: Site, environ: Mapping[str, str]) -> dict[str, Environment]:
    """Give what `env` prints: the shared part under "", the part of each service under its name."""
    shared = of_stack(site, environ) | of_demo(site) | databases(site, environ)
    return {"": shared, **{name: of_service(name, site, environ) for name in SERVICES}}


def databases(site: Site, environ: Mapping[str, str]) -> Environment:
    """Give the URL of each service's database."""
    return {
        database_variable(name): of_service(name, site, environ)["DATABASE_URL"]
        for name in SERVICES
    }


def database_variable(service: str) -> str:
    """Name the variable by which a caller brings a database of their own."""
    return f"{service.upper()}_DATABASE_URL"


def embedded_databases(environ: Mapping[str, str]) -> list[str]:
    """Give the services whose database is the embedded one."""
    return [name for name in SERVICES if not environ.get(database_variable(name))]


def embeds_kafka(environ: Mapping[str, str]) -> bool:
    return not environ.get("KAFKA_BOOTSTRAP_SERVERS")
