from datetime import UTC, date, datetime, timedelta

from contracts.local_time import noon_in, today_in


def test_a_days_moment_is_noon_where_it_happened() -> None:
    day = date(2014, 1, 6)

    assert noon_in(day, "93") == datetime(2014, 1, 6, 11, tzinfo=UTC)
    assert noon_in(day, "974") == datetime(2014, 1, 6, 8, tzinfo=UTC)
    assert noon_in(day, "93", "75") == datetime(2014, 1, 6, 11, tzinfo=UTC)


def test_several_clocks_or_none_mean_utc() -> None:
    assert noon_in(date(2014, 1, 6), "93", "974") == datetime(2014, 1, 6, 12, tzinfo=UTC)
    assert noon_in(date(2014, 1, 6)) == datetime(2014, 1, 6, 12, tzinfo=UTC)


def test_what_happened_today_did_not_happen_later_than_now() -> None:
    assert noon_in(today_in("93") + timedelta(days=1), "93") <= datetime.now(UTC)
