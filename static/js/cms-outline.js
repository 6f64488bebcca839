// The outline of a course: what was done is said to screen readers, and a step may be dragged to its place.
// Without scripts the buttons and "Move to ..." do the same.
(() => {
  "use strict";
  const plan = document.querySelector("[data-plan]");
  if (!plan) return;

  // Words that were there when the page came are not read out: put anew, they are.
  const said = plan.querySelector("[data-said]");
  const words = said.textContent;
  if (words) {
    said.textContent = "";
    setTimeout(() => { said.textContent = words; }, 150);
  }
  document.getElementById("problem")?.focus();

  const form = document.getElementById("plan-moves");
  const send = (values) => {
    for (const [name, value] of Object.entries(values)) {
      const field = document.createElement("input");
      field.type = "hidden";
      Object.assign(field, { name, value });
      form.append(field);
    }
    form.submit();
  };

  let held = null; // the row that is dragged
  let goal = null; // the list and the place in it that it would go to
  const marks = ["plan__row--before", "plan__row--after", "plan__steps--over"];
  const clear = () => {
    for (const name of marks) for (const marked of plan.querySelectorAll(`.${name}`)) marked.classList.remove(name);
  };
  const stop = () => {
    clear();
    held?.classList.remove("plan__row--held");
    held = goal = null;
  };
  const look = (event) => {
    clear();
    goal = null;
    const under = document.elementFromPoint(event.clientX, event.clientY);
    const list = under?.closest("[data-module]") ?? under?.closest(".plan__module")?.querySelector("[data-module]");
    if (!list) return;
    const rows = [...list.children].filter((row) => row !== held);
    const row = under.closest("li.plan__row");
    if (row === held) return;
    if (!rows.length || !row) {
      list.classList.add("plan__steps--over");
      goal = { list, place: 1 };
      return;
    }
    const box = row.getBoundingClientRect();
    const isAfter = event.clientY > box.top + box.height / 2;
    row.classList.add(isAfter ? "plan__row--after" : "plan__row--before");
    goal = { list, place: rows.indexOf(row) + (isAfter ? 2 : 1) };
  };

  for (const row of plan.querySelectorAll("[data-spot]")) {
    // For pointers alone: the keyboard has the buttons beside it.
    const grip = document.createElement("span");
    grip.className = "plan__grip plan__move";
    grip.setAttribute("aria-hidden", "true");
    grip.textContent = "⠿";
    row.querySelector(".plan__acts").prepend(grip);
    grip.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      held = row;
      row.classList.add("plan__row--held");
      grip.setPointerCapture(event.pointerId);
    });
    grip.addEventListener("pointermove", (event) => {
      if (!held) return;
      look(event);
      if (event.clientY < 80) scrollBy(0, -20);
      if (event.clientY > innerHeight - 80) scrollBy(0, 20);
    });
    grip.addEventListener("pointerup", () => {
      if (held && goal) send({ spot: held.dataset.spot, to: goal.list.dataset.module, place: goal.place });
      stop();
    });
    grip.addEventListener("pointercancel", stop);
  }
  addEventListener("keydown", (event) => { if (event.key === "Escape") stop(); });
})();
