"""What the servers of the lessons fail, each of them: its notebook and README say the same."""

FAILED_BY = {
    "04_multi_client_echo": {
        "says, reads, leaves, 200 times", "comes and leaves without a word", "reset (RST) when idle",
        "reset with data in flight", "half-close", "a slow reader holds up nobody else",
        "idle costs no CPU after clients have left",
        "more than 1,024 clients", "out of descriptors (EMFILE)", "stops cleanly on SIGINT and SIGTERM"},
    "05_disconnect_cleanup": {
        "a slow reader holds up nobody else", "more than 1,024 clients", "out of descriptors (EMFILE)",
        "stops cleanly on SIGINT and SIGTERM"},
    "06_read_write_queues": set(),
}
