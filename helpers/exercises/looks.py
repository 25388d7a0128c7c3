"""What to look at next, for somebody whose program has failed: it depends on what was seen of the program.

The same is seen in many trials: a loop that spins, an error, a line that waits. What is said of it here is true wherever
it is seen. A trial says what it alone knows; and a task, what is seen of its programs in a way of its own.
"""

# By the kind of what was seen: see `Seen` of helpers/trials.
LOOKS = {
    "on nothing": "Which timeout has select here? It finds nobody ready, comes back at once, and is called again.",
    "on readable": "Who is readable again and again? Something is there to be taken, a word, a newcomer or an end, and "
                   "nobody takes it.",
    "on writable": "Who is writable again and again? Who is watched for writing must have something that is to be sent.",
    "spins": "Which timeout has select, and who stays ready?",
    "polls": "Which call waits while a job is under way? What makes it come back when the job is done?",
    "looks": "Which timeout has the call, while the next deadline is far away?",
    "early": "Which moment is compared with the deadline, and does anything go out before it has come?",
    "threads": "Who waits for each of them? One call can wait for all.",
    "burns": "Is there a loop that looks again and again, where it could wait?",
    "stands": "What does this line wait for? As long as it waits, the loop does nothing else.",
    "busy": "The program computes here, and doesn't come back to its call. What would bring it back?",
    "no loop": "One call of select waits for several at once. Does your program come to such a call, and wait there?",
    "unwatched": "A call waits for those who are in its lists alone. Who is missing there, and may speak meanwhile?",
    "late": "Which line sends, and what must happen before it runs? What is due need not wait until a timeout has passed.",
    "elsewhere": "Which line lets the time pass? While it waits there, nobody who comes can wake it; select can be woken.",
    "descriptors": "Who has left is to be closed. Which line does that, and does it run for each way to leave?",
    "no end": "What came is right, and the connection is still open. Which line closes it, and when?",
    "ended": "Which line ends the program, and what has happened just before?",
    "BlockingIOError": "A socket that doesn't wait raises this where others would wait. Which line must run then?",
    "ConnectionResetError": "The other side has gone, without a goodbye. What must your program do then, and who mustn't notice?",
    "BrokenPipeError": "To whom does this line send? The other side may have gone; and a listener has no other side.",
    "ConnectionAbortedError": "The other side has gone. What must your program do then, and who mustn't notice?",
    "UnicodeDecodeError": "Not all bytes are text. Why does this line need to know which letters they stand for?",
    "EOFError": "The end of the input came where a line was asked for. Some calls tell it by this error, and some by an empty "
                "text. What must your program do then?",
    "closed": "Something was closed, and is used after that. Which line closes it, and where is it still: in a list, in a name?",
    "registered": "This number is registered already. By whom? If that one has been closed, what must come before `close`?",
    "text": "Sockets carry bytes, and here is text (str) where bytes belong. What makes bytes of it?",
    "MemoryError": "What grows in your program, and what makes it grow?",
    "no line end": "Does the answer end with a line end?",
    "alone": "Which line starts the other threads, and is it reached? `target=` wants the function itself, not what a call of it "
             "returns.",
    "dies": "Which line raises this error, and who catches it? Is the thread there for its next client?",
    "died": "Step your program through just this. Which lines run in its last iteration, and what stands in each name there?",
}


def look_at(verdict):
    """What to look at next, for this verdict on a trial that failed: a text; "" where there is nothing to be said."""
    own = verdict.trial.looks
    known = [looks[kind] for looks in (own, LOOKS) for kind in verdict.kinds if kind in looks]
    return verdict.look or next(iter(known), own.get("", ""))
