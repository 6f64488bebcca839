// The panel "This text" in the editor of a page: fetched anew when the CMS has kept the draft. Without it the panel says
// what was true when the page was opened.
(() => {
  "use strict";
  let waiting = 0;
  let last = "";
  const draw = async () => {
    const panel = document.querySelector("[data-this-text]");
    const form = document.querySelector("form[data-edit-form]");
    const page = form?.action.match(/^(.*\/pages\/\d+\/)edit\//);
    if (!panel || !page) return;
    try {
      const reply = await fetch(`${page[1]}this-text/`, { redirect: "error", headers: { "X-Requested-With": "fetch" } });
      if (!reply.ok) return;
      const fresh = await reply.text();
      // A link that somebody stands on stays under them; the next time draws it.
      if (panel.contains(document.activeElement) || last === fresh) return;
      last = fresh;
      panel.innerHTML = fresh;
    } catch {
      // The network is away for a moment: the next time the draft is kept may reach it.
    }
  };
  document.addEventListener("w-autosave:success", () => {
    clearTimeout(waiting);
    waiting = setTimeout(draw, 300);
  });
  // Lead to the field: a block may be closed, and its panel too.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-this-text] a[href^='#']");
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    const panel = target.closest("[data-panel]") ?? target;
    for (let box = panel; box; box = box.parentElement?.closest("[data-panel]")) {
      const toggle = box.querySelector("[data-panel-toggle]");
      if (toggle?.getAttribute("aria-expanded") === "false") toggle.click();
    }
    panel.scrollIntoView({ block: "start" });
    panel.querySelector("input:not([type=hidden]), textarea, select, [contenteditable=true]")?.focus({ preventScroll: true });
  });
})();
