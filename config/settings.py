"""What an operator can set, each with its meaning. Everything comes from the environment and nowhere else.

Names are `RELAIS_` + the field's name in capitals, except `DATABASE_URL` and `REDIS_URL`, which every host speaks.
The table in README.md is made of these descriptions (a test compares them).
"""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Network = IPv4Network | IPv6Network


class Settings(BaseSettings):
    """Typed settings; building one raises `pydantic.ValidationError` naming what is missing or wrong."""

    model_config = SettingsConfigDict(env_prefix="RELAIS_", extra="ignore", frozen=True, populate_by_name=True)

    database_url: SecretStr = Field(
        validation_alias=AliasChoices("DATABASE_URL", "database_url"),
        description="PostgreSQL, as postgresql+psycopg://… (`make run` starts its own when this is not set)",
    )
    redis_url: SecretStr = Field(
        validation_alias=AliasChoices("REDIS_URL", "redis_url"),
        description="Redis, as redis://… or unix://… (`make run` starts its own when this is not set)",
    )
    secret_key: SecretStr = Field(description="Signs sessions and mailed links; at least 32 characters")
    seal_keys: SecretStr = Field(
        description="Fernet keys that seal tokens at rest, newest first, separated by commas; older ones still open"
    )
    public_url: str = Field("http://127.0.0.1:8000", description="The address people and short links use, no final /")
    var: Path = Field(
        Path("var"), description="Folder for what the instance writes: pictures, click journal, mail, logs"
    )
    organisation_name: str = Field("Relais", description="Shown where no one is signed in yet")
    default_language: str = Field(
        "fr", description="Language of a visitor whose browser asks for none we have: fr or en"
    )

    mail_url: SecretStr | None = Field(
        None, description="SMTP server, as smtp://user:password@host:587 or smtps://…; without it mail goes to var/mail"
    )
    mail_from: str = Field("Relais <relais@localhost>", description="Sender of the mail")
    mail_viewer: bool = Field(
        default=False,
        description="Shows var/mail at /mailbox to anybody, unless RELAIS_MAIL_URL is set: for demonstrations only",
    )

    trusted_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Other names under which requests are answered, separated by commas (.example.org takes all below);"
        " the public address and this machine are always answered, any other name gets 400",
    )
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = Field(
        (), description="Networks whose X-Forwarded-For is believed, as 10.0.0.0/8, separated by commas"
    )
    fetch_allow_loopback: bool = Field(
        default=False, description="Lets feeds and links be read from this machine: demo and tests"
    )
    fetch_max_bytes: int = Field(6_000_000, description="Largest feed, page or picture that is read, in bytes")
    fetch_seconds: float = Field(20.0, description="Longest time that reading one address may take")
    fetch_host_seconds: float = Field(
        5.0, description="Seconds between two readings of sources of the same site, so that no site is pressed", ge=0
    )
    youtube_url: str = Field("https://www.youtube.com", description="Where channels and their feeds are read")
    bluesky_public_url: str = Field(
        "https://public.api.bsky.app", description="Bluesky’s public API, where posts of the brand’s accounts are read"
    )

    linkedin_client_id: str | None = Field(None, description="LinkedIn app; without it LinkedIn is not offered")
    linkedin_client_secret: SecretStr | None = Field(None, description="Secret of that app")
    linkedin_scopes: str = Field(
        "openid profile email w_member_social",
        description="Asked from members, separated by spaces; add r_member_postAnalytics where the app has it."
        " Changing this disconnects everybody",
    )
    linkedin_version: str = Field("202608", description="Version of LinkedIn's API, YYYYMM")
    linkedin_oauth_url: str = Field("https://www.linkedin.com/oauth/v2", description="LinkedIn's authorization server")
    linkedin_api_url: str = Field("https://api.linkedin.com", description="LinkedIn's API")
    linkedin_site_url: str = Field("https://www.linkedin.com", description="Where a member sees a published post")
    linkedin_image_wait: float = Field(20.0, description="Seconds between uploading a picture and posting it")
    network_seconds: float = Field(30.0, description="Longest wait for one answer of a network, in seconds")

    assistant_url: str | None = Field(
        None,
        description="Optional assistant: where an OpenAI-compatible server is asked, as https://host/v1; without it no"
        " button of it shows",
    )
    assistant_key: SecretStr | None = Field(None, description="Bearer key of that server, where it wants one")
    assistant_model: str | None = Field(None, description="Name of the model that is asked; needed with the URL")
    assistant_daily: int = Field(40, description="What one person may ask of the assistant in 24 hours", ge=1)
    assistant_timeout: float = Field(45.0, description="Longest wait for one of its answers, in seconds", gt=0, le=300)

    delivery_lease: int = Field(
        300, description="Seconds after which a share held by a silent worker is looked at again"
    )
    session_days: int = Field(30, description="Days that “keep me signed in” lasts")
    measure_minutes: int = Field(60, description="Minutes between publication and the first question for figures")

    @property
    def answered_hosts(self) -> list[str]:
        """The names under which requests are answered: the public one, this machine's, and those that were added."""
        own = urlsplit(self.public_url).hostname or ""
        return [name for name in (own, "localhost", "127.0.0.1", *self.trusted_hosts) if name]

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
        return value

    @field_validator("trusted_hosts", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().lower() for part in value.split(",") if part.strip())
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < 32:
            raise ValueError("needs at least 32 characters")
        return value

    @field_validator("assistant_url", "assistant_model", mode="after")
    @classmethod
    def _empty_is_none(cls, value: str | None) -> str | None:
        return (value or "").strip().rstrip("/") or None

    @model_validator(mode="after")
    def _whole_assistant(self) -> Self:
        if self.assistant_url:
            parts = urlsplit(self.assistant_url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError("RELAIS_ASSISTANT_URL begins with https:// or http:// and names a host")
            if not self.assistant_model:
                raise ValueError("RELAIS_ASSISTANT_URL needs RELAIS_ASSISTANT_MODEL")
        return self

    @field_validator(
        "public_url",
        "linkedin_oauth_url",
        "linkedin_api_url",
        "linkedin_site_url",
        "youtube_url",
        "bluesky_public_url",
    )
    @classmethod
    def _no_final_slash(cls, value: str) -> str:
        return value.rstrip("/")


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process, read from the environment once."""
    return Settings()
