// Draws every figure of the page, and says so.

for (const root of document.querySelectorAll("figure.pf")) new Stage(root);
document.documentElement.dataset.figures = "ready";
