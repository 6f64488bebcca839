"""Reads of what learners did. Each says what it costs in queries."""

from progress.queries.enrolments import CourseProgress, progress_of

__all__ = ["CourseProgress", "progress_of"]
