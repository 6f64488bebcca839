"""Where people work with what others did: assessors mark and judge here. Managers' pages come beside it."""
