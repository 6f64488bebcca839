// Adds a button below each passphrase field that shows or hides what was typed. Without scripts it stays hidden.
"use strict";
{
  const words = document.currentScript.dataset;
  for (const field of document.querySelectorAll("[data-passphrase]")) {
    const button = document.createElement("button");
    const show = (visible) => {
      field.type = visible ? "text" : "password";
      button.textContent = visible ? words.hide : words.show;
    };
    button.type = "button";
    button.className = "field__show";
    button.setAttribute("aria-controls", field.id);
    button.addEventListener("click", () => show(field.type === "password"));
    // Back to hidden before it is sent: some browsers remember what stood in a text field.
    field.form.addEventListener("submit", () => show(false));
    show(false);
    field.after(button);
  }
}
