"""Every setting, in one value that is made once at start-up and passed down."""

from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from viva.errors import SettingsError


class Settings(BaseSettings):
    """Settings from ``VIVA_*`` variables and a ``.env`` file in the working directory."""

    model_config = SettingsConfigDict(
        env_prefix="VIVA_",
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,  # an empty VIVA_HOST would listen to everyone
        extra="ignore",
        frozen=True,
    )

    home: Annotated[Path, AfterValidator(Path.expanduser)] = Field(
        default_factory=lambda: user_data_path("viva", appauthor=False)
    )
    """Folder of the database and the index."""
    deck: str = "ml_system_design"
    """Name of a shipped deck, or path of a deck file."""
    grader: str = "local"
    """Name of the grader."""
    embedding_model: str = "all-MiniLM-L6-v2"
    """The packaged model, or any sentence-transformers model by name or path."""
    chroma_url: str = ""
    """Address of a Chroma server; empty for the embedded one."""
    database_url: str = ""
    """SQLAlchemy URL; empty for SQLite in ``home``."""
    host: str = "127.0.0.1"
    """Address that the web server listens on."""
    port: int = Field(default=7860, ge=1, le=65535)
    """Port that the web server listens on."""

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.home / 'viva.db'}"

    @property
    def index_path(self) -> Path:
        """Folder of the embedded Chroma database."""
        return self.home / "index"


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
        faults = "; ".join(
            f"VIVA_{'_'.join(str(part) for part in fault['loc']).upper()}: {fault['msg']}"
            for fault in error.errors()
        )
        raise SettingsError(
            f"These settings cannot be used: {faults}.",
            hint="Mend the variable, the option or the .env file.",
        ) from error
