// A part that loads itself anew, and who is at work in it meanwhile.
// It is not exchanged under who presses, marks text or fills in: that would be lost. What it
// answered is asked for again the next time. Else the keyboard stays where it was, or goes on from
// the part itself where what it was on is gone.
(() => {
  const BUSY = ":active, :has(input:focus, select:focus, textarea:focus)";
  let left = null; // where the keyboard was, between taking a part out and putting it in anew

  const isPolled = ({ target, requestConfig }) =>
    requestConfig?.elt === target && requestConfig.verb === "get" && target.id !== "";

  function isBusy(part) {
    const marked = getSelection();
    const isMarked = !marked.isCollapsed && marked.containsNode(part, true);
    return isMarked || part.matches(BUSY);
  }

  // What the element in its place has as well.
  function name(element) {
    const said = ["id", "href", "name", "value"].map((one) => element.getAttribute(one));
    return [element.tagName, ...said, element.form?.getAttribute("action")].join(" ");
  }

  const named = (part, words) => [...part.querySelectorAll("*")].filter((one) => name(one) === words);

  function focusIn(part) {
    const element = document.activeElement;
    if (!part.contains(element)) return null;
    const words = name(element);
    return { words, number: named(part, words).indexOf(element) };
  }

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!isPolled(detail)) return;
    detail.shouldSwap &&= !isBusy(detail.target);
    left = detail.shouldSwap ? focusIn(detail.target) : null;
  });
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (left === null || !isPolled(detail)) return;
    const part = document.getElementById(detail.target.id);
    const same = part && named(part, left.words)[left.number];
    if (part && !same) part.tabIndex = -1;
    (same || part)?.focus({ preventScroll: true });
    left = null;
  });
})();
