// A part that loads itself anew is not exchanged under who is pressing a button or a link of it:
// the press would be lost. What it answered is asked for again the next time.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig } = event.detail;
  if (requestConfig.elt === target && requestConfig.verb === "get" && target.matches(":active")) {
    event.detail.shouldSwap = false;
  }
});
