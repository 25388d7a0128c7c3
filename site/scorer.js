// How the search ranks what it finds: Sphinx's own numbers, and then lessons before exercises, and these before the rest.
var Scorer = {
  objNameMatch: 11, objPartialMatch: 6, objPrio: { 0: 15, 1: 5, 2: -5 }, objPrioDefault: 0,
  title: 15, partialTitle: 7, term: 5, partialTerm: 2,
  score: ([page, , , , score]) => score + (page.startsWith("notebooks/exercises/") ? 5 : page.startsWith("notebooks/") ? 20 : 0),
};
