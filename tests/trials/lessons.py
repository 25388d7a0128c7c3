"""What the servers of the lessons fail, each of them: its notebook says the same, and README of those in ARC."""

FAILED_BY = {
    "04_multi_client_echo": {
        "says, reads, leaves, 200 times", "comes and leaves without a word", "reset (RST) when idle",
        "reset with data in flight", "half-close", "half-closed and reading slowly",
        "a slow reader holds up nobody else", "idle costs no CPU after clients have left",
        "more than 1,024 clients", "out of descriptors (EMFILE)", "pours and never reads", "comes and stays silent",
        "stops cleanly on SIGINT and SIGTERM"},
    "05_disconnect_cleanup": {
        "a slow reader holds up nobody else", "more than 1,024 clients", "out of descriptors (EMFILE)",
        "pours and never reads", "comes and stays silent", "stops cleanly on SIGINT and SIGTERM"},
    "06_read_write_queues": {"pours and never reads", "comes and stays silent"},
    "07_messages": {"pours and never reads", "comes and stays silent", "one byte now and then"},
    "08_messages_to_tables": {"pours and never reads", "comes and stays silent", "one byte now and then"},
    "09_slow_handlers": {"pours and never reads", "comes and stays silent", "one byte now and then"},
    "10_beyond_select": {"pours and never reads", "comes and stays silent"},
    "12_many_kinds": {"pours and never reads", "comes and stays silent"},
    "13_backpressure": {"comes and stays silent"},
    "14_timers": set(),
    "15_your_own_event_loop": set(),
    "17_redis": set(),
}

ARC = ("04_multi_client_echo", "05_disconnect_cleanup", "06_read_write_queues", "10_beyond_select",      # README's columns
       "13_backpressure", "14_timers", "15_your_own_event_loop", "17_redis")

ALL_WAYS = {"comes and stays silent", "stops cleanly on SIGINT and SIGTERM"}
SELECTORS = ALL_WAYS | {"reset (RST) when idle", "reset with data in flight", "a slow reader holds up nobody else",
                        "out of descriptors (EMFILE)", "pours and never reads"}
COMPARED = {           # where a lesson compares several programs, what each of them fails
    "11_threads_processes_select": {
        "11_threads": ALL_WAYS | {"out of descriptors (EMFILE)"}, "11_processes": ALL_WAYS,
        "11_select": SELECTORS | {"more than 1,024 clients"}, "11_selectors": SELECTORS, "11_asyncio": ALL_WAYS},
    "16_asyncio_under_glass": {
        "11_asyncio": ALL_WAYS, "16_streams": set(), "16_protocol": set(), "15_your_own_event_loop": set()},
}

SPEAKERS = {"07_messages": "lines", "08_messages_to_tables": "tables", "09_slow_handlers": "lines",
            "14_timers": "lines", "17_redis": "redis"}                            # no echo servers
REDIS_SERVER = {"half-close", "pours and never reads", "one byte now and then"}   # what the real one fails, version 7.0
NOT_ASKED = {"echo": {"one byte now and then"}}      # to an echo server each byte is a whole message


def speaker_of(lesson):
    return SPEAKERS.get(lesson, "echo")


def not_asked(lesson):
    """The trials that make no sense for the language of this lesson's server."""
    return NOT_ASKED.get(speaker_of(lesson), set())
