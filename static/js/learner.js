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

  // Buttons that move a step: each move gives every step the place where it stands.
  const order = (list, changed) => {
    const told = document.createElement("p");
    told.className = "vh";
    told.setAttribute("role", "status");
    list.after(told);
    const choice = (row) => one("select", row);
    const rows = () => [...list.children];
    const places = rows().map((row) => choice(row).value);
    if (!places.includes("") && new Set(places).size === places.length)
      list.append(...rows().sort((row, other) => choice(row).value - choice(other).value));
    for (const row of rows())
      for (const [by, words, sign] of [[-1, list.dataset.up, "\u2191"], [1, list.dataset.down, "\u2193"]]) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "pair__move";
        button.textContent = sign;
        button.setAttribute("aria-label", words + ": " + one("label", row).textContent);
        button.addEventListener("click", () => {
          const from = rows().indexOf(row);
          const beside = rows()[from + by];
          if (beside) by < 0 ? beside.before(row) : beside.after(row);
          rows().forEach((each, index) => (choice(each).value = String(index + 1)));
          button.focus();
          told.textContent = one("label", row).textContent + ": " + choice(row).value;
          changed(choice(row));
        });
        row.append(button);
      }
  };

  const answers = one("form[data-autosave]");
  if (answers) {
    const line = one("[data-saved]", answers);
    const warning = one("template[data-not-saved]", answers);
    let sending = null, again = false, timer = 0, notice = null;

    const warn = (text) => {
      if (!notice) {
        notice = warning.content.firstElementChild.cloneNode(true);
        warning.after(notice);
      }
      say(line, text || one("h2", notice).textContent, "not");
      clearTimeout(timer);
      timer = setTimeout(save, 20000);
    };
    // One at a time; what changes meanwhile is sent after it. Ends when nothing is left to send.
    const save = () => {
      if (sending) again = true;
      else sending = send();
      return sending;
    };
    const send = async () => {
      again = false;
      clearTimeout(timer);
      say(line, answers.dataset.waiting, "wait");
      try {
        const touched = [...answers.querySelectorAll("[data-touched]")].map((asked) => asked.dataset.question).join(" ");
        const reply = await post(answers, touched && { touched });
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
      sending = null;
      if (again) return save();
    };
    // "I am not sure" and an answer take the place of each other; what was written comes back when the tick goes.
    const settle = (field) => {
      const unsure = one("[data-unsure]", field.closest("fieldset"));
      for (const other of field.closest("fieldset").querySelectorAll("input, select, textarea")) {
        if (other === unsure || field !== unsure || other.type === "hidden") continue;
        if (other.type === "checkbox") other.checked = other.checked && !unsure.checked;
        else if (other.type !== "radio") [other.value, other.dataset.kept] = unsure.checked ? ["", other.value] : [other.value || other.dataset.kept || "", ""];
      }
      if (unsure && field !== unsure && (field.type === "checkbox" ? field.checked : field.value) && unsure.type === "checkbox") unsure.checked = false;
    };
    let pause = 0;
    const changed = (field) => {
      clearTimeout(pause);
      settle(field);
      const asked = field.closest("[data-question]") || answers;
      const counter = one("[name$=sequence]", asked);
      if (asked !== answers) asked.dataset.touched = "1";
      counter.value = Number(counter.value) + 1;
      save();
    };
    answers.addEventListener("change", (event) => changed(event.target));
    // Long answers are saved while somebody thinks; half a number would be none.
    answers.addEventListener("input", (event) => {
      if (!event.target.matches("textarea, [data-words]")) return;
      clearTimeout(pause);
      pause = setTimeout(changed, 1500, event.target);
    });
    for (const list of answers.querySelectorAll("[data-order]")) order(list, changed);
    addEventListener("online", () => notice && save());
    // While nobody answers, leaving the page would lose what is on it: save first, or wait for the saving that is on its
    // way, then go on.
    answers.addEventListener("submit", async (event) => {
      if (!notice || event.defaultPrevented) return;
      event.preventDefault();
      await (sending || save());
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
