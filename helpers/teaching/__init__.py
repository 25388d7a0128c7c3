"""For teachers: hand the exercises out, grade the programs that come back, and see how a class does.

    make handout        a folder for learners, without solutions and hidden trials
    make grade          points, feedback and a table of the class, for all that lies in submitted/

handout    the folder for learners                     grade      all that `make grade` does, step by step
reading    the programs in a submission, as text       alone      one program put through its trials, in a process of its own
hidden     the trials that learners don't see          fence      what that process can't reach
grading    what nbgrader calls in place of running a notebook     nbgraders  how we call nbgrader
table      who passed what: pictures and CSV           words      what learners wrote in words, so that it can't act
for_learners.md    the README of the folder for learners

Nothing here is handed out. Nobody imports this room: it is run.
But the website gives the same folder to learners, by `handout.fill`.
"""
