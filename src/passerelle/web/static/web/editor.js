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

  // The images among files that are pasted, dropped or chosen.
  const imagesAmong = (files) =>
    [...(files ?? [])].filter((one) => /^image\/(png|jpeg|gif|webp)$/.test(one.type));

  // The images of one text: the server keeps them, the page shows them by their address there, and
  // the form names them by their Content-ID, as the email will.
  class Images {
    constructor(root) {
      this.form = root.closest("form");
      this.root = new URL(root.dataset.images, document.baseURI).href;
      this.failed = root.dataset.imagesFailed;
      this.refused = root.querySelector("[data-images-refused]");
      this.box = root.querySelector('input[type="file"]');
    }

    address(id) {
      return `${this.root}${encodeURIComponent(id)}/`;
    }

    // Within a template nothing is loaded before its address is one of ours.
    shown(html) {
      const template = document.createElement("template");
      template.innerHTML = html;
      for (const image of template.content.querySelectorAll('img[src^="cid:"]'))
        image.src = this.address(decodeURIComponent(image.getAttribute("src").slice(4)));
      return template.content;
    }

    written(page) {
      const template = document.createElement("template");
      template.innerHTML = page.innerHTML;
      for (const image of template.content.querySelectorAll("img")) {
        const address = new URL(image.getAttribute("src") ?? "", document.baseURI).href;
        if (!address.startsWith(this.root)) continue;
        const id = address.slice(this.root.length).replace(/\/$/, "");
        image.setAttribute("src", `cid:${decodeURIComponent(id)}`);
      }
      return template.innerHTML;
    }

    async keep(files) {
      this.refused.hidden = true;
      const sent = new FormData();
      for (const name of ["csrfmiddlewaretoken", "sender"]) {
        const field = this.form.elements[name];
        if (field) sent.append(name, field.value);
      }
      for (const file of files) sent.append("new_images", file);
      let answer = { error: this.failed };
      try {
        const response = await fetch(this.root, { method: "POST", body: sent });
        if (response.ok || response.status === 422) answer = await response.json();
      } catch {
        // Without the server: said below.
      }
      if (answer.error) {
        this.refused.textContent = answer.error;
        this.refused.hidden = false;
      }
      return answer.images ?? [];
    }
  }

  class Editor {
    constructor(root) {
      this.area = root.querySelector("textarea");
      this.html = root.querySelector('input[name$="html"]');
      this.formatted = root.querySelector('input[name$="formatted"]');
      this.bar = root.querySelector("[data-toolbar]");
      this.without = root.querySelectorAll("[data-without-editor]");
      this.images = root.dataset.images ? new Images(root) : null;
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
      for (const name of ["aria-invalid", "aria-describedby", "lang"]) {
        const value = this.area.getAttribute(name);
        if (value) this.page.setAttribute(name, value);
      }
      this.area.after(this.page);
      this.bar.hidden = false;
      document.execCommand("defaultParagraphSeparator", false, "p");
      this.page.addEventListener("input", () => this.keep());
      if (this.images) this.takeImages();
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
        const html = this.html.value || toHtml(this.area.value);
        if (this.images) this.page.replaceChildren(this.images.shown(html));
        else this.page.innerHTML = html;
      } else {
        this.area.value = this.page.innerText.replace(/\n{3,}/g, "\n\n");
        this.html.value = "";
      }
      if (this.formatted) this.formatted.value = on && this.html.value ? "on" : "";
      this.page.hidden = !on;
      this.area.hidden = on;
      for (const one of this.without) one.hidden = true;
      if (this.plain) this.plain.setAttribute("aria-pressed", String(!on));
      for (const one of this.bar.querySelectorAll("[data-command], [data-insert-image]"))
        one.disabled = !on;
    }

    // By the button, pasted, or dropped; an image that is only moved within the text stays the same.
    takeImages() {
      const box = this.images.box;
      box.addEventListener("change", async () => {
        const files = [...box.files];
        box.value = "";
        await this.insertImages(files);
      });
      this.page.addEventListener("paste", (event) => {
        const files = imagesAmong(event.clipboardData.files);
        if (!files.length || event.clipboardData.types.includes("text/plain")) return;
        event.preventDefault();
        this.insertImages(files);
      });
      this.page.addEventListener("dragstart", () => (this.moves = true));
      this.page.addEventListener("dragend", () => (this.moves = false));
      this.page.addEventListener("drop", (event) => {
        const files = imagesAmong(event.dataTransfer.files);
        if (!files.length || this.moves) return;
        event.preventDefault();
        this.cursor = document.caretRangeFromPoint?.(event.clientX, event.clientY) ?? this.cursor;
        this.insertImages(files);
      });
    }

    async insertImages(files) {
      if (!files.length) return;
      const kept = await this.images.keep(files);
      if (!kept.length) return;
      this.page.focus();
      const selection = document.getSelection();
      if (this.cursor && this.page.contains(this.cursor.startContainer)) {
        selection.removeAllRanges();
        selection.addRange(this.cursor);
      } else {
        selection.selectAllChildren(this.page);
        selection.collapseToEnd();
      }
      const html = kept.map((one) => {
        const image = document.createElement("img");
        image.alt = one.name;
        image.setAttribute("src", this.images.address(one.id));
        return image.outerHTML;
      });
      document.execCommand("insertHTML", false, html.join(" "));
      this.page.dispatchEvent(new Event("input", { bubbles: true }));
    }

    keep() {
      this.html.value = this.images ? this.images.written(this.page) : this.page.innerHTML;
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
      if ("insertImage" in button.dataset) {
        this.images.box.click();
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
      const selection = document.getSelection();
      if (!this.page.contains(selection?.anchorNode ?? null)) return;
      this.cursor = selection.getRangeAt(0).cloneRange();
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
