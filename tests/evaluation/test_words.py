"""How sure a figure is, in words."""

import pytest
from django.utils.translation import override

from evaluation import statistics
from evaluation.queries import words
from evaluation.queries.waves import could_show
from evaluation.statistics import Alpha, Bounds, Interval, Reason, ReliableChange, Size, Undefined

pytestmark = pytest.mark.any_database

BOTH = [
    (lambda: words.in_ten(Interval(0.65, 0.52, 0.78), 40), "between 5 and 8 in 10", "entre 5 et 8 sur 10"),
    (lambda: words.in_ten(Interval(0.5, 0.48, 0.52), 4000), "about 5 in 10", "environ 5 sur 10"),
    (lambda: words.in_ten(Interval(0.75, 0.3, 0.95), 4), "too few to conclude", "trop peu pour conclure"),
    (lambda: words.in_ten(Undefined(Reason.NOBODY), 0), "too few to conclude", "trop peu pour conclure"),
    (
        lambda: words.whatever_the_silent(Bounds(0.5, 0.85, 26, 40)),
        "between 5 and 8 in 10, whatever the others would have said",
        "entre 5 et 8 sur 10, quoi qu’aient répondu les autres",
    ),
    (
        lambda: words.whatever_the_silent(Bounds(0.6, 0.6, 10, 10)),
        "about 6 in 10, whatever the others would have said",
        "environ 6 sur 10, quoi qu’aient répondu les autres",
    ),
    (lambda: words.whatever_the_silent(Undefined(Reason.NOBODY)), "nobody to count yet", "encore personne à compter"),
    (
        lambda: words.gain(statistics.paired_change([3, 4, 2, 5, 3], [4, 4, 4, 6, 5])),
        "between +0.2 and +2.2 points",
        "entre +0,2 et +2,2 points",
    ),
    (
        lambda: words.gain(statistics.paired_change([1, 2, 3, 4, 5], [2, 3, 4, 5, 6])),
        "everybody changed by the same",
        "le même écart pour tout le monde",
    ),
    (lambda: words.gain(statistics.paired_change([3] * 5, [3] * 5)), "nobody changed", "personne n’a changé"),
    (
        lambda: words.gain(statistics.paired_change([1, 2], [2, 4])),
        "too few answers to conclude",
        "trop peu de réponses pour conclure",
    ),
    (
        lambda: words.recommendation(statistics.recommendation_score(1, 2, 3), 6),
        "between −27 and +71 points",
        "entre −27 et +71 points",
    ),
    (
        lambda: words.recommendation(statistics.recommendation_score(0, 1, 2), 3),
        "too few answers to conclude",
        "trop peu de réponses pour conclure",
    ),
    (
        lambda: words.noise(ReliableChange(-1.0, -1.5, 1.3)),
        "within the noise of the questionnaire",
        "dans la marge d’erreur du questionnaire",
    ),
    (
        lambda: words.noise(ReliableChange(2.0, 3.0, 1.3)),
        "up, beyond the noise of the questionnaire",
        "en hausse, au-delà de la marge d’erreur du questionnaire",
    ),
    (
        lambda: words.noise(ReliableChange(-2.0, -3.0, 1.3)),
        "down, beyond the noise of the questionnaire",
        "en baisse, au-delà de la marge d’erreur du questionnaire",
    ),
    (
        lambda: words.noise(Undefined(Reason.UNRELIABLE, 1, 2.0)),
        "the answers are too unsteady to tell",
        "des réponses trop instables pour le dire",
    ),
    (
        lambda: could_show(15, is_paired=True),
        "With 15 pairs of before and after, only a strong change would be visible.",
        "Avec 15 paires avant-après, seul un changement fort serait visible.",
    ),
    (
        lambda: could_show(1, is_paired=True),
        "With 1 pair of before and after, no change could be told from chance.",
        "Avec 1 paire avant-après, aucun changement ne se distinguerait du hasard.",
    ),
    (
        lambda: could_show(40, is_paired=False),
        "With 40 answers, a share would be known to about 15 points in 100 either way.",
        "Avec 40 réponses, une proportion serait connue à environ 15 points sur 100 près.",
    ),
    (
        lambda: words.together(Alpha(40, 5, 0.86, 0.78, 0.92)),
        "The questions of this part go together well: their score tells of one thing.",
        "Les questions de cette partie vont bien ensemble : leur score dit une seule chose.",
    ),
    (
        lambda: words.together(Alpha(40, 5, 0.45, 0.2, 0.65)),
        "The questions of this part go together loosely: their score mixes several things.",
        "Les questions de cette partie vont peu ensemble : leur score mêle plusieurs choses.",
    ),
    (
        lambda: words.together(Alpha(40, 2, -0.5, -0.9, 0.1)),
        "The questions of this part contradict one another: one may be put the other way round.",
        "Les questions de cette partie se contredisent : l’une d’elles est peut-être posée à l’envers.",
    ),
    (
        lambda: words.together(Alpha(12, 5, 0.6, 0.3, 0.85)),
        "Too few people answered to tell whether the questions of this part go together.",
        "Trop peu de personnes ont répondu pour dire si les questions de cette partie vont ensemble.",
    ),
    (
        lambda: words.together(Undefined(Reason.PERFECT, 9, 1.0)),
        "The questions of this part all tell the same of everybody: asking fewer of them would do.",
        "Les questions de cette partie disent toutes la même chose de chacun : moins de questions suffiraient.",
    ),
    (
        lambda: words.together(Alpha(4, 5, 0.95, 0.9, 0.99)),
        "Fewer than five people answered every question of this part: whether they go together cannot be told.",
        "Moins de cinq personnes ont répondu à toutes les questions de cette partie : on ne peut pas dire si elles vont"
        " ensemble.",
    ),
]


@pytest.mark.parametrize(("said", "english", "french"), BOTH, ids=[english for _said, english, _french in BOTH])
def test_precision_is_said_in_both_languages(said: object, english: str, french: str) -> None:
    assert callable(said)
    with override("en"):
        assert said() == english
    with override("fr"):
        assert said().replace("\u00a0", " ") == french


def test_every_reason_and_every_size_has_words_of_its_own() -> None:
    reasons = {words.reason(Undefined(why)) for why in Reason}
    assert len(reasons) == len(Reason)
    sizes = {could_show(people, is_paired=True).partition(",")[2] for people in (800, 60, 20, 12, 3)}
    assert len(sizes) == len(Size)


def test_changes_have_their_sign_and_nothing_has_a_dash() -> None:
    with override("fr"):
        assert [words.signed(value) for value in (0.84, -0.27, 0.04, -0.04, None)] == [
            "+0,8",
            "−0,3",
            "0,0",
            "0,0",
            "–",
        ]
