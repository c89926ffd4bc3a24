"""Configuration, from environment variables or files in `/run/secrets`."""

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRETS = Path("/run/secrets")


class Erasures(BaseSettings):
    """How erased persons are recognised; `privacy.erased_persons` reads it by itself."""

    model_config = SettingsConfigDict(secrets_dir=SECRETS if SECRETS.is_dir() else None)

    erasure_salt: str = Field(
        default="development",
        repr=False,
        description="What the hashes of those who were erased are salted with. Set it once: with"
        " another salt nobody who was erased before is recognised.",
    )


class Settings(Erasures):
    """The settings every service has; a service adds its own by inheriting."""

    database_url: str
    kafka_bootstrap_servers: str
    oidc_issuer: str
    oidc_audience: str

    api_host: str = "127.0.0.1"
    api_port: int = 8000
    api_processes: int = Field(
        default=1, ge=1, le=64, description="API processes that share the port; one for each core."
    )
    worker_port: int = 8010

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "text"] = "json"

    pool_size: int = Field(default=10, description="Database connections a process keeps open.")
    max_body_bytes: int = Field(default=1 << 20, description="Largest body of an ordinary request.")
    max_upload_bytes: int = Field(default=64 << 20, description="Largest file that is taken.")
    batch_size: int = Field(default=4_000, description="Messages taken in one transaction.")
    lag_limit: int = Field(default=10_000, description="Messages behind before a worker is late.")
    rejected_rows_days: int = Field(
        default=30, ge=1, description="Days for which the rows of files that were left out stay."
    )
    set_aside_limit: int = Field(
        default=100, description="Dead letters before the consumer pauses."
    )

    @field_validator("database_url")
    @classmethod
    def spoken_by_asyncpg(cls, url: str) -> str:
        """Take the URL as PostgreSQL writes it; name the driver ourselves."""
        scheme, separator, rest = url.partition("://")
        if not separator or scheme.split("+")[0] not in {"postgresql", "postgres"}:
            message = "DATABASE_URL must look like postgresql://user:password@host:5432/name"
            raise ValueError(message)
        return f"postgresql+asyncpg://{rest}"
