// The editor of an email: an editable part of the page over the form's own fields.
// Without scripts the text area stands there and works; what may leave is decided by the server.
(() => {
  const toHtml = (text) =>
    text
      .split(/\n{2,}/)
      .map((part) => {
        const paragraph = document.createElement("p");
        part.split("\n").forEach((line, number) => {
          if (number) paragraph.append(document.createElement("br"));
          paragraph.append(line);
        });
        if (!part) paragraph.append(document.createElement("br"));
        return paragraph.outerHTML;
      })
      .join("");

  class Editor {
    constructor(root) {
      this.area = root.querySelector("textarea");
      this.html = root.querySelector('input[name$="html"]');
      this.formatted = root.querySelector('input[name$="formatted"]');
      this.bar = root.querySelector("[data-toolbar]");
      this.note = root.querySelector("[data-without-editor]");
      this.page = document.createElement("div");
      this.page.className = "letter-page";
      this.page.contentEditable = "true";
      this.page.setAttribute("role", "textbox");
      this.page.setAttribute("aria-multiline", "true");
      const label = root.querySelector(`label[for="${this.area.id}"]`);
      if (label) {
        label.id ||= `${this.area.id}_label`;
        this.page.setAttribute("aria-labelledby", label.id);
        label.addEventListener("click", () => this.page.focus());
      }
      for (const name of ["aria-invalid", "aria-describedby"]) {
        const value = this.area.getAttribute(name);
        if (value) this.page.setAttribute(name, value);
      }
      this.area.after(this.page);
      this.bar.hidden = false;
      document.execCommand("defaultParagraphSeparator", false, "p");
      this.page.addEventListener("input", () => this.keep());
      this.bar.addEventListener("mousedown", (event) => event.preventDefault());
      this.bar.addEventListener("click", (event) => this.press(event.target.closest("button")));
      this.bar.addEventListener("keydown", (event) => this.move(event));
      document.addEventListener("selectionchange", () => this.show());
      this.plain = this.bar.querySelector("[data-plain]");
      [...this.bar.querySelectorAll("button")].forEach((one, at) => (one.tabIndex = at ? -1 : 0));
      this.format(true);
    }

    format(on) {
      if (on) {
        this.page.innerHTML = this.html.value || toHtml(this.area.value);
        this.started = this.page.innerHTML;
      } else {
        this.area.value = this.page.innerText.replace(/\n{3,}/g, "\n\n");
        this.html.value = "";
      }
      if (this.formatted) this.formatted.value = on && this.html.value ? "on" : "";
      this.page.hidden = !on;
      this.area.hidden = on;
      if (this.note) this.note.hidden = true;
      if (this.plain) this.plain.setAttribute("aria-pressed", String(!on));
      for (const one of this.bar.querySelectorAll("[data-command]")) one.disabled = !on;
    }

    keep() {
      this.html.value = this.page.innerHTML;
      if (this.formatted) this.formatted.value = "on";
    }

    press(button) {
      if (!button) return;
      if ("plain" in button.dataset) {
        this.format(!this.page.hidden ? false : true);
        if (!this.page.hidden) this.keep();
        (this.page.hidden ? this.area : this.page).focus();
        this.area.dispatchEvent(new Event("input", { bubbles: true }));
        return;
      }
      let value = button.dataset.value || null;
      if (button.dataset.ask) {
        value = window.prompt(button.dataset.ask, "https://");
        if (!value) return;
      }
      this.page.focus();
      document.execCommand("styleWithCSS", false, false);
      document.execCommand(button.dataset.command, false, value);
      this.keep();
      this.show();
      this.page.dispatchEvent(new Event("input", { bubbles: true }));
    }

    move(event) {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const tools = [...this.bar.querySelectorAll("button:not(:disabled)")];
      const at = tools.indexOf(document.activeElement);
      if (at < 0) return;
      event.preventDefault();
      const next = tools[(at + step + tools.length) % tools.length];
      for (const one of tools) one.tabIndex = one === next ? 0 : -1;
      next.focus();
    }

    show() {
      if (!this.page.contains(document.getSelection()?.anchorNode ?? null)) return;
      for (const one of this.bar.querySelectorAll("[data-command][aria-pressed]")) {
        one.setAttribute("aria-pressed", String(document.queryCommandState(one.dataset.command)));
      }
    }
  }

  document.addEventListener("htmx:load", (event) => {
    for (const root of event.target.querySelectorAll("[data-editor]")) {
      if (!root.dataset.ready) {
        root.dataset.ready = "yes";
        new Editor(root);
      }
    }
  });
})();
