// Saves answers while the page stays, keeps the place in a lesson, sends a form once. The buttons do it all too.
(() => {
  "use strict";
  const one = (selector, within = document) => within.querySelector(selector);
  const post = (form, more = {}) => {
    const data = new FormData(form);
    for (const name in more) data.set(name, more[name]);
    return fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" }, redirect: "manual", keepalive: true });
  };

  // A second press does nothing while the first is on its way; coming back to the page wakes the button.
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) return event.preventDefault();
      form.dataset.sent = "1";
      event.submitter?.setAttribute("aria-disabled", "true");
      const line = one("[data-saved]", form);
      if (line && form.dataset.busy) say(line, form.dataset.busy, "wait");
    });
    addEventListener("pageshow", () => {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
    });
  }

  const say = (line, text, state) => {
    line.textContent = text;
    line.className = "saved" + (state ? " saved--" + state : "");
  };

  const answers = one("form[data-autosave]");
  if (answers) {
    const line = one("[data-saved]", answers);
    const counter = answers.elements.sequence;
    const warning = one("template[data-not-saved]", answers);
    let sending = false, again = false, timer = 0, notice = null;

    const warn = (text) => {
      if (!notice) {
        notice = warning.content.firstElementChild.cloneNode(true);
        warning.after(notice);
      }
      say(line, text || one("h2", notice).textContent, "not");
      clearTimeout(timer);
      timer = setTimeout(save, 20000);
    };
    const save = async () => {
      if (sending) return void (again = true);
      sending = true;
      again = false;
      clearTimeout(timer);
      say(line, answers.dataset.waiting, "wait");
      try {
        const reply = await post(answers);
        const told = await reply.json().catch(() => ({}));
        if (reply.ok && told.text) {
          notice?.remove();
          notice = null;
          say(line, told.text, "");
        } else if (reply.status < 500 && told.text) {
          notice?.remove(); // somebody answers: it is not the connection, and trying again would not help
          notice = null;
          say(line, told.text, "not");
        } else warn(told.text);
      } catch {
        warn();
      }
      sending = false;
      if (again) save();
    };
    answers.addEventListener("change", (event) => {
      const box = event.target;
      if (box.type === "checkbox" && box.checked)
        for (const other of answers.elements.option)
          if (box.dataset.unsure !== undefined ? other !== box : other.dataset.unsure !== undefined) other.checked = false;
      counter.value = Number(counter.value) + 1;
      save();
    });
    addEventListener("online", () => notice && save());
    // While nobody answers, leaving the page would lose what is on it: save first, then go on.
    answers.addEventListener("submit", async (event) => {
      if (!notice) return;
      event.preventDefault();
      if (!sending) await save();
      if (!notice) return answers.submit();
      delete answers.dataset.sent;
      event.submitter?.removeAttribute("aria-disabled");
    });
  }

  const text = one("[data-place]");
  const place = one("form[data-place-form]");
  if (text && place && place.elements.section) {
    const headings = [...text.querySelectorAll("h2[id]")].filter((heading) => one(`option[value="${heading.id}"]`, place));
    let kept = place.elements.section.value, timer = 0;
    const keep = async () => {
      const above = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 2);
      const section = above.length ? above[above.length - 1].id : "";
      if (!section || section === kept) return;
      try {
        const reply = await post(place, { section });
        if (!reply.ok) return;
        say(one("[data-saved]", place), (await reply.json()).text, "");
        kept = section;
      } catch {} // the next scroll tries again
    };
    addEventListener("scroll", () => { clearTimeout(timer); timer = setTimeout(keep, 1500); }, { passive: true });
    document.addEventListener("visibilitychange", () => document.hidden && keep());
  }
})();
