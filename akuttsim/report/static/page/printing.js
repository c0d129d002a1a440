// Two pages are printed; everything only where the reader asks, by the box or by ?all in the address.

const wantsAll = document.getElementById("print-all");

if (new URLSearchParams(location.search).has("all")) wantsAll.checked = true;
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
