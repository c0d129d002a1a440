// One municipality is printed alone, on one page, where the reader asks at it.

for (const button of document.querySelectorAll("[data-print-one]")) {
  button.addEventListener("click", () => {
    document.documentElement.classList.add("prints-one");
    window.print();
  });
}
window.addEventListener("afterprint", () => document.documentElement.classList.remove("prints-one"));
