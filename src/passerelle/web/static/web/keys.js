// Keys: / searches, ? shows the keys, g and a letter opens a page, j and k go through rows, and
// a button of the page may have a key of its own (data-key).
// Single keys work while the account wants them (data-keys on the body) and nothing is typed.
// And the tip that tells what a cell had no room for. Without scripts all of it is only missing.
(() => {
  const PAGES = { h: "/", e: "/emails/", q: "/desk/", c: "/contacts/", m: "/mailboxes/", a: "/alerts/" };
  const AFTER_G_MILLISECONDS = 1500;
  let gPressed = 0;

  const field = () => document.getElementById("find");
  const typing = (element) =>
    element.closest("input, textarea, select, [contenteditable]") !== null;

  function step(links, forwards) {
    const at = links.indexOf(document.activeElement);
    const next = at < 0 ? (forwards ? 0 : links.length - 1) : at + (forwards ? 1 : -1);
    links[next]?.focus();
    return next >= 0 && next < links.length;
  }

  function single(event) {
    if (gPressed && event.timeStamp - gPressed < AFTER_G_MILLISECONDS) {
      gPressed = 0;
      const link = document.querySelector(`nav.menu a[href="${PAGES[event.key]}"]`);
      link?.click();
      return link !== null;
    }
    switch (event.key) {
      case "/":
        field()?.focus();
        field()?.select();
        return true;
      case "?":
        document.getElementById("keys")?.togglePopover();
        return true;
      case "g":
        gPressed = event.timeStamp;
        return true;
      case "j":
      case "k":
        step([...document.querySelectorAll("main .table a.title, main .rows a:first-of-type")], event.key === "j");
        return true;
      default: {
        const button = document.querySelector(`main [data-key="${CSS.escape(event.key)}"]`);
        button?.click();
        return button !== null;
      }
    }
  }

  // Within quick search the arrows go through what is found.
  function found(event) {
    const links = [...document.querySelectorAll(".found a")];
    if (event.key === "Escape") {
      field().value = "";
      document.getElementById("found-records").replaceChildren();
      showPages("");
      field().focus();
      return true;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return false;
    if (!step(links, event.key === "ArrowDown")) field().focus();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const within = event.target instanceof Element ? event.target : document.body;
    const taken = within.closest(".find")
      ? found(event)
      : "keys" in document.body.dataset && !typing(within) && single(event);
    if (taken) event.preventDefault();
  });

  // The pages of the menu whose name holds what is typed.
  function showPages(text) {
    const list = document.getElementById("found-pages");
    const wanted = text.trim().toLocaleLowerCase();
    const links = wanted.length < 2 ? [] : [...document.querySelectorAll("nav.menu li a")];
    const items = links
      .filter((link) => link.textContent.toLocaleLowerCase().includes(wanted))
      .map((link) => {
        const item = document.createElement("li");
        const copy = document.createElement("a");
        const name = document.createElement("span");
        name.textContent = link.textContent;
        copy.href = link.href;
        copy.append(name);
        item.append(copy);
        return item;
      });
    list.replaceChildren(...items);
    list.hidden = items.length === 0;
  }

  // What comes late does not take the focus from what was found, nor answer what was given up.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "found-records") return;
    const givenUp = event.detail.requestConfig.parameters.q !== field().value;
    if (givenUp || document.activeElement?.closest(".found")) event.detail.shouldSwap = false;
  });

  document.addEventListener("input", (event) => {
    if (event.target === field()) showPages(field().value);
  });

  document.addEventListener("pointerover", (event) => {
    const cell = event.target instanceof Element ? event.target.closest(".table td") : null;
    if (cell && cell.scrollWidth > cell.clientWidth && !cell.title) {
      cell.title = cell.innerText.replace(/\s+/g, " ").trim();
    }
  });
})();
