// How the search ranks what it finds: Sphinx's own numbers, and then lessons before exercises, and these before the rest.
// It stands before Sphinx's own script, which would else declare it.
var Scorer = {
  objNameMatch: 11, objPartialMatch: 6, objPrio: { 0: 15, 1: 5, 2: -5 }, objPrioDefault: 0,
  title: 15, partialTitle: 7, term: 5, partialTerm: 2,
  score: ([page, , , , score]) =>
    score + (/^notebooks\/(?!00)\d/.test(page) ? 20 : page.startsWith("notebooks/exercises/") ? 5 : 0),     // 00 is a map: it names everything
};
