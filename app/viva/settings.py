"""Every setting, in one value that is made once at start-up and passed down."""

from pathlib import Path
from string import ascii_letters, digits
from typing import Annotated, Self
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from viva.errors import SettingsError


def _checked_key(key: SecretStr) -> SecretStr:
    """Refuse here what the HTTP client would refuse with the key in its message."""
    bare = key.get_secret_value().strip()
    if not bare.isascii() or not bare.isprintable() or " " in bare:
        raise ValueError("it holds characters that no key has")
    return SecretStr(bare)


def _checked_url(given: str) -> str:
    url = given.strip()
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
        usable = usable and parts.port != 0  # reading a port that is none raises
    except ValueError:
        usable = False
    if url and not usable:
        raise ValueError("it is not the address of a server, such as http://localhost:8000/v1")
    if url and (parts.username or parts.password):
        raise ValueError("it holds a user name or password; put the key into OPENAI_API_KEY")
    return url


def _checked_votes(votes: int) -> int:
    if votes % 2 == 0:
        raise ValueError("it must be odd, so that there is a majority")
    return votes


def _names(given: str) -> str:
    """Refuse what cannot be a list of names or addresses, such as a URL."""
    if any(not set(name) <= _NAME for name in split_names(given)):
        raise ValueError("it is not a list of names or addresses with commas between them")
    return given


def split_names(given: str) -> tuple[str, ...]:
    """Return the names in a list with commas between them."""
    return tuple(name for name in (part.strip() for part in given.split(",")) if name)


_NAME = set(ascii_letters + digits + ".-_:/*")
_Names = Annotated[str, AfterValidator(_names)]
_Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_Score = Annotated[float, Field(ge=0, le=10)]
_Dollars = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Settings(BaseSettings):
    """Settings from ``VIVA_*`` variables and a ``.env`` file in the working directory.

    The server's key and address have the names that other programs give them as well.
    """

    model_config = SettingsConfigDict(
        env_prefix="VIVA_",
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,  # an empty VIVA_HOST would listen to everyone
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,  # the input may be the key
        validate_by_alias=True,
        validate_by_name=True,
    )

    home: Annotated[Path, AfterValidator(Path.expanduser)] = Field(
        default_factory=lambda: user_data_path("viva", appauthor=False)
    )
    """Folder of the database and the index."""
    deck: str = "ml_system_design"
    """Name of a shipped deck, or path of a deck file."""
    grader: str = "auto"
    """Name of the grader; ``auto`` is ``llm`` if one is set up, or else ``local``."""
    embedding_model: str = "all-MiniLM-L6-v2"
    """The packaged model, or any sentence-transformers model by name or path."""
    chroma_url: str = ""
    """Address of a Chroma server; empty for the embedded one."""
    database_url: str = ""
    """SQLAlchemy URL; empty for SQLite in ``home``."""
    rating_again: _Score = 4.0
    """Score below which an answer is rated "again" for its next due date."""
    rating_hard: _Score = 6.5
    """Score below which it is rated "hard"."""
    rating_good: _Score = 9.0
    """Score below which it is rated "good", and from which "easy"."""
    desired_retention: float = Field(default=0.9, ge=0.7, le=0.97)
    """Chance of remembering a question at which it falls due."""
    host: str = "127.0.0.1"
    """Address that the web server listens on."""
    port: int = Field(default=7860, ge=1, le=65535)
    """Port that the web server listens on."""
    auth: bool = False
    """Whether people sign in with a password; without, everybody is let in."""
    sign_up: bool = False
    """Whether people may make accounts themselves, where they sign in."""
    allowed_hosts: _Names = ""
    """Names of the web server, with commas, beside localhost, its IP addresses and ``host``."""
    trusted_proxies: _Names = ""
    """Addresses or networks, with commas, of proxies whose forwarded headers are believed."""

    llm_model: str = ""
    """Name of the language model, as its server calls it; empty for none."""
    openai_api_key: Annotated[SecretStr, AfterValidator(_checked_key)] = Field(
        default=SecretStr(""), validation_alias="OPENAI_API_KEY"
    )
    """Key of the language model's server; servers of one's own mostly need none."""
    openai_base_url: Annotated[str, AfterValidator(_checked_url)] = Field(
        default="", validation_alias="OPENAI_BASE_URL"
    )
    """Address of a server with OpenAI's API; empty for OpenAI's own."""
    llm_timeout: _Seconds = 60
    """Longest time that the server may take for one try, in seconds."""
    llm_deadline: _Seconds = 120
    """Longest time that one call may take with all its tries, in seconds."""
    llm_concurrency: int = Field(default=4, ge=1, le=1000)
    """Most requests under way at once."""
    llm_votes: Annotated[int, AfterValidator(_checked_votes)] = Field(default=1, ge=1, le=9)
    """How often the language model is asked for the same grade; odd."""
    llm_budget: _Dollars = 0
    """Most that this process may spend on the language model, in US dollars; 0 for no limit."""
    llm_price_in: _Dollars = 0
    """Price of a million tokens read, in US dollars."""
    llm_price_out: _Dollars = 0
    """Price of a million tokens written, in US dollars."""
    llm_cache: bool = True
    """Whether grades by the language model are kept on disk and used again."""
    llm_seed: int = Field(default=0, ge=0, lt=2**31)
    """Seed of the language model's choices, where its server takes one."""

    transcriber: str = "auto"
    """Who turns speech to text; ``auto`` is ``local`` if it is installed, or else ``browser``."""
    speaker: str = "auto"
    """Who turns text to speech; ``auto`` is ``local`` if it is installed, or else ``browser``."""
    whisper_model: str = ""
    """Folder of a Whisper model for faster-whisper; empty for the packaged one."""
    piper_voice: str = ""
    """A Piper voice's .onnx file, with its .onnx.json beside it; empty for the packaged one."""
    speech_speed: float = Field(default=1.0, ge=0.5, le=2)
    """How fast is spoken; 1 is the voice's own pace."""
    openai_transcribe_model: str = "gpt-4o-mini-transcribe"
    """Model of the transcriber ``openai``, as its server calls it."""
    openai_speak_model: str = "gpt-4o-mini-tts"
    """Model of the speaker ``openai``, as its server calls it."""
    openai_voice: str = "alloy"
    """Voice of the speaker ``openai``."""
    end_of_turn_pause: float = Field(default=2.5, ge=0, le=30)
    """Pause after which an answer counts as spoken to its end, in seconds; 0 for never."""

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if not self.rating_again <= self.rating_hard <= self.rating_good:
            raise ValueError(
                "VIVA_RATING_AGAIN, VIVA_RATING_HARD and VIVA_RATING_GOOD must not fall"
            )
        if self.llm_budget and not (self.llm_price_in or self.llm_price_out):
            raise ValueError(
                "VIVA_LLM_BUDGET has no effect without VIVA_LLM_PRICE_IN and VIVA_LLM_PRICE_OUT"
            )
        return self

    @property
    def has_llm(self) -> bool:
        """Whether a language model is set up: its name, and a key or an address."""
        return bool(self.llm_model) and self.has_server

    @property
    def has_server(self) -> bool:
        """Whether a server with OpenAI's API is set up: a key or an address."""
        return bool(self.openai_api_key.get_secret_value() or self.openai_base_url)

    @property
    def half_set_up(self) -> str:
        """What of a language model is there without the rest, in words; empty if nothing is."""
        if self.grader != "auto" or self.has_server == bool(self.llm_model):
            return ""
        if self.has_server and "openai" in {self.transcriber, self.speaker}:
            return ""  # it is there for the voices
        if self.has_server:
            return (
                "A key or an address of a language model is set, but VIVA_LLM_MODEL is not: "
                "the local grader grades."
            )
        return (
            "VIVA_LLM_MODEL is set, but neither OPENAI_API_KEY nor OPENAI_BASE_URL is: "
            "the local grader grades."
        )

    @property
    def grader_in_force(self) -> str:
        """Name of the grader, ``auto`` resolved."""
        if self.grader != "auto":
            return self.grader
        return "llm" if self.has_llm else "local"

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.home / 'viva.db'}"

    @property
    def index_path(self) -> Path:
        """Folder of the embedded Chroma database."""
        return self.home / "index"


def variable_name(setting: str) -> str:
    """Return the environment variable of a setting, given by its field's name or its alias."""
    field = Settings.model_fields.get(setting)
    if field and isinstance(field.validation_alias, str):
        return field.validation_alias
    return setting if setting.startswith("OPENAI_") else f"VIVA_{setting.upper()}"


def load_settings(**overrides: object) -> Settings:
    """Read the settings; ``overrides`` (from command-line options) win over the environment.

    Raises:
        SettingsError: If a value cannot be used; names every wrong variable, or the .env file.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks the values
    except UnicodeDecodeError as error:
        raise SettingsError(
            "The .env file is not UTF-8 text.", hint="Save it as UTF-8, or move it away."
        ) from error
    except ValidationError as error:
        faults = "; ".join(_words(fault["loc"], fault["msg"]) for fault in error.errors())
        raise SettingsError(
            f"These settings cannot be used: {faults}.",
            hint="Mend the variable, the option or the .env file.",
        ) from error


def _words(place: tuple[int | str, ...], message: str) -> str:
    message = message.removeprefix("Value error, ")
    if not place:  # about several settings; the message names them
        return message
    setting, *inside = (str(part) for part in place)
    return f"{'_'.join([variable_name(setting), *inside])}: {message}"
