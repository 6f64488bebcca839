"""How questions do, for who may publish a course: every figure from groups that the database counted, of nobody."""

from progress.queries.analysis.looking import LookRow, questions_to_look_at
from progress.queries.analysis.quizzes import QuizRow, quiz_rows
from progress.queries.analysis.screen import Analysis, analysis_of, rows_for_file

__all__ = [
    "Analysis",
    "LookRow",
    "QuizRow",
    "analysis_of",
    "questions_to_look_at",
    "quiz_rows",
    "rows_for_file",
]
