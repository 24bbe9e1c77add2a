"""What a run is asked to do: options, checked and turned into samples, before anything is built."""

from typing import NamedTuple

from viva.domain import Deck, Frozen
from viva.errors import InputError
from viva.requirements import require
from viva.settings import Settings
from viva.wiring import load_chosen_deck
from viva_eval.datasets_index import Dataset, default_set, find_dataset
from viva_eval.records import Manifest, Sample
from viva_eval.requirements import RAY
from viva_eval.samples import Perturbs, Plan, make_samples
from viva_eval.voice.hearing import Hearing, find_hearing
from viva_eval.voice.plan import ANSWERS, plan_spoken

_RAY_WORKERS = 2


class Options(Frozen):
    """What is asked of a run."""

    grader: str = ""
    """Empty for the one in the settings."""
    model: str = ""
    dataset: str = ""
    """A name or a path; empty for the first set that ships."""
    columns: str = ""
    split: str = ""
    """Empty for ``test`` where a set has that split."""
    repeats: int = 1
    perturb: str = ""
    """Names with commas between them, or ``all``."""
    limit: int | None = None
    seed: int = 0
    concurrency: int | None = None
    max_cost: float | None = None
    live: bool = False
    """Whether a language model may be asked, which costs."""
    engine: str = "local"
    """``ray`` for a cluster."""
    cassette: str = ""
    """Replies to use: a file, or the folder of a run; empty for the run's own."""
    via_voice: str = ""
    """Who speaks answers and hears them: a name for both, or ``SPEAKER:TRANSCRIBER``."""
    voices: str = ""
    """Names with commas between them; empty for that speaker and espeak-ng."""
    clips: int | None = None
    """Most recordings; None for every condition of every answer."""


class Prepared(NamedTuple):
    """A run that is ready to start."""

    options: Options
    settings: Settings
    dataset: Dataset
    samples: tuple[Sample, ...]
    workers: int
    split: str
    perturbations: tuple[str, ...]
    hearing: Hearing | None = None
    """None if nothing is spoken."""


def prepare(options: Options, settings: Settings) -> Prepared:
    """Read all that a run needs, and check it; no grader is built and nothing is written.

    Raises:
        InputError: If the options, the deck or the set cannot be used.
        NotFoundError: If there is no such set.
    """
    settings = apply_options(options, settings)
    deck = load_chosen_deck(settings)
    dataset = find_dataset(options.dataset or default_set(), deck, columns=options.columns)
    has_test = any(item.split == "test" for item in dataset.items)
    split = options.split or ("test" if has_test else "all")
    perturbations = _find_perturbations(options.perturb)
    hearing = _find_hearing(options, settings, deck)
    plan = Plan(
        split=split,
        limit=options.limit or (ANSWERS if hearing else None),
        repeats=options.repeats,
        perturbations=perturbations,
        seed=options.seed,
    )
    samples = make_samples(dataset, plan)
    if hearing is not None:
        samples += plan_spoken(
            samples,
            voices=hearing.voices,
            terms=hearing.hints,
            most=options.clips,
            seed=options.seed,
        )
    return Prepared(
        options=options,
        settings=settings,
        dataset=dataset,
        samples=samples,
        workers=_count_workers(options, settings),
        split=split,
        perturbations=tuple(own.name for own in perturbations),
        hearing=hearing,
    )


def apply_options(options: Options, settings: Settings) -> Settings:
    """Return the settings with the run's grader, model and budget.

    Raises:
        InputError: If a cost is to be limited and the prices are unknown.
    """
    changes: dict[str, object] = {}
    if options.grader:
        changes["grader"] = options.grader
    if options.model:
        changes["llm_model"] = options.model
    changed = settings.model_copy(update=changes)
    has_prices = changed.llm_price_in or changed.llm_price_out
    if options.max_cost is not None and uses_model(changed) and not has_prices:
        raise InputError(
            "--max-cost has no effect, because what tokens cost is not known.",
            hint="Set VIVA_LLM_PRICE_IN and VIVA_LLM_PRICE_OUT.",
        )
    return changed


def uses_model(settings: Settings) -> bool:
    """Whether the grader in force asks a language model."""
    return settings.grader_in_force == "llm"


def resumed_options(options: Options, manifest: Manifest, *, given: set[str]) -> Options:
    """Return the options of a run that goes on: its own where none are given anew.

    Args:
        options: As given or by default.
        manifest: Of the run.
        given: Names of the options that were given.
    """
    own = {
        "grader": manifest.grader_name,
        "model": manifest.model,
        "dataset": manifest.dataset_source,
        "columns": manifest.columns,
        "split": manifest.split,
        "repeats": manifest.repeats,
        "perturb": ",".join(manifest.perturbations),
        "limit": manifest.limit,
        "seed": manifest.seed,
        "via_voice": manifest.via_voice,
        "voices": ",".join(manifest.voices),
        "clips": manifest.clips,
    }
    return options.model_copy(update={key: own[key] for key in own if key not in given})


def _find_hearing(options: Options, settings: Settings, deck: Deck) -> Hearing | None:
    if not options.via_voice:
        if options.voices or options.clips:
            raise InputError(
                "--voices and --clips go with --via-voice.",
                hint="Name who speaks and hears: --via-voice local",
            )
        return None
    if options.engine == "ray":
        raise InputError("Answers are not spoken on a cluster.", hint="Leave --engine out.")
    return find_hearing(options.via_voice, options.voices, settings=settings, deck=deck)


def _find_perturbations(names: str) -> tuple[Perturbs, ...]:
    if not names:
        return ()
    from viva_eval.perturb import find

    return tuple(find(names))


def _count_workers(options: Options, settings: Settings) -> int:
    asked = options.concurrency
    if options.engine == "ray":
        require(RAY, extra="ray")
        if uses_model(settings):
            raise InputError(
                "A language model is not asked from a cluster.",
                hint="--concurrency alone keeps its server busy, and the replies are recorded.",
            )
        return asked or _RAY_WORKERS
    if settings.grader_in_force == "local":
        if asked not in {None, 1}:
            raise InputError(
                "The local grader grades one answer after the other.",
                hint="Leave --concurrency out; it is for graders that wait for a server.",
            )
        return 1
    return asked or (settings.llm_concurrency if uses_model(settings) else 1)
