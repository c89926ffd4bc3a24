from datetime import timedelta
from typing import Literal, Self, TypeAlias

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

from backbone.settings import Settings
from notifications.domain.hours import Hours
from notifications.domain.messages import RetryPolicy

Security: TypeAlias = Literal["none", "starttls", "tls"]
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


class EventAgeLimit(BaseSettings):
    """The age limit of events. Reactions read it themselves: no caller passes settings to them."""

    write_about_days: int = Field(default=60, ge=1, description="Older facts plan no message.")


class NotificationsSettings(Settings, EventAgeLimit):
    """Mail server, SMS centre, and the policy of retries."""

    smtp_host: str = "localhost"
    smtp_port: int = 25
    smtp_security: Security | None = Field(
        default=None, description="Left out: none to this machine, starttls to any other."
    )
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    mail_from: str = "Envol <ne-pas-repondre@envol.example>"

    smpp_host: str = "localhost"
    smpp_port: int = 2775
    smpp_system_id: str = "envol"
    smpp_password: SecretStr = SecretStr("")
    smpp_sender: str = Field(default="Envol", max_length=11, description="Whom an SMS is from.")

    sms_from_hour: int = Field(
        default=8, ge=0, le=23, description="No SMS is sent before, where its reader lives."
    )
    sms_until_hour: int = Field(
        default=20, ge=1, le=24, description="No SMS is sent from then on until the next morning."
    )

    send_every_seconds: float = Field(default=0.5, description="How often due messages are sought.")
    send_timeout_seconds: float = Field(
        default=20, description="Longest time one sending may take."
    )
    lease_seconds: float = Field(default=30, description="Then a sending is taken for interrupted.")
    retry_base_seconds: float = Field(
        default=60, description="First pause; each is 4 times the last."
    )
    retry_cap_seconds: float = Field(default=6 * 3600, description="Longest pause between tries.")
    max_tries: int = Field(default=8, ge=1, description="Tries before a message has failed.")
    look_again_seconds: float = Field(default=5, description="Pause while a card has not arrived.")
    wait_for_card_hours: float = Field(default=24, description="Longest wait for a card.")

    @model_validator(mode="after")
    def a_lease_outlives_a_sending(self) -> Self:
        if self.lease_seconds <= self.send_timeout_seconds:
            message = "LEASE_SECONDS must be longer than SEND_TIMEOUT_SECONDS"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def a_day_has_hours_for_sms(self) -> Self:
        if self.sms_from_hour >= self.sms_until_hour:
            message = "SMS_FROM_HOUR must be before SMS_UNTIL_HOUR"
            raise ValueError(message)
        return self

    @property
    def mail_security(self) -> Security:
        return self.smtp_security or ("none" if self.smtp_host in THIS_MACHINE else "starttls")

    @property
    def retry_policy(self) -> RetryPolicy:
        return RetryPolicy(
            max_event_age=timedelta(days=self.write_about_days),
            lease=timedelta(seconds=self.lease_seconds),
            initial_backoff=timedelta(seconds=self.retry_base_seconds),
            max_backoff=timedelta(seconds=self.retry_cap_seconds),
            max_attempts=self.max_tries,
            recheck_after=timedelta(seconds=self.look_again_seconds),
            contact_details_timeout=timedelta(hours=self.wait_for_card_hours),
            sms_hours=Hours(first=self.sms_from_hour, until=self.sms_until_hour),
        )
