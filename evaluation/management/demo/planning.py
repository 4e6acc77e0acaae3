"""How the pairs of the demo find their times: terms, times put forward, a group session past and one ahead."""

from datetime import timedelta

from backend.lib import clock
from backend.lib.refusal import Refused
from evaluation.management.demo.cast import House
from evaluation.management.demo.replay import Replay, moment
from mentoring import actions as mentoring
from mentoring.models import Gathering, Mentor, Mentorship


class Planning:
    """Acts of the first mentor and of his lead, each at its day before the present."""

    def __init__(self, replay: Replay, house: House) -> None:
        self.house = house
        today = replay.now.date()
        self.met = moment(today - timedelta(days=5), 17)
        replay.at(moment(today - timedelta(days=60), 8), self.keep_terms)
        replay.at(moment(today - timedelta(days=14), 11), self.gather)
        replay.at(self.met + timedelta(hours=4), self.log)
        replay.at(moment(today - timedelta(days=4), 12), self.gather_again)
        replay.at(moment(today - timedelta(days=3), 11), self.propose)

    @property
    def mentor(self) -> Mentor:
        return self.house.mentors[0]

    def _pairs(self) -> list[Mentorship]:
        rows = self.mentor.mentorships.filter(state="active", journey__state="active").order_by("pk")
        return list(
            rows.select_related(
                "mentor__user", "mentor__organisation", "journey__holder__user", "journey__programme__organisation"
            )
        )  # fmt: skip

    def keep_terms(self) -> None:
        mentoring.keep_terms(
            self.house.organisation, video_template="https://visio.exemple.fr/{room}", late_hours=24, by=self.house.lead
        )

    def gather(self) -> None:
        """Prices, together, on an evening."""
        for hours in (0, 1, 2, -1):
            try:
                mentoring.plan_gathering(
                    self.mentor, pairs=self._pairs()[:3], starts_at=self.met + timedelta(hours=hours), minutes=90,
                    place="La Cantine, Nantes", title="Fixer ses prix, à plusieurs", by=self.mentor.user,
                )  # fmt: skip
            except Refused:
                continue
            return

    def log(self) -> None:
        """All came but one."""
        gathering = Gathering.objects.filter(mentor=self.mentor).order_by("pk").first()
        if gathering is None:
            return
        came = list(gathering.sessions.filter(state="planned").order_by("pk").values_list("pk", flat=True))
        if gathering.sessions.filter(ends_at__gt=clock.now()).exists() or len(came) < 2:
            return
        summary = "Trois façons de fixer un prix, et ce que chacune suppose."
        mentoring.log_gathering(
            gathering, came=came[: max(2, len(came) - 1)], summary=summary, themes=["market"], by=self.mentor.user
        )

    def gather_again(self) -> None:
        ahead = moment(clock.now().date() + timedelta(days=16), 18)
        for hours in (0, 1, -1):
            try:
                mentoring.plan_gathering(
                    self.mentor, pairs=self._pairs()[:3], starts_at=ahead + timedelta(hours=hours), minutes=90,
                    medium="video", title="Premiers devis : relecture croisée", by=self.mentor.user,
                )  # fmt: skip
            except Refused:
                continue
            return

    def propose(self) -> None:
        """Three times for the holder of the demo, or for whoever is accompanied."""
        _project, holder = self.house.pairs[0]
        pairs = sorted(self._pairs(), key=lambda pair: pair.journey.holder_id != holder.pk)
        for pair in pairs[:1]:
            days = sorted({moment(clock.now().date() + timedelta(days=shift), 12) for shift in range(10, 15)})[:3]
            for times in (days, [day + timedelta(hours=7) for day in days]):
                try:
                    mentoring.propose_times(
                        pair, side="mentor", times=times, minutes=60, place="Café du Bouffay",
                        agenda="Relire le plan de financement avant la banque", by=self.mentor.user,
                    )  # fmt: skip
                except Refused:
                    continue
                return
