"""How long LinkedIn will go on answering to the version of its API that Relais speaks."""

from datetime import date

MONTHS_BEFORE_ALARM = 9
MONTHS_PROMISED = 12


def age_in_months(version: str, today: date) -> int:
    """Whole months since a version YYYYMM came out; negative before."""
    return (today.year - int(version[:4])) * 12 + today.month - int(version[4:6])


def concern_of(version: str, today: date) -> str | None:
    """What an operator should know of a version, from nine months on; None while there is nothing to know."""
    months = age_in_months(version, today)
    if months < MONTHS_BEFORE_ALARM:
        return None
    return f"version {version} is {months} months old; LinkedIn promises {MONTHS_PROMISED}: set RELAIS_LINKEDIN_VERSION"
