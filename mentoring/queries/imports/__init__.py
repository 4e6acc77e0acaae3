"""Reading a spreadsheet of mentors: its columns, its cells, what each line would do. Nothing here writes."""

from mentoring.queries.imports.columns import LABELS, MENTORS
from mentoring.queries.imports.plan import MentorPreview

__all__ = ["LABELS", "MENTORS", "MentorPreview"]
