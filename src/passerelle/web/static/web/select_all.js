// The box in the head of a list ticks all boxes of its form. Without scripts it is not there.
document.addEventListener("htmx:load", (event) => {
  for (const all of event.target.querySelectorAll("[data-select-all]")) {
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const box of all.form.querySelectorAll('input[type="checkbox"][name="chosen"]')) {
        box.checked = all.checked;
      }
    });
  }
});
