"""What an operator can set, each with its meaning. Everything comes from the environment and nowhere else.

Names are `RELAIS_` + the field's name in capitals, except `DATABASE_URL` and `REDIS_URL`, which every host speaks.
The table in README.md is made of these descriptions (a test compares them).
"""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from config.signing import read_signing_keys

Network = IPv4Network | IPv6Network
EVERY_INTENT = (
    "linkedin",
    "x",
    "facebook",
    "whatsapp",
    "teams",
    "bluesky",
    "threads",
    "mastodon",
    "telegram",
    "reddit",
    "email",
    "device",
)


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
    linkedin_visibility: Literal["PUBLIC", "CONNECTIONS", "LOGGED_IN"] = Field(
        "PUBLIC", description="Who sees a member's post: PUBLIC, LOGGED_IN (members alone) or CONNECTIONS"
    )
    linkedin_analytics_client_id: str | None = Field(
        None,
        description="Second LinkedIn app, with the Community Management API alone: with it people can allow the"
        " figures of their posts by a consent apart",
    )
    linkedin_analytics_client_secret: SecretStr | None = Field(None, description="Secret of that second app")
    linkedin_analytics_scopes: str = Field(
        "r_basicprofile r_member_postAnalytics",
        description="Asked from members by the second app, separated by spaces. Changing this ends these consents",
    )
    linkedin_image_wait: float = Field(20.0, description="Seconds between uploading a picture and posting it")
    mastodon_enabled: bool = Field(
        default=False, description="Offers Mastodon: Relais makes itself known to each server, no keys are needed"
    )
    mastodon_server: str = Field("", description="Mastodon server suggested to people, such as the company’s own")

    x_client_id: str | None = Field(None, description="X app (OAuth 2.0); without it X is not offered")
    x_client_secret: SecretStr | None = Field(None, description="Secret of that app; none for a public client")
    x_scopes: str = Field(
        "tweet.read users.read tweet.write media.write offline.access",
        description="Asked from members of X, separated by spaces. Changing this disconnects everybody",
    )
    x_authorize_url: str = Field("https://x.com/i/oauth2/authorize", description="X's consent page")
    x_api_url: str = Field("https://api.x.com", description="X's API")
    x_site_url: str = Field("https://x.com", description="Where a member of X sees a published post")
    x_price_publish: int = Field(15_000, description="What X takes for a post, in millionths of a dollar")
    x_price_publish_link: int = Field(200_000, description="The same for a post with a link")
    x_price_picture: int = Field(5_000, description="The same for the description of a picture")
    x_price_measure: int = Field(5_000, description="The same for reading the figures of a post")
    x_price_connect: int = Field(10_000, description="The same for reading whose account is being connected")
    x_monthly_budget: float | None = Field(
        None, ge=0, description="Dollars a month that may be spent at X; then nothing more goes there. Empty: no limit"
    )
    intents: Annotated[tuple[str, ...], NoDecode] = Field(
        EVERY_INTENT,
        description="Networks whose own page people may open to post by hand, separated by commas; empty: none",
    )
    bluesky_enabled: bool = Field(default=False, description="Offers Bluesky; it needs no app")
    bluesky_entryway_url: str = Field(
        "https://bsky.social", description="Where app passwords of those are tried whose own server is not found"
    )
    bluesky_site_url: str = Field("https://bsky.app", description="Where people see posts on Bluesky")
    bluesky_directory_url: str = Field("https://plc.directory", description="The directory of did:plc names")
    bluesky_handle_url: str = Field(
        "https://{handle}/.well-known/atproto-did", description="Where a Bluesky name’s own server says whose it is"
    )
    bluesky_video_url: str = Field("https://video.bsky.app", description="Where videos for Bluesky are made ready")
    bluesky_scopes: str = Field(
        "atproto transition:generic", description="Asked from Bluesky members on their server’s own page"
    )
    bluesky_signing_key: SecretStr | None = Field(
        None,
        description="Private P-256 key, as PEM, JWK or JWK set (newest first); with it Bluesky consents last for"
        " months instead of two weeks",
    )
    threads_client_id: str | None = Field(None, description="Threads app; without it Threads is not offered")
    threads_client_secret: SecretStr | None = Field(None, description="Secret of that app")
    threads_scopes: str = Field(
        "threads_basic threads_content_publish threads_manage_insights threads_delete",
        description="Asked from members of Threads, separated by spaces",
    )
    threads_version: str = Field("v1.0", description="Version of Threads' API")
    threads_authorize_url: str = Field("https://www.threads.net/oauth/authorize", description="Threads' consent page")
    threads_api_url: str = Field("https://graph.threads.net", description="Threads' API")
    threads_site_url: str = Field("https://www.threads.net", description="Where people see posts on Threads")
    facebook_client_id: str | None = Field(None, description="Facebook app; without it Pages are not offered")
    facebook_client_secret: SecretStr | None = Field(None, description="Secret of that app")
    facebook_scopes: str = Field(
        "pages_show_list business_management pages_manage_posts pages_read_engagement read_insights",
        description="Asked from people with a Facebook Page, separated by spaces",
    )
    facebook_version: str = Field("v25.0", description="Version of Facebook's API")
    facebook_api_url: str = Field("https://graph.facebook.com", description="Facebook's API")
    facebook_site_url: str = Field(
        "https://www.facebook.com", description="Facebook's consent page, and where people see a Page's posts"
    )
    facebook_metrics: str = Field(
        "post_media_view",
        description="Insights asked of a Page's post besides those known to exist, separated by spaces; counted as"
        " impressions. One that Facebook does not know is left out",
    )
    instagram_client_id: str | None = Field(None, description="Instagram app; without it Instagram is not offered")
    instagram_client_secret: SecretStr | None = Field(None, description="Secret of that app")
    instagram_scopes: str = Field(
        "instagram_business_basic instagram_business_content_publish instagram_business_manage_insights",
        description="Asked from professional accounts of Instagram, separated by spaces",
    )
    instagram_version: str = Field("v25.0", description="Version of Instagram's API")
    instagram_authorize_url: str = Field(
        "https://www.instagram.com/oauth/authorize", description="Instagram's consent page"
    )
    instagram_token_url: str = Field("https://api.instagram.com", description="Where Instagram changes codes to tokens")
    instagram_api_url: str = Field("https://graph.instagram.com", description="Instagram's API")
    instagram_site_url: str = Field("https://www.instagram.com", description="Where people see posts on Instagram")
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
    delivery_threads: int = Field(
        128, ge=1, le=500, description="How many calls to networks one worker process has open side by side"
    )
    delivery_seconds: float = Field(
        20.0, gt=0, description="How long a worker process sends shares before it looks after other work"
    )
    circuit_failures: int = Field(
        10, ge=1, description="Calls in a row without a clear answer after which a network is left alone for a while"
    )
    password_memory: int = Field(
        65_536, ge=19_456, description="KiB of memory that hashing a password takes (argon2id)"
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

    @field_validator("intents", mode="before")
    @classmethod
    def _words(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("bluesky_signing_key")
    @classmethod
    def _signs(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value().strip():
            return None
        read_signing_keys(value.get_secret_value())
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
        "bluesky_entryway_url",
        "bluesky_site_url",
        "bluesky_directory_url",
        "bluesky_video_url",
        "x_authorize_url",
        "x_api_url",
        "x_site_url",
        "threads_authorize_url",
        "threads_api_url",
        "threads_site_url",
        "facebook_api_url",
        "facebook_site_url",
        "instagram_authorize_url",
        "instagram_token_url",
        "instagram_api_url",
        "instagram_site_url",
    )
    @classmethod
    def _no_final_slash(cls, value: str) -> str:
        return value.rstrip("/")


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process, read from the environment once."""
    return Settings()
