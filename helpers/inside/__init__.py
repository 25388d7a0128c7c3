"""The glass inside the program's own process: what starts it, holds its loop, and notes what it does.

Nobody imports this room. `server.child` starts `launcher.main` in a new interpreter, which imports all the rest.
Everything here needs the standard library alone, and as little of it as it can: the child must start as fast as a
bare interpreter.

launcher   starts a program as `python program` would        line       the line to the notebook
recorder   notes each iteration                              gate       where the loop is held
clock      the program's clocks, set ahead                   trace      the lines that ran
ids        which descriptor is which socket                  calls      a twin of select
pollers    twins of poll and epoll; kqueue: of kqueue        account    what they were told to watch
flags      those of poll and epoll, in words                 sockets    twins of what is done with sockets
tls        the same of TLS                                   files      the same of stdin, pipes and descriptors
unseen     what was done past every twin                     births     who has a descriptor's number now
addresses  ports that a program says and hears               ports      free ports for fixed ones
imports    modules changed when they are imported            apart      our descriptors, out of the program's way
evidence   how the call was made that a program died of      keeper     keeps somebody else's program, for `server.using`
limits     of memory, descriptors and forks                  obituary   what is told of a program that died
frames     tracebacks without our frames                     coroutines which of them went on, and where each waits
transports the socket behind asyncio's objects
"""
