// The contents follow the reader, and what a link leads to is unfolded first.

const contents = [...document.querySelectorAll(".bar nav a")];
const parts = contents.map((link) => document.querySelector(link.getAttribute("href")));

function markWhereTheReaderIs() {
  const isAtEnd = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 2;
  let at = 0;
  parts.forEach((part, number) => { if (isAtEnd || part.getBoundingClientRect().top < 140) at = number; });
  contents.forEach((link, number) => {
    if (number === at) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
}

function unfold(target) {
  for (let part = target; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
}

function unfoldWhatIsPointedAt() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  unfold(target);
  target.scrollIntoView();
}

window.addEventListener("scroll", markWhereTheReaderIs, { passive: true });
window.addEventListener("hashchange", unfoldWhatIsPointedAt);
unfoldWhatIsPointedAt();
