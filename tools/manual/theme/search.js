// Finds the sections that hold every word that is typed, without accents or case. Nothing is fetched.
"use strict";
{
  const MOST = 20;
  const box = document.getElementById("search");
  const results = document.getElementById("results");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[’]/g, "'").toLowerCase();
  const here = PASSAGES.filter((one) => one.lang === document.documentElement.lang);
  const known = here.map((one) => ({ one, title: plain(`${one.page} ${one.title}`), text: plain(one.text) }));

  const find = (words) => known
    .filter((each) => words.every((word) => each.title.includes(word) || each.text.includes(word)))
    .map((each) => ({ ...each, rank: words.filter((word) => each.title.includes(word)).length }))
    .sort((left, right) => right.rank - left.rank);

  const row = ({ one }) => {
    const link = document.createElement("a");
    link.href = `${document.body.dataset.root}/${one.url}`;
    link.textContent = one.page === one.title ? one.title : `${one.page} › ${one.title}`;
    const item = document.createElement("li");
    item.append(link);
    return item;
  };

  const show = () => {
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    results.replaceChildren();
    results.hidden = words.length === 0;
    if (results.hidden) return;
    const found = find(words);
    const told = document.createElement("p");
    told.textContent = found.length ? `${found.length} ${box.dataset.found}` : box.dataset.nothing;
    const list = document.createElement("ul");
    list.append(...found.slice(0, MOST).map(row));
    results.append(told, list);
  };

  box.addEventListener("input", show);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== box) { event.preventDefault(); box.focus(); }
    if (event.key === "Escape") { box.value = ""; show(); }
  });
  if (matchMedia("(max-width: 52rem)").matches) document.querySelector(".contents").open = false;
}
