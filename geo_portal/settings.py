"""What an operator may set: `GEO_PORTAL_*` environment variables, each named in the README."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, IPvAnyNetwork, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """One field per environment variable, `GEO_PORTAL_` in front and in capitals."""

    model_config = SettingsConfigDict(env_prefix="GEO_PORTAL_", frozen=True)

    database_url: SecretStr | None = Field(
        None,
        description="postgresql://… of an existing PostGIS; without it the portal runs its own.",
    )
    data_dir: Path = Field(
        Path(".geo-portal"),
        description="Where the portal keeps its own database, photos and secret.",
    )
    city_dir: Path = Field(
        CHECKOUT / "boundaries" / "pulau-contoh", description="The city pack that `demo` loads."
    )
    model_dir: Path = Field(
        CHECKOUT / "models" / "base", description="The classifier used until another is activated."
    )
    embeddings_dir: Path | None = Field(
        None,
        description="A folder with a sentence model (model.onnx, tokenizer.json), for classifiers "
        "that were trained with it.",
    )
    lessons_activate: bool = Field(
        False,
        description="Whether a classifier that learnt from corrections, and is better, is used "
        "at once; else it waits for an administrator.",
    )
    public_url: str = Field(
        "http://localhost:8000", description="How people reach the portal; used in links."
    )
    secret_key: SecretStr | None = Field(
        None,
        description="What sealed data and digests are made with, the same on every machine that "
        "serves the portal; without it one is made and kept in the data folder.",
    )
    staff_second_factor: bool = Field(
        True, description="Whether staff must confirm every sign-in with a second factor."
    )
    smtp_host: str | None = Field(
        None, description="The mail server; without it messages wait in the outbox."
    )
    smtp_port: int = Field(587, ge=1, le=65535, description="The mail server's port.")
    smtp_user: str | None = Field(None, description="The name to sign in at the mail server with.")
    smtp_password: SecretStr | None = Field(None, description="The password that belongs to it.")
    smtp_starttls: bool = Field(
        True, description="Whether the connection to the mail server must be encrypted (STARTTLS)."
    )
    mail_from: str = Field(
        "geo_portal <portal@localhost>", description="The sender's address of all messages."
    )
    bounce_address: str | None = Field(
        None,
        pattern=r"^[^@\s+]+@[^@\s]+$",
        description="Where mail servers report what they cannot deliver, such as bounces@my-city."
        "example; everything for bounces+…@ must be piped into `geo-portal mail receive`.",
    )
    gateways: dict[str, str] = Field(
        {},
        description="How texts leave: for each of sms, whatsapp and telegram an Apprise address "
        'with {to} in it, as JSON: {"sms": "kavenegar://KEY/{to}"}.',
    )
    webhook_secrets: dict[str, SecretStr] = Field(
        {},
        description="What the gateways of sms, whatsapp and telegram prove themselves with when "
        "they bring a message to /hooks/…, as JSON; a channel without one takes nothing.",
    )
    outgoing_networks: tuple[IPvAnyNetwork, ...] = Field(
        (),
        description="Networks of the city's own that webhooks may reach although they are not in "
        'the public internet, as JSON: ["10.1.0.0/16"].',
    )
    oidc_issuer: str | None = Field(
        None, description="The city's own identity provider (OpenID Connect), for staff."
    )
    oidc_client_id: str | None = Field(None, description="The portal's name at that provider.")
    oidc_client_secret: SecretStr | None = Field(None, description="The portal's secret there.")
    oidc_groups_claim: str = Field(
        "groups", description="The claim that holds a person's groups at that provider."
    )
    oidc_roles: dict[str, str] = Field(
        {},
        description="Which group gives which role, as JSON: "
        '{"city-roads": "officer:ROADS", "city-admin": "administrator"}.',
    )
    pool_size: int = Field(
        8, ge=1, le=100, description="Database connections, and so requests at once, per process."
    )
    pool_wait_s: float = Field(
        3.0,
        gt=0,
        description="How long a request waits for a connection before it is told to retry.",
    )
    statement_timeout_s: float = Field(
        15.0, gt=0, description="A query of a web request that takes longer is ended."
    )
    photo_url: str = Field(
        "",
        description="Where photos lie: file:///srv/photos, s3://bucket/folder or another address "
        "that fsspec knows; without it the data folder.",
    )
    max_photo_mb: float = Field(20.0, gt=0, description="The largest photo taken, in megabytes.")
    max_photo_megapixels: float = Field(
        50.0, gt=0, description="The most pixels a photo may have, in millions."
    )
    max_photos: int = Field(5, ge=0, description="The most photos taken with one complaint.")
    brand_colour: str = Field(
        "#0b6e69", pattern="^#[0-9a-fA-F]{6}$", description="The city's own colour on all pages."
    )
    tile_url: str | None = Field(
        None, description="A raster tile template {z}/{x}/{y}; without it the pack's own basemap."
    )
    tile_attribution: str = Field("", description="The line that the tile provider wants shown.")
    anonymous_by_default: bool = Field(
        True, description="Whether what citizens write bears no name until they choose one."
    )
    comments_held: Literal["nobody", "newcomers", "everybody"] = Field(
        "newcomers", description="Whose comments wait for a moderator before others see them."
    )
    embed_ancestors: str = Field(
        "'self'",
        pattern=r"^('self'|'none'|\*|https?://[\w.*:-]+)( https?://[\w.*:-]+)*$",
        description="The sites that may show the widget, as in the header frame-ancestors.",
    )
    export_dir: Path | None = Field(
        None,
        description="Where open data and scheduled heat maps are written every night; "
        "without it none are.",
    )
    scheduled_maps: list[str] = Field(
        [],
        description="Heat maps to write every night, as JSON: "
        '["potholes.gpkg?category=road.pothole&measure=per_capita"].',
    )
    data_licence: str = Field(
        "CC BY 4.0", description="The licence of the city's open data, as it is called."
    )
    data_licence_url: str = Field(
        "https://creativecommons.org/licenses/by/4.0/",
        description="Where that licence is written.",
    )
    real_data: Path | None = Field(
        None, description="A folder with real boundaries and complaints, for tests and benchmarks."
    )


@cache
def settings() -> Settings:
    """The settings of this process, read once from the environment."""
    return Settings()
